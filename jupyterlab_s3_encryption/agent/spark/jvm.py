"""Objects of Spark's JVM, through py4j; those that are needed often are looked up once.

Must not know: sessions, settings, S3.
"""

import sys
from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar

from ..sentences import Sentence, say
from ..shapes import Java, SparkContext

Made = TypeVar("Made")

_SEPARATOR = "\x01"
#: The handle of our own class, see java_classes.
OURS = "ours"
#: name -> (client of the gateway, Java object).
_HANDLES: Dict[str, Tuple[Java, Any]] = {}
#: The SparkContext at hand: its Java object, and what was asked of it by name.
_CONTEXT: List[Any] = [None, {}]


def context_class() -> Optional[type]:
    """pyspark's SparkContext, None if it is not loaded."""
    cls = getattr(sys.modules.get("pyspark.context"), "SparkContext", None)
    return cls if isinstance(cls, type) else None


def active_context() -> Optional[SparkContext]:
    """The SparkContext of this process; None if there is none."""
    return getattr(context_class(), "_active_spark_context", None)


def java_class(context: SparkContext, name: str) -> Java:
    """A Java class by its name, without the lookups of each package that `jvm.a.b.C` costs."""
    found: Java = sys.modules["py4j.java_gateway"].JavaClass(name, context._gateway._gateway_client)
    return found


def handle(context: SparkContext, name: str, make: Callable[[], Made]) -> Made:
    """A Java object that is made once for each JVM."""
    client = context._gateway._gateway_client
    if _HANDLES.get(name, (None, None))[0] is not client:
        _HANDLES[name] = (client, make())
    found: Made = _HANDLES[name][1]
    return found


def has_handle(context: SparkContext, name: str) -> bool:
    """Whether `handle` has made this object for the JVM at hand."""
    return _HANDLES.get(name, (None, None))[0] is context._gateway._gateway_client


def field(context: SparkContext, owner: str, name: str) -> Java:
    """A field of a Java class, of any visibility. The first call of a method makes py4j read
    all methods of a class, which takes 2 to 10 ms with Spark's large ones; a field does not."""

    def find() -> Java:
        if has_handle(context, OURS):  # one call instead of three or four
            ours: Java = _HANDLES[OURS][1]
            return ours.field(owner, name)
        found = java_class(context, "java.lang.Class").forName(owner).getDeclaredField(name)
        found.setAccessible(True)
        return found

    return handle(context, owner + "." + name, find)


def constant(context: SparkContext, name: str, make: Callable[[], Made]) -> Made:
    """A value that is read once for each SparkContext."""
    if _CONTEXT[0] is not context._jsc:
        _CONTEXT[:] = [context._jsc, {}]
    known = _CONTEXT[1]
    if name not in known:
        known[name] = make()
    found: Made = known[name]
    return found


def scala(context: SparkContext) -> Java:
    """The SparkContext of Scala."""
    return constant(context, "sc", context._jsc.sc)


def application(context: SparkContext) -> str:
    """The application's id."""
    return str(constant(context, "id", lambda: str(scala(context).applicationId())))


def hadoop(context: SparkContext) -> Java:
    """sc.hadoopConfiguration."""
    return constant(context, "hadoop", context._jsc.hadoopConfiguration)


def error_text(error: BaseException) -> str:
    """The message of an error; of a Java error without its stack trace."""
    java = getattr(error, "java_exception", None)
    if java is not None:
        try:
            text = "%s: %s" % (java.getClass().getSimpleName(), java.getMessage())
        except Exception:  # noqa: BLE001 - the JVM is gone: Python's text is all there is
            text = type(error).__name__
        return text
    name, text = type(error).__name__, str(error)
    if isinstance(text, Sentence):
        return text if name.startswith("_") else say("%1: %2", name, text)
    text = text.strip()
    if text and name.startswith("_"):
        return text
    return "%s: %s" % (name, text.splitlines()[0]) if text else name


def is_key(context: SparkContext, where: Callable[[], object], name: str, digest: str) -> bool:
    """Whether a value in Java is the SSE-C key with this digest, which then stays there.

    where: gives the map or Hadoop configuration that has it under a name, or S3A's
    EncryptionSecrets; no variable, as the repr of a map shows what is in it.
    False as long as our classes are not loaded.
    """
    return has_handle(context, OURS) and bool(_HANDLES[OURS][1].isKey(where(), name, digest))


def texts(context: SparkContext, collection: Java) -> List[str]:
    """The texts of a Java collection, by one call; a text with the separator in it is cut."""
    join = handle(context, "String.join", lambda: java_class(context, "java.lang.String").join)
    joined = str(join(_SEPARATOR, collection))
    return joined.split(_SEPARATOR) if joined else []


def leave_thread(context: Optional[SparkContext]) -> None:
    """Closes this thread's own connection to the JVM, so that both ends of the thread are gone.

    Source: pyspark.util.InheritableThread, which does the same. Never raises.
    """
    if context is None:
        return
    try:
        client = context._gateway._gateway_client
        connection = client.get_thread_connection()
        if connection is not None:
            if connection in client.deque:
                client.deque.remove(connection)
            connection.close()
    except Exception:  # noqa: BLE001 - threads share connections there: nothing of ours is left
        return
