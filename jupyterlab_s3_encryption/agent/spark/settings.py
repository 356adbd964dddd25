"""Writes a plan into the sessions, all of it or nothing, and restores what was there before.

Must not know: connectors.json, messages for users, how a report looks. Works on anything with
`read()`, `write(key, value)` and a record of what was there before.
"""

from typing import List, NamedTuple, Optional, Tuple

from ..profile import dialects
from ..sentences import say
from ..shapes import Desired, Properties
from ..state import Record
from . import jvm
from .sessions import REDACTION, REDACTION_DEFAULT, PropertyStore, is_server_gone


class Job(NamedTuple):
    """What to write. current: what the target has now; desired: in the order of writing."""

    target: PropertyStore
    record: Record
    current: Properties
    desired: Desired


class Applied(NamedTuple):
    """A target and the record of what was written there."""

    target: PropertyStore
    record: Record


class Step(NamedTuple):
    """One property that was overwritten; old: None for absent."""

    target: PropertyStore
    key: str
    old: Optional[str]


class Drift(NamedTuple):
    """One property that no longer has the value we set; None for absent."""

    key: str
    applied: Optional[str]
    found: Optional[str]


class RefusedError(Exception):
    """A property could not be written. `unrestored`: keys that were not restored."""

    def __init__(self, key: str, reason: str, unrestored: List[str]) -> None:
        Exception.__init__(self, say("Spark refused %1: %2", key, reason))
        self.unrestored = unrestored


def targets(
    plan: dialects.Plan,
    dialect: str,
    version: Optional[str],
    cluster: Optional[Properties],
    secret: bool,
    current: Properties,
) -> Desired:
    """The desired settings of a session: key -> value, None for absent.

    A property that should be absent, but has a value in the cluster's configuration (None: that
    is not known), is turned off instead: removing it would only uncover that value. `secret`
    puts the redaction of the key first; `current` is what the session has.
    """
    desired: Desired = {}
    if secret:
        desired[REDACTION] = redaction(current.get(REDACTION))
    for key in plan.clear:
        off = dialects.off_value(dialect, version, key)
        desired[key] = off if off is not None and _shines(dialect, key, cluster) else None
    # Keys before algorithms: no concurrent write may have the method without its key.
    desired.update(sorted(plan.set.items(), key=lambda item: _rank(dialect, item[0])))
    return desired


def redaction(existing: Optional[str]) -> str:
    """The expression that hides keys in Spark's event log, added to an existing one."""
    base = existing or REDACTION_DEFAULT
    return base if "encryption[.]key" in base else base + "|encryption[.]key"


def write(jobs: List[Job]) -> List[str]:
    """Writes the desired settings of each job; returns the keys that were removed or turned off.

    Properties that an earlier profile, or a change that was broken off, set and this one does not
    name get their earlier values. Raises RefusedError after everything written by this call was
    restored; an interrupt goes on after that, too.
    """
    undo: List[Step] = []
    records = [
        (record, record.before, record.applied, record.others, dict(record.broken))
        for _, record, _, _ in jobs
    ]
    try:
        return _write(jobs, undo)
    except BaseException as error:
        for record, before, applied, others, _ in records:
            record.before, record.applied, record.others = before, applied, others
        unrestored = _undo(undo)
        for record, _, _, _, broken in [] if unrestored else records:
            record.broken = broken
        if isinstance(error, Exception):
            key = undo[-1].key if undo else ""
            raise RefusedError(key, jvm.error_text(error), unrestored) from error
        raise


def _write(jobs: List[Job], undo: List[Step]) -> List[str]:
    """As `write`; what has to be undone if it fails is added to `undo` before it is done."""
    removed: List[str] = []
    done: List[Tuple[Record, Desired, Desired, Properties]] = []
    for target, record, current, desired in jobs:
        complete = dict(desired)
        for key in record.applied:
            if key not in complete and current.get(key) == record.applied[key]:
                complete[key] = record.before.get(key)
        original = record.original()
        for key in record.broken:
            complete.setdefault(key, original[key])
        before = {key: original.get(key, current.get(key)) for key in complete}
        changes = {key: value for key, value in complete.items() if current.get(key) != value}
        _send(target, record, current, changes, undo)
        gone = [key for key, value in changes.items() if current.get(key) and not value]
        removed += [key for key in gone if key not in removed]
        others = {key: value for key, value in current.items() if key not in complete}
        done.append((record, before, desired, others))
    for record, before, desired, others in done:
        record.before = {key: before[key] for key in desired}
        record.applied, record.others = dict(desired), others
        record.broken = {}
    return removed


def _send(
    target: PropertyStore, record: Record, current: Properties, changes: Desired, undo: List[Step]
) -> None:
    """Writes into one target: all at once if it can, else one after the other."""
    if len(changes) > 1 and target.can_write_all:
        for key in changes:
            undo.append(Step(target, key, current.get(key)))
            record.broken.setdefault(key, current.get(key))
        try:
            target.write_all(changes)
        except Exception as error:  # what is refused is found, and raised, below
            if is_server_gone(error):
                raise
        else:
            return
    for key, value in changes.items():
        undo.append(Step(target, key, current.get(key)))
        record.broken.setdefault(key, current.get(key))
        target.write(key, value)


def take_back(target: PropertyStore, record: Record) -> Tuple[List[str], List[str]]:
    """Restores what was there before the first apply.

    Returns (keys that were changed since and are left alone, keys that could not be written).
    Secrets are removed before the redaction that hides them.
    """
    current: Properties = target.read()
    original = record.original()
    left: List[str] = []
    failed: List[str] = []
    for key in sorted({*record.applied, *record.broken}, key=lambda name: name == REDACTION):
        found, old = current.get(key), original.get(key)
        if found != old and key not in record.broken and found != record.applied[key]:
            left.append(key)
        elif found != old:
            try:
                target.write(key, old)
            except Exception as error:  # reported by the caller, with the key's name
                if is_server_gone(error):
                    raise
                failed.append(key)
    return left, failed


def drift(record: Record, current: Properties, dialect: Optional[str]) -> List[Drift]:
    """The properties of a dialect that were changed, or added, since ours were applied."""
    found = [
        Drift(key, value, current.get(key))
        for key, value in record.applied.items()
        if current.get(key) != value
    ]
    for key, value in current.items():
        if dialect is None or key in record.applied or record.others.get(key) == value:
            continue
        # Hadoop sets the older names of a property together with it.
        ours = [record.applied.get(name) for name in dialects.aliases(dialect, key)]
        if dialects.entry_of(dialect, key) is not None and value not in ours:
            found.append(Drift(key, None, value))
    return found


def for_hadoop(dialect: str, version: Optional[str], desired: Desired) -> Desired:
    """The part of a session's settings for sc.hadoopConfiguration: only names that this version reads.

    Hadoop treats older names as the newer ones: removing an older one would remove both.
    """
    return {
        key: value
        for key, value in desired.items()
        if dialects.off_value(dialect, version, key) is not None
    }


def resolved(dialect: str, version: Optional[str], values: Properties) -> Properties:
    """The values of sc.hadoopConfiguration, with those under older names also under the newer ones.

    Hadoop reads them so, and removes both if the newer one is removed.
    """
    found = dict(values)
    for key in values:
        for name in dialects.aliases(dialect, key):
            if name not in values and dialects.replaces(dialect, version, name, key):
                found[name] = values[key]
    return found


def cluster_values(
    current: Properties, record: Optional[Record], dialect: Optional[str]
) -> Properties:
    """The values of sc.hadoopConfiguration without ours; `current` is what it has."""
    found = dict(current)
    for key, value in (record.original() if record else {}).items():
        for name in dialects.aliases(dialect, key) if dialect else [key]:
            found.pop(name, None)
        if value is not None:
            found[key] = value
    return found


def _undo(steps: List[Step]) -> List[str]:
    """Reverts steps, the last one first; returns the keys for which that failed."""
    failed: List[str] = []
    gone: List[PropertyStore] = []
    for target, key, old in reversed(steps):
        try:
            if target in gone:  # asking it once more would only take time
                failed.append(key)
            elif target.read().get(key) != old:
                target.write(key, old)
        except Exception as error:  # noqa: BLE001 - reported by the caller, with the key's name
            if is_server_gone(error):
                gone.append(target)
            failed.append(key)
    return list(dict.fromkeys(failed))


def _shines(dialect: str, key: str, cluster: Optional[Properties]) -> bool:
    """Whether the cluster has a value under this name or under an alias of it."""
    if cluster is None:
        return dialects.bucket_of(dialect, key) is None
    return any(cluster.get(name) for name in dialects.aliases(dialect, key))


def _rank(dialect: str, key: str) -> int:
    entry = dialects.entry_of(dialect, key)
    return 1 if entry is not None and entry["id"] in ("algorithm", "enable", "cseEnable") else 0
