"""Rows of the truth table about Iceberg's own work over the connector: procedures, deletes, streams.

The function is sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

# Their rows come first on the page, whoever imports this.
from tests.truth.rows import B, C, elsewhere
from tests.truth.tables import rows_hudi  # noqa: F401

ROWS = {
    "iceberg_rewritten": "Iceberg with HadoopFileIO: rewrite_data_files of what was written before the switch",
    "iceberg_deletes": "Iceberg with HadoopFileIO: DELETE and MERGE on read, in a table from before the switch",
    "iceberg_vectors": "Iceberg with HadoopFileIO, format 3: deletion vectors (Puffin)",
    "iceberg_metadata": "Iceberg with HadoopFileIO: rewrite_manifests and expire_snapshots, metadata",
    "iceberg_select": "Iceberg with HadoopFileIO: CREATE TABLE AS, then REPLACE TABLE AS",
    "iceberg_stream": "Iceberg with HadoopFileIO: a stream into a table, started again after the switch",
    "iceberg_session_catalog": "Iceberg as the session's own catalog (SparkSessionCatalog)",
}
for _name, _situation in ROWS.items():
    elsewhere("iceberg_more", _name, _situation, B, sparks=("4.1",), soak=True)
elsewhere(
    "iceberg_more",
    "iceberg_customer_key",
    "Iceberg with HadoopFileIO and SSE-C: write and UPDATE",
    C,
    less="RDD writes do not get the key.",
    sparks=("4.1",),
    soak=True,
)


def iceberg_more(spark, bucket, first, second):
    from tests.support.agent_requests import CUSTOMER_KEY, ask, kms
    from tests.truth.tables.listing import keys

    found, place = {}, f"s3a://{bucket}"
    on_read = ", ".join(
        f"'write.{name}.mode' = 'merge-on-read'" for name in ("delete", "merge", "update")
    )
    for name in ("files", "spark_catalog"):
        spark.conf.set(f"spark.sql.catalog.{name}.warehouse", f"{place}/{name}")

    def create(name, version=2):
        properties = f"TBLPROPERTIES ('format-version' = '{version}', {on_read})"
        spark.sql(f"CREATE TABLE {name} (id bigint) USING iceberg {properties}")
        for _ in range(2):
            spark.range(0, 8, 1, 2).writeTo(name).append()

    def stream():
        source = spark.readStream.format("iceberg").load("files.db.source")
        writer = source.writeStream.option("checkpointLocation", f"{place}/state")
        query = writer.trigger(availableNow=True).toTable("files.db.sink")
        assert query.awaitTermination(120)

    def row(name, prefix, work):
        before = keys(spark, bucket, prefix)
        work()
        found[name] = {"report": report, "prefix": prefix, "before": before}

    ask("apply", profile=kms(first))
    for name in ("many", "deleted", "source", "sink"):
        create(f"files.db.{name}")
    create("files.db.third", 3)
    stream()
    report = ask("apply", profile=kms(second))

    def rewrite():
        spark.sql(
            "CALL files.system.rewrite_data_files(table => 'db.many', "
            "options => map('min-input-files', '2'))"
        )

    def deletes(name):
        spark.sql(f"DELETE FROM {name} WHERE id = 3")
        spark.sql(
            f"MERGE INTO {name} USING (SELECT 5L AS n) ON id = n "
            "WHEN MATCHED THEN UPDATE SET id = 50 WHEN NOT MATCHED THEN INSERT (id) VALUES (n)"
        )

    def manifests():
        spark.sql("CALL files.system.rewrite_manifests('db.deleted')")
        spark.sql(
            "CALL files.system.expire_snapshots(table => 'db.deleted', retain_last => 1, "
            "older_than => TIMESTAMP '2999-01-01 00:00:00')"
        )

    def select():
        for verb in ("CREATE", "REPLACE"):
            spark.sql(f"{verb} TABLE files.db.chosen USING iceberg AS SELECT id FROM range(9)")

    def session_catalog():
        spark.sql("CREATE NAMESPACE IF NOT EXISTS spark_catalog.db")
        create("spark_catalog.db.own")

    row("iceberg_rewritten", "files/db/many/", rewrite)
    row("iceberg_deletes", "files/db/deleted/", lambda: deletes("files.db.deleted"))
    row("iceberg_vectors", "files/db/third/", lambda: deletes("files.db.third"))
    row("iceberg_metadata", "files/db/deleted/", manifests)
    # The files of the rows before it that this one has expired are gone.
    row("iceberg_select", "files/db/chosen/", select)
    spark.range(0, 8, 1, 2).writeTo("files.db.source").append()
    row("iceberg_stream", "files/db/sink/", stream)
    row("iceberg_session_catalog", "spark_catalog/db/own/", session_catalog)
    assert any(key.endswith(".puffin") for key in keys(spark, bucket, "files/db/third/"))

    report = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    create("files.db.secret")
    spark.sql("UPDATE files.db.secret SET id = id + 100 WHERE id < 3")
    assert spark.table("files.db.secret").count() == 16
    found["iceberg_customer_key"] = {"report": report, "prefix": "files/db/secret/"}
    return found


PROCESSES = {"iceberg_more": iceberg_more}
