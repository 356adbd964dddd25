"""The agent in a real IPython kernel, asked as the front end does, without a trace for the user.

Must not know: Spark's inner parts, the front end's code.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyspark
import pytest
from jupyter_client import KernelManager

from tests.support.agent_requests import CUSTOMER_KEY, payload
from tests.support.class_archive import with_archive
from tests.support.expressions import EXPRESSION, MIME

pytestmark = pytest.mark.slow


class Kernel:
    """A kernel and its client; `ask` is a request of the front end, `run` a cell of the user."""

    def __init__(self, folder):
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.heard = []

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def ask(self, name, files=True, **arguments):
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"s3enc": EXPRESSION},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        metadata = {"s3-encryption": payload(name, files=files, **arguments)}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        reply = self._reply(message["header"]["msg_id"])
        answer = reply["content"]["user_expressions"]["s3enc"]
        assert answer["status"] == "ok", answer
        return json.loads(json.dumps(answer["data"][MIME]))

    def run(self, code):
        """Runs a cell; (execution_count, stdout, result text)."""
        self.heard, out = [], []
        reply = self.client.execute_interactive(code, timeout=120, output_hook=out.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        text = "".join(m["content"]["text"] for m in out if m["msg_type"] == "stream")
        return reply["content"]["execution_count"], text

    def _reply(self, identity):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            message = self.client.get_shell_msg(timeout=60)
            if message["parent_header"].get("msg_id") == identity:
                break
        while True:
            heard = self.client.get_iopub_msg(timeout=60)
            if heard["parent_header"].get("msg_id") == identity:
                self.heard.append(heard["msg_type"])
                if heard["content"].get("execution_state") == "idle":
                    return message


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    # The project is not on the kernel's path, there the agent arrives as text; this pyspark is.
    monkeypatch.setenv("PYTHONPATH", str(Path(pyspark.__file__).parent.parent))
    found = Kernel(tmp_path)
    found.run("import sys; sys.modules['jupyterlab_s3_encryption'] = None")
    yield found
    found.stop()


LOOK = (
    "import json as _j\n"
    "print(_j.dumps([sorted(k for k in globals() if k[:1] != '_'), list(In), sorted(Out), repr(_), "
    "[row[2] for row in get_ipython().history_manager.get_range()]]))"
)


def test_requests_leave_no_trace_in_the_users_kernel(kernel):
    assert kernel.run("6 * 7")[0] == 2
    first = json.loads(kernel.run(LOOK)[1])
    count = kernel.run("%who")[0]
    listed = kernel.run("%who")[1]
    profile = {"method": "sse-c"}
    asked = [
        kernel.ask("probe"),
        kernel.ask("apply", files=False, profile=profile, customerKey=CUSTOMER_KEY),
        kernel.ask("verify", files=False),
        kernel.ask("guard", files=False, profile=profile, customerKey=CUSTOMER_KEY),
        kernel.ask("apply", files=False, profile={"method": "nonsense"}),
        kernel.ask("apply", files=False, profile=profile, customerKey=CUSTOMER_KEY),
    ]
    assert [item["ok"] for item in asked] == [True, True, True, True, False, True]
    assert {item["agent"]["source"] for item in asked if "unchanged" not in item} == {"shipped"}
    # The second is for the other pages of a kernel; nothing shows it.
    assert set(kernel.heard) == {"status", "s3_encryption_changed"}
    assert kernel.run("%who") == (count + 2, listed)
    after, text = kernel.run(LOOK)
    names, inputs, outputs, last, history = json.loads(text)
    assert after == count + 3
    assert (names, outputs, last) == (first[0], first[2], "42")
    who = "get_ipython().run_line_magic('who', '')"
    assert inputs == [*first[1], who, who, who, LOOK]
    assert history == [*first[4], "%who", "%who", "%who", LOOK]
    assert CUSTOMER_KEY not in text


def test_a_kernel_without_the_agent_says_so_and_a_restarted_one_has_forgotten(kernel):
    assert kernel.ask("probe", files=False) == {"protocol": 1, "agentMissing": True}
    profile = {"method": "sse-s3"}
    assert kernel.ask("apply", profile=profile)["profile"] == profile
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    kernel.run("import sys; sys.modules['jupyterlab_s3_encryption'] = None")
    assert kernel.ask("guard", files=False, profile=profile, fingerprint="x")["agentMissing"]
    assert kernel.ask("guard", profile=profile, fingerprint="x")["waiting"]


def test_the_agent_needs_no_thread_and_little_memory(kernel):
    look = (
        "import gc, os, threading\n"
        "gc.collect()\n"
        "print(threading.active_count(), "
        "int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE'))"
    )
    kernel.run(look)
    before = [int(word) for word in kernel.run(look)[1].split()]
    kernel.ask("apply", files="core", profile={"method": "sse-s3"})
    for _ in range(50):
        kernel.ask("guard", files=False, profile={"method": "sse-s3"})
    after = [int(word) for word in kernel.run(look)[1].split()]
    assert after[0] == before[0]
    assert (after[1] - before[1]) / 1e6 < 5


@pytest.mark.line("4.3")
def test_the_first_cell_that_makes_a_session_has_the_settings(
    kernel, base_conf, endpoint, bucket, tmp_path
):
    from demo.environment import process_environment, write_conf_folder

    environment = with_archive(process_environment(write_conf_folder(tmp_path / "conf", base_conf)))
    kernel.run(f"import os; os.environ.update({environment!r})")
    profile = {"method": "sse-kms", "kmsKeyId": endpoint.keys[1]}
    assert kernel.ask("apply", profile=profile)["waiting"]
    _, text = kernel.run(
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print(spark.conf.get('fs.s3a.encryption.key'))\n"
        f"spark.range(3).write.parquet('s3://{bucket}/first')"
    )
    assert endpoint.keys[1] in text
    stored = endpoint.stored("first", bucket)
    assert {item.written for item in stored} == {("aws:kms", endpoint.keys[1])}
    assert kernel.ask("verify", files=False)["claim"] == "inEffect"
    kernel.run("spark.stop()")
    assert kernel.ask("verify", files=False)["waiting"]
