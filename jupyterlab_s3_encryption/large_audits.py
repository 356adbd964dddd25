"""The function that audits what is stored: a part of it as the panel does, or all of it, of any size.

Must not know: S3, Spark.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import stored
from .audits.errors import AuditError
from .large import requests
from .large.engine import Progress
from .large.result import LargeAudit

#: The names of the package that are here.
__all__ = ["AuditError", "LargeAudit", "audit"]

RANDOM = "random"
#: Its name in the magic.
ACTION = "audit"


def audit(
    path: str,
    limit: int | None = None,
    sample: str = "first",
    *,
    by: str | None = None,
    versions: bool = False,
    seed: str | None = None,
    parts: int | None = None,
    at_once: int | None = None,
    file: str | Path | None = None,
    progress: bool | Callable[[Progress], None] = False,
) -> stored.Audit:
    """Counts what is stored under a path, by method and key.

    path: an address like s3://BUCKET/FOLDER; limit: how many objects at most, 1,000 if you give
    nothing more; sample: "first" (in S3's order), "newest" or "random".

    With by, versions, file or sample="random" the result is a LargeAudit, with counts per folder, and there
    is no limit unless you give one. by: "executors" lets Spark's executors list and read, "driver"
    only this process; versions: old versions too; file: a new file for all objects that are not as
    wanted, CSV or .jsonl. Of sample="random", limit is how many are drawn (1,000), from
    everything; seed: draws the same ones again. parts: tasks at once, at most; at_once: requests at
    once in each process (32); progress: True for a line of text, or a function.

    Raises ValueError for invalid arguments, FileExistsError, and EncryptionError or AuditError if
    S3 refuses access.
    """
    drawn = sample == RANDOM
    large = by is not None or versions or file is not None or drawn
    if not large:
        if parts is not None or at_once is not None or seed is not None:
            raise ValueError('by: Give "executors" or "driver" with parts, at_once and seed.')
        return stored.audit(path, 1000 if limit is None else limit, sample)
    if sample not in ("first", RANDOM):
        raise ValueError("sample: It is one of: first, random (newest without by, versions, file).")
    line = _Line()
    shown = progress if callable(progress) else line.show if progress else None
    try:
        return requests.audit(
            path,
            by=by or requests.DRIVER,
            versions=versions,
            limit=None if drawn else limit,
            sample=(1000 if limit is None else limit) if drawn else None,
            seed=seed,
            parts=parts,
            at_once=requests.THREADS if at_once is None else at_once,
            file=file,
            progress=shown,
        )
    finally:
        line.end()


class _Line:
    """One line of text that is written over and over."""

    def __init__(self) -> None:
        self._used = False
        self._next = 0.0

    def show(self, now: Progress) -> None:
        if time.monotonic() >= self._next:
            rate = now.listed / now.seconds if now.seconds else 0.0
            text = f"{now.listed} objects, {now.differ} differ, {rate:.0f} a second"
            sys.stdout.write(f"\r{text:<78}")
            sys.stdout.flush()
            self._used, self._next = True, time.monotonic() + 1.0

    def end(self) -> None:
        if self._used:
            sys.stdout.write("\n")
