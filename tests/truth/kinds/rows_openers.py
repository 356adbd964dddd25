"""Rows of the truth table about who else opens a bucket, with properties or an interface of its own.

Continues rows_methods. Must not know: the page, what is asserted.
"""

from __future__ import annotations

from typing import Any

from tests.support.agent_requests import ask

# Their rows come first on the page, whoever imports this.
from tests.truth.kinds import rows_methods  # noqa: F401
from tests.truth.rows import SSE_S3, A, B, Seen, row
from tests.truth.rows_local import ALGORITHM, KEY, SSE_S3_PROFILE, Kit

#: Why less is claimed if code changed the settings.
CHANGED = "Changed settings are not claimed; what is opened keeps to the profile all the same."


def _older(t: Kit) -> Any:
    own = t.spark.sparkContext._jsc.hadoopConfiguration()
    return t.spark._jvm.org.apache.hadoop.conf.Configuration(own)


def _uri(t: Kit) -> Any:
    return t.spark._jvm.java.net.URI.create(t.at(""))


def _path(t: Kit, key: str) -> Any:
    return t.spark._jvm.org.apache.hadoop.fs.Path(t.at(key))


def _both(t: Kit, report: Any) -> Seen:
    t.write(t.at("after"))
    return t.seen(report, ("by it", t.bucket, "own/"), ("after it", t.bucket, "after/"))


BOTH_A, BOTH_B = {"by it": A, "after it": A}, {"by it": B, "after it": B}


@row("FileContext with a Configuration from before the switch", BOTH_B, soak=True)
def file_context(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    older = _older(t)
    report = ask("apply", profile=t.kms("B"))
    fs = t.spark._jvm.org.apache.hadoop.fs
    context = fs.FileContext.getFileContext(_uri(t), older)
    flags = t.spark._jvm.java.util.EnumSet.of(fs.CreateFlag.CREATE, fs.CreateFlag.OVERWRITE)
    parents = t.spark.sparkContext._gateway.new_array(fs.Options.CreateOpts, 1)
    parents[0] = fs.Options.CreateOpts.createParent()
    context.create(_path(t, "own/object"), flags, parents).close()
    return _both(t, report)


@row("FileSystem.newInstance with a Configuration from before the switch", BOTH_B, soak=True)
def new_instance(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    older = _older(t)
    report = ask("apply", profile=t.kms("B"))
    system = t.spark._jvm.org.apache.hadoop.fs.FileSystem.newInstance(_uri(t), older)
    system.create(_path(t, "own/object")).close()
    system.close()
    return _both(t, report)


@row(
    "A Configuration of the user's own has a rule for the bucket, and opens it first",
    BOTH_A,
    soak=True,
)
def own_rule_opens(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    own = _older(t)
    for name, value in (("algorithm", "SSE-KMS"), ("key", t.key("B"))):
        own.set(f"fs.s3a.bucket.{t.bucket}.encryption.{name}", value)
    system = t.spark._jvm.org.apache.hadoop.fs.FileSystem.get(_uri(t), own)
    system.create(_path(t, "own/object")).close()
    return _both(t, report)


@row(
    "A Configuration of the user's own has the older names of S3A, and opens the bucket first",
    BOTH_A,
    soak=True,
)
def older_names_open(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    own = _older(t)
    own.set("fs.s3a.server-side-encryption-algorithm", "SSE-KMS")
    own.set(f"fs.s3a.bucket.{t.bucket}.server-side-encryption.key", t.key("B"))
    system = t.spark._jvm.org.apache.hadoop.fs.FileSystem.get(_uri(t), own)
    system.create(_path(t, "own/object")).close()
    return _both(t, report)


@row("Options of one write have a rule for the bucket, then a plain write", BOTH_A, soak=True)
def options_with_rule(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    writer = t.spark.range(0, 4, 1, 2).write
    for name, value in (("algorithm", "SSE-KMS"), ("key", t.key("B"))):
        writer = writer.option(f"fs.s3a.bucket.{t.bucket}.encryption.{name}", value)
    writer.parquet(t.at("own"))
    return _both(t, report)


@row("A folder, an empty object and one of createNonRecursive", A, soak=True)
def small_objects(t: Kit) -> Seen:
    ask("apply", profile=SSE_S3_PROFILE)
    older = _older(t)
    report = ask("apply", profile=t.kms("A"))
    system = t.spark._jvm.org.apache.hadoop.fs.FileSystem.get(_uri(t), older)
    system.mkdirs(_path(t, "after/folder"))
    system.createNewFile(_path(t, "after/empty"))
    system.createFile(_path(t, "after/built")).overwrite(True).build().close()
    return t.seen(report)


@row("Hadoop's cache of file systems is off in the session", A, soak=True)
def without_cache(t: Kit) -> Seen:
    t.spark.conf.set("fs.s3a.impl.disable.cache", "true")
    t.write(t.at("before"))
    return t.switch(t.kms("A"))


@row("A bucketed and sorted table", A, soak=True)
def bucketed(t: Kit) -> Seen:
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    writer = t.spark.range(0, 16, 1, 2).write.bucketBy(2, "id").sortBy("id")
    writer.option("path", t.at("after")).saveAsTable("bucketed_rows")
    t.spark.sql("DROP TABLE bucketed_rows")
    return t.seen(report)


@row("A frame that was cached before the switch is written", A, soak=True)
def cached(t: Kit) -> Seen:
    t.write(t.at("source"))
    frame = t.spark.read.parquet(t.at("source")).cache()
    frame.count()
    report = ask("apply", profile=t.kms("A"))
    frame.write.parquet(t.at("after"))
    frame.unpersist()
    return t.seen(report)


@row("A session that newSession made before the switch writes", A, soak=True)
def older_session(t: Kit) -> Seen:
    made = t.spark.newSession()
    made.range(4).write.parquet(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    made.range(4).write.parquet(t.at("after"))
    return t.seen(report)


@row("Another session sets another key for itself, and writes", A, less=CHANGED, soak=True)
def other_session_sets(t: Kit) -> Seen:
    made = t.spark.newSession()
    ask("apply", profile=t.kms("A"))
    made.conf.set(ALGORITHM, "SSE-KMS")
    made.conf.set(KEY, t.key("B"))
    report = ask("verify")
    made.range(4).write.parquet(t.at("after"))
    return t.seen(report)


@row("SQL's RESET afterwards", A, less=CHANGED, soak=True)
def reset(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.spark.sql("RESET")
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("SQL's SET of another method afterwards, in one cell with the write", A, soak=True)
def sql_set(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    t.spark.sql(f"SET {ALGORITHM}=AES256")
    t.spark.sql(f"SET {KEY}=")
    t.write(t.at("after"))
    return t.seen(report)


@row("builder.config with another key and getOrCreate afterwards", A, less=CHANGED, soak=True)
def builder_config(t: Kit) -> Seen:
    from pyspark.sql import SparkSession

    ask("apply", profile=t.kms("A"))
    SparkSession.builder.config(KEY, t.key("B")).getOrCreate()
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("sc.hadoopConfiguration gets another key afterwards, then an RDD write", A, soak=True)
def context_set(t: Kit) -> Seen:
    report = ask("apply", profile=t.kms("A"))
    t.spark.sparkContext._jsc.hadoopConfiguration().set(KEY, t.key("B"))
    t.spark.sparkContext.parallelize("ab", 2).saveAsTextFile(t.at("after"))
    return t.seen(report)


@row("Everything in Hadoop's cache is closed by the user's code, then a write", A, soak=True)
def closed_by_user(t: Kit) -> Seen:
    ask("apply", profile=SSE_S3_PROFILE)
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    t.spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    t.write(t.at("after"))
    return t.seen(report)


@row(
    "From SSE-KMS to SSE-S3, and a file system that was kept copies what was written",
    SSE_S3,
    soak=True,
)
def kept_copies(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("source"))
    fs = t.spark._jvm.org.apache.hadoop.fs
    kept = fs.FileSystem.get(_uri(t), _older(t))
    report = ask("apply", profile=SSE_S3_PROFILE)
    assert fs.FileUtil.copy(kept, _path(t, "source"), kept, _path(t, "after"), False, _older(t))
    report = ask("verify")
    return t.seen(report)
