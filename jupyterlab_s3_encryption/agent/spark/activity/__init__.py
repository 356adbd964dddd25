"""What is running in Spark now: jobs, SQL commands and streaming queries of all sessions.

Changes nothing. Must not know: settings, file systems, reports. Source of the private names:
DAGScheduler and SQLExecution of Spark 3.3 to 4.x; if one is missing, the public API is asked.
"""

from typing import List, Optional

from ...data import late
from ...sentences import Sentence
from ...shapes import SparkContext
from ...state import Scheduler
from .. import java_classes, jvm
from ..sessions import Classic, Session, classic
from .common import NOTHING, SCHEDULER, Activity, Running, shared_state


def read(sessions: List[Session]) -> Activity:
    """{"jobs", "streams"}: how many are running now; None if that cannot be known.

    A command that is between its jobs (a write that is being committed) counts as a job.
    """
    session = classic(sessions)
    if session is None:
        return {"jobs": None, "streams": None}
    try:
        shared = shared_state(session) if isinstance(session, Classic) else None
        jobs, commands, streams = java_classes.running(session.context, shared)
    except Exception:  # noqa: BLE001 - without our classes the public API is asked
        jobs, commands, streams = None, None, None
    if jobs is None:
        jobs = _public_jobs(session.context)
    if streams is None:
        streams = _public_streams(sessions)
    return {"jobs": None if jobs is None else max(jobs, commands or 0), "streams": streams}


def _public_jobs(context: SparkContext) -> Optional[int]:
    try:
        return len(jvm.scala(context).statusTracker().getActiveJobIds())
    except Exception:  # noqa: BLE001 - unknown
        return None


def _public_streams(sessions: List[Session]) -> Optional[int]:
    """Each session is asked for its own streaming queries."""
    try:
        return sum(
            len(own.spark._jsparkSession.streams().active())
            for own in sessions
            if isinstance(own, Classic)
        )
    except Exception:  # noqa: BLE001 - unknown
        return None


def quiet(activity: Activity, streams: bool = True) -> bool:
    """Whether nothing is running; not known counts as running. streams: whether they count."""
    return activity["jobs"] == 0 and (not streams or activity["streams"] == 0)


def running(sessions: List[Session]) -> Running:
    """What is running now and may still use what it opened at its start; nothing if unknown."""
    session = classic(sessions)
    if session is None or quiet(read(sessions)):
        return NOTHING
    with late.imports():
        from . import details
    return details.running(session)


def describe(activity: Activity) -> Sentence:
    """What is running, for a sentence: "2 jobs and 1 streaming query are running"."""
    with late.imports():
        from . import details
    return details.describe(activity)


def jobs_ever(found: Optional[Scheduler]) -> Optional[int]:
    """How many jobs a scheduler has started so far; None if that cannot be known."""
    try:
        if found is None:
            return None
        return int(jvm.field(found.context, SCHEDULER, "nextJobId").get(found.java))
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None
