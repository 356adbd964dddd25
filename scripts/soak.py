"""Takes every route to a fresh kernel again and again, and walks at random through Spark.

The routes are written into docs/restart.md's table; the walks (tests/walk) fail or do not. All
tests that need Spark, of which `make test` runs most with one line of it, are run with both; those
of what is claimed, of own writes and of other writers also with Spark 4.1, for which there are
Iceberg and Delta Lake of today: that run writes its part of docs/truth.md. And 100,000 bad inputs
go through what the page reads (src/__tests__/hostile).

    .venv/bin/python scripts/soak.py [CYCLES]      30 by default, for the main routes
    .venv/bin/python scripts/soak.py --walks       the walks only
    .venv/bin/python scripts/soak.py --long        the tests that need Spark only
    .venv/bin/python scripts/soak.py --tables      the tests of what is claimed and seen, with Spark 4.1
    .venv/bin/python scripts/soak.py --fuzz        the bad inputs only
    .venv/bin/python scripts/soak.py --senders     the cells of other clients only
    .venv/bin/python scripts/soak.py --executors   a Connect server with many executors only
    .venv/bin/python scripts/soak.py --keep ...    what is not counted again stays as it was
    .venv/bin/python scripts/soak.py --table       the table only, of what was counted

S3E_ROUTE, a part of a route's name, leaves out all others; S3E_SOAK_STEPS is how many steps the
walks have in all (2000), S3E_FUZZ how many bad inputs of each of seven kinds there are, S3E_CYCLES
how often other clients send a cell on each route (200), S3E_EXECUTORS how many executors the
Connect server has of which some are killed (50, which want about 25 GB). Set-up is not done here. The
exit code is not 0 if a cell ran ahead of the settings, a walk failed, or a bad input did harm.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setup import OLDEST, ROOT, SPARK35, SPARK41, VENV, environment

#: A folder of its own: a test run empties the one above it.
COUNTED = ROOT / ".test-results" / "soak" / "restart.jsonl"
PAGE = ROOT / "docs" / "restart.md"
#: The same for the cells of other clients, which have a table of their own.
SENT = COUNTED.with_name("senders.jsonl")
CLIENTS = "<!-- table of clients: made by make soak -->"
BEGIN, END = "<!-- table: made by make soak -->", "<!-- end of table -->"
#: The JupyterLab under test, and whose ipykernel the notebook's kernel has.
LABS = {"newest": VENV, "oldest": OLDEST}
KERNELS = {
    ("newest", "own"): VENV,
    ("newest", "other"): OLDEST,
    ("oldest", "own"): OLDEST,
    ("oldest", "other"): VENV,
}

#: Steps of one walk, and which tests walk: in one process, and on two workers.
WALK = 50
WALKS = ("tests/walk/test_walk.py", "tests/walk/soak_walk.py")

#: How many of the other clients restart kernels at a time.
CLIENTS_AT_A_TIME = 4

#: The tests that need Spark, and those without it that `make test` leaves out.
LONG = "(spark or soak) and not livy"

#: What is run with Spark 4.1: the truth table, own writes, writers.
TABLES = ("tests/truth", "tests/objects", "tests/writers")

Cell = dict[str, int]


def measure(lab: str, cycles: int) -> int:
    """Runs the browser tests of the routes in one JupyterLab; the exit code."""
    more = {"S3E_LAB": lab, "S3E_CYCLES": str(cycles), "S3E_COUNTED": str(COUNTED)}
    output = COUNTED.parent / lab
    command = [str(VENV / "bin" / "jlpm"), "playwright", "test", "restart", "--output", str(output)]
    return subprocess.run(
        command, check=False, cwd=ROOT / "ui-tests", env={**environment(), **more}
    ).returncode


def walk(steps: int) -> int:
    """So many steps, half of them on two workers, from new seeds, which are printed; exit code."""
    codes = []
    for tests in WALKS:
        seeds = [random.randrange(10**6) for _ in range(max(1, steps // (len(WALKS) * WALK)))]
        more = {"S3E_WALK_STEPS": str(WALK), "S3E_WALK_SEEDS": " ".join(map(str, seeds))}
        command = [str(VENV / "bin" / "python"), "-m", "pytest", tests, "-v"]
        codes.append(
            subprocess.run(command, check=False, cwd=ROOT, env={**environment(), **more}).returncode
        )
    return max(codes)


def fuzz() -> int:
    """Bad inputs through all that the page reads, 100,000 in all; exit code."""
    more = {"S3E_FUZZ": os.environ.get("S3E_FUZZ") or str(-(-100_000 // 7))}
    command = [str(VENV / "bin" / "jlpm"), "jest", "src/__tests__/hostile/fuzz"]
    return subprocess.run(
        [*command, "--selectProjects", "unit"],
        check=False,
        cwd=ROOT,
        env={**environment(), **more},
    ).returncode


def long_tests() -> int:
    """All tests that need Spark, with both lines of it, what else is long, and the browser tests
    that `make test` leaves out; exit code."""
    codes = []
    for path in ("", str(SPARK35)):
        command = [str(VENV / "bin" / "python"), "-m", "pytest", "-m", LONG, "-v"]
        env = {**environment(), "PYTHONPATH": path}
        codes.append(subprocess.run(command, check=False, cwd=ROOT, env=env).returncode)
    command = [str(VENV / "bin" / "jlpm"), "playwright", "test", "--grep", "@soak|in every look"]
    cwd = ROOT / "ui-tests"
    codes.append(subprocess.run(command, check=False, cwd=cwd, env=environment()).returncode)
    return max(codes)


def tables() -> int:
    """Own writes and writers with Spark 4.1, and the truth table, which is written; exit code."""
    command = [str(VENV / "bin" / "python"), "-m", "pytest", *TABLES, "-m", "spark", "-v"]
    env = {**environment(), "PYTHONPATH": str(SPARK41), "S3E_TRUTH": "1"}
    return subprocess.run(command, check=False, cwd=ROOT, env=env).returncode


def senders() -> int:
    """Cells of other clients after each kind of restart, and the table of them; exit code.

    The clients go side by side: each mostly waits for a kernel to start.
    """
    SENT.unlink(missing_ok=True)
    more = {"S3E_CYCLES": os.environ.get("S3E_CYCLES") or "200", "S3E_COUNTED": str(SENT)}
    env = {**environment(), **more}
    pytest = [str(VENV / "bin" / "python"), "-m", "pytest", "-p", "no:cacheprovider"]
    listed = subprocess.run(
        [*pytest, "--collect-only", "-q", "tests/server/soak_senders.py"],
        check=True,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    tests = [line for line in listed.stdout.splitlines() if "::" in line]

    def run(test: str) -> int:
        return subprocess.run([*pytest, "-v", test], check=False, cwd=ROOT, env=env).returncode

    with ThreadPoolExecutor(CLIENTS_AT_A_TIME) as pool:
        codes = list(pool.map(run, tests))
    write(CLIENTS, table_of_clients(tests))
    return max(codes)


def executors() -> int:
    """A Connect server with many executors, some of which are killed while they are asked; exit code."""
    tests = "tests/spark/connect/soak_executors.py"
    command = [str(VENV / "bin" / "python"), "-m", "pytest", tests, "-v"]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment()).returncode


def table_of_clients(tests: list[str]) -> str:
    """A row per client, in the order of their tests; a column per route."""
    counted: dict[str, dict[str, Cell]] = defaultdict(dict)
    for line in SENT.read_text("utf-8").splitlines():
        row = json.loads(line)
        counted[row["client"]][row["route"]] = row
    routes = list(dict.fromkeys(route for cells in counted.values() for route in cells))
    rows = [["who sends the cell", *routes], ["-"] * (len(routes) + 1)]
    clients = [test.rpartition("[")[2].removesuffix("]") for test in tests]
    for client in filter(counted.__contains__, clients):
        found = [counted[client].get(route) for route in routes]
        texts = [f"{one['ahead']} of {one['cells']}" if one else "not run" for one in found]
        rows.append([client, *texts])
    return aligned(rows)


def version(prefix: Path, package: str) -> str:
    """The version of an installed package."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.check_output([prefix / "bin" / "python", "-c", code], text=True).strip()


def table() -> str:
    """A row per route; a column per JupyterLab and ipykernel, idle and busy."""
    counted: dict[str, dict[tuple[str, str, bool], Cell]] = defaultdict(dict)
    for line in COUNTED.read_text("utf-8").splitlines():
        row = json.loads(line)
        counted[row["route"]][row["lab"], row["kernel"], row["busy"]] = row
    columns = [(lab, kernel, busy) for lab, kernel in KERNELS for busy in (False, True)]
    names = [
        f"Lab {version(LABS[lab], 'jupyterlab')}, ipykernel "
        f"{version(KERNELS[lab, kernel], 'ipykernel')}, {'busy' if busy else 'idle'}"
        for lab, kernel, busy in columns
    ]
    rows = [["route", *names], ["-"] * (len(names) + 1)]
    for route, cells in counted.items():
        rows.append([route, *(text_of(cells.get(column)) for column in columns)])
    return aligned(rows)


def aligned(rows: list[list[str]]) -> str:
    """Rows as a table; a row of "-" is the line below the heads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        filled = [
            text.ljust(width, "-" if text == "-" else " ")
            for text, width in zip(row, widths, strict=True)
        ]
        lines.append("| " + " | ".join(filled) + " |")
    return "\n".join(lines)


def write(begin: str, text: str) -> None:
    """Puts a table into the page, behind its mark."""
    before, rest = PAGE.read_text("utf-8").split(begin)
    after = rest[rest.index(END) :]
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{after}", "utf-8")


def text_of(cell: Cell | None) -> str:
    """What one cell of the table says."""
    if cell is None:
        return "not run"
    lost = f", page loaded again {cell['lost']}x" if cell.get("lost") else ""
    return f"{cell['ahead']} of {cell['cells']} ({cell['cycles']}x){lost}"


def main(arguments: list[str]) -> int:
    """Runs all and writes the table; returns the exit code."""
    codes = [0]
    parts: dict[str, Callable[[], int]] = {
        "--fuzz": fuzz,
        "--walks": lambda: walk(int(os.environ.get("S3E_SOAK_STEPS") or 2000)),
        "--long": long_tests,
        "--tables": tables,
        "--senders": senders,
        "--executors": executors,
    }
    alone = [name for name in parts if name in arguments]
    for name, run in parts.items():
        if "--table" not in arguments and (not alone or name in alone):
            codes.append(run())
    if alone:
        return max(codes)
    if "--table" not in arguments:
        if "--keep" not in arguments:
            COUNTED.unlink(missing_ok=True)
        numbers = [int(text) for text in arguments if text.isdigit()]
        cycles = numbers[0] if numbers else 30
        codes += [measure(lab, cycles) for lab in LABS]
    write(BEGIN, table())
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
