"""Inventories and metadata tables as S3 writes them, made by Spark itself.

Must not know: what is tested with them. Source: Amazon S3 User Guide.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from demo.endpoint import client

CREATED = 1514944800000
CSV_NAMES = (
    *("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size", "LastModifiedDate"),
    *("ETag", "StorageClass", "IsMultipartUploaded", "ReplicationStatus", "EncryptionStatus"),
    *("IntelligentTieringAccessTier", "BucketKeyStatus", "ChecksumAlgorithm"),
)
_COLUMNS = (
    *("bucket string", "key string", "version_id string", "is_latest boolean"),
    *("is_delete_marker boolean", "size bigint", "last_modified_date timestamp", "e_tag string"),
    *("storage_class string", "is_multipart_uploaded boolean", "replication_status string"),
    *("encryption_status string", "intelligent_tiering_access_tier string"),
    *("bucket_key_status string", "checksum_algorithm string"),
)
ORC_SCHEMA = "struct<" + ",".join(column.replace(" ", ":") for column in _COLUMNS) + ">"
_PARQUET = {
    "string": ("binary", " (UTF8)"),
    "boolean": ("boolean", ""),
    "bigint": ("int64", ""),
    "timestamp": ("int64", " (TIMESTAMP_MILLIS)"),
}
PARQUET_SCHEMA = (
    "message s3.inventory { "
    + " ".join(
        f"{'required' if name in ('bucket', 'key') else 'optional'} {_PARQUET[kind][0]} "
        f"{name}{_PARQUET[kind][1]};"
        for name, kind in (column.split() for column in _COLUMNS)
    )
    + " }"
)
SCHEMAS = {"CSV": ", ".join(CSV_NAMES), "ORC": ORC_SCHEMA, "Parquet": PARQUET_SCHEMA}
TIME = "2026-11-20T10:00:00.000Z"


def row(key: str, status: str | None, size: int = 5, **more: Any) -> dict[str, Any]:
    """One object: a current version, unless `more` says otherwise."""
    return {
        "bucket": "sales",
        "key": key,
        "version_id": None,
        "is_latest": True,
        "is_delete_marker": False,
        "size": size,
        "last_modified_date": TIME,
        "e_tag": "0" * 32,
        "storage_class": "STANDARD",
        "is_multipart_uploaded": False,
        "replication_status": None,
        "encryption_status": status,
        "intelligent_tiering_access_tier": None,
        "bucket_key_status": "DISABLED",
        "checksum_algorithm": "CRC64NVME",
        **more,
    }


def frame(spark: Any, rows: list[dict[str, Any]]) -> Any:
    """These rows as a DataFrame with the columns and types of an inventory."""
    from pyspark.sql import functions as f

    text = ", ".join(
        column if not column.endswith("timestamp") else column.replace("timestamp", "string")
        for column in _COLUMNS
    )
    names = [column.split()[0] for column in _COLUMNS]
    found = spark.createDataFrame([tuple(one[name] for name in names) for one in rows], text)
    return found.withColumn("last_modified_date", f.to_timestamp("last_modified_date"))


def csv_of(rows: list[dict[str, Any]]) -> str:
    """These rows as a CSV inventory: quoted, keys URL-encoded, no header."""

    def text(name: str, value: Any) -> str:
        shown = "" if value is None else str(value)
        if isinstance(value, bool):
            shown = shown.lower()
        return f'"{quote(shown) if name == "key" else shown}"'

    return "".join(",".join(text(*item) for item in one.items()) + "\n" for one in rows)


def write(
    spark: Any, url: str, bucket: str, rows: list[dict[str, Any]], kind: str, place: str = "inv"
) -> str:
    """Stores an inventory of two files in a bucket, and returns the address of its manifest."""
    s3 = client(url)
    data = f"{place}/data"
    if kind == "CSV":
        import gzip

        half = len(rows) // 2
        for number, part in enumerate((rows[:half], rows[half:])):
            body = gzip.compress(csv_of(part).encode("utf-8"))
            s3.put_object(Bucket=bucket, Key=f"{data}/{number}.csv.gz", Body=body)
    else:
        found = frame(spark, rows).repartition(2)
        folder = f"s3a://{bucket}/{data}".replace("[", "_").replace("]", "_")
        found.write.format(kind.lower()).save(folder)
        _moved(s3, bucket, folder.split("/", 3)[3], data)
    return manifest(url, bucket, kind, place)


def manifest(url: str, bucket: str, kind: str, place: str = "inv", **more: Any) -> str:
    """Writes manifest.json and manifest.checksum for the files that are there; returns the address."""
    s3 = client(url)
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{place}/data/").get("Contents", [])
    files = []
    for item in listed:
        if item["Key"].endswith("_SUCCESS"):
            continue
        body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        digest = hashlib.md5(body).hexdigest()
        files.append({"key": item["Key"], "size": len(body), "MD5checksum": digest})
    content = {
        "sourceBucket": "sales",
        "destinationBucket": f"arn:aws:s3:::{bucket}",
        "version": "2016-11-30",
        "creationTimestamp": str(CREATED),
        "fileFormat": kind,
        "fileSchema": SCHEMAS[kind],
        "files": files,
        **more,
    }
    body = json.dumps(content, indent=2).encode("utf-8")
    folder = f"{place}/2018-01-03T02-00Z"
    s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=body)
    digest = hashlib.md5(body).hexdigest()
    s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.checksum", Body=digest.encode() + b"\n")
    return f"s3a://{bucket}/{folder}/manifest.json"


def _moved(s3: Any, bucket: str, before: str, after: str) -> None:
    """Spark takes a bracket in a path for a pattern, so it wrote elsewhere."""
    if before == after:
        return
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=before)["Contents"]:
        source = {"Bucket": bucket, "Key": item["Key"]}
        s3.copy_object(Bucket=bucket, Key=after + item["Key"][len(before) :], CopySource=source)
