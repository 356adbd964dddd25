"""Which connector serves s3://, s3a:// and s3n://, and which dialect follows from that.

Creates no file system. Must not know: profiles, settings, reports' other parts.
"""

from typing import TYPE_CHECKING, Dict, List, Optional

from .. import state as states
from ..data import late
from ..profile import dialects
from ..sentences import both, join, say
from ..shapes import SparkSession
from . import connect, jvm, sessions
from .sessions import Connect, JvmSession, Session

if TYPE_CHECKING:
    from ..entries import Connector
    from ..foreign import ServerAnswer


def detect(
    session: Session, values: Dict[str, str], in_hadoop: Dict[str, str]
) -> "List[Connector]":
    """One entry per scheme for a session; `values` are its own properties, `in_hadoop` those of
    sc.hadoopConfiguration."""
    if isinstance(session, Connect):
        answer = connect.known(states.get(), session)
        return _detect_connect(session) if answer is None else _of_server(answer)
    assert isinstance(session, JvmSession)  # noqa: S101 - there is no third kind
    found = []
    for scheme in sessions.SCHEMES:
        name = "fs.%s.impl" % scheme
        try:
            # Hadoop resolves references in the session's value; in the other one they are resolved.
            class_name = session.hadoop_conf().get(name) if name in values else in_hadoop.get(name)
            found.append(
                _entry(scheme, _class_name(session, scheme, str(class_name or "").strip()), None)
            )
        except Exception as error:  # noqa: BLE001 - Java's: no class is registered, or it cannot be loaded
            found.append(_entry(scheme, None, jvm.error_text(error)))
    return found


def _class_name(session: JvmSession, scheme: str, name: str) -> str:
    """As FileSystem.getFileSystemClass, which would load every registered file system first."""
    conf = jvm.hadoop(session.context)
    if not name:
        if scheme == "s3n":
            raise LookupError(say("fs.s3n.impl is not set, and Hadoop 3 has no s3n of its own."))
        factory = jvm.java_class(session.context, "org.apache.hadoop.fs.FileSystem")
        return str(factory.getFileSystemClass(scheme, conf).getName())

    def present() -> bool:
        if lacks(session, name):
            conf.getClassByName(name)
        return True

    jvm.handle(session.context, "class " + name, present)
    return name


def lacks(session: JvmSession, class_name: str) -> bool:
    """Whether a class is not on the driver's class path. Loading it would take 20 ms."""
    path = class_name.replace(".", "/") + ".class"
    return jvm.hadoop(session.context).getResource(path) is None


def absent(reason: str) -> "List[Connector]":
    """The entries if there is no session to inspect."""
    return [_entry(scheme, None, reason) for scheme in sessions.SCHEMES]


def choose(found: "List[Connector]", preferred: str) -> Optional[str]:
    """The dialect to write: the preferred one, else the one that serves s3://, s3a:// or s3n://."""
    known = dialects.connectors()["dialects"]
    if preferred in known:
        return preferred
    for entry in found:
        if entry["connector"] in known:
            return entry["connector"]
    return None


def _entry(scheme: str, class_name: Optional[str], reason: Optional[str]) -> "Connector":
    if class_name is None:
        return {"scheme": scheme, "connector": "none", "className": None, "reason": reason}
    connector = dialects.connectors()["classes"].get(class_name, "other")
    return {"scheme": scheme, "connector": connector, "className": class_name, "reason": reason}


def _of_server(answer: "ServerAnswer") -> "List[Connector]":
    """What our class on a server sees."""
    return [_entry(scheme, *answer["connectors"][scheme]) for scheme in sessions.SCHEMES]


def _detect_connect(session: Connect) -> "List[Connector]":
    """Without our class there one can see which classes exist, but not which serves a scheme."""
    present = [
        name for name in dialects.connectors()["classes"] if _server_has(session.spark, name)
    ]
    note = say("Spark Connect does not show which class serves a scheme.")
    if len(present) != 1:
        there = both(present) if present else say("no known connector")
        hint = say("The server has %1: choose the connector in the settings.", there)
        return absent(join([note, hint]))
    connector = dialects.connectors()["classes"][present[0]]
    only = say("It is the only one that the server has.")
    served = dialects.connectors()["dialects"][connector]["serves"]
    return [
        _entry(scheme, present[0], join([note, only]))
        if scheme in served
        else _entry(scheme, None, note)
        for scheme in sessions.SCHEMES
    ]


def _server_has(spark: SparkSession, class_name: str) -> bool:
    """Whether the server can load a class: the analyzer's message names what is missing."""
    with late.imports():
        from .remote import calls, channel, queries, versions
    query = "SELECT reflect('%s', 'noSuchMethod')" % class_name
    try:
        calls.within(versions.LIMIT, lambda: queries.lazy(spark, query).schema, spark)
    except channel.GoneError:
        raise
    except Exception as error:  # noqa: BLE001 - a driver may raise anything
        text = str(error)
        return "UNEXPECTED_CLASS_TYPE" not in text and (
            "UNEXPECTED_STATIC_METHOD" in text or "cannot find" in text
        )
    return False
