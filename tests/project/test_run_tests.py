"""What is tried once more, and what a run then says. Must not know: the stages' commands."""

from __future__ import annotations

import pytest

from tests import ROOT


@pytest.fixture
def runner(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import run_tests

    monkeypatch.setattr(run_tests, "RESULTS", tmp_path / "results")
    return run_tests


@pytest.fixture
def stages(runner, monkeypatch):
    """Replaces the stages by some that fail so often; gives how many runs each had."""
    runs: dict[str, int] = {}

    def replace(**failing: list[int]):
        def stage(name: str):
            def run():
                runs[name] = runs.get(name, 0) + 1
                again = runner.AGAIN.get()
                failed = failing[name].pop(0)
                failures = [runner.Failure(f"test {n}", "too late") for n in range(failed)]
                ran = len(again) if again else 10
                return runner.Count(ran - failed, failed, failures=failures)

            return run

        monkeypatch.setattr(runner, "STAGES", {name: stage(name) for name in failing})
        monkeypatch.setattr(runner, "WAITING", tuple(n for n in failing if n != "lint"))
        return runs

    return replace


def test_a_test_that_passes_alone_is_named_as_unsteady_and_the_run_passes(runner, stages, capsys):
    runs = stages(lint=[0], browser=[2, 0])
    assert runner.main([]) == 0
    assert runs == {"lint": 1, "browser": 2}
    shown = capsys.readouterr().out
    assert "=== unsteady" in shown
    assert "browser: FAILED test 1\n    too late" in shown
    assert shown.splitlines()[-1] == "20 passed, 0 failed"


def test_a_test_that_fails_twice_fails_the_run(runner, stages, capsys):
    runs = stages(lint=[0], browser=[2, 1])
    assert runner.main([]) == 1
    assert runs["browser"] == 2
    assert capsys.readouterr().out.splitlines()[-1] == "18 passed, 2 failed"


def test_of_many_failures_and_of_those_that_wait_for_nothing_none_is_tried_again(runner, stages):
    runs = stages(livy=[2, 0], browser=[1, 0])
    assert runner.main([]) == 1
    assert runs == {"livy": 1, "browser": 1}
    runs = stages(lint=[1, 0])
    assert runner.main(["lint"]) == 1
    assert runs["lint"] == 1
