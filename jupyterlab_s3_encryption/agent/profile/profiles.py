"""What a valid profile is: one message for each invalid field.

Pure. Must not know: Spark, connectors, the kernel. The TypeScript side has the same rules
(src/encryption/profile/profile.ts); tests/examples/profiles.json is run by both.
"""

import base64
import binascii
import re
from typing import List, Optional, Sequence

from .. import data
from ..sentences import Sentence, join, say
from ..shapes import FieldMessage, JsonObject
from .keys import MANAGED_KEY, RIGHT, key_problem

_METHODS = data.contract("methods")["methods"]
METHODS = tuple(_METHODS)
BUCKET_METHODS = tuple(name for name in METHODS if _METHODS[name]["perBucket"])
TITLES = {name: _METHODS[name]["title"] for name in METHODS}
#: Method -> x-amz-server-side-encryption of its objects, for those that send it.
HEADERS = {name: row["header"] for name, row in _METHODS.items() if row["header"] is not None}
#: Method -> how the algorithm of its objects is named, for those with one algorithm.
STORED = {name: row["stored"] for name, row in _METHODS.items() if row["stored"] is not None}
#: Method -> s3.sse.type of Iceberg's S3FileIO, for those that it has.
SSE_TYPES = {name: row["iceberg"] for name, row in _METHODS.items() if row["iceberg"] is not None}
#: Methods that a KMS key can be named for, and those that need a key of the user's own.
WITH_KMS_KEY = tuple(name for name in METHODS if _METHODS[name]["kmsKey"] != "none")
WITH_CUSTOMER_KEY = tuple(name for name in METHODS if _METHODS[name]["customerKey"])
#: Methods by who encrypts: the bucket's default decides; it is done before anything is sent.
BY_BUCKET = tuple(name for name in METHODS if _METHODS[name]["by"] == "bucket")
BY_CLIENT = tuple(name for name in METHODS if _METHODS[name]["by"] == "client")
IN_DIRECTORY_BUCKETS = tuple(name for name in METHODS if _METHODS[name]["directoryBuckets"])
#: Methods for which S3 itself asks KMS, with a key of its own if none is named.
S3_ASKS_KMS = tuple(name for name in WITH_KMS_KEY if _METHODS[name]["by"] == "s3")
#: Method -> a sentence about its limits that users find out late.
LIMITS = {name: row["limits"] for name, row in _METHODS.items() if row["limits"] is not None}
#: Writers other than Spark's settings that a profile can include.
WRITERS = tuple(data.contract("methods")["writers"])
#: Of a profile: the characters of its name, and its rules for buckets.
MOST = data.contract("methods")["most"]
FIELDS = ("name", "method", "kmsKeyId", "encryptionContext", "buckets", "writers")

#: Compiled when first used: most applies need two of them, and each takes 0.3 ms.
_PATTERNS = data.contract("patterns")
_BUCKET = _PATTERNS["bucket"] + r"\Z"
_CONTROL = _PATTERNS["control"]
_ADDRESS = _PATTERNS["address"] + r"\Z"
_ONLY_BLANKS = r"%s*\Z" % _PATTERNS["blank"]
_BLANK_ENDS = r"\A{0}|{0}\Z".format(_PATTERNS["blank"])

_CAPITALS = say(
    "Old buckets of us-east-1 may have capitals or underscores; there is no rule for them."
)


def validate(profile: object) -> List[FieldMessage]:
    """What is wrong with a profile, in the order of FIELDS; empty if it is valid.

    The SSE-C key is no part of a profile: see `validate_customer_key`.
    """
    if not isinstance(profile, dict):
        return [_message("profile", say("A profile is an object with a method."))]
    found: List[FieldMessage] = []
    if "name" in profile:
        found += _name(profile["name"])
    found += _choice(profile, METHODS, "")
    if "buckets" in profile:
        found += _buckets(profile["buckets"])
    if "writers" in profile:
        found += _writers(profile["writers"])
    found += _unknown(profile, FIELDS, "")
    return found


def normal(profile: object) -> object:
    """A profile in the page's form: writers in the contract's order, no empty list.

    An invalid one is returned unchanged, for `validate`.
    """
    if not isinstance(profile, dict) or "writers" not in profile or _writers(profile["writers"]):
        return profile
    found = {name: value for name, value in profile.items() if name != "writers"}
    writers = [name for name in WRITERS if name in profile["writers"]]
    return dict(found, writers=writers) if writers else found


def validate_customer_key(method: str, key: object) -> List[FieldMessage]:
    """What is wrong with the SSE-C key (base64 of exactly 32 bytes) that came with a valid profile.

    The messages never hold the key.
    """
    if not _METHODS[method]["customerKey"]:
        if key is None:
            return []
        return [
            _message(
                "customerKey",
                say("Only SSE-C takes a key of your own; %1 does not.", TITLES[method]),
            )
        ]
    if key is None or key == "":
        missing = say("SSE-C needs a key: the base64 text of 32 random bytes.")
        return [_message("customerKey", missing)]
    problem = _customer_key_problem(key)
    if problem is None:
        return []
    right = say("Give the base64 text (44 characters) of exactly 32 bytes.")
    return [_message("customerKey", join([problem, right]))]


def _customer_key_problem(key: object) -> Optional[Sentence]:
    if not isinstance(key, str):
        return say("The key is not text.")
    try:
        raw = base64.b64decode(key.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return say("The key is not base64.")
    if len(raw) != 32:
        return say("The key has %1 bytes.", len(raw))
    if base64.b64encode(raw).decode("ascii") != key:
        return say("The key is not base64 as it is usually written.")
    return None


def _choice(choice: JsonObject, methods: Sequence[str], prefix: str) -> List[FieldMessage]:
    """Method, key and context of a profile or of the rule for a bucket (prefix "buckets.NAME.")."""
    method = choice.get("method")
    if not isinstance(method, str) or method not in methods:
        if prefix and isinstance(method, str) and method in METHODS:
            none = say("%1 is not offered for single buckets.", TITLES[method])
            return [_message(prefix + "method", none)]
        right = say("The method is one of: %1.", ", ".join(methods))
        return [_message(prefix + "method", right)]
    found: List[FieldMessage] = []
    title = TITLES[method]
    if "kmsKeyId" in choice:
        if _METHODS[method]["kmsKey"] != "none":
            problem = key_problem(choice["kmsKeyId"]) or _managed(str(choice["kmsKeyId"]), method)
            if problem:
                found.append(_message(prefix + "kmsKeyId", problem))
        else:
            found.append(_message(prefix + "kmsKeyId", say("%1 takes no KMS key.", title)))
    elif _METHODS[method]["kmsKey"] == "required":
        problem = join([say("%1 needs a KMS key.", title), RIGHT])
        found.append(_message(prefix + "kmsKeyId", problem))
    if "encryptionContext" in choice:
        if prefix:
            none = say("A rule for a bucket has no encryption context.")
            found.append(_message(prefix + "encryptionContext", none))
        elif not _METHODS[method]["context"]:
            none = say("%1 takes no encryption context.", title)
            found.append(_message("encryptionContext", none))
        else:
            found += _context(choice["encryptionContext"])
    return found


def _managed(key: str, method: str) -> Optional[Sentence]:
    """Why a method cannot use the AWS managed key: its policy allows its use through S3 only."""
    if method in HEADERS or key.split(":")[-1] != MANAGED_KEY:
        return None
    return say(
        "%1 cannot use %2: this AWS managed key can only be used through S3. "
        "Give a customer managed key.",
        TITLES[method],
        MANAGED_KEY,
    )


def _context(context: object) -> List[FieldMessage]:
    field = "encryptionContext"
    if not isinstance(context, dict) or not context:
        right = say("An encryption context is an object with at least one pair of texts.")
        return [_message(field, right)]
    for key, value in context.items():
        for text in (key, value):
            if not isinstance(text, str) or not text:
                return [
                    _message(
                        field,
                        say(
                            "Keys and values of an encryption context are texts that are not empty."
                        ),
                    )
                ]
            if (
                re.search(_CONTROL, text)
                or "${" in text
                or "," in text
                or "=" in text
                or re.search(_BLANK_ENDS, text)
            ):
                return [
                    _message(
                        field,
                        say(
                            "Keys and values of an encryption context have no commas, equals "
                            "signs, ${, control characters, or blanks at their ends: the "
                            "connectors would change them."
                        ),
                    )
                ]
    return []


def _buckets(buckets: object) -> List[FieldMessage]:
    if not isinstance(buckets, dict):
        right = say("Rules for buckets are an object: bucket name to method.")
        return [_message("buckets", right)]
    if len(buckets) > MOST["rules"]:
        return [
            _message("buckets", say("A profile has at most %1 rules for buckets.", MOST["rules"]))
        ]
    found: List[FieldMessage] = []
    for name, rule in buckets.items():
        field = "buckets.%s" % name
        if (
            not isinstance(name, str)
            or not re.match(_BUCKET, name)
            or ".." in name
            or re.match(_ADDRESS, name)
        ):
            right = say(
                "A bucket name has 3 to 63 lower-case letters, digits, dots and hyphens; "
                "without s3:// and path."
            )
            if isinstance(name, str) and re.match(_BUCKET, name.lower().replace("_", "-")):
                right = join([right, _CAPITALS])
            found.append(_message(field, right))
        elif not isinstance(rule, dict):
            right = say("The rule for a bucket is an object with a method.")
            found.append(_message(field, right))
        else:
            found += _choice(rule, BUCKET_METHODS, field + ".")
            found += _unknown(rule, ("method", "kmsKeyId", "encryptionContext"), field + ".")
    return found


def _name(name: object) -> List[FieldMessage]:
    if not isinstance(name, str) or re.match(_ONLY_BLANKS, name):
        return [_message("name", say("A profile's name is a text that is not empty."))]
    if len(name) > MOST["name"]:
        return [_message("name", say("A profile's name has at most %1 characters.", MOST["name"]))]
    if re.search(_CONTROL, name):
        return [_message("name", say("A profile's name has no control characters."))]
    return []


def _writers(writers: object) -> List[FieldMessage]:
    if (
        not isinstance(writers, list)
        or any(not isinstance(name, str) or name not in WRITERS for name in writers)
        or len(set(writers)) != len(writers)
    ):
        right = say("Further writers are a list of these, each once: %1.", ", ".join(WRITERS))
        return [_message("writers", right)]
    return []


def _unknown(given: JsonObject, known: Sequence[str], prefix: str) -> List[FieldMessage]:
    return [
        _message(prefix + str(field), say("There is no such field. Known: %1.", ", ".join(known)))
        for field in given
        if field not in known
    ]


def _message(field: str, message: Sentence) -> FieldMessage:
    return {"field": field, "message": message}
