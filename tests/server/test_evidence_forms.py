"""What becomes of a kernel's word before anybody sees it. Must not know: processes, requests."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from jupyter_events import EventLogger

from jupyterlab_s3_encryption.server import evidence, listening
from jupyterlab_s3_encryption.server.evidence import BURST, KEPT, SCHEMA, SCHEMA_ID, Evidence
from jupyterlab_s3_encryption.server.page import page

ARMED: dict[str, Any] = {
    "state": "armed",
    "method": "sse-kms",
    "kmsKeyId": "alias/lake",
    "claim": "none",
    "lastProof": None,
    "codes": ["changed-since"],
    "counts": {"sessions": 0},
}
PROVEN = {**ARMED, "state": "proven", "claim": "proven", "lastProof": "2026-01-01T00:00:00Z"}


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Site:
    """A site that collects, by a handler that may fail."""

    def __init__(self, broken: bool = False) -> None:
        self.got: list[dict[str, Any]] = []
        self.clock = Clock()
        self._broken = broken
        self.evidence = Evidence(self._take, logging.getLogger("evidence"), self.clock)

    def _take(self, event: dict[str, Any]) -> None:
        if self._broken:
            raise ValueError
        self.got.append(event)

    def say(self, content: object, paths: tuple[str, ...] = ("a.ipynb",)) -> None:
        process = self.evidence.process("k")
        assert process is not None
        self.evidence.heard(process, content, list(paths))


def site(**more: Any) -> Site:
    made = Site(**more)
    made.evidence.started("k", "python3", "ada")
    return made


def test_an_event_is_as_the_schema_of_the_package_says():
    log = EventLogger()
    log.register_event_schema(SCHEMA)
    assert log.schemas.get(SCHEMA_ID).version == "1"
    one = site()
    for content in (ARMED, PROVEN, {**ARMED, "state": "cleared", "method": None, "kmsKeyId": None}):
        one.say(content, ())
    for event in one.got:
        log.schemas.validate_event(SCHEMA_ID, event)
    assert [event["state"] for event in one.got] == ["armed", "proven", "cleared"]
    assert one.got[0]["user"] == "ada"
    assert one.got[0]["time"] == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    "content",
    [
        *(None, [], "armed", {}),
        {**ARMED, "state": "__proto__"},
        {**ARMED, "state": ["armed"]},
        {**ARMED, "claim": "proven"},
        {**PROVEN, "claim": "inEffect"},
        {**PROVEN, "lastProof": None},
        {**ARMED, "lastProof": "2026-01-01T00:00:00Z<script>"},
    ],
)
def test_what_is_no_state_or_contradicts_itself_is_no_event(content):
    one = site()
    one.say(content)
    assert one.got == []
    assert one.evidence.kernel("k")["last"] is None


def test_of_a_state_only_what_an_event_may_have_is_passed_on():
    one = site()
    bad = {"kmsKeyId": "a b\nc", "method": {"x": 1}, "codes": ["ok", "A cell", 1], "counts": []}
    one.say({**ARMED, **bad, "code": "df.show()", "key": "QUFB"})
    [event] = one.got
    assert (event["key_id"], event["method"], event["codes"]) == (None, None, ["ok"])
    assert set(event["counts"].values()) == {None}
    assert "code" not in event
    assert "QUFB" not in str(event)
    one.say({**ARMED, "counts": {"sessions": True, "executors": 1.5, "rules": 10**13}})
    assert set(one.got[1]["counts"].values()) == {None}


def test_a_process_does_not_answer_for_the_one_before_it():
    one = site()
    former = one.evidence.process("k")
    assert former is not None
    one.say(PROVEN)
    one.evidence.started("k", "python3", "ada")
    assert one.evidence.kernel("k")["last"] is None
    assert one.evidence.kernel("k")["proof"] is None
    # A message that was under way.
    one.evidence.heard(former, ARMED, [])
    assert one.evidence.kernel("k")["last"] is None
    one.evidence.ended("k")
    assert one.evidence.kernel("k")["user"] is None
    assert len(one.got) == 1


def test_the_last_proof_stays_known_when_it_no_longer_holds():
    one = site()
    one.say(PROVEN)
    one.say({**ARMED, "state": "differs", "kmsKeyId": "alias/other"})
    known = one.evidence.kernel("k")
    assert known["last"]["last_proof"] is None
    assert known["proof"] == {
        "time": "2026-01-01T00:00:00Z",
        "method": "sse-kms",
        "key_id": "alias/lake",
    }


def test_a_repeated_word_is_no_change():
    one = site()
    one.say(ARMED)
    one.say({**ARMED, "counts": {"sessions": 3}})
    assert len(one.got) == 1


def test_a_kernel_cannot_flood_the_sites_handler():
    one = site()
    for number in range(10 * BURST):
        one.say({**ARMED, "kmsKeyId": f"alias/{number}"})
    assert len(one.got) == BURST
    # The list has the last one all the same.
    assert one.evidence.kernel("k")["last"]["key_id"] == f"alias/{10 * BURST - 1}"
    one.clock.now += 3
    for number in range(10):
        one.say({**ARMED, "kmsKeyId": f"alias/later-{number}"})
    assert len(one.got) == BURST + 3


def test_a_collector_is_given_each_event_once_and_hears_of_those_that_are_lost():
    one = site()
    server = one.evidence.server
    assert one.evidence.after(server, 0) == (0, [])
    for number in range(KEPT + 5):
        one.clock.now += 1
        one.say({**ARMED, "kmsKeyId": f"alias/{number}"})
    lost, events = one.evidence.after(server, 2)
    assert (lost, len(events), events[0]["key_id"]) == (3, KEPT, "alias/5")
    assert [event["key_id"] for event in one.evidence.after(server, KEPT + 4)[1]] == [
        f"alias/{KEPT + 4}"
    ]
    assert one.evidence.after(server, KEPT + 5) == (0, [])
    # Of another server, or of one that has started again.
    assert one.evidence.after("other", KEPT + 5)[0] == 5
    assert one.evidence.after(server, KEPT + 50)[0] == 5


def test_a_handler_that_fails_stops_nothing(caplog):
    one = site(broken=True)
    one.say(ARMED)
    assert one.evidence.kernel("k")["last"]["state"] == "armed"
    assert "was not taken" in caplog.text


def test_the_agent_and_the_server_mean_the_same_message():
    from jupyterlab_s3_encryption.agent import state
    from jupyterlab_s3_encryption.agent.checks import events

    assert (listening.VARIABLE, listening.MESSAGE) == (state.EVENTS, events.MESSAGE)
    assert listening.TOPIC == events.TOPIC


def test_the_page_says_what_is_not_known_and_takes_nothing_for_markup():
    one = site()
    row = {"kernel_id": "k", "kernel_name": "<x>", "paths": ["<b>.ipynb"]}
    unheard = page("Title", [{**row, **one.evidence.kernel("k")}])
    assert "Nothing heard" in unheard
    assert "<b>" not in unheard
    assert "<x>" not in unheard
    one.say({**PROVEN})
    shown = page("Title", [{**row, **one.evidence.kernel("k"), "server": "<i>"}], ["<u> is silent"])
    for text in ("Proven", "alias/lake", "&lt;i&gt;", "&lt;u&gt; is silent", 'scope="row"'):
        assert text in shown
    assert evidence.CLAIMS[-1] in shown.lower()
    assert "No kernel is running" in page("Title", [])
