"""What is decided about one object, what a plan costs, which tables there are: pure. Must not know: S3."""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent.reencryption import costs, tables
from jupyterlab_s3_encryption.agent.reencryption.facts import (
    Facts,
    as_row,
    checksum_of,
    from_row,
    same_bytes,
)
from jupyterlab_s3_encryption.agent.reencryption.rows.totals import Totals
from jupyterlab_s3_encryption.agent.reencryption.ways import COPY_LIMIT, Target, decide

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
OTHER = KEY.replace("1111", "9999")
KMS = Target({"method": "sse-kms", "kmsKeyId": KEY})
GB = 1024**3


def stored(algorithm="AES256", kms_key="", size=10, key="data/x", **more):
    return Facts(key, size, "e", 1.0, algorithm=algorithm, kms_key=kms_key, **more)


@pytest.mark.parametrize(
    ("facts", "target", "way", "otherwise"),
    [
        (stored("AES256"), KMS, "update", "copy"),
        (stored("aws:kms", OTHER), KMS, "update", "copy"),
        (stored("aws:kms", OTHER, COPY_LIMIT), KMS, "update", "copy"),
        (stored("aws:kms", OTHER, COPY_LIMIT + 1), KMS, "update", "multipart"),
        (stored(""), KMS, "copy", "copy"),
        (stored("", size=COPY_LIMIT + 1), KMS, "multipart", "multipart"),
        (stored("aws:kms:dsse", OTHER), KMS, "copy", "copy"),
        (stored("SSE-C:AES256"), KMS, "copy", "copy"),
        (stored("aws:kms", KEY), Target({"method": "sse-s3"}), "copy", "copy"),
        (stored(), Target({"method": "dsse-kms", "kmsKeyId": KEY}), "copy", "copy"),
        (stored(), Target({"method": "sse-kms", "kmsKeyId": KEY.split("/")[1]}), "copy", "copy"),
        (stored(), Target({"method": "sse-kms"}), "copy", "copy"),
        (stored(), KMS._replace(choice={**KMS.choice, "encryptionContext": {"a": "b"}}), *["copy"] * 2),
        (stored(archived=True, storage="GLACIER"), KMS, "update", None),
        (stored(current=False, version="1"), KMS, "update", None),
        (stored(key="t/_delta_log/00000000000000000001.json"), KMS, "update", None),
        (stored("", key="t/_delta_log/00000000000000000001.json"), KMS, None, None),
        (stored("", key="t/_delta_log/00000000000000000001.json"), KMS._replace(delta_log=True), *["copy"] * 2),
        (stored("", key="t/_delta_log/00000000000000000001.checkpoint.parquet"), KMS, *["copy"] * 2),
        (stored("", archived=True, storage="GLACIER"), KMS, None, None),
        (stored("", current=False, version="1"), KMS, None, None),
        (stored(locked=True), KMS, None, None),
        (stored(locked=None), KMS, None, None),
        (stored("CSE-KMS", None), KMS, None, None),
        (stored(None, None, reason="refused"), KMS, None, None),
        (stored(key="t/_temporary/0/part"), KMS, None, None),
        (stored(key="t/__magic_job-1/part"), KMS, None, None),
        (stored("aws:kms", None, reason="not shown"), KMS, None, None),
    ],
)  # fmt: skip
def test_the_cheapest_safe_way_or_the_reason_for_none(facts, target, way, otherwise):
    found = decide(facts, target)
    assert not found.wanted
    assert (found.by(True), found.by(False)) == (way, otherwise)
    for update in (True, False):
        assert (found.by(update) is None) == bool(found.reason_by(update))


def test_what_is_as_wanted_and_what_is_being_uploaded_is_left_alone():
    assert decide(stored("aws:kms", KEY), KMS).wanted
    assert decide(stored("aws:kms", KEY, locked=True), KMS).wanted
    found = decide(stored(), KMS, uploading=True)
    assert (found.way, "uploading" in (found.reason or "")) == (None, True)


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (stored(checksum="CRC32 FULL_OBJECT a"), stored(checksum="CRC32 FULL_OBJECT a"), "checksum"),
        (stored(checksum="CRC32 FULL_OBJECT a"), stored(checksum="CRC32 FULL_OBJECT b"), None),
        # What is of parts says nothing about the whole.
        (stored(checksum="CRC32 COMPOSITE a-2"), stored(checksum="CRC32 FULL_OBJECT b"), "etag"),
        (stored()._replace(etag="a"), stored()._replace(etag="b"), None),
        (stored()._replace(etag="a"), stored("aws:kms", KEY)._replace(etag="b"), "size"),
        (stored()._replace(etag="a-2"), stored()._replace(etag="b"), "size"),
        (stored(size=1), stored(size=2), None),
    ],
)  # fmt: skip
def test_bytes_are_the_same_by_checksum_by_etag_or_only_by_size(before, after, how):
    assert same_bytes(before, after) == how


def test_an_object_that_was_written_again_is_not_the_same():
    facts = stored(version="1")
    assert facts.same_as(facts._replace(algorithm="aws:kms", kms_key=KEY))
    for other in ({"version": "2"}, {"etag": "f"}, {"size": 11}, {"modified": 2.0}):
        assert not facts.same_as(facts._replace(**other))


def test_facts_come_back_from_a_journal_as_they_were():
    for facts in (stored(), stored("aws:kms", KEY, version="v", current=False, locked=None)):
        assert from_row(as_row(facts)) == facts
    for row in ({}, {"key": "x"}, {**as_row(stored()), "more": 1}):
        with pytest.raises(TypeError):
            from_row(row)


def test_the_checksum_is_read_with_its_algorithm_and_type():
    assert (
        checksum_of({"ChecksumCRC64NVME": "v", "ChecksumType": "COMPOSITE"})
        == "CRC64NVME COMPOSITE v"
    )
    assert checksum_of({"ChecksumSHA256": "v"}) == "SHA256 FULL_OBJECT v"
    assert checksum_of({"ETag": "x", "ChecksumType": "FULL_OBJECT"}) == ""


def totals(*rows):
    found = Totals()
    for facts, way in rows:
        found.add(facts, way, "no way")
    return found


def test_a_price_is_that_of_the_requests_the_class_and_what_is_read():
    rows = [(stored(), "update")] * 1000 + [
        (stored("aws:kms", OTHER, GB, storage="STANDARD_IA"), "copy")
    ] * 1000
    found = totals(*rows, (stored(), None)).cost(with_kms=True, acls=False)
    assert found[:4] == (2000, 4000, 6000, 1000 * GB)
    assert found.dollars == pytest.approx(0.005 + 0.0008 + 0.01 + 0.002 + 10 + 6000 * 0.03 / 10000)
    whole = totals((stored(size=1024 * GB), "multipart")).cost(with_kms=False, acls=True)
    # Before and after; metadata, tags and ACL before the parts are copied and once they are.
    assert (whole.puts, whole.gets) == (2 + 4096, 8)


def test_of_many_objects_a_few_are_named_for_each_reason():
    found = totals(*[(stored(), None)] * 1000, (stored(), "copy"))
    assert (found.changing, found.obstacles["no way"].objects) == (1, 1000)
    assert len(found.obstacles["no way"].first) == 20
    assert found.ways() == {"copy": (1, stored().size)}


def test_a_copy_never_has_more_parts_than_s3_takes():
    assert costs.parts(5 * 1024 * GB) == 10000
    assert (costs.parts(0), costs.parts(1)) == (1, 1)


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("lake/t/_delta_log/00000000000000000000.json", ("Delta", "lake/t")),
        ("_delta_log/00000000000000000000.json", ("Delta", "")),
        ("db/t/metadata/00001-abc.metadata.json", ("Iceberg", "db/t")),
        ("db/t/metadata/v3.metadata.json", ("Iceberg", "db/t")),
        ("h/t/.hoodie/20260101.commit", ("Hudi", "h/t")),
        ("db/t/data/part-0.parquet", None),
    ],
)
def test_tables_are_known_by_their_metadata(key, table):
    assert tables.of_key(key) == table
    if table is not None:
        assert tables.validity(table[0])
