"""What a switch costs over Spark Connect with two workers, beside a new session that has the settings.

A session of a service has a server of its own, and what a server has open outlives a session: so a new
one is a new server, too. The client runs in a process of its own. Must not know how the agent works.
Times in seconds.
"""

from typing import Any

from demo.endpoint import Endpoint
from demo.environment import spark_conf
from tests.support.spark_cluster import Cluster
from tests.support.spark_script import run_script


def client(
    properties: dict[str, str], bucket: str, first: str, second: str, rounds: int
) -> dict[str, object]:
    """Runs in the client's process; medians, each side up to the end of the same write."""
    import statistics
    import time

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms
    from tests.support.spark_connect import ConnectServer

    def write() -> None:
        frame = spark.range(0, 16, 1, 8)
        frame.write.mode("overwrite").parquet(f"s3a://{bucket}/x")

    switched: list[float] = []
    opened: list[float] = []
    looked = []
    for _ in range(rounds):
        began = time.perf_counter()
        with ConnectServer(properties) as server:
            spark = SparkSession.builder.remote(server.url).create()
            for name, value in (("algorithm", "SSE-KMS"), ("key", first)):
                spark.conf.set(f"fs.s3a.encryption.{name}", value)
            write()
            opened.append(time.perf_counter() - began)
            for key in (first, second, first, second):  # the first ones warm up
                began = time.perf_counter()
                report = ask("apply", profile=kms(key))
                write()
                switched.append(time.perf_counter() - began)
                looked.append([report["claim"], report["executors"]])
            del switched[-4:-2]
            ask("clear")
            spark.stop()
    return {
        "switch": statistics.median(switched),
        "session": statistics.median(opened),
        "looked": looked,
    }


def measure(rounds: int) -> dict[str, Any]:
    """What `client` measures, and "ratio", how much faster the switch is."""
    with Endpoint() as endpoint, Cluster(workers=2) as cluster:
        conf = {
            **spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store)),
            **cluster.conf(),
        }
        first, second = endpoint.keys
        found: dict[str, Any] = run_script(
            client,
            {},
            properties=conf,
            bucket=endpoint.create_bucket("bench-connect-session"),
            first=first,
            second=second,
            rounds=rounds,
            timeout=240 * rounds,
        )
    everywhere = ["inEffect", {"total": 2, "covered": 2}]
    assert all(one == everywhere for one in found["looked"]), found["looked"]
    found["ratio"] = found["session"] / found["switch"]
    return found


def rows() -> list[tuple[str, str, str, str]]:
    """The row of the table."""
    found = measure(3)
    return [
        (
            "Spark Connect, two workers: a switch that was looked at on all of them, and a write, to a "
            "new session (with a server of its own), the same typed, and that write",
            f"{found['ratio']:.1f} times faster "
            f"({found['switch'] * 1000:.0f} ms to {found['session']:.1f} s)",
            "at least 10 times",
            "yes" if found["ratio"] >= 10 else "**no**",
        )
    ]
