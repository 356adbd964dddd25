"""What a walk finds stored: every object, with its own header.

Must not know: Spark, what is claimed, what is expected.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from demo.endpoint import REGION, client, look_at

Header = tuple[str, str]
#: Objects that are no writes of the user's.
OURS = "in/"
INPUT = OURS + "numbers.csv"


class Written(NamedTuple):
    """An object that was written, and the header that it was written with."""

    bucket: str
    key: str
    header: Header


@dataclass
class Store:
    """Buckets of one endpoint, made one by one; `keys`: ARNs of its two KMS keys."""

    url: str
    keys: list[str]
    buckets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._s3: Any = client(self.url)
        self._seen: dict[tuple[str, str], Any] = {}

    def new_bucket(self) -> str:
        """A bucket that nobody has opened yet, with a file to read in it."""
        name = f"walk-{uuid.uuid4().hex[:10]}"
        where = {"LocationConstraint": REGION}
        self._s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        self.buckets.append(name)
        self.put(name, INPUT, b"1\n2\n3\n")
        return name

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Stores an object that is no write of the user's; its key begins with OURS."""
        assert key.startswith(OURS)
        self._s3.put_object(Bucket=bucket, Key=key, Body=content)

    def new(self) -> Iterator[Written]:
        """What was written since this was asked the last time, and is still there."""
        for bucket in self.buckets:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            for item in [one for page in pages for one in page.get("Contents", [])]:
                name, what = (bucket, item["Key"]), (item["LastModified"], item["ETag"])
                if item["Key"].startswith(OURS) or self._seen.get(name) == what:
                    continue
                self._seen[name] = what
                found = look_at(self._s3, bucket, item["Key"])
                if found is not None:
                    yield Written(bucket, item["Key"], found.written)
