"""The profiles that a user has saved, kept by a real Jupyter server in one file."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.jupyter_server import Answer, JupyterServer

KMS = {"name": "Lake", "method": "sse-kms", "kmsKeyId": "alias/lake", "mode": "block"}
SSE_S3 = {"name": "Scratch", "method": "sse-s3"}
ADDRESS = "/s3-encryption/profiles"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with JupyterServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running: JupyterServer) -> JupyterServer:
    """A server where nobody has saved a profile."""
    file_of(running).unlink(missing_ok=True)
    return running


def file_of(server: JupyterServer) -> Path:
    return server.home / "config" / "s3-encryption" / "profiles.json"


def saved(server: JupyterServer) -> object:
    answer = server.request("GET", ADDRESS)
    assert answer.status == 200, answer
    assert answer.body["file"] == str(file_of(server))
    return answer.body["profiles"]


def change(server: JupyterServer, **changes: object) -> Answer:
    return server.request("PATCH", ADDRESS, changes)


def test_profiles_are_kept_replaced_by_name_and_deleted(server):
    assert saved(server) == []
    assert not file_of(server).exists()
    assert change(server, put=[KMS, SSE_S3]).body["profiles"] == [KMS, SSE_S3]
    other = {"name": "Lake", "method": "dsse-kms"}
    assert change(server, put=[other]).body["profiles"] == [other, SSE_S3]
    assert saved(server) == [other, SSE_S3]
    assert change(server, delete=["Lake", "nobody's"]).status == 200
    assert saved(server) == [SSE_S3]


def test_what_is_added_replaces_nothing(server):
    change(server, put=[SSE_S3])
    mine = {"name": "Scratch", "method": "sse-kms"}
    assert change(server, add=[mine, KMS]).body["profiles"] == [SSE_S3, KMS]


def test_only_the_user_can_read_the_file_and_it_can_be_written_by_hand(server):
    change(server, put=[SSE_S3])
    file = file_of(server)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8")) == {"profiles": [SSE_S3]}
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    # What the server does not understand stays as it is, and the page says what is wrong with it.
    odd = {"name": "Odd", "method": "rot13"}
    file.write_text(json.dumps({"profiles": [odd, "text"], "comment": "mine"}), "utf-8")
    assert saved(server) == [odd, "text"]
    change(server, put=[KMS])
    kept = json.loads(file.read_text("utf-8"))
    assert kept == {"profiles": [odd, "text", KMS], "comment": "mine"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"profiles": {}}', '"x"', "[" * 100_000])
def test_a_file_that_is_damaged_is_said_by_its_name_and_not_overwritten(server, text):
    change(server, put=[KMS])
    file_of(server).write_text(text, "utf-8")
    for answer in (server.request("GET", ADDRESS), change(server, put=[SSE_S3])):
        assert answer.status == 500
        assert str(file_of(server)) in answer.body["message"]
    assert file_of(server).read_text("utf-8") == text


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        [],
        {},
        {"put": {}},
        {"put": [KMS], "other": []},
        {"put": ["Lake"]},
        {"put": [{"method": "sse-s3"}]},
        {"put": [{**SSE_S3, "name": ""}]},
        {"put": [{**SSE_S3, "mode": "never"}]},
        {"add": [{**SSE_S3, "method": "rot13"}]},
        {"put": [{**SSE_S3, "customerKey": "QUFBQUFB"}]},
        {"delete": [1]},
    ],
)
def test_what_is_no_profile_is_refused_and_changes_nothing(server, body):
    change(server, put=[KMS])
    answer = server.request("PATCH", ADDRESS, body)
    assert answer.status == 400
    assert "QUFB" not in answer.body["message"]
    assert saved(server) == [KMS]


def test_pages_that_save_at_the_same_time_lose_nothing(server):
    names = [f"Team {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: change(server, put=[{**SSE_S3, "name": name}]), names))
    assert sorted(profile["name"] for profile in saved(server)) == sorted(names)


def test_thousands_are_kept_in_one_request(server):
    many = [{**KMS, "name": f"Team {number}"} for number in range(2000)]
    assert change(server, add=many).status == 200
    assert saved(server) == many


@pytest.mark.parametrize(("method", "action"), [("GET", "read"), ("PATCH", "write")])
def test_whoever_may_not_is_refused(server, method, action):
    body = {"put": [KMS]} if method == "PATCH" else None
    assert server.request(method, ADDRESS, body, Authorization=None).status in (302, 403)
    refused = server.request(method, ADDRESS, body, X_Refuse=f"contents:{action}")
    assert refused.status == 403
    assert saved(server) == []
