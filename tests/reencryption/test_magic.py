"""The magic: a plan in a file, which only the file's name carries out. Must not know: how."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from jupyterlab_s3_encryption import magics
from tests.reencryption import mixed
from tests.support.agent_requests import ask, kms


def test_a_line_makes_a_plan_and_another_one_carries_it_out(store, place, tmp_path, capsys):
    pytest.importorskip("boto3")
    mixed.fill(store, place, 10)
    ask("apply", profile=kms(store.keys[0]))
    file = tmp_path / "plan.jsonl"
    plan = magics.s3_encryption(f"reencrypt s3://{place}/in --journal {file}")
    assert "Nothing is changed yet" in repr(plan)
    assert plan._repr_html_().count("<tr>") >= 3
    found = magics.s3_encryption(f"reencrypt --run {file}")
    assert found.complete
    assert {
        one.key for key, one in mixed.encryptions(store, place).items() if key[:3] == "in/"
    } == {store.keys[0]}
    again = magics.s3_encryption(f"reencrypt s3://{place}/in")
    assert (again.changing, again.plan.wanted) == (0, 10)


@pytest.mark.parametrize(
    "line",
    [
        "reencrypt",
        "reencrypt s3://b/p --journal",
        "reencrypt s3://b/p s3://b/q",
        "reencrypt s3://b/p --unconditional",
        "reencrypt --run",
    ],
)
def test_a_line_that_says_too_little_is_answered_with_the_usage(line, fresh_agent):
    with pytest.raises(UsageError, match="--journal FILE"):
        magics.s3_encryption(line)
