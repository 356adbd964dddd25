"""A real sparkmagic kernel for tests: asked as the front end asks, and used as a user does.

Must not know: Livy's inner parts, what is tested.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

from jupyter_client import KernelManager

from tests.support.agent_requests import shipped
from tests.support.expressions import BLOCKING, EXPRESSION, MIME

ROOT = Path(__file__).resolve().parents[2]
#: Where scripts/setup.py puts the kernels whose Spark is elsewhere.
PYTHON = ROOT / ".venv-livy" / "bin" / "python"
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
#: What starts sparkmagic's PySpark kernel.
COMMAND = [
    str(PYTHON),
    "-m",
    "sparkmagic.kernels.pysparkkernel.pysparkkernel",
    "-f",
    "{connection_file}",
]


def sparkmagic_environment(folder: Path, url: str, **more: Any) -> dict[str, str]:
    """Variables of such a kernel, configured in `folder` for the Livy at `url`; more: its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    credentials = {"username": "", "password": "", "url": url, "auth": "None"}
    settings = {
        "kernel_python_credentials": credentials,
        # Its thread sleeps between beats, and a session is deleted only after that.
        "livy_server_heartbeat_timeout_seconds": 0,
        "retry_policy": "configurable",
        "configurable_retry_policy_max_retries": 1,
        "livy_session_startup_timeout_seconds": 120,
        "wait_for_idle_timeout_seconds": 60,
        **more,
    }
    (folder / "config.json").write_text(json.dumps(settings), "utf-8")
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "SPARKMAGIC_CONF_DIR": str(folder),
        "SPARKMAGIC_CONF_FILE": "config.json",
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def livy_part(conf: dict[str, str] | None, refused: str | None = None) -> dict[str, Any]:
    """What a request carries for the relay beside the agent."""
    texts = {name: (AGENT / "livy" / f"{name}.py").read_text("utf-8") for name in _PARTS}
    return {
        **texts,
        "bootstrap": shipped("bootstrap"),
        "frame": uuid.uuid4().hex,
        "conf": conf or {},
        "refused": refused and {"message": refused, "sentences": {}},
    }


_PARTS = ("session", "statement")


class SparkmagicKernel:
    """A PySpark kernel of sparkmagic. `ask` is a request of the front end, `run` a user's cell."""

    def __init__(self, folder: Path, url: str) -> None:
        environment = sparkmagic_environment(folder, url, retry_seconds_to_sleep_list=[0.1])
        self.manager = KernelManager()
        self.manager.kernel_spec.argv = COMMAND
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.heard: list[dict[str, Any]] = []

    def stop(self) -> None:
        """Ends the kernel, without a word to Livy."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def restart(self, kill: bool = False) -> None:
        """A new kernel process; without `kill` the old one deletes its session first."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=kill)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def info(self) -> dict[str, Any]:
        """What the kernel says of itself."""
        identity = self.client.kernel_info()
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == identity:
                return dict(reply["content"])

    def send(self, name: str, part: dict[str, Any], files: bool = True, **arguments: Any) -> str:
        """Sends a request; its number for `answer`."""
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"s3enc": EXPRESSION},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self._send(content, self._payload(name, part, files, **arguments))

    def _payload(
        self, name: str, part: dict[str, Any], files: bool, **arguments: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "bootstrap": shipped("relay"),
            "protocol": 1,
            "version": "9.9.9",
            "fingerprint": "test",
            "request": {"protocol": 1, "id": "test", "request": name, "arguments": arguments},
            "livy": part,
        }
        if files:
            paths = [path.relative_to(AGENT) for path in AGENT.rglob("*.py")]
            texts = {
                path.as_posix(): (AGENT / path).read_text("utf-8")
                for path in paths
                if path.parts[0] not in ("loader", "livy")
            }
            contract = AGENT / "data" / "contract.json"
            payload["files"] = {**texts, "contract.json": contract.read_text("utf-8")}
        return payload

    def _send(self, content: dict[str, Any], payload: dict[str, Any]) -> str:
        message = self.client.session.msg(
            "execute_request", content, metadata={"s3-encryption": payload}
        )
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def block(self, part: dict[str, Any], profile: dict[str, str]) -> tuple[str, str]:
        """A guard of mode "block" and a cell behind it: what the guard said, how the cell ended."""
        payload = self._payload("guard", part, False, profile=profile)
        payload.update(block="lenient", blocking=shipped("blocking"))
        content = {
            "code": f"%%local\n{BLOCKING}",
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        guard = self._send(content, payload)
        cell = self.client.execute("print('ran')")
        replies: dict[str, Any] = {}
        while not {guard, cell} <= set(replies):
            message = self.client.get_shell_msg(timeout=60)
            replies[message["parent_header"].get("msg_id")] = message["content"]
        return str(replies[guard].get("evalue")), str(replies[cell]["status"])

    def answer(self, identity: str) -> dict[str, Any]:
        """The report that came back; what was published meanwhile is in `heard`."""
        reply = self._reply(identity, 120)
        found = reply["content"]["user_expressions"]["s3enc"]
        assert found["status"] == "ok", found
        return dict(found["data"][MIME])

    def ask(
        self, name: str, conf: dict[str, str] | None = None, files: bool = True, **arguments: Any
    ) -> dict[str, Any]:
        """A request and its answer."""
        return self.answer(self.send(name, livy_part(conf), files, **arguments))

    def run(self, code: str, timeout: float = 120) -> str:
        """Runs a cell; everything that it printed, errors too."""
        identity = self.client.execute(code)
        self._reply(identity, timeout)
        return "".join(
            message["content"]["text"] for message in self.heard if message["msg_type"] == "stream"
        )

    def shown(self, code: str) -> str:
        """Runs a cell; the HTML that it displayed."""
        self.run(code)
        found = [message["content"].get("data", {}) for message in self.heard]
        return "".join(data.get("text/html", "") for data in found)

    def _reply(self, identity: str, timeout: float) -> dict[str, Any]:
        end = time.monotonic() + timeout
        while True:
            message = self.client.get_shell_msg(timeout=max(0.1, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == identity:
                break
        self.heard = []
        while True:
            heard = self.client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
            if heard["parent_header"].get("msg_id") == identity:
                self.heard.append(heard)
                if heard["content"].get("execution_state") == "idle":
                    return dict(message)
