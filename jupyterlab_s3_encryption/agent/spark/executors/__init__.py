"""Which executors there are. Must not know: settings, what is asked of them."""

from typing import Optional, Set

from ...shapes import SparkContext
from .. import jvm


def is_local(master: str) -> bool:
    """Whether the driver is the only executor; not so with local-cluster."""
    return master == "local" or master.startswith("local[")


def are_apart(master: Optional[str]) -> bool:
    """Whether executors are known to be other processes than the driver; None: master unknown."""
    return bool(master) and not is_local(str(master))


def known(context: SparkContext) -> Optional[Set[str]]:
    """Ids of the current executors, without the driver; None if unknown."""
    try:
        text = str(jvm.scala(context).getExecutorIds().mkString(","))
    except Exception:  # noqa: BLE001 - another Spark's scheduler: unknown
        return None
    return {name for name in text.split(",") if name}
