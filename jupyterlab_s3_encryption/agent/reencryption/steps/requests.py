"""The requests about a re-encryption: reencryptionPlan, reencryption, cancelReencryption.

As in the agent's requests.py. Must not know: how a plan is made or carried out.
"""

from typing import TYPE_CHECKING, Callable, Dict, Optional

from ...checks.outcome import Outcome
from ...objects import verdicts
from ...objects.reading.boto import NotReadError, first_line
from ...report import Error
from ...sentences import Sentence, say
from ...spark.sessions import find_sessions
from ...state import State
from .. import requests
from ..journal import JournalError
from ..pace import CancelledError
from ..plans import InvalidError, NoPlanError
from ..run import RefusedError
from . import work

if TYPE_CHECKING:
    from ...shapes import CancelReencryptionArguments, PlanArguments, ReencryptionArguments

#: Their messages are sentences for the user.
_SAID = (NoPlanError, NotReadError, RefusedError, JournalError)


def plan(state: State, arguments: "PlanArguments") -> Outcome:
    """Starts to plan what is below `path`, or goes on with the plan `token`; changes nothing."""
    sessions = find_sessions(state)
    token = arguments.get("token")
    if token is None:
        busy = _running(state)
        if busy is not None:
            return Outcome(sessions, error=busy)
        _free(state)
        try:
            what = requests.wanted(state, arguments.get("path"))
        except (NoPlanError, NotReadError) as error:
            return Outcome(sessions, error=_not_planned(error))
        state.reencryption = work.Planning(what, arguments.get("versions") is True)
    current = state.reencryption
    if not isinstance(current, work.Planning) or token not in (None, current.token):
        return Outcome(sessions, error=_unknown_plan())
    entry = current.answer()
    problem = None
    if current.failure is not None:
        problem = _not_planned(current.failure)
        _free(state)
    return Outcome(sessions, {"reencryptionPlan": entry}, error=problem)


def reencryption(state: State, arguments: "ReencryptionArguments") -> Outcome:
    """Begins the run of the plan that was made last, or goes on with the run `token`."""
    sessions = find_sessions(state)
    token, chosen = arguments.get("token"), arguments.get("plan")
    if token is None:
        busy = _running(state)
        if busy is not None:
            return Outcome(sessions, error=busy)
        made = state.reencryption
        if not isinstance(made, work.Planning) or made.plan is None or made.token != chosen:
            return Outcome(sessions, error=_unknown_plan())
        armed = verdicts.choice_of(state.profile, made.plan.location.bucket)
        if work.essence(armed) != made.choice:
            _free(state)
            message = say(
                "What is applied has changed since the plan was made, so nothing was changed. "
                "Make the plan again."
            )
            return Outcome(sessions, error=Error("plan-outdated", message))
        try:
            store = requests.store_of(state, made.plan)
        except (NoPlanError, NotReadError) as error:
            return Outcome(sessions, error=_not_run(error))
        state.reencryption = work.Running(store, made.plan)
    current = state.reencryption
    if not isinstance(current, work.Running) or token not in (None, current.token):
        message = say("This run has ended. Make a plan again to see what is left to do.")
        return Outcome(sessions, error=Error("unknown-run", message))
    entry = current.answer()
    problem = None
    if entry["token"] is None:
        if current.stopped is not None:
            problem = Error("reencryption-failed", current.stopped)
        elif current.failure is not None and not isinstance(current.failure, CancelledError):
            problem = _not_run(current.failure)
        _free(state)
    return Outcome(sessions, {"reencryption": entry}, error=problem)


def cancel(state: State, arguments: "CancelReencryptionArguments") -> Outcome:
    """Ends the plan or the run `token`; what a run did is in its next answers.

    It is no error if it has already ended.
    """
    current = state.reencryption
    if isinstance(current, work.Work) and current.token == arguments.get("token"):
        current.cancel()
        if isinstance(current, work.Planning):
            _free(state)
    return Outcome()


#: Each takes the arguments of its request, as they come.
REQUESTS: Dict[str, Callable[..., Outcome]] = {
    "reencryptionPlan": plan,
    "reencryption": reencryption,
    "cancelReencryption": cancel,
}


def _running(state: State) -> Optional[Error]:
    """Why nothing else may begin: a run of another page, which still goes on; None if it may."""
    current = state.reencryption
    if not isinstance(current, work.Running) or current.over or current.abandoned:
        return None
    message = say("A re-encryption is under way in this kernel. Wait for its end, or stop it.")
    return Error("reencryption-under-way", message)


def _free(state: State) -> None:
    if isinstance(state.reencryption, work.Work):
        state.reencryption.cancel()
    state.reencryption = None


def _unknown_plan() -> Error:
    message = say("This plan is not in the kernel any more. Make it again.")
    return Error("unknown-plan", message)


def _not_planned(error: BaseException) -> Error:
    """Why there is no plan."""
    if isinstance(error, InvalidError):
        message = _text(error, say("Give an address like s3://BUCKET/FOLDER."))
        return Error("invalid-path", message, "unchanged", [{"field": "path", "message": message}])
    return Error(
        "not-planned", _text(error, say("The plan could not be made: %1", first_line(error)))
    )


def _not_run(error: BaseException) -> Error:
    """Why a run did not begin, or ended early."""
    text = say("The re-encryption could not go on: %1", first_line(error))
    return Error("reencryption-failed", _text(error, text))


def _text(error: BaseException, otherwise: Sentence) -> Sentence:
    said = error.args[0] if error.args else None
    return said if isinstance(error, _SAID) and isinstance(said, Sentence) else otherwise
