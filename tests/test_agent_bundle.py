"""The agent as it is shipped: the same program as the source, without docstrings, comments and annotations.

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


class Bare(ast.NodeTransformer):
    """Takes docstrings, `pass` and annotations out of a program."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(getattr(node, "body", None), list):
            node.body = [item for item in node.body if not _says_nothing(item)]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        plain = ast.Assign(targets=[node.target], value=node.value)
        return self.generic_visit(ast.copy_location(plain, node))


def _says_nothing(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Pass)


def program(text: str) -> tuple[str, list[int]]:
    """What a text does, and the line of each of its statements."""
    tree = Bare().visit(ast.parse(text))
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return ast.dump(tree), lines


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_what_is_shipped_is_the_same_program_with_the_same_line_numbers(source):
    assert program(shipped(source.name)) == program(source.read_text("utf-8"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_what_is_shipped_carries_no_docstrings(source):
    assert '"""' not in shipped(source.name)


def test_every_file_of_the_agent_is_shipped():
    files = set(json.loads(BUNDLE.read_text("utf-8"))["files"])
    assert files == {path.name for path in SOURCES} - {"bootstrap.py"}
