"""Settings take effect on what is open already; the claim beside what is stored, in every test.

A claim and the stored headers are asserted together. Must not know: kernels, the front end.
"""

from __future__ import annotations

import threading
import time

import pytest
from agent_requests import ask, codes, headers, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
NOTHING = {"jobs": 0, "streams": 0}


def write(spark, place):
    spark.range(0, 4, 1, 2).write.mode("overwrite").parquet(place)


def slow_write(spark, place, seconds):
    """A write whose one task waits first; done in a thread, which is returned with its errors."""
    errors = []

    def run():
        wait = f"concat_ws('', reflect('java.lang.Thread', 'sleep', {seconds}000L), 'x') AS text"
        try:
            spark.range(0, 1, 1, 1).selectExpr(wait).write.parquet(place)
        except Exception as error:  # noqa: BLE001 - the test asserts that there is none
            errors.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    end = time.monotonic() + 60
    while ask("probe")["activity"]["jobs"] == 0 and time.monotonic() < end:
        time.sleep(0.05)
    return thread, errors


def test_a_switch_after_a_write_and_a_read_is_in_effect_for_new_objects(spark, endpoint, bucket):
    place = f"s3a://{bucket}"
    write(spark, place + "/before")
    assert spark.read.parquet(place + "/before").count() == 4
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    assert (answer["claim"], codes(answer), answer["activity"]) == ("inEffect", [], NOTHING)
    assert answer["executors"] == {"total": 1, "covered": 1}
    assert not [item for item in answer["fileSystems"] if bucket in item["uri"]]
    write(spark, place + "/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "before") == {("", "")}
    assert ask("verify")["claim"] == "inEffect"


def test_each_of_several_switches_reaches_the_objects_that_follow_it(spark, endpoint, bucket):
    first, second = endpoint.keys
    steps = [
        (kms(first), ("aws:kms", first)),
        (kms(second), ("aws:kms", second)),
        ({"method": "sse-s3"}, ("AES256", "")),
        ({"method": "bucket-default"}, ("", "")),
        (kms(first), ("aws:kms", first)),
    ]
    for number, (profile, header) in enumerate(steps):
        answer = ask("apply", profile=profile)
        assert (answer["claim"], codes(answer)) == ("inEffect", [])
        write(spark, f"s3a://{bucket}/{number}")
        assert headers(endpoint, bucket, f"{number}/") == {header}


def test_both_schemes_of_one_bucket_are_renewed(spark, endpoint, bucket):
    for scheme in ("s3", "s3a"):
        write(spark, f"{scheme}://{bucket}/before")
    assert len([i for i in ask("probe")["fileSystems"] if bucket in i["uri"]]) == 2
    assert ask("apply", profile=kms(endpoint.keys[1]))["claim"] == "inEffect"
    for scheme in ("s3", "s3a"):
        write(spark, f"{scheme}://{bucket}/{scheme}-after")
        assert headers(endpoint, bucket, f"{scheme}-after") == {("aws:kms", endpoint.keys[1])}


def test_an_rdd_write_after_a_switch_carries_it(spark, endpoint, bucket):
    rdd = spark.sparkContext.parallelize(["a", "b"], 2)
    rdd.saveAsTextFile(f"s3a://{bucket}/before")
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"
    rdd.saveAsTextFile(f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_after_a_clear_new_objects_no_longer_carry_what_was_set(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/during")
    answer = ask("clear")
    assert (answer["claim"], codes(answer)) == ("none", [])
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("", "")}


def test_only_what_is_stale_is_closed_and_nothing_of_other_schemes(spark, endpoint, bucket):
    other = endpoint.create_bucket(bucket + "-b")
    rules = {other: {"method": "sse-s3"}}
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    local = jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI("file:///"), conf)
    ask("apply", profile={"method": "sse-s3"})
    write(spark, f"s3a://{bucket}/x")
    write(spark, f"s3a://{other}/x")
    answer = ask("apply", profile={**kms(endpoint.keys[0]), "buckets": rules})
    left = {item["uri"]: item["stale"] for item in answer["fileSystems"]}
    assert (left.get(f"s3a://{other}"), f"s3a://{bucket}" in left) == (False, False)
    again = jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI("file:///"), conf)
    assert local.equals(again)
    write(spark, f"s3a://{other}/y")
    write(spark, f"s3a://{bucket}/y")
    assert answer["claim"] == "inEffect"
    assert headers(endpoint, other) == {("AES256", "")}
    assert headers(endpoint, bucket, "y") == {("aws:kms", endpoint.keys[0])}


def test_a_job_that_runs_during_the_switch_is_left_alone_and_verify_renews_after_it(
    spark, endpoint, bucket
):
    write(spark, f"s3a://{bucket}/before")
    thread, errors = slow_write(spark, f"s3a://{bucket}/running", 6)
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    guarded = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    still = thread.is_alive()
    thread.join(90)
    assert (still, errors) == (True, [])
    assert (answer["claim"], codes(answer)) == ("set", ["renewal-pending"])
    assert "1 job is running" in answer["findings"][0]["message"]
    assert answer["findings"][0]["fix"]["action"] == "verify"
    assert answer["activity"]["jobs"] == 1
    assert answer["executors"] == {"total": 1, "covered": 0}
    assert any(item["stale"] for item in answer["fileSystems"])
    assert guarded["unchanged"]
    assert headers(endpoint, bucket, "running") == {("", "")}
    later = ask("verify")
    assert (later["claim"], codes(later)) == ("inEffect", [])
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_the_guard_does_a_pending_renewal_at_the_next_quiet_moment(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    thread, errors = slow_write(spark, f"s3a://{bucket}/running", 3)
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    thread.join(90)
    assert (answer["claim"], errors) == ("set", [])
    guarded = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    assert (guarded["claim"], codes(guarded)) == ("inEffect", [])
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_a_pending_renewal_can_be_cancelled_and_an_apply_asks_for_it_again(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    thread, errors = slow_write(spark, f"s3a://{bucket}/running", 3)
    ask("apply", profile=kms(endpoint.keys[0]))
    cancelled = ask("cancelRenewal")
    thread.join(90)
    assert errors == []
    assert (cancelled["ok"], cancelled["claim"]) == (True, "set")
    assert codes(cancelled) == ["renewal-cancelled", "stale-file-system"]
    verified = ask("verify")
    write(spark, f"s3a://{bucket}/after")
    assert (verified["claim"], headers(endpoint, bucket, "after")) == ("set", {("", "")})
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"
    write(spark, f"s3a://{bucket}/applied")
    assert headers(endpoint, bucket, "applied") == {("aws:kms", endpoint.keys[0])}


def test_a_streaming_query_makes_the_renewal_wait_until_it_is_stopped(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    query = spark.readStream.format("rate").load().writeStream.format("noop").start()
    try:
        answer = ask("apply", profile=kms(endpoint.keys[0]))
        assert (answer["claim"], codes(answer)) == ("set", ["renewal-pending"])
        assert answer["activity"]["streams"] == 1
        assert "1 streaming query" in answer["findings"][0]["message"]
        write(spark, f"s3a://{bucket}/during")
        assert headers(endpoint, bucket, "during") == {("", "")}
    finally:
        query.stop()
    assert ask("verify")["claim"] == "inEffect"
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_an_older_plan_that_runs_again_brings_older_settings_and_the_guard_renews(
    spark, endpoint, bucket
):
    write(spark, f"s3a://{bucket}/source")
    plan = spark.read.parquet(f"s3a://{bucket}/source")
    plan.collect()
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    assert answer["claim"] == "inEffect"
    plan.collect()
    told = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    assert (told.get("unchanged"), told["claim"]) == (None, "inEffect")
    assert not [item for item in ask("probe")["fileSystems"] if item["stale"]]
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_settings_of_the_person_s_own_afterwards_lower_the_claim(spark, endpoint, bucket):
    first, second = endpoint.keys
    assert ask("apply", profile=kms(first))["claim"] == "inEffect"
    spark.conf.set(KEY, second)
    write(spark, f"s3a://{bucket}/own")
    answer = ask("verify")
    assert (answer["claim"], codes(answer)) == ("none", ["changed-since"])
    assert headers(endpoint, bucket, "own") == {("aws:kms", second)}
    assert ask("apply", profile=kms(first))["claim"] == "inEffect"
    write(spark, f"s3a://{bucket}/right")
    assert headers(endpoint, bucket, "right") == {("aws:kms", first)}


def test_another_rule_that_wins_for_a_bucket_keeps_the_claim_at_set(spark, endpoint, bucket):
    spark.conf.set(f"fs.s3a.bucket.{bucket}.encryption.algorithm", "AES256")
    spark.conf.set(f"fs.s3a.bucket.{bucket}.encryption.key", "")
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/x")
    assert headers(endpoint, bucket) != {("aws:kms", endpoint.keys[0])}
    assert (answer["claim"], ask("verify")["claim"]) == ("set", "set")


def test_a_renewal_in_local_mode_is_quick_and_starts_no_job(spark, endpoint, bucket):
    times = []
    for number in range(6):
        write(spark, f"s3a://{bucket}/x")
        before = spark.sparkContext._jsc.sc().dagScheduler().numTotalJobs()
        answer = ask("apply", profile=kms(endpoint.keys[number % 2]))
        assert spark.sparkContext._jsc.sc().dagScheduler().numTotalJobs() == before
        assert answer["claim"] == "inEffect"
        times.append(answer["elapsed"])
    assert sorted(times)[2] < 250
