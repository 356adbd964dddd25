"""Fills a report with what is found in the kernel: sessions, connectors, settings, findings, claim.

Only reads. Must not know: how settings are written, requests.
"""

from typing import Any, Dict, List, Optional, Set

from .. import report
from ..profile import dialects
from ..spark import activity, connectors, executors, filesystems, jvm, renewal, sessions, settings
from ..state import State
from . import bypass, claims, findings, open_findings

Report = Dict[str, Any]


def fill(answer: Report, held: State, live: List[Any]) -> Report:
    """Completes a report for a state and its live sessions; the first one stands for all."""
    answer["profile"] = held.profile
    answer["fingerprint"] = held.fingerprint
    answer["waiting"] = held.profile is not None and not live
    if not live:
        loaded = sessions.session_classes()
        reason = (
            "There is no Spark session yet." if loaded else "pyspark is not loaded in this kernel."
        )
        answer["connectors"] = connectors.absent(reason)
        if held.profile is not None:
            answer["findings"] += findings.of_profile(held.profile)
    else:
        _fill_live(answer, held, live)
    if held.failure is not None:
        answer["findings"].append(findings.hook_failed(held.failure))
        answer["claim"] = "none"
        report.fail(answer, "session-hook-failed", answer["findings"][-1]["message"], "old")
    return answer


def information(held: State, item: Any) -> Dict[str, Any]:
    """Versions and application id of a session, read once for each application."""
    key = (
        item.identity if item.context is None else (id(item.context), jvm.application(item.context))
    )
    if held.info is None or held.info[0] != key:
        held.info = (key, _describe(item))
    return held.info[1]


def _fill_live(answer: Report, held: State, live: List[Any]) -> None:
    first = live[0]
    told = information(held, first)
    answer["session"] = dict(told, kind=first.kind, sessions=len(live))
    values = {item.identity: item.read() for item in live}
    hadoop = sessions.HadoopConf(first.context) if first.context is not None else None
    in_hadoop = hadoop.read() if hadoop is not None else {}
    found = connectors.detect(first, values[first.identity], in_hadoop)
    answer["connectors"] = found
    answer["activity"] = activity.read(live)
    armed = held.profile is not None
    dialect = held.dialect if armed else connectors.choose(found, "auto")
    if armed:
        answer["dialect"] = dialect
    if dialect is None:
        return
    record = (
        held.hadoop
        if held.hadoop is not None and held.hadoop.target == told["applicationId"]
        else None
    )
    cluster = settings.cluster_values(in_hadoop, record, dialect)
    missing = []
    for key, applied, current in settings.drift(record, in_hadoop) if record is not None else []:
        entry = {"key": key, "applied": _masked(held, in_hadoop, key, applied)}
        answer["changed"].append(dict(entry, found=_masked(held, in_hadoop, key, current)))
    for item in live:
        own = held.sessions.get(item.identity)
        rows = _rows(
            held, dialect, told["hadoopVersion"], item, values[item.identity], in_hadoop, cluster
        )
        answer["settings"] += [row for row in rows if row not in answer["settings"]]
        if own is None:
            missing.append(item.identity)
            continue
        for key, applied, current in settings.drift(own, values[item.identity]):
            entry = {"key": key, "applied": _masked(held, values[item.identity], key, applied)}
            entry["found"] = _masked(held, values[item.identity], key, current)
            if entry not in answer["changed"]:
                answer["changed"].append(entry)
    _add_findings(answer, held, dialect, live, values[first.identity], cluster)
    claims.tell(answer, held)
    if (
        armed
        and not missing
        and answer["settings"]
        and all(row["ok"] for row in answer["settings"])
    ):
        answer["claim"] = "none" if answer["changed"] else claims.highest(answer)


def _rows(
    held: State,
    dialect: str,
    version: Optional[str],
    item: Any,
    own: Dict[str, str],
    in_hadoop: Dict[str, str],
    cluster: Dict[str, str],
) -> List[Dict[str, Any]]:
    """The settings of one session: everything that was applied, and what else is there."""
    record = held.sessions.get(item.identity)
    applied: Dict[str, Optional[str]] = record.applied if record is not None else {}
    others = {key for key in own if dialects.entry_of(dialect, key)}
    others |= {key for key in cluster if cluster[key] and dialects.entry_of(dialect, key)}
    rows = []
    for key in list(applied) + sorted(others - set(applied)):
        value = _effective(dialect, version, key, own, in_hadoop)
        wanted = applied.get(key)
        off = wanted is None or _is_off(dialect, key, wanted)
        if key not in applied:
            ok = True
            if not value:
                continue
        elif off:
            ok = not value or _is_off(dialect, key, value)
        else:
            ok = value == wanted
        rows.append(
            {
                "key": key,
                "value": _masked(held, own, key, value),
                "wanted": None if off else _masked(held, own, key, wanted),
                "origin": _origin(dialect, key, own, cluster, applied),
                "ok": ok,
            }
        )
    return rows


def _effective(
    dialect: str, version: Optional[str], key: str, own: Dict[str, str], in_hadoop: Dict[str, str]
) -> Optional[str]:
    """The value that counts; a newer name decides over what Hadoop holds under an older one."""
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
    applied: Dict[str, Optional[str]],
) -> str:
    if dialects.bucket_of(dialect, key) is not None and key not in applied:
        return "bucket"
    if key in own:
        return "session"
    return "cluster" if cluster.get(key) else "none"


def _masked(held: State, values: Dict[str, str], key: str, value: Optional[str]) -> Optional[str]:
    algorithm = next(
        (values[name] for name in values if name.endswith("algorithm") and values[name] == "SSE-C"),
        None,
    )
    return report.mask(key, value, algorithm, held.customer_key)


def _add_findings(
    answer: Report,
    held: State,
    dialect: str,
    live: List[Any],
    own: Dict[str, str],
    cluster: Dict[str, str],
) -> None:
    first = live[0]
    armed = held.profile is not None
    record = held.sessions.get(first.identity)
    applied: Set[str] = set(record.applied) if record is not None else set()
    found: List[Dict[str, Any]] = []
    if first.context is not None:
        found += _open(answer, held, dialect, live)
    elif armed:
        asked = getattr(held, "remote", None)
        since = asked[1:] if asked is not None and asked[0] == held.fingerprint else None
        able = executors.are_apart(answer["session"]["master"])
        found.append(findings.connect_unknown(able, since))
    if held.profile is not None:
        found += findings.changed(answer["changed"])
        found += findings.of_connectors(answer["connectors"], dialect)
        found += findings.of_profile(held.profile)
        found += bypass.look(held.profile, own)
        if dialect == "emrfs":
            found.append(findings.not_inspected())
        elif first.context is not None and not answer["changed"]:
            loaded = bool(answer["fileSystems"])
            version = answer["session"]["hadoopVersion"]
            wanted = filesystems.computed(first, held.profile, held.customer_key, version, loaded)
            found += findings.of_computed(wanted)
    everything = dict(cluster)
    everything.update(own)
    found += findings.of_buckets(dialect, everything, applied)
    found += findings.of_cluster(dialect, cluster, armed)
    found += findings.of_names(dialect, own, _late(first, own))
    answer["findings"] += found


def _open(answer: Report, held: State, dialect: str, live: List[Any]) -> List[Dict[str, Any]]:
    """Fills in file systems and executors; returns what is not renewed among them."""
    first = live[0]
    state = renewal.of(held, first)
    still = renewal.still_running(held, live)
    trusted = state is not None and not state.due
    systems: Optional[List[filesystems.Open]] = None
    writing: List[str] = []
    reason = None
    try:
        seen = filesystems.look(held, first, dialect, trusted)
        systems, writing = seen.systems, seen.writing
    except Exception as error:  # noqa: BLE001 - no classes, or no JVM: unknown, and the report says so
        reason = jvm.error_text(error)
    answer["fileSystems"] = [entry.told() for entry in systems or []]
    left = [entry for entry in systems or [] if entry.ours and entry.stale is not False]
    answer["executors"] = renewal.coverage(held, first, bool(left) or systems is None)
    if state is None or (held.profile is None and not state.due):
        return []
    stale = sorted(entry.uri for entry in left if entry.stale)
    renewal.reported(state, first, (stale, writing))
    found = open_findings.of_renewal(state, answer["activity"], still, dialect == "s3a")
    if not state.due:
        found += open_findings.of_file_systems(left if systems is not None else None, reason)
    local = executors.is_local(str(first.context.master))
    found += open_findings.of_executors(answer["executors"], state, local)
    if held.profile is not None:
        found += open_findings.of_older_handles(writing, filesystems.event_log(first.context))
    return found


def _late(first: Any, own: Dict[str, str]) -> Set[str]:
    """spark.hadoop.* of the session that were not there when Spark started."""
    prefixed = [key for key in own if key.startswith("spark.hadoop.")]
    if not prefixed or first.context is None:
        return set(prefixed)
    conf = jvm.scala(first.context).getConf()
    return {key for key in prefixed if not conf.contains(key) or str(conf.get(key)) != own[key]}


def _describe(item: Any) -> Dict[str, Any]:
    """Application id, versions and master of a session, for the report."""
    if item.kind == "connect":
        return {
            "applicationId": None,
            "sparkVersion": str(item.session.version),
            "hadoopVersion": _connect_hadoop_version(item.session),
            "master": _connect_master(item.session),
        }
    context = item.context
    return {
        "applicationId": jvm.application(context),
        "sparkVersion": str(context.version),
        "hadoopVersion": str(
            jvm.java_class(context, "org.apache.hadoop.util.VersionInfo").getVersion()
        ),
        "master": str(context.master),
    }


def _connect_master(session: Any) -> Optional[str]:
    try:
        return str(session.conf.get("spark.master", "")) or None
    except Exception:  # noqa: BLE001 - a server may keep it to itself; it is unknown then
        return None


def _connect_hadoop_version(session: Any) -> Optional[str]:
    query = "SELECT reflect('org.apache.hadoop.util.VersionInfo', 'getVersion')"
    try:
        return str(session.sql(query).collect()[0][0])
    except Exception:  # noqa: BLE001 - reflect may be forbidden on the server; the version is unknown then
        return None
