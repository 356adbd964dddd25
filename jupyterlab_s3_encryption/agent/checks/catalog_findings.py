"""How the tables of Iceberg's catalogs are written: by their FileIO, or by what the settings say of it.

Imported when there is such a catalog. Pure. Must not know: Spark, how settings are written, reports'
other parts. Source: CatalogUtil, CatalogProperties and S3FileIOProperties of Iceberg 1.4 to 1.12.
"""

from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

from ..profile import profiles
from ..profile.keys import same_key
from ..sentences import Sentence, both, say
from ..shapes import Finding, Profile
from . import findings
from .catalogs import (
    BY_CONNECTOR,
    CATALOG,
    FILE_IOS,
    SSE_KEY,
    SSE_TYPE,
    UNKNOWN,
    Catalog,
    Session,
    catalogs,
)

if TYPE_CHECKING:
    from ..foreign import TableWriter


def of_catalogs(profile: Profile, sessions: Sequence[Session]) -> List[Finding]:
    """Catalogs whose tables are, or may be, written otherwise than a profile says."""
    found: List[Finding] = []
    for values, seen in sessions:
        known = {catalog.name: catalog for catalog in catalogs(values)}
        for one in seen:
            # Whatever its settings say now, this is the catalog that is in use.
            own = known[one["catalog"]].own if one["catalog"] in known else {}
            if one["made"]:
                own = {**own, "catalog-impl": one["made"]}
            known[one["catalog"]] = Catalog(one["catalog"], own)
        for name in sorted(known):
            of_tables = [one for one in seen if one["catalog"] == name]
            for more in _of_catalog(profile, known[name], of_tables):
                if more is not None and more not in found:
                    found.append(more)
    return found


def _of_catalog(
    profile: Profile, catalog: Catalog, seen: "Sequence[TableWriter]"
) -> List[Optional[Finding]]:
    if catalog.is_of_table_bucket():
        return [_of_table_bucket(profile, catalog)]
    tables = [_of_writer(profile, one) for one in seen if one["table"]]
    own = [_of_writer(profile, one) for one in seen if not one["table"]]
    if not own and (catalog.own.keys() - {"catalog-impl"} or not tables):
        own = [_as_set(profile, catalog)]
    if catalog.asks_server() and not any(own):
        own = [
            findings.finding(
                "iceberg-unknown",
                say(
                    "The Iceberg catalog %1 asks a server, which may have each table written with "
                    "other settings than the catalog has: how is seen only when a table is used.",
                    catalog.name,
                ),
                say("Audit where its tables are after writing to them."),
            )
        ]
    return tables + own


def _as_set(profile: Profile, catalog: Catalog) -> Optional[Finding]:
    """A catalog that nobody has used yet, or of which only the settings can be known."""
    written_by = catalog.written_by()
    if written_by == UNKNOWN:
        named = catalog.get("io-impl") or catalog.get("catalog-impl") or catalog.get("type")
        return _unknown(catalog.name, named)
    if written_by == BY_CONNECTOR:
        return None
    return _of_s3_io(profile, catalog.name, catalog.own, "")


def _of_writer(profile: Profile, one: "TableWriter") -> Optional[Finding]:
    """A table, or a catalog, whose FileIO is there."""
    written_by = FILE_IOS.get(one["io"], UNKNOWN)
    if written_by == UNKNOWN:
        return _unknown(one["catalog"], one["io"])
    if written_by == BY_CONNECTOR:
        return None
    return _of_s3_io(profile, one["catalog"], one["sse"], one["table"])


def _unknown(name: str, kind: str) -> Finding:
    return findings.finding(
        "iceberg-unknown",
        say("It is not known how the Iceberg catalog %1 writes to S3: it uses %2.", name, kind),
        say("Use HadoopFileIO (io-impl) for this catalog, or audit where its tables are."),
    )


def _of_s3_io(profile: Profile, name: str, own: Dict[str, str], table: str) -> Optional[Finding]:
    """What S3FileIO writes with these s3.sse.*, if it differs; table: the one it is about, or ""."""
    difference = difference_of(profile, own)
    if difference is None:
        return None
    if table:
        message = say(
            "The Iceberg table %1 writes to S3 by itself (S3FileIO) and reads none of the settings "
            "here: %2.",
            "%s.%s" % (name, table),
            difference,
        )
    else:
        message = say(
            "The Iceberg catalog %1 writes to S3 by itself (S3FileIO) and reads none of "
            "the settings here: %2.",
            name,
            difference,
        )
    return findings.finding("iceberg-s3fileio", message, _fix(profile, CATALOG + name))


def _of_table_bucket(profile: Profile, catalog: Catalog) -> Optional[Finding]:
    asked = next((key for key in sorted(catalog.own) if key.lower() == SSE_TYPE), None)
    if asked is not None and catalog.own[asked].lower() not in ("none", "s3"):
        return findings.finding(
            "table-bucket",
            say(
                "The tables of the Iceberg catalog %1 are in an S3 table bucket, which has an "
                "encryption of its own. Writes with %2=%3 fail there.",
                catalog.name,
                CATALOG + catalog.name + "." + asked,
                catalog.own[asked],
            ),
            say("Unset it before the catalog is first used, and set the table bucket's key."),
        )
    if profile["method"] in profiles.BY_BUCKET:
        return None
    return findings.finding(
        "table-bucket",
        say(
            "The tables of the Iceberg catalog %1 are in an S3 table bucket, whose own setting "
            "decides how they are encrypted: nothing is set for them here.",
            catalog.name,
        ),
        say("Set the encryption of the table bucket."),
    )


def difference_of(profile: Profile, own: Dict[str, str]) -> Optional[Sentence]:
    """How a catalog's s3.sse.* differ from a profile; None if they do the same."""
    for key in sorted(own):
        if key.lower() in (SSE_TYPE, SSE_KEY) and key not in (SSE_TYPE, SSE_KEY):
            return say("it has %1, a name that S3FileIO spells otherwise", key)
    kind = (own.get(SSE_TYPE) or "none").lower()
    if kind != profiles.SSE_TYPES.get(profile["method"]):
        if kind == "none":
            return say("its s3.sse.type is not set")
        return say("its s3.sse.type is %1", own[SSE_TYPE])
    sse_key, expected_key = own.get(SSE_KEY), profile.get("kmsKeyId")
    if expected_key and not sse_key:
        return say("its s3.sse.key is not set")
    same = bool(sse_key and expected_key and same_key(sse_key, expected_key))
    if sse_key and not same and profile["method"] in profiles.WITH_KMS_KEY:
        return say("its s3.sse.key is %1", sse_key)
    if profile.get("encryptionContext"):
        return say("it sends no encryption context")
    rules = profile.get("buckets") or {}
    for bucket in sorted(rules):
        rule = rules[bucket]
        if rule["method"] != profile["method"] or rule.get("kmsKeyId") != expected_key:
            return say("it has no rule for the bucket %1", bucket)
    return None


def _fix(profile: Profile, prefix: str) -> Sentence:
    kind = profiles.SSE_TYPES.get(profile["method"])
    if kind is None or profile.get("buckets") or profile.get("encryptionContext"):
        return say(
            "S3FileIO cannot do what this profile says: use HadoopFileIO (io-impl) for this "
            "catalog."
        )
    settings = ["%s.%s=%s" % (prefix, SSE_TYPE, kind)]
    if profile.get("kmsKeyId"):
        settings.append("%s.%s=%s" % (prefix, SSE_KEY, profile["kmsKeyId"]))
    return say("Set %1 before the catalog is first used.", both(settings))
