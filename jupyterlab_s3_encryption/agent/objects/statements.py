"""Takes the statements of a policy apart, as lists, for the front end to judge.

Pure. Must not know: where a policy came from, profiles, boto3.
"""

import json
from typing import TYPE_CHECKING, Any, List

from ..shapes import Json

if TYPE_CHECKING:
    from ..shapes import Statement

#: NotAction and the like are not interpreted.
_PLAIN = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def of(policy: object) -> List[Json]:
    """The statements of a policy, which boto3 gives as text or taken apart already."""
    value = json.loads(policy) if isinstance(policy, str) else policy
    found = listed(value.get("Statement")) if isinstance(value, dict) else []
    return [one for one in found if isinstance(one, dict)]


def parsed(statement: Json) -> "Statement":
    """One statement, with lists instead of what may be one or several."""
    condition = statement.get("Condition") or {}
    return {
        "sid": str(statement.get("Sid") or ""),
        "effect": str(statement.get("Effect") or ""),
        "everybody": everybody(statement.get("Principal")),
        "actions": texts(statement.get("Action")),
        "resources": texts(statement.get("Resource")),
        "plain": set(statement) <= _PLAIN,
        "conditions": [
            {"operator": str(operator), "key": str(key), "values": texts(values)}
            for operator, keys in condition.items()
            for key, values in keys.items()
        ],
    }


def everybody(principal: object) -> bool:
    """Whether a statement is about everybody."""
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return "*" in listed(named)


def listed(value: object) -> List[Any]:
    """A value that may be one or several, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def texts(value: object) -> List[str]:
    """The same as texts; a Boolean as JSON writes it."""
    return [str(part).lower() if isinstance(part, bool) else str(part) for part in listed(value)]
