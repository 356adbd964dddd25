"""moto takes the documents as calls, keeps them, and gives them back as they were written.

moto is a stand-in: it checks less than AWS does, and no permission at all. Must not know: how the
documents are written.
"""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from tests.documents import cluster_documents as exports

pytestmark = pytest.mark.slow

CASES = ["sse-s3/emr-7.10.0", "sse-kms/emr-7.10.0", "rules/emr-7.10.0", "dsse-kms/emr-7.10.0"]


@pytest.fixture
def client(monkeypatch):
    """`client(service)` of moto, for the account of the documents."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", exports.ACCOUNT)
    with mock_aws():
        yield lambda service: boto3.client(service, exports.REGION)


def ids(case: str, start: str) -> list[dict]:
    found = exports.documents(case, start)
    assert found, f"{case} has no {start}"
    return found


@pytest.mark.parametrize("case", CASES)
def test_s3_keeps_default_encryption_and_every_policy(case, client):
    s3 = client("s3")
    place = {"LocationConstraint": exports.REGION}
    for document in ids(case, "s3-default-encryption"):
        bucket = document["id"].split(":")[1]
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        expected = json.loads(document["text"])
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=expected)
        found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        (rule,), (asked,) = found["Rules"], expected["Rules"]
        part = "ApplyServerSideEncryptionByDefault"
        assert rule[part] == asked[part]
        assert rule["BucketKeyEnabled"] == asked["BucketKeyEnabled"]
        for policy in ids(case, "s3-policy-"):
            if policy["id"].endswith(f":{bucket}"):
                s3.put_bucket_policy(Bucket=bucket, Policy=policy["text"])
                stored = s3.get_bucket_policy(Bucket=bucket)["Policy"]
                assert json.loads(stored) == json.loads(policy["text"])


@pytest.mark.parametrize("case", ["sse-kms/emr-7.10.0", "disk-same-key", "cse-kms/emr-6.15.0"])
def test_kms_keeps_the_key_policy(case, client):
    kms = client("kms")
    for document in ids(case, "kms-key-policy"):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document["text"])
        stored = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        assert json.loads(stored) == json.loads(document["text"])


@pytest.mark.parametrize("case", [*CASES, "cse-kms/emr-7.10.0", "sse-kms-aws-managed/None"])
def test_iam_accepts_the_policies_of_the_roles_and_the_trust(case, client):
    # moto checks the grammar of IAM policies here.
    iam = client("iam")
    for start in ("kms-iam-policy", "lake-formation-role-policy", "s3-batch-role-policy"):
        for document in exports.documents(case, start):
            iam.create_policy(PolicyName=start, PolicyDocument=document["text"])
    for start in ("lake-formation-role-trust", "s3-batch-role-trust"):
        for document in exports.documents(case, start):
            iam.create_role(RoleName=start, AssumeRolePolicyDocument=document["text"])


def test_moto_checks_the_grammar_of_iam_policies(client):
    iam = client("iam")
    (policy,) = exports.values("sse-kms/emr-7.10.0", "kms-iam-policy")
    policy["Statement"][0]["Effect"] = "Permit"
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(policy))


@pytest.mark.parametrize("case", ["sse-s3/emr-7.10.0", "sse-kms/emr-7.10.0"])
def test_glue_keeps_the_security_configuration(case, client):
    glue = client("glue")
    (document,) = ids(case, "glue-security-configuration")
    value = json.loads(document["text"])
    glue.create_security_configuration(**value)
    found = glue.get_security_configuration(Name=value["Name"])["SecurityConfiguration"]
    assert found["EncryptionConfiguration"] == value["EncryptionConfiguration"]


@pytest.mark.parametrize("case", ["sse-s3/emr-7.10.0", "sse-kms/emr-7.10.0", "cse-kms/emr-7.10.0"])
def test_athena_keeps_the_workgroup(case, client):
    athena = client("athena")
    (document,) = ids(case, "athena-workgroup")
    value = json.loads(document["text"])
    athena.create_work_group(**value)
    found = athena.get_work_group(WorkGroup=value["Name"])["WorkGroup"]["Configuration"]
    assert value["Configuration"].items() <= found.items()


@pytest.mark.parametrize("case", CASES)
def test_lake_formation_registers_and_grants(case, client):
    lake = client("lakeformation")
    registered = exports.calls(case, "lake-formation-register")
    for value in registered:
        lake.register_resource(**value)
    found = lake.list_resources()["ResourceInfoList"]
    assert {item["ResourceArn"] for item in found} == {v["ResourceArn"] for v in registered}
    grants = exports.calls(case, "lake-formation-grants")
    for value in grants:
        lake.grant_permissions(**value)
    stored = lake.list_permissions()["PrincipalResourcePermissions"]
    assert len(stored) == len(grants) > 0


@pytest.mark.parametrize("case", CASES)
def test_cloudtrail_keeps_the_selectors(case, client):
    client("s3").create_bucket(
        Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": exports.REGION}
    )
    trail = client("cloudtrail")
    ((value),) = exports.values(case, "cloudtrail-event-selectors")
    trail.create_trail(Name=value["TrailName"], S3BucketName="trail-logs")
    trail.put_event_selectors(**value)
    found = trail.get_event_selectors(TrailName=value["TrailName"])
    assert found["AdvancedEventSelectors"] == value["AdvancedEventSelectors"]


@pytest.mark.parametrize("case", CASES)
def test_config_knows_every_managed_rule_and_its_parameters(case, client):
    # moto has the list of managed rules of AWS, with their parameters.
    config = client("config")
    values = exports.values(case, "config-rule-")
    for value in values:
        config.put_config_rule(**value)
    found = config.describe_config_rules()["ConfigRules"]
    assert {rule["Source"]["SourceIdentifier"] for rule in found} == {
        value["ConfigRule"]["Source"]["SourceIdentifier"] for value in values
    }
    wrong = {**values[0]["ConfigRule"], "ConfigRuleName": "wrong"}
    wrong["Source"] = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_ENCRYPTION_ENABLED"}
    with pytest.raises(config.exceptions.InvalidParameterValueException):
        config.put_config_rule(ConfigRule=wrong)
