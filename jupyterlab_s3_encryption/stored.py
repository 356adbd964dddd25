"""The functions that look at stored objects: canary, audit, writes. Their results show as tables.

Must not know: the agent, Spark. The entries have the shapes of docs/protocol.md.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .helper import Report, ask

#: Objects of an audit, other than as wanted, that its result holds.
_KEPT = 1000


class _Shown:
    """A heading and a table, as text and as HTML."""

    def _heading(self) -> str:
        raise NotImplementedError

    def _table(self) -> tuple[list[str], list[list[str]]]:
        raise NotImplementedError

    def __repr__(self) -> str:
        _, rows = self._table()
        return "\n".join([self._heading(), *("  " + "  ".join(row) for row in rows)])

    def _repr_html_(self) -> str:
        def line(cells: Iterable[str], tag: str) -> str:
            return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)

        names, rows = self._table()
        body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
        table = f"<table><tr>{line(names, 'th')}</tr>{body}</table>" if rows else ""
        return f"<div><p>{html.escape(self._heading())}</p>{table}</div>"


@dataclass(frozen=True, repr=False)
class Canary(_Shown):
    """What a canary found. `objects`: each with the executor that wrote it; `left`: not removed."""

    location: str
    claim: str
    executors: dict[str, int]
    objects: list[dict[str, Any]]
    read_by: str | None
    left: list[str]

    @classmethod
    def from_report(cls, report: Report) -> Canary:
        """From the helper's report of the request."""
        told: dict[str, Any] = report.canary or {}
        return cls(
            told["location"],
            report.claim,
            told["executors"],
            told["objects"],
            told["readBy"],
            told["left"],
        )

    @property
    def wanted(self) -> bool:
        """Whether every executor wrote, and every object came back as wanted."""
        return (
            self.executors["wrote"] == self.executors["total"] > 0
            and bool(self.objects)
            and all(item["verdict"] == "wanted" for item in self.objects)
        )

    def _heading(self) -> str:
        wrote, total = self.executors["wrote"], self.executors["total"]
        verdict = "as wanted" if self.wanted else "not proven"
        return (
            f"Canary in {self.location}: {verdict}; {len(self.objects)} objects, "
            f"{wrote} of {total} executors wrote; removed again."
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Object", "Executor", "Stored", "Verdict", "Why"]
        return names, [
            [
                item["path"].rsplit("/", 1)[-1],
                item["executor"] or "",
                _stored(item),
                item["verdict"] or "",
                item["reason"] or "",
            ]
            for item in self.objects
        ]


@dataclass(frozen=True, repr=False)
class Audit(_Shown):
    """What is stored under a path. `counts`: per method, key and verdict.

    `objects`: those that are not as wanted, the first 1,000; `complete`: nothing was left out.
    """

    path: str
    checked: int
    limit: int
    complete: bool
    counts: list[dict[str, Any]]
    objects: list[dict[str, Any]]
    read_by: str | None

    @classmethod
    def from_report(cls, report: Report, objects: list[dict[str, Any]]) -> Audit:
        """From the helper's last report of the request, and the objects of all its pages."""
        told: dict[str, Any] = report.audit or {}
        return cls(
            told["path"],
            told["checked"],
            told["limit"],
            told["complete"],
            told["counts"],
            objects,
            told["readBy"],
        )

    def _heading(self) -> str:
        part = "everything there" if self.complete else f"a part of it, at most {self.limit}"
        return f"Stored under {self.path}: {self.checked} objects looked at, {part}."

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Objects", "Bytes", "Stored", "Verdict"]
        return names, [
            [str(row["objects"]), str(row["bytes"]), _stored(row), row["verdict"] or ""]
            for row in self.counts
        ]


@dataclass(frozen=True, repr=False)
class Writes(_Shown):
    """What the person's own writes left. `paths`: newest first; `unseen`: what is not covered."""

    claim: str
    paths: list[dict[str, Any]]
    unseen: list[str]

    @classmethod
    def from_report(cls, report: Report) -> Writes:
        """From the helper's report of the request."""
        told: dict[str, Any] = report.writes or {"paths": [], "unseen": []}
        return cls(report.claim, told["paths"], told["unseen"])

    def _heading(self) -> str:
        return " ".join([f"Your writes: {len(self.paths)} paths.", *self.unseen])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Path", "Time", "Wanted", "Other", "Unreadable", "Objects", "Why"]
        return names, [
            [
                row["path"],
                row["time"],
                str(row["wanted"]),
                str(row["other"]),
                str(row["unreadable"]),
                "" if row["total"] is None else str(row["total"]),
                row["reason"] or (row["objects"][0]["reason"] or "" if row["objects"] else ""),
            ]
            for row in self.paths
        ]


def canary(location: str) -> Canary:
    """Spark writes tiny objects below `location` from every executor slot; reads what S3 says of them.

    location: an address like s3://BUCKET/FOLDER. Everything is removed again. Raises ValueError
    for what is no address, and EncryptionError where nothing could be written or read back.
    """
    report = ask("canary", {"location": location})
    return Canary.from_report(report)


def audit(path: str, limit: int = 1000, sample: str = "first") -> Audit:
    """What is really stored under a path: method and key of each object, counted.

    path: an address like s3://BUCKET/FOLDER; limit: how many objects at most; sample: "first" (in
    S3's order) or "newest". Raises ValueError for what cannot be audited, EncryptionError where
    S3 refuses it.
    """
    found: list[dict[str, Any]] = []
    report = ask("audit", {"path": path, "limit": limit, "sample": sample, "page": 500})
    try:
        while True:
            told = report.audit or {}
            # Of what is as wanted the counts say everything.
            room = _KEPT - len(found)
            found += [item for item in told["objects"] if item["verdict"] != "wanted"][:room]
            if told["token"] is None:
                return Audit.from_report(report, found)
            report = ask("audit", {"token": told["token"], "page": 500})
    except BaseException:
        if report.audit is not None and report.audit["token"] is not None:
            ask("cancelAudit", {"token": report.audit["token"]})
        raise


def writes() -> Writes:
    """What S3 says of the objects that this kernel's Spark SQL writes left, a sample of each.

    Only of writes that began with a profile applied. Raises EncryptionError where a new session
    could not get the settings.
    """
    while True:
        report = ask("writes", {"budget": 200})
        if report.writes is None or not report.writes["pending"]:
            return Writes.from_report(report)
        time.sleep(0.05)


#: What one address is enough for: %s3_encryption offers these too.
BY_ADDRESS: dict[str, Callable[[str], Audit | Canary]] = {"audit": audit, "canary": canary}


def _stored(entry: dict[str, Any]) -> str:
    """Algorithm and key as S3 sends them."""
    if entry["algorithm"] is None:
        return "unreadable"
    return " ".join(part for part in (entry["algorithm"] or "no header", entry["keyId"]) if part)
