"""Finds the Spark sessions of this kernel and reads or writes their properties.

Never imports pyspark and never starts a session. Must not know: profiles, methods, reports.
"""

import re
import sys
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Tuple, Union

from .. import secret
from .. import state as states
from ..data import late
from ..profile import dialects
from ..shapes import Desired, Java, JvmSparkSession, Properties, Pyspark, SparkContext, SparkSession
from ..state import LOST, State
from . import import_hooks, java_classes, jvm

if TYPE_CHECKING:
    from .remote.conf import ServerConf

REDACTION = "spark.sql.redaction.options.regex"
#: Default of REDACTION in Spark 2.4 to 4.x (SQLConf.scala).
REDACTION_DEFAULT = "(?i)url"
SCHEMES = tuple(dialects.connectors()["schemes"])
#: Properties that have to do with S3 encryption, in Java's and in Python's syntax.
_ENCRYPTION = r"fs\.s3[an]?\..*(?:[eE]ncryption|cse\.).*$"
_PATTERN = r"(?:fs\.s3[an]?\.impl$|%s)" % _ENCRYPTION
_HADOOP = re.compile(_PATTERN)
#: Catalogs, and what decides how those of Iceberg write to S3; they read names in any spelling.
_CATALOG = (
    r"spark\.sql\.catalog\.[^.]+"
    r"(?:\.(?i:type|catalog-impl|io-impl|warehouse|uri|glue\.id|s3\.sse\.(?:type|key)))?$"
)
_RELEVANT = re.compile(r"%s|spark\.hadoop\.%s|%s" % (_PATTERN, _ENCRYPTION, _CATALOG))


def relevant(key: str) -> bool:
    """Whether a property has to do with S3 encryption."""
    return key == REDACTION or _RELEVANT.match(key) is not None


class PropertyStore:
    """A store of properties: a session, or sc.hadoopConfiguration."""

    #: Whether `write_all` is quicker than one after the other.
    can_write_all = False

    def read(self) -> Properties:
        """The relevant properties that it has of its own."""
        raise NotImplementedError

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or removes it if the value is None."""
        raise NotImplementedError

    def write_all(self, changes: Desired) -> None:
        """As `write` for all of them, in their order."""
        for key, value in changes.items():
            self.write(key, value)


class Session(PropertyStore):
    """A Spark session, or a SparkContext without one, as the agent deals with it.

    kind: "classic" or "connect".
    identity: unique, and the same as long as the session lives.
    spark: pyspark's session; None for a SparkContext alone.
    context: pyspark's SparkContext; None over Spark Connect.
    """

    kind = ""
    identity = ""
    spark: Optional[SparkSession] = None
    context: Optional[SparkContext] = None

    def hadoop_conf(self) -> "Union[Java, ServerConf]":
        """A Hadoop configuration as each operation of this session gets it; it has `get(name)`."""
        raise NotImplementedError


class JvmSession(Session):
    """A session, or a SparkContext without one, whose driver is the JVM beside this kernel."""

    kind = "classic"
    context: SparkContext

    def hadoop_conf(self) -> Java:
        """A new Hadoop configuration as each operation of this session gets it."""
        raise NotImplementedError

    def value(
        self, where: Callable[[], object], name: str, get: Callable[[str], object]
    ) -> Optional[str]:
        """What `get` gives for a name, None for none.

        The SSE-C key that was applied does not leave Java: it is compared there, in the map or
        Hadoop configuration that `where` gives.
        """
        key = states.get().customer_key if name.endswith("encryption.key") else None
        digest = secret.digest("SSE-C", key) if key is not None else ""
        if digest and jvm.is_key(self.context, where, name, digest):
            return key
        found = get(name)
        return None if found is None else secret.hidden(str(found))


class SqlSession(Session):
    """A session of Spark SQL, wherever its driver is."""

    spark: SparkSession

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or removes it if the value is None."""
        if value is None:
            self.spark.conf.unset(key)
        else:
            self.spark.conf.set(key, value)


class Classic(SqlSession, JvmSession):
    """A session whose driver is the JVM beside this kernel."""

    spark: JvmSparkSession

    def __init__(self, spark: JvmSparkSession) -> None:
        self.spark = spark
        self.context = spark._sc
        self.identity = str(spark._jsparkSession.sessionUUID())
        self._runtime: Optional[Java] = None
        self._conf: Optional[Java] = None
        self._names: Optional[Java] = None
        self._settings: Optional[Java] = None

    def read(self) -> Properties:
        """The session's own values of the relevant properties, as spark.conf.get returns them."""
        runtime = self._runtime_conf()
        if self._names is None:
            self._names = self.settings().keySet()
        names = filter(relevant, jvm.texts(self.context, self._names))
        found = {name: self.value(self.settings, name, runtime.get) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def hadoop_conf(self) -> Java:
        """A new Hadoop configuration as each SQL operation of this session gets it."""
        java = self.spark._jsparkSession
        try:
            module = jvm.handle(self.context, "SessionState", self._session_state)
            return module.newHadoopConf(jvm.hadoop(self.context), self._sql_conf())
        except Exception:  # noqa: BLE001 - another Spark: its session state does the same
            return java.sessionState().newHadoopConf()

    def _session_state(self) -> Java:
        name = "org.apache.spark.sql.internal.SessionState$"
        return jvm.field(self.context, name, "MODULE$").get(None)

    def _runtime_conf(self) -> Java:
        """What spark.conf stands for in Java."""
        if self._runtime is None:
            self._runtime = self.spark._jsparkSession.conf()
        return self._runtime

    def _sql_conf(self) -> Java:
        """The session's SQLConf, without making Spark build the session's catalog (0.15 s)."""
        if self._conf is None:
            try:
                self._conf = self._runtime_conf().sqlConf()
            except Exception:  # noqa: BLE001 - private before Spark 4
                self._conf = self.spark._jsparkSession.sessionState().conf()
        return self._conf

    def settings(self) -> Java:
        """The Java map of what this session has of its own, which lives as long as the session."""
        if self._settings is None:
            name = "org.apache.spark.sql.internal.SQLConf"
            sql_conf = self._sql_conf()
            try:
                self._settings = jvm.field(self.context, name, "settings").get(sql_conf)
            except Exception:  # noqa: BLE001 - another Spark's fields: the method gives the same
                self._settings = sql_conf.settings()
        return self._settings


class Connect(SqlSession):
    """A session of Spark Connect, whose driver, and its JVM, are on a server."""

    kind = "connect"
    can_write_all = True

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.identity = str(getattr(spark, "_session_id", id(spark)))

    def read(self) -> Properties:
        """As Classic.read; before Spark 4.0 only the properties that are asked for by name."""
        with late.imports():
            from .remote import conf
        values = conf.read(self.spark)
        if values is not None:
            return {
                name: secret.hidden(str(value)) for name, value in values.items() if relevant(name)
            }
        found = {}
        for name in [REDACTION] + [
            key
            for dialect in dialects.connectors()["dialects"]
            for key in dialects.base_keys(dialect)
        ]:
            value = conf.value(self.spark, name)
            if value is not None:
                found[name] = secret.hidden(str(value))
        return found

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or removes it if the value is None."""
        self.write_all({key: value})

    def write_all(self, changes: Desired) -> None:
        """Sets and removes them, with as few requests as there can be."""
        with late.imports():
            from .remote import conf
        conf.write(self.spark, changes)

    def hadoop_conf(self) -> "ServerConf":
        """As Classic.hadoop_conf: its `get` gives what the server has, or None."""
        with late.imports():
            from .remote import conf
        return conf.ServerConf(self.spark)


def is_server_gone(error: BaseException) -> bool:
    """Whether an error means that a Connect server, or its session, is gone."""
    with late.imports():
        from .remote import channel
    return channel.is_gone(error)


class HadoopConf(PropertyStore):
    """sc.hadoopConfiguration: used by RDD operations, and the base of every session."""

    def __init__(self, context: SparkContext) -> None:
        self.context = context
        self.conf = jvm.hadoop(context)

    def settings(self) -> Java:
        """The Hadoop configuration."""
        return self.conf

    def read(self) -> Properties:
        """The relevant properties, after Hadoop's own substitutions."""
        try:
            found = java_classes.properties(self.context, self.conf)
        except Exception:  # noqa: BLE001 - without our classes it is asked for one after the other
            own = self.conf.getPropsWithPrefix("fs.s3")
            names = jvm.texts(self.context, own.keySet())
            found = {name: str(own.get(name)) for name in names}
        return {
            "fs.s3" + key: secret.hidden(value)
            for key, value in found.items()
            if _HADOOP.match("fs.s3" + key)
        }

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or removes it if the value is None."""
        if value is None:
            self.conf.unset(key)
        else:
            self.conf.set(key, value)


class ContextOnly(HadoopConf, JvmSession):
    """A SparkContext without a session: it only has sc.hadoopConfiguration."""

    context: SparkContext

    def __init__(self, context: SparkContext) -> None:
        HadoopConf.__init__(self, context)
        self.identity = "context of " + jvm.application(context)

    def hadoop_conf(self) -> Java:
        """A copy of what each RDD operation gets."""
        return jvm.java_class(self.context, "org.apache.hadoop.conf.Configuration")(self.conf)


def classic(sessions: List[Session]) -> Optional[JvmSession]:
    """The first session whose driver is the JVM beside this kernel."""
    return next((session for session in sessions if isinstance(session, JvmSession)), None)


def session_classes() -> List[Tuple[str, type]]:
    """(kind, class) of the session classes that are loaded already."""
    found = []
    for kind, name in (
        ("classic", "pyspark.sql.session"),
        ("connect", "pyspark.sql.connect.session"),
    ):
        cls = getattr(sys.modules.get(name), "SparkSession", None)
        if isinstance(cls, type):
            found.append((kind, cls))
    return found


def find_sessions(state: State, thorough: bool = False) -> List[Session]:
    """The running sessions; puts the records of the others aside."""
    known = [record.session for record in state.records.values()]
    scan = False
    if thorough:
        loaded = [id(getattr(cls, "_instantiatedSession", cls)) for _, cls in session_classes()]
        identity = hash(tuple(loaded))
        # Sessions that are made while hooks are in place are known; others are searched for once.
        scan = state.scanned != identity
        state.scanned = identity
    sessions = _running(known, scan)
    alive = {session.identity for session in sessions}
    if not alive.issuperset(state.records):
        gone = {name: record for name, record in state.records.items() if name not in alive}
        state.lost = dict([*state.lost.items(), *gone.items()][-LOST:])
        state.records = {name: record for name, record in state.records.items() if name in alive}
    state.gone &= alive
    return _reachable(state, sessions) if state.gone else sessions


def _reachable(state: State, found: List[Session]) -> List[Session]:
    """Without those whose server is gone, unless there are no others."""
    with late.imports():
        from .remote import channel
    for session in [one for one in found if one.identity in state.gone]:
        if isinstance(session, Connect) and not channel.is_refused(session.spark):
            state.gone.discard(session.identity)
    return [session for session in found if session.identity not in state.gone] or found


def _running(known: List[Pyspark], scan: bool = False) -> List[Session]:
    """The running sessions as Classic or Connect; if there is none, the SparkContext alone.

    known: sessions that are known already; scan: also finds what `newSession` made before the agent
    was loaded, and nobody has in a variable of the notebook. Takes some 10 ms if there is any.
    """
    found: Dict[str, Session] = {}

    def add(kind: str, candidates: List[object]) -> None:
        for spark in candidates:
            wrapped = wrap(kind, spark)
            if wrapped is not None:
                found.setdefault(wrapped.identity, wrapped)

    for kind, cls in session_classes():
        add(kind, _candidates(kind, cls, known))
        if scan and not (kind == "classic" and _are_all(list(found.values()))):
            add(kind, import_hooks.instances(cls))
    if not found:
        context = jvm.active_context()
        alone = wrap("context", context) if context is not None else None
        return [alone] if alone is not None else []
    kinds = {session.kind for session in found.values()}
    if len(kinds) > 1:  # a local Connect server: its classic session is not the user's
        return [session for session in found.values() if session.kind == "connect"]
    return list(found.values())


def _are_all(found: List[Session]) -> bool:
    """Whether Python has no other classic sessions than these; False also if that is not known."""
    context = jvm.active_context()
    try:
        return (
            context is not None
            and java_classes.are_loaded(context)
            and java_classes.sessions(context) == len(found)
        )
    except Exception:  # noqa: BLE001 - another py4j
        return False


def wrap(kind: str, spark: Pyspark) -> Optional[Session]:
    """A session as Classic or Connect, a SparkContext as ContextOnly; None if it was stopped."""
    if kind == "context":
        running = getattr(spark, "_jsc", None) is not None
        return ContextOnly(spark) if running and not jvm.scala(spark).isStopped() else None
    if kind == "connect":
        closed = getattr(getattr(spark, "_client", None), "is_closed", False)
        return None if closed else Connect(spark)
    context: Pyspark = getattr(spark, "_sc", None)
    java = getattr(context, "_jsc", None)
    if java is None or getattr(spark, "_jsparkSession", None) is None:
        return None
    return None if jvm.scala(context).isStopped() else Classic(spark)


def _candidates(kind: str, cls: type, known: List[Pyspark]) -> List[Pyspark]:
    if kind == "classic":
        found = [getattr(cls, "_instantiatedSession", None), getattr(cls, "_activeSession", None)]
    else:
        local = getattr(cls, "_active_session", None)
        found = [getattr(cls, "_default_session", None), getattr(local, "session", None)]
    found += known
    found += list(vars(sys.modules["__main__"]).values()) if "__main__" in sys.modules else []
    unique = {id(session): session for session in found if issubclass(type(session), cls)}
    return list(unique.values())
