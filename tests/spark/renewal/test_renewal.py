"""Settings take effect on what is open already; the claim beside what is stored, in every test.

A claim and the stored headers are asserted together. Must not know: kernels, the front end.
"""

from __future__ import annotations

import contextlib
import gc
import threading
import time

import pytest

from tests.support.agent_requests import CUSTOMER_KEY, ask, codes, headers, kms

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


def test_java_reads_settings_with_any_characters_as_they_were_written(spark):
    from jupyterlab_s3_encryption.agent.spark import filesystems

    settings = {
        "names": "encryption.key\nencryption.algorithm",
        "value.fs.s3a.encryption.key": " = : # ! \\ \t\r\n\f\b \" ' ä € \U0001f511 \x7f",
        "value.fs.s3a.bucket.a-b.c.encryption.key": "arn:aws:kms:eu-west-1:1:key/1",
        "older": "",
    }
    found = spark._jvm.java.util.Properties()
    found.load(spark._jvm.java.io.StringReader(filesystems.properties(settings)))
    assert {key: found.getProperty(key) for key in found.stringPropertyNames()} == settings


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


def test_a_job_that_runs_during_the_switch_goes_on_and_keeps_the_claim_at_set_until_it_ends(
    spark, endpoint, bucket
):
    write(spark, f"s3a://{bucket}/before")
    thread, errors = slow_write(spark, f"s3a://{bucket}/running", 6)
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    guarded = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    write(spark, f"s3a://{bucket}/beside")
    still = thread.is_alive()
    thread.join(90)
    assert (still, errors) == (True, [])
    assert (answer["claim"], codes(answer)) == ("set", ["still-running"])
    assert "still running: 1 job." in answer["findings"][0]["message"]
    assert answer["findings"][0]["fix"]["action"] == "verify"
    assert answer["activity"]["jobs"] == 1
    assert answer["executors"] == {"total": 1, "covered": 1}
    assert not any(item["stale"] for item in answer["fileSystems"])
    assert guarded["unchanged"]
    assert headers(endpoint, bucket, "beside") == {("aws:kms", endpoint.keys[0])}
    later = ask("verify")
    assert (later["claim"], codes(later)) == ("inEffect", [])
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_the_guard_reports_that_what_ran_during_a_switch_has_ended(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    thread, errors = slow_write(spark, f"s3a://{bucket}/running", 3)
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    thread.join(90)
    assert (answer["claim"], errors) == ("set", [])
    guarded = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    # Its committer was opened before the switch, and what that wrote is over with it.
    assert (guarded["claim"], codes(guarded)) == ("inEffect", [])
    again = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    assert again["unchanged"]


def test_a_cancel_changes_nothing_if_nothing_is_due(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"
    assert ask("cancelRenewal")["claim"] == "inEffect"


def test_a_streaming_query_that_keeps_nothing_on_s3_does_not_delay_a_switch(
    spark, endpoint, bucket
):
    write(spark, f"s3a://{bucket}/before")
    query = spark.readStream.format("rate").load().writeStream.format("noop").start()
    try:
        answer = ask("apply", profile=kms(endpoint.keys[0]))
        assert (answer["claim"], codes(answer)) == ("inEffect", [])
        assert answer["activity"]["streams"] == 1
        write(spark, f"s3a://{bucket}/during")
        assert headers(endpoint, bucket, "during") == {("aws:kms", endpoint.keys[0])}
    finally:
        query.stop()


def test_a_streaming_query_with_its_checkpoint_on_s3_lowers_the_claim_until_it_is_started_again(
    spark, endpoint, bucket
):
    source = spark.readStream.format("rate").load().writeStream.format("noop")
    query = source.option("checkpointLocation", f"s3a://{bucket}/checkpoint").start()
    try:
        answer = ask("apply", profile=kms(endpoint.keys[0]))
        assert "stream-keeps-settings" in codes(answer)
        assert answer["claim"] == "set"
        write(spark, f"s3a://{bucket}/during")
        assert headers(endpoint, bucket, "during") == {("aws:kms", endpoint.keys[0])}
    finally:
        query.stop()
    assert query.exception() is None
    later = ask("verify")
    assert (later["claim"], codes(later)) == ("inEffect", [])


def test_an_older_plan_that_runs_again_does_not_bring_its_settings_back(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/source")
    plan = spark.read.parquet(f"s3a://{bucket}/source")
    plan.collect()
    answer = ask("apply", profile=kms(endpoint.keys[0]))
    assert answer["claim"] == "inEffect"
    plan.collect()
    write(spark, f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}
    guarded = ask("guard", profile=kms(endpoint.keys[0]), fingerprint=answer["fingerprint"])
    assert guarded["unchanged"]
    assert [item["stale"] for item in ask("probe")["fileSystems"] if bucket in item["uri"]] == [
        False
    ]


def test_a_switch_leaves_streams_checkpoints_and_handles_that_are_in_use_alone(
    spark, endpoint, bucket
):
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    path = jvm.org.apache.hadoop.fs.Path
    root = f"s3a://{bucket}"
    spark.sparkContext.setCheckpointDir(root + "/checkpoints")
    frame = spark.range(100).checkpoint()
    system = jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI(root), conf)
    stream = system.create(path(root + "/log.txt"))
    stream.write(bytearray(b"first\n"))
    answers = [ask("apply", profile=kms(key)) for key in endpoint.keys]
    jvm.java.lang.System.gc()
    assert [answer["claim"] for answer in answers] == ["inEffect", "inEffect"]
    assert (frame.count(), system.exists(path(root + "/checkpoints"))) == (100, True)
    assert ask("verify")["claim"] == "inEffect"
    stream.write(bytearray(b"second\n"))
    stream.close()
    # What was begun under the older settings has them, and that is said.
    reported = ask("guard", profile=kms(endpoint.keys[1]), fingerprint=answers[1]["fingerprint"])
    assert (reported["claim"], codes(reported)) == ("set", ["written-through-older"])
    assert headers(endpoint, bucket, "log.txt") == {("", "")}
    write(spark, root + "/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[1])}


def test_a_write_with_a_key_of_its_own_lowers_the_claim_as_others_may_have_had_its_file_system(
    spark, endpoint, bucket
):
    profile, root = kms(endpoint.keys[0]), f"s3a://{bucket}"
    armed = ask("apply", profile=profile)
    own = spark.range(3).write.option("fs.s3a.encryption.algorithm", "SSE-C")
    own.option("fs.s3a.encryption.key", CUSTOMER_KEY).parquet(root + "/own")
    write(spark, root + "/same-cell")
    reported = ask("guard", profile=profile, fingerprint=armed["fingerprint"])
    write(spark, root + "/next-cell")
    # Hadoop hands the file system of the first write to the second one.
    assert headers(endpoint, bucket, "same-cell/") != {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "next-cell/") == {("aws:kms", endpoint.keys[0])}
    assert (reported["claim"], codes(reported)) == ("set", ["written-through-older"])
    assert ask("verify")["claim"] == "set"
    assert ask("apply", profile=profile)["claim"] == "inEffect"


def test_a_read_with_a_key_of_its_own_leaves_the_claim(spark, endpoint, bucket):
    profile, root = kms(endpoint.keys[0]), f"s3a://{bucket}"
    write(spark, root + "/data")
    armed = ask("apply", profile=profile)
    reader = spark.read.option("fs.s3a.encryption.algorithm", "SSE-C")
    with contextlib.suppress(Exception):  # S3 may refuse the key for an object without one
        reader.option("fs.s3a.encryption.key", CUSTOMER_KEY).parquet(root + "/data").count()
    reported = ask("guard", profile=profile, fingerprint=armed["fingerprint"])
    assert reported.get("unchanged") or reported["claim"] == "inEffect"
    assert ask("verify")["claim"] == "inEffect"


def test_a_file_system_that_left_the_cache_is_closed_once_it_is_unreachable(
    spark, endpoint, bucket
):
    write(spark, f"s3a://{bucket}/before")
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    system = jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI(f"s3a://{bucket}"), conf)
    queue = jvm.java.lang.ref.ReferenceQueue()
    reference = jvm.java.lang.ref.WeakReference(system, queue)
    ask("apply", profile=kms(endpoint.keys[0]))
    del system
    gc.collect()
    end = time.monotonic() + 60
    gone = None
    while gone is None and time.monotonic() < end:
        jvm.java.lang.System.gc()
        gone = queue.remove(500)
    assert gone is not None, reference.get()


def test_the_users_own_later_settings_lower_the_claim_and_decide_nothing(spark, endpoint, bucket):
    first, second = endpoint.keys
    assert ask("apply", profile=kms(first))["claim"] == "inEffect"
    spark.conf.set(KEY, second)
    write(spark, f"s3a://{bucket}/own")
    answer = ask("verify")
    assert (answer["claim"], codes(answer)) == ("none", ["changed-since"])
    assert headers(endpoint, bucket, "own") == {("aws:kms", first)}
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


def test_a_switch_does_not_delete_early_what_is_to_be_deleted_at_exit(spark, endpoint, bucket):
    jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()
    hadoop = jvm.org.apache.hadoop.fs

    def opened(name):
        return hadoop.FileSystem.get(jvm.java.net.URI(f"s3a://{name}"), conf)

    path = hadoop.Path(f"s3a://{bucket}/scratch.txt")
    system, other = opened(bucket), opened(endpoint.create_bucket(f"{bucket}-other"))
    system.create(path).close()
    assert system.deleteOnExit(path)
    references = [jvm.java.lang.ref.WeakReference(one) for one in (system, other)]
    ask("apply", profile=kms(endpoint.keys[0]))
    del system, other
    end = time.monotonic() + 60
    # Until the garbage collector has found the one that deletes nothing at exit.
    while references[1].get() is not None and time.monotonic() < end:
        gc.collect()
        jvm.java.lang.System.gc()
    assert references[1].get() is None
    assert references[0].get() is not None
    assert [item.key for item in endpoint.stored("", bucket)] == ["scratch.txt"]


def test_opening_a_bucket_with_an_older_configuration_still_gets_the_profile(
    spark, endpoint, bucket
):
    jvm = spark._jvm
    hadoop = jvm.org.apache.hadoop
    older = hadoop.conf.Configuration(spark._jsc.hadoopConfiguration())
    root = jvm.java.net.URI(f"s3a://{bucket}/")
    ask("apply", profile=kms(endpoint.keys[0]))
    path = hadoop.fs.Path
    context = hadoop.fs.FileContext.getFileContext(root, older)
    folder = hadoop.fs.permission.FsPermission.getDirDefault()
    context.mkdir(path(f"s3a://{bucket}/context"), folder, True)
    for name, system in (
        ("get", hadoop.fs.FileSystem.get(root, older)),
        ("new", hadoop.fs.FileSystem.newInstance(root, older)),
    ):
        system.create(path(f"s3a://{bucket}/{name}")).close()
    assert {item.key for item in endpoint.stored("", bucket)} == {"context/", "get", "new"}
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    assert ask("verify")["claim"] == "inEffect"
