"""JupyterLab as a process that is ended for sure, with its kernels, and started again.

Must not know: the tests, Spark, what JupyterLab is started with.
"""

from __future__ import annotations

import http.client
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Seconds between two looks at the process.
PAUSE = 0.1


@dataclass
class Bounds:
    """How long JupyterLab may take to end, in seconds, and how often its start is tried."""

    #: Before it is started again.
    restart: float = 15
    #: At the end of all: Playwright waits 15 s for the whole server.
    end: float = 8
    starts: int = 5
    #: Between a start that failed and the next one.
    pause: float = 1


class Lab:
    """Runs a command until it ends by itself or is asked to; what it prints is kept in a file.

    `again` and `stop` may be called by a signal's handler.
    """

    def __init__(
        self,
        command: list[str],
        url: str,
        log: Path,
        *,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """`url` answers as soon as JupyterLab is up; `log` is begun anew."""
        self._command = command
        self._url = url
        self._log = log
        self._cwd = cwd
        self._environment = environment
        self._bounds = bounds or Bounds()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._again = self._stop = False
        log.write_bytes(b"")

    def again(self) -> None:
        """Asks for the end of JupyterLab and its kernels, and for another start."""
        self._again = True

    def stop(self) -> None:
        """Asks for the end of JupyterLab and its kernels."""
        self._stop = True

    def run(self) -> int:
        """Runs until the end; returns JupyterLab's exit code.

        A start that ends before it answered is tried again, so many times: its port may be taken
        for a while.
        """
        failed = 0
        while True:
            process = self._start()
            answered = self._watch(process)
            if self._stop:
                return self._end(process, self._bounds.end)
            if self._again:
                self._again = False
                self._end(process, self._bounds.restart)
                failed = 0
            else:
                self._say(f"{process.pid} ended by itself with {process.returncode}")
                failed += 1
                if answered or failed >= self._bounds.starts:
                    return process.returncode
                time.sleep(self._bounds.pause)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._say(f"{process.pid} started")
        return process

    def _watch(self, process: subprocess.Popen[bytes]) -> bool:
        """Waits for the process's end or for a request; whether the process ever answered."""
        answered = False
        while process.poll() is None and not self._stop and not self._again:
            if not answered and self._answers() and process.poll() is None:
                answered = True
                self._say(f"{process.pid} answers")
            time.sleep(PAUSE)
        return answered

    def _answers(self) -> bool:
        try:
            with self._opener.open(self._url, timeout=5):
                return True
        except (OSError, http.client.HTTPException):
            return False  # nothing listens yet, or what has the port is not JupyterLab

    def _end(self, process: subprocess.Popen[bytes], bound: float) -> int:
        """SIGTERM, and SIGKILL for what is left after the bound: JupyterLab, kernels, their Spark.

        Kernels are in sessions of their own, and have another parent once JupyterLab has ended:
        so they are looked up beforehand, and again before JupyterLab is killed. Returns its code.
        """
        family = _family(process.pid)
        self._say(f"{process.pid} is to end, with {len(family)} processes below it")
        process.terminate()
        began = time.monotonic()
        try:
            process.wait(bound)
        except subprocess.TimeoutExpired:
            family |= _family(process.pid)
            self._say(f"{process.pid} did not end in {bound:g} s and is killed")
            process.kill()
            process.wait()
        rest = max(0.0, began + bound - time.monotonic())
        _, left = psutil.wait_procs(family, timeout=min(rest, 3))
        for one in left:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue  # it ended meanwhile
        psutil.wait_procs(left, timeout=3)
        self._say(
            f"{process.pid} ended with {process.returncode} after {time.monotonic() - began:.1f} s,"
            f" {len(left)} processes were killed"
        )
        return process.returncode

    def _say(self, text: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"[{time.strftime('%H:%M:%S')} server.py] JupyterLab {text}\n")


def _family(pid: int) -> set[psutil.Process]:
    try:
        return set(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return set()
