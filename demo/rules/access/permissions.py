"""Whether a caller may do something with a bucket, an object or a key: both sides' policies.

The sentences are those of the Amazon S3 user guide, "Troubleshoot access denied (403 Forbidden)
errors". Must not know: what is stored, what a request says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.rules.access.callers import Caller
from demo.rules.access.policies import Context, UnknownError, decide, decide_all
from demo.rules.errors import Refused, access_denied

#: What KMS says of a key of another account.
ELSEWHERE = (
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)


def check(
    caller: Caller,
    action: str,
    resource: str,
    owner: str,
    policy: Mapping[str, Any] | None,
    context: Context,
) -> None:
    """Refuses what is not allowed.

    resource: its ARN; owner: the account that it is of; policy: the one that it has. Raises Refused
    also for a policy with something that is not known here: it is not judged by half.
    """
    try:
        _check(caller, action, resource, owner, policy, context)
    except UnknownError as error:
        raise Refused(501, "NotImplemented", f"This endpoint cannot judge: {error}") from error


def _check(
    caller: Caller,
    action: str,
    resource: str,
    owner: str,
    policy: Mapping[str, Any] | None,
    context: Context,
) -> None:
    context = {
        "aws:PrincipalArn": caller.principals[-1],
        "aws:PrincipalAccount": caller.account,
        "aws:SourceIp": "127.0.0.1",
        **context,
    }
    of_resource = "Default"
    if policy is not None:
        of_resource = decide(policy, action, resource, context, caller.principals, caller.account)
    of_caller = "Allow"
    if caller.policies is not None:
        of_caller = decide_all(caller.policies, action, resource, context)
    of_key = action.startswith("kms:")
    if of_resource == "Deny":
        if of_key and owner != caller.account:
            raise denied_elsewhere(caller, action)
        raise _denied(caller, action, resource, "with an explicit deny in a resource-based policy")
    if of_caller == "Deny":
        raise _denied(caller, action, resource, "with an explicit deny in an identity-based policy")
    by_identity = f"because no identity-based policy allows the {action} action"
    by_resource = f"because no resource-based policy allows the {action} action"
    if owner != caller.account:
        if of_resource == "Default":
            if of_key:
                raise denied_elsewhere(caller, action)
            raise access_denied()
        if of_caller != "Allow":
            raise _denied(caller, action, resource, by_identity)
    elif of_resource != "Allow":
        if of_key and of_resource == "Default":
            raise _denied(caller, action, resource, by_resource)
        if of_caller != "Allow":
            raise _denied(caller, action, resource, by_identity)


def denied_elsewhere(caller: Caller, action: str) -> Refused:
    """What KMS says of a key of another account that is not there or has no policy for this."""
    return _denied(caller, action, "", ELSEWHERE)


def _denied(caller: Caller, action: str, resource: str, why: str) -> Refused:
    quoted = resource if action.startswith("kms:") else f'"{resource}"'
    who = f"User: {caller.arn} is not authorized to perform: {action}"
    where = "on this resource" if why == ELSEWHERE else f"on resource: {quoted}"
    return access_denied(f"{who} {where} {why}")
