"""Commands that move files keep their keys: all of the files are read, or the claim is lowered.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import uuid

import pytest

from demo.endpoint import client
from jupyterlab_s3_encryption.agent.objects.writes import watch as watches
from tests.support.agent_requests import ask, checked, codes, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")

FILES = 40


@pytest.fixture
def table(spark, bucket):
    """A table with many files, in a database on S3, so that a rename moves them."""
    database, name = f"d{uuid.uuid4().hex[:8]}", "before"
    spark.sql(f"CREATE DATABASE {database} LOCATION 's3a://{bucket}/db'")

    def write():
        frame = spark.range(0, FILES, 1, FILES)
        frame.write.mode("overwrite").saveAsTable(f"{database}.{name}")
        return database

    yield write
    spark.sql(f"DROP DATABASE {database} CASCADE")


def give_another_key(endpoint, bucket, number):
    """What another program does to one object, counted by name."""
    s3 = client(endpoint.url)
    names = [item.key for item in endpoint.stored("db/", bucket) if "part-" in item.key]
    key = sorted(names)[number]
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": endpoint.keys[1]}
    s3.put_object(Bucket=bucket, Key=key, Body=body, **options)


def rename(spark, database):
    spark.sql(f"ALTER TABLE {database}.before RENAME TO {database}.after")


def test_one_moved_file_with_another_key_is_found_among_many(spark, endpoint, bucket, table):
    ask("apply", profile=kms(endpoint.keys[0]))
    database = table()
    assert checked()["claim"] == "proven"
    # A sample of every other object, _SUCCESS the first of them, would leave it out.
    give_another_key(endpoint, bucket, 0)
    rename(spark, database)
    report = checked()
    row = report["writes"]["paths"][0]
    assert row["path"].endswith("/after")
    assert (row["checked"], row["other"], row["sampled"]) == (row["total"], 1, False)
    assert row["total"] >= FILES
    assert (report["claim"], report["proof"]) == ("set", None)
    assert "objects-differ" in codes(report)


def test_moved_files_that_were_all_read_leave_the_claim_as_it_is(spark, endpoint, bucket, table):
    ask("apply", profile=kms(endpoint.keys[0]))
    rename(spark, table())
    report = checked()
    assert (report["claim"], codes(report)) == ("proven", [])


def test_a_claim_is_lowered_if_not_all_moved_files_can_be_read(
    spark, endpoint, bucket, table, monkeypatch
):
    monkeypatch.setattr(watches, "MOST_MOVED", 10)
    ask("apply", profile=kms(endpoint.keys[0]))
    rename(spark, table())
    report = checked()
    assert report["claim"] == "set"
    found = next(item for item in report["findings"] if item["code"] == "moved-not-read")
    assert f"s3a://{bucket}/db/after" in found["message"]
    assert "10 of them were read." in found["message"]
    assert ask("verify")["claim"] == "set"
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"


def test_files_that_were_moved_before_the_profile_do_not_count(spark, endpoint, bucket, table):
    rename(spark, table())
    ask("apply", profile=kms(endpoint.keys[0]))
    report = checked()
    assert (report["claim"], report["writes"]["paths"]) == ("inEffect", [])
