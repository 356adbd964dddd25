"""Sends our Java class to a Connect server, as a function of the session, and asks it.

The class goes with the session, so nobody has to change the server; java/src/.../Probe.java says what
it answers. Nothing secret is in a request or in an answer. Must not know: profiles, findings, when
to ask.
"""

import base64
import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from ...sentences import say
from ...state import Server
from .. import filesystems, java_classes, jvm
from ..remote import calls, channel, queries
from ..sessions import Connect

if TYPE_CHECKING:
    from ...foreign import Frame, ServerAnswer, ServerExecutors

_CLASS = "jupyterlab.s3encryption.Probe"
#: Whose answers are believed, and how long they may be.
_BY = "jupyterlab-s3-encryption 1"
MOST = 1000000
#: Seconds that sending the class, and asking it, may take.
SEND, ASK = 10.0, 10.0
#: What is registered under a name that Spark's catalog shows.
_TAKEN = re.compile("already exists|ARTIFACT_ALREADY_EXISTS", re.IGNORECASE)


class UnavailableError(Exception):
    """The server cannot be looked into. str() says why."""


def ask(
    server: Server, session: Connect, request: Dict[str, str], limit: float = ASK
) -> "ServerAnswer":
    """What the class on the server says.

    request: as Probe.java takes it, without an id. One query, but for the first of a session. Raises
    UnavailableError, and TimeoutError after so many seconds.
    """
    name = _registered(server, session)
    given = dict(request, id=uuid.uuid4().hex)
    text = filesystems.properties(given).encode("utf-8")
    # A local relation is computed while the query is planned, so by the driver.
    query = "SELECT %s(x) FROM VALUES ('%s') AS v(x)"
    query = query % (name, base64.b64encode(text).decode("ascii"))
    spark = session.spark

    def collect() -> object:
        return _only_value(queries.lazy(spark, query))

    try:
        found = calls.within(limit, collect, spark)
    except TimeoutError as error:
        server.refused[session.identity] = str(error)
        raise
    except Exception as error:
        server.functions.pop(session.identity, None)
        reason = say("Our class there could not be asked: %1", _text_of(error))
        raise UnavailableError(reason) from error
    return checked(found, given["id"])


def _text_of(error: Exception) -> str:
    return channel.said(error) or jvm.error_text(error)


def _only_value(frame: "Frame") -> object:
    """What a frame of one value brings, None if that is not one.

    collect() would ask the server for a setting, too.
    """
    fetch = getattr(frame, "_to_table", None)
    if fetch is None:
        rows = [row[0] for row in frame.collect()]
    else:
        rows = fetch()[0].column(0).to_pylist()
    return rows[0] if len(rows) == 1 else None


def _registered(server: Server, session: Connect) -> str:
    """The name of our function in a session; raises UnavailableError if there can be none."""
    refused = server.refused.get(session.identity)
    if refused is not None:
        raise UnavailableError(refused)
    known = server.functions.get(session.identity)
    if known is not None:
        return known
    try:
        name = calls.within(SEND, lambda: _send(session), session.spark)
    except Exception as error:
        reason = say("It does not take our class: %1", _text_of(error))
        server.refused[session.identity] = reason
        raise UnavailableError(reason) from error
    server.functions[session.identity] = name
    return name


def _send(session: Connect) -> str:
    spark = session.spark
    path = java_classes.jar()
    with open(path, "rb") as handle:
        name = "s3_encryption_probe_" + hashlib.sha256(handle.read()).hexdigest()[:16]
    # spark.catalog would hold the session, which could then hang at the end of Python.
    if queries.lazy(spark, "SHOW USER FUNCTIONS LIKE '%s'" % name).collect():
        return name  # not ours if its answers are not: nothing of others is replaced
    try:
        spark.addArtifacts(path)
    except Exception as error:
        if not _TAKEN.search(str(error)):
            raise
    spark.udf.registerJavaFunction(name, _CLASS, "string")
    return name


def checked(found: object, identity: str) -> "ServerAnswer":
    """An answer that is one of ours, to this very request; raises UnavailableError for any other."""
    foreign = say("What answered on the server is not our class.")
    if not isinstance(found, str) or len(found) > MOST:
        raise UnavailableError(foreign)
    try:
        answer = json.loads(found)
    except ValueError as error:
        raise UnavailableError(foreign) from error
    if not isinstance(answer, dict) or answer.get("by") != _BY or answer.get("id") != identity:
        raise UnavailableError(foreign)
    if "error" in answer:
        raise UnavailableError(
            say("Our class on the server failed: %1", str(answer["error"])[:500])
        )
    try:
        jobs, commands, streams = [_count(part) for part in str(answer["running"]).split(" ")]
        return {
            "application": str(answer["application"]),
            "master": str(answer["master"]),
            "spark": str(answer["spark"]),
            "hadoop": str(answer["hadoop"]),
            "others": _number(answer["others"]),
            "jobs": None if jobs is None or commands is None else max(jobs, commands),
            "streams": streams,
            "kept": _number(answer["kept"]),
            "fetched": _number(answer["fetched"]),
            "connectors": _pairs(answer["connectors"]),
            "derived": _pairs(answer["derived"] or {}),
            "server": {str(name): _text(value) for name, value in (answer["server"] or {}).items()},
            "eventLog": _text(answer["eventLog"]),
            "replaced": answer["replaced"] is True,
            "driver": java_classes.parsed(answer["driver"]),
            "executors": _executors(answer["executors"]),
            "records": answer.get("records"),
        }
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnavailableError(foreign) from error


def _executors(answer: object) -> "Optional[ServerExecutors]":
    """What the executors said, read; raises what a wrong shape raises."""
    if not isinstance(answer, dict):
        if answer is None:
            return None
        raise TypeError("executors")
    answers = [java_classes.answer_of(text) for text in answer["answers"]]
    return {
        "ids": [str(one) for one in answer["ids"]],
        "answers": {str(one["executor"]): one for one in answers},
        "reason": _text(answer["reason"]),
    }


def _pairs(answer: Dict[str, List[object]]) -> "Dict[str, Tuple[Optional[str], Optional[str]]]":
    return {str(name): (_text(row[0]), _text(row[1])) for name, row in answer.items()}


def _count(text: str) -> Optional[int]:
    return int(text) if text.isdigit() else None


def _number(value: object) -> Optional[int]:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError("a number")


def _text(value: object) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    raise TypeError("a text")


def lines(texts: List[str]) -> str:
    """As Probe.java takes a list."""
    return "\n".join(texts)
