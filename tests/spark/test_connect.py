"""The agent over Spark Connect: what is set, what is stored, and what is claimed of it.

Must not know: the agent's inner parts. Only on Spark 4: Spark 3.5 has no Connect server of its own.
What others on the same server do is in test_connect_shared.py.
"""

from __future__ import annotations

import pytest

from tests.support.spark_connect import ConnectServer, needs_own_server
from tests.truth.rows import NONE, A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.line("4.3"),
    needs_own_server,
]


@pytest.fixture(scope="module")
def server(base_conf):
    with ConnectServer(base_conf) as running:
        yield running


def steps(url, bucket, first, second, certificate):
    import os
    import sys

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, checked, kms
    from tests.support.spark_connect import Requests

    requests = Requests()
    # A server does not tell its credentials: boto3 finds those of the kernel.
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_CA_BUNDLE=certificate)

    def write(name):
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/{name}")

    found = {"armed": ask("apply", profile=kms(first))}
    spark = SparkSession.builder.remote(url).getOrCreate()
    found["module"] = type(spark).__module__
    write("armed")
    found["started"] = ask("verify")
    other = spark.newSession()
    found["other"] = other.conf.get("fs.s3a.encryption.key", None)
    requests.begin()
    found["switched"] = ask("apply", profile=kms(second))
    found["requests"] = {"apply": list(requests.names)}
    write("switched")
    found["own"] = checked()
    spark.conf.set("fs.s3a.encryption.key", first)
    found["changed"] = ask("verify")

    def guard():
        named = {name: armed[name] for name in ("profile", "fingerprint")}
        return ask("guard", **named, block=True)

    found["guarded"] = []
    for name, value in (
        ("encryption.algorithm", "AES256"),
        ("encryption.key", first),
        (f"bucket.{bucket}.encryption.key", first),
    ):
        armed = ask("apply", profile=kms(second))
        guard()
        before = guard()
        spark.conf.set(f"fs.s3a.{name}", value)
        after = guard()
        found["guarded"].append([name, before.get("unchanged"), after])
        spark.conf.unset(f"fs.s3a.{name}")
    armed = ask("apply", profile=kms(second))
    named = {name: armed[name] for name in ("profile", "fingerprint")}
    for name, more in (("verify", {}), ("guard", named), ("block", {**named, "block": True})):
        requests.begin()
        ask("guard" if more else "verify", **more)
        found["requests"][name] = list(requests.names)
    found["bad"] = ask("apply", profile=kms("arn:aws:s3:::b"))
    found["local"] = ask("renew")
    found["canary"] = ask("canary", location=f"s3a://{bucket}/canary")
    found["audit"] = ask("audit", path=f"s3a://{bucket}/armed")
    found["newest"] = ask("audit", path=f"s3a://{bucket}/armed", sample="newest", limit=1)
    found["nothing"] = ask("audit", path=f"s3a://{bucket}/arme")
    sys.modules["boto3"], kept = None, sys.modules["boto3"]
    found["no canary"] = ask("canary", location=f"s3a://{bucket}/canary")
    found["no audit"] = ask("audit", path=f"s3a://{bucket}/armed")
    found["writes"] = checked()
    sys.modules["boto3"] = kept
    found["s3"] = ask("apply", profile={"method": "sse-s3"})
    found["secret"] = ask("apply", profile={"method": "sse-c"}, customerKey="A" * 43 + "=")
    found["cleared"] = ask("clear")
    rows = spark.sql("SET").collect()
    found["left"] = [row.key for row in rows if row.key.startswith("fs.s3")]
    spark.stop()
    found["stopped"] = ask("probe")
    return found


@pytest.fixture(scope="module")
def answers(server, endpoint, base_conf):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-client")
    first, second = endpoint.keys
    found = run_script(
        steps,
        base_conf,
        url=server.url,
        bucket=bucket,
        first=first,
        second=second,
        certificate=str(endpoint.trust_store.parent / "endpoint.crt"),
    )
    found["stored"] = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("armed", "switched", "canary")
    }
    return found


def test_a_session_of_connect_starts_with_the_settings(answers):
    assert answers["module"] == "pyspark.sql.connect.session"
    assert answers["armed"]["waiting"]
    assert answers["started"]["session"]["kind"] == "connect"
    assert all(row["ok"] for row in answers["started"]["settings"])
    assert answers["stored"]["armed"] == {A}


def test_a_new_session_of_connect_has_them_too(answers, endpoint):
    assert answers["other"] == endpoint.keys[0]


def test_what_the_server_has_open_is_looked_at(answers, endpoint):
    for name, key in (("started", 0), ("switched", 1)):
        report = answers[name]
        assert report["ok"], report["error"]
        assert report["claim"] == "inEffect", report["findings"]
        assert report["executors"] == {"total": 1, "covered": 1}
        assert report["activity"] == {"jobs": 0, "streams": 0}
        (system,) = report["fileSystems"]
        assert (system["keyId"], system["stale"]) == (endpoint.keys[key], False)
        assert report["limitedTo"] == [system["uri"]]
        assert report["session"]["applicationId"] is not None
        assert [entry["connector"] for entry in report["connectors"]] == ["s3a", "s3a", "s3a"]


def test_a_claim_says_what_it_is_limited_to(answers):
    (found,) = [one for one in answers["switched"]["findings"] if one["code"] == "connect-limited"]
    assert "What is claimed holds for s3a://connect-client" in found["message"]
    assert "whoever comes first" in found["message"]


def test_what_is_open_is_replaced_when_the_settings_change(answers):
    assert all(row["ok"] for row in answers["switched"]["settings"])
    assert answers["stored"]["switched"] == {B}


def test_a_request_asks_the_server_no_more_than_it_has_to(answers):
    # Two sessions: the settings of each are read, written, and read again; one query looks.
    apply = sorted(answers["requests"]["apply"])
    assert apply == ["Config"] * 6 + ["ExecutePlan"]
    assert sorted(answers["requests"]["verify"]) == ["Config"] * 2 + ["ExecutePlan"]
    assert answers["requests"]["guard"] == []
    assert answers["requests"]["block"] == ["Config"] * 2


def test_own_writes_are_found_and_prove_the_claim(answers):
    report = answers["own"]
    paths = {row["path"]: row for row in report["writes"]["paths"]}
    (path,) = [path for path in paths if path.endswith("/switched")]
    assert paths[path]["other"] == 0
    assert paths[path]["wanted"] == paths[path]["total"] >= 2
    assert report["claim"] == "proven", report["findings"]
    assert [entry["by"] for entry in report["proof"]["buckets"]] == ["writes"]


def test_a_renewal_on_request_looks_again(answers):
    assert answers["local"]["ok"]
    assert "connect-unknown" not in [one["code"] for one in answers["local"]["findings"]]


def distant(url, bucket, first, second):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms

    def write(name):
        # Two tasks for each executor: whoever writes commits by itself (algorithm 2).
        spark.range(0, 16, 1, 4).write.parquet(f"s3a://{bucket}/{name}")

    spark = SparkSession.builder.remote(url).getOrCreate()
    write("plain")
    found = {"armed": ask("apply", profile=kms(first))}
    write("armed")
    frame = spark.read.parquet(f"s3a://{bucket}/armed")
    frame.count()
    found["switched"] = ask("apply", profile=kms(second))
    frame.limit(5).collect()
    frame.show()
    write("switched")
    found["again"] = ask("verify")
    found["cleared"] = ask("clear")
    write("cleared")
    spark.stop()
    return found


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_executors_behind_a_server_are_looked_at_and_what_they_have_open_is_replaced(
    base_conf, endpoint, standalone
):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-workers")
    algorithm = "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version"
    with ConnectServer({**base_conf, **standalone.conf(), algorithm: "2"}) as server:
        first, second = endpoint.keys
        answers = run_script(distant, {}, url=server.url, bucket=bucket, first=first, second=second)
    names = ("plain", "armed", "switched", "cleared")
    stored = {name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys) for name in names}
    assert stored == {"plain": {NONE}, "armed": {A}, "switched": {B}, "cleared": {NONE}}
    for name in ("armed", "switched", "again"):
        report = answers[name]
        assert report["claim"] == "inEffect", report["findings"]
        assert report["executors"] == {"total": 2, "covered": 2}
        assert report["limitedTo"] == [f"s3a://{bucket}"]


def test_drift_is_seen(answers):
    assert answers["changed"]["claim"] == "none"
    assert [item["key"] for item in answers["changed"]["changed"]] == ["fs.s3a.encryption.key"]


def test_a_guard_that_cells_wait_for_sees_what_a_cell_changed(answers):
    for name, unchanged, seen in answers["guarded"]:
        assert unchanged is True, name
        assert "unchanged" not in seen, name
        assert seen["claim"] == "none", name
        assert any(row["key"].endswith(name) for row in seen["changed"]), seen["changed"]


def test_a_bad_profile_is_refused_and_nothing_changes(answers):
    assert answers["bad"]["error"]["code"] == "invalid-profile"
    assert answers["bad"]["profile"]["kmsKeyId"] == answers["switched"]["profile"]["kmsKeyId"]


def test_a_canary_is_read_back_and_removed_with_boto3(answers, endpoint):
    report = answers["canary"]
    canary = report["canary"]
    assert report["ok"], report["error"]
    assert canary["readBy"] == "boto3"
    assert {one["keyId"] for one in canary["objects"]} == {endpoint.keys[1]}
    assert {one["verdict"] for one in canary["objects"]} == {"wanted"}
    assert canary["executors"] == {"total": 1, "wrote": 1}
    assert canary["removed"]
    assert answers["stored"]["canary"] == frozenset()
    assert report["claim"] == "proven", report["findings"]


def bounded(url, bucket, address, certificate):
    """Canaries that S3, or Spark's own way to it, does not answer, and one whose tasks do not end."""
    import os
    import time

    from pyspark.sql import SparkSession

    from jupyterlab_s3_encryption.agent.objects import canary as canaries
    from tests.support.agent_requests import ask

    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_CA_BUNDLE=certificate)
    spark = SparkSession.builder.remote(url).getOrCreate()
    host, _, port = address.partition("//")[2].partition(":")
    once = {"attempts.maximum": "1", "retry.limit": "1"}
    text, found = canaries.TEXT, {"limits": sum(canaries.LIMITS) + canaries.GRACE}

    def canary(name, where, limits, **settings):
        canaries.LIMITS, canaries.GRACE = limits[:3], limits[3]
        for key, value in settings.items():
            spark.conf.set(f"fs.s3a.bucket.{where}.{key}", value)
        began = time.monotonic()
        report = ask("canary", location=f"s3a://{where}/x")
        found[name] = [time.monotonic() - began, report["error"], report["canary"]]
        for key in settings:
            spark.conf.unset(f"fs.s3a.bucket.{where}.{key}")

    canary("silent", "silent-bucket", (2.0, 2.0, 2.0, 1.0), endpoint=address, **once)
    canaries.TEXT = "concat_ws('x%d', reflect('java.lang.Thread','sleep',60000L)) AS text"
    canary("endless", bucket, (20.0, 3.0, 20.0, 30.0))
    canaries.TEXT = text
    # What boto3 reads back goes past this proxy: only Spark itself does not get an answer.
    proxy = {"proxy.host": host, "proxy.port": port}
    canary("proxy", bucket + "-proxy", (20.0, 3.0, 3.0, 1.0), **proxy, **once)
    return found


def test_a_canary_over_connect_holds_the_kernel_for_a_bounded_time(server, endpoint, base_conf):
    from tests.support.sockets import silent_server
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-bounded")
    endpoint.create_bucket("connect-bounded-proxy")
    certificate = str(endpoint.trust_store.parent / "endpoint.crt")
    with silent_server() as address:
        found = run_script(
            bounded,
            base_conf,
            url=server.url,
            bucket=bucket,
            address=address,
            certificate=certificate,
        )
    assert found["limits"] <= 120
    took, error, entry = found["silent"]
    assert took < 10
    assert error["code"] == "canary-failed"
    assert "S3 did not answer within 2 seconds. Nothing was written." in error["message"]
    assert (entry["left"], entry["objects"]) == ([], [])
    took, error, entry = found["endless"]
    assert took < 40
    assert "Writing took longer than 3 seconds." in error["message"]
    assert entry["removed"] is True
    assert endpoint.stored("", bucket) == []
    took, error, entry = found["proxy"]
    assert took < 30
    assert "Writing took longer than 3 seconds." in error["message"]
    # The bucket of the proxy answers boto3: it knows whether something is left.
    assert entry["removed"] is (entry["left"] == [])
    assert entry["removed"] or "is removed as soon as S3 answers" in error["message"]


def test_without_boto3_own_writes_say_why_they_were_not_checked(answers):
    assert answers["writes"]["writes"]["unseen"] != []


def test_an_audit_counts_by_key_what_is_stored(answers, endpoint):
    audit = answers["audit"]["audit"]
    assert answers["audit"]["ok"], answers["audit"]["error"]
    assert audit["complete"]
    assert audit["readBy"] == "boto3"
    assert [(row["algorithm"], row["keyId"]) for row in audit["counts"]] == [
        ("aws:kms", endpoint.keys[0])
    ]
    assert audit["seen"] == audit["checked"] >= 2
    newest = answers["newest"]["audit"]
    assert (newest["seen"], newest["checked"]) == (audit["seen"], 1)


def test_an_audit_of_a_missing_path_is_refused_at_its_field(answers):
    error = answers["nothing"]["error"]
    assert error["code"] == "invalid-path"
    assert [item["field"] for item in error["fields"]] == ["path"]


def test_without_boto3_the_reason_is_reported_and_nothing_is_written(answers):
    for name in ("no canary", "no audit"):
        assert "boto3" in answers[name]["error"]["message"]


def test_an_sse_c_key_is_in_no_report(answers):
    assert answers["secret"]["ok"], answers["secret"]["error"]
    assert "A" * 43 not in str(answers["secret"])


def test_clear_leaves_nothing_of_ours(answers):
    assert answers["cleared"]["ok"]
    assert answers["left"] == []


def test_a_stopped_client_has_no_session(answers):
    assert answers["stopped"]["session"]["kind"] == "none"
