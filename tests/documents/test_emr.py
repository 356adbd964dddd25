"""EMR: what awscli's own parsers, its examples and Hadoop's names say of the documents.

awscli is the one of AWS; the calls that it makes go to moto, in this process. Must not know: how the
documents are written.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import awscli
import boto3
import pytest
from awscli.clidriver import create_clidriver
from awscli.customizations.emr import emrfsutils
from awscli.customizations.emr.argumentschema import EMR_FS_SCHEMA
from awscli.shorthand import ShorthandParser
from moto import mock_aws

from tests.documents import cluster_documents as exports

pytestmark = pytest.mark.slow

EMRFS_CASES = [
    name
    for name in exports.KNOWN
    if any(d["id"] == "emr-emrfs-shorthand" for d in exports.documents(name))
]


def flatten(value, path=""):
    """Every path in a JSON value with the type at its end; entries of lists share a path."""
    if isinstance(value, dict):
        return set().union(*[flatten(item, f"{path}.{key}") for key, item in value.items()])
    if isinstance(value, list):
        return set().union(*[flatten(item, f"{path}[]") for item in value])
    return {(path, type(value).__name__)}


def documented() -> set[tuple[str, str]]:
    """The paths of the security configurations in the CLI's examples and in EMR's guide."""
    name = "examples/emr/create-security-configuration.rst"
    text = (Path(awscli.__file__).parent / name).read_text("utf-8")
    found = set()
    for block in re.findall(
        r"contents of security_configuration\.json\)::\n\n(.*?)\n\n", text, re.S
    ):
        found |= flatten(json.loads(block))
    # Amazon EMR management guide, "Create a security configuration": not in the CLI's examples.
    base = ".EncryptionConfiguration.AtRestEncryptionConfiguration"
    s3 = f"{base}.S3EncryptionConfiguration"
    more = [f"{s3}.AwsKmsKey", f"{s3}.S3Object", f"{s3}.EncryptionKeyProviderClass"]
    more += [f"{s3}.Overrides[].{name}" for name in ("BucketName", "EncryptionMode", "AwsKmsKey")]
    found |= {(path, "str") for path in more}
    return found | {(f"{base}.LocalDiskEncryptionConfiguration.EnableEbsEncryption", "bool")}


@pytest.mark.parametrize("case", exports.KNOWN)
def test_a_security_configuration_has_only_documented_fields(case):
    known = documented()
    assert len(known) > 10
    for value in exports.values(case, "emr-security-configuration"):
        assert flatten(value) <= known
        at_rest = value["EncryptionConfiguration"]["AtRestEncryptionConfiguration"]
        # Local disks can be encrypted alone.
        assert at_rest
        base = at_rest.get("S3EncryptionConfiguration")
        for rule in [] if base is None else [base, *base.get("Overrides", [])]:
            # The guide's table: which mode needs which value.
            needs = {
                "SSE-S3": set(),
                "SSE-KMS": {"AwsKmsKey"},
                "CSE-KMS": {"AwsKmsKey"},
                "CSE-Custom": {"S3Object", "EncryptionKeyProviderClass"},
            }[rule["EncryptionMode"]]
            assert set(rule) - {"EncryptionMode", "BucketName", "Overrides"} == needs


def shorthand(case: str) -> dict:
    (document,) = exports.documents(case, "emr-emrfs-shorthand")
    option, value = shlex.split(document["text"])
    assert option == "--emrfs"
    return ShorthandParser().parse(value)


@pytest.mark.parametrize("case", EMRFS_CASES)
def test_the_clis_own_parser_makes_the_same_properties_of_the_shorthand(case):
    parsed = shorthand(case)
    assert set(parsed) <= set(EMR_FS_SCHEMA["properties"])
    made = emrfsutils.build_emrfs_confiuration(parsed)
    (classifications,) = exports.values(case, "emr-configurations")
    (written,) = [item for item in classifications if item["Classification"] == "emrfs-site"]
    # EMRFS takes AES256 as its algorithm if none is named; the shorthand has no word for it.
    assert made["Properties"] == written["Properties"]


def test_there_are_shorthands_of_every_kind():
    kinds = {shorthand(case).get("Encryption") for case in EMRFS_CASES}
    kinds |= {shorthand(case).get("ProviderType") for case in EMRFS_CASES}
    assert {"ServerSide", "ClientSide", "KMS", "Custom"} <= kinds


def run_cli(text: str) -> list[dict]:
    """Runs the commands of a document with the AWS CLI, against moto; the inputs that it sent."""
    sent: list[dict] = []
    for command in re.split(r"\n(?=aws )", text.replace("\\\n", " ").strip()):
        words = shlex.split(command, comments=True)
        if words:
            assert words[0] == "aws"
            driver = create_clidriver()
            driver.session.register(
                "provide-client-params", lambda params, **_: sent.append(dict(params))
            )
            assert driver.main(words[1:]) == 0, command
    return sent


@pytest.fixture
def aws(tmp_path, monkeypatch):
    """moto, and the folder with the files that the commands name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_PAGER", "")
    with mock_aws():
        yield tmp_path


@pytest.mark.parametrize("case", ["sse-kms/emr-7.10.0", "rules/emr-6.15.0", "cse-custom"])
def test_the_cli_creates_security_configuration_and_cluster_as_written(case, aws, capsys):
    for name in ("emr-configurations", "emr-security-configuration"):
        (document,) = exports.documents(case, name)
        (aws / f"{name}.json").write_text(document["text"])
    (document,) = exports.documents(case, "emr-create-cluster")
    run_cli(document["text"].replace("<SUBNET_ID>", "subnet-1"))
    emr = boto3.client("emr", exports.REGION)
    (summary,) = emr.list_clusters()["Clusters"]
    cluster = emr.describe_cluster(ClusterId=summary["Id"])["Cluster"]
    assert cluster["SecurityConfiguration"] == "s3-encryption"
    assert cluster["ReleaseLabel"] == exports.CASES[case][1]["releaseLabel"]
    (written,) = exports.values(case, "emr-configurations")
    assert {item["Classification"]: item["Properties"] for item in cluster["Configurations"]} == {
        item["Classification"]: item["Properties"] for item in written
    }
    stored = emr.describe_security_configuration(Name="s3-encryption")
    (security,) = exports.values(case, "emr-security-configuration")
    assert json.loads(stored["SecurityConfiguration"]) == security


def test_the_cli_turns_rotation_on_as_written(aws):
    (document,) = exports.documents("sse-kms/emr-7.10.0", "kms-rotation")
    kms = boto3.client("kms", exports.REGION)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    run_cli(document["text"].replace(exports.KEY, key))
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True


def test_the_cli_checks_the_lines_of_glue(aws, capsys):
    # moto has no update_crawler: the CLI checks its input and sends nothing.
    (document,) = exports.documents("sse-kms/emr-7.10.0", "glue-attach")
    lines = document["text"].replace("\\\n", " ").splitlines()
    commands = [line for line in lines if line.startswith("aws ")]
    assert len(commands) == 2
    for command in commands:
        run_cli(f"{command} --generate-cli-skeleton output")
    wrong = commands[1].replace("--crawler-security", "--security")
    with pytest.raises(AssertionError):
        run_cli(f"{wrong} --generate-cli-skeleton output")


def test_the_cli_takes_the_key_of_logs_and_of_a_studio_as_written(aws, capsys):
    case = "sse-kms/emr-7.10.0"
    for name in ("emr-configurations", "emr-security-configuration"):
        (document,) = exports.documents(case, name)
        (aws / f"{name}.json").write_text(document["text"])
    (keys,) = exports.documents(case, "emr-log-and-studio-keys")
    lines = keys["text"].replace("\\\n", " ").splitlines()
    (options,) = [line[2:] for line in lines if line.startswith("# --")]
    (document,) = exports.documents(case, "emr-create-cluster")
    text = document["text"].replace("<SUBNET_ID>", "subnet-1").rstrip()
    *_, sent = run_cli(f"{text} {options.replace('<LOG_BUCKET>', 'emr-logs')}")
    assert sent["LogUri"] == "s3://emr-logs/"
    assert sent["LogEncryptionKmsKeyId"] == exports.KEY
    (studio,) = [line for line in lines if line.startswith("aws ")]
    run_cli(f"{studio} --generate-cli-skeleton output")


def names(case: str, document: str = "emr-configurations") -> dict[str, dict[str, str]]:
    (value,) = exports.values(case, document)
    return {item["Classification"]: item["Properties"] for item in value}


@pytest.mark.parametrize(
    ("release", "classifications"),
    [
        ("emr-6.15.0", {"emrfs-site", "core-site"}),
        ("emr-7.9.0", {"emrfs-site", "core-site"}),
        ("emr-7.10.0", {"core-site"}),
        (None, {"emrfs-site", "core-site"}),
    ],
)
def test_the_default_connector_of_a_release_decides_the_classifications(release, classifications):
    found = names(f"sse-kms/{release}")
    assert set(found) == classifications
    for name, properties in found.items():
        prefix = {"emrfs-site": "fs.s3.", "core-site": "fs.s3a."}[name]
        assert all(key.startswith(prefix) for key in properties)


def test_old_releases_get_the_old_names_of_s3a():
    assert "fs.s3a.server-side-encryption-algorithm" in names("sse-kms/emr-5.36.0")["core-site"]
    assert "fs.s3a.encryption.algorithm" in names("sse-kms/emr-6.15.0")["core-site"]


def test_client_side_encryption_keeps_emrfs_even_if_s3a_is_the_default():
    found = names("cse-kms/emr-7.10.0")
    assert found["core-site"]["fs.s3.impl"] == "com.amazon.ws.emr.hadoop.fs.EmrFileSystem"
    assert found["emrfs-site"]["fs.s3.cse.enabled"] == "true"
    assert not any(name.startswith("fs.s3a.") for name in found["core-site"])


@pytest.mark.parametrize("case", [n for n in exports.KNOWN if n.startswith("sse-kms/")])
def test_the_shapes_for_ec2_serverless_and_eks_say_the_same(case):
    upper = names(case)
    (serverless,) = exports.values(case, "emr-serverless-configurations")
    (eks,) = exports.values(case, "emr-eks-configurations")
    assert eks["applicationConfiguration"] == serverless
    lower = {item["classification"]: item["properties"] for item in serverless}
    spark = lower.pop("spark-defaults")
    assert lower == upper
    flat = {key: value for item in upper.values() for key, value in item.items()}
    assert spark == {f"spark.hadoop.{key}": value for key, value in flat.items()}
    assert names(case, "emr-spark-defaults") == {"spark-defaults": spark}


def test_serverless_and_eks_get_no_document_that_would_need_an_empty_value():
    assert "" in names("rules/emr-7.10.0")["core-site"].values()
    ids = {document["id"] for document in exports.documents("rules/emr-7.10.0", "emr-")}
    assert not {"emr-serverless-configurations", "emr-eks-configurations"} & ids
