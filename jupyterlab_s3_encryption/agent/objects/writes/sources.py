"""Where the user wrote: by Spark's record of its SQL executions, by tables, and by file systems.

What is seen and cannot be looked at goes into an Unseen. Must not know: how objects are listed, what
their headers say.
"""

from typing import Dict, Iterator, List, Optional, Set, Tuple

from ...checks import inspection
from ...spark.sessions import SCHEMES, Classic, Session
from ...state import State
from ..reading.location import S3Location
from . import executions, matching, moves, places, snapshots, unseen
from .matching import Write

#: How many folders of partitions are looked at.
MAX_ELSEWHERE = 50


class Sources:
    """What one application wrote. writes: all that is known of, also what is not to be checked."""

    def __init__(self, blind: unseen.Unseen) -> None:
        self.writes: List[Write] = []
        self._unseen = blind
        self._record = executions.Record()
        #: Renames that were seen, by number and time.
        self._moves: Set[Tuple[int, float]] = set()
        self._places = places.Places()
        self._snapshots = snapshots.Snapshots()

    def unfinished(self) -> bool:
        """Whether an execution had not ended, or may not have been listed, at the last check."""
        return self._record.unfinished()

    def steps(self, state: State, every: List[Session], queue: List[Write]) -> Iterator[None]:
        """Adds to a queue what was written since the last time and is to be checked."""
        sessions = [one for one in every if isinstance(one, Classic)]
        session = sessions[0]
        spans: List[snapshots.Span] = []
        named: List[snapshots.Named] = []
        folders: Dict[str, Optional[List[str]]] = {}
        for found in self._record.steps(session):
            if isinstance(found, executions.Missing):
                before = found.before
                then = None if before is None else matching.armed_at(state.timeline, before)
                armed = state.timeline[-1:] if before is None else [then]
                kind = unseen.LOST if found.listed else unseen.GONE
                self._unseen.add(kind, armed, found.number)
            elif found is not None:
                span = snapshots.Span(found.number, found.began, found.ended)
                spans.append(span)
                named += [snapshots.Named(name, span) for name in found.wrote.others]
                queue += self._written(state, session, found, folders)
            yield
        queue += self._committed(state, sessions, spans, named)
        yield
        queue[:], others = moves.added(state.timeline, session.context, queue, self._moves)
        self._keep(others)
        yield
        queue += self._elsewhere(state, session)
        yield

    def _committed(
        self,
        state: State,
        sessions: List[Classic],
        spans: List[snapshots.Span],
        named: List[snapshots.Named],
    ) -> List[Write]:
        """What snapshots added to tables; tables that a plan names without one are named."""
        able = [one for one in sessions if inspection.has_catalogs(state, one, one.read())]
        found = self._snapshots.found(state.timeline, able, spans, named)
        for name in found.many:
            self._unseen.name(unseen.TABLE, name, state.timeline[-1:])
        for name, span in found.left:
            moments = (span.began, span.ended)
            armed = [matching.armed_at(state.timeline, moment) for moment in moments]
            self._unseen.name(unseen.TABLE, name, armed)
        self._keep(found.writes)
        return found.writes

    def _elsewhere(self, state: State, session: Classic) -> List[Write]:
        """Where file systems were asked to write beside that."""
        found = self._places.found(state.timeline, session.context, self.writes)
        self._unseen.sealed = found.sealed
        if found.lost:
            self._unseen.add(unseen.PLACES, state.timeline[-1:])
        for address, armed in found.unnamed:
            self._unseen.name(unseen.ADDRESS, address, armed)
        self._keep(found.writes)
        return found.writes

    def _keep(self, new: List[Write]) -> None:
        """Also what is not checked: its objects must not be taken for another write's."""
        self.writes = (self.writes + new)[-2 * executions.MAX_EXECUTIONS :]

    def _written(
        self,
        state: State,
        session: Classic,
        found: executions.Ended,
        folders: Dict[str, Optional[List[str]]],
    ) -> List[Write]:
        """The paths of an execution to check; folders: partition folders that are known already."""
        armed = matching.armed_at(state.timeline, found.began)
        after = matching.armed_at(state.timeline, found.ended)
        wrote = found.wrote
        if wrote.unclear is not None:
            self._unseen.add(wrote.unclear, [armed, after])
        #: Address -> whether it may have written nothing there, whether it moved files there.
        paths = dict.fromkeys(wrote.paths, (False, False))
        for name in wrote.tables:
            path = executions.location(session, name)
            if path is None:
                self._unseen.name(unseen.TABLE, name, [armed, after])
            else:
                paths.setdefault(path, (name in wrote.renamed, name in wrote.moved))
        for name in wrote.tables + wrote.partitioned:
            if name not in folders:
                folders[name] = executions.elsewhere(session, name)
            more = folders[name]
            if more is None or len(more) > MAX_ELSEWHERE:
                self._unseen.name(unseen.PARTITIONS, name, [armed, after])
            for path in (more or [])[:MAX_ELSEWHERE]:
                paths.setdefault(path, (True, name in wrote.moved))
        locations = [(S3Location.parse(path), *kind) for path, kind in paths.items()]
        for path in paths:
            if path.split(":", 1)[0] in SCHEMES and S3Location.parse(path) is None:
                self._unseen.name(unseen.ADDRESS, path, [armed, after])
        unchanged = armed if armed is after else None
        new = [
            Write(
                found.number,
                location,
                found.began,
                found.ended,
                after if moved else unchanged,
                maybe,
                moved,
            )
            for location, maybe, moved in locations
            if location is not None
        ]
        self._keep(new)
        return [one for one in new if matching.is_due(armed if not one.moved else after)]
