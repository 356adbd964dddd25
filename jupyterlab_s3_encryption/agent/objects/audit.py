"""What is stored under a path: lists it, reads headers, counts; one page for each request.

Keeps only an iterator, the counts, and entries that were not returned yet. Must not
know: how a header is read, requests, reports.
"""

import collections
import heapq
import threading
import time
import uuid
from typing import TYPE_CHECKING, Deque, Dict, Iterator, List, Optional, Tuple

from ..checks import claims
from ..shapes import Profile
from ..spark.sessions import Session
from . import verdicts
from .reading.headers import Listed
from .reading.java_reader import Reader
from .reading.location import S3Location
from .reading.readers import reader_of
from .work.time_sliced import TimeSliced

if TYPE_CHECKING:
    from ..shapes import AuditAnswer, AuditCount, StoredObject

LIMIT, MAX_LIMIT = 1000, 1000000
PAGE, MAX_PAGE = 200, 500
#: The largest sample of "newest", which keeps so many names while it lists everything.
MAX_NEWEST = 10000
#: Seconds of a kernel's time for one answer.
SECONDS = 0.8
#: Objects that are listed and read in the first step, and in each later one. The first is small
#: because the user waits for it; the later ones are large because S3 idles between two steps.
FIRST, STEP = 240, 1000


class Audit:
    """One audit. token: identifies it in later requests."""

    def __init__(
        self,
        session: Session,
        location: S3Location,
        profile: Optional[Profile],
        limit: int,
        sample: str,
    ) -> None:
        self.token = uuid.uuid4().hex
        self.location = location
        self.limit = limit
        self.seen = 0
        self.checked = 0
        self.complete = False
        self.read_by: Optional[str] = None
        self._choice = verdicts.choice_of(profile, location.bucket)
        self._ready: "Deque[StoredObject]" = collections.deque()
        #: A step may be under way while an answer is made.
        self._lock = threading.Lock()
        self._counts: Dict[Tuple[Optional[str], Optional[str], Optional[str]], List[int]] = {}
        steps = self._newest(session) if sample == "newest" else self._first(session)
        self._work = TimeSliced(session.context, steps)

    @property
    def failure(self) -> Optional[BaseException]:
        """What ended it early."""
        return self._work.failure

    def answer(self, page: int) -> "AuditAnswer":
        """Works for a while, and returns the entry of the report."""
        began = time.monotonic()
        self._work.go(began + SECONDS, lambda: len(self._ready) >= page)
        with self._lock:
            given = [self._ready.popleft() for _ in range(min(page, len(self._ready)))]
            given.sort(key=lambda entry: verdicts.ORDER.index(entry["verdict"]))
            over = self._work.done and not self._ready
            return {
                "token": None if over else self.token,
                "path": self.location.text(),
                "seen": self.seen,
                "checked": self.checked,
                "limit": self.limit,
                "complete": self.complete and over,
                "counts": self._count_rows(),
                "objects": given,
                "readBy": self.read_by,
                "elapsed": round((time.monotonic() - began) * 1000, 2),
            }

    def close(self) -> None:
        """Ends it and frees what it uses."""
        self._work.close()

    def _count_rows(self) -> "List[AuditCount]":
        """The counts, problems first."""
        rows: "List[AuditCount]" = [
            {
                "algorithm": algorithm,
                "keyId": key,
                "verdict": verdict,
                "objects": count[0],
                "bytes": count[1],
            }
            for (algorithm, key, verdict), count in self._counts.items()
        ]
        return sorted(rows, key=lambda row: verdicts.place(row["verdict"], row["objects"]))

    def _first(self, session: Session) -> Iterator[None]:
        """The objects in the order in which S3 lists them."""
        reader = reader_of(session, self.location)
        try:
            listing = reader.listing(self.location.text())
            yield
            left = self.limit
            while left > 0:
                count = min(STEP if self.checked else FIRST, left)
                found = reader.take(listing, count)
                self.seen += len(found.rows)
                self._check(reader, found)
                left -= len(found.rows)
                yield
                if len(found.rows) < count:
                    self.complete = True
                    return
            self.complete = not reader.take(listing, 1).rows
        finally:
            reader.close()

    def _newest(self, session: Session) -> Iterator[None]:
        """The newest objects: everything is listed before the first header is read."""
        reader = reader_of(session, self.location)
        try:
            listing = reader.listing(self.location.text())
            yield
            newest: List[Tuple[float, str, int]] = []
            found = reader.take(listing, STEP)
            while found.rows:
                self.seen += len(found.rows)
                for path, size, modified in found.rows:
                    heapq.heappush(newest, (modified, path, size))
                    if len(newest) > self.limit:
                        heapq.heappop(newest)
                yield
                found = reader.take(listing, STEP)
            newest.sort(reverse=True)
            for begin in range(0, len(newest), STEP):
                part = newest[begin : begin + STEP]
                paths = reader.paths([path for _, path, _ in part])
                rows = [(path, size, modified) for modified, path, size in part]
                self._check(reader, Listed(paths, rows))
                yield
            self.complete = self.checked == self.seen
        finally:
            reader.close()

    def _check(self, reader: Reader, found: Listed) -> None:
        headers = reader.headers(found.paths)
        with self._lock:
            for (path, size, modified), header in zip(found.rows, headers):
                entry = verdicts.entry(path, size, claims.moment(modified), header, self._choice)
                name = (entry["algorithm"], entry["keyId"], entry["verdict"])
                count = self._counts.setdefault(name, [0, 0])
                count[0] += 1
                count[1] += size
                self._ready.append(entry)
                self.checked += 1
            self.read_by = reader.read_by
