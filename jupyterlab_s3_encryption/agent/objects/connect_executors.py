"""Makes the executors behind a Spark Connect server close their file systems, by SQL alone.

Only if a user asks for it: other users of the server cannot be seen. Must
not know: settings, profiles, reports.
"""

import time
from typing import List, Optional, Set

from ..sentences import say
from ..shapes import SparkSession
from ..spark import executors
from ..spark.remote import calls
from ..spark.sessions import Connect

#: Seconds for all queries together.
TIME_LIMIT = 20.0
ROUNDS = 8
#: The answer of each task: the process it ran in; closeAll returns nothing.
ANSWER = (
    "concat_ws('|', reflect('org.apache.spark.util.Utils','getProcessName'),"
    "reflect('org.apache.hadoop.fs.FileSystem','closeAll'),"
    "reflect('java.lang.Thread','sleep',%dL))"
)


def close(session: Connect, master: Optional[str]) -> int:
    """How many executors have closed theirs.

    Asks again until two queries in a row find no new executor. Each query has more tasks than
    there are known executors, and they sleep a moment, so that each executor gets one. master: the server's.
    Raises what Spark raises, TimeoutError, and ValueError if tasks run in the driver: closing
    there would close what is the server's own, its event log for example.
    """
    if not executors.are_apart(master):
        where = master or say("unknown")
        raise ValueError(say("The server runs tasks in its own process (%1).", where))
    seen: Set[str] = set()
    end = time.monotonic() + TIME_LIMIT
    nobody_new = 0
    for attempt in range(ROUNDS):
        before = len(seen)
        seen.update(_ask(session.spark, max(8, 4 * len(seen)), attempt, end))
        nobody_new = nobody_new + 1 if len(seen) == before else 0
        if nobody_new == 2:
            break
    return len(seen)


def _ask(spark: SparkSession, tasks: int, attempt: int, end: float) -> List[str]:
    """The process of each task of one query."""
    query = ANSWER % min(20 * (attempt + 1), 200)

    def collect() -> List[str]:
        rows = spark.range(0, tasks, 1, tasks).selectExpr(query).collect()
        return [str(row[0]).split("|")[0] for row in rows]

    try:
        return calls.within(max(0.1, end - time.monotonic()), collect, spark)
    except TimeoutError as error:
        message = say("They did not answer within %1 seconds.", int(TIME_LIMIT))
        raise TimeoutError(message) from error
