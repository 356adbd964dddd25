"""A setting, or the environment, keeps our class off Spark Connect servers; nothing goes there unarmed.

With a session that stands in for one of Spark Connect. Real servers are in tests/spark.
"""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent import arming
from jupyterlab_s3_encryption.agent import state as states
from jupyterlab_s3_encryption.agent.checks import inspection, server_findings
from jupyterlab_s3_encryption.agent.spark import connect
from jupyterlab_s3_encryption.agent.spark.connect import server
from jupyterlab_s3_encryption.agent.spark.remote import versions
from jupyterlab_s3_encryption.agent.spark.sessions import Connect
from jupyterlab_s3_encryption.agent.state import Server, State
from tests.agent.spark.test_connect_server import KEY, FakeSpark
from tests.support.agent_requests import ask, forget, kms

SETTING = "A setting keeps our class off Spark Connect servers and executors (connectClass)."
VARIABLE = "S3_ENCRYPTION_CONNECT_CLASS"


@pytest.fixture
def agent() -> Any:
    forget()
    yield states.get
    forget()


def report() -> Any:
    return {
        "session": {"master": None},
        "activity": {},
        "executors": None,
        "fileSystems": [],
        "limitedTo": None,
        "changed": [],
    }


def reason_in(state: State, spark: FakeSpark) -> str:
    """The only finding about the server, which lowers the claim."""
    (found,) = server_findings.fill(report(), state, [Connect(spark)], "s3a")
    assert found["code"] == "connect-unknown"
    return str(found["message"])


def test_a_setting_keeps_our_class_off_the_server_and_the_finding_says_so(state):
    state.connect_class = False
    spark = FakeSpark()
    connect.begin(state, Connect(spark))
    server.changed(state, [Connect(spark)])
    server.check(state, [Connect(spark)])
    server.created(state, [Connect(spark)])
    assert (spark.sent, spark.registered, spark.texts) == ([], [], [])
    assert SETTING in reason_in(state, spark)


@pytest.mark.parametrize("value", ["off", "Off", "no", "0"])
def test_the_environment_keeps_it_off_whatever_was_chosen(state, monkeypatch, value):
    monkeypatch.setenv(VARIABLE, value)
    state.connect_class = True
    spark = FakeSpark()
    server.changed(state, [Connect(spark)])
    assert (spark.sent, spark.texts) == ([], [])
    assert VARIABLE in reason_in(state, spark)


@pytest.mark.parametrize("value", ["on", ""])
def test_an_environment_that_allows_it_changes_nothing(state, monkeypatch, value):
    monkeypatch.setenv(VARIABLE, value)
    spark = FakeSpark()
    server.changed(state, [Connect(spark)])
    assert len(spark.sent) == 1
    state.connect_class = False
    server.check(state, [Connect(spark)])
    assert SETTING in reason_in(state, spark)


def test_a_class_that_is_there_already_is_not_asked_any_more(state):
    spark = FakeSpark()
    server.changed(state, [Connect(spark)])
    before = len(spark.requests)
    assert before
    state.connect_class = False
    server.check(state, [Connect(spark)])
    server.changed(state, [Connect(spark)])
    assert connect.current(state, [Connect(spark)]) is None
    state.profile = None
    server.changed(state, [Connect(spark)])  # what a clear does
    assert len(spark.requests) == before


def test_own_writes_are_unknown_for_the_same_reason(state):
    state.connect_class = False
    spark = FakeSpark()
    server.changed(state, [Connect(spark)])
    with pytest.raises(server.probe.UnavailableError) as raised:
        server.after_cells(state, [Connect(spark)], 0)
    assert str(raised.value) == SETTING


def test_nothing_goes_to_a_server_before_something_is_armed():
    state, spark = State(), FakeSpark()
    spark.version = "4.3.0"  # type: ignore[attr-defined]
    spark.conf = SimpleNamespace(get=lambda *_: None)  # type: ignore[attr-defined]
    inspection.information(state, Connect(spark))
    assert connect.known(state, Connect(spark)) is None
    assert connect.current(state, [Connect(spark)]) is None
    assert (spark.sent, spark.registered) == ([], [])


def test_versions_known_before_the_class_was_there_are_read_again_by_it(state):
    spark = FakeSpark()
    spark.version = "4.3.0"  # type: ignore[attr-defined]
    spark.conf = SimpleNamespace(get=lambda *_: None)  # type: ignore[attr-defined]
    assert inspection.information(state, Connect(spark))["applicationId"] is None
    connect.begin(state, Connect(spark))
    assert inspection.information(state, Connect(spark))["applicationId"] == "app"
    state.server = Server("f")  # it does not answer any more
    assert inspection.information(state, Connect(spark))["applicationId"] == "app"


def test_without_the_class_a_server_that_never_answers_holds_no_request(state, monkeypatch):
    monkeypatch.setattr(versions, "LIMIT", 0.2)
    stop = threading.Event()

    class Silent(FakeSpark):
        @property
        def version(self) -> str:
            stop.wait(60)
            return ""

        def sql(self, _: str) -> Any:
            stop.wait(60)

    spark = Silent()
    spark.conf = SimpleNamespace(get=lambda *_: stop.wait(60))  # type: ignore[attr-defined]
    try:
        found = inspection.information(state, Connect(spark))
    finally:
        answered = stop.is_set()
        stop.set()
    assert not answered
    assert (found["hadoopVersion"], found["master"]) == (None, None)
    # It was only late: the next report has it.
    spark.sql = lambda _: SimpleNamespace(collect=lambda: [["3.5.0"]])  # type: ignore[method-assign]
    assert inspection.information(state, Connect(spark))["hadoopVersion"] == "3.5.0"


@pytest.mark.parametrize("bad", ["no", 0, 1, [], {}])
def test_what_is_neither_true_nor_false_is_refused(agent, bad):
    answer = ask("apply", profile=kms(KEY), connectClass=bad)
    assert [field["field"] for field in answer["error"]["fields"]] == ["connectClass"]
    assert "true or false" in answer["error"]["fields"][0]["message"]
    assert agent().profile is None


def test_a_choice_brings_it_along_and_it_stays_until_the_next_one(agent):
    assert ask("apply", profile=kms(KEY), connectClass=False)["ok"]
    assert not agent().connect_class
    assert not agent().choice().connect_class
    assert ask("clear")["ok"]
    assert not agent().connect_class
    assert ask("apply", profile=kms(KEY))["ok"]
    assert agent().connect_class


def test_a_guard_takes_it_away_at_once_and_gives_it_back_to_nobody(agent):
    first = ask("apply", profile=kms(KEY))
    same = {"profile": kms(KEY), "fingerprint": first["fingerprint"]}
    assert ask("guard", **same, connectClass=False)["unchanged"]
    assert not agent().connect_class
    assert ask("guard", **same, connectClass=True)["unchanged"]
    assert not agent().connect_class
    # It is no other choice: a guard without the fingerprint finds the same one.
    assert ask("guard", profile=kms(KEY), connectClass=True)["unchanged"]


def test_a_choice_that_could_not_be_set_leaves_it_as_it_was(agent, monkeypatch):
    ask("apply", profile=kms(KEY), connectClass=False)

    def refuse(*_: object) -> None:
        raise arming.NoConnectorError("none")

    monkeypatch.setattr(arming, "write", refuse)
    with pytest.raises(arming.NoConnectorError):
        arming.arm(agent(), [Connect(FakeSpark())], states.Choice(kms(KEY), "auto", None, True))
    assert not agent().connect_class
