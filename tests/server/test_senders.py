"""Whoever sends it, no cell is ahead of a kernel's settings, and in mode "block" none runs without."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import BARE, Servers
from tests.server.senders import LOST, SENDERS, Started, UnheardError, by_zmq, name_of_vs_code
from tests.support.jupyter_server import JupyterServer

pytestmark = pytest.mark.slow

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_S3 = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}
#: How often a client is tried that may miss the end of its cell.
TRIES = 3
KINDS = ("plain client", "nbclient", "jupyter-server-nbmodel", "VS Code's session")


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
    for attempt in range(TRIES):
        try:
            each_route(name, servers, of(name, f"once {'again ' * attempt}"))
        except UnheardError:
            continue
        return
    pytest.fail(f"{name} did not hear of a cell's end, {TRIES} times")


def each_route(name: str, servers: Servers, path: str) -> None:
    """A cell after a start, a restart and a kill, and one without its key.

    Raises UnheardError, after what ran is looked at.
    """
    send, extensions = SENDERS[name]
    server = servers(extensions)
    with started(server, path, KMS, name) as kernel:
        try:
            said = [send(kernel), kernel.restarted(send), kernel.killed(send)]
        finally:
            assert {run.method for run in kernel.runs} <= {"sse-kms"}
        assert said == ["", "", ""]
        assert [run.method for run in kernel.runs] == ["sse-kms"] * 3
        assert len({run.pid for run in kernel.runs}) == 3
        # Nobody gives its key to the next process.
        server.choice("PUT", path, SSE_C)
        try:
            error = kernel.restarted(send)
        finally:
            assert len(kernel.runs) == 3
        assert error == LOST or "the cell was not run. SSE-C needs a key" in error


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


def beside(server: JupyterServer, kernel: Started, path: str, kind: str) -> str:
    """One more session on a kernel; its id."""
    wanted = {"path": path, "name": path, "type": kind, "kernel": {"id": kernel.id}}
    made = server.request("POST", "/api/sessions", wanted)
    assert made.status == 201, made
    return str(made.body["id"])


def methods(kernel: Started) -> list[str]:
    return [run.method for run in kernel.runs]


def test_a_console_on_the_kernel_has_what_its_notebook_has_and_takes_nothing_away(servers: Servers):
    server = servers(())
    with started(server, "with-console.ipynb", KMS) as kernel:
        beside(server, kernel, "console-1", "console")
        kernel.restarted(SENDERS["console --existing"][0])
        kernel.restarted(by_zmq)
        assert methods(kernel) == ["sse-kms"] * 2


def test_of_two_notebooks_on_one_kernel_the_choice_counts_that_there_is(servers: Servers):
    server = servers(())
    with started(server, "first.ipynb", None) as kernel:
        server.new("second.ipynb")
        server.choice("PUT", "second.ipynb", SSE_S3)
        session = beside(server, kernel, "second.ipynb", "notebook")
        kernel.restarted(by_zmq)
        # Both have one: that of the notebook whose session is older.
        server.choice("PUT", "first.ipynb", KMS)
        kernel.restarted(by_zmq)
        server.choice("DELETE", "first.ipynb")
        server.request("DELETE", f"/api/sessions/{session}")
        assert methods(kernel) == ["sse-s3", "sse-kms"]


def test_a_moved_notebook_and_one_in_a_moved_folder_have_their_choice_at_the_next_start(
    servers: Servers,
):
    server = servers(())
    with started(server, "before/a.ipynb", KMS) as kernel:
        server.new("other/b.ipynb")
        server.contents("PATCH", "before/a.ipynb", {"path": "other/a.ipynb"})
        kernel.restarted(by_zmq)
        assert methods(kernel) == ["sse-kms"]
    # Jupyter itself cannot restart a kernel whose folder is gone.
    server.contents("PATCH", "other", {"path": "after"})
    with started(server, "after/a.ipynb", None) as kernel:
        by_zmq(kernel)
        assert methods(kernel) == ["sse-kms"]


def test_the_kernel_of_a_duplicate_has_nothing_before_somebody_agrees(servers: Servers):
    server = servers(())
    server.new("original.ipynb")
    server.choice("PUT", "original.ipynb", KMS)
    copy = server.contents("POST", "", {"copy_from": "original.ipynb"}).body["path"]
    assert "offered" in server.choice("GET", copy).body
    with started(server, copy, None) as kernel:
        by_zmq(kernel)
        assert methods(kernel) == ["None"]


def test_save_as_leaves_the_choice_with_the_old_file_and_the_process_as_it_is(servers: Servers):
    server = servers(())
    with started(server, "old.ipynb", KMS) as kernel:
        by_zmq(kernel)
        # As JupyterLab does it: a new file, and another path for the session.
        server.new("new.ipynb")
        server.request("PATCH", f"/api/sessions/{kernel.session}", {"path": "new.ipynb"})
        assert server.choice("GET", "new.ipynb").body == {}
        assert server.choice("GET", "old.ipynb").body == {"profile": KMS}
        by_zmq(kernel)
        kernel.restarted(by_zmq)
        assert methods(kernel) == ["sse-kms", "sse-kms", "None"]


def test_under_another_server_a_notebook_has_its_choice_if_the_folder_and_the_user_are_the_same(
    servers: Servers, tmp_path: Path
):
    server = servers(())
    server.new("shared.ipynb")
    server.choice("PUT", "shared.ipynb", KMS)
    other = JupyterServer(tmp_path / "other", server.root)
    other.data = server.data
    with other, started(other, "shared.ipynb", None) as kernel:
        by_zmq(kernel)
        assert methods(kernel) == ["sse-kms"]
    # The folder above it: the notebook has another path there, and nothing is known of it.
    above = JupyterServer(tmp_path / "above", server.root.parent)
    above.data = server.data
    with above, started(above, f"{server.root.name}/shared.ipynb", None) as kernel:
        by_zmq(kernel)
        assert methods(kernel) == ["None"]


def test_with_a_damaged_choice_the_kernel_starts_it_is_said_and_no_cell_runs(servers: Servers):
    server = servers(())
    with started(server, "damaged.ipynb", KMS) as kernel:
        for file in (server.data / "s3-encryption").rglob("*.json"):
            if '"damaged.ipynb"' in file.read_text("utf-8"):
                file.write_text("{", "utf-8")
        said = kernel.restarted(by_zmq)
        assert (
            "the cell was not run. The choice that was kept for this notebook is damaged." in said
        )
        assert methods(kernel) == []
        assert "is damaged" in server.log


PROVISIONER = """
from jupyter_client.provisioning import LocalProvisioner

class OfTheSite(LocalProvisioner):
    async def pre_launch(self, **kwargs):
        found = await super().pre_launch(**kwargs)
        return {**found, "env": {**found["env"], "OF_THE_SITE": "1"}}
"""


def test_whatever_provisioner_a_site_has_its_kernels_are_armed(tmp_path: Path):
    package = tmp_path / "packages" / "of_the_site-1.dist-info"
    package.mkdir(parents=True)
    (package.parent / "of_the_site.py").write_text(PROVISIONER, "utf-8")
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: of-the-site\nVersion: 1\n")
    points = "[jupyter_client.kernel_provisioners]\nof-the-site = of_the_site:OfTheSite\n"
    (package / "entry_points.txt").write_text(points, "utf-8")
    spec = tmp_path / "home" / "data" / "kernels" / BARE / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Site",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "of-the-site"}},
    }
    spec.write_text(json.dumps(content), "utf-8")
    with (
        JupyterServer(tmp_path / "home", beside=package.parent) as server,
        started(server, "a.ipynb", KMS) as kernel,
    ):
        kernel.source += "assert _os.environ.get('OF_THE_SITE') == '1'\n"
        assert [by_zmq(kernel), kernel.restarted(by_zmq), kernel.killed(by_zmq)] == ["", "", ""]
        assert methods(kernel) == ["sse-kms"] * 3
