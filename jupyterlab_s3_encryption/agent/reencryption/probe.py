"""Tries on an object of our own what a store makes of the ways, before anything of the user's is touched.

A store that does not know UpdateObjectEncryption may answer that all is well and overwrite the object
with the request. Must not know: plans, journals, the user's objects.
"""

import contextlib
import uuid
from typing import Callable, List, NamedTuple, Optional

from ..objects import verdicts
from ..objects.reading import boto
from ..sentences import say
from ..shapes import JsonObject
from . import changing
from .facts import Facts, same_bytes
from .pace import CHANGED, REFUSED, meaning
from .store import Listed, Store
from .ways import MULTIPART, UPDATE, Target, updatable

#: Begins with what Spark and Hive do not read.
NAME = "_s3_encryption_probe_"
#: What a copy has to keep of it.
_DESCRIBED: JsonObject = {"Metadata": {"probe": "kept"}, "ContentType": "text/x-probe"}
_TAGS = "probe=kept"
_OTHER = "0123456789abcdef0123456789abcdef"


class Probe(NamedTuple):
    """update, copy: whether the way works; each reason: why not, None if it was not tried or works.

    conditional: whether a copy is refused if the object is not the one that was meant; left: keys of
    ours that could not be removed.
    """

    update: bool
    update_reason: Optional[str]
    copy: bool
    copy_reason: Optional[str]
    conditional: bool
    left: List[str]


def run(store: Store, key: str, target: Target, needed: List[str]) -> Probe:
    """Tries the ways that are needed with an object under a key that is ours, and removes it."""
    update_reason = copy_reason = None
    conditional = True
    try:
        if UPDATE in needed:
            update_reason = _reason(lambda: _try_update(store, key, target))
        if [way for way in needed if way != UPDATE]:
            copy_reason = _reason(lambda: _try_copy(store, key, target))
            conditional = copy_reason is None and _is_conditional(store, key, target)
            if conditional and MULTIPART in needed:
                conditional = _completes_conditionally(store, key, target)
            store.by_time = conditional and store.has_conditions and _by_time(store, key, target)
    finally:
        left = remove(store, key)
    return Probe(
        UPDATE in needed and update_reason is None,
        update_reason,
        [way for way in needed if way != UPDATE] != [] and copy_reason is None,
        copy_reason,
        conditional,
        left,
    )


def key_below(folder: str) -> str:
    """A key of ours in a folder ("" for the bucket itself)."""
    name = NAME + uuid.uuid4().hex
    return folder + "/" + name if folder else name


def remove(store: Store, key: str) -> List[str]:
    """Removes the object with all its versions; returns what is left. Also after a cancel."""
    client = store.client
    with contextlib.suppress(Exception):  # it may not be allowed, and costs next to nothing
        page = client.list_multipart_uploads(Bucket=store.bucket, Prefix=key)
        for one in page.get("Uploads", ()):
            changing.abort_parts(store, one["Key"], one["UploadId"])
    with contextlib.suppress(Exception):  # what is left is found below
        if store.settings.versioned is False:
            client.delete_object(Bucket=store.bucket, Key=key)
        else:
            page = client.list_object_versions(Bucket=store.bucket, Prefix=key)
            for one in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                client.delete_object(Bucket=store.bucket, Key=key, VersionId=one["VersionId"])
    try:
        client.head_object(Bucket=store.bucket, Key=key)
    except Exception as error:  # noqa: BLE001 - not there, or it cannot be known
        return [] if boto.code_of(error) == "404" else [key]
    return [key]


def _reason(attempt: "Callable[[], Optional[str]]") -> Optional[str]:
    """Why a way does not work in this store; None if it does."""
    try:
        return attempt()
    except Exception as error:
        if not boto.code_of(error):
            raise
        if meaning(error) == REFUSED:
            return say("The role may not do it: %1", boto.first_line(error))
        return say("The store refuses it: %1", boto.first_line(error))


def _try_update(store: Store, key: str, target: Target) -> Optional[str]:
    if not store.has_update:
        return say("The boto3 of this kernel does not know UpdateObjectEncryption.")
    body = _put(store, key, {"ServerSideEncryption": "AES256"})
    if body is None:
        # A policy may allow no other key than the one that is wanted.
        body = _put(store, key, changing.encryption(target)) or b""
    before = _look(store, key)
    if not updatable(before, target):
        return say("The store does not confirm the encryption of an object.")
    changing.update(store, before, target)
    after = _look(store, key)
    if _read(store, key) != body:
        return say(
            "This store does not know UpdateObjectEncryption: it answers that all is well, and "
            "overwrites the object."
        )
    if not after.same_as(before):
        return say("After UpdateObjectEncryption the object was not the same.")
    return _not_wanted(after, target)


def _try_copy(store: Store, key: str, target: Target) -> Optional[str]:
    plain: JsonObject = {"ServerSideEncryption": "AES256"}
    body = _put(store, key, plain) or _put(store, key, changing.encryption(target)) or b""
    before, described = _look(store, key), _description(store, key)
    changing.copy(store, before, target, {})
    after = _look(store, key)
    if same_bytes(before, after) is None or _read(store, key) != body:
        return say("A copy onto itself did not keep the bytes.")
    if _description(store, key) != described:
        return say("A copy onto itself did not keep metadata or tags.")
    return _not_wanted(after, target)


def _completes_conditionally(store: Store, key: str, target: Target) -> bool:
    """Whether the end of an upload in parts is refused if another object is there than was meant."""
    place = {"Bucket": store.bucket, "Key": key}
    call, client = store.pace.call, store.client
    upload = str(
        call(client.create_multipart_upload, **place, **changing.encryption(target))["UploadId"]
    )
    try:
        part = call(client.upload_part, **place, UploadId=upload, PartNumber=1, Body=b"part")
        names = ["ETag", *(name for name in part if name.startswith("Checksum"))]
        done = dict({name: part[name] for name in names}, PartNumber=1)
        call(
            client.complete_multipart_upload,
            **place,
            UploadId=upload,
            MultipartUpload={"Parts": [done]},
            IfMatch=changing.quoted(_OTHER),
        )
    except Exception as error:
        if meaning(error) != CHANGED:
            raise
        return True
    finally:
        changing.abort_parts(store, key, upload)
    return False


def _is_conditional(store: Store, key: str, target: Target) -> bool:
    """Whether a copy of another object, and onto another object, than was meant is refused."""
    now = _look(store, key)
    for source, place in ((_OTHER, now.etag), (now.etag, _OTHER)):
        asked = changing.copy_arguments(store, now, target)
        asked["CopySourceIfMatch"] = changing.quoted(source)
        if store.has_conditions:
            asked["IfMatch"] = changing.quoted(place)
        elif source == now.etag:
            return False
        try:
            store.pace.call(store.client.copy_object, **asked)
        except Exception as error:
            if meaning(error) != CHANGED:
                raise
        else:
            return False
    return True


def _by_time(store: Store, key: str, target: Target) -> bool:
    """Whether a copy is refused if the object was written since a time, and only then.

    That sees what an ETag does not: that somebody copied the object onto itself.
    """
    store.by_time = True
    try:
        now = _look(store, key)
        early = now._replace(modified=now.modified - 60)
        for facts, refused in ((early, True), (now, False)):
            try:
                changing.copy(store, facts, target, {})
            except Exception as error:
                if meaning(error) != CHANGED:
                    raise
                if not refused:
                    return False
            else:
                if refused:
                    return False
        return True
    finally:
        store.by_time = False


def _put(store: Store, key: str, encryption: JsonObject) -> Optional[bytes]:
    """Writes an object of ours; None if that is not allowed."""
    body = ("An object of S3 Encryption for Jupyter, to be removed: %s" % uuid.uuid4()).encode()
    asked: JsonObject = dict(Bucket=store.bucket, Key=key, Body=body, **encryption, **_DESCRIBED)
    try:
        store.pace.call(store.client.put_object, **asked, Tagging=_TAGS)
    except Exception as error:
        if not boto.code_of(error):
            raise
        # Tags take a right of their own.
        try:
            store.pace.call(store.client.put_object, **asked)
        except Exception as again:
            if meaning(again) != REFUSED or encryption.get("ServerSideEncryption") != "AES256":
                raise
            return None
    return body


def _description(store: Store, key: str) -> List[object]:
    """Metadata and tags of an object of ours."""
    head = store.head(key, None)
    try:
        found = store.pace.call(store.client.get_object_tagging, Bucket=store.bucket, Key=key)
        tags = sorted((tag["Key"], tag["Value"]) for tag in found["TagSet"])
    except Exception as error:
        if not boto.code_of(error):
            raise
        tags = []
    return [head["Metadata"], head.get("ContentType"), tags]


def _look(store: Store, key: str) -> Facts:
    return store.look(Listed(key, 0, "", 0.0, "STANDARD", None, True))


def _read(store: Store, key: str) -> bytes:
    answer = store.pace.call(store.client.get_object, Bucket=store.bucket, Key=key)
    return bytes(answer["Body"].read())


def _not_wanted(facts: Facts, target: Target) -> Optional[str]:
    verdict, reason = verdicts.judge(target.choice, facts.header())
    if verdict == verdicts.WANTED:
        return None
    return say("Afterwards it was not as wanted: %1", reason or verdicts.describe(facts.header()))
