"""What an apply costs over Spark Connect with two workers, beside the same settings typed by hand,
and beside a query that only runs a task on each executor: nothing can look at them for less.

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
    for name in ("algorithm", "key"):
        spark.conf.unset(f"fs.s3a.encryption.{name}")
    once = timed(lambda: ask("apply", profile=kms(first)))
    keys = [second if number % 2 else first for number in range(rounds)]
    found: dict[str, list[float]] = {name: [] for name in ("typed", "query", "apply", "verify")}
    claims = set()
    for number in range(-5, rounds):  # the first ones warm up
        key = keys[number % rounds]
        row = {
            "apply": timed(lambda key=key: claims.add(ask("apply", profile=kms(key))["claim"])),
            "verify": timed(lambda: claims.add(ask("verify")["claim"])),
            "typed": timed(typed, key),
            "query": timed(lambda: spark.range(0, 2, 1, 2).collect()),
        }
        for name, seconds in row.items() if number >= 0 else ():
            found[name].append(seconds)
    spark.stop()
    return {
        **{name: statistics.median(seconds) for name, seconds in found.items()},
        "first": once,
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
    rows: list[Figure] = []
    query = f"a query with a task on each executor is {found['query'] * 1000:.0f} ms"
    for name, what in (
        ("apply", "a switch that is in effect on all of them"),
        ("verify", "a verify that looks at all of them"),
    ):
        start = f"Spark Connect, two workers: {what}, to "
        took = f"{found[name] * 1000:.1f} ms to "
        typed = f"{took}{found['typed'] * 1000:.1f} ms; {query}"
        ratio = found[name] / found["typed"]
        rows.append((start + "the same settings typed and read back", ratio, " times", 3, typed))
        ratio = found[name] / found["query"]
        asked = f"{took}{found['query'] * 1000:.1f} ms"
        rows.append((start + "a query with a task on each", ratio, " times", 3, asked))
    what = "Spark Connect, two workers: the first apply, our class brought there included"
    return [*rows, (what, found["first"], " s", 3, "")]
