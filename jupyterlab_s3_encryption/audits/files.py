"""Reads the files of an inventory with Spark, which has the rights and the executors.

Must not know: what is in a file, what an audit is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..agent.objects.reading.headers import error_text
from .errors import AuditError
from .manifest import Manifest

#: Bytes of the largest manifest that is read: some 300,000 files.
MOST = 64 * 1024 * 1024
#: Files whose checksums are computed in one job.
_PART = 1000


def manifest_of(spark: Any, address: str) -> tuple[bytes, bytes]:
    """The bytes of manifest.json at an address, and of manifest.checksum beside it."""
    beside = address.rsplit("/", 1)[0] + "/manifest.checksum"
    with reading("The manifest could not be read"):
        content = _content(spark, address)
    with reading(
        "manifest.checksum beside the manifest could not be read. S3 writes both: copy both, and "
        "give the address of a manifest whose inventory is complete"
    ):
        checksum = _content(spark, beside)
    return content, checksum


def addresses(manifest: Manifest, scheme: str) -> list[str]:
    """The addresses of the files of an inventory."""
    return [f"{scheme}://{manifest.destination}/{file.key}" for file in manifest.files]


def check(spark: Any, manifest: Manifest, scheme: str) -> None:
    """Raises AuditError if a file is missing, or is not what its checksum in the manifest says.

    Executors read each file whole, and send its MD5 only.
    """
    from pyspark.sql import functions as f

    wanted = {file.key: file for file in manifest.files}
    paths = addresses(manifest, scheme)
    for begin in range(0, len(paths), _PART):
        part = paths[begin : begin + _PART]
        with reading("The files of the inventory could not be read"):
            rows = (
                spark.read.format("binaryFile")
                .load([literal(path) for path in part])
                .select("path", "length", f.md5(f.col("content")).alias("md5"))
                .collect()
            )
        for row in rows:
            key = row["path"].split("/", 3)[3]
            file = wanted.pop(key, None)
            if file is None:
                raise AuditError(f"{row['path']} is no file of this inventory.")
            if file.size is not None and file.size != row["length"]:
                raise AuditError(
                    f"{key} has {row['length']} bytes; the manifest says {file.size}. It was changed "
                    "or is not whole."
                )
            if file.md5 != row["md5"]:
                raise AuditError(
                    f"{key} was changed or is not whole: its MD5 is {row['md5']}, and the manifest "
                    f"says {file.md5}."
                )
    if wanted:
        raise AuditError(f"The inventory lacks {len(wanted)} files: {next(iter(wanted))}")


def literal(path: str) -> str:
    """A path in which Hadoop sees no pattern."""
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", path)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """What Spark raises inside is an AuditError that begins with `what`."""
    try:
        yield
    except AuditError:
        raise
    except Exception as error:
        raise AuditError(f"{what}: {error_text(error)}") from error


def _content(spark: Any, path: str) -> bytes:
    from pyspark.sql import functions as f

    found = spark.read.format("binaryFile").load(literal(path))
    small = f.when(f.col("length") <= MOST, f.col("content"))
    rows: Sequence[Any] = found.select("length", small.alias("content")).limit(2).collect()
    if len(rows) != 1:
        raise AuditError(f"{path} is not one file.")
    if rows[0]["content"] is None:
        raise AuditError(f"{path} has {rows[0]['length']} bytes: that is no manifest.")
    return bytes(rows[0]["content"])
