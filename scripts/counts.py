"""What the reports of jest, pytest and Playwright say: how many tests, and which failed why."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Lines of a failure's text that the closing sum repeats, and how long each may be.
LINES = 6
WIDTH = 220
#: Lines of the list in short: with the sum they fit the 60 last lines of a log.
IN_SHORT = 40
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: Says nothing of the cause: marks, places in sources, a heading without a text.
MEANS_NOTHING = re.compile(r"^(\W*|\w*Error:|at .*:\d+\)?|File \".*|Traceback .*|Call log:)$")
#: What else says most, best first: what a test that took too long did, what was expected, and
#: the first entry of a call log.
DETAILS = (
    re.compile(r"^Test timeout of .*\n(.*)", re.MULTILINE),
    re.compile(r"^(Expected.*)", re.MULTILINE),
    re.compile(r"^(Received.*)", re.MULTILINE),
    re.compile(r"^Call log:\n-? *(.*)", re.MULTILINE),
)


@dataclass(frozen=True)
class Failure:
    """A test that failed, and all that its runner says of it."""

    name: str
    text: str = ""

    def __str__(self) -> str:
        """In a few lines, without colours."""
        return "\n    ".join([cut(f"FAILED {self.name}"), *map(cut, self._lines()[:LINES])])

    @property
    def reason(self) -> str:
        """The first line that means something, and of a failed expectation what was expected."""
        lines = [line.strip() for line in self._lines()]
        first = next((line for line in lines if not MEANS_NOTHING.match(line)), "")
        return " | ".join(dict.fromkeys(filter(None, [first, *self._details(lines)])))

    @property
    def short(self) -> str:
        """In one line: the reason has most of it, so a long name is cut first."""
        reason = self.reason
        room = WIDTH - len("FAILED ") - min(len(reason) + 3, WIDTH // 2)
        name = cut(self.name, room)
        return cut(f"FAILED {name}: {reason}" if reason else f"FAILED {name}")

    def _lines(self) -> list[str]:
        return [line for line in COLOURS.sub("", self.text).splitlines() if line.strip()]

    def _details(self, lines: list[str]) -> Iterator[str]:
        text = "\n".join(lines)
        for pattern in DETAILS:
            found = pattern.search(text)
            if found:
                yield found[1]


def cut(text: str, width: int = WIDTH) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


@dataclass
class Count:
    """How many tests of a stage passed, failed and were skipped; `failures` are the failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[Failure] = field(default_factory=list)

    def __add__(self, other: Count) -> Count:
        """The sum of two counts."""
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            [*self.failures, *other.failures],
        )

    def __str__(self) -> str:
        """The closing line in the form that continuous integration reads."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def of_jest(report: Path) -> Count:
    """The count of jest's JSON report."""
    found = json.loads(report.read_text())
    failures = []
    for suite in found["testResults"]:
        named = [
            Failure(test["fullName"], "\n".join(test["failureMessages"]))
            for test in suite["assertionResults"]
            if test["status"] == "failed"
        ]
        broken = suite["status"] == "failed" and not named
        failures += named or ([Failure(suite["name"], suite["message"])] if broken else [])
    return Count(
        found["numPassedTests"],
        found["numFailedTests"] + found["numRuntimeErrorTestSuites"],
        found["numPendingTests"] + found["numTodoTests"],
        failures,
    )


def of_pytest(report: Path) -> Count:
    """The count of pytest's JUnit report."""
    count = Count()
    root = ET.parse(report).getroot()  # noqa: S314 - our own file
    for suite in root.iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        count += Count(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
    for test in root.iter("testcase"):
        for kind in ("failure", "error"):
            for found in test.iter(kind):
                name = f"{test.get('classname')}.{test.get('name')}"
                count.failures.append(Failure(name, found.get("message") or found.text or ""))
    return count


def of_playwright(report: Path) -> Count:
    """The count of Playwright's JSON report; a test that passed only when tried again has failed."""
    found = json.loads(report.read_text())
    stats = found["stats"]
    failures = [
        Failure(f"{spec['file']}: {spec['title']}", message)
        for spec in specs(found["suites"])
        for message in messages(spec)
    ]
    # What stopped the whole run, for example a server that did not start.
    broken = [Failure("the run", error.get("message", "")) for error in found.get("errors", [])]
    failed = stats["unexpected"] + stats["flaky"] + len(broken)
    failures += broken
    return Count(stats["expected"], failed, stats["skipped"], failures)


def specs(suites: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every spec of suites that hold suites."""
    for suite in suites:
        yield from suite.get("specs", [])
        yield from specs(suite.get("suites", []))


def messages(spec: dict[str, Any]) -> Iterator[str]:
    """Why the runs of a spec failed."""
    for test in spec["tests"]:
        for result in test["results"]:
            if result["status"] not in ("passed", "skipped"):
                errors = result.get("errors") or [result.get("error") or {}]
                texts = [error.get("message", "") for error in errors]
                yield "\n".join(filter(None, texts)) or result["status"]


def in_short(stages: dict[str, list[Failure]]) -> list[str]:
    """One line for each failure, below its stage; of very many the first of each stage.

    Each stage has the same share of the lines, and what one does not need the others get.
    """
    stages = {name: failures for name, failures in stages.items() if failures}
    left = IN_SHORT - len(stages)
    lines: dict[str, list[str]] = {}
    for done, name in enumerate(sorted(stages, key=lambda name: len(stages[name]))):
        failures = stages[name]
        share = max(2, left // (len(stages) - done))
        shown = failures if len(failures) <= share else failures[: share - 1]
        lines[name] = [f"{name}: {len(failures)} failed", *(one.short for one in shown)]
        if len(shown) < len(failures):
            lines[name].append(f"... and {len(failures) - len(shown)} more")
        left -= len(lines[name]) - 1
    return [line for name in stages for line in lines[name]]
