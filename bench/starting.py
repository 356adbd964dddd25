"""What a server's kernel takes to start: with a choice, with none, and without the server's part.

Must not know how a kernel is armed. Times are from asking the server for a session to the end of an
empty first cell, in seconds.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from jupyter_client import BlockingKernelClient

from tests.support.jupyter_server import JupyterServer

PROFILE = {"method": "sse-kms", "kmsKeyId": "alias/lake"}


def measure(rounds: int) -> dict[str, float]:
    """Medians in seconds, and those of the ratios of neighbours; the sides run in turn.

    Raises RuntimeError if a kernel has not what it should have.
    """
    found: dict[str, list[float]] = {"off": [], "none": [], "choice": []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            JupyterServer(home / "off", part=False) as off,
            JupyterServer(home / "on") as on,
        ):
            for server, path in ((off, "none"), (on, "none"), (on, "choice")):
                server.new(f"{path}.ipynb")
            if on.choice("PUT", "choice.ipynb", PROFILE).status != 200:
                raise RuntimeError(on.log)
            sides = [("off", off, "none"), ("none", on, "none"), ("choice", on, "choice")]
            # The first round is not counted: it fills the caches for all.
            for number in range(rounds + 1):
                for name, server, path in sides[:: 1 if number % 2 else -1]:
                    seconds = _start(server, f"{path}.ipynb", name == "choice")
                    if number:
                        found[name].append(seconds)
    medians = {name: statistics.median(times) for name, times in found.items()}
    for name, beside in (("none", "off"), ("choice", "none")):
        pairs = zip(found[name], found[beside], strict=True)
        medians[f"{name}_ratio"] = statistics.median(one / other for one, other in pairs)
    return medians


def _start(server: JupyterServer, path: str, armed: bool) -> float:
    wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    began = time.perf_counter()
    session = server.request("POST", "/api/sessions", wanted).body
    file = server.home / "runtime" / f"kernel-{session['kernel']['id']}.json"
    client = BlockingKernelClient(connection_file=str(file))
    client.load_connection_file()
    client.start_channels()
    try:
        # The reply alone: what the kernel publishes may be lost on a client that joins as it starts.
        client.execute("pass", reply=True, timeout=120)
        seconds = time.perf_counter() - began
        question = "'_jupyterlab_s3_encryption_state' in __import__('sys').modules"
        reply = client.execute(
            "", user_expressions={"armed": question}, store_history=False, reply=True, timeout=120
        )
        answer = reply["content"]["user_expressions"]["armed"]
        if answer["data"]["text/plain"] != str(armed):
            raise RuntimeError(json.dumps(answer))
    finally:
        client.stop_channels()
        server.request("DELETE", f"/api/sessions/{session['id']}")
    return seconds
