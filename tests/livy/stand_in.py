"""Stand-ins for a Livy server that fails and for the parts of sparkmagic that the relay touches.

The real ones are in server.py and kernel.py; these are for faults that the real ones cannot be
made to have. Must not know: what is tested.
"""

from __future__ import annotations

import json
import threading
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

LIVY = Path(__file__).resolve().parents[2] / "jupyterlab_s3_encryption" / "agent" / "livy"


class LivyStandIn:
    """Answers each call with what `answers` says for its method and path; keeps what was asked.

    A list is answered one after the other, its last for ever.
    """

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any] | list[tuple[int, Any]]] = {}
        self.asked: list[str] = []
        self.bodies: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                owner.bodies.append(self.rfile.read(length).decode("utf-8"))
                name = f"{self.command} {self.path}"
                owner.asked.append(name)
                found = owner.answers.get(name, (404, {"msg": "not found"}))
                if isinstance(found, list):
                    found = found.pop(0) if len(found) > 1 else found[0]
                status, body = found
                text = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode("utf-8"))))
                self.end_headers()
                self.wfile.write(text.encode("utf-8"))

            do_GET = do_POST = answer  # noqa: N815 - the names that the server looks for

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Frees the port."""
        self.server.shutdown()
        self.server.server_close()


class SessionStandIn:
    """As much of sparkmagic's LivySession as the relay uses."""

    def __init__(self, url: str, conf: dict[str, str] | None = None) -> None:
        self.id = 7
        self.properties = {"kind": "pyspark", "conf": conf or {}}
        self.http_client = types.SimpleNamespace(
            _http_client=types.SimpleNamespace(
                _session=requests.Session(),
                _headers={"Content-Type": "application/json"},
                _auth=None,
                verify_ssl=True,
                compose_url=lambda path: url + path,
            )
        )


class KernelStandIn:
    """As much of sparkmagic's kernel as the relay uses; `session` is the one that runs."""

    def __init__(self) -> None:
        self.session: SessionStandIn | None = None
        self.configured: dict[str, Any] = {}
        self.published: list[str] = []
        self.configuration = types.ModuleType("sparkmagic.utils.configuration")
        self.configuration.get_session_properties = (  # type: ignore[attr-defined]
            lambda _: json.loads(json.dumps(self.configured))
        )
        owner = self

        class Magics:
            language = "python"
            session_name = "session_name"

            @property
            def session_started(self) -> bool:
                return owner.session is not None

            @property
            def spark_controller(self) -> Any:
                return types.SimpleNamespace(get_session_by_name_or_default=lambda _: owner.session)

        kernel = types.SimpleNamespace(
            iopub_socket=None, send_response=lambda _, name, __: self.published.append(name)
        )
        shell = types.SimpleNamespace(
            kernel=kernel,
            magics_manager=types.SimpleNamespace(registry={"KernelMagics": Magics()}),
        )
        self.ipython = types.ModuleType("IPython")
        self.ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]

    def properties(self) -> dict[str, Any]:
        """What sparkmagic would start a session with."""
        return dict(self.configuration.get_session_properties("python"))
