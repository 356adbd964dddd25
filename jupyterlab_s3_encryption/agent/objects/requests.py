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
from ..spark import activity, jvm, renewal, sessions
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
    held = states.get()
    where = S3Location.parse(arguments.get("location"))
    if where is None:
        return _refused(answer, held, "invalid-location", [("location", _RIGHT)])
    live = sessions.find(held)
    item = _first(live)
    if item is None:
        return _no_spark(answer, held, live)
    renewal.check(held, live)
    made: canaries.Canary
    if item.context is not None:
        made = canaries.Canary(held, item, where)
    else:
        from . import connect_canary

        made = connect_canary.Canary(held, item, where)
    made.run()
    answer = inspection.fill(answer, held, live)
    answer["canary"] = made.told
    if made.differing is not None and item.context is None and held.profile is not None:
        # Elsewhere the claim keeps it.
        answer["findings"].append(claims.differing_finding(where.text(), made.differing, False))
    if made.failure is not None:
        message = "The canary could not be written and read back: %s" % made.failure
        report.fail(answer, "canary-failed", message)
    elif made.told["left"]:
        message = "The canary could not be removed: %s" % ", ".join(made.told["left"])
        report.fail(answer, "canary-left", message)
    return answer


def writes(answer: Report, arguments: Arguments) -> Report:
    """Checks the person's own writes, for at most `budget` milliseconds of the kernel's time."""
    began = time.monotonic()
    held = states.get()
    live = sessions.find(held)
    item = _classic(live)
    if item is not None and item.session is None:
        item = None
    if item is None:
        answer = inspection.fill(answer, held, live)
        reason = ""
        if live:
            connect = live[0].kind == "connect"
            reason = (
                "Spark Connect does not tell what was written." if connect else unseen_writes.ALWAYS
            )
        unseen = [reason] if reason else []
        answer["writes"] = {"pending": False, "unseen": unseen, "paths": []}
        return answer
    budget = min(max(_number(arguments.get("budget"), watches.BUDGET), 10.0), watches.MAX_BUDGET)
    renewal.catch_up(held, live)
    watch = watches.watch(held, item)
    hold = watches.HOLD if watch.going() else max(0.01, budget / 1000.0 - watch.reserve)
    watch.go(held, item, began + hold)
    seen = _signature(held, live, item)
    if watch.going() and watch.last is not None and watch.last[0] == seen:
        # Nothing changed since the last answer of this check: looking again is for its end.
        answer = dict(_kept(watch.last[1]), activity=activity.read(live))
    else:
        left = time.monotonic()
        answer = inspection.fill(answer, held, live)
        watch.reserve = time.monotonic() - left
        watch.last = (seen, _kept(answer))
    answer["writes"] = watch.told(answer["activity"]["jobs"] == 0)
    # Only now: beside a full look it would slow that down.
    watch.go_on()
    return answer


def audit(answer: Report, arguments: Arguments) -> Report:
    """Begins an audit of `path`, or goes on with that of `token`; one page of it."""
    held = states.get()
    live = sessions.find(held)
    token = arguments.get("token")
    page = int(_number(arguments.get("page"), audits.PAGE))
    if token is None:
        problems = _audit_problems(arguments, page)
        if problems:
            return _refused(answer, held, "invalid-path", problems)
        item = _first(live)
        if item is None:
            return _no_spark(answer, held, live)
        _free(held)
        where = S3Location.parse(arguments.get("path"))
        assert where is not None  # noqa: S101 - _audit_problems said so
        limit = int(_number(arguments.get("limit"), audits.LIMIT))
        sample = arguments.get("sample") or "first"
        held.audit = audits.Audit(item, where, held.profile, limit, sample)
    current = held.audit
    if current is None or (token is not None and current.token != token):
        answer = inspection.fill(answer, held, live)
        message = "This audit is over, or another one took its place. Start it again."
        return report.fail(answer, "unknown-audit", message)
    told = current.answer(min(max(page, 1), audits.MAX_PAGE))
    answer = inspection.fill(answer, held, live)
    answer["audit"] = told
    if current.failure is not None:
        text = error_text(current.failure)
        if text.startswith(("FileNotFoundException", "FileNotFoundError")):
            _nothing_stored(answer, told["path"])
        else:
            report.fail(answer, "audit-failed", "The audit could not go on: %s" % text)
    elif told["token"] is None and not told["seen"]:
        _nothing_stored(answer, told["path"])
    if told["token"] is None:
        _free(held)
    return answer


def _nothing_stored(answer: Report, path: str) -> None:
    message = "Nothing is stored under %s." % path
    if any(char in path for char in "*?[{"):
        message += " A pattern is not expanded: give the folder that it is in."
    fields = [{"field": "path", "message": message}]
    report.fail(answer, "invalid-path", message, "unchanged", fields)


def cancel_audit(answer: Report, arguments: Arguments) -> Report:
    """Ends the audit of `token`; one that is over already is no error."""
    held = states.get()
    if held.audit is not None and held.audit.token == arguments.get("token"):
        _free(held)
    return inspection.fill(answer, held, sessions.find(held))


def bucket(answer: Report, arguments: Arguments) -> Report:
    """What is in force at `bucket`: its default encryption and its policy about encryption."""
    held = states.get()
    name = buckets.name_of(arguments.get("bucket"))
    if name is None:
        right = "Give the name of a bucket, without a path."
        return _refused(answer, held, "invalid-bucket", [("bucket", right)])
    live = sessions.find(held)
    item = _first(live)
    told, failure = None, ""
    try:
        told = buckets.read(item.hadoop_conf() if item is not None else {}, name)
    except buckets.NotReadError as error:
        failure = str(error)
    answer = inspection.fill(answer, held, live)
    answer["bucket"] = told
    return answer if told is not None else report.fail(answer, "bucket-not-read", failure)


def renew(answer: Report, _: Arguments) -> Report:
    """Over Spark Connect: lets the server's executors close what they hold, on a person's wish."""
    held = states.get()
    live = sessions.find(held)
    item = next((one for one in live if one.kind == "connect"), None)
    if item is None:
        answer = inspection.fill(answer, held, live)
        message = "This is for Spark Connect. Elsewhere it happens by itself."
        return report.fail(answer, "not-connect", message)
    count, failure = 0, None
    try:
        count = connect_executors.close(item, inspection.information(held, item)["master"])
    except Exception as error:  # noqa: BLE001 - told beside what is not known of the server
        failure = report.scrub(jvm.error_text(error), held.customer_key)
    held.remote = (held.fingerprint, count, failure)
    return inspection.fill(answer, held, live)


TOOLS: Dict[str, Callable[[Report, Arguments], Report]] = {
    "canary": canary,
    "writes": writes,
    "audit": audit,
    "cancelAudit": cancel_audit,
    "bucket": bucket,
    "renew": renew,
}


def _classic(live: List[Any]) -> Any:
    return next((item for item in live if item.context is not None), None)


def _first(live: List[Any]) -> Any:
    """The session whose objects are asked about: one with a JVM here, else one of Spark Connect."""
    return _classic(live) or next(iter(live), None)


def _kept(answer: Report) -> Report:
    """The same report, to which others may add findings of their own."""
    return dict(answer, findings=list(answer["findings"]))


def _signature(held: State, live: List[Any], item: Any) -> Any:
    """What a report depends on, as far as it takes no time to read."""
    values = [one.read() for one in live] + [sessions.HadoopConf(item.context).read()]
    jobs = activity.jobs_ever(activity.scheduler(item.context))
    armed = [id(one) for one in held.timeline[-1:]]
    return [held.fingerprint, held.failure, held.untold, armed, values, jobs, len(sys.modules)]


def _free(held: State) -> None:
    if held.audit is not None:
        held.audit.close()
        held.audit = None


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


def _refused(answer: Report, held: State, code: str, problems: List[Any]) -> Report:
    """A request that was not begun, with what is in force."""
    answer = inspection.fill(answer, held, sessions.find(held))
    fields = [{"field": field, "message": message} for field, message in problems]
    message = " ".join(message for _, message in problems)
    return report.fail(answer, code, message, "unchanged", fields)


def _no_spark(answer: Report, held: State, live: List[Any]) -> Report:
    answer = inspection.fill(answer, held, live)
    return report.fail(answer, "no-session", "There is no Spark session in this kernel.")
