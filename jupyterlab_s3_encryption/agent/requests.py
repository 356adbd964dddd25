"""What each request does: validates, finds the sessions, writes, and fills the report.

Must not know: Jupyter, messages, property names. Every function takes an empty report and the
request's arguments, and returns the report.
"""

import functools
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import report
from . import state as states
from .checks import bypass, findings, inspection
from .profile import dialects, profiles
from .spark import connectors, hooks, jvm, renewal, settings
from .spark.sessions import REDACTION, HadoopConf, find_sessions, wrap
from .state import Record, State

Report = Dict[str, Any]
Arguments = Dict[str, Any]


def probe(answer: Report, _: Arguments) -> Report:
    """Reads what is there; changes and starts nothing."""
    return inspection.fill(answer, states.get(), find_sessions(states.get()))


def verify(answer: Report, _: Arguments) -> Report:
    """Reads everything again and compares it with what was applied."""
    state = states.get()
    if state.profile is not None:
        hooks.install(state, _created)
    state.unreported = False
    sessions = find_sessions(state)
    renewal.check(state, sessions)
    return inspection.fill(answer, state, sessions)


def apply(answer: Report, arguments: Arguments) -> Report:
    """Arms a profile and sets it in every live session; all of it, or nothing."""
    state = states.get()
    profile, connector, key = _wish(arguments)
    problems = _problems(profile, connector, key)
    if problems:
        message = " ".join(session["message"] for session in problems)
        return report.fail(
            _current(answer, state), "invalid-profile", message, "unchanged", problems
        )
    fingerprint = state.identity(profile, connector, key)
    sessions = find_sessions(state, True)
    arming = _Arming(profile, connector, key, fingerprint)
    removed: List[str] = []
    if sessions:
        try:
            removed = _write(state, sessions, arming)
        except dialects.UnsupportedError as error:
            return report.fail(_current(answer, state, sessions), "unsupported-method", str(error))
        except _NoConnectorError as error:
            return report.fail(_current(answer, state, sessions), "no-connector", str(error))
        except settings.RefusedError as error:
            answer = _current(answer, state, sessions)
            answer["findings"] += findings.not_restored([], error.unrestored)
            return report.fail(
                answer, "spark-refused", str(error), "mixed" if error.unrestored else "old"
            )
    else:
        state.sessions, state.hadoop, state.dialect = {}, None, None
    state.profile, state.connector, state.customer_key = profile, connector, key
    state.fingerprint, state.failure, state.unreported, state.cleared = (
        fingerprint,
        None,
        False,
        False,
    )
    hooks.install(state, _created)
    renewal.changed(state, sessions)
    answer = inspection.fill(answer, state, sessions)
    answer["removed"] = removed
    return answer


def guard(answer: Report, arguments: Arguments) -> Report:
    """Sent ahead of cells: arms a process that nobody armed or cleared, and changes nothing else.

    What a cell or another page armed, or cleared, since is told and left alone.
    """
    state = states.get()
    if state.profile is None and not state.cleared:
        return apply(answer, arguments)
    wish = _wish(arguments)
    same = state.fingerprint is not None and (
        arguments.get("fingerprint") == state.fingerprint
        or (not _problems(*wish) and state.identity(*wish) == state.fingerprint)
    )
    if not same or state.failure is not None or state.unreported:
        return verify(answer, arguments)
    if not hooks.alive(state):
        again = {"connector": state.connector, "customerKey": state.customer_key}
        return apply(answer, dict(again, profile=state.profile))
    if renewal.needs_check(state) and renewal.quick_check(state, find_sessions(state)):
        return _current(answer, state)
    return _minimal(answer, state)


def clear(answer: Report, _: Arguments) -> Report:
    """Takes back what was set, and nothing else; the report says what is in force then."""
    state = states.get()
    sessions = find_sessions(state)
    left: List[str] = []
    failed: List[str] = []
    jobs = [
        (session, state.sessions[session.identity])
        for session in sessions
        if session.identity in state.sessions
    ]
    context = next((session.context for session in sessions if session.context is not None), None)
    if (
        context is not None
        and state.hadoop is not None
        and state.hadoop.target == jvm.application(context)
    ):
        jobs.append((HadoopConf(context), state.hadoop))
    for target, record in jobs:
        if not isinstance(target, HadoopConf):
            left += _catalogs_kept(target, record)
        changed, lost = settings.take_back(target, record)
        left += [key for key in changed if key not in left]
        failed += [key for key in lost if key not in failed]
    hooks.remove(state)
    state.forget()
    state.cleared = True
    if jobs:
        renewal.changed(state, sessions)
    answer = inspection.fill(answer, state, sessions)
    answer["findings"] += findings.not_restored(left, failed)
    if failed:
        report.fail(
            answer,
            "spark-refused",
            "Could not be put back: %s." % ", ".join(sorted(failed)),
            "mixed",
        )
    return answer


def cancel_renewal(answer: Report, _: Arguments) -> Report:
    """Withdraws a renewal that is pending; the settings stay, and an apply asks for it again."""
    state = states.get()
    renewal.cancel(state)
    return _current(answer, state)


def release(answer: Report, _: Arguments) -> Report:
    """Forgets the profile and unhooks; what is set stays as it is."""
    state = states.get()
    hooks.remove(state)
    state.forget()
    state.cleared = True
    state.renewal = None
    return inspection.fill(answer, state, find_sessions(state))


REQUESTS: Dict[str, Callable[[Report, Arguments], Report]] = {
    "probe": probe,
    "apply": apply,
    "clear": clear,
    "verify": verify,
    "guard": guard,
    "release": release,
    "cancelRenewal": cancel_renewal,
}

#: Requests about stored objects; their code is loaded when the first of them comes.
TOOLS = ("canary", "writes", "audit", "cancelAudit", "bucket", "renew")


def _tool(name: str, answer: Report, arguments: Arguments) -> Report:
    from .objects import requests

    return requests.TOOLS[name](answer, arguments)


REQUESTS.update({name: functools.partial(_tool, name) for name in TOOLS})

#: Requests that change settings.
WRITING = ("apply", "guard", "clear")


class _NoConnectorError(Exception):
    """No scheme is served by a connector whose properties are known."""


class _Arming:
    """What is about to be armed."""

    def __init__(
        self, profile: Dict[str, Any], connector: str, key: Optional[str], fingerprint: str
    ) -> None:
        self.profile = profile
        self.connector = connector
        self.key = key
        self.fingerprint = fingerprint


def _write(state: State, sessions: List[Any], arming: _Arming) -> List[str]:
    """Writes a profile into sessions and into sc.hadoopConfiguration, and keeps the records."""
    first = sessions[0]
    information = inspection.information(state, first)
    current = {session.identity: session.read() for session in sessions}
    hadoop = HadoopConf(first.context) if first.context is not None else None
    as_read = hadoop.read() if hadoop is not None else {}
    found = connectors.detect(first, current[first.identity], as_read)
    dialect = connectors.choose(found, arming.connector)
    if dialect is None:
        reasons = [entry["reason"] or entry["className"] for entry in found]
        raise _NoConnectorError(
            "No known connector serves s3://, s3a:// or s3n://: %s."
            % "; ".join(str(x) for x in reasons)
        )
    version = information["hadoopVersion"]
    plan = dialects.plan(dialect, version, arming.profile, arming.key)
    record = state.hadoop
    if hadoop is not None and (record is None or record.target != information["applicationId"]):
        record = Record(information["applicationId"])
    in_hadoop = settings.resolved(dialect, version, as_read)
    cluster = (
        settings.cluster_values(in_hadoop, record, state.dialect) if hadoop is not None else None
    )
    secret = arming.profile["method"] == "sse-c"
    jobs: List[settings.Job] = []
    records: Dict[str, Record] = {}
    for session in sessions:
        known = state.sessions.get(session.identity)
        records[session.identity] = known or Record(session.spark or session.identity)
        own = records[session.identity]
        before = dict(current[session.identity])
        if REDACTION in own.applied:
            before[REDACTION] = own.before.get(REDACTION) or ""
        wanted = settings.targets(plan, dialect, version, cluster, secret, before)
        now = current[session.identity]
        if session.spark is None:  # what is set there is sc.hadoopConfiguration
            wanted = {} if secret else settings.for_hadoop(dialect, version, wanted)
            jobs.append((session, own, now, wanted))
            continue
        wanted.update(_catalog_settings(arming.profile, session, own, now))
        jobs.append((session, own, now, wanted))
    if hadoop is not None and record is not None:
        # Spark writes sc.hadoopConfiguration into its event log unmasked: never an SSE-C key there.
        wanted = {} if secret else settings.for_hadoop(dialect, version, jobs[0][3])
        jobs.append((hadoop, record, in_hadoop, wanted))
    removed = settings.write(jobs)
    for own in records.values():
        own.fingerprint = arming.fingerprint
    state.sessions.update(records)
    state.hadoop, state.dialect = record, dialect
    return removed


def _catalog_settings(
    profile: Dict[str, Any], session: Any, record: Record, current: Dict[str, str]
) -> Dict[str, Optional[str]]:
    """What a session's catalogs need for a profile that asks for it; mostly nothing."""
    asked = "iceberg" in profile.get("writers", ())
    if not asked and not any(bypass.catalog_of(key) for key in record.applied):
        return {}
    from .writers import iceberg

    return iceberg.targets(profile, session, record, current)


def _catalogs_kept(session: Any, record: Record) -> List[str]:
    """Before a clear: properties that used catalogs have read, which stay as they are."""
    if not any(bypass.catalog_of(key) for key in record.applied):
        return []
    from .writers import iceberg

    return iceberg.keep(session, record)


def _created(kind: str, spark: Any) -> None:
    """A session was created: gives it the armed profile. Never raises."""
    state = states.get()
    try:
        session = wrap(kind, spark)
        if session is None or state.profile is None or state.fingerprint is None:
            return
        record = state.sessions.get(session.identity)
        if record is not None and record.fingerprint == state.fingerprint:
            return
        find_sessions(state)
        _write(
            state,
            [session],
            _Arming(state.profile, state.connector, state.customer_key, state.fingerprint),
        )
        state.failure = None
        renewal.created(state, [session])
    except Exception as error:  # noqa: BLE001 - the person's call must not fail; the next report tells
        state.failure = report.scrub(jvm.error_text(error), state.customer_key)
    state.unreported = True


def _wish(arguments: Arguments) -> Tuple[Any, Any, Any]:
    """Profile, connector and SSE-C key of a request, not yet looked at."""
    return (
        arguments.get("profile"),
        arguments.get("connector") or "auto",
        arguments.get("customerKey"),
    )


def _problems(profile: Any, connector: Any, key: Any) -> List[Dict[str, str]]:
    problems = profiles.validate(profile)
    if not problems:
        problems = profiles.validate_customer_key(profile["method"], key)
    if connector not in ("auto", "s3a", "emrfs"):
        problems.append(
            {"field": "connector", "message": "The connector is one of: auto, s3a, emrfs."}
        )
    return problems


def _minimal(answer: Report, state: State) -> Report:
    """The short answer of a request that had nothing to do."""
    return {
        "protocol": answer["protocol"],
        "request": answer["request"],
        "ok": True,
        "unchanged": True,
        "fingerprint": state.fingerprint,
        "waiting": not state.sessions,
    }


def _current(answer: Report, state: State, sessions: Optional[List[Any]] = None) -> Report:
    """What is in force, for a request that changed nothing."""
    return inspection.fill(answer, state, find_sessions(state) if sessions is None else sessions)
