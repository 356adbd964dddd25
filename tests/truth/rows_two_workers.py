"""Rows of the truth table with two workers whose executors open a bucket by themselves, or no session.

Functions are sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from demo.endpoint import client
from demo.jars import jars, spark_at_hand
from demo.java import find_java

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
elsewhere("started", "started", "Two workers, spark.files and spark.jars on S3, then a write", A)
elsewhere("started", "started_jar", "Two workers, addJar from S3, then a write in the same cell", A)
elsewhere(
    "started",
    "started_shown",
    "Two workers, show and toPandas of a DataFrame from before the switch, then a write",
    B,
)
elsewhere(
    "started",
    "started_counted",
    "Two workers, an RDD from before the switch is counted and saved",
    A,
)
elsewhere(
    "started",
    "started_beside",
    "Two workers, a write runs across the switch; what is written beside it",
    B,
)
elsewhere(
    "started", "started_after", "Two workers, that write is over, and the next cell writes", B
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


def started(spark, bucket, first, second):
    import os
    import threading
    import time

    from tests.support.agent_requests import ask, kms

    found, context, folder = {}, spark.sparkContext, os.getcwd()
    scala = context._jsc.sc()

    def row(name, report):
        spark.range(0, 8, 1, 4).write.parquet(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}

    def wait_for(condition):
        end = time.monotonic() + 120
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("nothing came")
            time.sleep(0.05)

    def armed(key):
        # The first task of a new executor may take longer than a request waits.
        report = ask("apply", profile=kms(key))
        end = time.monotonic() + 60
        while report["claim"] != "inEffect" and time.monotonic() < end:
            report = ask("verify")
        return report

    def gate(index, rows):
        open(f"{folder}/begun-{index}", "w").close()
        while not os.path.exists(f"{folder}/open"):
            time.sleep(0.02)
        return rows

    wait_for(lambda: scala.getExecutorIds().size() == 2)
    # So what the executors have opened is what decides, not the driver's renaming.
    spark.conf.set("mapreduce.fileoutputcommitter.algorithm.version", "2")
    report = armed(first)
    row("started", report)
    context._jsc.addJar(f"s3a://{bucket}/in/two.jar")
    row("started_jar", report)

    frame = spark.read.text(f"s3a://{bucket}/in")
    frame.collect()
    lines = context._jsc.textFile(f"s3a://{bucket}/in")
    lines.count()
    report = armed(second)
    frame._jdf.showString(20, 20, False)
    frame.toPandas()
    row("started_shown", report)

    report = armed(first)
    lines.count()
    lines.saveAsTextFile(f"s3a://{bucket}/started_counted")
    found["started_counted"] = {"report": report, "prefix": "started_counted/"}

    # One task for each executor: both have begun to write before the switch.
    slow = context.parallelize([(1,), (2,)], 2).mapPartitionsWithIndex(gate)
    slow = spark.createDataFrame(slow, "id INT").write
    writing = threading.Thread(target=slow.parquet, args=(f"s3a://{bucket}/across",))
    writing.start()
    wait_for(lambda: {"begun-0", "begun-1"} <= set(os.listdir(folder)))
    report = ask("apply", profile=kms(second))
    beside = threading.Thread(target=row, args=("started_beside", report))
    beside.start()
    # Both executors are busy: what is written beside it ends after it.
    open(f"{folder}/open", "w").close()
    writing.join(120)
    beside.join(120)
    report = ask("guard", profile=kms(second), fingerprint=report["fingerprint"])
    row("started_after", report)
    return found


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


def configuration(
    keys: list[str], workers: dict[str, str], bucket: str
) -> dict[str, dict[str, str]]:
    """What each process is given; workers: what makes it use the cluster."""
    s3a = "spark.hadoop.fs.s3a.encryption."
    two = {**workers, "spark.scheduler.minRegisteredResourcesRatio": "1.0"}
    spark = spark_at_hand()
    # The connector comes from S3 no more than a cluster's own does.
    connector = ":".join(jars(spark, find_java(spark.version)))
    return {
        "files": two,
        "files_key": {**two, s3a + "algorithm": "SSE-KMS", s3a + "key": keys[0]},
        "started": {
            **two,
            "spark.driver.extraClassPath": connector,
            "spark.executor.extraClassPath": connector,
            "spark.files": f"s3a://{bucket}/in/one.txt",
            "spark.jars": f"s3a://{bucket}/in/one.jar",
        },
        "context": {},
    }


def put_files(url: str, bucket: str) -> None:
    """Stores what `started` begins with: a text to read, and jars without a class."""
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    contents = {"one.txt": b"a\nb\n", "one.jar": empty.getvalue(), "two.jar": empty.getvalue()}
    for name, content in contents.items():
        client(url).put_object(Bucket=bucket, Key=f"in/{name}", Body=content)


PROCESSES: dict[str, Callable[..., Any]] = {
    "files": files,
    "files_key": files_key,
    "started": started,
    "context": context,
}
