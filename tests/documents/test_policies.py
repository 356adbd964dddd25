"""Bucket, key and IAM policies: what they decide, and what a linter of IAM policies says of them.

Must not know: how the policies are written.
"""

from __future__ import annotations

import json

import botocore.session
import parliament
import pytest

from demo.rules.access.policies import decide
from tests.documents import cluster_documents as exports

SSE = "s3:x-amz-server-side-encryption"
KEY_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id"
CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"
OBJECT = f"arn:aws:s3:::{exports.BUCKET}/table/part-0.parquet"

REQUESTS = {
    "no header": {},
    "AES256": {SSE: "AES256"},
    "aws:kms, the key": {SSE: "aws:kms", KEY_ID: exports.KEY},
    "aws:kms, another key": {SSE: "aws:kms", KEY_ID: exports.OTHER_KEY},
    "aws:kms, no key": {SSE: "aws:kms"},
    "aws:kms:dsse, the key": {SSE: "aws:kms:dsse", KEY_ID: exports.KEY},
    "aws:kms:dsse, another key": {SSE: "aws:kms:dsse", KEY_ID: exports.OTHER_KEY},
    "SSE-C": {CUSTOMER: "AES256"},
    "http, no header": {"aws:SecureTransport": "false"},
    "http, the key": {"aws:SecureTransport": "false", SSE: "aws:kms", KEY_ID: exports.KEY},
}
KMS = ["aws:kms, the key", "aws:kms, another key", "aws:kms, no key"]
DSSE = ["aws:kms:dsse, the key", "aws:kms:dsse, another key"]
#: Which requests pass, by method and variant. Everything else is refused.
PASSES = {
    ("sse-s3", "base"): ["no header", "AES256", *KMS, *DSSE],
    ("sse-s3", "wrong-header"): ["no header", "AES256"],
    ("sse-s3", "strict"): ["AES256"],
    ("sse-kms", "base"): ["no header", "AES256", *KMS, *DSSE],
    ("sse-kms", "wrong-header"): ["no header", *KMS],
    ("sse-kms", "strict"): KMS,
    ("sse-kms", "key-pinned"): ["no header", "aws:kms, the key"],
    ("sse-kms", "strict-key"): ["aws:kms, the key"],
    ("dsse-kms", "wrong-header"): ["no header", *DSSE],
    ("dsse-kms", "strict"): DSSE,
    ("dsse-kms", "key-pinned"): ["no header", "aws:kms:dsse, the key"],
    ("dsse-kms", "strict-key"): ["aws:kms:dsse, the key"],
    ("bucket-default", "base"): ["no header", "AES256", *KMS, *DSSE],
    ("cse-kms", "base"): ["no header", "AES256", *KMS, *DSSE],
}


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize(("method", "variant"), PASSES)
def test_a_bucket_policy_decides_as_its_notes_say(method, variant, request_):
    (policy,) = exports.values(f"{method}/emr-7.10.0", f"s3-policy-{variant}:{exports.BUCKET}")
    context = {"aws:SecureTransport": "true", **REQUESTS[request_]}
    passes = request_ in PASSES[method, variant]
    decision = decide(policy, "s3:PutObject", OBJECT, context)
    assert decision == ("Default" if passes else "Deny")


def test_every_variant_that_is_written_is_in_the_table():
    written = {
        (method, document["id"].split(":")[0].removeprefix("s3-policy-"))
        for method in ("sse-s3", "sse-kms", "dsse-kms", "bucket-default", "cse-kms")
        for document in exports.documents(f"{method}/emr-7.10.0", "s3-policy-")
    }
    assert written - {("dsse-kms", "base")} == set(PASSES)


@pytest.mark.parametrize("variant", ["wrong-header", "strict", "key-pinned", "strict-key"])
def test_with_both_values_in_one_statement_a_policy_takes_dsse_too_as_the_documentation_says(
    variant,
):
    (policy,) = exports.values("sse-kms/emr-7.10.0", f"s3-policy-{variant}:{exports.BUCKET}")
    (statement,) = [s for s in policy["Statement"] if s["Sid"] == "RefuseOtherAlgorithm"]
    assert statement["Condition"]["StringNotEquals"] == {SSE: "aws:kms"}
    statement["Condition"]["StringNotEquals"] = {SSE: ["aws:kms", "aws:kms:dsse"]}
    single, double = PASSES["sse-kms", variant], PASSES["dsse-kms", variant]
    for request_, headers in REQUESTS.items():
        context = {"aws:SecureTransport": "true", **headers}
        passes = request_ in {*single, *double}
        decision = decide(policy, "s3:PutObject", OBJECT, context)
        assert decision == ("Default" if passes else "Deny"), request_
    assert lint(json.dumps(policy)) == []


@pytest.mark.parametrize("variant", ["key-pinned", "strict-key"])
def test_a_policy_for_one_key_lets_nobody_encrypt_anew_with_another(variant):
    (policy,) = exports.values("sse-kms/emr-7.10.0", f"s3-policy-{variant}:{exports.BUCKET}")
    for key, decision in ((exports.KEY, "Default"), (exports.OTHER_KEY, "Deny")):
        context = {"aws:SecureTransport": "true", SSE: "aws:kms", KEY_ID: key}
        assert decide(policy, "s3:UpdateObjectEncryption", OBJECT, context) == decision


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:DeleteObject", "s3:ListBucket"])
def test_reading_and_deleting_over_tls_are_not_touched(action):
    for policy in exports.values("sse-kms/emr-7.10.0", "s3-policy-"):
        assert decide(policy, action, OBJECT, {"aws:SecureTransport": "true"}) == "Default"


def test_a_policy_for_a_prefix_leaves_the_rest_of_the_bucket_alone():
    name = f"s3-policy-strict:{exports.OTHER_BUCKET}"
    (policy,) = exports.values("sse-kms/emr-7.10.0", name)
    tls = {"aws:SecureTransport": "true"}
    base = f"arn:aws:s3:::{exports.OTHER_BUCKET}/"
    assert decide(policy, "s3:PutObject", base + "curated/x", tls) == "Deny"
    assert decide(policy, "s3:PutObject", base + "curated-not/x", tls) == "Default"
    assert decide(policy, "s3:PutObject", base + "raw/x", tls) == "Default"


def test_the_rule_of_a_bucket_decides_its_policy():
    name = f"s3-policy-key-pinned:{exports.OTHER_BUCKET}"
    (policy,) = exports.values("rules/emr-7.10.0", name)
    target = f"arn:aws:s3:::{exports.OTHER_BUCKET}/curated/x"
    tls = {"aws:SecureTransport": "true", SSE: "aws:kms"}
    assert decide(policy, "s3:PutObject", target, {**tls, KEY_ID: exports.OTHER_KEY}) == "Default"
    assert decide(policy, "s3:PutObject", target, {**tls, KEY_ID: exports.KEY}) == "Deny"


POLICIES = ["s3-policy-", "kms-key-policy", "kms-iam-policy", "lake-formation-role-policy"]
POLICIES += ["s3-batch-role-policy", "s3-batch-key-statement"]


def lint(text: str) -> list[str]:
    """What parliament finds, without what is right here on purpose."""
    policy = parliament.analyze_policy_string(text)
    found = []
    for finding in policy.findings:
        # Key policies have no resource but "*": it means the key itself.
        if finding.issue in {"RESOURCE_STAR"}:
            continue
        # Its list of actions is older; botocore has this one.
        if "s3:UpdateObjectEncryption" in finding.detail:
            continue
        # Its pattern of a Region has three parts; us-iso-east-1 has four.
        if finding.detail.startswith("Region expected") and ":us-iso-east-1:" in text:
            continue
        # The owner statement of a key is the one that AWS makes: kms:* for the account.
        found.append(f"{finding.issue}: {finding.detail}")
    return found


@pytest.mark.parametrize("case", exports.KNOWN)
def test_a_linter_of_iam_policies_finds_nothing_in_any_policy(case):
    for document in [d for start in POLICIES for d in exports.documents(case, start)]:
        assert lint(document["text"]) == [], document["id"]


def test_the_action_that_the_linter_does_not_know_is_one_of_s3():
    model = botocore.session.get_session().get_service_model("s3")
    assert "UpdateObjectEncryption" in model.operation_names


def test_the_linter_finds_what_is_wrong():
    (policy,) = exports.values("sse-kms/emr-7.10.0", "kms-iam-policy")
    policy["Statement"][0]["Action"] = ["kms:GenerateDataKeys"]
    assert lint(json.dumps(policy)) != []
    (policy,) = exports.values("sse-kms/emr-7.10.0", f"s3-policy-strict:{exports.BUCKET}")
    policy["Statement"][-1]["Condition"] = {"StringNotEqual": {SSE: "aws:kms"}}
    assert lint(json.dumps(policy)) != []


def conditions(case: str, key: str = "kms-key-policy") -> dict[str, bool]:
    """By statement of the key policy: is it only for calls through S3?"""
    (policy,) = exports.values(case, key)
    return {
        item["Sid"]: "kms:ViaService" in json.dumps(item.get("Condition", {}))
        for item in policy["Statement"]
    }


def test_via_service_is_exactly_where_s3_calls_kms():
    direct = {"GlueJobsUseTheKey", "GlueCrawlersUseTheKey", "LakeFormationUsesTheKey"}
    server = conditions("sse-kms/emr-7.10.0")
    assert {sid for sid, via in server.items() if via} == {
        "EmrUsesTheKey",
        "AthenaUsersUseTheKey",
    }
    assert direct <= set(server)
    assert not any(conditions("cse-kms/emr-6.15.0").values())
    disk = conditions("disk-same-key", f"kms-key-policy:{exports.KEY.split('/')[1]}")
    assert not disk["EmrUsesTheKey"]
    other = conditions("disk-same-key", f"kms-key-policy:{exports.OTHER_KEY.split('/')[1]}")
    assert other["EmrUsesTheKey"]


def test_sse_kms_is_used_through_s3_and_cse_kms_directly():
    (server,) = exports.values("sse-kms/emr-7.10.0", "kms-iam-policy")
    (client,) = exports.values("cse-kms/emr-7.10.0", "kms-iam-policy")
    via = {"StringEquals": {"kms:ViaService": f"s3.{exports.REGION}.amazonaws.com"}}
    assert [item.get("Condition") for item in server["Statement"]] == [via]
    assert [item.get("Condition") for item in client["Statement"]] == [None]


def test_the_key_policy_names_every_role_with_the_actions_it_needs():
    (policy,) = exports.values("sse-kms/emr-7.10.0", "kms-key-policy")
    needed = {"kms:Decrypt", "kms:DescribeKey"}
    found = {}
    for statement in policy["Statement"]:
        principals = statement["Principal"].get("AWS", [])
        for arn in [principals] if isinstance(principals, str) else principals:
            found.setdefault(arn.split("/")[-1], set()).update(statement["Action"])
    for role in (
        *("EMR_EC2_DefaultRole", "EmrServerlessRuntime", "GlueJobs", "GlueCrawlers"),
        *("LakeFormationRegistration", "Analysts"),
    ):
        assert needed <= found[role], role
        assert {"kms:GenerateDataKey", "kms:GenerateDataKey*"} & found[role], role
    assert "kms:GenerateDataKey" not in found["KeyAdministrators"]
    assert "kms:PutKeyPolicy" in found["KeyAdministrators"]
