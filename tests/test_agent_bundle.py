"""The agent as it is shipped: the same program as the source, without docstrings, comments and annotations.

Must not know: what the agent does.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
BUNDLE = ROOT / "src" / "kernel" / "agentBundle.json"
FILES = ROOT / "src" / "kernel" / "agentFiles.json"
TOOLS = ROOT / "src" / "kernel" / "agentTools.json"
WRITERS = ROOT / "src" / "kernel" / "agentWriters.json"
SOURCES = sorted(AGENT.glob("*.py"))
#: They run before the agent is there.
ALONE = {"bootstrap.py", "blocking.py"}


def shipped(name: str) -> str:
    bundle = json.loads(BUNDLE.read_text("utf-8"))
    parts = [json.loads(path.read_text("utf-8")) for path in (FILES, WRITERS, TOOLS)]
    files = {file: text for part in parts for file, text in part.items()}
    return bundle[name[: -len(".py")]] if name in ALONE else files[name]


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

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        # In a class an annotation makes a field: without it a NamedTuple has one less.
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        self.generic_visit(node)
        for place, item in enumerate(node.body):
            for field in fields:
                if item.lineno == field.lineno:
                    node.body[place] = field
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


def test_every_file_of_the_agent_is_shipped_once():
    parts = [set(json.loads(path.read_text("utf-8"))) for path in (FILES, WRITERS, TOOLS)]
    assert sorted(name for part in parts for name in part) == sorted(
        ({path.name for path in SOURCES} - ALONE) | {"java_classes.txt"}
    )
    assert "__init__.py" in parts[0]
    assert parts[1] == {"catalog_writers.py", "python_writers.py", "python_writers_boto.py"}


SCRIPT = """
import json, sys
sys.modules["jupyterlab_s3_encryption"] = None
told = json.load(sys.stdin)
space = {"__name__": "bootstrap"}
exec(told["bootstrap"], space)
answers = []
for files in told["sent"]:
    payload = dict(told["payload"], **({"files": files} if files else {}))
    answers.append(space["run"](payload).report)
print(json.dumps(answers))
"""


def test_files_that_only_some_requests_need_follow_when_they_are_needed():
    core = {
        "__init__.py": "FINGERPRINT = ''\nfrom . import state\n"
        "def handle(request):\n from . import tools\n return {'loads': tools.LOADS}\n",
        "state.py": "import sys\nsys.loads = getattr(sys, 'loads', 0) + 1\n",
    }
    tools = {"tools.py": "import sys\nfrom . import state\nLOADS = sys.loads\n"}
    bundle = json.loads(BUNDLE.read_text("utf-8"))
    payload = {"fingerprint": "f", "tools": "tools", "request": {"request": "canary"}}
    payload["bootstrap"] = bundle["bootstrap"]
    sent = [None, core, None, {**core, **tools}, None]
    told = {"bootstrap": bundle["bootstrap"], "payload": payload, "sent": sent}
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    none, alone, without, complete, again = json.loads(found.stdout)
    assert none["agentMissing"]
    assert alone["error"]["code"] == "internal"
    assert without["agentMissing"]
    # The files that were there were not loaded a second time.
    assert complete == again == {"loads": 1}
