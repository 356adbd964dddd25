"""What a bucket is asked for a re-encryption, with boto3: its settings, listings, looks at objects.

Every request goes through a pace. Must not know: plans, journals, how an object is changed.
"""

import contextlib
import logging
from typing import Iterator, NamedTuple, NoReturn, Optional, Set

from ..objects.reading import boto, boto_reader, s3a
from ..objects.reading.headers import header_of
from ..shapes import Function, JsonObject
from .facts import ARCHIVES, Facts, checksum_of
from .pace import GONE, REFUSED, Pace, meaning

#: Listing -> what the next page is asked with, and where the page before has it.
_NEXT = {
    "list_objects_v2": {"ContinuationToken": "NextContinuationToken"},
    "list_object_versions": {
        "KeyMarker": "NextKeyMarker",
        "VersionIdMarker": "NextVersionIdMarker",
    },
    "list_multipart_uploads": {
        "KeyMarker": "NextKeyMarker",
        "UploadIdMarker": "NextUploadIdMarker",
    },
}
#: What logs parameters and headers at level DEBUG.
_LOGGERS = ("botocore", "boto3", "urllib3")


class CustomerKey(bytes):
    """The 32 bytes of an SSE-C key, which no repr and no pickle shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("An SSE-C key is not pickled.")


class Settings(NamedTuple):
    """What of a bucket's settings matters. None: it could not be read.

    versioned: it has versions; overwrites: what is written replaces what was there; locks: Object
    Lock is enabled; locks_new: every new object is locked; acls: objects have ACLs.
    """

    versioned: Optional[bool]
    overwrites: bool
    locks: Optional[bool]
    locks_new: bool
    acls: Optional[bool]
    bucket_key: bool


class Listed(NamedTuple):
    """An object, or a version of it, as a listing has it."""

    key: str
    size: int
    etag: str
    modified: float
    storage: str
    version: Optional[str]
    current: bool


class Store:
    """One bucket. customer_key: of the SSE-C objects in it."""

    def __init__(
        self,
        clients: boto.Boto,
        bucket: str,
        pace: Pace,
        customer_key: Optional[CustomerKey] = None,
    ) -> None:
        self.bucket = bucket
        self.pace = pace
        self.clients = clients
        self.client = clients.client
        self.settings = Settings(None, True, None, False, None, False)
        self.customer_key = customer_key
        model = self.client.meta.service_model
        #: Whether this boto3 has the operation, and conditions on what a copy replaces.
        self.has_update = "UpdateObjectEncryption" in model.operation_names
        members = model.operation_model("CopyObject").input_shape.members
        self.has_conditions = "IfMatch" in members
        self._lockless = False
        #: Whether a copy is refused if the object was written since a time, which a probe finds out.
        self.by_time = False

    def read_settings(self) -> Settings:
        """Reads the bucket's settings. Raises what boto3 raises if there is no such bucket."""
        versioning = self._setting(self.client.get_bucket_versioning, {})
        lock = self._setting(
            self.client.get_object_lock_configuration,
            {"ObjectLockConfigurationNotFoundError": {}, "ObjectLockConfigurationNotFound": {}},
        )
        owner = self._setting(
            self.client.get_bucket_ownership_controls, {"OwnershipControlsNotFoundError": {}}
        )
        default = self._setting(
            self.client.get_bucket_encryption,
            {"ServerSideEncryptionConfigurationNotFoundError": {}},
        )
        locking = (lock or {}).get("ObjectLockConfiguration") or {}
        rules = ((owner or {}).get("OwnershipControls") or {}).get("Rules") or []
        chosen = ((default or {}).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or []
        enforced = any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in rules)
        self.settings = Settings(
            None if versioning is None else bool(versioning.get("Status")),
            (versioning or {}).get("Status") != "Enabled",
            None if lock is None else locking.get("ObjectLockEnabled") == "Enabled",
            bool(locking.get("Rule")),
            None if owner is None else not enforced,
            any(rule.get("BucketKeyEnabled") is True for rule in chosen),
        )
        return self.settings

    def listing(self, key: str, versions: bool) -> Iterator[Listed]:
        """All objects whose key is this one or below it; also their old versions."""
        if not versions:
            for one in boto_reader.below(self._pages("list_objects_v2", key), key):
                yield _listed(one, None, True)
            return
        for one in boto_reader.below(self._pages("list_object_versions", key), key, "Versions"):
            version = str(one["VersionId"])
            yield _listed(one, version, one.get("IsLatest") is True)

    def uploading(self, key: str) -> Set[str]:
        """Keys that somebody is uploading in parts. Raises what boto3 raises."""
        pages = self._pages("list_multipart_uploads", key)
        return {str(one["Key"]) for one in boto_reader.below(pages, key, "Uploads")}

    def look(self, listed: Listed) -> Facts:
        """What S3 says of an object; with a reason if it does not say how it is encrypted."""
        try:
            answer = self.head(listed.key, listed.version)
        except Exception as error:
            code = boto.code_of(error)
            if meaning(error) == GONE or not code:
                raise
            reason = s3a.MEANS.get(code) or boto.first_line(error)
            return Facts(
                listed.key,
                listed.size,
                listed.etag,
                listed.modified,
                listed.version,
                listed.current,
                listed.storage,
                reason=reason,
            )
        header = header_of(
            boto.headers_of(answer["ResponseMetadata"]["HTTPHeaders"], answer["Metadata"]), False
        )
        storage = str(answer.get("StorageClass") or "STANDARD")
        return Facts(
            listed.key,
            int(answer["ContentLength"]),
            str(answer["ETag"]).strip('"'),
            answer["LastModified"].timestamp(),
            answer.get("VersionId") or (None if listed.current else listed.version),
            listed.current,
            storage,
            storage in ARCHIVES or bool(answer.get("ArchiveStatus")),
            header.algorithm,
            header.key,
            header.reason,
            checksum_of(answer),
            self._locked(listed, answer),
            str(answer.get("WebsiteRedirectLocation") or ""),
        )

    def look_again(self, facts: Facts) -> Facts:
        """Another look: at the same old version, or at what is current now."""
        version = None if facts.current else facts.version
        listed = Listed(
            *(facts.key, facts.size, facts.etag, facts.modified),
            *(facts.storage, version, facts.current),
        )
        return self.look(listed)

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Meanwhile botocore logs no parameters and no headers: an SSE-C key is among them."""
        if self.customer_key is None:
            yield
            return
        names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _LOGGERS]
        changed = []
        for name in {*names, *_LOGGERS}:
            logger = logging.getLogger(name)
            changed.append((logger, logger.level))
            logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
        try:
            yield
        finally:
            for logger, level in changed:
                logger.setLevel(level)

    def head(self, key: str, version: Optional[str], **more: object) -> boto.Boto3:
        """The answer to HeadObject, with the checksum if it may be read. Raises what boto3 raises."""
        if version:
            more["VersionId"] = version
        for checked in (True, False):
            asked = dict(more, ChecksumMode="ENABLED") if checked else more
            try:
                return self._head(key, asked)
            except Exception as error:
                # The checksum of an object with a KMS key takes kms:Decrypt; its header does not.
                if not checked or meaning(error) != REFUSED:
                    raise
        return None

    def source_key(self, prefix: str = "") -> JsonObject:
        """The parameters with which an object with the customer's key is read."""
        return {
            prefix + "SSECustomerAlgorithm": "AES256",
            prefix + "SSECustomerKey": self.customer_key,
        }

    def _head(self, key: str, asked: JsonObject) -> boto.Boto3:
        call = self.client.head_object
        try:
            return self.pace.call(call, Bucket=self.bucket, Key=key, **asked)
        except Exception as error:
            # 400 is what S3 says if the key of SSE-C is missing.
            if self.customer_key is None or boto.code_of(error) not in ("400", "InvalidRequest"):
                raise
        return self.pace.call(call, Bucket=self.bucket, Key=key, **asked, **self.source_key())

    def _pages(self, name: str, key: str) -> Iterator[boto.Boto3]:
        """All pages of a listing, each asked for again if S3 says so."""
        marks: JsonObject = {}
        while True:
            call = getattr(self.client, name)
            page = self.pace.call(call, Bucket=self.bucket, Prefix=key, **marks)
            yield page
            following = {
                mark: page[after] for mark, after in _NEXT[name].items() if page.get(after)
            }
            if not page.get("IsTruncated") or not following:
                return
            marks = following

    def _locked(self, listed: Listed, answer: boto.Boto3) -> Optional[bool]:
        """Whether Object Lock protects a version; None if it is not known."""
        until = answer.get("ObjectLockRetainUntilDate")
        if answer.get("ObjectLockLegalHoldStatus") == "ON" or until is not None:
            return True
        if self.settings.locks is False:
            return False
        if self.settings.locks is None and (self.settings.versioned is False or self._lockless):
            # Most buckets have none, and it takes versions.
            return False
        # The headers are left out for who is not allowed to see them.
        for call in (self.client.get_object_retention, self.client.get_object_legal_hold):
            version = {"VersionId": listed.version} if listed.version else {}
            try:
                found = self.pace.call(call, Bucket=self.bucket, Key=listed.key, **version)
            except Exception as error:
                if boto.code_of(error) == "NoSuchObjectLockConfiguration":
                    continue
                if self.settings.locks is None and boto.code_of(error):
                    # It has none, or who asks may not know; asked once.
                    self._lockless = True
                    return False
                if meaning(error) == REFUSED:
                    return None
                raise
            if found.get("Retention") or (found.get("LegalHold") or {}).get("Status") == "ON":
                return True
        return False

    def _setting(self, call: Function, known: JsonObject) -> boto.Boto3:
        """An answer; what it means that there is none; None if it is not allowed to be read."""
        try:
            return self.pace.call(call, Bucket=self.bucket)
        except Exception as error:
            code = boto.code_of(error)
            if code in known:
                return known[code]
            if meaning(error) == REFUSED or code in ("NotImplemented", "MethodNotAllowed"):
                return None
            raise


def _listed(one: boto.Boto3, version: Optional[str], current: bool) -> Listed:
    return Listed(
        str(one["Key"]),
        int(one["Size"]),
        str(one["ETag"]).strip('"'),
        one["LastModified"].timestamp(),
        str(one.get("StorageClass") or "STANDARD"),
        version,
        current,
    )
