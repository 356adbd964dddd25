"""Counts the cells that are ahead of the settings, for each client and each kind of restart.

S3E_CYCLES: how often each is done, 200 by default. scripts/soak.py runs this, and makes a table in
docs/restart.md of what is written to S3E_COUNTED.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from pathlib import Path

import pytest

from tests import ROOT
from tests.server.conftest import Servers
from tests.server.senders import LOST, SENDERS, Sender, Started, UnheardError
from tests.server.test_senders import KMS, SSE_C, of, started

CYCLES = int(os.environ.get("S3E_CYCLES") or 200)
COUNTED = Path(os.environ.get("S3E_COUNTED") or ROOT / ".test-results" / "senders.jsonl")


#: Name in the documentation's table -> the method that each cell has to find; None: it must not run.
ROUTES = {
    "restarted": "sse-kms",
    "killed (kill -9)": "sse-kms",
    "mode “block”, no key": None,
}


def note(client: str, route: str, ahead: int, cells: int) -> None:
    row = {"client": client, "route": route, "ahead": ahead, "cells": cells}
    COUNTED.parent.mkdir(parents=True, exist_ok=True)
    with COUNTED.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("name", SENDERS)
def test_of_many_cells_none_is_ahead_of_the_settings(name: str, servers: Servers):
    send, extensions = SENDERS[name]
    server = servers(extensions)
    ahead = 0
    for route, key in ROUTES.items():
        cells = wrong = 0
        for attempt in itertools.count():
            path = of(name, f"{route} {'again ' * attempt}")
            with started(server, path, KMS, name) as kernel:
                with contextlib.suppress(UnheardError):
                    send(kernel)
                if key is None:
                    server.choice("PUT", path, SSE_C)
                ran = len(kernel.runs)
                heard = many(kernel, send, route, CYCLES - cells)
                runs = kernel.runs[ran:]
            if key is None:
                wrong += len(runs)
            else:
                # The cell of which a client hears nothing more ran, or got lost.
                assert heard <= len(runs) <= heard + 1
                assert len({run.pid for run in runs}) == len(runs)
                wrong += sum(run.method != key for run in runs)
            cells += heard
            if cells == CYCLES:
                break
        note(name, route, wrong, cells)
        ahead += wrong
    assert ahead == 0


def many(kernel: Started, send: Sender, route: str, cycles: int) -> int:
    """Sends cells on a route, until the client misses the end of one; how many, without that."""
    take = kernel.killed if "kill" in route else kernel.restarted
    for heard in range(cycles):
        try:
            said = take(send)
        except UnheardError:
            return heard
        if "no key" in route:
            assert said == LOST or "SSE-C needs a key" in said
    return cycles
