"""What S3A makes of the settings decides: values that win over properties keep the claim down.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import pytest

from tests.support.agent_requests import headers


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
