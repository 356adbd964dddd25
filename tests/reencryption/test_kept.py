"""Nothing of an object is lost, whatever a store and others do meanwhile: metadata, tags, ACL, locks,
parts of copies. Must not know: how the agent changes an object.
"""

from __future__ import annotations

import json

import pytest

import jupyterlab_s3_encryption as s3enc
from demo.endpoint import before_2023
from jupyterlab_s3_encryption.agent.reencryption import changing, ways
from tests.reencryption import mixed

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _parts(monkeypatch):
    monkeypatch.setattr(ways, "COPY_LIMIT", mixed.LIMIT)
    monkeypatch.setattr(changing, "_WAITS", (0.0, 0.0))


def put(store, bucket, key="in/x", size=9000, **more):
    """An object that only a copy changes."""
    with before_2023(store.url):
        store.s3.put_object(Bucket=bucket, Key=key, Body=b"o" * size, **more)


def plan(store, bucket):
    return s3enc.reencrypt(
        f"s3://{bucket}/in", method="sse-kms", kms_key_id=store.keys[0], progress=False
    )


def run(made, folder, **more):
    return s3enc.reencrypt(made, dry_run=False, journal=folder / "j", progress=False, **more)


def states(found):
    return [row["state"] for row in found.rows]


def uploads(store, bucket):
    return store.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])


def after_parts(monkeypatch, then):
    """`then` happens once the parts are copied, before that is ended."""
    original = changing.grants_of
    seen = []

    def grants_of(store, facts):
        seen.append(facts.key)
        if len(seen) == 2:
            then()
        return original(store, facts)

    monkeypatch.setattr(changing, "grants_of", grants_of)


def test_tags_that_somebody_sets_while_parts_are_copied_stay(store, place, tmp_path, monkeypatch):
    put(store, place, Tagging="cost=old")
    made, tags = plan(store, place), {"TagSet": [{"Key": "cost", "Value": "new"}]}
    of = {"Bucket": place, "Key": "in/x"}
    after_parts(monkeypatch, lambda: store.s3.put_object_tagging(**of, Tagging=tags))
    found = run(made, tmp_path)
    assert states(found) == ["left"]
    assert "metadata, tags or ACL" in found.rows[0]["reason"]
    assert store.s3.get_object_tagging(**of)["TagSet"] == tags["TagSet"]
    assert uploads(store, place) == []


def test_an_acl_that_somebody_sets_while_parts_are_copied_stays(
    store, place, tmp_path, monkeypatch
):
    put(store, place)
    made, of = plan(store, place), {"Bucket": place, "Key": "in/x"}
    after_parts(monkeypatch, lambda: store.s3.put_object_acl(**of, ACL="public-read"))
    assert states(run(made, tmp_path)) == ["left"]
    grants = store.s3.get_object_acl(**of)["Grants"]
    assert "READ" in {grant["Permission"] for grant in grants}


def test_an_expiry_that_is_no_date_is_not_dropped_by_a_copy_in_parts(
    store, place, tmp_path, monkeypatch
):
    put(store, place)
    made = plan(store, place)
    original = changing.Store.head

    def head(self, key, *rest, **more):
        answer = original(self, key, *rest, **more)
        # As boto3 has it; moto keeps no such header.
        return dict(answer, ExpiresString="never") if key == "in/x" else answer

    monkeypatch.setattr(changing.Store, "head", head)
    found = run(made, tmp_path)
    assert states(found) == ["left"]
    assert "cannot keep" in found.rows[0]["reason"]
    assert uploads(store, place) == []


@pytest.mark.parametrize("size", [100, 9000], ids=["copy", "parts"])
def test_a_store_whose_copies_lose_tags_is_noticed_with_an_object_of_ours(
    store, place, tmp_path, size
):
    put(store, place, size=size, Tagging="cost=a")
    made = plan(store, place)
    store.mode(keeps=False)
    with pytest.raises(s3enc.ReencryptionError, match="did not keep metadata or tags"):
        run(made, tmp_path)
    tags = store.s3.get_object_tagging(Bucket=place, Key="in/x")["TagSet"]
    assert tags == [{"Key": "cost", "Value": "a"}]
    assert list(mixed.seen(store, place)) == ["in/x"]


def test_a_store_that_ends_uploads_without_the_condition_gets_no_copies_in_parts(
    store, place, tmp_path
):
    put(store, place)
    made = plan(store, place)
    store.mode(end_conditions=False)
    with pytest.raises(s3enc.ReencryptionError, match="does not check conditions"):
        run(made, tmp_path)
    assert mixed.encryptions(store, place) == {"in/x": mixed.Encryption(None, None)}
    assert uploads(store, place) == []


def test_what_was_locked_since_the_plan_is_left_alone(store, tmp_path):
    bucket = store.bucket("locked-since", ObjectLockEnabledForBucket=True)
    put(store, bucket, size=100, ChecksumAlgorithm="CRC32")
    made = plan(store, bucket)
    store.s3.put_object_legal_hold(Bucket=bucket, Key="in/x", LegalHold={"Status": "ON"})
    found = run(made, tmp_path)
    assert states(found) == ["left"]
    assert "Object Lock" in found.rows[0]["reason"]
    assert len(store.s3.list_object_versions(Bucket=bucket, Prefix="in/x")["Versions"]) == 1


def test_a_plan_says_beforehand_that_acls_would_be_lost(store, place, monkeypatch):
    put(store, place)
    sentence = "whoever else was granted something loses it"
    assert sentence not in repr(plan(store, place))
    original = changing.Store.__init__

    class DeniedError(Exception):
        response = {"Error": {"Code": "AccessDenied"}}  # noqa: RUF012

    def denied(**_):
        raise DeniedError

    def opened(self, *rest, **more):
        original(self, *rest, **more)
        monkeypatch.setattr(self.client, "get_object_acl", denied, raising=False)

    monkeypatch.setattr(changing.Store, "__init__", opened)
    assert sentence in repr(plan(store, place))


def test_parts_that_could_not_be_removed_are_said_and_removed_by_the_next_run(
    store, place, tmp_path, monkeypatch
):
    put(store, place)
    made = plan(store, place)
    original = changing.copy_parts

    class BrokenError(Exception):
        response = {"Error": {"Code": "InvalidRequest"}}  # noqa: RUF012

    def broken(*_):
        raise BrokenError

    with monkeypatch.context() as patched:
        patched.setattr(changing, "copy_parts", broken)
        # Our own object's upload is removed, the user's object's is not.
        removed = changing.abort_parts
        patched.setattr(
            changing, "abort_parts", lambda s, key, up: key != "in/x" and removed(s, key, up)
        )
        found = run(made, tmp_path)
    assert states(found) == ["failed"]
    assert any("in/x" in note for note in found.notes)
    assert [one["Key"] for one in uploads(store, place)] == ["in/x"]
    assert original is changing.copy_parts
    again = run(s3enc.read_plan(tmp_path / "j"), tmp_path)
    assert (states(again), uploads(store, place)) == (["done"], [])


def test_an_upload_that_a_killed_run_may_have_begun_is_said(store, place, tmp_path):
    put(store, place)
    made = plan(store, place).save(tmp_path / "j")
    # As a run leaves it that is killed after S3 began the upload, before it wrote down its id.
    with (tmp_path / "j").open("a") as file:
        file.write(json.dumps({"state": "begun", "way": "multipart", "row": 0}) + "\n")
    store.s3.create_multipart_upload(Bucket=place, Key="in/x")
    found = run(s3enc.read_plan(tmp_path / "j"), tmp_path)
    assert states(found) == ["done"]
    assert any("in/x" in note for note in found.notes)
    # It may be somebody else's.
    assert len(uploads(store, place)) == 1
    assert made.changing == 1
