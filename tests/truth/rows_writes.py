"""Rows of the truth table about ways to write, other sessions, and what a user does afterwards.

Continues rows_local. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import uuid

from tests.support.agent_requests import ask
from tests.truth.rows import A, B, Seen, row
from tests.truth.rows_local import ALGORITHM, KEY, Kit

FORMATS = ("parquet", "csv", "json", "orc", "text")


@row("RDD write", A)
def rdd(t: Kit) -> Seen:
    lines = t.spark.sparkContext.parallelize(["a", "b"], 2)
    lines.saveAsTextFile(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    lines.saveAsTextFile(t.at("after"))
    return t.seen(report)


@row("DataFrame writes: parquet, csv, json, orc, text", dict.fromkeys(FORMATS, A))
def formats(t: Kit) -> Seen:
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    frame = t.spark.range(0, 4, 1, 2).selectExpr("cast(id AS string) AS id")
    for name in FORMATS:
        frame.write.format(name).save(t.at(name))
    return t.seen(report, *[(name, t.bucket, name + "/") for name in FORMATS])


@row("SQL: INSERT OVERWRITE DIRECTORY, and INSERT INTO a table", {"directory": A, "table": A})
def sql_insert(t: Kit) -> Seen:
    name = f"t{uuid.uuid4().hex[:8]}"
    t.spark.sql(f"CREATE TABLE {name} (id BIGINT) USING parquet LOCATION '{t.at('table')}'")
    t.spark.sql(f"SELECT * FROM {name}").collect()
    report = ask("apply", profile=t.kms("A"))
    t.spark.sql(f"INSERT OVERWRITE DIRECTORY '{t.at('directory')}' USING parquet SELECT 1 AS id")
    t.spark.sql(f"INSERT INTO {name} SELECT 1")
    t.spark.sql(f"DROP TABLE {name}")
    return t.seen(report, *[(part, t.bucket, part + "/") for part in ("directory", "table")])


@row("saveAsTable", A)
def save_as_table(t: Kit) -> Seen:
    name = f"t{uuid.uuid4().hex[:8]}"
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    t.spark.range(4).write.option("path", t.at("after")).saveAsTable(name)
    t.spark.sql(f"DROP TABLE {name}")
    return t.seen(report)


@row("Partitioned overwrite, dynamic; the partitions that were written", A)
def partitioned(t: Kit) -> Seen:
    frame = t.spark.range(6).selectExpr("id", "id % 3 AS part")
    frame.write.partitionBy("part").parquet(t.at("data"))
    report = ask("apply", profile=t.kms("A"))
    writer = frame.where("part = 1").write.mode("overwrite").partitionBy("part")
    writer.option("partitionOverwriteMode", "dynamic").parquet(t.at("data"))
    return t.seen(report, ("", t.bucket, "data/part=1/"))


@row("newSession after the switch; it writes", A)
def new_session(t: Kit) -> Seen:
    t.write(t.at("before"))
    ask("apply", profile=t.kms("A"))
    made = t.spark.newSession()
    report = ask("verify")
    made.range(4).write.parquet(t.at("after"))
    return t.seen(report)


@row("The session was stopped and created again", A)
def stop_and_create(t: Kit) -> Seen:
    from pyspark.sql import SparkSession

    t.write(t.at("before"))
    ask("apply", profile=t.kms("A"))
    t.spark.stop()
    t.spark = SparkSession.builder.getOrCreate()
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("The session was stopped, and the profile applied before the next one is created", B)
def apply_between(t: Kit) -> Seen:
    from pyspark.sql import SparkSession

    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    t.spark.stop()
    ask("apply", profile=t.kms("B"))
    t.spark = SparkSession.builder.getOrCreate()
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


#: Why less is claimed if code changed the settings.
CHANGED = "Changed settings are not claimed; what is opened keeps to the profile all the same."


@row("spark.conf.set of another key afterwards", A, less=CHANGED)
def own_set(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.spark.conf.set(KEY, t.key("B"))
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("The same, after the bucket was opened", A, less=CHANGED)
def own_set_late(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    t.spark.conf.set(KEY, t.key("B"))
    report = ask("probe")
    t.write(t.at("after"))
    return t.seen(report)


@row("spark.conf.unset afterwards", A, less=CHANGED)
def own_unset(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    for key in (ALGORITHM, KEY):
        t.spark.conf.unset(key)
        t.spark.sparkContext._jsc.hadoopConfiguration().unset(key)
    report = ask("verify")
    t.write(t.at("after"))
    return t.seen(report)


@row("Changed afterwards, and applied again", A)
def applied_again(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.spark.conf.set(KEY, t.key("B"))
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("A"))
    t.write(t.at("after"))
    return t.seen(report)


@row("A DataFrame from before the switch runs again, and the next cell writes", A)
def older_plan(t: Kit) -> Seen:
    t.write(t.at("source"))
    frame = t.spark.read.parquet(t.at("source"))
    frame.collect()
    first = ask("apply", profile=t.kms("A"))
    frame.collect()
    report = ask("guard", profile=t.kms("A"), fingerprint=first["fingerprint"])
    t.write(t.at("after"))
    return t.seen({**first, **report})
