"""Counts objects by how they are encrypted and by folder, and finds those that differ: in Spark.

However many objects there are, what comes to the kernel is bounded. Must not know: where the
objects were listed, how a result is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any
from urllib.parse import unquote_plus

from ..agent.objects import verdicts
from .errors import AuditError
from .files import reading
from .states import Judged, State

#: Rows that one look brings at most; with more, folders are counted by a second look.
FAST = 20000
#: Combinations of method and key in one audit, and folders in its result.
STATES, FOLDERS = 10000, 1000
_READ = "The list of objects could not be read"


@dataclass
class Count:
    """Objects, their bytes, and how many of them use an S3 Bucket Key (None: not known)."""

    objects: int = 0
    bytes: int = 0
    bucket_keys: int | None = None

    def add(self, row: Any) -> None:
        """Counts what is in a row of Spark's."""
        self.objects += row["objects"]
        self.bytes += row["bytes"] or 0
        if row["known"]:
            self.bucket_keys = (self.bucket_keys or 0) + (row["bucketKeys"] or 0)


@dataclass
class Folder:
    """One folder. other, unreadable: how many of its objects have this verdict."""

    path: str
    objects: int = 0
    bytes: int = 0
    other: int = 0
    unreadable: int = 0


@dataclass
class Counted:
    """All counts. folders: those with most objects that differ first, at most FOLDERS."""

    states: dict[State, Count] = field(default_factory=dict)
    judged: dict[State, Judged] = field(default_factory=dict)
    folders: list[Folder] = field(default_factory=list)

    def having(self, *wanted: str | None) -> list[State]:
        """The states with one of these verdicts."""
        return [state for state, judged in self.judged.items() if judged.verdict in wanted]


def count(
    objects: Any, judge: Callable[[State], Judged], prefix: str = "", encoded: bool = False
) -> Counted:
    """Counts them. prefix: folders are those right below it; encoded: keys are URL-encoded."""
    from pyspark.sql import functions as f

    foldered = objects.withColumn("folder", _folder(prefix, encoded))
    names = ("bucket", "status", "kms")
    found = Counted()
    with reading(_READ):
        rows = _counted(foldered, *names, "folder").limit(FAST + 1).collect()
        whole = len(rows) <= FAST
        if not whole:
            rows = _counted(objects, *names).limit(STATES + 1).collect()
    for row in rows:
        state = State(*(row[name] for name in names))
        if state not in found.states and len(found.states) == STATES:
            raise AuditError(
                f"There are more than {STATES} combinations of method and key: give a prefix."
            )
        found.states.setdefault(state, Count()).add(row)
        if state not in found.judged:
            found.judged[state] = judge(state)
    if whole:
        found.folders = _folders_of(rows, found, encoded)
        return found
    marks = {
        verdict: f.sum(f.when(_among(found, found.having(verdict)), 1).otherwise(0)).alias(verdict)
        for verdict in (verdicts.OTHER, verdicts.UNREADABLE)
    }
    with reading(_READ):
        rows = (
            foldered.groupBy("bucket", "folder")
            .agg(f.count("*").alias("objects"), f.sum("size").alias("bytes"), *marks.values())
            .orderBy(*[f.col(name).desc() for name in (*marks, "objects")], "folder")
            .limit(FOLDERS)
            .collect()
        )
    found.folders = [
        Folder(
            _address(row["bucket"], row["folder"], encoded),
            row["objects"],
            row["bytes"] or 0,
            row[verdicts.OTHER],
            row[verdicts.UNREADABLE],
        )
        for row in rows
    ]
    return found


def differing(objects: Any, counted: Counted, most: int) -> list[Any]:
    """Rows of objects that are not as wanted, at most so many; which ones is Spark's choice."""
    states = counted.having(verdicts.OTHER, verdicts.UNREADABLE, None)
    if not states or not most:
        return []
    with reading(_READ):
        found: list[Any] = objects.filter(_among(counted, states)).limit(most).collect()
    return found


def key_of(text: str, encoded: bool) -> str:
    """A key as S3 has it. encoded: it is URL-encoded, as in CSV."""
    return unquote_plus(text) if encoded else text


def _counted(objects: Any, *names: str) -> Any:
    from pyspark.sql import functions as f

    return objects.groupBy(*names).agg(
        f.count("*").alias("objects"),
        f.sum("size").alias("bytes"),
        f.sum(f.when(f.col("bucketKey"), 1).otherwise(0)).alias("bucketKeys"),
        f.count("bucketKey").alias("known"),
    )


def _folder(prefix: str, encoded: bool) -> Any:
    """The folder of an object right below a prefix; of one that is not in a folder there, its own."""
    from pyspark.sql import functions as f

    key = f.regexp_replace("key", "%2[Ff]", "/") if encoded else f.col("key")
    deep = prefix.count("/") + 1
    slashes = f.length(key) - f.length(f.translate(key, "/", ""))
    inside = f.concat(f.substring_index(key, "/", deep), f.lit("/"))
    return f.when(slashes >= deep, inside).otherwise(f.regexp_extract(key, "^(.*/)?", 0))


def _folders_of(rows: Iterable[Any], counted: Counted, encoded: bool) -> list[Folder]:
    found: dict[str, Folder] = {}
    for row in rows:
        path = _address(row["bucket"], row["folder"], encoded)
        folder = found.setdefault(path, Folder(path))
        folder.objects += row["objects"]
        folder.bytes += row["bytes"] or 0
        verdict = counted.judged[State(row["bucket"], row["status"], row["kms"])].verdict
        if verdict == verdicts.OTHER:
            folder.other += row["objects"]
        elif verdict == verdicts.UNREADABLE:
            folder.unreadable += row["objects"]
    order = sorted(found.values(), key=lambda f: (-f.other, -f.unreadable, -f.objects, f.path))
    return order[:FOLDERS]


def _address(bucket: str, key: str, encoded: bool) -> str:
    return f"s3://{bucket}/{key_of(key, encoded)}"


def _among(counted: Counted, states: list[State]) -> Any:
    """Whether an object is in one of these states, by whichever condition is the shorter one."""
    from pyspark.sql import functions as f

    chosen = set(states)
    others = [state for state in counted.states if state not in chosen]
    if not others:
        return f.lit(True)
    if not states:
        return f.lit(False)
    return _one_of(states) if len(states) <= len(others) else ~_one_of(others)


def _one_of(states: list[State]) -> Any:
    """Never null: it is also used the other way round."""
    from pyspark.sql import functions as f

    keys: dict[tuple[str, str | None], list[str | None]] = {}
    for state in states:
        keys.setdefault((state.bucket, state.status), []).append(state.key)
    found = []
    for (bucket, status), values in keys.items():
        texts = [value for value in values if value is not None]
        parts = [f.coalesce(f.col("kms").isin(texts), f.lit(False))] if texts else []
        if None in values:
            parts.append(f.col("kms").isNull())
        found.append(
            reduce(
                and_,
                [
                    f.col("bucket").eqNullSafe(f.lit(bucket)),
                    f.col("status").eqNullSafe(f.lit(status)),
                    reduce(or_, parts),
                ],
            )
        )
    return reduce(or_, found)
