"""Whether a guard of mode "block" lets the cells behind it run. Must not know: Jupyter, Spark."""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent.loader import blocking
from jupyterlab_s3_encryption.agent.sentences import say
from scripts import agent_sentences

ASKED = {"method": "sse-kms", "kmsKeyId": "alias/a", "writers": ["python", "iceberg"]}
S3A = {"scheme": "s3a", "connector": "s3a", "className": "…", "reason": None}
NONE = {"scheme": "s3", "connector": "none", "className": None, "reason": "…"}
GOOD = {
    "ok": True,
    "error": None,
    "profile": ASKED,
    "waiting": False,
    "claim": "set",
    "changed": [],
    "dialect": "s3a",
    "connectors": [NONE, S3A],
}


def reason(report, mode):
    """Why cells do not run; translators get its words, or the report has them."""
    found = blocking.obstacle(report, mode, ASKED)
    assert found is not None
    why, made = found
    assert set(made) == ({why} if report["ok"] else set())
    assert {part["text"] for part in made.values()} <= set(agent_sentences.sentences())
    assert all(say(part["text"], *part["values"]) == text for text, part in made.items())
    return why


@pytest.mark.parametrize("mode", ["lenient", "strict"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"claim": "proven"},
        {"waiting": True, "claim": "none", "dialect": None, "connectors": [NONE]},
        {"profile": {**ASKED, "name": "Finance", "writers": ["iceberg", "python"]}},
    ],
)
def test_cells_run_if_the_settings_are_in_force_or_wait(mode, change):
    assert blocking.obstacle({**GOOD, **change}, mode, ASKED) is None


@pytest.mark.parametrize("mode", ["lenient", "strict"])
@pytest.mark.parametrize(
    "change",
    [
        {"ok": False, "error": {"message": "No connector."}},
        {"claim": "none"},
        {"changed": [{"key": "k", "applied": "a", "found": "b"}]},
    ],
)
def test_cells_do_not_run_if_the_settings_are_not_in_force(mode, change):
    assert reason({**GOOD, **change}, mode)
    assert blocking.obstacle({**GOOD, **change}, "off", ASKED) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"profile": None, "claim": "none"}, "cleared"),
        ({"profile": {"method": "bucket-default"}}, "another encryption"),
        ({"profile": {**ASKED, "kmsKeyId": "alias/b"}}, "another encryption"),
        ({"dialect": "emrfs"}, "EMRFS serves no address of S3"),
        ({"dialect": None}, "No known connector serves an address of S3"),
        ({"connectors": []}, "serves no address of S3"),
    ],
)
def test_strict_also_blocks_what_a_user_or_a_cell_may_have_wanted(change, why):
    assert why in reason({**GOOD, **change}, "strict")
    assert blocking.obstacle({**GOOD, **change}, "lenient", ASKED) is None
