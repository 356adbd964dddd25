"""The file that a run without a front end leaves its last report in.

Must not know: how settings are written.
"""

from __future__ import annotations

import json

import pytest

from jupyterlab_s3_encryption import headless
from tests.support.agent_requests import ask

pytestmark = pytest.mark.usefixtures("fresh_agent")


def test_the_last_report_is_kept_as_json(shell, tmp_path):
    target = tmp_path / "reports" / "last.json"
    headless.start(shell, {headless.METHOD: "sse-s3", headless.REPORT: str(target)})
    assert json.loads(target.read_text("utf-8"))["waiting"] is True
    ask("clear")
    assert shell.run_cell("x = 1").success
    assert json.loads(target.read_text("utf-8"))["profile"] is None
    assert [path.name for path in target.parent.iterdir()] == ["last.json"]


@pytest.mark.parametrize("waiting", ["last.json", "last.json.new", ".last.json"])
def test_a_link_that_waits_where_the_report_is_written_is_not_followed(shell, tmp_path, waiting):
    victim = tmp_path / "victim"
    victim.write_text("kept", "utf-8")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / waiting).symlink_to(victim)
    target = folder / "last.json"
    headless.start(shell, {headless.METHOD: "sse-s3", headless.REPORT: str(target)})
    assert victim.read_text("utf-8") == "kept"
    assert not target.is_symlink()
    assert json.loads(target.read_text("utf-8"))["profile"] == {"method": "sse-s3"}
    plain = tmp_path / "plain"
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode
    assert {file.name for file in folder.iterdir()} == {"last.json", waiting}


def test_a_report_that_cannot_be_written_leaves_nothing_behind(shell, tmp_path):
    target = tmp_path / "a-folder"
    target.mkdir()
    with pytest.raises(OSError, match="a-folder"):
        headless.start(shell, {headless.METHOD: "sse-s3", headless.REPORT: str(target)})
    assert list(tmp_path.glob("*a-folder*")) == [target]
