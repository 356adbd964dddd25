"""Whether the settings are still those that the last report found: for ahead of a cell, so quick.

Changes nothing. Must not know: requests, profiles, what a report says.
"""

from typing import List, Optional

from ..state import Record, State
from . import java_classes, jvm, settings
from .sessions import Classic, HadoopConf, PropertyStore, Session, classic, find_sessions


def begin(stores: List[PropertyStore]) -> None:
    """Lets the driver's JVM look after these, until they are gone. Never raises."""
    try:
        for store in stores:
            if isinstance(store, (HadoopConf, Classic)):
                java_classes.watch(store.context, store.settings)
    except Exception:  # noqa: BLE001 - without our classes the settings themselves are compared
        return


def look(sessions: List[Session]) -> Optional[int]:
    """What tells the settings of now from others; None if only reading them does."""
    session = classic(sessions)
    if session is None:
        return None
    try:
        return java_classes.watched(session.context)
    except Exception:  # noqa: BLE001 - no classes, or no JVM: a report says so
        return None


def differ(state: State, found: Optional[int], thorough: bool) -> bool:
    """Whether settings are others than those of the last report.

    found: what `look` says now, if it is known. thorough: they are read where nothing else tells
    that, though it takes some milliseconds (a Connect server is asked).
    """
    if state.altered:
        return True
    if found is not None and state.seen is not None:
        return found != state.seen
    if not thorough:
        return False
    return any(_has_drift(state, session) for session in find_sessions(state))


def _has_drift(state: State, session: Session) -> bool:
    record: Optional[Record] = state.records.get(session.identity)
    if record is None or settings.drift(record, session.read(), state.dialect):
        return True
    if session.context is None or state.hadoop is None:
        return False
    if state.hadoop.target != jvm.application(session.context):
        return False
    in_hadoop = HadoopConf(session.context).read()
    return bool(settings.drift(state.hadoop, in_hadoop, state.dialect))
