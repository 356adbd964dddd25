"""The file of a re-encryption: its plan, and what became of each object; a line of JSON for each.

A process that is killed leaves all lines but its last one whole. The plan is in it, so that another
process can go on. No key of SSE-C is ever in it. Must not know: S3, how an object is changed.
"""

import contextlib
import json
import os
import threading
import time
import weakref
from typing import TYPE_CHECKING, BinaryIO, Dict, Iterator, List, NamedTuple, Optional, Set

from ..objects.reading.location import S3Location
from ..sentences import say
from ..shapes import JsonObject
from .plans import Plan
from .rows.numbers import Numbers
from .rows.rows import OBJECT, Rows
from .store import Settings
from .ways import MULTIPART, Target

if TYPE_CHECKING:
    from typing import TypedDict  # novm

    from ..shapes import Rule

    class TargetRow(TypedDict):
        """A target."""

        choice: Rule
        bucket_key: bool
        delta_log: bool
        copy_limit: int

    class PlanRow(TypedDict):
        """What the first line of a journal says of its plan; rows: how many objects follow."""

        format: int
        location: List[str]
        target: TargetRow
        settings: List[Optional[bool]]
        versions: bool
        made: float
        seen: int
        wanted: int
        notes: List[str]
        rows: int


FORMAT = 1
#: What becomes of an object. BEGUN: somebody has begun and not ended.
BEGUN, DONE, LEFT, FAILED = "begun", "done", "left", "failed"
#: As a byte says them.
_STATES = (None, BEGUN, DONE, LEFT, FAILED)
#: Seconds between two times that lines are forced onto the disk.
_SYNC = 1.0


class JournalError(Exception):
    """A file is no journal, or it is not one of this plan, or somebody uses it; the message says which."""


class Entry(NamedTuple):
    """What is known of an object. way: in which it was begun; proof: how the bytes are known to be
    the same; upload: the id of a copy in parts that was begun and may not have ended."""

    state: str
    way: Optional[str] = None
    reason: Optional[str] = None
    proof: Optional[str] = None
    upload: Optional[str] = None


class Journal:
    """A journal that is open for writing. What is known of each object stays in its file.

    counts: state -> how many; uploads: number of a row -> a copy in parts that has not ended;
    starting: rows of which it is not known whether such a copy has begun; parts_left: keys of which
    parts may be left; probe: the key of an object of ours that may still be there.
    """

    def __init__(self, path: str, plan: Plan) -> None:
        """Opens a file for this plan, a new one or one with the same plan. Raises JournalError."""
        self.path = path
        self.counts: Dict[str, int] = {}
        self.uploads: Dict[int, str] = {}
        self.starting: Set[int] = set()
        self.parts_left: Set[str] = set()
        self.probe: Optional[str] = None
        # A byte for each object, and the place of its last line.
        self._states = bytearray(len(plan.rows))
        self._places = Numbers()
        self._lock = threading.Lock()
        self._synced = time.monotonic()
        new = not os.path.exists(path) or not os.path.getsize(path)
        if new:
            save(path, plan)
        self._file = open(path, "r+b")  # noqa: SIM115 - until close
        try:
            _lock_file(self._file.fileno())
            self._read(plan)
            # What became of objects is asked for after the end of a run too.
            self._reader = open(path, "rb")  # noqa: SIM115 - as long as the journal
        except BaseException:
            self._file.close()
            raise
        weakref.finalize(self, self._reader.close)

    def state(self, number: int) -> Optional[str]:
        """What became of an object so far; None if it was not begun."""
        return _STATES[self._states[number]]

    def entry(self, number: int) -> Optional[Entry]:
        """All that is known of an object; None if it was not begun."""
        if not self._states[number]:
            return None
        with self._lock:
            self._reader.seek(self._places[number])
            row = json.loads(self._reader.readline())
        row.pop("row")
        return Entry(**row)

    def write(self, number: int, entry: Entry) -> None:
        """Keeps what became of an object."""
        row = {name: value for name, value in entry._asdict().items() if value is not None}
        with self._lock:
            self._keep(number, entry, self._end)
            self._line(dict(row, row=number))

    def write_probe(self, key: Optional[str]) -> None:
        """Keeps that an object of ours is about to be written; None: that it is removed."""
        with self._lock:
            self.probe = key
            self._line({"probe": key})

    def write_parts(self, key: str) -> None:
        """Keeps that parts of an object may be left."""
        with self._lock:
            if key not in self.parts_left:
                self.parts_left.add(key)
                self._line({"parts": key})

    def close(self) -> None:
        """Forces everything onto the disk and closes the file; entries can still be read."""
        with self._lock:
            if not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()

    def _keep(self, number: int, entry: Entry, place: int) -> None:
        before = self.state(number)
        if before is not None:
            self.counts[before] -= 1
        self._states[number] = _STATES.index(entry.state)
        self._places[number] = place
        self.counts[entry.state] = self.counts.get(entry.state, 0) + 1
        self.uploads.pop(number, None)
        self.starting.discard(number)
        if entry.upload is not None and entry.state != DONE:
            self.uploads[number] = entry.upload
        elif entry.state == BEGUN and entry.way == MULTIPART:
            self.starting.add(number)

    def _line(self, row: JsonObject) -> None:
        line = _line(row)
        self._file.write(line)
        self._file.flush()
        self._end += len(line)
        now = time.monotonic()
        if now - self._synced > _SYNC:
            os.fsync(self._file.fileno())
            self._synced = now

    def _read(self, plan: Plan) -> None:
        """Reads what became of the objects, and cuts off a line that is not whole."""
        self._end = 0
        for line in _lines(self._file):
            if self._end == 0 and _head(line) != json.loads(_line(_plan_row(plan)))["plan"]:
                raise JournalError(say("The journal %1 is of another plan.", self.path))
            if self._end and not line.startswith(OBJECT):
                try:
                    self._take(line)
                except (AttributeError, IndexError, TypeError, ValueError) as error:
                    raise JournalError(
                        say("%1 is no journal of a re-encryption.", self.path)
                    ) from error
            self._end += len(line)
        if self._end == 0:
            raise JournalError(say("This file is no journal of a re-encryption."))
        self._file.seek(self._end)
        self._file.truncate()

    def _take(self, line: bytes) -> None:
        row = json.loads(line)
        if "state" in row:
            number = int(row.pop("row"))
            self._keep(number, Entry(**row), self._end)
        elif "probe" in row:
            self.probe = row["probe"]
        elif "parts" in row:
            self.parts_left.add(row["parts"])


def save(path: str, plan: Plan) -> None:
    """Writes a plan into a new file, whole or not at all. Raises JournalError if there is one."""
    if os.path.exists(path) and os.path.getsize(path):
        raise JournalError(say("There is a file %1 already.", path))
    part = "%s.%d.part" % (path, os.getpid())
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_line(_plan_row(plan)))
            for block in plan.rows.blocks():
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(part)
        raise


def read_plan(path: str) -> Plan:
    """The plan in a journal. Raises JournalError, and OSError if it cannot be read."""
    file = open(path, "rb")  # noqa: SIM115 - as long as its rows
    try:
        first = next(_lines(file), b"")
        head = _head(first)
        rows = Rows(Target(**head["target"]), file, len(first))
        rows.index()
        plan = Plan(
            S3Location._make(head["location"]),
            rows.target,
            bool(head["versions"]),
            Settings._make(head["settings"]),
            float(head["made"]),
            int(head["seen"]),
            int(head["wanted"]),
            rows,
            list(head["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        file.close()
        raise JournalError(say("%1 is no journal of a re-encryption.", path)) from error
    except BaseException:
        file.close()
        raise
    weakref.finalize(rows, file.close)
    if len(rows) != head["rows"]:
        raise JournalError(say("The plan in %1 is not whole.", path))
    return plan


def _plan_row(plan: Plan) -> JsonObject:
    kept = {name: getattr(plan, name) for name in ("versions", "made", "seen", "wanted", "notes")}
    more = {
        "format": FORMAT,
        "location": list(plan.location),
        "target": dict(plan.target._asdict(), choice=dict(plan.target.choice)),
        "settings": list(plan.settings),
        "rows": len(plan.rows),
    }
    return {"plan": {**kept, **more}}


def _head(line: bytes) -> "PlanRow":
    """The first line of a journal; raises JournalError if it is none."""
    try:
        row = json.loads(line)
        plan: "PlanRow" = row["plan"]
        known = plan["format"] == FORMAT
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(say("This file is no journal of a re-encryption.")) from error
    if not known:
        raise JournalError(say("This journal was written by another version."))
    return plan


def _line(row: JsonObject) -> bytes:
    # In ASCII: a line that was cut off can always be read.
    return json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file that are whole; a process that was killed leaves a last one that is not."""
    for line in iter(file.readline, b""):
        if not line.endswith(b"\n"):
            return
        yield line


def _lock_file(number: int) -> None:
    """Keeps another process from the same file, where the system can; raises JournalError."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise JournalError(say("Another run is using this journal.")) from error
