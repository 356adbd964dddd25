"""Looks at objects with boto3 in this process: over Spark Connect, or where Spark has no S3A.

Must not know: what is asked, verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..agent.objects.reading import boto, s3a
from ..agent.objects.reading.boto import headers_of
from ..agent.objects.reading.location import S3Location
from . import parts
from .parts import Item, Page

_READ = (s3a.SSE, s3a.KEY, s3a.CUSTOMER)


class BotoStore:
    """A bucket as boto3 reads it."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def page(
        self, prefix: str, after: str | None, version: str | None, versions: bool, most: int
    ) -> Page:
        """As parts.Store says."""
        asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix, "MaxKeys": most}
        if not versions:
            asked.update({} if after is None else {"StartAfter": after})
            answer = self._client.list_objects_v2(**asked)
            rows = answer.get("Contents", [])
            items = [Item(one["Key"], one["Size"], _millis(one)) for one in rows]
            return Page(_objects(items), answer["IsTruncated"], rows[-1]["Key"] if rows else after)
        asked.update({} if after is None else {"KeyMarker": after})
        asked.update({} if version is None else {"VersionIdMarker": version})
        answer = self._client.list_object_versions(**asked)
        items = [
            Item(one["Key"], one["Size"], _millis(one), one["VersionId"], one["IsLatest"])
            for one in answer.get("Versions", [])
        ]
        return Page(
            _objects(items),
            answer["IsTruncated"],
            answer.get("NextKeyMarker"),
            answer.get("NextVersionIdMarker"),
            [one["Key"] for one in answer.get("DeleteMarkers", [])],
        )

    def head(self, item: Item) -> str:
        """As parts.Store says."""
        more = {} if item.version is None else {"VersionId": item.version}
        try:
            answer = self._client.head_object(Bucket=self._bucket, Key=item.key, **more)
        except Exception as error:  # noqa: BLE001 - reported for this object
            status = boto.code_of(error)
            return f"!Exception: Status Code: {status}" if status.isdigit() else f"!{error}"[:300]
        found = headers_of(answer["ResponseMetadata"]["HTTPHeaders"], answer["Metadata"])
        read = {name: found[name] for name in _READ if name in found}
        client = next((name for name in s3a.CLIENT if name in found), None)
        return json.dumps(read if client is None else {**read, client: "1"}, separators=(",", ":"))


class LocalRunner:
    """Asks a store in this process, one task after the other."""

    read_by = "boto3"

    def __init__(self, store: parts.Store) -> None:
        self._store = store

    def slots(self) -> int:
        """One: its requests are beside each other already."""
        return 1

    def ask(
        self, settings: dict[str, Any], requests: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The answers."""
        return [parts.answer(self._store, settings, request) for request in requests]

    def first(self, prefix: str, after: str | None) -> str | None:
        """The first key after another one."""
        page = self._store.page(prefix, after, None, False, 1)
        return page.after if page.after != after else None


def runner(conf: Any, location: S3Location, threads: int) -> LocalRunner:
    """With the endpoint and credentials of Spark, or else boto3's own. Raises NotReadError."""
    if not boto.available(True):
        raise boto.NotReadError("This kernel has neither S3A nor boto3, to look at objects with.")
    try:
        made = boto.Boto(conf, location.bucket, at_once=threads)
    except Exception as error:
        raise boto.unusable(error) from error
    return LocalRunner(BotoStore(made.client, location.bucket))


def _millis(row: dict[str, Any]) -> int:
    return int(row["LastModified"].timestamp() * 1000)


def _objects(items: list[Item]) -> list[Item]:
    """Without the markers of folders, which Hadoop's connectors do not list either."""
    return [item for item in items if not item.key.endswith("/")]
