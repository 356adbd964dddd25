"""A real Connect server whose answers come late, twice, not at all or changed, or that knows a client
no longer: what a report says then, in a bounded time, and that all is as before once that is over.

Must not know: what our class answers. Only on Spark 4: Spark 3.5 has no Connect server of its own.
"""

from __future__ import annotations

import pytest

from tests.support.agent_requests import codes
from tests.support.spark_connect import ConnectServer, needs_own_server
from tests.truth.rows import A, B, symbols

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.line("4.3"),
    needs_own_server,
]
#: Seconds within which a request has to answer; our class is waited for at most 10.
SOON = 30
FOREIGN = "What answered on the server is not our class."
#: What becomes of an answer of our class, and what the finding says.
ANSWERS = {
    "twice in one": FOREIGN,
    "10 MB": FOREIGN,
    "another version": FOREIGN,
    "of another request": FOREIGN,
    "foreign text": FOREIGN,
    "no row": "could not be asked",
    "sent twice": "could not be asked",
    "late": "did not answer",
    "never": "did not answer",
}


def changed(url, bucket, first, second):
    import itertools
    import re
    import threading

    from pyspark.sql import SparkSession

    from tests.spark.connect import between
    from tests.support.agent_requests import kms, timed

    found = {}
    over = threading.Event()
    changes = {
        "twice in one": between.with_text(lambda text: [text, text]),
        "10 MB": between.with_text(lambda text: [text + " " * 10_000_000]),
        "another version": between.with_text(
            lambda text: [re.sub(r"(s3-encryption) 1", r"\1 2", text)]
        ),
        "of another request": between.with_text(
            lambda text: [re.sub(r'("id": *")\w+', r"\g<1>abc", text)]
        ),
        "foreign text": between.with_text(lambda _: ["\u2603 {'not': JSON}\x00\n" * 100]),
        "no row": between.with_text(lambda _: []),
        "sent twice": between.twice,
        "late": between.after(lambda: over.wait(14)),
        "never": None,
    }
    probe = ("ExecutePlan", b"(x) FROM VALUES")
    with between.Between(url) as proxy:
        changes["never"] = between.after(proxy.released.wait)
        proxy.denied = {"AddArtifacts"}
        spark = SparkSession.builder.remote(proxy.url("any")).getOrCreate()
        spark.range(1).collect()  # the first query of a server takes long
        found["denied"] = timed("apply", profile=kms(first))
        proxy.denied = set()
        found["allowed"] = timed("apply", profile=kms(first))
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/x")
        keys = itertools.cycle([second, first])
        for name, change in changes.items():
            proxy.changes = {probe: change}
            during = [timed("verify")]
            # A switch, too: what is set is set, whatever is known of it.
            during.append(timed("apply", profile=kms(next(keys))))
            proxy.changes = {}
            over.set()
            found[name] = [*during, timed("verify"), timed("verify")]
            over.clear()
        spark.stop()
    return found


@pytest.fixture(scope="module")
def answers(endpoint, base_conf):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-answers")
    first, second = endpoint.keys
    with ConnectServer(base_conf) as server:
        return run_script(
            changed, base_conf, url=server.url, bucket=bucket, first=first, second=second
        )


def reason(report):
    (found,) = [one for one in report["findings"] if one["code"] == "connect-unknown"]
    return found["message"]


@pytest.mark.soak
def test_a_client_that_may_add_no_artifacts_stays_at_set_until_it_may(answers):
    for name in ("denied", "allowed"):
        took, report = answers[name]
        assert took < SOON
        assert report["ok"], report["error"]
        if name == "denied":
            assert "AddArtifacts is not allowed" in reason(report)
        else:
            assert codes(report) == ["connect-limited"]  # no bucket is open yet


@pytest.mark.soak
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_not_believed_keeps_the_claim_at_set_and_the_next_one_counts(
    answers, name
):
    *during, after, again = answers[name]
    for took, report in during:
        assert took < SOON
        assert report["ok"], report["error"]
        assert all(row["ok"] for row in report["settings"])
        assert report["claim"] == "set", report["findings"]
        assert ANSWERS[name] in reason(report)
        assert len(reason(report)) < 1000
        assert "Traceback" not in str(report)
    assert after[0] < SOON
    assert again[1]["claim"] == "inEffect", again[1]["findings"]


def expired(url, bucket, first, second):
    import json
    import os
    import time
    from pathlib import Path

    from pyspark.sql import SparkSession

    from tests.spark.connect.between import Between
    from tests.support.agent_requests import ask, kms, timed

    found = {}
    with Between(url) as proxy:
        proxy.token = "first"
        spark = SparkSession.builder.remote(proxy.url("first")).getOrCreate()
        armed = ask("apply", profile=kms(first))
        spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/before")
        found["before"] = timed("verify")
        proxy.token = "second"
        named = {name: armed[name] for name in ("profile", "fingerprint")}
        found["during"] = {
            "verify": timed("verify"),
            "guard": timed("guard", **named, block=True),
            "writes": timed("writes"),
            "apply": timed("apply", profile=kms(second)),
        }
        began = time.monotonic()
        new = SparkSession.builder.remote(proxy.url("second")).create()
        found["created"] = time.monotonic() - began
        found["key"] = new.conf.get("fs.s3a.encryption.key", None)
        new.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/renewed")
        found["renewed"] = timed("verify")
        found["switched"] = timed("apply", profile=kms(second))
        new.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/switched")
        found["quiet"] = timed(
            "guard", profile=kms(second), fingerprint=found["switched"][1]["fingerprint"]
        )
        spark.stop()
        found["alone"] = timed("verify")
    Path(os.environ["SCRIPT_RESULT"]).write_text(json.dumps(found), "utf-8")
    # At the end of Python pyspark tries to reach the older session for ten minutes.
    os._exit(0)


def test_a_token_that_has_expired_is_told_and_the_session_with_a_new_one_has_the_settings(
    endpoint, base_conf
):
    from tests.support.spark_script import run_script

    bucket = endpoint.create_bucket("connect-expired")
    first, second = endpoint.keys
    with ConnectServer(base_conf) as server:
        found = run_script(
            expired, base_conf, url=server.url, bucket=bucket, first=first, second=second
        )
    assert found["before"][1]["claim"] == "inEffect", found["before"]
    for name, (took, report) in found["during"].items():
        assert took < SOON, name
        assert report["ok"] is False, (name, report)
        assert report["error"]["code"] == "server-gone", (name, report["error"])
        assert "the token has expired" in report["error"]["message"]
        assert report["claim"] == "none", (name, report)
        assert "Traceback" not in str(report)
    assert found["created"] < SOON
    assert found["key"] in (first, second)
    took, report = found["renewed"]
    assert took < SOON
    assert report["ok"], report["error"]
    assert found["key"] == report["profile"]["kmsKeyId"]
    assert found["switched"][1]["ok"], found["switched"]
    assert found["quiet"][1]["unchanged"]
    # As long as Python keeps the older session, its token may be taken again.
    for name in ("renewed", "switched"):
        report = found[name][1]
        assert (report["claim"], report["session"]["sessions"]) == ("set", 1)
        assert "does not answer any more" in str(report["findings"])
    assert found["alone"][1]["claim"] == "inEffect", found["alone"][1]["findings"]
    stored = {
        name: symbols(endpoint.stored(f"{name}/", bucket), endpoint.keys)
        for name in ("before", "renewed", "switched")
    }
    renewed = {A} if found["key"] == first else {B}
    assert stored == {"before": {A}, "renewed": renewed, "switched": {B}}
