"""What the server hears of a report. Must not know: Spark, messages."""

from __future__ import annotations

import sys
import types

import pytest

from jupyterlab_s3_encryption.agent import report, state
from jupyterlab_s3_encryption.agent.checks import events
from jupyterlab_s3_encryption.server.evidence import checked
from tests.support.agent_requests import ask, forget

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_C = {"method": "sse-c"}


class Kernel:
    """As ipykernel's, as far as a message needs it."""

    iopub_socket = object()

    def __init__(self) -> None:
        self.said: list[dict] = []
        self.parent: dict = {"header": {}}

    def get_parent(self) -> dict:
        return self.parent

    def send_response(self, stream, kind, content, ident=None) -> None:
        assert (kind, ident) == (events.MESSAGE, events.TOPIC)
        self.said.append(content)


@pytest.fixture
def kernel(monkeypatch):
    found = Kernel()
    shell = types.SimpleNamespace(kernel=found)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setenv(state.EVENTS, "1")
    # However slow the machine is, nothing is said again by the clock.
    monkeypatch.setattr(events, "AGAIN", float("inf"))
    forget()
    yield found
    forget()


def names(kernel):
    return [one["state"] for one in kernel.said]


def test_nothing_is_said_unless_the_server_listens(kernel, monkeypatch):
    monkeypatch.delenv(state.EVENTS)
    ask("apply", profile=KMS)
    assert kernel.said == []
    assert state.get().events is None


def test_a_profile_that_waits_for_spark_is_armed_and_no_more(kernel):
    for request in ("probe", "verify"):
        ask(request)
    assert kernel.said == []
    ask("guard", profile=KMS)
    ask("guard", profile=KMS)
    [armed] = kernel.said
    assert (armed["state"], armed["claim"], armed["kmsKeyId"]) == ("armed", "none", "alias/lake")
    assert checked(armed) is not None
    ask("release")
    assert names(kernel) == ["armed", "cleared"]


def test_a_request_that_changes_nothing_changes_no_state(kernel):
    ask("apply", profile={"method": "rot13"})
    assert kernel.said == []
    ask("apply", profile=KMS)
    ask("no such request")
    ask("apply", profile={"method": "rot13"})
    assert names(kernel)[0] == "armed"
    # The second apply is an error of the report, which has its code.
    assert [one["codes"] for one in kernel.said[1:]] == [["invalid-profile"]]
    assert {one["kmsKeyId"] for one in kernel.said} == {"alias/lake"}


def test_a_choice_that_cannot_be_set_differs_and_no_key_is_in_it(kernel):
    ask("guard", profile=SSE_C)
    ask("verify")
    ask("guard", profile={**SSE_C, "buckets": 7}, customerKey="QUFBQUFB")
    assert names(kernel) == ["differs"]
    assert "QUFB" not in str(kernel.said)


def test_a_failure_of_the_agent_is_no_lower_word_than_not_known(kernel):
    ask("apply", profile=KMS)
    answer = report.empty("verify", "0", "installed")
    report.fail(answer, report.Error("internal", "It failed.", "mixed"))
    state.get().events.follow(answer, None)
    assert names(kernel) == ["armed", "differs"]
    # One that says that nothing has changed says nothing else of it either.
    report.fail(answer, report.Error("internal", "It failed.", "unchanged"))
    state.get().events.follow(answer, None)
    assert names(kernel) == ["armed", "differs"]


def test_cells_that_are_refused_again_and_again_are_one_state(kernel):
    for _ in range(3):
        answer = ask("guard", profile=SSE_C)
        state.get().events.blocked(answer, SSE_C)
    assert names(kernel) == ["differs", "blocked"]
    state.get().events.passed()
    state.get().events.passed()
    assert names(kernel) == ["differs", "blocked", "differs"]
    # Without a whole report there is a code.
    state.get().events.blocked(None, None, "damaged-choice")
    assert kernel.said[-1]["codes"] == ["damaged-choice"]
    assert checked(kernel.said[-1]) is not None


def test_what_was_said_before_the_first_cell_is_repeated_with_it(kernel):
    kernel.parent = {}
    ask("guard", profile=KMS)
    kernel.parent = {"header": {}}
    for _ in range(2):
        state.get().events.passed()
    assert names(kernel) == ["armed", "armed"]
    assert kernel.said[0] == kernel.said[1]


def test_a_state_is_said_again_ever_more_rarely_as_the_server_may_not_have_listened(
    kernel, monkeypatch
):
    now = 100.0
    monkeypatch.setattr(events, "AGAIN", 1.0)
    monkeypatch.setattr(events.time, "monotonic", lambda: now)
    ask("guard", profile=KMS)
    said = []
    for second in range(1, 64):
        now = 100.0 + second
        before = len(kernel.said)
        state.get().events.passed()
        said += [second] * (len(kernel.said) - before)
    assert said == [1, 3, 7, 15, 31, 63]
    # A cell that is refused is one of another state, and begins anew.
    for second in (200.0, 200.5, 201.0):
        now = second
        state.get().events.blocked(None, None, "damaged-choice")
    assert names(kernel)[-2:] == ["blocked", "blocked"]
    assert names(kernel).count("blocked") == 2


def test_whatever_goes_wrong_with_it_the_answer_is_there(kernel, monkeypatch, capsys):
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(kernel, "send_response", fail)
    assert ask("apply", profile=KMS)["ok"]
    assert capsys.readouterr() == ("", "")
