"""Fixtures: an S3 endpoint, buckets, Spark sessions, a standalone cluster. All of them real.

Must not know: the agent. Which Spark runs is decided by what `import pyspark` finds, so the same
tests run on another Spark with PYTHONPATH. Tests that use a Spark fixture are marked `spark`.
"""

from __future__ import annotations

import os
import sys
import uuid
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

from demo.endpoint import Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder
from demo.jars import spark_at_hand
from tests.support.agent_requests import ask, forget
from tests.support.class_archive import with_archive
from tests.support.spark_cluster import Cluster
from tests.support.spark_script import run_script as run_in_new_process

# A busy machine must not fail a property for being slow.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

#: The lines of Spark that the tests run with.
LINES = ("3.5", "4.3")
SPARK_FIXTURES = {"spark", "run_script", "fresh_spark", "standalone", "base_conf"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what uses Spark, so that `-m "not spark"` leaves out all of it and nothing else.

    With S3E_SHORT, what `make soak` runs is left out: a test marked `soak`, and one that is for
    another line of Spark. With S3E_QUICK, what is marked `slow`.
    """
    for item in items:
        if SPARK_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.spark)
    if os.environ.get("S3E_SHORT"):
        quick = bool(os.environ.get("S3E_QUICK"))
        left = [
            item
            for item in items
            if _is_long(item) or (quick and item.get_closest_marker("slow") is not None)
        ]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def _is_long(item: pytest.Item) -> bool:
    if item.get_closest_marker("soak") is not None:
        return True
    line = _line(item)
    return line is not None and not spark_at_hand().version.startswith(line + ".")


def _line(item: pytest.Item) -> str | None:
    """The line of Spark that a test runs with in `make test`; None for every line.

    What needs Spark and names none gets one by its name: neither all of a file nor half of a
    line is then without it.
    """
    line = item.get_closest_marker("line")
    if line is not None:
        return str(line.args[0])
    if item.get_closest_marker("spark") is None or item.get_closest_marker("both") is not None:
        return None
    return LINES[zlib.crc32(item.nodeid.encode("utf-8")) % len(LINES)]


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process in which nothing was armed and pyspark was not imported."""
    forget()
    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    yield
    forget()


@pytest.fixture
def fresh_agent() -> Iterator[None]:
    """No agent's state before a test, and nothing of it left behind."""
    forget()
    yield
    ask("clear")
    forget()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    """One S3 endpoint for the whole run, with two KMS keys in `endpoint.keys`."""
    with Endpoint() as running:
        yield running


@pytest.fixture
def bucket(endpoint: Endpoint) -> str:
    """A bucket of the test's own: no file system of another test is cached for it."""
    assert len(endpoint.keys) == 2  # made anew if a test emptied moto
    return endpoint.create_bucket(f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="session")
def base_conf(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Spark properties for the endpoint; no encryption in it. Copy before changing."""
    warehouse = tmp_path_factory.mktemp("warehouse")
    return spark_conf(
        endpoint.tls_url, trust_store=str(endpoint.trust_store), warehouse=str(warehouse)
    )


@pytest.fixture(scope="session")
def _jvm_settings(
    base_conf: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Environment of this process for the JVM that it starts; put back at the end."""
    before = dict(os.environ)
    folder = write_conf_folder(tmp_path_factory.mktemp("spark-conf"), base_conf)
    after = with_archive(process_environment(folder))
    for name in set(before) - set(after):
        del os.environ[name]
    os.environ.update(after)
    yield
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        SparkContext._active_spark_context.stop()
    if SparkContext._gateway is not None:
        SparkContext._gateway.shutdown()
        SparkContext._gateway.proc.stdin.close()
        SparkContext._gateway.proc.wait(30)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def spark(_jvm_settings: None) -> Iterator[Any]:
    """A Spark session in this process, local[2].

    One JVM serves all tests. A test gets it without `fs.` settings of an earlier one and without
    cached file systems; if the earlier one stopped the session, a new one is made. What depends
    on the start of a JVM or on the cluster's configuration wants `fresh_spark`.
    """
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    before = _s3_properties(session)
    yield session
    # The next test gets the default session again, whichever the test made the active one.
    active = SparkSession.getActiveSession()
    left = [one for one in (active, session) if one and one.sparkContext._jsc is not None]
    if not left:
        return
    [last, *_] = left
    configuration = last.sparkContext._jsc.hadoopConfiguration()
    after = _s3_properties(last)
    for name in set(after) - set(before):
        configuration.unset(name)
    for name, value in before.items():
        configuration.set(name, value)
    for one in left:
        for row in one.sql("SET").collect():
            if row.key.startswith("fs."):
                one.conf.unset(row.key)
    last._jvm.org.apache.hadoop.fs.FileSystem.closeAll()


def _s3_properties(session: Any) -> dict[str, str]:
    entries = session.sparkContext._jsc.hadoopConfiguration().getPropsWithPrefix("fs.s3")
    return {f"fs.s3{name}": entries[name] for name in entries}


@pytest.fixture
def run_script(base_conf: dict[str, str]) -> Callable[..., Any]:
    """`run_script(function_or_source, conf=None, **arguments)`: in a new process, see spark_script.

    `conf` is laid over the endpoint's properties; a value of None takes one out.
    """

    def run(what: Any, conf: dict[str, str | None] | None = None, **arguments: Any) -> Any:
        merged = {**base_conf, **(conf or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        return run_in_new_process(what, kept, **arguments)

    return run


@pytest.fixture
def fresh_spark(run_script: Callable[..., Any]) -> Callable[..., Any]:
    """As `run_script`, and the function is given a session of a new JVM as `spark`."""

    def run(what: Any, conf: dict[str, str | None] | None = None, **arguments: Any) -> Any:
        return run_script(what, conf, with_spark=True, **arguments)

    return run


@pytest.fixture(scope="session")
def standalone() -> Iterator[Cluster]:
    """A standalone master with two workers: `fresh_spark(f, standalone.conf())`."""
    with Cluster(workers=2) as cluster:
        yield cluster
