"""The agent as it is shipped: the same program as the source, without docstrings, comments and annotations.

Must not know: what the agent does.
"""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.support.agent_requests import (
    AGENT,
    SHIPPED,
    filled,
    forget,
    payload,
    run_bootstrap,
    sources,
)

#: Modules of names for annotations; if one were missing, loading the text would fail.
TYPES = ("typing", "shapes")
GENERIC = ("Callable", "Dict", "List", "Optional", "Tuple")
INSTALLED = "jupyterlab_s3_encryption.agent"
BUNDLE = ROOT / "src" / "kernel" / "agentBundle.json"
FILES = ROOT / "src" / "kernel" / "agentFiles.json"
TOOLS = ROOT / "src" / "kernel" / "agentTools.json"
REENCRYPTION = ROOT / "src" / "kernel" / "agentReencryption.json"
WRITERS = ROOT / "src" / "kernel" / "agentWriters.json"
#: They run before the agent is there.
ALONE = {
    f"loader/{name}.py": AGENT / "loader" / f"{name}.py"
    for name in ("bootstrap", "blocking", "installed")
}
SOURCES = {**ALONE, **sources()}


def shipped(name: str) -> str:
    bundle = json.loads(BUNDLE.read_text("utf-8"))
    parts = [json.loads(path.read_text("utf-8")) for path in (FILES, WRITERS, TOOLS, REENCRYPTION)]
    files = {file: text for part in parts for file, text in part.items()}
    return bundle[Path(name).stem] if name in ALONE else files[name]


class Bare(ast.NodeTransformer):
    """Takes docstrings, `pass`, annotations and what only they need out of a program.

    Fields of classes and aliases of types become objects: nobody asks which.
    """

    def __init__(self) -> None:
        self._fields: set[int] = set()

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
        self._fields.update(id(field) for field in node.body)
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if (node.module or "").split(".")[-1] in TYPES else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if isinstance(node.value, ast.Subscript) and getattr(node.value.value, "id", "") in GENERIC:
            node.value = ast.Name("object", ast.Load())
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or id(node) in self._fields:
            node.annotation = ast.Name("object", ast.Load())
            return self.generic_visit(node)
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


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_shipped_is_the_same_program_with_the_same_line_numbers(name):
    source = filled(SOURCES[name].read_text("utf-8"), inside=name == "loader/blocking.py")
    assert program(shipped(name)) == program(source)


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_shipped_carries_no_docstrings(name):
    assert '"""' not in shipped(name)


def test_every_file_of_the_agent_is_shipped_once():
    parts = [
        set(json.loads(path.read_text("utf-8"))) for path in (FILES, WRITERS, TOOLS, REENCRYPTION)
    ]
    assert sorted(name for part in parts for name in part) == sorted(
        {*sources(), "contract.json", "java_classes.txt"}
    )
    assert "__init__.py" in parts[0]
    assert all(name.startswith("writers/") for name in parts[1])
    assert all(name.startswith("objects/") for name in parts[2])
    assert all(name.startswith("reencryption/") for name in parts[3])
    others = ("objects/", "writers/", "reencryption/")
    assert not any(name.startswith(others) for name in parts[0])


def fields(package: str) -> dict[str, tuple[str, ...]]:
    """The fields of each NamedTuple of an agent that is loaded."""
    modules = [name for name in sys.modules if name.startswith(package + ".")]
    return {
        f"{name[len(package) :]}.{cls.__name__}": cls._fields
        for name in modules
        for cls in vars(sys.modules[name]).values()
        if isinstance(cls, type) and hasattr(cls, "_fields") and cls.__module__ == name
    }


def test_what_is_shipped_loads_with_all_its_parts_and_has_the_same_records(monkeypatch):
    modules = [
        ("." + name[: -len(".py")].replace("/", ".")).replace(".__init__", "") for name in sources()
    ]
    for module in modules:
        importlib.import_module(INSTALLED + module)
    whole = {name: shipped(name) for name in sources()}
    monkeypatch.setitem(sys.modules, INSTALLED, None)
    probe = payload("probe")
    probe.update(bootstrap=shipped("loader/bootstrap.py"))
    probe["files"].update(whole)
    assert run_bootstrap(probe)["agent"]["source"] == "shipped"
    # Those that are imported when they are needed, too.
    with sys.modules[SHIPPED + ".data.late"].imports():
        for module in modules:
            importlib.import_module(SHIPPED + module)
    assert len(fields(SHIPPED)) > 10
    assert fields(SHIPPED) == fields(INSTALLED)
    forget()


SCRIPT = """
import json, sys
sys.modules["jupyterlab_s3_encryption"] = None
given = json.load(sys.stdin)
space = {"__name__": "bootstrap"}
exec(given["bootstrap"], space)
answers = []
for files in given["sent"]:
    payload = dict(given["payload"], **({"files": files} if files else {}))
    answers.append(space["run"](payload).report)
print(json.dumps(answers))
"""


def test_files_that_only_some_requests_need_follow_when_they_are_needed():
    core = {
        "__init__.py": "FINGERPRINT = ''\nfrom . import state\n"
        "def begin(request):\n pass\n"
        "def handle(request):\n from .objects import requests\n return {'loads': requests.LOADS}\n",
        "state.py": "import sys\nsys.loads = getattr(sys, 'loads', 0) + 1\n",
    }
    objects = {
        "objects/__init__.py": "",
        "objects/requests.py": "import sys\nfrom .. import state\nLOADS = sys.loads\n",
    }
    bundle = json.loads(BUNDLE.read_text("utf-8"))
    payload = {"fingerprint": "f", "part": "objects", "request": {"request": "canary"}}
    payload["bootstrap"] = bundle["bootstrap"]
    sent = [None, core, None, {**core, **objects}, None]
    given = {"bootstrap": bundle["bootstrap"], "payload": payload, "sent": sent}
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(given),
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


def test_what_is_late_is_imported_when_it_is_needed_and_leaves_no_finder():
    core = {
        "__init__.py": "FINGERPRINT = ''\nLATE = ('far',)\nimport sys\n"
        "def begin(request):\n pass\n"
        "def handle(request):\n"
        " early = [name for name in sys.modules if name.endswith('.far')]\n"
        " from .data import late\n"
        " with late.imports():\n"
        "  from .far import FOUND\n"
        " return {'early': early, 'found': FOUND, 'finders': len(sys.meta_path)}\n",
        "data/__init__.py": "SHIPPED = {}\n",
        "data/late.py": shipped("data/late.py"),
        "shapes.py": shipped("shapes.py"),
        "far.py": "FOUND = 'far'\n",
    }
    payload = {"fingerprint": "f", "request": {"request": "apply"}, "bootstrap": ""}
    given = {"bootstrap": shipped("loader/bootstrap.py"), "payload": payload, "sent": [core, core]}
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            SCRIPT.replace(
                "import json, sys", "import json, sys\nbefore = len(sys.meta_path)"
            ).replace("print(json", "print(before == len(sys.meta_path), json"),
        ],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    clean, _, answers = found.stdout.partition(" ")
    first, second = json.loads(answers)
    assert clean == "True"
    assert (first["early"], first["found"]) == ([], "far")
    assert (second["early"], second["found"]) == ([f"{SHIPPED}.far"], "far")


def test_a_part_that_comes_alone_finds_what_is_late():
    core = {
        "__init__.py": "FINGERPRINT = ''\nLATE = ('far',)\nimport sys\n"
        "def begin(request):\n pass\n"
        "def handle(request):\n"
        " part = sys.modules.get(__name__ + '.objects.requests')\n"
        " return {'found': getattr(part, 'FOUND', None)}\n",
        "data/__init__.py": "SHIPPED = {}\n",
        "data/late.py": shipped("data/late.py"),
        "shapes.py": shipped("shapes.py"),
        "far.py": "FOUND = 'far'\n",
    }
    part = {"objects/__init__.py": "", "objects/requests.py": "from ..far import FOUND\n"}
    payload = {"fingerprint": "f", "request": {"request": "apply"}, "bootstrap": ""}
    given = {"bootstrap": shipped("loader/bootstrap.py"), "payload": payload, "sent": [core]}
    more = f"payload = dict(given['payload'], part='objects', files={part!r})"
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            SCRIPT.replace(
                "print(json", f"{more}\nanswers.append(space['run'](payload).report)\nprint(json"
            ),
        ],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == [{"found": None}, {"found": "far"}]
