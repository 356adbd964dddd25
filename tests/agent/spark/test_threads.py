"""Requests and hooks of several threads take turns. With sessions in the form of Spark Connect's.

Must not know: Spark.
"""

from __future__ import annotations

import sys
import threading
import time
import types
from contextlib import contextmanager

import pytest

from jupyterlab_s3_encryption.agent import arming, requests, state
from jupyterlab_s3_encryption.agent.spark import hooks
from jupyterlab_s3_encryption.agent.writers import boto
from tests.support.agent_requests import ask, codes, kms

pytestmark = pytest.mark.usefixtures("no_spark")

ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890a%d"
A, B = kms(ARN % 1), kms(ARN % 2)
KEY = "fs.s3a.encryption.key"
MODULE = "pyspark.sql.connect.session"


class Conf:
    """What a session's `conf` is, with a pause in which another thread may run."""

    def __init__(self):
        self.values = {}

    @property
    def getAll(self):  # noqa: N802 - Spark's name
        return dict(self.values)

    def get(self, name, default=None):
        return self.values.get(name, default)

    def set(self, name, value):
        time.sleep(0)
        self.values[name] = value

    def unset(self, name):
        time.sleep(0)
        self.values.pop(name, None)


@pytest.fixture
def sessions(monkeypatch):
    """A module like Spark Connect's, and the sessions that it made."""
    made = []

    class SparkSession:
        version = "4.0.0"
        _default_session = None
        paused = None

        class Builder:
            def create(self):
                if SparkSession.paused is not None:
                    SparkSession.paused()
                return SparkSession()

        def __init__(self):
            self.conf = Conf()
            self._session_id = str(len(made)) + str(id(self))
            made.append(self)

        def newSession(self):  # noqa: N802 - Spark's name
            return SparkSession()

    module = types.ModuleType(MODULE)
    module.SparkSession = SparkSession
    monkeypatch.setitem(sys.modules, MODULE, module)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield SparkSession, made
    sys.setswitchinterval(interval)


@contextmanager
def beside(work):
    """Runs something in another thread; what it raises is raised at the end."""
    failed = []

    def run():
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield thread
    thread.join(60)
    assert not thread.is_alive()
    assert failed == []


def apply(profile):
    return ask("apply", profile=profile, connector="s3a")


def encryption(session):
    return {key: value for key, value in session.conf.values.items() if "encryption" in key}


@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.soak)])
def test_rounds_of_two_threads_end_with_one_profile_and_a_clean_clear(sessions, rounds):
    cls, made = sessions
    for number in range(rounds):
        del made[:]
        first = cls()
        cls._default_session = first
        together = threading.Barrier(2)

        def other(cls=cls, together=together, clears=number % 3 == 0):
            together.wait(30)
            apply(B)
            cls.Builder().create()
            if clears:
                ask("clear")
                apply(B)

        with beside(other):
            together.wait(30)
            apply(A)
            first.newSession()
            ask("verify")
        report = ask("verify")
        assert (report["ok"], report["claim"], report["changed"]) == (True, "set", [])
        assert report["session"]["sessions"] == len(made) == 3
        assert {session.conf.get(KEY) for session in made} == {report["profile"]["kmsKeyId"]}
        report = ask("clear")
        assert (report["ok"], report["profile"], codes(report)) == (True, None, [])
        assert [encryption(session) for session in made] == [{}, {}, {}]
        assert state.get().records == {}


def test_a_session_that_another_thread_is_making_does_not_keep_one_of_this_thread_waiting(sessions):
    cls, _ = sessions
    cls._default_session = first = cls()
    apply(A)
    begun, may_end = threading.Event(), threading.Event()

    def pause():
        begun.set()
        may_end.wait(30)

    cls.paused = pause
    with beside(lambda: cls.Builder().create()):
        begun.wait(30)
        assert first.newSession().conf.get(KEY) == A["kmsKeyId"]
        may_end.set()


def test_a_request_waits_for_one_of_another_thread(sessions, monkeypatch):
    begun, may_end = threading.Event(), threading.Event()
    order = []

    def slow(*_):
        begun.set()
        may_end.wait(30)
        order.append("first")
        return requests.Outcome()

    monkeypatch.setitem(requests.REQUESTS, "release", slow)
    with beside(lambda: ask("release")):
        begun.wait(30)
        with beside(lambda: (ask("probe"), order.append("second"))):
            time.sleep(0.1)
            assert order == []
            may_end.set()
    assert order == ["first", "second"]


def test_a_session_waits_for_a_request_only_for_a_bounded_time_and_it_is_reported(
    sessions, monkeypatch
):
    cls, _ = sessions
    cls._default_session = first = cls()
    apply(A)
    assert arming.TURN == 150
    monkeypatch.setattr(arming, "TURN", 1)
    made = []
    with state.get().lock, beside(lambda: made.append(first.newSession())) as thread:
        thread.join(10)
        assert not thread.is_alive()
    assert made[0].conf.get(KEY) is None
    report = ask("verify")
    assert (report["error"]["code"], report["claim"]) == ("session-hook-failed", "none")
    assert "Another thread" in report["error"]["message"]
    apply(A)
    assert made[0].conf.get(KEY) == A["kmsKeyId"]


def test_a_session_that_was_made_before_a_clear_is_found_by_the_next_apply(sessions):
    cls, _ = sessions
    cls._default_session = first = cls()
    apply(A)
    kept = [first.newSession()]
    ask("clear")
    kept.append(first.newSession())
    apply(B)
    assert [session.conf.get(KEY) for session in kept] == [B["kmsKeyId"]] * 2


def test_a_request_can_create_a_session_and_a_session_can_lead_to_a_request(sessions, monkeypatch):
    cls, _ = sessions
    cls._default_session = first = cls()
    apply(A)

    def creates(*_):
        first.newSession()
        return requests.Outcome()

    monkeypatch.setitem(requests.REQUESTS, "release", creates)
    assert ask("release")["ok"]
    assert ask("verify")["session"]["sessions"] == 2


class Turns:
    """The lock of the state; says when somebody asks for it whom another thread keeps waiting."""

    def __init__(self, lock):
        self.lock, self.waits = lock, threading.Event()

    def acquire(self, *arguments, **more):
        if not self.lock.acquire(blocking=False):
            self.waits.set()
            return self.lock.acquire(*arguments, **more)
        return True

    def release(self):
        self.lock.release()

    def __enter__(self):
        self.acquire()

    def __exit__(self, *_):
        self.release()


@pytest.fixture
def turns(monkeypatch):
    found = Turns(state.get().lock)
    monkeypatch.setattr(state.get(), "lock", found)
    return found


def late_session_class():
    """What an import brings while another thread is at work; and whether it is watched."""
    cls = type("SparkSession", (), {"newSession": lambda self: None})
    original = vars(cls)["newSession"]
    module = types.ModuleType(MODULE)
    module.SparkSession = cls
    return module, lambda: vars(cls)["newSession"] is not original


def test_an_import_of_sparks_sessions_waits_for_a_request_of_another_thread(turns):
    apply(A)
    module, watched = late_session_class()
    turns.lock.acquire()
    with beside(lambda: hooks._imported(state.get(), MODULE, module)):
        waited = turns.waits.wait(10) and not watched()
        turns.lock.release()
    assert waited
    assert watched()


def test_an_import_that_got_no_turn_is_not_held_up_and_the_next_guard_watches_it(
    turns, monkeypatch
):
    armed = apply(A)
    module, watched = late_session_class()
    assert state.IMPORT_TURN == 10
    monkeypatch.setattr(state, "IMPORT_TURN", 0.01)
    with turns.lock, beside(lambda: hooks._imported(state.get(), MODULE, module)) as thread:
        thread.join(30)
        assert not watched()
    monkeypatch.setitem(sys.modules, MODULE, module)
    ask("guard", profile=A, fingerprint=armed["fingerprint"])
    assert watched()


def test_an_import_of_botocore_waits_for_a_request_of_another_thread(turns, monkeypatch):
    module = types.ModuleType("botocore.handlers")
    module.REGISTER_LAST, module.BUILTIN_HANDLERS = object(), []
    monkeypatch.delitem(sys.modules, "botocore.handlers", raising=False)
    events = boto.Events()
    events.install(A)
    monkeypatch.setitem(sys.modules, "botocore.handlers", module)
    turns.lock.acquire()
    with beside(events._imported):
        waited = turns.waits.wait(10) and module.BUILTIN_HANDLERS == []
        turns.lock.release()
    assert waited
    assert module.BUILTIN_HANDLERS
    events.remove()
