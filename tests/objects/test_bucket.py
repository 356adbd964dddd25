"""A bucket's settings, read from moto and from answers that S3 is documented to give.

Must not know: Spark.
"""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from jupyterlab_s3_encryption.agent.objects import bucket
from jupyterlab_s3_encryption.agent.objects.reading import boto
from tests import EXAMPLES
from tests.documents import cluster_documents as exports
from tests.support.agent_requests import ask, forget
from tests.support.sockets import silent_server
from tests.support.typescript import run_typescript

pytestmark = pytest.mark.slow

NAME = exports.BUCKET


@pytest.fixture
def s3(monkeypatch, tmp_path):
    """moto, with the bucket of the documents."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", exports.REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    forget()
    with mock_aws():
        client = boto3.client("s3")
        place = {"LocationConstraint": exports.REGION}
        client.create_bucket(Bucket=NAME, CreateBucketConfiguration=place)
        yield client
    forget()


def refuse(monkeypatch, code):
    """A client whose every call fails with a code of S3."""

    class Client:
        meta = SimpleNamespace(endpoint_url="https://s3.example")

        def __getattr__(self, name):
            def call(**_):
                raise ClientError({"Error": {"Code": code, "Message": "no"}}, name)

            return call

    class Boto:
        def __init__(self, conf, bucket):
            self.client = Client()

    monkeypatch.setattr(boto, "Boto", Boto)


@pytest.mark.parametrize("case", ["sse-s3/emr-7.10.0", "sse-kms/emr-7.10.0"])
def test_the_default_encryption_that_was_put_is_reported(case, s3):
    (value,) = exports.values(case, f"s3-default-encryption:{NAME}")
    s3.put_bucket_encryption(Bucket=NAME, ServerSideEncryptionConfiguration=value)
    default = bucket.read({}, NAME)["default"]
    rule = value["Rules"][0]
    by_default = rule["ApplyServerSideEncryptionByDefault"]
    assert default["algorithm"] == by_default["SSEAlgorithm"]
    assert default["keyId"] == by_default.get("KMSMasterKeyID", "")
    assert default["bucketKey"] is rule["BucketKeyEnabled"]


def test_an_unconfigured_bucket_is_reported_as_such(s3):
    found = bucket.read({}, NAME)
    assert found["default"] is None
    assert "says nothing" in found["defaultReason"]
    assert found["policy"] == {"statements": [], "others": 0}
    assert found["policyReason"] is None


@pytest.mark.parametrize("variant", ["strict", "key-pinned", "wrong-header", "base"])
def test_the_statements_of_the_exported_policies_are_reported_in_full(variant, s3):
    (policy,) = exports.values("sse-kms/emr-7.10.0", f"s3-policy-{variant}:{NAME}")
    reader = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    text = json.dumps({**policy, "Statement": [*policy["Statement"], reader]})
    s3.put_bucket_policy(Bucket=NAME, Policy=text)
    found = bucket.read({}, NAME)["policy"]
    assert found["others"] == 1
    assert [item["sid"] for item in found["statements"]] == [
        statement["Sid"] for statement in policy["Statement"]
    ]
    for reported, written in zip(found["statements"], policy["Statement"], strict=True):
        assert reported["everybody"]
        assert reported["plain"]
        assert {
            (item["operator"], item["key"], tuple(item["values"]))
            for item in reported["conditions"]
        } == {
            (operator, key, (value,))
            for operator, keys in written["Condition"].items()
            for key, value in keys.items()
        }


def test_a_part_that_may_not_be_read_names_the_permission(monkeypatch):
    refuse(monkeypatch, "AccessDenied")
    found = bucket.read({}, NAME)
    assert (found["default"], found["policy"]) == (None, None)
    assert "s3:GetEncryptionConfiguration" in found["defaultReason"]
    assert "s3:GetBucketPolicy" in found["policyReason"]


def test_a_missing_bucket_is_reported(s3):
    with pytest.raises(bucket.NotReadError, match="no such bucket"):
        bucket.read({}, "there-is-no-such-bucket")


def silent(address):
    """Spark's settings for an endpoint, with credentials."""
    names = {"fs.s3a.access.key": "testing", "fs.s3a.secret.key": "testing"}
    return {**names, "fs.s3a.endpoint": address, "fs.s3a.path.style.access": "true"}


@pytest.mark.parametrize(
    ("names", "sent"),
    [
        ({}, None),
        ({"fs.s3a.requester.pays.enabled": "true"}, "requester"),
        ({"fs.s3a.requester.pays.enabled": "false"}, None),
        ({f"fs.s3a.bucket.{NAME}.requester.pays.enabled": "true"}, "requester"),
        ({"fs.s3a.bucket.another.requester.pays.enabled": "true"}, None),
    ],
)
def test_a_requester_pays_if_s3a_does(s3, names, sent):
    client, seen = boto.Boto(names, NAME).client, []
    client.meta.events.register("before-send.s3", lambda request, **_: seen.append(request))
    client.list_objects_v2(Bucket=NAME)
    assert [request.headers.get("x-amz-request-payer") for request in seen] == [
        sent and sent.encode()
    ]


def test_an_endpoint_that_never_answers_holds_the_kernel_for_a_bounded_time(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", exports.REGION)
    assert bucket.SECONDS == 10
    monkeypatch.setattr(bucket, "SECONDS", 2)
    with silent_server() as address:
        # boto3 reads its files the first time: that is not what is timed.
        boto.Boto(silent(address), NAME)
        began = time.monotonic()
        with pytest.raises(bucket.NotReadError, match="did not answer within 2 seconds") as caught:
            bucket.read(silent(address), NAME)
        assert time.monotonic() - began < 4
        assert address in str(caught.value)


def test_credentials_that_never_come_are_named(monkeypatch):
    monkeypatch.setattr(boto, "Boto", lambda conf, bucket: time.sleep(5))
    monkeypatch.setattr(bucket, "SECONDS", 1)
    with pytest.raises(bucket.NotReadError, match="waiting for credentials"):
        bucket.read({}, NAME)


def test_what_was_read_before_the_time_was_up_is_reported(monkeypatch):
    class Client:
        meta = SimpleNamespace(endpoint_url="https://s3.example")

        def get_bucket_encryption(self, **_):
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}

        def get_bucket_policy(self, **_):
            time.sleep(5)
            raise AssertionError

    class Boto:
        def __init__(self, conf, bucket):
            self.client = Client()

    monkeypatch.setattr(boto, "Boto", Boto)
    monkeypatch.setattr(bucket, "SECONDS", 1)
    found = bucket.read({}, NAME)
    assert (found["default"]["algorithm"], found["defaultReason"]) == ("AES256", None)
    assert found["policy"] is None
    assert "did not answer within 1 second" in found["policyReason"]


def test_without_boto3_it_says_so(monkeypatch):
    monkeypatch.setattr(boto, "available", lambda load: False)
    with pytest.raises(bucket.NotReadError, match="no boto3"):
        bucket.read({}, NAME)


def test_statements_that_are_not_plain_are_marked():
    policy = {
        "Statement": {
            "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/x"},
            "NotAction": "s3:GetObject",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": False}},
        }
    }
    (found,) = bucket._statements(json.dumps(policy))["statements"]
    assert found["plain"] is False
    assert found["everybody"] is False
    assert found["conditions"][0]["values"] == ["false"]


POLICIES = json.loads((EXAMPLES / "policies.json").read_text("utf-8"))


def test_a_policy_does_to_the_writes_of_each_profile_what_s3_would_do():
    cases = [
        (policy, name, expected)
        for policy in POLICIES["policies"]
        for name, expected in policy["expect"].items()
    ]
    answers = run_typescript(
        *[
            {
                "module": "encryption/bucketPolicy.ts",
                "name": "evaluateWrites",
                "arguments": [
                    {
                        "bucket": POLICIES["bucket"],
                        "default": None,
                        "policy": bucket._statements(
                            json.dumps({"Statement": policy["statements"]})
                        ),
                    },
                    POLICIES["profiles"][name],
                ],
            }
            for policy, name, _ in cases
        ]
    )
    words = {"refuses": "refuses", "depends": "may-refuse"}
    wrong = []
    for (policy, name, expected), answer in zip(cases, answers, strict=True):
        effects = {words[item["effect"]] for item in answer["value"]["statements"]}
        said = next((word for word in words.values() if word in effects), "allow-silent")
        if said not in expected:
            wrong.append((policy["title"], name, said, expected))
    assert wrong == []


def test_a_statement_that_denies_is_reported_whatever_it_is_about():
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    found = bucket._statements(json.dumps({"Statement": [deny, {**deny, "Effect": "Allow"}]}))
    assert [item["effect"] for item in found["statements"]] == ["Deny"]
    assert found["others"] == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("a-bucket", "a-bucket"), ("s3://a-bucket/x", "a-bucket"), ("s3a://a-bucket", "a-bucket")],
)
def test_a_name_and_an_address_are_accepted(text, name):
    assert bucket.name_of(text) == name


@pytest.mark.parametrize("text", ["", "A", "ab", None, 7, "s3://", "a_bucket"])
def test_what_is_no_bucket_is_refused(text):
    assert bucket.name_of(text) is None
    answer = ask("bucket", bucket=text)
    assert answer["ok"] is False
    assert answer["error"]["code"] == "invalid-bucket"
    assert answer["error"]["fields"][0]["field"] == "bucket"


def test_the_request_answers_also_without_a_spark_session(s3):
    answer = ask("bucket", bucket=f"s3://{NAME}/table")
    assert answer["ok"] is True
    assert answer["bucket"]["bucket"] == NAME
    missing = ask("bucket", bucket="there-is-no-such-bucket")
    assert missing["error"]["code"] == "bucket-not-read"
    assert missing["bucket"] is None
