"""How long the check of the user's own writes keeps their next cell waiting.

Must not know how the agent works: it sends the requests that the front end sends, pipelined with
a cell as in a notebook. Times in seconds.
"""

import base64
import json
import statistics
import sys
import time
from typing import Any

from bench.kernels import ROOT, SESSION, BenchKernel, front_end
from bench.switching import environment_of
from demo.endpoint import Endpoint

#: Halves the renames, which are what these writes take minutes for.
QUICKER = {"spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2"}
#: Writes so many objects with one command.
MANY = "spark.range(0, {count}, 1, {count}).write.parquet('s3a://{bucket}/{name}')"


def measure(rounds: int, objects: int = 1000) -> dict[str, float]:
    """Median and longest delay of a cell behind a check, beside the same cell alone."""
    bundle = _with_tools()
    delays: list[float] = []
    alone: list[float] = []
    with Endpoint() as endpoint:
        kernel = BenchKernel(environment_of(endpoint, QUICKER), bundle)
        try:
            kernel.cell(SESSION)
            profile: dict[str, Any] = {"method": "sse-kms", "kmsKeyId": endpoint.keys[0]}
            kernel.request("apply", {"profile": profile}, True)
            for number in range(max(2, rounds // 2)):
                code = MANY.format(count=objects, bucket=endpoint.bucket, name=f"many-{number}")
                kernel.cell(code)
                alone += [kernel.cell("1 + 1") for _ in range(5)]
                for _ in range(8):
                    delays.append(kernel.behind("writes", {"budget": 120}, "1 + 1"))
        finally:
            kernel.close()
    base = statistics.median(alone)
    return {
        "delay": statistics.median(delays) - base,
        "longest": max(delays) - base,
        "alone": base,
    }


def _with_tools() -> dict[str, Any]:
    """What the front end sends, with the part of the agent that reads stored objects."""
    bundle = front_end()
    tools = ROOT / "src" / "kernel" / "agentTools.json"
    return {**bundle, "files": json.loads(tools.read_text("utf-8"))}


#: Writes an object to each of so many buckets.
SPREAD = "for n in range({count}): spark.range(1).write.parquet(f's3a://many-{{n}}/a')"
#: Seconds between two requests of one check, as the page leaves them, and requests at most.
PAUSE, MOST = 1.0, 40


def measure_buckets(method: str, count: int = 80) -> dict[str, float]:
    """How long the check of one cell that wrote to so many buckets holds the kernel.

    `kernel`: in all requests until the check has come to its end; `longest`: in one of them;
    `requests`: how many there were.
    """
    bundle = _with_tools()
    with Endpoint() as endpoint:
        for number in range(count):
            endpoint.create_bucket(f"many-{number}")
        kernel = BenchKernel(environment_of(endpoint, QUICKER), bundle)
        try:
            kernel.cell(SESSION)
            profile: dict[str, Any] = {"method": method}
            arguments: dict[str, Any] = {"profile": profile}
            if method == "sse-c":
                arguments["customerKey"] = base64.b64encode(b"k" * 32).decode("ascii")
            else:
                profile["kmsKeyId"] = endpoint.keys[0]
            kernel.request("apply", arguments, True)
            # So that the part of the agent that checks is there.
            kernel.request("writes", {"budget": 120}, False)
            kernel.cell(SPREAD.format(count=count))
            empty = statistics.median(kernel.empty(True) for _ in range(9))
            times: list[float] = []
            pending = True
            while pending:
                seconds, report = kernel.ask("writes", {"budget": 120}, False)
                times.append(seconds - empty)
                pending = report["writes"]["pending"]
                if len(times) > MOST:
                    raise RuntimeError("the check does not come to its end")
                time.sleep(PAUSE if pending else 0)
            checked = [row for row in report["writes"]["paths"] if row["checked"]]
            if len(checked) < min(count, 50):
                raise RuntimeError(json.dumps(report["writes"])[:2000])
        finally:
            kernel.close()
    return {"kernel": sum(times), "longest": max(times), "requests": len(times)}


if __name__ == "__main__":
    print(json.dumps(measure_buckets(*sys.argv[1:])) if sys.argv[1:] else measure(5))
