"""The guard of mode "block": its failure keeps the cells behind it from running.

Travels with such a guard and runs in the namespace of bootstrap.py, with nothing else of ours.
Must not know: Spark, profiles, what a request does.
"""

import ast
import json
import sys
import time
from typing import Any, Callable, Dict, List, Optional

Json = Dict[str, Any]

#: Seconds for the cells of a run to arrive in the queue that a failing guard empties.
HOLD = 0.4
#: Seconds after a failing guard in which cells that arrive too late for that are refused.
NET = 4.0


def block(payload: Json, run: Callable[[Json], Any]) -> bool:
    """Runs a guard; True if the cell of the guard has to raise payload["stop"].

    The answer is left in payload["answer"]. payload["block"] is "lenient", "strict" (blocks
    even if a user cleared on purpose) or "off" (does not block this time).
    """
    spread(None)
    answer = payload["answer"] = run(payload)
    why = obstacle(answer.report, payload["block"])
    if why is None:
        return False
    time.sleep(HOLD)
    spread(why)
    payload["stop"] = S3EncryptionBlocked(why, answer.report)
    return True


def obstacle(report: Json, mode: str) -> Optional[str]:
    """Why no cell may run after this answer to a guard; None if the settings are in force."""
    if report.get("unchanged") or mode == "off":
        return None
    if report.get("agentMissing"):
        return "The agent was not in the kernel."
    if not report["ok"]:
        return str((report["error"] or {}).get("message") or "The settings could not be applied.")
    if report["profile"] is None:
        return "The encryption was cleared in the kernel." if mode == "strict" else None
    if report["waiting"] or (report["claim"] != "none" and not report["changed"]):
        return None
    return "The settings in the kernel are not those that were applied."


class S3EncryptionBlocked(Exception):  # noqa: N818 - shown to users
    """Makes the cell of the guard fail; its text has the reason and the report, for the page."""

    def __init__(self, why: str, report: Json) -> None:
        super().__init__(json.dumps({"why": why, "report": report}))
        self.why = why

    def _render_traceback_(self) -> List[str]:
        """What IPython publishes instead of a traceback."""
        return ["S3 Encryption: the cells were not run. " + self.why]


class Net:
    """Refuses cells that reached the kernel just after a failing guard had emptied its queue."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.until = time.monotonic() + NET

    def visit(self, tree: ast.AST) -> ast.AST:
        """Called by IPython with the syntax tree of each cell."""
        from IPython.core.error import InputRejected

        kernel = sys.modules["IPython"].get_ipython().kernel
        message = kernel.get_parent() if hasattr(kernel, "get_parent") else kernel._parent_header
        if time.monotonic() < self.until and "s3-encryption" not in message.get("metadata", {}):
            raise InputRejected("S3 Encryption: the cell was not run. " + self.why)
        return tree


def spread(why: Optional[str]) -> None:
    """Starts refusing cells, for a reason; stops if why is None."""
    transformers = sys.modules["IPython"].get_ipython().ast_transformers
    for net in [found for found in transformers if type(found).__name__ == "Net"]:
        transformers.remove(net)
    if why is not None:
        transformers.append(Net(why))
