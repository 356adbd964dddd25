"""A large audit that is interrupted leaves nothing: no job of its own, no thread, no file, no name.

What it asks never answers, so it is over only because it was cancelled. The user's own job goes on.
Must not know: the engine.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import tempfile
import threading
import time

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import client
from jupyterlab_s3_encryption.agent.spark import java_classes
from jupyterlab_s3_encryption.large import parts, tasks
from jupyterlab_s3_encryption.large.result import rows_in
from tests.large_audits.made_up import MadeUp, of_key
from tests.support.sockets import silent_server
from tests.support.stopping import Calls, handled

pytestmark = pytest.mark.usefixtures("fresh_agent")
PROPERTIES = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")


def wait_until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def active(spark):
    return set(spark.sparkContext._jsc.sc().statusTracker().getActiveJobIds())


def names(spark):
    return [spark.sparkContext.getLocalProperty(name) for name in PROPERTIES]


@pytest.fixture
def hanging(spark, bucket):
    """The address of a bucket whose store takes connections and says nothing; set once one is there."""
    reached = threading.Event()
    with silent_server(reached) as server:
        spark.conf.set(f"fs.s3a.bucket.{bucket}.endpoint", server)
        spark.conf.set(f"fs.s3a.bucket.{bucket}.connection.ssl.enabled", "false")
        yield f"s3://{bucket}", reached


@pytest.fixture
def own_job(spark, tmp_path):
    """A job of the user's that goes on until its file is there; gives what it came to."""
    file, found = tmp_path / "go on", []

    def work():
        def task(_):
            while not file.exists():
                time.sleep(0.02)
            return os.getpid()

        spark.sparkContext.setJobGroup("mine", "my job")
        found.extend(spark.sparkContext.parallelize([1], 1).map(task).collect())

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: active(spark))

    def end():
        file.touch()
        thread.join(60)
        return found

    yield end
    end()


@pytest.mark.line("4.3")
@pytest.mark.parametrize("by", ["executors", "driver"])
def test_an_interrupt_cancels_the_audit_and_nothing_of_the_users(
    spark, endpoint, hanging, own_job, tmp_path, monkeypatch, by
):
    address, reached = hanging
    for classes in (java_classes, tasks):
        classes.jar()  # for as long as this process lives
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    spark.sparkContext.setJobGroup("theirs", "the cell")
    (mine,) = active(spark)
    threads, named = set(threading.enumerate()), names(spark)
    file = tmp_path / "differ.csv"

    def interrupt():
        reached.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    stopper = threading.Thread(target=interrupt)
    with handled(signal.SIGINT):
        stopper.start()
        with pytest.raises(KeyboardInterrupt):
            s3enc.audit(address, by=by, file=file)
    stopper.join()
    wait_until(lambda: active(spark) == {mine})
    assert names(spark) == named
    assert set(threading.enumerate()) <= threads
    assert (list(temporary.iterdir()), file.exists()) == ([], False)
    assert len(own_job()) == 1

    name = address.split("/")[2]
    spark.conf.set(f"fs.s3a.bucket.{name}.endpoint", endpoint.tls_url)
    spark.conf.set(f"fs.s3a.bucket.{name}.connection.ssl.enabled", "true")
    client(endpoint.url).put_object(Bucket=name, Key="x", Body=b"123")
    assert s3enc.audit(address, by=by, file=file).checked == 1


@pytest.mark.slow
@pytest.mark.line("4.3")
@pytest.mark.parametrize("late", [False, True])
def test_an_interrupt_at_any_call_leaves_no_job_and_no_name_of_ours(
    spark, hanging, monkeypatch, late
):
    address, reached = hanging
    gateway = type(spark.sparkContext._gateway._gateway_client)
    calls = Calls(gateway)
    calls.do = lambda: signal.raise_signal(signal.SIGINT)
    monkeypatch.setattr(gateway, "send_command", calls.send_command)
    spark.sparkContext.setJobGroup("theirs", "the cell")
    named = names(spark)
    with handled(signal.SIGINT):
        for number in itertools.count(1):
            calls.stop_at(number, late=late)
            with pytest.raises(KeyboardInterrupt):
                s3enc.audit(address, by="executors", parts=1)
            calls.leave()
            wait_until(lambda: not active(spark))
            assert names(spark) == named, number
            if reached.is_set():  # it was waiting for the answer
                break
    assert number > 3


def test_a_file_of_an_audit_that_did_not_come_to_its_end_is_removed(tmp_path):
    for error in (KeyboardInterrupt, RuntimeError):
        for name in ("differ.csv", "differ.jsonl"):
            with contextlib.suppress(error), rows_in(tmp_path / name) as write:
                write({"path": "s3://b/x"})
                raise error
    assert list(tmp_path.iterdir()) == []
    with rows_in(tmp_path / "differ.csv"):
        pass
    with pytest.raises(FileExistsError), rows_in(tmp_path / "differ.csv"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["differ.csv"]


def test_an_interrupt_while_boto3_reads_leaves_no_thread_and_asks_no_more():
    class Interrupted(MadeUp):
        def head(self, item):
            if self.heads == 20:
                raise KeyboardInterrupt
            return super().head(item)

    store = Interrupted({f"t/{number:05}": of_key(1) for number in range(900)})
    settings = {
        "prefix": "t/", "versions": False, "threads": 4, "millis": 5000, "most": 10000,
        "page": 1000, "depth": 4, "nodes": 500, "rows": 1000, "wanted": [], "sample": 0,
        "seed": "", "below": None,
    }  # fmt: skip
    before = set(threading.enumerate())
    request = {"prefix": "t/", "after": None, "version": None, "until": None}
    with pytest.raises(KeyboardInterrupt):
        parts.answer(store, settings, request)
    assert set(threading.enumerate()) == before
    assert store.heads < 100
