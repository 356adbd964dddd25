"""Lists objects and reads their headers with boto3, for a Spark behind a Connect server.

Stands in for java_reader.Reader, which needs the driver's JVM. Must not know: profiles, verdicts,
requests, reports.
"""

import itertools
from typing import Iterable, Iterator, List, Tuple

from ...sentences import say
from ...shapes import Json
from ...spark.sessions import Session
from ..verdicts import Header
from . import boto
from .headers import Listed, header_of
from .location import S3Location

Row = Tuple[str, int, float]


class _NoBotoError(Exception):
    """boto3 is missing."""


class Reader:
    """Reads below one bucket; the constructor raises if boto3 is missing or cannot be used."""

    def __init__(self, session: Session, location: S3Location) -> None:
        if not boto.available(True):
            raise _NoBotoError(
                say(
                    "Over Spark Connect objects are read with boto3, which this kernel does not "
                    "have."
                )
            )
        self.read_by = "boto3"
        self._root = location.root()
        self._bucket = location.bucket
        self._boto = boto.Boto(session.hadoop_conf(), location.bucket)

    def listing(self, path: str) -> Iterator[Row]:
        """(path, bytes, seconds since 1970) of all objects below a path, or of the one it names.

        Raises what boto3 raises, and FileNotFoundError if nothing is stored there.
        """
        found = (
            (self._root + one["Key"], int(one["Size"]), one["LastModified"].timestamp())
            for one in self._below(path)
            # Hadoop's connectors do not list the markers of folders either.
            if not one["Key"].endswith("/")
        )
        first = next(found, None)
        if first is None and self._key(path):
            raise FileNotFoundError(say("Nothing is stored under %1.", path))
        return itertools.chain([first] if first is not None else [], found)

    def take(self, listing: Iterator[Row], count: int) -> Listed:
        """The next objects of a listing; fewer than `count` at its end."""
        rows = list(itertools.islice(listing, count))
        return Listed(self.paths([path for path, _, _ in rows]), rows)

    def paths(self, texts: List[str]) -> List[str]:
        """The keys of these paths."""
        return [self._key(text) for text in texts]

    def headers(self, paths: List[str]) -> List[Header]:
        """What S3 says of each of these objects (keys)."""
        return [header_of(answer, False) for answer in self._boto.heads(paths, boto.THREADS)]

    def keys(self, path: str) -> List[str]:
        """The keys of all objects below a folder, the markers of folders too."""
        return [str(one["Key"]) for one in self._below(path)]

    def remove(self, keys: List[str]) -> None:
        """Removes up to 1,000 objects; the caller lists again to see what is left."""
        batch = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        self._boto.client.delete_objects(Bucket=self._bucket, Delete=batch)

    def close(self) -> None:
        """Nothing to close."""

    def _below(self, path: str) -> Iterator[Json]:
        """What S3 lists of a path itself and below it, markers of folders included."""
        key = self._key(path)
        pages = self._boto.client.get_paginator("list_objects_v2")
        return below(pages.paginate(Bucket=self._bucket, Prefix=key), key)

    def _key(self, path: str) -> str:
        return path[len(self._root) :]


def below(pages: Iterable[boto.Boto3], key: str, entries: str = "Contents") -> Iterator[boto.Boto3]:
    """The entries of a listing's pages that are a key itself or below it, not beside it."""
    for page in pages:
        for one in page.get(entries, ()):
            if not key or one["Key"] == key or one["Key"].startswith(key + "/"):
                yield one
