"""What counts as a use of Any in the agent. Must not know: the agent."""

from __future__ import annotations

import sys

import pytest

from tests import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from check_agent import any_uses


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("from typing import Any\ndef f(a: Any) -> int: ...\n", 1),
        ("from typing import Any\nJson = Any\ndef f(a: Json, b: 'Json') -> int: ...\n", 3),
        ("from .shapes import Java\ndef f(a: Java) -> None: ...\n", 1),
        ("from . import shapes\nfrom .shapes import Java as J\nx: J = None\n", 1),
        ("from .shapes import Row\ndef f(a: Row) -> None: ...\n", 1),
        ("from .shapes import Plain\ndef f(a: Plain) -> None: ...\n", 0),
        ("class Java: ...\ndef f(a: Java) -> None: ...\n", 0),
        ("y = cast(Any, 1)\n", 1),
    ],
)
def test_every_use_of_any_counts_also_under_another_name(tmp_path, source, uses):
    shapes = (
        "from typing import Any, Dict\nJava = Any\nRow = Dict[str, Java]\nPlain = Dict[str, str]\n"
    )
    (tmp_path / "shapes.py").write_text(shapes)
    (tmp_path / "one.py").write_text(source)
    found = any_uses(tmp_path)
    assert found.get(tmp_path / "one.py", 0) == uses
    assert found[tmp_path / "shapes.py"] == 2
