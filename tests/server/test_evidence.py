"""What the kernels of a real server say of their encryption: as Jupyter events, as a list and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server.senders import Started, by_zmq, until
from tests.support.jupyter_server import JupyterServer

pytestmark = pytest.mark.slow

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_S3 = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}
ID = "urn:jupyterlab-s3-encryption:state:v1"

#: As a site would collect them.
CONFIG = """
import logging
c.S3EncryptionEvidence.enabled = True
c.EventLogger.handlers = [logging.FileHandler({file!r})]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    home = tmp_path_factory.mktemp("server")
    mode = home / "config/lab/user-settings/jupyterlab-s3-encryption/plugin.jupyterlab-settings"
    mode.parent.mkdir(parents=True)
    mode.write_text('{"mode": "block"}', "utf-8")
    config = CONFIG.format(file=str(home / "events.jsonl"))
    with JupyterServer(home, config=config) as running:
        yield running


@pytest.fixture
def start(server: JupyterServer) -> Iterator[Callable[..., Started]]:
    """Starts the kernel of a new notebook, with a choice unless that is None."""
    made = []

    def started(path: str, profile: object = None) -> Started:
        kernel = Started(server, path, "python3")
        if profile is not None:
            assert server.choice("PUT", path, profile).status == 200
        kernel.start()
        made.append(kernel)
        return kernel

    yield started
    for kernel in made:
        kernel.end()


def events(server: JupyterServer, kernel: Started) -> list[dict[str, Any]]:
    """What the site's handler has got of a kernel."""
    lines = (server.home / "events.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [one for one in found if one["__schema__"] == ID and one["kernel_id"] == kernel.id]


def states(server: JupyterServer, kernel: Started) -> list[str]:
    return [one["state"] for one in events(server, kernel)]


def run(kernel: Started, code: str) -> str:
    kernel.source = code
    return by_zmq(kernel)


def heard(server: JupyterServer, kernel: Started) -> None:
    """Runs cells until the server has heard of the kernel: it does not listen from the first moment."""
    until(lambda: [run(kernel, "1 + 1"), states(server, kernel)][1], "a first word")


def rows(server: JupyterServer) -> dict[str, dict[str, Any]]:
    answer = server.request("GET", "/s3-encryption/evidence")
    assert answer.status == 200, answer
    return {one["kernel_id"]: one for one in answer.body["kernels"]}


def test_each_change_of_state_is_one_event_and_nothing_else_is(server, start):
    kernel = start("changes.ipynb", KMS)
    heard(server, kernel)
    assert states(server, kernel) == ["armed"]
    run(kernel, "import jupyterlab_s3_encryption as s3enc; s3enc.verify()")
    run(kernel, "s3enc.verify()")
    run(kernel, "s3enc.apply(method='sse-s3')")
    run(kernel, "s3enc.clear()")
    until(lambda: states(server, kernel)[-1] == "cleared", "cleared")
    assert states(server, kernel) == ["armed", "armed", "cleared"]
    [first, second, last] = events(server, kernel)
    assert (first["method"], first["key_id"]) == ("sse-kms", "alias/lake")
    assert (second["method"], second["key_id"]) == ("sse-s3", None)
    assert (last["method"], last["claim"]) == (None, "none")
    assert {first["path"], second["path"]} == {"changes.ipynb"}
    assert isinstance(first["user"], str)


def test_a_cell_that_is_refused_is_an_event_without_its_code(server, start):
    kernel = start("blocked.ipynb", SSE_C)

    def refused() -> bool:
        assert "SSE-C needs a key" in run(kernel, "secret = 'FDJ34JK'")
        return "blocked" in states(server, kernel)

    until(refused, "blocked")
    # What was said before it may have come before the server listened.
    assert states(server, kernel) in (["differs", "blocked"], ["blocked"])
    count = len(events(server, kernel))
    assert refused()
    assert len(events(server, kernel)) == count
    last = events(server, kernel)[-1]
    assert last["method"] == "sse-c"
    assert last["codes"] == ["invalid-profile"]
    assert "FDJ34JK" not in json.dumps(events(server, kernel))
    # Another choice, and cells run again.
    server.choice("PUT", kernel.path, SSE_S3)
    assert kernel.restarted(by_zmq) == ""
    until(lambda: [run(kernel, "1 + 1"), states(server, kernel)[-1] == "armed"][1], "armed again")


def test_the_list_has_every_kernel_with_its_last_word(server, start):
    chosen, plain = start("chosen.ipynb", KMS), start("plain.ipynb")
    run(plain, "1 + 1")
    heard(server, chosen)
    found = rows(server)
    assert found[chosen.id]["last"]["state"] == "armed"
    assert found[chosen.id]["paths"] == ["chosen.ipynb"]
    assert found[plain.id]["last"] is None
    assert found[plain.id]["paths"] == ["plain.ipynb"]
    # What a process said does not count for the next one.
    server.choice("DELETE", chosen.path)
    chosen.restarted(by_zmq)
    assert rows(server)[chosen.id]["last"] is None
    # Without a choice a page, or the helper, may still apply one.
    apply = "import jupyterlab_s3_encryption as s3enc; s3enc.apply(method='sse-s3')"
    until(lambda: [run(chosen, apply), rows(server)[chosen.id]["last"]][1], "the next word")
    chosen.end()
    assert chosen.id not in rows(server)


FORGED = """
kernel = get_ipython().kernel
told = {"state": "proven", "method": "sse-kms", "kmsKeyId": "alias/lake", "claim": "proven",
        "lastProof": "2026-01-01T00:00:00Z", "codes": [], "counts": {}}
def say(**changed):
    content = {**told, **changed}
    kernel.send_response(kernel.iopub_socket, "s3_encryption_state", content, ident=b"s3-encryption")
"""


def test_what_is_no_state_is_not_passed_on_and_a_forged_one_is_as_the_documentation_says(
    server, start
):
    kernel = start("forged.ipynb")
    run(kernel, FORGED)
    first = "say(state='verified', claim='set', lastProof=None)"
    until(lambda: [run(kernel, first), states(server, kernel)][1], "that the server listens")
    run(kernel, "say(state='fine')")
    run(kernel, "say(claim='none')")
    run(kernel, "say(lastProof='yesterday')")
    run(kernel, "say(user='root', path='/etc', kernel_id='x', time='1', code='import os')")
    until(lambda: "proven" in states(server, kernel), "the forged one")
    run(kernel, "say(kmsKeyId='data of mine', method='rot13', codes=['a b', 7, 'x' * 61, 'fine'])")
    run(
        kernel,
        "say(state='armed', claim='none', lastProof=None, counts={'sessions': -1, 'rules': 2})",
    )
    run(kernel, "say(state='cleared', kmsKeyId='x' * 100_000)")
    until(lambda: states(server, kernel)[-1] == "armed", "armed")
    [_, forged, cut, armed] = events(server, kernel)
    assert forged["path"] == "forged.ipynb"
    assert forged["kernel_id"] == kernel.id
    assert forged["user"] != "root"
    assert "import os" not in json.dumps(forged)
    assert (cut["key_id"], cut["method"], cut["codes"]) == (None, None, ["fine"])
    assert (armed["counts"]["sessions"], armed["counts"]["rules"]) == (None, 2)
    assert "is no state" in server.log


def test_the_page_shows_it_as_text_and_without_a_script(server, start):
    kernel = start("<b>&.ipynb", KMS)
    heard(server, kernel)
    answer = server.request("GET", "/s3-encryption/kernels")
    assert answer.status == 200
    assert "&lt;b&gt;&amp;.ipynb" in answer.text
    assert "<b>" not in answer.text
    assert "<script" not in answer.text
    assert "alias/lake" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/s3-encryption/evidence", "/s3-encryption/kernels"])
def test_whoever_the_server_refuses_sees_nothing(server, path):
    refused = server.request("GET", path, X_Refuse="s3_encryption_evidence:read")
    assert refused.status == 403
    assert server.request("GET", path, Authorization="token wrong").status in (302, 403)
    assert server.request("GET", path, Authorization=None).status in (302, 403)
    assert server.request("POST", path, {}).status == 405


def test_a_collector_gets_each_event_once(server, start):
    kernel = start("collected.ipynb", KMS)
    heard(server, kernel)
    first = server.request("GET", "/s3-encryption/evidence").body
    mine = [one for one in first["events"] if one["kernel_id"] == kernel.id]
    assert [one["state"] for one in mine] == ["armed"]
    place = f"?server={first['server']}&count={first['count']}"
    assert server.request("GET", "/s3-encryption/evidence" + place).body["events"] == []
    run(kernel, "import jupyterlab_s3_encryption as s3enc; s3enc.clear()")
    until(lambda: "cleared" in states(server, kernel), "cleared")
    after = server.request("GET", "/s3-encryption/evidence" + place).body
    assert [one["state"] for one in after["events"]] == ["cleared"]
    assert (after["count"], after["lost"]) == (first["count"] + 1, 0)
    # After the server has started again all are new.
    other = server.request("GET", "/s3-encryption/evidence?server=x&count=3").body
    assert len(other["events"]) == after["count"]
    assert server.request("GET", "/s3-encryption/evidence?count=-1").status == 400


def test_nothing_of_it_is_there_unless_the_site_has_turned_it_on(tmp_path):
    with JupyterServer(tmp_path) as plain:
        assert plain.request("GET", "/s3-encryption/evidence").status == 404
        assert plain.request("GET", "/s3-encryption/kernels").status == 404
        plain.choice("PUT", "a.ipynb", KMS)
        kernel = Started(plain, "b.ipynb", "python3")
        kernel.start()
        kernel.source = f"""import os, sys
with open({str(kernel.journal)!r}, "a") as file:
    file.write("0 %s\\n" % ("JUPYTER_S3_ENCRYPTION_EVENTS" in os.environ))
"""
        by_zmq(kernel)
        assert [one.method for one in kernel.runs] == ["False"]
        kernel.end()


def test_an_event_that_a_client_makes_is_in_no_list(server, start):
    """Jupyter takes events of any schema from whoever may write `events`; the documentation says so."""
    kernel = start("made.ipynb", KMS)
    heard(server, kernel)
    [event] = events(server, kernel)
    data = {name: value for name, value in event.items() if not name.startswith("__")}
    wanted = {"schema_id": ID, "version": "1", "data": {**data, "state": "cleared"}}
    refused = server.request("POST", "/api/events", wanted, X_Refuse="events:write")
    assert refused.status == 403
    assert server.request("POST", "/api/events", wanted).status == 204
    until(lambda: states(server, kernel) == ["armed", "cleared"], "what the client made")
    listed = server.request("GET", "/s3-encryption/evidence").body
    assert rows(server)[kernel.id]["last"]["state"] == "armed"
    assert [one["state"] for one in listed["events"] if one["kernel_id"] == kernel.id] == ["armed"]
