"""Who sends a request, and the policies of a user or role, as moto's IAM has them.

moto can check permissions itself, but without resources and conditions (moto/iam/access_control.py
says so), so only its users, roles and policies are used. Must not know: what is decided.
"""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from moto.iam.access_control import CreateAccessKeyFailure, create_access_key
from moto.iam.models import Policy, get_account_id_from

from demo.rules.errors import Environ
from demo.rules.requests import access_key_of, token_of


@dataclass(frozen=True)
class Caller:
    """policies: None for one who may do everything in the own account, as its root user does."""

    account: str
    arn: str
    policies: tuple[dict[str, Any], ...] | None = None

    @property
    def principals(self) -> tuple[str, ...]:
        """The ARNs under which a policy can name it: a session has that of its role too."""
        found = [self.arn]
        if ":assumed-role/" in self.arn:
            role = self.arn.split(":assumed-role/")[1].split("/")[0]
            found.append(f"arn:aws:iam::{self.account}:role/{role}")
        return tuple(found)


def caller_of(environ: Environ, enforced: Container[str]) -> Caller:
    """The sender; with its policies if its ARN, or that of its role, is one of `enforced`."""
    key = access_key_of(environ)
    account = get_account_id_from(key)
    root = Caller(account, f"arn:aws:iam::{account}:root")
    token = token_of(environ)
    headers = {"X-Amz-Security-Token": token} if token else {}
    try:
        found = create_access_key(account, "aws", key, headers)
    except CreateAccessKeyFailure:
        return root
    caller = Caller(account, found.arn)
    if not any(one in enforced for one in caller.principals):
        return root
    policies = tuple(_document(one) for one in found.collect_policies())
    return Caller(account, found.arn, policies)


def _document(policy: Any) -> dict[str, Any]:
    """A policy of moto's IAM: attached, inline of a user, or inline of a role."""
    if isinstance(policy, Policy):
        [text] = [one.document for one in policy.versions if one.is_default]
    elif isinstance(policy, str):
        text = policy
    else:
        text = policy["policy_document"]
    found = json.loads(text)
    return dict(found)
