"""What an apply on a running Livy session costs, beside an empty statement and an empty cell.

Real sparkmagic, the real Livy server and real PySpark 3.5, as in tests/livy. Runs if there is no
network but loopback (tests/livy/alone.py). Must not know how the relay works: it sends what the
front end sends. Times are from sending a request to having its reply and the kernel's idle, in
seconds.
"""

import json
import statistics
import tempfile
import uuid
from pathlib import Path
from typing import Any

from bench.kernels import ROOT, BenchKernel, front_end
from bench.switching import kms
from demo.endpoint import Endpoint
from demo.environment import spark_conf
from tests.livy.kernel import COMMAND, sparkmagic_environment
from tests.livy.server import LivyServer, alone

#: How often each is done before it counts: the session's and Livy's Java are cold at first.
WARM = 60
#: Sent and waited for as a statement of ours is, but it has nothing to do.
EMPTY = "(lambda m: m.statement(m.current(), 'pass', 60) and None)(__import__('sys').modules['%s'])"


def relayed(bundle: dict[str, Any]) -> dict[str, Any]:
    """What the front end sends to a kernel of sparkmagic, from its own source."""
    texts = json.loads((ROOT / "src" / "kernel" / "agentLivy.json").read_text("utf-8"))
    part = {
        "session": texts["session"],
        "statement": texts["statement"],
        "bootstrap": bundle["bootstrap"],
        "frame": str(uuid.uuid4()),
        "conf": {},
        "refused": None,
    }
    return {**bundle, "bootstrap": texts["relay"], "more": {"livy": part}}


def measure(repeats: int) -> dict[str, float]:
    """Medians in seconds: "apply", each with another key, of it in the "agent"; "empty", a statement
    sent as ours are; "cell", a user's cell, as sparkmagic runs it with its own settings. Ratios:
    "ratio" of an apply to a cell, "to_empty" to such a statement. Raises RuntimeError if
    there is another network, or an apply did not come into effect.
    """
    if not alone():
        raise RuntimeError("Livy binds every address: run this with no network but loopback.")
    found: dict[str, list[float]] = {"apply": [], "empty": [], "cell": [], "agent": []}
    with Endpoint() as endpoint, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        conf = spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store))
        (folder / "livy").mkdir()
        server = LivyServer(folder / "livy", {**conf, "spark.master": "local[1]"})
        try:
            environment = sparkmagic_environment(folder / "kernel", server.url)
            kernel = BenchKernel(environment, relayed(front_end()), COMMAND)
            try:
                kernel.cell("spark.version")
                kernel.request("apply", kms(endpoint.keys[0]), True)
                name = kernel.value(
                    "next(n for n in __import__('sys').modules if n.endswith('encryption_livy_session'))"
                )
                empty = EMPTY % name.strip("'")
                for number in range(WARM):
                    kernel.request("apply", kms(endpoint.keys[(number + 1) % 2]), False)
                    kernel.evaluated(empty)
                    kernel.cell("pass")
                for number in range(repeats):
                    key = endpoint.keys[(number + 1) % 2]
                    seconds, report = kernel.ask("apply", kms(key), False, claim="inEffect")
                    found["apply"].append(seconds)
                    found["agent"].append(report["elapsed"] / 1000)
                    found["empty"].append(kernel.evaluated(empty)[0])
                    found["cell"].append(kernel.cell("pass"))
            finally:
                kernel.close()
        finally:
            server.stop()
    medians = {name: statistics.median(times) for name, times in found.items()}
    return {
        **medians,
        "ratio": medians["apply"] / medians["cell"],
        "to_empty": medians["apply"] / medians["empty"],
    }


if __name__ == "__main__":
    print(json.dumps(measure(60)))
