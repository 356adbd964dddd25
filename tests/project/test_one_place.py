"""A method, a connector or a request is named only in the files that its recipe lists.

So a new one touches those files and no others: whoever needs to know something about one asks for
a trait of it, in the data of src/contract. The recipes are in docs/architecture.md.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RECIPES = (ROOT / "docs" / "architecture.md").read_text("utf-8")
#: Made, or copied, by scripts/bundle_agent.py.
GENERATED = ("src/kernel/agent", "jupyterlab_s3_encryption/labextension/", "agent/data/")
#: How many source files a new one may touch.
LIMITS = {"method": 9, "connector": 7, "request": 10}

#: Where a name is allowed although no recipe lists the file, and why.
ALLOWED = {
    ("method", "jupyterlab_s3_encryption/agent/livy/relay.py"): (
        "runs beside Livy without the contract; bucket default is what undoes any method"
    ),
    ("connector", "src/cluster/documents/emr/"): (
        "EMR has these two connectors, and the page is about which release uses which"
    ),
    ("connector", "jupyterlab_s3_encryption/agent/writers/python.py"): (
        "the names of schemes in the settings of pandas, not of connectors"
    ),
    ("request", "src/panel/"): "pages and fixes of the panel, which have these names too",
    ("request", "src/plugins/"): "the same pages, which commands open",
    ("request", "jupyterlab_s3_encryption/large_audits.py"): (
        "the Python function that has the request's name, and does more than the request"
    ),
    ("request", "jupyterlab_s3_encryption/agent/checks/claims.py"): "what a proof comes from",
    ("request", "jupyterlab_s3_encryption/agent/objects/canary.py"): "what a proof comes from",
    ("request", "jupyterlab_s3_encryption/agent/objects/writes/watch.py"): (
        "what a proof comes from"
    ),
}
#: The same for words that have other meanings: a bucket is rarely the request of that name.
OTHER_MEANINGS = {"bucket", "keys", "writes"}


def names(kind: str) -> list[str]:
    """Every method, connector or request that could be named in a source."""

    def read(name: str) -> dict[str, dict[str, object]]:
        return json.loads((ROOT / "src" / "contract" / "data" / f"{name}.json").read_text("utf-8"))

    if kind == "method":
        return list(read("methods")["methods"])
    if kind == "connector":
        return list(read("connectors")["dialects"])
    # The others are what the lifecycle itself sends; a new one is asked beside it.
    return [name for name, row in read("requests")["requests"].items() if row["part"] == "objects"]


def recipe(kind: str) -> list[str]:
    """The source files that the recipe for a new one lists."""
    section = RECIPES.split(f"### Add a {kind}\n")[1].split("\n### ")[0]
    return re.findall(r"^\d+\. `([\w./-]+)`", section, re.MULTILINE)


def sources() -> Iterator[Path]:
    """What is shipped, in both languages, without specs and without what is generated."""
    for folder, patterns in {
        "src": ("*.ts", "*.tsx"),
        "jupyterlab_s3_encryption": ("*.py",),
    }.items():
        for pattern in patterns:
            for path in sorted((ROOT / folder).rglob(pattern)):
                name = path.relative_to(ROOT).as_posix()
                if "__tests__" not in name and not any(part in name for part in GENERATED):
                    yield path


def literals(path: Path) -> set[str]:
    """The texts that stand in a source by themselves, between quotes."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(text))
        return {
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    return {match.group(2) for match in re.finditer(r"(['\"`])([\w-]+)\1", code)}


def is_allowed(kind: str, path: str) -> bool:
    """Whether a file that no recipe lists may name one."""
    return any(of == kind and path.startswith(start) for of, start in ALLOWED)


def strays(kind: str) -> list[str]:
    """Where one is named in a file that the recipe does not list."""
    listed = recipe(kind)
    wanted = set(names(kind)) - OTHER_MEANINGS
    found = []
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if name in listed or is_allowed(kind, name):
            continue
        found += [f"{name}: {literal!r}" for literal in sorted(literals(path) & wanted)]
    return found


@pytest.mark.parametrize("kind", LIMITS)
def test_is_named_only_in_the_files_of_its_recipe(kind: str) -> None:
    assert strays(kind) == []


@pytest.mark.parametrize("kind", LIMITS)
def test_its_recipe_lists_no_more_files_than_agreed(kind: str) -> None:
    assert 0 < len(recipe(kind)) <= LIMITS[kind]


@pytest.mark.parametrize(("kind", "start"), ALLOWED)
def test_a_file_that_may_name_one_does(kind: str, start: str) -> None:
    named = {
        literal
        for path in sources()
        if path.relative_to(ROOT).as_posix().startswith(start)
        for literal in literals(path)
    }
    assert named & set(names(kind))
