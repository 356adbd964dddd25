"""The functions that check stored objects or list keys: canary, audit, writes, keys.

Their results show as tables. Must not know: the agent, Spark. The entries have the shapes of docs/protocol.md.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import agent
from .agent.checks import claims
from .audits import formats
from .helper import Report, ask

#: The names of the package that are here.
__all__ = ["Audit", "Canary", "Keys", "Writes", "canary", "keys", "writes"]

#: How many objects that do not match the profile the result of an audit keeps.
KEPT = 1000


class Shown:
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
class Canary(Shown):
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
        entry: dict[str, Any] = report.canary or {}
        return cls(
            entry["location"],
            report.claim,
            entry["executors"],
            entry["objects"],
            entry["readBy"],
            entry["left"],
        )

    @property
    def wanted(self) -> bool:
        """Whether every executor wrote, and every object is encrypted as the profile says."""
        return (
            self.executors["wrote"] == self.executors["total"] > 0
            and bool(self.objects)
            and all(entry["verdict"] == "wanted" for entry in self.objects)
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
                entry["path"].rsplit("/", 1)[-1],
                entry["executor"] or "",
                _stored(entry),
                entry["verdict"] or "",
                entry["reason"] or "",
            ]
            for entry in self.objects
        ]


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """What is stored under a path. `counts`: per method, key and verdict.

    `objects`: the first 1,000 that do not match the profile; `complete`: nothing was left out.
    """

    path: str
    checked: int
    limit: int
    complete: bool
    counts: list[dict[str, Any]]
    objects: list[dict[str, Any]]
    read_by: str | None

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, fit for JSON."""
        return {"notes": [], **asdict(self)}

    def to_csv(self, file: str | Path, counts: bool = False) -> None:
        """Writes the objects that it lists as CSV, or its counts."""
        text = formats.to_csv(self.counts if counts else self.objects, counts)
        # Not write_text: it would write the ends of lines as the system does.
        Path(file).write_bytes(text.encode("utf-8"))

    def to_json(self, file: str | Path) -> None:
        """Writes all of it as JSON."""
        Path(file).write_text(formats.to_json(self.to_dict()), "utf-8")

    def to_sarif(self, file: str | Path) -> None:
        """Writes it as SARIF 2.1.0: a result for each object that it lists."""
        now = claims.moment(time.time())
        Path(file).write_text(formats.to_sarif(self.to_dict(), agent.version(), now), "utf-8")

    @classmethod
    def from_report(cls, report: Report, objects: list[dict[str, Any]]) -> Audit:
        """From the helper's last report of the request, and the objects of all its pages."""
        entry: dict[str, Any] = report.audit or {}
        return cls(
            entry["path"],
            entry["checked"],
            entry["limit"],
            entry["complete"],
            entry["counts"],
            objects,
            entry["readBy"],
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
class Writes(Shown):
    """What the user's own writes stored. `paths`: newest first; `unseen`: what is not covered."""

    claim: str
    paths: list[dict[str, Any]]
    unseen: list[str]

    @classmethod
    def from_report(cls, report: Report) -> Writes:
        """From the helper's report of the request."""
        entry: dict[str, Any] = report.writes or {"paths": [], "unseen": []}
        return cls(report.claim, entry["paths"], entry["unseen"])

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


@dataclass(frozen=True, repr=False)
class Keys(Shown):
    """The KMS keys of an account and Region. `keys`: those with an alias first, at most 500.

    `total`: how many are known to be there; `unread`: what is not allowed, or came too late.
    """

    account: str
    region: str
    keys: list[dict[str, Any]]
    total: int
    unread: list[str]

    @classmethod
    def from_report(cls, report: Report) -> Keys:
        """From the helper's report of the request."""
        entry: dict[str, Any] = report.keys or {}
        late = [] if entry["late"] is None else [entry["late"]]
        return cls(
            entry["account"],
            entry["region"],
            entry["keys"],
            entry["total"],
            [*entry["unread"], *late],
        )

    def _heading(self) -> str:
        where = f" of account {self.account}" if self.account else ""
        some = "" if len(self.keys) == self.total else f" {len(self.keys)} are listed."
        head = f"KMS keys{where} in {self.region}: {self.total}.{some}"
        return " ".join([head, *self.unread])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Aliases", "Key", "State", "For S3", "Why", "Description"]
        words = {True: "yes", False: "no", None: "not known"}
        return names, [
            [
                ", ".join(row["aliases"]),
                row["arn"],
                row["state"],
                words[row["usable"]],
                row["reason"] or "",
                row["description"],
            ]
            for row in self.keys
        ]


def canary(location: str) -> Canary:
    """Has Spark write tiny objects below `location` from every executor slot, and reads their headers.

    location: an address like s3://BUCKET/FOLDER. Everything is removed again. Raises ValueError
    for an invalid address, and EncryptionError if the objects could not be written or read back.
    """
    report = ask("canary", {"location": location})
    return Canary.from_report(report)


def audit(path: str, limit: int = 1000, sample: str = "first") -> Audit:
    """Counts what is stored under a path, by method and key.

    path: an address like s3://BUCKET/FOLDER; limit: how many objects at most; sample: "first" (in
    S3's order) or "newest". Raises ValueError for invalid arguments, and EncryptionError if S3
    refuses access.
    """
    found: list[dict[str, Any]] = []
    report: Report | None = None
    try:
        report = ask("audit", {"path": path, "limit": limit, "sample": sample, "page": 500})
        while True:
            entry = report.audit or {}
            # Matching objects are only counted.
            room = KEPT - len(found)
            differing = [row for row in entry["objects"] if row["verdict"] != "wanted"]
            found += differing[:room]
            if entry["token"] is None:
                return Audit.from_report(report, found)
            report = ask("audit", {"token": entry["token"], "page": 500})
    except BaseException:
        if report is not None and report.audit is not None and report.audit["token"] is not None:
            ask("cancelAudit", {"token": report.audit["token"]})
        raise


def writes() -> Writes:
    """Reads the headers of a sample of the objects of each of this kernel's Spark SQL writes.

    Covers writes that began while a profile was applied. Raises EncryptionError if a new session
    could not get the settings.
    """
    while True:
        report = ask("writes", {"budget": 200})
        if report.writes is None or not report.writes["pending"]:
            return Writes.from_report(report)
        time.sleep(0.05)


def keys() -> Keys:
    """Lists the KMS keys of the account and Region that this kernel works in, and which S3 can use.

    Asks KMS with boto3 and the kernel's own credentials, for at most 10 seconds. Raises
    EncryptionError if no key can be listed.
    """
    return Keys.from_report(ask("keys", {}))


#: Functions whose only required argument is an address: %s3_encryption offers them too.
BY_ADDRESS: dict[str, Callable[[str], Audit | Canary]] = {"audit": audit, "canary": canary}


def _stored(entry: dict[str, Any]) -> str:
    """Algorithm and key as S3 sends them."""
    if entry["algorithm"] is None:
        return "unreadable"
    return " ".join(part for part in (entry["algorithm"] or "no header", entry["keyId"]) if part)
