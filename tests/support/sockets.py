"""Ports for the servers of tests, and a server that never answers. Must not know: what listens, who asks."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that were free a moment ago, all different.

    Below those that Linux gives to whoever asks for any (32768 and up): a port of these could be
    another's before the server that it is for listens on it.
    """
    ports: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        if len(ports) == count:
            break
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            ports.append(port)
    return ports


@contextmanager
def silent_server(reached: threading.Event | None = None) -> Iterator[str]:
    """The address of such a server; its connections end with it. reached: set by the first."""
    open_connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    open_connections.append(server.accept()[0])
                    if reached is not None:
                        reached.set()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            for connection in open_connections:
                connection.close()
