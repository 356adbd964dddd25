"""Writes that the check cannot see are reported, and nothing is proven beside them.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import time
import uuid

import pytest

from jupyterlab_s3_encryption.agent.objects.writes import executions
from tests.support.agent_requests import ask, checked, headers, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")


def write(spark, place):
    spark.range(0, 4, 1, 2).write.mode("append").parquet(place)


@pytest.fixture
def conf(spark):
    """Sets properties of the session for one test."""
    names = []

    def put(name, value):
        spark.conf.set(name, value)
        names.append(name)

    yield put
    for name in names:
        spark.conf.unset(name)


@pytest.fixture
def table(spark, endpoint, bucket):
    """A partitioned table of which one partition lies outside of its folder.

    The catalog in memory takes no other bucket; a Hive metastore does.
    """
    name = f"t{uuid.uuid4().hex[:8]}"
    elsewhere = f"s3a://{bucket}/elsewhere"
    spark.sql(
        f"CREATE TABLE {name} (id BIGINT, part BIGINT) USING parquet PARTITIONED BY (part) "
        f"LOCATION 's3a://{bucket}/table'"
    )
    spark.sql(f"ALTER TABLE {name} ADD PARTITION (part = 7) LOCATION '{elsewhere}'")
    yield name, elsewhere
    spark.sql(f"DROP TABLE IF EXISTS {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark.sql.ui.explainMode", "simple"),
        ("spark.sql.ui.explainMode", "extended"),
        ("spark.sql.ui.explainMode", "codegen"),
        ("spark.sql.ui.explainMode", "cost"),
        ("spark.sql.maxPlanStringLength", "120"),
        ("spark.sql.debug.maxToStringFields", "1"),
    ],
)
def test_writes_are_seen_however_spark_prints_their_plans(
    spark, endpoint, bucket, conf, name, value
):
    ask("apply", profile=kms(endpoint.keys[0]))
    conf(name, value)
    spark.range(10).count()
    write(spark, f"s3a://{bucket}/seen")
    report = checked()
    assert [row["path"] for row in report["writes"]["paths"]] == [f"s3a://{bucket}/seen"]
    assert len(report["writes"]["unseen"]) == 1
    assert report["claim"] == "proven"


def test_a_redacted_path_is_reported_and_ends_the_proof(spark, endpoint, bucket, conf):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/seen")
    assert checked()["claim"] == "proven"
    conf("spark.sql.redaction.string.regex", "hidden")
    write(spark, f"s3a://{bucket}/hidden")
    write(spark, f"s3a://{bucket}/seen-too")
    report = checked()
    # The file system has seen it; whether that was all is not known.
    assert {row["path"].rsplit("/", 1)[1] for row in report["writes"]["paths"]} == {
        "seen-too",
        "seen",
        "hidden",
    }
    assert all(row["wanted"] == row["total"] for row in report["writes"]["paths"])
    assert "redacted" in report["writes"]["unseen"][1]
    assert (report["claim"], report["proof"]) == ("inEffect", None)
    # What a new apply covers can be proven again; what was not seen stays said.
    ask("apply", profile=kms(endpoint.keys[1]))
    write(spark, f"s3a://{bucket}/after")
    report = checked()
    assert report["claim"] == "proven"
    assert "redacted" in report["writes"]["unseen"][1]


def test_a_canary_still_proves_after_an_unseen_write(spark, endpoint, bucket, conf):
    ask("apply", profile=kms(endpoint.keys[0]))
    conf("spark.sql.redaction.string.regex", "hidden")
    write(spark, f"s3a://{bucket}/hidden")
    assert checked()["claim"] == "inEffect"
    assert ask("canary", location=f"s3a://{bucket}/canary")["claim"] == "proven"
    assert checked()["claim"] == "proven"


def test_unseen_writes_before_the_first_apply_do_not_lower_the_claim(spark, endpoint, bucket, conf):
    conf("spark.sql.redaction.string.regex", "hidden")
    write(spark, f"s3a://{bucket}/hidden")
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/seen")
    report = checked()
    assert (report["claim"], len(report["writes"]["unseen"])) == ("proven", 1)


def test_more_executions_than_are_checked_are_reported(spark, endpoint, bucket, monkeypatch):
    monkeypatch.setattr(executions, "MAX_EXECUTIONS", 3)
    ask("apply", profile=kms(endpoint.keys[0]))
    for number in range(5):
        write(spark, f"s3a://{bucket}/{number}")
    report = checked()
    paths = report["writes"]["paths"]
    assert sorted(row["path"][-1] for row in paths if row["execution"] >= 0) == ["2", "3", "4"]
    # Of the others the file system has said where they wrote.
    assert sorted(row["path"][-1] for row in paths if row["execution"] < 0) == ["0", "1"]
    assert "retainedExecutions" in report["writes"]["unseen"][1]
    assert (report["claim"], report["proof"]) == ("inEffect", None)


def test_a_partition_outside_of_its_table_is_checked_too(spark, endpoint, bucket, table):
    name, elsewhere = table
    ask("apply", profile=kms(endpoint.keys[0]))
    spark.sql(f"INSERT INTO {name} SELECT 1, 7")
    rows = {row["path"]: row for row in checked()["writes"]["paths"]}
    assert rows[elsewhere]["wanted"] == 1, rows
    # In the table's own folder only _SUCCESS was written.
    assert rows[f"s3a://{bucket}/table"]["total"] == 1


def test_partitions_of_a_dropped_table_are_reported(spark, endpoint, bucket, table):
    ask("apply", profile=kms(endpoint.keys[0]))
    spark.sql(f"INSERT INTO {table[0]} SELECT 1, 8")
    spark.sql(f"DROP TABLE {table[0]}")
    report = checked()
    assert f"`{table[0]}`" in report["writes"]["unseen"][1]
    assert "partitions" in report["writes"]["unseen"][1]
    assert report["claim"] == "inEffect"


def test_a_renamed_table_and_partition_are_checked_where_they_are_now(spark, endpoint, bucket):
    name = f"d{uuid.uuid4().hex[:8]}"
    ask("apply", profile=kms(endpoint.keys[1]))
    spark.sql(f"CREATE DATABASE {name} LOCATION 's3a://{bucket}/db'")
    spark.sql(f"CREATE TABLE {name}.t (id BIGINT, part BIGINT) USING parquet PARTITIONED BY (part)")
    spark.sql(f"INSERT INTO {name}.t SELECT 1, 8")
    ask("apply", profile=kms(endpoint.keys[0]))
    # S3 gives whole seconds: what was written before must not be of the same one.
    time.sleep(1.1)
    spark.sql(f"ALTER TABLE {name}.t PARTITION (part = 8) RENAME TO PARTITION (part = 9)")
    spark.sql(f"ALTER TABLE {name}.t RENAME TO {name}.u")
    report = checked()
    renamed = report["writes"]["paths"][0]
    assert renamed["path"] == f"s3a://{bucket}/db/u"
    # Which key a copy has is S3's to say: it was read.
    assert renamed["wanted"] + renamed["other"] >= 1, report["writes"]
    spark.sql(f"DROP DATABASE {name} CASCADE")


def test_a_write_with_its_own_options_is_checked_and_still_has_the_settings(
    spark, endpoint, bucket
):
    ask("apply", profile=kms(endpoint.keys[0]))
    frame = spark.range(0, 4, 1, 2).write.mode("append")
    options = frame.option("fs.s3a.encryption.algorithm", "SSE-KMS")
    options.option("fs.s3a.encryption.key", endpoint.keys[1]).parquet(f"s3a://{bucket}/own")
    report = checked()
    (row,) = report["writes"]["paths"]
    assert (row["wanted"], row["other"]) == (3, 0), row
    assert report["claim"] == "proven"
    assert headers(endpoint, bucket, "own/") == {("aws:kms", endpoint.keys[0])}


def evicted(spark, keys, bucket):
    """Writes more than Spark keeps; the answer of the check."""
    import time

    from tests.support.agent_requests import ask, kms

    ask("apply", profile=kms(keys[0]))
    for number in range(4):
        spark.range(2).write.parquet(f"s3a://{bucket}/{number}")
    for _ in range(100):
        report = ask("writes")
        if not report["writes"]["pending"]:
            break
        time.sleep(0.1)
    return report


@pytest.mark.line("3.5")
def test_executions_that_spark_no_longer_lists_are_reported_and_nothing_is_proven(
    fresh_spark, endpoint, bucket
):
    more = {"spark.sql.ui.retainedExecutions": "2"}
    report = fresh_spark(evicted, more, keys=endpoint.keys, bucket=bucket)
    assert not report["writes"]["pending"]
    paths = report["writes"]["paths"]
    assert 0 < len([row for row in paths if row["execution"] >= 0]) < 4
    # The file system has said where the others wrote.
    assert {row["path"][-1] for row in paths} == {"0", "1", "2", "3"}
    assert all(row["wanted"] == row["total"] > 0 for row in paths)
    assert "Spark no longer lists" in report["writes"]["unseen"][1]
    assert (report["claim"], report["proof"]) == ("inEffect", None)
