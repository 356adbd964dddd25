"""Rows of the truth table about Hudi's tables: copy on write, merge on read, and its own services.

The function is sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

# Their rows come first on the page, whoever imports this.
from tests.truth.rows import B, elsewhere
from tests.truth.tables import rows_delta  # noqa: F401

ROWS = {
    "hudi_upsert": "Hudi, copy on write: UPSERT into a table from before the switch",
    "hudi_timeline": "Hudi: the timeline and the metadata table of that UPSERT",
    "hudi_logs": "Hudi, merge on read: UPSERT writes log files beside files from before the switch",
    "hudi_compacted": "Hudi, merge on read: those are compacted",
    "hudi_clustered": "Hudi: files from before the switch are clustered",
    "hudi_bulk": "Hudi: a bulk insert of rows into partitions",
    "hudi_sql": "Hudi: CREATE TABLE, INSERT, UPDATE, MERGE and DELETE in SQL",
    "hudi_dropped": "Hudi: a partition from before the switch is replaced by INSERT OVERWRITE",
}
for _name, _situation in ROWS.items():
    elsewhere("hudi", _name, _situation, B, sparks=("3.5",), soak=True)


def hudi(spark, bucket, first, second):
    from tests.support.agent_requests import ask, kms
    from tests.truth.tables.listing import keys

    found, place = {}, f"s3a://{bucket}"

    def write(name, start, end, mode="append", **more):
        rows = "id AS id", "id % 2 AS part", "id AS ts", "uuid() AS text"
        options = {
            "hoodie.table.name": name,
            "hoodie.datasource.write.recordkey.field": "id",
            "hoodie.datasource.write.partitionpath.field": "part",
            "hoodie.datasource.write.precombine.field": "ts",
            "hoodie.table.ordering.fields": "ts",
            "hoodie.upsert.shuffle.parallelism": "2",
            "hoodie.insert.shuffle.parallelism": "2",
            "hoodie.bulkinsert.shuffle.parallelism": "2",
            **{key.replace("__", "."): value for key, value in more.items()},
        }
        frame = spark.range(start, end, 1, 2).selectExpr(*rows)
        frame.write.format("hudi").options(**options).mode(mode).save(f"{place}/{name}")

    def row(name, prefix, work, without=""):
        before = keys(spark, bucket, prefix)
        work()
        ignored = [key for key in keys(spark, bucket, prefix) if without and without in key]
        found[name] = {"report": report, "prefix": prefix, "before": before + ignored}

    merge = {"hoodie__datasource__write__table__type": "MERGE_ON_READ"}
    compact = {
        "hoodie__compact__inline": "true",
        "hoodie__compact__inline__max__delta__commits": "1",
    }
    cluster = {
        "hoodie__clustering__inline": "true",
        "hoodie__clustering__inline__max__commits": "1",
    }
    bulk = {"hoodie__datasource__write__operation": "bulk_insert"}
    overwrite = {"hoodie__datasource__write__operation": "insert_overwrite"}
    insert = {"hoodie__datasource__write__operation": "insert"}

    ask("apply", profile=kms(first))
    write("cow", 0, 16)
    write("mor", 0, 16, **merge)
    write("small", 0, 16, **insert)
    write("replaced", 0, 16)
    report = ask("apply", profile=kms(second))

    before = keys(spark, bucket, "cow/.hoodie/")
    row("hudi_upsert", "cow/", lambda: write("cow", 8, 24), without="/.hoodie/")
    found["hudi_timeline"] = {"report": report, "prefix": "cow/.hoodie/", "before": before}
    row("hudi_logs", "mor/", lambda: write("mor", 0, 8, **merge))
    row("hudi_compacted", "mor/", lambda: write("mor", 0, 4, **merge, **compact))
    row("hudi_clustered", "small/", lambda: write("small", 16, 20, **insert, **cluster))
    row("hudi_bulk", "bulk/", lambda: write("bulk", 0, 16, **bulk))

    def in_sql():
        spark.sql(
            f"CREATE TABLE in_sql (id BIGINT, ts BIGINT) USING hudi LOCATION '{place}/in_sql' "
            "TBLPROPERTIES (primaryKey = 'id', orderingFields = 'ts', preCombineField = 'ts')"
        )
        spark.sql("INSERT INTO in_sql SELECT id, id FROM range(8)")
        spark.sql("UPDATE in_sql SET ts = 100 WHERE id < 3")
        spark.sql(
            "MERGE INTO in_sql AS t USING (SELECT 5L AS id, 200L AS ts) AS s ON t.id = s.id "
            "WHEN MATCHED THEN UPDATE SET ts = s.ts WHEN NOT MATCHED THEN INSERT *"
        )
        spark.sql("DELETE FROM in_sql WHERE id = 7")

    row("hudi_sql", "in_sql/", in_sql)
    row("hudi_dropped", "replaced/", lambda: write("replaced", 0, 4, **overwrite))
    new = {
        name: set(keys(spark, bucket, found[name]["prefix"])) - set(found[name]["before"])
        for name in found
    }
    assert any(".log." in key for key in new["hudi_logs"]), new["hudi_logs"]
    assert any(key.endswith(".parquet") for key in new["hudi_compacted"]), new["hudi_compacted"]
    return found


PROCESSES = {"hudi": hudi}
