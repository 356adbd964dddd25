"""Audits of metadata tables: of views with the schemas that S3 documents, by a real Spark.

The tables are views of Spark's here, not Iceberg: only their names, columns and rows matter.
"""

from __future__ import annotations

import pytest

import jupyterlab_s3_encryption as s3enc

pytestmark = pytest.mark.usefixtures("fresh_agent")

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ac"
_NAMES = {
    "bucket": "string",
    "key": "string",
    "sequence_number": "string",
    "record_type": "string",
    "record_timestamp": "string",
    "version_id": "string",
    "is_delete_marker": "boolean",
    "size": "bigint",
    "last_modified_date": "string",
    "storage_class": "string",
    "encryption_status": "string",
    "is_bucket_key_enabled": "boolean",
    "kms_key_arn": "string",
    "object_tags": "map<string,string>",
}


def entry(key, sequence, status="SSE-KMS", kms=KEY, kind="CREATE", **more):
    """One row; the time of its object is that of `hour`, its own that of its sequence number."""
    hour = more.pop("hour", sequence)
    usual = {
        "bucket": "sales",
        "key": key,
        "sequence_number": f"{sequence:04}",
        "record_type": kind,
        "record_timestamp": f"2026-11-20 {sequence:02}:30:00.5",
        "version_id": None,
        "is_delete_marker": False,
        "size": 5,
        "storage_class": "STANDARD",
        "last_modified_date": f"2026-11-20 {hour:02}:00:00",
        "encryption_status": status,
        "is_bucket_key_enabled": False,
        "kms_key_arn": kms,
        "object_tags": {},
    }
    return {**usual, **more}


def view(spark, name, rows, journal):
    from pyspark.sql import functions as f

    left = () if journal else ("record_type", "record_timestamp")
    names = [one for one in _NAMES if one not in left]
    schema = ", ".join(f"{one} {_NAMES[one]}" for one in names)
    frame = spark.createDataFrame([tuple(row[one] for one in names) for row in rows], schema)
    for one in names:
        if one in ("record_timestamp", "last_modified_date"):
            # As S3 has them: without a time zone.
            frame = frame.withColumn(one, f.col(one).cast("timestamp_ntz"))
    frame.createOrReplaceTempView(name)
    return name


def counts(audit):
    return {
        (one["algorithm"], one["keyId"], one["verdict"]): one["objects"] for one in audit.counts
    }


def test_a_live_inventory_names_the_key_of_each_object(spark):
    rows = [
        *[entry(f"a/{number}", number) for number in range(4)],
        *[entry(f"b/{number}", number, kms=OTHER) for number in range(2)],
        entry("b/s3", 1, "SSE-S3", None, is_bucket_key_enabled=None),
        entry("b/none", 1, None, None),
        entry("b/gone", 1, "SSE-KMS", None),
    ]
    audit = s3enc.audit_metadata(view(spark, "live", rows, False), method="sse-kms", kms_key_id=KEY)
    assert counts(audit) == {
        ("aws:kms", KEY, "wanted"): 4,
        ("aws:kms", OTHER, "other"): 2,
        ("AES256", "", "other"): 1,
        ("", "", "other"): 1,
        ("aws:kms", None, "unreadable"): 1,
    }
    assert (audit.path, audit.made) == ("s3://sales/", "2026-11-20T03:00:00Z")
    assert [(one["path"], one["objects"], one["other"]) for one in audit.folders] == [
        ("s3://sales/b/", 5, 4),
        ("s3://sales/a/", 4, 0),
    ]
    assert sorted(one["path"] for one in audit.objects) == [
        *["s3://sales/b/0", "s3://sales/b/1", "s3://sales/b/gone"],
        *["s3://sales/b/none", "s3://sales/b/s3"],
    ]
    assert "SSE-KMS, key unknown: 1 objects" in repr(audit)


def test_of_versions_the_current_one_counts_even_if_an_old_one_was_tagged_later(spark):
    rows = [
        entry("a", 9, kms=OTHER, hour=1, version_id="old"),
        entry("a", 5, kms=KEY, hour=5, version_id="new"),
        entry("b", 1, version_id="b1"),
        entry("b", 2, None, None, version_id="b2", is_delete_marker=True, size=0),
    ]
    name = view(spark, "versions", rows, False)
    audit = s3enc.audit_metadata(name, method="sse-kms", kms_key_id=KEY)
    assert counts(audit) == {("aws:kms", KEY, "wanted"): 1}
    audit = s3enc.audit_metadata(name, versions=True, method="sse-kms", kms_key_id=KEY)
    assert counts(audit) == {("aws:kms", KEY, "wanted"): 2, ("aws:kms", OTHER, "other"): 1}
    assert [one["versionId"] for one in audit.objects] == ["old"]


def test_a_journal_is_read_as_what_is_there_after_its_last_entry(spark):
    gone = {"size": None, "is_delete_marker": None, "last_modified_date": None}
    rows = [
        entry("written twice", 1, kms=OTHER),
        entry("written twice", 2),
        entry("updated", 1, kms=OTHER),
        entry("updated", 3, kind="UPDATE_METADATA", hour=1),
        entry("deleted", 1),
        entry("deleted", 4, None, None, "DELETE", **gone),
        entry("marked", 1, version_id="m1"),
        entry("marked", 5, None, None, "DELETE", version_id="m2", is_delete_marker=True),
        entry("kept", 2, version_id="k2"),
        entry("kept", 1, kms=OTHER, version_id="k1"),
        entry("kept", 7, None, None, "DELETE", version_id="k1", **gone),
    ]
    audit = s3enc.audit_metadata(
        view(spark, "journal", rows, True), method="sse-kms", kms_key_id=KEY
    )
    assert counts(audit) == {("aws:kms", KEY, "wanted"): 3}
    assert audit.made == "2026-11-20T07:30:00Z"
    assert "A journal has what was written since it began" in repr(audit)


def test_a_table_that_is_none_of_s3_metadata_is_refused(spark):
    spark.range(3).createOrReplaceTempView("numbers")
    with pytest.raises(s3enc.AuditError, match="lacks the columns bucket, key, sequence_number"):
        s3enc.audit_metadata("numbers")
    for name in ("no_such_table", "a; DROP TABLE b", "`"):
        with pytest.raises(s3enc.AuditError, match="could not be read"):
            s3enc.audit_metadata(name)


def test_the_magic_audits_a_table(spark):
    from jupyterlab_s3_encryption import magics

    view(spark, "live_one", [entry("a", 1)], False)
    assert magics.s3_encryption("audit-metadata live_one").checked == 1


@pytest.mark.usefixtures("no_spark")
def test_wrong_arguments_are_refused_before_there_is_a_session():
    for arguments in ({"prefix": "s3://b/c"}, {"prefix": "/a"}, {"keep": -1}, {"method": "none"}):
        with pytest.raises(ValueError, match=r"prefix|keep|method"):
            s3enc.audit_metadata("a.b.c", **arguments)
    for address in ("s3://b/inv/", "s3://b/manifest.jsn", "/tmp/manifest.json", None):
        with pytest.raises(ValueError, match="manifest"):
            s3enc.audit_inventory(address)
    with pytest.raises(ValueError, match="name of a metadata table"):
        s3enc.audit_metadata("  ")
    with pytest.raises(s3enc.AuditError, match="no Spark session"):
        s3enc.audit_metadata("a.b.c")
