"""An interrupt at any call into Spark leaves all of the old settings or all of the new, and the truth.

One after the other, each call of a request's is interrupted: before it is made, and after. Must
not know: which calls there are.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import uuid

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption import agent
from jupyterlab_s3_encryption.agent import interrupts
from tests.support.agent_requests import ask, forget, headers, kms, request

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
STRONG = ("inEffect", "proven")
#: The short run interrupts each third call before it, and the ones that follow these after it.
STRIDE = 3 if os.environ.get("S3E_SHORT") else 1


class Calls:
    """Counts calls into the JVM; with `at`, the one of that number is interrupted."""

    def __init__(self, spark, monkeypatch):
        client = type(spark.sparkContext._gateway._gateway_client)
        self._original = client.send_command
        self.count, self.at, self.late, self.how = 0, 0, False, KeyboardInterrupt
        calls = self

        def send_command(client, *arguments, **more):
            # py4j's own thread says which Java objects Python no longer has.
            calls.count += threading.current_thread() is threading.main_thread()
            if calls.count != calls.at or threading.current_thread() is not threading.main_thread():
                return calls._original(client, *arguments, **more)
            if calls.late:
                calls._original(client, *arguments, **more)
            raise calls.how

        monkeypatch.setattr(client, "send_command", send_command)

    def interrupt(self, number, late):
        self.count, self.at, self.late = 0, number, late

    def leave(self):
        self.at = 0


@pytest.fixture
def calls(spark, monkeypatch):
    yield Calls(spark, monkeypatch)
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


def each_call(calls, do):
    """(number, late) of each call that `do` makes, after it was interrupted there."""
    for late in (False, True):
        number = 1 - STRIDE
        while True:
            number += STRIDE + (late and number <= 0)
            calls.interrupt(number, late)
            with contextlib.suppress(KeyboardInterrupt):
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
    assert tried > 20


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
    except KeyboardInterrupt as interrupt:
        error = interrupt.report["error"]
        armed = interrupt.report["request"], error["settings"]
        assert armed[0] == "apply"
        return error["code"], error["settings"]
    return None


def test_a_signal_waits_until_the_settings_are_whole_and_a_second_one_does_not():
    done = []

    def once():
        with interrupts.Deferred():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("first")

    def twice():
        with interrupts.Deferred():
            os.kill(os.getpid(), signal.SIGINT)
            with interrupts.Deferred():
                done.append("nested")
            os.kill(os.getpid(), signal.SIGINT)
            done.append("never")

    # Whoever started the tests in the background has SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for what in (once, twice):
            with pytest.raises(KeyboardInterrupt):
                what()
        assert done == ["first", "nested"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
