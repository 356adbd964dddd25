"""Makes every executor close its file systems, by one small query, and counts who did.

Needs no jar and no Python worker. Must not know: settings, profiles, reports, when it is time to.
Never to be used where the driver is the executor: there it would close the driver's own.
"""

import time
from typing import Any, List, Optional, Set, Tuple

from . import sessions

#: Seconds after which the query is given up.
TIME_LIMIT = 10.0
ROUNDS = 20
_PROPERTIES = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")
#: What each task answers: the executor's id (from its command line), process, what closeAll gave.
ANSWER = (
    "concat_ws('|', regexp_extract(reflect('java.lang.System','getProperty','sun.java.command'),"
    "'--executor-id[ =]([^ ]+)',1), reflect('org.apache.spark.util.Utils','getProcessName'),"
    "reflect('org.apache.hadoop.fs.FileSystem','closeAll'),"
    "reflect('java.lang.Thread','sleep',%dL))"
)


def is_local(master: str) -> bool:
    """Whether the driver is the only executor; not so with local-cluster."""
    return master == "local" or master.startswith("local[")


def are_apart(master: Optional[str]) -> bool:
    """Whether executors are known to be other processes than the driver; None: master unknown."""
    return bool(master) and not is_local(str(master))


def known(context: Any) -> Optional[Set[str]]:
    """Ids of the executors that are there now, without the driver; None where unknown."""
    try:
        text = str(sessions.scala(context).getExecutorIds().mkString(","))
    except Exception:  # noqa: BLE001 - another Spark's scheduler: unknown
        return None
    return {name for name in text.split(",") if name}


def renew(item: Any) -> Tuple[Set[str], Set[str], Optional[str], int]:
    """Closes the file systems of all executors.

    Returns (ids that were there, ids that are known to have closed, why the rest has not, jobs
    that this took). An executor that joins later has none open.
    """
    context = item.context
    there = known(context)
    if there is None:
        return set(), set(), "This Spark does not tell which executors there are.", 0
    closed: Set[str] = set()
    processes: Set[str] = set()
    reason: Optional[str] = None
    asked = 0
    end = time.monotonic() + TIME_LIMIT
    before = [(name, context.getLocalProperty(name)) for name in _PROPERTIES]
    context.setLocalProperty("spark.jobGroup.id", None)
    context.setLocalProperty("spark.job.interruptOnCancel", None)
    context.setLocalProperty("spark.job.description", "S3 Encryption: renew open file systems")
    try:
        for attempt in range(ROUNDS):
            # Who left in the meantime took its file systems along.
            there &= known(context) or there
            if there <= closed or time.monotonic() > end:
                break
            asked += 1
            for executor, process in _ask(item, len(there), attempt, end):
                processes.add(process)
                if executor:
                    closed.add(executor)
            if not closed and len(processes) == len(there):
                closed = set(there)  # a launcher of another form: told apart by process
    except Exception as error:  # noqa: BLE001 - reflect is forbidden, or the time is up: told
        reason = sessions.error_text(error)
    finally:
        for name, value in before:
            context.setLocalProperty(name, value)
    if reason is None and not there <= closed:
        reason = "They did not answer within %d seconds." % TIME_LIMIT
    return there, there & closed, reason, asked


def _ask(item: Any, count: int, attempt: int, end: float) -> List[Tuple[str, str]]:
    """(executor id or "", process) of each task of one query; raises when the time is up."""
    context = item.context
    tasks = max(int(context.defaultParallelism), count)
    # Waiting keeps a quick executor from taking the tasks that are meant for the others.
    query = ANSWER % min(20 * attempt, 200)
    frame = item.session.range(0, tasks, 1, tasks).selectExpr(query)
    future = frame._jdf.toJavaRDD().collectAsync()
    unit = sessions.java_class(context, "java.util.concurrent.TimeUnit").MILLISECONDS
    try:
        rows = future.get(max(1, int((end - time.monotonic()) * 1000)), unit)
    except BaseException:
        future.cancel(True)
        raise
    answers = []
    for row in rows:
        parts = str(row.getString(0)).split("|")
        answers.append((parts[0], parts[1]))
    return answers
