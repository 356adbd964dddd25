"""Whether a write would pass is what an endpoint that enforces policies did.

`tests/examples/record_enforced.py` asked the endpoint. Must not know: how a policy is judged.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent.objects import bucket, statements
from tests import EXAMPLES
from tests.support.typescript import run_typescript

POLICIES = json.loads((EXAMPLES / "policies.json").read_text("utf-8"))
ENFORCED = json.loads((EXAMPLES / "enforced.json").read_text("utf-8"))
STATEMENTS = {policy["title"]: policy["statements"] for policy in POLICIES["policies"]}
ALL = {"own": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def found(of_bucket: list[Any], of_user: dict[str, list[Any]]) -> dict[str, Any]:
    """What the agent would have read, without a key."""
    return {
        "bucket": POLICIES["bucket"],
        "default": {"algorithm": "AES256", "keyId": "", "bucketKey": False, "blocked": []},
        "policy": bucket._statements(json.dumps({"Statement": of_bucket})),
        "caller": {
            "arn": "arn:aws:iam::000000000000:user/writer",
            "policies": [
                {"name": name, "statements": [statements.parsed(one) for one in policy]}
                for name, policy in of_user.items()
            ],
            "others": 0,
            "unread": [],
        },
        "key": None,
        "late": None,
    }


def cases() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return [
        *((one["title"], found(STATEMENTS[one["title"]], ALL), one) for one in ENFORCED["bucket"]),
        *((one["title"], found([], one["policies"]), one) for one in ENFORCED["user"]),
    ]


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, str, str, bool, dict[str, Any]]]:
    """Title, profile, request, whether the endpoint let it pass, and the judgement."""
    rows = [
        (title, name, read, passes)
        for title, read, one in cases()
        for name, passes in one["passes"].items()
    ]
    answers = run_typescript(
        *[
            {
                "module": "encryption/whatIf.ts",
                "name": "whatIf",
                "arguments": [read, POLICIES["profiles"][name]],
            }
            for _, name, read, _ in rows
        ]
    )
    return [
        (title, name, answer["request"], passes[answer["request"]], answer)
        for (title, name, _, passes), answered in zip(rows, answers, strict=True)
        for answer in answered["value"]
    ]


def test_what_would_be_refused_was_refused(judged):
    wrong = [row for row in judged if row[4]["refusals"] and row[3]]
    assert wrong == []


def test_what_would_pass_passed(judged):
    certain = [row for row in judged if not row[4]["refusals"] and not row[4]["doubts"]]
    assert [row for row in certain if not row[3]] == []


def test_most_of_it_is_certain(judged):
    """Otherwise the other tests would compare nothing."""
    doubts = [row for row in judged if not row[4]["refusals"] and row[4]["doubts"]]
    assert len(judged) >= 200
    assert len(doubts) < len(judged) / 4
    assert {row[3] for row in judged} == {True, False}
