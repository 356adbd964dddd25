"""Fills a report with what is found in the kernel: sessions, connectors, settings, findings, claim.

Only reads. Must not know: how settings are written, requests.
"""

from typing import TYPE_CHECKING, Dict, List, Optional, Set

from .. import report
from ..data import late
from ..profile import dialects
from ..report import MASK
from ..sentences import say
from ..shapes import Desired, Finding, Profile, Report
from ..spark import (
    activity,
    connect,
    connectors,
    executors,
    filesystems,
    java_classes,
    jvm,
    renewal,
    settings,
)
from ..spark.sessions import Classic, Connect, HadoopConf, JvmSession, Session, session_classes
from ..state import Left, State
from . import bypass, catalogs, claims, findings, open_findings

if TYPE_CHECKING:
    from ..entries import Change, Setting, Versions


def fill(answer: Report, state: State, sessions: List[Session]) -> Report:
    """Completes a report for a state and the sessions; it describes the first one for all."""
    answer["profile"] = state.profile
    answer["fingerprint"] = state.fingerprint
    answer["waiting"] = state.profile is not None and not sessions
    if not sessions:
        loaded = session_classes()
        reason = (
            say("There is no Spark session yet.")
            if loaded
            else say("pyspark is not loaded in this kernel.")
        )
        answer["connectors"] = connectors.absent(reason)
        if state.profile is not None:
            answer["findings"] += findings.of_profile(state.profile)
    else:
        _fill_sessions(answer, state, sessions)
    if state.unsettled:
        answer["claim"] = "none"
        broken_off = say("A change of the settings was interrupted. Apply or clear again.")
        report.fail(answer, report.Error("interrupted", broken_off, "mixed"))
    if state.failure is not None:
        answer["findings"].append(findings.hook_failed(state.failure))
        answer["claim"] = "none"
        message = answer["findings"][-1]["message"]
        report.fail(answer, report.Error("session-hook-failed", message, "old"))
    return answer


def information(state: State, session: Session) -> "Versions":
    """Versions and application id of a session, read once for each application."""
    key = (
        session.identity
        if session.context is None
        else (id(session.context), jvm.application(session.context))
    )
    # A server is asked again if it did not say it, or less than our class does once it is there.
    more = connect.known(state, session)
    if (
        state.info is None
        or state.info[0] != key
        or state.info[1]["hadoopVersion"] is None
        or (more is not None and state.info[1]["applicationId"] is None)
    ):
        state.info = (key, _describe(state, session))
    return state.info[1]


def _fill_sessions(answer: Report, state: State, sessions: List[Session]) -> None:
    first = sessions[0]
    seen = connect.current(state, sessions)
    about = information(state, first)
    answer["session"] = {**about, "kind": first.kind, "sessions": len(sessions)}
    values = {session.identity: session.read() for session in sessions}
    hadoop = HadoopConf(first.context) if first.context is not None else None
    in_hadoop = hadoop.read() if hadoop is not None else {}
    if seen is not None:
        in_hadoop = {key: MASK if value is None else value for key, value in seen["server"].items()}
    found = connectors.detect(first, values[first.identity], in_hadoop)
    answer["connectors"] = found
    answer["activity"] = activity.read(sessions)
    if seen is not None:
        answer["activity"] = {"jobs": seen["jobs"], "streams": seen["streams"]}
    armed = state.profile is not None
    dialect = state.dialect if armed else connectors.choose(found, "auto")
    if armed:
        answer["dialect"] = dialect
    if dialect is None:
        return
    record = (
        state.hadoop
        if state.hadoop is not None and state.hadoop.target == about["applicationId"]
        else None
    )
    cluster = settings.cluster_values(in_hadoop, record, dialect)
    missing = []
    for key, applied, current in settings.drift(record, in_hadoop, dialect) if record else []:
        answer["changed"].append(_change(state, in_hadoop, key, applied, current))
    for session in sessions:
        own = state.records.get(session.identity)
        rows = _rows(
            state,
            dialect,
            about["hadoopVersion"],
            session,
            values[session.identity],
            in_hadoop,
            cluster,
        )
        answer["settings"] += [row for row in rows if row not in answer["settings"]]
        if own is None:
            missing.append(session.identity)
            continue
        for key, applied, current in settings.drift(own, values[session.identity], dialect):
            entry = _change(state, values[session.identity], key, applied, current)
            if entry not in answer["changed"]:
                answer["changed"].append(entry)
    _add_findings(answer, state, dialect, sessions, values, cluster)
    claims.report_evidence(answer, state)
    if (
        armed
        and not missing
        and answer["settings"]
        and all(row["ok"] for row in answer["settings"])
    ):
        answer["claim"] = "none" if answer["changed"] else claims.highest(answer)


def _rows(
    state: State,
    dialect: str,
    version: Optional[str],
    session: Session,
    own: Dict[str, str],
    in_hadoop: Dict[str, str],
    cluster: Dict[str, str],
) -> "List[Setting]":
    """The settings of one session: everything that was applied, and other encryption settings."""
    record = state.records.get(session.identity)
    applied: Desired = record.applied if record is not None else {}
    others = {key for key in own if dialects.entry_of(dialect, key)}
    others |= {key for key in cluster if cluster[key] and dialects.entry_of(dialect, key)}
    rows: "List[Setting]" = []
    for key in list(applied) + sorted(others - set(applied)):
        value = _effective(dialect, version, key, own, in_hadoop)
        expected = applied.get(key)
        off = expected is None or _is_off(dialect, key, expected)
        if key not in applied:
            ok = True
            if not value:
                continue
        elif off:
            ok = not value or _is_off(dialect, key, value)
        else:
            ok = value == expected
        rows.append(
            {
                "key": key,
                "value": _masked(state, own, key, value),
                "wanted": None if off else _masked(state, own, key, expected),
                "origin": _origin(dialect, key, own, cluster, applied),
                "ok": ok,
            }
        )
    return rows


def _effective(
    dialect: str, version: Optional[str], key: str, own: Dict[str, str], in_hadoop: Dict[str, str]
) -> Optional[str]:
    """The value in effect; a newer name takes precedence over Hadoop's value of an older one."""
    if key in own:
        return own[key]
    for name in dialects.aliases(dialect, key):
        if (name in own or name in in_hadoop) and dialects.replaces(dialect, version, name, key):
            return None
    return in_hadoop.get(key)


def _is_off(dialect: str, key: str, value: str) -> bool:
    entry = dialects.entry_of(dialect, key)
    return entry is not None and value == entry["off"]


def _origin(
    dialect: str,
    key: str,
    own: Dict[str, str],
    cluster: Dict[str, str],
    applied: Desired,
) -> str:
    if dialects.bucket_of(dialect, key) is not None and key not in applied:
        return "bucket"
    if key in own:
        return "session"
    return "cluster" if cluster.get(key) else "none"


def _change(
    state: State, values: Dict[str, str], key: str, applied: Optional[str], found: Optional[str]
) -> "Change":
    """The entry of a setting that was changed."""
    return {
        "key": key,
        "applied": _masked(state, values, key, applied),
        "found": _masked(state, values, key, found),
    }


def _masked(state: State, values: Dict[str, str], key: str, value: Optional[str]) -> Optional[str]:
    algorithm = next(
        (values[name] for name in values if name.endswith("algorithm") and values[name] == "SSE-C"),
        None,
    )
    return report.mask(key, value, algorithm, state.customer_key)


def _add_findings(
    answer: Report,
    state: State,
    dialect: str,
    sessions: List[Session],
    values: Dict[str, Dict[str, str]],
    cluster: Dict[str, str],
) -> None:
    """values: each session's own, by its identity."""
    first = sessions[0]
    own = values[first.identity]
    armed = state.profile is not None
    record = state.records.get(first.identity)
    applied: Set[str] = set(record.applied) if record is not None else set()
    found: List[Finding] = []
    if isinstance(first, JvmSession):
        found += _open(answer, state, dialect, first, sessions)
    elif armed:
        with late.imports():
            from . import server_findings
        found += server_findings.fill(answer, state, sessions, dialect)
    if state.profile is not None:
        found += findings.changed(answer["changed"])
        found += findings.of_connectors(answer["connectors"], dialect)
        found += findings.of_profile(state.profile)
        found += _of_special_buckets(answer, state.profile)
        written = [_catalogs(state, session, values[session.identity]) for session in sessions]
        if any(seen or catalogs.catalogs(own) for own, seen in written):
            with late.imports():
                from . import catalog_findings
            found += catalog_findings.of_catalogs(state.profile, written)
        found += bypass.find_bypasses(state.profile)
        if not dialects.is_inspected(dialect):
            found.append(findings.not_inspected(dialect))
        elif isinstance(first, JvmSession) and not answer["changed"]:
            loaded = bool(answer["fileSystems"])
            version = answer["session"]["hadoopVersion"]
            differences = filesystems.computed(
                first, state.profile, state.customer_key, version, loaded
            )
            found += findings.of_computed(differences)
            needed = dialects.libraries(dialect, version, state.profile)
            missing = {jar for name, jar in needed.items() if connectors.lacks(first, name)}
            found += findings.of_libraries(sorted(missing))
    everything = dict(cluster)
    everything.update(own)
    found += findings.of_buckets(dialect, everything, applied)
    found += findings.of_cluster(dialect, cluster, armed)
    found += findings.of_names(dialect, own, _late(first, own))
    answer["findings"] += found


def _open(
    answer: Report, state: State, dialect: str, first: JvmSession, sessions: List[Session]
) -> List[Finding]:
    """Fills in file systems and executors; returns the findings about them."""
    current = renewal.of(state, first)
    still = renewal.still_running(state, sessions)
    trusted = current is not None and not current.due
    systems: Optional[List[filesystems.Open]] = None
    writing: List[str] = []
    moved: List[str] = []
    older = 0
    reason = None
    try:
        seen = filesystems.inspect(state, first, dialect, trusted)
        systems, writing, older, moved = seen
    except Exception as error:  # noqa: BLE001 - no classes, or no JVM: unknown, and the report says so
        reason = jvm.error_text(error)
    answer["fileSystems"] = [entry.entry() for entry in systems or []]
    left = [entry for entry in systems or [] if entry.ours and entry.stale is not False]
    answer["executors"] = renewal.coverage(state, first, bool(left) or systems is None)
    if current is None or (state.profile is None and not current.due):
        return []
    stale = sorted(entry.uri for entry in left if entry.stale)
    renewal.reported(current, first, Left(stale, writing, moved))
    found = open_findings.of_renewal(current, answer["activity"], still, dialect == "s3a")
    if not current.due:
        found += open_findings.of_file_systems(left if systems is not None else None, reason)
    local = executors.is_local(str(first.context.master))
    found += open_findings.of_executors(answer["executors"], current, local)
    found += open_findings.of_late_executors(current.ahead)
    if state.profile is not None:
        found += open_findings.of_moves(
            [move.path for move in filesystems.moves(moved)], "" in moved
        )
        found += open_findings.of_older_handles(
            sorted({*writing, *current.writing}), older, filesystems.event_log(first.context)
        )
    return found


def _of_special_buckets(answer: Report, profile: Profile) -> List[Finding]:
    opened = [entry["uri"].partition("://")[2] for entry in answer["fileSystems"]]
    names = [*opened, *(profile.get("buckets") or {})]
    special = [name for name in names if name.endswith(("-s3", "-s3alias"))]
    if not special:
        return []
    with late.imports():
        from . import bucket_findings
    return bucket_findings.of_special_buckets(profile, special)


def has_catalogs(state: State, session: Session, own: Dict[str, str]) -> bool:
    """Whether a session has, or had, catalogs of Iceberg, by its properties."""
    if catalogs.catalogs(own):
        state.iceberg.add(session.identity)
    return session.identity in state.iceberg


def _catalogs(state: State, session: Session, own: Dict[str, str]) -> catalogs.Session:
    """A session's properties, and what the tables of its Iceberg catalogs are written with.

    Without our classes, or if a catalog is not as they know it, its settings say how it writes.
    """
    # Spark makes more of a session to answer, so the others are not asked.
    if not isinstance(session, Classic) or not has_catalogs(state, session, own):
        return own, ()
    try:
        java = session.spark._jsparkSession
        return own, java_classes.table_writers(session.context, java)
    except Exception:  # noqa: BLE001 - another Spark's catalogs, or no classes
        return own, ()


def _late(first: Session, own: Dict[str, str]) -> Set[str]:
    """The spark.hadoop.* of the session that were set after Spark's start."""
    prefixed = [key for key in own if key.startswith("spark.hadoop.")]
    if not prefixed or first.context is None:
        return set(prefixed)
    conf = jvm.scala(first.context).getConf()
    return {key for key in prefixed if not conf.contains(key) or str(conf.get(key)) != own[key]}


def _describe(state: State, session: Session) -> "Versions":
    """Application id, versions and master of a session, for the report."""
    if isinstance(session, Connect):
        seen = connect.known(state, session)
        if seen is not None:
            return {
                "applicationId": seen["application"],
                "sparkVersion": seen["spark"],
                "hadoopVersion": seen["hadoop"],
                "master": seen["master"],
            }
        with late.imports():
            from ..spark.remote import versions
        return {
            "applicationId": None,
            "sparkVersion": versions.spark_version(session.spark),
            "hadoopVersion": versions.hadoop_version(session.spark),
            "master": versions.master(session.spark),
        }
    assert isinstance(session, JvmSession)  # noqa: S101 - there is no third kind
    context = session.context
    return {
        "applicationId": jvm.application(context),
        "sparkVersion": str(context.version),
        "hadoopVersion": str(
            jvm.java_class(context, "org.apache.hadoop.util.VersionInfo").getVersion()
        ),
        "master": str(context.master),
    }
