"""The agent's sentences for those who translate: src/contract/agentSentences.ts, from its sources.

gettext's tools find what stands in a call of `trans.__`, and only in TypeScript; the page itself
translates what a report brings (src/contract/sentences.ts) and does not load that file. Standard
library only. Must not know: who says a sentence, and when.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
CONTRACT = ROOT / "src" / "contract"
FILE = CONTRACT / "agentSentences.ts"
_HEAD = """\
/**
 * What the agent says, for those who translate it. Written by scripts/bundle_agent.py from the
 * agent's sources, never by hand, and never loaded: see sentences.ts.
 */

import type { ITranslate } from './messages';

export function agentSentences(trans: ITranslate): string[] {
  return [
"""


class NotASentenceError(Exception):
    """A call of `say` whose text is not written out, or does not fit its values."""


def sentences() -> list[str]:
    """Every sentence that the agent can say, in the order of the alphabet."""
    found = {text for path in sorted(AGENT.rglob("*.py")) for text in said_in(path)}
    return sorted(found | set(said_in_contract()))


def said_in(path: Path) -> Iterator[str]:
    """What stands in a source's calls of `say`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or _name(node.func) != "say":
            continue
        text, *values = node.args
        if not isinstance(text, ast.Constant):
            if path.name == "sentences.py":
                continue  # passes on what it was given
            raise NotASentenceError(f"{path}:{node.lineno}: the text has to stand here")
        yield str(text.value)
        if places(text.value) != set(range(1, len(values) + 1)):
            raise NotASentenceError(f"{path}:{node.lineno}: {text.value}: {len(values)} values")


def places(text: str) -> set[int]:
    """The numbers of the values that a sentence has a place for."""
    return {int(number) for number in re.findall("%([0-9]+)", text.replace("%%", ""))}


def said_in_contract() -> Iterator[str]:
    """The sentences that stand in data."""
    for table in _read("connectors")["dialects"].values():
        for method in table["methods"].values():
            yield from (row["reason"] for row in method.get("refused", ()))
    for method in _read("methods")["methods"].values():
        yield from (method[name] for name in ("limits", "beforeStart") if method[name] is not None)


def typescript() -> str:
    """The file, a line for each sentence."""
    lines = [f"    trans.__({_quoted(text)})" for text in sentences()]
    return _HEAD + ",\n".join(lines) + "\n  ];\n}\n"


def _name(function: ast.expr) -> str:
    return getattr(function, "id", None) or getattr(function, "attr", "")


def _quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace("\n", "\\n").replace("'", "\\'")
    return f"'{body}'"


def _read(name: str) -> dict[str, dict[str, dict[str, dict[str, list[dict[str, str]]]]]]:
    return json.loads((CONTRACT / "data" / f"{name}.json").read_text("utf-8"))
