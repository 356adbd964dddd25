"""Whole numbers on disk, by their place. Must not know: what they count."""

import struct
import tempfile
from typing import BinaryIO, cast

#: Bytes that stay in memory before a temporary file is written.
MEMORY = 1024**2
_NUMBER = struct.Struct("<Q")


class Numbers:
    """Numbers from 0 on; 0 where none was set. Not for two threads at once."""

    def __init__(self) -> None:
        self._file = temporary()

    def __getitem__(self, place: int) -> int:
        self._file.seek(place * _NUMBER.size)
        found = self._file.read(_NUMBER.size)
        return int(_NUMBER.unpack(found)[0]) if len(found) == _NUMBER.size else 0

    def __setitem__(self, place: int, number: int) -> None:
        self._file.seek(place * _NUMBER.size)
        self._file.write(_NUMBER.pack(number))


def temporary() -> BinaryIO:
    """A file without a name, which only this process can read and which goes with it."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(MEMORY))
