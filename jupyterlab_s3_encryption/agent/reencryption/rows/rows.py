"""The objects of a plan that are not as wanted, on disk: as lines of JSON, which a journal has too.

Must not know: S3, what becomes of an object.
"""

import json
import threading
from typing import BinaryIO, Iterable, Iterator, NamedTuple, Optional

from ...shapes import JsonObject
from ..facts import Facts, as_row, from_row
from ..ways import Decision, Target, decide
from .numbers import Numbers, temporary
from .totals import Totals

#: How the line of an object begins.
OBJECT = b'{"object":'
#: Lines that are read at once by who goes through all of them, and bytes that are copied at once.
_LINES, _BLOCK = 500, 1024**2


class Row(NamedTuple):
    """One object, and what is decided about it."""

    facts: Facts
    decision: Decision


class Rows:
    """Rows by their numbers. Many threads may read them, once one has added them all."""

    def __init__(self, target: Target, file: Optional[BinaryIO] = None, begin: int = 0) -> None:
        """file: one with rows from a place on, which `index` finds; by default a new one."""
        self.target = target
        self._file = file or temporary()
        self._begin = self._end = begin
        self._starts = Numbers()
        self._count = 0
        self._totals = {True: Totals(), False: Totals()}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Row:
        if not 0 <= number < self._count:
            raise IndexError(number)
        with self._lock:
            self._file.seek(self._starts[number])
            line = self._file.readline()
        return self._row(line)

    def __iter__(self) -> Iterator[Row]:
        place, left = self._begin, self._count
        while left:
            with self._lock:
                self._file.seek(place)
                lines = [self._file.readline() for _ in range(min(left, _LINES))]
            left -= len(lines)
            place += sum(map(len, lines))
            for line in lines:
                yield self._row(line)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other))

    # Rows are added to.
    __hash__ = None  # type: ignore[assignment]

    def totals(self, update: bool = True) -> Totals:
        """What they come to in a store that knows UpdateObjectEncryption, or that does not."""
        return self._totals[update]

    def add(self, facts: Facts, decision: Decision, uploading: bool = False) -> None:
        """One row more. uploading: whether somebody is uploading the object in parts."""
        row: JsonObject = {"object": as_row(facts)}
        if uploading:
            row["uploading"] = True
        line = json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"
        with self._lock:
            self._file.seek(self._end)
            self._file.write(line)
            self._count_in(Row(facts, decision), len(line))

    def index(self) -> None:
        """Finds the rows that the file has. Raises ValueError and TypeError if it has other things."""
        with self._lock:
            self._file.seek(self._begin)
            for line in iter(self._file.readline, b""):
                if not line.endswith(b"\n"):
                    return
                if not line.startswith(OBJECT):
                    return
                self._count_in(self._row(line), len(line))

    def blocks(self) -> Iterable[bytes]:
        """The lines as they are, in blocks."""
        place = self._begin
        while place < self._end:
            with self._lock:
                self._file.seek(place)
                block = self._file.read(min(_BLOCK, self._end - place))
            place += len(block)
            yield block

    def _row(self, line: bytes) -> Row:
        row = json.loads(line)
        facts = from_row(row["object"])
        return Row(facts, decide(facts, self.target, bool(row.get("uploading"))))

    def _count_in(self, row: Row, length: int) -> None:
        self._starts[self._count] = self._end
        self._count += 1
        self._end += length
        for update, totals in self._totals.items():
            way = row.decision.by(update)
            totals.add(row.facts, way, row.decision.why_not(update) if way is None else "")
