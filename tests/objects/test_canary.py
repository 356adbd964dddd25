"""The canary against a real endpoint: what it reports beside what was stored, and that it is removed.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import threading
import time

import pytest

from demo.endpoint import client
from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.objects import canary as canaries
from jupyterlab_s3_encryption.agent.objects import connect_canary
from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from tests.support.agent_requests import CUSTOMER_KEY, ask, codes, keep_in_credential_file, kms
from tests.support.sockets import silent_server

pytestmark = pytest.mark.usefixtures("fresh_agent")

KEY = "fs.s3a.encryption.key"
PROVIDER = "hadoop.security.credential.provider.path"


def names(endpoint, bucket):
    """Everything below a bucket, folder markers and unfinished uploads too."""
    s3 = client(endpoint.url)
    found = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    uploads = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found + [item["Key"] for item in uploads]


def test_a_canary_proves_a_profile_and_leaves_nothing_behind(spark, endpoint, bucket):
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"
    group = spark.sparkContext.getLocalProperty("spark.jobGroup.id")
    report = ask("canary", location=f"s3://{bucket}/some/folder")
    result = report["canary"]
    assert (report["ok"], report["claim"], codes(report)) == (True, "proven", [])
    assert result["executors"] == {"total": 1, "wrote": 1}
    assert (result["removed"], result["left"], result["readBy"]) == (True, [], "xattr")
    written = [item for item in result["objects"] if item["executor"] == "driver"]
    assert len(written) == result["slots"] == 2
    assert {(item["algorithm"], item["keyId"]) for item in result["objects"]} == {
        ("aws:kms", endpoint.keys[0])
    }
    assert [(one["bucket"], one["by"]) for one in report["proof"]["buckets"]] == [
        (bucket, "canary")
    ]
    assert names(endpoint, bucket) == []
    assert spark.sparkContext.getLocalProperty("spark.jobGroup.id") == group
    assert [one for one in threading.enumerate() if isinstance(one, threading.Timer)] == []
    # Later requests report the same, until the settings change.
    assert ask("verify")["claim"] == "proven"
    assert ask("apply", profile=kms(endpoint.keys[1]))["proof"] is None


def test_a_changed_setting_ends_a_proof_and_a_canary_shows_what_it_does(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    ask("canary", location=f"s3a://{bucket}/x")
    spark.conf.set(KEY, endpoint.keys[1])
    spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    report = ask("probe")
    assert (report["claim"], report["proof"]) == ("none", None)
    report = ask("canary", location=f"s3a://{bucket}/x")
    # Nothing: what is opened keeps to the profile until an apply or a clear.
    assert {item["verdict"] for item in report["canary"]["objects"]} == {"wanted"}
    assert (report["claim"], report["proof"]) == ("none", None)
    spark.conf.set(KEY, endpoint.keys[0])
    assert ask("canary", location=f"s3a://{bucket}/x")["claim"] == "proven"


def test_a_canary_that_differs_keeps_the_claim_at_set_until_an_apply(
    spark, endpoint, bucket, tmp_path
):
    place = f"localjceks://file{tmp_path}/keys.jceks"
    keep_in_credential_file(spark, place, KEY, endpoint.keys[1])
    ask("apply", profile=kms(endpoint.keys[0]))
    ask("canary", location=f"s3a://{bucket}/x")
    spark.conf.set(PROVIDER, place)
    spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert {item["verdict"] for item in report["canary"]["objects"]} == {"other"}
    assert "objects-differ" in codes(report)
    assert (report["claim"], report["proof"]) == ("set", None)
    spark.conf.unset(PROVIDER)
    spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    report = ask("verify")
    assert (report["claim"], codes(report)) == ("set", ["objects-differ"])
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert {item["verdict"] for item in report["canary"]["objects"]} == {"wanted"}
    assert (report["claim"], report["proof"]) == ("set", None)
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"
    assert names(endpoint, bucket) == []


def test_a_canary_says_what_is_stored_even_if_it_can_prove_nothing(spark, endpoint, bucket):
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert (report["claim"], report["proof"]) == ("none", None)
    assert {item["verdict"] for item in report["canary"]["objects"]} == {None}
    ask("apply", profile={"method": "bucket-default"})
    report = ask("canary", location=f"s3a://{bucket}")
    assert {item["verdict"] for item in report["canary"]["objects"]} == {"wanted"}
    assert (report["claim"], report["proof"]) == ("inEffect", None)
    assert names(endpoint, bucket) == []


def test_the_rule_of_a_bucket_is_what_its_canary_is_compared_with(spark, endpoint, bucket):
    rules = {bucket: {"method": "sse-s3"}}
    ask("apply", profile={**kms(endpoint.keys[0]), "buckets": rules})
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert {item["algorithm"] for item in report["canary"]["objects"]} == {"AES256"}
    assert report["claim"] == "proven"


def test_after_a_failure_nothing_stays_and_nothing_is_claimed(spark, endpoint, bucket, monkeypatch):
    ask("apply", profile=kms(endpoint.keys[0]))
    monkeypatch.setattr(canaries, "TEXT", "concat('x%d', raise_error('no more')) AS text")
    report = ask("canary", location=f"s3a://{bucket}/a/b")
    assert (report["ok"], report["error"]["code"]) == (False, "canary-failed")
    assert "no more" in report["error"]["message"]
    assert (report["claim"], report["proof"]) == ("inEffect", None)
    assert report["canary"]["removed"] is True
    assert names(endpoint, bucket) == []


def test_what_was_there_before_stays(spark, endpoint, bucket):
    s3 = client(endpoint.url)
    for key in ("kept/", "kept/data", "other/x"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    ask("apply", profile={"method": "sse-s3"})
    ask("canary", location=f"s3a://{bucket}/kept")
    ask("canary", location=f"s3a://{bucket}/kept/deeper/still")
    assert set(names(endpoint, bucket)) >= {"kept/data", "other/x"}
    assert set(names(endpoint, bucket)) <= {"kept/", "kept/data", "other/x"}


def test_a_canary_removes_only_what_spark_wrote_for_it(spark, endpoint, bucket, monkeypatch):
    s3 = client(endpoint.url)
    read = canaries.Canary._read

    def meanwhile(self, reader):
        folder = self._folder.split("/", 3)[3]
        for name in ("notes.txt", "0/executor=driver/theirs.parquet"):
            s3.put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=b"theirs")
        read(self, reader)

    monkeypatch.setattr(canaries.Canary, "_read", meanwhile)
    ask("apply", profile=kms(endpoint.keys[0]))
    report = ask("canary", location=f"s3a://{bucket}/x")
    left = [key for key in names(endpoint, bucket) if not key.endswith("/")]
    assert sorted(key.split("/", 2)[2] for key in left) == [
        "0/executor=driver/theirs.parquet",
        "notes.txt",
    ]
    assert sorted(report["canary"]["left"]) == sorted(f"s3a://{bucket}/{key}" for key in left)
    assert report["error"]["code"] == "canary-left"
    assert "did not write" in report["error"]["message"]


class Server:
    """A session of Spark Connect, as far as a canary's reader asks it."""

    def __init__(self, endpoint):
        names = {"endpoint": endpoint.url, "path.style.access": "true"}
        names.update({"access.key": "a", "secret.key": "b", "endpoint.region": "us-east-1"})
        self._conf = {f"fs.s3a.{name}": value for name, value in names.items()}

    context = None

    def hadoop_conf(self):
        return self._conf


def test_over_connect_a_canary_removes_only_what_spark_wrote_for_it(endpoint, bucket):
    s3 = client(endpoint.url)
    location = S3Location.parse(f"s3a://{bucket}/x")
    canary = connect_canary.Canary(state.get(), Server(endpoint), location)
    folder = canary._folder.split("/", 3)[3]
    part = "part-00000-6f0f1c2e-0a1b-4c3d-8e9f-0123456789ab.c000.txt"
    ours = ["", "0/_SUCCESS", f"0/executor=1/{part}"]
    theirs = ["notes.txt", "0/executor=1/theirs.parquet"]
    for name in [*ours, *theirs]:
        s3.put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=b"")
    s3.put_object(Bucket=bucket, Key=f"{folder}-2/0/{part}", Body=b"")
    canary._remove(canary._open(), [])
    left = {f"{folder}/{name}" for name in theirs}
    assert set(names(endpoint, bucket)) == {*left, f"{folder}-2/0/{part}"}
    assert set(canary.entry["left"]) == {f"s3a://{bucket}/{key}" for key in left}
    assert canary.entry["removed"] is False


def test_an_endpoint_that_never_answers_holds_the_kernel_for_a_bounded_time(spark, monkeypatch):
    assert sum(canaries.LIMITS) + canaries.GRACE <= 120
    monkeypatch.setattr(canaries, "LIMITS", (2.0, 2.0, 2.0))
    monkeypatch.setattr(canaries, "GRACE", 1.0)
    settings = {"path.style.access": "true", "attempts.maximum": "1", "retry.limit": "1"}
    with silent_server() as address:
        settings["endpoint"] = address
        for name, value in settings.items():
            spark.conf.set(f"fs.s3a.bucket.silent-bucket.{name}", value)
        began = time.monotonic()
        report = ask("canary", location="s3a://silent-bucket/x")
        assert time.monotonic() - began < 10
    for name in settings:
        spark.conf.unset(f"fs.s3a.bucket.silent-bucket.{name}")
    assert report["error"]["code"] == "canary-failed"
    assert "S3 did not answer within 2 seconds. Nothing was written." in report["error"]["message"]
    assert (report["canary"]["left"], report["canary"]["objects"]) == ([], [])


def test_a_write_that_does_not_end_is_cancelled_and_what_it_wrote_is_removed(
    spark, endpoint, bucket, monkeypatch
):
    monkeypatch.setattr(canaries, "LIMITS", (20.0, 3.0, 20.0))
    monkeypatch.setattr(canaries, "GRACE", 30.0)
    sleeping = "concat_ws('x%d', reflect('java.lang.Thread','sleep',60000L)) AS text"
    monkeypatch.setattr(canaries, "TEXT", sleeping)
    began = time.monotonic()
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert time.monotonic() - began < 30
    assert "Writing took longer than 3 seconds." in report["error"]["message"]
    assert report["canary"]["removed"] is True
    assert names(endpoint, bucket) == []


@pytest.mark.parametrize("location", ["", "bucket/x", "http://bucket/x", "s3://b/../x", None])
def test_a_bad_location_is_refused_before_anything_is_written(location):
    report = ask("canary", location=location)
    assert report["error"]["code"] == "invalid-location"
    assert [item["field"] for item in report["error"]["fields"]] == ["location"]
    assert report["canary"] is None


def test_without_a_bucket_the_canary_says_so(spark, endpoint):
    report = ask("canary", location="s3a://no-such-bucket-here/x")
    assert (report["ok"], report["error"]["code"]) == (False, "canary-failed")
    assert "bucket" in report["error"]["message"].lower()


@pytest.mark.line("4.3")
def test_a_canary_with_sse_c_is_confirmed_and_the_key_is_nowhere_in_the_answer(
    spark, endpoint, bucket
):
    ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    report = ask("canary", location=f"s3a://{bucket}/x")
    assert report["ok"], report["error"]
    # S3 confirms the key, which S3A's attributes leave out from Hadoop 3.4 on.
    assert {item["verdict"] for item in report["canary"]["objects"]} == {"wanted"}
    assert CUSTOMER_KEY not in str(report)
    assert names(endpoint, bucket) == []
