"""The function that puts right what is stored: reencrypt, first as a plan, then as a run of that plan.

Plans and results show as tables. Must not know: S3, Spark, how an object is changed.
"""

from __future__ import annotations

import csv
import datetime
import functools
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from . import manifests, stored
from .agent import secret, state
from .agent.objects import verdicts
from .agent.objects.reading.boto import NotReadError
from .agent.profile import profiles
from .agent.reencryption import journal as journals
from .agent.reencryption import plans, requests, run, ways
from .agent.reencryption.run import Progress
from .agent.reencryption.steps import results
from .helper import chosen_profile

#: The names of the package that are here.
__all__ = ["Reencryption", "ReencryptionError", "ReencryptionPlan", "read_plan", "reencrypt"]

_WAYS = {
    ways.UPDATE: "UpdateObjectEncryption (nothing is copied)",
    ways.COPY: "CopyObject onto itself",
    ways.MULTIPART: "copy in parts",
}
#: Objects that a long list of them shows.
_SHOWN = 20
_FIELDS = (
    *("path", "versionId", "size", "state", "way", "proof", "reason"),
    *("algorithmBefore", "keyBefore"),
)


class ReencryptionError(RuntimeError):
    """A run or a plan could not begin or was stopped; what was done until then is in the journal."""


@dataclass(frozen=True, repr=False)
class ReencryptionPlan(stored.Shown):
    """What a re-encryption would do. `plan`: all of it, object by object; `journal`: its file, if any."""

    plan: plans.Plan
    journal: str | None = None

    @property
    def path(self) -> str:
        """What it is about."""
        return self.plan.location.text()

    @property
    def changing(self) -> int:
        """How many objects would be changed."""
        return self.plan.changing()

    @property
    def objects(self) -> Sequence[dict[str, Any]]:
        """All objects that are not as wanted: what would become of each, and why nothing."""
        return _Objects(len(self.plan.rows), self._object)

    def _object(self, number: int) -> dict[str, Any]:
        facts, decision = self.plan.rows[number]
        return {
            **results.planned(self.plan, facts),
            "way": decision.way,
            "withoutUpdate": decision.by(False),
            "reason": decision.reason,
        }

    def save(self, journal: str | Path) -> ReencryptionPlan:
        """Writes the plan into a new file, from which `read_plan` reads it again."""
        try:
            journals.save(str(journal), self.plan)
        except journals.JournalError as error:
            raise ReencryptionError(str(error)) from None
        return ReencryptionPlan(self.plan, str(journal))

    def to_manifest(
        self, file: str | Path, way: str = ways.UPDATE, storage_class: str = "STANDARD"
    ) -> int:
        """Writes the list for a job of S3 Batch Operations, and gives how many objects it has.

        way: "update" (in place) or "copy" (up to 5 GB); storage_class: of the objects that are
        copied, as a copy gets the class that the job names. Raises ValueError if there are none.
        """
        return manifests.write(file, self.plan, way, storage_class)

    def _heading(self) -> str:
        plan = self.plan
        wanted = verdicts.describe_choice(plan.target.choice)
        lines = [
            f"Plan for {self.path}: {self.changing} of {plan.seen} objects would be re-encrypted to "
            f"{wanted}; {plan.wanted} have it already. Nothing is changed yet."
        ]
        lines.append(f"List price: {_cost(plan, True)}.")
        if ways.UPDATE in plan.ways():
            lines.append(
                f"If the store does not know UpdateObjectEncryption: {_cost(plan, False)}."
            )
        return " ".join([*lines, *plan.notes])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        plan = self.plan
        names = ["Way", "Objects", "Bytes", "If the store does not know UpdateObjectEncryption"]
        with_update, without = plan.ways(True), plan.ways(False)
        rows = []
        for way, title in _WAYS.items():
            count, size = with_update.get(way, (0, 0))
            if way in with_update or way in without:
                rows.append([title, str(count), str(size), str(without.get(way, (0, 0))[0])])
        refused, more = plan.impossible(True), plan.impossible(False)
        for reason in {**refused, **more}:
            counts = [
                str(found[reason].objects) if reason in found else "0" for found in (refused, more)
            ]
            rows.append([f"Not: {reason}", counts[0], "", counts[1]])
        return names, rows


@dataclass(frozen=True, repr=False)
class Reencryption(stored.Shown):
    """What a run did. `rows`: one for each object that was not as wanted; `notes`: about the run.

    `counts`: state -> how many: done, left (somebody else changed it), failed, impossible, waiting.
    """

    path: str
    journal: str
    rows: Sequence[dict[str, Any]]
    notes: list[str]

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        """State -> how many."""
        found = Counter(row["state"] for row in self.rows)
        return {name: found[name] for name in results.STATES}

    @property
    def complete(self) -> bool:
        """Whether every object that could be changed was changed and read back."""
        return not any(self.counts[name] for name in ("left", "failed", "waiting"))

    def to_csv(self, file: str | Path) -> None:
        """Writes all rows as CSV."""
        with Path(file).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, _FIELDS)
            writer.writeheader()
            writer.writerows(self.rows)

    def to_json(self, file: str | Path) -> None:
        """Writes all of it as JSON."""
        about = {"path": self.path, "counts": self.counts, "notes": self.notes}
        text = json.dumps(about, indent=1, ensure_ascii=False)
        with Path(file).open("w", encoding="utf-8") as target:
            # Row by row: together they may be more than the memory holds.
            target.write(text[: text.rindex("\n}")] + ',\n "objects": [')
            between = "\n  "
            for row in self.rows:
                target.write(between + json.dumps(row, ensure_ascii=False))
                between = ",\n  "
            target.write("\n ]\n}\n")

    def _heading(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        return " ".join(
            [f"Re-encrypted {self.path}: {counts or 'nothing to do'}.", *map(str, self.notes)]
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = ["Object", "State", "Why"]
        open_rows = (row for row in self.rows if row["state"] != "done")
        return names, [
            [row["path"], row["state"], row["reason"] or ""]
            for row in itertools.islice(open_rows, stored.KEPT)
        ]


def reencrypt(
    what: str | ReencryptionPlan,
    dry_run: bool = True,
    *,
    journal: str | Path | None = None,
    method: str | None = None,
    kms_key_id: str | None = None,
    profile: Mapping[str, Any] | None = None,
    customer_key: str | None = None,
    versions: bool = False,
    delta_log: bool = False,
    bucket_key: bool | None = None,
    unconditional: bool = False,
    at_once: int = requests.AT_ONCE,
    progress: bool | Callable[[Progress], None] = True,
) -> ReencryptionPlan | Reencryption:
    """Plans to give stored objects another encryption, or carries such a plan out.

    With dry_run=True, the default, what is an address like s3://BUCKET/FOLDER: the plan comes back
    and nothing is changed. With dry_run=False it is a plan that was made before.

    Of a plan: method, kms_key_id or profile: what objects are to have, by default what is applied;
    versions: old versions too; delta_log: also copies commit files of Delta tables, which changes
    their time; bucket_key: whether objects use an S3 Bucket Key, by default as the bucket says.
    Of a run: journal: the file that keeps what was done, from which a run that was killed goes on;
    unconditional: also if the store checks no conditions; at_once: requests; progress: False for
    none, or a function. Of both: customer_key: that of SSE-C objects, base64 of 32 bytes, which is
    kept nowhere.

    Raises ValueError or TypeError for wrong arguments, and ReencryptionError if S3 or the store is in the way.
    """
    key = secret.wrapped(customer_key)
    try:
        if dry_run:
            chosen = chosen_profile(method, kms_key_id, profile)
            return _plan(what, chosen, journal, progress, customer_key=key, versions=versions,
                         delta_log=delta_log, bucket_key=bucket_key, at_once=at_once)  # fmt: skip
        if not isinstance(what, ReencryptionPlan):
            raise TypeError("A run takes the plan that reencrypt(PATH) gave, or read_plan(FILE).")
        if any(value is not None for value in (method, kms_key_id, profile, bucket_key)):
            raise ValueError("A run does what its plan says: give these when you make the plan.")
        file = str(journal or what.journal or "")
        if not file:
            raise ValueError("Say which file keeps what was done: journal=FILE.")
        return _run(what.plan, file, key, unconditional, at_once, progress)
    except plans.InvalidError as error:
        raise ValueError(str(error)) from None
    except (plans.NoPlanError, run.RefusedError, journals.JournalError, NotReadError) as error:
        raise ReencryptionError(str(error)) from error


def read_plan(journal: str | Path) -> ReencryptionPlan:
    """The plan in a journal, to carry it out or to go on with it. Raises ReencryptionError."""
    try:
        return ReencryptionPlan(journals.read_plan(str(journal)), str(journal))
    except journals.JournalError as error:
        raise ReencryptionError(str(error)) from error


def _plan(
    what: str | ReencryptionPlan,
    chosen: Any,
    journal: str | Path | None,
    progress: bool | Callable[[Progress], None],
    **arguments: Any,
) -> ReencryptionPlan:
    if isinstance(what, ReencryptionPlan):
        raise TypeError("This is a plan already: dry_run=False carries it out.")
    problems = [] if chosen is None else profiles.validate(chosen)
    if problems:
        raise ValueError("\n".join(f"{item['field']}: {item['message']}" for item in problems))
    line = _Line(progress is True)
    try:
        made = requests.plan(
            state.get(),
            what,
            chosen,
            progress=lambda seen: line.show(f"{seen} objects"),
            **arguments,
        )
    finally:
        line.end()
    found = ReencryptionPlan(made)
    return found if journal is None else found.save(journal)


def _run(
    plan: plans.Plan,
    journal: str,
    customer_key: str | None,
    unconditional: bool,
    at_once: int,
    progress: bool | Callable[[Progress], None],
) -> Reencryption:
    line = _Line(progress is True)
    report = progress if callable(progress) else lambda now: line.show(_progress(now))
    current = requests.run(state.get(), plan, journal, customer_key, unconditional, at_once)
    try:
        current.go(report)
    finally:
        line.end()
        current.journal.close()
    if current.stopped is not None:
        raise ReencryptionError(current.stopped)
    return _result(current)


def _result(current: run.Run) -> Reencryption:
    plan = current.plan
    rows = _Objects(len(plan.rows), lambda number: dict(results.row(current, number)))
    return Reencryption(plan.location.text(), current.journal.path, rows, results.notes(current))


def _cost(plan: plans.Plan, update: bool) -> str:
    cost = plan.cost(update)
    return (
        f"${cost.dollars:.4f} for {cost.puts} PUT or COPY, {cost.gets} GET or HEAD and at most "
        f"{cost.kms} KMS requests, {cost.copied} bytes copied inside S3"
    )


def _progress(now: Progress) -> str:
    left = "" if now.seconds is None else f", {datetime.timedelta(seconds=int(now.seconds))} left"
    trouble = "".join(
        f", {count} {name}"
        for count, name in ((now.left, "left alone"), (now.failed, "failed"))
        if count
    )
    return f"{now.ended} of {now.total} objects, {now.rate:.0f} a second{left}{trouble}"


class _Objects(Sequence[dict[str, Any]]):
    """Objects that are read from disk one by one, when somebody asks for them."""

    def __init__(self, count: int, one: Callable[[int], dict[str, Any]]) -> None:
        self._count, self._one = count, one

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(number, slice):
            return [self._one(one) for one in range(*number.indices(self._count))]
        return self._one(range(self._count)[number])

    def __repr__(self) -> str:
        more = ", …" if self._count > _SHOWN else ""
        return "[" + ", ".join(map(repr, self[:_SHOWN])) + more + "]"


class _Line:
    """One line of text that is written over and over."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._next = 0.0
        self._used = False

    def show(self, text: str) -> None:
        if self._shown and time.monotonic() >= self._next:
            sys.stdout.write(f"\r{text:<78}")
            sys.stdout.flush()
            self._next, self._used = time.monotonic() + 1.0, True

    def end(self) -> None:
        if self._used:
            sys.stdout.write("\n")
