"""Objects of SSE-C: with their key they are re-encrypted, and the key is kept nowhere.

Must not know: how the agent changes an object.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import pickle

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption.agent.reencryption import ways
from jupyterlab_s3_encryption.agent.reencryption.store import CustomerKey
from tests.reencryption import mixed
from tests.support.agent_requests import CUSTOMER_KEY

RAW = base64.b64decode(CUSTOMER_KEY)


@pytest.fixture
def bucket(store, place, monkeypatch):
    """A small and a large object with the key, and one without."""
    monkeypatch.setattr(ways, "COPY_LIMIT", mixed.LIMIT)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": RAW}
    store.s3.put_object(Bucket=place, Key="in/small", Body=b"s" * 10, **key)
    store.s3.put_object(Bucket=place, Key="in/large", Body=b"l" * 9000, **key)
    store.s3.put_object(Bucket=place, Key="in/plain", Body=b"p")
    return place


def plan(store, bucket, **more):
    return s3enc.reencrypt(
        f"s3://{bucket}/in",
        method="sse-kms",
        kms_key_id=store.keys[0],
        progress=False,
        **more,
    )


def test_without_their_key_they_are_listed_with_the_reason(store, bucket, tmp_path):
    found = s3enc.reencrypt(
        plan(store, bucket), dry_run=False, journal=tmp_path / "j", progress=False
    )
    impossible = {row["path"][-5:]: row["reason"] for row in found.rows if row["reason"]}
    assert set(impossible) == {"small", "large"}
    assert all("SSE-C" in reason for reason in impossible.values())


@pytest.mark.parametrize("verbose", [False, True], ids=["as usual", "with every log"])
def test_with_their_key_they_are_changed_and_the_key_is_kept_nowhere(
    store, bucket, tmp_path, caplog, capfd, verbose
):
    if verbose:
        caplog.set_level(logging.DEBUG)
        for name in ("botocore", "botocore.endpoint", "boto3", "urllib3"):
            caplog.set_level(logging.DEBUG, name)
    made = plan(store, bucket, customer_key=CUSTOMER_KEY)
    found = s3enc.reencrypt(
        made, dry_run=False, journal=tmp_path / "j", progress=False, customer_key=CUSTOMER_KEY
    )
    assert found.complete
    found.to_json(tmp_path / "r.json")
    found.to_csv(tmp_path / "r.csv")
    bodies = {
        key: store.s3.get_object(Bucket=bucket, Key=f"in/{key}")["Body"].read()
        for key in ("small", "large", "plain")
    }
    assert bodies == {"small": b"s" * 10, "large": b"l" * 9000, "plain": b"p"}
    keys = {one.key for one in mixed.encryptions(store, bucket).values()}
    assert keys == {store.keys[0]}
    out, err = capfd.readouterr()
    files = [file.read_text("utf-8") for file in tmp_path.iterdir()]
    logs = [record.getMessage() for record in caplog.records]
    if verbose:
        assert any("GetObjectAcl" in text for text in logs)
    kept = "\n".join([out, err, repr(made), repr(found), *files, *logs])
    digest = base64.b64encode(hashlib.md5(RAW).digest()).decode()
    for secret in (CUSTOMER_KEY, repr(RAW)[2:-1], digest):
        assert secret not in kept


def test_the_key_of_somebody_else_is_refused_object_by_object(store, bucket, tmp_path):
    other = base64.b64encode(b"x" * 32).decode()
    made = plan(store, bucket, customer_key=other)
    assert [row["path"][-5:] for row in made.objects if row["way"]] == ["plain"]


def test_a_key_is_checked_and_shows_in_no_repr_and_no_pickle(store, bucket):
    for wrong in ("short", base64.b64encode(b"x").decode()):
        with pytest.raises(ValueError, match="key") as caught:
            plan(store, bucket, customer_key=wrong)
        assert wrong not in str(caught.value)
    assert repr(CustomerKey(RAW)) == "***"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(CustomerKey(RAW))
