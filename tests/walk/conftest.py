"""What the walks of a module have in common. Must not know: what a step does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.walk.random_walk import Claims, check


@pytest.fixture(scope="module")
def together() -> Iterator[Claims]:
    """What was claimed in all walks: a single one may have had bad luck with its steps."""
    found: Claims = Counter()
    yield found
    check(found)
