"""Calls functions of the pure TypeScript rooms under Node, compiled in memory (run_typescript.cjs).

Must not know: what is called.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from tests import ROOT

NODE = next(
    (str(p) for p in [ROOT / ".venv" / "bin" / "node"] if p.exists()),
    shutil.which("node") or "node",
)


def run_typescript(*requests: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer to each request {module, name, arguments}: {value} or {error}."""
    done = subprocess.run(
        [NODE, str(ROOT / "tests" / "support" / "run_typescript.cjs")],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)
