"""What S3A makes of the settings decides: values that win over properties keep the claim down.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import pytest

from demo.environment import spark_conf
from tests.support.agent_requests import ask, codes, headers, kms


def with_a_credential_provider(spark, profile, key, path, place):
    from tests.support.agent_requests import ask, keep_in_credential_file

    keep_in_credential_file(spark, place, "fs.s3a.encryption.key", key)
    report = ask("apply", profile=profile)
    spark.range(3).write.parquet(path)
    later = ask("verify")
    return {
        "claims": [report["claim"], later["claim"]],
        "read": spark.conf.get("fs.s3a.encryption.key"),
        "found": [[item["code"], item["message"]] for item in later["findings"]],
    }


@pytest.mark.line("3.5")
@pytest.mark.parametrize("prefix", ["hadoop", "fs.s3a", "fs.s3a.bucket.{bucket}"])
def test_a_key_of_a_credential_provider_that_wins_is_found_and_never_in_effect(
    fresh_spark, endpoint, bucket, tmp_path, prefix
):
    chosen, other = endpoint.keys
    place = f"localjceks://file{tmp_path}/keys.jceks"
    provider = prefix.format(bucket=bucket) + ".security.credential.provider.path"
    answer = fresh_spark(
        with_a_credential_provider,
        {f"spark.hadoop.{provider}": place},
        profile={"method": "sse-kms", "kmsKeyId": chosen},
        key=other,
        path=f"s3a://{bucket}/data",
        place=place,
    )
    assert answer["read"] == chosen
    assert headers(endpoint, bucket) == {("aws:kms", other)}
    assert answer["claims"] == ["set", "set"]
    details = dict(answer["found"])
    assert other in details["computed-differs"]


def with_client_side_encryption(spark, key, path):
    from tests.support.agent_requests import ask

    report = ask("apply", profile={"method": "cse-kms", "kmsKeyId": key})
    try:
        spark.range(3).write.parquet(path)
        failed = ""
    except Exception as error:  # noqa: BLE001 - Java's, and what is looked for
        failed = str(error)
    return {
        "version": report["session"]["hadoopVersion"],
        "claim": report["claim"],
        "codes": [item["code"] for item in report["findings"]],
        "failed": failed,
    }


@pytest.mark.line("4.3")
@pytest.mark.parametrize("there", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_client_side_encryption_is_not_in_effect_without_its_library(
    fresh_spark, endpoint, bucket, there
):
    path = f"s3a://{bucket}/data"
    jars = spark_conf(endpoint.tls_url, groups=("s3a", "cse"))["spark.jars"] if there else None
    answer = fresh_spark(
        with_client_side_encryption,
        {"spark.jars": jars} if jars else {},
        key=endpoint.keys[0],
        path=path,
    )
    # S3A of Hadoop 3.3 has its client in AWS SDK 1, which it cannot be without.
    missing = not there and not answer["version"].startswith("3.3.")
    assert ("library-missing" in answer["codes"]) is missing
    assert (answer["claim"] == "inEffect") is not missing
    if missing:
        assert "NoClassDefFoundError: software/amazon/encryption/s3/" in answer["failed"]
        assert endpoint.stored("", bucket) == []


# Before Hadoop 3.4 S3A knows no DSSE-KMS.
@pytest.mark.line("4.3")
@pytest.mark.usefixtures("fresh_agent")
def test_what_s3_refuses_or_finds_under_another_name_is_not_in_effect(spark, endpoint, bucket):
    key, alias = endpoint.keys[0], endpoint.create_bucket("lake-ap-x1y2z3-s3alias")
    directory = {"lake--euw1-az1--x-s3": {"method": "dsse-kms", "kmsKeyId": key}}
    report = ask("apply", profile=kms(key, buckets=directory))
    assert (report["claim"], codes(report)) == ("set", ["method-limits", "bucket-refuses"])
    report = ask("apply", profile=kms(key, buckets={bucket: {"method": "sse-s3"}}))
    assert (report["claim"], codes(report)) == ("inEffect", [])
    # What is written there has the key of all buckets, whatever the rule of its bucket says.
    spark.range(3).write.parquet(f"s3a://{alias}/data")
    assert headers(endpoint, alias) == {("aws:kms", key)}
    report = ask("verify")
    assert (report["claim"], codes(report)) == ("set", ["access-point"])
