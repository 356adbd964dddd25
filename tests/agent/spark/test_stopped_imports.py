"""A signal at any line of ours while Spark's session class is imported: its sessions get the settings.

With a module in the form of Spark Connect's. Must not know: Spark.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys

import pytest

from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.spark import hooks
from tests.support.agent_requests import ask, forget, kms
from tests.support.stopping import Lines, handled

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_spark")]

PROFILE = kms("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
KEY = "fs.s3a.encryption.key"
#: The short run stops at the first lines, at which the call is ours, and then at each twentieth.
STRIDE = 20 if os.environ.get("S3E_SHORT") else 1
MODULE = "pyspark.sql.connect.session"
TEXT = """
class Conf:
    def __init__(self):
        self.values = {}
    @property
    def getAll(self):
        return dict(self.values)
    def get(self, name, default=None):
        return self.values.get(name, default)
    def set(self, name, value):
        self.values[name] = value
    def unset(self, name):
        self.values.pop(name, None)

class SparkSession:
    version = "4.0.0"
    _default_session = None
    class Builder:
        def create(self):
            found = SparkSession._default_session = SparkSession()
            SparkSession.after()
            return found
    @staticmethod
    def after():
        pass
    def __init__(self):
        self.conf = Conf()
        self._session_id = str(id(self))
    def newSession(self):
        return SparkSession()
"""


@pytest.fixture
def pyspark(tmp_path, monkeypatch):
    """A package in which there is that module alone."""
    folder = tmp_path
    for name in ("pyspark", "sql", "connect"):
        folder = folder / name
        folder.mkdir()
        (folder / "__init__.py").write_text("", "utf-8")
    (folder / "session.py").write_text(TEXT, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    without_pyspark()


def without_pyspark():
    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.mark.usefixtures("pyspark")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
@pytest.mark.parametrize("again", [None, 1, 6], ids=["once", "twice", "twice, later"])
def test_after_an_import_that_was_stopped_a_session_gets_the_settings(number, again):
    with handled(number):
        for at in range(1, 2000):
            without_pyspark()
            forget()
            assert ask("apply", profile=PROFILE, connector="s3a")["waiting"]
            lines = Lines(number, [at] if again is None else [at, at + again])
            with lines, contextlib.suppress(KeyboardInterrupt, SystemExit):
                importlib.import_module(MODULE)
            # What the next cell does, without a guard ahead of it.
            session = importlib.import_module(MODULE).SparkSession.Builder().create()
            assert session.conf.get(KEY) == PROFILE["kmsKeyId"], at
            assert session.newSession().conf.get(KEY) == PROFILE["kmsKeyId"], at
            assert hooks.alive(state.get())
            report = ask("verify")
            assert (report["ok"], report["claim"]) == (True, "set")
            if lines.count < at:
                break
    assert at > 20


@pytest.mark.usefixtures("pyspark")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_session_whose_making_was_stopped_has_the_settings_or_the_next_guard_sets_them(number):
    with handled(number):
        for at in [*range(1, 30), *range(30, 5000, STRIDE)]:
            without_pyspark()
            forget()
            ask("apply", profile=PROFILE, connector="s3a")
            cls = importlib.import_module(MODULE).SparkSession
            with Lines(number, [at]) as lines, contextlib.suppress(KeyboardInterrupt, SystemExit):
                cls.Builder().create()
            over = lines.count < at
            first = cls._default_session or cls.Builder().create()
            report = ask("guard", profile=PROFILE, connector="s3a")
            assert report.get("claim", "set") == "set", at
            assert first.conf.get(KEY) == PROFILE["kmsKeyId"], at
            if over:
                break
    assert at > 100


@pytest.mark.usefixtures("pyspark")
def test_a_session_whose_making_failed_when_it_was_there_gets_the_settings_from_the_next_guard():
    """What an alarm's handler raises is no interrupt: for Spark it is an error like any other."""

    def late():
        raise TimeoutError

    ask("apply", profile=PROFILE, connector="s3a")
    cls = importlib.import_module(MODULE).SparkSession
    cls.after = staticmethod(late)
    with pytest.raises(TimeoutError):
        cls.Builder().create()
    ask("guard", profile=PROFILE, connector="s3a")
    assert cls._default_session.conf.get(KEY) == PROFILE["kmsKeyId"]
    report = ask("verify")
    assert (report["ok"], report["claim"]) == (True, "set")
