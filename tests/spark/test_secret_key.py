"""The SSE-C key is in no log of py4j, and a redaction that no longer hides it is an error.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import logging
import pickle

import pytest

from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.spark.sessions import REDACTION
from tests.support.agent_requests import CUSTOMER_KEY, ask, codes

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
