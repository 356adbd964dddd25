"""Every document that is the input of an AWS call fits botocore's model of that call.

botocore checks names, types and required fields; patterns, lengths and enumerations of the same
models are checked here, because botocore leaves those to the service. Must not know: moto.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.documents import cluster_documents as exports


def _cluster(configurations: Any) -> dict[str, Any]:
    return {"Name": "n", "Instances": {}, "Configurations": configurations}


#: Document, service, operation, and how the document becomes the input.
CALLS = {
    "s3-default-encryption": (
        "s3",
        "PutBucketEncryption",
        lambda v: {"Bucket": "b", "ServerSideEncryptionConfiguration": v},
    ),
    "s3-policy-": (
        "s3",
        "PutBucketPolicy",
        lambda v: {"Bucket": "b", "Policy": json.dumps(v)},
    ),
    "s3-batch-update-": ("s3control", "CreateJob", lambda v: v),
    "s3-batch-copy-": ("s3control", "CreateJob", lambda v: v),
    "s3-batch-key-statement": (
        "kms",
        "PutKeyPolicy",
        lambda v: {"KeyId": "k", "PolicyName": "default", "Policy": json.dumps(v)},
    ),
    "s3-batch-role-policy": (
        "iam",
        "CreatePolicy",
        lambda v: {"PolicyName": "p", "PolicyDocument": json.dumps(v)},
    ),
    "s3-batch-role-trust": (
        "iam",
        "CreateRole",
        lambda v: {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(v)},
    ),
    "kms-key-policy": (
        "kms",
        "PutKeyPolicy",
        lambda v: {"KeyId": "k", "PolicyName": "default", "Policy": json.dumps(v)},
    ),
    "kms-iam-policy": (
        "iam",
        "CreatePolicy",
        lambda v: {"PolicyName": "p", "PolicyDocument": json.dumps(v)},
    ),
    "lake-formation-role-policy": (
        "iam",
        "CreatePolicy",
        lambda v: {"PolicyName": "p", "PolicyDocument": json.dumps(v)},
    ),
    "lake-formation-role-trust": (
        "iam",
        "CreateRole",
        lambda v: {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(v)},
    ),
    "emr-configurations": ("emr", "RunJobFlow", _cluster),
    "emr-spark-defaults": ("emr", "RunJobFlow", _cluster),
    "emr-security-configuration": (
        "emr",
        "CreateSecurityConfiguration",
        lambda v: {"Name": "n", "SecurityConfiguration": json.dumps(v)},
    ),
    "emr-serverless-configurations": (
        "emr-serverless",
        "CreateApplication",
        lambda v: {
            "releaseLabel": "emr-7.10.0",
            "type": "SPARK",
            "clientToken": "t",
            "runtimeConfiguration": v,
        },
    ),
    "emr-eks-configurations": (
        "emr-containers",
        "StartJobRun",
        lambda v: {"virtualClusterId": "v", "clientToken": "t", "configurationOverrides": v},
    ),
    "glue-security-configuration": ("glue", "CreateSecurityConfiguration", lambda v: v),
    "athena-workgroup": ("athena", "CreateWorkGroup", lambda v: v),
    "lake-formation-register": ("lakeformation", "RegisterResource", lambda v: v),
    "lake-formation-grants": ("lakeformation", "GrantPermissions", lambda v: v),
    "cloudtrail-event-selectors": ("cloudtrail", "PutEventSelectors", lambda v: v),
    "config-rule-": ("config", "PutConfigRule", lambda v: v),
}
#: No JSON input of a call: lines for a shell, tables, templates. Other tests look at these.
OTHER = {"emr-create-cluster", "emr-emrfs-shorthand", "kms-rotation", "glue-attach"} | {
    "emr-log-and-studio-keys",
    *("s3-batch-commands", "cloudformation-batch-role", "terraform-batch-role"),
    *("athena-compatibility", "cloudformation", "cloudformation-buckets", "cloudformation-key"),
    "terraform",
}


@functools.cache
def shape(service: str, operation: str) -> Any:
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).input_shape


def faults(value: Any, model: Any, path: str = "") -> list[str]:
    """What of patterns, lengths and enumerations a value breaks."""
    found: list[str] = []
    if model.type_name == "structure":
        for name, item in value.items():
            found += faults(item, model.members[name], f"{path}.{name}")
    elif model.type_name == "list":
        limits = model.metadata
        if not limits.get("min", 0) <= len(value) <= limits.get("max", len(value)):
            found.append(f"{path}: {len(value)} entries")
        for item in value:
            found += faults(item, model.member, f"{path}[]")
    elif model.type_name == "map":
        for item in value.values():
            found += faults(item, model.value, f"{path}{{}}")
    elif model.type_name == "string":
        limits = model.metadata
        if model.enum and value not in model.enum:
            found.append(f"{path}: {value} is none of {model.enum}")
        if not limits.get("min", 0) <= len(value) <= limits.get("max", len(value)):
            found.append(f"{path}: {len(value)} characters")
        pattern = limits.get("pattern")
        # Python has no surrogate pairs, which the models use for every other character.
        if pattern and "\\u" not in pattern and not re.search(f"^(?:{pattern})$", value):
            found.append(f"{path}: {value} does not match {pattern}")
    return found


def all_faults(service: str, operation: str, value: Any) -> list[str]:
    model = shape(service, operation)
    report = ParamValidator().validate(value, model)
    return [report.generate_report()] if report.has_errors() else faults(value, model)


def entry(identifier: str) -> Any:
    name = identifier.split(":")[0]
    return next((call for start, call in CALLS.items() if name.startswith(start)), None)


def entry_has_calls(name: str) -> bool:
    """Whether such a document is a list of calls if there is more than one."""
    return name.startswith(("lake-formation-", "s3-batch-"))


@pytest.mark.parametrize("case", exports.KNOWN)
def test_every_document_that_is_an_input_fits_the_model_of_its_call(case):
    checked = 0
    for document in exports.documents(case):
        name = document["id"].split(":")[0]
        if name in OTHER:
            continue
        service, operation, to_input = entry(name)
        values = json.loads(document["text"])
        several = entry_has_calls(name) and isinstance(values, list)
        for value in values if several else [values]:
            found = all_faults(service, operation, to_input(value))
            # Lake Formation's model writes the partition aws into its pattern.
            if case in exports.PARTITIONS and name == "lake-formation-register":
                found = [fault for fault in found if "RoleArn" not in fault]
            assert found == [], document["id"]
            checked += 1
    assert checked >= 10


def test_the_check_finds_what_is_wrong():
    (value,) = exports.values("sse-kms/emr-7.10.0", "athena-workgroup")
    encryption = value["Configuration"]["ResultConfiguration"]["EncryptionConfiguration"]
    assert all_faults("athena", "CreateWorkGroup", value) == []
    encryption["EncryptionOption"] = "SSE-KMS"
    assert all_faults("athena", "CreateWorkGroup", value) != []
    encryption["EncryptionOption"] = "SSE_KMS"
    encryption["KmsKeyArn"] = encryption.pop("KmsKey")
    assert all_faults("athena", "CreateWorkGroup", value) != []


@pytest.mark.parametrize("case", exports.CASES)
def test_every_document_has_the_promised_shape(case):
    found = exports.documents(case)
    services = ["emr", "s3", "s3-batch", "kms", "glue", "athena", "lake-formation", "watching"]
    services += ["cloudformation", "terraform"]
    positions = [services.index(document["service"]) for document in found]
    assert positions == sorted(positions)
    for document in found:
        shape = {"id", "title", "service", "format", "text", "notes"}
        assert set(document) - {"oneOf"} == shape
        assert document["text"].endswith("\n")
        assert document["title"]
        assert document["notes"]
        assert document["format"] in {"json", "shell", "hcl", "markdown"}
        if document["format"] == "json":
            json.loads(document["text"])


#: What only the user who runs a command can know.
PER_CALL = {
    *("<SUBNET_ID>", "<LOG_BUCKET>", "<STUDIO_ID>", "<REPORT_BUCKET>"),
    *("<MANIFEST_BUCKET>", "<MANIFEST_KEY>", "<MANIFEST_ETAG>", "<MANIFEST_FILE>", "<JOB_FILE>"),
    *("<JOB_NAME>", "<SCRIPT_LOCATION>", "<GLUE_VERSION>", "<CRAWLER_NAME>"),
}


@pytest.mark.parametrize("case", exports.KNOWN)
def test_no_placeholder_is_left_if_everything_is_known(case):
    text = "".join(document["text"] for document in exports.documents(case))
    left = set(re.findall(r"<[A-Z][A-Z_]*>", text)) - PER_CALL
    if case.endswith("/None"):
        left -= {"<EMR_RELEASE>"}
    assert left == set()


def test_what_is_unknown_is_a_marked_placeholder_and_never_a_fake():
    text = "".join(document["text"] for document in exports.documents("nothing"))
    found = set(re.findall(r"<[A-Z][A-Z_]*>", text))
    assert {"<PARTITION>", "<BUCKET>", "<REGION>", "<RESULTS_BUCKET>"} <= found
    assert {"<EMR_SERVICE_ROLE>", "<LAKE_FORMATION_ROLE_ARN>", "<TRAIL_NAME>"} <= found
    # Nothing that looks like an account, a Region or a key.
    assert re.findall(r"\b\d{12}\b", text) == []
    assert re.findall(r"\b(?:us|eu|ap)-[a-z]+-\d\b", text) == []
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-", text) == []


def test_the_account_of_a_key_is_not_taken_for_the_account_of_the_roles():
    text = "".join(document["text"] for document in exports.documents("unknown"))
    assert "<EMR_INSTANCE_ROLE_ARN>" in text
    assert f"arn:aws:iam::{exports.ACCOUNT}:root" in text
    assert f"arn:aws:logs:{exports.REGION}:<ACCOUNT_ID>:log-group" in text
