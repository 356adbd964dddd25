"""An inventory, or a metadata table, as a DataFrame with one row for each object.

Its columns are COLUMNS, whatever the source calls them. Must not know: profiles, verdicts, counts.
Sources: Amazon S3 User Guide, "Amazon S3 Inventory list" and "S3 Metadata ... tables schema".
"""

from __future__ import annotations

import re
from typing import Any

from ..agent.checks import claims
from . import files
from .errors import AuditError
from .manifest import CSV, ORC, Manifest

#: bucket, key (as the source spells it), versionId, size, modified (see `moment`),
#: status, kms (the ARN of a key), bucketKey (true or false), storage; null for what is not listed.
COLUMNS = (
    *("bucket", "key", "versionId", "size", "modified"),
    *("status", "kms", "bucketKey", "storage"),
)
_NEEDED = ("bucket", "key", "sequence_number", "encryption_status", "kms_key_arn")
_OF_TABLES = (*_NEEDED, "version_id", "is_delete_marker", "last_modified_date")


def of_inventory(spark: Any, manifest: Manifest, scheme: str, versions: bool) -> Any:
    """The objects of an inventory. versions: also those that are not the current ones."""
    from pyspark.sql import functions as f

    paths = [files.literal(path) for path in files.addresses(manifest, scheme)]
    if not paths:
        kinds = {"bucketKey": "boolean"}
        return spark.createDataFrame(
            [], ", ".join(f"`{name}` {kinds.get(name, 'string')}" for name in COLUMNS)
        )
    with files.reading("The inventory could not be read"):
        if manifest.format == CSV:
            found = spark.read.csv(
                paths, schema=_text(manifest.columns), quote='"', escape='"', mode="FAILFAST"
            )
            # Spark does not count the values of a row of which it needs only some.
            found = found.filter(f.coalesce(*manifest.columns).isNotNull())
        else:
            found = spark.read.format(manifest.format.lower()).load(paths)
        names = {name.lower(): kind for name, kind in found.dtypes}
    missing = [name for name in manifest.columns if name not in names]
    if missing:
        raise AuditError(
            f"The files of the inventory lack columns of its manifest: {', '.join(missing)}."
        )
    listed = dict.fromkeys(manifest.columns)
    if "is_delete_marker" in listed:
        found = found.filter(~_true("is_delete_marker"))
    if "is_latest" in listed and not versions:
        found = found.filter(_true("is_latest"))
    kinds = {name: names[name] for name in listed}
    if manifest.format == ORC and kinds.get("last_modified_date") == "timestamp":
        # ORC keeps what a clock shows, not a moment.
        kinds["last_modified_date"] = "wall clock"
    enabled = _text_of("bucket_key_status", kinds)
    return found.select(
        f.lit(manifest.source).alias("bucket"),
        f.col("key").cast("string").alias("key"),
        _text_of("version_id", kinds).alias("versionId"),
        _number_of("size", kinds).alias("size"),
        _time_of("last_modified_date", kinds).alias("modified"),
        _text_of("encryption_status", kinds).alias("status"),
        f.lit(None).cast("string").alias("kms"),
        (f.upper(enabled) == "ENABLED").alias("bucketKey"),
        _text_of("storage_class", kinds).alias("storage"),
    )


def is_journal(table: Any) -> bool:
    """Whether a metadata table is a journal of what happened. Raises AuditError if it is no such table."""
    names = [name.lower() for name in table.columns]
    missing = [name for name in _OF_TABLES if name not in names]
    if missing:
        raise AuditError(
            "This is no S3 Metadata table (journal or live inventory): it lacks the columns "
            f"{', '.join(missing)}."
        )
    return "record_type" in names


def of_table(table: Any, versions: bool) -> Any:
    """The objects of a metadata table. versions: also those that are not the current ones."""
    from pyspark.sql import functions as f

    found = table
    journal = is_journal(table)
    kinds = {name.lower(): kind for name, kind in table.dtypes}
    names = [name for name in kinds if name not in ("object_tags", "user_metadata")]
    whole = f.struct(*[f.col(_quoted(name)) for name in names])
    if journal:
        # What is newest of each version; gone is what was deleted for good.
        found = found.groupBy("bucket", "key", "version_id").agg(
            f.max_by(whole, f.col("sequence_number")).alias("newest")
        )
        found = found.select("newest.*").filter(
            (f.col("record_type") != "DELETE") | _true("is_delete_marker")
        )
    if not versions and (journal or _has_versions(table)):
        # The record of an old version may be younger than that of the current one.
        order = f.struct("last_modified_date", "sequence_number")
        found = found.groupBy("bucket", "key").agg(f.max_by(whole, order).alias("newest"))
        found = found.select("newest.*")
    found = found.filter(~_true("is_delete_marker"))
    return found.select(
        f.col("bucket"),
        f.col("key"),
        _text_of("version_id", kinds).alias("versionId"),
        _number_of("size", kinds).alias("size"),
        _time_of("last_modified_date", kinds).alias("modified"),
        _text_of("encryption_status", kinds).alias("status"),
        _text_of("kms_key_arn", kinds).alias("kms"),
        (
            f.col("is_bucket_key_enabled")
            if "is_bucket_key_enabled" in kinds
            else f.lit(None).cast("boolean")
        ).alias("bucketKey"),
        _text_of("storage_class", kinds).alias("storage"),
    )


def newest(table: Any) -> str | None:
    """When the newest entry of a metadata table was made, as `moment` reads it."""
    from pyspark.sql import functions as f

    kinds = {name.lower(): kind for name, kind in table.dtypes}
    name = "record_timestamp" if "record_timestamp" in kinds else "last_modified_date"
    row = table.agg(f.max(f.col(name)).alias(name)).select(_time_of(name, kinds).alias("newest"))
    found: str | None = row.collect()[0]["newest"]
    return found


def below(objects: Any, prefix: str, encoded: bool) -> Any:
    """The objects whose keys begin with a prefix. encoded: keys are URL-encoded, as in CSV; they no
    longer are in what comes back if there is a prefix."""
    from pyspark.sql import functions as f

    if not prefix:
        return objects
    if encoded:
        decoded = f.expr("reflect('java.net.URLDecoder', 'decode', key, 'UTF-8')")
        objects = objects.withColumn("key", decoded)
    return objects.filter(f.col("key").startswith(prefix))


def moment(text: str | None) -> str | None:
    """A time as ISO 8601 in UTC, from a text of seconds since 1970 or of what a clock in UTC showed."""
    if not text:
        return None
    if re.match(r"-?[0-9]+\Z", text):
        return claims.moment(int(text))
    match = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)", text)
    return f"{match.group(1)}T{match.group(2)}Z" if match else None


def _has_versions(table: Any) -> bool:
    from pyspark.sql import functions as f

    return bool(table.filter(f.col("version_id").isNotNull()).limit(1).count())


def _text(names: tuple[str, ...]) -> Any:
    from pyspark.sql.types import StringType, StructField, StructType

    return StructType([StructField(name, StringType()) for name in names])


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _true(name: str) -> Any:
    from pyspark.sql import functions as f

    return f.coalesce(f.col(name).cast("boolean"), f.lit(False))


def _text_of(name: str, kinds: dict[str, str]) -> Any:
    """A column as text, without empty texts; null if there is none."""
    from pyspark.sql import functions as f

    if name not in kinds:
        return f.lit(None).cast("string")
    column = f.col(name).cast("string")
    return f.when(column != "", column)


def _number_of(name: str, kinds: dict[str, str]) -> Any:
    from pyspark.sql import functions as f

    return _text_of(name, kinds).cast("long") if name in kinds else f.lit(None).cast("long")


def _time_of(name: str, kinds: dict[str, str]) -> Any:
    """A moment as seconds since 1970, what has no time zone as text: it is UTC."""
    from pyspark.sql import functions as f

    if kinds.get(name) == "timestamp":
        return f.col(name).cast("long").cast("string")
    return _text_of(name, kinds)
