"""Runs without a front end: the environment's profile, and cells that are held back.

Must not know: how settings are written.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption import __main__ as command
from jupyterlab_s3_encryption import headless
from tests import ROOT
from tests.support.agent_requests import ask

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_agent")]

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROFILE = {"method": "sse-kms", "kmsKeyId": KEY}


def ran(shell, code):
    """Whether a cell ran; the error that kept it from running is left in `shell.last`."""
    result = shell.run_cell(code)
    shell.last = result.error_before_exec or result.error_in_exec
    return result.success


def test_a_profile_comes_from_a_file(tmp_path):
    file = tmp_path / "profile.json"
    file.write_text(json.dumps(PROFILE), "utf-8")
    plan = headless.read({headless.PROFILE: str(file), headless.REPORT: "r.json"})
    assert plan == headless.Plan(PROFILE, "auto", "warn", Path("r.json"))


def test_a_profile_comes_from_the_variable_itself_or_from_two_short_ones():
    given = {headless.PROFILE: json.dumps(PROFILE), headless.MODE: "block"}
    assert headless.read(given).profile == PROFILE
    assert headless.read(given).mode == "block"
    assert headless.read({headless.METHOD: "sse-kms", headless.KEY: KEY}).profile == PROFILE


def test_python_libraries_are_asked_for_beside_a_profile_or_a_method(tmp_path):
    expected = {**PROFILE, "writers": ["python"]}
    for given in (
        {headless.PROFILE: json.dumps(PROFILE)},
        {headless.METHOD: "sse-kms", headless.KEY: KEY},
    ):
        assert headless.read({**given, headless.WRITERS: "python"}).profile == expected
    with pytest.raises(ValueError, match=r"writers: Further writers are a list of these"):
        s3enc.from_environment({headless.METHOD: "sse-s3", headless.WRITERS: "python, duckdb"})


def test_without_variables_nothing_happens(shell):
    assert headless.read({"PATH": "/bin"}) is None
    headless.start(shell, {})
    assert shell.ast_transformers == []
    assert s3enc.from_environment({}) is None
    assert ask("probe")["profile"] is None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({headless.METHOD: "sse-s3", headless.MODE: "strict"}, "one of: warn, block"),
        ({headless.METHOD: "sse-s3", headless.MODE: "Block"}, "one of: warn, block"),
        ({headless.MODE: "block"}, "S3_ENCRYPTION_MODE is set, and neither"),
        ({headless.MODE: "warn"}, "S3_ENCRYPTION_MODE is set, and neither"),
        ({headless.REPORT: "r.json"}, "S3_ENCRYPTION_REPORT is set, and neither"),
        ({headless.CONNECTOR: "s3a"}, "S3_ENCRYPTION_CONNECTOR is set, and neither"),
        ({headless.KEY: KEY}, "neither S3_ENCRYPTION_METHOD"),
        ({"S3_ENCRYPTION_METHD": "sse-s3"}, "Did you mean S3_ENCRYPTION_METHOD"),
        ({"s3_encryption_mode": "block"}, "Did you mean S3_ENCRYPTION_MODE"),
        (
            {headless.METHOD: "sse-kms", "S3_ENCRYPTION_KMS_KEY": KEY},
            "no variable S3_ENCRYPTION_KMS_KEY. Did you mean S3_ENCRYPTION_KMS_KEY_ID",
        ),
        ({headless.WRITERS: "python"}, "S3_ENCRYPTION_WRITERS is set, and neither"),
        ({headless.CLASS: "no"}, "S3_ENCRYPTION_CONNECT_CLASS is 'no'; it is one of: on, off"),
        ({headless.PROFILE: "{}", headless.METHOD: "sse-s3"}, "either S3_ENCRYPTION_PROFILE"),
        ({headless.PROFILE: "/no/such/file.json"}, "cannot be read"),
        ({headless.PROFILE: "{method"}, "is not JSON"),
        ({headless.PROFILE: __file__}, "is not JSON"),
    ],
)
def test_a_variable_that_is_wrong_is_named(environment, said):
    with pytest.raises(ValueError, match=said):
        headless.read(environment)


@pytest.mark.parametrize("switch", ["on", "off", ""])
def test_what_keeps_the_class_off_connect_servers_asks_for_nothing_by_itself(switch):
    assert headless.read({headless.CLASS: switch}) is None
    plan = headless.read({headless.CLASS: switch, headless.METHOD: "sse-s3"})
    assert plan is not None
    assert plan.profile == {"method": "sse-s3"}


def test_a_file_that_holds_no_object_is_refused(tmp_path):
    file = tmp_path / "profile.json"
    file.write_text("[1]", "utf-8")
    with pytest.raises(ValueError, match="not an object"):
        headless.read({headless.PROFILE: str(file)})


def test_a_profile_that_is_not_valid_is_refused_before_anything_is_set():
    with pytest.raises(ValueError, match="kmsKeyId"):
        s3enc.from_environment({headless.METHOD: "sse-kms", headless.KEY: "arn:aws:s3:::b"})
    assert ask("probe")["profile"] is None


def test_the_kernel_is_armed_before_the_first_cell(shell, monkeypatch):
    monkeypatch.setenv(headless.METHOD, "sse-kms")
    monkeypatch.setenv(headless.KEY, KEY)
    shell.extension_manager.load_extension("jupyterlab_s3_encryption")
    assert ask("probe")["profile"] == PROFILE
    assert ran(shell, "x = 1")
    shell.extension_manager.unload_extension("jupyterlab_s3_encryption")
    assert shell.ast_transformers == []


def test_in_mode_block_a_bad_profile_holds_every_cell_back(shell):
    bad = {headless.MODE: "block", headless.METHOD: "sse-kms", headless.KEY: "arn:aws:s3:::b"}
    with pytest.raises(ValueError, match="kmsKeyId"):
        headless.start(shell, bad)
    for _ in range(2):
        assert not ran(shell, "reached = True")
        assert "not of KMS" in str(shell.last)
    assert "reached" not in shell.user_ns


def test_in_mode_block_a_missing_file_holds_every_cell_back(shell):
    with pytest.raises(ValueError, match="cannot be read"):
        headless.start(shell, {headless.MODE: "block", headless.PROFILE: "/no/such.json"})
    assert not ran(shell, "reached = True")
    assert "cannot be read" in str(shell.last)


def test_in_mode_warn_a_bad_profile_holds_nothing_back_and_is_said_once_below_the_first_cell(shell):
    with pytest.raises(ValueError, match="kmsKeyId"):
        headless.start(shell, {headless.METHOD: "sse-kms", headless.KEY: "arn:aws:s3:::b"})
    with pytest.warns(RuntimeWarning, match="not of KMS"):
        assert ran(shell, "reached = True")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ran(shell, "again = True")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({headless.MODE: "block"}, "neither S3_ENCRYPTION_METHOD"),
        ({headless.MODE: "block", headless.METHOD: ""}, "neither S3_ENCRYPTION_METHOD"),
        ({headless.MODE: "block", headless.METHOD: "sse-kmz"}, "method"),
        ({headless.MODE: "block", headless.METHOD: "SSE-S3"}, "method"),
        ({headless.MODE: "Block", headless.METHOD: "sse-s3"}, "one of: warn, block"),
        ({headless.MODE: "blok"}, "one of: warn, block"),
        ({"S3_ENCRYPTION_MOD": "block", headless.METHOD: "sse-s3"}, "S3_ENCRYPTION_MODE"),
        ({"s3_encryption_mode": "block"}, "S3_ENCRYPTION_MODE"),
        ({headless.MODE: "block", "S3_ENCRYPTION_METHD": "sse-s3"}, "S3_ENCRYPTION_METHOD"),
    ],
)
def test_block_without_a_usable_profile_and_a_mode_that_is_not_known_hold_every_cell_back(
    shell, environment, said
):
    with pytest.raises(ValueError, match=said):
        headless.start(shell, environment)
    for _ in range(2):
        assert not ran(shell, "reached = True")
        assert said in str(shell.last)
    assert "reached" not in shell.user_ns


def test_a_variable_that_is_not_known_holds_nothing_back_if_the_mode_is_warn(shell):
    given = {headless.MODE: "warn", headless.METHOD: "sse-s3", "S3_ENCRYPTION_WRITER": "python"}
    with pytest.raises(ValueError, match="S3_ENCRYPTION_WRITERS"):
        headless.start(shell, given)
    with pytest.warns(RuntimeWarning, match="S3_ENCRYPTION_WRITERS"):
        assert ran(shell, "reached = True")


def test_in_mode_block_cells_run_while_the_profile_is_armed_and_stop_when_it_is_cleared(shell):
    headless.start(shell, {headless.MODE: "block", headless.METHOD: "sse-s3"})
    assert ran(shell, "import jupyterlab_s3_encryption as s3enc")
    assert ran(shell, "s3enc.clear()")
    assert not ran(shell, "reached = True")
    assert "cleared or replaced" in str(shell.last)


def test_in_mode_block_a_profile_that_a_cell_replaced_holds_the_next_cell_back(shell):
    headless.start(shell, {headless.MODE: "block", headless.METHOD: "sse-s3"})
    s3enc.apply(method="bucket-default")
    assert not ran(shell, "reached = True")
    assert "cleared or replaced" in str(shell.last)


def test_in_mode_block_a_defect_of_ours_holds_cells_back_too(shell, monkeypatch):
    headless.start(shell, {headless.MODE: "block", headless.METHOD: "sse-s3"})
    monkeypatch.setattr(headless.agent, "handle", lambda _: {}["nothing"])
    assert not ran(shell, "reached = True")
    monkeypatch.undo()
    assert ran(shell, "reached = True")


def test_the_start_up_file_is_written_and_removed(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for _ in range(2):
        assert command.main(["startup"]) == 0
    file = Path(capsys.readouterr().out.split()[0])
    assert file == tmp_path / "profile_default" / "startup" / "00-s3-encryption.py"
    assert "load_ext" in file.read_text("utf-8")
    assert command.main(["startup", "--remove"]) == 0
    assert command.main(["startup", "--remove"]) == 0
    assert not file.exists()


def at_start_up(shell, monkeypatch, environment):
    """Runs the start-up file as IPython does, which shows an error and goes on."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shell.user_ns["get_ipython"] = lambda: shell
    with contextlib.suppress(ImportError, ValueError):
        exec(compile(command.TEXT, "00-s3-encryption.py", "exec"), shell.user_ns)


@pytest.mark.parametrize(
    "environment",
    [{headless.MODE: "block"}, {headless.MODE: "Block"}, {"S3_ENCRYPTION_MOD": "block"}],
)
def test_the_start_up_file_acts_on_any_of_the_variables(shell, monkeypatch, environment):
    at_start_up(shell, monkeypatch, environment)
    assert not ran(shell, "reached = True")
    assert "S3 Encryption holds this cell back" in str(shell.last)


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize(
    ("environment", "blocks"),
    [
        ({headless.MODE: "block", headless.METHOD: "sse-s3"}, True),
        ({headless.MODE: "Block", headless.METHOD: "sse-s3"}, True),
        ({"S3_ENCRYPTION_MOD": "block", headless.METHOD: "sse-s3"}, True),
        ({headless.MODE: "warn", headless.METHOD: "sse-s3"}, False),
        ({headless.METHOD: "sse-s3"}, False),
    ],
)
def test_the_start_up_file_holds_cells_back_if_the_kernel_cannot_load_the_package(
    shell, monkeypatch, environment, blocks, installed
):
    if installed:
        monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption", None)
    else:
        monkeypatch.delitem(sys.modules, "jupyterlab_s3_encryption")
        monkeypatch.setattr(sys, "path", [])
        monkeypatch.setattr(sys, "meta_path", sys.meta_path[:3])
    at_start_up(shell, monkeypatch, environment)
    assert ran(shell, "reached = True") is not blocks
    assert ran(shell, "import os") is not blocks
    assert not blocks or "cannot load jupyterlab_s3_encryption" in str(shell.last)


def test_the_start_up_file_does_nothing_without_variables(shell, monkeypatch):
    at_start_up(shell, monkeypatch, {"S3_ENCRYPTION_METHOD": ""})
    assert shell.ast_transformers == []
    assert set(shell.user_ns) & {"_s3_encryption", "Refusing", "os"} == set()


def checked(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the check before a notebook says, in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_s3_encryption", "check", "--kernel", "python3"],
        env={**os.environ, **variables, "IPYTHONDIR": str(folder / "ipython")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_check_before_a_notebook_says_whether_its_kernel_will_be_watched(tmp_path):
    wanted = {"S3_ENCRYPTION_METHOD": "sse-s3", "S3_ENCRYPTION_MODE": "block"}
    before = checked(tmp_path, **wanted)
    assert before.returncode == 1
    assert "Nothing of this package runs in the kernel python3" in before.stderr
    file = tmp_path / "ipython" / "profile_default" / "startup" / command.NAME
    file.write_text(command.TEXT, "utf-8")
    after = checked(tmp_path, **wanted)
    assert after.returncode == 0, after.stderr
    assert "is watched" in after.stdout
    assert checked(tmp_path, S3_ENCRYPTION_MODE="block").returncode == 1


def test_the_check_refuses_variables_that_cannot_be_read_without_starting_a_kernel(
    monkeypatch, capsys
):
    monkeypatch.setenv("S3_ENCRYPTION_METHD", "sse-s3")
    assert command.main(["check", "--kernel", "no-such-kernel"]) == 1
    assert "Did you mean S3_ENCRYPTION_METHOD" in capsys.readouterr().err


def test_the_check_refuses_an_environment_that_asks_for_nothing(capsys):
    assert command.main(["check", "--kernel", "no-such-kernel"]) == 1
    assert "asks for nothing" in capsys.readouterr().err
