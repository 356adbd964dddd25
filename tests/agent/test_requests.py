"""The agent's answers without Spark, and how the bootstrap finds or loads it.

Must not know: Spark, Jupyter.
"""

from __future__ import annotations

import json
import linecache
import sys

import pytest

from jupyterlab_s3_encryption import agent
from jupyterlab_s3_encryption.agent import state as agent_state
from jupyterlab_s3_encryption.agent.objects import requests as about_objects
from jupyterlab_s3_encryption.agent.spark import sessions
from tests.support.agent_requests import (
    CUSTOMER_KEY,
    KEPT,
    SHIPPED,
    STATE,
    ask,
    codes,
    forget,
    payload,
    request,
    run_bootstrap,
)

pytestmark = pytest.mark.usefixtures("no_spark")

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KMS = {"method": "sse-kms", "kmsKeyId": KEY}


@pytest.fixture
def not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)


@pytest.mark.parametrize("name", ["probe", "verify", "clear", "release"])
def test_a_request_without_spark_has_every_key_and_claims_nothing(name):
    answer = ask(name)
    assert set(answer) == set(agent.report.empty(name, "", "installed"))
    assert (answer["ok"], answer["claim"], answer["session"]["kind"]) == (True, "none", "none")
    assert [entry["connector"] for entry in answer["connectors"]] == ["none"] * 3
    assert not [name for name in sys.modules if name.split(".")[0] == "pyspark"]


def test_a_canary_needs_a_session_that_a_spark_context_alone_is_not(monkeypatch):
    alone = object.__new__(sessions.ContextOnly)
    alone.context = object()
    monkeypatch.setattr(about_objects, "find_sessions", lambda _: [alone])
    outcome = about_objects.canary(agent_state.State(), {"location": "s3a://bucket/folder"})
    assert (outcome.error.code, outcome.parts) == ("no-session", None)


def test_a_profile_without_spark_is_armed_and_waits():
    answer = ask("apply", profile=KMS)
    assert (answer["ok"], answer["waiting"], answer["claim"]) == (True, True, "none")
    assert answer["profile"] == KMS
    again = ask("probe")
    assert (again["waiting"], again["fingerprint"]) == (True, answer["fingerprint"])
    assert ask("clear")["profile"] is None
    assert not ask("probe")["waiting"]


def test_a_profile_that_is_not_valid_changes_nothing_and_names_the_fields():
    ask("apply", profile=KMS)
    answer = ask("apply", profile={"method": "sse-kms", "kmsKeyId": "x", "name": ""})
    assert answer["error"]["code"] == "invalid-profile"
    assert [item["field"] for item in answer["error"]["fields"]] == ["name", "kmsKeyId"]
    assert answer["error"]["settings"] == "unchanged"
    assert answer["profile"] == KMS


@pytest.mark.parametrize("bad", [None, [], "sse-s3", {"method": ["sse-s3"]}, {"method": None}])
def test_anything_as_a_profile_is_answered(bad):
    assert ask("apply", profile=bad)["error"]["code"] == "invalid-profile"


def test_a_connector_that_is_not_known_is_refused():
    answer = ask("apply", profile=KMS, connector="s3n")
    assert [item["field"] for item in answer["error"]["fields"]] == ["connector"]


@pytest.mark.parametrize("bad", [{}, {"request": 3}, {"request": "format-disk", "arguments": {}}])
def test_a_request_that_is_not_known_is_an_error_not_an_exception(bad):
    assert agent.handle(bad)["error"]["code"] == "unknown-request"


@pytest.mark.parametrize("bad", [None, [], "apply", 7])
def test_a_request_that_is_no_object_is_refused_and_the_message_says_so(bad):
    answer = agent.handle(bad)
    assert answer["error"]["code"] == "invalid-request"
    assert [item["field"] for item in answer["error"]["fields"]] == ["request"]
    agent.begin(bad)


@pytest.mark.parametrize("bad", [[], [KMS], "x", 7, True, 0, ""])
@pytest.mark.parametrize("name", ["apply", "clear", "bucket"])
def test_arguments_that_are_no_object_are_refused_before_anything_changes(name, bad):
    ask("apply", profile=KMS)
    answer = agent.handle({"request": name, "arguments": bad})
    assert answer["error"]["code"] == "invalid-request"
    assert [item["field"] for item in answer["error"]["fields"]] == ["arguments"]
    assert answer["error"]["settings"] == "unchanged"
    assert ask("probe")["profile"] == KMS


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("connector", {"profile": KMS, "connector": "s3"}),
        ("connector", {"profile": KMS, "connector": ""}),
        ("connector", {"profile": KMS, "connector": []}),
        ("connector", {"profile": KMS, "connector": {"a": 1}}),
        ("connector", {"profile": KMS, "connector": False}),
        ("method", {"profile": {"method": "SSE-KMS"}}),
        ("method", {"profile": {"method": ["sse-kms"]}}),
        ("writers", {"profile": {**KMS, "writers": "python"}}),
        ("writers", {"profile": {**KMS, "writers": {"python": True}}}),
        ("writers", {"profile": {**KMS, "writers": [["python"]]}}),
        ("mode", {"profile": {**KMS, "mode": "block"}}),
    ],
)
@pytest.mark.parametrize("name", ["apply", "guard"])
def test_what_is_of_no_known_value_names_its_field_and_changes_nothing(name, field, arguments):
    answer = ask(name, **arguments)
    assert answer["error"]["code"] == "invalid-profile"
    assert [item["field"] for item in answer["error"]["fields"]] == [field]
    assert (answer["error"]["settings"], answer["profile"]) == ("unchanged", None)
    armed = ask("apply", profile={"method": "sse-s3"})
    assert ask(name, **arguments)["fingerprint"] == armed["fingerprint"]


@pytest.mark.parametrize("bad", ["no", 1, 0, [], {}])
def test_a_guard_that_does_not_say_clearly_whether_it_blocks_is_refused(bad):
    answer = ask("guard", profile=KMS, block=bad)
    assert [item["field"] for item in answer["error"]["fields"]] == ["block"]
    assert answer["profile"] is None


def test_a_request_of_another_protocol_is_an_error():
    assert agent.handle({**request("probe"), "protocol": 2})["error"]["code"] == "other-protocol"


def test_a_guard_with_the_same_profile_does_nothing():
    armed = ask("apply", profile=KMS)
    for fingerprint in (armed["fingerprint"], "of another kernel", None):
        same = ask("guard", profile=KMS, fingerprint=fingerprint)
        assert (same["ok"], same["unchanged"], same["waiting"]) == (True, True, True)


def test_a_guard_keeps_and_reports_what_another_page_has_armed():
    armed = ask("apply", profile=KMS)
    other = ask("apply", profile={"method": "sse-s3"})
    for fingerprint in (armed["fingerprint"], None):
        guarded = ask("guard", profile=KMS, fingerprint=fingerprint)
        assert (guarded["ok"], guarded["profile"]) == (True, {"method": "sse-s3"})
        assert guarded["fingerprint"] == other["fingerprint"]


@pytest.mark.parametrize("request_name", ["clear", "release"])
def test_a_guard_does_not_arm_again_what_was_cleared(request_name):
    armed = ask("apply", profile=KMS)
    ask(request_name)
    for fingerprint in (armed["fingerprint"], None):
        guarded = ask("guard", profile=KMS, fingerprint=fingerprint)
        assert (guarded["ok"], guarded["profile"], guarded["waiting"]) == (True, None, False)
    assert ask("apply", profile=KMS)["profile"] == KMS
    assert ask("guard", profile=KMS)["unchanged"] is True


def test_a_guard_in_a_new_kernel_applies():
    armed = ask("apply", profile=KMS)
    forget()
    answer = ask("guard", profile=KMS, fingerprint=armed["fingerprint"])
    assert (answer["profile"], answer["waiting"]) == (KMS, True)


def test_a_guard_after_the_hooks_were_lost_arms_again():
    armed = ask("apply", profile=KMS)
    sys.meta_path.remove(sys.modules[STATE].state.finder)
    answer = ask("guard", profile=KMS, fingerprint=armed["fingerprint"])
    assert "unchanged" not in answer
    assert sys.modules[STATE].state.finder in sys.meta_path


def test_the_fingerprint_changes_with_the_sse_c_key_and_does_not_reveal_it():
    first = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    other = "b3RoZXItc2VjcmV0LWtleS1vZi0zMi1ieXRlcy0xMjM="
    second = ask("apply", profile={"method": "sse-c"}, customerKey=other)
    assert first["fingerprint"] != second["fingerprint"]
    forget()
    assert (
        ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)["fingerprint"]
        != first["fingerprint"]
    )


def test_no_answer_holds_the_sse_c_key():
    for name in ("apply", "guard", "probe", "verify", "clear"):
        answer = ask(name, profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
        assert answer["ok"]
        assert CUSTOMER_KEY not in json.dumps(answer)


def test_a_defect_of_the_agent_is_reported_without_the_sse_c_key(monkeypatch):
    def fail(*_):
        raise RuntimeError(f"broke on {CUSTOMER_KEY}")

    monkeypatch.setitem(agent.requests.REQUESTS, "apply", fail)
    answer = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    assert answer["error"]["code"] == "internal"
    assert "broke on ********" in answer["error"]["message"]
    assert CUSTOMER_KEY not in json.dumps(answer)


def test_kms_without_a_key_and_sse_c_come_with_what_they_mean():
    assert codes(ask("apply", profile={"method": "sse-kms"})) == ["kms-no-key"]
    answer = ask("apply", profile={"method": "sse-c"}, customerKey=CUSTOMER_KEY)
    assert codes(answer) == ["method-limits", "rdd-not-covered"]


def test_release_forgets_and_unhooks():
    ask("apply", profile=KMS)
    assert ask("release")["profile"] is None
    state = sys.modules[STATE].state
    assert (state.finder, state.patches, state.created) == (None, [], None)
    assert not [
        item for item in sys.meta_path if type(item).__module__.endswith("agent.spark.import_hooks")
    ]


def test_without_an_installed_package_and_without_text_the_agent_is_missing(not_installed):
    assert run_bootstrap(payload("probe", files=False)) == {"protocol": 1, "agentMissing": True}


def test_the_text_is_loaded_once_and_then_used_without_it(not_installed):
    first = run_bootstrap(payload("apply", profile=KMS))
    assert first["agent"]["source"] == "shipped"
    assert first["agent"]["version"] == "9.9.9"
    loaded = sys.modules[SHIPPED]
    second = run_bootstrap(payload("probe", files=False))
    assert (second["fingerprint"], sys.modules[SHIPPED]) == (first["fingerprint"], loaded)


def test_the_short_text_finds_the_installed_bootstrap_or_the_kept_one(monkeypatch):
    short = payload("probe", files=False)
    assert len(short["bootstrap"]) < 700
    assert run_bootstrap(short)["agent"]["source"] == "installed"
    kept = sys.modules[KEPT]
    assert kept.texts == (short["bootstrap"],)
    whole = payload("probe", files="core")
    run_bootstrap(whole)
    assert kept.texts == (whole["bootstrap"],)
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent.loader", None)
    run = kept.run
    assert run_bootstrap(short)["ok"]
    # Neither of them is compiled again.
    assert (kept.texts, kept.run) == ((whole["bootstrap"], short["bootstrap"]), run)


def test_the_short_text_runs_a_kept_bootstrap_that_does_not_count_its_texts(monkeypatch):
    short = payload("probe", files=False)
    run_bootstrap(short)
    monkeypatch.delattr(sys.modules[KEPT], "texts")
    assert run_bootstrap(short)["ok"]


def test_a_broken_package_is_a_missing_agent_for_the_short_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent.loader", None)
    assert run_bootstrap(payload("probe", files=False)) == {"protocol": 1, "agentMissing": True}


def test_a_failure_of_the_installed_bootstrap_is_a_complete_report(monkeypatch):
    monkeypatch.setattr(agent, "handle", lambda _: 1 // 0)
    answer = run_bootstrap(payload("probe", files=False))
    assert set(answer) == set(agent.report.empty("probe", "", "installed"))
    assert (answer["ok"], answer["error"]["code"]) == (False, "internal")


def test_a_newer_text_replaces_the_older_one_and_keeps_what_is_armed(not_installed):
    first = run_bootstrap(payload("apply", profile=KMS))
    assert run_bootstrap(payload("probe", "newer", files=False)) == {
        "protocol": 1,
        "agentMissing": True,
    }
    old = sys.modules[SHIPPED]
    second = run_bootstrap(payload("probe", "newer"))
    assert sys.modules[SHIPPED] is not old
    assert (second["profile"], second["fingerprint"]) == (KMS, first["fingerprint"])


def test_an_installed_agent_is_used_and_shares_its_state_with_a_shipped_one(monkeypatch):
    assert run_bootstrap(payload("apply", profile=KMS))["agent"]["source"] == "installed"
    assert SHIPPED not in sys.modules
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)
    answer = run_bootstrap(payload("probe"))
    assert (answer["agent"]["source"], answer["profile"]) == ("shipped", KMS)


def test_an_installed_agent_of_another_protocol_is_not_used(monkeypatch):
    monkeypatch.setattr(agent, "PROTOCOL", 0)
    assert run_bootstrap(payload("probe"))["agent"]["source"] == "shipped"


def test_a_shipped_agent_leaves_no_finder_and_has_readable_tracebacks(not_installed):
    before = list(sys.meta_path)
    run_bootstrap(payload("probe"))
    assert sys.meta_path == before
    place = sys.modules[SHIPPED + ".profile.profiles"].validate.__code__.co_filename
    assert '"""What a valid profile is' in linecache.getlines(place)[0]


def test_a_text_that_does_not_run_is_an_error_and_leaves_nothing(not_installed):
    broken = payload("apply", customerKey=CUSTOMER_KEY)
    broken["files"]["state.py"] = f"raise RuntimeError('bad text {CUSTOMER_KEY}')"
    answer = run_bootstrap(broken)
    assert (answer["ok"], answer["error"]["code"]) == (False, "internal")
    assert "bad text ********" in answer["error"]["message"]
    assert not [name for name in sys.modules if name.startswith(SHIPPED)]
    assert set(answer) == set(agent.report.empty("apply", "", "shipped"))


@pytest.mark.parametrize("what", [{}, {"request": None}, {"request": {"arguments": 3}}])
def test_a_payload_of_another_form_is_an_error_not_an_exception(what):
    bootstrap = payload("probe")["bootstrap"]
    answer = run_bootstrap({**what, "bootstrap": bootstrap})
    assert answer["error"]["code"] in ("internal", "invalid-request")
