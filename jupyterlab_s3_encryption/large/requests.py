"""Carries a large audit out: validates, chooses who looks, and says what the numbers are worth.

Must not know: how S3 or Spark are asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..agent import state as states
from ..agent.objects import verdicts
from ..agent.objects.reading.boto import NotReadError
from ..agent.objects.reading.headers import error_text
from ..agent.objects.reading.location import S3Location
from ..agent.spark import executors, java_classes
from ..agent.spark.sessions import JvmSession, Session, classic, find_sessions
from ..audits.errors import AuditError
from . import boto_runner, tasks
from .engine import MOST_SAMPLE, ROUND, Engine, Job, Progress, Runner
from .result import LargeAudit, rows_in
from .totals import KEPT, Totals

EXECUTORS, DRIVER = "executors", "driver"
THREADS, MOST_THREADS = 32, 256


def audit(
    path: str,
    *,
    by: str = DRIVER,
    versions: bool = False,
    limit: int | None = None,
    sample: int | None = None,
    seed: str | None = None,
    parts: int | None = None,
    at_once: int = THREADS,
    file: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> LargeAudit:
    """Looks at everything below a path, or at objects drawn of it; see audit in large_audits.py."""
    location = S3Location.parse(path)
    if location is None:
        raise ValueError("path: Give an address like s3://BUCKET/FOLDER.")
    _check(by, limit, sample, parts, at_once)
    seed = seed if seed is not None else secrets.token_hex(4)
    state = states.get()
    with state.lock:
        sessions = find_sessions(state)
        session = classic(sessions) or next(iter(sessions), None)
        choice = verdicts.choice_of(state.profile, location.bucket)
    if session is None:
        raise AuditError("There is no Spark session in this kernel.")
    reason = java_classes.kept_off(state.connect_class)
    if reason is not None and by == EXECUTORS and executors.are_apart(_master(session)):
        raise AuditError(f'{reason} The driver can look: by="driver".')
    drawn = sample is not None
    job = Job(
        key=location.path.lstrip("/"),
        versions=versions,
        limit=limit,
        sample=sample or 0,
        seed=seed,
        threads=at_once,
        rows=KEPT if file is None else ROUND,
    )
    try:
        runner, by, notes = _runner(session, location, by, parts, at_once)
        with rows_in(file) as write:
            totals = Totals(location.root(), choice, drawn, write)
            engine = Engine(runner, job, totals, progress or (lambda _: None))
            engine.run()
    except (NotReadError, AuditError) as error:
        raise AuditError(str(error)) from error
    except Exception as error:
        if isinstance(error, FileExistsError):
            raise
        raise AuditError(f"The audit could not go on: {error_text(error)}") from error
    return _result(location, job, engine, runner.read_by, by, notes, file)


def _check(by: str, limit: int | None, sample: int | None, parts: int | None, at_once: int) -> None:
    """Raises ValueError for arguments that are wrong."""
    if by not in (EXECUTORS, DRIVER):
        raise ValueError("by: It is one of: executors, driver.")
    bounds: list[tuple[str, int | None, int | None]] = [
        ("limit", limit, None),
        ("sample", sample, MOST_SAMPLE),
        ("parts", parts, tasks.MOST_TASKS),
        ("at_once", at_once, MOST_THREADS),
    ]
    for name, value, most in bounds:
        right = "1 or more" if most is None else f"1 to {most}"
        if value is not None and (
            isinstance(value, bool)
            or not isinstance(value, int)
            or value < 1
            or (most is not None and value > most)
        ):
            raise ValueError(f"{name}: Give a number, {right}.")
    if limit is not None and sample is not None:
        raise ValueError("limit: A sample is drawn from everything: give one of limit and sample.")


def _master(session: Session) -> str | None:
    """Of a session whose driver is in this process."""
    return str(session.context.master) if isinstance(session, JvmSession) else None


def _runner(
    session: Session, location: S3Location, by: str, parts: int | None, at_once: int
) -> tuple[Runner, str, list[str]]:
    """Who looks; who that is, and why it is not whom the user wanted."""
    # The keys of a directory bucket are in no order, so they cannot be cut into ranges.
    if location.bucket.endswith("--x-s3"):
        raise AuditError(
            "A directory bucket lists its objects in no order, and has one key for all of them: "
            "its settings say it."
        )
    if isinstance(session, JvmSession) and tasks.reads_with_s3a(session):
        return tasks.JavaRunner(session, location, by == EXECUTORS, parts), by, []
    notes = []
    if by == EXECUTORS:
        reason = "Spark Connect has no" if session.kind == "connect" else "This Spark has no"
        notes = [
            f"The driver looked, with boto3: {reason} S3A of its own here, which executors read with."
        ]
    return boto_runner.runner(session.hadoop_conf(), location, at_once), DRIVER, notes


def _result(
    location: S3Location,
    job: Job,
    engine: Engine,
    read_by: str,
    by: str,
    notes: list[str],
    file: Any,
) -> LargeAudit:
    totals = engine.totals
    if not totals.listed and not totals.markers:
        raise ValueError(f"path: Nothing is stored under {location.text()}.")
    if totals.folded:
        notes = [
            *notes,
            "There are more folders than are told apart: some are counted as part of theirs.",
        ]
    if file is None and totals.differ > len(totals.objects):
        notes = [*notes, f"The first {len(totals.objects)} that differ are named."]
    sample = None
    if job.sample:
        what = "version" if job.versions else "object"
        how = (
            f"each {what} had the same chance, whatever its name or age: those whose SHA-256 of seed "
            f"and name is smallest (seed {job.seed})."
        )
        sample = {"size": totals.checked, "of": totals.listed, "seed": job.seed, "how": how}
    return LargeAudit(
        path=location.text(),
        checked=totals.checked,
        limit=job.limit or 0,
        complete=engine.complete,
        counts=totals.counts(job.versions),
        objects=totals.objects,
        read_by=read_by,
        by=by,
        executors=tuple(sorted(totals.executors)),
        listed=totals.listed,
        differ=totals.differ,
        folders=totals.tree(),
        versions=job.versions,
        markers=totals.markers,
        sample=sample,
        file=None if file is None else str(file),
        notes=tuple(notes),
        seconds=engine.seconds,
    )
