"""Where the user wrote over Spark Connect: by the server's record of the SQL executions of one's own
sessions.

As sources.py. What executions of others wrote is not looked at. Must not know: how objects are
listed, what their headers say.
"""

from typing import TYPE_CHECKING, Dict, Iterator, List, Optional, Tuple

from ...checks import claims
from ...sentences import say
from ...spark.connect import server
from ...spark.sessions import SCHEMES, Session
from ...state import Armed, Server, State
from ..reading.location import S3Location
from . import matching, unseen, write_targets
from .matching import Write

if TYPE_CHECKING:
    from ...foreign import ServerRecords

#: How many writes are remembered.
MOST = 2000
#: Checks after which an execution without an end is given up.
_ATTEMPTS = 20


class Sources:
    """What the sessions of this kernel wrote. writes: all that is known of."""

    def __init__(self, blind: unseen.Unseen) -> None:
        self.writes: List[Write] = []
        self._unseen = blind
        self._next = 0
        #: Executions that have not ended -> how often they were checked.
        self._open: Dict[int, int] = {}
        self._behind = False

    def unfinished(self) -> bool:
        """Whether an execution had not ended, or may not have been listed, at the last check."""
        return bool(self._open) or self._behind

    def steps(self, state: State, every: List[Session], queue: List[Write]) -> Iterator[None]:
        """Adds to a queue what was written since the last time and is to be checked."""
        more = True
        while more:
            begin = min([self._next, *self._open])
            records = server.after_cells(state, every, begin)
            yield
            if records is None:
                return
            self._lost(state, records)
            known = state.server.began if state.server is not None else []
            idle = state.server is not None and _is_idle(state.server)
            listed = {row[0] for row in records["executions"]}
            # Those that turned out to be of others are not listed any more.
            for number in [one for one in self._open if one < records["next"]]:
                if number not in listed:
                    del self._open[number]
            for number, began, ended, whose, plan in records["executions"]:
                if number < self._next and number not in self._open:
                    continue
                armed = _armed_at(known, number, ended)
                if ended is None:
                    self._again(number, armed, idle)
                    continue
                self._open.pop(number, None)
                if plan:
                    times = (began / 1000.0, ended / 1000.0)
                    queue += self._written(state, number, times, whose, plan, armed)
            self._behind = not records["settled"]
            more = records["next"] <= records["last"] and records["next"] > begin
            self._next = max(self._next, records["next"])

    def _lost(self, state: State, records: "ServerRecords") -> None:
        """Executions that the server has forgotten; whose they were is not known."""
        lost = records["first"] - self._next
        if self._next == 0:
            # Those of before anything was armed are nobody's concern.
            numbers = (
                [number for number, _, _ in state.server.began] if state.server is not None else []
            )
            lost = records["first"] - 1 - numbers[0] if numbers else 0
        if lost > 0:
            self._unseen.add(unseen.GONE, state.timeline[-1:], lost)

    def _again(self, number: int, armed: Optional[Armed], idle: bool) -> None:
        """Counts a check of an execution without an end, if nothing runs any more."""
        attempts = self._open.pop(number, 0) + (1 if idle else 0)
        if attempts >= _ATTEMPTS:
            self._unseen.add(unseen.LOST, [armed])
        else:
            self._open[number] = attempts

    def _written(
        self,
        state: State,
        number: int,
        times: Tuple[float, float],
        whose: str,
        plan: str,
        armed: Optional[Armed],
    ) -> List[Write]:
        """The paths of an execution to check."""
        wrote = write_targets.targets(plan)
        if not whose:
            if wrote.paths or wrote.tables or wrote.others or wrote.unclear:
                self._unseen.add(unseen.WHOSE, [armed])
            return []
        if wrote.unclear is not None:
            self._unseen.add(wrote.unclear, [armed])
        for name in wrote.tables + wrote.others:
            self._unseen.name(unseen.TABLE, name, [armed])
        for name in wrote.moved if armed in state.timeline[-1:] else ():
            why = say("Spark Connect does not say where the files of a table are.")
            claims.not_read(state, name, why)
        for name in wrote.partitioned:
            self._unseen.name(unseen.PARTITIONS, name, [armed])
        new = []
        for path in wrote.paths:
            location = S3Location.parse(path)
            if location is not None:
                new.append(Write(number, location, times[0], times[1], armed))
            elif path.split(":", 1)[0] in SCHEMES:
                self._unseen.name(unseen.ADDRESS, path, [armed])
        self.writes = (self.writes + new)[-MOST:]
        return [one for one in new if matching.is_due(one.armed)]


def _is_idle(found: Server) -> bool:
    return found.answer is not None and found.answer["jobs"] == 0


def _armed_at(
    known: List[Tuple[int, int, Armed]], number: int, ended: Optional[int]
) -> Optional[Armed]:
    """What was armed while an execution ran, None if that changed; the clock is the server's.

    Which began after a change is told by its number, which needs no clock.
    """
    before = [armed for last, _, armed in known if last < number]
    later = [now for last, now, _ in known if last >= number]
    if not before or (ended is not None and any(now <= ended for now in later)):
        return None
    return before[-1]
