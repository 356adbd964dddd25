"""Writes a plan into the sessions, all of it or nothing, and takes it back.

Must not know: connectors.json, messages for people, how a report looks. Works on anything with
`read()`, `write(key, value)` and a record of what was there before.
"""

from typing import List, NamedTuple, Optional, Tuple

from ..profile import dialects
from ..sentences import say
from ..shapes import Desired, Properties
from ..state import Record
from . import jvm
from .sessions import REDACTION, REDACTION_DEFAULT, PropertyStore


class Job(NamedTuple):
    """What is to be written. current: what the target has now; desired: in the order of writing."""

    target: PropertyStore
    record: Record
    current: Properties
    desired: Desired


class Applied(NamedTuple):
    """What was written, and where."""

    target: PropertyStore
    record: Record


class Step(NamedTuple):
    """One property that was written over; old: None for absent."""

    target: PropertyStore
    key: str
    old: Optional[str]


class Drift(NamedTuple):
    """One property that does not have what we left there; None for absent."""

    key: str
    applied: Optional[str]
    found: Optional[str]


class RefusedError(Exception):
    """A property could not be written. `unrestored`: keys that do not have what they had before."""

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
    """What a session has to have: key -> value, None for absent.

    A property that has to be absent, but has a value in the cluster's configuration (None: that
    is not known), is turned off instead: taking it away would only uncover that value. `secret`
    puts the redaction of the key first; `current` is what the session has.
    """
    desired: Desired = {}
    if secret:
        desired[REDACTION] = redaction(current.get(REDACTION))
    for key in plan.clear:
        off = dialects.off_value(dialect, version, key)
        desired[key] = off if off is not None and _shines(dialect, key, cluster) else None
    # Keys before algorithms: what runs at the same time never has the method without its key.
    desired.update(sorted(plan.set.items(), key=lambda item: _rank(dialect, item[0])))
    return desired


def redaction(existing: Optional[str]) -> str:
    """The expression that hides keys in Spark's event log, added to an existing one."""
    base = existing or REDACTION_DEFAULT
    return base if "encryption[.]key" in base else base + "|encryption[.]key"


def write(jobs: List[Job]) -> List[str]:
    """Makes every target have what its job wants; returns the keys that were removed or turned off.

    What an earlier profile set and this one does not name goes back to what was there before it.
    Raises RefusedError after everything written by this call was put back.
    """
    undo: List[Step] = []
    removed: List[str] = []
    done: List[Tuple[Record, Desired, Desired]] = []
    for target, record, current, desired in jobs:
        complete = dict(desired)
        for key in record.applied:
            if key not in complete and current.get(key) == record.applied[key]:
                complete[key] = record.before.get(key)
        before = {key: record.before.get(key, current.get(key)) for key in complete}
        for key, value in complete.items():
            old = current.get(key)
            if old == value:
                continue
            undo.append(Step(target, key, old))
            try:
                target.write(key, value)
            except Exception as error:
                raise RefusedError(key, jvm.error_text(error), _undo(undo)) from error
            if old and not value and key not in removed:
                removed.append(key)
        done.append((record, before, desired))
    for record, before, desired in done:
        record.before = {key: before[key] for key in desired}
        record.applied = dict(desired)
    return removed


def take_back(target: PropertyStore, record: Record) -> Tuple[List[str], List[str]]:
    """Puts back what was there before the first apply.

    Returns (keys that somebody changed since, which are left alone; keys that could not be
    written). Secrets go before the redaction that hides them.
    """
    current: Properties = target.read()
    left: List[str] = []
    failed: List[str] = []
    for key in sorted(record.applied, key=lambda name: name == REDACTION):
        if current.get(key) != record.applied[key]:
            if current.get(key) != record.before.get(key):
                left.append(key)
        elif record.applied[key] != record.before.get(key):
            try:
                target.write(key, record.before.get(key))
            except Exception:  # noqa: BLE001 - reported by the caller, with the key's name
                failed.append(key)
    return left, failed


def drift(record: Record, current: Properties) -> List[Drift]:
    """What somebody changed since it was applied."""
    return [
        Drift(key, value, current.get(key))
        for key, value in record.applied.items()
        if current.get(key) != value
    ]


def for_hadoop(dialect: str, version: Optional[str], desired: Desired) -> Desired:
    """Of what a session gets, what sc.hadoopConfiguration gets: only names that this version reads.

    Hadoop treats older names as the newer ones: taking an older one away would take both.
    """
    return {
        key: value
        for key, value in desired.items()
        if dialects.off_value(dialect, version, key) is not None
    }


def resolved(dialect: str, version: Optional[str], values: Properties) -> Properties:
    """What sc.hadoopConfiguration has, with values under older names also under the newer ones.

    Hadoop reads them so, and takes both away when the newer one is taken away.
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
    """sc.hadoopConfiguration as it would be without what we put there; `current` is what it has."""
    found = dict(current)
    for key, value in (record.before if record else {}).items():
        for name in dialects.aliases(dialect, key) if dialect else [key]:
            found.pop(name, None)
        if value is not None:
            found[key] = value
    return found


def _undo(steps: List[Step]) -> List[str]:
    """Takes steps back, the last one first; returns the keys for which that failed."""
    failed = []
    for target, key, old in reversed(steps):
        try:
            if target.read().get(key) != old:
                target.write(key, old)
        except Exception:  # noqa: BLE001 - reported by the caller, with the key's name
            failed.append(key)
    return failed


def _shines(dialect: str, key: str, cluster: Optional[Properties]) -> bool:
    """Whether the cluster has a value under this name or under an alias of it."""
    if cluster is None:
        return dialects.bucket_of(dialect, key) is None
    return any(cluster.get(name) for name in dialects.aliases(dialect, key))


def _rank(dialect: str, key: str) -> int:
    entry = dialects.entry_of(dialect, key)
    return 1 if entry is not None and entry["id"] in ("algorithm", "enable", "cseEnable") else 0
