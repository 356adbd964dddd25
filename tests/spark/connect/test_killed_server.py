"""A Spark Connect server is killed while a request is at work: the report says so, claims nothing, and
a session on another server has the settings before its first command.

Must not know: what the requests ask. Only on Spark 4: Spark 3.5 has no Connect server of its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.spark_connect import ConnectServer, needs_own_server

pytest.importorskip("grpc_status", reason="the client of Spark Connect needs grpcio-status")
pytestmark = [
    pytest.mark.line("4.3"),
    needs_own_server,
]
#: Seconds within which a request has to say it, and a canary, which writes, and looks twice.
SOON, CANARY = 30, 60


@pytest.fixture(scope="module")
def another(base_conf):
    """The server on which a new session goes on."""
    with ConnectServer(base_conf) as running:
        yield running


def killed(asked, at, pid, url, another, bucket, first, second, certificate):
    import json
    import os
    import signal
    import time
    from pathlib import Path

    from pyspark.sql import SparkSession

    from tests.support.agent_requests import ask, kms
    from tests.support.spark_connect import Requests

    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_CA_BUNDLE=certificate)
    requests = Requests()
    spark = SparkSession.builder.remote(url).getOrCreate()
    armed = ask("apply", profile=kms(first))
    spark.range(0, 4, 1, 2).write.parquet(f"s3a://{bucket}/{asked}-{at}")
    assert ask("verify")["claim"] == "inEffect"
    named = {name: armed[name] for name in ("profile", "fingerprint")}
    more = {
        "apply": {"profile": kms(second)},
        "guard": {**named, "block": True},
        "canary": {"location": f"s3a://{bucket}/canary"},
    }

    def timed(name):
        began = time.monotonic()
        report = ask(name, **more.get(name, {}))
        return [time.monotonic() - began, report]

    requests.begin(at, lambda: os.killpg(pid, signal.SIGKILL))
    found = {"at": timed(asked), "asked": list(requests.names)}
    requests.begin()
    found["later"] = {name: timed(name) for name in ("verify", "guard", "writes", "clear")}
    began = time.monotonic()
    new = SparkSession.builder.remote(another).create()
    found["created"] = time.monotonic() - began
    found["key"] = new.conf.get("fs.s3a.encryption.key", None)
    found["new"] = timed("verify")
    found["switched"] = timed("apply")
    found["after"] = new.conf.get("fs.s3a.encryption.key", None)
    Path(os.environ["SCRIPT_RESULT"]).write_text(json.dumps(found), "utf-8")
    # Threads of pyspark's, for which its end would wait, try to reach the dead server for ten minutes.
    os._exit(0)


def soaked(*values: Any) -> Any:
    return pytest.param(*values, marks=pytest.mark.soak)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("asked", "at"),
    [
        soaked("apply", 1),  # reads the settings
        ("apply", 2),  # sets them
        soaked("apply", 3),  # looks into the server
        soaked("apply", 4),  # reads back
        soaked("verify", 1),  # looks
        soaked("verify", 2),  # reads
        soaked("guard", 1),  # reads
        soaked("canary", 2),  # writes
        soaked("clear", 2),  # takes back
        soaked("writes", 1),  # asks for what was written
    ],
)
def test_a_server_that_is_killed_is_reported_and_the_next_session_has_the_settings(
    endpoint, base_conf, another, asked, at
):
    from tests.support.spark_script import run_script

    bucket = f"connect-killed-{asked}-{at}"
    endpoint.create_bucket(bucket)
    first, second = endpoint.keys
    with ConnectServer(base_conf) as server:
        found = run_script(
            killed,
            base_conf,
            asked=asked,
            at=at,
            pid=server.pid,
            url=server.url,
            another=another.url,
            bucket=bucket,
            first=first,
            second=second,
            certificate=str(endpoint.trust_store.parent / "endpoint.crt"),
        )
    assert len(found["asked"]) >= at, found["asked"]
    for name, (took, report) in {"at": found["at"], **found["later"]}.items():
        where = (name, took, report)
        assert took < (CANARY if name == "at" and asked == "canary" else SOON), where
        assert report["ok"] is False, where
        assert report["error"]["code"] == "server-gone", where
        assert report["claim"] == "none", where
        assert "Traceback" not in str(report), where
    assert found["created"] < SOON
    took, report = found["new"]
    assert took < SOON
    assert found["key"] in (first, second)
    assert found["key"] == report["profile"]["kmsKeyId"]
    assert report["ok"], report["error"]
    assert report["session"]["sessions"] == 1
    # The older session may come back, so nothing is claimed beyond what is set.
    assert report["claim"] == "set", report["findings"]
    assert found["switched"][1]["ok"], found["switched"]
    assert found["after"] == second
