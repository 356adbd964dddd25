"""A page and an agent of other versions understand each other: here the agent's text is doctored.

The newer agent knows a method, a connector, a finding, a request and a field that the page does
not. The older one, the page's own, is asked for what it does not know. Must not know: Spark.
"""

from __future__ import annotations

import json
import sys

import pytest

from tests.support.agent_requests import ask, forget, payload, request, run_bootstrap
from tests.support.typescript import run_typescript

pytestmark = pytest.mark.slow

NEW_METHOD, NEW_CONNECTOR = "sse-x", "fast3"
KNOWN = {"method": "sse-s3"}


@pytest.fixture(autouse=True)
def _apart():
    forget()
    yield
    forget()


def doctored(files):
    """The agent of tomorrow."""
    contract = json.loads(files["contract.json"])
    methods, connectors = contract["methods"]["methods"], contract["connectors"]
    methods[NEW_METHOD] = dict(methods["sse-s3"], title="SSE-X", header="X", stored="X")
    for dialect in connectors["dialects"].values():
        dialect["methods"][NEW_METHOD] = dialect["methods"]["sse-s3"]
    connectors["dialects"][NEW_CONNECTOR] = dict(connectors["dialects"]["s3a"], title="Fast3")
    empty = contract["emptyReport"]
    empty["horizon"] = {"of": "tomorrow"}
    empty["session"]["horizon"] = 1
    empty["connectors"] = [
        {"scheme": "s3", "connector": NEW_CONNECTOR, "className": "x.Fast3", "reason": None},
        {"scheme": "s4", "connector": "s3a", "className": "x.S4", "reason": None},
    ]
    empty["findings"] = [
        {
            "code": "of-tomorrow",
            "severity": "grave",
            "message": "m",
            "fix": {"message": "f", "action": "rotate"},
            "since": "now",
        }
    ]
    empty["dialect"] = NEW_CONNECTOR
    del empty["bucket"]
    contract["requests"]["requests"]["freeze"] = contract["requests"]["requests"]["canary"]
    return {**files, "contract.json": json.dumps(contract)}


@pytest.fixture
def of_tomorrow(monkeypatch):
    """Asks the newer agent; it is shipped, as none is installed."""
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)

    def asked(name, **arguments):
        what = payload(name, "tomorrow", **arguments)
        return run_bootstrap({**what, "files": doctored(what["files"])})

    return asked


def read(report):
    """The report as the page reads it."""
    (answer,) = run_typescript(
        {"module": "kernel/protocol.ts", "name": "parseReport", "arguments": [report]}
    )
    assert "report" in answer["value"], answer
    return answer["value"]["report"]


def codes(report):
    return [finding["code"] for finding in report["findings"]]


def test_an_unknown_method_loses_the_profile_and_not_the_report(of_tomorrow):
    report = of_tomorrow("apply", profile={"method": NEW_METHOD})
    assert (report["ok"], report["profile"]) == (True, {"method": NEW_METHOD})
    page = read(report)
    assert (page["ok"], page["profile"], page["claim"]) == (True, None, "none")
    assert page["fingerprint"] is None
    assert "profile-unknown" in codes(page)


def test_an_unknown_method_of_a_rule_loses_the_profile_because_without_the_rule_it_is_another(
    of_tomorrow,
):
    profile = {**KNOWN, "buckets": {"lake": {"method": NEW_METHOD}, "sea": KNOWN}}
    page = read(of_tomorrow("apply", profile=profile))
    assert (page["profile"], page["claim"]) == (None, "none")
    assert "profile-unknown" in codes(page)


def test_a_known_profile_is_there_beside_all_that_is_unknown(of_tomorrow):
    page = read(of_tomorrow("apply", profile=KNOWN))
    assert page["profile"] == KNOWN
    assert page["fingerprint"] is not None
    assert "profile-unknown" not in codes(page)


def test_unknown_rows_and_fields_are_left_out_or_replaced_one_by_one(of_tomorrow):
    # Without a profile it fills in nothing of what the doctored report begins with.
    report = of_tomorrow("freeze")
    assert report["error"]["code"] != "unknown-request"
    page = read(report)
    assert [row["connector"] for row in page["connectors"]] == ["other"]
    assert page["dialect"] is None
    assert "horizon" not in page
    assert "horizon" not in page["session"]
    (finding,) = page["findings"]
    assert (finding["severity"], finding["fix"]) == ("warning", {"message": "f"})
    assert page["bucket"] is None


def test_an_older_agent_names_the_request_that_it_does_not_know():
    report = ask("freeze", depth=1)
    assert (report["ok"], report["error"]["code"]) == (False, "unknown-request")
    assert read(report)["error"]["code"] == "unknown-request"


def test_an_older_agent_sets_nothing_of_a_profile_that_it_knows_in_part():
    for profile in ({"method": NEW_METHOD}, {**KNOWN, "lock": True}):
        report = ask("apply", profile=profile)
        assert (report["error"]["code"], report["error"]["settings"]) == (
            "invalid-profile",
            "unchanged",
        )
        assert read(report)["profile"] is None
    report = ask("apply", profile=KNOWN, connector=NEW_CONNECTOR)
    assert report["error"]["fields"][0]["field"] == "connector"


def test_an_older_agent_reads_a_request_with_further_arguments():
    from jupyterlab_s3_encryption import agent

    asked = {**request("apply", profile=KNOWN, urgency="high"), "horizon": 1}
    assert read(agent.handle(asked))["profile"] == KNOWN
