"""Turns what a reader got from S3 into the header of an object, or the reason why there is none.

Must not know: Spark, profiles, verdicts, how an object was asked for.
"""

from typing import List, NamedTuple, Tuple

from ...sentences import Sentence, say
from ...shapes import Unchecked
from ...spark import jvm
from ..verdicts import Header
from . import s3a


class Listed(NamedTuple):
    """Objects that were listed: Java's paths, and (path, bytes, seconds since 1970) of each."""

    paths: Unchecked
    rows: List[Tuple[str, int, float]]


def incomplete(header: Header) -> bool:
    """Whether another reader may know more: nothing was read, or a KMS method without its key."""
    return header.algorithm is None or (
        header.algorithm.startswith("aws:kms") and header.key is None
    )


def header_of(answer: s3a.Answer, keyed: bool) -> Header:
    """The header of one object, from its headers by lower-case name, or from the reason for none."""
    if isinstance(answer, str):
        return Header(None, None, answer)
    if any(name in answer for name in s3a.CLIENT):
        return Header("CSE-KMS", None, None)
    customer = answer.get(s3a.CUSTOMER)
    if customer:
        return Header("SSE-C:" + customer, "", None)
    algorithm = answer.get(s3a.SSE) or ""
    if algorithm.startswith("aws:kms"):
        key = answer.get(s3a.KEY) or None
        return Header(algorithm, key, None if key else say("The key is not shown here."))
    if keyed and not algorithm:
        reason = say("The endpoint accepted the key but does not confirm that it used it.")
        return Header(algorithm, "", reason)
    return Header(algorithm, "", None)


def error_text(error: BaseException) -> str:
    """What Java raised, from its innermost cause, in one line."""
    java = getattr(error, "java_exception", None)
    if java is None:
        # pyspark's own exceptions keep Java's, or py4j's around it.
        java = getattr(error, "_origin", None)
        java = getattr(java, "java_exception", None) if isinstance(java, Exception) else java
    if java is None:
        text = jvm.error_text(error)
        return text if isinstance(text, Sentence) else s3a.plain(text)
    try:
        cause = java.getCause()
        while cause is not None and cause.getMessage():
            java, cause = cause, cause.getCause()
        return s3a.plain(str(java.toString()))
    except Exception:  # noqa: BLE001 - the JVM is gone
        return type(error).__name__
