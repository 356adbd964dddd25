"""Who writes and with which key: read from the endpoint of the demo, and from refusals.

Must not know: Spark.
"""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from demo.endpoint import BUCKET, client
from jupyterlab_s3_encryption.agent.objects import bucket, permissions, requests
from jupyterlab_s3_encryption.agent.objects.reading import boto
from jupyterlab_s3_encryption.agent.state import State

ACCOUNT = "123456789012"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/Analyst/session-1"
TRUST = {"Version": "2012-10-17", "Statement": []}


def allow(action, resource="*"):
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def place(endpoint):
    """A bucket of the test's own: other tests may have emptied the endpoint."""
    return endpoint.create_bucket(f"write-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def role(endpoint):
    """A role with an inline and a managed policy, and Spark's settings for its credentials."""
    iam = client(endpoint.url, "iam")
    made = iam.create_role(
        RoleName="Analyst", AssumeRolePolicyDocument=json.dumps(TRUST), Path="/data/"
    )
    iam.put_role_policy(RoleName="Analyst", PolicyName="writes", PolicyDocument=allow("s3:Put*"))
    managed = iam.create_policy(PolicyName="reads", PolicyDocument=allow("s3:GetObject"))
    arn = managed["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="Analyst", PolicyArn=arn)
    answer = client(endpoint.url, "sts").assume_role(
        RoleArn=made["Role"]["Arn"], RoleSessionName="session-1"
    )
    keys = answer["Credentials"]
    yield {
        "fs.s3a.access.key": keys["AccessKeyId"],
        "fs.s3a.secret.key": keys["SecretAccessKey"],
        "fs.s3a.session.token": keys["SessionToken"],
        "fs.s3a.endpoint": endpoint.url,
        "fs.s3a.endpoint.region": "eu-west-1",
        "fs.s3a.path.style.access": "true",
    }
    iam.detach_role_policy(RoleName="Analyst", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    iam.delete_role_policy(RoleName="Analyst", PolicyName="writes")
    iam.delete_role(RoleName="Analyst")


def test_the_policies_of_the_caller_and_the_state_of_the_key_are_read(endpoint, role, place):
    key = endpoint.create_key("of this test")
    found = bucket.read(role, place, key_of=lambda default: key)
    caller = found["caller"]
    assert caller["arn"].endswith(":assumed-role/Analyst/session-1")
    assert {policy["name"]: len(policy["statements"]) for policy in caller["policies"]} == {
        "writes": 1,
        "reads": 0,
    }
    assert (caller["others"], caller["unread"]) == (1, [])
    assert (found["key"]["arn"], found["key"]["state"]) == (key, "Enabled")
    assert found["key"]["spec"] == "SYMMETRIC_DEFAULT"
    assert [one["who"] for one in found["key"]["statements"]] == ["account"]
    assert found["late"] is None


@pytest.fixture
def user(endpoint):
    """A user in a group that has an inline and a managed policy, and Spark's settings for it."""
    iam = client(endpoint.url, "iam")
    iam.create_user(UserName="mary", Path="/team/")
    iam.put_user_policy(UserName="mary", PolicyName="own", PolicyDocument=allow("s3:List*"))
    iam.create_group(GroupName="analysts")
    iam.add_user_to_group(GroupName="analysts", UserName="mary")
    iam.put_group_policy(GroupName="analysts", PolicyName="writes", PolicyDocument=allow("s3:Put*"))
    arn = iam.create_policy(PolicyName="keys", PolicyDocument=allow("kms:*"))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="analysts", PolicyArn=arn)
    key = iam.create_access_key(UserName="mary")["AccessKey"]
    yield {
        "fs.s3a.access.key": key["AccessKeyId"],
        "fs.s3a.secret.key": key["SecretAccessKey"],
        "fs.s3a.endpoint": endpoint.url,
        "fs.s3a.endpoint.region": "eu-west-1",
        "fs.s3a.path.style.access": "true",
    }
    iam.delete_access_key(UserName="mary", AccessKeyId=key["AccessKeyId"])
    iam.detach_group_policy(GroupName="analysts", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    iam.delete_group_policy(GroupName="analysts", PolicyName="writes")
    iam.remove_user_from_group(GroupName="analysts", UserName="mary")
    iam.delete_group(GroupName="analysts")
    iam.delete_user_policy(UserName="mary", PolicyName="own")
    iam.delete_user(UserName="mary")


def test_the_policies_of_a_users_groups_are_read_too(endpoint, user, place):
    caller = bucket.read(user, place, key_of=lambda default: None)["caller"]
    assert caller["arn"].endswith(":user/team/mary")
    assert {policy["name"]: len(policy["statements"]) for policy in caller["policies"]} == {
        "own": 0,
        "analysts/writes": 1,
        "analysts/keys": 1,
    }
    assert (caller["others"], caller["unread"]) == (1, [])


def test_groups_that_may_not_be_listed_are_named_with_the_permission(monkeypatch):
    refused(monkeypatch, "get_caller_identity", caller=f"arn:aws:iam::{ACCOUNT}:user/mary")
    unread = " ".join(bucket.read({}, BUCKET, key_of=lambda default: None)["caller"]["unread"])
    assert "iam:ListGroupsForUser" in unread
    assert "iam:ListAttachedUserPolicies" in unread


def test_a_key_that_is_to_be_deleted_says_so(endpoint, role, place):
    key = endpoint.create_key("to be deleted")
    client(endpoint.url, "kms").schedule_key_deletion(
        KeyId=key.split("/")[1], PendingWindowInDays=7
    )
    found = bucket.read(role, place, key_of=lambda default: key)
    assert found["key"]["state"] == "PendingDeletion"


def test_without_a_profile_nobody_is_asked_about(endpoint, role, place):
    found = bucket.read(role, place)
    assert (found["caller"], found["callerReason"], found["key"]) == (None, None, None)


def test_a_write_without_a_key_asks_nothing_of_kms(endpoint, role, place):
    found = bucket.read(role, place, key_of=lambda default: None)
    assert (found["key"], found["keyReason"]) == (None, None)
    assert found["caller"] is not None


def refused(monkeypatch, *answered, caller=CALLER):
    """Clients that answer only these calls; a permission is missing for every other."""

    class Client:
        meta = SimpleNamespace(endpoint_url="https://s3.example", region_name="eu-west-1")

        def __getattr__(self, name):
            def call(**_):
                if name in answered and name == "get_caller_identity":
                    return {"Arn": caller}
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)

            return call

    class Boto:
        def __init__(self, conf, bucket):
            self.client = Client()

        def beside(self, service, region=None):
            return Client()

    monkeypatch.setattr(boto, "Boto", Boto)


def test_what_may_not_be_read_is_named_with_its_permission(monkeypatch):
    refused(monkeypatch, "get_caller_identity")
    found = bucket.read({}, BUCKET, key_of=lambda default: "alias/aws/s3")
    assert "kms:DescribeKey" in found["keyReason"]
    assert found["caller"]["policies"] == []
    unread = " ".join(found["caller"]["unread"])
    assert "iam:ListRolePolicies" in unread
    assert "iam:ListAttachedRolePolicies" in unread
    refused(monkeypatch)
    found = bucket.read({}, BUCKET, key_of=lambda default: None)
    assert found["caller"] is None
    assert "sts:GetCallerIdentity" in found["callerReason"]


@pytest.mark.parametrize(
    ("endpoint_url", "sent_to"),
    [
        ("https://minio.example:9000", "https://minio.example:9000"),
        ("https://s3.eu-west-1.amazonaws.com", None),
        ("", None),
    ],
)
def test_credentials_of_another_store_go_to_that_store_only(monkeypatch, endpoint_url, sent_to):
    made = []
    names = {"fs.s3a.access.key": "a", "fs.s3a.secret.key": "b", "fs.s3a.endpoint": endpoint_url}
    import boto3

    own = boto3.client

    def fake(service, **options):
        made.append((service, options.get("endpoint_url"), options.get("aws_access_key_id")))
        return own(service, **options)

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(boto3, "client", fake)
    boto.Boto(names, BUCKET).beside("kms", "eu-central-1")
    assert made[-1] == ("kms", sent_to, "a")


@pytest.mark.parametrize(
    ("principal", "about"),
    [
        ("*", "everybody"),
        ({"AWS": "*"}, "everybody"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "account"),
        ({"AWS": ACCOUNT}, "account"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/data/Analyst"}, "caller"),
        ({"AWS": [f"arn:aws:iam::{ACCOUNT}:root", CALLER]}, "caller"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/Analyst"}, "other"),
        ({"AWS": "arn:aws:iam::444455556666:role/Analyst"}, "other"),
        ({"Service": "logs.amazonaws.com"}, "other"),
        (None, "other"),
    ],
)
def test_whom_a_statement_of_a_key_is_about(principal, about):
    assert permissions.who(principal, CALLER) == about


@pytest.mark.parametrize(
    ("arn", "found"),
    [
        (CALLER, ("role", "Analyst")),
        (f"arn:aws:iam::{ACCOUNT}:user/team/mary", ("user", "mary")),
        (f"arn:aws:iam::{ACCOUNT}:root", (None, "")),
        ("", (None, "")),
    ],
)
def test_the_role_or_user_of_a_caller(arn, found):
    assert permissions.role_or_user(arn) == found


def test_the_request_reads_them_for_the_profile_that_is_applied(endpoint, role, monkeypatch):
    asked = []

    def read(conf, name, context, key_of):
        asked.append(key_of)
        raise bucket.NotReadError("enough")

    monkeypatch.setattr(bucket, "read", read)
    key = endpoint.keys[0]
    rules = {"raw": {"method": "sse-s3"}, "other": {"method": "bucket-default"}}
    profile = {"method": "sse-kms", "kmsKeyId": key, "buckets": rules}
    default = {"algorithm": "aws:kms", "keyId": "default-key", "bucketKey": True, "blocked": []}
    state = State()
    for name in (BUCKET, "raw", "other"):
        requests.bucket(state, {"bucket": name})
        state.profile = profile
        requests.bucket(state, {"bucket": name})
        state.profile = None
    assert [key_of and key_of(default) for key_of in asked] == [
        *(None, key),
        *(None, None),
        *(None, "default-key"),
    ]
    assert [key_of is None for key_of in asked] == [True, False] * 3
