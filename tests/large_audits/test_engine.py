"""Audits of a store in memory: what is counted, drawn and named, and that it stays small.

Must not know: Spark, S3.
"""

from __future__ import annotations

import tracemalloc

import pytest

from jupyterlab_s3_encryption.audits.errors import AuditError
from jupyterlab_s3_encryption.large import engine as engines
from jupyterlab_s3_encryption.large.engine import Engine, Job
from jupyterlab_s3_encryption.large.totals import KEPT, NODES, Totals, likely
from tests.large_audits.made_up import KEY, MadeUp, Runner, of_key

CHOICE = {"method": "sse-kms", "kmsKeyId": f"{KEY}1"}
PLAIN = '{"x-amz-server-side-encryption":"AES256"}'


def audited(objects, slots=4, differing=lambda _: None, **more):
    job = Job(**{"key": "t", **more})
    runner = Runner(MadeUp(objects), slots)
    totals = Totals("s3a://b/", CHOICE, job.sample > 0, differing)
    made = Engine(runner, job, totals, lambda _: None)
    made.run()
    return made, runner


def table(count, wrong=0):
    """Objects of 10 days; the first `wrong` of the last day have another key."""
    objects = {}
    for number in range(count):
        day, index = number % 10, number // 10
        label = of_key(2) if day == 9 and index < wrong else of_key(1)
        objects[f"t/dt=2024-01-{day:02}/part-{index:07}"] = label
    return objects


def test_every_object_is_counted_once_and_the_tree_says_where_it_is_wrong():
    found, runner = audited({**table(5000, 100), "t-beside/it": of_key(2), "t": PLAIN})
    totals = found.totals
    assert (totals.listed, totals.checked, totals.differ, found.complete) == (5001, 5001, 101, True)
    assert {(row["algorithm"], row["verdict"]): row["objects"] for row in totals.counts(False)} == {
        ("aws:kms", "other"): 100,
        ("AES256", "other"): 1,
        ("aws:kms", "wanted"): 4900,
    }
    tree = totals.tree()
    assert tree[""].objects == {"wanted": 4900, "other": 101}
    assert tree["dt=2024-01-09/"].objects == {"wanted": 400, "other": 100}
    assert tree["dt=2024-01-08/"].objects == {"wanted": 500}
    assert runner.store.heads == 5001


def test_the_keys_are_looked_at_by_all_tasks_of_a_round():
    _, runner = audited(table(8000), slots=8)
    assert len(runner.rounds[0]) == 8
    assert max(runner.rounds[0]) < 8000 / 2


def test_what_a_task_left_is_cut_again(monkeypatch):
    monkeypatch.setattr(engines, "ROUND", 400)
    found, runner = audited(table(3000), slots=4)
    assert (found.totals.checked, found.complete) == (3000, True)
    assert all(len(sizes) > 1 for sizes in runner.rounds[:-2])


def test_a_limit_ends_it_and_it_is_not_complete():
    found, _ = audited(table(5000), limit=1000)
    assert 1000 <= found.totals.checked < 2000
    assert not found.complete


def test_the_differing_objects_are_named_even_if_wanted_ones_come_first():
    objects = {f"t/{number:05}": of_key(1) for number in range(4000)}
    objects["t/99999"] = of_key(2)
    found, _ = audited(objects, slots=1)
    assert [row["path"] for row in found.totals.objects] == ["s3a://b/t/99999"]


def test_all_objects_that_differ_are_handed_on_but_only_some_are_kept():
    rows = []
    found, _ = audited(
        dict.fromkeys(table(4000), of_key(2)), differing=rows.append, rows=engines.ROUND
    )
    assert (len(rows), len({row["path"] for row in rows})) == (4000, 4000)
    assert len(found.totals.objects) == KEPT


def test_a_sample_is_the_same_for_a_seed_however_the_keys_are_cut_and_another_for_another():
    objects = table(5000, 500)

    def drawn(slots, seed):
        rows = []
        job = {"sample": 300, "seed": seed}
        found, runner = audited(
            {key: of_key(2) for key in objects}, slots, rows.append, rows=500, **job
        )
        assert (found.totals.listed, found.totals.checked) == (5000, 300)
        assert (runner.store.heads, found.complete) == (300, False)
        return {row["path"] for row in rows}

    assert drawn(1, "a") == drawn(7, "a")
    assert drawn(1, "a") != drawn(1, "b")


def test_a_sample_leans_on_no_folder():
    found, _ = audited(table(20000, 1000), sample=2000, seed="x")
    tree = found.totals.tree()
    days = [sum(tree[f"dt=2024-01-{day:02}/"].objects.values()) for day in range(10)]
    assert sum(days) == 2000
    assert min(days) > 140
    assert max(days) < 260
    assert all(tree[f"dt=2024-01-{day:02}/"].listed == 2000 for day in range(10))
    low, high = likely(found.totals.differ, 2000, 20000)
    assert low < 1000 / 20000 < high


def test_a_sample_without_any_that_differs_does_not_say_that_none_does():
    low, high = likely(0, 1000, 1_000_000)
    assert low == 0.0
    assert 0.003 < high < 0.005
    assert likely(0, 1000, 1000) == (0.0, 0.0)


def test_the_tree_stays_bounded_and_says_so():
    objects = {f"t/{number:06}/a/b/x": of_key(1) for number in range(NODES + 2000)}
    found, _ = audited(objects, slots=16)
    assert len(found.totals.tree()) <= 4 * NODES
    assert found.totals.tree()[""].listed == NODES + 2000


def test_memory_does_not_grow_with_the_number_of_objects(monkeypatch):
    monkeypatch.setattr(engines, "ROUND", 2000)

    def peak(count):
        objects = table(count, 300)
        store = MadeUp(objects)
        runner = Runner(store, 2)
        totals = Totals("s3a://b/", CHOICE, False, lambda _: None)
        tracemalloc.start()
        try:
            Engine(runner, Job("t"), totals, lambda _: None).run()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(4000), peak(16000)
    assert many < 1.5 * few


def test_what_s3_refuses_ends_the_audit():
    class Refusing(Runner):
        def ask(self, settings, requests):
            return [{"error": "AccessDenied"} for _ in requests]

    runner = Refusing(MadeUp(table(10)), 2)
    with pytest.raises(AuditError, match="AccessDenied"):
        Engine(runner, Job("t"), Totals("s3a://b/", None, False, print), lambda _: None).run()
