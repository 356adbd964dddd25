"""Kernels that a server starts: what they are started with, and that no cell is ahead of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client import AsyncKernelClient, BlockingKernelClient

from jupyterlab_s3_encryption.server import starting
from jupyterlab_s3_encryption.server.choices import Choices
from jupyterlab_s3_encryption.server.settings import Options, Site
from jupyterlab_s3_encryption.server.starting import DAMAGED, Starts, start_with
from tests.support.jupyter_server import TOKEN, JupyterServer

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_S3 = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}
BLOCKS = Options(blocks=True)


def settings(options: Options) -> Any:
    return types.SimpleNamespace(current=lambda: options)


def test_nothing_is_started_with_nothing_chosen():
    assert start_with([], Options()) is None
    assert start_with([], BLOCKS) is None
    assert start_with([], Options(site=Site(require_block=True))) is None


@pytest.mark.parametrize(
    ("options", "mode", "checks"),
    [
        (Options(), "warn", True),
        (Options(checks=False), "warn", False),
        (BLOCKS, "lenient", True),
        (Options(blocks=True, checks=False, reapply=False), "lenient", True),
        (Options(site=Site(require_block=True)), "strict", True),
        (Options(site=Site(SSE_S3, locked=True)), "warn", True),
        (Options(site=Site(SSE_S3, locked=True), blocks=True), "strict", True),
    ],
)
def test_a_choice_is_started_in_the_mode_of_the_settings(options, mode, checks):
    given = start_with([KMS], options)
    assert given is not None
    assert (given["mode"], given["checks"]) == (mode, checks)
    assert given["profile"] == (SSE_S3 if options.site.locked else KMS)
    assert given["requireBlock"] is options.site.require_block


def test_a_user_who_wants_nothing_set_after_a_restart_gets_nothing():
    assert start_with([KMS], Options(reapply=False)) is None


def test_the_sites_profile_is_that_of_kernels_without_a_notebook_too():
    given = start_with([], Options(site=Site(SSE_S3, locked=True)))
    assert given is not None
    assert given["profile"] == SSE_S3
    assert given["locked"]


def test_of_several_notebooks_the_first_choice_counts_that_is_known_and_allowed():
    site = Site(allowed_keys=("alias/lake",))
    given = start_with([DAMAGED, {"method": "sse-kms"}, KMS, SSE_S3], Options(site=site))
    assert given is not None
    assert (given["profile"], given["unknown"]) == (KMS, "")
    assert start_with([{"method": "sse-kms"}], Options(site=site)) is None


@pytest.mark.parametrize("entry", [DAMAGED, {"method": "rot13"}, {}])
def test_a_damaged_choice_is_no_choice_but_holds_as_the_strictest_would(entry):
    given = start_with([entry], Options(modes={"Lake": "block"}))
    assert given is not None
    assert (given["profile"], given["mode"], given["unknown"]) == (None, "lenient", DAMAGED)


def arm(starts: Starts, kernel: str = "k", **more: Any) -> dict[str, Any]:
    """What a kernel is launched with."""
    launch = {"cmd": ["python", "-m", "ipykernel_launcher", "-f", "x.json"], "env": {"A": "1"}}
    launch.update(more.pop("launch", {}))
    given = {"name": "python3", "language": "python", **more}
    asyncio.run(starts.arm(kernel, given["name"], given["language"], launch))
    return launch


def profile_of(launch: dict[str, Any]) -> object:
    text = launch["env"].get(starting.VARIABLE)
    if text is None:
        assert starting.ARGUMENT not in launch["cmd"]
        return None
    assert launch["cmd"][-1] == starting.ARGUMENT
    found = re.search(r"loads\((.*)\)\)\n$", text)
    assert found is not None
    return json.loads(eval(found[1]))["profile"]  # what the text itself does


class Sessions:
    """What Jupyter's session manager knows."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    async def list_sessions(self) -> list[dict[str, Any]]:
        return [{"path": path, "kernel": {"id": kernel}} for path, kernel in self.rows]


def started_for(path: str, work: Callable[[], Any]) -> Any:
    token = starting._session.set(path)
    try:
        return work()
    finally:
        starting._session.reset(token)


def test_a_kernel_gets_the_choice_of_its_notebook_at_each_start(tmp_path):
    choices, sessions = Choices(tmp_path / "a" / "b"), Sessions()
    starts = Starts(choices, settings(Options()), sessions, logging.getLogger())
    choices.put("a.ipynb", {"profile": KMS})
    assert profile_of(started_for("a.ipynb", lambda: arm(starts))) == KMS
    assert profile_of(arm(starts, "without a session")) is None
    # A restart: what is chosen now, for the notebooks that the kernel has now.
    choices.put("a.ipynb", {"profile": SSE_S3})
    assert profile_of(arm(starts)) == SSE_S3
    sessions.rows = [("b.ipynb", "k"), ("a.ipynb", "other")]
    assert profile_of(arm(starts)) is None
    sessions.rows = [("b.ipynb", "k"), ("a.ipynb", "k")]
    assert profile_of(arm(starts)) == SSE_S3
    # Renamed by somebody who does not say so to the session.
    sessions.rows = [("a.ipynb", "k")]
    choices.moved("a.ipynb", "c/a.ipynb")
    starts.moved("a.ipynb", "c/a.ipynb")
    assert profile_of(arm(starts)) == SSE_S3
    sessions.rows = []
    assert profile_of(arm(starts)) == SSE_S3
    choices.deleted("c")
    assert profile_of(arm(starts)) is None


@pytest.mark.parametrize(
    ("path", "name", "kind", "found"),
    [
        ("a/b.ipynb", "b.ipynb", "notebook", "a/b.ipynb"),
        ("a/ea520da6-f9ed-400a", "b.ipynb", "notebook", "a/b.ipynb"),
        ("ea520da6-f9ed-400a", "b.ipynb", "notebook", "b.ipynb"),
        ("/a/b.ipynb", None, "notebook", "a/b.ipynb"),
        ("a/b.ipynb", "../c.ipynb", "notebook", "a/b.ipynb"),
        ("a/console-1", "Console 1", "console", "a/console-1"),
        (None, None, None, None),
    ],
)
def test_a_session_is_for_the_notebook_that_jupyterlab_will_say_it_is_for(path, name, kind, found):
    assert starting.notebook_of(path, name, kind) == found


@pytest.mark.parametrize(
    "more",
    [
        {"language": "scala"},
        {"launch": {"cmd": ["python", "-m", "sparkmagic.kernels.pysparkkernel.pysparkkernel"]}},
        {"launch": {"cmd": ["/bin/sh", "-c", "python -m ipykernel_launcher -f x"]}},
        {"launch": {"cmd": ["python", "-m", "ipykernel", f"{starting.OPTION}=pass"]}},
        {"name": "excluded"},
    ],
)
def test_other_kernels_are_started_as_they_are(tmp_path, more):
    choices = Choices(tmp_path / "a" / "b")
    choices.put("a.ipynb", {"profile": KMS})
    starts = Starts(choices, settings(Options(kernels=("py*",))), Sessions(), logging.getLogger())
    launch = started_for("a.ipynb", lambda: arm(starts, **more))
    assert starting.ARGUMENT not in launch["cmd"]
    assert launch["env"] == {"A": "1"}


def test_whatever_provisioner_a_kernel_has_it_starts_even_if_arming_fails(tmp_path):
    async def run() -> None:
        kernels = types.SimpleNamespace()
        sessions = types.SimpleNamespace(start_kernel_for_session=None)
        log = logging.getLogger("starting")
        app = types.SimpleNamespace(kernel_manager=kernels, session_manager=sessions, log=log)
        made = types.SimpleNamespace(
            parent=types.SimpleNamespace(parent=kernels, kernel_name="python3"),
            kernel_id="k",
            kernel_spec=types.SimpleNamespace(language="python"),
        )

        async def prepare(**named: Any) -> Any:
            return {"cmd": ["x"], **named}

        made.pre_launch = prepare
        broken: Any = types.SimpleNamespace()
        made.pre_launch = starting._arming(made, broken, app.log)
        assert await made.pre_launch(cwd="/") == {"cmd": ["x"], "cwd": "/"}

    asyncio.run(run())


CELL = """
import sys
_found = getattr(sys.modules.get("_jupyterlab_s3_encryption_state"), "state", None)
print("armed:", None if _found is None or _found.profile is None else _found.profile["method"])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A server with JupyterLab, whose user has chosen mode "block"."""
    home = tmp_path_factory.mktemp("server")
    file = "jupyterlab-s3-encryption/plugin.jupyterlab-settings"
    mode = home / "config" / "lab" / "user-settings" / file
    mode.parent.mkdir(parents=True)
    mode.write_text('{"mode": "block"}', "utf-8")
    # Its package cannot be imported: the agent comes with the start.
    bare = home / "bare" / "jupyterlab_s3_encryption" / "__init__.py"
    bare.parent.mkdir(parents=True)
    bare.write_text("raise ImportError('not here')", "utf-8")
    spec = home / "data" / "kernels" / "bare" / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Bare",
        "language": "python",
        "env": {"PYTHONPATH": str(bare.parent.parent)},
    }
    spec.write_text(json.dumps(content), "utf-8")
    with JupyterServer(home) as running:
        yield running


class Started:
    """A notebook's kernel on a server."""

    def __init__(self, server: JupyterServer, path: str, profile: object, name: str) -> None:
        self.server = server
        server.new(path)
        if profile is not None:
            assert server.choice("PUT", path, profile).status == 200
        # As JupyterLab does: the session has its path only when the kernel has started.
        wanted = {"path": "new", "name": path, "type": "notebook", "kernel": {"name": name}}
        session = server.request("POST", "/api/sessions", wanted).body
        self._session = session["id"]
        server.request("PATCH", f"/api/sessions/{self._session}", {"path": path})
        self.id = session["kernel"]["id"]

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.request("DELETE", "/api/sessions/" + self._session)

    @property
    def connection(self) -> Path:
        return self.server.home / "runtime" / f"kernel-{self.id}.json"

    def restart(self) -> None:
        assert self.server.request("POST", f"/api/kernels/{self.id}/restart").status == 200

    def send(self, code: str = CELL, timeout: float = 60) -> str:
        """By a plain client; what the cell has printed, or its error."""
        client = BlockingKernelClient(connection_file=str(self.connection))
        client.load_connection_file()
        client.start_channels()
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                said.append(message["content"]["text"])

        try:
            reply = client.execute_interactive(code, output_hook=hear, timeout=timeout)["content"]
        finally:
            client.stop_channels()
        return "".join(said) + str(reply.get("evalue", ""))


def by_kernel_client(kernel: Started) -> str:
    from jupyter_kernel_client import JupyterKernelClient

    address = f"http://127.0.0.1:{kernel.server.port}"
    with JupyterKernelClient(server_url=address, token=TOKEN, kernel_id=kernel.id) as client:
        outputs = client.execute(CELL)["outputs"]
    return "".join(output["text"] for output in outputs)


def by_nbclient(kernel: Started) -> str:
    from nbclient import NotebookClient

    channels = AsyncKernelClient(connection_file=str(kernel.connection))
    channels.load_connection_file()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])

    class Client(NotebookClient):
        async def _async_check_alive(self) -> None:
            """The server sees to that: this kernel is still starting."""

    client = Client(notebook)

    async def run() -> None:
        client.kc = channels
        channels.start_channels()
        await client.async_execute_cell(notebook.cells[0], 0)
        channels.stop_channels()

    asyncio.run(run())
    return "".join(output["text"] for output in notebook.cells[0].outputs)


def by_console(kernel: Started) -> str:
    console = [sys.executable, "-m", "jupyter_console", "--simple-prompt", "--existing"]
    done = subprocess.run(
        [*console, str(kernel.connection)],
        input=f"exec({CELL!r})\nexit(keep_kernel=True)\n",
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(kernel.connection.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_no_cell_is_ahead_of_the_settings_whoever_sends_it(server):
    senders = (by_kernel_client, by_nbclient, by_console, Started.send)
    with Started(server, "senders.ipynb", KMS, "bare") as kernel:
        assert "armed: sse-kms" in kernel.send()
        for send in senders:
            kernel.restart()
            assert "armed: sse-kms" in send(kernel), send
        # Its process ends, and the server starts another one by itself.
        assert "armed: sse-kms" in after_death(kernel)
        # A notebook that is renamed, and one in which something else is chosen.
        server.contents("PATCH", "senders.ipynb", {"path": "renamed.ipynb"})
        server.choice("PUT", "renamed.ipynb", SSE_S3)
        kernel.restart()
        assert "armed: sse-s3" in kernel.send()


def after_death(kernel: Started) -> str:
    """What a cell finds that is sent as soon as the process has ended, and again until one answers."""
    with contextlib.suppress(TimeoutError):
        kernel.send("import os; os.kill(os.getpid(), 9)", timeout=0.2)
    for _ in range(30):
        with contextlib.suppress(TimeoutError):
            return kernel.send(timeout=4)
    raise TimeoutError


def test_no_cell_runs_without_the_settings_whoever_sends_it(server):
    with Started(server, "held.ipynb", SSE_C, "bare") as kernel:
        for send in (by_console, Started.send):
            said = send(kernel)
            assert "the cell was not run. SSE-C needs a key" in said, send
            assert "armed:" not in said.replace(CELL, "")


def test_without_a_choice_nothing_is_in_a_kernel(server):
    with Started(server, "plain.ipynb", None, "bare") as kernel:
        modules = "print([n for n in __import__('sys').modules if 's3_encryption' in n])"
        assert kernel.send(modules) == "[]\n"
