"""Finds the live Spark sessions of this kernel and reads or writes their properties.

Never imports pyspark and never starts a session. Must not know: profiles, methods, reports.
"""

import re
import sys
from typing import Any, Dict, List, Optional, Tuple

from ..profile import dialects
from ..state import State
from . import import_hooks, jvm

REDACTION = "spark.sql.redaction.options.regex"
#: Default of REDACTION in Spark 2.4 to 4.x (SQLConf.scala).
REDACTION_DEFAULT = "(?i)url"
SCHEMES = ("s3", "s3a", "s3n")
#: Properties that have to do with S3 encryption, in Java's and in Python's syntax.
_ENCRYPTION = r"fs\.s3[an]?\..*(?:[eE]ncryption|cse\.).*$"
_PATTERN = r"(?:fs\.s3[an]?\.impl$|%s)" % _ENCRYPTION
_HADOOP = re.compile(_PATTERN)
#: Iceberg's catalogs that may write to S3 by themselves.
_CATALOG = r"spark\.sql\.catalog\.[^.]+\.(?:type|catalog-impl|io-impl|s3\.sse\.(?:type|key))$"
_RELEVANT = re.compile(r"%s|spark\.hadoop\.%s|%s" % (_PATTERN, _ENCRYPTION, _CATALOG))


def relevant(key: str) -> bool:
    """Whether a property has to do with S3 encryption."""
    return key == REDACTION or _RELEVANT.match(key) is not None


class Classic:
    """A session whose driver is the JVM beside this kernel."""

    kind = "classic"

    def __init__(self, spark: Any) -> None:
        self.spark = spark
        self.context = spark._sc
        self.identity = str(spark._jsparkSession.sessionUUID())
        self._runtime: Any = None
        self._conf: Any = None
        self._names: Any = None

    def read(self) -> Dict[str, str]:
        """The session's own values of the relevant properties, as spark.conf.get returns them."""
        conf = self._sql_conf()
        if self._names is None:
            self._names = self._settings(conf).keySet()
        names = jvm.texts(self.context, self._names)
        return {name: str(self._runtime.get(name)) for name in names if relevant(name)}

    def hadoop_conf(self) -> Any:
        """A new Hadoop configuration as each SQL operation of this session gets it."""
        java = self.spark._jsparkSession
        try:
            module = jvm.handle(self.context, "SessionState", self._session_state)
            return module.newHadoopConf(jvm.hadoop(self.context), self._sql_conf())
        except Exception:  # noqa: BLE001 - another Spark: its session state does the same
            return java.sessionState().newHadoopConf()

    def _session_state(self) -> Any:
        name = "org.apache.spark.sql.internal.SessionState$"
        return jvm.field(self.context, name, "MODULE$").get(None)

    def _sql_conf(self) -> Any:
        """The session's SQLConf, without making Spark build the session's catalog (0.15 s)."""
        if self._conf is None:
            self._runtime = self.spark._jsparkSession.conf()
            try:
                self._conf = self._runtime.sqlConf()
            except Exception:  # noqa: BLE001 - private before Spark 4
                self._conf = self.spark._jsparkSession.sessionState().conf()
        return self._conf

    def _settings(self, sql_conf: Any) -> Any:
        """The Java map of what a session has of its own, which lives as long as the session."""
        try:
            return jvm.field(self.context, "org.apache.spark.sql.internal.SQLConf", "settings").get(
                sql_conf
            )
        except Exception:  # noqa: BLE001 - another Spark's fields: the method gives the same
            return sql_conf.settings()

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or takes it away where the value is None."""
        if value is None:
            self.spark.conf.unset(key)
        else:
            self.spark.conf.set(key, value)


class Connect:
    """A session of Spark Connect: its driver is elsewhere, there is no JVM to look into."""

    kind = "connect"
    context = None

    def __init__(self, spark: Any) -> None:
        self.spark = spark
        self.identity = str(getattr(spark, "_session_id", id(spark)))

    def read(self) -> Dict[str, str]:
        """As Classic.read; before Spark 4.0 only the properties that are asked for by name."""
        values = getattr(self.spark.conf, "getAll", None)
        if isinstance(values, dict):
            return {name: str(value) for name, value in values.items() if relevant(name)}
        found = {}
        for name in [REDACTION] + [
            key for dialect in ("s3a", "emrfs") for key in dialects.base_keys(dialect)
        ]:
            value = self.spark.conf.get(name, None)
            if value is not None:
                found[name] = str(value)
        return found

    def hadoop_conf(self) -> Any:
        """As Classic.hadoop_conf: its `get` gives what the server has, or None."""
        return ServerConf(self.spark)

    write = Classic.write


class ServerConf:
    """What a Connect server started with, and what was set since, by Hadoop's names."""

    def __init__(self, spark: Any) -> None:
        self._conf = spark.conf

    def get(self, name: str) -> Optional[str]:
        """A property, or None."""
        found: Optional[str] = self._conf.get(name, None)
        return found if found is not None else self._conf.get("spark.hadoop." + name, None)


class HadoopConf:
    """sc.hadoopConfiguration: what RDD operations use, and what every session starts from."""

    kind = "hadoop"

    def __init__(self, context: Any) -> None:
        self.context = context
        self.conf = jvm.hadoop(context)

    def read(self) -> Dict[str, str]:
        """The relevant properties, after Hadoop's own substitutions."""
        found = self.conf.getPropsWithPrefix("fs.s3")
        names = jvm.texts(self.context, found.keySet())
        # py4j's maps have a method of the same name, which fetches value by value.
        in_java = sys.modules["py4j.java_gateway"].get_method(found, "values")
        values = jvm.texts(self.context, in_java())
        if len(names) != len(values):  # one empty value, or a separator in one
            values = [str(found.get(name)) for name in names]
        pairs = zip(names, values)
        return {"fs.s3" + key: value for key, value in pairs if _HADOOP.match("fs.s3" + key)}

    def write(self, key: str, value: Optional[str]) -> None:
        """Sets a property, or takes it away where the value is None."""
        if value is None:
            self.conf.unset(key)
        else:
            self.conf.set(key, value)


class ContextOnly(HadoopConf):
    """A SparkContext without a session: sc.hadoopConfiguration is all that it has."""

    kind = "classic"
    spark = None

    def __init__(self, context: Any) -> None:
        HadoopConf.__init__(self, context)
        self.identity = "context of " + jvm.application(context)

    def hadoop_conf(self) -> Any:
        """A copy of what each RDD operation gets."""
        return jvm.java_class(self.context, "org.apache.hadoop.conf.Configuration")(self.conf)


def session_classes() -> List[Tuple[str, Any]]:
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


def context_class() -> Any:
    """pyspark's SparkContext, None where it is not loaded."""
    cls = getattr(sys.modules.get("pyspark.context"), "SparkContext", None)
    return cls if isinstance(cls, type) else None


def find_sessions(state: State, thorough: bool = False) -> List[Any]:
    """The live sessions; drops the records of those that are gone."""
    known = [record.target for record in state.sessions.values()]
    scan = False
    if thorough:
        loaded = [id(getattr(cls, "_instantiatedSession", cls)) for _, cls in session_classes()]
        identity = hash(tuple(loaded))
        # Sessions that are made while hooks are in place are known; others are looked for once.
        scan = state.scanned != identity
        state.scanned = identity
    sessions = _live(known, scan)
    alive = {session.identity for session in sessions}
    state.sessions = {name: record for name, record in state.sessions.items() if name in alive}
    return sessions


def _live(known: List[Any], scan: bool = False) -> List[Any]:
    """The live sessions as Classic or Connect, each once; without one a SparkContext alone.

    known: sessions that are known already; scan: also look at every object of this process, which
    takes some 10 ms and finds what `newSession` made before the agent was there.
    """
    found: Dict[str, Any] = {}
    for kind, cls in session_classes():
        for spark in _candidates(kind, cls, known, scan):
            wrapped = wrap(kind, spark)
            if wrapped is not None:
                found.setdefault(wrapped.identity, wrapped)
    if not found:
        cls = context_class()
        context = getattr(cls, "_active_spark_context", None)
        alone = wrap("context", context) if context is not None else None
        return [alone] if alone is not None else []
    kinds = {session.kind for session in found.values()}
    if len(kinds) > 1:  # a local Connect server: its classic session is not the person's
        return [session for session in found.values() if session.kind == "connect"]
    return list(found.values())


def wrap(kind: str, spark: Any) -> Any:
    """A session as Classic or Connect, a SparkContext as ContextOnly; None where it was stopped."""
    if kind == "context":
        running = getattr(spark, "_jsc", None) is not None
        return ContextOnly(spark) if running and not jvm.scala(spark).isStopped() else None
    if kind == "connect":
        closed = getattr(getattr(spark, "_client", None), "is_closed", False)
        return None if closed else Connect(spark)
    context = getattr(spark, "_sc", None)
    java = getattr(context, "_jsc", None)
    if java is None or getattr(spark, "_jsparkSession", None) is None:
        return None
    return None if jvm.scala(context).isStopped() else Classic(spark)


def _candidates(kind: str, cls: Any, known: List[Any], scan: bool) -> List[Any]:
    if kind == "classic":
        found = [getattr(cls, "_instantiatedSession", None), getattr(cls, "_activeSession", None)]
    else:
        local = getattr(cls, "_active_session", None)
        found = [getattr(cls, "_default_session", None), getattr(local, "session", None)]
    found += known
    found += list(vars(sys.modules["__main__"]).values()) if "__main__" in sys.modules else []
    if scan:
        found += import_hooks.instances(cls)
    unique = {id(session): session for session in found if issubclass(type(session), cls)}
    return list(unique.values())
