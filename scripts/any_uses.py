"""Counts where the agent's types say nothing: `Any`, and every alias that has it in it.

A name that stands for Any, or for a dict of it, hides as much as Any does, so each of its uses
counts like one. Must not know: what the agent does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

#: (path of a file, name): an alias that is, or contains, Any.
Alias = tuple[Path, str]


def any_uses(folder: Path) -> dict[Path, int]:
    """How many there are in each file of a folder that has one."""
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
