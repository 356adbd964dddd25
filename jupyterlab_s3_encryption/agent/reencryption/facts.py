"""What is known of a stored object, and whether two looks at it saw the same bytes.

Pure. Must not know: how an object was asked for, what is to become of it.
"""

from typing import NamedTuple, Optional

from ..objects.verdicts import Header
from ..shapes import JsonObject

#: Classes whose objects cannot be read, and so not copied, without a restore.
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
_CHECKSUM = "Checksum"


class Facts(NamedTuple):
    """One object, or one version of it.

    version: None if the bucket keeps none; algorithm, kms_key, reason: as in verdicts.Header;
    checksum: "ALGORITHM TYPE value", "" for none; locked: by Object Lock, None if it is not known;
    redirect: where a bucket's website sends readers of it, "" for nowhere.
    """

    key: str
    size: int
    etag: str
    modified: float
    version: Optional[str] = None
    current: bool = True
    storage: str = "STANDARD"
    archived: bool = False
    algorithm: Optional[str] = None
    kms_key: Optional[str] = None
    reason: Optional[str] = None
    checksum: str = ""
    locked: Optional[bool] = False
    redirect: str = ""

    def header(self) -> Header:
        """What the verdict is about."""
        return Header(self.algorithm, self.kms_key, self.reason)

    def same_as(self, other: "Facts") -> bool:
        """Whether nobody has written the object between two looks."""
        mine = (self.version, self.etag, self.size, self.modified)
        return mine == (other.version, other.etag, other.size, other.modified)


#: How it is known that two looks saw the same bytes, the surest first.
BY_CHECKSUM, BY_ETAG, BY_SIZE = "checksum", "etag", "size"


def same_bytes(before: Facts, after: Facts) -> Optional[str]:
    """How it is known that the bytes are the same; None if they are not."""
    if before.size != after.size:
        return None
    if _kind(before.checksum) and _kind(before.checksum) == _kind(after.checksum):
        return BY_CHECKSUM if before.checksum == after.checksum else None
    if before.etag == after.etag:
        return BY_ETAG
    if _is_digest(before) and _is_digest(after):
        return None
    return BY_SIZE


def _kind(checksum: str) -> str:
    """Algorithm and type of a checksum: those of whole objects and of parts are different numbers."""
    return checksum.rsplit(" ", 1)[0] if checksum else ""


def _is_digest(facts: Facts) -> bool:
    """Whether the ETag is the MD5 of the bytes: not of parts, nor with a key of KMS or a client's."""
    return "-" not in facts.etag and facts.algorithm in ("", "AES256")


def checksum_of(answer: JsonObject) -> str:
    """The checksum in an answer to HeadObject or in the result of CopyObject; "" for none."""
    kind = str(answer.get(_CHECKSUM + "Type") or "FULL_OBJECT")
    for name in sorted(answer):
        algorithm = name[len(_CHECKSUM) :]
        if name.startswith(_CHECKSUM) and algorithm not in ("Type", "Algorithm", ""):
            return "%s %s %s" % (algorithm, kind, answer[name])
    return ""


def from_row(row: JsonObject) -> Facts:
    """From what `as_row` made. Raises TypeError if that is not what it is."""
    if not {"key", "size", "etag", "modified"} <= set(row) <= set(Facts._fields):
        raise TypeError("no row of an object")
    whole = dict(Facts("", 0, "", 0.0)._asdict(), **row)
    return Facts._make(whole[name] for name in Facts._fields)


def as_row(facts: Facts) -> JsonObject:
    """As a line of a journal has it: what is not said is as usual."""
    usual = Facts(facts.key, facts.size, facts.etag, facts.modified)._asdict()
    always = ("key", "size", "etag", "modified")
    return {
        name: value
        for name, value in facts._asdict().items()
        if name in always or value != usual[name]
    }
