"""A shell of IPython for tests. Must not know: what is tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_s3_encryption import headless


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    """A shell with a folder of its own, whose cells are not checked any more afterwards."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    found = InteractiveShell()
    found.history_manager.enabled = False
    yield found
    headless.stop(found)
