"""A real Spark standalone cluster on loopback: one master, workers with one core each.

Must not know: S3, the agent. Started and stopped by the `standalone` fixture.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from demo.environment import process_environment, write_conf_folder
from demo.jars import Spark, spark_at_hand
from tests.support.class_archive import with_archive
from tests.support.sockets import free_ports

START_TIMEOUT = 90.0


class Cluster:
    """Use with `with`. `url` is what spark.master wants; each worker gives one executor."""

    def __init__(
        self, workers: int = 2, spark: Spark | None = None, cores: int = 1, memory: str = "1g"
    ) -> None:
        """Starts a master and so many workers, and waits until all are registered.

        cores, memory: of each worker, for all its executors;
        spark: whose cluster it is; by default that of the Spark at hand.
        """
        self._home = (spark or spark_at_hand()).home
        self._files = tempfile.TemporaryDirectory(prefix="spark-cluster-")
        self._processes: list[subprocess.Popen[bytes]] = []
        self._workers = 0
        self._size = ["--cores", str(cores), "--memory", memory]
        port, self._ui_port = free_ports(2)
        self.url = f"spark://127.0.0.1:{port}"
        conf = write_conf_folder(Path(self._files.name) / "conf", {})
        environment = process_environment(conf)
        # An archive is of the Spark at hand.
        self._environment = with_archive(environment) if spark is None else environment
        self._environment["SPARK_HOME"] = str(self._home)
        try:
            where = ["--host", "127.0.0.1", "--port", str(port)]
            self._start("master.Master", *where, "--webui-port", str(self._ui_port))
            for _ in range(workers):
                self.add_worker()
        except BaseException:
            self.stop()
            raise

    def add_worker(self) -> None:
        """Starts one more worker and waits until the master knows it; raises TimeoutError."""
        self._workers += 1
        folder = str(Path(self._files.name) / f"worker-{self._workers}")
        where = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
        self._start("worker.Worker", *where, *self._size, "-d", folder, self.url)
        end = time.monotonic() + START_TIMEOUT
        while self.alive_workers() < self._workers:
            if time.monotonic() > end or any(p.poll() is not None for p in self._processes):
                raise TimeoutError(f"worker {self._workers} did not register:\n{self.log()}")
            time.sleep(0.2)

    def conf(self) -> dict[str, str]:
        """Properties that make a session use this cluster, one small executor on each worker."""
        return {"spark.master": self.url, "spark.executor.memory": "512m"}

    def alive_workers(self) -> int:
        """How many workers the master counts; 0 while it does not answer yet."""
        try:
            address = f"http://127.0.0.1:{self._ui_port}/json/"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):  # not there yet, or an empty page
            return 0

    def log(self) -> str:
        """The end of what master and workers said."""
        logs = sorted(Path(self._files.name).glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text('utf-8', 'replace')[-2000:]}" for log in logs)

    @property
    def folder(self) -> str:
        """Where its executors run, each in a folder of its own below it."""
        return str(Path(self._files.name).resolve())

    def pids(self) -> list[int]:
        """Process ids of the master and the workers."""
        return [process.pid for process in self._processes]

    def stop(self) -> None:
        """Ends every process; a worker takes its executors with it."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)
        self._processes.clear()
        self._files.cleanup()

    def _start(self, name: str, *arguments: str) -> None:
        program = str(self._home / "bin" / "spark-class")
        command = [program, f"org.apache.spark.deploy.{name}", *arguments]
        log = Path(self._files.name) / f"{len(self._processes)}-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
