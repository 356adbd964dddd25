"""How long the check of the user's own writes keeps their next cell waiting.

Must not know how the agent works: it sends the requests that the front end sends, pipelined with
a cell as in a notebook. Times in seconds.
"""

import json
import statistics
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
    bundle = front_end()
    tools = ROOT / "src" / "kernel" / "agentTools.json"
    bundle["files"] = {**bundle["files"], **json.loads(tools.read_text("utf-8"))}
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


if __name__ == "__main__":
    print(measure(5))
