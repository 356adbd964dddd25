"""The truth table: for each situation, what is claimed beside what is stored.

With S3E_TRUTH set, what was run is written into docs/truth.md; else it is compared with it. Must
not know: how a situation is brought about (rows_*.py).
"""

from __future__ import annotations

import os

import pytest

from demo.endpoint import Endpoint, client
from demo.jars import jars, spark_at_hand
from demo.java import find_java
from tests.support.agent_requests import codes
from tests.support.spark_connect import ConnectServer
from tests.truth import (
    page,
    rows_hive,
    rows_local,
    rows_moves,  # noqa: F401
    rows_own_process,
    rows_streams,  # noqa: F401
    rows_tables,
    rows_two_workers,
    rows_users,  # noqa: F401
    rows_writes,  # noqa: F401
)
from tests.truth.connect import rows_connect
from tests.truth.kinds import rows_committers
from tests.truth.rows import NONE, ROWS, STRONG, A, B, Row, Seen, faults, rows_for, symbols
from tests.truth.tables import (
    formats,
    rows_delta,
    rows_hudi,
    rows_iceberg,
    rows_iceberg_catalogs,
)

LOCAL = [row for row in ROWS if row.where is not None]
WRITE = bool(os.environ.get("S3E_TRUTH"))
#: The lines of Spark that `make test` runs; the others are for `make soak` alone.
SHORT = ("4.3", "3.5")
#: Seconds within which a process has made all of its rows, on a busy machine too.
BOUND = 840
#: Processes that one line of Spark has to itself, or that are split between both by hand: they
#: take longest. `make soak` runs all with both.
LINES = {
    "4.3": ("files", "context", "emrfs", "client"),
    "3.5": (
        "workers",
        "cluster",
        "bucket",
        "files_key",
        "started",
        "delta",
        "iceberg",
        "iceberg_files",
    ),
}

#: What Delta Lake, Hudi and Iceberg do of their own, each in a process.
MORE_TABLES = {
    **rows_delta.PROCESSES,
    **rows_hudi.PROCESSES,
    **rows_iceberg.PROCESSES,
    **rows_iceberg_catalogs.PROCESSES,
}


def groups(processes: dict[str, object]) -> list[object]:
    """The names of processes, as parameters."""
    lines = {name: line for line, names in LINES.items() for name in names}
    return [
        pytest.param(name, marks=pytest.mark.line(lines[name]) if name in lines else ())
        for name in processes
    ]


def marks(row: Row) -> list[pytest.MarkDecorator]:
    """Which line of Spark a row is for, and whether only `make soak` runs it."""
    found = [pytest.mark.line(row.sparks[0])] if row.sparks else []
    return [*found, pytest.mark.soak] if row.soak else found


@pytest.fixture(scope="module")
def results():
    """What was seen in rows that kept the rule, by their names; for the page, if it is written."""
    found: dict[str, Seen] = {}
    yield found
    if WRITE and found:
        spark = spark_at_hand()
        page.update(spark.version, spark.hadoop, found)


def check(row: Row, seen: Seen, results: dict[str, Seen]) -> None:
    """Nothing claimed that is not stored, and the page says the same."""
    assert faults(row, seen) == [], seen
    results[row.name] = seen
    if WRITE:
        return
    text = page.parts(page.PAGE.read_text("utf-8")).get(page.heading(spark_at_hand().version))
    if text is None or (row.soak and row.situation not in page.rows_of(text)):
        return  # `make soak` has not written it yet
    assert page.line(row, seen) in text.splitlines()


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.name, marks=marks(row)) for row in LOCAL],
)
def test_no_more_is_claimed_than_is_stored(
    row, spark, endpoint, bucket, tmp_path, fresh_agent, results
):
    if row not in rows_for(spark.version):
        pytest.skip(f"the row is for Spark {' and '.join(row.sparks)}")
    kit = rows_local.Kit(spark, endpoint, bucket, tmp_path / "checkpoint")
    check(row, row.where(kit), results)


@pytest.mark.timeout(BOUND + 60)
@pytest.mark.parametrize("group", groups(rows_own_process.PROCESSES))
def test_no_more_is_claimed_than_is_stored_by_other_processes(
    group, fresh_spark, endpoint, bucket, results, request
):
    conf = rows_own_process.configuration(endpoint.keys, bucket)[group]
    if group == "workers":
        spark = spark_at_hand()
        java = find_java(spark.version)
        both = sorted({*jars(spark, java), *jars(spark, java, ("committers",))})
        conf = {
            **request.getfixturevalue("standalone").conf(),
            **conf,
            "spark.jars": ",".join(both),
        }
    if group == "client":
        if not spark_at_hand().hadoop.startswith("3.5."):
            pytest.skip("no encryption client for this Hadoop that can be told of another KMS")
        base = request.getfixturevalue("base_conf")
        conf = rows_own_process.client_configuration(endpoint.tls_url, base)
    compare(group, rows_own_process.PROCESSES[group], conf, fresh_spark, endpoint, bucket, results)
    if group == "client":
        bytes_are_encrypted(endpoint, bucket, "after/")


def bytes_are_encrypted(endpoint: Endpoint, bucket: str, prefix: str) -> None:
    """What the client wrote is nowhere in the bytes that S3 has."""
    s3 = client(endpoint.url)
    bodies = [
        s3.get_object(Bucket=bucket, Key=item.key)["Body"].read()
        for item in endpoint.stored(prefix, bucket)
    ]
    assert sum(map(len, bodies)) > 8 * 11
    assert not any(b"plain" in body for body in bodies)


@pytest.mark.timeout(BOUND + 60)
@pytest.mark.parametrize("group", groups(rows_two_workers.PROCESSES))
def test_no_more_is_claimed_than_is_stored_if_executors_open_buckets_or_there_is_no_session(
    group, fresh_spark, run_script, standalone, endpoint, bucket, results
):
    conf = rows_two_workers.configuration(endpoint.keys, standalone.conf(), bucket)[group]
    if group == "started":
        rows_two_workers.put_files(endpoint.url, bucket)
    run = run_script if group == "context" else fresh_spark
    compare(group, rows_two_workers.PROCESSES[group], conf, run, endpoint, bucket, results)


@pytest.mark.timeout(BOUND + 60)
@pytest.mark.parametrize("group", groups(rows_tables.PROCESSES))
def test_no_more_is_claimed_than_is_stored_with_more_jars(
    group, fresh_spark, endpoint, bucket, results, base_conf, tmp_path, monkeypatch
):
    # What cannot be read through its own connector is read with boto3.
    monkeypatch.setenv("AWS_CA_BUNDLE", str(endpoint.trust_store.parent / "endpoint.crt"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    confs = rows_tables.configuration(base_conf, endpoint.url, tmp_path)
    if group not in confs:
        pytest.skip(f"no {group} for this Spark")
    conf = confs[group]
    compare(group, rows_tables.PROCESSES[group], conf, fresh_spark, endpoint, bucket, results)


@pytest.mark.soak
@pytest.mark.timeout(BOUND + 60)
@pytest.mark.parametrize("group", MORE_TABLES)
def test_no_more_is_claimed_than_is_stored_by_what_table_formats_do_of_their_own(
    group, fresh_spark, endpoint, bucket, results, base_conf, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    conf = formats.configuration(group, base_conf, endpoint.url)
    if conf is None:
        pytest.skip(f"no {group} for this Spark")

    def run(what, _, **arguments):
        return fresh_spark(what, conf, **arguments)

    compare(group, MORE_TABLES[group], conf, run, endpoint, bucket, results)


@pytest.mark.soak
@pytest.mark.timeout(BOUND + 60)
def test_no_more_is_claimed_than_is_stored_with_the_committer_that_spark_takes_by_itself(
    fresh_spark, standalone, endpoint, bucket, results
):
    spark = spark_at_hand()
    if formats.line() not in rows_committers.BY_DEFAULT:
        pytest.skip("this Spark takes the file output committer by itself")
    java = find_java(spark.version)
    both = sorted({*jars(spark, java), *jars(spark, java, ("committers",))})
    conf = {
        **standalone.conf(),
        "spark.jars": ",".join(both),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    }
    compare("committers", rows_committers.committers, conf, fresh_spark, endpoint, bucket, results)


@pytest.mark.line("4.3")
@pytest.mark.timeout(BOUND + 60)
def test_no_more_is_claimed_than_is_stored_in_tables_of_hive(run_script, endpoint, bucket, results):
    if rows_hive.missing():
        pytest.skip(f"this Spark comes without Hive: {rows_hive.missing()}")
    conf = rows_hive.configuration(bucket)
    compare("hive", rows_hive.hive, conf, run_script, endpoint, bucket, results)


@pytest.mark.line("4.3")
@pytest.mark.timeout(BOUND + 60)
@pytest.mark.parametrize("group", rows_connect.PROCESSES)
def test_no_more_is_claimed_than_is_stored_behind_a_connect_server(
    group, run_script, base_conf, endpoint, bucket, results, request
):
    if spark_at_hand().version.startswith("3."):
        pytest.skip("pyspark 3.5 brings no Connect server")
    if not [row for row in rows_for(spark_at_hand().version) if row.group == group]:
        pytest.skip("no row about Connect is for this Spark")
    pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
    conf = dict(base_conf)
    if group == "connect_workers":
        conf.update(request.getfixturevalue("standalone").conf())
        # So what the executors have opened is what decides, not the driver's renaming.
        conf["spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version"] = "2"
    other = endpoint.create_bucket(f"{bucket}-other")
    for number in (2, 3):
        endpoint.create_bucket(f"{other}-{number}")
    with ConnectServer(conf) as server:

        def run(what, _, **arguments):
            return run_script(what, {}, url=server.url, other=other, **arguments)

        compare(group, rows_connect.PROCESSES[group], {}, run, endpoint, bucket, results)


def compare(group, what, conf, fresh_spark, endpoint, bucket, results) -> None:
    """Runs a process and checks all rows of its group."""
    first, second = endpoint.keys
    keys = {"first": first, "second": second}
    answer = fresh_spark(what, conf, bucket=bucket, timeout=BOUND, **keys)
    if "writes" in answer:
        rows_tables.check_writes(group, answer.pop("writes"), bucket)
    rows = [row for row in rows_for(spark_at_hand().version) if row.group == group]
    assert {row.name for row in rows} == set(answer)
    for row in rows:
        check(row, seen(answer[row.name], endpoint, bucket), results)


def seen(answer: dict, endpoint: Endpoint, bucket: str) -> Seen:
    report = answer["report"]
    assert report["ok"], report["error"]
    bucket = answer.get("bucket", bucket)
    older = answer.get("before", ())
    items = [one for one in endpoint.stored(answer["prefix"], bucket) if one.key not in older]
    stored = symbols(items, endpoint.keys)
    claim, limited = report["claim"], report["limitedTo"]
    if claim in STRONG and limited is not None and f"s3a://{bucket}" not in limited:
        claim = "set"  # of that bucket no more is claimed
    return Seen(claim, tuple(codes(report)), {"": stored})


def test_each_part_of_the_page_has_the_rows_that_are_run_and_of_soak_those_that_were():
    if WRITE:
        pytest.skip("this run writes the page")
    found = page.parts(page.PAGE.read_text("utf-8"))
    assert set(found) >= {f"## Spark {line}" for line in SHORT}
    for name, text in found.items():
        line, written = name.split()[-1], list(page.rows_of(text))
        rows = [row for row in rows_for(line) if row.situation in written]
        assert written == [row.situation for row in rows]
        if line in SHORT:
            assert [
                row.situation for row in rows_for(line) if row not in rows and not row.soak
            ] == []


def test_no_two_rows_have_the_same_name_or_situation():
    for names in ([row.name for row in ROWS], [row.situation for row in ROWS]):
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("claim", "stored", "less", "wrong"),
    [
        ("inEffect", {A}, "", None),
        ("inEffect", {A, NONE}, "", "is claimed"),
        ("proven", {B}, "", "is claimed"),
        ("inEffect", set(), "", "nothing was written"),
        ("set", {A}, "", "no reason"),
        ("set", {A}, "It waits.", None),
        ("set", {B}, "It waits.", "does not claim less"),
        ("inEffect", {A}, "It waits.", "does not claim less"),
        ("set", {A, B}, "", None),
        ("none", {A}, "", "no reason"),
        ("refused (unsupported-method)", set(), "", None),
        ("refused (unsupported-method)", {A}, "", "yet something"),
    ],
)
def test_the_rule_of_the_page_finds_what_breaks_it(claim, stored, less, wrong):
    row = Row("name", "situation", {"": A}, "local", less)
    found = faults(row, Seen(claim, (), {"": frozenset(stored)}))
    assert (found == []) if wrong is None else wrong in " ".join(found)
