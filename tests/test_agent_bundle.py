"""The agent as it is shipped: the same program as the source, without docstrings and comments.

Must not know: what the agent does.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
BUNDLE = ROOT / "src" / "kernel" / "agentBundle.json"
SOURCES = sorted(AGENT.glob("*.py"))


def shipped(name: str) -> str:
    bundle = json.loads(BUNDLE.read_text("utf-8"))
    return bundle["bootstrap"] if name == "bootstrap.py" else bundle["files"][name]


def statements(text: str) -> list[tuple[str, int]]:
    """Every statement with its line, but docstrings, `pass` and what only holds other statements."""
    found = []
    for node in ast.walk(ast.parse(text)):
        for child in (
            getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []
        ):
            docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if not docstring and not isinstance(child, ast.Pass):
                body = getattr(child, "body", None)
                found.append(("" if body else ast.dump(child), child.lineno))
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_what_is_shipped_is_the_same_program_with_the_same_line_numbers(source):
    assert statements(shipped(source.name)) == statements(source.read_text("utf-8"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_what_is_shipped_carries_no_docstrings(source):
    assert '"""' not in shipped(source.name)


def test_every_file_of_the_agent_is_shipped():
    files = set(json.loads(BUNDLE.read_text("utf-8"))["files"])
    assert files == {path.name for path in SOURCES} - {"bootstrap.py"} | {"connectors.json"}


def test_the_shipped_connector_data_is_the_shared_data():
    shared = json.loads((ROOT / "src" / "encryption" / "connectors.json").read_text("utf-8"))
    assert json.loads(shipped("connectors.json")) == shared
