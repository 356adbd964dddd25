"""Takes every route to a fresh kernel again and again, and writes docs/restart.md's table.

    .venv/bin/python scripts/soak.py [CYCLES]      30 by default, for the main routes
    .venv/bin/python scripts/soak.py --table       the table only, of the last run

Set-up is not done here. The exit code is not 0 where a cell ran ahead of the settings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from setup import OLDEST, ROOT, VENV, environment

#: A folder of its own: a test run empties the one above it.
COUNTED = ROOT / ".test-results" / "soak" / "restart.jsonl"
PAGE = ROOT / "docs" / "restart.md"
BEGIN, END = "<!-- table: made by make soak -->", "<!-- end of table -->"
LABS = {"newest": VENV, "oldest": OLDEST}

Cell = dict[str, int]


def measure(lab: str, cycles: int) -> int:
    """Runs the browser tests of the routes in one JupyterLab; the exit code."""
    more = {"S3E_LAB": lab, "S3E_CYCLES": str(cycles), "S3E_COUNTED": str(COUNTED)}
    output = COUNTED.parent / lab
    command = [str(VENV / "bin" / "jlpm"), "playwright", "test", "restart", "--output", str(output)]
    return subprocess.run(
        command, check=False, cwd=ROOT / "ui-tests", env={**environment(), **more}
    ).returncode


def version(prefix: Path, package: str) -> str:
    """The version of an installed package."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.check_output([prefix / "bin" / "python", "-c", code], text=True).strip()


def table() -> str:
    """The table of the last run: a row per route, a column per JupyterLab, idle and busy."""
    counted: dict[str, dict[tuple[str, bool], Cell]] = defaultdict(dict)
    for line in COUNTED.read_text("utf-8").splitlines():
        row = json.loads(line)
        counted[row["route"]][row["lab"], row["busy"]] = row
    heads = [
        f"JupyterLab {version(prefix, 'jupyterlab')}, ipykernel {version(prefix, 'ipykernel')}"
        for prefix in LABS.values()
    ]
    columns = [(lab, busy) for lab in LABS for busy in (False, True)]
    names = [f"{head}, {state}" for head in heads for state in ("idle", "busy")]
    rows = [["route", *names], ["-"] * (len(names) + 1)]
    for route, cells in counted.items():
        rows.append([route, *(said(cells.get(column)) for column in columns)])
    widths = [max(len(row[index]) for row in rows) for index in range(len(names) + 1)]
    lines = []
    for row in rows:
        filled = [
            text.ljust(width, "-" if text == "-" else " ")
            for text, width in zip(row, widths, strict=True)
        ]
        lines.append("| " + " | ".join(filled) + " |")
    return "\n".join(lines)


def said(cell: Cell | None) -> str:
    """What one cell of the table says."""
    if cell is None:
        return "not run"
    return f"{cell['ahead']} of {cell['cells']} ({cell['cycles']}x)"


def main(arguments: list[str]) -> int:
    """Runs all and writes the table; returns the exit code."""
    codes = [0]
    if "--table" not in arguments:
        COUNTED.unlink(missing_ok=True)
        cycles = int(arguments[0]) if arguments else 30
        codes = [measure(lab, cycles) for lab in LABS]
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}", "utf-8")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
