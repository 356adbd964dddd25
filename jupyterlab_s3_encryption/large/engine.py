"""A large audit: ranges of keys in rounds of short tasks, until nothing is left.

Each task stops after a while and says where; what is left is cut again where there are too few
ranges for all. So a wrong guess of where many objects are costs a few seconds, and whoever
cancels, or has work for the executors too, waits no longer than that. Must not know: Spark, S3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from ..audits.errors import AuditError
from .ranges import KeyRange, split_all
from .totals import KEPT, Sample, Totals

#: What a task may do before it stops. The rows of all of a round are in memory at once.
MILLIS, ROUND = 5000, 100000
#: Levels of folders, and folders, that one task tells apart.
DEPTH, NODES = 4, 500
MOST_SAMPLE = 100000


class Runner(Protocol):
    """Who looks: executors, or this machine. read_by: as an audit of the panel names it."""

    read_by: str

    def slots(self) -> int:
        """How many tasks may run now."""

    def ask(
        self, settings: dict[str, Any], requests: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The answers to requests, see parts.py."""

    def first(self, prefix: str, after: str | None) -> str | None:
        """The first key after another one."""


@dataclass(frozen=True)
class Job:
    """What to look at. key: of the path, without a slash at its end; limit: at most about so many
    objects, None for all; sample: how many to draw of all, 0 for none."""

    key: str
    versions: bool = False
    limit: int | None = None
    sample: int = 0
    seed: str = ""
    threads: int = 32
    rows: int = KEPT

    @property
    def prefix(self) -> str:
        """What the keys below the path begin with."""
        return f"{self.key}/" if self.key else ""


@dataclass(frozen=True)
class Progress:
    """How far it is. seconds: since it began."""

    listed: int
    checked: int
    differ: int
    seconds: float


class Engine:
    """One audit. complete: nothing was left out; seconds: it took."""

    def __init__(
        self, runner: Runner, job: Job, totals: Totals, progress: Callable[[Progress], None]
    ) -> None:
        self.complete = False
        self.seconds = 0.0
        self.totals = totals
        self._runner = runner
        self._job = job
        self._progress = progress
        self._sample = Sample(job.sample)
        self._began = time.monotonic()

    def run(self) -> None:
        """All of it. Raises AuditError, and what the runner raises."""
        pending = self._begin()
        while pending and self._left() > 0:
            slots = self._runner.slots()
            pending = self._enough(pending, slots)
            now, pending = pending[:slots], pending[slots:]
            for keys, answer in zip(now, self._ask([_asked(keys) for keys in now]), strict=True):
                if not answer["done"]:
                    pending.append(keys._replace(after=answer["after"], version=answer["version"]))
        if self._job.sample:
            self._read_sample()
        self.complete = not pending and self.totals.checked == self.totals.listed

    def _begin(self) -> list[KeyRange]:
        key, prefix = self._job.key, self._job.prefix
        pending = [KeyRange(prefix)]
        if key and self._runner.first(key, None) == key:
            pending.append(KeyRange(key, None, key))  # an object of the path's own name
        return pending

    def _left(self) -> int:
        limit = self._job.limit
        return ROUND if limit is None else limit - self.totals.listed

    def _enough(self, pending: list[KeyRange], slots: int) -> list[KeyRange]:
        """Ranges for all slots, if the keys can be cut into so many."""
        if slots < 2 or len(pending) >= slots:
            return pending
        with ThreadPoolExecutor(min(16, slots)) as pool:
            return split_all(pending, slots, self._runner.first, pool.map)

    def _ask(self, requests: list[dict[str, Any]], most: int = ROUND) -> list[dict[str, Any]]:
        job = self._job
        most = max(1, min(most, self._left()) // len(requests))
        settings = {
            "prefix": job.prefix, "versions": job.versions, "threads": job.threads,
            "millis": MILLIS, "most": most, "page": min(1000, most, max(100, 50 * job.threads)),
            "depth": DEPTH, "nodes": NODES, "rows": job.rows, "wanted": self.totals.wanted,
            "sample": 0 if "items" in requests[0] else job.sample, "seed": job.seed,
            "below": self._sample.below,
        }  # fmt: skip
        answers = self._runner.ask(settings, requests)
        for answer in answers:
            if answer["error"] is not None:
                raise AuditError(answer["error"])
            self.totals.add(answer, job.versions)
            self._sample.add(answer["sample"])
        self.seconds = time.monotonic() - self._began
        totals = self.totals
        self._progress(Progress(totals.listed, totals.checked, totals.differ, self.seconds))
        return answers

    def _read_sample(self) -> None:
        rows = self._sample.rows()
        # A slot takes about as many as it reads in the time of a task.
        size = max(1, min(1000, -(-len(rows) // self._runner.slots())))
        parts = [{"items": rows[begin : begin + size]} for begin in range(0, len(rows), size)]
        while parts:
            slots = self._runner.slots()
            now, parts = parts[:slots], parts[slots:]
            self._ask(now)


def _asked(keys: KeyRange) -> dict[str, Any]:
    return dict(keys._asdict())
