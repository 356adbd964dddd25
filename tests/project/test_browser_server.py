"""The server under the browser tests: it ends for sure, with its kernels, and starts again."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from tests import ROOT
from tests.support.sockets import free_ports

pytestmark = pytest.mark.slow

#: What the processes below have in common: an HTTP server, and a "kernel" in a session of its own.
LAB = """
import http.server, os, signal, subprocess, sys
port, folder, stubborn = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "stubborn"
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
kernel = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                          start_new_session=True)
with open(os.path.join(folder, "starts"), "a") as file:
    file.write("%d %d\\n" % (os.getpid(), kernel.pid))
print("a line of the server", flush=True)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


@pytest.fixture
def lab(monkeypatch):
    """The module beside the script that serves the browser tests."""
    monkeypatch.syspath_prepend(str(ROOT / "ui-tests"))
    import lab

    return lab


class Running:
    """A lab that runs in a thread, as server.py runs it in its process."""

    def __init__(self, lab, folder: Path, source: str, *arguments: str, **bounds: float) -> None:
        [self.port] = free_ports(1)
        self.folder = folder
        script = folder / "lab_process.py"
        script.write_text(textwrap.dedent(source))
        command = [sys.executable, str(script), str(self.port), str(folder), *arguments]
        self.log = folder / "server.log"
        self.lab = lab.Lab(
            command,
            f"http://127.0.0.1:{self.port}/api",
            self.log,
            bounds=lab.Bounds(**{"pause": 0.05, **bounds}),
        )
        self.codes: list[int] = []
        self.thread = threading.Thread(target=lambda: self.codes.append(self.lab.run()))
        self.thread.start()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.lab.stop()
        self.thread.join(30)

    def said(self, text: str, times: int = 1) -> str:
        """Waits until the log has a text so many times; the log."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            log = self.log.read_text("utf-8")
            if log.count(text) >= times:
                return log
            time.sleep(0.02)
        raise AssertionError(f"{text!r} is not {times} times in:\n{self.log.read_text('utf-8')}")

    def starts(self) -> list[list[int]]:
        """The process and the kernel of each start."""
        lines = (self.folder / "starts").read_text().splitlines()
        return [[int(word) for word in line.split()] for line in lines]


def test_a_server_that_does_not_end_is_killed_with_its_kernels_and_started_again(lab, tmp_path):
    with Running(lab, tmp_path, LAB, "stubborn", restart=0.5, end=0.5) as running:
        running.said("answers")
        running.lab.again()
        log = running.said("answers", times=2)
        assert "did not end in 0.5 s and is killed" in log
        [old, new] = running.starts()
        assert not any(psutil.pid_exists(pid) for pid in old)
        assert all(psutil.pid_exists(pid) for pid in new)
    assert running.codes == [-9]
    assert not any(psutil.pid_exists(pid) for pid in new)


def test_kernels_that_outlive_their_server_are_killed_too(lab, tmp_path):
    with Running(lab, tmp_path, LAB, "polite", restart=5, end=5) as running:
        running.said("answers")
        running.lab.again()
        log = running.said("answers", times=2)
        assert "is killed" not in log
        assert "ended with -15" in log
        assert not any(psutil.pid_exists(pid) for pid in running.starts()[0])
        assert log.count("a line of the server") == 2


def test_a_start_whose_port_is_taken_is_tried_again_until_it_is_free(lab, tmp_path):
    source = """
        import os, sys
        once = os.path.join(sys.argv[2], "once")
        if not os.path.exists(once):
            open(once, "w").close()
            sys.exit("the port is taken")
        exec(open(os.path.join(sys.argv[2], "later.py")).read())
    """
    (tmp_path / "later.py").write_text(LAB)
    with Running(lab, tmp_path, source, "polite") as running:
        log = running.said("answers")
        assert log.index("the port is taken") < log.index("ended by itself with 1")
        assert log.count("started") == 2


def test_a_server_that_never_starts_is_given_up_with_its_exit_code(lab, tmp_path):
    with Running(lab, tmp_path, "raise SystemExit(3)", starts=3) as running:
        running.said("ended by itself with 3", times=3)
        running.thread.join(30)
        assert running.codes == [3]


def test_a_server_that_ends_by_itself_after_it_answered_is_not_started_again(lab, tmp_path):
    with Running(lab, tmp_path, LAB, "polite") as running:
        running.said("answers")
        psutil.Process(running.starts()[0][0]).kill()
        running.thread.join(30)
        assert running.codes == [-9]
        assert len(running.starts()) == 1
        psutil.Process(running.starts()[0][1]).kill()
