"""Rows of the truth table about more streams: RocksDB, a table as the sink, SSE-C in a checkpoint.

Continues rows_buckets. Must not know: the page, what is asserted.
"""

from __future__ import annotations

from typing import Any

from tests.support.agent_requests import ask

# Their rows come first on the page, whoever imports this.
from tests.truth.kinds import rows_buckets  # noqa: F401
from tests.truth.kinds.rows_methods import RDDS_LACK_IT, customer_key
from tests.truth.rows import A, B, C, Seen, row
from tests.truth.rows_local import Kit

PROVIDER = "spark.sql.streaming.stateStore.providerClass"
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
PLACES = ("state", "checkpoint", "output")


def _place(key: str) -> str:
    return "state" if key.startswith("checkpoint/state/") else key.split("/")[0]


def _run(t: Kit, number: int, at: str = "") -> None:
    """A file more, and one run of a query that counts what is in all of them."""
    t.folder.mkdir(parents=True, exist_ok=True)
    (t.folder / f"{number}.txt").write_text("a\nb\n", "utf-8")
    counted = t.spark.readStream.text(str(t.folder)).groupBy("value").count()

    def each(batch: Any, _: int) -> None:
        batch.write.mode("append").parquet(t.at("output" + at))

    writer = counted.writeStream.outputMode("update").foreachBatch(each)
    writer = writer.option("checkpointLocation", t.at("checkpoint")).trigger(availableNow=True)
    assert writer.start().awaitTermination(120)


def _started_again(t: Kit, apply: Any) -> Seen:
    t.spark.conf.set("spark.sql.shuffle.partitions", "1")
    try:
        _run(t, 1)
        before = {item.key for item in t.endpoint.stored("", t.bucket)}
        report = apply()
        _run(t, 2)
    finally:
        t.spark.conf.set("spark.sql.shuffle.partitions", "2")
    new = {item.key for item in t.endpoint.stored("", t.bucket)} - before
    return t.seen_keys(
        report, {name: {key for key in new if _place(key) == name} for name in PLACES}
    )


@row(
    "Streaming query with state in RocksDB, started again after the switch",
    dict.fromkeys(PLACES, B),
    soak=True,
)
def rocksdb(t: Kit) -> Seen:
    t.spark.conf.set(PROVIDER, ROCKSDB)
    ask("apply", profile=t.kms("A"))
    try:
        return _started_again(t, lambda: ask("apply", profile=t.kms("B")))
    finally:
        t.spark.conf.unset(PROVIDER)


@row(
    "Streaming query with SSE-C, its checkpoint too, started again",
    dict.fromkeys(PLACES, C),
    less=RDDS_LACK_IT,
    soak=True,
)
def stream_customer_key(t: Kit) -> Seen:
    # From its start: with a key, S3 refuses to read what was stored without it.
    customer_key()
    return _started_again(t, customer_key)


@row("Streaming query into a managed table of a database on S3", A, soak=True)
def stream_to_table(t: Kit) -> Seen:
    t.folder.mkdir(parents=True)
    (t.folder / "one.txt").write_text("a\nb\n", "utf-8")
    name = "d" + t.bucket.rpartition("-")[2]
    t.spark.sql(f"CREATE DATABASE {name} LOCATION '{t.at(name)}'")
    try:
        report = ask("apply", profile=t.kms("A"))
        writer = t.spark.readStream.text(str(t.folder)).writeStream
        writer = writer.option("checkpointLocation", t.at("checkpoint"))
        query = writer.trigger(availableNow=True).toTable(f"{name}.lines")
        assert query.awaitTermination(120)
        return t.seen(report, ("", t.bucket, f"{name}/lines/"))
    finally:
        t.spark.sql(f"DROP DATABASE {name} CASCADE")
