"""What is running in Spark now: jobs, SQL commands and streaming queries of all sessions.

Only looks. Must not know: settings, file systems, reports. Source of the private names:
DAGScheduler and SQLExecution of Spark 3.3 to 4.x; where one is missing, the public API is asked.
"""

from typing import Any, Dict, List, Optional

from . import sessions

Activity = Dict[str, Optional[int]]


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
        return context, context._jsc.sc().dagScheduler()
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def jobs_ever(found: Any) -> Optional[int]:
    """How many jobs a scheduler has started so far; None where that cannot be known."""
    try:
        return int(_field(found[0], "nextJobId").get(found[1]))
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def _field(context: Any, name: str) -> Any:
    """A field of DAGScheduler: the first call of a method makes Java look at all of them (10 ms)."""

    def find() -> Any:
        reflect = sessions.java_class(context, "java.lang.Class")
        field = reflect.forName("org.apache.spark.scheduler.DAGScheduler").getDeclaredField(name)
        field.setAccessible(True)
        return field

    return sessions.handle(context, "DAGScheduler." + name, find)


def _jobs(context: Any) -> Optional[int]:
    scala = context._jsc.sc()
    try:
        # The scheduler itself: the status tracker hears of a job's end some time after it.
        running = int(_field(context, "activeJobs").get(scala.dagScheduler()).size())
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        try:
            running = len(scala.statusTracker().getActiveJobIds())
        except Exception:  # noqa: BLE001 - neither can be asked: unknown
            return None

    def executions() -> Any:
        module = sessions.java_class(context, "java.lang.Class").forName(
            "org.apache.spark.sql.execution.SQLExecution$"
        )
        field = module.getDeclaredField("executionIdToQueryExecution")
        field.setAccessible(True)
        return field.get(module.getField("MODULE$").get(None))

    try:
        commands = int(sessions.handle(context, "SQLExecution", executions).size())
    except Exception:  # noqa: BLE001 - another Spark's fields: only jobs can be seen
        commands = 0
    return max(running, commands)


def _streams(item: Any, live: List[Any]) -> Optional[int]:
    try:
        return int(item.session._jsparkSession.sharedState().activeStreamingQueries().size())
    except Exception:  # noqa: BLE001 - another Spark: each session is asked for its own
        try:
            return sum(
                len(one.session._jsparkSession.streams().active())
                for one in live
                if one.context is not None
            )
        except Exception:  # noqa: BLE001 - not to be known
            return None
