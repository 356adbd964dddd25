"""What is stored below an address, for the functions that are sent to a new process. Must not know: rows."""

from __future__ import annotations

from typing import Any


def keys(spark: Any, bucket: str, prefix: str) -> list[str]:
    """The keys of all objects below a prefix of a bucket."""
    hadoop = spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(f"s3a://{bucket}/{prefix}")
    system = path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    if not system.exists(path):
        return []
    found, listed = [], system.listFiles(path, True)
    while listed.hasNext():
        found.append(listed.next().getPath().toUri().getPath().lstrip("/"))
    return found
