"""A small evaluator of policies: what those of a bucket, a key or a user decide about one request.

It knows what the policies here use: Allow and Deny, principals, actions and resources with
wildcards and their negations, and the condition operators below with …IfExists. Anything else
raises, so that a policy is never judged by half. It is itself tested against examples of the AWS
documentation (tests/documents/test_policy_evaluator.py) and against what another endpoint did
(tests/endpoint). Must not know: the exports, moto.

Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Context = Mapping[str, str]


class UnknownError(ValueError):
    """A policy has something that is not known here."""


def _like(pattern: str, value: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _arn_like(pattern: str, value: str) -> bool:
    """Each of the six parts is compared by itself."""
    left, right = pattern.split(":", 5), value.split(":", 5)
    return len(left) == len(right) and all(map(_like, left, right))


def _within(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


_MATCH: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda expected, value: expected == value,
    "StringEqualsIgnoreCase": lambda expected, value: expected.lower() == value.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda expected, value: expected.lower() == value.lower(),
    "IpAddress": _within,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
}


def _list(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def condition_holds(operator: str, key: str, expected: Any, context: Context) -> bool:
    """One key of one operator. Several values are alternatives; negated: none may match."""
    found = {name.lower(): value for name, value in context.items()}.get(key.lower())
    # The keys here have one value: for a set of one, each operator is as without the set; for an
    # empty one, all are as wanted, and none is.
    of_set, _, operator = operator.rpartition(":")
    if of_set and found is None:
        return of_set == "ForAllValues"
    if operator == "Null":
        return any((found is None) == (item.lower() == "true") for item in _list(expected))
    name = operator.removesuffix("IfExists")
    negated = name in _NEGATED
    match = _MATCH.get(_NEGATED.get(name, name))
    if match is None:
        raise UnknownError(f"unknown condition operator: {operator}")
    if found is None:
        # An absent key matches what negates, and whatever says IfExists.
        return negated or operator.endswith("IfExists")
    return any(match(item, found) for item in _list(expected)) != negated


def names(principal: Any, principals: Sequence[str], account: str) -> str:
    """How an element Principal means a caller: "direct", by its "account", or not at all: "".

    principals: the ARNs of the caller, none for anybody.
    """
    if principal == "*":
        return "direct"
    if not isinstance(principal, dict) or not set(principal) <= {"AWS", "Service", "Federated"}:
        raise UnknownError(f"unknown principal: {principal}")
    listed = _list(principal.get("AWS", []))
    if "*" in listed or set(listed) & set(principals):
        return "direct"
    if account and {account, f"arn:aws:iam::{account}:root"} & set(listed):
        return "account"
    return ""


def applies(
    statement: Mapping[str, Any],
    action: str,
    resource: str,
    context: Context,
    principals: Sequence[str] = (),
    account: str = "",
) -> str:
    """How a statement is about this request: "direct", by the "account" of the caller, or not: ""."""
    about = [{"Principal", "NotPrincipal"}, {"Action", "NotAction"}, {"Resource", "NotResource"}]
    known = {"Sid", "Effect", "Condition"}.union(*about)
    if not set(statement) <= known:
        raise UnknownError(f"unknown elements: {set(statement) - known}")
    means = "direct"
    if "NotPrincipal" in statement:
        means = "" if names(statement["NotPrincipal"], principals, account) else "direct"
    elif "Principal" in statement:
        means = names(statement["Principal"], principals, account)
    if not (
        _is(statement, "Action", lambda item: _like(item.lower(), action.lower()))
        and _is(statement, "Resource", lambda item: _like(item, resource))
        and all(
            condition_holds(operator, key, expected, context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    ):
        return ""
    return means


def _is(statement: Mapping[str, Any], name: str, match: Callable[[str], bool]) -> bool:
    if "Not" + name in statement:
        return not any(match(item) for item in _list(statement["Not" + name]))
    return any(match(item) for item in _list(statement[name]))


def decide(
    policy: Mapping[str, Any],
    action: str,
    resource: str,
    context: Context,
    principals: Sequence[str] = (),
    account: str = "",
) -> str:
    """`Deny` if a statement denies, else `Allow` if one allows, else `Account` if one allows the
    caller's account, else `Default`.

    `Default` and `Account`: what the caller's own policies allow is what counts; for a key, and
    for a bucket of another account, only `Account` lets them count.
    """
    effects = set()
    statements = policy["Statement"]
    for statement in [statements] if isinstance(statements, dict) else statements:
        means = applies(statement, action, resource, context, principals, account)
        if means:
            effects.add((statement["Effect"], means))
    if any(effect == "Deny" for effect, _ in effects):
        return "Deny"
    if ("Allow", "direct") in effects:
        return "Allow"
    return "Account" if effects else "Default"


def decide_all(
    policies: Iterable[Mapping[str, Any]], action: str, resource: str, context: Context
) -> str:
    """What all the policies of a user or role decide together."""
    found = {decide(policy, action, resource, context) for policy in policies}
    return next((one for one in ("Deny", "Allow") if one in found), "Default")
