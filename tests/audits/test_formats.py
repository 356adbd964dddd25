"""Audits as CSV, JSON and SARIF: the latter by the schema of OASIS, which nobody here wrote."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from jupyterlab_s3_encryption.audits import formats
from jupyterlab_s3_encryption.stored import Audit

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = ROOT / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
TIME = "2026-11-28T08:00:00Z"


def entry(path, verdict, reason=None, **more):
    usual = {"size": 5, "modified": TIME, "algorithm": "AES256", "keyId": ""}
    return {"path": path, "verdict": verdict, "reason": reason, **usual, **more}


ENTRIES = [
    entry('s3://b/a "1", 100%/ü #?.txt', "other", "It has SSE-S3."),
    entry("s3://b/c", "unreadable", "No right.", algorithm=None, keyId=None, modified=None),
    entry("s3://b/d", None, versionId="v1"),
    entry("s3://b/e", None, algorithm="", size=None),
]
COUNTS = [
    {"algorithm": "AES256", "keyId": "", "verdict": "other", "objects": 9, "bytes": 45},
    {"algorithm": "aws:kms", "keyId": "k", "verdict": "wanted", "objects": 1, "bytes": 1},
]


def audit(entries):
    return Audit("s3://b/", 10, 10, True, COUNTS, entries, "xattr")


def errors(text):
    kind = jsonschema.validators.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    checker = kind(json.loads(SCHEMA.read_text("utf-8")), format_checker=kind.FORMAT_CHECKER)
    return [error.message for error in checker.iter_errors(json.loads(text))]


@pytest.mark.parametrize("entries", [ENTRIES, ENTRIES[:1], []])
def test_an_audit_is_a_valid_log_of_sarif(entries, tmp_path):
    file = tmp_path / "audit.sarif"
    audit(entries).to_sarif(file)
    assert errors(file.read_text("utf-8")) == []


def test_the_schema_refuses_what_is_no_log_of_sarif():
    text = formats.to_sarif(audit(ENTRIES).to_dict(), "1.0", TIME)
    assert errors(text.replace('"level": "error"', '"level": "bad"')) != []


def test_a_result_says_what_is_wrong_with_which_object():
    run = json.loads(formats.to_sarif(audit(ENTRIES).to_dict(), "1.0", TIME))["runs"][0]
    found = [(one["ruleId"], one["level"], one["message"]["text"]) for one in run["results"]]
    assert found == [
        ("other-encryption", "error", "It has SSE-S3."),
        ("encryption-not-known", "warning", "No right."),
        ("encryption", "none", "It has SSE-S3."),
        ("encryption", "none", "It has no encryption header."),
    ]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [one[0] for one in found]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "s3://b/a%20%221%22%2C%20100%25/%C3%BC%20%23%3F.txt"
    assert run["properties"]["counts"] == COUNTS


def test_a_log_says_if_it_does_not_list_all_that_differs():
    run = json.loads(formats.to_sarif(audit(ENTRIES).to_dict(), "1.0", TIME))["runs"][0]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1]["message"]["text"].startswith("9 objects are not as wanted or not judged; 4 ")
    whole = audit([entry(f"s3://b/{number}", "other") for number in range(9)]).to_dict()
    run = json.loads(formats.to_sarif(whole, "1.0", TIME))["runs"][0]
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_csv_and_json_have_each_object_and_each_count(tmp_path):
    found = audit(ENTRIES)
    found.to_csv(tmp_path / "objects.csv")
    found.to_csv(tmp_path / "counts.csv", counts=True)
    found.to_json(tmp_path / "all.json")

    def rows(name):
        text = (tmp_path / name).read_bytes().decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    assert [one["path"] for one in rows("objects.csv")] == [one["path"] for one in ENTRIES]
    assert [one["versionId"] for one in rows("objects.csv")] == ["", "", "v1", ""]
    assert [one["objects"] for one in rows("counts.csv")] == ["9", "1"]
    whole = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert (whole["objects"], whole["counts"], whole["complete"]) == (ENTRIES, COUNTS, True)
