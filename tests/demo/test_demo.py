"""The demo as a user starts it: a real process, its notebook in a real kernel, Ctrl-C.

Must not know: the extension; without it the notebook has to run as well.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from jupyter_client import BlockingKernelClient

from demo.run import prepare
from tests import ROOT

pytestmark = pytest.mark.spark


class Demo:
    """A running `python -m demo --no-browser`; `lines` is what it has printed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.work, self.runtime = folder / "work", folder / "runtime"
        command = [sys.executable, "-m", "demo", "--no-browser", "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, "--work", str(self.work)],
            cwd=ROOT,
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(self.runtime)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if line.startswith("Ctrl-C"):
                break
        self.address = next((x.split()[1] for x in self.lines if x.startswith("JupyterLab:")), "")
        self.base, _, self.token = self.address.partition("/lab/tree/encryption.ipynb?token=")

    def ask(self, path: str, token: str, body: dict[str, object] | None = None):
        headers = {"Authorization": f"token {token}"} if token else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def run_notebook(self) -> list[dict]:
        """Runs all cells in a kernel that the demo's JupyterLab has started: their outputs."""
        body = {
            "path": "encryption.ipynb",
            "type": "notebook",
            "name": "",
            "kernel": {"name": "python3"},
        }
        kernel = self.ask("/api/sessions", self.token, body)["kernel"]["id"]
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        outputs: list[dict] = []
        try:
            # Not wait_for_ready: to it a kernel whose heart is late on a busy machine is dead.
            client.kernel_info(reply=True, timeout=60)
            notebook = json.loads((self.work / "encryption.ipynb").read_text("utf-8"))
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    reply = client.execute_interactive(
                        "".join(cell["source"]),
                        timeout=200,
                        output_hook=lambda message: outputs.append(message["content"]),
                    )
                    assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            client.stop_channels()
        return outputs


@pytest.mark.line("4.3")
def test_the_demo_runs_its_notebook_and_ctrl_c_ends_every_process(tmp_path):
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    demo = Demo(tmp_path, port)
    try:
        assert any(line.startswith(f"Port {port} is in use") for line in demo.lines), demo.lines
        assert demo.base.startswith("http://127.0.0.1:"), demo.lines
        assert len(demo.token) >= 32
        with pytest.raises(urllib.error.HTTPError) as refused:
            demo.ask("/api/contents", "")
        assert refused.value.code in {401, 403}

        outputs = demo.run_notebook()
        shown = "\n".join(x["data"]["text/plain"] for x in outputs if "data" in x)
        keys = json.loads((demo.work / "demo.json").read_text("utf-8"))["keys"]
        assert "| AES256" in shown
        assert all(key in shown for key in keys)
        assert "| aws:kms" not in shown
        printed = "".join(x["text"] for x in outputs if "text" in x)
        assert "Adelie" in printed
        assert "WARN" not in printed

        family = psutil.Process(demo.process.pid).children(recursive=True)
        names = {process.name() for process in family}
        assert any("java" in name for name in names), names
        outside = [
            x.laddr
            for process in family
            for x in process.net_connections("tcp")
            if x.status == psutil.CONN_LISTEN
            and x.laddr.ip not in {"127.0.0.1", "::ffff:127.0.0.1", "::1"}
        ]
        assert not outside
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
        assert [process for process in family if process.is_running()] == []
    finally:
        taken.close()
        end(demo.process)


def test_a_notebook_that_the_user_has_changed_is_not_overwritten(tmp_path, endpoint):
    prepare(tmp_path, endpoint)
    (tmp_path / "encryption.ipynb").write_text("mine", "utf-8")
    prepare(tmp_path, endpoint)
    assert (tmp_path / "encryption.ipynb").read_text("utf-8") == "mine"
    spark = (tmp_path / ".spark" / "spark-defaults.conf").read_text("utf-8")
    assert "fs.s3a.endpoint" in spark
    assert "encryption." not in spark


def test_boto3_in_the_demo_trusts_the_endpoint_that_spark_uses(tmp_path, endpoint):
    environment = prepare(tmp_path, endpoint)
    assert endpoint.tls_url in (tmp_path / ".spark" / "spark-defaults.conf").read_text("utf-8")
    code = (
        "import boto3, sys;"
        "s3 = boto3.client('s3', endpoint_url=sys.argv[1], region_name='eu-west-1',"
        " aws_access_key_id='a', aws_secret_access_key='b');"
        "print(s3.get_bucket_location(Bucket=sys.argv[2])['LocationConstraint'])"
    )
    command = [sys.executable, "-c", code, endpoint.tls_url, endpoint.bucket]
    done = subprocess.run(
        command, check=False, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "eu-west-1", done.stderr
    # Whatever was trusted before still is.
    assert len((tmp_path / ".certificates.pem").read_text("utf-8").split("BEGIN CERT")) > 100


def end(process: subprocess.Popen[str]) -> None:
    """Ends the demo also if a test failed half-way."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
    process.stdout.close()
