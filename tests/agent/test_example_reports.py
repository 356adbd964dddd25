"""The example reports that both suites read have the shape that the agent's reports have.

Must not know: Spark.
"""

from __future__ import annotations

import json

import pytest

from jupyterlab_s3_encryption import Report
from jupyterlab_s3_encryption.agent import report
from tests import EXAMPLES
from tests.support.agent_requests import CUSTOMER_KEY

FILES = sorted((EXAMPLES / "reports").glob("*.json"))
SHORT = {
    "agent-missing": {"protocol", "agentMissing"},
    "guard-unchanged": {
        *("protocol", "request", "ok", "unchanged", "fingerprint", "waiting", "elapsed")
    },
}
#: Each has a section in the documentation.
CODES = {
    "stale-file-system",
    "bucket-override",
    "cluster-value",
    "other-connector",
    "no-effect-property",
    "kms-no-key",
    "rdd-not-covered",
    "changed-since",
    "session-hook-failed",
    "not-restored",
    "objects-differ",
}


def test_there_are_examples_of_every_request():
    asked = {json.loads(path.read_text("utf-8"))["request"]["request"] for path in FILES}
    assert asked >= {"probe", "apply", "verify", "guard", "clear", "canary", "writes", "audit"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_has_every_key_of_a_report_with_the_right_kind_of_value(path):
    text = path.read_text("utf-8")
    found = json.loads(text)["report"]
    assert CUSTOMER_KEY not in json.dumps(found)
    if path.stem in SHORT:
        assert set(found) == SHORT[path.stem]
        return
    empty = report.empty("", "", "shipped")
    assert set(found) == set(empty)
    for name, value in empty.items():
        if value is not None:
            assert type(found[name]) is type(value), name
    assert set(found["session"]) == set(empty["session"])
    assert {item["code"] for item in found["findings"]} <= CODES
    assert Report.from_dict(found).to_dict() == found
    assert repr(Report.from_dict(found)).startswith("S3 encryption: ")
