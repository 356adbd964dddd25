"""What a large audit found, and its rows in a file. Shown as tables. Must not know: who looked."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..stored import Audit, Shown
from .totals import Node, likely

#: Folders that a table has at most: those with the most objects that differ.
SHOWN = 30
_FIELDS = (
    *("path", "size", "modified", "algorithm", "keyId", "verdict", "reason"),
    *("versionId", "current"),
)


@dataclass(frozen=True, repr=False)
class LargeAudit(Audit):
    """What is stored under a path. `limit` is 0 if there was none.

    `by`: "executors" or "driver"; `listed`: how many objects are there, as far as it went; `differ`:
    how many of those that were looked at are not as wanted; `folders`: folder below the path -> its
    counts, with all below it; `markers`: delete markers, with `versions`; `sample`: how it was
    drawn, None if all were looked at; `file`: where all objects that differ are; `notes`: what is
    to be known of the numbers.
    """

    by: str = "driver"
    executors: tuple[str, ...] = ()
    listed: int = 0
    differ: int = 0
    folders: dict[str, Node] | None = None
    versions: bool = False
    markers: int = 0
    sample: dict[str, Any] | None = None
    file: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def share(self) -> tuple[float, float] | None:
        """Between which shares of all objects are not as wanted, with a probability of 95 %; None
        if nothing was looked at."""
        if not self.checked:
            return None
        return likely(self.differ, self.checked, self.listed)

    def tree(self, depth: int = 2) -> FolderTree:
        """The folders below the path, so many levels deep, with their counts."""
        folders = self.folders or {}
        return FolderTree(
            self.path, {name: folders[name] for name in folders if name.count("/") <= depth}
        )

    def _heading(self) -> str:
        what = "versions" if self.versions else "objects"
        if self.sample is not None:
            lines = [
                f"Stored under {self.path}: {self.listed} {what} listed, {self.checked} of them "
                f"looked at. This is a sample: {self.sample['how']}"
            ]
            if self.share is not None and self.counts and self.counts[0]["verdict"] is not None:
                low, high = (f"{100 * value:.2g} %" for value in self.share)
                lines.append(f"{low} to {high} of all differ, with a probability of 95 %.")
        else:
            part = "everything there" if self.complete else "a part of it"
            lines = [f"Stored under {self.path}: {self.checked} {what} looked at, {part}."]
        if self.markers:
            lines.append(f"{self.markers} delete markers.")
        return " ".join([*lines, *self.notes])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names, rows = super()._table()
        if self.versions:
            words = {True: "current", False: "old version"}
            for row, count in zip(rows, self.counts, strict=True):
                row.append(words[count["current"]])
            names = [*names, "Version"]
        return names, rows


@dataclass(frozen=True, repr=False)
class FolderTree(Shown):
    """Folders with their counts; those with the most objects that differ are shown first."""

    path: str
    folders: dict[str, Node]

    def _heading(self) -> str:
        more = len(self.folders) - SHOWN
        rest = f" {more} more folders are in `folders`." if more > 0 else ""
        return f"Folders below {self.path}, with all that is in them.{rest}"

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Folder", "Objects", "Bytes", "Wanted", "Other", "Unreadable"]

        def differing(item: tuple[str, Node]) -> int:
            found = item[1].objects
            return found.get("other", 0) + found.get("unreadable", 0)

        most = sorted(self.folders.items(), key=lambda item: (-differing(item), item[0]))[:SHOWN]
        return names, [
            [
                "  " * name.count("/") + (name or "./"),
                str(node.listed),
                str(node.bytes),
                *(
                    str(node.objects.get(verdict, 0))
                    for verdict in ("wanted", "other", "unreadable")
                ),
            ]
            for name, node in sorted(most)
        ]


@contextmanager
def rows_in(file: str | Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Writes rows into a new file as they come: JSON lines if its name ends so (.jsonl), else CSV.

    It is removed if not all of them came: half of the objects would look like all. Raises
    FileExistsError.
    """
    if file is None:
        yield lambda _: None
        return
    with Path(file).open("x", encoding="utf-8", newline="") as target:
        try:
            if str(file).endswith(".jsonl"):
                yield lambda row: print(json.dumps(row, ensure_ascii=False), file=target)
            else:
                writer = csv.DictWriter(target, _FIELDS)
                writer.writeheader()
                yield writer.writerow
        except BaseException:
            target.close()
            Path(file).unlink()
            raise
