"""What a write is encrypted with: what it asks for, or what its bucket has for those that ask nothing.

Must not know: who may do what.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from demo.rules import customer_keys
from demo.rules.access import kms
from demo.rules.access.callers import Caller
from demo.rules.errors import access_denied, invalid_argument
from demo.rules.objects import Encryption, region_of
from demo.rules.requests import BUCKET_KEY, CONTEXT, CUSTOMER, KEY_ID, SSE, Request

ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")
#: A header of this endpoint alone: what the writer asked for.
ASKED = "x-endpoint-asked"
BLOCKED = (
    "because this bucket has blocked upload requests that specify Server Side Encryption with "
    "Customer provided keys (SSE-C). Please specify a different server-side encryption type"
)


class Default(NamedTuple):
    """The default encryption of a bucket, and the types that it does not accept."""

    algorithm: str = "AES256"
    key: str = ""
    bucket_key: bool = False
    blocked: tuple[str, ...] = ()


def default_of(bucket: Any, *, sse_c: bool) -> Default:
    """Of moto's bucket; sse_c: whether one that says nothing of it accepts SSE-C."""
    rule = (bucket.encryption or {}).get("Rule") or {}
    by_default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    types = (rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType")
    if types is None:
        types = [] if sse_c else ["SSE-C"]
    return Default(
        by_default.get("SSEAlgorithm") or "AES256",
        by_default.get("KMSMasterKeyID") or "",
        str(rule.get("BucketKeyEnabled")).lower() == "true",
        tuple(one for one in ([types] if isinstance(types, str) else types) if one != "NONE"),
    )


def of_write(
    request: Request, bucket: Any, caller: Caller, default: Default, *, defaults: bool
) -> Encryption:
    """What a PUT, a copy or an upload in parts is encrypted with; refuses what cannot be.

    defaults: whether a bucket's default counts, as with S3.
    """
    customer = customer_keys.key_of(request)
    if customer:
        if "SSE-C" in default.blocked:
            who = f"User: {caller.arn} is not authorized to perform: {request.action}"
            raise access_denied(f'{who} on resource: "{request.arn}" {BLOCKED}')
        return Encryption(customer=customer, asked=f"SSE-C {customer}")
    algorithm, key = request.header(SSE) or "", request.header(KEY_ID) or ""
    if algorithm and algorithm not in ALGORITHMS:
        message = "The encryption method specified is not supported"
        raise invalid_argument(message, SSE, algorithm)
    if key and algorithm in ("", "AES256"):
        raise invalid_argument(
            "Server Side Encryption with AWS KMS managed key requires HTTP header "
            "x-amz-server-side-encryption : aws:kms",
            SSE,
            algorithm or "null",
        )
    asked = f"{algorithm} {key}".strip()
    if not algorithm:
        if not defaults and not bucket.encryption:
            return Encryption()
        algorithm, key = default.algorithm, default.key
    if algorithm == "AES256":
        return Encryption(algorithm, asked=asked)
    place = (bucket.account_id, region_of(bucket), caller)
    stored = kms.find(key or kms.MANAGED, *place)
    bucket_key = (request.header(BUCKET_KEY) or str(default.bucket_key)).lower() == "true"
    return Encryption(
        algorithm,
        stored.arn,
        bucket_key and algorithm == "aws:kms",
        context=request.header(CONTEXT) or "",
        asked=asked,
    )


def headers_of(encryption: Encryption) -> list[tuple[str, str]]:
    """What S3 answers about it."""
    found = [
        (SSE, encryption.algorithm),
        (KEY_ID, encryption.key),
        (BUCKET_KEY, "true" if encryption.bucket_key else ""),
        (f"{CUSTOMER}-algorithm", "AES256" if encryption.customer else ""),
        (f"{CUSTOMER}-key-MD5", encryption.customer),
    ]
    return [(name, value) for name, value in found if value]
