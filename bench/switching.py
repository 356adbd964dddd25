"""What a switch costs on a warm session with two workers, and what it leaves behind.

Beside it what users do today: restart the kernel, make the session again, set again. Requests
are those that the front end sends. Must not know how the agent works. Times in seconds.
"""

import statistics
import time
from pathlib import Path
from typing import Any

from bench.kernels import ROOT, SESSION, BenchKernel, front_end
from demo.endpoint import Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder
from tests.support.spark_cluster import Cluster

#: What a user types after a restart, and the first write that shows that it is done.
TYPED = (
    "spark.conf.set('fs.s3a.encryption.algorithm', 'SSE-KMS')\n"
    "spark.conf.set('fs.s3a.encryption.key', {key!r})"
)
WRITE = "spark.range(0, 16, 1, 8).write.mode('overwrite').parquet('s3a://{bucket}/{name}')"
#: Threads, open files and bytes in use of the driver's JVM, after a garbage collection.
LEFT = (
    "__import__('json').dumps((lambda beans: [beans.getMemoryMXBean().gc(), "
    "beans.getThreadMXBean().getThreadCount(), "
    "len(__import__('os').listdir('/proc/%d/fd' % "
    "spark._jvm.java.lang.ProcessHandle.current().pid())), "
    "beans.getMemoryMXBean().getHeapMemoryUsage().getUsed()][1:])"
    "(spark._jvm.java.lang.management.ManagementFactory))"
)

#: Seconds after which Spark's own pools, which grow with each write, have let idle threads go.
IDLE = 75


def environment_of(endpoint: Endpoint, more: dict[str, str]) -> dict[str, str]:
    """Environment of a kernel whose Spark has these properties beside the endpoint's."""
    conf = spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store))
    folder = write_conf_folder(ROOT / "bench" / ".spark-conf", {**conf, **more})
    return process_environment(Path(folder))


def kms(key: str) -> dict[str, Any]:
    """The arguments of an apply with this key."""
    return {"profile": {"method": "sse-kms", "kmsKeyId": key}}


#: Buckets that are open in driver and executors when settings change.
BUCKETS = 10


def measure_switch(rounds: int) -> dict[str, float]:
    """Medians: a switch that is in effect everywhere, with no other bucket open (`alone`) and with
    ten (`switch`), and the restart that does the same."""
    alone: list[float] = []
    switched: list[float] = []
    restarted: list[float] = []
    with Endpoint() as endpoint, Cluster(workers=2) as cluster:
        environment = environment_of(endpoint, cluster.conf())
        kernel = BenchKernel(environment, front_end())
        try:
            kernel.cell(SESSION)
            kernel.cell("spark.range(8).count()")
            kernel.request("apply", kms(endpoint.keys[0]), True)
            buckets = [endpoint.create_bucket(f"bench-{number}") for number in range(BUCKETS)]
            first, second = endpoint.keys
            for _ in range(rounds):
                for bucket in buckets:
                    kernel.cell(WRITE.format(bucket=bucket, name="warm"))
                # In turn: after a switch no bucket is open until somebody uses it again.
                for times, key in ((switched, second), (alone, first)):
                    times.append(kernel.request("apply", kms(key), False, claim="inEffect"))
            for number in range(max(2, rounds // 3)):
                began = time.perf_counter()
                kernel.restart()
                kernel.cell(SESSION)
                kernel.cell(TYPED.format(key=endpoint.keys[number % 2]))
                restarted.append(time.perf_counter() - began)
                kernel.cell(WRITE.format(bucket=endpoint.bucket, name="warm"))
        finally:
            kernel.close()
    return {
        "alone": statistics.median(alone),
        "switch": statistics.median(switched),
        "buckets_ratio": statistics.median(switched) / statistics.median(alone),
        "restart": statistics.median(restarted),
        "ratio": statistics.median(restarted) / statistics.median(switched),
    }


def measure_writes(repeats: int) -> dict[str, float]:
    """Medians of a write: never switched, switched before, with the file system cache off."""
    kinds: dict[str, dict[str, str]] = {
        "never": {},
        "switched": {},
        "uncached": {"spark.hadoop.fs.s3a.impl.disable.cache": "true"},
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    with Endpoint() as endpoint:
        kernels: dict[str, BenchKernel] = {}
        try:
            for name, more in kinds.items():
                kernel = BenchKernel(environment_of(endpoint, more), front_end())
                kernels[name] = kernel
                kernel.cell(SESSION)
                kernel.cell(TYPED.format(key=endpoint.keys[0]))
                for _ in range(4):
                    kernel.cell(WRITE.format(bucket=endpoint.bucket, name=name))
            for number in range(3):
                arguments = kms(endpoint.keys[number % 2])
                kernels["switched"].request("apply", arguments, number == 0)
                kernels["switched"].cell(WRITE.format(bucket=endpoint.bucket, name="switched"))
            for number in range(repeats):
                # In turn, each time another one first.
                names = list(kinds)[number % 3 :] + list(kinds)[: number % 3]
                for name in names:
                    code = WRITE.format(bucket=endpoint.bucket, name=name)
                    times[name].append(kernels[name].cell(code))
        finally:
            for kernel in kernels.values():
                kernel.close()
    base = statistics.median(times["never"])
    found = {name: statistics.median(values) for name, values in times.items()}
    return {**found, "ratio": found["switched"] / base, "uncached_ratio": found["uncached"] / base}


def measure_growth(switches: int = 200) -> dict[str, int]:
    """How many threads, open files and bytes of the driver's JVM so many switches leave behind."""
    import json

    with Endpoint() as endpoint:
        kernel = BenchKernel(environment_of(endpoint, {}), front_end())
        try:
            kernel.cell(SESSION)
            write = WRITE.format(bucket=endpoint.bucket, name="growth")
            for number in range(5):
                kernel.request("apply", kms(endpoint.keys[number % 2]), number == 0)
                kernel.cell(write)
            time.sleep(IDLE)
            before = json.loads(kernel.value(LEFT).strip("'"))
            for number in range(switches):
                kernel.request("apply", kms(endpoint.keys[(number + 1) % 2]), False)
                kernel.cell(write)
            time.sleep(IDLE)
            after = json.loads(kernel.value(LEFT).strip("'"))
        finally:
            kernel.close()
    names = ("threads", "files", "bytes")
    return {name: now - then for name, now, then in zip(names, after, before, strict=True)}


if __name__ == "__main__":
    print(measure_switch(9))
    print(measure_writes(30))
    print(measure_growth())
