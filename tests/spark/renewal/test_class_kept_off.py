"""A cluster whose executors our class is kept off, by a setting, a guard or the environment.

The driver is in the kernel's own process. Must not know: how it is kept off. Of Spark Connect:
tests/spark/connect/test_class_kept_off.py.
"""

from __future__ import annotations

import pytest

from tests.support.agent_requests import kms
from tests.truth.rows import A, B, symbols

CLUSTER = {
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
}
SETTING = "A setting keeps our class off Spark Connect servers and executors (connectClass)."
VARIABLE = "S3_ENCRYPTION_CONNECT_CLASS"


def kept_off(spark, profiles, path):
    import os
    import time

    import jupyterlab_s3_encryption as s3enc
    from tests.support.agent_requests import ask
    from tests.walk.executors import replace_one

    scala = spark.sparkContext._jsc.sc()
    found = {"jobs": {}}

    def step(name, what):
        before = scala.dagScheduler().numTotalJobs()
        found[name] = what()
        found["jobs"][name] = scala.dagScheduler().numTotalJobs() - before
        return found[name]

    def write(name):
        spark.range(0, 16, 1, 8).write.parquet(f"{path}/{name}")

    def jars():
        return [
            name for name in str(scala.listJars().mkString(" ")).split() if "encryption" in name
        ]

    first, second = profiles
    armed = step("off", lambda: ask("apply", profile=first, connectClass=False))
    write("off")
    step("verified", lambda: ask("verify"))
    step("guard", lambda: ask("guard", profile=first, fingerprint=armed["fingerprint"]))
    found["jars"] = jars()
    try:
        s3enc.audit(path + "/off", by="executors")
    except s3enc.AuditError as error:
        found["audit"] = str(error)
    found["jars audited"] = jars()
    armed = step("on", lambda: ask("apply", profile=second))
    write("on")
    named = {"profile": second, "fingerprint": armed["fingerprint"]}
    step("taken back", lambda: ask("guard", **named, connectClass=False))
    step("then", lambda: ask("verify"))
    step("quiet", lambda: ask("guard", **named, connectClass=False))
    # What our class did in executors does not stay: they write as the session says.
    step("next", lambda: ask("apply", profile=first, connectClass=False))
    write("next")
    before = scala.dagScheduler().numTotalJobs()
    replace_one(spark)
    time.sleep(2)  # nothing may come: there is no event to wait for
    found["jobs"]["joined"] = scala.dagScheduler().numTotalJobs() - before
    os.environ["S3_ENCRYPTION_CONNECT_CLASS"] = "off"
    step("environment", lambda: ask("apply", profile=second, connectClass=True))
    del os.environ["S3_ENCRYPTION_CONNECT_CLASS"]
    step("allowed", lambda: ask("verify"))
    write("allowed")
    return found


@pytest.fixture(scope="module")
def answers(endpoint, base_conf, standalone):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("class-kept-off")
    found = run_script(
        kept_off,
        {**base_conf, **standalone.conf(), **CLUSTER},
        with_spark=True,
        profiles=[kms(key) for key in endpoint.keys],
        path=f"s3a://{bucket}",
    )
    found["stored"] = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("off", "on", "next", "allowed")
    }
    return found


def reason(report):
    (found,) = [one for one in report["findings"] if one["code"] == "executors-not-covered"]
    return found["message"]


def test_nothing_of_ours_goes_to_executors_and_no_job_of_ours_runs_there(answers):
    jobs = answers["jobs"]
    assert answers["jars"] == answers["jars audited"] == []
    kept = ("off", "verified", "guard", "then", "quiet", "next", "joined", "environment")
    assert {name: jobs[name] for name in kept} == dict.fromkeys(kept, 0)
    assert jobs["on"] == 1
    # One last task on each takes away what is ours.
    assert jobs["taken back"] == 1


@pytest.mark.parametrize("name", ["off", "verified", "taken back", "then", "next", "environment"])
def test_the_claim_stays_at_set_and_the_finding_says_what_keeps_it_there(answers, name):
    report = answers[name]
    assert report["ok"], report["error"]
    assert all(row["ok"] for row in report["settings"])
    assert (report["claim"], report["executors"]["covered"]) == ("set", 0)
    assert [one["code"] for one in report["findings"]] == ["executors-not-covered"]
    assert (VARIABLE if name == "environment" else SETTING) in reason(report)


def test_a_guard_has_nothing_to_say_as_long_as_that_stays_so(answers):
    assert answers["guard"]["unchanged"]
    assert answers["quiet"]["unchanged"]


def test_what_is_written_has_the_settings_of_the_session(answers):
    assert answers["stored"] == {"off": {A}, "on": {B}, "next": {A}, "allowed": {B}}


def test_it_counts_again_once_it_is_allowed(answers):
    assert answers["on"]["claim"] == "inEffect", answers["on"]["findings"]
    assert answers["allowed"]["claim"] == "inEffect", answers["allowed"]["findings"]


def test_an_audit_by_executors_is_refused_for_the_same_reason(answers):
    assert SETTING in answers["audit"]
