"""Listens to what the kernels of a server say of their encryption, and to nothing else of them.

A kernel publishes it under a topic of its own, so no other message reaches the socket. Must not
know: what is in the messages, Spark.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from .evidence import Evidence, Process
from .starting import Starts

#: As the agent has them (state.py, checks/events.py), which the start of a server does not read.
VARIABLE = "JUPYTER_S3_ENCRYPTION_EVENTS"
MESSAGE = "s3_encryption_state"
TOPIC = b"s3-encryption"
#: Bytes of a message; a state has at most some of 4,000.
LONGEST = 64 * 1024


class Listening:
    """To all kernels of one server."""

    def __init__(self, evidence: Evidence, starts: Starts, kernels: Any, log: Any) -> None:
        """`kernels`: Jupyter's manager of kernels."""
        self._evidence = evidence
        self._starts = starts
        self._kernels = kernels
        self._log = log
        self._streams: dict[str, Any] = {}
        #: One message after the other: each waits for the notebooks of its kernel.
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, provisioner: Any) -> None:
        """From now on each process that it starts is heard."""
        for name, wrap in (
            ("pre_launch", self._asking),
            ("post_launch", self._connecting),
            ("cleanup", self._closing),
        ):
            vars(provisioner)[name] = wrap(provisioner, getattr(provisioner, name))

    def _asking(
        self, provisioner: Any, prepare: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(prepare)
        async def pre_launch(**named: Any) -> Any:
            launch = await prepare(**named)
            kernel, name = provisioner.kernel_id, str(provisioner.parent.kernel_name)
            before = self._evidence.process(kernel)
            user = _user() or (None if before is None else before.user)
            self._evidence.started(kernel, name, user)
            launch["env"] = {**launch["env"], VARIABLE: "1"}
            return launch

        return pre_launch

    def _connecting(
        self, provisioner: Any, done: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(done)
        async def post_launch(**named: Any) -> Any:
            found = await done(**named)
            try:
                # It may have other ports than its predecessor.
                self._close(provisioner.kernel_id)
                self._connect(provisioner.kernel_id, provisioner.parent)
            except Exception:  # noqa: BLE001 - the kernel starts all the same
                self._log.exception("Nobody listens to the kernel %s.", provisioner.kernel_id)
            return found

        return post_launch

    def _closing(
        self, provisioner: Any, clean: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(clean)
        async def cleanup(restart: bool = False) -> Any:
            self._close(provisioner.kernel_id)
            if not restart:
                self._evidence.ended(provisioner.kernel_id)
            return await clean(restart=restart)

        return cleanup

    def _connect(self, kernel: str, manager: Any) -> None:
        import zmq

        stream = self._streams[kernel] = manager.connect_iopub()
        stream.socket.setsockopt(zmq.UNSUBSCRIBE, b"")
        stream.socket.setsockopt(zmq.SUBSCRIBE, TOPIC)
        # Of its own: one that has seen a message takes it for a copy the second time.
        session = manager.session.clone()
        process = self._evidence.process(kernel)

        def hear(frames: list[bytes]) -> None:
            if sum(map(len, frames)) > LONGEST:
                return
            try:
                _, parts = session.feed_identities(frames)
                message = session.deserialize(parts)
            except Exception:  # noqa: BLE001 - the kernel sent it
                self._log.debug("A message of the kernel %s cannot be read.", kernel)
                return
            if message["msg_type"] == MESSAGE and process is not None:
                task = asyncio.ensure_future(self._heard(process, message["content"]))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

        stream.on_recv(hear)

    async def _heard(self, process: Process, content: object) -> None:
        async with self._turn:
            try:
                self._evidence.heard(process, content, await self._starts.paths(process.kernel))
            except Exception:  # noqa: BLE001 - the next one may be heard
                self._log.exception("What the kernel %s said is lost.", process.kernel)

    def _close(self, kernel: str) -> None:
        stream = self._streams.pop(kernel, None)
        if stream is not None and not stream.closed():
            stream.close()

    async def kernels(self) -> list[dict[str, Any]]:
        """Every kernel of the server, heard or not, with its notebooks."""
        return [
            {
                "kernel_id": kernel,
                "kernel_name": str(self._kernels.get_kernel(kernel).kernel_name),
                "paths": await self._starts.paths(kernel),
                **self._evidence.kernel(kernel),
            }
            for kernel in self._kernels.list_kernel_ids()
        ]


def _user() -> str | None:
    """Who made the request that is under way, as Jupyter's identity provider knows them."""
    from jupyter_server import CallContext

    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    name = getattr(user, "username", user)
    return name if isinstance(name, str) else None
