"""Makes settings take effect on what is open already, on the driver and on every executor.

What was opened with older settings makes room for what has the new ones, and stays open for those
who use it (java/src). Executors are reached by tasks, so only while nothing runs there; until then
a renewal is due. Must not know: property names, how settings are written, how a report looks.
"""

from typing import Dict, List, Optional

from .. import report
from ..sentences import say
from ..state import Left, Renewal, State
from . import activity, executors, filesystems, java_classes, jvm
from .sessions import Session, classic

#: Seconds for the executors, and beside jobs that occupy them.
QUIET, BUSY = 5.0, 1.0


def of(state: State, session: Session) -> Optional[Renewal]:
    """What is known about the application of a session; None if it is another one's."""
    found = state.renewal
    if found is None or session.context is None:
        return None
    return found if found.application == jvm.application(session.context) else None


def changed(state: State, sessions: List[Session]) -> None:
    """Settings were written: brings them into force, or notes that it is due. Not over Connect."""
    session = classic(sessions)
    if session is None:
        state.renewal = None
        return
    new = Renewal(jvm.application(session.context), session.context)
    new.fingerprint = state.fingerprint
    new.scheduler = activity.scheduler(session.context)
    new.before = activity.running(sessions)
    state.renewal = new
    _attempt(state, sessions, session, new, anew=True, asked=True)


def created(state: State, sessions: List[Session]) -> None:
    """A session was created: renews unless its application has the settings already."""
    session = classic(sessions)
    found = of(state, session) if session is not None else None
    if found is None or found.fingerprint != state.fingerprint:
        changed(state, sessions)


def check(state: State, sessions: List[Session]) -> None:
    """Looks again at the driver and, if jobs have run or executors joined since, at executors."""
    session = classic(sessions)
    if session is None or (state.profile is None and state.renewal is None):
        return
    found = of(state, session)
    if found is None:
        if state.profile is not None:
            changed(state, sessions)
    elif state.profile is not None or found.due:
        _attempt(state, sessions, session, found, asked=True)


def catch_up(state: State, sessions: List[Session]) -> None:
    """After cells: reaches executors that joined meanwhile, so that the next cell need not wait."""
    session = classic(sessions)
    found = of(state, session) if session is not None else None
    if session is None or found is None or state.profile is None or found.cancelled:
        return
    if _lacks(found):
        _attempt(state, sessions, session, found)


def needs_check(state: State) -> bool:
    """Whether anything may have to be done or reported; costs a call into Java, two on a cluster."""
    found = state.renewal
    if found is None or found.cancelled or state.profile is None:
        return False
    if found.due or found.before.any() or _differing(state) != found.differing:
        return True
    try:
        if not java_classes.is_quiet(found.context):
            return True
    except Exception:  # noqa: BLE001 - reported by the look that follows
        return True
    return _lacks(found)


def quick_check(state: State, sessions: List[Session]) -> bool:
    """Does what is due, ahead of a cell; whether there is something new to report."""
    session = classic(sessions)
    found = of(state, session) if session is not None else None
    if session is None or found is None:
        return False
    again = _differing(state) != found.differing
    if again:
        # Objects were stored otherwise than they should be: executors are looked at, too.
        found.differing, found.jobs = _differing(state), None
    still_running(state, sessions)
    _attempt(state, sessions, session, found)
    return again or _facts(found, session, found.left) != found.reported


def reported(found: Renewal, session: Session, left: Left) -> None:
    """A report says what there is: the next guard says nothing unless that changes.

    left: what it says of the driver.
    """
    found.left = left
    found.reported = _facts(found, session, left)


def cancel(state: State) -> bool:
    """Withdraws a renewal that is due; whether there was one."""
    found = state.renewal
    if found is None or not found.due or found.cancelled:
        return False
    found.cancelled = True
    return True


def coverage(state: State, session: Session, stale: bool) -> Optional[Dict[str, int]]:
    """{"total", "covered"} of the executors that are there now, None if that is unknown.

    stale: whether the driver has file systems that hold, or may hold, older settings.
    """
    found = of(state, session)
    if found is None:
        return None
    if executors.is_local(str(session.context.master)):
        return {"total": 1, "covered": 0 if stale or found.due else 1}
    now = executors.known(session.context)
    if now is None:
        return None
    return {"total": len(now), "covered": len(now & found.covered)}


def still_running(state: State, sessions: List[Session]) -> activity.Running:
    """What was running when the settings changed, and is running still."""
    found = state.renewal
    if found is None or not found.before.any():
        return activity.NOTHING
    still: activity.Running = found.before.still(activity.running(sessions))
    found.before = still
    if not still.any():
        try:
            # What it wrote with the settings that it began with is over with it.
            java_classes.change(found.context, found.settings, True)
        except Exception as error:  # noqa: BLE001 - reported as any other look that fails
            found.failure = jvm.error_text(error)
    return still


def _attempt(
    state: State,
    sessions: List[Session],
    session: Session,
    found: Renewal,
    anew: bool = False,
    asked: bool = False,
) -> None:
    """Renews the driver and, as far as they have room for it, the executors; never raises.

    anew: the settings were chosen just now; asked: somebody waits for it, so that it may take a
    moment also beside jobs that are running.
    """
    if found.cancelled:
        return
    try:
        if anew:
            found.settings = filesystems.settings(state, session)
        answer = java_classes.change(session.context, found.settings, anew)
        found.sealed, found.failure = bool(answer["sealed"]), answer["failure"]
        if executors.is_local(str(session.context.master)):
            found.due = False
        else:
            _reach(found, sessions, session, asked)
    except Exception as error:  # noqa: BLE001 - the settings are set: reported as a renewal to be done yet
        answer = {"writing": [], "systems": []}
        found.sealed, found.due = False, True
        found.failure = jvm.error_text(error)
    found.failure = report.scrub(found.failure, state.customer_key) if found.failure else None
    stale = [one["uri"] for one in answer["systems"] if one["stale"]]
    found.left = Left(sorted(stale), answer["writing"])


def _facts(found: Renewal, session: Session, left: Optional[Left]) -> object:
    """All that a report says of a renewal."""
    missing: List[str] = []
    if not executors.is_local(str(session.context.master)):
        missing = sorted((executors.known(session.context) or set()) - found.covered)
    return (found.due, found.failure, found.before, missing, left)


def _reach(found: Renewal, sessions: List[Session], session: Session, asked: bool) -> None:
    """Brings the settings to the executors, unless all have them and no job has run since."""
    context = session.context
    jobs = activity.jobs_ever(found.scheduler)
    if not _lacks(found) and jobs is not None and jobs == found.jobs:
        found.due = False
        return
    quiet = activity.quiet(activity.read(sessions), streams=False)
    if not quiet and not asked:
        found.due = _lacks(found)
        return
    reached = executors.reach(context, found.settings, QUIET if quiet else BUSY)
    # An executor that was reached before and is busy now has kept what it was given.
    kept = found.covered - set(reached.answers) if found.sealed else set()
    found.covered = kept
    found.reason = reached.reason
    for name, answer in reached.answers.items():
        wrong = _wrong(answer, found.settings is not None and found.sealed)
        if wrong is None:
            found.covered.add(name)
        else:
            found.reason = wrong
    found.jobs = activity.jobs_ever(found.scheduler)
    found.due = not quiet and _lacks(found)


def _wrong(answer: java_classes.Answer, sealing: bool) -> Optional[str]:
    """Why an executor does not write as it should; None if it does."""
    if answer["failure"] is not None:
        return str(answer["failure"])
    if sealing and not answer["sealed"]:
        return say("It opens file systems with settings of their own.")
    stale = [one["uri"] for one in answer["systems"] if one["stale"]]
    return say("It still writes otherwise to %1.", ", ".join(stale)) if stale else None


def _lacks(found: Renewal) -> bool:
    """Whether executors are there that were not reached."""
    if executors.is_local(str(found.context.master)):
        return False
    now = executors.known(found.context)
    return now is None or not now <= found.covered


def _differing(state: State) -> int:
    """How many paths are known to hold objects that are not as wanted."""
    seen = state.evidence
    return len(seen.differing) if seen is not None and seen.renewal is state.renewal else 0
