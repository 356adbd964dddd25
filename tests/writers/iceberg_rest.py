"""A catalog of Iceberg over REST, as small as the protocol allows: it keeps tables in memory.

It gives each table settings of its own, as a real one may. Standard library only, so that a process
of a test's own can run it. Must not know: what is tested. Source: Iceberg's open-api of 1.9.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Catalog:
    """`config`: what it gives with each table, by the table's name."""

    def __init__(self, warehouse: str, config: dict[str, dict[str, str]]) -> None:
        self.warehouse, self.config = warehouse, config
        self.tables: dict[str, Any] = {}
        self.asked: list[str] = []
        catalog = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"{}")
                status, answer = catalog.handle(self.command, self.path.split("?")[0], body)
                data = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815

            def log_message(self, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def handle(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """(status, what is answered as JSON)."""
        self.asked.append(f"{method} {path}")
        parts = path.strip("/").split("/")[1:]
        if parts == ["config"]:
            return 200, {"defaults": {}, "overrides": {}}
        if len(parts) == 2:
            return 200, {"namespace": [parts[1]], "properties": {}}
        if len(parts) == 3 and method == "POST":
            return 200, self._create(body)
        if parts[-1] == "metrics" or len(parts) != 4:
            return 204, None
        name = parts[3]
        if name not in self.tables:
            error = {"message": name, "type": "NoSuchTableException", "code": 404}
            return 404, {"error": error}
        if method == "POST":
            self._commit(self.tables[name], body["updates"])
        return 200, self._loaded(name)

    def _create(self, body: Any) -> Any:
        name = body["name"]
        ids = [field["id"] for field in body["schema"]["fields"]]
        self.tables[name] = {
            "format-version": 2,
            "table-uuid": str(uuid.uuid4()),
            "location": body.get("location") or f"{self.warehouse}/db/{name}",
            "last-sequence-number": 0,
            "last-updated-ms": int(time.time() * 1000),
            "last-column-id": max(ids),
            "schemas": [{**body["schema"], "schema-id": 0}],
            "current-schema-id": 0,
            "partition-specs": [{"spec-id": 0, "fields": []}],
            "default-spec-id": 0,
            "last-partition-id": 999,
            "sort-orders": [{"order-id": 0, "fields": []}],
            "default-sort-order-id": 0,
            "properties": body.get("properties") or {},
            "snapshots": [],
            "refs": {},
            "snapshot-log": [],
            "metadata-log": [],
        }
        return self._loaded(name)

    def _commit(self, table: Any, updates: list[Any]) -> None:
        for update in updates:
            if update["action"] == "add-snapshot":
                snapshot = update["snapshot"]
                table["snapshots"].append(snapshot)
                table["last-sequence-number"] = snapshot["sequence-number"]
            elif update["action"] == "set-snapshot-ref":
                ref = {key: update[key] for key in ("snapshot-id", "type")}
                table["refs"][update["ref-name"]] = ref
                table["current-snapshot-id"] = update["snapshot-id"]
        table["last-updated-ms"] = int(time.time() * 1000)

    def _loaded(self, name: str) -> Any:
        table = self.tables[name]
        return {
            "metadata-location": f"{table['location']}/metadata/{len(table['snapshots']):05}.metadata.json",
            "metadata": table,
            "config": self.config.get(name, {}),
        }
