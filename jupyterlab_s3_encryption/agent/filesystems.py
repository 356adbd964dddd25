"""The file systems that the driver holds open: with which encryption each of them writes.

Hadoop hands out one instance per (scheme, bucket, user) and never looks at changed settings
again, so these instances decide. Only looks, never closes. Must not know: sessions' settings,
requests. Source of the field names: org.apache.hadoop.fs.FileSystem, Hadoop 3.2 to 3.5.
"""

from typing import Any, Dict, List, Optional

from . import dialects, report, sessions

FileSystem = Dict[str, Any]


def live(context: Any) -> Optional[List[FileSystem]]:
    """uri, algorithm, keyId of each live s3, s3a, s3n instance; None where they cannot be read.

    Algorithm as S3A names it ("" for none), None where the instance does not tell.
    """
    found = []
    try:
        reflect = sessions.java_class(context, "java.lang.Class")
        cache = _field(reflect.forName("org.apache.hadoop.fs.FileSystem"), "CACHE", None)
        instances = _field(cache.getClass(), "map", cache)
        # An array: the end of a Java iterator would be an exception in the JVM.
        for key in instances.keySet().toArray():
            instance = instances.get(key)
            uri = str(instance.getUri().toString()) if instance is not None else ""
            if uri.split(":", 1)[0] in sessions.SCHEMES:
                found.append(_describe(uri, instance))
    except Exception:  # noqa: BLE001 - another Hadoop's fields, or not to be looked at: unknown
        return None
    return found


def judge(
    found: List[FileSystem],
    dialect: Optional[str],
    profile: Optional[Dict[str, Any]],
    key: Optional[str],
) -> None:
    """Fills `stale`: whether an instance writes otherwise than the profile wants, None if unknown.

    Masks the key where the instance or the profile has SSE-C.
    """
    for item in found:
        wanted = None if profile is None else _wanted(item["uri"], profile)
        item["stale"] = None
        if wanted is not None and dialect == "s3a" and item["algorithm"] is not None:
            algorithm = dialects.algorithm_of("s3a", wanted["method"])
            secret = key if wanted["method"] == "sse-c" else wanted.get("kmsKeyId")
            item["stale"] = item["algorithm"] != algorithm
            if algorithm and item["keyId"] is not None:
                item["stale"] = item["stale"] or item["keyId"] != (secret or "")
        if item["algorithm"] == "SSE-C" and item["keyId"]:
            item["keyId"] = report.MASK


def _wanted(uri: str, profile: Dict[str, Any]) -> Dict[str, Any]:
    bucket = uri.split("//", 1)[-1].split("/", 1)[0]
    rule = (profile.get("buckets") or {}).get(bucket)
    return profile if rule is None else rule


def _describe(uri: str, instance: Any) -> FileSystem:
    algorithm: Optional[str] = None
    key: Optional[str] = None
    try:
        secrets = instance.getEncryptionSecrets()
        algorithm = str(secrets.getEncryptionMethod().getMethod() or "")
        key = str(secrets.getEncryptionKey() or "")
    except Exception:  # noqa: BLE001 - not S3A, or an S3A that does not tell
        algorithm = key = None
    return {"uri": uri, "algorithm": algorithm, "keyId": key, "stale": None}


def _field(cls: Any, name: str, owner: Any) -> Any:
    field = cls.getDeclaredField(name)
    field.setAccessible(True)
    return field.get(owner)
