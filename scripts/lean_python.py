"""Python text without what only readers need: docstrings, comments, annotations, deep indents.

What a kernel gets is half as long, each statement in the line where it was, so that a traceback
still names the source's lines. Fields of classes are objects, which NamedTuple reads in no time.
Imports for annotations alone go too. tests/agent/test_bundle.py proves that it is the same program.
Must not know: what the text does.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

#: From (line, column) up to (line, column), as ast counts them; and what takes the place.
Cut = tuple[tuple[int, int], tuple[int, int], str]
#: Modules of names that are mostly for annotations.
TYPES = ("typing", "shapes")
#: What an alias of a type begins with.
GENERIC = ("Callable", "Dict", "List", "Optional", "Tuple")
#: Stands for nothing, and for a cut that begins with an arrow somewhere behind what it says.
_RETURNS = "->"


def lean(text: str) -> str:
    """The same program, shorter."""
    return _bare_lines(_cut(text, list(_cuts(ast.parse(text)))))


def _cuts(tree: ast.Module) -> Iterator[Cut]:
    """What is left out of a program."""
    in_classes = {
        id(node)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
    }
    for_types = {id(part) for node in tree.body if _is_for_types(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            yield from _docstring(node)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            last = max(_start(node), *(_end(part) for part in ast.walk(node.args)))
            yield (last, _end(node.returns), _RETURNS)
        if isinstance(node, ast.arg) and node.annotation is not None:
            start = node.lineno, node.col_offset + len(node.arg.encode())
            yield (start, _end(node.annotation), "")
        if isinstance(node, ast.AnnAssign):
            if id(node) in in_classes:
                yield (_start(node.annotation), _end(node.annotation), "object")
            elif node.value:
                yield (_end(node.target), _end(node.annotation), "")
    for node in tree.body:
        if _is_for_types(node):
            yield (_start(node), _end(node), "")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in TYPES:
            used = ", ".join(name.name for name in node.names if name.name in _names(tree))
            source = "." * node.level + str(node.module)
            yield (_start(node), _end(node), f"from {source} import {used}" if used else "")
        elif alias := _alias(node):
            yield (_start(alias), _end(alias), "object")


def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> Iterator[Cut]:
    if ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        yield (
            _start(first),
            _end(first),
            "pass" if len(node.body) == 1 and first.col_offset else "",
        )


def _alias(node: ast.stmt) -> ast.expr | None:
    """What an alias of a type stands for, such as Dict[str, str]; None for any other statement."""
    value = node.value if isinstance(node, ast.Assign) else None
    return value if isinstance(value, ast.Subscript) and _is_generic(value.value) else None


def _is_generic(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in GENERIC


def _is_for_types(node: ast.stmt) -> bool:
    """Whether a statement is `if TYPE_CHECKING:`."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def _names(tree: ast.Module) -> set[str]:
    """The names that a program uses, but for those in what is left out of it."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            found.add(node.id)
        for name, value in ast.iter_fields(node):
            alias = isinstance(node, ast.Assign) and _alias(node) is not None and name == "value"
            if name in ("returns", "annotation") or alias:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not (
                    isinstance(child, ast.stmt) and _is_for_types(child)
                ):
                    visit(child)

    visit(tree)
    return found


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.AST) -> tuple[int, int]:
    line, column = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    return (line, column) if line is not None and column is not None else (0, 0)


def _cut(text: str, cuts: list[Cut]) -> str:
    """A text without some of its parts, with as many lines as before."""
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    whole = b"".join(lines)
    for (first, column), (last, until), instead in sorted(cuts, reverse=True):
        begin, end = starts[first - 1] + column, starts[last - 1] + until
        if instead == _RETURNS:
            # The closing bracket of the parameters stays.
            begin = len(whole[: whole.index(b"->", begin)].rstrip())
        left = b"" if instead == _RETURNS else instead.encode()
        lost = whole[begin:end].count(b"\n")
        whole = whole[:begin] + left + b"\n" * lost + whole[end:]
    return whole.decode()


def _bare_lines(text: str) -> str:
    """A text without comments and empty lines at its end, with one blank for each level of indentation."""
    lines = text.splitlines()
    level = 0
    kept: set[int] = set()  # lines that begin inside a text
    depths: dict[int, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.INDENT:
            level += 1
        elif token.type == tokenize.DEDENT:
            level -= 1
        elif token.type == tokenize.COMMENT:
            number, column = token.start
            lines[number - 1] = lines[number - 1][:column]
        elif token.type == tokenize.STRING:
            kept.update(range(token.start[0] + 1, token.end[0] + 1))
        if token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            depths.setdefault(token.start[0], level)
    bare = "".join(
        (line if number in kept else " " * depths.get(number, 0) + line.strip()).rstrip() + "\n"
        for number, line in enumerate(lines, 1)
    ).rstrip("\n")
    return bare and bare + "\n"
