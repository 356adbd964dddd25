"""Data that the agent reads: copies of src/contract, and our Java classes. Made at build time.

Must not know: what any of it means.
"""

import os
from typing import Dict

#: Name -> text. The loader of a shipped agent fills it: there are no files then.
SHIPPED: Dict[str, str] = {}


def text(name: str) -> str:
    """The text of a data file. Raises OSError if it was not built, or not shipped."""
    if name in SHIPPED:
        return SHIPPED[name]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as handle:
        return handle.read()
