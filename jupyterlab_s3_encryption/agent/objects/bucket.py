"""The default encryption of a bucket, and the statements of its policy that can deny a write.

Read with boto3, with the credentials that Spark's fs.s3a.* name in plain or else boto3's own; two
calls, which need s3:GetEncryptionConfiguration and s3:GetBucketPolicy, and those of permissions.py.
Only on request. Must not know: profiles, requests, reports. The front end evaluates it for a profile.
"""

import re
import time
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Optional, Tuple

from ..sentences import Sentence, say
from ..shapes import Json, SparkContext, Unchecked
from . import statements
from .permissions import Permissions
from .reading import boto
from .reading.boto import NotReadError
from .work.time_sliced import TimeSliced

if TYPE_CHECKING:
    from ..shapes import BucketAnswer, BucketDefault, BucketPolicy, Statement

#: Seconds of a kernel's time for all of it.
SECONDS = 10.0
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
#: A statement is about encryption if one of its conditions names one of these.
_ABOUT = ("x-amz-server-side-encryption", "aws:securetransport")


def name_of(text: object) -> Optional[str]:
    """The bucket of a name or an s3:// address; None if it is neither."""
    if not isinstance(text, str):
        return None
    name = re.sub(r"^s3[an]?://", "", text.strip()).split("/")[0]
    return name if _NAME.match(name) else None


#: From the default encryption of the bucket to the key that a write uses; None for none.
KeyOf = Callable[["Optional[BucketDefault]"], Optional[str]]


def read(
    conf: Unchecked,
    bucket: str,
    context: Optional[SparkContext] = None,
    key_of: Optional[KeyOf] = None,
) -> "BucketAnswer":
    """Default encryption and statements; `conf` has `get(name)`, as a Hadoop configuration has.

    A part that cannot be read in time is None, with a reason. context: the SparkContext whose JVM
    has `conf`; key_of: reads also what the caller's and the key's policies say about a write.
    Raises NotReadError.
    """
    began = time.monotonic()
    if not boto.available(True):
        raise NotReadError(say("This kernel has no boto3, which reads the settings of a bucket."))
    asked = _Asked(conf, bucket, key_of)
    late = not TimeSliced(context, asked.steps()).finish(SECONDS)
    if late and not asked.answers:
        raise NotReadError(asked.late())
    default, no_default = asked.answers["default"]
    policy, no_policy = asked.answers.get("policy") or (None, asked.late())
    permissions = asked.permissions
    return {
        "bucket": bucket,
        "default": default,
        "defaultReason": no_default,
        "policy": policy,
        "policyReason": no_policy,
        "caller": permissions.caller if permissions else None,
        "callerReason": permissions.caller_reason if permissions else None,
        "key": permissions.key if permissions else None,
        "keyReason": permissions.key_reason if permissions else None,
        "late": asked.late() if late else None,
        "elapsed": round((time.monotonic() - began) * 1000.0, 1),
    }


class _Asked:
    """The questions about a bucket, and about who writes to it.

    answers: (what was read, reason for nothing) of each so far; permissions: None if not asked for.
    """

    def __init__(self, conf: Unchecked, bucket: str, key_of: Optional[KeyOf]) -> None:
        self.answers: Json = {}
        self.permissions: Optional[Permissions] = None
        self._key_of = key_of
        self._conf = conf
        self._bucket = bucket
        self._endpoint = ""

    def steps(self) -> Iterator[None]:
        """Asks; each step is one call. Raises NotReadError."""
        bucket = self._bucket
        try:
            clients = boto.Boto(self._conf, bucket)
            client = clients.client
            self._endpoint = str(client.meta.endpoint_url)
        except Exception as error:
            raise boto.unusable(error) from error
        yield
        self.answers["default"] = _attempt(
            lambda: _default(client.get_bucket_encryption(Bucket=bucket)),
            "s3:GetEncryptionConfiguration",
            {"ServerSideEncryptionConfigurationNotFoundError": None},
        )
        yield
        self.answers["policy"] = _attempt(
            lambda: _statements(client.get_bucket_policy(Bucket=bucket)["Policy"]),
            "s3:GetBucketPolicy",
            {"NoSuchBucketPolicy": {"statements": [], "others": 0}},
        )
        yield
        if self._key_of is not None:
            self.permissions = Permissions(clients)
            for _ in self.permissions.steps(self._key_of(self.answers["default"][0])):
                yield

    def late(self) -> Sentence:
        """What did not answer in time."""
        return boto.late(self._endpoint, SECONDS)


def _attempt(call: Callable[[], Any], permission: str, empty: Json) -> Tuple[Any, Optional[str]]:
    """(what was read, None) or (None, why not). Raises NotReadError if there is no bucket."""
    try:
        return call(), None
    except Exception as error:
        code = boto.code_of(error)
        if code in empty:
            nothing = say("The bucket says nothing about it.")
            reason = None if empty[code] is not None else nothing
            return empty[code], reason
        if code == "NoSuchBucket":
            raise NotReadError(say("There is no such bucket.")) from error
        return None, boto.refused(error, permission) or boto.first_line(error)


def _default(answer: Json) -> "BucketDefault":
    """The rule of the default encryption, flat. keyId: "" if S3 takes aws/s3, or has none."""
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    rule = rules[0] if rules else {}
    chosen = rule.get("ApplyServerSideEncryptionByDefault") or {}
    blocked = rule.get("BlockedEncryptionTypes") or {}
    return {
        "algorithm": str(chosen.get("SSEAlgorithm") or ""),
        "keyId": str(chosen.get("KMSMasterKeyID") or ""),
        "bucketKey": rule.get("BucketKeyEnabled") is True,
        "blocked": [str(name) for name in blocked.get("EncryptionType") or []],
    }


def _statements(policy: str) -> "BucketPolicy":
    """Statements that deny, or are about encryption or TLS, as lists; how many others there are."""
    found: "List[Statement]" = []
    others = 0
    for statement in statements.of(policy):
        condition = statement.get("Condition") or {}
        names = [str(key).lower() for keys in condition.values() for key in keys]
        about = any(part in name for name in names for part in _ABOUT)
        if statement.get("Effect") != "Deny" and not about:
            others += 1
            continue
        found.append(statements.parsed(statement))
    return {"statements": found, "others": others}
