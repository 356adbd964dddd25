"""Jars are used only with the hashes that are listed. Must not know: Ivy, Spark."""

from __future__ import annotations

import hashlib

import pytest

from demo import jars


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """A list with one jar, and that jar."""
    jar = tmp_path / "a-1.jar"
    jar.write_bytes(b"good")
    hashes = tmp_path / "jars.sha256"
    hashes.write_text(f"{hashlib.sha256(b'good').hexdigest()}  a-1.jar\n", "utf-8")
    monkeypatch.setattr(jars, "HASHES", hashes)
    monkeypatch.delenv(jars.PIN_VARIABLE, raising=False)
    return jar


def test_a_jar_with_another_hash_or_none_is_refused(listed, tmp_path):
    jars.check([listed])
    other = tmp_path / "b-1.jar"
    other.write_bytes(b"new")
    with pytest.raises(jars.JarsMissingError, match=r"b-1\.jar.*S3E_PIN_JARS"):
        jars.check([listed, other])
    listed.write_bytes(b"evil")
    with pytest.raises(jars.JarsMissingError, match=r"a-1\.jar"):
        jars.check([listed])


def test_new_jars_are_listed_when_asked_for_and_a_listed_one_keeps_its_hash(
    listed, tmp_path, monkeypatch
):
    monkeypatch.setenv(jars.PIN_VARIABLE, "1")
    other = tmp_path / "b-1.jar"
    other.write_bytes(b"new")
    jars.check([listed, other])
    listed.write_bytes(b"evil")
    with pytest.raises(jars.JarsMissingError, match=r"a-1\.jar"):
        jars.check([listed, other])
    monkeypatch.delenv(jars.PIN_VARIABLE)
    jars.check([other])


def test_the_list_is_in_the_form_of_sha256sum_and_names_each_jar_once():
    lines = jars.HASHES.read_text("utf-8").splitlines()
    names = [line[66:] for line in lines]
    assert len(names) > 100
    assert names == sorted(set(names))
    assert all(len(line[:64]) == 64 and int(line[:64], 16) for line in lines)
    assert all(line[64:66] == "  " and line.endswith(".jar") for line in lines)
