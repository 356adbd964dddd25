"""Makes settings take effect on what is open already: closes file systems that hold older ones.

Only while nothing runs; until then a renewal is pending. Must not know: property names, how
settings are written, how a report looks. Never closes what serves Spark's event log, and nothing
that is not of s3, s3a or s3n on the driver.
"""

from typing import Any, Dict, List, Optional

from . import activity, executors, filesystems, report, sessions
from .state import Renewal, State

#: Why executors count as not covered though they closed what was open.
OUTRUN = (
    "Jobs have run since they were renewed, and what was planned before the change brings its "
    "older settings along."
)


def of(held: State, item: Any) -> Optional[Renewal]:
    """What is known about the application of a session; None where it is another one's."""
    found = held.renewal
    if found is None or item.context is None:
        return None
    return found if found.application == sessions.application(item.context) else None


def changed(held: State, live: List[Any]) -> None:
    """Settings were written: renews now, or notes that it is due. Nothing over Connect."""
    item = _classic(live)
    if item is None:
        held.renewal = None
        return
    old = of(held, item)
    new = Renewal(sessions.application(item.context))
    new.fingerprint = held.fingerprint
    new.scheduler = activity.scheduler(item.context)
    new.carried = activity.jobs_ever(new.scheduler) != 0
    if old is not None and not old.due:
        # Executors have nothing open where no job has run since they closed.
        new.there, new.closed, new.jobs = old.there, old.closed, old.jobs
    held.renewal = new
    _attempt(held, live, item, new)


def created(held: State, live: List[Any]) -> None:
    """A session was created: renews unless its application has the settings already."""
    item = _classic(live)
    found = of(held, item) if item is not None else None
    if found is None or found.fingerprint != held.fingerprint:
        changed(held, live)


def check(held: State, live: List[Any]) -> None:
    """Looks again: does what is due, closes what has become stale since, reaches executors again.

    A plan from before a change brings its older settings along when it runs again, so file
    systems may become stale without anybody setting anything. What executors hold cannot be
    looked at; where jobs have run since, they are made to close again.
    """
    item = _classic(live)
    if item is None or (held.profile is None and held.renewal is None):
        return
    found = of(held, item)
    if found is None:
        if held.profile is not None:
            changed(held, live)
    elif held.profile is not None or found.due:
        _attempt(held, live, item, found)


def worth_a_look(held: State) -> bool:
    """Whether a renewal is due, or a job has run since the last look; costs a call into Java."""
    found = held.renewal
    if found is None or found.cancelled:
        return False
    if found.due:
        return True
    return bool(held.sessions) and activity.jobs_ever(found.scheduler) != found.looked


def glance(held: State, live: List[Any]) -> bool:
    """Does what is due, or what the driver shows to be stale; whether there is something to tell.

    Quick, for ahead of a cell: executors are reached only where there is a reason to.
    """
    item = _classic(live)
    found = of(held, item) if item is not None else None
    if item is None or found is None:
        return False
    if not found.due:
        found.looked = activity.jobs_ever(found.scheduler)
        systems = filesystems.look(item, held.dialect, held.profile, held.customer_key) or []
        if not any(one.stale and one.ours and not one.event_log for one in systems):
            return _outrun(found, item)
        found.due = True
        found.jobs = None
        _attempt(held, live, item, found)
        return True
    _attempt(held, live, item, found)
    return not found.due


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
    if found.due or found.there is None:
        return {"total": len(now), "covered": 0}
    if _outrun(found, item):
        found.reason = OUTRUN
        return {"total": len(now), "covered": 0}
    # Who joined after the renewal has opened everything with what is set now.
    return {"total": len(now), "covered": len(now & found.closed) + len(now - found.there)}


def _outrun(found: Renewal, item: Any) -> bool:
    """Whether executors, which cannot be looked at, may have opened older settings again.

    Only what was planned before the change brings them along, so only where jobs had run by then.
    """
    if executors.is_local(str(item.context.master)) or not found.carried:
        return False
    jobs = activity.jobs_ever(found.scheduler)
    return jobs is None or found.jobs is None or jobs != found.jobs + found.own


def _attempt(held: State, live: List[Any], item: Any, found: Renewal) -> None:
    """Renews driver and executors if nothing is running; never raises."""
    if found.cancelled or not activity.quiet(activity.read(live)):
        return
    try:
        complete = _close(item, held, found.due or not found.trusted)
        alone = _reach(found, item)
        found.trusted = complete
        found.due = not alone
        found.failure = None
    except Exception as error:  # noqa: BLE001 - the settings are set: told as a renewal to be done yet
        found.failure = report.scrub(sessions.error_text(error), held.customer_key)
        found.due = True
    found.looked = found.jobs


def _close(item: Any, held: State, unknown: bool) -> bool:
    """Closes the driver's stale file systems, with `unknown` also those that do not tell.

    Returns whether none is left that does not tell.
    """
    systems = filesystems.look(item, held.dialect, held.profile, held.customer_key)
    complete = systems is not None
    for entry in systems or []:
        if entry.stale is False or not entry.ours or (entry.stale is None and not unknown):
            continue
        if entry.event_log:
            complete = complete and entry.stale is not None
            continue
        try:
            entry.instance.close()
        except Exception:  # noqa: BLE001 - still in the cache, it is found and told; else it is gone
            complete = complete and entry.stale is not None
    return complete


def _reach(found: Renewal, item: Any) -> bool:
    """Makes the executors close, unless none of them can have anything open.

    Returns whether no job of somebody else began meanwhile.
    """
    context = item.context
    jobs = activity.jobs_ever(found.scheduler)
    found.reason = None
    asked = 0
    if executors.is_local(str(context.master)):
        found.there, found.closed = set(), set()
    elif jobs == 0:
        found.there = executors.known(context)
        found.closed = set(found.there or ())
    elif jobs is None or jobs != found.jobs or found.there is None or found.closed < found.there:
        found.there, found.closed, found.reason, asked = executors.renew(item)
    found.jobs = activity.jobs_ever(found.scheduler)
    found.own = 0
    return jobs is None or found.jobs == jobs + asked


def _classic(live: List[Any]) -> Any:
    return next((item for item in live if item.context is not None), None)
