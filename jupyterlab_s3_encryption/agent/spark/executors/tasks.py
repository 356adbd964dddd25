"""Runs a task of ours on every executor, and returns their answers.

Imported when there are executors apart from the driver, which is called directly. Must not know:
settings, profiles, reports, when to do it.
"""

import time
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Set

from ...sentences import say
from ...shapes import SparkContext
from .. import java_classes, jvm
from . import known

if TYPE_CHECKING:
    from ...foreign import OpenSystems as Answer

_PROPERTIES = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")


class Reached(NamedTuple):
    """there: ids of the executors; answers: by id; reason: why some did not answer; jobs: how many ran."""

    there: Set[str]
    answers: "Dict[str, Answer]"
    reason: Optional[str]
    jobs: int


def wait_for_start(context: SparkContext, wanted: int, limit: float) -> None:
    """Waits until most of so many executors have joined, at most `limit` seconds.

    Most: Spark itself begins with 80 of 100 on YARN and Kubernetes (minRegisteredResourcesRatio),
    and has waited for these. Those that come later are reached when they join.

    Not if Spark starts them only for a job (dynamic allocation). Never raises.
    """
    end = time.monotonic() + limit
    try:
        conf = jvm.scala(context).getConf()
        if str(conf.get("spark.dynamicAllocation.enabled", "false")).lower() == "true":
            return
        wanted = int(conf.get("spark.executor.instances", str(wanted)))
        while time.monotonic() < end:
            there = known(context)
            if there is None or len(there) >= 0.8 * wanted:
                return
            time.sleep(0.05)
    except Exception:  # noqa: BLE001 - those that come later are reached when they join
        return


def reach(context: SparkContext, settings: Optional[str], anew: bool, limit: float) -> Reached:
    """Brings settings into force in all executors (see java_classes.change), one task for each.

    anew: as there; limit: seconds to wait for their answers.
    """
    there = known(context)
    reason: Optional[str] = None
    if there is None:
        reason = say("This version of Spark does not list its executors.")
        return Reached(set(), {}, reason, 0)
    answers: "Dict[str, Answer]" = {}
    jobs = 0
    end = time.monotonic() + limit
    before = [(name, context.getLocalProperty(name)) for name in _PROPERTIES]
    context.setLocalProperty("spark.jobGroup.id", None)
    context.setLocalProperty("spark.job.interruptOnCancel", None)
    context.setLocalProperty("spark.job.description", "S3 Encryption: settings of open buckets")
    try:
        while True:
            # An executor that ended meanwhile has no file systems any more.
            there &= known(context) or there
            left = there - set(answers)
            if not left or time.monotonic() > end:
                break
            jobs += 1
            for answer in _ask(context, settings, anew, sorted(left), end):
                answers[str(answer["executor"])] = answer
    except Exception as error:  # noqa: BLE001 - refused, or the time is up: reported
        reason = jvm.error_text(error)
    finally:
        for name, value in before:
            context.setLocalProperty(name, value)
    if reason is None and not there <= set(answers):
        reason = (
            say("They did not answer within %1 seconds.", int(limit))
            if limit >= 1
            else say("They did not answer at once.")
        )
    return Reached(there, answers, reason, jobs)


def _ask(
    context: SparkContext, settings: Optional[str], anew: bool, executors: List[str], end: float
) -> "List[Answer]":
    """The answers of one job with a task for each executor; raises when the time is up."""
    future = java_classes.ask(context, settings, anew, executors)
    unit = jvm.java_class(context, "java.util.concurrent.TimeUnit").MILLISECONDS
    try:
        rows = future.get(max(1, int((end - time.monotonic()) * 1000)), unit)
    except BaseException:
        future.cancel(True)
        raise
    return [java_classes.answer_of(str(row)) for row in rows]
