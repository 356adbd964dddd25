"""A service of JupyterHub that collects what the kernels of all its servers say of their encryption.

    python -m jupyterlab_s3_encryption.hub --proxy http://127.0.0.1:8000

Runs as a service that the hub manages, in the hub's environment. It asks each running server as the
list of that server is asked, writes each event as a line of JSON with the user as the hub knows them,
and has a page for those who may access the service. See docs/administrators.md, also for the scopes.
Must not know: Spark, kernels, how a server learns of anything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode, urlsplit

from .server.evidence import moment, sound_event, sound_kernel
from .server.page import POLICY, page

log = logging.getLogger("s3-encryption")

#: Bytes of an answer, which is from a server that belongs to its user.
LONGEST = 16 * 1024 * 1024
#: Seconds for it, and servers that are asked at once.
PATIENCE = 20
AT_ONCE = 10
#: Seconds by which the clocks of the hub's proxy and of this service may differ.
SKEW = 2.0
#: What the hub lists at once.
LIMIT = 200

Server = dict[str, Any]


class Collector:
    """Asks the hub for its servers, and each of those for what is new."""

    def __init__(
        self, api: str, token: str, proxy: str, write: Callable[[dict[str, Any]], object]
    ) -> None:
        """`proxy`: where the servers of users are reached; `write`: takes each event."""
        from tornado.simple_httpclient import SimpleAsyncHTTPClient

        self._api = api.rstrip("/")
        self._token = token
        self._proxy = proxy.rstrip("/")
        self._write = write
        self._client = SimpleAsyncHTTPClient(
            force_instance=True, max_clients=AT_ONCE, max_body_size=LONGEST
        )
        #: (user, name of the server) -> where in its events we are: its "server" and "count".
        self._places: dict[tuple[str, str], tuple[str, int]] = {}
        #: When each was asked last.
        self._asked: dict[tuple[str, str], float] = {}
        #: Those that are asked once more, used or not.
        self._again: set[tuple[str, str]] = set()
        #: What each answered then: its kernels, or why there is nothing of it.
        self._found: dict[tuple[str, str], list[dict[str, Any]] | str] = {}
        #: When that of all was read.
        self.read: str | None = None
        self.failure: str | None = None

    async def collect(self) -> None:
        """One round. Never raises."""
        try:
            servers = {server["key"]: server async for server in self._servers()}
        except Exception as error:  # noqa: BLE001 - the next round may succeed
            self.failure = f"The hub does not list its servers: {error}"
            log.warning(self.failure)
            return
        self.failure = None
        for known in (self._places, self._asked, self._found):
            for key in [key for key in known if key not in servers]:
                del known[key]
        await asyncio.gather(
            *(self._ask(server) for server in servers.values() if self._is_due(server))
        )
        self.read = moment(time.time())

    def kernels(self) -> list[dict[str, Any]]:
        """Those of all servers, each with the name of its server."""
        return [
            {"server": "/".join(filter(None, key)), **kernel}
            for key, found in sorted(self._found.items())
            if isinstance(found, list)
            for kernel in found
        ]

    def notes(self) -> list[str]:
        """What is not known, and why."""
        silent = [
            f"{'/'.join(filter(None, key))}: {found}"
            for key, found in sorted(self._found.items())
            if isinstance(found, str)
        ]
        read = f"Read at {self.read}." if self.read else "Nothing has been read yet."
        return [read, *([self.failure] if self.failure else []), *silent]

    def _is_due(self, server: Server) -> bool:
        """Was it in use since we asked, or has it been asked only once since then?

        Our own question passes through the hub's proxy, which takes it for use: if we asked a server
        that nobody uses again and again, it would never be ended for being idle. The second question
        is for what came at the time of the first, or just after it.
        """
        key = server["key"]
        asked, active = self._asked.get(key), _seconds(server["last_activity"])
        if asked is None or active is None or active > asked + SKEW:
            self._again.add(key)
            return True
        due = key in self._again
        self._again.discard(key)
        return due

    async def _ask(self, server: Server) -> None:
        key = server["key"]
        place = self._places.get(key, ("", 0))
        query = urlencode({"server": place[0], "count": place[1]})
        try:
            answer = await self._get(f"{self._proxy}{server['url']}s3-encryption/evidence?{query}")
        except Exception as error:  # noqa: BLE001 - the server is its user's own
            self._found[key] = _why(error)
            # It may answer the next time.
            self._asked.pop(key, None)
            return
        self._asked[key] = time.time()
        self._take(key, answer)

    def _take(self, key: tuple[str, str], answer: object) -> None:
        found = answer if isinstance(answer, dict) else {}
        kernels, events = found.get("kernels"), found.get("events")
        name, count, lost = (found.get(part) for part in ("server", "count", "lost"))
        good = isinstance(name, str) and isinstance(count, int) and isinstance(lost, int)
        if not good or not isinstance(kernels, list) or not isinstance(events, list):
            self._found[key] = "Its answer is not what it has to be."
            return
        self._places[key] = (str(name)[:100], count if isinstance(count, int) else 0)
        self._found[key] = [one for one in map(sound_kernel, kernels) if one is not None]
        whose = {"hub_user": key[0], "hub_server": key[1]}
        if lost:
            self._write({**whose, "time": moment(time.time()), "lost": lost})
        for event in map(sound_event, events):
            if event is not None:
                self._write({**whose, **event})

    async def _servers(self) -> Any:
        """The servers that run, as the hub lists them."""
        offset: int | None = 0
        while offset is not None:
            query = urlencode({"state": "ready", "limit": LIMIT, "offset": offset})
            answer = await self._get(
                f"{self._api}/users?{query}", Accept="application/jupyterhub-pagination+json"
            )
            for user in answer["items"]:
                for name, server in (user.get("servers") or {}).items():
                    if server.get("ready"):
                        yield {
                            "key": (str(user["name"]), str(name)),
                            "url": str(server["url"]).rstrip("/") + "/",
                            "last_activity": server.get("last_activity"),
                        }
            following = answer["_pagination"].get("next")
            offset = following["offset"] if following else None

    async def _get(self, url: str, **headers: str) -> Any:
        answer = await self._client.fetch(
            url,
            headers={"Authorization": f"token {self._token}", **headers},
            request_timeout=PATIENCE,
            # The token goes where it is meant to go; and what is packed may be of any length.
            follow_redirects=False,
            decompress_response=False,
        )
        return json.loads(answer.body)


def _why(error: Exception) -> str:
    code = getattr(error, "code", None)
    if code == 404:
        return "It does not say: the extension is not there, or this is not turned on."
    if code in (302, 401, 403):
        return "It refuses: the service may not access it."
    return f"It did not answer: {type(error).__name__}"


def _seconds(text: object) -> float | None:
    """A time of the hub's in seconds since 1970; None if there is none."""
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def application(collector: Collector, prefix: str) -> Any:
    """The service's own pages, for those whom the hub lets access it."""
    from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
    from tornado import web

    class Kernels(HubOAuthenticated, web.RequestHandler):  # type: ignore[misc]
        @web.authenticated
        def get(self) -> None:
            self.set_header("Content-Security-Policy", POLICY)
            self.set_header("Cache-Control", "no-store")
            self.set_header("X-Content-Type-Options", "nosniff")
            if self.request.path.endswith("/evidence"):
                kernels = {"kernels": collector.kernels(), "notes": collector.notes()}
                self.set_header("Content-Type", "application/json")
                self.finish(json.dumps(kernels))
            else:
                title = "S3 encryption of the kernels of this hub"
                self.finish(page(title, collector.kernels(), collector.notes()))

    return web.Application(
        [
            (prefix + "oauth_callback", HubOAuthCallbackHandler),
            (prefix + "(?:evidence)?", Kernels),
        ],
        cookie_secret=os.urandom(32),
    )


def writer(path: str) -> Callable[[Mapping[str, Any]], None]:
    """Appends lines of JSON to a file, or to the standard output for "-"."""

    def write(event: Mapping[str, Any]) -> None:
        line = json.dumps(event) + "\n"
        if path == "-":
            sys.stdout.write(line)
            sys.stdout.flush()
            return
        with open(os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "a") as file:
            file.write(line)

    return write


async def serve(every: float, collector: Collector) -> None:
    """Until the process is ended."""
    service = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    application(collector, prefix).listen(service.port or 80, service.hostname or "127.0.0.1")
    while True:
        await collector.collect()
        await asyncio.sleep(every)


def main(arguments: Iterable[str] | None = None) -> int:
    """Runs the service; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyterlab_s3_encryption.hub",
        description="Collects what kernels say of their S3 encryption, as a service of JupyterHub.",
    )
    parser.add_argument(
        "--proxy",
        default=os.environ.get("JUPYTERHUB_PUBLIC_URL"),
        help="where the servers of users are reached, such as http://127.0.0.1:8000",
    )
    parser.add_argument("--every", type=float, default=60, help="seconds between rounds")
    parser.add_argument("--log", default="-", help="file for the events; - for standard output")
    given = parser.parse_args(None if arguments is None else list(arguments))
    needed = ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_SERVICE_URL")
    missing = [name for name in (*needed, "JUPYTERHUB_SERVICE_PREFIX") if name not in os.environ]
    if missing:
        parser.error(f"the hub has to start it as a service: {', '.join(missing)} is not set")
    if not given.proxy:
        parser.error("--proxy has to say where the servers of users are reached")
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    api, token = (os.environ[name] for name in needed[:2])

    async def run() -> None:
        await serve(given.every, Collector(api, token, given.proxy, writer(given.log)))

    asyncio.run(run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
