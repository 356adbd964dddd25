"""Which claim a report can make, from what was read and from what stored objects showed.

Keeps the evidence of stored objects in the state, and puts it into a report. Must not know: Spark,
how anything was read.
"""

import time
from typing import TYPE_CHECKING, FrozenSet, Optional

from .. import data
from ..sentences import Sentence, join, say
from ..shapes import Finding, Report
from ..state import Evidence, State
from . import findings

if TYPE_CHECKING:
    from ..entries import Proof, ProvenBucket

#: Findings that mean that objects may not be stored as the profile says.
LOWERING = frozenset(
    code for code, row in data.contract("findings")["findings"].items() if row["lowers"]
)
#: If a connector does not say how it writes, its objects do.
_SHOWN_BY_OBJECTS = frozenset(("connector-not-inspected",))


def in_effect(answer: Report, but: FrozenSet[str] = frozenset()) -> bool:
    """Whether settings that are set are also in effect, on the driver and on every executor.

    but: findings to ignore.
    """
    executors = answer["executors"]
    kind = answer["session"]["kind"]
    return (
        # On a server what others open is left to them: it is claimed of what is open, by name.
        (kind == "classic" or (kind == "connect" and bool(answer["limitedTo"])))
        and any(entry["connector"] == answer["dialect"] for entry in answer["connectors"])
        and executors is not None
        and executors["covered"] == executors["total"]
        and not any(found["code"] in LOWERING - but for found in answer["findings"])
    )


def highest(answer: Report) -> str:
    """The claim of a report whose settings are all as they were applied."""
    proof = answer["proof"]
    if proof is not None and in_effect(answer, _SHOWN_BY_OBJECTS) and _are_covered(answer, proof):
        return "proven"
    return "inEffect" if in_effect(answer) else "set"


def _are_covered(answer: Report, proof: "Proof") -> bool:
    """Whether a claim that is limited is about all that was proved."""
    limited = answer["limitedTo"]
    if limited is None:
        return True
    buckets = {address.partition("://")[2] for address in limited}
    return all(entry["bucket"] in buckets for entry in proof["buckets"])


def evidence(state: State) -> Optional[Evidence]:
    """What stored objects showed since the settings last changed; None if nothing was set."""
    since = state.renewal or state.server
    if since is None or state.profile is None:
        state.evidence = None
    elif state.evidence is None or state.evidence.renewal is not since:
        state.evidence = Evidence(since)
    return state.evidence


def report_evidence(answer: Report, state: State) -> None:
    """Adds what stored objects showed to a report: a proof, or the finding that they differ.

    A proof ends when somebody changes a setting.
    """
    seen = evidence(state)
    if seen is None:
        return
    if answer["changed"]:
        seen.proof = {}
    answer["findings"] += [differing_finding(path, seen.differing[path]) for path in seen.differing]
    answer["findings"] += [_moved_finding(path, seen.unread[path]) for path in seen.unread]
    if seen.proof:
        answer["proof"] = {"buckets": [seen.proof[name] for name in sorted(seen.proof)]}


def proved(state: State, bucket: str, objects: int, by: str) -> None:
    """Notes that objects of a bucket are as the profile says; by: "canary" or "writes"."""
    seen = evidence(state)
    if seen is not None and not seen.differing:
        entry: "ProvenBucket" = {
            "bucket": bucket,
            "time": moment(time.time()),
            "objects": objects,
            "by": by,
        }
        seen.proof[bucket] = entry


def not_proved(state: State, by: str) -> None:
    """Drops the proofs made in this way, because something was not seen."""
    seen = evidence(state)
    if seen is not None:
        seen.proof = {name: entry for name, entry in seen.proof.items() if entry["by"] != by}


def differs(state: State, path: str, sentence: str) -> None:
    """Notes that objects under a path are not as the profile says; drops all proofs."""
    seen = evidence(state)
    if seen is not None:
        seen.proof = {}
        seen.differing[path] = sentence


def not_read(state: State, path: str, reason: str) -> None:
    """Notes that files were moved below a path, and not all of them could be read."""
    seen = evidence(state)
    if seen is not None:
        seen.unread[path] = reason


def moment(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + "Z"


def _moved_finding(path: str, reason: str) -> Finding:
    message = say(
        "LOAD DATA or a rename moved objects to %1. They keep the encryption they had, and not all "
        "of them could be checked: %2",
        path,
        reason,
    )
    return findings.finding("moved-not-read", message, _fix(True))


def differing_finding(path: str, sentence: str, kept: bool = True) -> Finding:
    """The finding about a path whose objects are not as the profile says; kept: also in later reports."""
    message = say("Objects written to %1 are not as the profile says.", path)
    return findings.finding("objects-differ", join([message, sentence]), _fix(kept))


def _fix(kept: bool) -> Sentence:
    """What to do about objects that are, or may be, otherwise; kept: also in later reports."""
    fix = say("Audit what is stored there.")
    return join([fix, say("This stays until you apply or clear.")]) if kept else fix
