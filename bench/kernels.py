"""What an apply costs in a real kernel with real Spark, beside the same calls typed by hand.

Must not know how the agent works: it sends what the front end sends. Times are from sending a
request to having its reply and the kernel's idle, in seconds.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from demo.endpoint import Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder
from tests.support.expressions import EXPRESSION

ROOT = Path(__file__).resolve().parent.parent
SESSION = (
    "from pyspark.sql import SparkSession\n"
    "spark = SparkSession.builder.getOrCreate()\n"
    "spark.conf.get('spark.app.id')"
)
BY_HAND = (
    "spark.conf.set('fs.s3a.encryption.algorithm', 'SSE-KMS')\n"
    "spark.conf.set('fs.s3a.encryption.key', {key!r})\n"
    "spark.conf.get('fs.s3a.encryption.algorithm')\n"
    "spark.conf.get('fs.s3a.encryption.key')"
)
#: What the first write does otherwise: S3A, from now on sealed, is loaded by an apply.
LOAD_S3A = (
    "spark._jsc.hadoopConfiguration().getClassByName('org.apache.hadoop.fs.s3a.S3AFileSystem')"
    " and None"
)
#: The agent has to come as text: the front end cannot count on an installed package.
WITHOUT_PACKAGE = "import sys; sys.modules['jupyterlab_s3_encryption'] = None"
#: What the kernel process holds in memory, in KiB.
MEMORY = "int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1])"


def front_end() -> dict[str, Any]:
    """The agent's text and the expression that the front end evaluates, from its own source."""
    kernel = ROOT / "src" / "kernel"
    bundle: dict[str, Any] = json.loads((kernel / "agentBundle.json").read_text("utf-8"))
    bundle.update(json.loads((kernel / "agentPacked.json").read_text("utf-8")))
    bundle["expression"] = EXPRESSION
    return bundle


class BenchKernel:
    """One real Python kernel, or what `command` starts. bundle: as from `front_end`; what its
    "more" has goes with each request.
    """

    def __init__(
        self,
        environment: dict[str, str],
        bundle: dict[str, Any],
        command: list[str] | None = None,
    ) -> None:
        self._bundle = bundle
        self._without = "bootstrap" if "more" in bundle else "installed"
        self._manager = KernelManager(kernel_name="python3")
        if command is not None:
            self._manager.kernel_spec.argv = command
        self._manager.start_kernel(env=environment)
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def cell(self, code: str) -> float:
        """Runs a cell as a user would; seconds. Raises RuntimeError if it fails."""
        return self._timed({"code": code, "silent": False, "store_history": True}, {})[0]

    def value(self, expression: str) -> str:
        """The text of an expression. Raises RuntimeError if it has none."""
        return self.evaluated(expression)[1]

    def evaluated(self, expression: str) -> tuple[float, str]:
        """Asks for the text of an expression as requests of ours ask; seconds and the text.

        Raises RuntimeError if it has none.
        """
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"v": expression},
        }
        seconds, reply = self._timed(content, {})
        found = reply["user_expressions"]["v"]
        if found["status"] != "ok":
            raise RuntimeError(str(found))
        return seconds, str(found["data"]["text/plain"])

    def request(
        self, request: str, arguments: dict[str, Any], with_agent: bool, claim: str = ""
    ) -> float:
        """Sends a request as the front end does; seconds.

        Raises RuntimeError if it was not done, or if another claim than `claim` came of it.
        """
        return self.ask(request, arguments, with_agent, claim)[0]

    def ask(
        self, request: str, arguments: dict[str, Any], with_agent: bool, claim: str = ""
    ) -> tuple[float, dict[str, Any]]:
        """As `request`; seconds and the report."""
        content, metadata = self._message(request, arguments, with_agent)
        seconds, reply = self._timed(content, metadata)
        answer = reply["user_expressions"]["s3enc"]
        if answer["status"] != "ok":
            raise RuntimeError(str(answer))
        report: dict[str, Any] = answer["data"]["application/vnd.jupyterlab-s3-encryption+json"]
        if report.get("ok") is not True or claim not in ("", report.get("claim")):
            raise RuntimeError(json.dumps(report)[:2000])
        return seconds, report

    def empty(self, silent: bool) -> float:
        """Sends a request with no code, as an empty cell is or silent as ours; seconds."""
        content = {"code": "", "silent": silent, "store_history": not silent}
        return self._timed(content, {})[0]

    def behind(self, request: str, arguments: dict[str, Any], *cells: str) -> float:
        """Sends a request and cells right behind it; seconds until the last cell is done."""
        return self._batch([self._message(request, arguments, False)], cells)

    def batch(self, *cells: str) -> float:
        """Sends cells one right behind the other; seconds until the last one is done."""
        return self._batch([], cells)

    def _batch(
        self, requests: list[tuple[dict[str, Any], dict[str, Any]]], cells: tuple[str, ...]
    ) -> float:
        messages = requests + [
            ({"code": code, "silent": False, "store_history": True}, {}) for code in cells
        ]
        began = time.perf_counter()
        identities = [self._send(content, metadata) for content, metadata in messages]
        self._finish(identities[-1])
        return time.perf_counter() - began

    def _message(
        self, request: str, arguments: dict[str, Any], with_agent: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Content and metadata of a request."""
        payload: dict[str, Any] = {
            "protocol": 1,
            "version": self._bundle["version"],
            "fingerprint": self._bundle["fingerprint"],
            "bootstrap": self._bundle["bootstrap" if with_agent else self._without],
            "request": {"protocol": 1, "id": "bench", "request": request, "arguments": arguments},
            **self._bundle.get("more", {}),
        }
        if with_agent:
            payload["core"] = self._bundle["core"]
            payload["files"] = self._bundle.get("files", {})
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"s3enc": self._bundle["expression"]},
        }
        return content, {"s3-encryption": payload}

    def _timed(self, content: dict[str, Any], metadata: dict[str, Any]) -> Any:
        began = time.perf_counter()
        reply = self._finish(self._send(content, metadata))
        seconds = time.perf_counter() - began
        if reply["content"]["status"] != "ok":
            raise RuntimeError(str(reply["content"]))
        return seconds, reply["content"]

    def _send(self, content: dict[str, Any], metadata: dict[str, Any]) -> str:
        """Sends a request to execute; its message id."""
        content = {"allow_stdin": False, "stop_on_error": False, "user_expressions": {}, **content}
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _finish(self, identity: str) -> Any:
        """The reply of a request, once the kernel is idle again."""
        reply = self._until(self._client.get_shell_msg, identity, lambda _: True)
        self._until(
            self._client.get_iopub_msg,
            identity,
            lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "idle",
        )
        return reply

    @staticmethod
    def _until(get: Callable[..., Any], identity: str, matches: Callable[[Any], bool]) -> Any:
        while True:
            message = get(timeout=600)
            if message["parent_header"].get("msg_id") == identity and matches(message):
                return message

    def restart(self) -> None:
        """Restarts the kernel as Restart of the menu does; returns when it answers."""
        self._manager.restart_kernel(now=False)
        self._client.wait_for_ready(timeout=60)

    def close(self) -> None:
        """Ends the kernel and its Spark."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=False)


def measure(rounds: int, repeats: int) -> dict[str, Any]:
    """Medians in seconds, ratios to the cell typed by hand, and the agent's memory in MB.

    A first apply is compared with the first cell typed into a fresh kernel: both are the first to
    call into Java. `first_to_later`: the first apply, to a typed cell that is not the first;
    `loading`: of S3A, a part of the first apply that the first write does otherwise.
    """
    bundle = front_end()
    typed: list[float] = []
    typed_first: list[float] = []
    loading: list[float] = []
    first: list[float] = []
    later: list[float] = []
    memory: list[float] = []
    with Endpoint() as endpoint:
        folder = write_conf_folder(
            ROOT / "bench" / ".spark-conf",
            spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store)),
        )
        environment = process_environment(folder)
        cells = [BY_HAND.format(key=key) for key in endpoint.keys]
        profiles = [{"profile": {"method": "sse-kms", "kmsKeyId": key}} for key in endpoint.keys]
        for _ in range(rounds):
            kernel = BenchKernel(environment, bundle)
            try:
                kernel.cell(SESSION)
                typed_first.append(kernel.cell(cells[0]))
                loading.append(kernel.cell(LOAD_S3A))
                typed += [kernel.cell(cells[i % 2]) for i in range(1, repeats + 1)]
            finally:
                kernel.close()
            kernel = BenchKernel(environment, bundle)
            try:
                kernel.cell(SESSION)
                kernel.cell(WITHOUT_PACKAGE)
                before = int(kernel.value(MEMORY))
                first.append(kernel.request("apply", profiles[0], True))
                memory.append((int(kernel.value(MEMORY)) - before) / 1024)
                later += [
                    kernel.request("apply", profiles[i % 2], False) for i in range(1, repeats + 1)
                ]
            finally:
                kernel.close()
    found = {
        "typed": statistics.median(typed),
        "typed_first": statistics.median(typed_first),
        "loading": statistics.median(loading),
        "first": statistics.median(first),
        "later": statistics.median(later),
        "memory": statistics.median(memory),
    }
    found["first_ratio"] = found["first"] / found["typed_first"]
    found["first_to_later"] = found["first"] / found["typed"]
    found["later_ratio"] = found["later"] / found["typed"]
    return found
