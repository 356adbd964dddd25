"""What the user of a walk does with tables of Hive, Delta Lake and Iceberg.

Each function takes a session, a folder of the user's in a bucket, and a new name. Must not know: the
walk, what is claimed.
"""

from __future__ import annotations

from typing import Any

NUMBERS = "SELECT id FROM range(0, 4, 1, 2)"


def hive(spark: Any, folder: str, name: str, what: str) -> None:
    """Makes a table of Hive in a folder, and fills it: by INSERT, by partition, or by LOAD DATA."""
    place = f"LOCATION '{folder}/{name}'"
    if what == "load":
        # In this very step: what is loaded is moved, and keeps its key.
        source = f"{folder}/{name}_source"
        spark.range(0, 2, 1, 1).selectExpr("'a' AS text").write.text(source)
        spark.sql(f"CREATE TABLE {name} (text STRING) STORED AS TEXTFILE {place}")
        spark.sql(f"LOAD DATA INPATH '{source}' INTO TABLE {name}")
    elif what == "partition":
        columns = "(id BIGINT) PARTITIONED BY (part INT) STORED AS PARQUET"
        spark.sql(f"CREATE TABLE {name} {columns} {place}")
        spark.sql(f"ALTER TABLE {name} ADD PARTITION (part = 1)")
        spark.sql(f"INSERT INTO {name} PARTITION (part = 1) {NUMBERS}")
    else:
        spark.sql(f"CREATE TABLE {name} (id BIGINT) STORED AS ORC {place}")
        spark.sql(f"INSERT INTO {name} {NUMBERS}")


def delta(spark: Any, folder: str, _: str, what: str) -> None:
    """Appends to the Delta table of a folder, and changes rows of it."""
    place = f"{folder}/delta"
    spark.range(0, 4, 1, 2).write.format("delta").mode("append").save(place)
    if what == "update":
        spark.sql(f"UPDATE delta.`{place}` SET id = id + 10 WHERE id = 1")
    elif what == "delete":
        spark.sql(f"DELETE FROM delta.`{place}` WHERE id = 2")


def iceberg(spark: Any, folder: str, name: str, what: str) -> None:
    """Appends to a table of an Iceberg catalog in a folder, and deletes rows of it."""
    catalog = "ice_" + folder.split("://")[1].split("/")[0].replace("-", "_")
    # A catalog is made with its first use in a session; later this changes nothing.
    options = {"": "org.apache.iceberg.spark.SparkCatalog", ".type": "hadoop"}
    for option, value in {**options, ".warehouse": f"{folder}/ice"}.items():
        spark.conf.set(f"spark.sql.catalog.{catalog}{option}", value)
    table = f"{catalog}.db.{name}"
    spark.sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg")
    spark.sql(f"INSERT INTO {table} {NUMBERS}")
    if what == "delete":
        spark.sql(f"DELETE FROM {table} WHERE id = 2")
