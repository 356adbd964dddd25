"""How long a new application's executors are waited for. Must not know: Spark."""

from __future__ import annotations

import types

import pytest

from jupyterlab_s3_encryption.agent.spark import jvm
from jupyterlab_s3_encryption.agent.spark.executors import tasks

CLUSTER = "spark://127.0.0.1:7077"


class Conf(dict):
    def get(self, key, default=None):
        return super().get(key, default)


@pytest.fixture
def counts(monkeypatch):
    """How many executors there are at each look; a look beyond the last one fails."""
    left: list[int] = []

    def known(_):
        return set(map(str, range(left.pop(0))))

    monkeypatch.setattr(tasks, "known", known)
    monkeypatch.setattr(tasks.time, "sleep", lambda _: None)
    return left


def wait(monkeypatch, master=CLUSTER, wanted=2, **conf):
    scala = types.SimpleNamespace(
        getConf=lambda: Conf({k.replace("_", "."): v for k, v in conf.items()})
    )
    monkeypatch.setattr(jvm, "scala", lambda _: scala)
    tasks.wait_for_start(types.SimpleNamespace(master=master), wanted, 60.0)


def test_it_ends_when_as_many_are_there_as_the_application_before_had(counts, monkeypatch):
    counts += [0, 1, 2, 9]
    wait(monkeypatch)
    assert counts == [9]


def test_it_ends_with_most_of_those_that_the_user_asked_for(counts, monkeypatch):
    counts += [7, 8, 10]
    wait(monkeypatch, spark_executor_instances="10")
    assert counts == [10]


def test_nothing_is_waited_for_if_spark_starts_executors_for_jobs_only(counts, monkeypatch):
    wait(monkeypatch, spark_dynamicAllocation_enabled="true")
    assert counts == []
