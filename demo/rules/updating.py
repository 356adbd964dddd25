"""UpdateObjectEncryption, with the refusals that its documentation has.

Source: Amazon S3 API reference, UpdateObjectEncryption, "Errors". Must not know: who may do it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from demo.rules.errors import Refused, access_denied, invalid_request
from demo.rules.objects import Encryption, encryption_of

KEY = re.compile(r"arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:(\d{12}):key/[a-zA-Z0-9-]+")
ONLY = "Only source objects encrypted with SSE-S3 or SSE-KMS are supported."
AGAIN = "Modify the request to specify SSE-KMS for the updated encryption type, and then try again."
CONFIGURATION = "Requests that modify an object encryption configuration require "
TO_KMS = "Requests that modify an object's encryption type to SSE-KMS require "
LOCKED = (
    "The encryption type for the specified object can't be updated because that object is "
    "protected by S3 Object Lock. If the object has a governance-mode retention period or a legal "
    "hold, you must first remove the Object Lock status on the object before you issue your "
    "UpdateObjectEncryption request. You can't use the UpdateObjectEncryption operation with "
    "objects that have an Object Lock compliance mode retention period applied to them."
)
OTHER_ACCOUNT = (
    "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the "
    "request to specify a KMS key from the same account, and then try again."
)


def wanted(body: bytes, authorization: str, account: str) -> tuple[str, bool]:
    """The ARN of the key in a request, and whether a bucket key is to be used; refuses the rest."""
    if not authorization.startswith("AWS4-") and "X-Amz-Algorithm" not in authorization:
        raise invalid_request(
            f"{CONFIGURATION}AWS Signature Version 4. Modify the request to use AWS Signature "
            "Version 4, and then try again."
        )
    try:
        target: dict[str, Any] = xmltodict.parse(body)["ObjectEncryption"] or {}
    except (ExpatError, KeyError):
        message = "The XML you provided was not well-formed or did not validate against our "
        raise Refused(400, "MalformedXML", message + "published schema") from None
    if {"DSSE-KMS", "SSE-C"} & set(target):
        raise invalid_request(
            "The UpdateObjectEncryption operation doesn't support updating the encryption type to "
            f"DSSE-KMS or SSE-C. {AGAIN}"
        )
    if "SSE-KMS" not in target:
        raise invalid_request(
            f"{CONFIGURATION}a valid new encryption type. Valid values are SSEKMS. {AGAIN}"
        )
    settings: dict[str, Any] = target["SSE-KMS"] or {}
    arn, bucket_key = settings.get("KMSKeyArn"), settings.get("BucketKeyEnabled", "false")
    if not arn:
        raise invalid_request(
            f"{TO_KMS}an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a "
            "KMS key ARN, and then try again."
        )
    found = KEY.fullmatch(arn)
    if found is None:
        raise invalid_request(
            f"{TO_KMS}a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a "
            "correctly formatted KMS key ARN in your request, and then try again."
        )
    if bucket_key not in ("true", "false"):
        raise invalid_request(
            "The BucketKeyEnabled value isn't valid. Valid values are true or false. Modify the "
            "request to specify a valid value, and then try again."
        )
    if found.group(1) != account:
        raise access_denied(OTHER_ACCOUNT)
    return arn, bucket_key == "true"


def check_source(stored: Any) -> Encryption:
    """How an object is encrypted; refuses one that cannot be changed."""
    encryption = encryption_of(stored)
    if encryption.customer or encryption.algorithm == "aws:kms:dsse":
        raise invalid_request(
            "The UpdateObjectEncryption operation doesn't support source objects with the "
            f"encryption type DSSE-KMS or SSE-C. {ONLY}"
        )
    if not encryption.algorithm:
        raise invalid_request(
            f"The UpdateObjectEncryption operation doesn't supported unencrypted source objects. {ONLY}"
        )
    if stored.lock_mode or stored.lock_legal_status == "ON":
        raise access_denied(LOCKED)
    return encryption
