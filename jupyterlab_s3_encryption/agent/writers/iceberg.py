"""The s3.sse.* of Iceberg's catalogs that write to S3 by themselves, if a profile asks for it.

Loaded only then. A catalog reads its properties once, when it is first used in a session. They are
never changed afterwards, so that they keep saying how it writes. Must not
know: connectors, reports.
"""

from typing import Callable, Dict, List, Optional

from ..checks import catalog_findings, catalogs
from ..profile import profiles
from ..shapes import Desired, Profile
from ..spark import jvm
from ..spark.sessions import Classic, Session
from ..state import Record

_MANAGER = "org.apache.spark.sql.connector.catalog.CatalogManager"
_PROPERTIES = (catalogs.SSE_TYPE, catalogs.SSE_KEY)


def targets(profile: Profile, session: Session, record: Record, current: Dict[str, str]) -> Desired:
    """The properties that a session needs, None for absent; none that would not take effect.

    S3FileIO has no SSE-C here, no CSE-KMS, no encryption context and no rules for buckets; writes
    to a table bucket would fail with them. Over Spark Connect the catalogs in use are unknown.
    """
    asked = "iceberg" in profile.get("writers", ())
    kind = profiles.SSE_TYPES.get(profile["method"])
    able = kind is not None and not profile.get("buckets") and not profile.get("encryptionContext")
    used = _used(session)
    found: Desired = {}
    for catalog in catalogs.catalogs(current):
        if not catalogs.takes_settings(catalog):
            continue
        name, own = catalog
        keys = [catalogs.CATALOG + name + "." + part for part in _PROPERTIES]
        if used is None or used(name):
            found.update({key: record.applied[key] for key in keys if key in record.applied})
        elif asked and able and catalog_findings.difference_of(profile, own) is not None:
            found.update(zip(keys, (kind, profile.get("kmsKeyId"))))
        elif asked and able:
            found.update({key: record.applied[key] for key in keys if key in record.applied})
    return found


def keep(session: Session, record: Record) -> List[str]:
    """Before a clear: removes from a record what catalogs in use have read; returns those keys."""
    used = _used(session)
    kept = []
    for key in list(record.applied):
        name = catalogs.catalog_of(key)
        if name is not None and (used is None or used(name)):
            if record.applied[key] != record.before.get(key):
                kept.append(key)
            del record.applied[key]
    return kept


def _used(session: Session) -> Optional[Callable[[str], bool]]:
    """Whether a session has made a catalog already, by its name; None if that is not known."""
    if not isinstance(session, Classic):
        return None
    try:
        manager = session.spark._jsparkSession.sessionState().catalogManager()
        made = jvm.field(session.context, _MANAGER, "catalogs").get(manager)
    except Exception:  # noqa: BLE001 - another Spark's catalogs
        return None
    return lambda name: bool(made.contains(name))
