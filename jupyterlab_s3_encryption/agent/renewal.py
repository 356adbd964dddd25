"""Makes settings take effect on what is open already, on the driver and on every executor.

What was opened with older settings makes room for what has the new ones, and stays open for those
who use it (java/src). Executors are reached by tasks, so only while nothing runs there; until then
a renewal is due. Must not know: property names, how settings are written, how a report looks.
"""

from typing import Any, Dict, List, Optional

from . import activity, executors, filesystems, java_classes, report, sessions
from .state import Renewal, State


def of(held: State, item: Any) -> Optional[Renewal]:
    """What is known about the application of a session; None where it is another one's."""
    found = held.renewal
    if found is None or item.context is None:
        return None
    return found if found.application == sessions.application(item.context) else None


def changed(held: State, live: List[Any]) -> None:
    """Settings were written: brings them into force, or notes that it is due. Not over Connect."""
    item = _classic(live)
    if item is None:
        held.renewal = None
        return
    new = Renewal(sessions.application(item.context), item.context)
    new.fingerprint = held.fingerprint
    new.scheduler = activity.scheduler(item.context)
    new.before = activity.running(live)
    held.renewal = new
    _attempt(held, live, item, new, True)


def created(held: State, live: List[Any]) -> None:
    """A session was created: renews unless its application has the settings already."""
    item = _classic(live)
    found = of(held, item) if item is not None else None
    if found is None or found.fingerprint != held.fingerprint:
        changed(held, live)


def check(held: State, live: List[Any]) -> None:
    """Looks again at the driver and, where jobs have run or executors joined since, at executors."""
    item = _classic(live)
    if item is None or (held.profile is None and held.renewal is None):
        return
    found = of(held, item)
    if found is None:
        if held.profile is not None:
            changed(held, live)
    elif held.profile is not None or found.due:
        _attempt(held, live, item, found)


def catch_up(held: State, live: List[Any]) -> None:
    """After cells: reaches executors that joined meanwhile, so that the next cell need not wait."""
    item = _classic(live)
    found = of(held, item) if item is not None else None
    if found is not None and held.profile is not None and not found.cancelled and _lacks(found):
        _attempt(held, live, item, found)


def worth_a_look(held: State) -> bool:
    """Whether anything may have to be done or told; costs a call into Java, two on a cluster."""
    found = held.renewal
    if found is None or found.cancelled or held.profile is None:
        return False
    if found.due or found.before.any() or _differing(held) != found.differing:
        return True
    try:
        if not java_classes.is_quiet(found.context):
            return True
    except Exception:  # noqa: BLE001 - told by the look that follows
        return True
    return _lacks(found)


def glance(held: State, live: List[Any]) -> bool:
    """Does what is due, ahead of a cell; whether there is something new to tell."""
    item = _classic(live)
    found = of(held, item) if item is not None else None
    if item is None or found is None:
        return False
    again = _differing(held) != found.differing
    if again:
        # Objects were stored otherwise than they should be: executors are looked at, too.
        found.differing, found.jobs = _differing(held), None
    before = (found.summary, found.before)
    _attempt(held, live, item, found)
    return again or (found.summary, still_running(held, live)) != before


def cancel(held: State) -> bool:
    """Withdraws a renewal that is due; whether there was one."""
    found = held.renewal
    if found is None or not found.due or found.cancelled:
        return False
    found.cancelled = True
    return True


def coverage(held: State, item: Any, stale: bool) -> Optional[Dict[str, int]]:
    """{"total", "covered"} of the executors that are there now, None where that is unknown.

    stale: whether the driver has file systems that hold, or may hold, older settings.
    """
    found = of(held, item)
    if found is None:
        return None
    if executors.is_local(str(item.context.master)):
        return {"total": 1, "covered": 0 if stale or found.due else 1}
    now = executors.known(item.context)
    if now is None:
        return None
    return {"total": len(now), "covered": len(now & found.covered)}


def still_running(held: State, live: List[Any]) -> activity.Running:
    """What was running when the settings changed, and is running still."""
    found = held.renewal
    if found is None or not found.before.any():
        return activity.NOTHING
    still: activity.Running = found.before.still(activity.running(live))
    found.before = still
    return still


def _attempt(held: State, live: List[Any], item: Any, found: Renewal, anew: bool = False) -> None:
    """Renews the driver and, if nothing is running, the executors; never raises."""
    if found.cancelled:
        return
    try:
        settings = filesystems.settings(held, item)
        answer = java_classes.change(item.context, settings, anew)
        found.sealed, found.failure = bool(answer["sealed"]), answer["failure"]
        if executors.is_local(str(item.context.master)):
            found.due = False
        else:
            _reach(found, live, item, settings)
    except Exception as error:  # noqa: BLE001 - the settings are set: told as a renewal to be done yet
        answer = {"writing": []}
        found.sealed, found.due = False, True
        found.failure = sessions.error_text(error)
    found.failure = report.scrub(found.failure, held.customer_key) if found.failure else None
    found.summary = (
        found.due,
        found.failure,
        sorted((executors.known(item.context) or set()) - found.covered),
        answer["writing"],
        [one for one in answer.get("systems", ()) if one["stale"]],
    )


def _reach(found: Renewal, live: List[Any], item: Any, settings: Optional[str]) -> None:
    """Brings the settings to the executors, unless all have them and no job has run since."""
    context = item.context
    jobs = activity.jobs_ever(found.scheduler)
    if not _lacks(found) and jobs is not None and jobs == found.jobs:
        found.due = False
        return
    if not activity.quiet(activity.read(live), streams=False):
        found.due = _lacks(found)
        return
    reached = executors.reach(context, settings)
    # An executor that was reached before and is busy now has kept what it was given.
    kept = found.covered - set(reached.answers) if found.sealed else set()
    found.covered = kept
    found.reason = reached.reason
    for name, answer in reached.answers.items():
        wrong = _wrong(answer, settings is not None and found.sealed)
        if wrong is None:
            found.covered.add(name)
        else:
            found.reason = wrong
    found.jobs = activity.jobs_ever(found.scheduler)
    found.due = False


def _wrong(answer: java_classes.Answer, sealing: bool) -> Optional[str]:
    """Why an executor does not write as it should; None where it does."""
    if answer["failure"] is not None:
        return str(answer["failure"])
    if sealing and not answer["sealed"]:
        return "It opens file systems with settings of their own."
    stale = [one["uri"] for one in answer["systems"] if one["stale"]]
    return "It still writes otherwise to %s." % ", ".join(stale) if stale else None


def _lacks(found: Renewal) -> bool:
    """Whether executors are there that were not reached."""
    if executors.is_local(str(found.context.master)):
        return False
    now = executors.known(found.context)
    return now is None or not now <= found.covered


def _differing(held: State) -> int:
    """How many paths are known to hold objects that are not as wanted."""
    seen = held.evidence
    return len(seen.differing) if seen is not None and seen.renewal is held.renewal else 0


def _classic(live: List[Any]) -> Any:
    return next((item for item in live if item.context is not None), None)
