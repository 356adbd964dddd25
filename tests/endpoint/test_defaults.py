"""What an object is encrypted with that was sent without a header, and how that is told from one that
asked for the same. Must not know: how the endpoint does it.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from demo.endpoint import Stored, client

OWN = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}


def rule(algorithm, key="", blocked=None, **more):
    found = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, **more}
    if key:
        found["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = key
    if blocked is not None:
        found["BlockedEncryptionTypes"] = {"EncryptionType": blocked}
    return {"Rules": [found]}


def test_the_default_and_what_was_asked_for_are_told_apart(s3, endpoint, bucket):
    s3.put_object(Bucket=bucket, Key="asked", Body=b"1", ServerSideEncryption="AES256")
    s3.put_object(Bucket=bucket, Key="plain", Body=b"1")
    s3.put_object(Bucket=bucket, Key="twice", Body=b"1", ServerSideEncryption="AES256")
    s3.put_object(Bucket=bucket, Key="twice", Body=b"1")
    found = {one.key: one for one in endpoint.stored("", bucket)}
    assert {one.algorithm for one in found.values()} == {"AES256"}
    assert {key: one.written for key, one in found.items()} == {
        "asked": ("AES256", ""),
        "plain": ("", ""),
        "twice": ("", ""),
    }


def test_a_copy_that_repeats_what_its_source_has_asked_for_nothing_more(s3, endpoint, bucket):
    """S3A's rename does: what it writes without a header would else seem to have one."""
    for source, written in (({}, ("", "")), ({"ServerSideEncryption": "AES256"}, ("AES256", ""))):
        s3.put_object(Bucket=bucket, Key="in", Body=b"1", **source)
        copy = {"Bucket": bucket, "CopySource": f"{bucket}/in"}
        s3.copy_object(**copy, Key="out", ServerSideEncryption="AES256")
        assert [one.written for one in endpoint.stored("out", bucket)] == [written]
        key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": endpoint.keys[0]}
        s3.copy_object(**copy, Key="out", **key)
        assert [one.written for one in endpoint.stored("out", bucket)] == [
            ("aws:kms", endpoint.keys[0])
        ]


def test_a_default_with_a_key_is_that_of_the_bucket_and_not_of_the_writer(s3, endpoint, bucket):
    key = endpoint.keys[0]
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration=rule("aws:kms", key, BucketKeyEnabled=True)
    )
    answer = s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    assert (answer["SSEKMSKeyId"], answer["BucketKeyEnabled"]) == (key, True)
    [found] = endpoint.stored("", bucket)
    assert found == Stored("x", "aws:kms", key, asked=False)
    assert found.written == ("", "")


def test_an_object_of_sse_c_is_named_by_its_key_and_the_rest_of_the_bucket_is_seen(
    s3, endpoint, bucket
):
    s3.put_object(Bucket=bucket, Key="own", Body=b"1", **OWN)
    s3.put_object(Bucket=bucket, Key="plain", Body=b"1")
    own, plain = endpoint.stored("", bucket)
    assert own.written == ("SSE-C", "mT2HRsMGJ5IX5C+0rreZ8Q==")
    assert plain.written == ("", "")


def test_a_bucket_says_what_its_default_is_from_the_start(s3, bucket):
    def read():
        answer = s3.get_bucket_encryption(Bucket=bucket)
        return answer["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert read() == {**rule("AES256")["Rules"][0], "BucketKeyEnabled": False}
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration=rule("AES256", blocked=["SSE-C"])
    )
    assert read()["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}
    s3.delete_bucket_encryption(Bucket=bucket)
    assert "BlockedEncryptionTypes" not in read()


def test_sse_c_is_off_for_new_buckets_if_that_is_asked_for_as_in_2026(s3, bucket, change):
    change(sse_c=False)
    with pytest.raises(ClientError, match="blocked upload requests"):
        s3.put_object(Bucket=bucket, Key="own", Body=b"1", **OWN)
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration=rule("AES256", blocked=["NONE"])
    )
    s3.put_object(Bucket=bucket, Key="own", Body=b"1", **OWN)


def test_a_copy_onto_itself_has_to_change_something(s3, bucket):
    s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    place = {"Bucket": bucket, "Key": "x", "CopySource": f"{bucket}/x"}
    with pytest.raises(ClientError, match="without changing"):
        s3.copy_object(**place)
    s3.copy_object(**place, ServerSideEncryption="AES256")


def test_objects_of_before_2023_can_be_made(s3, endpoint, bucket, change):
    change(defaults=False)
    s3.put_object(Bucket=bucket, Key="old", Body=b"1")
    change(defaults=True)
    s3.put_object(Bucket=bucket, Key="new", Body=b"1")
    assert [one.algorithm for one in endpoint.stored("", bucket)] == ["AES256", ""]
    key = {"SSEKMS": {"KMSKeyArn": endpoint.keys[0]}}
    with pytest.raises(ClientError, match="unencrypted source objects"):
        s3.update_object_encryption(Bucket=bucket, Key="old", ObjectEncryption=key)


def test_what_update_object_encryption_keeps_and_what_it_refuses(endpoint, s3, bucket):
    first, second = endpoint.keys
    s3.create_bucket(
        Bucket=f"{bucket}-lock",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ObjectLockEnabledForBucket=True,
    )
    s3.put_object(Bucket=bucket, Key="x", Body=b"1", StorageClass="GLACIER", Metadata={"a": "b"})
    before = s3.head_object(Bucket=bucket, Key="x")

    def update(key, place=bucket, **more):
        target = {"KMSKeyArn": key, **more}
        s3.update_object_encryption(Bucket=place, Key="x", ObjectEncryption={"SSEKMS": target})

    update(first, BucketKeyEnabled=True)
    after = s3.head_object(Bucket=bucket, Key="x")
    for name in ("ETag", "LastModified", "StorageClass", "Metadata", "ContentLength"):
        assert after[name] == before[name]
    assert (after["SSEKMSKeyId"], after["BucketKeyEnabled"]) == (first, True)
    with pytest.raises(ClientError, match="owned by the same account"):
        update(second.replace("123456789012", "111122223333"))
    s3.put_object(Bucket=f"{bucket}-lock", Key="x", Body=b"1", ObjectLockLegalHoldStatus="ON")
    with pytest.raises(ClientError, match="protected by S3 Object Lock"):
        update(first, f"{bucket}-lock")
    kms = client(endpoint.url, "kms")
    off = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=off)
    with pytest.raises(ClientError, match="is disabled"):
        update(off)
