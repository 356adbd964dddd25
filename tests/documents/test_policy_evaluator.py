"""The evaluator of policies decides as the documentation of AWS says.

Must not know: the exports.
"""

from __future__ import annotations

import pytest

from demo.rules.access.policies import condition_holds, decide

OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/reports/one.parquet"
SSE = "s3:x-amz-server-side-encryption"
KEY_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id"
TLS = {"aws:SecureTransport": "true"}


def deny(condition, action="s3:PutObject", resource="arn:aws:s3:::amzn-s3-demo-bucket/*"):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": action,
                "Resource": resource,
                "Condition": condition,
            }
        ],
    }


# AWS Security Blog, "How to Prevent Uploads of Unencrypted Objects to Amazon S3".
BLOG = {
    "Version": "2012-10-17",
    "Statement": [
        deny({"StringNotEquals": {SSE: "AES256"}})["Statement"][0],
        deny({"Null": {SSE: "true"}})["Statement"][0],
    ],
}


@pytest.mark.parametrize(
    ("headers", "decision"),
    [({}, "Deny"), ({SSE: "AES256"}, "Default"), ({SSE: "aws:kms"}, "Deny")],
)
def test_the_policy_of_the_security_blog_refuses_all_but_its_header(headers, decision):
    assert decide(BLOG, "s3:PutObject", OBJECT, {**TLS, **headers}) == decision


@pytest.mark.parametrize(
    ("headers", "decision"),
    [({}, "Deny"), ({SSE: "aws:kms", KEY_ID: "arn:aws:kms:us-east-2:1:key/k"}, "Default")],
)
def test_the_s3_guides_policy_for_sse_kms_refuses_a_request_without_a_key(headers, decision):
    # Amazon S3 user guide, "Using server-side encryption with AWS KMS keys": Null of the key id.
    policy = deny({"Null": {KEY_ID: "true"}})
    assert decide(policy, "s3:PutObject", OBJECT, headers) == decision


def test_the_s3_guides_policy_for_one_key_also_refuses_an_absent_key():
    # Same page: ArnNotEqualsIfExists with the ARN of the key.
    policy = deny({"ArnNotEqualsIfExists": {KEY_ID: "arn:aws:kms:us-east-2:111122223333:key/k"}})
    right = {KEY_ID: "arn:aws:kms:us-east-2:111122223333:key/k"}
    assert decide(policy, "s3:PutObject", OBJECT, right) == "Default"
    wrong = {KEY_ID: "arn:aws:kms:us-east-2:111122223333:key/other"}
    assert decide(policy, "s3:PutObject", OBJECT, wrong) == "Deny"
    assert decide(policy, "s3:PutObject", OBJECT, {}) == "Deny"


def test_the_s3_guides_policy_for_https_refuses_plain_http():
    # Amazon S3 user guide, "Restrict access to only HTTPS requests".
    policy = deny({"Bool": {"aws:SecureTransport": "false"}}, "s3:*")
    assert decide(policy, "s3:GetObject", OBJECT, {"aws:SecureTransport": "false"}) == "Deny"
    assert decide(policy, "s3:GetObject", OBJECT, TLS) == "Default"


def test_if_exists_holds_for_an_absent_key_and_checks_one_that_is_there():
    # IAM user guide, …IfExists: "StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}.
    expected = ["t1.*", "t2.*"]
    assert condition_holds("StringLikeIfExists", "ec2:InstanceType", expected, {})
    assert condition_holds(
        "StringLikeIfExists", "ec2:InstanceType", expected, {"ec2:InstanceType": "t2.micro"}
    )
    assert not condition_holds(
        "StringLikeIfExists", "ec2:InstanceType", expected, {"ec2:InstanceType": "m5.large"}
    )


def test_an_absent_key_fails_what_asks_and_holds_what_negates():
    # IAM user guide: "the condition does not match if the key is absent; negated: it matches".
    assert not condition_holds("StringEquals", "aws:PrincipalTag/x", "y", {})
    assert condition_holds("StringNotEquals", "aws:PrincipalTag/x", "y", {})


def test_an_explicit_deny_wins_over_an_allow():
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = {"Statement": [allow, *deny({"Null": {SSE: "true"}})["Statement"]]}
    assert decide(policy, "s3:PutObject", OBJECT, {}) == "Deny"
    assert decide(policy, "s3:GetObject", OBJECT, {}) == "Allow"


def test_keys_of_conditions_and_actions_do_not_care_about_case_but_resources_do():
    policy = deny({"Null": {SSE.upper(): "true"}}, "S3:PUTOBJECT")
    assert decide(policy, "s3:PutObject", OBJECT, {}) == "Deny"
    assert decide(policy, "s3:PutObject", OBJECT.replace("amzn", "AMZN"), {}) == "Default"


def test_what_the_evaluator_does_not_know_is_an_error_not_a_guess():
    with pytest.raises(ValueError, match="operator"):
        decide(deny({"NumericEquals": {"s3:max-keys": "1"}}), "s3:PutObject", OBJECT, {})
    with pytest.raises(ValueError, match="Operation"):
        decide({"Statement": [{"Operation": "s3:*"}]}, "s3:PutObject", OBJECT, {})
    with pytest.raises(ValueError, match="principal"):
        decide({"Statement": [{"Principal": {"CanonicalUser": "x"}}]}, "s3:PutObject", OBJECT, {})


def test_what_is_negated_is_about_everything_else():
    # IAM user guide, NotAction, NotResource and NotPrincipal.
    for element, about in (("NotAction", "s3:Get*"), ("NotResource", OBJECT + "/x")):
        statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
        del statement[element.removeprefix("Not")]
        policy = {"Statement": {**statement, element: about}}
        assert decide(policy, "s3:PutObject", OBJECT, {}) == "Deny"
        assert decide(policy, "s3:GetObject", OBJECT + "/x", {}) == "Default"


def test_a_principal_is_a_caller_or_the_account_of_one():
    # IAM user guide, "AWS JSON policy elements: Principal": the account delegates to its policies.
    arn, account = "arn:aws:iam::111122223333:user/one", "111122223333"
    expected = {
        "*": "Allow",
        arn: "Allow",
        account: "Account",
        f"arn:aws:iam::{account}:root": "Account",
        "arn:aws:iam::111122223333:user/two": "Default",
        "444455556666": "Default",
    }
    for principal, decision in expected.items():
        allow = {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": "s3:*",
            "Resource": "*",
        }
        policy = {"Statement": [allow]}
        assert decide(policy, "s3:GetObject", OBJECT, {}, [arn], account) == decision
