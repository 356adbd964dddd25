"""What the documents say of the project's own files is so. Must not know: Spark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "jupyterlab_s3_encryption/labextension/static/third-party-licenses.json"


@pytest.mark.skipif(not NOTICES.exists(), reason="the extension is not built")
def test_the_bundle_holds_no_code_of_others_but_what_release_md_names():
    packages = {entry["name"] for entry in json.loads(NOTICES.read_text("utf-8"))["packages"]}
    assert packages == {"css-loader", "style-loader"}
    assert all(f"`{name}`" in (ROOT / "RELEASE.md").read_text("utf-8") for name in packages)
