"""An audit as CSV, JSON and SARIF 2.1.0.

Pure. Must not know: where an audit came from, files.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..agent.objects import verdicts

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_OBJECTS = ("path", "versionId", "size", "modified", "algorithm", "keyId", "verdict", "reason")
_COUNTS = ("algorithm", "keyId", "verdict", "objects", "bytes", "bucketKeys")
_OTHER, _UNREADABLE, _LISTED = "other-encryption", "encryption-not-known", "encryption"
#: Verdict -> rule, level and kind of a result.
_RULES = {
    verdicts.OTHER: (_OTHER, "error", "fail"),
    verdicts.UNREADABLE: (_UNREADABLE, "warning", "fail"),
    None: (_LISTED, "none", "informational"),
}
_TEXTS = {
    _OTHER: "The object is not encrypted as it should be.",
    _UNREADABLE: "Whether the object is encrypted as it should be is not known.",
    _LISTED: "How the object is encrypted; there is no profile to compare it with.",
}


def to_csv(rows: Sequence[Mapping[str, Any]], counts: bool) -> str:
    """Objects, or counts, as CSV with a header; empty for what is not known."""
    names = _COUNTS if counts else _OBJECTS
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, extrasaction="ignore", restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_json(audit: Mapping[str, Any]) -> str:
    """All of an audit as JSON."""
    return json.dumps(audit, indent=1, ensure_ascii=False) + "\n"


def to_sarif(audit: Mapping[str, Any], version: str, time: str) -> str:
    """An audit as one run of SARIF: a result for each object that it lists.

    version: of this package; time: when the audit was made, ISO 8601 in UTC. What the results leave out is
    a notification, so that nobody takes them for all.
    """
    objects = audit["objects"]
    differ = sum(row["objects"] for row in audit["counts"] if row["verdict"] != verdicts.WANTED)
    notes = [{"level": "note", "message": {"text": note}} for note in audit["notes"]]
    if differ > len(objects):
        text = f"{differ} objects are not as wanted or not judged; {len(objects)} are listed."
        notes.append({"level": "warning", "message": {"text": text}})
    used = [rule for rule in _TEXTS if any(_RULES[row["verdict"]][0] == rule for row in objects)]
    rules = [{"id": rule, "shortDescription": {"text": _TEXTS[rule]}} for rule in used]
    run = {
        "tool": {
            "driver": {
                "name": "S3 Encryption for Jupyter",
                "version": version,
                "rules": rules,
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": time,
                "toolExecutionNotifications": notes,
            }
        ],
        "results": [_result(row, used) for row in objects],
        "properties": {name: audit[name] for name in audit if name not in ("objects", "notes")},
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(row: Mapping[str, Any], rules: list[str]) -> dict[str, Any]:
    rule, level, kind = _RULES[row["verdict"]]
    header = verdicts.Header(row["algorithm"], row["keyId"], None)
    text = str(row["reason"] or f"It has {verdicts.describe(header)}.")
    names = ("size", "modified", "algorithm", "keyId", "versionId")
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": level,
        "kind": kind,
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(row["path"])}}}],
        "properties": {name: row[name] for name in names if row.get(name) is not None},
    }


def _uri(path: str) -> str:
    """An address as a URI: keys may have any character."""
    scheme, rest = path.split("://", 1)
    return f"{scheme}://{quote(rest)}"
