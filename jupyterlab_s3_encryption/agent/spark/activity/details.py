"""What is running in Spark now, one by one, and in words.

Imported when something is. Changes nothing. Must not know: settings, file systems, reports. Source
of the private names: DAGScheduler and SQLExecution of Spark 3.3 to 4.x; if one is missing, the public
API is asked.
"""

from typing import Dict, List, Set

from ...sentences import Sentence, both, say
from ...shapes import Java, SparkContext
from ...state import Scheduler
from .. import jvm
from ..sessions import SCHEMES, Classic, JvmSession
from .common import SCHEDULER, Activity, Running, scheduler, shared_state

_SHARED = "org.apache.spark.sql.internal.SharedState"
_STREAMS = "activeStreamingQueries"


def running(session: JvmSession) -> Running:
    """What is running now in an application, as activity.running says it."""
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


def _asked(context: SparkContext) -> Scheduler:
    """The same; raises LookupError if it cannot be asked."""
    found = scheduler(context)
    if found is None:
        raise LookupError("DAGScheduler")
    return found


def _executions(context: SparkContext) -> Java:
    """Java's map of the SQL commands that are running, by their ids."""

    def find() -> Java:
        name = "org.apache.spark.sql.execution.SQLExecution$"
        found = jvm.field(context, name, "executionIdToQueryExecution")
        return found.get(jvm.field(context, name, "MODULE$").get(None))

    return jvm.handle(context, "SQLExecution", find)


def _active_streams(session: Classic) -> Java:
    """Java's map of the streaming queries of all sessions that are running."""

    return jvm.field(session.context, _SHARED, _STREAMS).get(shared_state(session))


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
        found = jvm.field(context, SCHEDULER, "jobIdToActiveJob").get(_asked(context).java)
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
