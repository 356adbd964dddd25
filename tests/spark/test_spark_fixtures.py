"""What the other Spark tests rely on: what is set before the first access is stored.

Must not know: the agent. If these fail, no other Spark test says anything.
"""

from __future__ import annotations

import pytest


def kms(key):
    return {
        "spark.hadoop.fs.s3a.encryption.algorithm": "SSE-KMS",
        "spark.hadoop.fs.s3a.encryption.key": key,
    }


def headers(endpoint, bucket, prefix=""):
    return {item.written for item in endpoint.stored(prefix, bucket)}


def test_without_settings_objects_are_stored_without_an_encryption_header(spark, endpoint, bucket):
    spark.range(3).write.parquet(f"s3://{bucket}/plain")
    assert headers(endpoint, bucket) == {("", "")}


def test_settings_made_before_the_first_access_reach_every_object(spark, endpoint, bucket):
    spark.conf.set("fs.s3a.encryption.algorithm", "SSE-KMS")
    spark.conf.set("fs.s3a.encryption.key", endpoint.keys[1])
    for scheme in ("s3", "s3a", "s3n"):
        spark.range(3).write.parquet(f"{scheme}://{bucket}/{scheme}")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[1])}


def test_a_test_leaves_nothing_behind_for_the_next_one(spark):
    names = [row.key for row in spark.sql("SET").collect()]
    assert not [name for name in names if name.startswith("fs.s3a.encryption")]
    assert spark._jsc.hadoopConfiguration().get("fs.s3a.encryption.algorithm") is None


def write_and_count_executors(spark, path):
    spark.range(0, 8, 1, 4).write.parquet(path)
    rows = spark.range(0, 4, 1, 4).selectExpr(
        "reflect('org.apache.spark.util.Utils','getProcessName') as name"
    )
    return {"executors": len({row.name for row in rows.collect()}), "version": spark.version}


@pytest.mark.line("4.3")
def test_a_fresh_jvm_reads_the_clusters_configuration(fresh_spark, endpoint, bucket):
    answer = fresh_spark(
        write_and_count_executors, kms(endpoint.keys[0]), path=f"s3a://{bucket}/fresh"
    )
    assert answer["executors"] == 1
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}


@pytest.mark.soak
def test_a_standalone_cluster_writes_from_two_executors(fresh_spark, standalone, endpoint, bucket):
    conf = {**standalone.conf(), **kms(endpoint.keys[0])}
    conf["spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version"] = "2"
    conf["spark.scheduler.minRegisteredResourcesRatio"] = "1.0"
    answer = fresh_spark(write_and_count_executors, conf, path=f"s3a://{bucket}/cluster")
    assert answer["executors"] == 2
    assert len(endpoint.stored("", bucket)) == 5
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
