"""An interrupt, or the end of the process, at any call into Spark leaves all of the old settings or
all of the new, and the truth.

One after the other, each call of a request's is stopped: before it is made, and after. Must not
know: which calls there are.
"""

from __future__ import annotations

import contextlib
import os
import signal
import uuid

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption import agent
from tests.support.agent_requests import ask, forget, headers, kms, request
from tests.support.stopping import Calls, Lines, handled, raising

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
STRONG = ("inEffect", "proven")
SHORT = bool(os.environ.get("S3E_SHORT"))
#: Which calls are stopped before they are made; the ones that follow these are stopped after it.
STRIDES = {KeyboardInterrupt: 3 if SHORT else 1, SystemExit: 5 if SHORT else 1}
STOPS = tuple(STRIDES)


@pytest.fixture(params=STOPS)
def calls(spark, monkeypatch, request):
    client = type(spark.sparkContext._gateway._gateway_client)
    found = Calls(client)
    found.do, found.stride = raising(request.param), STRIDES[request.param]
    monkeypatch.setattr(client, "send_command", found.send_command)
    yield found
    ask("clear")
    forget()


def found(session):
    return session.conf.get(ALGORITHM, None), session.conf.get(KEY, None)


def in_hadoop(spark):
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    return conf.get(ALGORITHM), conf.get(KEY)


def stored(spark, endpoint, bucket):
    """The header of an object that is written now."""
    name = uuid.uuid4().hex
    hadoop = spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(f"s3a://{bucket}/{name}/x")
    conf = spark._jsparkSession.sessionState().newHadoopConf()
    path.getFileSystem(conf).create(path).close()
    (header,) = headers(endpoint, bucket, name)
    return header


def check(spark, other, endpoint, bucket, allowed):
    """All is one of the allowed profiles' keys (None: nothing), and what is claimed is true."""
    seen = {found(spark), found(other), in_hadoop(spark)}
    names = {("SSE-KMS", key) if key else (None, None) for key in allowed}
    names |= {("", None)} if None in allowed else set()
    seen = {(algorithm or None, key or None) for algorithm, key in seen}
    assert len(seen) == 1, seen
    assert seen <= names, seen
    report = ask("verify")
    (_, key) = seen.pop()
    assert (report["profile"] or {}).get("kmsKeyId") == key
    if key is not None:
        assert report["claim"] in STRONG, report
    assert stored(spark, endpoint, bucket) == (("aws:kms", key) if key else ("", ""))


def each_call(calls, do, again=None):
    """(number, late) of each call that `do` makes, after it was stopped there; again: and once more
    so many calls later."""
    for late in (False, True):
        number = 1 - calls.stride
        while True:
            number += calls.stride + (late and number <= 0)
            more = () if again is None else (number + again,)
            calls.stop_at(number, *more, late=late)
            with contextlib.suppress(*STOPS):
                do()
            over = calls.count < number
            calls.leave()
            if over:
                break
            yield number, late


@pytest.mark.timeout(600)
def test_a_change_from_one_key_to_another(spark, calls, endpoint, bucket):
    first, second = endpoint.keys
    other = spark.newSession()
    tried = 0

    def switch():
        agent.handle(request("apply", profile=kms(second)))

    ask("apply", profile=kms(first))
    for _ in each_call(calls, switch):
        tried += 1
        check(spark, other, endpoint, bucket, {first, second})
        ask("apply", profile=kms(first))
    assert tried > 50 / calls.stride


@pytest.mark.timeout(600)
def test_a_clear(spark, calls, endpoint, bucket):
    (first, _), other = endpoint.keys, spark.newSession()
    ask("apply", profile=kms(first))
    for _ in each_call(calls, lambda: agent.handle(request("clear"))):
        check(spark, other, endpoint, bucket, {first, None})
        ask("apply", profile=kms(first))


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_first_apply(spark, calls, endpoint, bucket):
    (first, _), other = endpoint.keys, spark.newSession()
    for _ in each_call(calls, lambda: agent.handle(request("apply", profile=kms(first)))):
        check(spark, other, endpoint, bucket, {first, None})
        ask("clear")


@pytest.mark.timeout(600)
def test_a_with_ends_with_what_was_set_before_it(spark, calls, endpoint, bucket):
    first, second = endpoint.keys
    other = spark.newSession()
    ask("apply", profile=kms(first))

    def inside():
        with s3enc.using("sse-kms", second):
            pass

    for _ in each_call(calls, inside):
        check(spark, other, endpoint, bucket, {first})


@pytest.mark.timeout(600)
def test_a_session_that_is_being_made(spark, calls, endpoint, bucket):
    (first, _) = endpoint.keys
    ask("apply", profile=kms(first))

    def make():
        made.append(type(spark)(spark.sparkContext, spark._jsparkSession.newSession()))

    made = []
    for _ in each_call(calls, make):
        ask("guard", profile=kms(first))
        check(spark, made[-1] if made else spark, endpoint, bucket, {first})
        made.clear()


def spread(count, points):
    """So many numbers from 1 to count, both among them."""
    return sorted({1 + round(at * (count - 1) / (points - 1)) for at in range(points)})


@contextlib.contextmanager
def button():
    """The stop button: once there is a SparkContext, its handler is Spark's."""
    with handled(signal.SIGINT):
        yield lambda: signal.raise_signal(signal.SIGINT)


def end_forgotten(cls):
    """Ends a SparkContext that pyspark was stopped before it had it: it could make no other."""
    from pyspark import SparkContext

    if SparkContext._active_spark_context is None and cls._instantiatedSession is None:
        # There is none: without a master it makes no other.
        with contextlib.suppress(Exception):
            SparkContext._jvm.org.apache.spark.SparkContext.getOrCreate().stop()


#: What no handler of ours puts off. An alarm's handler raises an error like any other.
WAYS = {
    "button": button,
    "interrupt": lambda: contextlib.nullcontext(raising(KeyboardInterrupt)),
    "alarm": lambda: contextlib.nullcontext(raising(TimeoutError)),
}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("way", "ours", "points"),
    [
        ("interrupt", True, 5),
        ("button", None, 3),
        ("alarm", False, 3),
        pytest.param("interrupt", True, 80, marks=pytest.mark.soak),
        pytest.param("interrupt", False, 80, marks=pytest.mark.soak),
        pytest.param("alarm", False, 80, marks=pytest.mark.soak),
        pytest.param("button", None, 80, marks=pytest.mark.soak),
    ],
)
def test_a_builder_that_is_stopped_makes_no_session_without_the_settings(
    spark, monkeypatch, endpoint, bucket, way, ours, points
):
    """At calls of the agent's, of Spark's, or of both; no guard is ahead of the next cell."""
    (first, _), cls = endpoint.keys, type(spark)
    client = type(spark.sparkContext._gateway._gateway_client)
    calls = Calls(client)
    calls.ours = ours
    monkeypatch.setattr(client, "send_command", calls.send_command)
    ask("apply", profile=kms(first))

    def make():
        return cls.builder.getOrCreate()

    def broken_off(number, late):
        """Makes a context and a session, and returns how many calls that took."""
        make().stop()
        calls.stop_at(number, late=late)
        # Where a context was stopped before, the handler of Spark 3.5 fails with an error.
        with contextlib.suppress(KeyboardInterrupt, TimeoutError, AttributeError):
            make()
        calls.leave()
        end_forgotten(cls)
        return calls.count

    made, count = 0, broken_off(0, False)
    with WAYS[way]() as calls.do:
        for place, number in enumerate(spread(count, points)):
            assert broken_off(number, late=place % 2 == 1) >= number
            session = cls._instantiatedSession
            if session is not None and session._sc._jsc is not None:
                made += 1
                assert (found(session), in_hadoop(session)) == (("SSE-KMS", first),) * 2
            make().range(3).write.parquet(f"s3a://{bucket}/{number}")
            assert headers(endpoint, bucket, f"{number}/") == {("aws:kms", first)}
            report = ask("verify")
            assert (report["claim"] in STRONG, report["profile"]) == (True, kms(first)), report
            assert in_hadoop(make()) == ("SSE-KMS", first)
    assert made > 0
    ask("clear")
    forget()


def test_the_report_of_an_interrupted_request_says_which_settings_there_are(spark, calls, endpoint):
    first, second = endpoint.keys
    ask("apply", profile=kms(first))
    seen = set()
    for _ in each_call(calls, lambda: seen.add(_settings_of(second))):
        ask("apply", profile=kms(first))
    assert seen == {("interrupted", "unchanged"), ("interrupted", "new"), None}


def _settings_of(key):
    try:
        agent.handle(request("apply", profile=kms(key)))
    except STOPS as interrupt:
        error = interrupt.report["error"]
        armed = interrupt.report["request"], error["settings"]
        assert armed[0] == "apply"
        return error["code"], error["settings"]
    return None


@pytest.mark.timeout(600)
@pytest.mark.parametrize("again", [1, pytest.param(2, marks=pytest.mark.soak), 5])
def test_a_change_that_is_stopped_twice_is_made_whole_by_the_next_guard(
    spark, calls, endpoint, bucket, again
):
    first, second = endpoint.keys
    other = spark.newSession()
    armed, ruled = kms(first), kms(second, buckets={bucket: {"method": "sse-s3"}})
    said = {"unsettled": 0, "settled": 0}

    def switch():
        agent.handle(request("apply", profile=ruled))

    ask("apply", profile=armed)
    for _ in each_call(calls, switch, again):
        report = ask("guard", profile=armed)
        said["unsettled" if "unchanged" not in report else "settled"] += 1
        key = report["profile"]["kmsKeyId"] if "profile" in report else first
        if key == second:  # whole when it was stopped
            expected = ("AES256", "")
        else:
            check(spark, other, endpoint, bucket, {first})
            expected = ("aws:kms", first)
        assert stored(spark, endpoint, bucket) == expected
        ask("apply", profile=armed)
    assert all(said.values())


SIGNALS = pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.soak)]
)


def each_line(number, do, points):
    """Does it again and again; a signal arrives at so many lines of ours, all over it."""
    with Lines(number, ()) as whole:
        do()
    for at in range(1, whole.count + 1, max(1, whole.count // points)):
        with Lines(number, [at]), contextlib.suppress(*STOPS):
            do()
        yield at


@pytest.mark.timeout(600)
@SIGNALS
def test_a_signal_at_any_line_of_a_change(spark, endpoint, bucket, number):
    first, second = endpoint.keys
    other = spark.newSession()

    def switch():
        agent.handle(request("apply", profile=kms(second)))

    def back():
        ask("apply", profile=kms(first))

    with handled(number):
        back()
        for _ in each_line(number, lambda: (back(), switch()), 25 if SHORT else 400):
            check(spark, other, endpoint, bucket, {first, second})
            back()
    ask("clear")
    forget()


@pytest.mark.timeout(600)
@SIGNALS
def test_a_signal_at_any_line_of_a_with(spark, endpoint, bucket, number):
    first, second = endpoint.keys
    other = spark.newSession()

    def inside():
        with s3enc.using("sse-kms", second):
            pass

    with handled(number):
        ask("apply", profile=kms(first))
        for _ in each_line(number, inside, 25 if SHORT else 400):
            check(spark, other, endpoint, bucket, {first})
    ask("clear")
    forget()
