"""Two threads that apply, clear and create sessions of one real Spark end with one profile.

Must not know: kernels, the front end.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.agent_requests import ask, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")

KEY = "fs.s3a.encryption.key"


@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.soak)])
def test_rounds_of_two_threads_end_with_one_profile_and_a_clean_clear(spark, endpoint, rounds):
    before = {row.key for row in spark.sql("SET").collect() if "encryption" in row.key}
    with ThreadPoolExecutor(2) as pool:
        for number in range(rounds):
            together = threading.Barrier(2)

            def work(key, clears, together=together):
                together.wait(60)
                ask("apply", profile=kms(key))
                made = spark.newSession()
                if clears:
                    ask("clear")
                    ask("apply", profile=kms(key))
                return made

            tasks = [
                pool.submit(work, endpoint.keys[0], number % 3 == 0),
                pool.submit(work, endpoint.keys[1], number % 5 == 0),
            ]
            sessions = [spark, *(task.result(120) for task in tasks)]
            report = ask("verify")
            assert (report["ok"], report["claim"], report["changed"]) == (True, "inEffect", [])
            assert {one.conf.get(KEY) for one in sessions} == {report["profile"]["kmsKeyId"]}
            report = ask("clear")
            assert (report["ok"], report["profile"]) == (True, None)
            for session in sessions:
                names = {row.key for row in session.sql("SET").collect()}
                assert {name for name in names if "encryption" in name} == before
            del sessions, tasks
