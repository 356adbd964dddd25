"""A small evaluator of resource policies: what a bucket policy decides about one request.

It knows what the exported policies use: Allow and Deny, `Principal: "*"`, actions and resources with
wildcards, and the condition operators below with …IfExists. Anything else raises, so that a policy
is never judged by half. It is itself tested against examples of the AWS documentation
(test_policy_evaluator.py). Must not know: the exports.

Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Context = Mapping[str, str]


def _like(pattern: str, value: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _arn_like(pattern: str, value: str) -> bool:
    """Each of the six parts is compared by itself."""
    left, right = pattern.split(":", 5), value.split(":", 5)
    return len(left) == len(right) and all(map(_like, left, right))


_MATCH: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda expected, value: expected == value,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda expected, value: expected.lower() == value.lower(),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _list(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def condition_holds(operator: str, key: str, expected: Any, context: Context) -> bool:
    """One key of one operator. Several values are alternatives; negated: none may match."""
    found = {name.lower(): value for name, value in context.items()}.get(key.lower())
    if operator == "Null":
        return any((found is None) == (item.lower() == "true") for item in _list(expected))
    name = operator.removesuffix("IfExists")
    negated = name in _NEGATED
    match = _MATCH.get(_NEGATED.get(name, name))
    if match is None:
        raise ValueError(f"unknown condition operator: {operator}")
    if found is None:
        # An absent key matches what negates, and whatever says IfExists.
        return negated or operator.endswith("IfExists")
    return any(match(item, found) for item in _list(expected)) != negated


def applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    """Is the statement about this request?"""
    known = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    if not set(statement) <= known:
        raise ValueError(f"unknown elements: {set(statement) - known}")
    if statement.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        raise ValueError(f"unknown principal: {statement.get('Principal')}")
    return (
        any(_like(item.lower(), action.lower()) for item in _list(statement["Action"]))
        and any(_like(item, resource) for item in _list(statement["Resource"]))
        and all(
            condition_holds(operator, key, expected, context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def decide(policy: Mapping[str, Any], action: str, resource: str, context: Context) -> str:
    """`Deny` if a statement denies, else `Allow` if one allows, else `Default`.

    `Default`: this policy says nothing, so what the caller's own policies allow is what counts.
    """
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        if applies(statement, action, resource, context)
    }
    return "Deny" if "Deny" in effects else "Allow" if "Allow" in effects else "Default"
