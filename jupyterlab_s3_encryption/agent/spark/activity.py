"""What is running in Spark now: jobs, SQL commands and streaming queries of all sessions.

Changes nothing. Must not know: settings, file systems, reports. Source of the private names:
DAGScheduler and SQLExecution of Spark 3.3 to 4.x; if one is missing, the public API is asked.
"""

from typing import Dict, FrozenSet, List, NamedTuple, Optional, Set

from ..sentences import Sentence, both, say
from ..shapes import Java, SparkContext
from ..state import Scheduler
from . import java_classes, jvm
from .sessions import SCHEMES, Classic, Session, classic

Activity = Dict[str, Optional[int]]


class Running(NamedTuple):
    """What is running: ids of jobs, of SQL commands and of streaming queries.

    Only streaming queries with files of their own on S3 count; jobs and commands of others are
    left out.
    """

    jobs: FrozenSet[str]
    commands: FrozenSet[str]
    streams: FrozenSet[str]

    def any(self) -> bool:
        """Whether anything is running."""
        return bool(self.jobs or self.commands or self.streams)

    def still(self, now: "Running") -> "Running":
        """The part of it that is still running."""
        return Running(*(one & other for one, other in zip(self, now)))


NOTHING = Running(frozenset(), frozenset(), frozenset())

_SCHEDULER = "org.apache.spark.scheduler.DAGScheduler"
_SHARED = "org.apache.spark.sql.internal.SharedState"
_STREAMS = "activeStreamingQueries"


def read(sessions: List[Session]) -> Activity:
    """{"jobs", "streams"}: how many are running now; None if that cannot be known.

    A command that is between its jobs (a write that is being committed) counts as a job.
    """
    session = classic(sessions)
    if session is None:
        return {"jobs": None, "streams": None}
    try:
        shared = _shared_state(session) if isinstance(session, Classic) else None
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


def describe(activity: Activity) -> Sentence:
    """What is running, for a sentence: "2 jobs and 1 streaming query are running"."""
    jobs, streams = activity["jobs"], activity["streams"]
    parts = []
    if jobs:
        parts.append(say("1 job") if jobs == 1 else say("%1 jobs", jobs))
    if streams:
        one = say("1 streaming query")
        parts.append(one if streams == 1 else say("%1 streaming queries", streams))
    if len(parts) == 1 and 1 in (jobs, streams):
        return say("%1 is running", parts[0])
    if parts:
        return say("%1 are running", both(parts))
    return say("it is not known whether anything is running")


def running(sessions: List[Session]) -> Running:
    """What is running now and may still use what it opened at its start; nothing if unknown."""
    session = classic(sessions)
    if session is None or quiet(read(sessions)):
        return NOTHING
    streams: Dict[str, bool] = {}
    try:
        if isinstance(session, Classic):
            queries = _active_streams(session)
            for identity in queries.keySet().toArray():
                query = queries.get(identity)
                streams[str(query.id().toString())] = _on_s3(query)
    except Exception:  # noqa: BLE001 - another Spark's fields: jobs and commands are still seen
        streams = {}
    foreign = {name for name, on_s3 in streams.items() if not on_s3}
    return Running(
        frozenset(_active_jobs(session.context, foreign)),
        frozenset(_active_commands(session.context, foreign)),
        frozenset(set(streams) - foreign),
    )


def scheduler(context: SparkContext) -> Optional[Scheduler]:
    """Spark's DAGScheduler, with its context; None if it cannot be asked."""
    try:
        found = jvm.constant(context, "scheduler", lambda: jvm.scala(context).dagScheduler())
        return Scheduler(context, found)
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def _asked(context: SparkContext) -> Scheduler:
    """The same; raises LookupError if it cannot be asked."""
    found = scheduler(context)
    if found is None:
        raise LookupError("DAGScheduler")
    return found


def jobs_ever(found: Optional[Scheduler]) -> Optional[int]:
    """How many jobs a scheduler has started so far; None if that cannot be known."""
    try:
        if found is None:
            return None
        return int(jvm.field(found.context, _SCHEDULER, "nextJobId").get(found.java))
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def _executions(context: SparkContext) -> Java:
    """Java's map of the SQL commands that are running, by their ids."""

    def find() -> Java:
        name = "org.apache.spark.sql.execution.SQLExecution$"
        found = jvm.field(context, name, "executionIdToQueryExecution")
        return found.get(jvm.field(context, name, "MODULE$").get(None))

    return jvm.handle(context, "SQLExecution", find)


def _active_streams(session: Classic) -> Java:
    """Java's map of the streaming queries of all sessions that are running."""

    return jvm.field(session.context, _SHARED, _STREAMS).get(_shared_state(session))


def _shared_state(session: Classic) -> Java:
    """What all sessions of an application have in common."""
    make = session.spark._jsparkSession.sharedState
    return jvm.constant(session.context, "shared state of " + session.identity, make)


def _on_s3(query: Java) -> bool:
    """Whether a streaming query keeps its checkpoint, or its sink its log, on S3; unknown: yes."""
    try:
        text = "%s %s" % (query.resolvedCheckpointRoot(), query.sink().toString())
    except Exception:  # noqa: BLE001 - another Spark's
        return True
    return any(scheme + "://" in text for scheme in SCHEMES)


def _active_jobs(context: SparkContext, foreign: Set[str]) -> List[str]:
    """Ids of the jobs that are running, but for those of some streaming queries."""
    try:
        found = jvm.field(context, _SCHEDULER, "jobIdToActiveJob").get(_asked(context).java)
        names = [name for name in str(found.keys().mkString(",")).split(",") if name]
        jobs = {name: found.get(int(name)) for name in names}
        return [
            name
            for name, job in jobs.items()
            if job.isDefined()
            and job.get().properties().getProperty("sql.streaming.queryId") not in foreign
        ]
    except Exception:  # noqa: BLE001 - another Spark's, or it changed meanwhile: the public API
        return [str(name) for name in jvm.scala(context).statusTracker().getActiveJobIds()]


def _active_commands(context: SparkContext, foreign: Set[str]) -> List[str]:
    """Ids of the SQL commands that are running, but for those of some streaming queries."""
    found = []
    try:
        for entry in _executions(context).entrySet().toArray():
            command = entry.getValue()
            name = str(command.getClass().getSimpleName())
            if name != "IncrementalExecution" or str(command.queryId().toString()) not in foreign:
                found.append(str(entry.getKey()))
    except Exception:  # noqa: BLE001 - another Spark's fields: only jobs can be seen
        return []
    return found
