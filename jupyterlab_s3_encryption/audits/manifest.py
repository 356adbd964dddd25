"""What a manifest of S3 Inventory says, and whether it is one.

Pure. Must not know: Spark, where the bytes came from. Source: Amazon S3 User Guide, "Locating your
inventory list".
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from .errors import AuditError

#: The only version that there is.
VERSION = "2016-11-30"
CSV, ORC, PARQUET = "CSV", "ORC", "Parquet"
FORMATS = (CSV, ORC, PARQUET)
#: Columns of an inventory without which there is no audit.
NEEDED = ("key", "encryption_status")

_MD5 = re.compile(r"[0-9a-f]{32}\Z")
_ARN = re.compile(r"arn:aws[a-z-]*:s3:::([A-Za-z0-9][A-Za-z0-9._-]{1,254})\Z")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}\Z")
#: What is written in front of a name in the schema of a Parquet inventory.
_PARQUET_FIELD = re.compile(r"(?:required|optional)\s+[a-z0-9_]+\s+([a-z0-9_]+)")
_ORC_FIELD = re.compile(r"(?:\A|,)\s*([a-z0-9_]+)\s*:")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class File:
    """One file of an inventory. key: in the destination bucket; size: bytes, None if not said."""

    key: str
    size: int | None
    md5: str


@dataclass(frozen=True)
class Manifest:
    """An inventory. columns: names as ORC and Parquet have them; created: seconds since 1970.

    source: the bucket that was listed; destination: the bucket that has the files.
    """

    source: str
    destination: str
    created: float
    format: str
    columns: tuple[str, ...]
    files: tuple[File, ...]


def check(content: bytes, checksum: bytes) -> None:
    """Raises AuditError if the checksum beside a manifest is not that of its bytes."""
    wanted = checksum.decode("ascii", "replace").strip().lower()
    if not _MD5.match(wanted):
        raise AuditError(
            "manifest.checksum is not the MD5 of a manifest: it must have 32 hexadecimal digits."
        )
    found = md5(content)
    if found != wanted:
        raise AuditError(
            f"manifest.json was changed or is not whole: its MD5 is {found}, and manifest.checksum "
            f"says {wanted}."
        )


def md5(content: bytes) -> str:
    """The MD5 of some bytes, in hexadecimal digits."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def parse(content: bytes) -> Manifest:
    """The manifest in some bytes. Raises AuditError, which names the field that is wrong."""
    try:
        data = json.loads(content)
    except ValueError:
        raise AuditError("The manifest is not JSON.") from None
    if not isinstance(data, dict):
        raise AuditError("The manifest is not a JSON object.")
    version = data.get("version")
    if version != VERSION:
        raise _wrong("version", version, f'"{VERSION}"')
    source = data.get("sourceBucket")
    if not isinstance(source, str) or not _BUCKET.match(source):
        raise _wrong("sourceBucket", source, "the name of a bucket")
    arn = data.get("destinationBucket")
    match = _ARN.match(arn) if isinstance(arn, str) else None
    if match is None:
        raise _wrong("destinationBucket", arn, "arn:aws:s3:::BUCKET")
    kind = data.get("fileFormat")
    if kind not in FORMATS:
        raise _wrong("fileFormat", kind, f"one of {', '.join(FORMATS)}")
    columns = _columns(str(kind), data.get("fileSchema"))
    created = data.get("creationTimestamp")
    if not re.match(r"[0-9]{1,15}\Z", str(created)):
        raise _wrong("creationTimestamp", created, "milliseconds since 1970")
    files = data.get("files")
    if not isinstance(files, list):
        raise _wrong("files", files, "a list")
    return Manifest(
        source,
        match.group(1),
        int(str(created)) / 1000.0,
        str(kind),
        columns,
        tuple(_file(number, file) for number, file in enumerate(files)),
    )


def _columns(kind: str, schema: Any) -> tuple[str, ...]:
    """The names in a fileSchema, in their order."""
    if not isinstance(schema, str):
        raise _wrong("fileSchema", schema, "text")
    if kind == CSV:
        names = [_CAPITAL.sub("_", name.strip()).lower() for name in schema.split(",")]
        # The one name that is not split at its capitals.
        names = ["e_tag" if name == "etag" else name for name in names]
    elif kind == ORC:
        match = re.match(r"struct<(.*)>\Z", schema.strip(), re.DOTALL)
        names = _ORC_FIELD.findall(match.group(1)) if match else []
    else:
        match = re.match(r"message\s+[\w.]+\s*\{(.*)\}\Z", schema.strip(), re.DOTALL)
        names = _PARQUET_FIELD.findall(match.group(1)) if match else []
    if not names or not all(names) or len(set(names)) < len(names):
        raise _wrong("fileSchema", schema, f"the columns of a {kind} inventory")
    missing = [name for name in NEEDED if name not in names]
    if "encryption_status" in missing:
        raise AuditError(
            "This inventory does not say how objects are encrypted: it lacks EncryptionStatus. Add "
            "that optional field to the inventory's configuration and wait for the next one."
        )
    if missing:
        raise _wrong("fileSchema", schema, "with the column key")
    return tuple(names)


def _file(number: int, data: Any) -> File:
    name = f"files[{number}]"
    if not isinstance(data, dict):
        raise _wrong(name, data, "an object")
    key, digest, size = data.get("key"), data.get("MD5checksum"), data.get("size")
    if not isinstance(key, str) or not key or any(ord(char) < 32 for char in key):
        raise _wrong(f"{name}.key", key, "the key of an object")
    if not isinstance(digest, str) or not _MD5.match(digest.lower()):
        raise _wrong(f"{name}.MD5checksum", digest, "32 hexadecimal digits")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise _wrong(f"{name}.size", size, "a number of bytes")
    return File(key, size, digest.lower())


def _wrong(field: str, value: Any, right: str) -> AuditError:
    shown = "missing" if value is None else json.dumps(value)[:80]
    return AuditError(f"{field} in the manifest is {shown}; it must be {right}.")
