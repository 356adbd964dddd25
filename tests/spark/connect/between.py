"""Stands between a Connect client and a real server: passes on everything, but for what a test changes.

Must not know: the agent, what is asked.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import pyarrow as pa
from pyspark.sql.connect.proto import base_pb2

#: What is done with one answer of the server: the answers that the client gets instead.
Change = Callable[[bytes], Iterator[bytes]]
_OWN = ("user-agent", "authorization", "grpc-", "content-type", "te")


class Between:
    """Use with `with`. url: for the client, without a token; released: ends what is held back."""

    def __init__(self, server: str) -> None:
        #: If not None, whoever brings another one is not known (any more).
        self.token: str | None = None
        #: By the name of a request, and a text in it: what becomes of its answers.
        self.changes: dict[tuple[str, bytes], Change] = {}
        #: Names of the requests that are refused.
        self.denied: set[str] = set()
        self.released = threading.Event()
        self._channel = grpc.insecure_channel(
            server.removeprefix("sc://"), options=[("grpc.max_receive_message_length", -1)]
        )
        self._server = grpc.server(futures.ThreadPoolExecutor(32), handlers=(_Every(self),))
        # A client gives its token to a server on its own machine without TLS, if it is named so.
        local = grpc.local_server_credentials(grpc.LocalConnectionType.LOCAL_TCP)
        self._port = self._server.add_secure_port("127.0.0.1:0", local)
        self._server.start()

    def url(self, token: str) -> str:
        """What `SparkSession.builder.remote` wants."""
        return f"sc://localhost:{self._port}/;token={token}"

    def passed(self, method: str, requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
        """The answers to a request."""
        name = method.rsplit("/", 1)[-1]
        given = dict(context.invocation_metadata())
        if self.token is not None and given.get("authorization") != f"Bearer {self.token}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token has expired")
        if name in self.denied:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, f"{name} is not allowed")
        first = next(requests)
        change = next(
            (do for (asked, text), do in self.changes.items() if asked == name and text in first),
            lambda answer: iter([answer]),
        )
        metadata = [(key, value) for key, value in given.items() if not key.startswith(_OWN)]
        call = self._channel.stream_stream(method)(
            itertools.chain([first], requests), metadata=metadata
        )
        context.add_callback(call.cancel)
        try:
            for answer in call:
                yield from change(answer)
        except grpc.RpcError as error:
            failed: Any = error
            context.set_trailing_metadata(failed.trailing_metadata() or ())
            context.abort(failed.code(), failed.details())

    def __enter__(self) -> Between:
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.stop(0)
        self._channel.close()


class _Every(grpc.GenericRpcHandler):
    """Each request as a stream of bytes, which on the wire one without a stream is, too."""

    def __init__(self, between: Between) -> None:
        self._between = between

    def service(self, details: Any) -> Any:
        def passed(requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
            return self._between.passed(details.method, requests, context)

        return grpc.stream_stream_rpc_method_handler(passed)


def has_rows(answer: bytes) -> bool:
    """Whether an answer of ExecutePlan has rows in it."""
    return bool(base_pb2.ExecutePlanResponse.FromString(answer).HasField("arrow_batch"))


def twice(answer: bytes) -> Iterator[bytes]:
    """An answer with rows comes two times."""
    yield answer
    if has_rows(answer):
        yield answer


def after(wait: Callable[[], object]) -> Change:
    """An answer with rows comes once this returns."""

    def change(answer: bytes) -> Iterator[bytes]:
        if has_rows(answer):
            wait()
        yield answer

    return change


def with_text(say: Callable[[str], list[str]]) -> Change:
    """An answer of one text has these instead, one a row."""

    def change(answer: bytes) -> Iterator[bytes]:
        found = base_pb2.ExecutePlanResponse.FromString(answer)
        if found.HasField("arrow_batch"):
            table = pa.ipc.open_stream(found.arrow_batch.data).read_all()
            if table.num_rows == 1:
                texts = say(table.column(0)[0].as_py())
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, table.schema) as writer:
                    writer.write_table(pa.table([texts], schema=table.schema))
                found.arrow_batch.data = sink.getvalue().to_pybytes()
                found.arrow_batch.row_count = len(texts)
        yield found.SerializeToString()

    return change
