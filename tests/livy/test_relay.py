"""The relay of sparkmagic kernels against stand-ins: faults that the real ones cannot be made to have.

What the real sparkmagic and the real Livy do is in test_livy.py. Must not know: messages.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import sys
import types
import zlib
from typing import Any

import pytest

from jupyterlab_s3_encryption.agent import report as reports
from tests.agent.test_bundle import program
from tests.livy.stand_in import LIVY, KernelStandIn, LivyStandIn, SessionStandIn
from tests.support.agent_requests import AGENT, codes, filled, request, shipped, unexplained

KEY = "spark.hadoop.fs.s3a.encryption.algorithm"
PROFILE = {"method": "sse-s3"}
CONF = {KEY: "AES256"}
STATEMENTS = "/sessions/7/statements"
DONE = {"id": 0, "state": "available"}


CONTRACT = AGENT.parents[1] / "src" / "contract"


def text(name: str) -> str:
    return (LIVY / f"{name}.py").read_text("utf-8")


@pytest.fixture
def livy():
    found = LivyStandIn()
    yield found
    found.stop()


@pytest.fixture
def kernel(monkeypatch):
    found = KernelStandIn()
    monkeypatch.setitem(sys.modules, "IPython", found.ipython)
    monkeypatch.setitem(sys.modules, "sparkmagic.utils.configuration", found.configuration)
    for part in ("livy", "livy_session", "bootstrap"):
        name = f"_jupyterlab_s3_encryption_{part}"
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    return found


@pytest.fixture(scope="module")
def session() -> Any:
    module = types.ModuleType("livy_session")
    exec(text("session"), module.__dict__)
    return module


def ask(name: str, conf: dict[str, str] | None = None, **arguments: Any) -> dict[str, Any]:
    """One request to the relay, as the front end sends it."""
    payload = {
        "bootstrap": shipped("relay"),
        "protocol": 1,
        "version": "9.9.9",
        "fingerprint": "test",
        "request": request(name, **arguments),
        "livy": {
            "session": text("session"),
            "statement": text("statement"),
            "bootstrap": shipped("bootstrap"),
            "frame": "f-1",
            "conf": conf or {},
            "refused": None,
        },
        "files": {"__init__.py": ""},
    }
    names: dict[str, Any] = {"__name__": "_s3_encryption_bootstrap"}
    exec(payload["bootstrap"], names)
    report = json.loads(json.dumps(names["run"](payload).report))
    assert "sentences" not in report or unexplained(report) == []
    return report


def frame(report: dict[str, Any], mark: str = "f-1") -> str:
    said = base64.b64encode(zlib.compress(json.dumps(report).encode("utf-8"))).decode("ascii")
    return f"<<{mark}:{len(said)}>>{said}<<{mark}>>"


def saying(said: str) -> dict[str, Any]:
    return {**DONE, "output": {"status": "ok", "data": {"text/plain": said}}}


GOOD = {"ok": True, "claim": "inEffect", "findings": []}


@pytest.mark.parametrize(
    "said",
    [
        frame(GOOD),
        f"before\n{frame(GOOD)}\nafter",
        "x" * 10_000_000 + frame(GOOD),
        frame(GOOD) + frame({"ok": False}),
        "<<f-1:" + frame(GOOD, "f-2") + frame(GOOD),
    ],
    ids=["alone", "foreign text", "10 MB before", "twice", "marks of others"],
)
def test_an_answer_is_what_is_between_the_marks(session, said):
    assert session.framed(saying(said), "f-1") == GOOD


@pytest.mark.parametrize(
    "said",
    ["", "done", frame(GOOD)[:-3], frame(GOOD, "f-2"), frame(GOOD).replace("eJ", "eJe", 1)],
    ids=["nothing", "text", "cut", "another's", "another length"],
)
def test_without_whole_marks_there_is_no_answer(session, said):
    with pytest.raises(session.LivyError) as raised:
        session.framed(saying(said), "f-1")
    assert raised.value.code == "bad-answer"


def test_an_error_of_the_statement_is_reported(session):
    failed = {**DONE, "output": {"status": "error", "evalue": "name 'x' is not defined"}}
    with pytest.raises(session.LivyError, match="name 'x' is not defined"):
        session.framed(failed, "f-1")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, "out of order"), "Livy answered 500: out of order"),
        ((200, "<html>"), "did not answer with JSON"),
        ((401, {}), "Livy answered 401"),
    ],
)
def test_an_apply_that_livy_fails_says_so_and_changes_nothing(kernel, livy, answer, why):
    kernel.session = SessionStandIn(livy.url)
    livy.answers[f"POST {STATEMENTS}"] = answer
    report = ask("apply", CONF, profile=PROFILE)
    assert not report["ok"]
    assert report["error"]["code"] == "livy-failed"
    assert why in report["error"]["message"]
    assert report["profile"] is None
    assert kernel.properties() == {}
    assert set(reports.empty("apply", "", "")) <= set(report)


def test_an_unreachable_livy_is_reported_at_once(kernel, livy):
    kernel.session = SessionStandIn(livy.url)
    livy.stop()
    assert ask("apply", CONF, profile=PROFILE)["error"]["code"] == "livy-failed"


def test_if_a_session_is_gone_the_next_one_starts_with_the_profile(kernel, livy):
    kernel.session = SessionStandIn(livy.url)
    report = ask("apply", CONF, profile=PROFILE)
    assert report["ok"]
    assert report["waiting"]
    assert "livy-session-lost" in codes(report)
    assert kernel.properties() == {"conf": CONF}


def test_a_guard_keeps_the_profile_if_livy_fails(kernel, livy):
    ask("apply", CONF, profile=PROFILE)
    kernel.session = SessionStandIn(livy.url, CONF)
    livy.answers[f"POST {STATEMENTS}"] = (500, "")
    report = ask("guard", CONF, profile=PROFILE)
    assert not report["ok"]
    assert report["profile"] == PROFILE
    assert kernel.properties() == {"conf": CONF}


def test_a_guard_that_cells_wait_for_asks_the_session_and_fails_if_it_gets_no_answer(kernel, livy):
    kernel.session = SessionStandIn(livy.url, CONF)
    livy.answers[f"POST {STATEMENTS}"] = (201, {"id": 3})
    livy.answers[f"GET {STATEMENTS}/3"] = (200, saying(frame(GOOD)))
    livy.answers["GET /sessions/7/state"] = (200, {"state": "busy"})
    ask("apply", CONF, profile=PROFILE)
    assert ask("guard", CONF, profile=PROFILE, block=True) == GOOD
    assert livy.asked.count(f"POST {STATEMENTS}") == 2
    assert ask("guard", CONF, profile=PROFILE, block=False)["unchanged"]
    assert livy.asked.count(f"POST {STATEMENTS}") == 2
    livy.answers[f"POST {STATEMENTS}"] = (500, "")
    report = ask("guard", CONF, profile=PROFILE, block=True)
    assert (report["ok"], report["error"]["code"]) == (False, "livy-failed")


def test_a_statement_that_is_late_is_cancelled(session, livy):
    livy.answers[f"POST {STATEMENTS}"] = (201, {"id": 3})
    livy.answers[f"GET {STATEMENTS}/3"] = (200, {"id": 3, "state": "running", "output": None})
    with pytest.raises(session.LivyError) as raised:
        session.ask(SessionStandIn(livy.url), {"frame": "f-1"}, 0.2)
    assert raised.value.code == "livy-late"
    assert livy.asked[-1] == f"POST {STATEMENTS}/3/cancel"


def test_an_output_that_comes_after_the_end_of_its_statement_is_waited_for(session, livy):
    ended = {"id": 3, "state": "available", "output": None}
    livy.answers[f"POST {STATEMENTS}"] = (201, {"id": 3})
    livy.answers[f"GET {STATEMENTS}/3"] = [(200, ended), (200, ended), (200, saying(frame(GOOD)))]
    assert session.ask(SessionStandIn(livy.url), {"frame": "f-1"}, 20) == GOOD


def test_a_session_that_lost_what_it_had_been_given_gets_it_again(kernel, livy):
    kernel.session = SessionStandIn(livy.url, CONF)
    lost = saying("'_s3_encryption_absent'")
    livy.answers[f"POST {STATEMENTS}"] = (201, {"id": 3})
    found = [(200, saying(frame(GOOD))), (200, lost), (200, saying(frame(GOOD)))]
    livy.answers[f"GET {STATEMENTS}/3"] = found
    for _ in range(2):
        assert ask("apply", CONF, profile=PROFILE) == GOOD
    assert livy.asked.count(f"POST {STATEMENTS}") == 3
    whole, again, once_more = (len(body) for body in livy.bodies if "code" in body)
    assert again < 1500 < whole == once_more


def test_an_output_that_never_comes_is_no_answer(session, livy):
    livy.answers[f"POST {STATEMENTS}"] = (201, {"id": 3})
    livy.answers[f"GET {STATEMENTS}/3"] = (200, {"id": 3, "state": "available", "output": None})
    with pytest.raises(session.LivyError) as raised:
        session.ask(SessionStandIn(livy.url), {"frame": "f-1"}, 20)
    assert raised.value.code == "bad-answer"


def test_no_request_ever_starts_a_session(kernel, livy):
    for name in ("probe", "guard", "verify", "audit", "canary", "clear", "apply"):
        report = ask(name, CONF, **({"profile": PROFILE} if name in ("guard", "apply") else {}))
        assert report["session"]["kind"] == "none"
    kernel.session = SessionStandIn(livy.url)
    for name in ("probe", "guard", "verify", "audit", "clear"):
        ask(name, CONF, **({"profile": PROFILE} if name == "guard" else {}))
    assert not [item for item in livy.asked if item == "POST /sessions"]


def test_what_needs_stored_objects_is_refused_before_there_is_a_session(kernel):
    assert ask("audit", path="s3://b/")["error"]["code"] == "no-session"


def test_a_clear_restores_what_the_user_configured(kernel):
    kernel.configured = {"conf": {KEY: "SSE-KMS", "spark.x": "1"}, "executorMemory": "2G"}
    report = ask("apply", CONF, profile=PROFILE)
    assert kernel.properties()["conf"] == {KEY: "AES256", "spark.x": "1"}
    assert kernel.properties()["executorMemory"] == "2G"
    assert f"Your own configuration has {KEY}" in report["findings"][0]["message"]
    ask("clear")
    assert kernel.properties() == kernel.configured


def test_a_name_that_livy_drops_is_reported(kernel):
    kernel.configured = {"conf": {"fs.s3a.encryption.algorithm": "AES256"}}
    message = ask("apply", CONF, profile=PROFILE)["findings"][0]["message"]
    assert message.endswith(
        "Without the prefix spark.hadoop. Livy drops fs.s3a.encryption.algorithm."
    )


def test_a_configuration_of_another_shape_reaches_livy_as_it_is(kernel):
    kernel.configured = {"conf": "no pairs"}
    assert ask("apply", CONF, profile=PROFILE)["ok"]
    assert kernel.properties() == kernel.configured


def test_bucket_default_starts_the_session_with_nothing_of_ours(kernel):
    ask("apply", CONF, profile=PROFILE)
    report = ask("apply", {}, profile={"method": "bucket-default"})
    assert report["waiting"]
    assert kernel.properties() == {}


def test_other_pages_are_notified_of_a_change_and_not_of_a_check(kernel):
    ask("apply", CONF, profile=PROFILE)
    ask("guard", CONF, profile=PROFILE)
    ask("probe")
    assert kernel.published == ["s3_encryption_changed"]


def test_another_pages_choice_is_not_overwritten_by_a_guard(kernel):
    ask("apply", CONF, profile=PROFILE)
    assert ask("guard", {}, profile={"method": "bucket-default"})["profile"] == PROFILE
    ask("clear")
    assert ask("guard", CONF, profile=PROFILE)["profile"] is None


def test_a_kernel_without_sparkmagic_is_reported(kernel):
    kernel.ipython.get_ipython().magics_manager.registry.clear()
    assert ask("apply", CONF, profile=PROFILE)["error"]["code"] == "no-sparkmagic"


def test_cached_texts_answer_as_if_they_had_been_sent(session, monkeypatch):
    monkeypatch.delitem(sys.modules, "_jupyterlab_s3_encryption_statement", raising=False)
    bootstrap = "def run(p): raise ValueError(p['request'])"
    inside = {"frame": "f-1", "requests": ["one"], "kept": 7, "packed": True}
    texts = {"statement": text("statement"), "bootstrap": bootstrap}

    def said(code: str, what: dict[str, Any]) -> str:
        packed = base64.b64encode(zlib.compress(json.dumps(what).encode("utf-8"))).decode("ascii")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            value = eval(code.replace("BODY", packed), {})
        return out.getvalue() or value

    again = session.AGAIN % (session.ABSENT, "BODY")
    assert said(again, inside) == session.ABSENT
    answers = [said(session.CODE % "BODY", {**inside, **texts}), said(again, inside)]
    assert answers[0] == answers[1]
    with pytest.raises(session.LivyError, match="ValueError: one"):
        session.framed(saying(answers[1]), "f-1")
    assert said(again, {**inside, "kept": 8}) == session.ABSENT


def test_files_that_went_ahead_are_taken_with_the_next_ones_and_only_once():
    bootstrap = """class Answer:
    def __init__(self, report): self.report = report
def run(p): return Answer({"files": sorted(p.get("files", ()))})
"""
    answers = []
    steps: list[dict[str, Any]] = [
        {"ahead": {"a": "1"}, "requests": []},
        {"ahead": {"c": "1"}, "requests": []},
        {"requests": ["probe"]},
        {"files": {"b": "2"}, "requests": ["probe"]},
        {"files": {"b": "2"}, "requests": ["probe"]},
        # Of another version: neither the next ones ahead nor the files are mixed with them.
        {"ahead": {"a": "1"}, "requests": []},
        {"ahead": {"c": "1"}, "requests": [], "fingerprint": "other"},
        {"files": {"b": "2"}, "requests": ["probe"]},
    ]
    for step in steps:
        out = io.StringIO()
        payload = {"bootstrap": bootstrap, "frame": "f-1", "fingerprint": "one", **step}
        with contextlib.redirect_stdout(out):
            exec(text("statement"), {"__name__": "statement", "p": payload})
        found = re.search(r"<<f-1:\d+>>(.*)<<f-1>>", out.getvalue())
        assert found is not None
        answers.append(json.loads(found.group(1)))
    assert [answer.get("files") for answer in answers] == [
        *(None, None, []),
        *(["a", "b", "c"], ["b"]),
        *(None, None, ["b"]),
    ]


def test_a_failure_in_the_session_is_a_frame_too():
    out = io.StringIO()
    payload = {"bootstrap": "raise ValueError('no')", "frame": "f-1", "requests": []}
    with contextlib.redirect_stdout(out):
        exec(text("statement"), {"__name__": "statement", "p": payload})
    found = re.search(r"<<f-1:\d+>>(.*)<<f-1>>", out.getvalue())
    assert found is not None
    assert json.loads(found.group(1)) == {"failed": "ValueError: no"}


@pytest.mark.usefixtures("kernel")
def test_a_report_of_the_relay_has_the_keys_of_the_empty_one():
    contract = json.loads((AGENT / "data" / "contract.json").read_text("utf-8"))
    empty = contract["emptyReport"]
    found = ask("probe")
    assert set(found) == set(empty)
    assert (found["session"], found["claim"]) == (empty["session"], "none")


@pytest.mark.parametrize("name", ["detect", "relay", "session", "statement"])
def test_what_is_shipped_for_livy_is_the_same_program(name):
    assert program(shipped(name)) == program(filled(text(name)))
    assert '"""' not in shipped(name)
