"""What the front end evaluates in a kernel, read from src/kernel, and the type of the answer.

Must not know: what is asked.
"""

from __future__ import annotations

import re
from pathlib import Path

MIME = "application/vnd.jupyterlab-s3-encryption+json"
_CHANNEL = Path(__file__).resolve().parents[2] / "src" / "kernel" / "ipykernelChannel.ts"


def constant(source: str, name: str) -> str:
    """The value of a TypeScript constant that is a sum of string and template literals."""
    text = re.split(rf"\bconst {name} =", source, maxsplit=1)[1].split(";", 1)[0]
    parts = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`", text)
    joined = "".join("".join(part) for part in parts)
    return re.sub(r"\$\{(\w+)\}", lambda found: constant(source, found[1]), joined)


#: One request, as a user expression of an execute_request without code.
EXPRESSION = constant(_CHANNEL.read_text("utf-8"), "EXPRESSION")
#: A request ahead of the cells of a run that stops them if the answer says so.
BLOCKING = constant(_CHANNEL.read_text("utf-8"), "BLOCKING")
