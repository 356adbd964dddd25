"""Brings settings into effect in open file systems, on the driver and on every executor.

An instance with older settings is replaced in Hadoop's cache by one with the new ones, and stays
open for its users (java/src). Executors are reached by tasks, so only while nothing is running;
until then a renewal is due. Must not know: property names, how settings are written, how a report looks.
"""

import re
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional

from .. import report
from ..data import late
from ..sentences import say
from ..shapes import SparkContext
from ..state import Left, Renewal, State
from . import activity, connect, executors, filesystems, java_classes, jvm
from .activity.common import NOTHING, Running, scheduler
from .sessions import JvmSession, Session, classic

if TYPE_CHECKING:
    from ..foreign import OpenSystems as Answer

#: Seconds to wait for executors, and for executors with running jobs.
QUIET, BUSY = 5.0, 1.0
#: Seconds to wait for the executors that start with a new application.
START = 5.0


def of(state: State, session: Session) -> Optional[Renewal]:
    """The renewal of a session's application; None if there is none."""
    found = state.renewal
    if found is None or session.context is None:
        return None
    return found if found.application == jvm.application(session.context) else None


def changed(state: State, sessions: List[Session]) -> None:
    """Brings settings that were just written into effect, or notes that it is due."""
    session = classic(sessions)
    old = state.renewal
    connect.changed(state, sessions)
    if session is None:
        state.renewal = None
        return
    new = Renewal(jvm.application(session.context), session.context)
    new.fingerprint = state.fingerprint
    new.at_work = old is not None and old.application == new.application and old.at_work
    new.before = NOTHING
    # First: broken off, it is still known to be due.
    state.renewal = new
    new.scheduler = scheduler(session.context)
    new.before = activity.running(sessions)
    _attempt(state, sessions, session, new, anew=True, asked=True)


def created(state: State, sessions: List[Session]) -> None:
    """Renews for a new session, unless its application has the settings already.

    Of a new application it waits for the executors that start with it: the user's first job would
    wait for them, too, and its tasks would come before ours.
    """
    session = classic(sessions)
    connect.created(state, sessions)
    found = of(state, session) if session is not None else None
    if session is not None and (found is None or found.fingerprint != state.fingerprint):
        if found is None:
            before = len(state.renewal.covered) if state.renewal is not None else 0
            if not _is_local(session.context) and _kept_off(state) is None:
                with late.imports():
                    from .executors import tasks
                tasks.wait_for_start(session.context, before or 1, START)
        changed(state, sessions)


def check(state: State, sessions: List[Session]) -> None:
    """Checks the driver again and, if jobs have run or executors joined since, the executors."""
    session = classic(sessions)
    connect.check(state, sessions)
    if session is None or (state.profile is None and state.renewal is None):
        return
    found = of(state, session)
    if found is None:
        if state.profile is not None:
            changed(state, sessions)
    elif state.profile is not None or found.due:
        _attempt(state, sessions, session, found, asked=True)


def catch_up(state: State, sessions: List[Session], limit: float) -> None:
    """After cells: reaches executors that joined meanwhile, so that the next cell does not wait.

    limit: seconds that it may take. Those that do not answer by then are left for the next guard.
    """
    session = classic(sessions)
    found = of(state, session) if session is not None else None
    if session is None or found is None or state.profile is None or found.cancelled:
        return
    if _lacks(found):
        _attempt(state, sessions, session, found, limit=limit)


class Glance(NamedTuple):
    """What a guard sees first.

    due: whether anything may have to be done or reported. settings: what tells the settings of now
    from others, None if that is not known.
    """

    due: bool
    settings: Optional[int]


def glance(state: State) -> Glance:
    """Takes one Java call, two on a cluster."""
    found = state.renewal
    if found is None or state.profile is None:
        return Glance(False, None)
    try:
        quiet = java_classes.quiet(found.context)
        now = java_classes.watched(found.context) if quiet is None else quiet
    except Exception:  # noqa: BLE001 - reported by the check that follows
        return Glance(not found.cancelled, None)
    if found.cancelled:
        return Glance(False, now)
    due = quiet is None or found.due or found.before.any() or _differing(state) != found.differing
    return Glance(due or _lacks(found) or _turns(state, found), now)


def quick_check(state: State, sessions: List[Session]) -> bool:
    """Does what is due before a cell; returns whether there is something new to report."""
    session = classic(sessions)
    found = of(state, session) if session is not None else None
    if session is None or found is None:
        return False
    again = _differing(state) != found.differing
    if again:
        # Objects were stored with other settings: the executors are checked, too.
        found.differing, found.jobs = _differing(state), None
    still_running(state, sessions)
    _attempt(state, sessions, session, found)
    return again or _facts(found, session, found.left) != found.reported


def reported(found: Renewal, session: JvmSession, left: Left) -> None:
    """Remembers what a report said, so that the next guard reports only changes.

    left: what it said of the driver.
    """
    found.left = left
    found.reported = _facts(found, session, left)


def cancel(state: State) -> bool:
    """Cancels a renewal that is due; returns whether there was one."""
    found = state.renewal
    if found is None or not found.due or found.cancelled:
        return False
    found.cancelled = True
    return True


def coverage(state: State, session: JvmSession, stale: bool) -> Optional[Dict[str, int]]:
    """{"total", "covered"} of the current executors, None if unknown.

    stale: whether the driver has file systems that have, or may have, older settings.
    """
    found = of(state, session)
    if found is None:
        return None
    if _is_local(session.context):
        return {"total": 1, "covered": 0 if stale or found.due else 1}
    now = executors.known(session.context)
    if now is None:
        return None
    return {"total": len(now), "covered": len(now & found.covered)}


def still_running(state: State, sessions: List[Session]) -> Running:
    """What was running when the settings changed, and is still running."""
    found = state.renewal
    if found is None or not found.before.any():
        return NOTHING
    still: Running = found.before.still(activity.running(sessions))
    found.before = still
    if not still.any():
        try:
            # All of it has ended, so it no longer writes with older settings.
            java_classes.change(found.context, found.settings, True)
            found.forget, found.jobs = True, None
        except Exception as error:  # noqa: BLE001 - reported as for any other failed check
            found.failure = jvm.error_text(error)
    return still


def _attempt(
    state: State,
    sessions: List[Session],
    session: JvmSession,
    found: Renewal,
    anew: bool = False,
    asked: bool = False,
    limit: Optional[float] = None,
) -> None:
    """Renews the driver and, if nothing keeps them busy, the executors; never raises.

    anew: whether the settings were just chosen; asked: whether a user waits for it, so that it may
    take a moment even while jobs are running; limit: seconds to wait for idle executors, None for QUIET.
    """
    if found.cancelled:
        return
    try:
        if anew:
            found.settings = filesystems.settings(state, session)
            java_classes.leave_out_event_log(session.context)
        answer = java_classes.change(session.context, found.settings, anew)
        found.sealed, found.failure = bool(answer["sealed"]), _failure(answer)
        found.ahead.update(answer["ahead"])
        if _is_local(session.context):
            found.due = False
        else:
            limit = QUIET if limit is None else limit
            found.kept_off = _kept_off(state)
            if found.kept_off is not None:
                _withdraw(found, sessions, session, asked, limit)
            else:
                if (anew or not found.at_work) and found.settings is not None:
                    java_classes.follow(session.context)
                _reach(found, sessions, session, anew, asked, limit)
    except Exception as error:  # noqa: BLE001 - the settings are set: reported as a renewal that is still due
        answer = {"writing": [], "systems": [], "moved": []}
        found.sealed, found.due = False, True
        found.failure = jvm.error_text(error)
    found.failure = report.scrub(found.failure, state.customer_key) if found.failure else None
    stale = [system["uri"] for system in answer["systems"] if system["stale"]]
    found.left = Left(sorted(stale), answer["writing"], answer["moved"])


def _facts(found: Renewal, session: JvmSession, left: Optional[Left]) -> object:
    """Everything that a report says about a renewal."""
    missing: List[str] = []
    if not _is_local(session.context):
        missing = sorted((executors.known(session.context) or set()) - found.covered)
    return (
        found.due,
        found.failure,
        found.before,
        missing,
        sorted(found.ahead),
        sorted(found.writing),
        left,
    )


def _reach(
    found: Renewal,
    sessions: List[Session],
    session: JvmSession,
    anew: bool,
    asked: bool,
    limit: float,
) -> None:
    """Brings the settings to the executors, unless all have them and no job has run since."""
    context = session.context
    jobs = activity.jobs_ever(found.scheduler)
    if not _lacks(found) and jobs is not None and jobs == found.jobs:
        found.due = False
        return
    running = activity.read(sessions)
    if running["jobs"]:
        # The ones that bring settings to executors that joined are not the user's.
        running["jobs"] = max(0, running["jobs"] - java_classes.jobs(context))
    quiet = activity.quiet(running, streams=False)
    if not quiet and not asked:
        found.due = _lacks(found)
        return
    anew = anew or (found.forget and quiet)
    with late.imports():
        from .executors import tasks
    found.at_work = found.settings is not None
    reached = tasks.reach(context, found.settings, anew, limit if quiet else BUSY)
    if anew:
        found.forget, found.writing = False, set()
    # An executor that was reached before and is busy now still has the settings.
    kept = found.covered - set(reached.answers) if found.sealed else set()
    found.covered = kept
    found.reason = reached.reason
    for name, answer in reached.answers.items():
        found.ahead.update(answer["ahead"])
        found.writing.update(answer["writing"])
        wrong = _wrong(answer, found.settings is not None and found.sealed)
        if wrong is None:
            found.covered.add(name)
        else:
            found.reason = wrong
    found.jobs = activity.jobs_ever(found.scheduler)
    found.due = not quiet and _lacks(found)


def _withdraw(
    found: Renewal, sessions: List[Session], session: JvmSession, asked: bool, limit: float
) -> None:
    """Takes away what our class does in executors, which would go on with older settings.

    By one last task on each, if it was ever there; what runs there opens buckets as it says itself.
    """
    found.covered, found.due, found.reason = set(), False, None
    if not found.at_work:
        return
    java_classes.leave(session.context)
    quiet = activity.quiet(activity.read(sessions), streams=False)
    if not quiet and not asked:
        return  # a later guard does it
    with late.imports():
        from .executors import tasks
    reached = tasks.reach(session.context, None, True, limit if quiet else BUSY)
    found.at_work = not reached.there <= set(reached.answers)
    found.reason = reached.reason


def _failure(answer: "Answer") -> Optional[str]:
    """Why a change did not come to its end in a JVM, as a sentence if it is one of ours."""
    if answer["failure"] is None:
        return None
    text = str(answer["failure"])
    address, line_break, error = text.partition("\n")
    opened = line_break and re.match("s3[an]?://", address)
    return say("%1 could not be opened: %2", address, error) if opened else text


def _wrong(answer: "Answer", sealing: bool) -> Optional[str]:
    """Why an executor does not write with the settings; None if it does."""
    failure = _failure(answer)
    if failure is not None:
        return failure
    if sealing and not answer["sealed"]:
        return say("It opens file systems with settings of their own.")
    stale = [system["uri"] for system in answer["systems"] if system["stale"]]
    return say("It still writes otherwise to %1.", ", ".join(stale)) if stale else None


def _lacks(found: Renewal) -> bool:
    """Whether there are executors that were not reached."""
    if _is_local(found.context) or found.kept_off is not None:
        return False
    now = executors.known(found.context)
    return now is None or not now <= found.covered


def _is_local(context: SparkContext) -> bool:
    return executors.is_local(str(context.master))


def _kept_off(state: State) -> Optional[str]:
    return java_classes.kept_off(state.connect_class)


def _turns(state: State, found: Renewal) -> bool:
    """Whether our class was allowed or forbidden on executors since, or has not gone from there."""
    if _is_local(found.context):
        return False
    reason = _kept_off(state)
    return reason != found.kept_off or (reason is not None and found.at_work)


def _differing(state: State) -> int:
    """How many paths are known to have objects that are not as the profile says."""
    seen = state.evidence
    return len(seen.differing) if seen is not None and seen.renewal is state.renewal else 0
