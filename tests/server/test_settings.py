"""What the settings and the site say about a kernel's start, as the page reads them."""

from __future__ import annotations

import json
import os
import types
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_s3_encryption.server.settings import SETTINGS, Options, Settings, read
from tests import ROOT

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ALIAS = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/lake"
LAKE = {"name": "Lake", "method": "sse-kms", "kmsKeyId": KEY}
KMS = {"method": "sse-kms", "kmsKeyId": KEY}
SSE_S3 = {"method": "sse-s3"}


def options(site: object = None, **user: Any) -> Options:
    return read({"site": site or {}, "connector": "auto", "kernels": ["*"]}, user)


def test_without_settings_cells_run_in_any_case():
    assert read({}, {}) == Options()
    assert not Options().blocks_with(KMS)
    assert not Options().blocks_at_most


def test_each_profile_can_have_a_mode_of_its_own_and_only_a_stricter_one_by_its_name():
    found = options(mode="warn", profiles=[{**LAKE, "mode": "block"}])
    assert found.blocks_with(LAKE)
    assert found.blocks_with({**SSE_S3, "name": "Lake"})
    assert not found.blocks_with(KMS)
    assert found.blocks_at_most
    found = options(mode="block", profiles=[{**LAKE, "mode": "warn"}])
    assert not found.blocks_with(LAKE)
    assert found.blocks_with({**SSE_S3, "name": "Lake"})
    assert found.blocks_with(KMS)


def test_a_saved_profile_stands_for_one_of_the_settings_and_loses_no_mode_on_its_way():
    site = {"site": {}}
    assert read(site, {}, [{**LAKE, "mode": "block"}]).blocks_with(LAKE)
    in_settings = {"profiles": [{**SSE_S3, "name": "Lake", "mode": "block"}]}
    found = read(site, in_settings, [{**LAKE, "mode": "warn"}, "text", {"name": "Odd"}])
    assert found.profiles == (LAKE,)
    assert found.blocks_with(LAKE)


def test_a_site_that_requires_block_gets_it():
    found = options({"requireBlock": True}, mode="warn", profiles=[{**LAKE, "mode": "warn"}])
    assert found.blocks_with(LAKE)
    assert found.blocks_at_most


def test_what_a_user_calls_the_site_is_ignored():
    claimed = {"site": {"requireBlock": True, "profile": SSE_S3, "locked": True}}
    assert read({}, claimed) == Options()


def test_a_user_cannot_leave_the_sites_lock_by_other_settings():
    away = {"reapplyOnRestart": False, "runGuard": False, "kernels": [], "connector": "emrfs"}
    away["connectClass"] = False
    free = options(**away)
    assert (free.reapply, free.checks, free.kernels, free.connector) == (False, False, (), "emrfs")
    for site in ({"profile": SSE_S3, "locked": True}, {"requireBlock": True}):
        kept = options(site, **away)
        assert (kept.reapply, kept.checks, kept.kernels) == (True, True, ("*",))
        assert (kept.connector, kept.connect_class) == ("auto", True)


def test_a_user_or_the_site_keeps_the_class_off_connect_servers():
    assert options().connect_class
    assert not options(connectClass=False).connect_class
    assert options({"noConnectClass": 1}).connect_class
    assert not options({"noConnectClass": True}, connectClass=True).connect_class
    assert options({"noConnectClass": True}).site.no_connect_class


@pytest.mark.parametrize("profile", [{}, {"method": "rot13"}, "text", None, {"method": ""}])
def test_a_sites_profile_that_is_not_valid_locks_nothing(profile):
    assert not options({"profile": profile, "locked": True}).site.locked


def test_keys_that_the_site_does_not_allow_are_refused():
    by_key = options({"allowedKeys": [KEY]})
    by_account = options({"allowedAccounts": [ACCOUNT]})
    assert not options().refuses(KMS)
    assert not by_key.refuses(KMS)
    assert by_key.refuses({**KMS, "kmsKeyId": ALIAS})
    assert not by_account.refuses({**KMS, "kmsKeyId": ALIAS})
    assert by_account.refuses({**KMS, "kmsKeyId": KEY.replace(ACCOUNT, "1" * 12)})
    assert by_account.refuses({"method": "sse-kms"})
    assert not by_account.refuses(SSE_S3)
    assert by_account.refuses({**SSE_S3, "buckets": {"lake": {"method": "sse-kms"}}})


@pytest.mark.parametrize(
    ("patterns", "name", "fits"),
    [
        (["*"], "python3", True),
        ([], "python3", False),
        (["py*3", "x"], "python3", True),
        (["py*"], "Python3", False),
        (["python."], "python3", False),
        (["a?"], "ab", False),
    ],
)
def test_kernels_are_named_by_patterns(patterns, name, fits):
    assert options(kernels=patterns).handles(name) is fits


def test_an_empty_field_of_the_settings_editor_counts_as_absent():
    given = {**LAKE, "mode": "", "buckets": {}, "encryptionContext": {}, "writers": []}
    assert options(profiles=[{**given, "kmsKeyId": ""}]).profiles == (
        {"name": "Lake", "method": "sse-kms"},
    )


def test_what_nobody_expects_is_ignored():
    found = options(profiles=[1, {}, {"method": "sse-s3"}], mode=3, kernels="x", connector="ftp")
    assert found == options()


def test_the_files_of_jupyterlab_are_read_again_when_they_change(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    package, _, name = SETTINGS.partition(":")
    schemas = tmp_path / "extensions" / package / "schemas" / package
    schemas.mkdir(parents=True)
    (schemas / f"{name}.json").write_text((ROOT / "schema" / f"{name}.json").read_text("utf-8"))
    lab = types.SimpleNamespace(
        app_settings_dir=str(tmp_path / "app"),
        schemas_dir=str(tmp_path / "schemas"),
        user_settings_dir=str(tmp_path / "user"),
        extra_labextensions_path=[],
        labextensions_path=[str(tmp_path / "extensions")],
    )
    settings = Settings(lambda: lab)
    first = settings.current()
    assert first.connector == "auto"
    assert settings.current() is first
    user = tmp_path / "user" / package / f"{name}.jupyterlab-settings"
    user.parent.mkdir(parents=True)
    user.write_text('{"mode": "block", // as in JupyterLab\n}', "utf-8")
    assert settings.current().blocks
    overrides = tmp_path / "app" / "overrides.json"
    overrides.parent.mkdir()
    site = {"site": {"profile": SSE_S3, "locked": True}}
    overrides.write_text(json.dumps({SETTINGS: site}), "utf-8")
    assert settings.current().site.profile == SSE_S3
    os.remove(overrides)
    assert not settings.current().site.locked
    assert Settings(lambda: None).current() == Options()
