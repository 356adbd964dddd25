"""Tests of the agent, the Python helper, the exported documents and the demo; see CONTRIBUTING.md.

Every module is imported by its full name (`tests.support.agent_requests`), also in the processes
that tests start. The front end's specs are beside its code, the browser tests in ui-tests.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Read by the TypeScript specs too.
EXAMPLES = ROOT / "tests" / "examples"
