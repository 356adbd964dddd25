"""A real Spark Connect server on loopback, and what its clients ask.

Must not know: S3, the agent. Its client needs a process of its own: a session of Connect and one
of the JVM do not go well in one.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from demo.environment import process_environment, write_conf_folder
from demo.jars import Spark, spark_at_hand
from demo.java import find_java
from tests.support.sockets import free_ports

#: For tests with a server of the Spark at hand.
needs_own_server = pytest.mark.skipif(
    spark_at_hand().version.startswith("3."), reason="pyspark 3.5 brings no Connect server"
)
START_TIMEOUT = 120.0
_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
#: Frees what the server keeps of an answer, by itself and in the background: nobody waits for it.
_FREES = "ReleaseExecute"


class ConnectServer:
    """Use with `with`. `url` is what `SparkSession.builder.remote` wants."""

    def __init__(self, conf: dict[str, str], spark: Spark | None = None) -> None:
        """Starts it with these properties and waits until it answers; raises TimeoutError.

        spark: whose server it is; by default that of the Spark at hand.
        """
        self._files = tempfile.TemporaryDirectory(prefix="spark-connect-")
        folder = Path(self._files.name)
        (port,) = free_ports(1)
        self.url = f"sc://127.0.0.1:{port}"
        spark = spark or spark_at_hand()
        environment = process_environment(
            write_conf_folder(
                folder / "conf",
                {
                    **conf,
                    # Otherwise it listens on every address.
                    "spark.connect.grpc.binding.address": "127.0.0.1",
                    "spark.connect.grpc.binding.port": str(port),
                },
            )
        )
        environment["JAVA_HOME"] = str(Path(find_java(spark.version).command).resolve().parents[1])
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(spark.home / "bin" / "spark-submit"), "--class", _SERVER, "spark-internal"],
                cwd=folder,
                env={**environment, "SPARK_HOME": str(spark.home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(port)
        except BaseException:
            self.stop()
            raise

    def _wait(self, port: int) -> None:
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end and self._process.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.2)
        raise TimeoutError(f"Spark Connect did not start:\n{self.log()}")

    @property
    def pid(self) -> int:
        """The process, which leads a group of its own."""
        return self._process.pid

    def log(self) -> str:
        """What it said last."""
        return self._log.read_text("utf-8", "replace")[-4000:]

    def stop(self) -> None:
        """Ends it and everything that it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
        self._files.cleanup()

    def __enter__(self) -> ConnectServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Requests:
    """Counts what the clients of this process ask, and does something ahead of some.

    Made before the session. names: what was asked since the last `begin`.
    """

    def __init__(self) -> None:
        from pyspark.sql.connect.proto import base_pb2_grpc

        self.names: list[str] = []
        self._at: int | None = None
        self._some: frozenset[str] = frozenset()
        self.do: Callable[[], None] = lambda: None
        stubs: Any = base_pb2_grpc.SparkConnectServiceStub
        original = stubs.__init__

        def made(stub: Any, channel: Any) -> None:
            original(stub, channel)
            for name, call in list(vars(stub).items()):
                setattr(stub, name, self._counted(name, call))

        stubs.__init__ = made

    def begin(
        self,
        at: int | None = None,
        do: Callable[[], None] = lambda: None,
        names: Iterable[str] = (),
    ) -> None:
        """Counts from the beginning. do: called ahead of request number `at`, and of those of some names."""
        self.names, self._at, self._some, self.do = [], at, frozenset(names), do

    def _counted(self, name: str, call: Any) -> Any:
        def counted(*arguments: Any, **more: Any) -> Any:
            if name != _FREES:
                self.names.append(name)
                if len(self.names) == self._at or name in self._some:
                    self.do()
            return call(*arguments, **more)

        return counted
