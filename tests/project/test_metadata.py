"""What PyPI shows of the project leads somewhere. Must not know: Spark, JupyterLab."""

from __future__ import annotations

import json
import re
from email import message_from_string

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.metadata.spec import get_core_metadata_constructors
from hatchling.plugin.manager import PluginManager

from scripts import package_metadata
from tests import ROOT

PACKAGE = json.loads((ROOT / "package.json").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "https://github.com/someone/some-project"
TARGET = re.compile(r"\]\(([^)]*)\)")


@pytest.fixture(scope="module")
def metadata():
    """The core metadata as the build writes it."""
    found = ProjectMetadata(str(ROOT), PluginManager())
    constructors = get_core_metadata_constructors()
    return message_from_string(constructors["2.4"](found))


def test_the_built_metadata_has_the_readme_and_no_link_that_leads_nowhere(metadata):
    text = metadata.get_payload()
    assert metadata["Description-Content-Type"].startswith("text/markdown")
    assert text.startswith("# S3 Encryption for Jupyter")
    assert len(text) > 4000
    for target in TARGET.findall(text):
        assert re.match(r"https://|#", target), target


def test_the_built_metadata_has_the_addresses_that_package_json_names(metadata):
    shown = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL") or [])
    assert shown == package_metadata.urls_of(PACKAGE)
    assert bool(shown) == ("repository" in PACKAGE)


@pytest.mark.parametrize(
    "repository",
    [
        ADDRESS,
        ADDRESS + "/",
        ADDRESS + ".git",
        {"type": "git", "url": ADDRESS + ".git"},
        {"type": "git", "url": f"git+{ADDRESS}.git"},
    ],
)
def test_with_a_repository_every_link_and_picture_is_absolute(repository):
    package = {**PACKAGE, "repository": repository, "version": "1.2.3"}
    address = package_metadata.address_of(package)
    assert address == ADDRESS
    text = package_metadata.shown(README, address, "1.2.3")
    targets = TARGET.findall(text)
    assert len(targets) == len(TARGET.findall(README)) > 10
    for target in targets:
        assert target.startswith(("https://", "#"))
    assert f"]({ADDRESS}/raw/v1.2.3/docs/images/panel.png)" in text
    assert f"]({ADDRESS}/blob/v1.2.3/docs/headless.md)" in text
    assert f"]({ADDRESS}/tree/v1.2.3/docs/cluster/)" in text
    urls = package_metadata.urls_of(package)
    assert set(urls) >= {"Homepage", "Source", "Issues", "Changelog"}
    assert all(url.startswith(ADDRESS) for url in urls.values())


def test_addresses_and_places_on_the_page_stay_and_without_a_repository_links_are_text():
    text = "[a](https://a.b/c) [d](#e) [f](docs/f.md) ![g](docs/g.png)."
    assert package_metadata.shown(text, None, "1") == "[a](https://a.b/c) [d](#e) f ."
    assert package_metadata.shown(text, "https://x", "1") == (
        "[a](https://a.b/c) [d](#e) [f](https://x/blob/v1/docs/f.md) "
        "![g](https://x/raw/v1/docs/g.png)."
    )


@pytest.mark.parametrize("repository", ["git@github.com:x/y", "http://x/y", "x y"])
def test_a_repository_of_another_form_ends_the_build(repository):
    with pytest.raises(ValueError, match="https address"):
        package_metadata.address_of({"repository": repository})
