"""A Connect server that our class cannot look into: the claim stays at Set, and nothing is replaced.

Must not know: how it is looked into. Only on Spark 4: Spark 3.5 has no Connect server of its own.
"""

from __future__ import annotations

import pytest

from tests.support.spark_connect import ConnectServer, needs_own_server

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.line("4.3"),
    needs_own_server,
]


def refusing(url, bucket, first):
    """A session that has a function of our name already, and one whose server takes no artifacts."""
    import hashlib
    from pathlib import Path

    import grpc
    from pyspark.sql import SparkSession

    from jupyterlab_s3_encryption.agent.spark import java_classes
    from tests.support.agent_requests import ask, kms
    from tests.support.spark_connect import Requests

    class Refused(grpc.RpcError):
        def code(self):
            return grpc.StatusCode.PERMISSION_DENIED

        def __str__(self):
            return self.details()

        def details(self):
            return "artifacts are not allowed"

        trailing_metadata = initial_metadata = lambda self: ()

    def refuse():
        raise Refused

    requests = Requests()
    digest = hashlib.sha256(Path(java_classes.jar()).read_bytes()).hexdigest()
    name = f"s3_encryption_probe_{digest[:16]}"

    def report():
        spark.range(4).write.mode("overwrite").parquet(f"s3a://{bucket}/x")
        return ask("verify")

    found = {}
    spark = SparkSession.builder.remote(url).getOrCreate()
    theirs = f"CREATE TEMPORARY FUNCTION {name}(x STRING) RETURNS STRING RETURN concat(x, '!')"
    spark.sql(theirs)
    found["taken"] = [ask("apply", profile=kms(first)), report()]
    found["theirs"] = spark.sql(f"SELECT {name}('their own')").collect()[0][0]
    ask("clear")
    spark.stop()
    spark = SparkSession.builder.remote(url).getOrCreate()
    requests.begin(names={"AddArtifacts"}, do=refuse)
    found["refused"] = [ask("apply", profile=kms(first)), report()]
    spark.stop()
    return found


def test_a_server_that_cannot_be_looked_into_keeps_the_claim_at_set_and_nothing_is_replaced(
    endpoint, base_conf
):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-refusing")
    with ConnectServer(base_conf) as server:
        found = run_script(
            refusing, base_conf, url=server.url, bucket=bucket, first=endpoint.keys[0]
        )
    assert found["theirs"] == "their own!"
    for case, reason in (
        ("taken", "What answered on the server is not our class."),
        ("refused", "It does not take our class:"),
    ):
        for report in found[case]:
            assert report["ok"], report["error"]
            assert all(row["ok"] for row in report["settings"])
            assert report["claim"] == "set", report["findings"]
            (entry,) = [one for one in report["findings"] if one["code"] == "connect-unknown"]
            assert reason in entry["message"]
    assert "artifacts are not allowed" in str(found["refused"][0]["findings"])
