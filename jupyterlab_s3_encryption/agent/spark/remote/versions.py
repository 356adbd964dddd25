"""What a Connect server says of itself without a class of ours, each answer in a bounded time.

Must not know: reports, what it is asked for.
"""

from typing import Callable, Optional

from ...shapes import SparkSession
from . import calls, channel, queries

#: Seconds for an answer: the first query of a server that has just started may take many.
LIMIT = 30.0
#: reflect() calls a static method in the driver.
_HADOOP = "SELECT reflect('org.apache.hadoop.util.VersionInfo', 'getVersion')"


def spark_version(spark: SparkSession) -> Optional[str]:
    """Spark's version on the server; None if it does not say. Raises channel.GoneError."""
    return _asked(spark, lambda: str(spark.version))


def hadoop_version(spark: SparkSession) -> Optional[str]:
    """As spark_version; reflect may be forbidden on a server."""
    return _asked(spark, lambda: str(queries.lazy(spark, _HADOOP).collect()[0][0]))


def master(spark: SparkSession) -> Optional[str]:
    """As spark_version; a server may not reveal it."""
    return _asked(spark, lambda: str(spark.conf.get("spark.master", "")))


def _asked(spark: SparkSession, call: Callable[[], str]) -> Optional[str]:
    try:
        return calls.within(LIMIT, call, spark) or None
    except channel.GoneError:
        raise
    except Exception:  # noqa: BLE001 - it does not say: unknown
        return None
