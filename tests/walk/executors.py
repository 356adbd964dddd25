"""Executors of a walk's cluster: which there are, and one that is lost and replaced by another.

Must not know: what is claimed or expected.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

#: How many executors the cluster of a walk has.
COUNT = 2


def there(spark: Any) -> set[str]:
    """The ids of the executors that Spark knows; none of a local Spark."""
    context = spark.sparkContext
    if str(context.master).startswith("local"):
        return set()
    return set(filter(None, str(_scala(spark).getExecutorIds().mkString(",")).split(",")))


def replace_one(spark: Any) -> None:
    """Ends one, and waits until another one has come for it."""
    _wait_for(lambda: len(there(spark)) == COUNT, spark)
    lost = min(there(spark))
    _scala(spark).killExecutor(lost)
    _wait_for(lambda: lost not in there(spark), spark)
    jvm = spark._jvm  # a total, as the master may have started another one by itself
    no_hosts = jvm.PythonUtils.toScalaMap(jvm.java.util.HashMap())
    _scala(spark).requestTotalExecutors(COUNT, 0, no_hosts)
    _wait_for(lambda: len(there(spark)) == COUNT, spark)


def replace_one_in_a_job(spark: Any, place: str) -> None:
    """Writes, and ends one of the executors that do; another one goes on for it."""
    _wait_for(lambda: len(there(spark)) == COUNT, spark)
    context = spark.sparkContext
    slow = spark.range(0, 16, 1, 16).selectExpr(
        "id",
        "java_method('java.util.Objects', 'toString', java_method('java.lang.Thread', 'sleep', 200L)) AS t",
    )
    failed: list[Exception] = []

    def write() -> None:
        try:
            slow.write.parquet(place)
        except Exception as error:  # noqa: BLE001 - raised in the thread of the step
            failed.append(error)

    writing = threading.Thread(target=write)
    writing.start()
    _wait_for(
        lambda: bool(context.statusTracker().getActiveJobsIds()) or not writing.is_alive(), spark
    )
    replace_one(spark)
    writing.join()
    if failed:
        raise failed[0]


def _scala(spark: Any) -> Any:
    return spark.sparkContext._jsc.sc()


def _wait_for(condition: Callable[[], bool], spark: Any) -> None:
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"of the executors there are {sorted(there(spark))}")
        time.sleep(0.1)
