"""What the server hears of a real Spark's way through the states. Must not know: the server, messages."""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.checks import events
from jupyterlab_s3_encryption.agent.shapes import JsonObject
from jupyterlab_s3_encryption.server.evidence import STATES, checked
from tests.support.agent_requests import ask, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")


@pytest.fixture
def heard(monkeypatch):
    said: list[JsonObject] = []
    monkeypatch.setenv(state.EVENTS, "1")
    monkeypatch.setattr(events.Events, "_send", lambda _, message: said.append(message))
    state.get().events = None
    yield said
    state.get().events = None


def test_each_change_is_said_once_and_is_never_more_than_the_report(spark, endpoint, bucket, heard):
    ask("verify")
    assert heard == []
    profile = kms(endpoint.keys[0])
    for _ in range(2):
        ask("apply", profile=profile)
    ask("guard", profile=profile)
    for _ in range(2):
        ask("verify")
    ask("canary", location=f"s3://{bucket}")
    ask("verify")
    spark.conf.set("fs.s3a.encryption.key", endpoint.keys[1])
    ask("guard", profile=profile)
    state.get().events.blocked(ask("verify"), profile)
    state.get().events.passed()
    ask("apply", profile=profile)
    ask("clear")
    ask("clear")
    names = [one["state"] for one in heard]
    assert names == [
        *("applied", "verified", "proven", "differs", "blocked", "differs", "applied", "cleared")
    ]
    assert set(names) | {"armed"} == set(STATES)
    claims = [one["claim"] for one in heard]
    assert claims == ["inEffect", "inEffect", "proven", *["none"] * 3, "inEffect", "none"]
    for one in heard:
        found = checked(one)
        assert found is not None
        assert found["key_id"] == (None if one["state"] == "cleared" else endpoint.keys[0])
        assert found["counts"]["sessions"] >= 1
    assert heard[2]["counts"]["objectsProven"] > 0
    assert heard[3]["codes"] == ["changed-since"]
    # Neither where it was written nor what was set is in it.
    assert bucket not in str(heard)
    assert endpoint.keys[1] not in str(heard)
