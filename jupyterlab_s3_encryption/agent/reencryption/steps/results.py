"""What became of each object of a plan, as tables and files of a result have it.

Must not know: how a result is shown, how an object is changed.
"""

from typing import TYPE_CHECKING, List, Optional

from ...sentences import say
from .. import journal as journals
from ..facts import Facts
from ..plans import Plan
from ..run import Run

if TYPE_CHECKING:
    from ...entries import PlannedObject, ReencryptedObject

#: Not begun, or not ended when the run was; no way for it.
WAITING, IMPOSSIBLE = "waiting", "impossible"
#: Keys that a note has.
_NAMES = 20
#: What a row of a result can be.
STATES = (journals.DONE, journals.LEFT, journals.FAILED, IMPOSSIBLE, WAITING)


def planned(plan: Plan, facts: Facts) -> "PlannedObject":
    """An object as it was when the plan was made."""
    return {
        "path": plan.location.root() + facts.key,
        "versionId": facts.version,
        "size": facts.size,
        "algorithmBefore": facts.algorithm,
        "keyBefore": facts.kms_key,
    }


def row(run: Run, number: int) -> "ReencryptedObject":
    """What became of an object."""
    facts, decision = run.plan.rows[number]
    update = run.probe is None or run.probe.update
    entry = run.journal.entry(number)
    way: Optional[str]
    reason: Optional[str] = None
    proof: Optional[str] = None
    if entry is None or entry.state == journals.BEGUN:
        way = decision.by(update)
        state = IMPOSSIBLE if way is None else WAITING
        if way is None:
            reason = decision.reason_by(update)
    else:
        state, way, reason, proof = entry.state, entry.way, entry.reason, entry.proof
    return {
        **planned(run.plan, facts),
        "state": state,
        "way": way,
        "proof": proof,
        "reason": reason,
    }


def notes(run: Run) -> List[str]:
    """What is to be said of the run as a whole."""
    found = run.probe
    if found is None:
        return []
    said = [reason for reason in (found.update_reason, found.copy_reason) if reason]
    if found.left:
        said.append(say("Objects of ours could not be removed: %1.", ", ".join(found.left)))
    if run.journal.parts_left:
        shown = ", ".join(sorted(run.journal.parts_left)[:_NAMES])
        said.append(
            say(
                "Parts of copies that did not end may be left, and cost: see the uploads in parts of "
                "%1. A lifecycle rule that aborts incomplete uploads removes them.",
                shown,
            )
        )
    return said
