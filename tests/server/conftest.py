"""Servers whose kernels cannot import the package, and whose user has chosen mode "block"."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.server.senders import BESIDE
from tests.support.jupyter_server import JupyterServer

#: Gives the running server with these extensions.
Servers = Callable[[tuple[str, ...]], JupyterServer]

#: A kernel whose environment has no package of ours: the agent comes with the start.
BARE = "bare"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Starts each at its first use."""
    started: dict[tuple[str, ...], JupyterServer] = {}
    with contextlib.ExitStack() as stack:

        def running(extensions: tuple[str, ...] = ()) -> JupyterServer:
            if extensions not in started:
                home = tmp_path_factory.mktemp("server")
                file = "jupyterlab-s3-encryption/plugin.jupyterlab-settings"
                mode = home / "config" / "lab" / "user-settings" / file
                mode.parent.mkdir(parents=True)
                mode.write_text('{"mode": "block"}', "utf-8")
                package = home / "bare" / "jupyterlab_s3_encryption" / "__init__.py"
                package.parent.mkdir(parents=True)
                package.write_text("raise ImportError('not here')", "utf-8")
                spec = home / "data" / "kernels" / BARE / "kernel.json"
                spec.parent.mkdir(parents=True)
                content = {
                    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                    "display_name": "Bare",
                    "language": "python",
                    "env": {"PYTHONPATH": str(package.parent.parent)},
                }
                spec.write_text(json.dumps(content), "utf-8")
                server = JupyterServer(home, extensions=extensions, beside=BESIDE)
                started[extensions] = stack.enter_context(server)
            return started[extensions]

        yield running
