"""Sends a cell to a kernel of the server under test, as another client than its page.

    python send.py {zmq,kernel_client,console} KERNEL CODE

Prints what the client was told of an error. Must not know: pages, encryption.
"""

import os
import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server import senders

CLIENTS = {
    "zmq": senders.by_zmq,
    "kernel_client": senders.by_kernel_client,
    "console": senders.by_console,
}


def main(client: str, kernel: str, code: str) -> None:
    """Sends, and waits for the end."""
    runtime = Path(os.environ["S3E_UI_HOME"]) / "runtime"
    given = types.SimpleNamespace(
        id=kernel,
        source=code,
        connection=runtime / f"kernel-{kernel}.json",
        server=types.SimpleNamespace(port=os.environ["S3E_UI_PORT"]),
    )
    print(CLIENTS[client](given))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
