"""The same requests to any endpoint, and what it answers: a status and a code, or the encryption.

Keys are named: "A", "B", "managed" (the first one that the endpoint made by itself). Must not know:
which endpoint it is, what is expected.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

REGION = "eu-west-1"
Answer = dict[str, str]

OWN = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
OTHER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"o" * 32}
SOURCE = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": b"k" * 32}
OTHER_SOURCE = {**SOURCE, "CopySourceSSECustomerKey": b"o" * 32}
AES256 = {"ServerSideEncryption": "AES256"}
#: 32 bytes as boto3 takes them beside an MD5 of one's own.
WRONG_MD5 = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": base64.b64encode(b"k" * 32).decode(),
    "SSECustomerKeyMD5": base64.b64encode(b"x" * 16).decode(),
}
FIELDS = ("ServerSideEncryption", "SSEKMSKeyId", "SSECustomerAlgorithm", "SSECustomerKeyMD5")


class Conversation:
    """Requests to one endpoint; `client(service)` makes clients of it."""

    def __init__(self, client: Callable[[str], Any], bucket: str) -> None:
        self.s3, self.kms, self.bucket = client("s3"), client("kms"), bucket
        self.answers: dict[str, Answer] = {}
        self.names: dict[str, str] = {}
        place = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)

    def key(self, name: str) -> str:
        """Makes a key and returns its ARN."""
        arn = str(self.kms.create_key(Description=name)["KeyMetadata"]["Arn"])
        self.names[arn] = name
        return arn

    def ask(self, name: str, call: Callable[..., Any], **parameters: Any) -> Any:
        """One request of an object, by a name; its answer is kept."""
        if parameters.get("Bucket", "") is None:
            del parameters["Bucket"]
        elif "Bucket" not in parameters:
            parameters["Bucket"] = self.bucket
        try:
            found = call(**parameters)
        except ClientError as error:
            said, status = error.response["Error"], error.response["ResponseMetadata"]
            self.answers[name] = {
                "status": str(status["HTTPStatusCode"]),
                "code": said["Code"],
                "message": self._named(said.get("Message", "")),
            }
            return None
        kept = {field: self._named(str(found[field])) for field in FIELDS if field in found}
        self.answers[name] = {"status": "200", **kept}
        return found

    def put(self, name: str, key: str, **parameters: Any) -> Any:
        """A PUT; its answer, and that of a HEAD if it was not refused."""
        found = self.ask(name, self.s3.put_object, Key=key, Body=b"12345", **parameters)
        if found is not None:
            needed = {one: parameters[one] for one in OWN if one in parameters}
            self.ask(f"{name}, HEAD", self.s3.head_object, Key=key, **needed)
        return found

    def _named(self, text: str) -> str:
        for arn, name in self.names.items():
            text = text.replace(arn, name).replace(arn.split("/")[-1], name)
        unknown = re.fullmatch(r"arn:aws:kms:[a-z0-9-]+:\d+:key/(?!0000)[0-9a-f-]{36}", text)
        if unknown:
            self.names[text] = "managed"
            return "managed"
        return re.sub(r"\b(000000000000|123456789012)\b", "ACCOUNT", text)


def of(algorithm: str, key: str = "") -> dict[str, str]:
    """The parameters of a write."""
    return {"ServerSideEncryption": algorithm, **({"SSEKMSKeyId": key} if key else {})}


def run(talk: Conversation) -> dict[str, Answer]:
    """All of it; the answers by the names of the requests."""
    for part in PARTS:
        part(talk)
    return talk.answers


def methods(t: Conversation) -> None:
    """Each method, with the keys that it takes."""
    first = t.key("A")
    t.put("no header", "plain")
    t.put("AES256", "s3", **AES256)
    t.put("aws:kms, a key", "kms", **of("aws:kms", first))
    t.put("aws:kms, a key id", "kms-id", **of("aws:kms", first.split("/")[-1]))
    t.put("aws:kms, no key", "kms-none", **of("aws:kms"))
    t.put("aws:kms:dsse, a key", "dsse", **of("aws:kms:dsse", first))
    t.put("an algorithm that there is not", "x", **of("aws:none"))
    t.put("AES256 with a key", "x", **of("AES256", first))
    t.put("a key without an algorithm", "x", SSEKMSKeyId=first)
    t.ask("GET of aws:kms", t.s3.get_object, Key="kms")
    copy = {"CopySource": f"{t.bucket}/kms", "Key": "copied"}
    t.ask("copy of aws:kms, no header", t.s3.copy_object, **copy)
    t.ask("copy of aws:kms, no header, HEAD", t.s3.head_object, Key="copied")
    t.ask("copy of aws:kms to the key", t.s3.copy_object, **copy, **of("aws:kms", first))


def states(t: Conversation) -> None:
    """Keys that cannot be used."""
    off, leaving = t.key("B"), t.key("C")
    t.put("a key that is enabled", "of-b", **of("aws:kms", off))
    t.kms.disable_key(KeyId=off)
    t.kms.schedule_key_deletion(KeyId=leaving, PendingWindowInDays=7)
    t.put("a disabled key", "x", **of("aws:kms", off))
    t.ask("a disabled key, GET", t.s3.get_object, Key="of-b")
    t.ask("a disabled key, HEAD", t.s3.head_object, Key="of-b")
    copy = {"CopySource": f"{t.bucket}/of-b", "Key": "x"}
    t.ask("a disabled key, copy from it", t.s3.copy_object, **copy, **AES256)
    t.ask("a disabled key, upload in parts", t.s3.create_multipart_upload, Key="x",
          **of("aws:kms", off))  # fmt: skip
    t.put("a key that is pending deletion", "x", **of("aws:kms", leaving))
    nobody = "00000000-0000-4000-8000-000000000000"
    t.put("a key that there is not", "x", **of("aws:kms", nobody))
    elsewhere = off.replace(REGION, "us-west-2")
    t.put("a key of another Region", "x", **of("aws:kms", elsewhere))
    t.ask("KMS itself, a disabled key", t.kms.generate_data_key, Bucket=None,
          KeyId=off, KeySpec="AES_256")  # fmt: skip


def customer_keys(t: Conversation) -> None:
    """SSE-C: what is needed to read, and what is no key."""
    t.put("SSE-C", "own", **OWN)
    for name, call in (("HEAD", t.s3.head_object), ("GET", t.s3.get_object)):
        t.ask(f"SSE-C, {name} with the key", call, Key="own", **OWN)
        t.ask(f"SSE-C, {name} without the key", call, Key="own")
        t.ask(f"SSE-C, {name} with another key", call, Key="own", **OTHER)
        t.ask(f"{name} with a key that is not needed", call, Key="plain", **OWN)
    t.put("SSE-C, another MD5", "x", **WRONG_MD5)
    t.put("SSE-C, 16 bytes", "x", **{**OWN, "SSECustomerKey": b"k" * 16})
    t.put("SSE-C, another algorithm", "x", **{**OWN, "SSECustomerAlgorithm": "AES128"})
    t.put("SSE-C without a key", "x", SSECustomerAlgorithm="AES256")
    t.put("SSE-C without an algorithm", "x", SSECustomerKey=b"k" * 32)
    t.put("SSE-C and AES256", "x", **OWN, **AES256)


def customer_copies(t: Conversation) -> None:
    """SSE-C in copies and in parts."""
    copy = {"CopySource": f"{t.bucket}/own", "Key": "from-own"}
    t.ask("copy of SSE-C without its key", t.s3.copy_object, **copy)
    t.ask("copy of SSE-C with another key", t.s3.copy_object, **copy, **OTHER_SOURCE)
    t.ask("copy of SSE-C with its key", t.s3.copy_object, **copy, **SOURCE)
    t.ask("copy of SSE-C with its key, HEAD", t.s3.head_object, Key="from-own")
    t.ask("copy to another key of SSE-C", t.s3.copy_object, **copy, **SOURCE, **OTHER)
    t.ask("copy to another key of SSE-C, HEAD", t.s3.head_object, Key="from-own", **OTHER)
    started = t.ask("SSE-C in parts", t.s3.create_multipart_upload, Key="parts", **OWN)
    part = {"Key": "parts", "UploadId": started["UploadId"], "PartNumber": 1}
    t.ask("SSE-C, a part without the key", t.s3.upload_part, **part, Body=b"1")
    t.ask("SSE-C, a part with another key", t.s3.upload_part, **part, Body=b"1", **OTHER)
    t.ask("SSE-C, a part copied without its source's key", t.s3.upload_part_copy, **part,
          CopySource=f"{t.bucket}/own", **OWN)  # fmt: skip
    one = t.ask("SSE-C, a part with the key", t.s3.upload_part, **part, Body=b"1", **OWN)
    _complete(t, "SSE-C in parts, complete", part, one)
    t.ask("SSE-C in parts, HEAD without the key", t.s3.head_object, Key="parts")
    t.ask("SSE-C in parts, HEAD with the key", t.s3.head_object, Key="parts", **OWN)


def _complete(t: Conversation, name: str, part: dict[str, Any], answer: Any) -> None:
    if answer is None:
        return
    parts = {"Parts": [{"PartNumber": 1, "ETag": answer["ETag"]}]}
    upload = {name: part[name] for name in ("Key", "UploadId")}
    t.ask(name, t.s3.complete_multipart_upload, **upload, MultipartUpload=parts)


def defaults(t: Conversation) -> None:
    """A bucket whose default is a key, and one that blocks SSE-C."""
    key = t.key("D")
    t.ask("a key beside AES256 as the default", t.s3.put_bucket_encryption,
          ServerSideEncryptionConfiguration=_rule("AES256", key))  # fmt: skip
    t.ask("a key as the default", t.s3.put_bucket_encryption,
          ServerSideEncryptionConfiguration=_rule("aws:kms", key))  # fmt: skip
    t.put("no header, a key as the default", "by-default")
    t.put("AES256, a key as the default", "by-default", **AES256)
    started = t.ask("in parts, a key as the default", t.s3.create_multipart_upload, Key="parts-2")
    part = {"Key": "parts-2", "UploadId": started["UploadId"], "PartNumber": 1}
    one = t.ask("in parts, a key as the default, a part", t.s3.upload_part, **part, Body=b"1")
    _complete(t, "in parts, a key as the default, complete", part, one)
    t.ask("in parts, a key as the default, HEAD", t.s3.head_object, Key="parts-2")
    copy = {"CopySource": f"{t.bucket}/plain", "Key": "copy-2"}
    t.ask("copy, a key as the default", t.s3.copy_object, **copy)
    t.ask("copy, a key as the default, HEAD", t.s3.head_object, Key="copy-2")
    blocking = _rule("AES256")
    blocking["Rules"][0]["BlockedEncryptionTypes"] = {"EncryptionType": ["SSE-C"]}
    t.ask("SSE-C is blocked", t.s3.put_bucket_encryption,
          ServerSideEncryptionConfiguration=blocking)  # fmt: skip
    t.put("SSE-C where it is blocked", "x", **OWN)
    t.ask("SSE-C in parts where it is blocked", t.s3.create_multipart_upload, Key="x", **OWN)
    t.ask("GET of SSE-C where it is blocked", t.s3.get_object, Key="own", **OWN)


def _rule(algorithm: str, key: str = "") -> dict[str, Any]:
    by_default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]}


def updates(t: Conversation) -> None:
    """UpdateObjectEncryption, of objects that are overwritten if it is not known."""
    key = t.key("E")
    for name, parameters in (("plain", {}), ("own", OWN), ("dsse", of("aws:kms:dsse", key))):
        t.put(f"UpdateObjectEncryption, before, {name}", f"update-{name}", **parameters)

    def update(name: str, of_object: str, arn: str) -> None:
        t.ask(f"UpdateObjectEncryption, {name}", t.s3.update_object_encryption, Key=of_object,
              ObjectEncryption={"SSEKMS": {"KMSKeyArn": arn}})  # fmt: skip

    update("of SSE-C", "update-own", key)
    update("of DSSE-KMS", "update-dsse", key)
    update("to a key id", "update-plain", key.split("/")[1])
    update("of what is not there", "update-none", key)
    update("of AES256", "update-plain", key)
    t.ask("UpdateObjectEncryption, HEAD", t.s3.head_object, Key="update-plain")
    found = t.s3.get_object(Bucket=t.bucket, Key="update-plain")["Body"].read()
    t.answers["UpdateObjectEncryption, the bytes"] = {"kept": str(found == b"12345")}


PARTS = (methods, states, customer_keys, customer_copies, updates, defaults)


def differences(ours: dict[str, Answer], theirs: dict[str, Answer]) -> dict[str, str]:
    """The requests that are answered otherwise, each with a line of a table.

    Sentences do not count, nor what only one was asked because the other refused what was before.
    """
    found = {}
    for name in ours:
        left, right = _short(ours[name]), _short(theirs.get(name, ours[name]))
        if left != right:
            found[name] = f"| {name} | {left} | {right} |"
    return found


def _short(answer: Answer) -> str:
    """An answer in short: its status, and its code or its encryption."""
    parts = [value for field, value in answer.items() if field != "message"]
    unique = dict.fromkeys(parts)
    return " ".join(part for part in unique if not part.endswith("=="))
