"""What is running in Spark, and whom to ask for it. Must not know: who asks."""

from typing import Dict, FrozenSet, NamedTuple, Optional

from ...shapes import Java, SparkContext
from ...state import Scheduler
from .. import jvm
from ..sessions import Classic

Activity = Dict[str, Optional[int]]
SCHEDULER = "org.apache.spark.scheduler.DAGScheduler"


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


def scheduler(context: SparkContext) -> Optional[Scheduler]:
    """Spark's DAGScheduler, with its context; None if it cannot be asked."""
    try:
        found = jvm.constant(context, "scheduler", lambda: jvm.scala(context).dagScheduler())
        return Scheduler(context, found)
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return None


def shared_state(session: Classic) -> Java:
    """What all sessions of an application have in common."""
    make = session.spark._jsparkSession.sharedState
    return jvm.constant(session.context, "shared state of " + session.identity, make)
