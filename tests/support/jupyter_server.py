"""A real Jupyter server with the package's server part, and requests to it as they are written.

Must not know: choices, profiles.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from tests import ROOT
from tests.support.sockets import free_ports

TOKEN = "a-token-of-the-tests"

#: Refuses what a request's header says: nobody else has a say in these tests.
CONFIG = """
from jupyter_server.auth import Authorizer

class ByHeader(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return f"{resource}:{action}" != handler.request.headers.get("X-Refuse")

c = get_config()
c.ServerApp.authorizer_class = ByHeader
c.ServerApp.allow_root = True
# Tests end kernels on purpose, more often than the default limit of 5.
c.AsyncIOLoopKernelRestarter.restart_limit = 1000
# jupyter-server-documents does not follow a kernel that ended early and got other ports.
c.AsyncIOLoopKernelRestarter.random_ports_until_alive = False
"""


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    cookies: list[str]
    text: str
    headers: dict[str, str]


class JupyterServer:
    """A server of its own, with folders of its own; `with` starts and ends it."""

    def __init__(
        self,
        home: Path,
        root: Path | None = None,
        *,
        part: bool = True,
        extensions: tuple[str, ...] = (),
        beside: Path | None = None,
        config: str = "",
    ) -> None:
        """`part`: with the package's server part, which a normal installation enables.

        `extensions`: further ones of the server, which may be in the folder `beside`; `config`: lines
        of its configuration.
        """
        self.home = home
        self.root = root or home / "files"
        self.data = home / "data"
        self._part = part
        self._more = config
        self._extensions = dict.fromkeys(extensions, True)
        self._beside = [] if beside is None else [str(beside)]
        [self._port] = free_ports(1)

    def __enter__(self) -> JupyterServer:
        self.home.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        config = self.home / "config.py"
        enabled = f"c.ServerApp.jpserver_extensions = {self._extensions}\n"
        config.write_text(CONFIG + (enabled if self._extensions else "") + self._more, "utf-8")
        # As an installation puts it there; in the folder that the standard switch writes to.
        shutil.copytree(ROOT / "jupyter-config", self.home / "config", dirs_exist_ok=True)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), *self._beside, os.environ.get("PYTHONPATH", "")]
            ),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            # The folders of the environment, which has the package installed, come last.
            "JUPYTER_PREFER_ENV_PATH": "0",
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
        }
        if not self._part:
            disable = [sys.executable, "-m", "jupyter", "server", "extension", "disable", "--user"]
            subprocess.run(
                [*disable, "jupyterlab_s3_encryption"],
                env=environment,
                check=True,
                capture_output=True,
            )
        self._log = (self.home / "server.log").open("wb")
        command = [
            *(sys.executable, "-m", "jupyter_server", "--config", str(config), "--no-browser"),
            *("--ip=127.0.0.1", f"--port={self._port}", "--port-retries=0"),
            *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={self.root}"),
        ]
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        started: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):  # it ended by itself
            started = psutil.Process(self._process.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # On a busy machine a hub ends before its services.
        for left in psutil.wait_procs(started, timeout=5)[1]:
            with suppress(psutil.NoSuchProcess):
                left.kill()
        self._log.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    @property
    def pid(self) -> int:
        """Its process, of which its kernels are children."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server has printed."""
        return (self.home / "server.log").read_text("utf-8")

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                self.request("GET", "/api")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(self.log)

    def request(
        self, method: str, path: str, body: bytes | object = None, **headers: str | None
    ) -> Answer:
        """A request with the token, unless `Authorization=None`; the path goes out as it is."""
        given = {"Authorization": f"token {TOKEN}", **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        text = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, text, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kind = answer.headers.get("Content-Type", "")
        is_json = content and kind.startswith("application/json")
        cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", [])]
        try:
            found = json.loads(content) if is_json else None
        except json.JSONDecodeError:
            if answer.status < 400:
                raise
            found = None  # jupyter-server-documents calls the plain text of a 404 JSON
        text = content.decode("utf-8", "replace")
        return Answer(answer.status, found, cookies, text, dict(answer.headers))

    def choice(
        self, method: str, path: str, body: bytes | object = None, **headers: str | None
    ) -> Answer:
        """A request for the choice of a path."""
        return self.request(method, "/s3-encryption/choices/" + quote(path), body, **headers)

    def contents(self, method: str, path: str, body: object = None) -> Answer:
        """A request to Jupyter's contents, as any client of it makes them."""
        return self.request(method, "/api/contents/" + quote(path), body)

    def new(self, path: str, cells: Sequence[object] = ()) -> None:
        """Makes a notebook, or makes it new, empty unless cells are given, and the folders above it."""
        folder = ""
        for part in path.split("/")[:-1]:
            folder = f"{folder}/{part}".strip("/")
            self.contents("PUT", folder, {"type": "directory"})
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
        made = self.contents("PUT", path, {"type": "notebook", "content": content})
        assert made.status in (200, 201), made
