"""A Connect server with many executors, some of which are killed while they are asked; for scripts/soak.py.

Standalone workers with several executors each, as small as Spark lets them be. S3E_EXECUTORS: how many
there are in all (50, which want about 25 GB). Must not know: how executors are asked.
"""

from __future__ import annotations

import os

import pytest

from tests.support.spark_cluster import Cluster
from tests.support.spark_connect import ConnectServer, needs_own_server
from tests.truth.rows import A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.soak,
    needs_own_server,
]
COUNT = int(os.environ.get("S3E_EXECUTORS") or 50)
WORKERS = 2
#: Seconds within which a request answers: it waits 5 for executors, 10 for the server.
SOON = 45
#: Megabytes. Spark wants 450 that can be used, and a JVM does not count all of its heap.
MEMORY = 480
SMALL = {
    "spark.executor.memory": f"{MEMORY}m",
    "spark.executor.cores": "1",
    "spark.cores.max": str(COUNT),
    # The driver's renaming must not decide what is stored.
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}


def killed(url, bucket, first, second, count, folder):
    import os
    import signal
    import threading
    import time
    from pathlib import Path

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms, timed

    def executors():
        """The process ids of the executors of this very cluster, which run in its folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                here = os.readlink(process / "cwd").startswith(folder + os.sep)
                command = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if here and b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in command:
                found.append(int(process.name))
        return sorted(found)

    def write(name):
        spark.range(0, 4 * count, 1, 4 * count).write.parquet(f"s3a://{bucket}/{name}")

    def wait_for_all():
        """Until all have been looked at: Spark starts them, and others for those that were killed."""
        until = time.monotonic() + 600
        while True:
            took, report = timed("verify")
            counts = report["executors"]
            if counts == {"total": count, "covered": count} or time.monotonic() > until:
                return [took, report]
            time.sleep(1)

    spark = SparkSession.builder.remote(url).getOrCreate()
    spark.range(1).collect()
    ask("apply", profile=kms(second))
    wait_for_all()
    write("before")
    found = {"pids": len(executors()), "applied": timed("apply", profile=kms(first))}
    write("first")
    found["looked"] = timed("verify")
    found["killed"] = []
    for number in range(3):
        victims = executors()[number :: max(2, count // 4)][: max(1, count // 6)]

        def end(victims=victims):
            # One after the other, while the request is at work.
            for pid in victims:
                time.sleep(0.1)
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue

        ending = threading.Thread(target=end)
        ending.start()
        name = ("verify", "apply", "verify")[number]
        more = {"profile": kms(second)} if name == "apply" else {}
        found["killed"].append([len(victims), *timed(name, **more)])
        ending.join()
    write("second")
    found["after"] = wait_for_all()
    write("after")
    found["at last"] = timed("verify")
    spark.stop()
    return found


@pytest.mark.timeout(0)
def test_the_coverage_is_right_and_nothing_hangs_while_executors_die(endpoint, base_conf):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-many-executors")
    first, second = endpoint.keys
    java = "spark.executor.extraJavaOptions"
    small = {**SMALL, java: f"{base_conf.get(java, '')} -XX:+UseSerialGC -Xss512k".strip()}
    each = -(-COUNT // WORKERS)
    memory = f"{each * MEMORY}m"
    with (
        Cluster(workers=WORKERS, cores=each, memory=memory) as cluster,
        ConnectServer({**base_conf, **cluster.conf(), **small}) as server,
    ):
        found = run_script(
            killed,
            base_conf,
            url=server.url,
            bucket=bucket,
            first=first,
            second=second,
            count=COUNT,
            folder=cluster.folder,
            timeout=1800,
        )
    assert found["pids"] >= COUNT
    assert found["looked"][1]["claim"] == "inEffect", found["looked"][1]["findings"]
    assert found["looked"][1]["executors"] == {"total": COUNT, "covered": COUNT}
    everything = [found["applied"], found["looked"], found["after"], found["at last"]]
    everything += [[took, report] for _, took, report in found["killed"]]
    for took, report in everything:
        assert took < SOON, (took, report)
        assert report["ok"], report["error"]
        assert "Traceback" not in str(report)
        counts = report["executors"]
        if report["claim"] == "inEffect":
            assert counts is not None
            assert counts["covered"] == counts["total"] > 0
        else:
            assert report["claim"] == "set"
    # Whoever was asked and died meanwhile is not counted as looked at.
    for victims, _, report in found["killed"]:
        counts = report["executors"]
        if counts is not None:
            assert counts["covered"] <= counts["total"] <= COUNT + victims
    assert found["at last"][1]["executors"] == {"total": COUNT, "covered": COUNT}
    assert found["at last"][1]["claim"] == "inEffect", found["at last"][1]["findings"]
    stored = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("first", "after")
    }
    assert stored == {"first": {A}, "after": {B}}
