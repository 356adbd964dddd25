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
    bad, never = map(str, found.failures)
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
    assert list(map(str, found.failures)) == [
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
    assert list(map(str, found.failures)) == [
        "FAILED story.spec.ts: bad\n    interrupted",
        "FAILED story.spec.ts: second time\n    Timeout",
    ]


def test_playwright_report_names_what_stopped_the_whole_run(counts, tmp_path):
    report = tmp_path / "report.json"
    stats = {"expected": 0, "unexpected": 0, "flaky": 0, "skipped": 0}
    error = {"message": "Error: Timed out waiting 120000ms from config.webServer."}
    report.write_text(json.dumps({"stats": stats, "suites": [], "errors": [error]}))
    found = counts.of_playwright(report)
    assert str(found) == "0 passed, 1 failed"
    assert found.failures[0].short == f"FAILED the run: {error['message']}"


def test_a_long_reason_is_cut_and_sums_keep_every_name(counts):
    failure = counts.Failure("one", "\n".join(map(str, range(50))))
    lines = str(failure).splitlines()
    assert lines == ["FAILED one", *(f"    {n}" for n in range(counts.LINES))]
    whole = sum([counts.Count(1), counts.Count(failed=1, failures=[failure])], counts.Count())
    assert (str(whole), whole.failures) == ("1 passed, 1 failed", [failure])


EXPECTATION = """\x1b[31mError: expect(locator).toHaveText(expected) failed\x1b[39m

Locator:  getByRole('status')
Expected pattern: /^Set/
Received string:  "Applying"
Timeout:  20000ms

Call log:
  - Expect "toHaveText" with timeout 20000ms
"""
REFUSED = """Test timeout of 120000ms exceeded.
Error: page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:21000/lab
Call log:
  - navigating to "http://127.0.0.1:21000/lab"
"""


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (
            EXPECTATION,
            "Error: expect(locator).toHaveText(expected) failed | Expected pattern: /^Set/ | "
            'Received string:  "Applying" | Expect "toHaveText" with timeout 20000ms',
        ),
        (
            REFUSED,
            "Test timeout of 120000ms exceeded. | Error: page.goto: net::ERR_CONNECTION_REFUSED"
            ' at http://127.0.0.1:21000/lab | navigating to "http://127.0.0.1:21000/lab"',
        ),
        (
            "Error:\n  at run (a.ts:1:2)\nat least one object is missing",
            "at least one object is missing",
        ),
        ("assert 1 == 2\n +  where 1 = f()", "assert 1 == 2"),
    ],
    ids=["expectation", "timeout", "no words first", "assertion"],
)
def test_the_line_in_short_has_the_first_words_that_mean_something(counts, text, short):
    assert counts.Failure("name", text).short == f"FAILED name: {short}"


def test_a_line_in_short_stays_short_and_its_reason_keeps_half_of_it(counts):
    line = counts.Failure("n" * 500, "r" * 500).short
    assert len(line) == counts.WIDTH
    assert line.count("r") > counts.WIDTH // 3
    assert counts.Failure("no words").short == "FAILED no words"


def test_the_list_in_short_fits_the_end_of_a_log_and_leaves_out_no_stage(counts):
    def failed(stage: str, times: int) -> list[object]:
        return [counts.Failure(f"{stage} {n}", "why") for n in range(times)]

    stages = {"lint": [], "few": failed("few", 2), "many": failed("many", 300)}
    lines = counts.in_short(stages)
    assert lines[:4] == [
        "few: 2 failed",
        "FAILED few 0: why",
        "FAILED few 1: why",
        "many: 300 failed",
    ]
    left = counts.IN_SHORT - 2 - 2
    assert lines[4:-1] == [f"FAILED many {n}: why" for n in range(left - 1)]
    assert lines[-1] == f"... and {300 - (left - 1)} more"
    everywhere = counts.in_short({f"stage {n}": failed("x", 100) for n in range(10)})
    assert len(everywhere) <= counts.IN_SHORT


def test_what_a_check_complains_of_is_in_the_sum(counts):
    import run_tests

    text = "/src/panel/form.tsx\n  12:3  error  Unexpected any\n1 problem"
    assert run_tests.complaint(text) == "  12:3  error  Unexpected any\n1 problem"
    assert run_tests.complaint("I001 unsorted\nmore") == "I001 unsorted\nmore"
