"""What the agent says to a user, ready for translation: a sentence and its values.

In a report these are English texts; its `sentences` say what each was made of
(docs/protocol.md). scripts/agent_sentences.py collects the sentences for translators, so each must
be written out in its call of `say`. Must not know: what is said, reports' other parts.
"""

import re
from typing import TYPE_CHECKING, Dict, Optional, Sequence

if TYPE_CHECKING:
    from .entries import SentenceParts

_PLACEHOLDERS = re.compile(r"%(%|[0-9]+)")


class Sentence(str):
    """A text that remembers what it was made of, also as the text of an error."""

    text = ""
    values: Sequence[str] = ()

    def __str__(self) -> str:
        return self


def say(text: str, *values: object) -> Sentence:
    """A sentence with its values in place of %1, %2, …; %% stands for one %."""
    given = [value if isinstance(value, str) else str(value) for value in values]
    found = Sentence(
        _PLACEHOLDERS.sub(
            lambda match: "%" if match.group(1) == "%" else given[int(match.group(1)) - 1], text
        )
    )
    found.text, found.values = text, given
    return found


def repeat(text: str) -> Sentence:
    """A sentence from src/contract, without values."""
    return say(text)


def join(parts: Sequence[object], between: str = " ") -> Sentence:
    """Sentences one after the other."""
    return say(between.join("%%%d" % number for number in range(1, len(parts) + 1)), *parts)


def both(parts: Sequence[str]) -> str:
    """Names as a list: "a and b"."""
    found = parts[0]
    for part in parts[1:]:
        found = say("%1 and %2", found, part)
    return found


def collect(
    value: object, found: "Optional[Dict[str, SentenceParts]]" = None
) -> "Dict[str, SentenceParts]":
    """What each sentence in some data was made of, by its text; those among its values too."""
    if found is None:
        found = {}
    if isinstance(value, Sentence):
        if value not in found:
            found[value] = {"text": value.text, "values": list(value.values)}
            collect(found[value]["values"], found)
    elif isinstance(value, dict):
        for part in value.values():
            collect(part, found)
    elif isinstance(value, list):
        for part in value:
            collect(part, found)
    return found
