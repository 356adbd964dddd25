"""The service of JupyterHub: what it collects from many servers, and who may see it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

import pytest

from jupyterlab_s3_encryption import hub as hub_service
from jupyterlab_s3_encryption.server.evidence import COUNTS
from jupyterlab_s3_encryption.server.page import page
from tests.server.hub.jupyter_hub import JupyterHub
from tests.server.senders import Started, by_zmq, until

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
PAGE = "/services/s3-encryption/"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterHub]:
    with JupyterHub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.mark.slow
def test_a_real_hub_collects_from_all_servers_and_shows_it_to_whom_its_roles_say(hub):
    ada = hub.start("ada", "c.S3EncryptionEvidence.enabled = True\n")
    hub.start("bob")
    log = hub.home / "events.jsonl"
    kernel = Started(ada, "a.ipynb", "python3")
    assert ada.choice("PUT", "a.ipynb", KMS).status == 200
    kernel.start()

    token = f"token {hub.token_of('ada')}"

    def seen():
        return hub.request("GET", PAGE + "evidence", Authorization=token)

    def heard():
        # The server does not listen from the first moment.
        by_zmq(kernel)
        # Somebody uses the server, behind the hub's proxy.
        ada.request("GET", "/api/kernels")
        return [one for one in seen().body["kernels"] if one["last"]]

    kernels = until(heard, "the kernel")
    assert [(one["server"], one["paths"]) for one in kernels] == [("ada", ["a.ipynb"])]
    assert kernels[0]["last"]["state"] == "armed"
    # The server knows its user from the hub.
    assert kernels[0]["last"]["user"] == "tests"
    assert any(note.startswith("bob: It does not say") for note in seen().body["notes"])
    shown = hub.request("GET", PAGE, Authorization=token)
    assert shown.status == 200
    assert "alias/lake" in shown.text
    [event] = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert (event["hub_user"], event["hub_server"], event["state"]) == ("ada", "", "armed")
    assert log.stat().st_mode & 0o077 == 0

    for path in (PAGE, PAGE + "evidence"):
        other = f"token {hub.token_of('bob')}"
        assert hub.request("GET", path, Authorization=other).status == 403
        nobody = hub.request("GET", path, Authorization=None)
        assert nobody.status == 302
        assert "/hub/api/oauth2/authorize" in nobody.headers["Location"]
    kernel.end()


class Hub:
    """What the hub and its proxy answer, and what was asked of them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.active = "2026-01-01T00:00:00Z"
        self.answer: object = {"server": "x", "count": 0, "lost": 0, "events": [], "kernels": []}
        self.users = ["ada"]
        self.written: list[dict] = []
        self.collector = hub_service.Collector("http://hub/api", "t", "http://p", self._write)
        self.collector._get = self._get  # type: ignore[method-assign]

    def _write(self, event: dict) -> None:
        self.written.append(event)

    def server(self, name: str) -> dict:
        url, active = f"/user/{name}/", self.active
        return {"ready": name != "starting", "url": url, "last_activity": active}

    async def _get(self, url: str, **headers: str) -> object:
        self.asked.append(url)
        if "/api/users?" in url:
            items = [{"name": name, "servers": {"": self.server(name)}} for name in self.users]
            following = {"offset": 1} if "offset=0" in url and len(items) > 1 else None
            if following:
                items = items[:1]
            elif "offset=1" in url:
                items = items[1:]
            return {"items": items, "_pagination": {"next": following}}
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def rounds(self, number: int = 1) -> list[str]:
        """The servers that were asked in so many rounds."""
        self.asked = []
        for _ in range(number):
            asyncio.run(self.collector.collect())
        return [url for url in self.asked if "/api/users?" not in url]


EVENT = {
    "time": "2026-01-01T00:00:00Z",
    "user": "ada",
    "path": "a.ipynb",
    "shared_with": [],
    "kernel_id": "k",
    "kernel_name": "python3",
    "state": "proven",
    "method": "sse-kms",
    "key_id": "alias/lake",
    "claim": "proven",
    "last_proof": "2026-01-01T00:00:00Z",
    "codes": [],
    "counts": {"sessions": 1},
}


def test_a_server_that_nobody_uses_is_not_kept_awake():
    hub = Hub()
    assert len(hub.rounds(9)) == 2
    hub.active = hub_service.moment(time.time() + 60)
    assert len(hub.rounds(1)) == 1
    # The hub says what our question did.
    hub.active = hub_service.moment(time.time())
    assert len(hub.rounds(9)) == 1
    # One whose use nobody knows is always asked.
    hub.active = None
    assert len(hub.rounds(3)) == 3


def test_all_servers_of_a_hub_are_asked_page_by_page_and_those_that_are_gone_are_forgotten():
    hub = Hub()
    hub.users = ["ada", "bob", "starting"]
    assert {url.split("/s3-")[0] for url in hub.rounds()} == {
        "http://p/user/ada",
        "http://p/user/bob",
    }
    hub.users = ["bob"]
    hub.rounds()
    assert [key[0] for key in hub.collector._found] == ["bob"]


def test_each_event_is_written_once_with_the_user_as_the_hub_knows_them():
    hub = Hub()
    hub.answer = {"server": "x", "count": 7, "lost": 3, "events": [EVENT], "kernels": []}
    hub.rounds()
    whose = {"hub_user": "ada", "hub_server": ""}
    counts = dict.fromkeys(COUNTS.values()) | {"sessions": 1}
    assert hub.written[0].pop("time")
    assert hub.written == [{**whose, "lost": 3}, {**whose, **EVENT, "counts": counts}]
    assert hub.rounds() == ["http://p/user/ada/s3-encryption/evidence?server=x&count=7"]


@pytest.mark.parametrize(
    "answer",
    [
        *(None, [], "x", {}, {"server": "x", "count": "7", "lost": 0, "events": [], "kernels": []}),
        {"server": "x", "count": 1, "lost": 0, "events": {}, "kernels": []},
        {
            "server": "x",
            "count": 1,
            "lost": 0,
            "events": [None, 7, {**EVENT, "claim": "set"}, {**EVENT, "time": "now"}],
            "kernels": [None, 7],
        },
        OSError("it is not there"),
    ],
)
def test_whatever_a_users_server_answers_the_others_are_collected(answer):
    hub = Hub()
    hub.answer = answer
    hub.rounds(3)
    assert hub.written == []
    assert hub.collector.kernels() == []


def test_of_a_users_server_only_what_an_event_has_is_taken():
    hub = Hub()
    more = {
        "hub_user": "root",
        "code": "df",
        "path": ["x"],
        "shared_with": ["b", 7],
        "user": "u" * 9999,
    }
    kernel = {"kernel_id": 7, "paths": ["<b>"], "last": {**EVENT, **more}, "proof": {"time": "now"}}
    hub.answer = {
        "server": "x",
        "count": 1,
        "lost": 0,
        "events": [{**EVENT, **more}],
        "kernels": [kernel],
    }
    hub.rounds()
    [event] = hub.written
    assert (event["hub_user"], event["path"], event["shared_with"]) == ("ada", None, ["b"])
    assert len(event["user"]) == 4096
    assert "code" not in event
    [row] = hub.collector.kernels()
    assert (row["server"], row["kernel_id"], row["proof"]) == ("ada", "", None)
    assert "<b>" not in page("Title", [row])


def test_a_hub_that_does_not_answer_is_said_and_asked_again():
    hub = Hub()
    get, hub.collector._get = hub.collector._get, None  # type: ignore[assignment, method-assign]
    hub.rounds()
    assert "does not list its servers" in " ".join(hub.collector.notes())
    hub.collector._get = get  # type: ignore[method-assign]
    hub.rounds()
    assert "does not list" not in " ".join(hub.collector.notes())


def test_without_a_hub_it_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.delenv("JUPYTERHUB_API_URL", raising=False)
    with pytest.raises(SystemExit):
        hub_service.main(["--proxy", "http://p"])
    assert "JUPYTERHUB_API_URL" in capsys.readouterr().err
