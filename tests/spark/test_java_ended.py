"""A kernel whose Java process ended: every request says so, and what to do about it.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import pytest

from tests.support.agent_requests import kms


def without_java(profile, bucket):
    """Ends the Java process of a session with a profile; the answer of each request after it."""
    from pyspark.sql import SparkSession

    from jupyterlab_s3_encryption.agent import requests
    from tests.support.agent_requests import ask

    spark = SparkSession.builder.getOrCreate()
    armed = ask("apply", profile=profile)
    spark.range(2).write.parquet(f"s3a://{bucket}/data")
    ask("writes", budget=10)
    process = spark.sparkContext._gateway.proc
    process.kill()
    process.wait()
    # Ahead of a cell, while nothing else has noticed yet.
    guards = [
        ask("guard", profile=profile, fingerprint=armed["fingerprint"], block=block)
        for block in (False, True)
    ]
    arguments = {
        "apply": {"profile": profile},
        "canary": {"location": f"s3a://{bucket}/canary"},
        "audit": {"path": f"s3a://{bucket}/data"},
        "bucket": {"bucket": bucket},
    }
    found = {name: ask(name, **arguments.get(name, {})) for name in requests.REQUESTS}
    found.update(zip(("guard", "blocking guard"), guards, strict=True))
    return {name: [one["ok"], one.get("error")] for name, one in found.items()}


@pytest.mark.line("3.5")
def test_every_request_says_to_restart_the_kernel_if_java_has_ended(run_script, endpoint, bucket):
    found = run_script(without_java, profile=kms(endpoint.keys[0]), bucket=bucket)
    for name, (ok, error) in found.items():
        assert (ok, error["code"]) == (False, "jvm-gone"), (name, error)
        assert error["message"].endswith("Restart the kernel."), name
        assert "Traceback" not in error["message"], name
