"""The agent's answer, as plain data (docs/protocol.md, src/contract/report.ts).

Must not know: how anything was read or set. Secrets are masked here at the latest.
"""

import base64
import binascii
import json
import platform
from typing import Any, NamedTuple, Optional, Sequence

from . import data
from .shapes import FieldMessage, Report

_EMPTY = data.contract("emptyReport")
#: Reading a text takes a third of the time of a deep copy, and each guard needs one.
_TEXT = json.dumps(_EMPTY)
PROTOCOL: int = _EMPTY["protocol"]
MASK = "********"
#: The part of a report that is about what is found in the kernel.
_FOUND = [
    "profile",
    "fingerprint",
    "waiting",
    "session",
    "connectors",
    "dialect",
    "settings",
    "fileSystems",
    "executors",
    "activity",
    "findings",
    "claim",
    "limitedTo",
    "changed",
    "proof",
]
_PART = json.dumps({name: _EMPTY[name] for name in _FOUND})


def nothing_found() -> Report:
    """The part of a report that is about what is found in the kernel, with nothing found."""
    found: Report = json.loads(_PART)
    return found


def empty(request: str, version: str, source: str) -> Report:
    """A report with every key, that claims nothing."""
    found: Report = json.loads(_TEXT)
    found["request"] = request
    found["agent"] = {"version": version, "python": platform.python_version(), "source": source}
    return found


class Error(NamedTuple):
    """Why a request failed. settings: "old", "unchanged", "mixed" or "unknown", see docs/protocol.md."""

    code: str
    message: str
    settings: str = "unchanged"
    fields: Sequence[FieldMessage] = ()


def fail(report: Report, error: Error) -> None:
    """Marks a report as that of a failed request."""
    report["ok"] = False
    report["error"] = {
        "code": error.code,
        "message": error.message,
        "fields": list(error.fields),
        "settings": error.settings,
    }


def mask(
    key: str, value: Optional[str], algorithm: Optional[str], secret: Optional[str]
) -> Optional[str]:
    """A value that may leave the agent: keys of SSE-C, ours or the user's own, are hidden."""
    if not value:
        return value
    if value == secret or (
        key.endswith(".key") and (algorithm == "SSE-C" or _looks_like_key(value))
    ):
        return MASK
    return value


def scrub(value: Any, secret: Optional[str]) -> Any:
    """The same data, with the secret masked in every text."""
    if not secret:
        return value
    if isinstance(value, str):
        return value.replace(secret, MASK) if secret in value else value
    if isinstance(value, list):
        return [scrub(part, secret) for part in value]
    if isinstance(value, dict):
        return {name: scrub(part, secret) for name, part in value.items()}
    return value


def _looks_like_key(value: str) -> bool:
    """base64 of 32 bytes: no KMS key has that form."""
    try:
        return (
            len(value) == 44 and len(base64.b64decode(value.encode("ascii"), validate=True)) == 32
        )
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return False
