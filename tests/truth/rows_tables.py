"""Rows of the truth table for what needs more jars: Delta Lake, Iceberg, and EMRFS's stand-in.

Functions are sent to a new process, as those of rows_own_process. Must not know: what is asserted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

# Their rows come first on the page, whoever imports this.
from tests.truth import (
    rows_local,  # noqa: F401
    rows_own_process,  # noqa: F401
    rows_two_workers,  # noqa: F401
)
from tests.truth.emrfs import stand_in
from tests.truth.rows import NONE, SSE_S3, A, B, elsewhere
from tests.truth.tables import formats

#: How many commands `delta` runs after the apply.
COMMANDS = 6
UNKNOWN = "EMRFS does not tell how it writes, so without a proof the claim stays at Set."

elsewhere("delta", "delta", "Delta Lake: saveAsTable, append and UPDATE", A, sparks=formats.LINES)
elsewhere(
    "iceberg", "iceberg_bare", "Iceberg with S3FileIO, s3.sse.* not set", A, sparks=formats.LINES
)
elsewhere(
    "iceberg",
    "iceberg_other",
    "Iceberg with S3FileIO, s3.sse.key is key A",
    B,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_same",
    "Iceberg with S3FileIO, s3.sse.* as the profile",
    A,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_late",
    "Iceberg with S3FileIO, s3.sse.* as the profile, but set after the catalog was used",
    A,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_rule",
    "Iceberg with S3FileIO, s3.sse.* as the profile, which has a rule for the bucket with key B",
    B,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_session",
    "Iceberg with S3FileIO in another session, s3.sse.* not set there",
    A,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_rest",
    "Iceberg over REST, s3.sse.* as the profile",
    A,
    less="Its server may have a table written otherwise.",
    sparks=formats.LINES,
)
elsewhere(
    "iceberg",
    "iceberg_rest_other",
    "Iceberg over REST, s3.sse.* as the profile; the server gives the table key B",
    A,
    sparks=formats.LINES,
)
elsewhere(
    "iceberg_files",
    "iceberg_files",
    "Iceberg with HadoopFileIO, its catalog was used before the switch",
    A,
    sparks=formats.LINES,
)
elsewhere("emrfs", "emrfs_kms", "EMRFS (a stand-in), SSE-KMS", A, less=UNKNOWN)
elsewhere("emrfs", "emrfs_other", "EMRFS (a stand-in), from key A to key B", B, less=UNKNOWN)
elsewhere("emrfs", "emrfs_s3", "EMRFS (a stand-in), from SSE-KMS to SSE-S3", SSE_S3, less=UNKNOWN)
elsewhere("emrfs", "emrfs_off", "EMRFS (a stand-in), to Bucket default", NONE, less=UNKNOWN)
elsewhere(
    "emrfs",
    "emrfs_overtaken",
    "EMRFS (a stand-in), proven, then somebody opened the bucket with an older configuration",
    A,
)


def delta(spark, bucket, first, second):
    import time

    from tests.support.agent_requests import ask

    frame = spark.range(0, 8, 1, 4)
    frame.write.format("delta").save(f"s3a://{bucket}/before")
    profile = {"method": "sse-kms", "kmsKeyId": first}
    report = ask("apply", profile=profile)
    place = f"s3a://{bucket}/delta"
    frame.write.format("delta").option("path", place).saveAsTable("numbers")
    frame.write.format("delta").mode("append").save(place)
    spark.sql("INSERT INTO numbers VALUES (5), (9)")
    spark.sql("UPDATE numbers SET id = id + 100 WHERE id < 4")
    spark.sql("DELETE FROM numbers WHERE id = 7")
    spark.sql("MERGE INTO numbers USING (SELECT 5 AS n) ON id = n WHEN MATCHED THEN DELETE")
    end = time.monotonic() + 60
    writes = ask("writes")["writes"]
    while writes["pending"] and time.monotonic() < end:
        writes = ask("writes")["writes"]
    return {"delta": {"report": report, "prefix": "delta/"}, "writes": writes}


def iceberg(spark, bucket, first, second):
    import time

    from tests.support.agent_requests import ask
    from tests.writers.iceberg_rest import Catalog

    def sse(key):
        return {"s3.sse.type": "kms", "s3.sse.key": key}

    def configure(name, own, session=spark):
        base = "spark.sql.catalog.bare"
        names = ("path-style-access", "access-key-id", "secret-access-key", "endpoint")
        for part in ("", "type", "io-impl", *(f"s3.{name}" for name in names)):
            own = {part: spark.conf.get(f"{base}.{part}".rstrip(".")), **own}
        own = {"client.region": "eu-west-1", "warehouse": f"s3a://{bucket}/iceberg_{name}", **own}
        for part, value in own.items():
            session.conf.set(f"spark.sql.catalog.{name}" + ("." + part if part else ""), value)

    def create(name, table="numbers", session=spark):
        session.sql(f"CREATE TABLE {name}.db.{table} (id bigint) USING iceberg")

    def row(name, report, catalog=None, table="numbers", session=spark):
        catalog = catalog or name
        session.range(0, 8, 1, 4).writeTo(f"{catalog}.db.{table}").append()
        prefix = f"iceberg_{catalog}/db/{table}/data/"
        found["iceberg_" + name] = {"report": report, "prefix": prefix}
        # As after a cell: Iceberg has a table in hand for half a minute.
        end = time.monotonic() + 60
        found["writes"] = ask("writes")["writes"]
        while found["writes"]["pending"] and time.monotonic() < end:
            time.sleep(0.05)
            found["writes"] = ask("writes")["writes"]

    found = {}
    profile = {"method": "sse-kms", "kmsKeyId": first}
    # The one of the cluster's configuration is not used before its row.
    configure("bare", sse(first))
    configure("same", sse(first))
    report = ask("apply", profile=profile)
    create("same")
    row("same", report)
    # From here on each catalog that is in use lowers the claim; the order tells one from another.
    server = Catalog(f"s3a://{bucket}/iceberg_rest", {"other": sse(second)})
    own = {"type": "REST", "uri": server.url, **sse(first)}
    configure("rest", {**own, "io-impl": "org.apache.iceberg.io.ResolvingFileIO"})
    create("rest")
    row("rest", ask("verify"))
    create("rest", "other")
    row("rest_other", ask("verify"), "rest", "other")
    rules = {bucket: {"method": "sse-kms", "kmsKeyId": second}}
    configure("rule", sse(first))
    report = ask("apply", profile={**profile, "buckets": rules})
    create("rule")
    row("rule", report)
    other = spark.newSession()
    configure("session", {}, other)
    report = ask("apply", profile=profile)
    create("session", session=other)
    row("session", report, session=other)
    configure("late", {})
    create("late")
    for part, value in sse(first).items():
        spark.conf.set(f"spark.sql.catalog.late.{part}", value)
    row("late", ask("apply", profile=profile))
    for part in sse(first):
        spark.conf.unset(f"spark.sql.catalog.bare.{part}")
    report = ask("apply", profile=profile)
    create("bare")
    row("bare", report)
    configure("other", sse(first))
    report = ask("apply", profile={"method": "sse-kms", "kmsKeyId": second})
    create("other")
    row("other", report)
    server.close()
    return found


def iceberg_files(spark, bucket, first, second):
    from tests.support.agent_requests import ask

    spark.conf.set("spark.sql.catalog.files.warehouse", f"s3a://{bucket}/ice")
    spark.sql("CREATE TABLE files.db.numbers (id bigint) USING iceberg")
    profile = {"method": "sse-kms", "kmsKeyId": first}
    report = ask("apply", profile=profile)
    spark.sql("INSERT INTO files.db.numbers SELECT id FROM range(0, 4, 1, 2)")
    return {"iceberg_files": {"report": report, "prefix": "ice/db/numbers/data/"}}


def emrfs(spark, bucket, first, second):
    from tests.support.agent_requests import ask

    steps = {
        "emrfs_kms": {"method": "sse-kms", "kmsKeyId": first},
        "emrfs_other": {"method": "sse-kms", "kmsKeyId": second},
        "emrfs_s3": {"method": "sse-s3"},
        "emrfs_off": {"method": "bucket-default"},
    }
    found = {}
    spark.range(0, 4, 1, 2).write.parquet(f"s3://{bucket}/before")
    for name, profile in steps.items():
        report = ask("apply", profile=profile)
        spark.range(0, 4, 1, 2).write.parquet(f"s3://{bucket}/{name}")
        found[name] = {"report": report, "prefix": name + "/"}
    hadoop = spark._jvm.org.apache.hadoop
    for scheme in ("s3a", "s3n"):
        spark.conf.set(f"fs.{scheme}.impl", spark.conf.get("spark.hadoop.fs.s3.impl"))
    older = hadoop.conf.Configuration(spark.sparkContext._jsc.hadoopConfiguration())
    ask("apply", profile=steps["emrfs_kms"])
    proven = ask("canary", location=f"s3://{bucket}/canary")
    assert proven["claim"] == "proven", proven
    place = spark._jvm.java.net.URI(f"s3://{bucket}/")
    hadoop.fs.FileSystem.get(place, older).close()
    hadoop.fs.FileSystem.get(place, older)
    spark.range(0, 4, 1, 2).write.parquet(f"s3://{bucket}/emrfs_overtaken")
    found["emrfs_overtaken"] = {"report": ask("verify"), "prefix": "emrfs_overtaken/"}
    return found


def configuration(conf: dict[str, str], url: str, folder: Path) -> dict[str, dict[str, str]]:
    """What each process is given beside `conf`; url: the endpoint's, folder: for the stand-in."""
    catalog = "spark.sql.catalog.bare"
    found = {
        "emrfs": {
            "spark.jars": ",".join([conf["spark.jars"], str(stand_in.build(folder))]),
            "spark.hadoop.fs.s3.impl": stand_in.CLASS_NAME,
        }
    }
    if formats.line() in formats.LINES:
        found["delta"] = {
            "spark.jars": formats.with_jars("delta", conf["spark.jars"]),
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            # Of a small table; 50 tasks for each look at the log otherwise.
            "spark.databricks.delta.snapshotPartitions": "1",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        }
        found["iceberg"] = {
            "spark.jars": formats.with_jars("iceberg", conf["spark.jars"]),
            catalog: "org.apache.iceberg.spark.SparkCatalog",
            catalog + ".type": "hadoop",
            catalog + ".client.region": "eu-west-1",
            catalog + ".io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
            catalog + ".s3.endpoint": url,
            catalog + ".s3.path-style-access": "true",
            catalog + ".s3.access-key-id": "a",
            catalog + ".s3.secret-access-key": "b",
        }
        files = "spark.sql.catalog.files"
        found["iceberg_files"] = {
            "spark.jars": found["iceberg"]["spark.jars"],
            files: "org.apache.iceberg.spark.SparkCatalog",
            files + ".type": "hadoop",
        }
    return found


PROCESSES: dict[str, Callable[..., Any]] = {
    "delta": delta,
    "iceberg": iceberg,
    "iceberg_files": iceberg_files,
    "emrfs": emrfs,
}


def check_writes(group: str, writes: dict[str, Any], bucket: str) -> None:
    """What the check of own writes saw of real plans: every command, by its path or by its name."""
    reasons = " ".join(writes["unseen"][1:])
    if group == "iceberg":
        tables = [f"{name}/db/numbers" for name in ("same", "rest", "rule", "session", "late")]
        check_snapshots(writes, [*tables, "bare/db/numbers", "other/db/numbers", "rest/db/other"])
        return
    assert reasons == ""
    assert not writes["pending"]
    # Each command of `delta` after the apply is an execution of its own.
    assert [one["path"] for one in writes["paths"]] == [f"s3a://{bucket}/delta"] * COMMANDS, writes
    assert sum(one["wanted"] for one in writes["paths"]) >= COMMANDS
    assert not any(one["other"] for one in writes["paths"])


def check_snapshots(writes: dict[str, Any], tables: list[str]) -> None:
    """Of each table the files that its snapshot added were read: data and metadata."""
    rows = [one for one in writes["paths"] if one["execution"] >= 0 and (one["total"] or 0) >= 6]
    found = {one["path"].split("/iceberg_")[1]: one for one in rows}
    assert sorted(found) == sorted(tables), sorted(found)
    assert len(writes["unseen"]) == 1, writes["unseen"]
    for name, one in found.items():
        # The server of the test does not store the file that it names.
        assert one["unreadable"] == (1 if name.startswith("rest/") else 0), one
        assert (one["other"] == 0) == (name in ("same/db/numbers", "rest/db/numbers")), one
