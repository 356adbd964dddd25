"""Re-encryption in a store that does what S3 does: all that can be is as wanted, the rest is untouched.

Must not know: how the agent changes an object.
"""

from __future__ import annotations

import csv
import json

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import before_2023
from jupyterlab_s3_encryption.agent.reencryption import ways
from tests.reencryption import mixed
from tests.reencryption.mixed import Encryption

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _parts(monkeypatch):
    monkeypatch.setattr(ways, "COPY_LIMIT", mixed.LIMIT)


def plan(bucket, key, path="in", **more):
    return s3enc.reencrypt(
        f"s3://{bucket}/{path}", method="sse-kms", kms_key_id=key, progress=False, **more
    )


def run(made, folder, **more):
    return s3enc.reencrypt(
        made, dry_run=False, journal=folder / "journal.jsonl", progress=False, **more
    )


@pytest.mark.parametrize("count", [126, pytest.param(5000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("update", [True, False], ids=["as S3", "overwrites on the update"])
@pytest.mark.timeout(1800)
def test_all_that_can_be_is_as_wanted_and_nothing_else_is_touched(
    store, place, tmp_path, count, update
):
    mixed.fill(store, place, count)
    store.mode(update=update)
    before, first = mixed.seen(store, place), store.keys[0]
    store.requests()
    made = plan(place, first)
    # Nothing was sent that changes anything.
    assert {one.split("-")[0] for one in store.requests()} <= {"GET", "HEAD"}
    found = run(made, tmp_path)
    assert (found.complete, found.counts["done"]) == (True, made.changing)
    everything = mixed.look_at_all(store, place)
    assert {key: seen for key, (seen, _) in everything.items()} == before
    after = {key: encryption for key, (_, encryption) in everything.items()}
    assert {after[key] for key in after if key.startswith("in/")} == {Encryption("aws:kms", first)}
    assert {after[key] for key in ("in-side", "other/x")} == {Encryption("AES256", None)}
    ways_taken = {row["way"] for row in found.rows}
    assert ways_taken == ({"update", "copy", "multipart"} if update else {"copy", "multipart"})
    assert {row["proof"] for row in found.rows} <= {"checksum", "etag", "size"}
    assert plan(place, first).changing == 0


def test_a_store_that_overwrites_on_the_update_is_noticed_with_an_object_of_ours(
    store, place, tmp_path
):
    mixed.fill(store, place, 20)
    store.mode(update=False)
    made = plan(place, store.keys[0])
    store.requests()
    found = run(made, tmp_path)
    # One was sent, for our own object.
    assert store.requests()["UPDATE"] == 1
    assert any("overwrites the object" in note for note in found.notes)
    assert not any("probe" in key for key in mixed.seen(store, place))


def test_a_plan_changes_nothing_and_a_run_takes_one(store, place, tmp_path):
    mixed.fill(store, place, 10)
    store.requests()
    made = plan(place, store.keys[0])
    assert {one.split("-")[0] for one in store.requests()} <= {"GET", "HEAD"}
    assert "Nothing is changed yet" in repr(made)
    with pytest.raises(TypeError, match="takes the plan"):
        s3enc.reencrypt(f"s3://{place}/in", dry_run=False)
    with pytest.raises(ValueError, match="Say which file"):
        s3enc.reencrypt(made, dry_run=False)
    with pytest.raises(ValueError, match="does what its plan says"):
        s3enc.reencrypt(made, dry_run=False, journal=tmp_path / "j", method="sse-s3")


def test_what_somebody_changed_since_the_plan_is_left_alone_and_listed(store, place, tmp_path):
    mixed.fill(store, place, 20)
    made = plan(place, store.keys[0])
    changed, gone = made.objects[3]["path"], made.objects[5]["path"]
    store.s3.put_object(Bucket=place, Key=changed.split("/", 3)[3], Body=b"new")
    store.s3.delete_object(Bucket=place, Key=gone.split("/", 3)[3])
    found = run(made, tmp_path)
    left = {row["path"]: row["reason"] for row in found.rows if row["state"] == "left"}
    assert set(left) == {changed, gone}
    assert "Somebody else has changed it" in left[changed]
    assert "removed" in left[gone]
    assert (found.complete, found.counts["done"]) == (False, made.changing - 2)
    body = store.s3.get_object(Bucket=place, Key=changed.split("/", 3)[3])["Body"].read()
    assert body == b"new"
    assert changed in repr(found)


def test_what_somebody_copied_onto_itself_since_the_plan_is_left_alone(store, place, tmp_path):
    """It has the same bytes and the same ETag, and other metadata."""
    of = {"Bucket": place, "Key": "in/x"}
    store.s3.put_object(**of, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=store.keys[1])
    before = store.s3.head_object(**of)
    made = s3enc.reencrypt(f"s3://{place}/in", method="sse-s3", progress=False)
    after = before
    # S3 counts in seconds.
    while after["LastModified"] == before["LastModified"]:
        store.s3.copy_object(
            **of, CopySource=of, MetadataDirective="REPLACE", Metadata={"new": "1"},
            ServerSideEncryption="aws:kms", SSEKMSKeyId=store.keys[1],
        )  # fmt: skip
        after = store.s3.head_object(**of)
    assert after["ETag"] == before["ETag"]
    found = run(made, tmp_path)
    assert [row["state"] for row in found.rows] == ["left"]
    assert store.s3.head_object(**of)["SSEKMSKeyId"] == store.keys[1]


def test_a_plan_that_is_fresh_saves_a_look_at_what_is_copied(store, place, tmp_path, monkeypatch):
    with before_2023(store.url):
        for number in range(10):
            store.s3.put_object(Bucket=place, Key=f"in/{number}", Body=b"x")
    heads = []
    for folder, fresh in (("new", 900), ("old", 0)):
        monkeypatch.setattr("jupyterlab_s3_encryption.agent.reencryption.run._FRESH", fresh)
        method = {"new": "sse-s3", "old": "dsse-kms"}[folder]
        made = s3enc.reencrypt(f"s3://{place}/in", method=method, progress=False)
        (tmp_path / folder).mkdir()
        store.requests()
        assert run(made, tmp_path / folder).complete
        heads.append(store.requests()["HEAD"])
    assert heads[1] - heads[0] == 10


@pytest.mark.parametrize("size", [100, 9000], ids=["copy", "parts"])
def test_what_somebody_writes_in_the_moment_of_its_copy_stays(
    store, place, tmp_path, monkeypatch, size
):
    from jupyterlab_s3_encryption.agent.reencryption import changing

    with before_2023(store.url):
        store.s3.put_object(Bucket=place, Key="in/x", Body=b"o" * size)
    made = plan(place, store.keys[0])
    name = "copy" if size < mixed.LIMIT else "copy_parts"
    original = getattr(changing, name)

    def overtaken(given, facts, *rest):
        if facts.key == "in/x":
            store.s3.put_object(Bucket=place, Key="in/x", Body=b"n" * size)
        return original(given, facts, *rest)

    monkeypatch.setattr(changing, name, overtaken)
    found = run(made, tmp_path)
    assert [row["state"] for row in found.rows] == ["left"]
    assert store.s3.get_object(Bucket=place, Key="in/x")["Body"].read() == b"n" * size
    assert store.s3.list_multipart_uploads(Bucket=place).get("Uploads", []) == []


def test_without_conditions_nothing_is_copied_unless_nobody_else_writes(store, place, tmp_path):
    mixed.fill(store, place, 10)
    store.mode(conditions=False)
    made, before = plan(place, store.keys[0]), mixed.encryptions(store, place)
    with pytest.raises(s3enc.ReencryptionError, match="does not check conditions"):
        run(made, tmp_path)
    assert mixed.encryptions(store, place) == before
    assert run(made, tmp_path, unconditional=True).complete


def test_slow_down_is_answered_with_fewer_requests_at_once_and_ends_well(store, place, tmp_path):
    mixed.fill(store, place, 60)
    made = plan(place, store.keys[0])
    at_once = []
    store.mode(slow=9)
    found = s3enc.reencrypt(
        made,
        dry_run=False,
        journal=tmp_path / "j",
        progress=lambda now: at_once.append(now.at_once),
    )
    store.mode()
    assert found.complete
    assert min(at_once) < 16


def test_a_cancelled_run_stops_and_goes_on_later(store, place, tmp_path):
    mixed.fill(store, place, 80)
    before = mixed.seen(store, place)
    made = plan(place, store.keys[0])

    def stop(now):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        s3enc.reencrypt(made, dry_run=False, journal=tmp_path / "j", progress=stop)
    assert mixed.seen(store, place) == before
    assert store.s3.list_multipart_uploads(Bucket=place).get("Uploads", []) == []
    again = s3enc.reencrypt(s3enc.read_plan(tmp_path / "j"), dry_run=False, progress=False)
    assert (again.complete, again.counts["done"]) == (True, made.changing)
    assert mixed.seen(store, place) == before


def test_what_cannot_be_changed_is_listed_with_the_reason(store, place, tmp_path):
    put, first = store.s3.put_object, store.keys[0]
    with before_2023(store.url):
        put(Bucket=place, Key="in/archived", Body=b"x", StorageClass="GLACIER")
        put(Bucket=place, Key="in/_delta_log/00000000000000000000.json", Body=b"{}")
    put(Bucket=place, Key="in/client", Body=b"x", Metadata={"x-amz-cek-alg": "AES/GCM/NoPadding"})
    put(Bucket=place, Key="in/_temporary/0/part", Body=b"x")
    put(Bucket=place, Key="in/uploading", Body=b"x")
    store.s3.create_multipart_upload(Bucket=place, Key="in/uploading")
    put(Bucket=place, Key="in/fine", Body=b"x")
    before = mixed.encryptions(store, place)
    found = run(plan(place, first), tmp_path)
    reasons = {row["path"].rsplit("/in/")[1]: row["reason"] for row in found.rows if row["reason"]}
    assert {name: [word for word in words if word in reasons[name]] for name, words in {
        "archived": ["archived"], "client": ["client"], "_temporary/0/part": ["not committed"],
        "uploading": ["uploading"], "_delta_log/00000000000000000000.json": ["Delta"],
    }.items()} == {
        "archived": ["archived"], "client": ["client"], "_temporary/0/part": ["not committed"],
        "uploading": ["uploading"], "_delta_log/00000000000000000000.json": ["Delta"],
    }  # fmt: skip
    assert (found.counts["impossible"], found.counts["done"]) == (5, 1)
    after = mixed.encryptions(store, place)
    assert [key for key in after if after[key] != before[key]] == ["in/fine"]
    asked = plan(place, first, delta_log=True)
    assert [row["path"] for row in asked.objects if row["way"]] == [
        f"s3://{place}/in/_delta_log/00000000000000000000.json"
    ]


def test_an_archived_object_is_changed_where_nothing_is_copied(store, place, tmp_path):
    store.s3.put_object(
        Bucket=place,
        Key="in/archived",
        Body=b"x",
        StorageClass="DEEP_ARCHIVE",
        ServerSideEncryption="AES256",
    )
    found = run(plan(place, store.keys[0]), tmp_path)
    assert [(row["state"], row["way"]) for row in found.rows] == [("done", "update")]
    assert mixed.encryptions(store, place)["in/archived"].key == store.keys[0]


def test_object_lock_protects_an_object(store, tmp_path):
    bucket = store.bucket("locked-objects", ObjectLockEnabledForBucket=True)
    for key, more in (("in/held", {"ObjectLockLegalHoldStatus": "ON"}), ("in/free", {})):
        store.s3.put_object(
            Bucket=bucket, Key=key, Body=b"x", ServerSideEncryption="AES256",
            ChecksumAlgorithm="CRC32", **more,
        )  # fmt: skip
    found = run(plan(bucket, store.keys[0]), tmp_path)
    states = {row["path"].rsplit("/", 1)[1]: (row["state"], row["reason"]) for row in found.rows}
    assert states == {"held": ("impossible", "Object Lock protects it."), "free": ("done", None)}


def test_old_versions_stay_unless_asked_for_and_a_copy_is_a_new_version(store, place, tmp_path):
    s3 = store.s3
    s3.put_bucket_versioning(Bucket=place, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two"):
        s3.put_object(Bucket=place, Key="in/x", Body=body, ServerSideEncryption="AES256")
        with before_2023(store.url):
            s3.put_object(Bucket=place, Key="in/plain", Body=body)

    def versions():
        found = {}
        for one in s3.list_object_versions(Bucket=place)["Versions"]:
            head = s3.head_object(Bucket=place, Key=one["Key"], VersionId=one["VersionId"])
            found.setdefault(one["Key"], []).append(head.get("SSEKMSKeyId"))
        return {key: sorted(map(str, keys)) for key, keys in found.items()}

    first = store.keys[0]
    made = plan(place, first)
    assert "a copy is a new version" in repr(made)
    assert run(made, tmp_path).complete
    assert versions() == {"in/x": sorted(["None", first]), "in/plain": ["None", "None", first]}
    (tmp_path / "all").mkdir()
    found = run(plan(place, first, versions=True), tmp_path / "all")
    assert versions() == {"in/x": [first, first], "in/plain": ["None", "None", first]}
    old = [row["reason"] for row in found.rows if row["state"] == "impossible"]
    assert len(old) == 2
    assert all("old version" in reason for reason in old)


def test_other_methods_are_copied_and_those_that_s3_cannot_give_are_refused(store, place, tmp_path):
    mixed.fill(store, place, 12)
    made = s3enc.reencrypt(f"s3://{place}/in", method="sse-s3", progress=False)
    assert {row["way"] for row in made.objects} == {"copy", "multipart"}
    assert run(made, tmp_path).complete
    after = mixed.encryptions(store, place)
    assert {after[key] for key in after if key.startswith("in/")} == {Encryption("AES256", None)}
    for method in ("sse-c", "cse-kms", "bucket-default"):
        key = store.keys[0] if method == "cse-kms" else None
        with pytest.raises(s3enc.ReencryptionError, match="cannot re-encrypt"):
            s3enc.reencrypt(f"s3://{place}/in", method=method, kms_key_id=key, progress=False)


def test_an_alias_is_looked_up_in_kms(store, place, tmp_path):
    from demo.endpoint import client

    client(store.url, "kms").create_alias(AliasName="alias/mine", TargetKeyId=store.keys[0])
    mixed.fill(store, place, 5)
    made = plan(place, "alias/mine")
    assert made.plan.target.choice["kmsKeyId"] == store.keys[0]
    assert made.plan.ways()["update"]
    with pytest.raises(s3enc.ReencryptionError, match="Give the ARN of the key"):
        plan(place, "alias/nobodys")


def test_results_are_written_as_csv_and_json(store, place, tmp_path):
    mixed.fill(store, place, 10)
    found = run(plan(place, store.keys[0]), tmp_path)
    found.to_csv(tmp_path / "result.csv")
    found.to_json(tmp_path / "result.json")
    with (tmp_path / "result.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    whole = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert [row["path"] for row in rows] == [row["path"] for row in found.rows]
    assert whole["counts"]["done"] == len(rows) == len(whole["objects"])
    assert found.complete


def test_what_is_not_there_or_not_an_address_is_said(store, place):
    with pytest.raises(s3enc.ReencryptionError, match="Nothing is stored under"):
        plan(place, store.keys[0], "nothing")
    with pytest.raises(ValueError, match="Give an address"):
        s3enc.reencrypt("nowhere", method="sse-s3", progress=False)
    with pytest.raises(ValueError, match="directory bucket"):
        plan("mine--euw1-az1--x-s3", store.keys[0])
    with pytest.raises(s3enc.ReencryptionError, match="NoSuchBucket"):
        plan("no-such-bucket-here", store.keys[0])
    with pytest.raises(ValueError, match="method"):
        s3enc.reencrypt(f"s3://{place}/in", method="rot13", progress=False)
    with pytest.raises(s3enc.ReencryptionError, match="apply a profile first"):
        s3enc.reencrypt(f"s3://{place}/in", progress=False)
