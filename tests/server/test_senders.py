"""Whoever sends it, no cell is ahead of a kernel's settings, and in mode "block" none runs without."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

import pytest

from tests.server.conftest import BARE, Servers
from tests.server.senders import LOST, SENDERS, Started, by_zmq, name_of_vs_code
from tests.support.jupyter_server import JupyterServer

pytestmark = pytest.mark.slow

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_S3 = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}
KINDS = ("plain client", "nbclient", "jupyter-server-documents", "VS Code's session")


@contextlib.contextmanager
def started(
    server: JupyterServer, path: str, profile: object, client: str = ""
) -> Iterator[Started]:
    """A notebook's kernel, started with a choice unless that is None."""
    kernel = Started(server, path, BARE)
    if profile is not None:
        assert server.choice("PUT", path, profile).status == 200
    if "VS Code" in client:
        name = name_of_vs_code(path)
        kernel.start(name, name)
    else:
        kernel.start()
    try:
        yield kernel
    finally:
        kernel.end()


def of(client: str, test: str) -> str:
    """The path of a notebook."""
    return re.sub("[^a-z]+", "-", f"{client}-{test}".lower()) + ".ipynb"


@pytest.mark.parametrize(
    "name",
    [
        # Each in `make soak`; here one of each kind: a client of the kernel's own, a server that
        # runs cells by itself, a session with a name of its own.
        pytest.param(name, marks=[] if name in KINDS else pytest.mark.soak)
        for name in SENDERS
    ],
)
def test_no_cell_is_ahead_of_the_settings_and_none_runs_without_them(name: str, servers: Servers):
    send, extensions = SENDERS[name]
    server, path = servers(extensions), of(name, "once")
    with started(server, path, KMS, name) as kernel:
        said = [send(kernel), kernel.restarted(send), kernel.killed(send)]
        assert said == ["", "", ""]
        assert [run.method for run in kernel.runs] == ["sse-kms"] * 3
        assert len({run.pid for run in kernel.runs}) == 3
        # Nobody gives its key to the next process.
        server.choice("PUT", path, SSE_C)
        error = kernel.restarted(send)
        assert error == LOST or "the cell was not run. SSE-C needs a key" in error
        assert len(kernel.runs) == 3


def test_the_choice_that_counts_is_that_of_the_notebook_now(servers: Servers):
    server = servers(())
    with started(server, "former.ipynb", KMS) as kernel:
        by_zmq(kernel)
        server.contents("PATCH", "former.ipynb", {"path": "renamed.ipynb"})
        server.choice("PUT", "renamed.ipynb", SSE_S3)
        kernel.restarted(by_zmq)
        assert [run.method for run in kernel.runs] == ["sse-kms", "sse-s3"]


def test_without_a_choice_nothing_is_in_a_kernel(servers: Servers):
    with started(servers(()), "plain.ipynb", None) as kernel:
        kernel.source = f"""import sys
with open({str(kernel.journal)!r}, "a") as file:
    file.write("0 %d\\n" % len([name for name in sys.modules if "s3_encryption" in name]))
"""
        by_zmq(kernel)
        assert [run.method for run in kernel.runs] == ["0"]


@pytest.mark.skipif(os.name != "posix", reason="a process is ended by a signal")
def test_a_cell_that_is_sent_while_the_process_is_ending_is_not_ahead_either(servers: Servers):
    with started(servers(()), "dying.ipynb", KMS) as kernel:
        by_zmq(kernel)
        os.kill(kernel.pid, 9)
        by_zmq(kernel)
        assert [run.method for run in kernel.runs] == ["sse-kms"] * 2
