"""Jobs of our own in the user's Spark: how many tasks fit beside each other, and what they are called.

Must not know: what a job does.
"""

from contextlib import contextmanager
from typing import Iterator, Optional

from ...shapes import SparkContext
from ...spark import jvm

_GROUP, _DESCRIPTION = "spark.jobGroup.id", "spark.job.description"
_INTERRUPTS = "spark.job.interruptOnCancel"


def slots(context: SparkContext) -> int:
    """How many tasks can run at the same time."""
    try:
        scala = jvm.scala(context)
        profile = scala.resourceProfileManager().defaultResourceProfile()
        return int(scala.maxNumConcurrentTasks(profile))
    except Exception:  # noqa: BLE001 - another Spark's scheduler
        return int(context.defaultParallelism)


@contextmanager
def named(
    context: SparkContext, group: str, description: str, interrupts: Optional[str] = None
) -> Iterator[None]:
    """Gives the jobs of this thread a group and a description, and the user's back afterwards.

    interrupts: "true" for tasks whose threads are interrupted when the group is cancelled.
    """
    names = (_GROUP, _DESCRIPTION, _INTERRUPTS)
    before = [(name, context.getLocalProperty(name)) for name in names]
    context.setLocalProperty(_INTERRUPTS, interrupts)
    context.setLocalProperty(_DESCRIPTION, description)
    context.setLocalProperty(_GROUP, group)
    try:
        yield
    finally:
        for name, value in before:
            context.setLocalProperty(name, value)


def cancel(context: SparkContext, group: str) -> None:
    """Cancels the jobs of a group, and no others."""
    jvm.scala(context).cancelJobGroup(group)
