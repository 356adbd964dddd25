"""Whether an object is encrypted as a profile says, from its headers.

Pure. Must not know: Spark, how a header was read. Algorithms are named as S3 sends them.
"""

from typing import TYPE_CHECKING, Dict, NamedTuple, Optional, Sequence, Tuple

from ..profile import profiles
from ..profile.keys import same_key
from ..sentences import say
from ..shapes import Profile, Rule

if TYPE_CHECKING:
    from ..shapes import StoredObject

#: Method -> the algorithm of its objects.
ALGORITHMS = profiles.STORED
NAMES = {ALGORITHMS[method]: profiles.TITLES[method] for method in ALGORITHMS}
#: Algorithms that no default of a bucket leads to.
_NO_DEFAULT = {ALGORITHMS[method] for method in (*profiles.WITH_CUSTOMER_KEY, *profiles.BY_CLIENT)}
WANTED, OTHER, UNREADABLE = "wanted", "other", "unreadable"
#: The order in lists: problems first.
ORDER = (OTHER, UNREADABLE, None, WANTED)


def place(verdict: Optional[str], objects: int) -> Tuple[int, int]:
    """What counts are sorted by: problems first, and of each verdict the most objects."""
    return ORDER.index(verdict), -objects


class Header(NamedTuple):
    """What the headers of one object say. algorithm: "" for none, None if it could not be read.

    key: "" for none, None if S3 does not say; reason: why something is not known.
    """

    algorithm: Optional[str]
    key: Optional[str]
    reason: Optional[str]


def choice_of(profile: Optional[Profile], bucket: str) -> Optional[Rule]:
    """The method and key that a profile has for a bucket; None if there is no profile."""
    if profile is None:
        return None
    found: Rule = (profile.get("buckets") or {}).get(bucket) or profile
    return found


def proves(choice: Optional[Rule]) -> bool:
    """Whether a choice fixes the header exactly, so that a matching header is a proof.

    It does not if the bucket decides, or if S3 chooses the key.
    """
    if choice is None or choice["method"] in (*profiles.BY_BUCKET, *profiles.BY_CLIENT):
        return False
    return choice["method"] not in profiles.WITH_KMS_KEY or bool(choice.get("kmsKeyId"))


def judge(choice: Optional[Rule], header: Header) -> Tuple[Optional[str], Optional[str]]:
    """(verdict, reason): "wanted", "other" or "unreadable"; None if there is no profile."""
    algorithm = header.algorithm
    if algorithm is None:
        return UNREADABLE, header.reason or say("The header could not be read.")
    if choice is None:
        return None, header.reason
    if choice["method"] in profiles.BY_BUCKET:
        if algorithm in _NO_DEFAULT:
            name = NAMES[algorithm]
            return OTHER, say("It has %1, which cannot be a bucket's default.", name)
        return WANTED, say("The bucket's default decides; it has %1.", describe(header))
    if algorithm != ALGORITHMS[choice["method"]]:
        if choice["method"] in profiles.WITH_CUSTOMER_KEY and header.reason is not None:
            return UNREADABLE, header.reason
        return OTHER, say("It has %1 instead of %2.", describe(header), describe_choice(choice))
    return _judge_key(choice, header)


def describe(header: Header) -> str:
    """A header in words."""
    if not header.algorithm:
        return say("no encryption header")
    name = NAMES.get(header.algorithm, header.algorithm)
    return say("%1 with the key %2", name, header.key) if header.key else name


def describe_choice(choice: Rule) -> str:
    """A choice in words."""
    name = profiles.TITLES[choice["method"]]
    key = choice.get("kmsKeyId")
    return say("%1 with the key %2", name, key) if key else name


def entry(
    path: str,
    size: Optional[int],
    modified: Optional[str],
    header: Header,
    choice: Optional[Rule],
) -> "StoredObject":
    """An object as the report has it."""
    verdict, reason = judge(choice, header)
    return {
        "path": path,
        "size": size,
        "modified": modified,
        "algorithm": header.algorithm,
        "keyId": header.key,
        "verdict": verdict,
        "reason": reason,
    }


def counted(entries: "Sequence[StoredObject]") -> Dict[str, int]:
    """How many entries have each verdict."""
    return {
        name: sum(1 for entry in entries if entry["verdict"] == name)
        for name in (WANTED, OTHER, UNREADABLE)
    }


def _judge_key(choice: Rule, header: Header) -> Tuple[str, Optional[str]]:
    """The verdict if the algorithm matches the profile."""
    if choice["method"] not in profiles.WITH_KMS_KEY:
        return WANTED, None
    key = choice.get("kmsKeyId")
    if not key:
        if header.key:
            return WANTED, say("No key was given, so S3 used %1.", header.key)
        return WANTED, say("No key was given, so S3 used one of its own.")
    if choice["method"] in profiles.BY_CLIENT:
        return UNREADABLE, say("The header does not name the key of client-side encryption.")
    if not header.key:
        return UNREADABLE, header.reason or say("S3 did not say which key.")
    same = same_key(key, header.key)
    if same is None:
        return UNREADABLE, say(
            "Only KMS knows which key %1 stands for; the object has %2.", key, header.key
        )
    if same:
        return WANTED, None
    return OTHER, say("It has the key %1 instead of %2.", header.key, key)
