"""Settings take effect where Spark is more than this process: executors, event log, new sessions.

Each test is a process with a JVM of its own; a claim and the stored headers are asserted
together. Must not know: kernels, the front end.
"""

from __future__ import annotations

import json

from agent_requests import headers, kms

from demo.endpoint import client

CLUSTER = {
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
}


def codes(report):
    return [item["code"] for item in report["findings"]]


def on_a_cluster(spark, profiles, path):
    import time

    from jupyterlab_s3_encryption import agent

    sc = spark.sparkContext
    scala = sc._jsc.sc()

    def ask(name, **arguments):
        return agent.handle({"request": name, "arguments": arguments})

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
    reports["joined"] = ask("probe")
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


def test_on_two_workers_every_object_after_a_switch_carries_it_parts_too(
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
    assert (reports["cleared"]["claim"], answer["joined"]) == ("none", 1)
    assert answer["kept"]
    assert answer["new"] == ["fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"]
    assert answer["queries"][0] >= 1
    assert answer["queries"][1] == 0


def an_older_plan_again(spark, profile, path):
    from agent_requests import ask

    spark.range(0, 16, 1, 8).write.parquet(path + "/before")
    older = spark.read.parquet(path + "/before")
    older.collect()
    armed = ask("apply", profile=profile)
    older.collect()
    guarded = ask("guard", profile=profile)
    quiet = ask("guard", profile=profile)
    verified = ask("verify")
    spark.range(0, 16, 1, 8).write.parquet(path + "/after")
    return {"armed": armed, "guarded": guarded, "quiet": quiet, "verified": verified}


def test_a_plan_from_before_a_switch_that_ran_again_lowers_the_claim_until_verify(
    fresh_spark, standalone, endpoint, bucket
):
    key = endpoint.keys[0]
    reports = fresh_spark(
        an_older_plan_again,
        {**standalone.conf(), **CLUSTER},
        profile=kms(key),
        path=f"s3a://{bucket}",
    )
    assert reports["armed"]["claim"] == "inEffect"
    assert reports["guarded"]["claim"] == "set"
    assert codes(reports["guarded"]) == ["executors-not-covered"]
    assert reports["guarded"]["executors"] == {"total": 2, "covered": 0}
    assert reports["quiet"]["unchanged"] is True
    assert reports["verified"]["claim"] == "inEffect"
    assert headers(endpoint, bucket, "after/") == {("aws:kms", key)}


def executors_out_of_reach(spark, profile, path):
    from jupyterlab_s3_encryption import agent
    from jupyterlab_s3_encryption.agent import executors

    spark.range(0, 16, 1, 8).write.parquet(f"{path}/before")
    # What is too slow: the time that the query may take is over before it can be done.
    executors.TIME_LIMIT = 0.0
    report = agent.handle({"request": "apply", "arguments": {"profile": profile}})
    spark.range(0, 16, 1, 8).write.parquet(f"{path}/after")
    executors.TIME_LIMIT = 10.0
    verified = agent.handle({"request": "verify", "arguments": {}})
    spark.range(0, 16, 1, 8).write.parquet(f"{path}/verified")
    return [report, verified]


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
    assert ("", "") in headers(endpoint, bucket, "after/")
    assert (verified["claim"], codes(verified)) == ("inEffect", [])
    assert headers(endpoint, bucket, "verified/") == {("aws:kms", endpoint.keys[0])}


def beside_the_event_log(spark, profile, path, other):
    from jupyterlab_s3_encryption import agent

    for place in (f"s3a://{path}", f"s3a://{other}"):
        spark.range(3).write.parquet(place + "/before")
    report = agent.handle({"request": "apply", "arguments": {"profile": profile}})
    spark.range(3).write.parquet(f"s3a://{path}/spared")
    spark.range(3).write.parquet(f"s3://{path}/other-scheme")
    spark.range(3).write.parquet(f"s3a://{other}/after")
    return report


def test_the_event_log_s_file_system_is_left_open_and_said(fresh_spark, endpoint, bucket):
    other = endpoint.create_bucket(bucket + "-b")
    client(endpoint.url).put_object(Bucket=bucket, Key="log/")
    conf = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"s3a://{bucket}/log",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }
    wanted = ("aws:kms", endpoint.keys[0])
    report = fresh_spark(
        beside_the_event_log, conf, profile=kms(endpoint.keys[0]), path=bucket, other=other
    )
    assert (report["claim"], codes(report)) == ("set", ["event-log-file-system"])
    assert f"s3a://{bucket}" in report["findings"][0]["message"]
    assert headers(endpoint, bucket, "spared/") == {("", "")}
    assert headers(endpoint, bucket, "other-scheme/") == {wanted}
    assert headers(endpoint, other, "after/") == {wanted}
    log = next(item.key for item in endpoint.stored("log/", bucket) if item.key != "log/")
    text = client(endpoint.url).get_object(Bucket=bucket, Key=log)["Body"].read().decode()
    assert not log.endswith(".inprogress")
    assert "SparkListenerApplicationEnd" in text.splitlines()[-1]


def armed_before(profile, path):
    from agent_requests import ask

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


def test_a_session_that_is_made_with_a_profile_armed_is_in_effect_at_once(
    run_script, endpoint, bucket
):
    answer = run_script(armed_before, profile=kms(endpoint.keys[1]), path=f"s3a://{bucket}")
    told = [(report["claim"], codes(report)) for report in answer["reports"]]
    assert told == [("inEffect", [])] * 3, json.dumps(answer["reports"], indent=1)
    assert answer["jobs"] == 0
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[1])}
