"""Data that the agent reads: copies of src/contract, and our Java classes. Made at build time.

Must not know: what any of it means.
"""

import json
import os
from typing import Any, Dict

#: Name -> text. The loader of a shipped agent fills it: there are no files then.
SHIPPED: Dict[str, str] = {}


def text(name: str) -> str:
    """The text of a data file. Raises OSError if it was not built, or not shipped."""
    if name in SHIPPED:
        return SHIPPED[name]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as handle:
        return handle.read()


_contract: Dict[str, Any] = {}


def contract(name: str) -> Any:
    """The content of one of the files of src/contract, by its name without ".json"."""
    if not _contract:
        _contract.update(json.loads(text("contract.json")))
    return _contract[name]
