"""Audits without a request per object: of an S3 Inventory, or of an S3 Metadata table.

The user's own Spark reads and counts what S3 has listed. Must not know: the files of an inventory,
how objects are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from . import stored
from .agent import state
from .agent.checks import claims
from .agent.objects import verdicts
from .agent.objects.reading.location import S3Location
from .agent.profile import profiles
from .agent.spark.sessions import find_sessions
from .audits import counting, files, manifest, states, tables
from .audits.counting import Counted
from .audits.errors import AuditError
from .audits.states import State
from .helper import chosen_profile

#: The names of the package that are here.
__all__ = ["AuditError", "ListedAudit", "audit_inventory", "audit_metadata"]

#: How many objects that differ a result can list.
MOST = 100000
_FILE = "manifest.json"


@dataclass(frozen=True, repr=False)
class ListedAudit(stored.Audit):
    """An audit of what S3 has listed. `made`: when S3 did, ISO 8601; None if nothing is listed.

    `complete` is always False: a list is of the past. `folders`: those right below the path, with
    most objects that differ first, at most 1,000; `notes`: what the source does not say.
    """

    made: str | None = None
    folders: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def _heading(self) -> str:
        return " ".join([f"{self.path}: {self.checked} objects.", *self.notes])


def audit_inventory(
    address: str,
    *,
    prefix: str = "",
    versions: bool = False,
    keep: int = stored.KEPT,
    checksums: bool = True,
    method: str | None = None,
    kms_key_id: str | None = None,
    profile: Any = None,
    spark: Any = None,
) -> ListedAudit:
    """Counts what an S3 Inventory (CSV, ORC or Parquet) lists, by method and by folder.

    address: that of its manifest.json; prefix: only keys that begin with it; versions: old versions
    too; keep: how many objects that differ are listed; checksums: False leaves out the comparison of
    each file with its MD5; method, kms_key_id or profile: what objects are to have, by default what is
    applied; spark: a session, by default the one of this kernel.
    Raises ValueError for wrong arguments, and AuditError if the inventory is not whole or not readable.
    """
    location = S3Location.parse(address)
    if location is None or not location.path.endswith("/" + _FILE):
        raise ValueError(f"Give the address of an inventory's manifest: s3://BUCKET/…/{_FILE}")
    wanted = _Wanted(prefix, keep, method, kms_key_id, profile)
    session = _session(spark)
    content, checksum = files.manifest_of(session, location.text())
    manifest.check(content, checksum)
    found = manifest.parse(content)
    if checksums:
        files.check(session, found, location.scheme)
    listed = tables.of_inventory(session, found, location.scheme, versions)
    encoded = found.format == manifest.CSV
    objects, encoded = tables.below(listed, prefix, encoded), encoded and not prefix
    counted = counting.count(objects, wanted.judge(states.INVENTORY), prefix, encoded)
    made = claims.moment(found.created)
    notes = [
        f"By the S3 Inventory of {made}, {_age(found.created)} old: S3 lists a bucket over hours."
    ]
    if not checksums:
        notes.append("Its files were not compared with their checksums.")
    if "is_latest" in found.columns and not versions:
        notes.append("Old versions are not counted (versions=True counts them too).")
    notes.append("If its configuration has a filter, it lists only a part of the bucket.")
    path = f"s3://{found.source}/{prefix}"
    return _audit(path, states.INVENTORY, made, notes, objects, counted, wanted, encoded)


def audit_metadata(
    table: str,
    *,
    prefix: str = "",
    versions: bool = False,
    keep: int = stored.KEPT,
    method: str | None = None,
    kms_key_id: str | None = None,
    profile: Any = None,
    spark: Any = None,
) -> ListedAudit:
    """Counts what an S3 Metadata table (live inventory, or journal) lists, by method, key and folder.

    table: its name as Spark has it, as CATALOG.NAMESPACE.inventory. The other arguments and errors are
    those of `audit_inventory`.
    """
    if not isinstance(table, str) or not table.strip():
        raise ValueError("Give the name of a metadata table, as Spark has it.")
    wanted = _Wanted(prefix, keep, method, kms_key_id, profile)
    session = _session(spark)
    with files.reading(f"The table {table} could not be read"):
        whole = session.table(table)
        journal = tables.is_journal(whole)
        listed = tables.of_table(whole, versions)
        made = tables.moment(tables.newest(whole))
    objects = tables.below(listed, prefix, False)
    counted = counting.count(objects, wanted.judge(states.TABLE), prefix)
    kind = "journal" if journal else "live inventory"
    notes = [f"By the S3 Metadata {kind} table {table}; its newest entry is of {made}."]
    if journal:
        notes.append(
            "A journal has what was written since it began: objects from before it are not counted."
        )
    if not versions:
        notes.append("Old versions are not counted (versions=True counts them too).")
    buckets = sorted({found.bucket for found in counted.states})
    path = f"s3://{buckets[0]}/{prefix}" if len(buckets) == 1 else table
    return _audit(path, states.TABLE, made, notes, objects, counted, wanted, False)


#: Functions whose only required argument is a name: %s3_encryption offers them too.
BY_NAME: dict[str, Callable[[str], ListedAudit]] = {
    "audit-inventory": audit_inventory,
    "audit-metadata": audit_metadata,
}


class _Wanted:
    """What an audit is asked for; raises ValueError for what is wrong, before anything is read."""

    def __init__(
        self, prefix: str, keep: int, method: str | None, key: str | None, profile: Any
    ) -> None:
        if not isinstance(prefix, str) or prefix.startswith("/") or "://" in prefix:
            raise ValueError("prefix: give how keys begin, without the bucket, as in logs/2026/")
        if not isinstance(keep, int) or isinstance(keep, bool) or not 0 <= keep <= MOST:
            raise ValueError(f"keep: give a number from 0 to {MOST}.")
        self.keep = keep
        chosen = chosen_profile(method, key, profile)
        self.profile = chosen if chosen is not None else state.get().profile
        problems = [] if chosen is None else profiles.validate(chosen)
        if problems:
            raise ValueError("\n".join(f"{one['field']}: {one['message']}" for one in problems))

    def judge(self, source: str) -> Callable[[State], states.Judged]:
        """What a state means for what is wanted."""
        return lambda one: states.judge(one, verdicts.choice_of(self.profile, one.bucket), source)


def _session(given: Any) -> Any:
    if given is not None:
        return given
    with state.get().lock:
        found = find_sessions(state.get())
    spark = next((one.spark for one in found if one.spark is not None), None)
    if spark is None:
        raise AuditError("There is no Spark session in this kernel, which would read the list.")
    return spark


def _audit(
    path: str,
    source: str,
    made: str | None,
    notes: list[str],
    objects: Any,
    counted: Counted,
    wanted: _Wanted,
    encoded: bool,
) -> ListedAudit:
    rows: list[dict[str, Any]] = [
        {
            "algorithm": counted.judged[one].algorithm,
            "keyId": counted.judged[one].key,
            "verdict": counted.judged[one].verdict,
            "objects": count.objects,
            "bytes": count.bytes,
            "bucketKeys": count.bucket_keys,
        }
        for one, count in counted.states.items()
    ]
    rows.sort(key=lambda row: verdicts.place(row["verdict"], row["objects"]))
    listed = [
        _entry(row, counted, encoded) for row in counting.differing(objects, counted, wanted.keep)
    ]
    listed.sort(key=lambda row: (verdicts.ORDER.index(row["verdict"]), row["path"]))
    total = sum(row["objects"] for row in rows)
    return ListedAudit(
        path=path,
        checked=total,
        limit=total,
        complete=False,
        counts=rows,
        objects=listed,
        read_by=source,
        made=made,
        folders=[asdict(folder) for folder in counted.folders],
        notes=[*notes, *_unknown(counted, source), states.CLIENT],
    )


def _unknown(counted: Counted, source: str) -> list[str]:
    """How many objects have a key that the source does not name, by method."""
    found: dict[str, int] = {}
    for one, count in counted.states.items():
        if counted.judged[one].key is None and counted.judged[one].algorithm is not None:
            found[str(one.status)] = found.get(str(one.status), 0) + count.objects
    return [
        f"{status}, key unknown: {number} objects. {states.NO_KEY[source]}"
        for status, number in sorted(found.items())
    ]


def _entry(row: Any, counted: Counted, encoded: bool) -> dict[str, Any]:
    judged = counted.judged[State(row["bucket"], row["status"], row["kms"])]
    key = counting.key_of(row["key"], encoded)
    return {
        "path": f"s3://{row['bucket']}/{key}",
        "versionId": row["versionId"],
        "size": row["size"],
        "modified": tables.moment(row["modified"]),
        "algorithm": judged.algorithm,
        "keyId": judged.key,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "storageClass": row["storage"],
        "bucketKey": row["bucketKey"],
    }


def _age(created: float) -> str:
    hours = max(0.0, time.time() - created) / 3600
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
