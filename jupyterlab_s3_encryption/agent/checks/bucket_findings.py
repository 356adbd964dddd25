"""Buckets that are not general purpose ones, as their names tell: what S3 refuses there, what holds.

Imported when there is such a name. Pure. Must not know: how anything was read. Source: Amazon S3
user guide, the naming rules of buckets and access points, and the encryption of directory buckets
and of table buckets (2026).
"""

from typing import Iterable, List, Optional

from ..profile import profiles
from ..sentences import say
from ..shapes import Finding, Profile
from .findings import finding

_DIRECTORY = ("--x-s3", "--xa-s3")
_ALIAS = "-s3alias"
_TABLES = "--table-s3"


def of_special_buckets(profile: Profile, names: Iterable[str]) -> List[Finding]:
    """names: of the buckets that are known to be in use, as the addresses have them."""
    found = [_of_bucket(profile, name) for name in sorted(set(names))]
    return [one for one in found if one is not None]


def _of_bucket(profile: Profile, name: str) -> Optional[Finding]:
    rules = profile.get("buckets") or {}
    method = rules[name]["method"] if name in rules else profile["method"]
    if method in profiles.BY_BUCKET:
        return None
    if name.endswith(_DIRECTORY):
        return _of_directory_bucket(name, method)
    if name.endswith(_TABLES) and method not in profiles.BY_CLIENT:
        return finding(
            "bucket-refuses",
            say(
                "%1 is the storage of an S3 table bucket: S3 refuses writes that name a method or "
                "a key, as they come from the table bucket alone.",
                name,
            ),
            say("Add a rule for it with Bucket default, and set the key of the table bucket."),
        )
    if name.endswith(_ALIAS) and rules and name not in rules:
        return finding(
            "access-point",
            say(
                "%1 is the alias of an access point: the rule of its bucket does not hold for "
                "what is written through it.",
                name,
            ),
            say("Add the same rule for the alias, or use the bucket's own name in addresses."),
        )
    return None


def _of_directory_bucket(name: str, method: str) -> Optional[Finding]:
    if method not in profiles.IN_DIRECTORY_BUCKETS:
        return finding(
            "bucket-refuses",
            say(
                "%1 is a directory bucket: S3 knows no %2 there, so every write fails.",
                name,
                profiles.TITLES[method],
            ),
            say("Add a rule for it with Bucket default, or with the method the bucket has."),
        )
    if method in profiles.BY_CLIENT:
        return None
    return finding(
        "directory-bucket",
        say(
            "%1 is a directory bucket: it has one method and key for life, and S3 refuses writes "
            "that name others.",
            name,
        ),
        say("If writes to it fail, add a rule for it with Bucket default."),
    )
