"""What a report says if a Connect server refuses something, or answers what is no answer.

With a session that stands in for one of Spark Connect. Real servers are in tests/spark.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent.spark.connect import server
from jupyterlab_s3_encryption.agent.spark.remote import calls, channel
from jupyterlab_s3_encryption.agent.spark.sessions import Connect
from tests.agent.spark.test_connect_server import FakeSpark


@pytest.mark.parametrize("rows", [[], ["a", "a"]])
def test_an_answer_that_is_not_one_value_is_none_of_our_class(state, rows):
    spark = FakeSpark()
    sql = spark.sql

    def several(query: str) -> Any:
        if query.startswith("SHOW"):
            return sql(query)
        return SimpleNamespace(collect=lambda: [[row] for row in rows])

    spark.sql = several  # type: ignore[method-assign]
    server.changed(state, [Connect(spark)])
    assert state.server.reason == "What answered on the server is not our class."


class RefusedError(Exception):
    """As gRPC's error."""

    def __init__(self, status: str, details: str) -> None:
        super().__init__("<_InactiveRpcError of RPC that terminated with:\n...")
        self.code = lambda: SimpleNamespace(name=status)
        self.details = lambda: details


def test_a_refusal_is_told_in_the_servers_words(state):
    spark = FakeSpark()

    def refuse(path: str) -> None:
        raise RuntimeError("pyspark's own") from RefusedError("PERMISSION_DENIED", "no jars\nhere")

    spark.addArtifacts = refuse  # type: ignore[method-assign]
    server.changed(state, [Connect(spark)])
    assert state.server.reason == "It does not take our class: PERMISSION_DENIED: no jars"


@pytest.mark.parametrize(
    ("status", "gone"), [("UNAUTHENTICATED", True), ("PERMISSION_DENIED", False)]
)
def test_a_client_that_is_not_let_in_any_more_has_no_server(status, gone):
    def fail() -> None:
        raise RuntimeError("pyspark's own") from RefusedError(status, "expired.")

    with pytest.raises(channel.GoneError if gone else RuntimeError) as raised:
        calls.within(1.0, fail, FakeSpark())
    assert channel.is_gone(raised.value) is gone
    if gone:
        assert (
            str(raised.value) == "The Spark Connect server does not let this session in: expired."
        )
        assert raised.value.session == "1"
