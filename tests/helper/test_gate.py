"""The gate in a shell of IPython: which cells run, and what pages hear. Must not know: servers, Spark."""

from __future__ import annotations

import json
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption.agent import state
from jupyterlab_s3_encryption.agent.loader import blocking, bootstrap, gate
from tests import ROOT
from tests.support.agent_requests import AGENT, CUSTOMER_KEY, request

pytestmark = pytest.mark.usefixtures("fresh_agent")

KMS = {"method": "sse-kms", "kmsKeyId": "alias/lake"}
OTHER = {"method": "sse-s3"}
SSE_C = {"method": "sse-c"}


class Kernel:
    """What the gate knows of a kernel: the message that is processed."""

    def __init__(self) -> None:
        self.iopub_socket = None
        self.news = 0
        self._parent: dict[str, Any] = {}

    def get_parent(self) -> dict[str, Any]:
        return self._parent

    def send_response(self, *_: object) -> None:
        self.news += 1

    def receive(self, client: str, **metadata: object) -> None:
        self._parent = {"header": {"session": client}, "metadata": metadata}


class Notebook:
    """A shell with a gate, and what reaches its kernel."""

    def __init__(self, shell: InteractiveShell, profile: object, **more: object) -> None:
        self.shell: Any = shell
        self.kernel = shell.kernel = Kernel()
        given = {
            "agent": str(AGENT),
            "version": "1",
            "profile": profile,
            "connector": "auto",
            "connectClass": True,
            "mode": "lenient",
            "requireBlock": False,
            "locked": False,
            "checks": True,
            "unknown": "",
        }
        self.gate = gate.Gate(shell, {**given, **more})
        self.gate.begin()

    def run(self, code: str = "pass", client: str = "console") -> str:
        """Runs a cell; the error that it ended with, "" for none."""
        self.kernel.receive(client)
        result = self.shell.run_cell(code)
        return str(result.error_before_exec or result.error_in_exec or "")

    def page(self, name: str, client: str = "page", block: str = "", **arguments: Any) -> Any:
        """A request of a page; the report."""
        self.kernel.receive(client, **{"s3-encryption": True})
        payload: Any = {"bootstrap": "", "version": "", "request": request(name, **arguments)}
        return bootstrap.run({**payload, **({"block": block} if block else {})}).report


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    found = InteractiveShell.instance()
    found.history_manager.enabled = False
    yield found
    InteractiveShell.clear_instance()


def test_a_kernel_is_armed_before_its_first_cell(shell):
    notebook = Notebook(shell, KMS)
    assert state.get().profile == KMS
    assert notebook.run("1 + 1") == ""
    assert s3enc.verify().waiting


def test_a_kernel_keeps_the_class_off_connect_servers_as_it_was_started_or_as_the_page_says(shell):
    notebook = Notebook(shell, KMS, connectClass=False)
    assert not state.get().connect_class
    assert notebook.page("apply", profile=KMS)["ok"]
    assert notebook.run() == ""
    assert state.get().connect_class
    notebook.page("guard", profile=KMS, connectClass=False)
    state.get().forget()
    assert notebook.run() == ""
    assert state.get().profile == KMS
    assert not state.get().connect_class


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_no_cell_runs_without_the_key_that_only_the_page_has(shell, mode):
    notebook = Notebook(shell, SSE_C, mode=mode)
    assert "the cell was not run. SSE-C needs a key" in notebook.run("ran = 1")
    assert "ran" not in shell.user_ns
    assert notebook.page("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)["ok"]
    assert notebook.run("ran = 1") == ""


def test_in_mode_warn_the_reason_is_said_once_and_not_beside_a_page(shell):
    notebook = Notebook(shell, SSE_C, mode="warn")
    with pytest.warns(RuntimeWarning, match="SSE-C needs a key"):
        assert notebook.run() == ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert notebook.run() == ""
    seen = Notebook(shell, SSE_C, mode="warn")
    seen.page("verify")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert seen.run(client="page") == ""


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_a_choice_that_nobody_knows_holds_cells_back_until_one_is_applied(shell, mode):
    notebook = Notebook(shell, None, mode=mode, unknown="It is damaged.")
    assert notebook.run().endswith("It is damaged.")
    assert notebook.page("apply", profile=KMS)["gate"]["profile"] == KMS
    assert notebook.run() == ""


def test_what_a_cell_clears_or_replaces_is_the_users_own_unless_the_site_is_strict(shell):
    lenient = Notebook(shell, KMS)
    assert lenient.run("import jupyterlab_s3_encryption as s3; s3.apply(method='sse-s3')") == ""
    assert lenient.run("s3.clear()") == ""
    assert lenient.run() == ""
    shell.ast_transformers.clear()
    assert s3enc.apply(profile=OTHER)
    strict = Notebook(shell, KMS, mode="strict")
    assert "another encryption than the one that is required" in strict.run()
    s3enc.clear()
    assert "was cleared in the kernel" in strict.run()


def test_a_page_that_chooses_anew_is_followed_but_not_past_the_sites_lock(shell):
    notebook = Notebook(shell, KMS, mode="strict", requireBlock=True)
    notebook.page("apply", profile=OTHER)
    assert notebook.run() == ""
    notebook.page("clear")
    assert notebook.run() == ""
    assert s3enc.verify().gate is None
    shell.ast_transformers.clear()
    locked = Notebook(shell, KMS, mode="strict", locked=True)
    locked.page("apply", profile=OTHER)
    assert "another encryption" in locked.run()


def test_a_page_sets_the_mode_as_far_as_the_site_leaves_it(shell):
    notebook = Notebook(shell, SSE_C)
    assert notebook.run() != ""
    notebook.page("guard", profile=SSE_C)
    assert notebook.run() != ""
    notebook.page("guard", profile=SSE_C, mode="warn")
    assert notebook.run(client="page") == ""
    notebook.page("guard", profile=SSE_C, block="lenient")
    assert notebook.run() != ""
    shell.ast_transformers.clear()
    required = Notebook(shell, SSE_C, mode="strict", requireBlock=True)
    for given in ({"mode": "warn"}, {"block": "lenient"}, {"block": "off"}):
        required.page("guard", profile=SSE_C, **given)
        assert required.run(client="page") != ""


def test_run_anyway_is_for_the_cells_of_that_page_and_once(shell):
    notebook = Notebook(shell, SSE_C)
    notebook.page("guard", profile=SSE_C, block="off")
    assert s3enc.verify().gate == {"mode": "lenient", "profile": SSE_C, "passed": True}
    assert notebook.run(client="page") == ""
    assert notebook.run(client="console") != ""
    notebook.page("guard", profile=SSE_C, block="lenient")
    assert notebook.run(client="page") != ""


def test_a_page_that_gives_the_key_right_after_a_failing_guard_is_not_refused(shell, monkeypatch):
    notebook = Notebook(shell, SSE_C)
    monkeypatch.setattr(blocking, "HOLD", 0)
    notebook.kernel.receive("page", **{"s3-encryption": True})
    asked = request("guard", profile=SSE_C)
    payload: Any = {"bootstrap": "", "version": "", "request": asked, "block": "lenient"}
    assert blocking.block(payload, bootstrap.run)
    assert "SSE-C needs a key" in notebook.run(client="page")
    assert notebook.page("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)["ok"]
    assert notebook.run(client="page") == ""


def test_a_cell_of_our_own_passes(shell):
    notebook = Notebook(shell, SSE_C)
    notebook.kernel.receive("page", **{"s3-encryption": {}})
    assert shell.run_cell("pass").success


def test_pages_hear_what_cells_change_and_nothing_else(shell):
    notebook = Notebook(shell, KMS)
    for _ in range(3):
        notebook.run()
    assert notebook.kernel.news == 0
    notebook.run("import jupyterlab_s3_encryption as s3; s3.apply(method='sse-s3')")
    assert notebook.kernel.news == 1
    notebook.run()
    assert notebook.kernel.news == 1


def test_reports_say_what_looks_before_each_cell(shell):
    assert s3enc.verify().gate is None
    Notebook(shell, KMS, mode="warn")
    assert s3enc.verify().gate == {"mode": "warn", "profile": KMS, "passed": False}
    shell.ast_transformers.clear()
    assert s3enc.verify().gate is None
    Notebook(shell, KMS, checks=False)
    assert s3enc.verify().gate is None


def test_an_agent_that_breaks_holds_cells_back_and_keeps_the_gate(shell, monkeypatch):
    notebook = Notebook(shell, KMS)
    monkeypatch.setattr(notebook.gate, "_agent", types.SimpleNamespace())
    for _ in range(2):
        assert "AttributeError" in notebook.run()
    assert notebook.gate in shell.ast_transformers
    # The pages ask, and send guards of their own from then on.
    assert notebook.kernel.news == 1
    notebook.page("guard", profile=KMS, mode="warn")
    assert notebook.run() == ""


WITHOUT_PACKAGE = """
import json, sys, types
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Configurable
class App(Configurable):
    exec_PYTHONSTARTUP = True
    def _exec_file(self, path):
        print("ran", path)
shell = InteractiveShell.instance(parent=App())
shell.kernel = types.SimpleNamespace(get_parent=lambda: {"header": {"session": "x"}})
sys.modules["jupyterlab_s3_encryption"] = None
BEGIN
result = shell.run_cell("pass")
state = getattr(sys.modules.get("_jupyterlab_s3_encryption_state"), "state", None)
print(json.dumps([str(result.error_before_exec), state and state.profile]))
"""


@pytest.mark.parametrize(
    ("folder", "mode", "reason", "armed"),
    [
        (str(AGENT), "strict", "None", KMS),
        ("/no/such/folder", "strict", "The agent cannot be loaded.", None),
        ("/no/such/folder", "warn", "None", None),
    ],
)
def test_an_environment_without_the_package_gets_the_servers_agent(
    folder, mode, reason, armed, tmp_path
):
    start = (AGENT / "loader" / "start.py").read_text("utf-8")
    given = {"agent": folder, "version": "1", "profile": KMS, "connector": "auto", "mode": mode}
    given |= {
        "connectClass": True,
        "requireBlock": False,
        "locked": False,
        "checks": True,
        "unknown": "",
    }
    code = f"exec({start!r} + '\\nstart(%r)' % {given!r}, {{}})"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PACKAGE.replace("BEGIN", code)],
        env={"IPYTHONDIR": str(tmp_path), "PYTHONSTARTUP": "/mine.py", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.strip().splitlines()
    assert "ran /mine.py" in lines
    said, profile = json.loads(lines[-1])
    assert reason in said
    assert profile == armed
