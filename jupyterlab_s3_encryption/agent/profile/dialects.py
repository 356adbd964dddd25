"""From a profile to the properties that one connector reads: what to set, what to clear.

Pure; reads only connectors.json. Must not know: Spark, sessions, the kernel. The TypeScript side
computes the same (src/encryption/settings/settings.ts); tests/examples/settings.json is run by both.
"""

import base64
import json
import re
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Tuple

from .. import data
from ..sentences import join, repeat, say
from ..shapes import Profile, Rule

if TYPE_CHECKING:
    from ..data.shapes import Connectors, Property, Range, Table

Version = Tuple[int, ...]


class UnsupportedError(Exception):
    """The connector, or this version of it, cannot do what the profile asks for. str() says why."""


class Plan(NamedTuple):
    """Properties to set, with their values, and properties that have to be absent or off."""

    set: Dict[str, str]
    clear: List[str]


def connectors() -> "Connectors":
    """What connectors.json says of each connector."""
    found: "Connectors" = data.contract("connectors")
    return found


def title(dialect: str) -> str:
    """What a connector is called."""
    return str(connectors()["dialects"][dialect]["title"])


def is_inspected(dialect: str) -> bool:
    """Whether a connector can be asked how it writes."""
    return bool(connectors()["dialects"][dialect]["inspected"])


def parse_version(text: Optional[str]) -> Optional[Version]:
    """ "3.4.1-amzn-0" -> (3, 4, 1); None if there is no version in it."""
    match = re.match(data.contract("patterns")["version"], text or "")
    return tuple(int(part or 0) for part in match.groups()) if match else None


def plan(
    dialect: str,
    hadoop_version: Optional[str],
    profile: Profile,
    customer_key: Optional[str],
) -> Plan:
    """What a valid profile means for a connector. An unknown version counts as the newest.

    Raises UnsupportedError; for an unknown version also for a method that some versions
    do not have, or do not do safely.
    """
    table = connectors()["dialects"][dialect]
    values = _values(table, hadoop_version, profile, customer_key)
    desired = {table["prefix"] + name: value for name, value in values.items()}
    clear = [table["prefix"] + entry["name"] for entry in table["properties"]]
    for bucket, rule in (profile.get("buckets") or {}).items():
        prefix = table["bucketPrefix"].replace("{bucket}", bucket)
        own = _values(table, hadoop_version, rule, None)
        for entry in table["properties"]:
            name = entry["name"]
            if name in values and name not in own:
                own[name] = entry["off"]  # else the base value would hold for this bucket too
            clear.append(prefix + name)
        desired.update({prefix + name: value for name, value in own.items()})
    return Plan(desired, [key for key in clear if key not in desired])


def off_value(dialect: str, hadoop_version: Optional[str], key: str) -> Optional[str]:
    """The value that turns a property off, or None if it is none that this version reads.

    Names outside their versions are aliases of the newer ones in Hadoop: writing them would
    change the newer ones too.
    """
    entry = entry_of(dialect, key)
    if entry is None or not _in_range(entry, hadoop_version):
        return None
    return str(entry["off"])


def entry_of(dialect: str, key: str) -> "Optional[Property]":
    """The entry of connectors.json that a key (base or per bucket) belongs to."""
    table = connectors()["dialects"][dialect]
    for entry in table["properties"]:
        if key == table["prefix"] + entry["name"] or _bucket_of(table, entry, key) is not None:
            return entry.copy()
    return None


def bucket_of(dialect: str, key: str) -> Optional[str]:
    """The bucket of a per-bucket key, None for any other key."""
    table = connectors()["dialects"][dialect]
    for entry in table["properties"]:
        bucket = _bucket_of(table, entry, key)
        if bucket is not None:
            return bucket
    return None


def aliases(dialect: str, key: str) -> List[str]:
    """All names, over all versions, of the property that a key belongs to; the key included."""
    table = connectors()["dialects"][dialect]
    entry = entry_of(dialect, key)
    if entry is None:
        return [key]
    prefix = key[: -len(entry["name"])]
    return [prefix + other["name"] for other in table["properties"] if other["id"] == entry["id"]]


def replaces(dialect: str, hadoop_version: Optional[str], key: str, older: str) -> bool:
    """Whether Hadoop takes `older` for `key`: the one is a name of this version, the other was."""
    first, second = entry_of(dialect, key), entry_of(dialect, older)
    if first is None or second is None or "until" not in second:
        return False
    return _in_range(first, hadoop_version) and not _in_range(second, hadoop_version)


def base_keys(dialect: str) -> List[str]:
    """All base properties of a dialect, whatever the version."""
    table = connectors()["dialects"][dialect]
    return [table["prefix"] + entry["name"] for entry in table["properties"]]


def names(dialect: str, hadoop_version: Optional[str]) -> List[str]:
    """The properties, without a prefix, that a version reads."""
    entries = connectors()["dialects"][dialect]["properties"]
    return [entry["name"] for entry in entries if _in_range(entry, hadoop_version)]


def algorithm_of(dialect: str, method: str) -> str:
    """The value of S3A's algorithm property for a method; "" for none."""
    return str(
        (connectors()["dialects"][dialect]["methods"][method].get("set") or {}).get("algorithm", "")
    )


def _bucket_of(table: "Table", entry: "Property", key: str) -> Optional[str]:
    head = table["bucketPrefix"].split("{bucket}")[0]
    tail = "." + entry["name"]
    if key.startswith(head) and key.endswith(tail) and len(key) > len(head) + len(tail):
        return key[len(head) : -len(tail)]
    return None


def _values(
    table: "Table",
    hadoop_version: Optional[str],
    choice: Rule,
    customer_key: Optional[str],
) -> Dict[str, str]:
    """Property name without prefix -> value, for a profile or for the rule of a bucket."""
    method = table["methods"][choice["method"]]
    for refusal in method.get("refused", ()):
        bounded = "from" in refusal or "until" in refusal
        if parse_version(hadoop_version) is None and bounded:
            unknown = say("The version of Hadoop is not known here.")
            raise UnsupportedError(join([unknown, repeat(refusal["reason"])]))
        if _in_range(refusal, hadoop_version):
            raise UnsupportedError(repeat(refusal["reason"]))
    for field in method.get("requires", ()):
        if not choice.get(field):
            raise UnsupportedError(
                say(
                    "This connector needs a KMS key for this method; "
                    "without one it would not use KMS."
                )
            )
    values: Dict[str, str] = {}
    for identity, template in method["set"].items():
        entries = [entry for entry in table["properties"] if entry["id"] == identity]
        current = [entry for entry in entries if _in_range(entry, hadoop_version)]
        value = _fill(template, entries[0], choice, customer_key)
        if not value:
            continue
        if not current:
            raise UnsupportedError(
                say(
                    "An encryption context needs Hadoop %1 or newer, on EMR %2: older ones have none.",
                    entries[0]["from"],
                    entries[0]["fromAmazon"],
                )
            )
        values[current[0]["name"]] = value
    return values


def _fill(
    template: str, entry: "Property", choice: Rule, customer_key: Optional[str]
) -> Optional[str]:
    if template == "{kmsKeyId}":
        return choice.get("kmsKeyId")
    if template == "{customerKey}":
        return customer_key
    if template == "{encryptionContext}":
        context = choice.get("encryptionContext")
        if not context:
            return None
        if entry["contextFormat"] == "pairs":
            return ",".join("%s=%s" % pair for pair in context.items())
        text = json.dumps(context, ensure_ascii=False, separators=(",", ":"))
        return base64.b64encode(text.encode("utf-8")).decode("ascii")
    return template


def libraries(dialect: str, hadoop_version: Optional[str], profile: Profile) -> Dict[str, str]:
    """What a profile needs on the class path beside the connector: jars, each by a class in it.

    Source: Apache Hadoop, EncryptionS3ClientFactory.
    """
    methods = connectors()["dialects"][dialect]["methods"]
    chosen = [profile, *(profile.get("buckets") or {}).values()]
    return {
        entry["class"]: entry["jar"]
        for choice in chosen
        for entry in methods.get(choice["method"], {}).get("libraries", ())
        if _in_range(entry, hadoop_version)
    }


def _in_range(entry: "Range", hadoop_version: Optional[str]) -> bool:
    """Whether a version lies in `from` to before `until`; unknown is the newest.

    A build of Amazon's has some things before Apache has them: from `fromAmazon` on.
    """
    version = parse_version(hadoop_version)
    if version is None:
        return "until" not in entry
    lowest = parse_version(entry.get("from"))
    highest = parse_version(entry.get("until"))
    early, build = _amazon(entry.get("fromAmazon")), _amazon(hadoop_version)
    has_it = early is not None and build is not None and build >= early
    from_on = lowest is None or version >= lowest or has_it
    return from_on and (highest is None or version < highest)


def _amazon(text: Optional[str]) -> Optional[Version]:
    """ "3.4.1-amzn-2" -> (3, 4, 1, 2); None if it is no build of Amazon's."""
    match = re.match(data.contract("patterns")["amazonVersion"], text or "")
    return tuple(int(part) for part in match.groups()) if match else None
