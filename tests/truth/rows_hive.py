"""Rows of the truth table about Hive's tables, and tables in a warehouse that is on S3.

The function is sent to a new process, as those of rows_own_process, and makes its sessions itself.
Must not know: what is asserted.
"""

from __future__ import annotations

from demo.jars import spark_at_hand

# Their rows come first on the page, whoever imports this.
from tests.truth import rows_tables  # noqa: F401
from tests.truth.rows import A, B, elsewhere

elsewhere(
    "hive",
    "hive_armed",
    "Hive, warehouse on S3, armed before the session: CREATE TABLE and INSERT in one cell",
    A,
)
elsewhere("hive", "hive_located", "Hive, a table with its location on S3: CREATE TABLE, INSERT", B)
elsewhere("hive", "hive_partition", "Hive: ALTER TABLE ADD PARTITION, then INSERT in one cell", B)
elsewhere("hive", "hive_save", "Hive: saveAsTable", B)
elsewhere("hive", "hive_load", "Hive: LOAD DATA of what was written in the same cell", B)
elsewhere(
    "hive",
    "hive_load_older",
    "Hive: LOAD DATA of what was written before, and own writes checked",
    B,
)
elsewhere(
    "hive",
    "warehouse_armed",
    "Warehouse on S3, armed before the session: CREATE TABLE and INSERT in one cell",
    B,
)
elsewhere(
    "hive",
    "warehouse_save",
    "Warehouse on S3, after a switch: saveAsTable, then INSERT OVERWRITE",
    A,
)


def missing() -> str:
    """What of Hive this Spark lacks, "" if it has all of it."""
    folder = spark_at_hand().home / "jars"
    needed = ("spark-hive_*.jar", "hive-exec-*.jar", "hive-metastore-*.jar", "derby-*.jar")
    return ", ".join(name for name in needed if not list(folder.glob(name)))


def configuration(bucket: str) -> dict[str, str]:
    """The warehouse on S3, and Hive's own database in memory."""
    return {
        "spark.sql.warehouse.dir": f"s3a://{bucket}/warehouse",
        "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
    }


def hive(bucket, first, second):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, checked, kms

    found, numbers = {}, "SELECT id FROM range(0, 4, 1, 2)"

    def row(name, report, prefix):
        found[name] = {"report": report, "prefix": prefix}

    def load(name, source):
        spark.sql(f"CREATE TABLE {name} (text STRING) STORED AS TEXTFILE")
        spark.sql(f"LOAD DATA INPATH 's3a://{bucket}/{source}' INTO TABLE {name}")

    ask("apply", profile=kms(first))
    spark = SparkSession.builder.enableHiveSupport().getOrCreate()
    report = ask("verify")
    spark.sql("CREATE TABLE armed (id BIGINT) STORED AS PARQUET")
    spark.sql(f"INSERT INTO armed {numbers}")
    row("hive_armed", report, "warehouse/armed/")
    spark.range(0, 1, 1, 1).selectExpr("'a' AS text").write.text(f"s3a://{bucket}/older")

    report = ask("apply", profile=kms(second))
    place = f"s3a://{bucket}/located"
    spark.sql(f"CREATE TABLE located (id BIGINT) STORED AS ORC LOCATION '{place}'")
    spark.sql(f"INSERT INTO located {numbers}")
    row("hive_located", report, "located/")
    spark.sql("CREATE TABLE parts (id BIGINT) PARTITIONED BY (part INT) STORED AS PARQUET")
    spark.sql("ALTER TABLE parts ADD PARTITION (part = 1)")
    spark.sql(f"INSERT INTO parts PARTITION (part = 1) {numbers}")
    row("hive_partition", report, "warehouse/parts/")
    spark.range(0, 4, 1, 2).write.saveAsTable("saved")
    row("hive_save", report, "warehouse/saved/")
    spark.range(0, 1, 1, 1).selectExpr("'a' AS text").write.text(f"s3a://{bucket}/newer")
    load("loaded", "newer")
    row("hive_load", report, "warehouse/loaded/")
    load("loaded_older", "older")
    row("hive_load_older", checked(), "warehouse/loaded_older/")
    spark.stop()

    own = SparkSession.builder.config("spark.sql.catalogImplementation", "in-memory")
    own = own.config("spark.sql.warehouse.dir", f"s3a://{bucket}/own")
    spark = own.getOrCreate()
    report = ask("verify")
    spark.sql("CREATE TABLE armed (id BIGINT) USING parquet")
    spark.sql(f"INSERT INTO armed {numbers}")
    row("warehouse_armed", report, "own/armed/")
    report = ask("apply", profile=kms(first))
    spark.range(0, 4, 1, 2).write.saveAsTable("saved")
    spark.sql(f"INSERT OVERWRITE saved {numbers}")
    row("warehouse_save", report, "own/saved/")
    spark.stop()
    return found
