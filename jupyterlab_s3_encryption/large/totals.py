"""Adds up what the parts of an audit found: counts, a tree of folders, objects that differ, a sample.

Pure, and bounded however many objects there are. Must not know: Spark, S3, who looked.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..agent.checks import claims
from ..agent.objects import verdicts
from ..agent.objects.reading import s3a
from ..agent.objects.reading.headers import header_of
from ..agent.objects.verdicts import Header

#: How many objects that differ are kept in memory.
KEPT = 1000
#: How many folders the tree has at most.
NODES = 5000
#: Labels that are told apart; there are as many as methods, keys and reasons.
LABELS = 1000
_REST = Header(None, None, "Of more kinds than are told apart.")


class Label(NamedTuple):
    """What the headers of some objects say, and whether it is as wanted."""

    header: Header
    verdict: str | None
    reason: str | None


@dataclass
class Node:
    """A folder, with all below it. listed: how many objects there are; bytes: of these; objects:
    how many were looked at, by verdict: all of them, or those that were drawn."""

    listed: int = 0
    bytes: int = 0
    objects: dict[str | None, int] = field(default_factory=dict)


class Totals:
    """What was found so far. choice: how objects are to be encrypted, None if nothing says so.

    root: scheme://bucket/; drawn: whether only a sample is looked at; differing: called with each
    object that is named, in no order.
    """

    def __init__(
        self, root: str, choice: Any, drawn: bool, differing: Callable[[dict[str, Any]], None]
    ) -> None:
        self.listed = self.checked = self.markers = 0
        self.differ = 0
        self.folded = False
        self.executors: set[str] = set()
        self.objects: list[dict[str, Any]] = []
        self._root = root
        self._drawn = drawn
        self._choice = choice
        self._differing = differing
        self._labels: dict[str, Label] = {}
        self._counts: dict[tuple[str | None, str | None, str | None, bool], list[int]] = {}
        self._tree: dict[str, Node] = {"": Node()}

    @property
    def wanted(self) -> list[str]:
        """Labels of objects that need not be named, only counted."""
        return [text for text, label in self._labels.items() if label.verdict == verdicts.WANTED]

    def add(self, answer: dict[str, Any], versions: bool) -> None:
        """Adds what one part found."""
        self.listed += answer["listed"]
        self.markers += answer["markers"]
        self.executors.add(answer["executor"])
        labels = [self._label(text) for text in answer["labels"]]
        for number, current, objects, size in answer["counts"]:
            label = labels[number]
            name = (label.header.algorithm, label.header.key, label.verdict, current == "1")
            count = self._counts.setdefault(name, [0, 0])
            count[0] += objects
            count[1] += size
            self.checked += objects
            if label.verdict in (verdicts.OTHER, verdicts.UNREADABLE):
                self.differ += objects
        for number, folder, objects, size in answer["tree"]:
            node = self._node(folder)
            if number < 0 or not self._drawn:
                node.listed += objects
                node.bytes += size
            if number >= 0:
                verdict = labels[number].verdict
                node.objects[verdict] = node.objects.get(verdict, 0) + objects
        for key, size, modified, version, current, number in answer["rows"]:
            label = labels[number]
            if label.verdict != verdicts.WANTED:
                entry: dict[str, Any] = dict(
                    verdicts.entry(
                        self._root + key,
                        size,
                        claims.moment(modified / 1000.0),
                        label.header,
                        self._choice,
                    )
                )
                if versions:
                    entry.update(versionId=version, current=current)
                self._differing(entry)
                if len(self.objects) < KEPT:
                    self.objects.append(entry)

    def counts(self, versions: bool) -> list[dict[str, Any]]:
        """As an audit has them, problems first; with versions, current and old ones apart."""
        rows = [
            {
                "algorithm": algorithm,
                "keyId": key,
                "verdict": verdict,
                "objects": count[0],
                "bytes": count[1],
                **({"current": current} if versions else {}),
            }
            for (algorithm, key, verdict, current), count in self._counts.items()
        ]
        return sorted(rows, key=lambda row: verdicts.place(row["verdict"], row["objects"]))

    def tree(self) -> dict[str, Node]:
        """Folder below the path ("" for all of it, else with a slash at its end) -> what is in it."""
        found: dict[str, Node] = {}
        for folder, node in self._tree.items():
            for name in _with_parents(folder):
                whole = found.setdefault(name, Node())
                whole.listed += node.listed
                whole.bytes += node.bytes
                for verdict, count in node.objects.items():
                    whole.objects[verdict] = whole.objects.get(verdict, 0) + count
        return found

    def _label(self, text: str) -> Label:
        if text not in self._labels:
            if len(self._labels) >= LABELS:
                return Label(_REST, *verdicts.judge(self._choice, _REST))
            known = s3a.short(text[1:]) if text.startswith("!") else json.loads(text)
            header = header_of(known, False)
            self._labels[text] = Label(header, *verdicts.judge(self._choice, header))
        return self._labels[text]

    def _node(self, folder: str) -> Node:
        while folder not in self._tree and len(self._tree) >= NODES:
            folder = folder[: folder.rfind("/", 0, -1) + 1]
            self.folded = True
        return self._tree.setdefault(folder, Node())


class Sample:
    """Some of all objects, each with the same chance: those with the smallest numbers.

    An object's number is a hash of the seed, its key and its version: the same seed draws the same
    objects again, in whatever order they are listed.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        #: As a heap, the largest number first.
        self._heap: list[tuple[int, list[Any]]] = []

    @property
    def below(self) -> str | None:
        """What a number has to be below to be drawn yet; None for any."""
        full = 0 < self._size <= len(self._heap)
        return f"{-self._heap[0][0]:024x}" if full else None

    def add(self, rows: Iterable[list[Any]]) -> None:
        """Rows as a part gives them, with the number at the end."""
        for row in rows:
            item = (-int(row[5], 16), row[:5])
            if len(self._heap) < self._size:
                heapq.heappush(self._heap, item)
            else:
                heapq.heappushpop(self._heap, item)

    def rows(self) -> list[list[Any]]:
        """The objects that were drawn."""
        return [row for _, row in sorted(self._heap, reverse=True)]


def likely(found: int, size: int, total: int) -> tuple[float, float]:
    """Between which shares what was `found` among `size` drawn lies in all, with a probability of 95 %.

    The interval of Wilson; if all were drawn, the share itself.
    """
    if size == 0 or size >= total:
        share = found / size if size else 0.0
        return share, share
    share, z = found / size, 1.96
    middle = share + z * z / (2 * size)
    wide = z * (share * (1 - share) / size + z * z / (4 * size * size)) ** 0.5
    low, high = ((middle + sign * wide) / (1 + z * z / size) for sign in (-1, 1))
    return max(0.0, low) if found else 0.0, min(1.0, high) if found < size else 1.0


def _with_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder[: folder.rfind("/", 0, -1) + 1]
    yield ""
