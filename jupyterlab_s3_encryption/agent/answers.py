"""Answers a request with a whole report, whatever happens on the way.

Must not know: what a request does, Jupyter, messages.
"""

import os
import time
import traceback
from typing import List, Optional

from . import report, requests, sentences
from . import state as states
from .checks import inspection
from .checks.outcome import Outcome
from .data import late
from .report import Error
from .sentences import say
from .shapes import FieldMessage, JsonObject, Report
from .spark import watching
from .spark.sessions import find_sessions, is_server_gone
from .state import State


def answer(request: JsonObject, version: str, source: str) -> Report:
    """As `handle` of the agent; version and source: those of the agent, for the report."""
    began = time.perf_counter()
    misshapen = _misshapen(request)
    name = str(request.get("request")) if isinstance(request, dict) else ""
    given = request.get("arguments") if isinstance(request, dict) else None
    arguments: JsonObject = given if isinstance(given, dict) else {}
    answer = report.empty(name, version, source)
    before = states.get().fingerprint
    try:
        if misshapen is not None:
            report.fail(answer, misshapen)
        elif request.get("protocol", report.PROTOCOL) != report.PROTOCOL:
            message = say("This agent speaks protocol %1.", report.PROTOCOL)
            report.fail(answer, Error("other-protocol", message))
        elif name not in requests.REQUESTS:
            report.fail(answer, Error("unknown-request", say("There is no request %1.", name)))
        else:
            state = states.get()
            answer = _complete(answer, state, requests.REQUESTS[name](state, arguments))
    except Exception as error:  # noqa: BLE001 - reported, a defect of the agent, with its traceback
        report.fail(answer, _error(error, name in requests.WRITING))
    except BaseException as error:
        report.fail(answer, _interrupted(error, states.get(), before))
        # Whoever sent the request has the truth at hand.
        error.report = _finished(answer, arguments, began)  # type: ignore[attr-defined]
        raise
    return _finished(answer, arguments, began)


def _finished(answer: Report, arguments: JsonObject, began: float) -> Report:
    """Without secrets, and with what its sentences are made of."""
    for secret in (arguments.get("customerKey"), states.get().customer_key):
        if isinstance(secret, str) and secret:
            answer = report.scrub(answer, secret)
    if not answer.get("unchanged"):
        # Last: a text that had a secret in it is no Sentence any more.
        answer["sentences"] = sentences.collect(answer)
        if states.EVENTS in os.environ:
            _inform(answer, arguments)
    answer["elapsed"] = round((time.perf_counter() - began) * 1000, 2)
    return answer


def _inform(answer: Report, arguments: JsonObject) -> None:
    """Lets the server know, which listens."""
    with late.imports():
        from .checks import events
    events.current().follow(answer, arguments.get("profile"))


def _misshapen(request: object) -> Optional[Error]:
    """The error of a request that cannot be read; None if it can."""
    if not isinstance(request, dict):
        field, message = "request", say("A request is an object that names what is asked for.")
    elif not isinstance(request.get("arguments", {}), (dict, type(None))):
        field, message = "arguments", say("The arguments of a request are an object.")
    else:
        return None
    fields: List[FieldMessage] = [{"field": field, "message": message}]
    return Error("invalid-request", message, "unchanged", fields)


def _complete(answer: Report, state: State, outcome: Outcome) -> Report:
    """The report of a request, or the short answer of one that had nothing to do."""
    if outcome.unchanged:
        return {
            "protocol": answer["protocol"],
            "request": answer["request"],
            "ok": answer["ok"],
            "unchanged": True,
            "fingerprint": state.fingerprint,
            "waiting": not state.records,
        }
    if outcome.filled is not None:
        answer.update(outcome.filled)
    else:
        found = outcome.sessions
        sessions = find_sessions(state) if found is None else found
        # Before they are read: what changes meanwhile is then found by the next guard.
        state.seen = watching.look(sessions) if state.profile is not None else None
        inspection.fill(answer, state, sessions)
        state.altered = state.profile is not None and bool(sessions) and answer["claim"] == "none"
    answer.update(outcome.parts or {})
    answer["findings"] = [*answer["findings"], *outcome.findings]
    if outcome.error is not None:
        report.fail(answer, outcome.error)
    _follow_writers(answer, state)
    answer["gate"] = state.gate.info() if state.gate is not None else None
    return answer


def _follow_writers(answer: Report, state: State) -> None:
    """Applies the armed profile to Python libraries too, if it asks for that."""
    profile = state.profile
    if profile is not None and "python" in profile.get("writers", ()):
        if state.python is None:
            from .writers import python

            state.python = python.Cover()
        answer["writers"], found = state.python.follow(profile)
        answer["findings"] += found
    elif state.python is not None:
        state.python.remove()
        state.python = None


def _interrupted(error: BaseException, state: State, before: Optional[str]) -> Error:
    """The report's error for what is no Exception; before: what was armed when it began."""
    settings = "unchanged" if state.fingerprint == before else "new"
    message = say("Interrupted (%1).", type(error).__name__)
    return Error("interrupted", message, "mixed" if state.unsettled else settings)


def _error(error: Exception, writing: bool) -> Error:
    """The report's error for an exception; writing: whether the request changes settings."""
    if is_server_gone(error):
        session = getattr(error, "session", "")
        if session:
            states.get().gone.add(session)
        message = say("%1 Create a new session, or restart the kernel.", str(error))
        return Error("server-gone", message, "unknown" if writing else "unchanged")
    if _is_gone(error):
        gone = say(
            "Spark's Java process has ended, and the Spark session with it. Restart the kernel."
        )
        return Error("jvm-gone", gone, "unknown" if writing else "unchanged")
    lines = traceback.format_exc().strip().splitlines()[-6:]
    text = "%s: %s\n%s" % (type(error).__name__, error, "\n".join(lines))
    message = say("The agent failed: %1", text)
    return Error("internal", message, "mixed" if writing else "unchanged")


def _is_gone(error: Optional[BaseException]) -> bool:
    """Whether an error means that Spark's Java process no longer answers.

    Source: py4j raises these if a connection is refused, or ends before the answer.
    """
    while error is not None:
        name = type(error).__name__
        if name == "Py4JNetworkError" or (
            name == "Py4JError" and "Answer from Java side is empty" in str(error)
        ):
            return True
        if isinstance(error, ConnectionError) and _in_py4j(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _in_py4j(error: BaseException) -> bool:
    """Whether an error comes out of py4j."""
    trace = error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith("py4j."):
            return True
        trace = trace.tb_next
    return False
