"""What an apply costs over Spark Connect with two workers, beside the same settings typed by hand.

The client runs in a process of its own. Must not know how the agent works. Times in seconds.
"""

from typing import Any

from demo.endpoint import Endpoint
from demo.environment import spark_conf
from tests.support.spark_cluster import Cluster
from tests.support.spark_connect import ConnectServer
from tests.support.spark_script import run_script

#: What was measured, the figure, its unit, the limit, what is beside it.
Figure = tuple[str, float, str, float, str]


def client(url: str, bucket: str, first: str, second: str, rounds: int) -> dict[str, object]:
    """Runs in the client's process; medians."""
    import statistics
    import time

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms

    def timed(action, *arguments) -> float:  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        action(*arguments)
        return time.perf_counter() - began

    def typed(key: str) -> None:
        for name, value in (("algorithm", "SSE-KMS"), ("key", key)):
            spark.conf.set(f"fs.s3a.encryption.{name}", value)
            spark.conf.get(f"fs.s3a.encryption.{name}")

    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.range(0, 16, 1, 8).write.parquet(f"s3a://{bucket}/warm")
    by_hand = [timed(typed, first) for _ in range(rounds)]
    once = timed(lambda: ask("apply", profile=kms(first)))
    keys = [second if number % 2 else first for number in range(rounds)]
    applied = [timed(lambda: ask("apply", profile=kms(keys.pop()))) for _ in range(rounds)]
    claims = {ask("verify")["claim"]}
    verified = [timed(lambda: ask("verify")) for _ in range(rounds)]
    spark.stop()
    return {
        "typed": statistics.median(by_hand),
        "first": once,
        "apply": statistics.median(applied),
        "verify": statistics.median(verified),
        "claims": sorted(claims),
    }


def measure(rounds: int) -> dict[str, Any]:
    """What `client` measures, against a server with two workers."""
    with Endpoint() as endpoint, Cluster(workers=2) as cluster:
        conf = {
            **spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store)),
            **cluster.conf(),
        }
        bucket = endpoint.create_bucket("bench-connect")
        with ConnectServer(conf) as server:
            found: dict[str, Any] = run_script(
                client,
                {},
                url=server.url,
                bucket=bucket,
                first=endpoint.keys[0],
                second=endpoint.keys[1],
                rounds=rounds,
            )
    assert found["claims"] == ["inEffect"], found
    return found


def figures(rounds: int = 10) -> list[Figure]:
    """The rows of the table."""
    found = measure(rounds)
    beside = f"{found['apply'] * 1000:.0f} ms to {found['typed'] * 1000:.0f} ms"
    return [
        (
            "Spark Connect, two workers: a switch that is looked at on all of them, to the same "
            "settings typed by hand",
            found["apply"] / found["typed"],
            " times",
            3,
            beside,
        ),
        ("Spark Connect: the first apply, the class included", found["first"], " s", 3, ""),
        ("Spark Connect: verify, all executors looked at", found["verify"], " s", 1, ""),
    ]
