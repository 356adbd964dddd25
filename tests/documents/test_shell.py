"""The shell documents, run by bash with an `aws` that only writes down its arguments.

Must not know: what the AWS CLI does with them.
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.documents import cluster_documents as exports
from tests.support.typescript import run_typescript

AWS = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word"; done >> "$ARGUMENTS"
"""
#: Texts that make a file called `made` if any of them leaves its quotes.
HOSTILE = [
    "'; touch made; '",
    "<'; touch made; '>",
    "<A'$(touch made)'>",
    "$(touch made)",
    "`touch made`",
    "x\ntouch made",
    'x"; touch made; "',
    "x' & touch made #",
]


def run(text: str, folder) -> list[str]:
    """What the commands of a text passed to `aws`. `--emrfs '…'` is an option, not a command."""
    command = folder / "bin" / "aws"
    if not command.exists():
        command.parent.mkdir()
        command.write_text(AWS, "utf-8")
        command.chmod(0o755)
    script = f"aws {text}" if text.startswith("--") else text
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ARGUMENTS": str(folder / "arguments")}
    for options in (["-n"], ["-eu"]):
        subprocess.run(
            ["bash", *options, "-c", script], cwd=folder, env=environment, check=True, timeout=30
        )
    return (folder / "arguments").read_text("utf-8").split("\0")


@pytest.mark.parametrize("case", exports.CASES)
def test_every_shell_document_is_run_by_bash_and_touches_nothing(case, tmp_path):
    for document in [one for one in exports.documents(case) if one["format"] == "shell"]:
        words = run(document["text"], tmp_path)
        assert len(words) > 1, document["id"]
    assert {path.name for path in tmp_path.iterdir()} <= {"arguments", "bin"}


def test_the_known_cases_have_every_shell_document():
    found = {
        document["id"]
        for case in exports.CASES
        for document in exports.documents(case)
        if document["format"] == "shell"
    }
    assert found >= {"emr-create-cluster", "emr-emrfs-shorthand", "glue-attach", "kms-rotation"}


def with_text(text: str) -> list[tuple[dict, dict]]:
    """Requests that carry a hostile text in each place that takes one."""
    profile = {"method": "sse-kms", "kmsKeyId": exports.KEY}
    full = {**exports.OPTIONS, "releaseLabel": "emr-6.15.0"}
    fields = ("account", "region", "partition", "releaseLabel", "name", "trail", "athenaResults")
    provider = {"location": f"s3://setup/{text}.jar", "className": "a.B"}
    found = [(profile, {**full, field: text}) for field in fields]
    found += [(profile, {**full, "roles": {"emr": text, "glueJob": text, "emrService": text}})]
    found += [(profile, {**full, "buckets": [f"lake/{text}"]})]
    found += [(profile, {**full, "localDisk": {"kmsKeyId": text}})]
    found += [(profile, {**full, "inTransit": {"certificates": f"s3://setup/{text}.zip"}})]
    found += [(profile, {**full, "customProvider": provider})]
    found += [({**profile, "kmsKeyId": text}, full)]
    found += [({**profile, "encryptionContext": {"a": text}}, full)]
    return found


def test_no_value_leaves_its_quotes(tmp_path):
    requests = [one for text in HOSTILE for one in with_text(text)]
    answers = run_typescript(*[exports.ask(*one) for one in requests])
    ran = 0
    for answer in answers:
        for document in answer.get("value", []):
            if document["format"] == "shell":
                run(document["text"], tmp_path)
                ran += 1
    assert ran > 0
    assert {path.name for path in tmp_path.iterdir()} == {"arguments", "bin"}


TEMPLATE = ["{{resolve:ssm:x}}", "a\u202eb"]
KMS = exports.PROFILES["sse-kms"]
#: Requests that are refused, each with what the message names; Node is started once for all.
REFUSED = [
    *[("name", KMS, {"name": text}) for text in [*TEMPLATE, "<a b>", "<$(x)>"]],
    *[("athenaResults", KMS, {"athenaResults": f"s3://results/{text}/"}) for text in TEMPLATE],
    *[("encryptionContext", {**KMS, "encryptionContext": {"a": text}}, {}) for text in TEMPLATE],
]


@pytest.fixture(scope="module")
def refusals() -> list[str]:
    """The message of each request of REFUSED; empty if it is not refused."""
    requests = [
        exports.ask(profile, {**exports.OPTIONS, **options}) for _, profile, options in REFUSED
    ]
    return [json.dumps(answer.get("error", "")) for answer in run_typescript(*requests)]


@pytest.mark.parametrize(
    "index", range(len(REFUSED)), ids=[f"{field} {n}" for n, (field, *_) in enumerate(REFUSED)]
)
def test_what_reads_otherwise_than_it_looks_or_a_template_would_replace_is_refused(refusals, index):
    assert REFUSED[index][0] in refusals[index]


def test_a_comma_in_a_role_does_not_become_two_attributes():
    options = {**exports.OPTIONS, "roles": {"emr": "a,KeyName=b"}}
    (answer,) = run_typescript(
        {**exports.ask(exports.PROFILES["sse-kms"], options), "name": "clusterResult"}
    )
    assert "emr-create-cluster" not in {one["id"] for one in answer["value"]["documents"]}
    (left,) = [one for one in answer["value"]["omitted"] if one["id"] == "emr-create-cluster"]
    assert left["field"] == "roles.emr"
