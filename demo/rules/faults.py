"""Faults on demand: latency, answers that ask to slow down, connections that end.

Must not know: what a request is about, beyond its operation and its path.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from demo.rules.errors import App, Environ, Refused, Start

SLOW_DOWN = "Please reduce your request rate."
#: What S3 says if KMS throttles it; KMS itself says the second one.
SLOW_KMS = "Please reduce your request rate for operations involving AWS KMS."
RATE = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."


@dataclass
class Fault:
    """One kind of fault, and the requests that meet it.

    kind: `latency` (waits `seconds`), `slow-down` (503 SlowDown), `kms-throttled` (what S3 and KMS
    answer if there are too many calls of KMS; only where a key is needed), `cut` (the connection
    ends before anything is done), `cut-after` (it is done, and the answer does not arrive),
    `cut-half` (half of the body arrives).
    operation: a pattern of operations ("PUT", "COPY|PART", "kms:Decrypt"), path: one of paths; every:
    only each so many-th; times: how often at most, 0 for ever.
    """

    kind: str
    operation: str = ".*"
    path: str = ".*"
    every: int = 1
    times: int = 0
    seconds: float = 0.0
    _met: int = field(default=0, repr=False)
    _happened: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a kind that there is not."""
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}")
        self._lock = threading.Lock()

    def meets(self, operation: str, path: str) -> bool:
        """Whether this request is one of those; counts it."""
        if not re.fullmatch(self.operation, operation) or not re.fullmatch(self.path, path):
            return False
        with self._lock:
            if self.times and self._happened >= self.times:
                return False
            self._met += 1
            if self._met % self.every:
                return False
            self._happened += 1
            return True


KINDS = ("latency", "slow-down", "kms-throttled", "cut", "cut-after", "cut-half")


def carried_out(
    faults: Iterable[Fault],
    app: App,
    environ: Environ,
    start: Start,
    operation: str,
    *,
    with_key: bool,
) -> Iterable[bytes]:
    """A request with what goes wrong on the way; `with_key`: whether KMS is asked for it."""
    path = environ["PATH_INFO"]
    late: set[str] = set()
    for fault in faults:
        if (fault.kind == "kms-throttled" and not with_key) or not fault.meets(operation, path):
            continue
        if fault.kind == "latency":
            time.sleep(fault.seconds)
        elif fault.kind == "slow-down":
            raise Refused(503, "SlowDown", SLOW_DOWN)
        elif fault.kind == "kms-throttled":
            if operation.startswith("kms:"):
                raise Refused(400, "ThrottlingException", RATE)
            raise Refused(503, "SlowDown", SLOW_KMS)
        elif fault.kind == "cut":
            cut(environ)
        else:
            late.add(fault.kind)
    if not late:
        return app(environ, start)
    return _cut_late(app, environ, start, late)


def _cut_late(app: App, environ: Environ, start: Start, late: set[str]) -> Iterable[bytes]:
    answered: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(app(environ, lambda status, headers, *_: answered.append((status, headers))))
    if "cut-after" in late:
        cut(environ)
    start(*answered[0])

    def half() -> Iterable[bytes]:
        yield body[: len(body) // 2]
        cut(environ)

    return half()


def cut(environ: Environ) -> NoReturn:
    """Ends the connection without an answer; the server takes the error for that of a client."""
    with contextlib.suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError
