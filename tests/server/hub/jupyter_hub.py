"""A real JupyterHub with its proxy, whose users have real Jupyter servers with the package's server part.

Must not know: choices, what the service of the package is expected to say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.support.jupyter_server import Answer, JupyterServer
from tests.support.sockets import free_ports

#: JupyterHub and its proxy, which setup.py puts beside the rest.
BESIDE = ROOT / ".venv" / "opt" / "hub"
TOKEN = "a-token-of-the-tests-for-the-hub"

CONFIG = """
c = get_config()
given = {given!r}
c.JupyterHub.bind_url = given["public"]
c.JupyterHub.hub_bind_url = given["hub"]
c.JupyterHub.db_url = "sqlite:///" + given["home"] + "/hub.sqlite"
c.JupyterHub.cookie_secret_file = given["home"] + "/cookie_secret"
c.JupyterHub.last_activity_interval = 1
c.ConfigurableHTTPProxy.command = [given["python"], "-c", "from configurable_http_proxy.cli import main; main()"]
c.ConfigurableHTTPProxy.api_url = given["proxy"]
c.ConfigurableHTTPProxy.pid_file = given["home"] + "/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Spawner.notebook_dir = given["home"] + "/{{username}}/files"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = given["home"] + "/{{username}}"
c.Spawner.cmd = [given["python"], "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.ip = "127.0.0.1"

def folders(spawner):
    home = given["home"] + "/" + spawner.user.name
    spawner.environment = {{
        **given["environment"],
        "JUPYTER_CONFIG_DIR": home + "/config",
        "JUPYTER_DATA_DIR": home + "/data",
        "JUPYTER_RUNTIME_DIR": home + "/runtime",
    }}

c.Spawner.pre_spawn_hook = folders
c.JupyterHub.services = [
    {{
        "name": "s3-encryption",
        "url": given["service"],
        "command": [
            *(given["python"], "-m", "jupyterlab_s3_encryption.hub", "--every", "0.2"),
            *("--proxy", given["public"], "--log", given["home"] + "/events.jsonl"),
        ],
        "environment": given["environment"],
        "oauth_no_confirm": True,
    }},
    {{"name": "tests", "api_token": given["token"]}},
]
c.JupyterHub.load_roles = [
    {{
        "name": "s3-encryption",
        "services": ["s3-encryption"],
        "scopes": ["list:users", "read:servers", "access:servers"],
    }},
    {{
        "name": "sees-s3-encryption",
        "users": ["ada"],
        "scopes": ["access:services!service=s3-encryption"],
    }},
    {{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "tokens", "access:servers"]}},
]
"""


class OfUser(JupyterServer):
    """The server of one user, behind the hub's proxy."""

    def __init__(self, hub: JupyterHub, user: str) -> None:
        """Starts nothing."""
        self.home = hub.home / user
        self.root, self.data = self.home / "files", self.home / "data"
        self._base = f"/user/{user}"
        [self._port] = [hub.port]

    def request(
        self, method: str, path: str, body: bytes | object = None, **headers: str | None
    ) -> Answer:
        """With the token of the tests, which may access all servers."""
        given = {"Authorization": f"token {TOKEN}", **headers}
        return super().request(method, self._base + path, body, **given)


class JupyterHub(JupyterServer):
    """A hub of its own; `with` starts and ends it."""

    def __init__(self, home: Path) -> None:
        """`home`: the folder of everything that it writes."""
        self.home = home
        self._port, self._hub, self._proxy, self._service = free_ports(4)

    def __enter__(self) -> JupyterHub:
        environment = {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(BESIDE)]),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "JUPYTER_PREFER_ENV_PATH": "0",
        }
        address = "http://127.0.0.1:{}".format
        given = {
            "home": str(self.home),
            "python": sys.executable,
            "token": TOKEN,
            "environment": environment,
            "public": address(self._port),
            "hub": address(self._hub),
            "proxy": address(self._proxy),
            "service": address(self._service),
        }
        config = self.home / "jupyterhub_config.py"
        config.write_text(CONFIG.format(given=given), "utf-8")
        self._log = (self.home / "server.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(config)],
            cwd=self.home,
            env={**os.environ, **environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_for("GET", "/hub/api/", lambda answer: answer.status == 200)
        except BaseException:
            self.__exit__()
            raise
        return self

    def request(
        self, method: str, path: str, body: bytes | object = None, **headers: str | None
    ) -> Answer:
        """With the token of the tests."""
        return super().request(method, path, body, **{"Authorization": f"token {TOKEN}", **headers})

    def start(self, user: str, config: str = "") -> OfUser:
        """The user's server. config: lines of its configuration."""
        made = OfUser(self, user)
        made.root.mkdir(parents=True)
        shutil.copytree(ROOT / "jupyter-config", made.home / "config")
        lines = f"c = get_config()\n{config}"
        (made.home / "config" / "jupyter_server_config.py").write_text(lines, "utf-8")
        self.request("POST", f"/hub/api/users/{user}")
        started = self.request("POST", f"/hub/api/users/{user}/server")
        assert started.status in (201, 202), (started, self.log)
        self._wait_for("GET", f"/hub/api/users/{user}", lambda answer: _is_ready(answer.body))
        return made

    def token_of(self, user: str) -> str:
        """One with which the user's own programs come to the hub and its services."""
        answer = self.request("POST", f"/hub/api/users/{user}/tokens", {})
        assert answer.status == 201, answer
        return str(answer.body["token"])

    def _wait_for(self, method: str, path: str, true: Any) -> None:
        end = time.monotonic() + 90
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if true(self.request(method, path)):
                    return
            except (OSError, json.JSONDecodeError):
                pass
            time.sleep(0.1)
        raise RuntimeError(self.log)


def _is_ready(user: Any) -> bool:
    return bool(user and user["servers"].get("", {}).get("ready"))
