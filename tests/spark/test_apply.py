"""The agent on a real Spark with the real S3A connector: what is set, stored and undone.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import json

import pytest

from tests.support.agent_requests import CUSTOMER_KEY, ask, codes, headers, values

pytestmark = pytest.mark.usefixtures("fresh_agent")

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
OTHER = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def kms(endpoint):
    return {"method": "sse-kms", "kmsKeyId": endpoint.keys[0]}


def test_a_probe_reports_session_versions_and_connectors_and_changes_nothing(spark):
    before = {row.key: row.value for row in spark.sql("SET").collect()}
    answer = ask("probe")
    assert answer["ok"]
    assert answer["session"]["kind"] == "classic"
    assert answer["session"]["sparkVersion"] == spark.version
    assert answer["session"]["applicationId"] == spark.sparkContext.applicationId
    assert answer["session"]["hadoopVersion"].startswith("3.")
    assert [entry["connector"] for entry in answer["connectors"]] == ["s3a"] * 3
    assert (answer["dialect"], answer["settings"], answer["claim"]) == (None, [], "none")
    assert {row.key: row.value for row in spark.sql("SET").collect()} == before


@pytest.mark.parametrize("scheme", ["s3", "s3a"])
def test_a_profile_set_before_the_first_access_is_on_every_object(
    spark, endpoint, bucket, kms, scheme
):
    answer = ask("apply", profile=kms)
    assert (answer["ok"], answer["claim"], answer["dialect"]) == (True, "inEffect", "s3a")
    assert values(answer) == {ALGORITHM: "SSE-KMS", KEY: endpoint.keys[0]}
    assert {row["origin"] for row in answer["settings"] if row["value"]} == {"session"}
    assert spark.conf.get(KEY) == endpoint.keys[0]
    spark.range(5).write.parquet(f"{scheme}://{bucket}/table")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    assert codes(ask("verify")) == []


def test_a_switch_from_kms_to_sse_s3_clears_the_key_so_that_s3a_starts(
    spark, endpoint, bucket, kms
):
    ask("apply", profile=kms)
    answer = ask("apply", profile={"method": "sse-s3"})
    assert (answer["claim"], answer["removed"]) == ("inEffect", [KEY])
    assert spark.conf.get(KEY, None) is None
    spark.range(5).write.parquet(f"s3://{bucket}/table")
    assert headers(endpoint, bucket) == {("AES256", "")}


def test_an_rdd_write_carries_the_profile_and_clear_undoes_it(spark, endpoint, bucket, kms):
    ask("apply", profile=kms)
    spark.sparkContext.parallelize(["a", "b"], 2).saveAsTextFile(f"s3a://{bucket}/rdd")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    ask("clear")
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    assert [hadoop.get(name) for name in (ALGORITHM, KEY)] == [None, None]
    spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    spark.sparkContext.parallelize(["a", "b"], 2).saveAsTextFile(f"s3a://{bucket}/plain")
    assert headers(endpoint, bucket, "plain") == {("", "")}


def test_switching_back_and_forth_keeps_the_rdd_settings_whole(spark, endpoint, bucket, kms):
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    for _ in range(3):
        ask("apply", profile=kms)
        assert [hadoop.get(ALGORITHM), hadoop.get(KEY)] == ["SSE-KMS", endpoint.keys[0]]
        ask("apply", profile={"method": "sse-kms", "kmsKeyId": OTHER})
        assert [hadoop.get(ALGORITHM), hadoop.get(KEY)] == ["SSE-KMS", OTHER]
        ask("apply", profile={"method": "sse-s3"})
        assert [hadoop.get(ALGORITHM), hadoop.get(KEY)] == ["AES256", None]


def test_a_rule_for_a_bucket_wins_there_and_is_cleared(spark, endpoint, bucket, kms):
    special = endpoint.create_bucket(bucket + "-special")
    plain = endpoint.create_bucket(bucket + "-plain")
    rules = {
        special: {"method": "sse-kms", "kmsKeyId": endpoint.keys[1]},
        plain: {"method": "sse-s3"},
    }
    answer = ask("apply", profile={**kms, "buckets": rules})
    assert (answer["ok"], answer["claim"], codes(answer)) == (True, "inEffect", [])
    for name in (bucket, special, plain):
        spark.range(3).write.parquet(f"s3a://{name}/table")
    assert headers(endpoint, bucket) == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, special) == {("aws:kms", endpoint.keys[1])}
    assert headers(endpoint, plain) == {("AES256", "")}
    assert codes(ask("verify")) == []
    assert ask("clear")["settings"] == []
    assert not [row for row in spark.sql("SET").collect() if row.key.startswith("fs.s3a.bucket")]


def test_a_buckets_own_settings_that_win_are_a_finding(spark, bucket, kms):
    spark.conf.set(f"fs.s3a.bucket.{bucket}.encryption.algorithm", "AES256")
    answer = ask("apply", profile=kms)
    assert codes(answer) == ["bucket-override"]
    assert bucket in answer["findings"][0]["message"]
    row = next(row for row in answer["settings"] if bucket in row["key"])
    assert (row["origin"], row["value"]) == ("bucket", "AES256")


def test_a_file_system_that_was_open_before_is_found_stale_until_a_profile_is_applied(
    spark, endpoint, bucket, kms
):
    spark.range(1).write.parquet(f"s3a://{bucket}/before")
    spark.conf.set(ALGORITHM, "AES256")
    system = next(item for item in ask("probe")["fileSystems"] if bucket in item["uri"])
    assert (system["stale"], system["algorithm"], system["keyId"]) == (True, "", "")
    answer = ask("apply", profile=kms)
    assert (answer["claim"], codes(answer)) == ("inEffect", [])
    assert not [item for item in answer["fileSystems"] if bucket in item["uri"]]
    spark.range(1).write.parquet(f"s3a://{bucket}/after")
    assert headers(endpoint, bucket, "after") == {("aws:kms", endpoint.keys[0])}


def test_a_file_system_that_was_opened_with_the_profile_is_not_stale(spark, endpoint, bucket, kms):
    ask("apply", profile=kms)
    spark.range(1).write.parquet(f"s3a://{bucket}/table")
    answer = ask("verify")
    system = next(item for item in answer["fileSystems"] if bucket in item["uri"])
    assert system == {
        "uri": f"s3a://{bucket}",
        "algorithm": "SSE-KMS",
        "keyId": endpoint.keys[0],
        "stale": False,
    }
    assert ask("apply", profile={**kms, "kmsKeyId": OTHER})["fileSystems"] == []


def test_a_change_by_the_user_is_found_and_an_apply_fixes_it(spark, endpoint, kms):
    ask("apply", profile=kms)
    spark.conf.set(KEY, OTHER)
    spark.conf.unset(ALGORITHM)
    answer = ask("verify")
    assert sorted(answer["changed"], key=lambda item: item["key"]) == [
        {"key": ALGORITHM, "applied": "SSE-KMS", "found": None},
        {"key": KEY, "applied": endpoint.keys[0], "found": OTHER},
    ]
    assert (answer["claim"], codes(answer)) == ("none", ["changed-since"])
    assert answer["findings"][0]["fix"]["action"] == "apply"
    again = ask("apply", profile=kms)
    assert (again["claim"], again["changed"]) == ("inEffect", [])


def test_clear_leaves_what_the_user_changed_since_and_says_so(spark, kms):
    ask("apply", profile=kms)
    spark.conf.set(KEY, OTHER)
    answer = ask("clear")
    assert spark.conf.get(KEY) == OTHER
    assert spark.conf.get(ALGORITHM, None) is None
    assert codes(answer) == ["not-restored"]
    assert values(answer) == {KEY: OTHER}


def test_clear_restores_what_the_user_had_before(spark, kms):
    spark.conf.set(ALGORITHM, "AES256")
    ask("apply", profile=kms)
    ask("apply", profile={"method": "bucket-default"})
    assert spark.conf.get(ALGORITHM, None) is None
    answer = ask("clear")
    assert spark.conf.get(ALGORITHM) == "AES256"
    assert (values(answer), answer["profile"]) == ({ALGORITHM: "AES256"}, None)


def test_two_sessions_both_get_the_settings_and_lose_them(spark, kms):
    second = spark.newSession()
    answer = ask("apply", profile=kms)
    assert answer["session"]["sessions"] == 2
    third = second.newSession()
    sessions = (spark, second, third)
    assert [item.conf.get(KEY) for item in sessions] == [kms["kmsKeyId"]] * 3
    assert ask("verify")["claim"] == "inEffect"
    second.conf.set(ALGORITHM, "AES256")
    assert ask("verify")["changed"] == [{"key": ALGORITHM, "applied": "SSE-KMS", "found": "AES256"}]
    ask("clear")
    assert [item.conf.get(KEY, None) for item in sessions] == [None] * 3


def test_a_property_that_spark_refuses_in_the_middle_leaves_everything_as_it_was(
    spark, kms, monkeypatch
):
    """The refusal is Spark's own: the session has to set a static property instead."""
    ask("apply", profile={"method": "sse-s3"})
    from jupyterlab_s3_encryption.agent.spark import sessions

    real = sessions.Classic.write

    def write(self, key, value):
        real(self, "spark.sql.warehouse.dir" if value == "SSE-KMS" else key, value)

    monkeypatch.setattr(sessions.Classic, "write", write)
    answer = ask("apply", profile=kms)
    monkeypatch.undo()
    assert (answer["ok"], answer["error"]["code"]) == (False, "spark-refused")
    assert answer["error"]["settings"] == "old"
    assert "spark.sql.warehouse.dir" in answer["error"]["message"]
    assert answer["profile"] == {"method": "sse-s3"}
    assert (spark.conf.get(ALGORITHM), spark.conf.get(KEY, None)) == ("AES256", None)
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    assert (hadoop.get(ALGORITHM), hadoop.get(KEY)) == ("AES256", None)
    assert ask("verify")["claim"] == "inEffect"


def test_a_method_that_this_hadoop_does_not_have_is_refused_and_nothing_is_set(spark, endpoint):
    version = ask("probe")["session"]["hadoopVersion"]
    answer = ask("apply", profile={"method": "dsse-kms", "kmsKeyId": endpoint.keys[0]})
    if version.startswith("3.3."):
        assert answer["error"]["code"] == "unsupported-method"
        assert (answer["profile"], spark.conf.get(ALGORITHM, None)) == (None, None)
    else:
        assert (answer["ok"], spark.conf.get(ALGORITHM)) == (True, "DSSE-KMS")


def test_names_without_effect_are_found(spark, kms):
    names = [
        "spark.hadoop.fs.s3a.encryption.algorithm",
        "fs.s3a.serverSideEncryptionAlgorithm",
        "fs.s3.enableServerSideEncryption",
        "fs.s3n.server-side-encryption-algorithm",
    ]
    for name in names:
        spark.conf.set(name, "AES256")
    try:
        answer = ask("apply", profile=kms)
        assert codes(answer) == ["no-effect-property"] * 4
        messages = " ".join(item["message"] for item in answer["findings"])
        assert all(name in messages for name in names)
        assert answer["claim"] == "inEffect"
    finally:
        spark.conf.unset(names[0])


def test_another_connector_beside_the_dialects_is_a_finding(spark, kms):
    spark.conf.set("fs.s3n.impl", "org.apache.hadoop.fs.LocalFileSystem")
    answer = ask("apply", profile=kms)
    assert answer["connectors"][2]["connector"] == "other"
    assert codes(answer) == ["other-connector"]
    assert answer["claim"] == "set"


def test_without_a_known_connector_nothing_is_set_unless_one_is_named(spark, kms):
    for scheme in ("s3", "s3a", "s3n"):
        spark.conf.set(f"fs.{scheme}.impl", "org.example.NotThere")
    answer = ask("apply", profile=kms)
    assert answer["error"]["code"] == "no-connector"
    assert "org.example.NotThere" in answer["error"]["message"]
    assert (answer["profile"], spark.conf.get(KEY, None)) == (None, None)
    named = ask("apply", profile=kms, connector="emrfs")
    assert (named["ok"], named["dialect"]) == (True, "emrfs")
    assert spark.conf.get("fs.s3.serverSideEncryption.kms.keyId") == kms["kmsKeyId"]
    assert spark.conf.get(KEY, None) is None
    again = ask("apply", profile=kms, connector="s3a")
    assert (again["ok"], spark.conf.get(KEY)) == (True, kms["kmsKeyId"])
    assert spark.conf.get("fs.s3.serverSideEncryption.kms.keyId", None) is None


def test_the_sse_c_key_is_set_but_in_no_report_and_not_in_the_hadoop_configuration(spark):
    answer = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    assert (answer["ok"], answer["claim"]) == (True, "set")
    assert spark.conf.get(KEY) == CUSTOMER_KEY
    assert values(answer)[KEY] == "********"
    assert "encryption[.]key" in spark.conf.get("spark.sql.redaction.options.regex")
    hadoop = spark.sparkContext._jsc.hadoopConfiguration()
    assert (hadoop.get(KEY), hadoop.get(ALGORITHM)) == (None, None)
    spark.conf.set(KEY, "b3RoZXItc2VjcmV0LWtleS1vZi0zMi1ieXRlcy0xMjM=")
    reports = [answer, ask("probe"), ask("verify"), ask("clear")]
    text = json.dumps(reports)
    assert CUSTOMER_KEY not in text
    assert "b3RoZXItc2VjcmV0" not in text
    spark.conf.unset(KEY)
    assert "encryption" not in spark.conf.get("spark.sql.redaction.options.regex")


def test_a_profile_after_sse_c_removes_key_and_redaction(spark):
    ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    answer = ask("apply", profile={"method": "sse-s3"})
    assert (answer["claim"], values(answer)) == ("inEffect", {ALGORITHM: "AES256"})
    assert "encryption" not in spark.conf.get("spark.sql.redaction.options.regex")


def test_release_leaves_the_settings_and_forgets_them(spark, kms):
    ask("apply", profile=kms)
    answer = ask("release")
    assert (answer["profile"], answer["fingerprint"]) == (None, None)
    assert spark.conf.get(KEY) == kms["kmsKeyId"]
    assert values(answer)[KEY] == kms["kmsKeyId"]


def test_a_guard_with_the_profile_in_force_makes_one_call_into_java(spark, kms, monkeypatch):
    armed = ask("apply", profile=kms)
    client = type(spark.sparkContext._gateway._gateway_client)
    original, calls = client.send_command, []

    def send_command(self, command, *arguments, **more):
        # What begins with m only says that an object is no longer needed.
        calls.extend([command] if not command.startswith("m") else [])
        return original(self, command, *arguments, **more)

    monkeypatch.setattr(client, "send_command", send_command)
    for _ in range(3):
        assert ask("guard", profile=kms, fingerprint=armed["fingerprint"])["unchanged"]
    assert len(calls) == 3, calls
