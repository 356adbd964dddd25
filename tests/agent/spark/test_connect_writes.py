"""Own writes over Spark Connect, from what the server's record says of its SQL executions.

Must not know: how the record is asked for.
"""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_s3_encryption.agent.objects.writes import server_sources, unseen
from jupyterlab_s3_encryption.agent.spark.connect import server
from jupyterlab_s3_encryption.agent.state import Armed, Server, State

PROFILE = {"method": "sse-kms", "kmsKeyId": "k"}
PLAN = (
    "== Physical Plan ==\nExecute InsertIntoHadoopFsRelationCommand "
    "s3a://bucket/{}, false, Parquet, [path=s3a://bucket/{}], Append, [id]\n"
)


def plan(name: str) -> str:
    return PLAN.format(name, name)


class Asked:
    """A check of the writes, with what the server says each time it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = State()
        self.state.timeline = [Armed(PROFILE), Armed(PROFILE)]
        self.state.server = Server("f")
        # The first was armed after execution 4 at 5,000 ms, the second after 10 at 12,000 ms.
        self.state.server.began = [
            (4, 5000, self.state.timeline[0]),
            (10, 12000, self.state.timeline[1]),
        ]
        self.begins: list[int] = []
        self.unseen = unseen.Unseen()
        self.sources = server_sources.Sources(self.unseen)
        self.said: list[dict[str, Any]] = []
        monkeypatch.setattr(server, "after_cells", self._after_cells)

    def _after_cells(self, _state: State, _sessions: Any, number: int) -> Any:
        self.begins.append(number)
        return self.said.pop(0)

    def go(self, *executions: Any, first: int = 0, last: int | None = None, **more: Any) -> Any:
        numbers = [row[0] for row in executions]
        end = last if last is not None else max(numbers, default=0)
        found = {"settled": True, "now": 99000, "first": first, "last": end, "since": 0}
        self.said.append({**found, "next": end + 1, "executions": list(executions), **more})
        queue: list[Any] = []
        for _ in self.sources.steps(self.state, [], queue):
            pass
        return queue


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


def test_a_write_is_judged_by_what_was_armed_when_it_began(asked):
    queue = asked.go(
        (3, 4000, 4500, "own", plan("before")),
        (5, 6000, 7000, "own", plan("first")),
        (10, 11000, 13000, "own", plan("across")),
        (11, 13000, 14000, "own", plan("second")),
    )
    found = {one.location.path: one.armed for one in queue}
    first, second = asked.state.timeline
    assert found == {"/first": first, "/second": second}
    assert [one.location.path for one in asked.sources.writes] == [
        "/before",
        "/first",
        "/across",
        "/second",
    ]


def test_each_execution_is_read_once(asked):
    assert len(asked.go((11, 13000, 14000, "own", plan("a")))) == 1
    assert asked.go((11, 13000, 14000, "own", plan("a"))) == []
    assert asked.begins == [0, 12]


def test_an_execution_that_has_not_ended_is_read_again(asked):
    assert asked.go((11, 13000, None, "own", plan("a")), (12, 13000, 13001, "own", "")) == []
    assert asked.sources.unfinished()
    queue = asked.go((11, 13000, 15000, "own", plan("a")), last=12)
    assert [one.location.path for one in queue] == ["/a"]
    assert asked.begins == [0, 11]
    assert not asked.sources.unfinished()


def test_one_that_turns_out_to_be_of_others_is_not_waited_for(asked):
    asked.go((11, 13000, None, "", ""))
    assert asked.sources.unfinished()
    asked.go(last=11)
    assert not asked.sources.unfinished()


def test_what_may_be_of_others_is_not_taken_for_ones_own(asked):
    assert asked.go((11, 13000, 14000, "", plan("a"))) == []
    assert any("were yours" in text or "was yours" in text for text in asked.unseen.sentences())
    assert asked.unseen.blinds(asked.state.timeline[-1])


def test_executions_that_the_server_has_forgotten_are_counted(asked):
    asked.go((20, 13000, 14000, "own", ""), first=20)
    assert asked.unseen.blinds(asked.state.timeline[-1])


def test_those_of_before_anything_was_armed_are_not(asked):
    asked.go((5, 13000, 14000, "own", ""), first=5)
    assert not asked.unseen.blinds(asked.state.timeline[-1])


def test_a_table_that_moved_files_is_named_and_lowers_the_claim(asked):
    asked.state.profile = PROFILE
    asked.state.server.began[-1] = (10, 12000, asked.state.timeline[-1])
    moved = "== Physical Plan ==\nExecute LoadDataCommand\n   +- LoadDataCommand `spark_catalog`.`d`.`t`"
    asked.go((11, 13000, 14000, "own", moved))
    assert any("d" in path for path in asked.state.evidence.unread)
