"""What a row of the truth table is: a situation, what is claimed after it, what is stored then.

Must not know: Spark, how a situation is brought about, how the page looks. Keys are named A and B
here, as the page names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.agent_requests import CUSTOMER_KEY_MD5

#: (algorithm, key) as S3 answers them; ("", "") for what was sent without a header, so that the
#: bucket decides. The key is "A", "B", "C" (that of SSE-C) or as it is.
Header = tuple[str, str]

NONE: Header = ("", "")
SSE_S3: Header = ("AES256", "")
A: Header = ("aws:kms", "A")
B: Header = ("aws:kms", "B")
DSSE_A: Header = ("aws:kms:dsse", "A")
C: Header = ("SSE-C", "C")
CSE_A: Header = ("CSE-KMS", "A")
#: Claims that say something about objects; "set" only speaks of settings.
STRONG = ("inEffect", "proven")


@dataclass(frozen=True)
class Seen:
    """What was seen: the claim with its findings, and what was written after it.

    `stored` has an entry for each place: what it is, and the headers of all its objects.
    """

    claim: str
    codes: tuple[str, ...]
    stored: dict[str, frozenset[Header]]


@dataclass(frozen=True)
class Row:
    """A situation. `expected`: the header for each place that is written to after it.

    less: why less is claimed than is stored, "" if it is not; group: which part of the page and
    which process it belongs to; sparks: the lines of Spark that it can be run with, empty for all;
    where: makes it happen, for rows of this process; soak: only `make soak` runs it.
    """

    name: str
    situation: str
    expected: dict[str, Header]
    group: str
    less: str = ""
    sparks: tuple[str, ...] = ()
    where: Callable[[Any], Seen] | None = field(default=None, compare=False)
    soak: bool = False


ROWS: list[Row] = []


def row(
    situation: str,
    expected: Header | dict[str, Header],
    less: str = "",
    sparks: tuple[str, ...] = (),
    soak: bool = False,
) -> Callable[[Callable[[Any], Seen]], Callable[[Any], Seen]]:
    """Makes a row of a function that brings a situation about in the Spark of this process."""

    def add(function: Callable[[Any], Seen]) -> Callable[[Any], Seen]:
        places = expected if isinstance(expected, dict) else {"": expected}
        name = function.__name__
        ROWS.append(Row(name, situation, places, "local", less, sparks, function, soak))
        return function

    return add


def elsewhere(
    group: str,
    name: str,
    situation: str,
    expected: Header,
    less: str = "",
    sparks: tuple[str, ...] = (),
    soak: bool = False,
) -> None:
    """Adds a row that a process of its own brings about; `name` is how that process calls it."""
    ROWS.append(Row(name, situation, {"": expected}, group, less, sparks=sparks, soak=soak))


def rows_for(version: str) -> list[Row]:
    """The rows that can be run with a version of Spark."""
    line = ".".join(version.split(".")[:2])
    return [row for row in ROWS if not row.sparks or line in row.sparks]


def symbols(items: Iterable[Any], keys: list[str]) -> frozenset[Header]:
    """What stored objects were written with, with A and B for the endpoint's keys, C for SSE-C's."""
    named = {**dict(zip(keys, "AB", strict=True)), CUSTOMER_KEY_MD5: "C"}
    return frozenset(
        (algorithm, named.get(key, key)) for algorithm, key in (item.written for item in items)
    )


def as_expected(expected: Row, seen: Seen) -> bool:
    """Whether every object that was written has the expected header."""
    return all(seen.stored[place] == {header} for place, header in expected.expected.items())


def faults(expected: Row, seen: Seen) -> list[str]:
    """What is wrong with a row: more claimed than is stored, or less without a reason."""
    found = []
    refused = seen.claim.startswith("refused")
    if set(seen.stored) != set(expected.expected):
        found.append(f"the places are not the expected ones: {sorted(seen.stored)}")
        return found
    if not refused and not all(seen.stored.values()):
        found.append("nothing was written, so the row says nothing")
    if refused and any(seen.stored.values()):
        found.append("it was refused, and yet something was written")
    right = as_expected(expected, seen)
    if seen.claim in STRONG and not right:
        found.append(f"{seen.claim} is claimed, and stored is {seen.stored}")
    if seen.claim not in STRONG and not refused and right and not expected.less:
        found.append(f"less is claimed ({seen.claim}) than is stored, for no reason that is given")
    if expected.less and (seen.claim in STRONG or not right):
        found.append("a reason is given for claiming less, and it does not claim less")
    return found
