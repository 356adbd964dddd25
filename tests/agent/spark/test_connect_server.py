"""What a Connect server answers, and what follows from it: bad answers, refusals, and who may be told what.

With a session that stands in for one of Spark Connect. Real servers are in tests/spark.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import types
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent.spark import renewal
from jupyterlab_s3_encryption.agent.spark.connect import probe, server
from jupyterlab_s3_encryption.agent.spark.remote import calls
from jupyterlab_s3_encryption.agent.spark.sessions import Connect
from jupyterlab_s3_encryption.agent.state import Server, State

CONNECTOR = "org.apache.hadoop.fs.s3a.S3AFileSystem"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001"
SECRET = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM="


def opened(uri: str, stale: bool | None = False) -> dict[str, Any]:
    return {"uri": uri, "className": CONNECTOR, "algorithm": "SSE-KMS", "key": KEY, "stale": stale}


def jvm(*systems: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"systems": list(systems), "sealed": False, "failure": None, "left": 0}
    return {**found, "writing": [], "ahead": [], "moved": [], **more}


def answer(driver: dict[str, Any], executors: dict[str, Any] | None = None, **more: Any) -> Any:
    """What Probe.java answers, but for its id."""
    beside = None
    if executors is not None:
        beside = {
            "total": len(executors),
            "ids": list(executors),
            "answers": [
                f"{name}\n\n{json.dumps(one)}" for name, one in executors.items() if one is not None
            ],
            "reason": None,
        }
    return {
        "by": "jupyterlab-s3-encryption 1",
        "application": "app",
        "master": "spark://x",
        "spark": "4.3.0",
        "hadoop": "3.5.0",
        "others": 0,
        "running": "0 0 0",
        "kept": 0,
        "fetched": 0,
        "connectors": {scheme: [CONNECTOR, None] for scheme in ("s3", "s3a", "s3n")},
        "derived": {"": ["SSE-KMS", KEY]},
        "server": {},
        "eventLog": None,
        "replaced": True,
        "driver": json.dumps(driver),
        "executors": beside,
        **more,
    }


class FakeSpark:
    """A session of Spark Connect with our function; `says` is given each request."""

    def __init__(self, says: Any = None) -> None:
        self._session_id = "1"
        self.says = says or (lambda request: answer(jvm()))
        self.requests: list[dict[str, str]] = []
        self.texts: list[str] = []
        self.sent: list[str] = []
        self.registered: list[tuple[str, ...]] = []
        self.interrupted: list[str] = []
        #: Functions of others.
        self.known: list[str] = []
        self.udf = SimpleNamespace(registerJavaFunction=lambda *row: self.registered.append(row))

    def addArtifacts(self, path: str) -> None:  # noqa: N802 - Spark's name
        self.sent.append(path)

    def interruptTag(self, tag: str) -> None:  # noqa: N802 - Spark's name
        self.interrupted.append(tag)

    def sql(self, query: str) -> Any:
        if query.startswith("SHOW"):
            return SimpleNamespace(collect=lambda: self.known)
        text = base64.b64decode(query.split("'")[1]).decode()
        self.texts += [query, text]
        lines = dict(line.split("=", 1) for line in text.splitlines())
        request = {key: value.encode().decode("unicode_escape") for key, value in lines.items()}
        self.requests.append(request)

        def collect() -> list[list[Any]]:
            found = self.says(request)
            if isinstance(found, dict):
                found = json.dumps({"id": request["id"], **found})
            return [[found]]

        return SimpleNamespace(collect=collect)


@pytest.fixture
def state() -> State:
    found = State()
    found.profile = {"method": "sse-kms", "kmsKeyId": KEY}
    found.dialect, found.fingerprint = "s3a", "f"
    return found


def changed(state: State, says: Any = None) -> tuple[FakeSpark, Server]:
    spark = FakeSpark(says)
    server.changed(state, [Connect(spark)])
    assert state.server is not None
    return spark, state.server


def test_the_class_is_sent_once_and_asked_by_one_query(state):
    spark, found = changed(state)
    server.check(state, [Connect(spark)])
    assert len(spark.sent) == len(spark.registered) == 1
    assert len(spark.requests) == 2
    assert found.reason is None
    assert not found.due


def test_a_client_of_spark_4_sends_no_query_in_the_form_that_a_server_of_spark_3_5_cannot_read(
    state, monkeypatch
):
    client = types.ModuleType("a_client_of_spark_4")
    monkeypatch.setitem(sys.modules, client.__name__, client)
    client.SQL = lambda query: query  # type: ignore[attr-defined]
    client.DataFrame = lambda query, spark: FakeSpark.sql(spark, query)  # type: ignore[attr-defined]

    class Spark4(FakeSpark):
        __module__ = client.__name__
        conf = type("Conf", (), {"getAll": {}})()

        def sql(self, query: str) -> Any:
            raise AssertionError(query)

    spark = Spark4()
    server.changed(state, [Connect(spark)])
    assert len(spark.sent) == len(spark.requests) == 1
    assert state.server.reason is None


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "no JSON",
        "[]",
        "null",
        7,
        None,
        json.dumps({"by": "jupyterlab-s3-encryption 2", "id": "i"}),
        json.dumps({"by": "jupyterlab-s3-encryption 1", "id": "another"}),
        json.dumps({"by": "jupyterlab-s3-encryption 1", "id": "i"}),
        json.dumps({**answer(jvm()), "id": "i", "others": "none"}),
        json.dumps({**answer(jvm()), "id": "i", "connectors": []}),
        json.dumps({**answer(jvm()), "id": "i", "driver": "[1]x"}),
        json.dumps({**answer(jvm()), "id": "i", "running": "1"}),
        json.dumps({**answer(jvm(), {"1": jvm()}), "id": "i", "executors": [1]}),
    ],
    ids=str,
)
def test_what_is_not_an_answer_of_our_class_to_this_request_is_not_believed(text):
    with pytest.raises(probe.UnavailableError):
        probe.checked(text, "i")


def test_an_error_of_the_class_is_told(state):
    _, found = changed(state, lambda _: {"by": "jupyterlab-s3-encryption 1", "error": "no S3A"})
    assert found.reason is not None
    assert "no S3A" in found.reason
    assert found.due
    assert found.answer is None


def test_a_server_that_takes_no_artifacts_is_named_and_asked_again_with_the_next_apply(state):
    spark = FakeSpark()
    session = Connect(spark)

    def refuse(path: str) -> None:
        spark.sent.append(path)
        raise PermissionError("artifacts are not allowed")

    spark.addArtifacts = refuse  # type: ignore[method-assign]
    server.begin(state, session)
    state.server.fingerprint = None
    server.changed(state, [session])
    assert len(spark.sent) == 1  # once for an apply, though it looks twice
    assert "artifacts are not allowed" in state.server.reason
    assert state.server.due
    assert server.current(state, [session]) is None
    assert spark.requests == []
    server.changed(state, [session])
    assert len(spark.sent) == 2


def test_a_function_of_our_name_that_is_somebody_elses_is_not_replaced(state):
    spark = FakeSpark(lambda _: "not JSON of ours")
    spark.known = ["theirs"]
    server.changed(state, [Connect(spark)])
    assert spark.sent == spark.registered == []
    assert "What answered on the server is not our class." in state.server.reason
    assert state.server.due
    # One that is ours, sent by an agent that was loaded before, is asked as it is.
    spark.says = lambda _: answer(jvm())
    server.check(state, [Connect(spark)])
    assert spark.sent == spark.registered == []
    assert state.server.reason is None


def test_a_server_that_does_not_answer_is_interrupted_and_not_asked_for_the_next_report(
    state, monkeypatch
):
    spark, found = changed(state)
    monkeypatch.setattr(probe, "ASK", 0.1)
    asked: list[dict[str, str]] = []
    over = threading.Event()

    def silent(request: dict[str, str]) -> Any:
        asked.append(request)
        over.wait()
        return answer(jvm())

    spark.says = silent
    with pytest.raises(TimeoutError):
        probe.ask(found, Connect(spark), {}, 0.1)
    with pytest.raises(probe.UnavailableError, match="did not answer"):
        probe.ask(found, Connect(spark), {}, 0.1)
    assert len(asked) == 1
    over.set()


def test_what_a_call_raises_is_raised_here():
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        calls.within(1.0, fail)


def test_no_secret_is_in_a_request(state):
    state.profile = {"method": "sse-c"}
    state.customer_key = SECRET
    spark, _ = changed(state)
    assert spark.texts
    assert not any(SECRET in text for text in spark.texts)


def test_a_request_says_which_sessions_are_ours(state):
    spark, _ = changed(state)
    assert spark.requests[-1]["sessions"] == "1"
    assert spark.requests[-1]["connector"] == CONNECTOR
    assert spark.requests[-1]["replace"] == "true"


def test_a_report_only_looks(state):
    spark, _ = changed(state)
    server.current(state, [Connect(spark)])  # of the request at hand
    assert len(spark.requests) == 1
    server.current(state, [Connect(spark)])
    assert spark.requests[-1]["replace"] == ""


ONE, TWO = opened("s3a://one"), opened("s3a://two")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer(jvm(ONE)), ["s3a://one"]),
        (answer(jvm(ONE, opened("s3a://two", True))), ["s3a://one"]),
        (answer(jvm(ONE, opened("s3a://one", True))), []),
        (answer(jvm(opened("s3a://one", None))), []),
        (answer(jvm({**ONE, "className": "another.FileSystem"})), []),
        (answer(jvm(ONE, failure="s3a://two\nno")), []),
        (answer(jvm(ONE, writing=["s3a://one"])), []),
        (answer(jvm(ONE), others=1), []),
        (answer(jvm(ONE), others=None), []),
        (answer(jvm(ONE), fetched=1), []),
        (answer(jvm(ONE), fetched=None), []),
        (answer(jvm(ONE), kept=1), []),
        (answer(jvm(ONE), kept=None), []),
        (answer(jvm(ONE), running="1 0 0"), []),
        (answer(jvm(ONE), running="0 1 0"), []),
        (answer(jvm(ONE), running="? 0 0"), []),
        (answer(jvm(ONE), running="0 0 1"), []),
        (answer(jvm(ONE), running="0 0 ?"), []),
        (answer(jvm(ONE), replaced=False), []),
        (answer(jvm(ONE, TWO), {"1": jvm(ONE), "2": jvm(TWO, ONE)}), ["s3a://one"]),
        (answer(jvm(ONE), {"1": jvm(ONE), "2": jvm()}), []),
        (answer(jvm(ONE), {"1": jvm(ONE), "2": None}), []),
        (answer(jvm(ONE), {"1": jvm(ONE), "2": jvm(opened("s3a://one", True))}), []),
        (answer(jvm(ONE), {"1": jvm(ONE, failure="x")}), []),
        (answer(jvm(ONE), {"1": jvm(ONE, writing=["s3a://one"])}), []),
        (answer(jvm(ONE), {}), []),
    ],
)
def test_settings_are_in_effect_for_what_is_open_with_them_everywhere_and_nothing_else(
    state, said, expected
):
    _, found = changed(state, lambda _: said)
    assert server.addresses(found, CONNECTOR) == expected


def test_what_was_pending_is_done_by_a_later_check(state):
    said = [answer(jvm(ONE), running="1 0 0"), answer(jvm(ONE)), answer(jvm(ONE))]
    spark, found = changed(state, lambda _: said[0])
    assert found.due
    spark.says = lambda _: said[1]
    server.check(state, [Connect(spark)])
    assert spark.requests[-1]["anew"] == "true"
    assert not found.due
    server.check(state, [Connect(spark)])
    assert spark.requests[-1]["anew"] == "false"


def test_a_guard_with_nothing_to_do_asks_nothing(state):
    spark, _ = changed(state)
    before = len(spark.requests)
    assert not renewal.glance(state).due
    assert not renewal.quick_check(state, [Connect(spark)])
    assert len(spark.requests) == before


def test_others_are_only_disturbed_if_somebody_asks_for_it(state):
    spark, _ = changed(state, lambda _: answer(jvm(ONE), others=1, replaced=False))
    server.check(state, [Connect(spark)])
    assert spark.requests[-1]["replace"] == "true"  # the server itself says that others are there
    server.check(state, [Connect(spark)], True)
    assert spark.requests[-1]["replace"] == "asked"


def on(*endpoints: str | None) -> list[Any]:
    """A session on each of these servers."""
    found = []
    for number, endpoint in enumerate(endpoints):
        spark = FakeSpark()
        spark._session_id = str(number)
        builder = SimpleNamespace() if endpoint is None else SimpleNamespace(endpoint=endpoint)
        spark._client = SimpleNamespace(_builder=builder)  # type: ignore[attr-defined]
        found.append(Connect(spark))
    return found


def test_sessions_of_several_servers_are_told_apart():
    assert server.are_on_one(on(None))
    assert server.are_on_one(on("a:1", "a:1"))
    assert not server.are_on_one(on("a:1", "b:1"))
    assert not server.are_on_one(on("a:1", None))


def test_a_new_session_keeps_what_is_known_of_the_server(state):
    spark, found = changed(state)
    other = FakeSpark()
    other._session_id = "2"
    server.created(state, [Connect(other)])
    assert state.server is found
    assert other.sent == spark.sent
    other.says = lambda _: answer(jvm(), application="another")
    server.created(state, [Connect(other)])
    assert state.server is not found


def test_after_a_clear_nothing_is_asked_of_a_server_that_was_never_asked(state):
    state.profile = None
    spark, _ = changed(state)
    assert spark.sent == spark.requests == []


def test_after_a_clear_what_is_open_with_our_settings_is_let_go(state):
    spark, _ = changed(state)
    state.profile = None
    server.changed(state, [Connect(spark)])
    assert "connector" not in spark.requests[-1]
    assert spark.requests[-1]["replace"] == "true"
