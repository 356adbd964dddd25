"""LocalStack and MiniStack, running: what is recorded of them is what they answer.

Must not know: how they are started.
"""

from __future__ import annotations

import json

import pytest

from tests.endpoint import conversation, others

RECORDED = json.loads(others.OUT.read_text("utf-8"))


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", others.OTHERS)
def test_the_record_is_what_it_answers(name):
    try:
        found = others.answers(name)
    except others.MissingError as error:
        pytest.skip(f"{name}: {error}")
    recorded = RECORDED[name]["answers"]
    assert set(found) == set(recorded)
    assert conversation.differences(recorded, found) == {}


def test_an_endpoint_that_no_python_here_can_run_is_skipped_with_the_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(others, "FOLDER", tmp_path)
    newer = others.Other((3, 99), ("nothing",), "nothing")
    monkeypatch.setitem(others.OTHERS, "Newer", newer)
    with pytest.raises(others.MissingError, match=r"no Python 3\.99"):
        others.answers("Newer")
