"""What both languages share in src/contract is used as it stands there.

Must not know: Spark.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyterlab_s3_encryption.agent import report
from jupyterlab_s3_encryption.agent.loader import bootstrap

CONTRACT = Path(__file__).parents[1] / "src" / "contract"


def contract(name):
    return json.loads((CONTRACT / name).read_text("utf-8"))


def keys(value):
    """Every key of a report, those of its parts included."""
    found = set()
    for key, part in value.items():
        found.add(key)
        if isinstance(part, dict) and key != "error":
            found |= {f"{key}.{inner}" for inner in part}
    return found


@pytest.mark.parametrize(
    "found",
    [
        report.empty("probe", "1", "shipped"),
        bootstrap.failure({"request": {"request": "probe", "arguments": {}}}, ValueError("why")),
    ],
    ids=["the agent's", "of a failure outside of it"],
)
def test_every_complete_report_has_the_keys_of_the_empty_one(found):
    empty = contract("emptyReport.json")
    assert keys(found) == keys(empty)
    for name, value in empty.items():
        if value is None and name != "error":
            assert found[name] is None, name
        elif isinstance(value, list):
            assert found[name] == [], name
    assert found["session"] == empty["session"]
    assert found["claim"] == "none"
