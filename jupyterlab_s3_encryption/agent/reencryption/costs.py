"""Requests to S3 and KMS that a plan makes, and what they cost at list prices.

Pure. Prices: US East (N. Virginia), US dollars, from https://aws.amazon.com/s3/pricing/ and
https://aws.amazon.com/kms/pricing/; no other Region, no free tier, no storage. Must not know: S3.
"""

from typing import Mapping, NamedTuple

from .facts import Facts
from .ways import MULTIPART, UPDATE

#: Storage class -> (1,000 requests of PUT and COPY, 1,000 of GET and HEAD, a GB that is read).
PRICES = {
    "STANDARD": (0.005, 0.0004, 0.0),
    "INTELLIGENT_TIERING": (0.005, 0.0004, 0.0),
    "STANDARD_IA": (0.01, 0.001, 0.01),
    "ONEZONE_IA": (0.01, 0.001, 0.01),
    "GLACIER_IR": (0.02, 0.01, 0.03),
    "GLACIER": (0.03, 0.0004, 0.0),
    "DEEP_ARCHIVE": (0.05, 0.0004, 0.0),
}
#: 10,000 requests to KMS, for a symmetric key.
KMS_PRICE = 0.03
#: Bytes of a part that is copied.
PART = 256 * 1024**2
_GB = 1024.0**3


class Cost(NamedTuple):
    """puts: PUT, COPY and POST; gets: GET and HEAD; kms: at most; copied: bytes."""

    puts: int = 0
    gets: int = 0
    kms: int = 0
    copied: int = 0
    dollars: float = 0.0


class Group(NamedTuple):
    """Objects that cost the same. was_kms: whether they are encrypted with KMS now."""

    way: str
    storage: str
    was_kms: bool


class Amount(NamedTuple):
    """How many objects, bytes of all of them, parts that these are copied in."""

    objects: int = 0
    size: int = 0
    parts: int = 0


NONE = Amount()


def group_of(facts: Facts, way: str) -> Group:
    """With which others an object that is changed so is counted."""
    storage = facts.storage if facts.storage in PRICES else "STANDARD"
    return Group(way, storage, (facts.algorithm or "").startswith("aws:kms"))


def more(amount: Amount, facts: Facts) -> Amount:
    """With one object more."""
    return Amount(amount.objects + 1, amount.size + facts.size, amount.parts + parts(facts.size))


def of_groups(groups: Mapping[Group, Amount], with_kms: bool, acls: bool) -> Cost:
    """What it takes to change objects.

    with_kms: whether they are encrypted with KMS afterwards; acls: whether those have to be read.
    An S3 Bucket Key makes the requests to KMS fewer; how many is not known.
    """
    puts = gets = kms = copied = 0
    dollars = 0.0
    for (way, storage, was_kms), amount in groups.items():
        put, get, read = PRICES[storage]
        count = amount.objects
        changing = 2 * count + amount.parts if way == MULTIPART else count
        # Before and after; parts begin with one look more at metadata and tags, and end with one.
        looks = count * (2 + acls * (way != UPDATE) + (4 + acls) * (way == MULTIPART))
        asked = count * (2 * was_kms + 2 * with_kms)
        puts, gets, kms = puts + changing, gets + looks, kms + asked
        dollars += changing * put / 1000 + looks * get / 1000 + asked * KMS_PRICE / 10000
        if way != UPDATE:
            copied += amount.size
            dollars += amount.size / _GB * read
    return Cost(puts, gets, kms, copied, dollars)


def parts(size: int, part: int = PART) -> int:
    """How many parts an object is copied in."""
    return max(1, -(-size // part_size(size, part)))


def part_size(size: int, part: int = PART) -> int:
    """Bytes of each part but the last: S3 takes 10,000 at most."""
    return max(part, -(-size // 10000))
