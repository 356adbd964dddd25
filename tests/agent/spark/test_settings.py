"""Writing all or nothing, and undoing it, on plain stores instead of Spark.

Must not know: Spark. A store here does what a session does: it holds texts, and it may refuse.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_s3_encryption.agent.profile import dialects
from jupyterlab_s3_encryption.agent.spark import settings
from jupyterlab_s3_encryption.agent.spark.remote import channel
from jupyterlab_s3_encryption.agent.spark.sessions import REDACTION
from jupyterlab_s3_encryption.agent.state import Record

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
CONTEXT = "fs.s3a.encryption.context"


class Store:
    """Holds properties; `refuses` are keys whose writing fails, `frozen` those after a failure."""

    can_write_all = False

    def __init__(self, values=None, refuses=(), frozen=()):
        self.values, self.refuses, self.frozen = dict(values or {}), refuses, frozen
        self.failed = False

    def read(self):
        return dict(self.values)

    def write(self, key, value):
        if key in self.refuses or (self.failed and key in self.frozen):
            self.failed = True
            raise RuntimeError(f"{key} is static")
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value


class Bulk(Store):
    """As a session of Spark Connect: one request sets many, up to one that is refused."""

    can_write_all = True

    def __init__(self, values=None, refuses=(), gone=False):
        super().__init__(values, refuses)
        self.requests, self.gone = 0, gone

    def read(self):
        self._ask()
        return super().read()

    def write(self, key, value):
        self._ask()
        super().write(key, value)

    def write_all(self, changes):
        self._ask()
        for key, value in changes.items():
            super().write(key, value)

    def _ask(self):
        self.requests += 1
        if self.gone:
            raise channel.GoneError(None, "The server is gone.")


def test_what_can_be_written_at_once_takes_one_request():
    store = Bulk({ALGORITHM: "AES256"})
    job = settings.Job(store, Record("x"), store.values, {KEY: "k", ALGORITHM: "SSE-KMS"})
    settings.write([job])
    assert store.values == {KEY: "k", ALGORITHM: "SSE-KMS"}
    assert store.requests == 1


def test_a_property_that_is_refused_among_many_is_named_and_all_is_restored():
    store = Bulk({ALGORITHM: "AES256"}, refuses=(CONTEXT,))
    desired = {KEY: "k", CONTEXT: "c", ALGORITHM: "SSE-KMS"}
    with pytest.raises(settings.RefusedError, match=re.escape(CONTEXT)) as raised:
        settings.write([settings.Job(store, Record("x"), store.values, desired)])
    assert raised.value.unrestored == []
    assert store.values == {ALGORITHM: "AES256"}


def test_a_server_that_is_gone_is_not_asked_for_each_property():
    store = Bulk({}, gone=True)
    desired = {KEY: "k", CONTEXT: "c", ALGORITHM: "SSE-KMS"}
    with pytest.raises(settings.RefusedError) as raised:
        settings.write([settings.Job(store, Record("x"), {}, desired)])
    assert sorted(raised.value.unrestored) == sorted(desired)
    assert store.requests == 2  # that, and one to restore it


def targets(profile, *, current=None, cluster=None, version="3.5.0", key=None):
    plan = dialects.plan("s3a", version, profile, key)
    found = {} if cluster is None else cluster
    secret = profile["method"] == "sse-c"
    return settings.targets(plan, "s3a", version, found, secret, current or {})


def write(store, record, profile, **more):
    expected = targets(profile, current=store.read(), **more)
    return settings.write([(store, record, store.read(), expected)])


def test_a_switch_from_kms_to_sse_s3_removes_the_key_in_the_same_step():
    store, record = Store(), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    assert store.values == {ALGORITHM: "SSE-KMS", KEY: "alias/a"}
    assert write(store, record, {"method": "sse-s3"}) == [KEY]
    assert store.values == {ALGORITHM: "AES256"}


def test_a_value_of_the_cluster_is_turned_off_not_uncovered():
    store = Store()
    write(store, Record(None), {"method": "sse-s3"}, cluster={KEY: "alias/cluster"})
    assert store.values == {ALGORITHM: "AES256", KEY: ""}


def test_a_value_of_the_cluster_under_the_older_name_is_turned_off_by_the_newer_one():
    old = "fs.s3a.server-side-encryption.key"
    store = Store()
    write(store, Record(None), {"method": "sse-s3"}, cluster={old: "alias/cluster"})
    assert store.values == {ALGORITHM: "AES256", KEY: ""}


def test_if_the_cluster_cannot_be_read_everything_is_turned_off():
    plan = dialects.plan("s3a", "3.5.0", {"method": "sse-s3"}, None)
    expected = settings.targets(plan, "s3a", "3.5.0", None, False, {})
    assert {key for key, value in expected.items() if value == ""} == {KEY, CONTEXT}


def test_the_key_is_written_before_the_algorithm_and_the_redaction_before_the_key():
    order = list(targets({"method": "sse-c"}, key="k" * 44))
    assert order.index(REDACTION) < order.index(KEY) < order.index(ALGORITHM)


def test_an_existing_redaction_is_kept_and_not_added_to_twice():
    once = settings.redaction("(?i)mine")
    assert once == "(?i)mine|encryption[.]key"
    assert settings.redaction(once) == once
    assert settings.redaction(None) == "(?i)url|encryption[.]key"


def test_a_refusal_in_the_middle_puts_everything_back_in_all_stores():
    first = Store({ALGORITHM: "AES256", CONTEXT: "a=b"})
    second = Store({KEY: "mine"}, refuses={ALGORITHM})
    profile = {"method": "sse-kms", "kmsKeyId": "alias/a"}
    records = [Record(None), Record(None)]
    jobs = [
        (store, record, store.read(), targets(profile))
        for store, record in zip((first, second), records, strict=True)
    ]
    with pytest.raises(settings.RefusedError, match=r"encryption.algorithm.*static") as caught:
        settings.write(jobs)
    assert caught.value.unrestored == []
    assert first.values == {ALGORITHM: "AES256", CONTEXT: "a=b"}
    assert second.values == {KEY: "mine"}
    assert all(not record.applied and not record.before for record in records)


def test_what_could_not_be_put_back_is_named():
    store = Store({KEY: "mine"}, refuses={ALGORITHM}, frozen={KEY})
    with pytest.raises(settings.RefusedError) as caught:
        write(store, Record(None), {"method": "sse-kms", "kmsKeyId": "alias/a"})
    assert caught.value.unrestored == [KEY]


def test_clear_restores_what_was_there_before_the_first_apply():
    store, record = Store({ALGORITHM: "AES256", REDACTION: "(?i)mine"}), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    write(store, record, {"method": "sse-c"}, key="k" * 44)
    write(store, record, {"method": "bucket-default"})
    assert settings.take_back(store, record) == ([], [])
    assert store.values == {ALGORITHM: "AES256", REDACTION: "(?i)mine"}


def test_clear_leaves_alone_what_was_changed_since_and_names_it():
    store, record = Store(), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    store.values[KEY] = "alias/mine"
    assert settings.take_back(store, record) == ([KEY], [])
    assert store.values == {KEY: "alias/mine"}


def test_clear_does_not_name_what_was_removed_since():
    store, record = Store(), Record(None)
    write(store, record, {"method": "sse-s3"})
    del store.values[ALGORITHM]
    assert settings.take_back(store, record) == ([], [])


def test_clear_goes_on_after_a_property_that_cannot_be_put_back():
    store, record = Store({KEY: "mine"}), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    store.refuses = {KEY}
    assert settings.take_back(store, record) == ([], [KEY])
    assert store.values == {KEY: "alias/a"}


def test_drift_names_the_applied_and_the_current_value():
    store, record = Store(), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    store.values.update({KEY: "alias/b", CONTEXT: "a=b"})
    assert sorted(settings.drift(record, store.read(), "s3a")) == [
        (CONTEXT, None, "a=b"),
        (KEY, "alias/a", "alias/b"),
    ]


def test_what_was_added_since_is_drift_too_but_not_what_was_there():
    there = "fs.s3a.bucket.old.encryption.algorithm"
    store, record = Store({there: "AES256", "fs.s3a.endpoint": "e"}), Record(None)
    write(store, record, {"method": "sse-kms", "kmsKeyId": "alias/a"})
    assert settings.drift(record, store.read(), "s3a") == []
    added = "fs.s3a.bucket.new.encryption.algorithm"
    store.values.update({added: "AES256", "fs.s3a.path.style.access": "true"})
    assert settings.drift(record, store.read(), "s3a") == [(added, None, "AES256")]
    store.values[there] = "SSE-KMS"
    assert (there, None, "SSE-KMS") in settings.drift(record, store.read(), "s3a")


def test_an_older_name_that_hadoop_set_with_the_newer_one_is_no_drift():
    older, record = "fs.s3a.server-side-encryption.key", Record(None)
    record.applied = {KEY: "alias/a"}
    assert settings.drift(record, {KEY: "alias/a", older: "alias/a"}, "s3a") == []
    assert settings.drift(record, {KEY: "alias/a", older: "alias/b"}, "s3a") == [
        (older, None, "alias/b")
    ]


def test_a_rule_for_a_bucket_that_the_next_profile_does_not_have_is_undone():
    store, record = Store(), Record(None)
    rules = {"data": {"method": "sse-kms", "kmsKeyId": "alias/b"}}
    write(store, record, {"method": "sse-s3", "buckets": rules})
    assert store.values["fs.s3a.bucket.data.encryption.key"] == "alias/b"
    write(store, record, {"method": "sse-s3"})
    assert store.values == {ALGORITHM: "AES256"}


def test_the_clusters_own_values_are_known_although_ours_hide_them():
    record = Record(None)
    record.before = {ALGORITHM: "SSE-KMS", KEY: None}
    record.applied = {ALGORITHM: "AES256", KEY: "alias/ours"}
    current = {
        ALGORITHM: "AES256",
        KEY: "alias/ours",
        "fs.s3a.server-side-encryption.key": "alias/ours",
        "fs.s3a.impl": "x",
    }
    assert settings.cluster_values(current, record, "s3a") == {
        ALGORITHM: "SSE-KMS",
        "fs.s3a.impl": "x",
    }


def test_a_value_under_an_older_name_counts_as_one_under_the_newer_and_not_the_other_way():
    old = "fs.s3a.server-side-encryption.key"
    assert settings.resolved("s3a", "3.4.1", {old: "x"}) == {old: "x", KEY: "x"}
    assert settings.resolved("s3a", "3.4.1", {old: "x", KEY: "y"}) == {old: "x", KEY: "y"}
    assert settings.resolved("s3a", "3.3.1", {KEY: "x"}) == {KEY: "x"}
    bucket = "fs.s3a.bucket.b."
    found = settings.resolved("s3a", "3.4.1", {bucket + "server-side-encryption.key": "x"})
    assert found[bucket + "encryption.key"] == "x"


PROFILES = st.sampled_from(
    [
        {"method": "bucket-default"},
        {"method": "sse-s3"},
        {"method": "sse-kms"},
        {"method": "sse-kms", "kmsKeyId": "alias/a"},
        {"method": "dsse-kms", "kmsKeyId": "alias/b", "encryptionContext": {"a": "b"}},
        {"method": "sse-c"},
        {"method": "sse-s3", "buckets": {"one": {"method": "sse-kms", "kmsKeyId": "alias/c"}}},
        {"method": "sse-kms", "kmsKeyId": "alias/a", "buckets": {"one": {"method": "sse-s3"}}},
    ]
)
VALUES = st.dictionaries(
    st.sampled_from([ALGORITHM, KEY, CONTEXT, "fs.s3a.bucket.one.encryption.key", REDACTION]),
    st.sampled_from(["x", "y", ""]),
)


@given(VALUES, st.lists(PROFILES, min_size=1, max_size=6))
def test_whatever_was_applied_in_whatever_order_clear_leads_back_to_the_start(before, profiles):
    store, record = Store(before), Record(None)
    for profile in profiles:
        key = "k" * 44 if profile["method"] == "sse-c" else None
        write(store, record, profile, key=key)
    assert settings.take_back(store, record) == ([], [])
    assert store.values == before


@given(VALUES, VALUES, PROFILES, PROFILES)
def test_what_is_in_force_after_an_apply_does_not_depend_on_what_was_before(
    before, cluster, first, second
):
    def after(profiles, start):
        store, record = Store(start), Record(None)
        for profile in profiles:
            key = "k" * 44 if profile["method"] == "sse-c" else None
            write(store, record, profile, key=key, cluster=cluster)
        effective = {**cluster, **store.values}
        names = (ALGORITHM, KEY, CONTEXT)
        return {name: effective[name] for name in names if effective.get(name)}

    assert after([first, second], before) == after([second], {})


class Stopped(BaseException):
    """As an interrupt, or the end of the process, that is raised out of a call."""


class Interrupted(Store):
    """Calls of these numbers, over all stores of a test, are broken off: before them, or after."""

    def __init__(self, values, counter, at, late):
        super().__init__(values)
        self.counter, self.at, self.late = counter, at, late

    def _stopped(self):
        self.counter[0] += 1
        return self.counter[0] in self.at

    def read(self):
        if self._stopped():
            raise Stopped
        return super().read()

    def write(self, key, value):
        stopped = self._stopped()
        if stopped and not self.late:
            raise Stopped
        super().write(key, value)
        if stopped:
            raise Stopped


RULED = {
    "method": "sse-kms",
    "kmsKeyId": "alias/b",
    "encryptionContext": {"a": "b"},
    "buckets": {"one": {"method": "sse-s3"}},
}


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("ends", ["what was armed", "nothing"])
def test_a_change_whose_undoing_is_broken_off_too_leaves_nothing_behind(ends, late):
    armed = {"method": "sse-kms", "kmsKeyId": "alias/a"}
    user = [{KEY: "mine"}, {}]
    over = False
    for first in range(1, 40):
        for second in range(first, first + 8):
            counter = [0]
            stores = [Interrupted(values, counter, (), late) for values in user]
            records = [Record(None) for _ in stores]

            def jobs(profile, stores=stores, records=records):
                return [
                    settings.Job(store, record, dict(store.values), targets(profile))
                    for store, record in zip(stores, records, strict=True)
                ]

            settings.write(jobs(armed))
            before = [dict(store.values) for store in stores]
            counter[0] = 0
            for store in stores:
                store.at = (first, second)
            try:
                settings.write(jobs(RULED))
            except Stopped:
                over = over or counter[0] >= second
                for store in stores:
                    store.at = ()
                settings.write(jobs(armed))
                assert [store.values for store in stores] == before
                assert [
                    settings.drift(r, s.values, "s3a") for r, s in zip(records, stores, strict=True)
                ] == [[], []]
            else:
                for store in stores:
                    store.at = ()
            if ends == "nothing":
                for store, record in zip(stores, records, strict=True):
                    assert settings.take_back(store, record) == ([], [])
                assert [store.values for store in stores] == user
    assert over
