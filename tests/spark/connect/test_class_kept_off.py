"""A real Connect server that our class is kept off, by a setting, a guard or the environment.

Must not know: how it is kept off. Only on Spark 4: Spark 3.5 has no Connect server of its own.
"""

from __future__ import annotations

import pytest

from tests.support.spark_connect import ConnectServer, needs_own_server
from tests.truth.rows import A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    # In `make test` the classic sessions of spark/renewal/test_class_kept_off.py stand for it.
    pytest.mark.soak,
    pytest.mark.line("4.3"),
    needs_own_server,
]

SETTING = "A setting keeps our class off Spark Connect servers and executors (connectClass)."


def walk(url, bucket, first, second, certificate):
    import os

    from pyspark.sql import SparkSession

    import jupyterlab_s3_encryption as s3enc
    from tests.support.agent_requests import ask, checked, kms
    from tests.support.spark_connect import Requests

    requests = Requests()
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_CA_BUNDLE=certificate)
    found = {"sent": {}}

    def step(name, what):
        requests.begin()
        found[name] = what()
        found["sent"][name] = requests.names.count("AddArtifacts")
        return found[name]

    def write(name):
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/{name}")

    spark = SparkSession.builder.remote(url).getOrCreate()
    step("unarmed", lambda: ask("probe"))
    chosen = kms(first)
    armed = step("off", lambda: ask("apply", profile=chosen, connectClass=False))
    write("off")
    step("verified", lambda: ask("verify"))
    step("writes", checked)
    step("canary", lambda: ask("canary", location=f"s3a://{bucket}/canary"))
    named = {"profile": chosen, "fingerprint": armed["fingerprint"], "connectClass": False}
    step("guard", lambda: ask("guard", **named))
    step("cleared", lambda: ask("clear"))
    step("looked", lambda: ask("probe"))
    step("on", lambda: ask("apply", profile=kms(second)))
    write("on")
    step("on verified", lambda: ask("verify"))
    named = {"profile": kms(second), "fingerprint": found["on"]["fingerprint"]}
    step("taken back", lambda: ask("guard", **named, connectClass=False))
    step("then", lambda: ask("verify"))
    os.environ["S3_ENCRYPTION_CONNECT_CLASS"] = "off"
    step("environment", lambda: s3enc.apply("sse-kms", first, connect_class=True).to_dict())
    spark.stop()
    # The next session gets the settings, and no class.
    requests.begin()
    spark = SparkSession.builder.remote(url).getOrCreate()
    write("next")
    found["next"] = ask("verify")
    found["sent"]["next"] = requests.names.count("AddArtifacts")
    spark.stop()
    return found


@pytest.fixture(scope="module")
def answers(endpoint, base_conf):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-class-off")
    first, second = endpoint.keys
    with ConnectServer(base_conf) as server:
        found = run_script(
            walk,
            base_conf,
            url=server.url,
            bucket=bucket,
            first=first,
            second=second,
            certificate=str(endpoint.trust_store.parent / "endpoint.crt"),
        )
    found["stored"] = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("off", "on", "next")
    }
    return found


def reason(report):
    (found,) = [one for one in report["findings"] if one["code"] == "connect-unknown"]
    return found["message"]


def test_the_class_goes_there_with_the_first_choice_that_allows_it_and_never_else(answers):
    sent = dict(answers["sent"])
    assert sent.pop("on") == 1
    assert set(sent.values()) == {0}, sent


@pytest.mark.parametrize("name", ["off", "verified", "then", "environment", "next"])
def test_settings_are_set_and_the_claim_stays_at_set_with_the_reason(answers, name):
    report = answers[name]
    assert report["ok"], report["error"]
    assert report["settings"]
    assert all(row["ok"] for row in report["settings"])
    assert (report["claim"], report["fileSystems"], report["executors"]) == ("set", [], None)
    by_setting = name in ("off", "verified", "then")
    assert (SETTING if by_setting else "S3_ENCRYPTION_CONNECT_CLASS") in reason(report)


def test_what_a_server_says_without_the_class_is_still_there(answers):
    for name in ("unarmed", "off", "looked"):
        about = answers[name]["session"]
        assert about["hadoopVersion"] == answers["on"]["session"]["hadoopVersion"]
        assert about["sparkVersion"] == answers["on"]["session"]["sparkVersion"]
        served = {row["scheme"]: row["connector"] for row in answers[name]["connectors"]}
        assert served["s3a"] == "s3a", answers[name]["connectors"]
        assert about["applicationId"] is None


def test_what_a_session_writes_first_has_the_settings_without_the_class_too(answers):
    assert answers["stored"] == {"off": {A}, "on": {B}, "next": {B}}


def test_own_writes_are_unknown_and_a_canary_tells_of_one_write_only(answers):
    assert SETTING in answers["writes"]["writes"]["unseen"]
    assert answers["canary"]["ok"], answers["canary"]["error"]
    assert answers["canary"]["claim"] == "set"


def test_a_guard_with_the_setting_asks_nothing_and_one_that_takes_it_back_is_followed(answers):
    assert answers["guard"]["unchanged"]
    assert answers["on verified"]["claim"] == "inEffect", answers["on verified"]["findings"]
    assert answers["then"]["claim"] == "set"
