"""Reads what Java class files say of themselves. Must not know: whose classes they are.

Source: The Java Virtual Machine Specification, chapter 4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

#: Bytes of a constant after its tag; a text has its length ahead.
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}
_TEXT, _WIDE = 1, (5, 6)


@dataclass
class ClassFile:
    """name, interfaces: with slashes; version: 52 is Java 8; caught: method -> what it catches."""

    name: str
    version: int
    interfaces: list[str]
    caught: dict[str, set[str]] = field(default_factory=dict)


def read(content: bytes) -> ClassFile:
    """A class file. Raises ValueError if it is none."""
    given = _Bytes(content)
    if given.number(4) != 0xCAFEBABE:
        raise ValueError("This is no class file.")
    given.number(2)
    version = given.number(2)
    constants = _constants(given)

    def text(index: int) -> str:
        return bytes(constants[index]).decode("utf-8", "replace")

    def class_name(index: int) -> str:
        return text(int.from_bytes(constants[index], "big"))

    given.number(2)
    name = class_name(given.number(2))
    given.number(2)
    found = ClassFile(name, version, [class_name(index) for index in given.numbers()])
    for member in ("field", "method"):
        for _ in range(given.number(2)):
            given.number(2)
            called = text(given.number(2))
            given.number(2)
            for _ in range(given.number(2)):
                kind, body = text(given.number(2)), _Bytes(given.take(given.number(4)))
                if member == "method" and kind == "Code":
                    body.number(4)
                    body.take(body.number(4))
                    rows = [struct.unpack(">4H", body.take(8)) for _ in range(body.number(2))]
                    caught = {class_name(row[3]) for row in rows if row[3]}
                    found.caught.setdefault(called, set()).update(caught)
    return found


def _constants(given: _Bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    count, index = given.number(2), 1
    while index < count:
        tag = given.number(1)
        found[index] = given.take(given.number(2) if tag == _TEXT else _SIZES[tag])
        index += 2 if tag in _WIDE else 1
    return found


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, count: int) -> bytes:
        found = self._content[self._at : self._at + count]
        self._at += count
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def numbers(self) -> list[int]:
        return [self.number(2) for _ in range(self.number(2))]
