"""Which releases of Delta Lake, Iceberg and Hudi are for the Spark at hand, and what they want set.

Must not know: rows.
"""

from __future__ import annotations

from demo.jars import Coordinate, Spark, resolve, spark_at_hand
from demo.java import find_java

ICEBERG, DELTA, HUDI = "org.apache.iceberg", "io.delta", "org.apache.hudi"
#: The newest releases that are made for a line of Spark; none was made for 4.3 yet.
RELEASES: dict[str, dict[str, list[Coordinate]]] = {
    "3.5": {
        "delta": [
            (DELTA, "delta-spark_2.12", "3.3.2", False),
            (DELTA, "delta-storage", "3.3.2", False),
        ],
        "iceberg": [
            (ICEBERG, "iceberg-spark-runtime-3.5_2.12", "1.9.2", False),
            (ICEBERG, "iceberg-aws-bundle", "1.9.2", False),
        ],
        "hudi": [(HUDI, "hudi-spark3.5-bundle_2.12", "1.1.1", False)],
    },
    "4.1": {
        "delta": [
            (DELTA, "delta-spark_4.1_2.13", "4.4.0", False),
            (DELTA, "delta-storage", "4.4.0", False),
        ],
        "iceberg": [
            (ICEBERG, "iceberg-spark-runtime-4.1_2.13", "1.12.0", False),
            (ICEBERG, "iceberg-aws-bundle", "1.12.0", False),
        ],
    },
}
#: The parts of the AWS SDK that S3A wants beside those in iceberg-aws-bundle. S3A and Iceberg use
#: one SDK in a process, so S3A's own is left out.
BESIDE: list[Coordinate] = [
    ("software.amazon.awssdk", name, "2.35.4", False)
    for name in ("s3-transfer-manager", "apache-client")
]
#: The lines of Spark that have rows about tables.
LINES = tuple(RELEASES)


def line(spark: Spark | None = None) -> str:
    """The line of a Spark, of that at hand by default: "4.1"."""
    return ".".join((spark or spark_at_hand()).version.split(".")[:2])


def are_for(name: str) -> bool:
    """Whether there is a release of a format for the Spark at hand."""
    return name in RELEASES.get(line(), {})


def with_jars(name: str, jars: str) -> str:
    """The value of spark.jars for a format: `jars` are those of the connector. Fetches what is
    missing; raises JarsMissingError, KeyError if there is no release."""
    spark = spark_at_hand()
    java = find_java(spark.version)
    wanted = RELEASES[line(spark)][name]
    if name == "iceberg" and line(spark) == "4.1":
        connector: Coordinate = ("org.apache.hadoop", "hadoop-aws", spark.hadoop, False)
        return ",".join(resolve([connector, *BESIDE, *wanted], spark, java))
    return ",".join([jars, *resolve(wanted, spark, java)])


def configuration(name: str, conf: dict[str, str], url: str) -> dict[str, str] | None:
    """What a process is given beside `conf`; None if it is not for this Spark. url: the endpoint's."""
    own, files, bare = (f"spark.sql.catalog.{name}" for name in ("spark_catalog", "files", "bare"))
    iceberg = {
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
    }
    found: dict[str, tuple[str, str, dict[str, str]]] = {
        "delta_more": (
            "4.1",
            "delta",
            {
                "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
                # Of small tables; 50 tasks for each look at the log otherwise.
                "spark.databricks.delta.snapshotPartitions": "1",
                own: "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            },
        ),
        "hudi": (
            "3.5",
            "hudi",
            {
                "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
                "spark.kryo.registrator": "org.apache.spark.HoodieSparkKryoRegistrar",
                "spark.sql.extensions": "org.apache.spark.sql.hudi.HoodieSparkSessionExtension",
                own: "org.apache.spark.sql.hudi.catalog.HoodieCatalog",
            },
        ),
        "iceberg_more": (
            "4.1",
            "iceberg",
            {
                **iceberg,
                files: "org.apache.iceberg.spark.SparkCatalog",
                files + ".type": "hadoop",
                own: "org.apache.iceberg.spark.SparkSessionCatalog",
                own + ".type": "hadoop",
            },
        ),
        "iceberg_catalogs": (
            "4.1",
            "iceberg",
            {
                **iceberg,
                "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:m;create=true",
                "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
                "spark.hadoop.hive.metastore.schema.verification": "false",
                bare: "org.apache.iceberg.spark.SparkCatalog",
                bare + ".type": "hadoop",
                bare + ".s3.endpoint": url,
                bare + ".s3.path-style-access": "true",
                bare + ".s3.access-key-id": "a",
                bare + ".s3.secret-access-key": "b",
            },
        ),
    }
    wanted, kind, more = found[name]
    if line() != wanted:
        return None
    return {**more, "spark.jars": with_jars(kind, conf["spark.jars"])}
