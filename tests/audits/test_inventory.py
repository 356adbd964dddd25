"""Audits of real inventories in all three formats, which a real Spark reads from an S3 endpoint."""

from __future__ import annotations

import json

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import client
from tests.audits.inventories import CSV_NAMES, csv_of, manifest, row, write

pytestmark = pytest.mark.usefixtures("fresh_agent")

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ODD = 'in/ü "a", 100%+ b.txt'
ROWS = [
    *[row(f"in/kms-{number}", "SSE-KMS", bucket_key_status="ENABLED") for number in range(4)],
    *[row(f"in/deep/s3-{number}", "SSE-S3") for number in range(3)],
    row(ODD, "SSE-S3", size=7),
    row("top", "DSSE-KMS"),
    row("in/customer", "SSE-C"),
    row("in/none", "NOT-SSE"),
    row("in/new", "SSE-NEXT"),
    row("in/kms-0", "NOT-SSE", is_latest=False, version_id="v0"),
    row("in/gone", None, size=0, is_delete_marker=True, version_id="v1"),
]


def counts(audit):
    return {(one["algorithm"], one["verdict"]): one["objects"] for one in audit.counts}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("CSV", marks=pytest.mark.both),
        # Each with one line of Spark; `make soak` has them with both.
        pytest.param("ORC", marks=pytest.mark.line("3.5")),
        pytest.param("Parquet", marks=pytest.mark.line("4.3")),
    ],
)
def test_an_inventory_is_counted_by_method_and_folder_without_a_request_per_object(
    spark, endpoint, bucket, kind
):
    address = write(spark, endpoint.url, bucket, ROWS, kind)
    s3enc.apply(method="sse-s3")
    audit = s3enc.audit_inventory(address)
    assert counts(audit) == {
        ("aws:kms", "other"): 4,
        ("aws:kms:dsse", "other"): 1,
        ("SSE-C:AES256", "other"): 1,
        ("", "other"): 1,
        (None, "unreadable"): 1,
        ("AES256", "wanted"): 4,
    }
    assert (audit.path, audit.checked, audit.complete) == ("s3://sales/", 12, False)
    assert sum(one["bytes"] for one in audit.counts) == 12 * 5 + 2
    assert {one["algorithm"]: one["bucketKeys"] for one in audit.counts}["aws:kms"] == 4
    assert {
        one["path"]: (one["objects"], one["other"], one["unreadable"]) for one in audit.folders
    } == {
        "s3://sales/in/": (11, 6, 1),
        "s3://sales/": (1, 1, 0),
    }
    # What differs is listed, and nothing else; none of these objects exists at the endpoint.
    assert sorted(one["path"] for one in audit.objects) == [
        *["s3://sales/in/customer", "s3://sales/in/kms-0", "s3://sales/in/kms-1"],
        *["s3://sales/in/kms-2", "s3://sales/in/kms-3", "s3://sales/in/new"],
        *["s3://sales/in/none", "s3://sales/top"],
    ]
    assert {one["modified"] for one in audit.objects} == {"2026-11-20T10:00:00Z"}
    heading = repr(audit).splitlines()[0]
    assert audit.made == "2018-01-03T02:00:00Z"
    assert "S3 Inventory of 2018-01-03T02:00:00Z" in heading
    assert "days old" in heading
    assert "Old versions are not counted" in heading


@pytest.mark.parametrize("kind", ["CSV", "Parquet"])
def test_a_prefix_and_odd_names_are_those_of_s3_and_not_of_a_pattern(spark, endpoint, bucket, kind):
    address = write(spark, endpoint.url, bucket, ROWS, kind, "a [b] {c}*")
    audit = s3enc.audit_inventory(address, prefix="in/", method="sse-kms", kms_key_id=KEY)
    assert audit.path == "s3://sales/in/"
    assert [one["path"] for one in audit.folders] == ["s3://sales/in/", "s3://sales/in/deep/"]
    assert f"s3://sales/{ODD}" in [one["path"] for one in audit.objects]
    only = s3enc.audit_inventory(address, prefix=ODD[:12])
    assert [one["path"] for one in only.objects] == [f"s3://sales/{ODD}"]
    assert {one["verdict"] for one in only.counts} == {None}


def test_a_key_that_an_inventory_does_not_name_is_not_claimed(spark, endpoint, bucket):
    address = write(spark, endpoint.url, bucket, ROWS, "Parquet")
    audit = s3enc.audit_inventory(address, method="sse-kms", kms_key_id=KEY)
    assert counts(audit)["aws:kms", "unreadable"] == 4
    assert "SSE-KMS, key unknown: 4 objects. S3 Inventory does not name keys" in repr(audit)
    reasons = [one["reason"] for one in audit.objects if one["algorithm"] == "aws:kms"]
    assert all("does not name keys" in reason for reason in reasons)
    client_side = s3enc.audit_inventory(address, method="cse-kms", kms_key_id=KEY)
    assert {one["verdict"] for one in client_side.counts} == {"unreadable"}


def test_old_versions_are_counted_if_asked_for_and_delete_markers_never(spark, endpoint, bucket):
    address = write(spark, endpoint.url, bucket, ROWS, "CSV")
    audit = s3enc.audit_inventory(address, versions=True, method="sse-s3")
    assert audit.checked == 13
    assert [one["path"] for one in audit.objects if one["versionId"] == "v0"] == [
        "s3://sales/in/kms-0"
    ]


def test_what_is_listed_and_brought_to_the_kernel_is_bounded(spark, endpoint, bucket, monkeypatch):
    from jupyterlab_s3_encryption.audits import counting

    rows = [
        row(f"{number % 50:02}/{number}", "SSE-S3" if number % 5 else "SSE-C")
        for number in range(300)
    ]
    address = write(spark, endpoint.url, bucket, rows, "Parquet")
    quick = s3enc.audit_inventory(address, method="sse-s3", keep=7)
    assert len(quick.objects) == 7
    # The same from a second look, which bounds what comes of many folders.
    monkeypatch.setattr(counting, "FAST", 10)
    slow = s3enc.audit_inventory(address, method="sse-s3", keep=0)
    assert (slow.counts, slow.folders, slow.objects) == (quick.counts, quick.folders, [])
    monkeypatch.setattr(counting, "FOLDERS", 3)
    few = s3enc.audit_inventory(address, method="sse-s3")
    assert few.folders == quick.folders[:3]
    monkeypatch.setattr(counting, "STATES", 1)
    with pytest.raises(s3enc.AuditError, match="more than 1 combinations"):
        s3enc.audit_inventory(address)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("data", r"was changed or is not whole: its MD5 is"),
        ("size", r"bytes; the manifest says"),
        ("missing", r"files of the inventory could not be read"),
        ("manifest", r"manifest\.json was changed or is not whole"),
        ("no checksum", r"manifest\.checksum beside the manifest could not be read"),
        ("no digest", r"manifest\.checksum is not the MD5"),
    ],
)
def test_an_inventory_that_was_changed_is_refused_before_it_is_counted(
    spark, endpoint, bucket, change, message
):
    address = write(spark, endpoint.url, bucket, ROWS, "CSV")
    s3 = client(endpoint.url)
    beside = "inv/2018-01-03T02-00Z/manifest"
    data = "inv/data/0.csv.gz"
    body = s3.get_object(Bucket=bucket, Key=data)["Body"].read()
    if change == "data":
        s3.put_object(Bucket=bucket, Key=data, Body=body[:-1] + b"x")
    elif change == "size":
        s3.put_object(Bucket=bucket, Key=data, Body=body + b"x")
    elif change == "missing":
        s3.delete_object(Bucket=bucket, Key=data)
    elif change == "manifest":
        whole = s3.get_object(Bucket=bucket, Key=f"{beside}.json")["Body"].read()
        s3.put_object(Bucket=bucket, Key=f"{beside}.json", Body=whole + b" ")
    elif change == "no checksum":
        s3.delete_object(Bucket=bucket, Key=f"{beside}.checksum")
    else:
        s3.put_object(Bucket=bucket, Key=f"{beside}.checksum", Body=b"<Error/>")
    with pytest.raises(s3enc.AuditError, match=message):
        s3enc.audit_inventory(address)
    if change == "data":
        # It is compressed, so it could not be read anyway; the rest of the checks are left out.
        with pytest.raises(s3enc.AuditError, match="could not be read"):
            s3enc.audit_inventory(address, checksums=False)


def test_rows_that_are_not_as_the_manifest_says_are_an_error_and_not_an_empty_audit(
    spark, endpoint, bucket
):
    s3 = client(endpoint.url)
    short = csv_of([row("a", "SSE-S3")]).replace(',"CRC64NVME"', "")
    s3.put_object(Bucket=bucket, Key="inv/data/0.csv", Body=short.encode())
    address = manifest(endpoint.url, bucket, "CSV")
    with pytest.raises(s3enc.AuditError, match="could not be read"):
        s3enc.audit_inventory(address)
    write(spark, endpoint.url, bucket, ROWS, "ORC", "orc")
    more = "struct<bucket:string,key:string,encryption_status:string,owner:string>"
    wrong = manifest(endpoint.url, bucket, "ORC", "orc", fileSchema=more)
    with pytest.raises(s3enc.AuditError, match="lack columns of its manifest: owner"):
        s3enc.audit_inventory(wrong)


def test_an_inventory_of_an_empty_bucket_has_nothing_to_count(spark, endpoint, bucket):
    audit = s3enc.audit_inventory(manifest(endpoint.url, bucket, "Parquet"))
    assert (audit.checked, audit.counts, audit.folders, audit.objects) == (0, [], [], [])


def test_a_current_versions_inventory_has_neither_versions_nor_delete_markers(
    spark, endpoint, bucket
):
    names = [name for name in CSV_NAMES if not name.startswith("Is") and name != "VersionId"]
    left = {"version_id", "is_latest", "is_delete_marker", "is_multipart_uploaded"}
    text = csv_of([{k: v for k, v in one.items() if k not in left} for one in ROWS[:12]])
    client(endpoint.url).put_object(Bucket=bucket, Key="inv/data/0.csv", Body=text.encode())
    address = manifest(endpoint.url, bucket, "CSV", fileSchema=", ".join(names))
    audit = s3enc.audit_inventory(address, method="sse-s3")
    assert (audit.checked, counts(audit)["AES256", "wanted"]) == (12, 4)
    assert "Old versions" not in repr(audit)


def test_the_magic_audits_an_inventory(spark, endpoint, bucket):
    from IPython.core.error import UsageError

    from jupyterlab_s3_encryption import magics

    address = write(spark, endpoint.url, bucket, ROWS, "ORC")
    assert magics.s3_encryption(f"audit-inventory {address}").checked == 12
    with pytest.raises(UsageError, match="address of an inventory's manifest"):
        magics.s3_encryption(f"audit-inventory s3://{bucket}/inv")


def test_its_files_have_what_the_audit_has(spark, endpoint, bucket, tmp_path):
    address = write(spark, endpoint.url, bucket, ROWS, "Parquet")
    audit = s3enc.audit_inventory(address, method="sse-s3", keep=3)
    audit.to_json(tmp_path / "a.json")
    whole = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert whole["counts"] == audit.counts
    assert whole["notes"] == audit.notes
    audit.to_sarif(tmp_path / "a.sarif")
    run = json.loads((tmp_path / "a.sarif").read_text("utf-8"))["runs"][0]
    texts = [
        note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]
    ]
    assert "8 objects are not as wanted or not judged; 3 are listed." in texts
