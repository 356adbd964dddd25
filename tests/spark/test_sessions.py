"""Sessions that come and go: armed before Spark, new ones, stopped ones, the cluster's own values.

Each test is a process with a JVM of its own. Must not know: kernels, the front end.
"""

from __future__ import annotations

import pytest

from tests.support.agent_requests import CUSTOMER_KEY, headers, kms

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"


def armed_before_the_first_session(profile, path):
    import sys
    import time

    from tests.support.agent_requests import ask

    def conf(session):
        return session.conf.get("fs.s3a.encryption.key", None)

    waiting = ask("apply", profile=profile)
    imported = "pyspark" in sys.modules
    from pyspark.sql import SparkSession

    for name in ("probe", "verify", "guard"):
        ask(name, profile=profile)
    started = SparkSession._instantiatedSession is not None
    import pyspark

    started = started or pyspark.SparkContext._active_spark_context is not None
    spark = SparkSession.builder.getOrCreate()
    keys = [conf(spark), conf(SparkSession.builder.getOrCreate()), conf(spark.newSession())]
    guarded = ask("guard", profile=profile, fingerprint=waiting["fingerprint"])
    again = ask("guard", profile=profile, fingerprint=waiting["fingerprint"])
    spark.range(3).write.parquet(path + "/first")
    spark.stop()
    stopped = ask("verify")
    second = SparkSession.builder.getOrCreate()
    keys.append(conf(second))
    second.range(3).write.parquet(path + "/second")
    spark = second
    spark.conf.set("fs.s3a.encryption.key", "mine")
    SparkSession.getActiveSession()
    kept = conf(spark)
    began = time.perf_counter()
    ask("clear")
    cleared = time.perf_counter() - began
    return {
        "imported": imported,
        "started": started,
        "waiting": waiting["waiting"],
        "keys": keys,
        "guarded": [guarded.get("claim"), guarded.get("waiting"), again.get("unchanged")],
        "stopped": [stopped["waiting"], stopped["session"]["kind"], stopped["ok"]],
        "kept": kept,
        "cleared": cleared,
        "after": conf(spark.newSession()),
        "patched": hasattr(SparkSession.__init__, "__wrapped__"),
        "finders": [
            type(f).__module__ for f in sys.meta_path if "jupyterlab" in type(f).__module__
        ],
    }


@pytest.mark.line("4.3")
def test_an_armed_profile_is_in_every_session_that_is_made_later(run_script, endpoint, bucket):
    profile = {"method": "sse-kms", "kmsKeyId": endpoint.keys[0]}
    answer = run_script(armed_before_the_first_session, profile=profile, path=f"s3a://{bucket}")
    assert (answer["waiting"], answer["imported"], answer["started"]) == (True, False, False)
    assert answer["keys"] == [endpoint.keys[0]] * 4
    assert answer["guarded"] == ["inEffect", False, True]
    assert answer["stopped"] == [True, "none", True]
    assert answer["kept"] == "mine"
    assert answer["after"] is None
    assert (answer["patched"], answer["finders"]) == (False, [])
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    assert {item.key.split("/")[0] for item in endpoint.stored("", bucket)} == {"first", "second"}


def an_error_of_ours(profile):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask

    ask("apply", profile=profile)
    builder = SparkSession.builder
    for scheme in ("s3", "s3a", "s3n"):
        builder = builder.config(f"spark.hadoop.fs.{scheme}.impl", "org.example.NotThere")
    spark = builder.getOrCreate()
    count = spark.range(3).count()
    verified = ask("verify")
    armed = ask("guard", profile=profile, fingerprint=verified["fingerprint"])
    cleared = ask("clear")
    return {"count": count, "verified": verified, "armed": armed, "cleared": cleared}


@pytest.mark.line("3.5")
def test_a_session_that_cannot_get_the_settings_still_starts_and_the_report_says_so(
    run_script, endpoint
):
    profile = {"method": "sse-kms", "kmsKeyId": endpoint.keys[0]}
    answer = run_script(an_error_of_ours, profile=profile)
    assert answer["count"] == 3
    verified = answer["verified"]
    assert (verified["ok"], verified["error"]["code"], verified["claim"]) == (
        False,
        "session-hook-failed",
        "none",
    )
    assert "org.example.NotThere" in verified["error"]["message"]
    assert verified["profile"] == profile
    assert answer["armed"]["ok"] is False
    assert answer["cleared"]["ok"] is True


def over_the_cluster(spark, path, key):
    from tests.support.agent_requests import ask

    def write(session, name):
        session._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
        session.range(2).write.parquet(f"{path}/{name}")
        session.sparkContext.parallelize(["a"], 1).saveAsTextFile(f"{path}/{name}-rdd")

    reports = [ask("probe")]
    for profile in ({"method": "bucket-default"}, {"method": "sse-s3"}):
        reports.append(ask("apply", profile=profile))
        write(spark, profile["method"])
    reports.append(ask("apply", profile={"method": "sse-kms", "kmsKeyId": key}))
    write(spark, "sse-kms")
    reports.append(ask("clear"))
    write(spark, "cleared")
    write(spark.newSession(), "new")
    return reports


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(
            ("encryption.algorithm", "encryption.key"),
            marks=pytest.mark.line("4.3"),
            id="newer names",
        ),
        pytest.param(
            ("server-side-encryption-algorithm", "server-side-encryption.key"),
            marks=pytest.mark.line("3.5"),
            id="older names",
        ),
    ],
)
def test_values_of_the_cluster_are_overridden_named_and_in_force_again_after_clear(
    fresh_spark, endpoint, bucket, names
):
    cluster, other = endpoint.keys
    conf = dict(
        zip((f"spark.hadoop.fs.s3a.{name}" for name in names), ("SSE-KMS", cluster), strict=True)
    )
    probe, default, plain, kms, cleared = fresh_spark(
        over_the_cluster, conf, path=f"s3a://{bucket}", key=other
    )
    assert all(item["ok"] for item in (probe, default, plain, kms, cleared))

    def origins(report):
        return {row["key"]: row["origin"] for row in report["settings"] if row["value"]}

    for report in (probe, cleared):
        found = origins(report)
        assert {found.get(KEY), found.get(f"fs.s3a.{names[1]}")} - {None} == {"cluster"}
        assert [item["code"] for item in report["findings"]] == ["cluster-value"]
        assert "in force" in report["findings"][0]["message"]
    for report in (default, plain, kms):
        assert report["claim"] == "inEffect"
        assert "cluster-value" in [item["code"] for item in report["findings"]]
    assert not [row for row in default["settings"] if row["value"] and row["wanted"]]
    assert origins(kms)[KEY] == "session"
    stored = {
        name: headers(endpoint, bucket, name + suffix + "/")
        for name in ("bucket-default", "sse-s3", "sse-kms", "cleared", "new")
        for suffix in ("", "-rdd")
    }
    assert stored == {
        "bucket-default": {("", "")},
        "sse-s3": {("AES256", "")},
        "sse-kms": {("aws:kms", other)},
        "cleared": {("aws:kms", cluster)},
        "new": {("aws:kms", cluster)},
    }


def logged(profile, key, path, log):
    from pyspark.sql import SparkSession

    from jupyterlab_s3_encryption import agent

    answer = agent.handle(
        {"request": "apply", "arguments": {"profile": profile, "customerKey": key}}
    )
    spark = (
        SparkSession.builder.config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.compress", "false")
        .config("spark.eventLog.dir", log)
        .getOrCreate()
    )
    spark.range(3).write.parquet(path)
    spark.sql("SELECT 1 AS one").collect()
    spark.sparkContext.addFile(__file__)
    kept = spark.conf.get("fs.s3a.encryption.key")
    spark.stop()
    return {"report": answer, "kept": kept == key}


@pytest.mark.line("3.5")
def test_the_sse_c_key_is_in_no_event_log(run_script, endpoint, bucket, tmp_path):
    answer = run_script(
        logged,
        profile={"method": "sse-c"},
        key=CUSTOMER_KEY,
        path=f"s3a://{bucket}/secret",
        log=str(tmp_path),
    )
    assert answer["kept"]
    assert CUSTOMER_KEY not in str(answer["report"])
    logs = [
        path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith(".")
    ]
    text = "".join(path.read_text("utf-8", "replace") for path in logs)
    assert "fs.s3a.encryption.key" in text
    assert "SparkListenerSQLExecutionStart" in text
    assert CUSTOMER_KEY not in text


def many_sessions(spark, profile):
    import gc

    from jupyterlab_s3_encryption.agent import state
    from tests.support.agent_requests import ask

    ask("apply", profile=profile)
    for _ in range(60):
        spark.newSession()
    gc.collect()
    ask("verify")
    # As foreachBatch does for each of its batches: another object for the same session.
    java = spark.newSession()._jsparkSession
    keys = []
    for _ in range(3):
        keys.append(type(spark)(spark.sparkContext, java).conf.get("fs.s3a.encryption.key"))
        gc.collect()
        ask("verify")
    kept = type(spark)(spark.sparkContext, java)
    found = [len(state.get().records), len(state.get().lost)]
    ask("clear")
    keys.append(kept.conf.get("fs.s3a.encryption.key", None))
    inside = (lambda: [spark.newSession()])()
    ask("apply", profile=profile)
    keys.append(inside[0].conf.get("fs.s3a.encryption.key"))
    return [*found, keys]


@pytest.mark.both
def test_sessions_are_not_kept_alive_and_those_that_no_variable_names_are_found(
    fresh_spark, base_conf, endpoint
):
    (key, _) = endpoint.keys
    records, lost, keys = fresh_spark(many_sessions, base_conf, profile=kms(key))
    assert records == 2
    assert lost <= 50
    assert keys == [key, key, key, None, key]
