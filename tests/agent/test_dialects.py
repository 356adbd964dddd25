"""From profile to properties, by the examples that the TypeScript suite runs too.

Must not know: Spark.
"""

from __future__ import annotations

import json

import pytest

from jupyterlab_s3_encryption.agent.profile import dialects
from tests import EXAMPLES, ROOT

CASES = json.loads((EXAMPLES / "settings.json").read_text("utf-8"))
SOURCE = ROOT / "src" / "contract" / "data" / "connectors.json"


@pytest.mark.parametrize("example", CASES, ids=lambda example: example["title"])
def test_each_example_sets_and_clears_the_expected_properties(example):
    arguments = (example["dialect"], example["hadoopVersion"], example["profile"])
    if example.get("refused"):
        with pytest.raises(dialects.UnsupportedError) as caught:
            dialects.plan(*arguments, example.get("customerKey"))
        assert str(caught.value).endswith(".")
    else:
        plan = dialects.plan(*arguments, example.get("customerKey"))
        assert (plan.set, plan.clear) == (example["set"], example["clear"])


@pytest.mark.parametrize("example", CASES, ids=lambda example: example["title"])
def test_every_property_of_the_dialect_is_set_or_cleared_and_never_both(example):
    if example.get("refused"):
        return
    plan = dialects.plan(
        example["dialect"], example["hadoopVersion"], example["profile"], example.get("customerKey")
    )
    assert set(dialects.base_keys(example["dialect"])) <= set(plan.set) | set(plan.clear)
    assert not set(plan.set) & set(plan.clear)


def test_the_agent_has_the_same_data_as_the_front_end():
    source = json.loads(SOURCE.read_text("utf-8"))
    del source["$comment"]  # of no use in a kernel
    assert dialects.connectors() == source


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.4.1", (3, 4, 1)),
        ("3.4", (3, 4, 0)),
        ("3.4.1-amzn-0", (3, 4, 1)),
        ("3.10.2", (3, 10, 2)),
        ("trunk", None),
        ("", None),
        (None, None),
    ],
)
def test_versions_are_read_with_or_without_a_vendor_s_part(text, version):
    assert dialects.parse_version(text) == version


def test_an_older_name_is_never_written_if_hadoop_reads_it_as_the_newer_one():
    old = "fs.s3a.server-side-encryption.key"
    assert dialects.off_value("s3a", "3.4.1", old) is None
    assert dialects.off_value("s3a", "3.3.1", old) == ""
    assert dialects.aliases("s3a", old) == ["fs.s3a.encryption.key", old]


def test_a_key_for_one_bucket_is_known_by_its_bucket():
    key = "fs.s3a.bucket.my.data-1.encryption.key"
    assert dialects.bucket_of("s3a", key) == "my.data-1"
    assert dialects.bucket_of("s3a", "fs.s3a.encryption.key") is None
    assert dialects.bucket_of("emrfs", key) is None
