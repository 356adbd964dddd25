"""What a page asks for: a plan, its run, and the end of either; a part of it with each request.

Must not know: how an object is changed.
"""

from __future__ import annotations

import sys
from threading import Event

import pytest

from jupyterlab_s3_encryption.agent import state as states
from jupyterlab_s3_encryption.agent.reencryption import pace
from jupyterlab_s3_encryption.agent.reencryption.steps import work
from tests.reencryption import mixed
from tests.reencryption.mixed import Encryption
from tests.support.agent_requests import ask, kms

pytestmark = pytest.mark.usefixtures("fresh_agent")


def to_the_end(name, answers=None, **arguments):
    """All answers until the last one; the report of that."""
    found = [] if answers is None else answers
    report = ask(name, **arguments)
    while True:
        entry = report[name]
        if entry is None:
            return report, found
        found.append(entry)
        if entry["token"] is None:
            return report, found
        report = ask(name, token=entry["token"])


def planned(place, path="in", **more):
    report, _ = to_the_end("reencryptionPlan", path=f"s3://{place}/{path}", **more)
    assert report["ok"], report["error"]
    return report["reencryptionPlan"]


@pytest.fixture
def armed(store, place):
    """A bucket with objects of all kinds, and another key that is applied."""
    mixed.fill(store, place, 20)
    ask("apply", profile=kms(store.keys[0]))
    return place


def test_a_plan_says_what_it_would_do_and_changes_nothing(store, armed):
    before = mixed.encryptions(store, armed)
    store.requests()
    plan = planned(armed)
    assert {one.split("-")[0] for one in store.requests()} <= {"GET", "HEAD"}
    assert mixed.encryptions(store, armed) == before
    changes, otherwise = plan["changes"], plan["otherwise"]
    changing = sum(row["objects"] for row in changes["ways"])
    assert plan["seen"] == plan["wanted"] + changing + sum(
        row["objects"] for row in changes["obstacles"]
    )
    assert {row["way"] for row in changes["ways"]} >= {"update", "copy"}
    assert {row["way"] for row in otherwise["ways"]} == {"copy"}
    assert changes["cost"]["puts"] == changing
    assert changes["cost"]["copied"] < otherwise["cost"]["copied"]
    assert plan["target"] == f"SSE-KMS with the key {store.keys[0]}"
    assert plan["notes"]


def test_what_cannot_be_changed_is_counted_by_reason_with_the_first_names(store, armed):
    store.s3.put_object(Bucket=armed, Key="in/_temporary/0/part", Body=b"x")
    obstacles = planned(armed)["changes"]["obstacles"]
    assert [row["first"] for row in obstacles if "not committed" in row["reason"]] == [
        [f"s3://{armed}/in/_temporary/0/part"]
    ]


def test_a_run_of_the_plan_changes_all_of_it_and_says_so_of_each_object(store, armed):
    plan = planned(armed)
    report, answers = to_the_end("reencryption", plan=plan["plan"])
    assert report["ok"], report["error"]
    last = answers[-1]
    rows = [row for answer in answers for row in answer["objects"]]
    total = sum(row["objects"] for row in plan["changes"]["ways"])
    assert (last["done"], last["total"], last["failed"], last["left"]) == (total, total, 0, 0)
    assert sum(row["state"] == "done" for row in rows) == total
    assert len({row["path"] for row in rows}) == len(rows)
    after = mixed.encryptions(store, armed)
    assert {one for key, one in after.items() if key.startswith("in/")} == {
        Encryption("aws:kms", store.keys[0])
    }
    assert planned(armed)["changes"]["ways"] == []


def test_the_rows_of_a_run_come_in_answers_of_bounded_size(store, armed, monkeypatch):
    monkeypatch.setattr(work, "ROWS", 3)
    plan = planned(armed)
    _, answers = to_the_end("reencryption", plan=plan["plan"])
    assert {len(answer["objects"]) <= 3 for answer in answers} == {True}
    total = sum(row["objects"] for row in plan["changes"]["ways"])
    assert sum(len(answer["objects"]) for answer in answers) == total
    assert [answer["token"] is None for answer in answers] == [False] * (len(answers) - 1) + [True]


def test_a_run_is_refused_if_another_choice_is_applied_since_the_plan(store, armed):
    plan = planned(armed)
    before = mixed.encryptions(store, armed)
    ask("apply", profile=kms(store.keys[1]))
    error = ask("reencryption", plan=plan["plan"])["error"]
    assert error["code"] == "plan-outdated"
    assert mixed.encryptions(store, armed) == before
    # It is gone for good: applying the first choice again does not bring it back.
    ask("apply", profile=kms(store.keys[0]))
    assert ask("reencryption", plan=plan["plan"])["error"]["code"] == "unknown-plan"


def test_a_run_is_refused_if_nothing_is_applied_any_more(store, armed):
    plan = planned(armed)
    ask("clear")
    assert ask("reencryption", plan=plan["plan"])["error"]["code"] == "plan-outdated"


def test_only_the_plan_that_was_made_last_is_carried_out(store, armed):
    first, second = planned(armed), planned(armed, "other")
    assert ask("reencryption", plan=first["plan"])["error"]["code"] == "unknown-plan"
    assert ask("reencryption", plan=None)["error"]["code"] == "unknown-plan"
    report, _ = to_the_end("reencryption", plan=second["plan"])
    assert report["ok"]
    # Once.
    assert ask("reencryption", plan=second["plan"])["error"]["code"] == "unknown-plan"


def test_a_run_that_is_stopped_says_what_was_changed_and_what_not(store, armed, monkeypatch):
    monkeypatch.setattr(work, "SECONDS", 0.0)
    monkeypatch.setattr(work, "BEYOND", 0.0)
    plan = planned_in_pieces(armed)
    # Nothing new is begun without time: what was tried is an object of ours.
    report = ask("reencryption", plan=plan["plan"])
    token = report["reencryption"]["token"]
    assert ask("cancelReencryption", token="another")["ok"]
    assert ask("cancelReencryption", token=token)["ok"]
    monkeypatch.setattr(work, "SECONDS", 60.0)
    report, answers = to_the_end("reencryption", token=token)
    assert report["ok"], report["error"]
    last = answers[-1]
    assert (last["cancelled"], last["done"]) == (True, 0)
    assert ask("cancelReencryption", token=token)["ok"]
    assert ask("reencryption", token=token)["error"]["code"] == "unknown-run"
    assert not any("probe" in key for key in mixed.seen(store, armed))


def planned_in_pieces(place):
    """A plan, with all the time it needs."""
    made = ask("reencryptionPlan", path=f"s3://{place}/in")["reencryptionPlan"]
    current = states.get().reencryption
    current._lease.extend(60)
    current._thread.join()
    return (
        made if made["plan"] else ask("reencryptionPlan", token=made["token"])["reencryptionPlan"]
    )


def test_a_plan_that_is_cancelled_is_gone(store, armed, monkeypatch):
    monkeypatch.setattr(work, "SECONDS", 0.0)
    report = ask("reencryptionPlan", path=f"s3://{armed}/in")
    token = report["reencryptionPlan"]["token"]
    assert ask("cancelReencryption", token=token)["ok"]
    assert ask("reencryptionPlan", token=token)["error"]["code"] == "unknown-plan"


def test_a_run_that_somebody_asks_for_is_not_replaced(store, armed, monkeypatch):
    plan = planned(armed)
    monkeypatch.setattr(work, "SECONDS", 0.0)
    monkeypatch.setattr(pace.Lease, "wait", lambda _: states.get().reencryption._waiting.wait())
    monkeypatch.setattr(work.Running, "_waiting", Event(), raising=False)
    token = ask("reencryption", plan=plan["plan"])["reencryption"]["token"]
    for name, arguments in (
        ("reencryptionPlan", {"path": f"s3://{armed}/in"}),
        ("reencryption", {"plan": plan["plan"]}),
    ):
        assert ask(name, **arguments)["error"]["code"] == "reencryption-under-way"
    # A page that went away without a word does not block the kernel for ever.
    monkeypatch.setattr(work, "PATIENCE", -1.0)
    report = ask("reencryptionPlan", path=f"s3://{armed}/in")
    work.Running._waiting.set()
    assert report["ok"], report["error"]
    assert ask("reencryption", token=token)["error"]["code"] == "unknown-run"


@pytest.mark.parametrize(
    ("path", "code"),
    [("in", "invalid-path"), (3, "invalid-path"), ("s3://x--x-s3/in", "invalid-path")],
)
def test_an_address_that_is_none_is_said_at_its_field(store, armed, path, code):
    error = ask("reencryptionPlan", path=path)["error"]
    assert (error["code"], [one["field"] for one in error["fields"]]) == (code, ["path"])


def test_a_path_with_nothing_below_it_has_no_plan(store, armed):
    report, _ = to_the_end("reencryptionPlan", path=f"s3://{armed}/nothing")
    assert report["error"]["code"] == "not-planned"
    assert "Nothing is stored" in report["error"]["message"]


def test_a_choice_that_s3_cannot_give_to_what_is_stored_has_no_plan(store, armed):
    ask("apply", profile={"method": "bucket-default"})
    report, _ = to_the_end("reencryptionPlan", path=f"s3://{armed}/in")
    assert report["error"]["code"] == "not-planned"
    assert "cannot re-encrypt" in report["error"]["message"]


def test_without_boto3_it_says_so(store, armed, monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    error = ask("reencryptionPlan", path=f"s3://{armed}/in")["error"]
    assert error["code"] == "not-planned"
    assert "no boto3" in error["message"]


def test_a_run_that_may_not_begin_says_why_and_changes_nothing(store, armed):
    store.mode(update=False, conditions=False)
    plan = planned(armed)
    before = mixed.encryptions(store, armed)
    report, answers = to_the_end("reencryption", plan=plan["plan"])
    assert report["error"]["code"] == "reencryption-failed"
    assert "does not check conditions" in report["error"]["message"]
    assert [row for answer in answers for row in answer["objects"] if row["state"] == "done"] == []
    assert mixed.encryptions(store, armed) == before


def test_time_in_which_a_run_may_not_go_on_is_not_counted():
    clock = pace.Lease()
    clock.extend(0.0)
    paused = clock.paused
    clock.extend(60.0)
    assert clock.paused >= paused
    before = clock.paused
    clock.extend(60.0)
    assert clock.paused == before
    assert clock.unused() == 0
