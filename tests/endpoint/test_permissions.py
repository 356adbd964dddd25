"""Bucket policies, key policies and the policies of users decide together, as AWS documents it.

Must not know: how the endpoint does it.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from demo.endpoint import REGION, client
from tests import EXAMPLES
from tests.endpoint.conftest import S3_ALL, User

SSE = "s3:x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"
OTHER_ACCOUNT = "111122223333"
POLICIES = json.loads((EXAMPLES / "policies.json").read_text("utf-8"))
ENFORCED = json.loads((EXAMPLES / "enforced.json").read_text("utf-8"))


def put_policy(s3, bucket, *statements):
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    s3.put_bucket_policy(Bucket=bucket, Policy=text.replace(POLICIES["bucket"], bucket))


def deny(bucket, condition, action="s3:PutObject"):
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": condition,
    }


def kms_of(key):
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}


def refusal(call, **parameters):
    """The sentence of a refusal; "" if it passed."""
    try:
        call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"AccessDenied", "AccessDeniedException"}:
            raise
        return error.response["Error"]["Message"]
    return ""


@pytest.fixture
def pinned(s3, bucket, endpoint):
    """A bucket that takes key A only."""
    put_policy(s3, bucket, deny(bucket, {"ArnNotEqualsIfExists": {KEY_ID: endpoint.keys[0]}}))
    return bucket


def test_a_policy_decides_about_put_copy_and_parts(s3, pinned, endpoint):
    first, second = endpoint.keys
    place = {"Bucket": pinned, "Key": "x"}
    for parameters, passes in ((kms_of(first), True), (kms_of(second), False), ({}, False)):
        copy = {"CopySource": f"{pinned}/source"}
        s3.put_object(Bucket=pinned, Key="source", Body=b"1", **kms_of(first))
        said = [
            refusal(s3.put_object, **place, Body=b"1", **parameters),
            refusal(s3.copy_object, **place, **copy, **parameters),
            refusal(s3.create_multipart_upload, **place, **parameters),
        ]
        assert ([one == "" for one in said]) == [passes] * 3
        assert passes or all("explicit deny in a resource-based policy" in one for one in said)


def test_a_part_is_judged_by_the_headers_that_its_upload_began_with(s3, pinned, endpoint):
    started = s3.create_multipart_upload(Bucket=pinned, Key="x", **kms_of(endpoint.keys[0]))
    place = {"Bucket": pinned, "Key": "x", "UploadId": started["UploadId"]}
    part = s3.upload_part(**place, PartNumber=1, Body=b"1")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(**place, MultipartUpload=parts)
    assert done["SSEKMSKeyId"] == endpoint.keys[0]


def test_a_key_id_and_an_alias_are_judged_by_the_key_that_they_mean(s3, kms, pinned, endpoint):
    first, second = (key.split("/")[1] for key in endpoint.keys)
    assert refusal(s3.put_object, Bucket=pinned, Key="x", Body=b"1", **kms_of(first)) == ""
    assert refusal(s3.put_object, Bucket=pinned, Key="x", Body=b"1", **kms_of(second))


def test_update_object_encryption_is_judged_by_the_key_that_it_names(s3, bucket, endpoint):
    first, second = endpoint.keys
    action = "s3:UpdateObjectEncryption"
    s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    put_policy(s3, bucket, deny(bucket, {"ArnNotEqualsIfExists": {KEY_ID: first}}, action))
    for key, passes in ((second, False), (first, True)):
        said = refusal(
            s3.update_object_encryption,
            Bucket=bucket,
            Key="x",
            ObjectEncryption={"SSEKMS": {"KMSKeyArn": key}},
        )
        assert (said == "") is passes
    assert s3.head_object(Bucket=bucket, Key="x")["SSEKMSKeyId"] == first


@pytest.mark.parametrize("of", ["bucket", "user"])
def test_it_refuses_what_another_endpoint_refuses_and_nothing_else(of, endpoint, s3, user):
    """The recorded one fills in no key; what it cannot judge is not in its record."""
    from tests.examples.record_enforced import WRITES

    statements = {one["title"]: one["statements"] for one in POLICIES["policies"]}
    [key] = endpoint.keys[:1]
    allowed = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    bucket, count, wrong = POLICIES["bucket"], 0, []
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        endpoint.create_bucket(bucket)
    writer = user(S3_ALL, allowed).client()
    for case in ENFORCED[of]:
        if of == "bucket":
            put_policy(s3, bucket, *statements[case["title"]])
        else:
            own = [item for policy in case["policies"].values() for item in policy]
            text = json.dumps([*own, allowed]).replace(POLICIES["bucket"], bucket)
            writer = user(*json.loads(text)).client()
        for name, expected in case["passes"].items():
            more = {
                **WRITES[name],
                **({"SSEKMSKeyId": key} if "SSEKMSKeyId" in WRITES[name] else {}),
            }
            place = {"Bucket": bucket, "Key": "table/part-0", **more}
            found = {
                "PUT": refusal(writer.put_object, **place, Body=b"x") == "",
                "multipart": refusal(writer.create_multipart_upload, **place) == "",
            }
            count += 1
            if found != expected:
                wrong.append((case["title"], name, found, expected))
        s3.delete_bucket_policy(Bucket=bucket)
    assert wrong == []
    assert count > 40


def test_a_user_without_kms_permissions_cannot_write_or_read_with_a_key(user, s3, bucket, endpoint):
    [first, _] = endpoint.keys
    own = user(S3_ALL).client()
    s3.put_object(Bucket=bucket, Key="x", Body=b"1", **kms_of(first))
    said = refusal(own.put_object, Bucket=bucket, Key="y", Body=b"1", **kms_of(first))
    assert "not authorized to perform: kms:GenerateDataKey on resource: " + first in said
    assert said.endswith("because no identity-based policy allows the kms:GenerateDataKey action")
    assert "kms:Decrypt" in refusal(own.get_object, Bucket=bucket, Key="x")
    assert "kms:Decrypt" in refusal(
        own.copy_object, Bucket=bucket, Key="y", CopySource=f"{bucket}/x"
    )
    assert own.head_object(Bucket=bucket, Key="x")["SSEKMSKeyId"] == first
    assert refusal(own.put_object, Bucket=bucket, Key="y", Body=b"1") == ""


def test_a_part_needs_the_permission_to_decrypt(user, bucket, endpoint):
    [first, _] = endpoint.keys
    generate = {"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": first}
    own = user(S3_ALL, generate).client()
    assert refusal(own.put_object, Bucket=bucket, Key="x", Body=b"1", **kms_of(first)) == ""
    started = own.create_multipart_upload(Bucket=bucket, Key="y", **kms_of(first))
    place = {"Bucket": bucket, "Key": "y", "UploadId": started["UploadId"], "PartNumber": 1}
    assert "kms:Decrypt" in refusal(own.upload_part, **place, Body=b"1")


def test_the_policy_of_a_key_can_allow_a_user_and_forget_the_account(user, kms, bucket):
    writer, other = user(S3_ALL), user(S3_ALL, {**S3_ALL, "Action": "kms:*"})
    key = kms.create_key()["KeyMetadata"]["Arn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": writer.arn},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
    }
    kms.put_key_policy(
        KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": [statement]})
    )
    place = {"Bucket": bucket, "Key": "x", "Body": b"1", **kms_of(key)}
    assert refusal(writer.client().put_object, **place) == ""
    assert refusal(other.client().put_object, **place).endswith(
        "because no resource-based policy allows the kms:GenerateDataKey action"
    )


def test_a_key_of_another_account_needs_both_its_policy_and_the_users(user, endpoint, bucket):
    place = {"RoleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/owner", "RoleSessionName": "session"}
    keys = client(endpoint.url, "sts").assume_role(**place)["Credentials"]
    owner = User(
        endpoint.url, "", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    ).client("kms")
    key = owner.create_key()["KeyMetadata"]["Arn"]
    assert f":{OTHER_ACCOUNT}:" in key
    use = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    with_both, without = user(S3_ALL, use), user(S3_ALL)
    place = {"Bucket": bucket, "Key": "x", "Body": b"1", **kms_of(key)}
    said = refusal(with_both.client().put_object, **place)
    assert "on this resource because the resource does not exist in this Region" in said
    account = {**use, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    policy = json.dumps({"Statement": [account]})
    owner.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert refusal(with_both.client().put_object, **place) == ""
    assert "no identity-based policy" in refusal(without.client().put_object, **place)
    missing = key[:-12] + "0" * 12
    assert "does not exist in this Region" in refusal(
        with_both.client().put_object, **{**place, "SSEKMSKeyId": missing}
    )


def test_a_session_of_a_role_has_the_permissions_of_the_role(endpoint, bucket, change):
    iam, name = client(endpoint.url, "iam"), f"role-{uuid.uuid4().hex[:8]}"
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    reads = {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reads]})
    iam.put_role_policy(RoleName=name, PolicyName="reads", PolicyDocument=policy)
    place = {"RoleArn": arn, "RoleSessionName": "session"}
    keys = client(endpoint.url, "sts").assume_role(**place)["Credentials"]
    session = User(
        endpoint.url, "", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    ).client()
    change(enforced=[arn])
    assert refusal(session.list_objects_v2, Bucket=bucket) == ""
    said = refusal(session.put_object, Bucket=bucket, Key="x", Body=b"1")
    assert f"assumed-role/{name}/session is not authorized to perform: s3:PutObject" in said
    address = session.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "x"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(address, b"1", method="PUT"), timeout=10)


def test_kms_itself_asks_the_same(user, endpoint):
    [first, _] = endpoint.keys
    own = user({"Effect": "Allow", "Action": "kms:Encrypt", "Resource": first}).client("kms")
    blob = own.encrypt(KeyId=first, Plaintext=b"1")["CiphertextBlob"]
    assert "kms:Decrypt" in refusal(own.decrypt, CiphertextBlob=blob)
    assert "kms:GenerateDataKey" in refusal(own.generate_data_key, KeyId=first, KeySpec="AES_256")


def test_whose_policies_do_not_count_may_do_everything(endpoint, bucket):
    iam = client(endpoint.url, "iam")
    name = f"user-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = User(endpoint.url, "", made["AccessKeyId"], made["SecretAccessKey"]).client()
    assert refusal(s3.put_object, Bucket=bucket, Key="x", Body=b"1") == ""


def test_the_root_user_can_take_back_a_policy_that_denies_everybody_everything(s3, bucket):
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    put_policy(s3, bucket, everything)
    assert refusal(s3.put_object, Bucket=bucket, Key="x", Body=b"1")
    assert refusal(s3.list_objects_v2, Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    assert refusal(s3.put_object, Bucket=bucket, Key="x", Body=b"1") == ""


def test_a_policy_that_is_not_known_here_is_an_error_and_not_a_guess(s3, bucket):
    put_policy(s3, bucket, deny(bucket, {"NumericLessThan": {"s3:max-keys": "1"}}))
    with pytest.raises(ClientError, match=r"cannot judge.*NumericLessThan"):
        s3.put_object(Bucket=bucket, Key="x", Body=b"1")


def test_the_managed_key_is_for_everybody_of_the_account(user, bucket):
    own = user(S3_ALL).client()
    place = {"Bucket": bucket, "Key": "x"}
    assert refusal(own.put_object, **place, Body=b"1", ServerSideEncryption="aws:kms") == ""
    assert own.get_object(**place)["Body"].read() == b"1"


def test_plain_http_can_be_refused_by_a_policy(s3, bucket, endpoint):
    insecure = deny(bucket, {"Bool": {"aws:SecureTransport": "false"}}, "s3:*")
    put_policy(s3, bucket, insecure)
    assert refusal(s3.put_object, Bucket=bucket, Key="x", Body=b"1")
    certificate = str(endpoint.trust_store.parent / "endpoint.crt")
    import boto3

    secure = boto3.client("s3", endpoint_url=endpoint.tls_url, region_name=REGION,
                          aws_access_key_id="a", aws_secret_access_key="b", verify=certificate)  # fmt: skip
    assert refusal(secure.put_object, Bucket=bucket, Key="x", Body=b"1") == ""
