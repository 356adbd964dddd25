"""Rows of the truth table about Iceberg's catalogs, and about methods with Iceberg's own S3 client.

The function is sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

# Their rows come first on the page, whoever imports this.
from tests.truth.rows import DSSE_A, NONE, SSE_S3, A, B, C, Header, elsewhere
from tests.truth.tables import rows_iceberg  # noqa: F401

ROWS: dict[str, tuple[str, Header]] = {
    "own_s3": ("Iceberg with S3FileIO and SSE-S3, s3.sse.type is s3", SSE_S3),
    "own_dsse": ("Iceberg with S3FileIO and DSSE-KMS, s3.sse.* as the profile", DSSE_A),
    "own_default": ("Iceberg with S3FileIO and Bucket default, s3.sse.* not set", NONE),
    "own_default_left": ("Iceberg with S3FileIO and Bucket default, s3.sse.key is key A", NONE),
    "own_customer": ("Iceberg with S3FileIO and SSE-C, s3.sse.* not set", C),
    "own_spelled": ("Iceberg with S3FileIO, S3.SSE.TYPE in upper case", A),
    "own_resolving": ("Iceberg with ResolvingFileIO, s3.sse.* as the profile", A),
    "own_resolving_bare": ("Iceberg with ResolvingFileIO, s3.sse.* not set", A),
    "own_writer": ("Iceberg with S3FileIO, s3.sse.* set by the profile (writers)", A),
    "own_writer_used": (
        "Iceberg with S3FileIO, s3.sse.* set by the profile, then another key",
        B,
    ),
    "own_rewritten": (
        "Iceberg with S3FileIO, s3.sse.* as the profile: rewrite_data_files and MERGE on read",
        A,
    ),
    "glue": ("Iceberg in the Glue catalog (type=GLUE), s3.sse.* as the profile", A),
    "glue_bare": ("Iceberg in the Glue catalog (type=GLUE), s3.sse.* not set", A),
    "glue_files": ("Iceberg in the Glue catalog with HadoopFileIO", A),
    "dynamodb": ("Iceberg in DynamoDB's catalog, s3.sse.* not set", A),
    "hive": ("Iceberg in Hive's metastore, with its default FileIO", A),
}
for _name, (_situation, _expected) in ROWS.items():
    elsewhere(
        "iceberg_catalogs", "iceberg_" + _name, _situation, _expected, sparks=("4.1",), soak=True
    )


def iceberg_catalogs(spark, bucket, first, second):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import CUSTOMER_KEY, ask, kms
    from tests.truth.tables.listing import keys

    found = {}
    base = {
        name: spark.conf.get(f"spark.sql.catalog.bare.s3.{name}")
        for name in ("path-style-access", "access-key-id", "secret-access-key", "endpoint")
    }
    url = base["endpoint"]
    base = {f"s3.{name}": value for name, value in base.items()}
    s3_io = {"type": "hadoop", "io-impl": "org.apache.iceberg.aws.s3.S3FileIO", **base}
    resolving = {"type": "hadoop", "io-impl": "org.apache.iceberg.io.ResolvingFileIO", **base}
    glue = {"type": "GLUE", "glue.endpoint": url, **base}
    dynamodb = {
        "catalog-impl": "org.apache.iceberg.aws.dynamodb.DynamoDbCatalog",
        "dynamodb.endpoint": url,
        "dynamodb.table-name": "iceberg",
        **base,
    }
    files = {"io-impl": "org.apache.iceberg.hadoop.HadoopFileIO"}
    sse = {"s3.sse.type": "kms", "s3.sse.key": first}
    state = {"spark": spark}

    def catalog(name, own):
        """In a new session, in which no other catalog is in use."""
        state["spark"].stop()
        state["spark"] = SparkSession.builder.getOrCreate()
        for part in state["spark"].sparkContext.getConf().getAll():
            assert not part[0].startswith("spark.sql.catalog.own"), part
        values = {
            "": "org.apache.iceberg.spark.SparkCatalog",
            "warehouse": f"s3a://{bucket}/{name}",
            "client.region": "eu-west-1",
            **own,
        }
        for part, value in values.items():
            state["spark"].conf.set(
                f"spark.sql.catalog.{name}" + ("." + part if part else ""), value
            )

    def write(name, rewrite=False):
        session = state["spark"]
        session.sql(f"CREATE NAMESPACE IF NOT EXISTS {name}.db_{name}")
        session.sql(
            f"CREATE TABLE IF NOT EXISTS {name}.db_{name}.numbers (id bigint) USING iceberg "
            "TBLPROPERTIES ('write.merge.mode' = 'merge-on-read')"
        )
        for _ in range(2):
            session.range(0, 8, 1, 2).writeTo(f"{name}.db_{name}.numbers").append()
        if rewrite:
            session.sql(
                f"MERGE INTO {name}.db_{name}.numbers USING (SELECT 5L AS n) ON id = n "
                "WHEN MATCHED THEN UPDATE SET id = 50"
            )
            session.sql(
                f"CALL {name}.system.rewrite_data_files(table => 'db_{name}.numbers', "
                "options => map('min-input-files', '2', 'rewrite-all', 'true'))"
            )

    def row(name, own, profile, rewrite=False, **more):
        catalog(name, own)
        report = ask("apply", profile=profile, **more)
        try:
            write(name, rewrite)
        except Exception as error:  # noqa: BLE001 - of Java's text the beginning tells
            raise AssertionError(f"{name}: {str(error)[:2000]}") from None
        prefix = f"{name}/"
        found["iceberg_" + name] = {"report": report, "prefix": prefix}

    row("own_s3", {**s3_io, "s3.sse.type": "s3"}, {"method": "sse-s3"})
    dsse = {"s3.sse.type": "dsse-kms", "s3.sse.key": first}
    row("own_dsse", {**s3_io, **dsse}, {"method": "dsse-kms", "kmsKeyId": first})
    row("own_default", s3_io, {"method": "bucket-default"})
    row("own_default_left", {**s3_io, **sse}, {"method": "bucket-default"})
    row("own_customer", s3_io, {"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    upper = {"S3.SSE.TYPE": "kms", "s3.sse.key": first}
    row("own_spelled", {**s3_io, **upper}, kms(first))
    row("own_resolving", {**resolving, **sse}, kms(first))
    row("own_resolving_bare", resolving, kms(first))
    row("own_writer", s3_io, kms(first, writers=["iceberg"]))
    row("own_rewritten", {**s3_io, **sse}, kms(first), rewrite=True)
    row("glue", {**glue, **sse}, kms(first))
    row("glue_bare", glue, kms(first))
    row("glue_files", {**glue, **files}, kms(first))
    row("dynamodb", dynamodb, kms(first))
    row("hive", {"type": "hive"}, kms(first))
    catalog("own_writer_used", s3_io)
    ask("apply", profile=kms(first, writers=["iceberg"]))
    write("own_writer_used")
    before = keys(state["spark"], bucket, "own_writer_used/")
    report = ask("apply", profile=kms(second, writers=["iceberg"]))
    write("own_writer_used")
    found["iceberg_own_writer_used"] = {
        "report": report,
        "prefix": "own_writer_used/",
        "before": before,
    }
    return found


PROCESSES = {"iceberg_catalogs": iceberg_catalogs}
