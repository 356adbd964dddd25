"""Commands that move files keep their keys: all of the files are read, or the claim is lowered.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import uuid

import pytest

from jupyterlab_s3_encryption.agent.objects.writes import watch as watches
from tests.support.agent_requests import ask, checked, codes, kms
from tests.support.stored_objects import encrypt_otherwise

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
    names = [item.key for item in endpoint.stored("db/", bucket) if "part-" in item.key]
    encrypt_otherwise(endpoint, bucket, sorted(names)[number], endpoint.keys[1])


def rename(spark, database):
    spark.sql(f"ALTER TABLE {database}.before RENAME TO {database}.after")


@pytest.mark.soak
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


@pytest.mark.soak
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


def renamed(spark, bucket, source, target):
    """What code of the user's own does with Hadoop's file system."""
    hadoop = spark._jvm.org.apache.hadoop.fs
    paths = [hadoop.Path(f"s3a://{bucket}/{name}") for name in (source, target)]
    system = paths[0].getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    assert system.rename(*paths)
    return system


def write(spark, bucket, name):
    spark.range(0, 4, 1, 2).write.mode("overwrite").parquet(f"s3a://{bucket}/{name}")


def keeps_keys(spark):
    """Whether S3A gives a copy the encryption of its source: from Hadoop 3.4 on."""
    return not spark.version.startswith("3.")


@pytest.mark.parametrize("what", ["folder", "one file"])
def test_a_rename_by_the_users_code_lowers_the_claim_until_its_objects_were_read(
    spark, endpoint, bucket, what
):
    older, newer = endpoint.keys
    ask("apply", profile=kms(older))
    write(spark, bucket, "tmp")
    ask("apply", profile=kms(newer))
    names = sorted(item.key for item in endpoint.stored("tmp/part", bucket))
    source, target = ("tmp", "after") if what == "folder" else (names[0], "after.parquet")
    renamed(spark, bucket, source, target)
    for request in ("guard", "verify"):
        report = ask(request, profile=kms(newer)) if request == "guard" else ask(request)
        assert report["claim"] == "set", request
        found = next(item for item in report["findings"] if item["code"] == "moved-not-read")
        assert f"s3a://{bucket}/{target}" in found["message"]
    report = checked()
    row = report["writes"]["paths"][0]
    assert row["path"] == f"s3a://{bucket}/{target}"
    assert row["checked"] == row["total"] > 0
    stored = {item.kms_key_id for item in endpoint.stored("after", bucket)}
    assert stored == ({older} if keeps_keys(spark) else {newer})
    wrong = ("set", ["objects-differ"])
    assert (report["claim"], codes(report)) == (wrong if keeps_keys(spark) else ("proven", []))
    assert ask("apply", profile=kms(newer))["claim"] == "inEffect"


def test_a_rename_of_what_the_profile_wrote_leaves_the_claim_once_it_was_read(
    spark, endpoint, bucket
):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, bucket, "tmp")
    checked()
    renamed(spark, bucket, "tmp", "after")
    assert ask("verify")["claim"] == "set"
    report = checked()
    assert (report["claim"], codes(report)) == ("proven", [])
    assert ask("guard", profile=kms(endpoint.keys[0]))["unchanged"] is True


def test_files_that_are_written_and_renamed_at_once_leave_the_claim_as_it_is(
    spark, endpoint, bucket
):
    ask("apply", profile=kms(endpoint.keys[0]))
    hadoop = spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(f"s3a://{bucket}/metadata/0123.json")
    system = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    for _ in range(2):
        system.create(path).close()
        renamed(spark, bucket, "metadata/0123.json", "metadata/v1.json")
        system.delete(hadoop.Path(f"s3a://{bucket}/metadata/v1.json"), False)
    report = ask("verify")
    assert (report["claim"], codes(report)) == ("inEffect", [])


def test_what_was_renamed_before_the_profile_does_not_count(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, bucket, "tmp")
    renamed(spark, bucket, "tmp", "after")
    report = ask("apply", profile=kms(endpoint.keys[1]))
    assert (report["claim"], codes(report)) == ("inEffect", [])
    ask("clear")
    write(spark, bucket, "tmp")
    renamed(spark, bucket, "tmp", "later")
    assert "moved-not-read" not in codes(ask("verify"))


@pytest.mark.soak
def test_more_renames_than_are_remembered_keep_the_claim_lower(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    hadoop = spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(f"s3a://{bucket}/n/0")
    system = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    assert system.mkdirs(path)
    for number in range(201):
        renamed(spark, bucket, f"n/{number}", f"n/{number + 1}")
    found = next(item for item in ask("verify")["findings"] if item["code"] == "moved-not-read")
    assert "and elsewhere" in found["message"]
    assert checked()["claim"] == "set"
