"""The three ways to change an object: UpdateObjectEncryption, a copy onto itself, a copy in parts.

Each only if nobody has written it meanwhile, and each through the store's pace. Must not know: plans,
journals, which way is right.
"""

import datetime
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Optional

from ..objects.reading import boto
from ..sentences import say
from ..shapes import JsonObject
from ..writers import boto as parameters
from . import ways
from .costs import PART, part_size
from .facts import Facts
from .pace import AGAIN, REFUSED, SLOW, meaning
from .store import Store
from .ways import Target

#: Parts of one object that are copied at once.
_PARTS = 8
#: The smallest part that S3 takes.
SMALLEST = 5 * 1024**2
#: Metadata that HeadObject gives and CreateMultipartUpload takes under the same names.
_METADATA = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "Metadata",
    "WebsiteRedirectLocation",
)
#: Seconds before a copy in parts is given up once more, if S3 asks for that.
_WAITS = (0.2, 1.0, 3.0)
_GRANTS = {
    "FULL_CONTROL": "GrantFullControl",
    "READ": "GrantRead",
    "READ_ACP": "GrantReadACP",
    "WRITE_ACP": "GrantWriteACP",
}


def encryption(target: Target) -> JsonObject:
    """The parameters with which S3 encrypts what is written."""
    found: JsonObject = dict(parameters.of_choice(target.choice))
    if target.bucket_key and ways.takes_bucket_key(target):
        found["BucketKeyEnabled"] = True
    return found


def update(store: Store, facts: Facts, target: Target) -> None:
    """UpdateObjectEncryption of this very version; it takes no other condition."""
    kms = {"KMSKeyArn": target.choice["kmsKeyId"], "BucketKeyEnabled": target.bucket_key}
    store.pace.call(
        store.client.update_object_encryption,
        Bucket=store.bucket,
        Key=facts.key,
        ObjectEncryption={"SSEKMS": kms},
        **_version(facts),
    )


def copy(store: Store, facts: Facts, target: Target, grants: Dict[str, str]) -> None:
    """CopyObject onto itself. Whether an object is read with an SSE-C key is in its facts."""
    store.pace.call(store.client.copy_object, **grants, **copy_arguments(store, facts, target))


def copy_arguments(store: Store, facts: Facts, target: Target) -> JsonObject:
    """What CopyObject is called with, but for the ACL."""
    found: JsonObject = {
        "Bucket": store.bucket,
        "Key": facts.key,
        "MetadataDirective": "COPY",
        "TaggingDirective": "COPY",
        "StorageClass": facts.storage,
    }
    if facts.redirect:
        found["WebsiteRedirectLocation"] = facts.redirect
    for more in (_source(store, facts), _if_match(store, facts), encryption(target)):
        found.update(more)
    return found


class NotKeptError(Exception):
    """A copy in parts would lose something of an object; the message says what."""


def description(store: Store, facts: Facts, grants: Dict[str, str]) -> JsonObject:
    """Metadata, tags and ACL as a copy in parts has to write them anew. Raises NotKeptError."""
    head = store.head(facts.key, facts.version)
    if head.get("MissingMeta") or (head.get("ExpiresString") and not head.get("Expires")):
        raise NotKeptError(
            say("It has metadata that a copy in parts cannot keep. It was left alone.")
        )
    more: JsonObject = {name: head[name] for name in _METADATA if head.get(name)}
    tags = store.pace.call(
        store.client.get_object_tagging, Bucket=store.bucket, Key=facts.key, **_version(facts)
    )
    if tags.get("TagSet"):
        pairs = [(tag["Key"], tag["Value"]) for tag in tags["TagSet"]]
        more["Tagging"] = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
    return dict(more, **grants)


def begin_parts(store: Store, facts: Facts, target: Target, described: JsonObject) -> str:
    """Begins a copy in parts with what `description` gave; returns the upload's id."""
    more: JsonObject = {}
    if facts.checksum:
        more["ChecksumAlgorithm"], more["ChecksumType"] = facts.checksum.split(" ")[:2]
    made = store.pace.call(
        store.client.create_multipart_upload,
        Bucket=store.bucket,
        Key=facts.key,
        StorageClass=facts.storage,
        **encryption(target),
        **described,
        **more,
    )
    return str(made["UploadId"])


def copy_parts(
    store: Store, facts: Facts, upload: str, described: JsonObject, part: int = PART
) -> None:
    """Copies the parts side by side, and completes the upload. Raises NotKeptError.

    Tags and an ACL are changed without a new ETag or time, which no condition sees: they are looked
    at once more.
    """
    size = _part_of(store, facts, part)
    starts = range(0, max(facts.size, 1), size)

    def one(number: int) -> JsonObject:
        last = min(starts[number] + size, facts.size) - 1
        answer = store.pace.call(
            store.client.upload_part_copy,
            Bucket=store.bucket,
            Key=facts.key,
            UploadId=upload,
            PartNumber=number + 1,
            CopySourceRange="bytes=%d-%d" % (starts[number], last),
            **_source(store, facts),
        )["CopyPartResult"]
        names = ["ETag", *(name for name in answer if name.startswith("Checksum"))]
        return dict({name: answer[name] for name in names}, PartNumber=number + 1)

    with ThreadPoolExecutor(min(_PARTS, len(starts))) as pool:
        done = list(pool.map(one, range(len(starts))))
    if description(store, facts, grants_of(store, facts) or {}) != described:
        raise NotKeptError(
            say("Somebody changed its metadata, tags or ACL meanwhile. It was left alone.")
        )
    store.pace.call(
        store.client.complete_multipart_upload,
        Bucket=store.bucket,
        Key=facts.key,
        UploadId=upload,
        MultipartUpload={"Parts": done},
        **_if_match(store, facts),
    )


def abort_parts(store: Store, key: str, upload: str) -> bool:
    """Gives up a copy in parts, so that its parts cost nothing; whether none are left.

    Not through the pace: it is done after a cancel too.
    """
    for wait in _WAITS:
        try:
            store.client.abort_multipart_upload(Bucket=store.bucket, Key=key, UploadId=upload)
        except Exception as error:  # noqa: BLE001 - the caller says that parts are left
            if boto.code_of(error) in ("NoSuchUpload", "404"):
                return True
            if meaning(error) not in (SLOW, AGAIN):
                return False
            time.sleep(wait)
        else:
            return True
    return False


def grants_of(store: Store, facts: Facts) -> Optional[Dict[str, str]]:
    """The ACL as a copy takes it; {} if it is the usual one, None if it may not be read."""
    if store.settings.acls is False:
        return {}
    try:
        acl = store.pace.call(
            store.client.get_object_acl, Bucket=store.bucket, Key=facts.key, **_version(facts)
        )
    except Exception as error:
        if meaning(error) == REFUSED:
            return None
        raise
    found: Dict[str, str] = {}
    owner = (acl.get("Owner") or {}).get("ID")
    usual = True
    for grant in acl.get("Grants") or []:
        grantee, name = grant["Grantee"], _GRANTS.get(grant["Permission"])
        usual = usual and grantee.get("ID") == owner and grant["Permission"] == "FULL_CONTROL"
        whom = 'uri="%s"' % grantee["URI"] if grantee.get("URI") else 'id="%s"' % grantee.get("ID")
        if name is not None:
            found[name] = ", ".join(part for part in (found.get(name), whom) if part)
    return {} if usual else found


def _part_of(store: Store, facts: Facts, part: int) -> int:
    """Bytes of a part: as the object has them, so that its ETag and checksum stay comparable."""
    _, _, count = facts.etag.partition("-")
    if count.isdigit() and int(count) > 1:
        first = int(store.head(facts.key, facts.version, PartNumber=1)["ContentLength"])
        if first >= SMALLEST and -(-facts.size // first) == int(count) <= 10000:
            return min(first, ways.COPY_LIMIT)
    return part_size(facts.size, part)


def quoted(etag: str) -> str:
    """An ETag as a condition takes it."""
    return '"%s"' % etag


def _version(facts: Facts) -> Dict[str, str]:
    return {"VersionId": facts.version} if facts.version else {}


def _source(store: Store, facts: Facts) -> JsonObject:
    found: JsonObject = {"CopySource": dict(_version(facts), Bucket=store.bucket, Key=facts.key)}
    if store.by_time:
        # Not both: S3 takes no notice of the time if the ETag is right.
        moment = datetime.datetime.fromtimestamp(facts.modified, datetime.timezone.utc)
        found["CopySourceIfUnmodifiedSince"] = moment
    else:
        found["CopySourceIfMatch"] = quoted(facts.etag)
    if ways.has_customer_key(facts):
        found.update(store.source_key("CopySource"))
    return found


def _if_match(store: Store, facts: Facts) -> Dict[str, str]:
    return {"IfMatch": quoted(facts.etag)} if store.has_conditions else {}
