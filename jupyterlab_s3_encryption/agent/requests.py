"""What each request does: validates, finds the sessions, sets or restores.

Each function takes the state and the request's arguments, and returns what the report says in
addition to what is found in the kernel. Must not know: Jupyter, messages, property names.
"""

import contextlib
import functools
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List

from . import arming, data
from .checks import findings
from .checks.outcome import Outcome
from .profile import dialects
from .report import Error
from .sentences import join, say
from .shapes import FieldMessage, Unchecked
from .spark import hooks, renewal, settings, watching
from .spark.sessions import find_sessions
from .state import State

if TYPE_CHECKING:
    from .shapes import ChoiceArguments, GuardArguments, NoArguments


def probe(_: State, __: "NoArguments") -> Outcome:
    """Reads what is in the kernel; changes and starts nothing."""
    return Outcome()


def verify(state: State, _: "NoArguments") -> Outcome:
    """Reads everything again and compares it with what was applied."""
    if state.unsettled:
        _settle(state)
    if state.profile is not None:
        arming.watch(state)
    state.unreported = False
    sessions = find_sessions(state)
    renewal.check(state, sessions)
    return Outcome(sessions)


def apply(state: State, arguments: "ChoiceArguments") -> Outcome:
    """Arms a profile and sets it in every session; all of it, or nothing."""
    choice = arming.read_choice(arguments)
    problems = arming.problems(choice)
    if problems:
        message = join([problem["message"] for problem in problems])
        return Outcome(error=Error("invalid-profile", message, "unchanged", problems))
    sessions = find_sessions(state, True)
    removed = []
    try:
        with _changing(state):
            removed = arming.arm(state, sessions, choice)
    except dialects.UnsupportedError as error:
        return Outcome(sessions, error=Error("unsupported-method", str(error)))
    except arming.NoConnectorError as error:
        return Outcome(sessions, error=Error("no-connector", str(error)))
    except settings.RefusedError as error:
        return Outcome(
            sessions,
            findings=findings.not_restored([], error.unrestored),
            error=Error("spark-refused", str(error), "mixed" if error.unrestored else "old"),
        )
    return Outcome(sessions, {"removed": removed})


def guard(state: State, arguments: "GuardArguments") -> Outcome:
    """Sent ahead of cells: arms a kernel that was neither armed nor cleared, and changes nothing else.

    If a cell or another page has armed or cleared it, that is reported and left alone.
    """
    if not isinstance(arguments.get("block"), (bool, type(None))):
        right = say("Whether cells are held back is true or false.")
        fields: List[FieldMessage] = [{"field": "block", "message": right}]
        return Outcome(error=Error("invalid-profile", right, "unchanged", fields))
    if arguments.get("connectClass") is False:
        # Taken back at once; only a choice gives it.
        state.connect_class = False
    if state.unsettled:
        _settle(state)
        state.unreported = True
    if state.profile is None and not state.cleared:
        return apply(state, arguments)
    choice = arming.read_choice(arguments)
    same = state.fingerprint is not None and (
        arguments.get("fingerprint") == state.fingerprint
        or (not arming.problems(choice) and state.identity(choice) == state.fingerprint)
    )
    if not same or state.failure is not None or state.unreported:
        return verify(state, {})
    if not hooks.alive(state):
        again: "ChoiceArguments" = {
            "profile": state.profile,
            "connector": state.connector,
            "customerKey": state.customer_key,
            "connectClass": state.connect_class,
        }
        return apply(state, again)
    seen = renewal.glance(state)
    if watching.differ(state, seen.settings, bool(arguments.get("block"))):
        return verify(state, {})
    if seen.due and renewal.quick_check(state, find_sessions(state)):
        return Outcome()
    return Outcome(unchanged=True)


def clear(state: State, _: "NoArguments") -> Outcome:
    """Restores what was set, and nothing else; the report says what is in force then."""
    sessions = find_sessions(state)
    with _changing(state):
        taken = arming.disarm(state, sessions)
        state.cleared = True
    message = say("Could not be restored: %1.", ", ".join(sorted(taken.failed)))
    return Outcome(
        sessions,
        findings=findings.not_restored(taken.left, taken.failed),
        error=Error("spark-refused", message, "mixed") if taken.failed else None,
    )


def cancel_renewal(state: State, _: "NoArguments") -> Outcome:
    """Cancels a pending renewal; the settings stay, and the next apply starts a new one."""
    renewal.cancel(state)
    return Outcome()


def release(state: State, _: "NoArguments") -> Outcome:
    """Forgets the profile and unhooks; what is set stays as it is."""
    hooks.remove(state)
    state.forget()
    state.cleared = True
    state.renewal, state.unsettled = None, False
    return Outcome()


@contextlib.contextmanager
def _changing(state: State) -> Iterator[None]:
    """Around a change of what is armed: broken off, it ends with what was armed before or after it.

    An error of Spark's that names what it restored needs no more.
    """
    before, state.unsettled = state.unsettled, True
    try:
        yield
    except (dialects.UnsupportedError, arming.NoConnectorError):
        state.unsettled = before
        raise
    except settings.RefusedError as error:
        state.unsettled = before or bool(error.unrestored)
        raise
    except BaseException:
        with contextlib.suppress(Exception):  # the next guard or check tries again
            _settle(state)
        raise
    state.unsettled = False


def _settle(state: State) -> None:
    """After a change that was broken off: sets all that is armed, or takes back what is not."""
    sessions = find_sessions(state, True)
    choice = state.choice()
    if choice is None:
        cleared = state.cleared
        arming.disarm(state, sessions)
        state.cleared = cleared
    else:
        arming.arm(state, sessions, choice)
    state.unsettled = False


#: Each takes the arguments of its request, as they come.
REQUESTS: Dict[str, Callable[[State, Unchecked], Outcome]] = {
    "probe": probe,
    "apply": apply,
    "clear": clear,
    "verify": verify,
    "guard": guard,
    "release": release,
    "cancelRenewal": cancel_renewal,
}


def _about_objects(part: str, name: str, state: State, arguments: Unchecked) -> Outcome:
    if part == "objects":
        from .objects import requests as about_objects

        return about_objects.REQUESTS[name](state, arguments)
    from .reencryption.steps import requests as about_reencryption

    return about_reencryption.REQUESTS[name](state, arguments)


#: The code of requests about stored objects is loaded with the first of them.
REQUESTS.update(
    (name, functools.partial(_about_objects, row["part"], name))
    for name, row in data.contract("requests")["requests"].items()
    if row["part"] is not None
)

#: Requests that change settings.
WRITING = ("apply", "guard", "clear")
