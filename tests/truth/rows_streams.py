"""Rows of the truth table about streaming queries that keep their state, or their code, on S3.

Continues rows_local. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from tests.support.agent_requests import ask
from tests.truth.rows import A, B, Header, Seen, row, symbols
from tests.truth.rows_local import Kit

#: Where each part of the query keeps what it writes.
PARTS = ("state", "checkpoint", "output")


@row(
    "Streaming query with state, checkpoint and output on S3, started again after the switch",
    dict.fromkeys(PARTS, B),
)
def streaming_state(t: Kit) -> Seen:
    t.folder.mkdir(parents=True)

    def run(number: int) -> None:
        lines = [
            {"id": number, "time": f"2024-01-01T00:0{number}:{second:02}"} for second in (0, 30)
        ]
        text = "\n".join(map(json.dumps, lines))
        (t.folder / f"{number}.json").write_text(text, "utf-8")
        events = t.spark.readStream.schema("id INT, time TIMESTAMP").json(str(t.folder))
        counted = events.withWatermark("time", "1 second").groupBy("time").count()
        writer = counted.writeStream.format("parquet").outputMode("append")
        writer = writer.option("checkpointLocation", t.at("checkpoint"))
        query = writer.trigger(availableNow=True).start(t.at("output"))
        assert query.awaitTermination(120)

    def found() -> dict[str, Any]:
        return {item.key: item for item in t.endpoint.stored("", t.bucket)}

    # Each partition has a state of its own, in files of its own.
    t.spark.conf.set("spark.sql.shuffle.partitions", "1")
    ask("apply", profile=t.kms("A"))
    run(1)
    before = found()
    report = ask("apply", profile=t.kms("B"))
    run(2)
    t.spark.conf.set("spark.sql.shuffle.partitions", "2")
    stored: dict[str, frozenset[Header]] = {}
    for part in PARTS:
        new = [item for key, item in found().items() if key not in before and _part_of(key) == part]
        stored[part] = symbols(new, t.endpoint.keys)
    seen = t.seen(report)
    return Seen(seen.claim, seen.codes, stored)


def _part_of(key: str) -> str:
    return "state" if key.startswith("checkpoint/state/") else key.split("/")[0]


@row("foreachBatch was started before the switch; what its batches write", A)
def for_each_batch(t: Kit) -> Seen:
    place, written = ["before"], threading.Semaphore(0)

    def each(batch: Any, _: int) -> None:
        batch.write.mode("append").parquet(t.at(place[0]))
        written.release()

    def wait_for_batches() -> None:
        # The first of them may have begun before what was done last.
        for _ in range(2):
            assert written.acquire(timeout=120)

    source = t.spark.readStream.format("rate").option("rowsPerSecond", 5).load()
    writer = source.writeStream.option("checkpointLocation", str(t.folder))
    query = writer.foreachBatch(each).start()
    try:
        wait_for_batches()
        ask("apply", profile=t.kms("A"))
        wait_for_batches()
        report = ask("verify")
        place[0] = "after"
        wait_for_batches()
    finally:
        query.stop()
    return t.seen(report)
