"""The file systems that the driver holds open: with which encryption each of them writes.

Hadoop hands out one instance per (scheme, bucket, user) and never looks at changed settings
again, so these instances decide. Only looks, never closes. Must not know: requests, when
anything is closed. Source of the names: org.apache.hadoop.fs.FileSystem, S3AUtils, Hadoop 3.2
to 3.5.
"""

import re
from typing import Any, Dict, List, Optional, Tuple

from . import dialects, report, sessions

FileSystem = Dict[str, Any]

_PROVIDER = ".security.credential.provider.path"
#: Stands for every bucket that has no properties of its own.
_NO_BUCKET = "a-bucket-without-rules"


class Open:
    """A live instance. algorithm: as S3A names it ("" for none), None where it does not tell.

    stale: whether it writes otherwise than what is set now, None if unknown; ours: whether it
    reads the properties that were written; event_log: whether Spark's event log goes through it.
    """

    def __init__(self, uri: str, instance: Any) -> None:
        self.uri = uri
        self.instance = instance
        self.algorithm: Optional[str] = None
        self.key: Optional[str] = None
        self.stale: Optional[bool] = None
        self.ours = True
        self.event_log = False

    def told(self) -> FileSystem:
        """The entry of the report; the key masked where it is one of SSE-C."""
        secret = self.algorithm == "SSE-C" and self.key
        key = report.MASK if secret else self.key
        return {"uri": self.uri, "algorithm": self.algorithm, "keyId": key, "stale": self.stale}


def look(
    item: Any,
    dialect: Optional[str],
    profile: Optional[Dict[str, Any]],
    customer_key: Optional[str],
) -> Optional[List[Open]]:
    """The live s3, s3a and s3n instances, compared with what a session has set now.

    S3A itself says what its settings mean for a bucket (S3AUtils); where it cannot, the profile
    does. None where the instances cannot be looked at.
    """
    context = item.context
    try:
        found = instances(context)
    except Exception:  # noqa: BLE001 - another Hadoop's fields, or not to be looked at: unknown
        return None
    if not found:
        return found
    log = event_log(context)
    conf = item.hadoop_conf()
    tools = sessions.java_class(context, "org.apache.hadoop.fs.s3a.S3AUtils")
    known = dialects.data()["classes"]
    for entry in found:
        entry.event_log = log is not None and entry.uri.rstrip("/") == log
        served = known.get(str(entry.instance.getClass().getName()))
        entry.ours = dialect is None or served is None or served == dialect
        try:
            secrets = entry.instance.getEncryptionSecrets()
            entry.algorithm, entry.key = _read(secrets)
        except Exception:  # noqa: BLE001 - not S3A, or an S3A that does not tell
            entry.algorithm = entry.key = None
            continue
        try:
            wanted = tools.buildEncryptionSecrets(_bucket(entry.uri), conf)
            entry.stale = not secrets.equals(wanted)
        except Exception:  # noqa: BLE001 - an older S3A, or settings that it refuses
            entry.stale = _differs(entry, profile, customer_key)
    return found


def computed(
    item: Any,
    profile: Dict[str, Any],
    customer_key: Optional[str],
    version: Optional[str],
    loaded: bool,
) -> List[Tuple[Optional[str], str]]:
    """(bucket or None for all others, what it is instead) where S3A itself, asked for what it
    makes of a session's settings, wants other than the profile: a credential provider that holds
    a key wins over a property, and settings that S3A refuses are read back all the same.

    version: Hadoop's; loaded: S3A is in use already; otherwise it is not loaded (30 ms) to be asked for what
    Hadoop's own release does: without a credential provider, the property counts
    (S3AUtils.lookupPassword, Hadoop 3.2 to 3.5).
    """
    conf = item.hadoop_conf()
    if not loaded and not _may_differ(version, conf):
        return []
    tools = sessions.java_class(item.context, "org.apache.hadoop.fs.s3a.S3AUtils")
    found = []
    choices: List[Tuple[Optional[str], Dict[str, Any]]] = [(None, profile)]
    choices += list((profile.get("buckets") or {}).items())
    for bucket, choice in choices:
        try:
            algorithm, key = _read(tools.buildEncryptionSecrets(bucket or _NO_BUCKET, conf))
        except Exception as error:  # noqa: BLE001 - told: it is what a write would fail with
            found.append((bucket, sessions.error_text(error)))
            continue
        wanted = dialects.algorithm_of("s3a", choice["method"])
        if algorithm != wanted:
            found.append((bucket, algorithm or "the bucket's default"))
        elif wanted and key != (_key(choice, customer_key) or ""):
            told = "another key" if algorithm == "SSE-C" else "the key %s" % (key or "aws/s3")
            found.append((bucket, "%s with %s" % (algorithm, told)))
    return found


def _may_differ(version: Optional[str], conf: Any) -> bool:
    """Whether credentials may come from a provider, or this Hadoop is a vendor's own."""
    providers = ("hadoop" + _PROVIDER, "fs.s3a" + _PROVIDER)
    return (
        re.match(r"\d+\.\d+\.\d+$", version or "") is None
        or any(conf.get(name) for name in providers)
        or _PROVIDER in str(conf.getPropsWithPrefix("fs.s3a.bucket.").keySet().toString())
    )


def instances(context: Any) -> List[Open]:
    """The live s3, s3a and s3n instances of the driver; raises what Java raises."""

    def cached() -> Any:
        name = "org.apache.hadoop.fs.FileSystem"
        cache = sessions.field(context, name, "CACHE").get(None)
        return sessions.field(context, name + "$Cache", "map").get(cache)

    held = sessions.handle(context, "FileSystem.CACHE", cached)
    found: List[Open] = []
    try:
        if "@s3" not in str(held.keySet().toString()):
            return found
    except Exception:  # noqa: BLE001 - Java's: it was changed meanwhile, so each is looked at
        found = []
    # An array: the end of a Java iterator would be an exception in the JVM.
    for key in held.keySet().toArray():
        instance = held.get(key)
        uri = str(instance.getUri().toString()) if instance is not None else ""
        if uri.split(":", 1)[0] in sessions.SCHEMES:
            found.append(Open(uri, instance))
    return found


def event_log(context: Any) -> Optional[str]:
    """scheme://bucket of Spark's event log, None where it is off or not on S3."""
    conf = sessions.scala(context).getConf()
    if str(conf.get("spark.eventLog.enabled", "false")).lower() != "true":
        return None
    scheme, separator, rest = str(conf.get("spark.eventLog.dir", "")).partition("://")
    if not separator or scheme not in sessions.SCHEMES:
        return None
    return "%s://%s" % (scheme, rest.split("/", 1)[0])


def _differs(
    entry: Open, profile: Optional[Dict[str, Any]], customer_key: Optional[str]
) -> Optional[bool]:
    """As `stale`, from what the profile wants for the bucket."""
    if profile is None:
        return None
    wanted = (profile.get("buckets") or {}).get(_bucket(entry.uri)) or profile
    algorithm = dialects.algorithm_of("s3a", wanted["method"])
    key = _key(wanted, customer_key)
    return entry.algorithm != algorithm or (bool(algorithm) and entry.key != (key or ""))


def _read(secrets: Any) -> Tuple[str, str]:
    """(algorithm, key) of S3A's EncryptionSecrets; "" for none. Raises what Java raises."""
    method = secrets.getEncryptionMethod().getMethod()
    return str(method or ""), str(secrets.getEncryptionKey() or "")


def _key(choice: Dict[str, Any], customer_key: Optional[str]) -> Optional[str]:
    return customer_key if choice["method"] == "sse-c" else choice.get("kmsKeyId")


def _bucket(uri: str) -> str:
    return uri.split("//", 1)[-1].split("/", 1)[0]
