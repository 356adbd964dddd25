"""Cuts the keys below a prefix into ranges that can be listed beside each other.

Pure: asks a function for the first key after another one. S3 lists keys in the order of their UTF-8
bytes, which is the order of code points, and so that of Python's strings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

#: (prefix, key or None) -> the first key below the prefix after the key; None if there is none.
First = Callable[[str, "str | None"], "str | None"]

_HIGHEST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class KeyRange(NamedTuple):
    """Keys below `prefix`, after `after` (None: from the first), up to and with `until` (None: all).

    version: with versions, the one of `after` after which to go on.
    """

    prefix: str
    after: str | None = None
    until: str | None = None
    version: str | None = None


def split(keys: KeyRange, first: First) -> list[KeyRange]:
    """Two ranges in place of one; one if it cannot be cut, none if nothing is in it.

    Asks about 15 times. The cut is where keys first differ, in the middle of the characters that
    they have there: the halves are not equally large, so whoever lists them cuts again.
    """

    def later(after: str | None) -> str | None:
        # What is asked with is no key: it may be ahead of where the range begins.
        begin = after if keys.after is None or (after or "") > keys.after else keys.after
        found = first(keys.prefix, begin)
        beyond = found is None or (keys.until is not None and found > keys.until)
        return None if beyond else found

    lowest = later(keys.after)
    if lowest is None:
        # With versions, those of the key where it stopped may still be to come.
        return [keys] if keys.version is not None else []
    at = _differs_at(lowest, len(keys.prefix), later)
    if at is None:
        return [keys]
    low = ord(lowest[at])
    high = _last_character(lowest[:at], low, later)
    cut = later(lowest[:at] + _character((low + high) // 2)) if high > low + 1 else None
    if cut is None or cut == keys.until:
        cut = lowest
    return [keys._replace(until=cut), keys._replace(after=cut, version=None)]


def split_all(
    whole: list[KeyRange], count: int, first: First, together: Callable[..., object] = map
) -> list[KeyRange]:
    """Cuts ranges until there are so many, or they cannot be cut. together: maps a function over
    several of them at once."""
    done: list[KeyRange] = []
    todo = list(whole)
    while todo and len(todo) + len(done) < count:
        part = todo[: max(1, count - len(todo) - len(done))]
        todo = todo[len(part) :]
        halves: list[list[KeyRange]] = list(together(lambda one: split(one, first), part))  # type: ignore[call-overload]
        for found in halves:
            (todo if len(found) > 1 else done).extend(found)
    return [*done, *todo]


def _differs_at(lowest: str, begin: int, later: Callable[[str], str | None]) -> int | None:
    """The first position where keys differ from the lowest one; None if all begin with it."""
    low, high = begin, len(lowest)
    while low < high:
        middle = (low + high) // 2
        if later(_after(lowest[: middle + 1])) is not None:
            high = middle
        else:
            low = middle + 1
    return low if low < len(lowest) else None


def _last_character(start: str, low: int, later: Callable[[str], str | None]) -> int:
    """One more than the highest character that follows a beginning, roughly."""
    high = 0x7F if low < 0x7F else _HIGHEST
    if high == 0x7F and later(start + "\x7f") is not None:
        high = _HIGHEST
    while low < high:
        middle = (low + high) // 2
        if later(start + _character(middle)) is None:
            high = middle
        else:
            low = middle + 1
    return high


def _after(text: str) -> str:
    """What comes after everything that begins with a text."""
    return text[:-1] + _character(ord(text[-1]) + 1)


def _character(code: int) -> str:
    if code in _SURROGATES:
        code = _SURROGATES.stop
    return chr(min(code, _HIGHEST))
