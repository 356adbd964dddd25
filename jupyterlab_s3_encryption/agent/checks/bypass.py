"""Ways to write to S3 in this kernel that Spark's settings do not reach.

Reads session properties and what Python has loaded, and changes nothing. Must not know: how settings
are written, file systems, reports' other parts.
"""

import sys
from types import ModuleType
from typing import Dict, List, Optional

from ..profile import profiles
from ..profile.keys import same_key
from ..sentences import Sentence, both, say
from ..shapes import Finding, Profile
from . import findings

CATALOG = "spark.sql.catalog."
_S3_IO = (
    "org.apache.iceberg.aws.s3.S3FileIO",
    "org.apache.iceberg.io.ResolvingFileIO",
)
#: Catalogs whose files go through S3FileIO unless io-impl says otherwise (Iceberg's AWS page).
_S3_CATALOGS = (
    "glue",
    "rest",
    "org.apache.iceberg.aws.glue.GlueCatalog",
    "org.apache.iceberg.rest.RESTCatalog",
)
#: (module, what it is called). pandas goes through s3fs or pyarrow.
_WRITERS = (
    ("s3fs", say("s3fs (which pandas uses)")),
    ("awswrangler", "awswrangler"),
    ("pyarrow._s3fs", "pyarrow"),
)


def find_bypasses(profile: Profile, values: Dict[str, str]) -> List[Finding]:
    """The findings for the armed profile and a session's properties."""
    # If the profile covers Python libraries, writers/python.py reports them.
    asked = "python" in profile.get("writers", ())
    return of_catalogs(profile, values) + ([] if asked else of_python(sys.modules))


def of_catalogs(profile: Profile, values: Dict[str, str]) -> List[Finding]:
    """Iceberg catalogs that write with S3FileIO, and not as the profile says.

    values: the session's properties.
    """
    found = []
    for name, own in catalogs(values).items():
        difference = difference_of(profile, own)
        if difference is None:
            continue
        found.append(
            findings.finding(
                "iceberg-s3fileio",
                say(
                    "The Iceberg catalog %1 writes to S3 by itself (S3FileIO) and reads none of "
                    "the settings here: %2.",
                    name,
                    difference,
                ),
                _fix(profile, CATALOG + name),
            )
        )
    return found


def catalogs(values: Dict[str, str]) -> Dict[str, Dict[str, str]]:
    """The catalogs that write with S3FileIO: name -> own properties."""
    found: Dict[str, Dict[str, str]] = {}
    for key in sorted(values):
        name = catalog_of(key)
        if name is not None:
            found.setdefault(name, {})[key[len(CATALOG) + len(name) + 1 :]] = values[key]
    return {name: own for name, own in found.items() if _through_s3_io(own)}


def catalog_of(key: str) -> Optional[str]:
    """The catalog that a property is about; None if it is about none."""
    return key[len(CATALOG) :].split(".")[0] if key.startswith(CATALOG) else None


def of_python(loaded: Dict[str, ModuleType]) -> List[Finding]:
    """Python libraries that write to S3 and are in use in this kernel.

    loaded: sys.modules. boto3 is loaded by many libraries that do not write: it counts only in
    the user's own namespace.
    """
    names = [label for module, label in _WRITERS if loaded.get(module) is not None]
    boto = loaded.get("boto3")
    if boto is not None:
        for value in list(vars(loaded.get("__main__")).values()) if "__main__" in loaded else []:
            if value is boto or type(value).__module__.split(".")[0] in ("boto3", "botocore"):
                names.append("boto3")
                break
    if not names:
        return []
    return [
        findings.finding(
            "python-writers",
            say(
                "What %1 writes does not go through Spark: the settings here do not reach it.",
                both(names),
            ),
            say("Write through Spark, or pass the encryption in the library's own call."),
            severity="info",
        )
    ]


def _through_s3_io(own: Dict[str, str]) -> bool:
    io = own.get("io-impl")
    if io is not None:
        return io in _S3_IO
    return own.get("type") in _S3_CATALOGS or own.get("catalog-impl") in _S3_CATALOGS


def difference_of(profile: Profile, own: Dict[str, str]) -> Optional[Sentence]:
    """How a catalog's s3.sse.* differ from a profile; None if they do the same."""
    kind = (own.get("s3.sse.type") or "none").lower()
    expected = profiles.SSE_TYPES.get(profile["method"])
    if kind != expected:
        if kind == "none":
            return say("its s3.sse.type is not set")
        return say("its s3.sse.type is %1", own["s3.sse.type"])
    key, expected_key = own.get("s3.sse.key"), profile.get("kmsKeyId")
    if not expected_key or (key and same_key(key, expected_key)):
        return None
    return say("its s3.sse.key is %1", key) if key else say("its s3.sse.key is not set")


def _fix(profile: Profile, prefix: str) -> Sentence:
    kind = profiles.SSE_TYPES.get(profile["method"])
    if kind is None:
        return say("S3FileIO has no such method: use HadoopFileIO (io-impl) for this catalog.")
    settings = ["%s.s3.sse.type=%s" % (prefix, kind)]
    if profile.get("kmsKeyId"):
        settings.append("%s.s3.sse.key=%s" % (prefix, profile["kmsKeyId"]))
    return say("Set %1 before the catalog is first used.", both(settings))
