"""How long an audit takes two executors, beside the driver alone with as many requests at once.

`python -m bench.large.executors [--objects N] [--rounds N]`. A standalone cluster with two workers; the
endpoint lets each request wait 30 ms, as a network does. Requests at once are few, so that both sides
wait for that and not for the endpoint's processor.
"""

import argparse
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.audit import PREFIX, THREADS, client, endpoint
from demo.endpoint import BUCKET
from demo.environment import process_environment, spark_conf, write_conf_folder
from tests.support.spark_cluster import Cluster

DELAY, AT_ONCE = 0.03, 4


def measure(count: int, rounds: int) -> dict[str, float]:
    """Medians in seconds, `executors` and `driver`, and their `ratio`. Raises RuntimeError if incomplete."""
    with endpoint(DELAY) as running, Cluster(2) as cluster:
        s3 = client(running["url"])

        def put(number: int) -> None:
            key = running["keys"][number % 2]
            name = f"{PREFIX}day={number % 10}/{number:06}"
            encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
            s3.put_object(Bucket=BUCKET, Key=name, Body=b"x", **encrypted)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(put, range(count)))
        with tempfile.TemporaryDirectory() as folder:
            conf = {**spark_conf(running["url"]), **cluster.conf()}
            os.environ.update(process_environment(write_conf_folder(Path(folder), conf)))
            from pyspark.sql import SparkSession

            import jupyterlab_s3_encryption as s3enc

            spark = SparkSession.builder.getOrCreate()
            times: dict[str, list[float]] = {"executors": [], "driver": []}
            try:
                # The first ones start JVMs and connections, on both sides.
                for warm, _ in [(True, 0)] + [(False, number) for number in range(rounds)]:
                    for by, taken in times.items():
                        began = time.perf_counter()
                        found = s3enc.audit(f"s3a://{BUCKET}/{PREFIX}", by=by, at_once=AT_ONCE)
                        if (found.checked, found.complete, len(found.counts)) != (count, True, 2):
                            raise RuntimeError(f"{by}: {found}")
                        if not warm:
                            taken.append(time.perf_counter() - began)
            finally:
                spark.stop()
    result = {name: statistics.median(values) for name, values in times.items()}
    result["ratio"] = result["driver"] / result["executors"]
    return result


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="An audit by two executors.")
    parser.add_argument("--objects", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = measure(options.objects, options.rounds)
    print(
        f"{options.objects} objects: executors {found['executors']:.2f} s, driver "
        f"{found['driver']:.2f} s; ratio {found['ratio']:.2f}"
    )


if __name__ == "__main__":
    main()
