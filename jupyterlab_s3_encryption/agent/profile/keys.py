"""What names a KMS key, and what is wrong with a text that does not.

Pure. Must not know: profiles, methods, Spark. The TypeScript side has the same rules
(src/encryption/profile/keys.ts and regions.ts).
"""

import re
from typing import Optional

from .. import data
from ..sentences import Sentence, join, say

#: Compiled when first used: most applies need one of them, and each takes 0.3 ms.
_PATTERNS = data.contract("patterns")
_ARN = r"arn:(%s):kms:(%s):%s:(?:key/(?:%s)|(%s))\Z" % tuple(
    _PATTERNS[name] for name in ("partition", "region", "account", "keyId", "alias")
)
_BARE = r"(?:%s|(%s))\Z" % (_PATTERNS["keyId"], _PATTERNS["alias"])
_CONTROL = _PATTERNS["control"]
#: How Regions begin -> their partition; those of "aws" begin with two letters.
_AREAS = _PATTERNS["areas"]

#: The only key managed by AWS that an S3 request can name.
MANAGED_KEY = "alias/aws/s3"
RIGHT = say(
    "Give a key ARN (arn:aws:kms:REGION:ACCOUNT:key/ID), a key id, "
    "or an alias (alias/NAME or its ARN)."
)


def same_key(one: str, other: str) -> Optional[bool]:
    """Whether two texts name the same KMS key; None if only KMS can tell (an alias)."""
    if one == other:
        return True
    if any(key.split(":")[-1].startswith("alias/") for key in (one, other)):
        return None
    if one.startswith("arn:") and other.startswith("arn:"):
        return False
    return one.split("/")[-1] == other.split("/")[-1]


def partition_of(region: str) -> Optional[str]:
    """The partition that a Region belongs to; None if its area is not known."""
    words = region.split("-")
    area = "-".join(words[:-2])
    found: Optional[str] = _AREAS.get(area) or _AREAS.get(words[0])
    return found or ("aws" if len(area) == 2 else None)


def key_problem(key: object) -> Optional[Sentence]:
    """Why a text does not name a KMS key, and what would; None if it does."""
    if not isinstance(key, str):
        return join([say("The KMS key is not text."), RIGHT])
    if key == "":
        return join([say("The KMS key is empty."), RIGHT])
    if "${" in key:
        return join([say("Hadoop would replace ${…} in a key by another value."), RIGHT])
    if re.search(_CONTROL, key):
        return join([say("The KMS key has a control character or a line break."), RIGHT])
    if any(char.isspace() for char in key):
        return join([say("The KMS key has a blank."), RIGHT])
    match = re.match(_ARN, key)
    if match:
        return _place_problem(match.group(1), match.group(2)) or _alias_problem(match.group(3))
    if key.startswith("arn:"):
        return _arn_problem(key)
    match = re.match(_BARE, key)
    if match:
        return _alias_problem(match.group(1))
    return _slip(key)


def _slip(key: str) -> Sentence:
    """What a text that is no key was probably meant to be."""
    lower = key.lower()
    if key.startswith("alias/"):
        return say(
            "An alias has only letters, digits and the characters / _ - after alias/, at most 250."
        )
    if lower.startswith("aws/"):
        return say("An alias begins with alias/: the AWS managed key of S3 is %1.", MANAGED_KEY)
    if lower.startswith(("alias/", "arn:")):
        return say("“alias/” and the first parts of an ARN are written in lower case.")
    if key.startswith("mrk-"):
        return say(
            "A multi-Region key id is mrk- and 32 hexadecimal digits, without further hyphens."
        )
    return join([say("This is no KMS key."), RIGHT])


def _arn_problem(key: str) -> Sentence:
    """The first part of an ARN that is wrong."""
    _, partition, service, region, account, name = (key.split(":", 5) + [""] * 5)[:6]
    if service != "kms":
        return join(
            [say("This ARN is one of %1, not of KMS.", service or say("no service")), RIGHT]
        )
    if not re.match(_PATTERNS["partition"] + r"\Z", partition):
        return join([say("“%1” is not an AWS partition.", partition), RIGHT])
    if not re.match(_PATTERNS["region"] + r"\Z", region):
        return join([say("“%1” is not an AWS Region.", region), RIGHT])
    if not re.match(_PATTERNS["account"] + r"\Z", account):
        return join([say("The account in the ARN must be 12 digits, not “%1”.", account), RIGHT])
    if name.startswith(("alias/", "aws/")):
        return _slip(name)
    if not name.startswith("key/"):
        return join([say("The ARN must end in key/ID or alias/NAME."), RIGHT])
    return join([say("“%1” is not a key id.", name[len("key/") :]), RIGHT])


def _place_problem(partition: str, region: str) -> Optional[Sentence]:
    """Why a Region cannot be in a partition; one that is not known may have unknown areas."""
    right = partition_of(region)
    if right is not None and right != partition:
        return say("The Region %1 is in the partition %2, not in %3.", region, right, partition)
    if right is None and partition in ("aws", *_AREAS.values()):
        return say("The partition %1 has no Region “%2”.", partition, region)
    return None


def _alias_problem(alias: Optional[str]) -> Optional[Sentence]:
    if alias is None or not alias.startswith("alias/aws/") or alias == MANAGED_KEY:
        return None
    return say("The only AWS managed key that S3 can use is %1.", MANAGED_KEY)
