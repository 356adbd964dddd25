"""The check of the user's own writes: what it reports of each path beside what was stored.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import threading
import time
import uuid

import pytest

from demo.endpoint import client
from jupyterlab_s3_encryption.agent import state as states
from jupyterlab_s3_encryption.agent.objects.writes import executions
from jupyterlab_s3_encryption.agent.objects.writes import watch as watches
from jupyterlab_s3_encryption.agent.spark.sessions import find_sessions
from tests.support.agent_requests import ask, checked, codes, kms
from tests.support.stored_objects import encrypt_otherwise

pytestmark = pytest.mark.usefixtures("fresh_agent")


def write(spark, place):
    spark.range(0, 4, 1, 2).write.mode("append").parquet(place)


def verdicts(report):
    return {
        row["path"].split("/", 3)[3]: (row["wanted"], row["other"], row["unreadable"])
        for row in report["writes"]["paths"]
    }


def test_every_way_to_write_with_spark_sql_is_seen_and_proves_the_profile(spark, endpoint, bucket):
    place, table = f"s3a://{bucket}", f"t{uuid.uuid4().hex[:8]}"
    write(spark, place + "/unarmed")
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, place + "/frame")
    spark.sql(f"INSERT OVERWRITE DIRECTORY '{place}/directory' USING parquet SELECT 1 AS id")
    spark.range(2).write.option("path", place + "/table").saveAsTable(table)
    spark.sql(f"INSERT INTO {table} SELECT 5")
    spark.sql(f"DROP TABLE {table}")
    report = checked()
    rows = report["writes"]["paths"]
    assert set(verdicts(report)) == {"frame", "directory", "table"}
    assert [row["path"].rsplit("/", 1)[1] for row in rows].count("table") == 2
    assert all(row["other"] == row["unreadable"] == 0 < row["wanted"] for row in rows)
    assert all(row["checked"] == row["total"] == row["wanted"] for row in rows)
    assert (report["claim"], codes(report)) == ("proven", [])
    assert [(one["bucket"], one["by"]) for one in report["proof"]["buckets"]] == [
        (bucket, "writes")
    ]
    assert report["writes"]["unseen"]
    # Nothing is looked at twice, and nothing is left running.
    assert ask("writes")["writes"] == report["writes"]
    assert [thread for thread in threading.enumerate() if thread.name == "s3-encryption"] == []


def test_a_write_that_differs_lowers_the_claim_and_is_reported(spark, endpoint, bucket):
    place = f"s3a://{bucket}"
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, place + "/right")
    report = checked()
    assert report["claim"] == "proven", (report["writes"], report["findings"])
    write(spark, place + "/wrong")
    for item in endpoint.stored("wrong/", bucket):
        encrypt_otherwise(endpoint, bucket, item.key, endpoint.keys[1])
    report = checked()
    assert verdicts(report)["wrong"] == (0, 3, 0)
    assert verdicts(report)["right"] == (3, 0, 0)
    assert (report["claim"], report["proof"]) == ("set", None)
    found = next(item for item in report["findings"] if item["code"] == "objects-differ")
    assert (found["severity"], found["fix"]["action"]) == ("error", "audit")
    assert f"{place}/wrong" in found["message"]
    assert endpoint.keys[1] in report["writes"]["paths"][0]["objects"][0]["reason"]
    assert ask("apply", profile=kms(endpoint.keys[0]))["claim"] == "inEffect"


def test_each_write_is_compared_with_the_profile_of_its_time(spark, endpoint, bucket):
    place = f"s3a://{bucket}"
    first, second = endpoint.keys
    for number, key in enumerate((first, second, first)):
        ask("apply", profile=kms(key))
        write(spark, f"{place}/{number}")
    ask("clear")
    write(spark, place + "/cleared")
    ask("apply", profile=kms(second))
    report = checked()
    assert verdicts(report) == dict.fromkeys("012", (3, 0, 0))
    # What the profiles of before proved says nothing of this one.
    assert (report["claim"], report["proof"]) == ("inEffect", None)


def test_objects_that_may_be_of_another_write_are_not_reported_as_different(
    spark, endpoint, bucket
):
    place = f"s3a://{bucket}/shared"
    for key in endpoint.keys:
        ask("apply", profile=kms(key))
        write(spark, place)
    report = checked()
    assert all(row["other"] == 0 for row in report["writes"]["paths"])
    assert "objects-differ" not in codes(report)


def test_a_check_comes_to_its_end_however_slow_the_machine_is(spark, endpoint, bucket, monkeypatch):
    # As if all that a request does first took longer than it waits for the work in the background.
    monkeypatch.setattr(watches, "HOLD", -1.0)
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/x")
    report = checked()
    assert (report["claim"], report["writes"]["pending"]) == ("proven", False)


def test_canaries_are_not_the_users_writes(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    assert ask("canary", location=f"s3a://{bucket}/x")["ok"]
    assert checked()["writes"]["paths"] == []


def test_deleted_objects_are_reported_and_prove_nothing(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/gone")
    s3 = client(endpoint.url)
    for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=item["Key"])
    report = checked()
    (row,) = report["writes"]["paths"]
    assert (row["checked"], row["objects"]) == (0, [])
    assert row["reason"]
    assert report["claim"] == "inEffect"


def test_a_write_that_sparks_record_does_not_list_yet_is_pending(
    spark, endpoint, bucket, monkeypatch
):
    ask("apply", profile=kms(endpoint.keys[0]))
    write(spark, f"s3a://{bucket}/listed")
    assert checked()["claim"] == "proven"
    with monkeypatch.context() as busy:
        # On a busy machine Spark's listeners lag behind.
        started = executions._started(find_sessions(states.get())[0])
        busy.setattr(executions, "_wait_for_events", lambda session: False)
        busy.setattr(executions, "_started", lambda session: started + 1)
        assert ask("writes", budget=500)["writes"]["pending"]
        busy.setattr(executions, "_started", lambda session: started)
        assert not ask("writes", budget=500)["writes"]["pending"]


def test_without_spark_there_is_nothing_to_check():
    assert ask("writes", budget=50)["writes"]["paths"] == []


def test_a_request_holds_the_kernel_no_longer_than_its_budget(spark, endpoint, bucket):
    ask("apply", profile=kms(endpoint.keys[0]))
    spark.range(0, 30, 1, 30).write.parquet(f"s3a://{bucket}/many")
    times, report = [], None
    while report is None or report["writes"]["pending"]:
        began = time.monotonic()
        report = ask("writes", budget=60)
        times.append(time.monotonic() - began)
        time.sleep(0.02)
    (row,) = report["writes"]["paths"]
    assert row["checked"] == 20 < row["total"]
    assert row["sampled"] is True
    # The rest of a report is not bounded by the budget; a loaded machine makes it slow.
    assert min(times) < 0.2
