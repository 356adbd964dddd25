"""Tables read equal before and after: Parquet, Delta and Iceberg, by Spark. Must not know: how."""

from __future__ import annotations

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import ACCESS_KEY, REGION, SECRET_KEY
from tests.truth.rows_tables import configuration

pytestmark = pytest.mark.usefixtures("fresh_agent")


def put_right(endpoint, bucket, folder, journal):
    """Everything below a folder with key A; what the result says."""
    made = s3enc.reencrypt(
        f"s3a://{bucket}/{folder}",
        method="sse-kms",
        kms_key_id=endpoint.keys[0],
        progress=False,
        delta_log=True,
    )
    # moto checks no conditions.
    found = s3enc.reencrypt(
        made, dry_run=False, journal=journal, progress=False, unconditional=True
    )
    return made, found


def test_a_parquet_table_reads_equal_before_and_after(
    spark, endpoint, bucket, tmp_path, monkeypatch
):
    monkeypatch.setenv("AWS_CA_BUNDLE", str(endpoint.trust_store.parent / "endpoint.crt"))
    where = f"s3a://{bucket}/table"
    frame = spark.range(0, 200, 1, 4).selectExpr("id", "id % 3 AS part", "repeat('x', 50) AS text")
    frame.write.partitionBy("part").parquet(where)
    before = sorted(spark.read.parquet(where).collect())
    _, found = put_right(endpoint, bucket, "table", tmp_path / "j")
    assert found.complete
    assert found.counts["done"] >= 12
    assert sorted(spark.read.parquet(where).collect()) == before
    stored = {one.written for one in endpoint.stored("table", bucket)}
    assert stored == {("aws:kms", endpoint.keys[0])}
    spark.range(3).selectExpr("id", "'y' AS text", "id % 3 AS part").write.mode(
        "append"
    ).partitionBy("part").parquet(where)
    assert spark.read.parquet(where).count() == 203


def written(spark, bucket, kind):
    """Makes a table in two commits; what it has, what it had first, and what a file of it is."""
    if kind == "delta":
        name = f"delta.`s3a://{bucket}/lake/t`"
        frame = spark.range(0, 8, 1, 4)
        frame.write.format("delta").save(f"s3a://{bucket}/lake/t")
    else:
        name = "files.db.t"
        spark.sql(f"CREATE TABLE {name} (id bigint) USING iceberg")
        spark.range(0, 8, 1, 4).writeTo(name).append()
    spark.sql(f"INSERT INTO {name} VALUES (100)")
    spark.sql(f"DELETE FROM {name} WHERE id < 2")
    return sorted(row.id for row in spark.table(name).collect())


def read_and_written(spark, bucket, kind):
    """What the table has, what its first version had, and what it has after another write."""
    name = f"delta.`s3a://{bucket}/lake/t`" if kind == "delta" else "files.db.t"
    if kind == "delta":
        first = spark.read.format("delta").option("versionAsOf", 0).load(f"s3a://{bucket}/lake/t")
    else:
        [oldest, *_] = spark.sql(
            f"SELECT snapshot_id FROM {name}.snapshots ORDER BY committed_at"
        ).collect()
        first = spark.read.option("snapshot-id", oldest.snapshot_id).table(name)
    found = [sorted(row.id for row in frame.collect()) for frame in (spark.table(name), first)]
    spark.sql(f"INSERT INTO {name} VALUES (200)")
    return [*found, sorted(row.id for row in spark.table(name).collect())]


@pytest.mark.line("3.5")
@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_a_table_of_delta_and_of_iceberg_reads_equal_and_goes_on(
    endpoint, bucket, tmp_path, monkeypatch, fresh_spark, base_conf, kind
):
    found = configuration(base_conf, endpoint.url, tmp_path)
    group = {"delta": "delta", "iceberg": "iceberg_files"}[kind]
    if group not in found:
        pytest.skip("Delta and Iceberg here are those for Spark 3.5")
    conf = dict(found[group])
    if kind == "iceberg":
        conf["spark.sql.catalog.files.warehouse"] = f"s3a://{bucket}/lake"
    before = fresh_spark(written, conf, bucket=bucket, kind=kind)
    for name, value in boto_environment(endpoint).items():
        monkeypatch.setenv(name, value)
    made, result = put_right(endpoint, bucket, "lake", tmp_path / "j")
    assert result.complete
    assert any(note.startswith(f"{kind.capitalize()} table") for note in made.plan.notes)
    stored = {one.written for one in endpoint.stored("lake", bucket)}
    assert stored == {("aws:kms", endpoint.keys[0])}
    now, first, later = fresh_spark(read_and_written, conf, bucket=bucket, kind=kind)
    assert now == before == [2, 3, 4, 5, 6, 7, 100]
    assert first == list(range(8))
    assert later == [*before, 200]


def boto_environment(endpoint):
    """What boto3 finds the endpoint by if there is no Spark."""
    return {
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CA_BUNDLE": str(endpoint.trust_store.parent / "endpoint.crt"),
    }
