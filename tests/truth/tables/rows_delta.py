"""Rows of the truth table about Delta Lake's own work: compaction, deletion vectors, its log, streams.

The function is sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

# Their rows come first on the page, whoever imports this.
from tests.truth import rows_hive  # noqa: F401
from tests.truth.connect import rows_connect  # noqa: F401
from tests.truth.rows import B, C, elsewhere

ROWS = {
    "delta_optimized": "Delta Lake: OPTIMIZE of files that were written before the switch",
    "delta_vectors": "Delta Lake: DELETE and MERGE with deletion vectors, in a table from before the switch",
    "delta_log": "Delta Lake: the log of a table from before the switch, with its checkpoint",
    "delta_feed": "Delta Lake: the change data feed of an UPDATE",
    "delta_converted": "Delta Lake: CONVERT TO DELTA of a Parquet folder, then INSERT",
    "delta_replaced": "Delta Lake: CREATE OR REPLACE TABLE AS, then OPTIMIZE with ZORDER",
    "delta_stream": "Delta Lake: a stream into a table, started again after the switch",
}
for _name, _situation in ROWS.items():
    elsewhere("delta_more", _name, _situation, B, sparks=("4.1",), soak=True)
elsewhere(
    "delta_more",
    "delta_customer_key",
    "Delta Lake with SSE-C: write, UPDATE and OPTIMIZE",
    C,
    less="RDD writes do not get the key.",
    sparks=("4.1",),
    soak=True,
)


def delta_more(spark, bucket, first, second):
    from tests.support.agent_requests import CUSTOMER_KEY, ask, kms
    from tests.truth.tables.listing import keys

    found, place = {}, f"s3a://{bucket}"
    vectors = "TBLPROPERTIES (delta.enableDeletionVectors = true)"
    feed = "TBLPROPERTIES (delta.enableChangeDataFeed = true)"

    def table(name):
        return f"delta.`{place}/{name}`"

    def create(name, more=""):
        spark.sql(f"CREATE TABLE {table(name)} (id BIGINT) USING delta {more}")
        for _ in range(2):
            spark.range(0, 8, 1, 2).write.format("delta").mode("append").save(f"{place}/{name}")

    def stream():
        source = spark.readStream.format("delta").load(f"{place}/source")
        writer = source.writeStream.format("delta").option("checkpointLocation", f"{place}/state")
        query = writer.trigger(availableNow=True).start(f"{place}/sink")
        assert query.awaitTermination(120)

    def row(name, prefix, work):
        before = keys(spark, bucket, prefix)
        work()
        found[name] = {"report": report, "prefix": prefix, "before": before}

    ask("apply", profile=kms(first))
    for name, more in (("many", ""), ("deleted", vectors), ("fed", feed), ("source", "")):
        create(name, more)
    spark.range(0, 8, 1, 2).write.parquet(f"{place}/parquet")
    stream()
    report = ask("apply", profile=kms(second))

    def deletes():
        spark.sql(f"DELETE FROM {table('deleted')} WHERE id = 3")
        spark.sql(
            f"MERGE INTO {table('deleted')} USING (SELECT 5L AS n) ON id = n "
            "WHEN MATCHED THEN UPDATE SET id = 50 WHEN NOT MATCHED THEN INSERT (id) VALUES (n)"
        )

    def commits():
        for number in range(9):
            spark.sql(f"INSERT INTO {table('many')} VALUES ({number})")

    def converted():
        spark.sql(f"CONVERT TO DELTA parquet.`{place}/parquet`")
        spark.sql(f"INSERT INTO {table('parquet')} VALUES (100)")

    def replaced():
        spark.sql(f"CREATE OR REPLACE TABLE {table('new')} USING delta AS SELECT id FROM range(9)")
        spark.sql(f"INSERT INTO {table('new')} VALUES (9)")
        spark.sql(f"OPTIMIZE {table('new')} ZORDER BY (id)")

    row("delta_optimized", "many/part-", lambda: spark.sql(f"OPTIMIZE {table('many')}"))
    row("delta_vectors", "deleted/", deletes)
    row("delta_log", "many/_delta_log/", commits)
    row(
        "delta_feed",
        "fed/_change_data/",
        lambda: spark.sql(f"UPDATE {table('fed')} SET id = id + 100 WHERE id < 3"),
    )
    row("delta_converted", "parquet/", converted)
    row("delta_replaced", "new/", replaced)
    spark.sql(f"INSERT INTO {table('source')} VALUES (100)")
    row("delta_stream", "sink/", stream)
    assert any(".bin" in key for key in keys(spark, bucket, "deleted/"))
    assert any(".checkpoint." in key for key in keys(spark, bucket, "many/_delta_log/"))

    report = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    create("secret")
    spark.sql(f"UPDATE {table('secret')} SET id = id + 100 WHERE id < 3")
    spark.sql(f"OPTIMIZE {table('secret')}")
    assert spark.read.format("delta").load(f"{place}/secret").count() == 16
    found["delta_customer_key"] = {"report": report, "prefix": "secret/"}
    return found


PROCESSES = {"delta_more": delta_more}
