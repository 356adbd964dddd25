"""Does a part of an audit in this process: what the Java class Part does on executors.

For a kernel without S3A, and in tests. Must not know: who asks, where objects are.

What is asked is a dict: {"prefix", "after", "version", "until"} for a range, or {"items"}. Of the
settings, "threads": requests at once; "most", "millis": after how many objects or how long it
stops; "page": objects a listing's page; "depth", "nodes": of the tree; "rows": objects named for
each label; "wanted": labels of which none are named; "sample", "seed", "below": how many to draw
instead of reading headers, see totals.Sample. The answer is a dict as Totals.add takes it.
"""

from __future__ import annotations

import hashlib
import heapq
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol


class Item(NamedTuple):
    """An object, or one version of it. modified: milliseconds since 1970."""

    key: str
    size: int
    modified: int
    version: str | None = None
    current: bool = True


@dataclass
class Page:
    """A part of a listing. markers: keys of delete markers; after, version: where it ended."""

    items: list[Item]
    more: bool
    after: str | None
    version: str | None = None
    markers: list[str] = field(default_factory=list)


class Store(Protocol):
    """Where objects are."""

    def page(
        self, prefix: str, after: str | None, version: str | None, versions: bool, most: int
    ) -> Page:
        """What comes after a key, without the markers of folders."""

    def head(self, item: Item) -> str:
        """The label of an object: its encryption headers as JSON, or "!" and why there are none."""


def answer(store: Store, settings: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request; raises what the store raises."""
    work = _Work(store, settings)
    if "items" in request:
        work.read([Item(*row) for row in request["items"]])
        work.answer["done"] = True
    else:
        work.range(request)
    return work.finished()


class _Work:
    def __init__(self, store: Store, settings: dict[str, Any]) -> None:
        self._store = store
        self._settings = settings
        self._labels: dict[str, int] = {}
        self._named: dict[int, int] = {}
        self._counts: dict[tuple[int, str], list[int]] = {}
        self._tree: dict[tuple[int, str], list[int]] = {}
        self._folders: set[str] = set()
        self._drawn: list[tuple[int, Item]] = []
        self.answer: dict[str, Any] = {
            "executor": "driver", "error": None, "after": None, "version": None, "done": False,
            "listed": 0, "markers": 0, "rows": [],
        }  # fmt: skip

    def range(self, request: dict[str, Any]) -> None:
        made, settings = self.answer, self._settings
        made["after"], made["version"] = request["after"], request["version"]
        until = request["until"]
        end = time.monotonic() + settings["millis"] / 1000
        while not made["done"]:
            where = (request["prefix"], made["after"], made["version"])
            page = self._store.page(*where, settings["versions"], settings["page"])
            items = [item for item in page.items if until is None or item.key <= until]
            made["markers"] += sum(1 for key in page.markers if until is None or key <= until)
            made["listed"] += len(items)
            if settings["sample"]:
                self._draw(items)
            else:
                self.read(items)
            beyond = until is not None and page.after is not None and page.after > until
            beyond = beyond or len(items) < len(page.items)
            made["done"] = beyond or not page.more
            made["after"], made["version"] = page.after, page.version
            if made["listed"] >= settings["most"] or time.monotonic() >= end:
                break

    def read(self, items: Sequence[Item]) -> None:
        with ThreadPoolExecutor(self._settings["threads"]) as pool:
            for item, label in zip(items, pool.map(self._store.head, items), strict=True):
                number = self._labels.setdefault(label, len(self._labels))
                _add(self._counts, (number, "1" if item.current else "0"), item.size)
                _add(self._tree, (number, self._folder(item.key)), item.size)
                named = self._named.get(number, 0)
                if label not in self._settings["wanted"] and named < self._settings["rows"]:
                    self._named[number] = named + 1
                    self.answer["rows"].append([*item, number])

    def finished(self) -> dict[str, Any]:
        return {
            **self.answer,
            "labels": list(self._labels),
            "counts": [[*name, *count] for name, count in self._counts.items()],
            "tree": [[*name, *count] for name, count in self._tree.items()],
            "sample": [[*item, f"{-number:024x}"] for number, item in self._drawn],
        }

    def _draw(self, items: Sequence[Item]) -> None:
        below = self._settings["below"]
        for item in items:
            _add(self._tree, (-1, self._folder(item.key)), item.size)
            name = f"{self._settings['seed']}\n{item.key}\n{item.version or ''}"
            number = int(hashlib.sha256(name.encode()).hexdigest()[:24], 16)
            if below is None or number < int(below, 16):
                put = heapq.heappush if len(self._drawn) < self._settings["sample"] else _exchange
                put(self._drawn, (-number, item))

    def _folder(self, key: str) -> str:
        """The folder below the path, at most so deep; one above it if there are too many."""
        parts = key[len(self._settings["prefix"]) :].split("/")[:-1][: self._settings["depth"]]
        while parts:
            found = "/".join(parts) + "/"
            if found in self._folders or len(self._folders) < self._settings["nodes"]:
                self._folders.add(found)
                return found
            parts.pop()
        return ""


def _exchange(heap: list[tuple[int, Item]], one: tuple[int, Item]) -> None:
    heapq.heappushpop(heap, one)


def _add(into: dict[tuple[int, str], list[int]], name: tuple[int, str], size: int) -> None:
    count = into.setdefault(name, [0, 0])
    count[0] += 1
    count[1] += size
