"""What sends cells to a kernel of a server besides our page, each as its users do.

A cell writes what it found in its process into a file: what a client shows of a cell can be that
of another process. Must not know: choices, what is expected of the cell.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil
from jupyter_client import AsyncKernelClient, BlockingKernelClient

from tests import ROOT
from tests.support.jupyter_server import TOKEN, JupyterServer

#: Server extensions that run cells, which setup.py puts beside the rest.
BESIDE = ROOT / ".venv" / "opt" / "senders"
#: Seconds that a cell may take to come to its end, the start of its kernel included.
BOUND = 60

#: What a sender returns of a cell that failed, if what the kernel said of it did not arrive: a client
#: that connects while the process starts can miss that.
LOST = "The cell failed."

CELL = """import os as _os, sys as _sys
_state = getattr(_sys.modules.get("_jupyterlab_s3_encryption_state"), "state", None)
_profile = getattr(_state, "profile", None) or {}
with open(%r, "a") as _file:
    _file.write("%%d %%s\\n" %% (_os.getpid(), _profile.get("method")))
"""


class UnheardError(Exception):
    """A client has not heard of the end of a cell that its kernel is done with.

    jupyter_client's execute_interactive waits for one message for ever, and a client that connects
    while the process starts can miss it. What the cell found is in the journal all the same.
    """


class Run(NamedTuple):
    """What one cell found: its process, and the method that was armed there, "None" for none."""

    pid: int
    method: str


class Started:
    """A notebook with one cell, and its kernel on a server."""

    def __init__(self, server: JupyterServer, path: str, kernel: str) -> None:
        """`path`: of the notebook, which is made; it has to have a name of its own."""
        self.server, self.path = server, path
        self.journal = server.home / (path.replace("/", "-") + ".txt")
        self.journal.write_text("", "utf-8")
        self.source = CELL % str(self.journal)
        cell = {"id": "cell-0", "cell_type": "code", "metadata": {}, "source": self.source}
        cells = [{**cell, "outputs": [], "execution_count": None}]
        server.new(path, cells)
        self._kernel = kernel
        self.session = self.id = ""

    def start(self, path: str = "", name: str = "") -> None:
        """As JupyterLab does, which gives a session its path only when the kernel has started."""
        folder, slash, last = self.path.rpartition("/")
        wanted: dict[str, object] = {"path": path or f"{folder}{slash}{uuid.uuid4()}"}
        wanted |= {"name": name or last, "type": "notebook"}
        wanted["kernel"] = {"name": self._kernel}
        session = self.server.request("POST", "/api/sessions", wanted).body
        self.session, self.id = session["id"], session["kernel"]["id"]
        if not name:
            self.server.request("PATCH", f"/api/sessions/{self.session}", {"path": self.path})

    def end(self) -> None:
        """The kernel, too."""
        self.server.request("DELETE", f"/api/sessions/{self.session}")

    @property
    def connection(self) -> Path:
        """The kernel's connection file."""
        return self.server.home / "runtime" / f"kernel-{self.id}.json"

    @property
    def runs(self) -> list[Run]:
        """What each cell found that ran."""
        lines = [line.split() for line in self.journal.read_text("utf-8").splitlines()]
        return [Run(int(pid), method) for pid, method in lines]

    @property
    def pid(self) -> int:
        """The kernel's process; 0 for none."""
        name = self.connection.name
        for one in psutil.Process(self.server.pid).children():
            # One that ends while it is looked at is none.
            with contextlib.suppress(psutil.Error):
                if any(word.endswith(name) for word in one.cmdline()):
                    return one.pid
        return 0

    def restarted(self, send: Sender) -> str:
        """Has the server restart the kernel, and sends the cell to the new process while it starts."""
        address = f"/api/kernels/{self.id}/restart"
        asking = threading.Thread(target=self.server.request, args=("POST", address))
        before = self.pid
        asking.start()
        self._until_other_than(before)
        said = send(self)
        asking.join()
        return said

    def killed(self, send: Sender) -> str:
        """The same if the process ends, and the server starts another one by itself."""
        before = self.pid
        os.kill(before, 9)
        self._until_other_than(before)
        return send(self)

    def _until_other_than(self, pid: int) -> None:
        until(lambda: self.pid not in (0, pid), "another process")


#: Sends the notebook's cell, and waits for its end; returns what the client was told of an error.
Sender = Callable[[Started], str]


def until(true: Callable[[], Any], what: str, bound: float = BOUND) -> Any:
    """Asks until the answer is true, for so many seconds; the answer."""
    end = time.monotonic() + bound
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise TimeoutError(what)


def by_zmq(kernel: Started) -> str:
    """A plain client, with the kernel's connection file."""
    client = BlockingKernelClient(connection_file=str(kernel.connection))
    client.load_connection_file()
    client.start_channels()
    try:
        # Not its outputs: a client that hears of them late waits for them in vain.
        reply = client.execute(kernel.source, reply=True, timeout=BOUND)
    finally:
        client.stop_channels()
    return str(reply["content"].get("evalue", ""))


def by_kernel_client(kernel: Started) -> str:
    """jupyter_kernel_client, through the server, as agents and MCP servers do."""
    from jupyter_kernel_client import JupyterKernelClient

    address = f"http://127.0.0.1:{kernel.server.port}"
    client = JupyterKernelClient(server_url=address, token=TOKEN, kernel_id=kernel.id)
    # It takes 10 s to connect to a kernel that is still starting, and to close after some answers.
    _answers(kernel)
    client.start()
    outputs = client.execute(kernel.source)["outputs"]
    threading.Thread(target=client.stop, daemon=True).start()
    return _error_in(outputs)


def by_nbclient(kernel: Started) -> str:
    """nbclient, on the server's kernel."""
    from nbclient import NotebookClient

    channels = AsyncKernelClient(connection_file=str(kernel.connection))
    channels.load_connection_file()
    cell = nbformat.v4.new_code_cell(kernel.source)
    notebook = nbformat.v4.new_notebook(cells=[cell])

    class Client(NotebookClient):
        async def _async_check_alive(self) -> None:
            """The server sees to that: this kernel is still starting."""

    client = Client(notebook, allow_errors=True)

    async def run() -> None:
        client.kc = channels
        channels.start_channels()
        await client.async_execute_cell(cell, 0)
        channels.stop_channels()

    asyncio.run(run())
    return _error_in(cell.outputs)


def by_console(kernel: Started) -> str:
    """`jupyter console --existing`; all that it shows, if there is an error in it."""
    console = [sys.executable, "-m", "jupyter_console", "--simple-prompt", "--existing"]
    done = subprocess.run(
        [*console, str(kernel.connection)],
        input=f"exec({kernel.source!r})\nexit(keep_kernel=True)\n",
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(kernel.connection.parent)},
        capture_output=True,
        text=True,
        timeout=2 * BOUND,
        check=False,
    )
    shown = done.stdout + done.stderr
    return shown if "Error" in shown or "was not run" in shown else ""


def by_nbmodel(kernel: Started) -> str:
    """jupyter-server-nbmodel: the server itself runs the code.

    Raises UnheardError if it waits in vain: it then takes no further code for this kernel either.
    """
    address = f"/api/kernels/{kernel.id}/"
    asked = kernel.server.request("POST", address + "execute", {"code": kernel.source})
    request = address + "requests/" + asked.body["request_id"]

    def ended() -> Any:
        answer = kernel.server.request("GET", request)
        return answer.status != 202 and answer.body

    try:
        answer = until(ended, "the request's end", BOUND / 3)
    except TimeoutError:
        # A kernel that is held up, by the cell or by us, does not answer; that is no such case.
        _answers(kernel)
        raise UnheardError from None
    said = str(answer.get("error", "")) or _error_in(json.loads(answer["outputs"]))
    return said or (LOST if answer.get("status") == "error" else "")


def by_documents(kernel: Started) -> str:
    """jupyter-server-documents: the server itself runs the cell of the notebook that it holds.

    A cell that reaches it while a process of the kernel ends can get lost; it is then sent again.
    Raises UnheardError if it takes its own saving of the notebook for a removal by somebody else: it
    then takes no further cell.
    """
    try:
        return _once_by_documents(kernel)
    except TimeoutError:
        return _once_by_documents(kernel)


def _once_by_documents(kernel: Started) -> str:
    file = kernel.server.request("POST", f"/api/fileid/index?path={kernel.path}", {}).body
    wanted = {
        "document_id": f"json:notebook:{file['id']}",
        "cells": [{"cell_id": "cell-0", "source_hash": murmur2(kernel.source)}],
    }
    ran, (before, _) = len(kernel.runs), _saved(kernel)
    answer = kernel.server.request("POST", f"/api/kernels/{kernel.id}/execute", wanted)
    if "not connected to a kernel" in answer.text and "deleted out-of-band" in kernel.server.log:
        raise UnheardError
    assert answer.status == 200, (answer, kernel.server.log[-3000:])

    def ended() -> object:
        # It takes the outputs away before it sends the cell, so they are new ones, even if the
        # same error is in them as after the restart before.
        time, outputs = _saved(kernel)
        return len(kernel.runs) > ran or (time != before and outputs)

    found = until(ended, "the cell's end")
    return "" if found is True else _error_in(found)


def by_vs_code(kernel: Started) -> str:
    """As VS Code does on a server: through its own session and a socket."""
    return by_kernel_client(kernel)


def name_of_vs_code(path: str) -> str:
    """What VS Code calls its session of a notebook, as long as no folders are mapped."""
    return f"{path.removesuffix('.ipynb')}-jvsc-{uuid.uuid4()}{uuid.uuid4()}.ipynb"


def murmur2(text: str) -> str:
    """What jupyter-server-documents compares the source of a cell by."""
    data, mask, factor = text.encode("utf-8"), 0xFFFFFFFF, 0x5BD1E995
    found = len(data)
    whole = len(data) // 4 * 4
    for [word] in struct.iter_unpack("<I", data[:whole]):
        mixed = word * factor & mask
        mixed = (mixed ^ mixed >> 24) * factor & mask
        found = found * factor & mask ^ mixed
    if data[whole:]:
        found = (found ^ int.from_bytes(data[whole:], "little")) * factor & mask
    found = (found ^ found >> 13) * factor & mask
    return str(found ^ found >> 15)


def _answers(kernel: Started) -> None:
    """Waits until the kernel answers something that is no cell."""
    client = BlockingKernelClient(connection_file=str(kernel.connection))
    client.load_connection_file()
    client.start_channels()
    try:
        client.kernel_info(reply=True, timeout=BOUND)
    finally:
        client.stop_channels()


def _saved(kernel: Started) -> tuple[str, list[Any]]:
    """When the file was saved, and the outputs of its cell; none while it is being written."""
    answer = kernel.server.contents("GET", kernel.path)
    if answer.status != 200:
        return "", []
    return answer.body["last_modified"], list(answer.body["content"]["cells"][0]["outputs"])


def _error_in(outputs: list[Any]) -> str:
    return "".join(str(output.get("evalue", "")) for output in outputs)


#: Name in the documentation's table -> how it sends, and the server's extensions that it needs.
SENDERS: dict[str, tuple[Sender, tuple[str, ...]]] = {
    "plain client": (by_zmq, ()),
    "jupyter_kernel_client": (by_kernel_client, ()),
    "nbclient": (by_nbclient, ()),
    "console --existing": (by_console, ()),
    "jupyter-server-nbmodel": (by_nbmodel, ("jupyter_server_nbmodel",)),
    "jupyter-server-documents": (
        by_documents,
        ("jupyter_server_documents", "jupyter_server_fileid"),
    ),
    "VS Code's session": (by_vs_code, ()),
}
