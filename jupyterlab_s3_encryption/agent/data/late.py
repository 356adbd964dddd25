"""Imports of what only some kernels need, in the moment in which they need it.

What travels as text is compiled in the kernel, and each part of it would hold up the first apply of
all others. Must not know: what is imported.
"""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator, Optional

if TYPE_CHECKING:
    from importlib.abc import MetaPathFinder

#: Finds the modules of an agent that came as text; None for an installed one, which Python finds.
finder: "Optional[MetaPathFinder]" = None


@contextmanager
def imports() -> Iterator[None]:
    """Within it a module of the agent can be imported, however the agent came here."""
    if finder is None:
        yield
        return
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
