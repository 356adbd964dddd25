"""Which objects belong to which write, by their path and time.

Pure. Must not know: Spark, how objects are listed, what their headers say.
"""

from typing import List, NamedTuple, Optional, Tuple

from ...sentences import say
from ...state import Armed
from ..reading.location import S3Location

#: Seconds by which the clock of S3 may differ from this machine's.
SKEW = 120.0
#: An object: (path, bytes or None for unknown, seconds since 1970).
Row = Tuple[str, Optional[int], float]


class Write(NamedTuple):
    """One path that one execution wrote to. began, ended: seconds since 1970.

    armed: what was armed while it ran; None for nothing, or if it changed; maybe: whether it
    may have written nothing there; moved: whether it moved files there, which keep their keys.
    Then a sample says nothing of the others, and armed is what was armed at its end; moves: numbers
    of the renames that it stands for; file: whether the location is one object; directly: whether
    only what is directly in the folder is meant; files: the addresses of all objects, if they are
    known; strict: whether there may be objects of others, so that the time decides in any case;
    later: seconds after its end in which objects may still be stored.
    """

    execution: int
    location: S3Location
    began: float
    ended: float
    armed: Optional[Armed]
    maybe: bool = False
    moved: bool = False
    moves: Tuple[int, ...] = ()
    file: bool = False
    directly: bool = False
    files: Tuple[str, ...] = ()
    strict: bool = False
    later: float = 0.0


def is_due(armed: Optional[Armed]) -> bool:
    """Whether there was a profile to compare objects with."""
    return armed is not None and armed.profile is not None


def armed_at(timeline: List[Armed], moment: float) -> Optional[Armed]:
    """What was armed then; Java's clock gives whole milliseconds."""
    found = [armed for armed in timeline if armed.since - 0.002 <= moment]
    return found[-1] if found else None


def mine(write: Write, writes: List[Write], near: List[Row]) -> Tuple[List[Row], Optional[str]]:
    """The objects of this write that cannot be of a write with other settings."""
    own = [row for row in near if _within(write, row[2])]
    others = [
        one
        for one in writes
        if one.armed is not write.armed and _overlap(one.location, write.location)
    ]
    if not (own or write.strict) and not any(
        other.began - SKEW <= write.ended and write.began <= other.ended + SKEW for other in others
    ):
        own = near  # the clock of S3 is not this machine's
    found = [row for row in own if not any(_within(other, row[2]) for other in others)]
    if len(found) < len(own):
        number = len(own) - len(found)
        omitted = say(
            "%1 objects may come from a write with other settings and were left out.", number
        )
        return found, omitted
    return found, None if found else say("None of its objects were found.")


def near(write: Write, row: Row) -> bool:
    """Whether an object may be of a write, whatever the clock of S3 says."""
    if write.directly and row[0].split("/", 3)[3].rpartition("/")[0] != write.location.path[1:]:
        return False
    return write.began - SKEW <= row[2] <= write.ended + SKEW


def _within(write: Write, modified: float) -> bool:
    """Whether an object may be of a write; S3 gives whole seconds."""
    return int(write.began) <= modified <= write.ended + write.later


def _overlap(one: S3Location, other: S3Location) -> bool:
    if one.bucket != other.bucket:
        return False
    first, second = one.path + "/", other.path + "/"
    return first.startswith(second) or second.startswith(first)


def spread(rows: List[Row], count: int) -> List[Row]:
    """A sample of `count` rows from the whole list, since each executor's objects are adjacent."""
    if len(rows) <= count:
        return rows
    return [rows[int(number * len(rows) / count)] for number in range(count)]
