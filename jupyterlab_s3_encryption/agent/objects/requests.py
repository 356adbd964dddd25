"""The requests about stored objects: canary, writes, audit, cancelAudit, bucket, keys, renew.

As in requests.py. Must not know: how objects are listed, read or compared.
"""

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Tuple

from .. import report
from ..checks import claims, inspection
from ..checks.outcome import Outcome
from ..profile import profiles
from ..report import Error
from ..sentences import Sentence, join, say
from ..shapes import Report, Unchecked
from ..spark import activity, jvm, renewal
from ..spark.activity.common import scheduler
from ..spark.connect import server
from ..spark.sessions import (
    Classic,
    Connect,
    HadoopConf,
    Session,
    SqlSession,
    classic,
    find_sessions,
)
from ..state import ExecutorsClosed, State
from . import audit as audits
from . import bucket as buckets
from . import canary as canaries
from . import connect_canary, connect_executors, verdicts
from . import keys as key_lists
from .reading.boto import NotReadError
from .reading.headers import error_text
from .reading.location import S3Location
from .writes import unseen as unseen_writes
from .writes import watch as watches

if TYPE_CHECKING:
    from ..shapes import (
        AuditArguments,
        BucketArguments,
        BucketDefault,
        CanaryArguments,
        CancelAuditArguments,
        NoArguments,
        Profile,
        WritesAnswer,
        WritesArguments,
    )

_RIGHT = say("Give an address like s3://BUCKET/FOLDER.")
#: (field, what is wrong with it).
Problem = Tuple[str, Sentence]


def canary(state: State, arguments: "CanaryArguments") -> Outcome:
    """Writes below `location` with Spark, reads the headers back, and removes all of it."""
    location = S3Location.parse(arguments.get("location"))
    if location is None:
        return _refused("invalid-location", [("location", _RIGHT)])
    sessions = find_sessions(state)
    session = _first(sessions)
    if not isinstance(session, SqlSession):
        return _no_spark(sessions)
    renewal.check(state, sessions)
    kind = canaries.Canary if session.context is not None else connect_canary.Canary
    made = kind(state, session, location)
    made.run()
    if session.context is None:
        server.check(state, sessions)  # what it opened is looked at, too
    found = []
    if made.differing is not None and state.profile is not None and claims.evidence(state) is None:
        found.append(claims.differing_finding(location.text(), made.differing, False))
    error = None
    if made.failure is not None:
        message = say("The canary could not be written and read back: %1", made.failure)
        error = Error("canary-failed", message)
    elif made.strange:
        message = say(
            "The canary's folder has objects that it did not write. They stay: %1",
            ", ".join(made.strange),
        )
        error = Error("canary-left", message)
    elif made.entry["left"]:
        message = say("The canary could not be removed: %1", ", ".join(made.entry["left"]))
        error = Error("canary-left", message)
    return Outcome(sessions, {"canary": made.entry}, found, error)


def writes(state: State, arguments: "WritesArguments") -> Outcome:
    """Checks the user's own writes; holds the kernel for at most `budget` milliseconds."""
    began = time.monotonic()
    sessions = find_sessions(state)
    session = _first(sessions)
    beside = isinstance(session, Connect) and server.is_there(state, sessions)
    if not (isinstance(session, Classic) or beside) or session is None:
        return Outcome(sessions, {"writes": _cannot_see(state, sessions)})
    budget = min(max(_number(arguments.get("budget"), watches.BUDGET), 10.0), watches.MAX_BUDGET)
    renewal.catch_up(state, sessions, budget / 2000.0)
    watch = watches.watch(state, session)
    # What is done is looked at with the time of a new check: else none would come to its end.
    hold = watches.HOLD if watch.busy() else max(0.01, budget / 1000.0 - watch.reserve)
    own = [one for one in sessions if one.kind == session.kind and one is not session]
    watch.go(state, [session, *own], began + hold)
    if isinstance(session, Classic):
        filled = _inspected(state, sessions, session, watch)
    else:
        # The check itself looks at the server; nobody has to wait for another look.
        server.keep(state)
        filled = inspection.fill(report.nothing_found(), state, sessions)
    entry = watch.entry(filled["activity"]["jobs"] == 0)
    # Only now: it would slow down the inspection.
    watch.go_on()
    return Outcome(sessions, {"writes": entry}, filled=filled)


def _inspected(
    state: State, sessions: List[Session], session: Classic, watch: watches.Watch
) -> Report:
    """What a report says beside the writes; as the last one did if nothing has changed meanwhile."""
    seen = _signature(state, sessions, session)
    if watch.going() and watch.last is not None and watch.last[0] == seen:
        # Inspect again only at the end of the check.
        filled = watch.last[1].copy()
        filled["activity"] = activity.read(sessions)
    else:
        left = time.monotonic()
        filled = inspection.fill(report.nothing_found(), state, sessions)
        watch.reserve = time.monotonic() - left
        watch.last = (seen, filled)
    return filled


def _cannot_see(state: State, sessions: List[Session]) -> "WritesAnswer":
    """The entry of the report if there is no session whose writes can be seen."""
    reasons: List[str] = []
    if sessions:
        connect = sessions[0].kind == "connect"
        reasons.append(
            say("Spark Connect does not report what was written.")
            if connect
            else unseen_writes.ALWAYS
        )
        if connect and state.server is not None and state.server.reason is not None:
            reasons.append(state.server.reason)
    return {"pending": False, "unseen": reasons, "paths": []}


def audit(state: State, arguments: "AuditArguments") -> Outcome:
    """Starts an audit of `path`, or continues the audit `token`; returns one page."""
    sessions = find_sessions(state)
    token = arguments.get("token")
    page = int(_number(arguments.get("page"), audits.PAGE))
    if token is None:
        problems = _audit_problems(arguments, page)
        if problems:
            return _refused("invalid-path", problems)
        session = _first(sessions)
        if session is None:
            return _no_spark(sessions)
        _free(state)
        location = S3Location.parse(arguments.get("path"))
        assert location is not None  # noqa: S101 - _audit_problems said so
        limit = int(_number(arguments.get("limit"), audits.LIMIT))
        sample = arguments.get("sample") or "first"
        state.audit = audits.Audit(session, location, state.profile, limit, sample)
    current: Optional[audits.Audit] = state.audit
    if current is None or (token is not None and current.token != token):
        message = say("This audit has ended, or another one replaced it. Start it again.")
        return Outcome(sessions, error=Error("unknown-audit", message))
    try:
        entry = current.answer(min(max(page, 1), audits.MAX_PAGE))
    except BaseException:
        _free(state)  # interrupted: nobody may have its token
        raise
    error = None
    if current.failure is not None:
        text = error_text(current.failure)
        if text.startswith(("FileNotFoundException", "FileNotFoundError")):
            error = _nothing_stored(entry["path"])
        else:
            error = Error("audit-failed", say("The audit could not go on: %1", text))
    elif entry["token"] is None and not entry["seen"]:
        error = _nothing_stored(entry["path"])
    if entry["token"] is None:
        _free(state)
    return Outcome(sessions, {"audit": entry}, error=error)


def _nothing_stored(path: str) -> Error:
    message = say("Nothing is stored under %1.", path)
    if any(char in path for char in "*?[{"):
        hint = say("Patterns are not expanded: give the folder instead.")
        message = join([message, hint])
    fields = [{"field": "path", "message": message}]
    return Error("invalid-path", message, "unchanged", fields)


def cancel_audit(state: State, arguments: "CancelAuditArguments") -> Outcome:
    """Ends the audit `token`; it is no error if it has already ended."""
    if state.audit is not None and state.audit.token == arguments.get("token"):
        _free(state)
    return Outcome()


def bucket(state: State, arguments: "BucketArguments") -> Outcome:
    """Reads the default encryption of `bucket`, and what its policy says about encryption."""
    name = buckets.name_of(arguments.get("bucket"))
    if name is None:
        right = say("Give the name of a bucket, without a path.")
        return _refused("invalid-bucket", [("bucket", right)])
    sessions = find_sessions(state)
    session = _first(sessions)
    try:
        conf: Unchecked = session.hadoop_conf() if session is not None else {}
        context = session.context if session is not None else None
        profile = state.profile
        key_of = None if profile is None else partial(_key_of, profile, name)
        entry = buckets.read(conf, name, context, key_of)
    except NotReadError as error:
        return Outcome(sessions, {"bucket": None}, error=Error("bucket-not-read", str(error)))
    return Outcome(sessions, {"bucket": entry})


def keys(state: State, _: "NoArguments") -> Outcome:
    """Lists the KMS keys of the account and Region that the kernel works in."""
    sessions = find_sessions(state)
    session = _first(sessions)
    try:
        conf: Unchecked = session.hadoop_conf() if session is not None else {}
        entry = key_lists.read(conf, session.context if session is not None else None)
    except NotReadError as error:
        return Outcome(sessions, {"keys": None}, error=Error("keys-not-read", str(error)))
    return Outcome(sessions, {"keys": entry})


def _key_of(profile: "Profile", bucket: str, default: "Optional[BucketDefault]") -> Optional[str]:
    """The KMS key of a write to a bucket: of its rule, else of the default encryption."""
    choice = verdicts.choice_of(profile, bucket) or profile
    method, key = str(choice["method"]), choice.get("kmsKeyId")
    if key:
        return str(key)
    if method in profiles.S3_ASKS_KMS:
        return "alias/aws/s3"
    if method in profiles.BY_BUCKET and default is not None and "kms" in default["algorithm"]:
        return default["keyId"] or "alias/aws/s3"
    return None


def renew(state: State, _: "NoArguments") -> Outcome:
    """Over Spark Connect: has the server's executors close their file systems."""
    sessions = find_sessions(state)
    session = next((session for session in sessions if isinstance(session, Connect)), None)
    if session is None:
        message = say("This is for Spark Connect only. Elsewhere it happens automatically.")
        return Outcome(sessions, error=Error("not-connect", message))
    server.check(state, sessions, True)
    if server.is_there(state, sessions):
        return Outcome(sessions)
    count, failure = 0, None
    try:
        count = connect_executors.close(session, inspection.information(state, session)["master"])
    except Exception as error:  # noqa: BLE001 - reported with the finding about the server
        failure = report.scrub(jvm.error_text(error), state.customer_key)
    state.executors_closed = ExecutorsClosed(state.fingerprint, count, failure)
    return Outcome(sessions)


REQUESTS: Dict[str, Callable[[State, Unchecked], Outcome]] = {
    "canary": canary,
    "writes": writes,
    "audit": audit,
    "cancelAudit": cancel_audit,
    "bucket": bucket,
    "keys": keys,
    "renew": renew,
}


def _first(sessions: List[Session]) -> Optional[Session]:
    """The session to use: one with a JVM here, else one of Spark Connect."""
    return classic(sessions) or next(iter(sessions), None)


def _signature(state: State, sessions: List[Session], session: Classic) -> List[object]:
    """What a report depends on and is quick to read, to see whether anything changed."""
    values = [found.read() for found in sessions] + [HadoopConf(session.context).read()]
    jobs = activity.jobs_ever(scheduler(session.context))
    armed = [id(armed) for armed in state.timeline[-1:]]
    reported = [state.fingerprint, state.failure, state.unreported]
    return [*reported, armed, values, jobs, len(sys.modules)]


def _free(state: State) -> None:
    if state.audit is not None:
        state.audit.close()
        state.audit = None


def _number(value: Unchecked, default: float) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return default


def _audit_problems(arguments: "AuditArguments", page: int) -> List[Problem]:
    """What is wrong with the arguments of a new audit."""
    found: List[Problem] = []
    if S3Location.parse(arguments.get("path")) is None:
        found.append(("path", _RIGHT))
    sample = arguments.get("sample") or "first"
    if sample not in ("first", "newest"):
        found.append(("sample", say("The sample is one of: first, newest.")))
    most = audits.MAX_NEWEST if sample == "newest" else audits.MAX_LIMIT
    if not 1 <= _number(arguments.get("limit"), audits.LIMIT) <= most:
        found.append(("limit", say("The limit is a number from 1 to %1.", most)))
    if not 1 <= page <= audits.MAX_PAGE:
        found.append(("page", say("A page has 1 to %1 objects.", audits.MAX_PAGE)))
    return found


def _refused(code: str, problems: List[Problem]) -> Outcome:
    """The outcome of a request with invalid arguments."""
    fields = [{"field": field, "message": message} for field, message in problems]
    message = join([message for _, message in problems])
    return Outcome(error=Error(code, message, "unchanged", fields))


def _no_spark(sessions: List[Session]) -> Outcome:
    message = say("There is no Spark session in this kernel.")
    return Outcome(sessions, error=Error("no-session", message))
