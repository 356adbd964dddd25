"""What executors answer counts: what they wrote otherwise is reported until jobs of before have ended.

Must not know: Spark.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent.spark import activity, executors, java_classes, renewal
from jupyterlab_s3_encryption.agent.spark.executors import tasks
from jupyterlab_s3_encryption.agent.state import Renewal, State


@pytest.fixture
def cluster(monkeypatch):
    """An application whose one executor answers with what is in `writing`; counts the requests."""
    found = Renewal("app-1", SimpleNamespace(master="spark://host:7077"))
    found.sealed, found.settings, found.at_work = True, "settings", True
    asked: list[bool] = []
    limits: list[float] = []
    here = SimpleNamespace(found=found, writing=[], asked=asked, limits=limits, jobs=1)

    def reach(_context: Any, _settings: str, anew: bool, limit: float) -> tasks.Reached:
        asked.append(anew)
        limits.append(limit)
        answer = {"failure": None, "sealed": True, "systems": [], "ahead": [], "moved": []}
        return tasks.Reached({"1"}, {"1": {**answer, "writing": here.writing}}, None, 1)

    monkeypatch.setattr(tasks, "reach", reach)
    monkeypatch.setattr(executors, "known", lambda _context: {"1"})
    monkeypatch.setattr(activity, "jobs_ever", lambda _scheduler: here.jobs)
    monkeypatch.setattr(activity, "read", lambda _sessions: {"jobs": 0, "streams": 0})
    here.session = SimpleNamespace(context=found.context)
    here.ask = lambda anew=False: renewal._reach(found, [], here.session, anew, True, renewal.QUIET)
    return here


def test_an_executor_that_writes_through_an_older_file_system_is_reported(cluster):
    cluster.ask(anew=True)
    assert (cluster.found.covered, cluster.found.writing) == ({"1"}, set())
    cluster.writing, cluster.jobs = ["s3a://kept"], 2
    cluster.ask()
    assert (cluster.found.covered, cluster.found.writing) == ({"1"}, {"s3a://kept"})


def test_what_jobs_of_before_the_change_wrote_is_forgotten_once_they_have_ended(cluster):
    cluster.writing = ["s3a://job"]
    cluster.ask(anew=True)
    cluster.found.forget, cluster.found.jobs, cluster.writing = True, None, []
    cluster.ask()
    assert cluster.asked == [True, True]
    assert (cluster.found.forget, cluster.found.writing) == (False, set())


def test_a_check_of_own_writes_waits_for_executors_within_its_own_limit(cluster, monkeypatch):
    state = State()
    state.renewal, state.profile = cluster.found, {"method": "sse-s3"}
    answer = {
        "sealed": True,
        "failure": None,
        "ahead": [],
        "writing": [],
        "systems": [],
        "moved": [],
    }
    monkeypatch.setattr(renewal, "of", lambda _state, _session: cluster.found)
    monkeypatch.setattr(renewal, "classic", lambda _sessions: cluster.session)
    monkeypatch.setattr(java_classes, "change", lambda *_: answer)
    monkeypatch.setattr(java_classes, "jobs", lambda _context: 0)
    renewal.catch_up(state, [], 0.06)
    assert cluster.limits == [0.06]
    # All were reached, so nothing is asked again.
    renewal.catch_up(state, [], 0.06)
    assert (cluster.limits, cluster.found.covered) == ([0.06], {"1"})


@pytest.mark.parametrize(
    ("jobs", "asked", "limits"),
    [(0, False, [5.0]), (0, True, [5.0]), (1, False, []), (1, True, [renewal.BUSY])],
)
def test_a_class_that_may_not_be_there_any_more_is_asked_to_go_once_and_no_cell_waits_for_a_job(
    cluster, monkeypatch, jobs, asked, limits
):
    found = cluster.found
    found.covered, found.kept_off = {"1"}, "kept off"
    left: list[Any] = []
    monkeypatch.setattr(java_classes, "leave", left.append)
    monkeypatch.setattr(activity, "read", lambda _: {"jobs": jobs, "streams": 0})
    monkeypatch.setattr(activity, "quiet", lambda running, streams: running["jobs"] == 0)
    for _ in range(2):
        renewal._withdraw(found, [], cluster.session, asked, 5.0)
        # Until it answers it is not known to be gone, and a guard tries again.
        assert (found.covered, found.due, found.at_work) == (set(), False, not limits)
    assert cluster.limits == limits
    assert left


def test_executors_that_do_not_answer_when_our_class_has_to_go_are_told(cluster, monkeypatch):
    found = cluster.found
    monkeypatch.setattr(java_classes, "leave", lambda _: None)
    monkeypatch.setattr(tasks, "reach", lambda *_: tasks.Reached({"1", "2"}, {"1": {}}, "late", 1))
    renewal._withdraw(found, [], cluster.session, True, 5.0)
    assert (found.at_work, found.reason) == (True, "late")
