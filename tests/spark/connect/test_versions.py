"""Connect servers and clients of different versions of Spark: what is claimed is what is stored.

Each server has two executors beside it, whose writers commit by themselves. What was seen is in the
table of docs/kernels.md. Must not know: the agent's inner parts.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo.endpoint import Endpoint
from demo.environment import spark_conf
from demo.jars import Spark, spark_at_hand, spark_in
from tests import ROOT
from tests.support.agent_requests import codes
from tests.support.spark_cluster import Cluster
from tests.support.spark_connect import ConnectServer
from tests.support.spark_script import run_script
from tests.truth.rows import NONE, A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.spark,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not spark_at_hand().version.startswith("4.3."), reason="once is enough: see PAIRS"
    ),
]

#: Folders of the versions that are not the one at hand.
ASIDE = {line: ROOT / ".venv" / "opt" / f"spark-{line}" for line in ("3.5", "4.1")}
#: (client, server)
PAIRS = [
    ("4.3", "3.5"),
    ("3.5", "3.5"),
    ("4.3", "4.1"),
    ("3.5", "4.1"),
    ("4.1", "4.3"),
    ("3.5", "4.3"),
    ("4.3", "4.3"),
]
#: What is claimed with each request.
CLAIMS = {
    "armed": "inEffect",
    "own armed": "proven",
    "switched": "inEffect",
    "again": "inEffect",
    "own switched": "proven",
    "changed": "none",
    "renewed": "inEffect",
    "canary": "proven",
}


@pytest.fixture(scope="module")
def clusters():
    """`cluster(line)` of two workers; the one of another line ends first."""
    with ExitStack() as stack:
        running: dict[str, Cluster] = {}

        def cluster(line: str) -> Cluster:
            if line not in running:
                stack.close()
                running.clear()
                running[line] = stack.enter_context(Cluster(2, spark_of(line)))
            return running[line]

        yield cluster


def spark_of(line: str) -> Spark:
    """The Spark of a line."""
    return spark_in(ASIDE[line] / "pyspark") if line in ASIDE else spark_at_hand()


def conf_of(spark: Spark, endpoint: Endpoint, folder: Path) -> dict[str, str]:
    """The properties of a server."""
    return spark_conf(
        endpoint.tls_url,
        trust_store=str(endpoint.trust_store),
        warehouse=str(folder / "warehouse"),
        groups=("s3a", "connect"),
        spark=spark,
    )


def of_client(line: str) -> dict[str, str]:
    """The environment in which a client has the pyspark of a line."""
    path = [ROOT, *([ASIDE[line]] if line in ASIDE else [])]
    return {"PYTHONPATH": os.pathsep.join(map(str, path))}


def steps(url, bucket, first, second, certificate):
    import os

    import pyspark
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, checked, kms

    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_CA_BUNDLE=certificate)

    def write(name):
        # Two tasks for each executor.
        spark.range(0, 16, 1, 4).write.parquet(f"s3a://{bucket}/{name}")

    found = {"client": pyspark.__version__, "waiting": ask("apply", profile=kms(first))}
    spark = SparkSession.builder.remote(url).getOrCreate()
    found["server"] = spark.version
    found["had"] = spark.conf.get("fs.s3a.encryption.key", None)
    write("armed")
    found["armed"] = ask("verify")
    found["own armed"] = checked()
    found["switched"] = ask("apply", profile=kms(second))
    write("switched")
    found["again"] = ask("verify")
    found["own switched"] = checked()
    spark.conf.set("fs.s3a.encryption.key", first)
    found["changed"] = ask("verify")
    found["renewed"] = ask("apply", profile=kms(second))
    found["canary"] = ask("canary", location=f"s3a://{bucket}/canary")
    found["cleared"] = ask("clear")
    names = ("fs.s3a.encryption.algorithm", "fs.s3a.encryption.key")
    found["left"] = [spark.conf.get(name, None) for name in names]
    write("cleared")
    try:
        found["sql"] = "" if spark.sql("SELECT 1").collect() else "?"
    except PySparkException as error:
        found["sql"] = str(error)
    spark.stop()
    return found


@pytest.mark.parametrize(("client", "server"), PAIRS)
def test_a_claim_over_connect_is_what_is_stored_whatever_the_versions(
    clusters, endpoint, tmp_path, client, server
):
    bucket = endpoint.create_bucket(f"connect-{client}-to-{server}".replace(".", ""))
    first, second = endpoint.keys
    spark = spark_of(server)
    conf = conf_of(spark, endpoint, tmp_path)
    algorithm = "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version"
    # A server of its own: that of Spark 3.5 keeps the sessions of clients that have ended.
    with ConnectServer({**conf, **clusters(server).conf(), algorithm: "2"}, spark) as running:
        answers = run_script(
            steps,
            {},
            environment=of_client(client),
            url=running.url,
            bucket=bucket,
            first=first,
            second=second,
            certificate=str(endpoint.trust_store.parent / "endpoint.crt"),
        )
    assert answers["client"].startswith(client + ".")
    assert answers["server"].startswith(server + ".")
    names = ("armed", "switched", "cleared")
    stored = {name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys) for name in names}
    assert stored == {"armed": {A}, "switched": {B}, "cleared": {NONE}}
    assert answers["waiting"]["waiting"]
    assert answers["had"] == first
    for name, claim in CLAIMS.items():
        report = answers[name]
        assert report["ok"], (name, report["error"])
        assert report["claim"] == claim, (name, report["findings"])
        assert report["session"]["kind"] == "connect"
        assert report["session"]["sparkVersion"] == answers["server"]
        assert report["executors"] == {"total": 2, "covered": 2}, (name, report["findings"])
    assert codes(answers["changed"]) == ["connect-limited", "changed-since"]
    assert answers["canary"]["canary"]["executors"] == {"total": 2, "wrote": 2}
    for name, at in (("own armed", "/armed"), ("own switched", "/switched")):
        rows = {row["path"]: row for row in answers[name]["writes"]["paths"]}
        (row,) = [row for path, row in rows.items() if path.endswith(at)]
        assert row["other"] == 0
        assert row["wanted"] == row["total"] >= 5  # four of executors, and the driver's
    assert answers["left"] == [None, None]
    # What Spark itself refuses: the table of docs/kernels.md says so.
    refused = "PARSE_SYNTAX_ERROR" if (client, server) == ("4.3", "3.5") else ""
    assert refused in answers["sql"], answers["sql"]
    assert bool(answers["sql"]) is bool(refused)


def leaving(url):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.range(1).collect()
    spark.stop()


def coming(url, bucket, first):
    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms

    spark = SparkSession.builder.remote(url).getOrCreate()
    ask("apply", profile=kms(first))
    spark.range(4).write.parquet(f"s3a://{bucket}/x")
    found = ask("verify")
    spark.stop()
    return found


def test_sessions_that_others_have_left_on_a_server_of_spark_3_5_keep_the_claim_at_set(
    endpoint, tmp_path
):
    bucket = endpoint.create_bucket("connect-left-behind")
    spark = spark_of("3.5")
    with ConnectServer(conf_of(spark, endpoint, tmp_path), spark) as server:
        # Neither a client of 3.5 tells a server that it ends, nor can one of 4.3 tell this server.
        for client in ("3.5", "4.3"):
            run_script(leaving, {}, environment=of_client(client), url=server.url)
        report = run_script(
            coming,
            {},
            environment=of_client("4.3"),
            url=server.url,
            bucket=bucket,
            first=endpoint.keys[0],
        )
    assert report["ok"], report["error"]
    assert report["claim"] == "set"
    (shared,) = [one for one in report["findings"] if one["code"] == "connect-shared"]
    assert shared["message"].startswith("2 other sessions are open on the server.")
