"""Rows of the truth table with two workers whose executors open a bucket by themselves, or no session.

Functions are sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Their rows come first on the page, whoever imports this.
from tests.truth import rows_own_process  # noqa: F401
from tests.truth.rows import A, B, elsewhere

elsewhere("files", "files", "Two workers, addFile from S3, then a write in the same cell", A)
elsewhere(
    "files",
    "files_looked",
    "Two workers, a DataFrame from before the switch is looked at, then a write in the same cell",
    B,
)
elsewhere(
    "files",
    "files_joined",
    "Two workers, an executor joined and was reached, addFile from S3, then a write",
    B,
)
elsewhere(
    "files_key",
    "files_key",
    "The same as the first with key A in the cluster's configuration, key B in the profile",
    B,
)
elsewhere("context", "context", "A SparkContext without a session, RDD write", A)
elsewhere("context", "context_other", "A SparkContext without a session, from key A to key B", B)


def files(spark, bucket, first, second):
    import time

    from tests.support.agent_requests import ask

    context, jvm, found = spark.sparkContext, spark._jvm, {}
    scala = context._jsc.sc()

    def row(name, report):
        spark.range(0, 16, 1, 8).write.parquet(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}

    def add_file(name):
        path = jvm.org.apache.hadoop.fs.Path(f"s3a://{bucket}/{name}")
        path.getFileSystem(context._jsc.hadoopConfiguration()).create(path).close()
        context.addFile(path.toString())

    def wait_for(count):
        end = time.monotonic() + 60
        while scala.getExecutorIds().size() != count and time.monotonic() < end:
            time.sleep(0.1)

    def reached(report):
        # The first task of a new executor may take longer than a request waits.
        end = time.monotonic() + 60
        while report.get("claim") != "inEffect" and time.monotonic() < end:
            report = ask("verify")
        return report

    wait_for(2)
    # So what the executors have opened is what decides, not the driver's renaming.
    spark.conf.set("mapreduce.fileoutputcommitter.algorithm.version", "2")
    if context.getConf().get("spark.hadoop.fs.s3a.encryption.key"):
        report = reached(ask("apply", profile={"method": "sse-kms", "kmsKeyId": second}))
        add_file("one.json")
        row("files_key", report)
        return found
    report = reached(ask("apply", profile={"method": "sse-kms", "kmsKeyId": first}))
    add_file("one.json")
    row("files", report)
    frame = spark.read.parquet(f"s3a://{bucket}/files")
    frame.collect()
    profile = {"method": "sse-kms", "kmsKeyId": second}
    report = reached(ask("apply", profile=profile))
    frame.limit(5).collect()
    row("files_looked", report)
    scala.killExecutor(sorted(str(scala.getExecutorIds().mkString(",")).split(","))[0])
    wait_for(1)
    scala.requestExecutors(2)
    wait_for(2)
    report = reached(ask("guard", profile=profile, fingerprint=report["fingerprint"]))
    add_file("two.json")
    row("files_joined", report)
    return found


def files_key(spark, bucket, first, second):
    from tests.truth.rows_two_workers import files

    return files(spark, bucket, first, second)


def context(bucket, first, second):
    from pyspark import SparkContext

    from tests.support.agent_requests import ask

    found = {}
    own = SparkContext.getOrCreate()
    lines = own._jsc.parallelize(["a", "b"], 2)
    lines.saveAsTextFile(f"s3a://{bucket}/before")
    for name, key in (("context", first), ("context_other", second)):
        profile = {"method": "sse-kms", "kmsKeyId": key}
        report = ask("apply", profile=profile)
        lines.saveAsTextFile(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}
    own.stop()
    return found


def configuration(keys: list[str], workers: dict[str, str]) -> dict[str, dict[str, str]]:
    """What each process is given; workers: what makes it use the cluster."""
    s3a = "spark.hadoop.fs.s3a.encryption."
    two = {**workers, "spark.scheduler.minRegisteredResourcesRatio": "1.0"}
    return {
        "files": two,
        "files_key": {**two, s3a + "algorithm": "SSE-KMS", s3a + "key": keys[0]},
        "context": {},
    }


PROCESSES: dict[str, Callable[..., Any]] = {
    "files": files,
    "files_key": files_key,
    "context": context,
}
