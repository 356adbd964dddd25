"""Large audits with real Spark and a real endpoint: by executors, by the driver and with boto3 alike.

Must not know: the engine.
"""

from __future__ import annotations

import csv

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import client
from jupyterlab_s3_encryption.large import boto_runner, requests

pytestmark = pytest.mark.usefixtures("fresh_agent")


@pytest.fixture
def table(endpoint, bucket):
    """Three days of 8 objects; one of each has another key, one has an old version without KMS."""
    s3 = client(endpoint.url)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="t/d=0/0", Body=b"123")
    for day in range(3):
        for number in range(8):
            s3.put_object(
                Bucket=bucket,
                Key=f"t/d={day}/{number}",
                Body=b"123",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=endpoint.keys[number == 5],
            )
    s3.put_object(Bucket=bucket, Key="t/gone", Body=b"123")
    s3.delete_object(Bucket=bucket, Key="t/gone")
    return f"s3://{bucket}/t"


def counts(found):
    return sorted(
        (row["algorithm"], row["keyId"], row["verdict"], row.get("current"), row["objects"])
        for row in found.counts
    )


def test_executors_and_driver_find_the_same_as_boto3(spark, endpoint, table, monkeypatch):
    s3enc.apply(method="sse-kms", kms_key_id=endpoint.keys[0])
    every = {by: s3enc.audit(table, by=by, versions=True) for by in ("executors", "driver")}

    def with_boto3(session, location, by, parts, at_once):
        return boto_runner.runner(session.hadoop_conf(), location, at_once), by, []

    monkeypatch.setenv("AWS_CA_BUNDLE", str(endpoint.certificate))
    monkeypatch.setattr(requests, "_runner", with_boto3)
    every["boto3"] = s3enc.audit(table, by="driver", versions=True)
    read_by = {by: found.read_by for by, found in every.items()}
    assert read_by == {"executors": "xattr", "driver": "xattr", "boto3": "boto3"}
    for found in every.values():
        assert counts(found) == sorted(
            [
                ("AES256", "", "other", False, 2),
                ("aws:kms", endpoint.keys[0], "wanted", True, 21),
                ("aws:kms", endpoint.keys[1], "other", True, 3),
            ]
        )
        assert (found.checked, found.markers, found.complete, found.differ) == (26, 1, True, 5)
        assert found.folders["d=1/"].objects == {"wanted": 7, "other": 1}
        assert found.folders[""].listed == 26


def test_all_that_differ_are_written_where_the_user_says(spark, endpoint, table, tmp_path):
    s3enc.apply(method="sse-kms", kms_key_id=endpoint.keys[0])
    file = tmp_path / "differ.csv"
    found = s3enc.audit(table, by="executors", file=file)
    with file.open(newline="") as rows:
        paths = sorted(row["path"] for row in csv.DictReader(rows))
    assert paths == [f"{table}/d={day}/5" for day in range(3)]
    assert found.file == str(file)
    with pytest.raises(FileExistsError):
        s3enc.audit(table, by="executors", file=file)


def test_a_sample_says_how_it_was_drawn(spark, endpoint, table):
    s3enc.apply(method="sse-kms", kms_key_id=endpoint.keys[0])
    one, other = (
        s3enc.audit(table, 10, "random", by=by, seed="7") for by in ("executors", "driver")
    )
    assert (one.listed, one.checked, one.complete) == (24, 10, False)
    assert counts(one) == counts(other)
    assert "This is a sample: each object had the same chance" in repr(one)
    assert "seed 7" in repr(one)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"path": "nowhere", "by": "driver"}, "path"),
        ({"path": "s3://bucket/x", "by": "nobody"}, "by"),
        ({"path": "s3://bucket/x", "by": "driver", "parts": 0}, "parts"),
        ({"path": "s3://bucket/x", "by": "driver", "at_once": 1000}, "at_once"),
        ({"path": "s3://bucket/x", "sample": "random", "limit": 0}, "sample"),
        ({"path": "s3://bucket/x", "by": "driver", "sample": "newest"}, "sample"),
        ({"path": "s3://bucket/x", "seed": "1"}, "by"),
    ],
)
def test_arguments_that_are_wrong_are_named_before_anything_is_asked(arguments, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        s3enc.audit(**arguments)
