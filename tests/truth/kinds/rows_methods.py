"""Rows of the truth table about switches between methods, and about other writers with each of them.

Continues rows_local. Must not know: the page, what is asserted.
"""

from __future__ import annotations

from typing import Any

from demo.endpoint import client
from tests.support.agent_requests import CUSTOMER_KEY, ask, checked

# Their rows come first on the page, whoever imports this.
from tests.truth import rows_hive  # noqa: F401
from tests.truth.connect import rows_connect  # noqa: F401
from tests.truth.rows import DSSE_A, NONE, SSE_S3, A, B, C, Seen, row
from tests.truth.rows_local import DEFAULT, SSE_S3_PROFILE, Kit
from tests.truth.tables import (  # noqa: F401
    rows_delta,
    rows_hudi,
    rows_iceberg,
    rows_iceberg_catalogs,
)

#: Lines of Spark whose Hadoop has DSSE-KMS.
NEWER = ("4.3", "4.1")
RDDS_LACK_IT = "RDD writes do not get the key."


def customer_key() -> Any:
    return ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)


def dsse(t: Kit, key: str = "A") -> dict[str, Any]:
    return {"method": "dsse-kms", "kmsKeyId": t.key(key)}


@row("From SSE-KMS to SSE-C", C, less=RDDS_LACK_IT, soak=True)
def kms_to_customer_key(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    report = customer_key()
    t.write(t.at("after"))
    return t.seen(report)


@row("From SSE-C to SSE-KMS", A, soak=True)
def customer_key_to_kms(t: Kit) -> Seen:
    customer_key()
    t.write(t.at("before"))
    return t.switch(t.kms("A"))


@row("From SSE-C to Bucket default", NONE, soak=True)
def customer_key_to_default(t: Kit) -> Seen:
    customer_key()
    t.write(t.at("before"))
    return t.switch(DEFAULT)


@row("From DSSE-KMS to SSE-S3", SSE_S3, sparks=NEWER, soak=True)
def dsse_to_s3(t: Kit) -> Seen:
    return t.switch(dsse(t), SSE_S3_PROFILE)


@row("From SSE-KMS with key A to DSSE-KMS with the same key", DSSE_A, sparks=NEWER, soak=True)
def kms_to_dsse(t: Kit) -> Seen:
    return t.switch(t.kms("A"), dsse(t))


@row("Cleared, and applied again", A, soak=True)
def cleared_and_applied(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    ask("clear")
    t.write(t.at("before"))
    return t.switch(t.kms("A"))


@row("A key named by its alias", A, soak=True)
def alias(t: Kit) -> Seen:
    name = f"alias/{t.bucket}"
    client(t.endpoint.url, "kms").create_alias(AliasName=name, TargetKeyId=t.key("A"))
    return t.switch({"method": "sse-kms", "kmsKeyId": name})


@row("SSE-KMS with an encryption context", A, sparks=("4.3",), soak=True)
def encryption_context(t: Kit) -> Seen:
    return t.switch({**t.kms("A"), "encryptionContext": {"team": "data"}})


def _every_rdd(t: Kit, report: Any) -> Seen:
    pairs = t.spark.sparkContext.parallelize([("a", 1), ("b", 2)], 2)
    pairs.map(str).saveAsTextFile(t.at("text"))
    pairs.saveAsPickleFile(t.at("pickle"))
    pairs.saveAsSequenceFile(t.at("sequence"))
    pairs.saveAsNewAPIHadoopFile(
        t.at("new"),
        "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat",
        keyClass="org.apache.hadoop.io.Text",
        valueClass="org.apache.hadoop.io.IntWritable",
    )
    return t.seen(report, *[(name, t.bucket, name + "/") for name in RDDS])


RDDS = ("text", "pickle", "sequence", "new")


@row(
    "RDD writes (text, pickles, sequence file, new API) with SSE-S3",
    dict.fromkeys(RDDS, SSE_S3),
    soak=True,
)
def rdds_s3(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.spark.sparkContext.parallelize("ab", 2).saveAsTextFile(t.at("before"))
    return _every_rdd(t, ask("apply", profile=SSE_S3_PROFILE))


@row("RDD writes with DSSE-KMS", dict.fromkeys(RDDS, DSSE_A), sparks=NEWER, soak=True)
def rdds_dsse(t: Kit) -> Seen:
    return _every_rdd(t, ask("apply", profile=dsse(t)))


@row("RDD writes after SSE-KMS, with Bucket default", dict.fromkeys(RDDS, NONE), soak=True)
def rdds_default(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.spark.sparkContext.parallelize("ab", 2).saveAsTextFile(t.at("before"))
    return _every_rdd(t, ask("apply", profile=DEFAULT))


@row("SSE-C, and an RDD write opens the bucket", C, less=RDDS_LACK_IT, soak=True)
def rdd_without_key(t: Kit) -> Seen:
    report = customer_key()
    t.spark.sparkContext.parallelize("ab", 2).saveAsTextFile(t.at("after"))
    return t.seen(report)


@row("An RDD write with another key in the configuration it is given", A, soak=True)
def rdd_with_configuration(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    t.spark.sparkContext.parallelize([("a", 1)], 2).saveAsNewAPIHadoopFile(
        t.at("after"),
        "org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat",
        keyClass="org.apache.hadoop.io.Text",
        valueClass="org.apache.hadoop.io.IntWritable",
        conf={"fs.s3a.encryption.key": t.key("B")},
    )
    return t.seen(report)


@row("A model of MLlib is saved", A, soak=True)
def model(t: Kit) -> Seen:
    from pyspark.ml.feature import StringIndexer

    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    frame = t.spark.range(2).selectExpr("cast(id AS string) AS text")
    fitted = StringIndexer(inputCol="text", outputCol="number").fit(frame)
    fitted.write().overwrite().save(t.at("after"))
    return t.seen(report)


@row(
    "Checkpoints of an RDD and of a DataFrame, in a folder that was named before the switch",
    {"RDD": B, "DataFrame": B},
    soak=True,
)
def checkpoints(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    context = t.spark.sparkContext
    context.setCheckpointDir(t.at("checkpoints"))
    t.spark.range(2).checkpoint()
    before = {item.key for item in t.endpoint.stored("", t.bucket)}
    report = ask("apply", profile=t.kms("B"))
    numbers = context.parallelize(range(4), 2)
    numbers.checkpoint()
    numbers.count()
    of_rdd = {item.key for item in t.endpoint.stored("", t.bucket)} - before
    t.spark.range(2).checkpoint()
    of_frame = {item.key for item in t.endpoint.stored("", t.bucket)} - before - of_rdd
    return t.seen_keys(report, {"RDD": of_rdd, "DataFrame": of_frame})


def _in_parts(t: Kit) -> None:
    """One object of some 12 MB, which S3A sends in parts of 5 MB."""
    letters = "concat(uuid(), uuid(), uuid(), uuid(), uuid(), uuid(), uuid())"
    frame = t.spark.range(0, 48_000, 1, 1).selectExpr(f"{letters} AS text")
    frame.write.text(t.at("after"))


def _with_small_parts(t: Kit) -> None:
    for name in ("fs.s3a.multipart.size", "fs.s3a.multipart.threshold"):
        t.spark.conf.set(name, "5M")


@row("An object that is sent in parts", B, soak=True)
def in_parts(t: Kit) -> Seen:
    _with_small_parts(t)
    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("B"))
    _in_parts(t)
    return t.seen(report)


@row("An object that is sent in parts, with SSE-C", C, less=RDDS_LACK_IT, soak=True)
def in_parts_customer_key(t: Kit) -> Seen:
    _with_small_parts(t)
    report = customer_key()
    _in_parts(t)
    assert t.spark.read.text(t.at("after")).count() == 48_000
    return t.seen(report)


@row("Own writes checked: a DataFrame, an RDD and a table", A, soak=True)
def own_writes(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("after/frame"))
    t.spark.sparkContext.parallelize("ab", 2).saveAsTextFile(t.at("after/rdd"))
    t.spark.range(4).write.option("path", t.at("after/table")).saveAsTable("own_writes")
    t.spark.sql("DROP TABLE own_writes")
    return t.seen(checked())


@row("A canary in the bucket, then a write", A, soak=True)
def canary(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    report = ask("canary", location=t.at("canary"))
    t.write(t.at("after"))
    return t.seen(report)
