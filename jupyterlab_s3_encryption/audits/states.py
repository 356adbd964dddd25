"""What an encryption status of S3 Inventory or S3 Metadata says of an object, and the verdict about it.

Pure. Must not know: Spark, where a status came from.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..agent.objects import verdicts
from ..agent.objects.verdicts import Header
from ..agent.profile import profiles
from ..agent.shapes import Rule

INVENTORY, TABLE = "S3 Inventory", "S3 Metadata"
#: Status -> the algorithm as S3 sends it in a header. Both sources use the methods' own titles.
ALGORITHMS = {
    **{
        profiles.TITLES[method]: algorithm
        for method, algorithm in verdicts.ALGORITHMS.items()
        if method not in profiles.BY_CLIENT
    },
    "NOT-SSE": "",
}
_WITH_KEY = [profiles.TITLES[method] for method in profiles.S3_ASKS_KMS]
NO_KEY = {
    INVENTORY: "S3 Inventory does not name keys: audit the headers of these objects, or their "
    "S3 Metadata table.",
    TABLE: "The table does not name the key: the object was gone when S3 recorded it.",
}
CLIENT = "Neither inventories nor metadata tables say whether a client encrypted an object."


@dataclass(frozen=True)
class State:
    """How some objects are encrypted, as it is listed. key: "" for none, None if it is not known."""

    bucket: str
    status: str | None
    key: str | None


@dataclass(frozen=True)
class Judged:
    """A state with what it means and what is to be said about it."""

    algorithm: str | None
    key: str | None
    verdict: str | None
    reason: str | None


def judge(state: State, choice: Rule | None, source: str) -> Judged:
    """What a state means for a choice. source: INVENTORY or TABLE, which do not say the same."""
    header = _header(state, source)
    if choice is not None and choice["method"] in profiles.BY_CLIENT:
        # Their header cannot be told from one without a client's.
        return Judged(header.algorithm, header.key, verdicts.UNREADABLE, CLIENT)
    verdict, reason = verdicts.judge(choice, header)
    return Judged(header.algorithm, header.key, verdict, reason)


def _header(state: State, source: str) -> Header:
    status = state.status
    if status is None and source == TABLE:
        # "If the object is unencrypted, this value is null."
        return Header("", "", None)
    if not status:
        return Header(None, None, f"{source} does not say how it is encrypted.")
    algorithm = ALGORITHMS.get(status)
    if algorithm is None:
        return Header(None, None, f"{source} has a status that is not known here: {status[:40]}")
    if status in _WITH_KEY:
        return Header(algorithm, state.key or None, None if state.key else NO_KEY[source])
    return Header(algorithm, "", None)
