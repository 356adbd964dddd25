"""Counts the cells that are ahead of the settings, for each client and each kind of restart.

S3E_CYCLES: how often each is done, 200 by default. scripts/soak.py runs this, and makes a table in
docs/restart.md of what is written to S3E_COUNTED.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import ROOT
from tests.server.conftest import Servers
from tests.server.senders import LOST, SENDERS
from tests.server.test_senders import KMS, SSE_C, of, started

CYCLES = int(os.environ.get("S3E_CYCLES") or 200)
COUNTED = Path(os.environ.get("S3E_COUNTED") or ROOT / ".test-results" / "senders.jsonl")


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
    server, path = servers(extensions), of(name, "many")
    ahead = 0
    with started(server, path, KMS, name) as kernel:
        routes = {"restarted": kernel.restarted, "killed (kill -9)": kernel.killed}
        for route, take in routes.items():
            before = len(kernel.runs)
            for _ in range(CYCLES):
                take(send)
            runs = kernel.runs[before:]
            assert len({run.pid for run in runs}) == CYCLES
            note(name, route, sum(run.method != "sse-kms" for run in runs), len(runs))
            ahead += sum(run.method != "sse-kms" for run in runs)
        server.choice("PUT", path, SSE_C)
        before = len(kernel.runs)
        for _ in range(CYCLES):
            said = kernel.restarted(send)
            assert said == LOST or "SSE-C needs a key" in said
        note(name, "mode “block”, no key", len(kernel.runs) - before, CYCLES)
        assert len(kernel.runs) == before
    assert ahead == 0
