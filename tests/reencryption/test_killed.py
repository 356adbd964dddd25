"""A run that is killed with kill -9 at some request, and continued: the end is the same.

Must not know: how a journal is written.
"""

from __future__ import annotations

import random

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption.agent.reencryption import ways
from tests.reencryption import mixed
from tests.reencryption.mixed import Encryption

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("count", "kills"), [(60, 4), pytest.param(5000, 20, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize(
    "update",
    [pytest.param(True, id="update", marks=pytest.mark.soak), pytest.param(False, id="copy")],
)
@pytest.mark.timeout(3600)
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    store, place, tmp_path, monkeypatch, count, kills, update
):
    monkeypatch.setattr(ways, "COPY_LIMIT", mixed.LIMIT)
    mixed.fill(store, place, count)
    store.mode(update=update)
    before = mixed.seen(store, place)
    journal = tmp_path / "journal.jsonl"
    made = s3enc.reencrypt(
        f"s3://{place}/in",
        method="sse-kms",
        kms_key_id=store.keys[0],
        journal=journal,
        progress=False,
    )
    # Early ones hit the probe; all together they come about to the end of the run.
    chance = random.Random(count + update)
    spots = [3, 7, *(chance.randrange(8, 3 * count // kills) for _ in range(kills - 2))]
    for number, spot in enumerate(spots):
        assert mixed.run_and_kill(store, journal, spot, late=number % 2 == 0) is None
        some = chance.sample(sorted(before), 60)
        assert mixed.seen(store, place, some) == {key: before[key] for key in some}
    found = s3enc.reencrypt(s3enc.read_plan(journal), dry_run=False, progress=False)
    assert {row["state"]: row["reason"] for row in found.rows} == {"done": None}
    assert found.counts["done"] == made.changing
    everything = mixed.look_at_all(store, place)
    assert {key: seen for key, (seen, _) in everything.items()} == before
    after = {key: encryption for key, (_, encryption) in everything.items()}
    assert {after[key] for key in after if key.startswith("in/")} == {
        Encryption("aws:kms", store.keys[0])
    }
    # Of a copy in parts that had begun when nobody could write that down any more, parts are left.
    left = {one["Key"] for one in store.s3.list_multipart_uploads(Bucket=place).get("Uploads", [])}
    assert len(left) <= kills
    assert all(any(key in note for note in found.notes) for key in left)
    assert found.complete
