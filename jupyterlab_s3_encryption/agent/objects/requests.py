"""The requests that not every kernel needs: canary, writes, audit, cancelAudit, bucket, renew.

Loaded when the first of them comes. Must not know: how objects are listed, read or compared. As in
requests.py, every function takes an empty report and the request's arguments and returns the
report.
"""

import sys
import time
from typing import Any, Callable, Dict, List

from .. import report
from .. import state as states
from ..checks import claims, inspection
from ..spark import activity, jvm, renewal
from ..spark.sessions import HadoopConf, find_sessions
from ..state import State
from . import audit as audits
from . import bucket as buckets
from . import canary as canaries
from . import connect_executors
from .reading.headers import error_text
from .reading.location import S3Location
from .writes import unseen as unseen_writes
from .writes import watch as watches

Report = Dict[str, Any]
Arguments = Dict[str, Any]

_RIGHT = "Give an address like s3://BUCKET/FOLDER."


def canary(answer: Report, arguments: Arguments) -> Report:
    """Writes below `location` with Spark, reads the headers back, and removes all of it."""
    state = states.get()
    location = S3Location.parse(arguments.get("location"))
    if location is None:
        return _refused(answer, state, "invalid-location", [("location", _RIGHT)])
    sessions = find_sessions(state)
    session = _first(sessions)
    if session is None:
        return _no_spark(answer, state, sessions)
    renewal.check(state, sessions)
    made: canaries.Canary
    if session.context is not None:
        made = canaries.Canary(state, session, location)
    else:
        from . import connect_canary

        made = connect_canary.Canary(state, session, location)
    made.run()
    answer = inspection.fill(answer, state, sessions)
    answer["canary"] = made.entry
    if made.differing is not None and session.context is None and state.profile is not None:
        # Elsewhere the claim keeps it.
        answer["findings"].append(claims.differing_finding(location.text(), made.differing, False))
    if made.failure is not None:
        message = "The canary could not be written and read back: %s" % made.failure
        report.fail(answer, "canary-failed", message)
    elif made.entry["left"]:
        message = "The canary could not be removed: %s" % ", ".join(made.entry["left"])
        report.fail(answer, "canary-left", message)
    return answer


def writes(answer: Report, arguments: Arguments) -> Report:
    """Checks the person's own writes, for at most `budget` milliseconds of the kernel's time."""
    began = time.monotonic()
    state = states.get()
    sessions = find_sessions(state)
    session = _classic(sessions)
    if session is not None and session.spark is None:
        session = None
    if session is None:
        answer = inspection.fill(answer, state, sessions)
        reason = ""
        if sessions:
            connect = sessions[0].kind == "connect"
            reason = (
                "Spark Connect does not tell what was written." if connect else unseen_writes.ALWAYS
            )
        unseen = [reason] if reason else []
        answer["writes"] = {"pending": False, "unseen": unseen, "paths": []}
        return answer
    budget = min(max(_number(arguments.get("budget"), watches.BUDGET), 10.0), watches.MAX_BUDGET)
    renewal.catch_up(state, sessions)
    watch = watches.watch(state, session)
    hold = watches.HOLD if watch.going() else max(0.01, budget / 1000.0 - watch.reserve)
    watch.go(state, session, began + hold)
    seen = _signature(state, sessions, session)
    if watch.going() and watch.last is not None and watch.last[0] == seen:
        # Nothing changed since the last answer of this check: looking again is for its end.
        answer = dict(_kept(watch.last[1]), activity=activity.read(sessions))
    else:
        left = time.monotonic()
        answer = inspection.fill(answer, state, sessions)
        watch.reserve = time.monotonic() - left
        watch.last = (seen, _kept(answer))
    answer["writes"] = watch.entry(answer["activity"]["jobs"] == 0)
    # Only now: beside a full look it would slow that down.
    watch.go_on()
    return answer


def audit(answer: Report, arguments: Arguments) -> Report:
    """Begins an audit of `path`, or goes on with that of `token`; one page of it."""
    state = states.get()
    sessions = find_sessions(state)
    token = arguments.get("token")
    page = int(_number(arguments.get("page"), audits.PAGE))
    if token is None:
        problems = _audit_problems(arguments, page)
        if problems:
            return _refused(answer, state, "invalid-path", problems)
        session = _first(sessions)
        if session is None:
            return _no_spark(answer, state, sessions)
        _free(state)
        location = S3Location.parse(arguments.get("path"))
        assert location is not None  # noqa: S101 - _audit_problems said so
        limit = int(_number(arguments.get("limit"), audits.LIMIT))
        sample = arguments.get("sample") or "first"
        state.audit = audits.Audit(session, location, state.profile, limit, sample)
    current = state.audit
    if current is None or (token is not None and current.token != token):
        answer = inspection.fill(answer, state, sessions)
        message = "This audit is over, or another one took its place. Start it again."
        return report.fail(answer, "unknown-audit", message)
    entry = current.answer(min(max(page, 1), audits.MAX_PAGE))
    answer = inspection.fill(answer, state, sessions)
    answer["audit"] = entry
    if current.failure is not None:
        text = error_text(current.failure)
        if text.startswith(("FileNotFoundException", "FileNotFoundError")):
            _nothing_stored(answer, entry["path"])
        else:
            report.fail(answer, "audit-failed", "The audit could not go on: %s" % text)
    elif entry["token"] is None and not entry["seen"]:
        _nothing_stored(answer, entry["path"])
    if entry["token"] is None:
        _free(state)
    return answer


def _nothing_stored(answer: Report, path: str) -> None:
    message = "Nothing is stored under %s." % path
    if any(char in path for char in "*?[{"):
        message += " A pattern is not expanded: give the folder that it is in."
    fields = [{"field": "path", "message": message}]
    report.fail(answer, "invalid-path", message, "unchanged", fields)


def cancel_audit(answer: Report, arguments: Arguments) -> Report:
    """Ends the audit of `token`; one that is over already is no error."""
    state = states.get()
    if state.audit is not None and state.audit.token == arguments.get("token"):
        _free(state)
    return inspection.fill(answer, state, find_sessions(state))


def bucket(answer: Report, arguments: Arguments) -> Report:
    """What is in force at `bucket`: its default encryption and its policy about encryption."""
    state = states.get()
    name = buckets.name_of(arguments.get("bucket"))
    if name is None:
        right = "Give the name of a bucket, without a path."
        return _refused(answer, state, "invalid-bucket", [("bucket", right)])
    sessions = find_sessions(state)
    session = _first(sessions)
    entry, failure = None, ""
    try:
        entry = buckets.read(session.hadoop_conf() if session is not None else {}, name)
    except buckets.NotReadError as error:
        failure = str(error)
    answer = inspection.fill(answer, state, sessions)
    answer["bucket"] = entry
    return answer if entry is not None else report.fail(answer, "bucket-not-read", failure)


def renew(answer: Report, _: Arguments) -> Report:
    """Over Spark Connect: lets the server's executors close what they hold, on a person's wish."""
    state = states.get()
    sessions = find_sessions(state)
    session = next((one for one in sessions if one.kind == "connect"), None)
    if session is None:
        answer = inspection.fill(answer, state, sessions)
        message = "This is for Spark Connect. Elsewhere it happens by itself."
        return report.fail(answer, "not-connect", message)
    count, failure = 0, None
    try:
        count = connect_executors.close(session, inspection.information(state, session)["master"])
    except Exception as error:  # noqa: BLE001 - told beside what is not known of the server
        failure = report.scrub(jvm.error_text(error), state.customer_key)
    state.remote = (state.fingerprint, count, failure)
    return inspection.fill(answer, state, sessions)


TOOLS: Dict[str, Callable[[Report, Arguments], Report]] = {
    "canary": canary,
    "writes": writes,
    "audit": audit,
    "cancelAudit": cancel_audit,
    "bucket": bucket,
    "renew": renew,
}


def _classic(sessions: List[Any]) -> Any:
    return next((session for session in sessions if session.context is not None), None)


def _first(sessions: List[Any]) -> Any:
    """The session whose objects are asked about: one with a JVM here, else one of Spark Connect."""
    return _classic(sessions) or next(iter(sessions), None)


def _kept(answer: Report) -> Report:
    """The same report, to which others may add findings of their own."""
    return dict(answer, findings=list(answer["findings"]))


def _signature(state: State, sessions: List[Any], session: Any) -> Any:
    """What a report depends on, as far as it takes no time to read."""
    values = [one.read() for one in sessions] + [HadoopConf(session.context).read()]
    jobs = activity.jobs_ever(activity.scheduler(session.context))
    armed = [id(one) for one in state.timeline[-1:]]
    return [
        state.fingerprint,
        state.failure,
        state.unreported,
        armed,
        values,
        jobs,
        len(sys.modules),
    ]


def _free(state: State) -> None:
    if state.audit is not None:
        state.audit.close()
        state.audit = None


def _number(value: Any, default: float) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return default


def _audit_problems(arguments: Arguments, page: int) -> List[Any]:
    """(field, what is wrong) of the arguments of a new audit."""
    found = []
    if S3Location.parse(arguments.get("path")) is None:
        found.append(("path", _RIGHT))
    sample = arguments.get("sample") or "first"
    if sample not in ("first", "newest"):
        found.append(("sample", "The sample is one of: first, newest."))
    most = audits.MAX_NEWEST if sample == "newest" else audits.MAX_LIMIT
    if not 1 <= _number(arguments.get("limit"), audits.LIMIT) <= most:
        found.append(("limit", "The limit is a number from 1 to %d." % most))
    if not 1 <= page <= audits.MAX_PAGE:
        found.append(("page", "A page has 1 to %d objects." % audits.MAX_PAGE))
    return found


def _refused(answer: Report, state: State, code: str, problems: List[Any]) -> Report:
    """A request that was not begun, with what is in force."""
    answer = inspection.fill(answer, state, find_sessions(state))
    fields = [{"field": field, "message": message} for field, message in problems]
    message = " ".join(message for _, message in problems)
    return report.fail(answer, code, message, "unchanged", fields)


def _no_spark(answer: Report, state: State, sessions: List[Any]) -> Report:
    answer = inspection.fill(answer, state, sessions)
    return report.fail(answer, "no-session", "There is no Spark session in this kernel.")
