"""Rows of the truth table that need a process of their own: cluster configuration, two workers.

Each function is sent to a new process (see spark_script) and returns, by the row's name, the
report and the (bucket, prefix) that was written after it. Must not know: what is asserted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.environment import spark_conf as conf_of
from tests.truth.rows import CSE_A, NONE, SSE_S3, A, B, elsewhere

elsewhere("cluster", "cluster_key", "Key A in the cluster's configuration, key B in the profile", B)
elsewhere(
    "cluster", "cluster_s3", "SSE-KMS in the cluster's configuration, SSE-S3 in the profile", SSE_S3
)
elsewhere("cluster", "cluster_off", "SSE-KMS in the cluster's configuration, Bucket default", NONE)
elsewhere(
    "cluster",
    "cluster_clear",
    "SSE-KMS in the cluster's configuration, and the profile cleared",
    A,
    less="No profile is armed, so nothing is claimed; what the cluster sets is in force.",
)
elsewhere("bucket", "bucket_wins", "A rule for the bucket in the cluster's configuration", B)
elsewhere("bucket", "bucket_rule", "The same, and the profile has a rule for that bucket too", B)
elsewhere("workers", "workers_1", "Two workers, file output committer, algorithm 1", A)
elsewhere("workers", "workers_2", "Two workers, file output committer, algorithm 2", B)
elsewhere("workers", "workers_magic", "Two workers, S3A's magic committer", A)
elsewhere("workers", "workers_directory", "Two workers, S3A's directory committer", B)
elsewhere("workers", "workers_rdd", "Two workers, RDD write", A)
elsewhere(
    "workers", "workers_verified", "Two workers, a job ran during the switch; over, and verified", B
)
elsewhere("workers", "workers_joined", "An executor joined after the switch, and verified", B)
elsewhere(
    "workers",
    "workers_plan",
    "Two workers, a DataFrame from before the switch ran again, and verified",
    A,
)
elsewhere("client", "client_side", "CSE-KMS, and Spark reads it again", CSE_A, sparks=("4.3",))


def cluster(spark, bucket, first, second):
    from tests.support.agent_requests import ask

    spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/before")
    steps = {
        "cluster_key": {"method": "sse-kms", "kmsKeyId": second},
        "cluster_s3": {"method": "sse-s3"},
        "cluster_off": {"method": "bucket-default"},
        "cluster_clear": None,
    }
    found = {}
    for name, profile in steps.items():
        report = ask("apply", profile=profile) if profile else ask("clear")
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}
    return found


def bucket(spark, bucket, first, second):
    from tests.support.agent_requests import ask

    profile = {"method": "sse-kms", "kmsKeyId": second}
    spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/before")
    found = {}
    for name, rules in (("bucket_wins", {}), ("bucket_rule", {"buckets": {bucket: profile}})):
        report = ask("apply", profile={**profile, **rules})
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}
    return found


def workers(spark, bucket, first, second):
    import threading
    import time

    from tests.support.agent_requests import ask, kms

    found = {}
    scala = spark.sparkContext._jsc.sc()
    algorithm = "mapreduce.fileoutputcommitter.algorithm.version"
    cloud = "org.apache.spark.internal.io.cloud."
    s3a = {
        "spark.sql.sources.commitProtocolClass": cloud + "PathOutputCommitProtocol",
        "spark.sql.parquet.output.committer.class": cloud + "BindingParquetOutputCommitter",
    }

    def write(name):
        spark.range(0, 16, 1, 8).write.parquet(f"s3a://{bucket}/{name}")

    def wait_for(condition):
        end = time.monotonic() + 60
        while not condition() and time.monotonic() < end:
            time.sleep(0.1)

    def row(name, report):
        write(name)
        found[name] = {"report": report, "prefix": name + "/"}

    write("before")
    spark.conf.set(algorithm, "1")
    row("workers_1", ask("apply", profile=kms(first)))
    spark.conf.set(algorithm, "2")
    row("workers_2", ask("apply", profile=kms(second)))
    lines = spark.sparkContext._jvm.org.apache.spark.api.java.JavaSparkContext(scala)
    report = ask("apply", profile=kms(first))
    lines.parallelize(["a", "b", "c", "d"], 4).saveAsTextFile(f"s3a://{bucket}/workers_rdd")
    found["workers_rdd"] = {"report": report, "prefix": "workers_rdd/"}

    sleep = "reflect('java.lang.Thread', 'sleep', 4000L)"
    job = threading.Thread(target=lambda: spark.range(0, 1, 1, 1).selectExpr(sleep).collect())
    job.start()
    wait_for(lambda: ask("probe")["activity"]["jobs"] != 0)
    ask("apply", profile=kms(second))
    job.join(60)
    row("workers_verified", ask("verify"))

    ask("verify")  # jobs have run since the one before
    old = set(str(scala.getExecutorIds().mkString(",")).split(","))
    scala.killExecutor(sorted(old)[0])
    wait_for(lambda: scala.getExecutorIds().size() == 1)
    scala.requestExecutors(2)
    wait_for(lambda: scala.getExecutorIds().size() == 2)
    wait_for(lambda: ask("verify")["claim"] == "inEffect")
    row("workers_joined", ask("probe"))

    frame = spark.read.parquet(f"s3a://{bucket}/before")
    frame.collect()
    ask("apply", profile=kms(first))
    frame.collect()
    row("workers_plan", ask("verify"))

    for name, value in s3a.items():
        spark.conf.set(name, value)
    for number, committer in enumerate(("directory", "magic")):
        spark.conf.set("fs.s3a.committer.name", committer)
        row("workers_" + committer, ask("apply", profile=kms((second, first)[number])))
    return found


def client(spark, bucket, first, second):
    from tests.support.agent_requests import ask

    report = ask("apply", profile={"method": "cse-kms", "kmsKeyId": first})
    place = f"s3a://{bucket}/after"
    spark.range(0, 8, 1, 2).selectExpr("concat('plain text ', id) AS text").write.text(place)
    assert spark.read.text(place).count() == 8
    assert {row.value[:11] for row in spark.read.text(place).collect()} == {"plain text "}
    return {"client_side": {"report": report, "prefix": "after/"}}


def client_configuration(url: str, conf: dict[str, str]) -> dict[str, str]:
    """What Amazon's encryption client needs beside S3A: its jars, and where KMS is."""
    more = conf_of(url, groups=("s3a", "cse"))
    kms = f" -Daws.endpointUrlKms={url}"
    names = ("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions")
    return {"spark.jars": more["spark.jars"], **{name: conf[name] + kms for name in names}}


def configuration(keys: list[str], place: str) -> dict[str, dict[str, str]]:
    """What the cluster's configuration of each process says beside the endpoint."""
    s3a = "spark.hadoop.fs.s3a."
    rule = f"{s3a}bucket.{place}.encryption."
    return {
        "cluster": {s3a + "encryption.algorithm": "SSE-KMS", s3a + "encryption.key": keys[0]},
        "bucket": {rule + "algorithm": "SSE-KMS", rule + "key": keys[0]},
        "workers": {"spark.scheduler.minRegisteredResourcesRatio": "1.0"},
        "client": {},
    }


PROCESSES: dict[str, Callable[..., Any]] = {
    "cluster": cluster,
    "bucket": bucket,
    "workers": workers,
    "client": client,
}
