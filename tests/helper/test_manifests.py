"""The lists for S3 Batch Operations that a plan writes. Must not know: S3."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import unquote

import pytest

from jupyterlab_s3_encryption import ReencryptionPlan
from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.reencryption.plans import Plan
from jupyterlab_s3_encryption.agent.reencryption.rows.rows import Rows
from jupyterlab_s3_encryption.agent.reencryption.ways import COPY_LIMIT, Target, decide
from tests.reencryption.test_ways import KMS, OTHER, stored

KEYS = ["data/a b.parquet", 'x,"y"\n.csv', "k=1/é+%20.txt", "plain"]


def plan_of(objects: list[Any], target: Target = KMS, versions: bool = False) -> ReencryptionPlan:
    rows = Rows(target)
    for facts in objects:
        rows.add(facts, decide(facts, target))
    location = S3Location("s3", "bucket", "")
    settings: Any = None
    return ReencryptionPlan(Plan(location, target, versions, settings, 1.0, len(rows), 0, rows, []))


def read(file) -> list[list[str]]:
    with file.open(newline="") as source:
        return list(csv.reader(source))


def test_each_line_is_the_bucket_and_the_key_with_url_encoding(tmp_path):
    file = tmp_path / "update.csv"
    assert plan_of([stored(key=key) for key in KEYS]).to_manifest(file) == len(KEYS)
    lines = read(file)
    assert [bucket for bucket, _ in lines] == ["bucket"] * len(KEYS)
    assert [unquote(key) for _, key in lines] == KEYS
    # S3 reads one line for each object, whatever is in its key.
    assert len(file.read_bytes().splitlines()) == len(KEYS)
    assert not any(mark in key for _, key in lines for mark in ' ,"\n+')


def test_a_list_has_only_what_a_job_can_change_in_that_way(tmp_path):
    plan = plan_of(
        [
            stored(key="in place"),
            stored("aws:kms:dsse", OTHER, key="copied"),
            stored("", key="cold", storage="STANDARD_IA"),
            stored("", key="large", size=COPY_LIMIT + 1),
            stored("SSE-C:AES256", key="of a customer"),
            stored("", key="archived", archived=True, storage="GLACIER"),
        ]
    )
    for arguments, expected in (
        (("update",), ["in place"]),
        (("copy",), ["copied"]),
        (("copy", "STANDARD_IA"), ["cold"]),
    ):
        file = tmp_path / "list.csv"
        plan.to_manifest(file, *arguments)
        assert [unquote(key) for _, key in read(file)] == expected


def test_old_versions_are_named_by_their_ids(tmp_path):
    objects = [stored(version="v2"), stored(version="v1", current=False)]
    plan_of(objects, versions=True).to_manifest(tmp_path / "all.csv")
    assert [line[2] for line in read(tmp_path / "all.csv")] == ["v2", "v1"]
    plan_of(objects[:1]).to_manifest(tmp_path / "current.csv")
    assert [len(line) for line in read(tmp_path / "current.csv")] == [2]


@pytest.mark.parametrize(
    ("target", "way", "message"),
    [
        (KMS, "multipart", "update or copy"),
        (KMS, "copy", "no object that a job can copy in the class STANDARD"),
        (
            KMS._replace(choice={**KMS.choice, "encryptionContext": {"a": "b"}}),
            "copy",
            "encryption context",
        ),
    ],
)
def test_what_a_job_cannot_do_is_said_and_no_file_is_written(tmp_path, target, way, message):
    file = tmp_path / "list.csv"
    with pytest.raises(ValueError, match=message):
        plan_of([stored()], target).to_manifest(file, way)
    assert not file.exists()
