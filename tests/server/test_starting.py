"""What the kernels of a server are started with. Must not know: processes."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import types
from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_s3_encryption.server import starting
from jupyterlab_s3_encryption.server.choices import Choices
from jupyterlab_s3_encryption.server.settings import Options, Site
from jupyterlab_s3_encryption.server.starting import DAMAGED, Starts, start_with

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
SSE_S3 = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}
BLOCKS = Options(blocks=True)


def settings(options: Options) -> Any:
    return types.SimpleNamespace(current=lambda: options)


def test_nothing_is_started_with_nothing_chosen():
    assert start_with([], Options()) is None
    assert start_with([], BLOCKS) is None
    assert start_with([], Options(site=Site(require_block=True))) is None


@pytest.mark.parametrize(
    ("options", "mode", "checks"),
    [
        (Options(), "warn", True),
        (Options(checks=False), "warn", False),
        (BLOCKS, "lenient", True),
        (Options(blocks=True, checks=False, reapply=False), "lenient", True),
        (Options(site=Site(require_block=True)), "strict", True),
        (Options(site=Site(SSE_S3, locked=True)), "warn", True),
        (Options(site=Site(SSE_S3, locked=True), blocks=True), "strict", True),
    ],
)
def test_a_choice_is_started_in_the_mode_of_the_settings(options, mode, checks):
    given = start_with([KMS], options)
    assert given is not None
    assert (given["mode"], given["checks"]) == (mode, checks)
    assert given["profile"] == (SSE_S3 if options.site.locked else KMS)
    assert given["requireBlock"] is options.site.require_block


@pytest.mark.parametrize("allowed", [True, False])
def test_a_kernel_is_started_with_the_word_on_connect_servers(allowed):
    given = start_with([KMS], Options(connect_class=allowed))
    assert given is not None
    assert given["connectClass"] is allowed


@pytest.mark.parametrize("kernels", [("*",), ("none",)])
def test_the_environment_of_each_python_kernel_has_what_the_site_says_of_connect_servers(
    tmp_path, kernels
):
    def environment(site: Site) -> dict[str, str]:
        options = Options(site=site, kernels=kernels)
        found: dict[str, str] = arm(
            Starts(Choices(tmp_path), settings(options), Sessions(), logging.getLogger())
        )["env"]
        return found

    assert environment(Site()) == {"A": "1"}
    off = {"A": "1", "S3_ENCRYPTION_CONNECT_CLASS": "off"}
    assert environment(Site(no_connect_class=True)) == off


def test_a_user_who_wants_nothing_set_after_a_restart_gets_nothing():
    assert start_with([KMS], Options(reapply=False)) is None


def test_the_sites_profile_is_that_of_kernels_without_a_notebook_too():
    given = start_with([], Options(site=Site(SSE_S3, locked=True)))
    assert given is not None
    assert given["profile"] == SSE_S3
    assert given["locked"]


def test_of_several_notebooks_the_first_choice_counts_that_is_known_and_allowed():
    site = Site(allowed_keys=("alias/lake",))
    given = start_with([DAMAGED, {"method": "sse-kms"}, KMS, SSE_S3], Options(site=site))
    assert given is not None
    assert (given["profile"], given["unknown"]) == (KMS, "")
    assert start_with([{"method": "sse-kms"}], Options(site=site)) is None


@pytest.mark.parametrize("entry", [DAMAGED, {"method": "rot13"}, {}])
def test_a_damaged_choice_is_no_choice_but_holds_as_the_strictest_would(entry):
    given = start_with([entry], Options(modes={"Lake": "block"}))
    assert given is not None
    assert (given["profile"], given["mode"], given["unknown"]) == (None, "lenient", DAMAGED)


def arm(starts: Starts, kernel: str = "k", **more: Any) -> dict[str, Any]:
    """What a kernel is launched with."""
    launch = {"cmd": ["python", "-m", "ipykernel_launcher", "-f", "x.json"], "env": {"A": "1"}}
    launch.update(more.pop("launch", {}))
    given = {"name": "python3", "language": "python", **more}
    asyncio.run(starts.arm(kernel, given["name"], given["language"], launch))
    return launch


def profile_of(launch: dict[str, Any]) -> object:
    text = launch["env"].get(starting.VARIABLE)
    if text is None:
        assert starting.ARGUMENT not in launch["cmd"]
        return None
    assert launch["cmd"][-1] == starting.ARGUMENT
    found = re.search(r"loads\((.*)\)\)\n$", text)
    assert found is not None
    return json.loads(eval(found[1]))["profile"]  # what the text itself does


class Sessions:
    """What Jupyter's session manager knows."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    async def list_sessions(self) -> list[dict[str, Any]]:
        return [{"path": path, "kernel": {"id": kernel}} for path, kernel in self.rows]


def started_for(path: str, work: Callable[[], Any]) -> Any:
    token = starting._session.set(path)
    try:
        return work()
    finally:
        starting._session.reset(token)


def test_a_kernel_gets_the_choice_of_its_notebook_at_each_start(tmp_path):
    choices, sessions = Choices(tmp_path / "a" / "b"), Sessions()
    starts = Starts(choices, settings(Options()), sessions, logging.getLogger())
    choices.put("a.ipynb", {"profile": KMS})
    assert profile_of(started_for("a.ipynb", lambda: arm(starts))) == KMS
    assert profile_of(arm(starts, "without a session")) is None
    # A restart: what is chosen now, for the notebooks that the kernel has now.
    choices.put("a.ipynb", {"profile": SSE_S3})
    assert profile_of(arm(starts)) == SSE_S3
    sessions.rows = [("b.ipynb", "k"), ("a.ipynb", "other")]
    assert profile_of(arm(starts)) is None
    sessions.rows = [("b.ipynb", "k"), ("a.ipynb", "k")]
    assert profile_of(arm(starts)) == SSE_S3
    sessions.rows = [("a-jvsc-0a1-2f.ipynb", "k")]
    assert profile_of(arm(starts)) == SSE_S3
    # Renamed by somebody who does not say so to the session.
    sessions.rows = [("a.ipynb", "k")]
    choices.moved("a.ipynb", "c/a.ipynb")
    starts.moved("a.ipynb", "c/a.ipynb")
    assert profile_of(arm(starts)) == SSE_S3
    sessions.rows = []
    assert profile_of(arm(starts)) == SSE_S3
    choices.deleted("c")
    assert profile_of(arm(starts)) is None


@pytest.mark.parametrize(
    ("path", "name", "kind", "found"),
    [
        ("a/b.ipynb", "b.ipynb", "notebook", "a/b.ipynb"),
        ("a/ea520da6-f9ed-400a", "b.ipynb", "notebook", "a/b.ipynb"),
        ("ea520da6-f9ed-400a", "b.ipynb", "notebook", "b.ipynb"),
        ("/a/b.ipynb", None, "notebook", "a/b.ipynb"),
        ("a/b.ipynb", "../c.ipynb", "notebook", "a/b.ipynb"),
        ("a/console-1", "Console 1", "console", "a/console-1"),
        ("b-jvsc-0a1-2f.ipynb", "b-jvsc-0a1-2f.ipynb", "notebook", "b.ipynb"),
        ("a/b.ipynb", "b-jvsc-0a1-2f.ipynb", "notebook", "a/b.ipynb"),
        (None, None, None, None),
    ],
)
def test_a_session_is_for_the_notebook_that_jupyterlab_and_vs_code_mean(path, name, kind, found):
    assert starting.notebook_of(path, name, kind) == found


@pytest.mark.parametrize(
    "more",
    [
        {"language": "scala"},
        {"launch": {"cmd": ["python", "-m", "sparkmagic.kernels.pysparkkernel.pysparkkernel"]}},
        {"launch": {"cmd": ["/bin/sh", "-c", "python -m ipykernel_launcher -f x"]}},
        {"launch": {"cmd": ["python", "-m", "ipykernel", f"{starting.OPTION}=pass"]}},
        {"name": "excluded"},
    ],
)
def test_other_kernels_are_started_as_they_are(tmp_path, more):
    choices = Choices(tmp_path / "a" / "b")
    choices.put("a.ipynb", {"profile": KMS})
    starts = Starts(choices, settings(Options(kernels=("py*",))), Sessions(), logging.getLogger())
    launch = started_for("a.ipynb", lambda: arm(starts, **more))
    assert starting.ARGUMENT not in launch["cmd"]
    assert launch["env"] == {"A": "1"}


def test_whatever_provisioner_a_kernel_has_it_starts_even_if_arming_fails(tmp_path):
    async def run() -> None:
        kernels = types.SimpleNamespace()
        sessions = types.SimpleNamespace(start_kernel_for_session=None)
        log = logging.getLogger("starting")
        app = types.SimpleNamespace(kernel_manager=kernels, session_manager=sessions, log=log)
        made = types.SimpleNamespace(
            parent=types.SimpleNamespace(parent=kernels, kernel_name="python3"),
            kernel_id="k",
            kernel_spec=types.SimpleNamespace(language="python"),
        )

        async def prepare(**named: Any) -> Any:
            return {"cmd": ["x"], **named}

        made.pre_launch = prepare
        broken: Any = types.SimpleNamespace()
        made.pre_launch = starting._arming(made, broken, app.log)
        assert await made.pre_launch(cwd="/") == {"cmd": ["x"], "cwd": "/"}

    asyncio.run(run())


def test_before_jupyterlab_has_said_its_path_a_session_is_that_of_its_notebook(tmp_path):
    sessions = Sessions()
    starts = Starts(Choices(tmp_path), settings(Options()), sessions, logging.getLogger())

    async def begin(*_: Any) -> None:
        await starts.arm("k", "python3", "python", {"cmd": ["ipykernel"], "env": {}})

    start = starting._remembering(begin)
    asyncio.run(start("s", "a/ea520da6-f9ed", "b.ipynb", "notebook"))
    sessions.rows = [("a/ea520da6-f9ed", "k")]
    assert asyncio.run(starts.paths("k")) == ["a/b.ipynb"]
    # What the client says from then on counts, whatever the session is called.
    sessions.rows = [("a/saved-as.ipynb", "k"), ("c.ipynb", "k"), ("d.ipynb", "other")]
    assert asyncio.run(starts.paths("k")) == ["a/saved-as.ipynb", "c.ipynb"]
    sessions.rows = []
    assert asyncio.run(starts.paths("k")) == ["a/b.ipynb"]
