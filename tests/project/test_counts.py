"""The closing sum of a test run: what each runner's report says, and which tests failed why."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import ROOT


@pytest.fixture
def counts(monkeypatch):
    """The module beside the script that runs the tests."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import counts

    return counts


def test_pytest_report_names_what_failed_and_what_could_not_begin(counts, tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef broken(): raise OSError('no disk')\n"
        "def test_good(): pass\n"
        "def test_bad(): assert 1 == 2, 'not the same'\n"
        "def test_never(broken): pass\n"
        "@pytest.mark.skip\ndef test_left_out(): pass\n"
    )
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, f"--junitxml={report}", str(tmp_path)],
        check=False,
        capture_output=True,
        cwd=tmp_path,
    )
    assert ran.returncode == 1
    found = counts.of_pytest(report)
    assert str(found) == "1 passed, 2 failed, 1 skipped"
    bad, never = found.failures
    assert bad.startswith("FAILED test_it.test_bad\n    AssertionError: not the same")
    assert never.startswith("FAILED test_it.test_never\n")
    assert "no disk" in never


def test_jest_report_names_what_failed_and_suites_that_could_not_be_loaded(counts, tmp_path):
    tests = [
        {"status": "passed", "fullName": "one", "failureMessages": []},
        {
            "status": "failed",
            "fullName": "a kernel comes back",
            "failureMessages": ["\x1b[31mError: Waited in vain\x1b[39m\n\n    at here"],
        },
    ]
    report = tmp_path / "report.json"
    report.write_text(
        json.dumps(
            {
                "numPassedTests": 1,
                "numFailedTests": 1,
                "numRuntimeErrorTestSuites": 1,
                "numPendingTests": 0,
                "numTodoTests": 2,
                "testResults": [
                    {"status": "failed", "name": "a", "message": "", "assertionResults": tests},
                    {
                        "status": "failed",
                        "name": "b.spec.ts",
                        "message": "Cannot find module",
                        "assertionResults": [],
                    },
                ],
            }
        )
    )
    found = counts.of_jest(report)
    assert str(found) == "1 passed, 2 failed, 2 skipped"
    assert found.failures == [
        "FAILED a kernel comes back\n    Error: Waited in vain\n        at here",
        "FAILED b.spec.ts\n    Cannot find module",
    ]


def test_playwright_report_counts_a_test_that_passed_only_the_second_time_as_failed(
    counts, tmp_path
):
    def spec(title: str, *results: dict[str, object]) -> dict[str, object]:
        return {"file": "story.spec.ts", "title": title, "tests": [{"results": results}]}

    late = {"status": "timedOut", "error": {"message": "Timeout"}}
    inner = [spec("second time", late, {"status": "passed"}), spec("good", {"status": "passed"})]
    report = tmp_path / "report.json"
    report.write_text(
        json.dumps(
            {
                "stats": {"expected": 1, "unexpected": 1, "flaky": 1, "skipped": 0},
                "suites": [
                    {
                        "specs": [spec("bad", {"status": "interrupted"})],
                        "suites": [{"specs": inner}],
                    }
                ],
            }
        )
    )
    found = counts.of_playwright(report)
    assert str(found) == "1 passed, 2 failed"
    assert found.failures == [
        "FAILED story.spec.ts: bad\n    interrupted",
        "FAILED story.spec.ts: second time\n    Timeout",
    ]


def test_a_long_reason_is_cut_and_sums_keep_every_name(counts):
    line = counts.described("one", "\n".join(map(str, range(50))))
    assert line.splitlines() == ["FAILED one", *(f"    {n}" for n in range(counts.LINES))]
    whole = sum([counts.Count(1), counts.Count(failed=1, failures=[line])], counts.Count())
    assert (str(whole), whole.failures) == ("1 passed, 1 failed", [line])
