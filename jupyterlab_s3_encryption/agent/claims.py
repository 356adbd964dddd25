"""Whether a report's settings are known to be in effect.

Pure: from a filled report to a claim. Must not know: Spark, how anything was read.
"""

from typing import Any, Dict

#: Findings under which something may be stored otherwise than the profile says.
LOWERING = frozenset(
    (
        "bucket-override",
        "changed-since",
        "computed-differs",
        "connect-unknown",
        "connector-not-inspected",
        "event-log-file-system",
        "executors-not-covered",
        "not-restored",
        "other-connector",
        "rdd-not-covered",
        "renewal-cancelled",
        "renewal-pending",
        "session-hook-failed",
        "stale-file-system",
    )
)


def in_effect(answer: Dict[str, Any]) -> bool:
    """Whether settings that are set are also in effect, on the driver and on every executor."""
    executors = answer["executors"]
    return (
        answer["session"]["kind"] == "classic"
        and any(entry["connector"] == answer["dialect"] for entry in answer["connectors"])
        and executors is not None
        and executors["covered"] == executors["total"]
        and not any(item["code"] in LOWERING for item in answer["findings"])
    )
