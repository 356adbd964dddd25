"""The settings of a session of Spark Connect: many in one request, each request in a bounded time.

Must not know: which settings there are.
"""

from typing import Callable, Dict, List, Optional, Tuple

from ...shapes import Desired, Java, SparkSession
from . import calls, channel

#: Seconds for a request of a client that is not known here.
LIMIT = channel.ANSWER


def read(spark: SparkSession) -> Optional[Dict[str, str]]:
    """Everything that a session has; None if its client cannot tell (before Spark 4.0)."""
    found = channel.settings(spark, lambda operation: operation.get_all.SetInParent())
    if found is not None:
        return {name: value for name, value in found.items() if value is not None}
    values = calls.within(LIMIT, lambda: getattr(spark.conf, "getAll", None), spark)
    return values if isinstance(values, dict) else None


def value(spark: SparkSession, name: str) -> Optional[str]:
    """One setting, None for absent."""
    found = channel.settings(
        spark, lambda operation: operation.get_with_default.pairs.add(key=name)
    )
    if found is not None:
        return found.get(name)
    return calls.within(LIMIT, lambda: spark.conf.get(name, None), spark)


def write(spark: SparkSession, changes: Desired) -> None:
    """Sets settings in their order, and removes those whose value is None."""
    for removes, names in _runs(changes):
        if channel.settings(spark, _filling(removes, names, changes)) is not None:
            continue
        for name in names:
            calls.within(LIMIT, _changing(spark, name, changes[name]), spark)


def _runs(changes: Desired) -> List[Tuple[bool, List[str]]]:
    """What one request can do: names that follow each other and are all removed, or all set."""
    found: List[Tuple[bool, List[str]]] = []
    for name, new in changes.items():
        if not found or found[-1][0] is not (new is None):
            found.append((new is None, []))
        found[-1][1].append(name)
    return found


def _filling(removes: bool, names: List[str], changes: Desired) -> Callable[[Java], None]:
    def fill(operation: Java) -> None:
        for name in names:
            if removes:
                operation.unset.keys.append(name)
            else:
                operation.set.pairs.add(key=name, value=changes[name])

    return fill


def _changing(spark: SparkSession, name: str, new: Optional[str]) -> Callable[[], None]:
    def change() -> None:
        if new is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, new)

    return change


class ServerConf:
    """What a Connect server started with, and what was set since, by Hadoop's names."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def get(self, name: str) -> Optional[str]:
        """A property, or None."""
        found = value(self._spark, name)
        return found if found is not None else value(self._spark, "spark.hadoop." + name)
