"""What the reports of jest, pytest and Playwright say: how many tests, and which failed why."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Lines of a failure's text that the closing sum repeats.
LINES = 6
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Count:
    """How many tests of a stage passed, failed and were skipped; `failures` names the failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

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
            described(test["fullName"], "\n".join(test["failureMessages"]))
            for test in suite["assertionResults"]
            if test["status"] == "failed"
        ]
        broken = suite["status"] == "failed" and not named
        failures += named or ([described(suite["name"], suite["message"])] if broken else [])
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
                count.failures.append(described(name, found.get("message") or found.text or ""))
    return count


def of_playwright(report: Path) -> Count:
    """The count of Playwright's JSON report; a test that passed only when tried again has failed."""
    found = json.loads(report.read_text())
    stats = found["stats"]
    failures = [
        described(f"{spec['file']}: {spec['title']}", message)
        for spec in specs(found["suites"])
        for message in messages(spec)
    ]
    failed = stats["unexpected"] + stats["flaky"]
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
                yield result.get("error", {}).get("message", result["status"])


def described(name: str, text: str) -> str:
    """A failed test in a few lines, without colours."""
    lines = [line for line in COLOURS.sub("", text).splitlines() if line.strip()]
    return "\n    ".join([f"FAILED {name}", *lines[:LINES]])
