"""What is taken for a manifest of an inventory, and what is refused with the field that is wrong."""

from __future__ import annotations

import json

import pytest

from jupyterlab_s3_encryption.agent.profile import profiles
from jupyterlab_s3_encryption.audits import manifest, states
from jupyterlab_s3_encryption.audits.errors import AuditError
from jupyterlab_s3_encryption.audits.states import State
from tests.audits.inventories import SCHEMAS

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILE = {"key": "inv/data/1.csv.gz", "size": 7, "MD5checksum": "F11166069F1990ABEB9C97ACE9CDFABC"}


def content(**changes):
    whole = {
        "sourceBucket": "sales",
        "destinationBucket": "arn:aws-cn:s3:::lists",
        "version": "2016-11-30",
        "creationTimestamp": "1514944800000",
        "fileFormat": "CSV",
        "fileSchema": SCHEMAS["CSV"],
        "files": [FILE],
        **changes,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


@pytest.mark.parametrize("kind", ["CSV", "ORC", "Parquet"])
def test_the_columns_of_each_format_have_the_same_names(kind):
    found = manifest.parse(content(fileFormat=kind, fileSchema=SCHEMAS[kind]))
    assert found.columns == (
        *("bucket", "key", "version_id", "is_latest", "is_delete_marker", "size"),
        *("last_modified_date", "e_tag", "storage_class", "is_multipart_uploaded"),
        *("replication_status", "encryption_status", "intelligent_tiering_access_tier"),
        *("bucket_key_status", "checksum_algorithm"),
    )
    assert (found.source, found.destination, found.created) == ("sales", "lists", 1514944800.0)
    assert found.files[0].md5 == FILE["MD5checksum"].lower()


def test_the_schema_of_newer_parquet_inventories_is_read_too():
    schema = (
        "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);  "
        "optional int64 last_modified_date (TIMESTAMP(MILLIS,true));  "
        "optional binary encryption_status (STRING);}"
    )
    found = manifest.parse(content(fileFormat="Parquet", fileSchema=schema))
    assert found.columns == ("bucket", "key", "last_modified_date", "encryption_status")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": "2030-01-01"}, r'version in the manifest is "2030-01-01"; it must be "2016'),
        ({"sourceBucket": None}, r"sourceBucket in the manifest is missing"),
        ({"sourceBucket": "a/../b"}, r"sourceBucket .* must be the name of a bucket"),
        ({"destinationBucket": "lists"}, r"destinationBucket .* must be arn:aws:s3:::BUCKET"),
        ({"fileFormat": "Avro"}, r"fileFormat .* must be one of CSV, ORC, Parquet"),
        ({"fileSchema": "Bucket, Key, Size"}, r"lacks EncryptionStatus\. Add that optional field"),
        ({"fileSchema": "Bucket, EncryptionStatus"}, r"fileSchema .* with the column key"),
        ({"fileSchema": "Key, Key, EncryptionStatus"}, r"fileSchema .* the columns of a CSV"),
        ({"fileSchema": ["Key"]}, r"fileSchema .* must be text"),
        ({"fileFormat": "ORC"}, r"fileSchema .* the columns of a ORC"),
        ({"fileFormat": "Parquet"}, r"fileSchema .* the columns of a Parquet"),
        ({"creationTimestamp": "yesterday"}, r"creationTimestamp .* milliseconds since 1970"),
        ({"files": {}}, r"files in the manifest is \{\}; it must be a list"),
        ({"files": ["x"]}, r"files\[0\] .* must be an object"),
        ({"files": [FILE, {**FILE, "key": ""}]}, r"files\[1\]\.key"),
        ({"files": [{**FILE, "key": "a\nb"}]}, r"files\[0\]\.key"),
        ({"files": [{**FILE, "MD5checksum": "abc"}]}, r"files\[0\]\.MD5checksum .* 32 hexadecimal"),
        ({"files": [{**FILE, "size": -1}]}, r"files\[0\]\.size"),
        ({"files": [{**FILE, "size": True}]}, r"files\[0\]\.size"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_field_that_is_wrong(changes, message):
    with pytest.raises(AuditError, match=message):
        manifest.parse(content(**changes))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[1", b"[]", b"null"])
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(AuditError, match=r"not JSON|not a JSON object"):
        manifest.parse(data)


def test_a_manifest_is_compared_with_its_checksum():
    data = content()
    manifest.check(data, manifest.md5(data).upper().encode() + b"\n")
    with pytest.raises(AuditError, match="was changed or is not whole"):
        manifest.check(data + b" ", manifest.md5(data).encode())
    with pytest.raises(AuditError, match="32 hexadecimal digits"):
        manifest.check(data, b"\xff")


def judged(status, choice, source=states.INVENTORY, key=None):
    found = states.judge(State("sales", status, key), choice, source)
    return (found.algorithm, found.verdict)


def test_every_method_that_s3_encrypts_by_has_the_verdict_that_its_header_would_have():
    for method, title in profiles.TITLES.items():
        if method in (*profiles.BY_BUCKET, *profiles.BY_CLIENT):
            continue
        choice = {"method": method}
        assert judged(title, choice)[1] == "wanted"
        assert judged("NOT-SSE", choice) == ("", "other")


def test_a_key_is_compared_only_where_it_is_named():
    choice = {"method": "sse-kms", "kmsKeyId": KEY}
    assert judged("SSE-KMS", choice) == ("aws:kms", "unreadable")
    assert judged("SSE-KMS", choice, states.TABLE, KEY) == ("aws:kms", "wanted")
    assert judged("SSE-KMS", choice, states.TABLE, KEY[:-1] + "c") == ("aws:kms", "other")
    assert judged("SSE-KMS", choice, states.TABLE) == ("aws:kms", "unreadable")


def test_what_neither_source_can_say_is_not_judged():
    client_side = {"method": "cse-kms", "kmsKeyId": KEY}
    assert judged("SSE-S3", client_side) == ("AES256", "unreadable")
    assert judged("SSE-FUTURE", {"method": "sse-s3"}) == (None, "unreadable")
    # In a metadata table null is an object without encryption; in an inventory it says nothing.
    assert judged(None, {"method": "sse-s3"}, states.TABLE) == ("", "other")
    assert judged(None, {"method": "sse-s3"}) == (None, "unreadable")
