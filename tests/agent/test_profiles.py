"""Validation of profiles, by the examples that the TypeScript suite runs too, and by many texts.

Must not know: Spark.
"""

from __future__ import annotations

import base64
import json
import re
import string
from pathlib import Path

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_s3_encryption.agent.profile import keys, profiles
from tests import EXAMPLES

CASES = json.loads((EXAMPLES / "profiles.json").read_text("utf-8"))
KEYS = json.loads((EXAMPLES / "keys.json").read_text("utf-8"))
UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize("example", CASES, ids=lambda example: example["title"])
def test_each_example_has_errors_at_the_expected_fields(example):
    found = profiles.validate(example["profile"])
    if not found and "customerKey" in example:
        method = example["profile"]["method"]
        found = profiles.validate_customer_key(method, example["customerKey"])
    assert [item["field"] for item in found] == example["errors"]
    assert all(item["message"].strip() for item in found)


@pytest.mark.parametrize(("count", "fields"), [(100, []), (101, ["buckets"])])
def test_a_profile_has_at_most_100_rules(count, fields):
    buckets = {f"bucket-{number}": {"method": "sse-s3"} for number in range(count)}
    found = profiles.validate({"method": "sse-s3", "buckets": buckets})
    assert [item["field"] for item in found] == fields


@pytest.mark.parametrize("example", KEYS, ids=lambda example: example["title"])
def test_the_text_of_a_key_is_taken_or_the_message_says_what_is_right(example):
    profile = {"method": example.get("method", "sse-kms"), "kmsKeyId": example["text"]}
    found = profiles.validate(profile)
    assert [item["field"] for item in found] == ([] if "kind" in example else ["kmsKeyId"])
    said = " ".join(item["message"] for item in found)
    assert re.search(example.get("says", ""), said, re.IGNORECASE)


def botocore_partitions():
    path = Path(botocore.__file__).parent / "data" / "partitions.json"
    for row in json.loads(path.read_text("utf-8"))["partitions"]:
        yield row["id"], [name for name in row["regions"] if not name.endswith("-global")]


def test_every_region_that_botocore_knows_is_in_the_partition_that_botocore_says():
    known = dict(botocore_partitions())
    assert {"aws", *keys._AREAS.values()} == set(known)
    for partition, regions in known.items():
        for region in regions:
            assert keys.partition_of(region) == partition
            for other in known:
                arn = f"arn:{other}:kms:{region}:111122223333:key/{UUID}"
                assert (keys.key_problem(arn) is None) == (other == partition), arn


@given(st.sampled_from(sorted(botocore_partitions())), st.data())
def test_a_key_arn_of_any_partition_account_and_key_is_valid(place, data):
    partition, regions = place
    account = data.draw(st.text(string.digits, min_size=12, max_size=12))
    region = data.draw(st.sampled_from(regions))
    digits = data.draw(st.text("0123456789abcdef", min_size=32, max_size=32))
    uuid = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    for key in (f"key/{uuid}", f"key/mrk-{digits}"):
        assert keys.key_problem(f"arn:{partition}:kms:{region}:{account}:{key}") is None


@given(st.text())
def test_no_text_makes_the_check_of_a_key_fail_and_what_passes_is_harmless(text):
    if keys.key_problem(text) is None:
        assert set(text) <= set(string.ascii_letters + string.digits + ":/_-")


@given(st.integers(0, len(UUID)), st.characters(exclude_characters=string.hexdigits))
def test_a_key_id_with_one_foreign_character_is_refused(place, character):
    assert keys.key_problem(UUID[:place] + character + UUID[place:]) is not None


@given(st.binary(max_size=80))
def test_only_32_bytes_are_an_sse_c_key(raw):
    text = base64.b64encode(raw).decode("ascii")
    found = profiles.validate_customer_key("sse-c", text)
    assert (not found) == (len(raw) == 32)
    assert not text or not any(text in item["message"] for item in found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["method", "kmsKeyId", "buckets", "encryptionContext", "name", "a-bucket"]
                ),
                inner,
            )
        ),
    )
)
def test_any_json_gets_an_answer(value):
    found = profiles.validate(value)
    assert all(item["field"] and item["message"] for item in found)
    assert found or value["method"] in profiles.METHODS


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("arn:aws:s3:::bucket", "s3"),
        ("arn:aws:kms:eu-central-1:1:key/" + UUID, "12 digits"),
        ("${secret}", "${"),
        ("alias/a b", "blank"),
        ("alias/aws/ebs", "alias/aws/s3"),
        ("my-key", "alias/NAME"),
    ],
)
def test_the_message_says_what_would_be_right(key, part):
    assert part in (keys.key_problem(key) or "")


def test_a_profile_has_at_most_100_rules_for_buckets():
    rules = {f"bucket-{number}": {"method": "sse-s3"} for number in range(100)}
    assert profiles.validate({"method": "sse-s3", "buckets": rules}) == []
    rules["one-more"] = {"method": "nonsense"}
    (found,) = profiles.validate({"method": "sse-s3", "buckets": rules})
    assert (found["field"], "100" in found["message"]) == ("buckets", True)


@pytest.mark.parametrize("character", ["n", "\N{GRINNING FACE}"])
def test_a_profiles_name_has_at_most_100_characters(character):
    assert profiles.validate({"method": "sse-s3", "name": character * 100}) == []
    (found,) = profiles.validate({"method": "sse-s3", "name": character * 101})
    assert (found["field"], "100" in found["message"]) == ("name", True)
