"""What was committed to Iceberg tables: the files that each snapshot added, as the table itself says.

Must not know: how headers are read, what they say.
"""

import time
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from ...spark import java_classes, jvm
from ...spark.sessions import Classic
from ...state import Armed
from ..reading.location import S3Location
from . import matching
from .matching import Write

if TYPE_CHECKING:
    from ...foreign import Committed

#: Numbers of writes that are neither executions of Spark SQL, nor renames, nor places.
_FIRST = -2000000
#: Seconds after which a snapshot that nobody here is known to have made is left alone.
_PATIENCE = 600.0


class Span(NamedTuple):
    """An execution of Spark SQL: from when to when it ran, seconds since 1970."""

    execution: int
    began: float
    ended: float


class Named(NamedTuple):
    """A table that the plan of an execution names, whose files only the table itself knows."""

    name: str
    span: Span


class Found(NamedTuple):
    """writes: to check; left: tables of plans without a snapshot; many: names of tables to which
    too many files were added to look at.
    """

    writes: List[Write]
    left: List[Named]
    many: List[str]


class Snapshots:
    """The snapshots of one application that were seen."""

    def __init__(self) -> None:
        self._seen: Set[str] = set()

    def found(
        self,
        timeline: List[Armed],
        sessions: Sequence[Classic],
        spans: List[Span],
        named: List[Named],
    ) -> Found:
        """The snapshots since the first profile that were not seen yet; never raises.

        spans: executions that ended since the last time; named: tables that their plans name.
        """
        writes: List[Write] = []
        known: List[Named] = []
        many: List[str] = []
        for session in sessions if timeline else ():
            for one in self._new(session, timeline[0].since):
                moment = one["time"] / 1000.0
                made = [name for name in named if _made(name, one["table"], moment, spans)]
                if not one["own"] and not made:
                    # Somebody else's, or a procedure's that has not ended yet.
                    if moment < time.time() - _PATIENCE:
                        self._seen.add(one["snapshot"])
                    continue
                self._seen.add(one["snapshot"])
                span = _span(spans, moment)
                armed = matching.armed_at(timeline, span.began)
                after = matching.armed_at(timeline, span.ended)
                if one["files"] is None:
                    if matching.is_due(armed) or matching.is_due(after):
                        many.append(one["table"])
                    continue
                known += made
                if matching.is_due(armed):
                    unchanged = armed if armed is after else None
                    writes += _by_bucket(one["location"], one["files"], span, unchanged)
        return Found(writes, [name for name in named if name not in known], many)

    def _new(self, session: Classic, since: float) -> "List[Committed]":
        context = session.context
        if not java_classes.are_loaded(context):
            return []
        try:
            application = jvm.application(context)
            java = session.spark._jsparkSession
            return java_classes.committed(context, java, application, since, self._seen)
        except Exception:  # noqa: BLE001 - another Iceberg: its tables are named by their plans
            return []


def _span(spans: List[Span], moment: float) -> Span:
    """The execution that made a commit at a moment, the shortest of those that may have."""
    around = [span for span in spans if span.began - 0.002 <= moment <= span.ended + 0.002]
    return min(around, key=lambda span: span.ended - span.began, default=Span(-1, moment, moment))


def _made(named: Named, table: str, moment: float, spans: List[Span]) -> bool:
    """Whether what an execution wrote to a table is what was committed to it at a moment.

    A procedure commits what executions within its own wrote.
    """
    inner = named.span
    around = [span for span in spans if span.began <= inner.began and inner.ended <= span.ended]
    return named.name.replace("`", "") == table and any(
        span.began - 0.002 <= moment <= span.ended + 0.002 for span in (inner, *around)
    )


def _by_bucket(place: str, files: List[str], span: Span, armed: Optional[Armed]) -> List[Write]:
    """A write for each bucket that files of a snapshot are in."""
    groups: Dict[Tuple[str, str], List[S3Location]] = {}
    for file in files:
        location = S3Location.parse(file)
        if location is not None:
            groups.setdefault((location.scheme, location.bucket), []).append(location)
    table = S3Location.parse(place)
    found = []
    for (scheme, bucket), group in groups.items():
        same = table is not None and table.bucket == bucket
        where = table if table is not None and same else S3Location(scheme, bucket, "")
        number = span.execution if span.execution >= 0 else _FIRST
        names = tuple(sorted(location.text() for location in group))
        found.append(Write(number, where, span.began, span.ended, armed, files=names))
    return found
