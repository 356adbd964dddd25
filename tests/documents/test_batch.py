"""The jobs of S3 Batch Operations: what is wrong in one is found, and what no model says of them.

Must not know: how the documents are written.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from tests.documents import cluster_documents as exports
from tests.documents.test_shapes import all_faults

CASE = "sse-kms/emr-7.10.0"


def jobs(case: str) -> list[dict[str, Any]]:
    """Every request of a case."""
    return [*exports.calls(case, "s3-batch-update-"), *exports.calls(case, "s3-batch-copy-")]


def place(request: dict[str, Any], path: str) -> tuple[Any, str]:
    """What holds the last name of a path with dots, and that name."""
    *parents, name = path.split(".")
    for parent in parents:
        request = request[parent]
    return request, name


@pytest.mark.parametrize(
    ("job", "path", "wrong"),
    [
        ("update-sse-s3", "ClientRequestToken", "RequestToken"),
        ("update-sse-s3", "Report.ExpectedBucketOwner", "BucketOwner"),
        ("update-sse-s3", "Operation.S3UpdateObjectEncryption", "S3UpdateEncryption"),
        (
            "update-sse-s3",
            "Operation.S3UpdateObjectEncryption.ObjectEncryption.SSEKMS.KMSKeyArn",
            "KmsKeyArn",
        ),
        (
            "update-sse-s3",
            "ManifestGenerator.S3JobManifestGenerator.Filter.MatchAnyObjectEncryption",
            "EncryptionFilter",
        ),
        ("copy-dsse-kms", "Operation.S3PutObjectCopy.SSEAwsKmsKeyId", "SSEKMSKeyId"),
        ("copy-dsse-kms", "Operation.S3PutObjectCopy.NewObjectMetadata.SSEAlgorithm", "Algorithm"),
        ("copy-list", "Manifest.Location.ETag", "Etag"),
        ("copy-list", "Manifest.Spec.Fields", "Columns"),
    ],
)
def test_a_field_with_a_wrong_name_does_not_fit_the_model(job, path, wrong):
    (right,) = exports.values(CASE, f"s3-batch-{job}:{exports.BUCKET}")
    assert all_faults("s3control", "CreateJob", right) == []
    request = copy.deepcopy(right)
    holder, name = place(request, path)
    holder[wrong] = holder.pop(name)
    assert all_faults("s3control", "CreateJob", request) != []


@pytest.mark.parametrize(
    ("job", "path", "wrong"),
    [
        ("copy-dsse-kms", "Operation.S3PutObjectCopy.NewObjectMetadata.SSEAlgorithm", "aws:kms"),
        ("copy-dsse-kms", "Operation.S3PutObjectCopy.StorageClass", "Standard"),
        ("copy-list", "Manifest.Spec.Format", "CSV"),
        (
            "update-sse-s3",
            "ManifestGenerator.S3JobManifestGenerator.Filter.MatchAnyObjectEncryption",
            [{"SSES3": {}}, {"SSEKMS": {}}],
        ),
        (
            "update-sse-s3",
            "Operation.S3UpdateObjectEncryption.ObjectEncryption.SSEKMS.KMSKeyArn",
            "arn:aws:kms:eu-west-1:111122223333:alias/lake",
        ),
        ("update-sse-s3", "ClientRequestToken", "x" * 65),
    ],
)
def test_a_value_that_s3_does_not_take_does_not_fit_the_model(job, path, wrong):
    (request,) = exports.values(CASE, f"s3-batch-{job}:{exports.BUCKET}")
    holder, name = place(request, path)
    holder[name] = wrong
    assert all_faults("s3control", "CreateJob", request) != []


@pytest.mark.parametrize("case", exports.KNOWN)
def test_a_filter_has_one_prefix_at_most_as_the_api_reference_says_and_the_model_does_not(case):
    for job in jobs(case):
        generator = job.get("ManifestGenerator", {}).get("S3JobManifestGenerator", {})
        prefixes = generator.get("Filter", {}).get("KeyNameConstraint", {}).get("MatchAnyPrefix")
        assert prefixes is None or len(prefixes) == 1


@pytest.mark.parametrize("case", exports.KNOWN)
def test_every_job_waits_and_reports_to_the_account_and_has_a_token_of_its_own(case):
    tokens = [job["ClientRequestToken"] for job in jobs(case) if "ManifestGenerator" in job]
    assert len(set(tokens)) == len(tokens)
    for job in jobs(case):
        assert job["ConfirmationRequired"] is True
        assert job["Report"]["ExpectedBucketOwner"] == job["AccountId"] == exports.ACCOUNT


def test_two_prefixes_are_two_jobs():
    (found,) = exports.values("prefixes", "s3-batch-update-sse-s3")
    assert len(found) == 2


def test_the_commands_name_files_that_are_documents():
    (document,) = exports.documents(CASE, "s3-batch-commands")
    files = re.findall(r"file://([\w.-]+)", document["text"])
    known = {one["id"] for one in exports.documents(CASE, "s3-batch-")}
    assert len(files) == 2
    assert {name.removesuffix(".json") for name in files} <= known
