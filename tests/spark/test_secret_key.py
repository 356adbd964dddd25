"""The SSE-C key is in no log of py4j, and a redaction that no longer hides it is an error.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import logging
import pickle

import pytest

from jupyterlab_s3_encryption import agent
from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.spark.sessions import REDACTION
from tests.support.agent_requests import CUSTOMER_KEY, ask, codes, request
from tests.support.stopping import OURS, Calls

pytestmark = pytest.mark.usefixtures("fresh_agent")

SSE_C = {"method": "sse-c"}
#: A part of the key without characters that are escaped on the way.
PART = CUSTOMER_KEY[:20]


@pytest.mark.both
def test_py4j_logs_the_key_in_no_request_and_for_no_new_session(spark, bucket, caplog):
    spark.range(1).write.parquet(f"s3a://{bucket}/open")
    with caplog.at_level(logging.DEBUG):
        ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
        spark.newSession()
        ask("verify")
        ask("guard", profile=SSE_C, customerKey=CUSTOMER_KEY, block=True)
        ask("canary", location=f"s3a://{bucket}/x")
        ask("apply", profile={"method": "sse-s3"})
        ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
        ask("clear")
        assert PART not in caplog.text
        caplog.clear()
        spark.conf.get("spark.app.name")
        assert "Answer received" in caplog.text


def test_nothing_that_the_agent_keeps_shows_or_pickles_the_key(spark, bucket):
    ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
    current = state.get()
    records = [*current.records.values(), current.hadoop]
    for holder in [current, current.renewal, *records]:
        assert PART not in repr(vars(holder))
    for record in current.records.values():
        with pytest.raises(TypeError, match="SSE-C key"):
            pickle.dumps(record.applied)


def frames(trace):
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


@pytest.mark.timeout(600)
@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.soak)])
def test_an_interrupt_at_any_call_leaves_no_key_in_the_agents_frames(spark, monkeypatch, stride):
    chosen = {"profile": SSE_C, "customerKey": CUSTOMER_KEY}
    ask("apply", **chosen)
    client = type(spark.sparkContext._gateway._gateway_client)
    calls = Calls(client)
    monkeypatch.setattr(client, "send_command", calls.send_command)
    seen = set()
    for name, arguments in [
        ("apply", chosen),
        ("verify", {}),
        ("guard", {**chosen, "block": True}),
    ]:
        number = 1
        while True:
            asked = request(name, **arguments)
            calls.stop_at(number)
            try:
                agent.handle(asked)
            except KeyboardInterrupt as error:
                trace = error.__traceback__
            over = calls.count < number
            calls.leave()
            if over:
                break
            for frame in list(frames(trace))[1:]:
                if frame.f_code.co_filename.startswith(OURS):
                    seen.add(frame.f_code.co_name)
                    assert PART not in repr(frame.f_locals), (name, number, frame.f_code)
            number += stride
            if name == "guard":
                ask("apply", **chosen)
    assert len(seen) > 20


def test_the_key_that_was_applied_is_compared_in_java(spark, monkeypatch):
    ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
    client = type(spark.sparkContext._gateway._gateway_client)
    original, answers = client.send_command, []

    def send_command(*arguments, **more):
        answers.append(original(*arguments, **more))
        return answers[-1]

    monkeypatch.setattr(client, "send_command", send_command)
    assert ask("verify")["claim"] != "none"
    assert len(answers) > 10
    assert not [answer for answer in answers if PART in str(answer)]
    spark.conf.set("fs.s3a.encryption.key", CUSTOMER_KEY[::-1].replace("=", "A")[:43] + "=")
    assert ask("verify")["claim"] == "none"


def test_a_redaction_that_no_longer_hides_the_key_is_an_error(spark):
    assert ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)["claim"] != "none"
    spark.conf.set(REDACTION, "(?i)url")
    report = ask("verify")
    assert report["claim"] == "none"
    found = report["findings"][codes(report).index("changed-since")]
    assert found["severity"] == "error"
    assert "no longer hides the SSE-C key" in found["message"]
    spark.conf.set(REDACTION, "(?i)url|token|encryption[.]key")
    report = ask("verify")
    found = report["findings"][codes(report).index("changed-since")]
    assert found["severity"] == "warning"
    spark.conf.unset(REDACTION)
    assert ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)["claim"] != "none"
