"""Every finding has its section in the documentation. Must not know: Spark."""

from __future__ import annotations

import re

import pytest

from jupyterlab_s3_encryption.agent.checks import bucket_findings, claims, open_findings
from tests import ROOT
from tests.support.agent_requests import AGENT

KERNEL = ROOT / "src" / "kernel"
PAGE = ROOT / "docs" / "findings.md"


def reported_codes():
    source = "".join(path.read_text("utf-8") for path in AGENT.rglob("*.py"))
    own = set(re.findall(r'\bfinding\(\s*"([a-z]+(?:-[a-z0-9]+)+)"', source))
    pages = "".join(path.read_text("utf-8") for path in KERNEL.rglob("*.ts"))
    return own | set(re.findall(r"code: '([a-z-]+)',\s*severity", pages))


def sections():
    return re.findall(r"^## (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE)


def test_every_code_has_one_section_and_there_is_no_section_without_a_code():
    assert len(reported_codes()) > 10
    assert sections() == sorted(reported_codes())


def test_a_code_that_lowers_the_claim_is_one_and_its_section_says_so():
    text = PAGE.read_text("utf-8")
    said = set(re.findall(r"^## (\S+)\n\n(?:Keeps the claim at Set|Lowers the claim)", text, re.M))
    assert said == claims.LOWERING
    assert reported_codes() >= claims.LOWERING


@pytest.mark.parametrize(
    ("older", "said"),
    [
        (0, []),
        (500, []),
        (501, ["older-open"]),
        (1023, ["older-open"]),
        (1024, ["older-not-watched"]),
    ],
)
def test_many_older_file_systems_that_are_still_open_are_reported(older, said):
    found = open_findings.of_older_handles([], older, None)
    assert [one["code"] for one in found] == said
    assert all(str(older) in one["message"] for one in found)


def test_as_many_older_file_systems_are_watched_as_the_finding_says():
    java = ROOT / "java/src/jupyterlab/s3encryption/OpenFileSystems.java"
    found = re.search(r"MOST_LEFT = (\d+);", java.read_text("utf-8"))
    assert found is not None
    assert int(found[1]) == open_findings.MAX_WATCHED


KMS = {"method": "sse-kms"}
DIRECTORY, ALIAS, TABLES = "lake--euw1-az1--x-s3", "lake-ap-x1y2z3-s3alias", "63a8e430--table-s3"


@pytest.mark.parametrize(
    ("profile", "name", "said"),
    [
        (KMS, DIRECTORY, ["directory-bucket"]),
        ({"method": "sse-s3"}, "lake-ap--euw1-az1--xa-s3", ["directory-bucket"]),
        ({"method": "dsse-kms"}, DIRECTORY, ["bucket-refuses"]),
        ({"method": "sse-c"}, DIRECTORY, ["bucket-refuses"]),
        ({"method": "cse-kms"}, DIRECTORY, []),
        ({"method": "bucket-default"}, DIRECTORY, []),
        ({**KMS, "buckets": {DIRECTORY: {"method": "dsse-kms"}}}, DIRECTORY, ["bucket-refuses"]),
        (
            {"method": "dsse-kms", "buckets": {DIRECTORY: {"method": "bucket-default"}}},
            DIRECTORY,
            [],
        ),
        (KMS, ALIAS, []),
        ({**KMS, "buckets": {"lake": {"method": "sse-s3"}}}, ALIAS, ["access-point"]),
        ({**KMS, "buckets": {ALIAS: {"method": "sse-s3"}}}, ALIAS, []),
        (KMS, TABLES, ["bucket-refuses"]),
        ({"method": "cse-kms"}, TABLES, []),
        ({"method": "bucket-default"}, TABLES, []),
        (KMS, "lake", []),
        ({**KMS, "buckets": {"x-s3": {"method": "sse-s3"}}}, "x-s3", []),
    ],
)
def test_buckets_that_are_not_general_purpose_ones_are_known_by_their_names(profile, name, said):
    found = bucket_findings.of_special_buckets(profile, [name, name])
    assert [one["code"] for one in found] == said
    assert all(name in str(one["message"]) for one in found)
