"""Writes a file of the user's own: all of it or nothing, and for nobody else. Must not know: what is in it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_own(path: Path, text: str, *folders: Path) -> None:
    """Replaces a file. Raises OSError, and then it is as it was.

    `folders`: those above it that are made if they are missing, the outermost first.
    """
    # Others on this machine have no business in them, whatever the umask.
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
