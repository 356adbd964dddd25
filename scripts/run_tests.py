"""Runs every check and every test runner, two at a time, and sums up what they counted.

A failing stage does not stop the others. At the end what failed is shown once
more, and then named in a line each; the last line is `N passed, N failed` (and
`, N skipped`). The exit code is not 0 when anything failed or when a stage ran
no test at all. Set-up is not done here.

One or two failures among the tests that wait for other processes are tried once
more, alone. A test that passes then is named as unsteady, with why it failed: a
fault to be mended, in the test or in what it tests, but not one of this change.

    .venv/bin/python scripts/run_tests.py                  everything
    .venv/bin/python scripts/run_tests.py --quick          lint, types, pure tests
    .venv/bin/python scripts/run_tests.py jest-unit lint   the named stages
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from counts import Count, Failure, in_short, of_jest, of_playwright, of_pytest
from setup import ROOT, SPARK35, VENV, environment

RESULTS = ROOT / ".test-results"
PYTHON = VENV / "bin" / "python"
#: Each test's Java lives for seconds: compiling for speed later takes more than it gives.
JAVA = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}
#: Two stages may want the same archive.
ARCHIVE = threading.Lock()
#: Where a stage that runs beside another one puts its output; None: it is shown at once.
OUTPUT: ContextVar[IO[str] | None] = ContextVar("OUTPUT", default=None)
#: The failures of a stage's first run, in its second one, which tries nothing else.
AGAIN: ContextVar[tuple[Failure, ...]] = ContextVar("AGAIN", default=())


def call(command: list[str | Path], cwd: Path = ROOT, **more: str) -> int:
    """Runs a command with its output shown, or kept for later; returns its exit code."""
    words = [str(word) for word in command]
    out = OUTPUT.get()
    print("$ " + " ".join(words), flush=True, file=out)
    return subprocess.run(
        words,
        check=False,
        cwd=cwd,
        env={**environment(), **JAVA, **more},
        stdout=out,
        stderr=None if out is None else subprocess.STDOUT,
    ).returncode


def kept_call(command: list[str | Path]) -> tuple[int, str]:
    """As `call`, and what the command printed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        before = OUTPUT.set(out)
        code = call(command)
        OUTPUT.reset(before)
        out.seek(0)
        text = out.read()
    print(text, end="", flush=True, file=OUTPUT.get())
    return code, text


def checks() -> Count:
    """Lint, types, spelling of the agent: each check counts as one test."""
    jlpm = VENV / "bin" / "jlpm"
    mypy = [PYTHON, "-m", "mypy"]
    schema = [VENV / "bin" / "check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    commands: dict[str, list[str | Path]] = {
        "agent as text": [jlpm, "build:agent"],
        "types of the front end": [jlpm, "tsc", "--noEmit"],
        "types of the specs": [jlpm, "tsc", "--noEmit", "-p", "tsconfig.test.json"],
        "eslint": [jlpm, "eslint:check"],
        "imports of the front end": [jlpm, "imports:check"],
        "prettier": [jlpm, "prettier:check"],
        "stylelint": [jlpm, "stylelint:check"],
        "ruff": [PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "mypy of the package": mypy,
        "imports of the package": [VENV / "bin" / "lint-imports"],
        "agent is Python 3.7": [PYTHON, "scripts/check_agent.py"],
        "house rules": [PYTHON, "scripts/check_house.py"],
        "shape of the workflows": [*schema, *workflows],
        "safety of the workflows": [VENV / "bin" / "zizmor", "--offline", "--quiet", ".github"],
    }
    if (ROOT / "ui-tests" / "node_modules").exists():
        commands["types of the browser tests"] = [jlpm, "tsc", "-p", "ui-tests/tsconfig.json"]
    total = Count()
    for name, command in commands.items():
        code, text = kept_call(command)
        print(f"{'FAILED' if code else 'ok'}: {name}", flush=True, file=OUTPUT.get())
        total += Count(failed=1, failures=[Failure(name, complaint(text))]) if code else Count(1)
    return total


def complaint(text: str) -> str:
    """What a check printed, from its first line on that speaks of an error."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if re.search(r"\berror|: [A-Z]+\d", line)), 0)
    return "\n".join(lines[first:])


def jest(project: str) -> Count:
    """Jest of one project, counted from its JSON report."""
    failed = AGAIN.get()
    report = RESULTS / f"jest-{project}{'-again' if failed else ''}.json"
    node = [VENV / "bin" / "jlpm", "jest", "--selectProjects", project]
    serial = ["--runInBand", "--forceExit", "--silent"] if project == "kernel" else []
    names = "|".join(f"^{re.escape(failure.name)}$" for failure in failed)
    only = ["--testNamePattern", names] if names else []
    code = call([*node, *serial, *only, "--ci", "--json", f"--outputFile={report}"])
    if not report.exists():
        return no_report(code)
    return at_least_one_failure(of_jest(report), code)


def archive(name: str, **more: str) -> dict[str, str]:
    """What names the archive of Spark's classes, which is made here; nothing if that fails."""
    file = VENV / "opt" / f"{name}.jsa"
    with ARCHIVE:
        call([PYTHON, "-m", "tests.support.class_archive", file], **more)
    return {"S3E_CLASS_ARCHIVE": str(file)} if file.exists() else {}


def pytest(name: str, *arguments: str, inside: tuple[str, ...] = (), **more: str) -> Count:
    """Pytest, counted from its JUnit report. `inside`: the script that runs it."""
    again = AGAIN.get()
    report = RESULTS / f"pytest-{name}{'-again' if again else ''}.xml"
    before = [PYTHON, *inside] if inside else []
    # Each stage remembers by itself what failed in it: two may run at a time.
    memory = ["-o", f"cache_dir={RESULTS / 'cache' / name}"]
    which = ["--last-failed", "--last-failed-no-failures=none"] if again else ["--cache-clear"]
    command = [*before, PYTHON, "-m", "pytest", *arguments, *memory, *which]
    code = call([*command, f"--junitxml={report}"], **more)
    if not report.exists():
        return no_report(code)
    return at_least_one_failure(of_pytest(report), code)


def browser(lab: str) -> Count:
    """Playwright in the newest or the oldest JupyterLab, or with collaboration, counted from its JSON report."""
    again = AGAIN.get()
    report = RESULTS / f"browser-{lab}{'-again' if again else ''}.json"
    code = call(
        [VENV / "bin" / "jlpm", "playwright", "test", *(["--last-failed"] if again else [])],
        cwd=ROOT / "ui-tests",
        S3E_LAB=lab,
        S3E_SHORT="1",
        S3E_UI_JSON=str(report),
        **(archive("spark-3.5", **OLDER) if lab == "oldest" else archive("spark")),
    )
    if not report.exists():
        return no_report(code)
    return at_least_one_failure(of_playwright(report), code)


def at_least_one_failure(count: Count, code: int) -> Count:
    """The count, with a failure added when the runner failed without naming a test."""
    if code == 0 or count.failed:
        return count
    unnamed = Failure("the runner", f"ended with {code} and names no test that failed")
    return count + Count(failed=1, failures=[unnamed])


def no_report(code: int) -> Count:
    """The count of a runner that ended before it wrote its report."""
    return Count(failed=1, failures=[Failure("the runner", f"ended with {code} and no report")])


#: Spark 3.5 in place of 4.3.
OLDER = {"PYTHONPATH": str(SPARK35)}

#: What tells a mistake first, then the longest ones: what is left fits beside them.
STAGES: dict[str, Callable[[], Count]] = {
    "lint": checks,
    "browser": lambda: browser("newest"),
    "pytest-spark": lambda: pytest(
        "spark", "-m", "spark and not livy", S3E_SHORT="1", **archive("spark")
    ),
    "pytest-spark-3.5": lambda: pytest(
        "spark-3.5",
        "-m",
        "spark and not livy",
        S3E_SHORT="1",
        **OLDER,
        **archive("spark-3.5", **OLDER),
    ),
    "pytest-pure": lambda: pytest("pure", "-m", "not spark and not livy", S3E_SHORT="1"),
    "jest-kernel": lambda: jest("kernel"),
    "browser-oldest": lambda: browser("oldest"),
    "jest-unit": lambda: jest("unit"),
    "livy": lambda: pytest("livy", "-m", "livy", inside=("tests/livy/alone.py",), **OLDER),
    "browser-together": lambda: browser("together"),
    "browser-example": lambda: browser("example"),
}
#: Needs what not every system allows; its tests are skipped then, and say why.
MAY_SKIP = ("livy",)
QUICK = ["lint", "pytest-pure", "jest-unit"]
#: Their tests wait for servers, browsers and kernels, which a busy machine can delay beyond bounds.
WAITING = tuple(name for name in STAGES if name not in ("lint", "jest-unit"))
#: So many failures in all are tried once more. More of them are no accident.
ONCE_MORE = 2
#: How many stages run at a time: each uses about one processor, or waits for Spark.
AT_A_TIME = 2
#: The quick ones all at a time: otherwise the last one has a processor too many.
QUICK_AT_A_TIME = 3


def timed(name: str) -> tuple[Count, str]:
    """Runs a stage; what it counted, and its line of the sum."""
    begin = time.monotonic()
    count = STAGES[name]()
    return count, f"{name:<18} {count}  ({time.monotonic() - begin:.0f} s)"


def kept(name: str) -> tuple[Count, str, str]:
    """As `timed`, with what the stage printed, which is not shown yet."""
    print(f"begins: {name}", flush=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        OUTPUT.set(out)
        count, line = timed(name)
        out.seek(0)
        return count, line, out.read()


def run(names: list[str], at_a_time: int) -> list[tuple[str, Count, str]]:
    """Runs the stages, some at a time, and shows what each printed, in their order."""
    if len(names) == 1:
        return [(names[0], *timed(names[0]))]
    found = []
    with ThreadPoolExecutor(at_a_time) as pool:
        for name, (count, line, text) in zip(names, pool.map(kept, names), strict=True):
            print(f"\n=== {name}", text, sep="\n", flush=True)
            found.append((name, count, line))
    return found


def unsteady(ran: list[tuple[str, Count, str]]) -> dict[str, list[Failure]]:
    """Tries failures once more, if they are few; those that were none the second time, by stage."""
    few = 0 < sum(count.failed for _, count, _ in ran) <= ONCE_MORE
    found: dict[str, list[Failure]] = {}
    for name, count, _ in ran if few else []:
        # What names no test cannot be tried again by itself.
        if name not in WAITING or not count.failed or len(count.failures) != count.failed:
            continue
        print(f"\n=== {name}, once more", flush=True)
        before = AGAIN.set(tuple(count.failures))
        second = STAGES[name]()
        AGAIN.reset(before)
        if second.failed == 0 and second.passed == count.failed:
            found[name] = count.failures
    return found


def main(arguments: list[str]) -> int:
    """Runs the chosen stages; returns the exit code."""
    if "--quick" in arguments:
        # Jest and pytest then leave out what takes seconds.
        os.environ["S3E_QUICK"] = "1"
    names = QUICK if "--quick" in arguments else arguments or list(STAGES)
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        print(f"stages: {' '.join(STAGES)}; unknown: {' '.join(unknown)}")
        return 2
    RESULTS.mkdir(exist_ok=True)
    for old in RESULTS.iterdir():
        if old.is_file():
            old.unlink()
    total, lines, failures = Count(), [], {}
    ran_all = run(names, QUICK_AT_A_TIME if names is QUICK else AT_A_TIME)
    passed_then = unsteady(ran_all)
    for name, first, first_line in ran_all:
        count, line = first, first_line
        if name in passed_then:
            count = Count(first.passed + first.failed, 0, first.skipped)
            line = f"{first_line}  unsteady: {first.failed}"
        total += count
        ran = count.passed + count.failed + (count.skipped if name in MAY_SKIP else 0)
        if ran == 0:
            # A stage that ran nothing proves nothing.
            nothing = Failure("the stage", "it ran no test")
            total.failed += 1
            count.failures.append(nothing)
            total.failures.append(nothing)
        failures[name] = count.failures
        lines.append(line)
    if total.failures:
        print("\n=== failed")
        for name, found in failures.items():
            print(*(f"{name}: {failure}" for failure in found), sep="\n", end="\n" if found else "")
        # Once more in a line each: of a long output perhaps only the end is looked at.
        print("\n=== failed, in short", *in_short(failures), sep="\n")
    if passed_then:
        print("\n=== unsteady: failed, and passed when tried once more alone")
        for name, found in passed_then.items():
            print(*(f"{name}: {failure}" for failure in found), sep="\n")
    print("\n=== sum", *lines, sep="\n")
    print(total, flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
