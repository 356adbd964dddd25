"""Holds the SSE-C key so that it shows in no repr, traceback, pickle, or log of py4j.

Must not know: requests but for where the key is in them, Spark.
"""

import contextlib
import hashlib
import re
import sys
from typing import Any, Dict, Iterator, NoReturn

from .shapes import JsonObject

#: The loggers that write what goes to the JVM, and comes from it, at level DEBUG.
_LOGGERS = ("py4j.java_gateway", "py4j.clientserver")


class Secret(str):
    """A text whose repr is ***, and which cannot be pickled."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("An SSE-C key is not pickled.")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _: Dict[int, object]) -> "Secret":
        return self


def wrapped(value: Any) -> Any:
    """A text as a Secret; anything else is returned unchanged."""
    return Secret(value) if isinstance(value, str) else value


#: base64 of 32 bytes.
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=\Z")


def hidden(text: str) -> str:
    """A text as a Secret if it has the form of an SSE-C key."""
    return Secret(text) if _KEY.match(text) else text


def digest(method: str, key: str) -> str:
    """Identifies a method with its key, without revealing the key; as in Settings.java."""
    return hashlib.sha256(("%s\n%s" % (method, key)).encode("utf-8")).hexdigest()


def without(request: JsonObject) -> JsonObject:
    """The same request, with the SSE-C key as a Secret."""
    arguments = request.get("arguments") if isinstance(request, dict) else None
    if not isinstance(arguments, dict) or "customerKey" not in arguments:
        return request
    return dict(request, arguments=dict(arguments, customerKey=wrapped(arguments["customerKey"])))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Meanwhile py4j logs no commands and no answers: the key may be among them."""
    changed = []
    if "py4j" in sys.modules:
        import logging

        for name in _LOGGERS:
            logger = logging.getLogger(name)
            if logger.isEnabledFor(logging.DEBUG):
                changed.append((logger, logger.level))
                logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in changed:
            logger.setLevel(level)
