"""Spark's Java process is killed while a request is at work: the report says so, and claims nothing.

One after the other, it is killed ahead of each of the request's calls. Must not know: which calls
there are.
"""

from __future__ import annotations

import os

import pytest

SHORT = bool(os.environ.get("S3E_SHORT"))
#: In the short run it is killed ahead of the first call, the last, and so many between them.
BETWEEN = 1
#: Seconds within which a request has to say it.
SOON = 30


def killed(asked, between, first, second):
    """The answers of a request whose Java process is killed, and of those that are asked next."""
    import contextlib
    import io
    import os
    import signal
    import time

    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    import jupyterlab_s3_encryption as s3enc
    from tests.support.agent_requests import ask, forget, kms
    from tests.support.stopping import Calls

    def fresh():
        forget()
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = None
        found = SparkSession.builder.getOrCreate()
        ask("apply", profile=kms(first))
        if asked == "guard":
            found.conf.set("fs.s3a.encryption.key", second)
        return found

    def using():
        try:
            with s3enc.using("sse-kms", second):
                pass
        except s3enc.EncryptionError as error:
            return error.report.to_dict()
        return ask("verify")

    requests = {
        "apply": lambda: ask("apply", profile=kms(second)),
        "clear": lambda: ask("clear"),
        "guard": lambda: ask("guard", profile=kms(first), block=True),
        "verify": lambda: ask("verify"),
        "using": using,
    }
    spark = fresh()
    client = type(spark.sparkContext._gateway._gateway_client)
    calls = Calls(client)
    client.send_command = calls.send_command

    def kill():
        process = SparkContext._gateway.proc
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    calls.do = kill
    calls.stop_at()
    requests[asked]()
    count, answers = calls.count, []
    points = range(1, count + 1)
    if between is not None:
        points = sorted({1 + (count - 1) * n // (between + 1) for n in range(between + 2)})
    kill()
    for number in points:
        fresh()
        calls.stop_at(number)
        said = io.StringIO()
        began = time.monotonic()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            report = requests[asked]()
        took = time.monotonic() - began
        dead = calls.count >= number
        calls.leave()
        later = {name: ask(name) for name in ("verify", "clear")}
        later["guard"] = ask("guard", profile=kms(first), block=True)
        answers.append([number, dead, took, report, later, said.getvalue()])
        if not dead:
            kill()
    return answers


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", ["apply", "clear", "guard", "verify", "using"])
def test_a_java_process_that_is_killed_is_reported_and_nothing_is_claimed(
    run_script, endpoint, what
):
    first, second = endpoint.keys
    between = BETWEEN if SHORT else None
    answers = run_script(
        killed, timeout=3000, asked=what, between=between, first=first, second=second
    )
    assert sum(dead for _, dead, *_ in answers) >= 2
    for number, dead, took, report, later, said in answers:
        if not dead:  # it took fewer calls this time
            continue
        for name, one in {what: report, **later}.items():
            where = (number, name, one)
            assert one["ok"] is False, where
            assert one["error"]["code"] == "jvm-gone", where
            assert one["error"]["message"].endswith("Restart the kernel."), where
            assert one["claim"] == "none", where
            assert "Traceback" not in str(one), where
        assert took < SOON, number
        assert said == "", number
