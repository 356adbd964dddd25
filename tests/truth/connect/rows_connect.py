"""Rows of the truth table over Spark Connect, whose server others may use.

A row is about the bucket that it writes to: a claim there names the buckets that it is limited to.
Functions are sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Their rows come first on the page, whoever imports this.
from tests.truth import rows_hive  # noqa: F401
from tests.truth.rows import NONE, SSE_S3, A, B, elsewhere

_SPARKS = ("4.3",)
_NOT_OPEN = "Nothing is open yet, and the first to open the bucket may be somebody else."


def _row(name: str, situation: str, expected: Any, less: str = "", group: str = "connect") -> None:
    elsewhere(group, name, f"Spark Connect: {situation}", expected, less, _SPARKS)


_row("connect_first", "applied before the first access, then a write", A, _NOT_OPEN)
_row("connect_next", "that bucket is open, and looked at; the next write", A)
_row("connect_switched", "from key A to key B, and a write in the same cell", B)
_row("connect_frame", "a DataFrame from before the switch is looked at, then a write", A)
_row("connect_view", "a view from before the switch is read and written", B)
_row("connect_s3", "from SSE-KMS to SSE-S3", SSE_S3)
_row("connect_default", "from SSE-S3 to Bucket default", NONE)
_row("connect_session", "a session that `newSession` makes", A)
_row("connect_table", "CREATE TABLE in a bucket that is not open, then INSERT", A, _NOT_OPEN)
_row(
    "connect_option",
    "a write with options of its own is the first in a bucket, then a write in the same cell",
    A,
)
_row("connect_option_open", "the same in a bucket that is open", A)
_row(
    "connect_kept",
    "a cached DataFrame from before the switch is counted, then a write",
    B,
    "A part of it that has to be read again opens the bucket with the older settings.",
)
_row(
    "connect_released",
    "it was unpersisted, and verified, then a write",
    B,
)
_row(
    "connect_refused",
    "a session that cannot bring our class, before the first access",
    A,
    "What the server has open cannot be looked at.",
)
_row("connect_shared", "another client has a session, from key B to key A", A)
_row(
    "connect_asked",
    "the same after what is open was replaced on request",
    A,
    "The other client may open buckets with other settings at any time.",
)
_row("connect_two", "two workers, from key A to key B in one cell", B, group="connect_workers")
_row(
    "connect_two_frame",
    "two workers, a DataFrame from before the switch is looked at, then a write",
    A,
    group="connect_workers",
)


def connect(url, bucket, other, first, second):
    import subprocess
    import sys

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms

    found = {}

    def row(name, report, session=None, where=bucket):
        frame = (session or spark).range(0, 4, 1, 2)
        frame.write.parquet(f"s3a://{where}/{name}")
        found[name] = {"report": report, "prefix": name + "/", "bucket": where}

    spark = SparkSession.builder.remote(url).getOrCreate()
    row("connect_first", ask("apply", profile=kms(first)))
    row("connect_next", ask("verify"))
    row("connect_switched", ask("apply", profile=kms(second)))
    frame = spark.read.parquet(f"s3a://{bucket}/connect_next")
    frame.collect()
    frame.createOrReplaceTempView("older")
    report = ask("apply", profile=kms(first))
    frame.limit(5).collect()
    frame.toPandas()
    row("connect_frame", report)
    report = ask("apply", profile=kms(second))
    spark.sql("SELECT * FROM older").write.parquet(f"s3a://{bucket}/connect_view")
    found["connect_view"] = {"report": report, "prefix": "connect_view/", "bucket": bucket}
    row("connect_s3", ask("apply", profile={"method": "sse-s3"}))
    row("connect_default", ask("apply", profile={"method": "bucket-default"}))
    report = ask("apply", profile=kms(first))
    row("connect_session", report, spark.newSession())
    spark.sql(f"CREATE TABLE there (id BIGINT) USING parquet LOCATION 's3a://{other}/there'")
    spark.sql("INSERT INTO there SELECT id FROM range(0, 4, 1, 2)")
    found["connect_table"] = {"report": report, "prefix": "there/", "bucket": other}

    report = ask("verify")
    for where, name in ((other + "-3", "connect_option"), (bucket, "connect_option_open")):
        own = spark.range(1).write.option("fs.s3a.encryption.algorithm", "AES256")
        own.option("fs.s3a.encryption.key", "").parquet(f"s3a://{where}/own")
        row(name, report, where=where)

    kept = spark.read.parquet(f"s3a://{bucket}/connect_next").cache()
    kept.count()
    report = ask("apply", profile=kms(second))
    kept.count()
    row("connect_kept", report)
    kept.unpersist(True)
    row("connect_released", ask("verify"))

    code = (
        "import os, sys\n"
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()\n"
        "spark.range(1).collect()\n"
        "os._exit(0)\n"
    )
    # It ends without a word, as a kernel that is killed: its session stays.
    subprocess.run([sys.executable, "-c", code, url], check=True, timeout=120)
    report = ask("apply", profile=kms(first))
    row("connect_shared", report)
    row("connect_asked", ask("renew"))
    ask("clear")

    def refuse(*_, **__):
        raise RuntimeError("artifacts are not allowed")

    spark.stop()
    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.addArtifacts = refuse
    report = ask("apply", profile=kms(first))
    row("connect_refused", report, where=other + "-2")
    spark.stop()
    return found


def connect_workers(url, bucket, other, first, second):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms

    found = {}

    def row(name, report):
        spark.range(0, 16, 1, 4).write.parquet(f"s3a://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/", "bucket": bucket}

    spark = SparkSession.builder.remote(url).getOrCreate()
    ask("apply", profile=kms(first))
    spark.range(0, 16, 1, 4).write.parquet(f"s3a://{bucket}/before")
    row("connect_two", ask("apply", profile=kms(second)))
    frame = spark.read.parquet(f"s3a://{bucket}/before")
    frame.count()
    report = ask("apply", profile=kms(first))
    frame.limit(5).collect()
    frame.toPandas()
    row("connect_two_frame", report)
    spark.stop()
    return found


PROCESSES: dict[str, Callable[..., Any]] = {
    "connect": connect,
    "connect_workers": connect_workers,
}
