"""What PyPI shows of the project: its addresses, and the README without links that lead nowhere.

A hook of the build (pyproject.toml). The addresses come from package.json; as long as it names no
repository, links to files of the project become plain text, and pictures are left out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

#: A link or a picture of Markdown whose target is no address and no place on the same page.
_RELATIVE = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z][a-z0-9+.-]*:|#)([^)\s]+)\)")


def address_of(package: dict[str, Any]) -> str | None:
    """Where the project's files can be seen, without a slash at the end; None if nowhere yet."""
    repository = package.get("repository")
    url = repository.get("url") if isinstance(repository, dict) else repository
    if not isinstance(url, str):
        return None
    found = re.fullmatch(r"(?:git\+)?(https://[^\s?#]+?)(?:\.git)?/?", url)
    if found is None:
        raise ValueError(f"The repository in package.json is not an https address: {url}")
    return found.group(1)


def urls_of(package: dict[str, Any]) -> dict[str, str]:
    """The links beside the project on PyPI."""
    address = address_of(package)
    if address is None:
        return {}
    tag = f"{address}/blob/v{package['version']}"
    bugs = package.get("bugs")
    issues = bugs.get("url") if isinstance(bugs, dict) else bugs
    return {
        "Homepage": package.get("homepage") or address,
        "Source": address,
        "Issues": issues or f"{address}/issues",
        "Changelog": f"{tag}/CHANGELOG.md",
        "Security": f"{tag}/SECURITY.md",
    }


def shown(readme: str, address: str | None, version: str) -> str:
    """The README as PyPI shows it: what it links to is that of the same version."""

    def absolute(found: re.Match[str]) -> str:
        picture, text, target = found.groups()
        if address is None:
            return "" if picture else text
        kind = "raw" if picture else "tree" if target.split("#")[0].endswith("/") else "blob"
        return f"{picture}[{text}]({address}/{kind}/v{version}/{target})"

    return re.sub(r"\n{3,}", "\n\n", _RELATIVE.sub(absolute, readme))


class Hook(MetadataHookInterface):
    """Adds both to the metadata of wheel and source archive."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fills in `readme` and `urls`, which pyproject.toml lists as dynamic."""
        root = Path(self.root)
        package = json.loads((root / "package.json").read_text("utf-8"))
        text = shown(
            (root / "README.md").read_text("utf-8"), address_of(package), package["version"]
        )
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls_of(package)
