"""Ports for the servers of tests. Must not know: what listens on them."""

from __future__ import annotations

import random
import socket
from contextlib import suppress


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
