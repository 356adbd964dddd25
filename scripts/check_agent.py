"""Checks that the agent stays Python 3.7 syntax and uses the standard library only.

The agent runs on the Python of the cluster. Two looks: the grammar (by the
parser, with the rules of 3.7), and what the grammar does not know (names that
came later, such as str.removeprefix; by vermin). Imports outside the standard
library are allowed only if the agent checks that they exist. And how often its types
say nothing may only become less.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
OPTIONAL = {"pyspark", "py4j", "boto3", "botocore", "IPython"}
#: Uses of Any in the agent, those of aliases that hide it included: lower it with each that goes.
MOST_ANY = 87
#: (path of a file, name): an alias that is, or contains, Any.
Alias = tuple[Path, str]


def grammar_faults(path: Path) -> list[str]:
    """Why the file is not Python 3.7, as the parser says it; empty when it is."""
    try:
        ast.parse(path.read_text(), str(path), feature_version=(3, 7))
    except SyntaxError as error:
        return [f"{path}:{error.lineno}: {error.msg}"]
    return []


def newer_syntax(path: Path) -> list[str]:
    """Spellings that newer parsers let through although 3.7 does not know them."""
    faults = []
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.NamedExpr):
            faults.append(f"{path}:{node.lineno}: assignment expression (3.8)")
        elif isinstance(node, ast.arguments) and node.posonlyargs:
            faults.append(f"{path}:{node.posonlyargs[0].lineno}: positional-only (3.8)")
        elif isinstance(node, ast.Match):
            faults.append(f"{path}:{node.lineno}: match statement (3.10)")
    return faults


def foreign_imports(path: Path) -> list[str]:
    """Imports at the top of a file that are neither the agent's nor standard."""
    faults = []
    for node in ast.parse(path.read_text(), str(path)).body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top in OPTIONAL:
                faults.append(f"{path}:{node.lineno}: {top} may be missing: import it where used")
            elif top not in sys.stdlib_module_names:
                faults.append(f"{path}:{node.lineno}: {top} is not in the standard library")
    return faults


def any_uses(folder: Path) -> dict[Path, int]:
    """How often types of each file of a folder say nothing: Any, and every alias that has it in it.

    A name that stands for Any, or for a dict of it, hides as much as Any does.
    """
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))}
    known: set[Alias] = set()
    while True:
        more = {
            (path, target.id)
            for path, tree in trees.items()
            for target, value in _assigned(tree)
            if _is_type(value) and _open_names(path, tree, known) & set(_names(value))
        }
        if more <= known:
            break
        known |= more
    counts = {
        path: sum(
            name in _open_names(path, tree, known)
            for annotation in _annotations(tree)
            for name in _names(annotation)
        )
        for path, tree in trees.items()
    }
    return {path: count for path, count in counts.items() if count}


def _open_names(path: Path, tree: ast.Module, known: set[Alias]) -> set[str]:
    """The names of a file that stand for something with Any in it."""
    found = {"Any"} | {name for owner, name in known if owner == path}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            origin = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for alias in node.names:
                files = (origin.with_suffix(".py"), origin / "__init__.py")
                if any((file, alias.name) in known for file in files):
                    found.add(alias.asname or alias.name)
    return found


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.Name, ast.expr]]:
    """What is assigned to a name of a class's form: that is how an alias of a type is written."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target = node.targets[0]
            if target.id[0].isupper() and not target.id.isupper():
                yield target, node.value


def _is_type(value: ast.expr) -> bool:
    return isinstance(value, (ast.Name, ast.Subscript, ast.Attribute))


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    """Every type that is written down in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "cast":
            yield node.args[0]
    for _, value in _assigned(tree):
        if _is_type(value):
            yield value


def _names(annotation: ast.expr) -> Iterator[str]:
    """The names in a type, also in one that is written as text."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                yield from _names(ast.parse(node.value, mode="eval").body)
            except SyntaxError:
                continue  # a text in a Literal


def too_many_any(folder: Path) -> list[str]:
    """That Any is used more often than agreed, with the files that have most; or less often."""
    counts = any_uses(folder)
    total = sum(counts.values())
    if total == MOST_ANY:
        return []
    if total < MOST_ANY:
        return [f"{folder}: Any is used {total} times: write that into MOST_ANY"]
    worst = sorted(counts, key=lambda path: -counts[path])[:5]
    where = ", ".join(f"{path.relative_to(folder)} {counts[path]}" for path in worst)
    return [f"{folder}: Any is used {total} times, more than {MOST_ANY} ({where})"]


def check(folder: Path) -> list[str]:
    """All faults of the Python files in a folder, vermin's included."""
    files = sorted(folder.rglob("*.py"))
    if not files:
        return [f"{folder}: no Python file to check"]
    faults = [
        fault
        for path in files
        for look in (grammar_faults, newer_syntax, foreign_imports)
        for fault in look(path)
    ]
    vermin = [
        str(Path(sys.executable).with_name("vermin")),
        "--quiet",
        "--no-tips",
        "--violations",
        "--eval-annotations",
        "--target=3.7-",
        str(folder),
    ]
    done = subprocess.run(vermin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        faults.append((done.stdout + done.stderr).strip())
    return faults


if __name__ == "__main__":
    given = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    found = check(given) if given is not None else [*check(AGENT), *too_many_any(AGENT)]
    print("\n".join(found) or "the agent is Python 3.7 and standard library only")
    sys.exit(1 if found else 0)
