"""Settings take effect if Spark is more than this process: executors, event log, new sessions.

Each test is a process with a JVM of its own; a claim and the stored headers are asserted
together. Must not know: kernels, the front end.
"""

from __future__ import annotations

import json

import pytest

from demo.endpoint import client
from tests.support.agent_requests import codes, headers, kms

CLUSTER = {
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
}


def on_a_cluster(spark, profiles, path):
    import time

    from tests.support.agent_requests import ask

    sc = spark.sparkContext
    scala = sc._jsc.sc()

    def write(name):
        spark.range(0, 16, 1, 8).write.parquet(f"{path}/{name}")

    def properties():
        names = ("spark.job.description", "spark.jobGroup.id", "spark.job.interruptOnCancel")
        return [sc.getLocalProperty(name) for name in names]

    def wait_for(condition):
        end = time.monotonic() + 60
        while not condition() and time.monotonic() < end:
            time.sleep(0.2)

    write("before")
    sc.setJobGroup("mine", "my job", True)
    before = [properties(), {row.key for row in spark.sql("SET").collect()}]
    reports = {"first": ask("apply", profile=profiles[0])}
    after = [properties(), {row.key for row in spark.sql("SET").collect()}]
    write("first")
    reports["second"] = ask("apply", profile=profiles[1])
    write("second")
    count = scala.dagScheduler().numTotalJobs()
    reports["verified"] = ask("verify")
    again = scala.dagScheduler().numTotalJobs()
    reports["unchanged"] = ask("verify")
    queries = [again - count, scala.dagScheduler().numTotalJobs() - again]
    old = set(str(scala.getExecutorIds().mkString(",")).split(","))
    scala.killExecutor(sorted(old)[0])
    wait_for(lambda: scala.getExecutorIds().size() == 1)
    scala.requestExecutors(2)
    wait_for(lambda: scala.getExecutorIds().size() == 2)
    joined = set(str(scala.getExecutorIds().mkString(",")).split(",")) - old
    reports["seen"] = ask("probe")

    def is_reached():
        # On a busy machine it may answer after what a guard waits for it: the next one asks again.
        reports["joined"] = ask("guard", profile=profiles[1])
        return not reports["joined"].get("unchanged")

    wait_for(is_reached)
    write("joined")
    reports["canary"] = ask("canary", location=path + "/canary")
    reports["cleared"] = ask("clear")
    write("cleared")
    return {
        "reports": reports,
        "kept": before[0] == after[0] == properties() == ["my job", "mine", "true"],
        "new": sorted(after[1] - before[1]),
        "queries": queries,
        "joined": len(joined),
        "elapsed": [report["elapsed"] for report in reports.values()],
    }


@pytest.mark.line("4.3")
def test_on_two_workers_every_object_after_a_switch_carries_it(
    fresh_spark, standalone, endpoint, bucket
):
    first, second = endpoint.keys
    answer = fresh_spark(
        on_a_cluster,
        {**standalone.conf(), **CLUSTER},
        profiles=[kms(first), kms(second)],
        path=f"s3a://{bucket}",
    )
    reports = answer["reports"]
    for name in ("first", "second", "verified", "unchanged", "joined"):
        assert (name, reports[name]["claim"], codes(reports[name])) == (name, "inEffect", [])
        assert (name, reports[name]["executors"]) == (name, {"total": 2, "covered": 2})
    # A canary is written by every executor, also by one that joined late, and is gone afterwards.
    canary = reports["canary"]["canary"]
    assert (reports["canary"]["claim"], codes(reports["canary"])) == ("proven", [])
    assert canary["executors"] == {"total": 2, "wrote": 2}
    assert len({item["executor"] for item in canary["objects"]} - {None}) == 2
    assert endpoint.stored("canary", bucket) == []
    stored = {
        name: headers(endpoint, bucket, name + "/")
        for name in ("before", "first", "second", "joined", "cleared")
    }
    assert stored == {
        "before": {("", "")},
        "first": {("aws:kms", first)},
        "second": {("aws:kms", second)},
        "joined": {("aws:kms", second)},
        "cleared": {("", "")},
    }
    assert len(endpoint.stored("second/", bucket)) == 9
    # One that joined is not looked at before the next cell: until then the claim is lower.
    assert (reports["seen"]["claim"], codes(reports["seen"])) == ("set", ["executors-not-covered"])
    assert reports["seen"]["executors"] == {"total": 2, "covered": 1}
    assert (reports["cleared"]["claim"], answer["joined"]) == ("none", 1)
    assert answer["kept"]
    assert answer["new"] == ["fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"]
    assert answer["queries"] == [1, 0]


def an_older_plan_again(spark, profiles, path):
    from tests.support.agent_requests import ask

    spark.range(0, 16, 1, 8).write.parquet(path + "/before")
    older = spark.read.parquet(path + "/before")
    older.collect()
    armed = [ask("apply", profile=profiles[0])]
    older.collect()
    spark.range(0, 16, 1, 8).write.parquet(path + "/first")
    armed.append(ask("apply", profile=profiles[1]))
    older.collect()
    spark.range(0, 16, 1, 8).write.parquet(path + "/second")
    return {"armed": armed, "quiet": ask("guard", profile=profiles[1])}


@pytest.mark.soak
def test_a_plan_from_before_a_switch_that_runs_again_on_executors_brings_nothing_back(
    fresh_spark, standalone, endpoint, bucket
):
    reports = fresh_spark(
        an_older_plan_again,
        {**standalone.conf(), **CLUSTER},
        profiles=[kms(key) for key in endpoint.keys],
        path=f"s3a://{bucket}",
    )
    assert [report["claim"] for report in reports["armed"]] == ["inEffect", "inEffect"]
    assert reports["quiet"]["unchanged"] is True
    for name, key in zip(("first/", "second/"), endpoint.keys, strict=True):
        assert headers(endpoint, bucket, name) == {("aws:kms", key)}


def files_from_s3(spark, profile, path):
    from tests.support.agent_requests import ask

    # Executors that join later are another case: these are there.
    spark.range(0, 16, 1, 8).count()
    armed = ask("apply", profile=profile)
    spark.sparkContext.addFile(path + "/lib/conf.json")
    spark.range(0, 16, 1, 8).write.parquet(path + "/after")
    return {"armed": armed, "writes": ask("writes", budget=200)}


@pytest.mark.line("3.5")
def test_files_that_executors_fetch_with_the_clusters_settings_leave_the_bucket_to_ours(
    fresh_spark, standalone, endpoint, bucket
):
    cluster, own = endpoint.keys
    client(endpoint.url).put_object(Bucket=bucket, Key="lib/conf.json", Body=b"{}")
    conf = {
        "spark.hadoop.fs.s3a.encryption.algorithm": "SSE-KMS",
        "spark.hadoop.fs.s3a.encryption.key": cluster,
    }
    reports = fresh_spark(
        files_from_s3,
        {**standalone.conf(), **CLUSTER, **conf},
        profile=kms(own),
        path=f"s3a://{bucket}",
    )
    assert reports["armed"]["claim"] == "inEffect"
    assert headers(endpoint, bucket, "after/") == {("aws:kms", own)}


def with_many_tasks_by_default(spark, profile):
    from tests.support.agent_requests import ask

    spark.range(8).count()
    scheduler = spark.sparkContext._jsc.sc().dagScheduler()
    before = scheduler.numTotalJobs()
    report = ask("apply", profile=profile)
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getJobInfo(before).stageIds]
    return {"report": report, "tasks": [stage.numTasks for stage in stages]}


@pytest.mark.soak
def test_executors_get_one_task_each_whatever_sparks_default_parallelism(
    fresh_spark, standalone, endpoint
):
    answer = fresh_spark(
        with_many_tasks_by_default,
        {**standalone.conf(), **CLUSTER, "spark.default.parallelism": "2000"},
        profile=kms(endpoint.keys[0]),
    )
    assert (answer["report"]["claim"], answer["tasks"]) == ("inEffect", [2])


def executors_out_of_reach(spark, profile, path):
    from jupyterlab_s3_encryption.agent.spark import renewal
    from tests.support.agent_requests import ask

    spark.range(0, 16, 1, 8).write.parquet(f"{path}/before")
    # What is too slow: the time that the query may take is over before it can be done.
    renewal.QUIET = 0.0
    report = ask("apply", profile=profile)
    spark.range(0, 16, 1, 8).write.parquet(f"{path}/after")
    renewal.QUIET = 30.0
    verified = ask("verify")
    spark.range(0, 16, 1, 8).write.parquet(f"{path}/verified")
    return [report, verified]


@pytest.mark.line("3.5")
def test_executors_that_could_not_be_reached_keep_the_claim_at_set(
    fresh_spark, standalone, endpoint, bucket
):
    report, verified = fresh_spark(
        executors_out_of_reach,
        {**standalone.conf(), **CLUSTER},
        profile=kms(endpoint.keys[0]),
        path=f"s3a://{bucket}",
    )
    assert (report["claim"], codes(report)) == ("set", ["executors-not-covered"])
    assert report["executors"] == {"total": 2, "covered": 0}
    # They had the bucket open with older settings.
    assert ("", "") in headers(endpoint, bucket, "after/")
    assert (verified["claim"], codes(verified)) == ("inEffect", [])
    assert headers(endpoint, bucket, "verified/") == {("aws:kms", endpoint.keys[0])}


def beside_the_event_log(spark, profile, path, other):
    from tests.support.agent_requests import ask

    for place in (f"s3a://{path}", f"s3a://{other}"):
        spark.range(3).write.parquet(place + "/before")
    jvm, hadoop = spark._jvm, spark._jvm.org.apache.hadoop
    root = jvm.java.net.URI(f"s3a://{path}/")
    kept = hadoop.fs.FileSystem.get(root, spark._jsc.hadoopConfiguration())
    ask("apply", profile=profile)
    spark.range(3).write.parquet(f"s3a://{path}/same-bucket")
    spark.range(3).write.parquet(f"s3://{path}/other-scheme")
    spark.range(3).write.parquet(f"s3a://{other}/after")
    reports = [ask("verify")]
    kept.create(hadoop.fs.Path(f"s3a://{path}/kept")).close()
    return [*reports, ask("verify")]


@pytest.mark.line("4.3")
def test_the_event_log_goes_on_and_data_beside_it_has_the_profiles_key(
    fresh_spark, endpoint, bucket
):
    other = endpoint.create_bucket(bucket + "-b")
    client(endpoint.url).put_object(Bucket=bucket, Key="log/")
    conf = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"s3a://{bucket}/log",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }
    expected = ("aws:kms", endpoint.keys[0])
    report, later = fresh_spark(
        beside_the_event_log, conf, profile=kms(endpoint.keys[0]), path=bucket, other=other
    )
    assert (report["claim"], codes(report)) == ("inEffect", ["event-log-file-system"])
    assert f"s3a://{bucket}" in report["findings"][0]["message"]
    # What the user's own older file system writes beside the log counts.
    assert (later["claim"], set(codes(later))) == (
        "set",
        {"event-log-file-system", "written-through-older"},
    )
    assert headers(endpoint, bucket, "kept") == {("", "")}
    assert headers(endpoint, bucket, "same-bucket/") == {expected}
    assert headers(endpoint, bucket, "other-scheme/") == {expected}
    assert headers(endpoint, other, "after/") == {expected}
    log = next(item.key for item in endpoint.stored("log/", bucket) if item.key != "log/")
    text = client(endpoint.url).get_object(Bucket=bucket, Key=log)["Body"].read().decode()
    assert not log.endswith(".inprogress")
    assert "SparkListenerApplicationEnd" in text.splitlines()[-1]


def armed_before(profile, path):
    from tests.support.agent_requests import ask

    ask("apply", profile=profile)
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()
    jobs = spark.sparkContext._jsc.sc().dagScheduler().numTotalJobs()
    reports = [ask("verify")]
    spark.range(3).write.parquet(path + "/first")
    spark.newSession().range(3).write.parquet(path + "/new")
    reports.append(ask("verify"))
    spark.stop()
    second = SparkSession.builder.getOrCreate()
    reports.append(ask("verify"))
    second.range(3).write.parquet(path + "/second")
    return {"jobs": jobs, "reports": reports}


@pytest.mark.line("4.3")
def test_a_session_that_is_made_with_a_profile_armed_is_in_effect_at_once(
    run_script, endpoint, bucket
):
    answer = run_script(armed_before, profile=kms(endpoint.keys[1]), path=f"s3a://{bucket}")
    states = [(report["claim"], codes(report)) for report in answer["reports"]]
    assert states == [("inEffect", [])] * 3, json.dumps(answer["reports"], indent=1)
    assert answer["jobs"] == 0
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[1])}


def joined_in_a_cell(spark, profile, path):
    import threading
    import time

    from pyspark.sql import SparkSession

    from jupyterlab_s3_encryption.agent.spark import renewal
    from tests.support.agent_requests import ask

    def write(name):
        writer = spark.range(0, 16, 1, 8).write.option("fs.s3a.encryption.algorithm", "AES256")
        writer.option("fs.s3a.encryption.key", "").parquet(f"{path}/{name}")

    def wait_for(condition):
        end = time.monotonic() + 60
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)

    def there():
        return str(scala.getExecutorIds().mkString(",")).split(",")

    def lose_all():
        for name in there():
            scala.killExecutor(name)
        wait_for(lambda: there() == [""])

    scala = spark.sparkContext._jsc.sc()
    spark.range(0, 8, 1, 8).count()
    reports = [ask("apply", profile=profile)]
    lose_all()
    scala.requestExecutors(2)
    wait_for(lambda: len(there()) == 2)
    write("joined")
    reports.append(ask("verify"))
    lose_all()
    waiting = threading.Thread(target=write, args=("waited",))
    waiting.start()
    wait_for(spark.sparkContext.statusTracker().getActiveJobsIds)
    # The tasks of this job come before ours.
    scala.requestExecutors(2)
    waiting.join()
    reports += [ask("guard", mode="auto"), ask("apply", profile=profile)]
    spark.stop()
    # A busy machine takes longer to start them; this part is about what comes once they are there.
    renewal.START = 60.0
    spark = SparkSession.builder.getOrCreate()
    write("restarted")
    return [*reports, ask("verify")]


@pytest.mark.soak
def test_executors_that_join_in_a_cell_write_as_armed_or_it_is_said_whatever_the_write_itself_says(
    fresh_spark, standalone, endpoint, bucket
):
    reports = fresh_spark(
        joined_in_a_cell,
        {**standalone.conf(), **CLUSTER},
        profile=kms(endpoint.keys[0]),
        path=f"s3a://{bucket}",
    )
    claims = [(report["claim"], codes(report)) for report in reports]
    said = ("set", ["executors-joined-late"])
    in_effect = ("inEffect", [])
    assert claims == [in_effect, in_effect, said, in_effect, in_effect]
    assert f"s3a://{bucket}" in reports[2]["findings"][0]["message"]
    assert ("AES256", "") in headers(endpoint, bucket, "waited/")
    for name in ("joined/", "restarted/"):
        assert headers(endpoint, bucket, name) == {("aws:kms", endpoint.keys[0])}, name
