"""What a cell changes after an apply: the next guard says so, whatever was changed and where.

Must not know: kernels, what becomes of the cells behind a guard.
"""

from __future__ import annotations

import gc
import time

import pytest

from jupyterlab_s3_encryption.agent.spark import import_hooks, java_classes
from jupyterlab_s3_encryption.agent.spark.sessions import Classic, HadoopConf
from tests.support.agent_requests import ask, codes, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")

ALGORITHM, KEY = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
OTHER = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def in_session(key, value):
    return lambda spark: spark.conf.set(key, value)


def in_another(key, value):
    return lambda spark: spark.newSession().conf.set(key, value)


def in_hadoop(key, value):
    return lambda spark: spark.sparkContext._jsc.hadoopConfiguration().set(key, value)


@pytest.fixture(autouse=True)
def nothing_left(spark):
    """Other tests share the context, and the sessions that were found in it."""
    yield
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    names = [name for name in HadoopConf(spark.sparkContext).read() if "encryption" in name]
    for session in import_hooks.instances(type(spark)):
        names += [name for name in Classic(session).read() if "encryption" in name]
        for name in names:
            session.conf.unset(name)
    for name in names:
        conf.unset(name)


CHANGES = {
    "another method": in_session(ALGORITHM, "AES256"),
    "another key": in_session(KEY, OTHER),
    "no key": lambda spark: spark.conf.unset(KEY),
    "the method by its older name": in_session("fs.s3a.server-side-encryption-algorithm", "AES256"),
    "a key for one bucket": in_session("fs.s3a.bucket.my-data.encryption.key", OTHER),
    "a key for one bucket by its older name": in_session(
        "fs.s3a.bucket.my-data.server-side-encryption.key", OTHER
    ),
    "another session's key": in_another(KEY, OTHER),
    "another session's bucket": in_another("fs.s3a.bucket.my-data.encryption.algorithm", "AES256"),
    "the context's key": in_hadoop(KEY, OTHER),
    "the context's method by its older name": in_hadoop(
        "fs.s3a.server-side-encryption-algorithm", "AES256"
    ),
    "the context's key for one bucket": in_hadoop("fs.s3a.bucket.my-data.encryption.key", OTHER),
    "by SQL": lambda spark: spark.sql(f"SET {KEY}={OTHER}"),
}


def guard(armed, **more):
    return ask("guard", profile=armed["profile"], fingerprint=armed["fingerprint"], **more)


@pytest.mark.both
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_guard_tells_what_a_cell_changed_until_it_is_applied_again(spark, endpoint, change):
    armed = ask("apply", profile=kms(endpoint.keys[0]))
    ask("guard", profile=armed["profile"], fingerprint=armed["fingerprint"])
    assert guard(armed)["unchanged"]
    change(spark)
    for _ in range(2):
        report = guard(armed)
        assert "unchanged" not in report
        assert (report["claim"], bool(report["changed"])) == ("none", True)
        assert "changed-since" in codes(report)
    again = ask("apply", profile=kms(endpoint.keys[0]))
    assert (again["ok"], again["changed"]) == (True, [])
    guard(again)
    assert guard(again)["unchanged"]


@pytest.mark.parametrize("change", ["another key", "a key for one bucket", "the context's key"])
def test_a_guard_that_cells_wait_for_reads_the_settings_where_our_classes_are_missing(
    spark, endpoint, change, monkeypatch
):
    def missing(*_):
        raise java_classes.MissingError("not here")

    monkeypatch.setattr(java_classes, "_driver", missing)
    armed = ask("apply", profile=kms(endpoint.keys[0]))
    guard(armed, block=True)
    CHANGES[change](spark)
    assert guard(armed, block=True)["changed"]


def test_a_setting_that_has_nothing_to_do_with_s3_changes_no_claim(spark, endpoint):
    armed = ask("apply", profile=kms(endpoint.keys[0]))
    spark.conf.set("spark.sql.shuffle.partitions", "3")
    report = guard(armed)
    assert (report["claim"], report["changed"]) == (armed["claim"], [])
    assert guard(armed)["unchanged"]


def test_that_java_lets_go_of_a_session_is_no_change(spark, endpoint):
    another, last = spark.newSession(), spark.newSession()
    armed = ask("apply", profile=kms(endpoint.keys[0]))
    guard(armed)
    weak = spark._jvm.java.lang.ref.WeakReference(another._jsparkSession)
    # pyspark holds the one that was made last.
    assert last is not another
    del another
    end = time.monotonic() + 60
    while not weak.refersTo(None) and time.monotonic() < end:
        gc.collect()
        spark._jvm.System.gc()
    assert weak.refersTo(None)
    assert guard(armed)["unchanged"]


@pytest.mark.parametrize("place", ["one session", "two sessions"])
def test_two_values_that_change_places_are_a_change(spark, endpoint, place):
    second = spark if place == "one session" else spark.newSession()
    ask("apply", profile=kms(endpoint.keys[0]))
    # Names and values whose hashes differ in other bits: they add up to the same both ways.
    names = ("fs.s3a.encryption.xa", "fs.s3a.encryption.x" + ("b" if second is spark else "a"))

    def seen(*values):
        for session, name, value in zip((spark, second), names, values, strict=True):
            session.conf.set(name, value)
        return java_classes.watched(spark.sparkContext)

    assert seen("1", "a") != seen("a", "1")
    assert seen("1", "a") == seen("1", "a")


def test_a_value_that_names_another_property_has_changed_with_that_one(spark, endpoint):
    ask("apply", profile=kms(endpoint.keys[0]))
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    before = java_classes.watched(spark.sparkContext)
    try:
        conf.set("lake.x", "1")
        assert java_classes.watched(spark.sparkContext) == before
        conf.set("fs.s3a.x", "${lake.x}")
        named = java_classes.watched(spark.sparkContext)
        conf.set("lake.x", "2")
        assert len({before, named, java_classes.watched(spark.sparkContext)}) == 3
    finally:
        for name in ("lake.x", "fs.s3a.x"):
            conf.unset(name)
    assert java_classes.watched(spark.sparkContext) == before
