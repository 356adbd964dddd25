"""The file of a re-encryption: its plan, and what became of each object; a line of JSON for each.

A process that is killed leaves all lines but its last one whole. The plan is in it, so that another
process can go on. No key of SSE-C is ever in it. Must not know: S3, how an object is changed.
"""

import contextlib
import json
import os
import threading
import time
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, TextIO

from ..objects.reading.location import S3Location
from ..sentences import say
from ..shapes import JsonObject
from .facts import as_row, from_row
from .plans import Plan, Row
from .store import Settings
from .ways import Target, decide

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
#: Seconds between two times that lines are forced onto the disk.
_SYNC = 1.0


class JournalError(Exception):
    """A file is no journal, or it is not one of this plan, or somebody uses it; the message says which."""


class Entry(NamedTuple):
    """What is known of an object. way: in which it was begun; proof: how the bytes are known to be
    the same; upload: the id of a copy in parts that was begun."""

    state: str
    way: Optional[str] = None
    reason: Optional[str] = None
    proof: Optional[str] = None
    upload: Optional[str] = None


class Journal:
    """A journal that is open for writing; entries: by the number of the plan's row.

    counts: state -> how many; probe: the key of an object of ours that may still be there.
    """

    def __init__(self, path: str, plan: Plan) -> None:
        """Opens a file for this plan, a new one or one with the same plan. Raises JournalError."""
        self.path = path
        self.entries: Dict[int, Entry] = {}
        self.counts: Dict[str, int] = {}
        self.probe: Optional[str] = None
        self._lock = threading.Lock()
        self._synced = time.monotonic()
        new = not os.path.exists(path) or not os.path.getsize(path)
        if new:
            save(path, plan)
        self._file = open(path, "r+", encoding="ascii", errors="replace", newline="\n")  # noqa: SIM115 - until close
        try:
            _lock_file(self._file.fileno())
            self._read(plan)
        except BaseException:
            self._file.close()
            raise

    def write(self, number: int, entry: Entry) -> None:
        """Keeps what became of an object."""
        row = {name: value for name, value in entry._asdict().items() if value is not None}
        with self._lock:
            self._keep(number, entry)
            self._line(dict(row, row=number))

    def write_probe(self, key: Optional[str]) -> None:
        """Keeps that an object of ours is about to be written; None: that it is removed."""
        with self._lock:
            self.probe = key
            self._line({"probe": key})

    def close(self) -> None:
        """Forces everything onto the disk and closes the file."""
        with self._lock:
            if not self._file.closed:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()

    def _keep(self, number: int, entry: Entry) -> None:
        before = self.entries.get(number)
        if before is not None:
            self.counts[before.state] -= 1
        self.entries[number] = entry
        self.counts[entry.state] = self.counts.get(entry.state, 0) + 1

    def _line(self, row: JsonObject) -> None:
        self._file.write(_line(row))
        self._file.flush()
        now = time.monotonic()
        if now - self._synced > _SYNC:
            os.fsync(self._file.fileno())
            self._synced = now

    def _read(self, plan: Plan) -> None:
        """Reads what became of the objects, and cuts off a line that is not whole."""
        whole = 0
        lines = _lines(self._file)
        if _head(next(lines, "")) != json.loads(_line(_plan_row(plan)))["plan"]:
            raise JournalError(say("The journal %1 is of another plan.", self.path))
        self._file.seek(0)
        for line in _lines(self._file):
            whole += len(line)
            row = json.loads(line)
            if "state" in row:
                number = int(row.pop("row"))
                self._keep(number, Entry(**row))
            elif "probe" in row:
                self.probe = row["probe"]
        self._file.seek(whole)
        self._file.truncate()


def save(path: str, plan: Plan) -> None:
    """Writes a plan into a new file, whole or not at all. Raises JournalError if there is one."""
    if os.path.exists(path) and os.path.getsize(path):
        raise JournalError(say("There is a file %1 already.", path))
    part = "%s.%d.part" % (path, os.getpid())
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(_line(_plan_row(plan)))
            for row in plan.rows:
                uploading = row.decision != decide(row.facts, plan.target)
                more: JsonObject = {"uploading": True} if uploading else {}
                file.write(_line({"object": as_row(row.facts), **more}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(part)
        raise


def read_plan(path: str) -> Plan:
    """The plan in a journal. Raises JournalError, and OSError if it cannot be read."""
    with open(path, encoding="ascii", errors="replace", newline="\n") as file:
        lines = _lines(file)
        try:
            head = _head(next(lines, ""))
            target = Target(**head["target"])
            rows: List[Row] = []
            for line in lines:
                row = json.loads(line)
                if "object" not in row:
                    break
                facts = from_row(row["object"])
                rows.append(Row(facts, decide(facts, target, bool(row.get("uploading")))))
            if len(rows) != head["rows"]:
                raise JournalError(say("The plan in %1 is not whole.", path))
            return Plan(
                S3Location._make(head["location"]),
                target,
                bool(head["versions"]),
                Settings._make(head["settings"]),
                float(head["made"]),
                int(head["seen"]),
                int(head["wanted"]),
                rows,
                list(head["notes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(say("%1 is no journal of a re-encryption.", path)) from error


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


def _head(line: str) -> "PlanRow":
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


def _line(row: JsonObject) -> str:
    # In ASCII: a line that was cut off can always be read.
    return json.dumps(row, separators=(",", ":")) + "\n"


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file that are whole; a process that was killed leaves a last one that is not."""
    for line in iter(file.readline, ""):
        if not line.endswith("\n"):
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
