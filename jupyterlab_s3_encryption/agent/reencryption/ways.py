"""The cheapest safe way to give a stored object another encryption, or why there is none.

Pure. Must not know: S3's client, what a store can do: a probe says that, and `Decision.by` asks it.
"""

import re
from typing import NamedTuple, Optional

from ..objects import verdicts
from ..profile import profiles
from ..sentences import say
from ..shapes import Rule
from . import tables
from .facts import Facts

#: Nothing is copied; one request copies; parts are copied.
UPDATE, COPY, MULTIPART = "update", "copy", "multipart"
WAYS = (UPDATE, COPY, MULTIPART)
#: Bytes that CopyObject takes at most.
COPY_LIMIT = 5 * 1024**3
#: What UpdateObjectEncryption can begin with, and where it can lead, as S3 names algorithms.
_FROM, _TO = ("AES256", "aws:kms"), "aws:kms"
_KEY_ARN = re.compile(r"arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:[0-9]{12}:key/.+\Z")
#: Folders in which Spark and its committers have what is not committed yet.
_UNCOMMITTED = re.compile(
    r"(^|/)(_temporary|__magic[^/]*|\.spark-staging[^/]*|\.hive-staging[^/]*)/"
)
_OF_CLIENT = {verdicts.ALGORITHMS[name] for name in profiles.BY_CLIENT}
_OF_CUSTOMER = {verdicts.ALGORITHMS[name] for name in profiles.WITH_CUSTOMER_KEY}


class Target(NamedTuple):
    """How objects are to be encrypted. bucket_key: whether they use an S3 Bucket Key.

    delta_log: whether commit files of Delta tables may be copied, which changes their time.
    """

    choice: Rule
    bucket_key: bool = False
    delta_log: bool = False
    copy_limit: int = COPY_LIMIT


class Decision(NamedTuple):
    """way: None if nothing is to be done or nothing can be; otherwise: the way for a store that does
    not know UpdateObjectEncryption; reason, otherwise_reason: why the way before it is None."""

    wanted: bool
    way: Optional[str]
    reason: Optional[str] = None
    otherwise: Optional[str] = None
    otherwise_reason: Optional[str] = None

    def by(self, update: bool) -> Optional[str]:
        """The way in a store that knows UpdateObjectEncryption, or that does not."""
        return self.otherwise if self.way == UPDATE and not update else self.way

    def reason_by(self, update: bool) -> Optional[str]:
        """Why `by` gives None."""
        return self.otherwise_reason if self.way == UPDATE and not update else self.reason

    def why_not(self, update: bool) -> str:
        """The same, if `by` gives None."""
        return self.reason_by(update) or say("It could not be read.")


def decide(facts: Facts, target: Target, uploading: bool = False) -> Decision:
    """What becomes of one object. uploading: whether somebody is uploading it in parts."""
    verdict, reason = verdicts.judge(target.choice, facts.header())
    if verdict == verdicts.WANTED:
        return Decision(True, None)
    obstacle = _obstacle(facts, uploading)
    if obstacle is None and facts.algorithm is None:
        obstacle = reason
    if obstacle is None and verdict == verdicts.UNREADABLE and facts.algorithm not in _OF_CUSTOMER:
        obstacle = reason
    if obstacle is not None:
        return Decision(False, None, obstacle)
    found = _not_copied(facts, target)
    copy = None if found else (COPY if facts.size <= target.copy_limit else MULTIPART)
    if updatable(facts, target):
        return Decision(False, UPDATE, None, copy, found)
    return Decision(False, copy, found)


def updatable(facts: Facts, target: Target) -> bool:
    """Whether UpdateObjectEncryption is for such an object and such a target."""
    return (
        profiles.HEADERS.get(target.choice["method"]) == _TO
        and is_key_arn(target.choice.get("kmsKeyId") or "")
        and not target.choice.get("encryptionContext")
        and facts.algorithm in _FROM
    )


def is_key_arn(key: str) -> bool:
    """Whether a key is named by its own ARN, which is what UpdateObjectEncryption takes."""
    return _KEY_ARN.match(key) is not None


def has_customer_key(facts: Facts) -> bool:
    """Whether an object is read with a key of the user's own (SSE-C)."""
    return facts.algorithm in _OF_CUSTOMER


def takes_bucket_key(target: Target) -> bool:
    """Whether S3 Bucket Keys are for such objects."""
    return profiles.HEADERS.get(target.choice["method"]) == _TO


def _obstacle(facts: Facts, uploading: bool) -> Optional[str]:
    """Why an object cannot be changed in any way."""
    if facts.algorithm in _OF_CLIENT:
        return say(
            "A client encrypted it before it was sent. S3 cannot change that: read it and write it "
            "again."
        )
    if uploading:
        return say("Somebody is uploading it in parts.")
    if _UNCOMMITTED.search(facts.key):
        return say("It belongs to a write that is not committed.")
    if facts.locked is None:
        return say(
            "It may be protected by Object Lock: to know that needs s3:GetObjectRetention and "
            "s3:GetObjectLegalHold."
        )
    if facts.locked:
        return say("Object Lock protects it.")
    return None


def _not_copied(facts: Facts, target: Target) -> Optional[str]:
    """Why an object cannot be copied onto itself."""
    if not facts.current:
        return say(
            "It is an old version: a copy of it would become the current one. Only "
            "UpdateObjectEncryption changes it in place."
        )
    if facts.archived:
        return say(
            "It is archived (%1): without UpdateObjectEncryption it has to be restored and written "
            "again.",
            facts.storage,
        )
    if tables.is_delta_commit(facts.key) and not target.delta_log:
        return say(
            "It is a commit of a Delta table. A copy has a new time, which time travel by timestamp "
            "reads: it is copied only if you ask for it (delta_log=True)."
        )
    return None
