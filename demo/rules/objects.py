"""What moto has stored, and how each object of it is encrypted.

Must not know: requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.iam.access_control import PermissionResult

from demo.rules.errors import Refused, no_such_key

REGION_OF_NONE = "us-east-1"


@dataclass(frozen=True)
class Encryption:
    """How an object is encrypted, and what its writer asked for.

    algorithm: AES256, aws:kms or aws:kms:dsse, "" for SSE-C and for none; key: the ARN; bucket_key:
    whether a bucket key was used; customer: MD5 of the key of SSE-C; context: that of the writer,
    base64; asked: the headers of the request itself, as "algorithm key", "" without any. A copy that
    repeats what its source has, as a rename of S3A does, asked for what the source's writer did.
    """

    algorithm: str = ""
    key: str = ""
    bucket_key: bool = False
    customer: str = ""
    context: str = ""
    asked: str = ""


def find_bucket(name: str) -> Any:
    """moto's bucket; None if there is none."""
    backends = get_backend("s3")
    for account in list(backends):
        found = backends[account]["aws"].buckets.get(name)
        if found is not None:
            # moto would judge the policy too, and take a condition that does not hold for a Deny.
            found.get_permission = _says_nothing
            return found
    return None


def _says_nothing(*_: Any) -> PermissionResult:
    return PermissionResult.NEUTRAL


def bucket_of(name: str) -> Any:
    """moto's bucket; a refusal if there is none."""
    found = find_bucket(name)
    if found is None:
        message = "The specified bucket does not exist"
        raise Refused(404, "NoSuchBucket", message, BucketName=name)
    return found


def find_object(bucket: str, key: str, version: str | None = None) -> Any:
    """moto's object; None if there is none, or only a marker of its deletion."""
    owner = find_bucket(bucket)
    if owner is None:
        return None
    backend = get_backend("s3")[owner.account_id]["aws"]
    return backend.get_object(bucket, key, version_id=version)


def object_of(bucket: str, key: str, version: str | None = None) -> Any:
    """moto's object; a refusal if there is none."""
    bucket_of(bucket)
    found = find_object(bucket, key, version)
    if found is None:
        raise no_such_key(key)
    return found


def find_upload(bucket: str, upload: str) -> Any:
    """moto's multipart upload; None if there is none."""
    owner = find_bucket(bucket)
    return None if owner is None else owner.multiparts.get(upload)


def region_of(bucket: Any) -> str:
    """The Region of moto's bucket."""
    return str(bucket.region_name or REGION_OF_NONE)


def encryption_of(stored: Any) -> Encryption:
    """How moto's object or upload is encrypted."""
    found = getattr(stored, "endpoint_encryption", None)
    if isinstance(found, Encryption):
        return found
    return Encryption(stored.encryption or "", stored.kms_key_id or "")


def keep(stored: Any, encryption: Encryption) -> None:
    """Notes how moto's object or upload is encrypted."""
    stored.endpoint_encryption = encryption
    name = "encryption" if hasattr(stored, "encryption") else "sse_encryption"
    setattr(stored, name, encryption.algorithm or None)
    stored.kms_key_id = encryption.key or None
