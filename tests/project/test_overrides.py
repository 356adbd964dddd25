"""What administrators write into overrides.json arrives as the schema's default, and nothing a user writes does.

The real code of jupyterlab_server reads the real schema. Must not know: the front end.
"""

from __future__ import annotations

import json

import pytest

from tests import ROOT

SCHEMA = ROOT / "schema" / "plugin.json"
ID = "jupyterlab-s3-encryption:plugin"
SITE = {
    "profile": {"name": "Finance", "method": "sse-s3"},
    "locked": True,
    "allowedAccounts": ["111122223333"],
}


@pytest.fixture
def read(tmp_path):
    """Reads the settings as the server does, with given overrides and own settings."""
    # Here, because it takes seconds, which every run of pytest would spend to find its tests.
    settings_utils = pytest.importorskip("jupyterlab_server.settings_utils")
    schemas = tmp_path / "schemas" / "jupyterlab-s3-encryption"
    schemas.mkdir(parents=True)
    (schemas / "plugin.json").write_text(SCHEMA.read_text("utf-8"), "utf-8")
    package = {"version": "1.0.0"}
    (schemas / "package.json.orig").write_text(json.dumps(package), "utf-8")

    def found(overrides, own=None):
        app, user = tmp_path / "app", tmp_path / "user"
        app.mkdir()
        (app / "overrides.json").write_text(json.dumps({ID: overrides}), "utf-8")
        if own is not None:
            folder = user / "jupyterlab-s3-encryption"
            folder.mkdir(parents=True)
            (folder / "plugin.jupyterlab-settings").write_text(json.dumps(own), "utf-8")
        result, warnings = settings_utils.get_settings(
            str(app), str(tmp_path / "schemas"), str(user), schema_name=ID
        )
        assert not any(warnings), warnings
        return result

    return found


def test_a_sites_decisions_arrive_as_the_default(read):
    result = read({"site": SITE, "mode": "block"})
    properties = result["schema"]["properties"]
    assert properties["site"]["default"] == SITE
    assert properties["mode"]["default"] == "block"


def test_a_users_own_value_is_not_the_default(read):
    own = {"site": {"locked": False}}
    result = read({"site": SITE}, own)
    assert result["schema"]["properties"]["site"]["default"] == SITE
    assert result["settings"] == own
