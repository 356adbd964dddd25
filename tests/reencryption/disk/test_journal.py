"""The file of a re-encryption: what it keeps, and what it survives. Must not know: S3."""

from __future__ import annotations

import json
import os

import pytest

from jupyterlab_s3_encryption.agent.objects.reading.location import S3Location
from jupyterlab_s3_encryption.agent.reencryption import journal as journals
from jupyterlab_s3_encryption.agent.reencryption.facts import Facts
from jupyterlab_s3_encryption.agent.reencryption.journal import Entry, Journal, JournalError
from jupyterlab_s3_encryption.agent.reencryption.plans import Plan
from jupyterlab_s3_encryption.agent.reencryption.rows.rows import Rows
from jupyterlab_s3_encryption.agent.reencryption.store import Settings
from jupyterlab_s3_encryption.agent.reencryption.ways import Target, decide

TARGET = Target({"method": "sse-s3"})


def plan(count=3, made=5.0, uploading=False):
    facts = [Facts(f"in/{n}", n, "e", 1.0, algorithm="") for n in range(count)]
    rows = Rows(TARGET)
    for one in facts:
        rows.add(one, decide(one, TARGET, uploading), uploading)
    place = S3Location("s3", "bucket", "/in")
    return Plan(
        place,
        TARGET,
        False,
        Settings(True, False, None, False, None, False),
        made,
        9,
        6,
        rows,
        ["n"],
    )


def test_a_plan_comes_back_from_its_file_as_it_was(tmp_path):
    made = plan(uploading=True)
    assert "uploading" in made.rows[0].decision.reason
    journals.save(str(tmp_path / "j"), made)
    assert journals.read_plan(str(tmp_path / "j")) == made
    assert os.stat(tmp_path / "j").st_mode & 0o077 == 0


def test_what_became_of_objects_is_there_when_it_is_opened_again(tmp_path):
    file, made = str(tmp_path / "j"), plan()
    first = Journal(file, made)
    first.write_probe("in/ours")
    first.write(0, Entry("begun", "copy"))
    first.write(0, Entry("done", "copy", None, "etag"))
    first.write(1, Entry("begun", "multipart", upload="u"))
    first.close()
    again = Journal(file, journals.read_plan(file))
    assert [again.entry(number) for number in range(3)] == [
        Entry("done", "copy", None, "etag"),
        Entry("begun", "multipart", upload="u"),
        None,
    ]
    assert again.uploads == {1: "u"}
    assert (again.probe, again.counts) == ("in/ours", {"begun": 1, "done": 1})
    again.close()


def test_a_line_that_is_not_whole_is_cut_off_at_every_length(tmp_path):
    file, made = tmp_path / "j", plan()
    first = Journal(str(file), made)
    first.write(0, Entry("done", "copy"))
    whole = len(file.read_bytes())
    first.write(1, Entry("left", None, "ü"))
    first.close()
    data = file.read_bytes()
    for end in range(whole, len(data)):
        file.write_bytes(data[:end])
        again = Journal(str(file), made)
        assert [again.state(number) for number in range(3)] == ["done", None, None]
        again.write(2, Entry("done", "copy"))
        again.close()
        lines = file.read_text("utf-8").splitlines()
        assert json.loads(lines[-1]) == {"state": "done", "way": "copy", "row": 2}


def test_another_plan_another_file_and_a_second_user_are_refused(tmp_path):
    file, made = str(tmp_path / "j"), plan()
    first = Journal(file, made)
    with pytest.raises(JournalError, match="Another run"):
        Journal(file, made)
    first.close()
    with pytest.raises(JournalError, match="another plan"):
        Journal(file, plan(made=6.0))
    with pytest.raises(JournalError, match="a file"):
        journals.save(file, made)
    (tmp_path / "x").write_text("hello\n")
    (tmp_path / "y").write_text('{"plan":{"format":99}}\n')
    for name in ("x", "y"):
        with pytest.raises(JournalError):
            journals.read_plan(str(tmp_path / name))
        with pytest.raises(JournalError):
            Journal(str(tmp_path / name), made)
    text = (tmp_path / "j").read_text().splitlines(keepends=True)
    (tmp_path / "j").write_text("".join(text[:2]))
    with pytest.raises(JournalError, match="not whole"):
        journals.read_plan(file)
