"""Where S3A was asked to write by whomever, as the sealed file systems of the driver noted it.

So RDDs, streams, models and tables are seen, of which Spark SQL has no command or hides it. Must not
know: how objects are listed, what their headers say.
"""

import time
from typing import Dict, List, NamedTuple, Optional, Tuple

from ...shapes import SparkContext
from ...spark import filesystems, java_classes
from ...state import Armed
from ..reading.location import S3Location
from . import matching, write_targets
from .matching import Write

#: Numbers of writes that are no executions of Spark SQL and no renames.
_FIRST = -1000000
_DIRECTLY, _ITSELF = "c", "f"
#: Seconds after which what a file system was asked to write is stored.
_LATER = 5.0


class Found(NamedTuple):
    """writes: to check; sealed: whether all that S3A writes on the driver is noted; lost: whether
    places were too many to remember; unnamed: addresses that are not understood, each with what was
    armed when it was first and last written to.
    """

    writes: List[Write]
    sealed: bool
    lost: bool
    unnamed: List[Tuple[str, List[Optional[Armed]]]]


class Places:
    """The places of one application."""

    def __init__(self) -> None:
        self._numbers: List[int] = []
        #: Address and begin of a profile -> since when it is written to.
        self._since: Dict[Tuple[str, float], float] = {}

    def found(self, timeline: List[Armed], context: SparkContext, known: List[Write]) -> Found:
        """What was written since the last time, but for what is part of known writes.

        Raises what py4j raises.
        """
        if not java_classes.are_loaded(context):
            return Found([], False, False, [])
        answer = java_classes.places(context, self._numbers)
        now = time.time()
        self._numbers = []
        log = filesystems.event_log_folder(context)
        writes: List[Write] = []
        folders: List[Write] = []
        unnamed: List[Tuple[str, List[Optional[Armed]]]] = []
        for place in answer["places"]:
            if isinstance(place, str):
                continue
            number, began, ended, kind, address, only_made = place
            self._numbers.append(number)
            if write_targets.CANARY in address or _below(address, log):
                continue
            location = S3Location.parse(address)
            if location is None:
                moments = (began / 1000.0, ended / 1000.0)
                armed = [matching.armed_at(timeline, moment) for moment in moments]
                unnamed.append((address, armed))
                continue
            write = Write(_FIRST - number, location, began / 1000.0, ended / 1000.0, None, True)
            directly = kind == _DIRECTLY
            write = write._replace(
                file=kind == _ITSELF, directly=directly, strict=directly or only_made
            )
            due = matching.is_due(matching.armed_at(timeline, write.began))
            if due and not _is_part(write, known):
                (folders if only_made else writes).append(self._timed(write, timeline, now))
        # What is in a folder that was made is known by what was written there.
        writes += [
            made
            for made in folders
            if not any(_is_below(one, made) for one in (*known, *writes) if one.ended >= made.began)
        ]
        return Found(writes, answer["sealed"], "" in answer["places"], unnamed)

    def _timed(self, write: Write, timeline: List[Armed], now: float) -> Write:
        """A place with what was armed, and with the time in which objects were stored there."""
        armed = matching.armed_at(timeline, write.began)
        after = matching.armed_at(timeline, write.ended)
        began = write.began
        if armed is not None and not write.file and not write.directly:
            # What a stream, or executors, stored between two of these belongs to it, too.
            began = self._since.setdefault((write.location.text(), armed.since), began)
        return write._replace(
            began=began,
            # What was begun then is stored a moment later.
            later=max(0.0, min(now - write.ended, _LATER)),
            armed=armed if armed is after else None,
        )


def _below(address: str, folder: Optional[str]) -> bool:
    return folder is not None and (address + "/").startswith(folder.rstrip("/") + "/")


def _is_part(write: Write, known: List[Write]) -> bool:
    """Whether known writes wrote to a place, or above it, all the time that it was written to."""
    covered = write.began
    for one in sorted(known, key=lambda one: one.began):
        if one.began - 1 <= covered and _is_below(write, one):
            covered = max(covered, one.ended + 1)
    return covered > write.ended


def _is_below(write: Write, folder: Write) -> bool:
    return write.location.bucket == folder.location.bucket and (
        write.location.path + "/"
    ).startswith(folder.location.path + "/")
