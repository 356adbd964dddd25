"""CloudFormation templates under cfn-lint, Terraform under a parser of HCL.

There is no terraform here: its text is parsed, what it says is compared with the documents of the
services, and every argument with those that the AWS provider has (`record_terraform.py`). Must not
know: how the documents are written.
"""

from __future__ import annotations

import json

import cfnlint
import hcl2
import pytest

from tests import EXAMPLES
from tests.documents import cluster_documents as exports

pytestmark = pytest.mark.slow

TEMPLATES = ["cloudformation", "cloudformation-buckets", "cloudformation-key"]
TEMPLATES += ["cloudformation-batch-role"]
#: Between them these have every kind of resource; cfn-lint takes seconds for each.
CASES = ["sse-s3/emr-7.10.0", "cse-kms/emr-7.10.0", "rules/emr-7.10.0", "disk-and-transit"]
#: The partitions that the schema of cfn-lint knows, beside aws.
KNOWN_PARTITIONS = ["china", "gov"]


def lint(text: str, region: str) -> list[str]:
    """Errors and warnings of cfn-lint, as text."""
    config = cfnlint.api.ManualArgs(regions=[region])
    return [str(match) for match in cfnlint.api.lint(text, config=config)]


@pytest.mark.parametrize("case", [*CASES, *KNOWN_PARTITIONS])
def test_cfn_lint_finds_nothing_in_any_template(case):
    _, region = exports.PARTITIONS.get(case, ("aws", exports.REGION))
    for document in exports.documents(case, "cloudformation"):
        assert document["id"] in TEMPLATES
        assert lint(document["text"], region) == [], document["id"]


def test_of_another_partition_cfn_lint_says_only_that_it_does_not_know_its_principals():
    partition, region = exports.PARTITIONS["iso"]
    principals = f"arn:{partition}:iam::{exports.ACCOUNT}:"
    found = {}
    for document in exports.documents("iso", "cloudformation"):
        for fault in lint(document["text"], region):
            # Each schema of a principal complains of the same value: an account, "*", …
            if principals not in fault and "'*' was expected" not in fault:
                found.setdefault(document["id"], []).append(fault)
    assert found == {}


def test_cfn_lint_finds_what_is_wrong():
    (document,) = exports.documents("sse-kms/emr-7.10.0", "cloudformation-buckets")
    wrong = document["text"].replace('"aws:kms"', '"aws:kmz"')
    assert wrong != document["text"]
    assert lint(wrong, exports.REGION) != []


def resources(case: str) -> dict[str, list[dict]]:
    """The resources of the Terraform text, by type, as the parser of HCL reads them."""
    found: dict[str, list[dict]] = {}
    for document in exports.documents(case, "terraform"):
        for item in hcl2.loads(document["text"])["resource"]:
            ((kind, named),) = item.items()
            ((_, body),) = named.items()
            found.setdefault(plain(kind), []).append(plain(body))
    return found


PROVIDER = json.loads((EXAMPLES / "terraform_aws.json").read_text("utf-8"))


def faults(arguments: dict, body: dict, at: str) -> list[str]:
    """What the provider would refuse in a block, as the parser of HCL reads it."""
    found = [
        f"{at}.{name} is missing"
        for name, known in arguments.items()
        if known["required"] and name not in body
    ]
    for name, value in body.items():
        known = arguments.get(name)
        if name == "__is_block__":
            continue
        if known is None:
            found.append(f"{at} has no {name}")
            continue
        kind = kind_of(value)
        if kind != known["kind"]:
            found.append(f"{at}.{name} is a {known['kind']}, not a {kind}")
        elif kind == "block":
            for item in value:
                found += faults(known["arguments"], item, f"{at}.{name}")
    return found


def kind_of(value) -> str:
    """The kind of an argument, by the names of `record_terraform.py`."""
    if isinstance(value, list):
        return "block" if any(isinstance(item, dict) for item in value) else "list"
    kinds = {bool: "bool", int: "number", float: "number", str: "string", dict: "object"}
    return kinds[type(value)]


def refused(text: str) -> list[str]:
    """What the provider would refuse in a whole text."""
    found: list[str] = []
    for item in hcl2.loads(text)["resource"]:
        ((kind, named),) = item.items()
        ((_, body),) = named.items()
        known = PROVIDER["resources"].get(plain(kind))
        found += [f"no {kind}"] if known is None else faults(known, body, plain(kind))
    return found


@pytest.mark.parametrize("case", exports.CASES)
def test_every_resource_and_argument_is_one_that_the_aws_provider_has(case):
    for document in exports.documents(case, "terraform"):
        assert refused(document["text"]) == []


def test_all_resources_of_the_record_are_written_somewhere():
    written = {kind for case in exports.CASES for kind in resources(case)}
    assert written == set(PROVIDER["resources"])


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("kms_key_arn", "kms_key_id", "has no kms_key_id"),
        ("sse_algorithm", "sse_algorithms", "sse_algorithm is missing"),
        ("aws_athena_workgroup", "aws_athena_group", "no "),
        ('["SSE-C"]', '"SSE-C"', "is a list, not a string"),
        ("data_location {", "data_location = {", "is a block, not a "),
    ],
)
def test_a_wrong_argument_is_found(right, wrong, fault):
    document = exports.documents("sse-kms/emr-7.10.0", "terraform")[0]
    assert right in document["text"]
    assert any(fault in found for found in refused(document["text"].replace(right, wrong)))


def plain(value):
    """Without the quotes and the marks that the parser leaves."""
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items() if k != "__is_block__"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def heredoc(value: str):
    """The JSON in a heredoc."""
    lines = value.strip().strip('"').splitlines()
    return json.loads("\n".join(line for line in lines if "JSON" not in line))


@pytest.mark.parametrize("case", [*CASES, "dsse-kms/emr-7.10.0", "nothing"])
def test_the_terraform_text_parses(case):
    found = resources(case)
    assert "aws_s3_bucket_policy" in found


@pytest.mark.parametrize("case", ["sse-kms/emr-7.10.0", "rules/emr-7.10.0", "dsse-kms/emr-7.10.0"])
def test_terraform_says_of_the_buckets_what_the_documents_of_s3_say(case):
    found = resources(case)
    kind = "aws_s3_bucket_server_side_encryption_configuration"
    for item in found[kind]:
        name = f"s3-default-encryption:{item['bucket']}"
        (value,) = exports.values(case, name)
        (expected,) = value["Rules"]
        (rule,) = item["rule"]
        (default,) = rule["apply_server_side_encryption_by_default"]
        by_default = expected["ApplyServerSideEncryptionByDefault"]
        assert default.get("kms_master_key_id") == by_default.get("KMSMasterKeyID")
        assert default["sse_algorithm"] == by_default["SSEAlgorithm"]
        assert rule["bucket_key_enabled"] == expected["BucketKeyEnabled"]
        assert rule["blocked_encryption_types"] == ["SSE-C"]
    for item in found["aws_s3_bucket_policy"]:
        (value,) = exports.values(case, f"s3-policy-wrong-header:{item['bucket']}")
        assert heredoc(item["policy"]) == value


def test_terraform_has_the_key_the_security_configurations_and_the_workgroup():
    case = "sse-kms/emr-7.10.0"
    found = resources(case)
    (key,) = found["aws_kms_key_policy"]
    (policy,) = exports.values(case, "kms-key-policy")
    assert (key["key_id"], heredoc(key["policy"])) == (exports.KEY, policy)
    (emr,) = found["aws_emr_security_configuration"]
    (security,) = exports.values(case, "emr-security-configuration")
    assert heredoc(emr["configuration"]) == security
    (glue,) = found["aws_glue_security_configuration"]
    (encryption,) = glue["encryption_configuration"]
    assert encryption["s3_encryption"] == [
        {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": exports.KEY}
    ]
    (athena,) = found["aws_athena_workgroup"]
    (configuration,) = athena["configuration"]
    assert configuration["enforce_workgroup_configuration"] is True
    assert len(found["aws_lakeformation_resource"]) == 2
    assert len(found["aws_config_config_rule"]) == len(exports.values(case, "config-rule-"))


def test_both_templates_have_the_policies_of_iam():
    case = "sse-kms/emr-7.10.0"
    expected = [
        *exports.values(case, "kms-iam-policy"),
        *exports.values(case, "lake-formation-role-policy"),
    ]
    assert [heredoc(item["policy"]) for item in resources(case)["aws_iam_policy"]] == expected
    (template,) = exports.values(case, "cloudformation")[:1]
    assert [
        item["Properties"]["PolicyDocument"]
        for item in template["Resources"].values()
        if item["Type"] == "AWS::IAM::ManagedPolicy"
    ] == expected


@pytest.mark.parametrize("case", ["sse-kms/emr-7.10.0", "sse-s3/emr-7.10.0"])
def test_both_templates_have_the_role_of_s3_batch_as_its_documents_say(case):
    (policy,) = exports.values(case, "s3-batch-role-policy")
    (trust,) = exports.values(case, "s3-batch-role-trust")
    (template,) = exports.values(case, "cloudformation-batch-role")
    (role,) = [item["Properties"] for item in template["Resources"].values()]
    assert role["AssumeRolePolicyDocument"] == trust
    assert [item["PolicyDocument"] for item in role["Policies"]] == [policy]
    found = resources(case)
    (own,), (attached,) = found["aws_iam_role"], found["aws_iam_role_policy"]
    assert heredoc(own["assume_role_policy"]) == trust
    assert heredoc(attached["policy"]) == policy
    # By a reference: else the policy may be created before its role.
    assert attached["role"] == "${aws_iam_role.batch.name}"
    jobs = [*exports.calls(case, "s3-batch-update-"), *exports.calls(case, "s3-batch-copy-")]
    assert {job["RoleArn"].split("/")[1] for job in jobs} == {role["RoleName"]} == {own["name"]}


@pytest.mark.parametrize("case", ["sse-kms/emr-7.10.0", "rules/emr-7.10.0"])
def test_cloudformation_says_what_the_documents_of_the_services_say(case):
    (value,) = exports.values(case, "cloudformation")[:1]
    kinds: dict[str, list[dict]] = {}
    for item in value["Resources"].values():
        kinds.setdefault(item["Type"], []).append(item["Properties"])
    (emr,) = kinds["AWS::EMR::SecurityConfiguration"]
    assert [emr["SecurityConfiguration"]] == exports.values(case, "emr-security-configuration")
    (glue,) = kinds["AWS::Glue::SecurityConfiguration"]
    (expected,) = exports.values(case, "glue-security-configuration")
    s3 = expected["EncryptionConfiguration"]["S3Encryption"]
    assert glue["EncryptionConfiguration"]["S3Encryptions"] == s3
    (athena,) = kinds["AWS::Athena::WorkGroup"]
    (group,) = exports.values(case, "athena-workgroup")
    assert athena["WorkGroupConfiguration"] == group["Configuration"]
    assert len(kinds["AWS::S3::BucketPolicy"]) == len(
        exports.documents(case, "s3-policy-wrong-header")
    )
