"""The choice of each notebook, kept by a real Jupyter server for all pages of a user."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyterlab_s3_encryption.agent.profile import profiles
from jupyterlab_s3_encryption.server.choices import Choices, DamagedError
from tests import ROOT
from tests.support.jupyter_server import TOKEN, JupyterServer

pytestmark = pytest.mark.slow

SSE_S3 = {"method": "sse-s3"}
KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake", "name": "Lake"}
EXAMPLES = [
    example["profile"]
    for example in json.loads((ROOT / "tests/examples/profiles.json").read_text("utf-8"))
    if not example["errors"]
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with JupyterServer(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def path(server: JupyterServer, request: pytest.FixtureRequest) -> str:
    """The path of a new notebook in a folder of the test's own."""
    found = f"{abs(hash(request.node.name))}/a.ipynb"
    server.new(found)
    return found


def chosen(server: JupyterServer, path: str) -> object:
    answer = server.choice("GET", path)
    assert answer.status == 200, answer
    return answer.body


def choose(server: JupyterServer, path: str, profile: object = KMS) -> None:
    answer = server.choice("PUT", path, profile)
    assert answer.status == 200, answer


def kept(server: JupyterServer) -> dict[str, Path]:
    """Path -> its file, for all that is kept."""
    files = [file for file in server.data.rglob("*.json") if "choices" in file.parts]
    return {json.loads(file.read_text("utf-8"))["path"]: file for file in files}


def test_a_choice_is_kept_until_it_is_deleted(server, path):
    assert chosen(server, path) == {}
    choose(server, path)
    assert chosen(server, path) == {"profile": KMS}
    choose(server, path, SSE_S3)
    assert chosen(server, path) == {"profile": SSE_S3}
    assert server.choice("DELETE", path).status == 204
    assert chosen(server, path) == {}
    assert server.choice("DELETE", path).status == 204


@pytest.mark.parametrize("name", ["__proto__", "constructor", "Zürich 数据.ipynb", "a%2Fb", "100%"])
def test_a_name_is_a_name_whatever_it_is(server, name):
    choose(server, name)
    assert chosen(server, name) == {"profile": KMS}
    assert chosen(server, name + "x") == {}


def test_whatever_the_agent_takes_is_kept(server, path):
    assert len(EXAMPLES) > 20
    for profile in EXAMPLES:
        choose(server, path, profile)
        assert chosen(server, path) == {"profile": profiles.normal(profile)}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"method": "rot13"}, "method"),
        ({"method": "sse-c", "customerKey": "QUFBQUFB"}, "customerKey"),
        ({**KMS, "key": "QUFBQUFB"}, "key"),
        ({**KMS, "__proto__": {"method": "sse-s3"}}, "__proto__"),
        ({**KMS, "name": "n" * 101}, "name"),
        ({"method": "sse-kms", "kmsKeyId": "${env.SECRET}"}, "kmsKeyId"),
        ({**SSE_S3, "buckets": {f"b-{n:03}": SSE_S3 for n in range(101)}}, "buckets"),
        ({**SSE_S3, "buckets": {"lake": {"method": "sse-s3", "key": "x"}}}, "buckets.lake.key"),
        ([], "profile"),
        ("text", "profile"),
        (b"null", "profile"),
        (b"", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b"[" * 60_000, "body"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_profile_is_refused_with_the_name_of_the_field(server, path, body, field):
    choose(server, path)
    before = kept(server)
    answer = server.choice("PUT", path, body)
    assert answer.status == 400
    assert answer.body["message"].startswith(f"{field}: ")
    assert "QUFBQUFB" not in json.dumps(answer.body) + server.log
    assert kept(server) == before
    assert chosen(server, path) == {"profile": KMS}


def test_a_body_of_a_megabyte_is_refused(server, path):
    answer = server.choice("PUT", path, {**KMS, "name": "n" * 1_000_000})
    assert answer.status == 413
    assert "65536" in answer.body["message"]
    assert chosen(server, path) == {}


@pytest.mark.parametrize(
    "path",
    [
        *("/s3-encryption/choices/..", "/s3-encryption/choices/../../etc/passwd"),
        *("/s3-encryption/choices/a/../../b", "/s3-encryption/choices/a/./b"),
        *("/s3-encryption/choices/%2e%2e/b", "/s3-encryption/choices/..%2F..%2Fetc%2Fpasswd"),
        *("/s3-encryption/choices/%2Fetc%2Fpasswd", "/s3-encryption/choices/a%2F%2Fb"),
        *("/s3-encryption/choices/", "/s3-encryption/choices", "/s3-encryption/choices/a%00b"),
        *("/s3-encryption/choices/..%5C..%5Cetc", "/s3-encryption/choices/a%5C..%5C..%5Cb"),
        "/s3-encryption/choices/" + "x" * 5000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_outside_the_root_folder_is_refused(server, method, path):
    before = kept(server)
    answer = server.request(method, path, KMS if method == "PUT" else None)
    assert answer.status == 400
    assert answer.body["message"].startswith("path: ")
    assert kept(server) == before


@pytest.mark.parametrize("name", ["%ff.ipynb", "%ED%A0%80.ipynb", "%c0%ae%c0%ae/b"])
def test_a_path_that_is_no_text_is_refused(server, name):
    before = kept(server)
    assert server.request("PUT", "/s3-encryption/choices/" + name, KMS).status == 400
    assert kept(server) == before


def test_no_other_request_is_taken(server, path):
    for method in ("POST", "PATCH"):
        assert server.choice(method, path, KMS).status == 405
    assert chosen(server, path) == {}


def test_nothing_is_read_or_written_without_rights(server, path):
    choose(server, path, SSE_S3)
    for method in ("GET", "PUT", "DELETE"):
        body = KMS if method == "PUT" else None
        assert server.choice(method, path, body, Authorization=None).status == 403
        assert server.choice(method, path, body, Authorization="token wrong").status == 403
    for method, action in (("GET", "read"), ("PUT", "write"), ("DELETE", "write")):
        body = KMS if method == "PUT" else None
        refused = server.choice(method, path, body, X_Refuse=f"contents:{action}")
        assert refused.status == 403
        assert action in refused.body["message"]
    assert chosen(server, path) == {"profile": SSE_S3}


def test_another_site_in_the_browser_changes_nothing(server, path):
    """With the user's cookies alone, which a browser sends along for whoever asks."""
    form = server.request("GET", "/login", Authorization=None).cookies
    [xsrf] = [cookie.partition("=")[2] for cookie in form if cookie.startswith("_xsrf=")]
    home = f"/?token={TOKEN}"
    login = server.request("GET", home, Authorization=None, Cookie=f"_xsrf={xsrf}").cookies
    cookies = {"Authorization": None, "Cookie": "; ".join([f"_xsrf={xsrf}", *login])}
    assert server.choice("PUT", path, KMS, **cookies).status == 403
    assert server.choice("DELETE", path, **cookies).status == 403
    assert chosen(server, path) == {}
    assert server.choice("PUT", path, KMS, X_XSRFToken=xsrf, **cookies).status == 200


def test_nobody_else_on_the_machine_can_read_it(server, path):
    choose(server, path)
    file = kept(server)[path]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700
    # Nothing but the files of choices is left behind.
    assert {one.suffix for one in file.parent.iterdir()} == {".json"}


def test_a_damaged_choice_is_said_and_never_taken_for_none(server, path):
    choose(server, path)
    file = kept(server)[path]
    sound = json.loads(file.read_text("utf-8"))
    damaged = [
        "",
        "{",
        "[" * 100_000,
        "null",
        json.dumps({**sound, "path": "other.ipynb"}),
        json.dumps({**sound, "entry": {"profile": {"method": "rot13"}}}),
        json.dumps({**sound, "entry": {"profile": {**KMS, "customerKey": "QUFB"}}}),
        json.dumps({**sound, "entry": {"offered": 1}}),
        json.dumps({**sound, "entry": []}),
    ]
    for text in damaged:
        file.write_text(text, "utf-8")
        answer = server.choice("GET", path)
        assert answer.status == 500, text
        assert "damaged" in answer.body["message"]
        assert "QUFB" not in answer.body["message"]
    # It stays damaged under a new name, and goes with a new choice.
    file.write_text("{", "utf-8")
    server.contents("PATCH", path, {"path": path + "x"})
    assert server.choice("GET", path + "x").status == 500
    choose(server, path + "x", SSE_S3)
    assert chosen(server, path + "x") == {"profile": SSE_S3}
    server.choice("DELETE", path + "x")


def test_a_kernel_starts_whatever_is_kept_for_its_notebook(server, path):
    choose(server, path)
    kept(server)[path].write_text("{", "utf-8")
    assert server.choice("GET", path).status == 500
    wanted = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    started = server.request("POST", "/api/sessions", wanted)
    assert started.status == 201
    assert server.request("DELETE", "/api/sessions/" + started.body["id"]).status == 204
    server.choice("DELETE", path)


def test_a_renamed_notebook_keeps_its_choice_whoever_renames_it(server, path):
    choose(server, path)
    new = path.replace("a.ipynb", "b.ipynb")
    assert server.contents("PATCH", path, {"path": new}).status == 200
    assert chosen(server, new) == {"profile": KMS}
    assert chosen(server, path) == {}


def test_a_renamed_folder_takes_the_choices_in_it_along(server, path):
    folder = path.partition("/")[0]
    deep = f"{folder}/b/c.ipynb"
    server.new(deep)
    server.new(f"{folder}-beside/a.ipynb")
    choose(server, path)
    choose(server, deep, SSE_S3)
    choose(server, f"{folder}-beside/a.ipynb", SSE_S3)
    server.contents("PATCH", folder, {"path": f"{folder}-new"})
    assert chosen(server, f"{folder}-new/a.ipynb") == {"profile": KMS}
    assert chosen(server, f"{folder}-new/b/c.ipynb") == {"profile": SSE_S3}
    assert chosen(server, path) == chosen(server, deep) == {}
    assert chosen(server, f"{folder}-beside/a.ipynb") == {"profile": SSE_S3}


def test_a_moved_notebook_does_not_get_what_an_earlier_one_there_had(server, path):
    new = path.replace("a.ipynb", "b.ipynb")
    server.new(new)
    choose(server, new)
    (server.root / new).unlink()  # not through Jupyter
    server.contents("PATCH", path, {"path": new})
    assert chosen(server, new) == {}


def test_a_new_notebook_under_an_old_name_has_no_choice(server, path):
    choose(server, path)
    assert server.contents("DELETE", path).status == 204
    assert chosen(server, path) == {}
    server.new(path)
    assert chosen(server, path) == {}


def test_a_deleted_folder_takes_the_choices_in_it_along(server, path):
    choose(server, path)
    folder = path.partition("/")[0]
    assert server.contents("DELETE", folder).status == 204
    # The answer may be here before the choices are gone; the next one is not.
    assert chosen(server, path) == {}
    assert not [one for one in kept(server) if one.startswith(folder + "/")]


def test_a_duplicate_is_offered_the_choice_and_not_given_it(server, path):
    folder = path.partition("/")[0]
    choose(server, path)
    copy = server.contents("POST", folder, {"copy_from": path}).body["path"]
    offer = {"offered": {"profile": KMS, "from": path}}
    assert chosen(server, copy) == offer
    # What is offered is that of the moment of the copy, and follows the file.
    choose(server, path, SSE_S3)
    server.contents("PATCH", copy, {"path": f"{folder}/c.ipynb"})
    assert chosen(server, f"{folder}/c.ipynb") == offer
    again = server.contents("POST", folder, {"copy_from": f"{folder}/c.ipynb"}).body["path"]
    assert chosen(server, again) == offer
    choose(server, f"{folder}/c.ipynb", SSE_S3)
    assert chosen(server, f"{folder}/c.ipynb") == {"profile": SSE_S3}
    server.choice("DELETE", again)
    assert chosen(server, again) == {}


def test_a_duplicate_of_a_notebook_without_a_choice_is_offered_nothing(server, path):
    folder = path.partition("/")[0]
    copy = server.contents("POST", folder, {"copy_from": path}).body["path"]
    assert chosen(server, copy) == {}


def test_pages_that_write_at_once_lose_nothing(server, path):
    folder = path.partition("/")[0]
    paths = [f"{folder}/{number}.ipynb" for number in range(40)]
    names = [f"Profile {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        of_their_own = [
            pool.submit(choose, server, one, {**KMS, "name": name})
            for one, name in zip(paths, names, strict=True)
        ]
        of_one = [pool.submit(choose, server, path, {**KMS, "name": name}) for name in names]
        for job in [*of_their_own, *of_one]:
            job.result()
    for one, name in zip(paths, names, strict=True):
        assert chosen(server, one) == {"profile": {**KMS, "name": name}}
    assert chosen(server, path)["profile"]["name"] in names


def test_servers_with_one_root_folder_share_the_choices_and_others_do_not(server, path):
    choose(server, path)
    with JupyterServer(server.home / "second", server.root) as second:
        # The same data folder is that of one user with two servers.
        assert chosen(second, path) == {}
    for root, expected in ((server.root, {"profile": KMS}), (server.home / "other", {})):
        third = JupyterServer(server.home / "third", root)
        third.data = server.data
        with third:
            assert chosen(third, path) == expected


def test_without_the_part_there_is_nothing_at_its_address(tmp_path):
    with JupyterServer(tmp_path, part=False) as server:
        assert server.choice("GET", "a.ipynb").status == 404
        assert server.request("GET", "/api/contents").status == 200


def test_a_choice_is_whole_or_not_there_if_the_disk_is_full(tmp_path, monkeypatch):
    choices = Choices(tmp_path / "choices" / "root")
    choices.put("a.ipynb", {"profile": KMS})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        choices.put("a.ipynb", {"profile": SSE_S3})
    with pytest.raises(OSError, match="No space"):
        choices.moved("a.ipynb", "b.ipynb")
    assert choices.get("a.ipynb") == {"profile": KMS}
    assert choices.get("b.ipynb") == {}
    assert len(list((tmp_path / "choices" / "root").iterdir())) == 1


def test_a_damaged_file_in_a_renamed_folder_stays_damaged(tmp_path):
    folder = tmp_path / "choices" / "root"
    choices = Choices(folder)
    choices.put("old/a.ipynb", {"profile": KMS})
    assert choices.get("old/a.ipynb") == {"profile": KMS}
    [file] = folder.iterdir()
    file.write_text("{", "utf-8")
    choices.moved("old", "new")
    with pytest.raises(DamagedError):
        choices.get("new/a.ipynb")
    assert choices.get("old/a.ipynb") == {}
