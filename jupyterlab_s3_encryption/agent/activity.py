"""What is running in Spark now: jobs, SQL commands and streaming queries of all sessions.

Only looks. Must not know: settings, file systems, reports. Source of the private names:
DAGScheduler and SQLExecution of Spark 3.3 to 4.x; where one is missing, the public API is asked.
"""

from typing import Any, Dict, List, Optional

from . import sessions

Activity = Dict[str, Optional[int]]

_SCHEDULER = "org.apache.spark.scheduler.DAGScheduler"
_SHARED = "org.apache.spark.sql.internal.SharedState"
_STREAMS = "activeStreamingQueries"


def read(live: List[Any]) -> Activity:
    """{"jobs", "streams"}: how many are running now; None where that cannot be known.

    A command that is between its jobs (a write that is being committed) counts as a job.
    """
    item = next((item for item in live if item.context is not None), None)
    if item is None:
        return {"jobs": None, "streams": None}
    return {"jobs": _jobs(item.context), "streams": _streams(item, live)}


def quiet(activity: Activity) -> bool:
    """Whether nothing is running; not known counts as running."""
    return activity["jobs"] == 0 and activity["streams"] == 0


def told(activity: Activity) -> str:
    """What is running, for a sentence: "2 jobs and 1 streaming query are running"."""
    parts = []
    for name, one, many in (
        ("jobs", "job", "jobs"),
        ("streams", "streaming query", "streaming queries"),
    ):
        count = activity[name]
        if count:
            parts.append("%d %s" % (count, one if count == 1 else many))
    if parts:
        single = len(parts) == 1 and 1 in activity.values()
        return "%s %s running" % (" and ".join(parts), "is" if single else "are")
    if quiet(activity):
        return "nothing is running any more"
    return "it cannot be seen whether anything is running"


def scheduler(context: Any) -> Any:
    """Spark's DAGScheduler; None where it cannot be asked."""
    try:
        return context, sessions.constant(
            context, "scheduler", lambda: sessions.scala(context).dagScheduler()
        )
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def jobs_ever(found: Any) -> Optional[int]:
    """How many jobs a scheduler has started so far; None where that cannot be known."""
    try:
        return int(sessions.field(found[0], _SCHEDULER, "nextJobId").get(found[1]))
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def _jobs(context: Any) -> Optional[int]:

    def jobs() -> Any:
        own = scheduler(context)[1]
        return sessions.field(context, _SCHEDULER, "activeJobs").get(own)

    def text_of() -> Any:
        return sessions.java_class(context, "java.lang.String").valueOf

    try:
        # The scheduler itself: the status tracker hears of a job's end some time after it.
        active = sessions.constant(context, "activeJobs", jobs)
        # "HashSet()": a method of a Scala collection costs its first caller 3 ms.
        none = str(sessions.handle(context, "String.valueOf", text_of)(active)).endswith("()")
        running = 0 if none else int(active.size())
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        try:
            running = len(sessions.scala(context).statusTracker().getActiveJobIds())
        except Exception:  # noqa: BLE001 - neither can be asked: unknown
            return None

    def executions() -> Any:
        name = "org.apache.spark.sql.execution.SQLExecution$"
        found = sessions.field(context, name, "executionIdToQueryExecution")
        return found.get(sessions.field(context, name, "MODULE$").get(None))

    try:
        commands = int(sessions.handle(context, "SQLExecution", executions).size())
    except Exception:  # noqa: BLE001 - another Spark's fields: only jobs can be seen
        commands = 0
    return max(running, commands)


def _streams(item: Any, live: List[Any]) -> Optional[int]:
    def active() -> Any:
        shared = item.session._jsparkSession.sharedState()
        return sessions.field(item.context, _SHARED, _STREAMS).get(shared)

    try:
        name = "%s of %s" % (_STREAMS, item.identity)
        return int(sessions.constant(item.context, name, active).size())
    except Exception:  # noqa: BLE001 - another Spark: each session is asked for its own
        try:
            return sum(
                len(one.session._jsparkSession.streams().active())
                for one in live
                if one.context is not None
            )
        except Exception:  # noqa: BLE001 - not to be known
            return None
