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
from .spark import connectors, hooks, jvm, renewal, sessions, settings
from .state import Record, State

Report = Dict[str, Any]
Arguments = Dict[str, Any]


def probe(answer: Report, _: Arguments) -> Report:
    """Reads what is there; changes and starts nothing."""
    return inspection.fill(answer, states.get(), sessions.find(states.get()))


def verify(answer: Report, _: Arguments) -> Report:
    """Reads everything again and compares it with what was applied."""
    held = states.get()
    if held.profile is not None:
        hooks.install(held, _created)
    held.untold = False
    live = sessions.find(held)
    renewal.check(held, live)
    return inspection.fill(answer, held, live)


def apply(answer: Report, arguments: Arguments) -> Report:
    """Arms a profile and sets it in every live session; all of it, or nothing."""
    held = states.get()
    profile, connector, key = _wish(arguments)
    problems = _problems(profile, connector, key)
    if problems:
        message = " ".join(item["message"] for item in problems)
        return report.fail(
            _current(answer, held), "invalid-profile", message, "unchanged", problems
        )
    fingerprint = held.identity(profile, connector, key)
    live = sessions.find(held, True)
    arming = _Arming(profile, connector, key, fingerprint)
    removed: List[str] = []
    if live:
        try:
            removed = _write(held, live, arming)
        except dialects.UnsupportedError as error:
            return report.fail(_current(answer, held, live), "unsupported-method", str(error))
        except _NoConnectorError as error:
            return report.fail(_current(answer, held, live), "no-connector", str(error))
        except settings.RefusedError as error:
            answer = _current(answer, held, live)
            answer["findings"] += findings.not_restored([], error.unrestored)
            return report.fail(
                answer, "spark-refused", str(error), "mixed" if error.unrestored else "old"
            )
    else:
        held.sessions, held.hadoop, held.dialect = {}, None, None
    held.profile, held.connector, held.customer_key = profile, connector, key
    held.fingerprint, held.failure, held.untold, held.cleared = fingerprint, None, False, False
    hooks.install(held, _created)
    renewal.changed(held, live)
    answer = inspection.fill(answer, held, live)
    answer["removed"] = removed
    return answer


def guard(answer: Report, arguments: Arguments) -> Report:
    """Sent ahead of cells: arms a process that nobody armed or cleared, and changes nothing else.

    What a cell or another page armed, or cleared, since is told and left alone.
    """
    held = states.get()
    if held.profile is None and not held.cleared:
        return apply(answer, arguments)
    wish = _wish(arguments)
    same = held.fingerprint is not None and (
        arguments.get("fingerprint") == held.fingerprint
        or (not _problems(*wish) and held.identity(*wish) == held.fingerprint)
    )
    if not same or held.failure is not None or held.untold:
        return verify(answer, arguments)
    if not hooks.alive(held):
        again = {"connector": held.connector, "customerKey": held.customer_key}
        return apply(answer, dict(again, profile=held.profile))
    if renewal.worth_a_look(held) and renewal.glance(held, sessions.find(held)):
        return _current(answer, held)
    return _minimal(answer, held)


def clear(answer: Report, _: Arguments) -> Report:
    """Takes back what was set, and nothing else; the report says what is in force then."""
    held = states.get()
    live = sessions.find(held)
    left: List[str] = []
    failed: List[str] = []
    jobs = [(item, held.sessions[item.identity]) for item in live if item.identity in held.sessions]
    context = next((item.context for item in live if item.context is not None), None)
    if (
        context is not None
        and held.hadoop is not None
        and held.hadoop.target == jvm.application(context)
    ):
        jobs.append((sessions.HadoopConf(context), held.hadoop))
    for target, record in jobs:
        if not isinstance(target, sessions.HadoopConf):
            left += _catalogs_kept(target, record)
        changed, lost = settings.take_back(target, record)
        left += [key for key in changed if key not in left]
        failed += [key for key in lost if key not in failed]
    hooks.remove(held)
    held.forget()
    held.cleared = True
    if jobs:
        renewal.changed(held, live)
    answer = inspection.fill(answer, held, live)
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
    held = states.get()
    renewal.cancel(held)
    return _current(answer, held)


def release(answer: Report, _: Arguments) -> Report:
    """Forgets the profile and unhooks; what is set stays as it is."""
    held = states.get()
    hooks.remove(held)
    held.forget()
    held.cleared = True
    held.renewal = None
    return inspection.fill(answer, held, sessions.find(held))


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


def _write(held: State, live: List[Any], arming: _Arming) -> List[str]:
    """Writes a profile into sessions and into sc.hadoopConfiguration, and keeps the records."""
    first = live[0]
    information = inspection.information(held, first)
    current = {item.identity: item.read() for item in live}
    hadoop = sessions.HadoopConf(first.context) if first.context is not None else None
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
    record = held.hadoop
    if hadoop is not None and (record is None or record.target != information["applicationId"]):
        record = Record(information["applicationId"])
    in_hadoop = settings.resolved(dialect, version, as_read)
    cluster = (
        settings.cluster_values(in_hadoop, record, held.dialect) if hadoop is not None else None
    )
    secret = arming.profile["method"] == "sse-c"
    jobs: List[settings.Job] = []
    records: Dict[str, Record] = {}
    for item in live:
        known = held.sessions.get(item.identity)
        records[item.identity] = known or Record(item.session or item.identity)
        own = records[item.identity]
        before = dict(current[item.identity])
        if sessions.REDACTION in own.applied:
            before[sessions.REDACTION] = own.before.get(sessions.REDACTION) or ""
        wanted = settings.targets(plan, dialect, version, cluster, secret, before)
        now = current[item.identity]
        if item.session is None:  # what is set there is sc.hadoopConfiguration
            wanted = {} if secret else settings.for_hadoop(dialect, version, wanted)
            jobs.append((item, own, now, wanted))
            continue
        wanted.update(_catalog_settings(arming.profile, item, own, now))
        jobs.append((item, own, now, wanted))
    if hadoop is not None and record is not None:
        # Spark writes sc.hadoopConfiguration into its event log unmasked: never an SSE-C key there.
        wanted = {} if secret else settings.for_hadoop(dialect, version, jobs[0][3])
        jobs.append((hadoop, record, in_hadoop, wanted))
    removed = settings.write(jobs)
    for own in records.values():
        own.fingerprint = arming.fingerprint
    held.sessions.update(records)
    held.hadoop, held.dialect = record, dialect
    return removed


def _catalog_settings(
    profile: Dict[str, Any], item: Any, record: Record, current: Dict[str, str]
) -> Dict[str, Optional[str]]:
    """What a session's catalogs need for a profile that asks for it; mostly nothing."""
    asked = "iceberg" in profile.get("writers", ())
    if not asked and not any(bypass.catalog_of(key) for key in record.applied):
        return {}
    from .writers import iceberg

    return iceberg.targets(profile, item, record, current)


def _catalogs_kept(item: Any, record: Record) -> List[str]:
    """Before a clear: properties that used catalogs have read, which stay as they are."""
    if not any(bypass.catalog_of(key) for key in record.applied):
        return []
    from .writers import iceberg

    return iceberg.keep(item, record)


def _created(kind: str, session: Any) -> None:
    """A session was created: gives it the armed profile. Never raises."""
    held = states.get()
    try:
        item = sessions.wrap(kind, session)
        if item is None or held.profile is None or held.fingerprint is None:
            return
        record = held.sessions.get(item.identity)
        if record is not None and record.fingerprint == held.fingerprint:
            return
        sessions.find(held)
        _write(
            held, [item], _Arming(held.profile, held.connector, held.customer_key, held.fingerprint)
        )
        held.failure = None
        renewal.created(held, [item])
    except Exception as error:  # noqa: BLE001 - the person's call must not fail; the next report tells
        held.failure = report.scrub(jvm.error_text(error), held.customer_key)
    held.untold = True


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


def _minimal(answer: Report, held: State) -> Report:
    """The short answer of a request that had nothing to do."""
    return {
        "protocol": answer["protocol"],
        "request": answer["request"],
        "ok": True,
        "unchanged": True,
        "fingerprint": held.fingerprint,
        "waiting": not held.sessions,
    }


def _current(answer: Report, held: State, live: Optional[List[Any]] = None) -> Report:
    """What is in force, for a request that changed nothing."""
    return inspection.fill(answer, held, sessions.find(held) if live is None else live)
