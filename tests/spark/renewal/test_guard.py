"""What a guard does about what it finds, whether or not a job ran since the one before.

A claim and the stored headers are asserted together. Must not know: kernels, the front end.
"""

from __future__ import annotations

import pytest

from demo.endpoint import client
from jupyterlab_s3_encryption.agent.spark import java_classes, jvm
from tests.support.agent_requests import ask, checked, codes, headers, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")

S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem"


def write(spark, place):
    spark.range(0, 4, 1, 2).write.mode("overwrite").parquet(place)


def guard(armed):
    return ask("guard", profile=armed["profile"], fingerprint=armed["fingerprint"])


def put_into_cache(spark, bucket, key):
    """Puts an instance with another key in place of the one that Hadoop's cache has for a bucket."""
    java, context = spark._jvm, spark.sparkContext
    conf = java.org.apache.hadoop.conf.Configuration(context._jsc.hadoopConfiguration())
    conf.set("fs.s3a.encryption.algorithm", "SSE-KMS")
    conf.set("fs.s3a.encryption.key", key)
    address = java.java.net.URI.create(f"s3a://{bucket}/")
    stale = jvm.java_class(context, S3A)()
    stale.initialize(address, conf)
    java.org.apache.hadoop.fs.FileSystem.get(address, conf)
    name = "org.apache.hadoop.fs.FileSystem"
    cache = jvm.field(context, name, "CACHE").get(None)
    entries = jvm.field(context, name + "$Cache", "map").get(cache)
    for entry in list(entries.keySet()):
        if bucket in entry.toString():
            entries.put(entry, stale)
            return
    raise AssertionError(f"{bucket} is not in the cache")


@pytest.mark.parametrize("job", [False, True], ids=["no job ran", "a job ran"])
def test_an_older_instance_that_a_cell_put_into_the_cache_is_replaced_by_the_next_guard(
    job, spark, endpoint, bucket
):
    first, second = endpoint.keys
    armed = ask("apply", profile=kms(first))
    write(spark, f"s3a://{bucket}/before")
    guard(armed)
    assert guard(armed)["unchanged"]
    put_into_cache(spark, bucket, second)
    if job:
        assert spark.range(3).count() == 3
    assert ask("probe")["claim"] == "set"
    guard(armed)
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after/") == {("aws:kms", first)}
    report = ask("verify")
    assert (report["claim"], codes(report)) == ("inEffect", [])


def test_an_older_instance_that_was_written_through_is_replaced_and_stays_reported(
    spark, endpoint, bucket
):
    first, second = endpoint.keys
    armed = ask("apply", profile=kms(first))
    write(spark, f"s3a://{bucket}/before")
    put_into_cache(spark, bucket, second)
    write(spark, f"s3a://{bucket}/by-it")
    assert headers(endpoint, bucket, "by-it/") == {("aws:kms", second)}
    report = checked()
    assert report["claim"] == "set"
    assert "objects-differ" in codes(report)
    found = guard(armed)
    assert (found["claim"], "objects-differ" in codes(found)) == ("set", True)
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after/") == {("aws:kms", first)}


def overwrite(endpoint, bucket, prefix):
    """Stores what was written anew, without a header, as no file system of Spark's does."""
    s3 = client(endpoint.url)
    for item in endpoint.stored(prefix, bucket):
        body = s3.get_object(Bucket=bucket, Key=item.key)["Body"].read()
        s3.put_object(Bucket=bucket, Key=item.key, Body=body)


def test_objects_that_differ_lead_to_one_renewal_by_the_next_guard(
    spark, endpoint, bucket, monkeypatch
):
    renewed = []
    change = java_classes.change

    def counted(*arguments):
        renewed.append(arguments)
        return change(*arguments)

    armed = ask("apply", profile=kms(endpoint.keys[0]))
    guard(armed)
    write(spark, f"s3a://{bucket}/data")
    overwrite(endpoint, bucket, "data/")
    assert "objects-differ" in codes(checked())
    monkeypatch.setattr(java_classes, "change", counted)
    found = guard(armed)
    assert (len(renewed), found["claim"], "objects-differ" in codes(found)) == (1, "set", True)
    assert guard(armed)["unchanged"]
    assert len(renewed) == 1


def with_two_workers(spark, bucket, profile, url):
    from types import SimpleNamespace

    from demo.endpoint import stored
    from tests.spark.renewal.test_guard import overwrite
    from tests.support.agent_requests import ask, checked, codes

    scheduler = spark.sparkContext._jsc.sc().dagScheduler()
    endpoint = SimpleNamespace(url=url, stored=lambda prefix, name: stored(url, name, prefix))

    def guarded():
        before = scheduler.numTotalJobs()
        report = ask("guard", profile=profile, fingerprint=armed["fingerprint"])
        return [scheduler.numTotalJobs() - before, bool(report.get("unchanged"))]

    armed = ask("apply", profile=profile)
    spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/data")
    checked()
    found = {"first": guarded(), "before": guarded()}
    spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/other")
    overwrite(endpoint, bucket, "other/")
    report = checked()
    found["differs"] = "objects-differ" in codes(report)
    return {**found, "then": guarded(), "after": guarded()}


@pytest.mark.line("4.3")
def test_objects_that_differ_have_the_executors_asked_again_by_the_next_guard(
    fresh_spark, standalone, endpoint, bucket
):
    conf = {**standalone.conf(), "spark.scheduler.minRegisteredResourcesRatio": "1.0"}
    profile = kms(endpoint.keys[0])
    found = fresh_spark(with_two_workers, conf, bucket=bucket, profile=profile, url=endpoint.url)
    assert found["before"] == [0, True]
    assert found["differs"]
    # By one query on the executors, and only once.
    assert (found["then"], found["after"]) == ([1, False], [0, True])
