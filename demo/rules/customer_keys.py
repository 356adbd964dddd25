"""SSE-C: whether a key is one, and whether it is the object's.

The sentences are those that LocalStack's tests recorded from S3. Must not know: moto.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from demo.rules.errors import Refused, access_denied, invalid_argument, invalid_request
from demo.rules.requests import CUSTOMER, SSE, Request

NEEDED = (
    "The object was stored using a form of Server Side Encryption. "
    "The correct parameters must be provided to retrieve the object."
)
NOT_APPLICABLE = "The encryption parameters are not applicable to this object."
WRONG = (
    "Requests specifying Server Side Encryption with Customer provided keys must provide the "
    "correct secret key."
)
PARTS = (
    "The multipart upload initiate requested encryption. "
    "Subsequent part requests must include the appropriate encryption parameters."
)
OTHER_PART = "The provided encryption parameters did not match the ones used originally."
REQUIRES = "Requests specifying Server Side Encryption with Customer provided keys must provide "


def key_of(request: Request, prefix: str = CUSTOMER) -> str:
    """MD5 of the key in a request, "" without one; refuses what is none."""
    algorithm = request.header(f"{prefix}-algorithm")
    key, digest = request.header(f"{prefix}-key"), request.header(f"{prefix}-key-MD5")
    if not algorithm and not key:
        return ""
    if prefix == CUSTOMER and (other := request.header(SSE)):
        raise invalid_argument(
            "Server Side Encryption with Customer provided key is incompatible with the "
            "encryption method specified",
            SSE,
            other,
        )
    if not algorithm:
        raise invalid_argument(f"{REQUIRES}a valid encryption algorithm.", SSE)
    if not key:
        raise invalid_argument(f"{REQUIRES}an appropriate secret key.", SSE)
    if algorithm != "AES256":
        raise Refused(
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            ArgumentName=SSE,
            ArgumentValue=algorithm,
        )
    try:
        raw = base64.b64decode(key, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        raise invalid_argument("The secret key was invalid for the specified algorithm.", SSE)
    computed = base64.b64encode(hashlib.md5(raw).digest()).decode()  # noqa: S324 - S3's check
    if computed != digest:
        message = "The calculated MD5 hash of the key did not match the hash that was provided."
        raise invalid_argument(message, SSE)
    return computed


def check_read(needed: str, given: str, wrong: str = WRONG) -> None:
    """Refuses a read without the object's key, with another one, or with one that it has not."""
    if needed == given:
        return
    if not needed:
        raise invalid_request(NOT_APPLICABLE)
    if not given:
        raise invalid_request(NEEDED)
    raise access_denied(wrong)


def check_part(needed: str, given: str) -> None:
    """Refuses a part that has not the key of its upload."""
    if bool(needed) != bool(given):
        raise invalid_request(PARTS)
    if needed != given:
        raise invalid_request(OTHER_PART)
