"""What the documents say about the project's own files is true. Must not know: Spark."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
NOTICES = ROOT / "jupyterlab_s3_encryption/labextension/static/third-party-licenses.json"

#: Lists of what a package loads: one reason serves for all of it.
LOADED = ("livy.in", "together.in", "senders.in", "hub.in")

#: What the agent calls with the code of an error.
FAILING = {"fail", "_refused", "refused", "Error", "LivyError"}
CODE = re.compile(r"(?!(old|new|mixed|unchanged|unknown)\Z)[a-z]+(-[a-z]+)*")


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def agent_codes() -> set[str]:
    """Codes of errors in the agent's sources: of calls, and of errors written out."""
    found = set()
    for path in AGENT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node) in FAILING:
                codes = (text for text in constants(node.args[:3]) if CODE.fullmatch(text))
                found.update(list(codes)[:1])
            elif isinstance(node, ast.Dict):
                names = list(constants([key for key in node.keys if key is not None]))
                if {"code", "settings"} <= set(names):
                    found.update(constants([node.values[names.index("code")]]))
    return found


def page_codes() -> set[str]:
    """Codes of errors that the front end makes itself."""
    files = [path for path in (ROOT / "src").rglob("*.ts") if "__tests__" not in path.parts]
    text = "".join(path.read_text("utf-8") for path in files)
    of_calls = re.findall(r"(?:ChannelError\.of|reportError)\(\s*'([a-z-]+)'", text)
    written_out = re.findall(r"\bcode: '([a-z-]+)',\s*message", text)
    of_protocol = (ROOT / "src/kernel/protocol.ts").read_text("utf-8")
    of_reports = re.findall(r"code = '([a-z-]+)'|^\s+'([a-z-]+)'\s*\);", of_protocol, re.MULTILINE)
    return {*of_calls, *written_out, *("".join(pair) for pair in of_reports)}


def test_every_error_code_is_listed_once_and_none_that_does_not_exist():
    assert len(agent_codes()) > 20
    assert len(page_codes()) > 8
    section = (ROOT / "docs/protocol.md").read_text("utf-8").partition("\n## Error codes\n")[2]
    listed = re.findall(r"^\| `([a-z-]+)`", section, re.MULTILINE)
    assert sorted(listed) == sorted(agent_codes() | page_codes())


def test_the_example_that_is_shown_is_the_file_that_is_tested():
    page = (ROOT / "docs/extending.md").read_text("utf-8")
    example = ROOT / "docs/examples/apply-again"
    source = (example / "src/index.ts").read_text("utf-8").partition("\n\n")[2]
    assert f"```ts\n{source}```" in page
    shown = page.partition("```json\n")[2].partition("```")[0]
    assert json.loads(shown) == json.loads((example / "package.json").read_text("utf-8"))


FOLDERS = (
    "src|jupyterlab_s3_encryption|agent|tests|ui-tests|demo|bench|docs|scripts|schema|style|java"
)
PATH = re.compile(rf"(?<![\w/.\-])(?:{FOLDERS}|requirements|\.ci|\.github)/[\w.*/\-]*[\w*/]")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def exists(path: str) -> bool:
    """Whether a file or folder is there, or is made here; `agent/` is short for its package."""
    path = re.sub("^agent/", f"{AGENT.relative_to(ROOT)}/", path).strip("/")
    made = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    return path in made or any(ROOT.glob(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page):
    named = sorted(set(PATH.findall(page.read_text("utf-8"))))
    assert [path for path in named if not exists(path)] == []


def test_the_architecture_names_the_files_of_every_recipe():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    recipes = re.split(r"^### ", text.partition("## Recipes")[2], flags=re.MULTILINE)[1:]
    assert len(recipes) == 6
    assert all(len(set(PATH.findall(recipe))) >= 3 for recipe in recipes)


def listed(path: Path) -> set[str]:
    """The names in one of the files in requirements."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return {re.split(r"[<>=\[]", line)[0] for line in lines if line and not line.startswith("-")}


def test_every_dependency_has_a_reason_and_every_reason_a_dependency():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Dependencies\n")[2]
    entries = re.findall(r"^- (.*?) \u2013 ", text, re.MULTILINE)
    names = re.findall(r"`([^`]+)`", " ".join(re.sub(r"\(.*?\)", "", entry) for entry in entries))
    lumino = {"coreutils", "disposable", "messaging", "signaling", "widgets"}
    named = {f"@lumino/{name}" if name in lumino else name.partition("[")[0] for name in names}

    asked, loaded = set(), set()
    for path in (ROOT / "requirements").glob("*.in"):
        (loaded if path.name in LOADED else asked).update(listed(path))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    builds = re.findall(r"^requires = \[(.*)\]$", project, re.MULTILINE)[0]
    asked.update(re.findall(r'"([\w-]+)', builds))
    for path in (ROOT / "package.json", ROOT / "ui-tests/package.json"):
        package = json.loads(path.read_text("utf-8"))
        asked.update(package.get("dependencies", {}), package["devDependencies"])
    assert asked - named == set()
    assert named - asked - loaded == set()


@pytest.mark.skipif(not NOTICES.exists(), reason="the extension is not built")
def test_the_bundle_holds_no_code_of_others_but_what_release_md_names():
    packages = {entry["name"] for entry in json.loads(NOTICES.read_text("utf-8"))["packages"]}
    assert packages == {"css-loader", "fflate", "style-loader"}
    assert all(f"`{name}`" in (ROOT / "RELEASE.md").read_text("utf-8") for name in packages)


def defended() -> list[tuple[str, str, str]]:
    """The rows of the table of what is defended: what, against whom, by which test."""
    page = (ROOT / "docs/security.md").read_text("utf-8")
    lines = page.partition("## What is defended")[2].partition("\n## ")[0].splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]
    return [(what, whom, tests) for what, whom, tests in found]


@pytest.mark.parametrize("row", defended(), ids=lambda row: row[0][:60])
def test_what_is_called_defended_names_whom_it_is_against_and_tests_that_exist(row):
    _, whom, tests = row
    assert whom
    files: list[str] = []
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    for name in named:
        if name.startswith("test_") and not name.endswith(".py"):
            start = name.rstrip("…")
            end = "" if name.endswith("…") else r"\("
            assert any(re.search(rf"\bdef {start}{end}", text) for text in files), name
            continue
        paths = [ROOT / name] if "/" in name else sorted((ROOT / "tests").rglob(name))
        assert paths, name
        assert all(path.is_file() for path in paths), name
        files += [path.read_text("utf-8") for path in paths]
