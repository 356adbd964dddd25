"""How long an audit of stored objects takes, beside boto3's head_object in a pool of 16 threads.

`python -m bench.audit [--objects N] [--rounds N]`. Must not know how the agent works: it sends the
requests that the front end sends. Both sides list the objects and read each one's headers.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from demo.endpoint import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder

ROOT = Path(__file__).resolve().parent.parent
THREADS = 16
PREFIX = "audit/"


class Distant(Endpoint):
    """An endpoint that lets each request wait, as a network does."""

    delay = 0.0

    def _serve(self, app: Any, tls: Any) -> str:
        def later(environ: Any, start: Any) -> Any:
            time.sleep(self.delay)
            return app(environ, start)

        return super()._serve(later if self.delay else app, tls)  # type: ignore[arg-type]


def serve(delay: float) -> None:
    """Runs an endpoint and prints what it is, until standard input ends."""
    Distant.delay = delay
    with Distant() as running:
        print(json.dumps(running.to_dict()), flush=True)
        sys.stdin.read()


@contextmanager
def endpoint(delay: float) -> Iterator[dict[str, Any]]:
    """The endpoint in a process of its own, so that it takes no time of either side's."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.audit", "--serve", str(delay)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(30)


def client(url: str) -> Any:
    """A boto3 client with a connection for each thread."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, max_pool_connections=THREADS),
    )


def with_boto3(url: str) -> float:
    """Seconds that boto3 takes for the headers of all objects."""
    s3 = client(url)
    began = time.perf_counter()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX)
    keys = [item["Key"] for page in pages for item in page["Contents"]]
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda key: s3.head_object(Bucket=BUCKET, Key=key), keys))
    seconds = time.perf_counter() - began
    if len({answer["SSEKMSKeyId"] for answer in answers}) != 2:
        raise RuntimeError("boto3 did not see both keys")
    return seconds


def with_audit(count: int) -> float:
    """Seconds that the audit takes, all its requests together. Raises RuntimeError if incomplete."""
    from jupyterlab_s3_encryption import agent

    began = time.perf_counter()
    arguments: dict[str, Any] = {"path": f"s3a://{BUCKET}/{PREFIX}", "limit": count, "page": 500}
    while True:
        report = agent.handle({"request": "audit", "arguments": arguments})
        if not report["ok"]:
            raise RuntimeError(str(report["error"]))
        result = report["audit"]
        if result["token"] is None:
            break
        arguments = {"token": result["token"], "page": 500}
    seconds = time.perf_counter() - began
    seen = sum(row["objects"] for row in result["counts"] if row["keyId"])
    if not result["complete"] or seen != count:
        raise RuntimeError(f"the audit saw {seen} of {count} objects with their keys")
    return seconds


def measure(count: int, rounds: int, delay: float = 0.0) -> dict[str, float]:
    """Medians in seconds: `boto3` and `audit`, measured in turn; `first` audit; `ratio`, audit to boto3.

    delay: seconds that the endpoint lets each request wait.
    """
    with endpoint(delay) as running:
        s3 = client(running["url"])
        keys = [f"{PREFIX}{number:05}" for number in range(count)]

        def put(number: int) -> None:
            s3.put_object(
                Bucket=BUCKET,
                Key=keys[number],
                Body=b"x",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=running["keys"][number % 2],
            )

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(put, range(count)))
        with tempfile.TemporaryDirectory() as folder:
            conf = spark_conf(running["url"])
            environment = process_environment(write_conf_folder(Path(folder), conf))
            os.environ.update(environment)
            from pyspark.sql import SparkSession

            spark = SparkSession.builder.getOrCreate()
            try:
                times: dict[str, list[float]] = {"boto3": [], "audit": []}
                for number in range(rounds):
                    sides = [
                        ("boto3", lambda: with_boto3(running["url"])),
                        ("audit", lambda: with_audit(count)),
                    ]
                    for name, side in sides if number % 2 == 0 else sides[::-1]:
                        times[name].append(side())
            finally:
                spark.stop()
    found = {name: statistics.median(values) for name, values in times.items()}
    # The JVM is cold in the first one; that of somebody's first audit is too.
    found["first"] = times["audit"][0]
    found["ratio"] = found["audit"] / found["boto3"]
    return found


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="An audit beside boto3.")
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds each request waits")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(options.serve)
        return
    # One JVM keeps the endpoint that it began with: another delay is another run.
    found = measure(options.objects, options.rounds, options.delay)
    print(
        f"{options.objects} objects, requests wait {options.delay * 1000:.0f} ms: audit "
        f"{found['audit']:.2f} s, boto3 with {THREADS} threads {found['boto3']:.2f} s; ratio "
        f"{found['ratio']:.2f}; the first audit, with a cold JVM, {found['first']:.2f} s"
    )


if __name__ == "__main__":
    main()
