"""`with using(...)`: the other profile inside, the previous one afterwards, also in stored headers.

Must not know: the agent's inner parts, but for what it holds.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
import warnings

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.profile import profiles
from tests.support.agent_requests import CUSTOMER_KEY, ask, headers

pytestmark = pytest.mark.usefixtures("fresh_agent")

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER = KEY[:-1] + "c"


@pytest.fixture
def no_spark(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)


def armed():
    current = state.get()
    return current.profile and (current.profile["method"], current.profile.get("kmsKeyId"))


def write(spark, place):
    spark.range(0, 4, 1, 2).write.mode("overwrite").parquet(place)


def test_without_a_session_it_arms_and_afterwards_nothing_is_armed(no_spark):
    with s3enc.using(method="sse-kms", kms_key_id=KEY) as report:
        assert isinstance(report, s3enc.Report)
        assert (report.waiting, armed()) == (True, ("sse-kms", KEY))
    assert armed() is None


def test_nested_ones_end_in_the_order_in_which_they_began(no_spark):
    s3enc.apply(method="sse-s3")
    with s3enc.using(method="sse-kms", kms_key_id=KEY):
        with s3enc.using("sse-kms", OTHER):
            assert armed() == ("sse-kms", OTHER)
        assert armed() == ("sse-kms", KEY)
    assert armed() == ("sse-s3", None)


def test_the_exception_of_the_body_goes_on_and_the_profile_of_before_is_back(no_spark):
    s3enc.apply(method="sse-s3")
    with pytest.raises(ZeroDivisionError), s3enc.using(method="sse-kms", kms_key_id=KEY):
        _ = 1 / 0
    assert armed() == ("sse-s3", None)


def test_connector_sse_c_key_and_the_word_on_connect_servers_come_back_too(no_spark):
    s3enc.apply(method="sse-c", customer_key=CUSTOMER_KEY, connector="s3a", connect_class=False)
    fingerprint = s3enc.verify().fingerprint
    with s3enc.using(method="sse-s3"):
        assert (state.get().connector, state.get().customer_key) == ("auto", None)
        assert state.get().connect_class
    assert (state.get().connector, state.get().customer_key) == ("s3a", CUSTOMER_KEY)
    assert not state.get().connect_class
    assert s3enc.verify().fingerprint == fingerprint


@pytest.mark.parametrize(
    "arguments",
    [
        {"method": "sse-kms", "kms_key_id": "nonsense"},
        {"method": "sse-c", "customer_key": "short"},
        {"method": "sse-s3", "connector": "other"},
        {"method": "sse-s3", "profile": {"method": "sse-s3"}},
        {},
    ],
)
def test_a_bad_profile_is_raised_before_the_body_and_before_anything_is_set(no_spark, arguments):
    s3enc.apply(method="sse-kms", kms_key_id=KEY)
    reached = []
    with pytest.raises(ValueError, match=r"\w"), s3enc.using(**arguments):
        reached.append(True)
    assert (reached, armed()) == ([], ("sse-kms", KEY))


def test_what_the_body_applies_or_clears_does_not_outlive_it(no_spark):
    s3enc.apply(method="sse-kms", kms_key_id=KEY)
    with s3enc.using(method="sse-s3"):
        s3enc.clear()
    assert armed() == ("sse-kms", KEY)


def test_a_guard_may_arm_afterwards_unless_it_was_cleared_before(no_spark):
    with s3enc.using(method="sse-s3"):
        pass
    assert ask("guard", profile={"method": "sse-s3"})["profile"] == {"method": "sse-s3"}
    s3enc.clear()
    with s3enc.using(method="sse-kms", kms_key_id=KEY):
        pass
    assert ask("guard", profile={"method": "sse-s3"})["profile"] is None


def test_each_using_serves_one_with(no_spark):
    once = s3enc.using(method="sse-s3")
    with once:
        pass
    with pytest.raises(RuntimeError, match="again"), once:
        pass
    assert armed() is None


def refuse(monkeypatch):
    """From now on nothing is valid, so that no profile can be put back."""
    wrong = [{"field": "method", "message": "Refused by the test."}]
    monkeypatch.setattr(profiles, "validate", lambda profile: wrong)


def test_a_profile_that_cannot_be_put_back_is_raised(no_spark, monkeypatch):
    s3enc.apply(method="sse-s3")
    with (
        pytest.raises(ValueError, match="Refused by the test"),
        s3enc.using(method="sse-kms", kms_key_id=KEY),
    ):
        refuse(monkeypatch)


def test_after_an_exception_of_the_body_it_is_a_warning_and_the_exception_goes_on(
    no_spark, monkeypatch
):
    s3enc.apply(method="sse-s3")

    def fail():
        with s3enc.using(method="sse-kms", kms_key_id=KEY):
            refuse(monkeypatch)
            _ = 1 / 0

    message = r"not in force.*Refused by the test"
    with pytest.warns(RuntimeWarning, match=message) as warned, pytest.raises(ZeroDivisionError):
        fail()
    assert warned[0].filename == __file__


def test_a_traceback_that_shows_variables_does_not_show_the_sse_c_key_of_before(
    no_spark, monkeypatch
):
    s3enc.apply(method="sse-c", customer_key=CUSTOMER_KEY)

    def fail():
        with s3enc.using(method="sse-s3"):
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        fail()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert CUSTOMER_KEY not in "".join(shown.format())
    assert CUSTOMER_KEY not in repr(s3enc.using(method="sse-c", customer_key=CUSTOMER_KEY))


def test_inside_objects_carry_the_other_key_and_afterwards_the_old_one(spark, endpoint, bucket):
    first, second = endpoint.keys
    place = f"s3a://{bucket}"
    s3enc.apply(method="sse-kms", kms_key_id=first)
    write(spark, place + "/before")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with s3enc.using(method="sse-kms", kms_key_id=second) as report:
            write(spark, place + "/inside")
            with s3enc.using(method="sse-s3"):
                write(spark, place + "/deeper")
            write(spark, place + "/again")
    write(spark, place + "/after")
    assert (report.claim, s3enc.verify().claim) == ("inEffect", "inEffect")
    stored = {
        name: headers(endpoint, bucket, name + "/")
        for name in ("before", "inside", "deeper", "again", "after")
    }
    assert stored == {
        "before": {("aws:kms", first)},
        "inside": {("aws:kms", second)},
        "deeper": {("AES256", "")},
        "again": {("aws:kms", second)},
        "after": {("aws:kms", first)},
    }


def test_after_an_exception_objects_carry_what_they_carried_before(spark, endpoint, bucket):
    place = f"s3a://{bucket}"
    write(spark, place + "/before")

    def fail():
        with s3enc.using("sse-kms", endpoint.keys[0]):
            write(spark, place + "/inside")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    write(spark, place + "/after")
    assert headers(endpoint, bucket, "inside/") == {("aws:kms", endpoint.keys[0])}
    assert headers(endpoint, bucket, "before/") == headers(endpoint, bucket, "after/") == {("", "")}


def test_a_job_that_runs_during_a_switch_is_a_warning_at_the_beginning(spark, endpoint, bucket):
    write(spark, f"s3a://{bucket}/before")
    wait = "concat_ws('', reflect('java.lang.Thread', 'sleep', 8000L), 'x') AS text"
    job = threading.Thread(target=lambda: spark.range(0, 1, 1, 1).selectExpr(wait).collect())
    job.start()
    end = time.monotonic() + 60
    while ask("probe")["activity"]["jobs"] == 0 and time.monotonic() < end:
        time.sleep(0.05)
    with (
        pytest.warns(RuntimeWarning, match="still running: 1 job") as warned,
        s3enc.using("sse-kms", endpoint.keys[0]),
    ):
        write(spark, f"s3a://{bucket}/inside")
    still = job.is_alive()
    job.join(60)
    assert (still, len(warned)) == (True, 1)
    assert "Inside this" in str(warned[0].message)
    assert {item.filename for item in warned} == {__file__}
    assert headers(endpoint, bucket, "inside/") == {("aws:kms", endpoint.keys[0])}


@pytest.mark.line("4.3")
def test_a_session_that_is_made_inside_has_it_and_loses_it_afterwards(run_script, endpoint, bucket):
    claims = run_script(made_inside, key=endpoint.keys[1], path=f"s3a://{bucket}")
    assert claims == ["none", "inEffect"]
    assert headers(endpoint, bucket, "inside/") == {("aws:kms", endpoint.keys[1])}
    assert headers(endpoint, bucket, "after/") == {("", "")}


def made_inside(key, path):
    import jupyterlab_s3_encryption as s3enc

    with s3enc.using(method="sse-kms", kms_key_id=key) as report:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.getOrCreate()
        claims = [report.claim, s3enc.verify().claim]
        spark.range(3).write.parquet(path + "/inside")
    spark.range(3).write.parquet(path + "/after")
    spark.stop()
    return claims
