"""The memory of a plan and of a run does not grow with the number of objects. Must not know: S3."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import ROOT

pytestmark = pytest.mark.slow


def measured(count):
    """Megabytes that a process of its own had at most, after each step."""
    command = [sys.executable, "-m", "tests.reencryption.disk.many", str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says how much a process had at most"
)
@pytest.mark.parametrize("count", [60_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
@pytest.mark.timeout(3600)
def test_memory_does_not_grow_with_the_number_of_objects(count):
    few, many = measured(10_000), measured(count)
    sys.stdout.write(f"10,000: {few}\n{count:,}: {many}\n")
    # A byte for each object in the journal, and one in the store that stands in for S3.
    allowed = 5 + 2 * count / 1024**2
    assert {step: many[step] - few[step] for step in few if many[step] - few[step] > allowed} == {}
