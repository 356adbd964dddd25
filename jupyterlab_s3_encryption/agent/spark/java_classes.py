"""Loads our Java classes into Spark's JVMs, and calls them.

Their source is java/src; java_classes.txt is built from it and shipped. Must not
know: profiles, property names, findings.
"""

import atexit
import base64
import hashlib
import json
import os
import pathlib
import shutil
import tempfile
import zlib
from typing import TYPE_CHECKING, Callable, Iterable, List, Optional

from .. import data
from ..sentences import Sentence, say
from ..shapes import Java, SparkContext
from . import jvm

if TYPE_CHECKING:
    from ..foreign import Committed, Places, TableWriter
    from ..foreign import OpenSystems as Answer
    from ..shapes import Properties

_TEXT = "java_classes.txt"
_LOADER = "org.apache.spark.util.ChildFirstURLClassLoader"
_OPEN_FILE_SYSTEMS = "jupyterlab.s3encryption.OpenFileSystems"
#: A variable of the kernel's environment: with another value than "on" our class goes nowhere.
VARIABLE = "S3_ENCRYPTION_CONNECT_CLASS"
_jar: List[str] = []


class MissingError(Exception):
    """The classes cannot be used here. str() says why."""


def kept_off(allowed: bool) -> Optional[Sentence]:
    """Why our class may not go to servers and executors, nor be asked there; None if it may.

    allowed: whether what was chosen allows it. The driver in the kernel's own process is not meant.
    """
    if os.environ.get(VARIABLE, "") not in ("", "on"):
        return say(
            "The environment of this kernel keeps our class off Spark Connect servers and executors (%1).",
            VARIABLE,
        )
    if not allowed:
        name = "connectClass"
        return say("A setting keeps our class off Spark Connect servers and executors (%1).", name)
    return None


def prepare(context: Optional[SparkContext]) -> None:
    """Starts loading S3A in the background, for the first `change` in the driver's JVM.

    context: None if there is none yet. Never raises.
    """
    try:
        if context is not None and not are_loaded(context):
            _driver(context).prepare(context._jsc)
    except Exception:  # noqa: BLE001 - the change reports it
        return


def change(context: SparkContext, settings: Optional[str], anew: bool) -> "Answer":
    """Brings settings (see filesystems.settings, None for none) into force in the driver's JVM.

    anew: whether somebody chose them just now, see OpenFileSystems.change.
    Returns what OpenFileSystems.change returns. Raises MissingError, and what py4j raises.
    """
    return parsed(_driver(context).change(settings, anew))


def inspect(context: SparkContext, settings: Optional[str]) -> "Answer":
    """What is open in the driver's JVM, as OpenFileSystems.look returns it; raises as `change`.

    settings: to compare with; None for those in force.
    """
    return parsed(_driver(context).look(settings))


def quiet(context: SparkContext) -> Optional[int]:
    """`watched` if the driver's JVM has nothing to act on or to report, else None.

    One call; raises as `change`.
    """
    found: Optional[Java] = _driver(context).quiet()
    return None if found is None else int(found)


def properties(context: SparkContext, conf: Java) -> "Properties":
    """What a Hadoop configuration has for S3, by names without "fs.s3"; raises what py4j raises."""
    found: "Properties" = json.loads(str(_driver(context).properties(conf)))
    return found


def running(context: SparkContext, shared: Optional[Java]) -> List[Optional[int]]:
    """How many jobs, SQL commands and streaming queries there are, None for unknown; raises as
    `change`. shared: the SharedState of a session."""
    counts = str(_driver(context).running(jvm.scala(context), shared)).split(" ")
    return [int(count) if count.isdigit() else None for count in counts]


def sessions(context: SparkContext) -> int:
    """How many Spark sessions Python has in hand, stopped ones too; raises as `change`."""
    return int(_driver(context).sessions(context._gateway.java_gateway_server))


def watch(context: SparkContext, settings: Callable[[], Java]) -> None:
    """Looks after the Java map of settings, or Hadoop configuration, that this gives; raises as
    `change`. No variable holds it: the repr of a map shows what is in it."""
    _driver(context).watch(settings())


def watched(context: SparkContext) -> int:
    """Tells one state of all that is watched from another; raises as `change`."""
    return int(_driver(context).watched())


def table_writers(context: SparkContext, session: Java) -> "List[TableWriter]":
    """What the tables of a session's Iceberg catalogs are written with; raises as `change`.

    session: Spark's, in Java. Only of what the session has in hand: nobody is asked.
    """
    found: "List[TableWriter]" = json.loads(str(_driver(context).writers(session)))
    _check(found)
    return found


def committed(
    context: SparkContext, session: Java, application: str, since: float, known: Iterable[str]
) -> "List[Committed]":
    """What an application committed to Iceberg tables that a session has in hand, since then.

    known: ids of snapshots to leave out. Reads their manifests; raises as `change`.
    """
    ids = " %s " % " ".join(known)
    answer = _driver(context).committed(session, application, int(since * 1000), ids)
    found: "List[Committed]" = json.loads(str(answer))
    _check(found)
    return found


def instance(context: SparkContext, bucket: str) -> Java:
    """The S3A file system that the driver's JVM has open for a bucket, None if there is none."""
    return _driver(context).instance(bucket)


def release(context: SparkContext, moves: Iterable[int]) -> None:
    """What was moved, by its numbers in "moved" of an answer, was read; raises what py4j raises."""
    _driver(context).release(" ".join(str(number) for number in moves))


def places(context: SparkContext, known: Iterable[int]) -> "Places":
    """Where the driver's JVM was asked to write, as OpenFileSystems.places returns it; raises as
    `change`. known: numbers of those that need not be said again."""
    numbers = " ".join(str(number) for number in known)
    found: "Places" = json.loads(str(_driver(context).places(numbers)))
    _check(found)
    return found


def are_loaded(context: SparkContext) -> bool:
    """Whether the driver's JVM has the classes already."""
    return jvm.has_handle(context, jvm.OURS)


def leave_out_event_log(context: SparkContext) -> None:
    """Parts of Spark's event log no longer count as written by somebody; raises as `change`.

    One call for each application. If the log cannot be found it counts, and the claim is lower.
    """
    jvm.constant(context, "event_log", lambda: _driver(context).leaveOut(jvm.scala(context)))


def ask(context: SparkContext, settings: Optional[str], anew: bool, executors: List[str]) -> Java:
    """Begins a job that does in executors what `change` does in the driver's JVM.

    Returns a Java Future of a list of texts for `answer_of`; Spark may have run a task on an executor
    that was not named. Raises what py4j raises.
    """
    _ship(context)
    return _driver(context).ask(jvm.scala(context), "\n".join(executors), settings, anew)


def follow(context: SparkContext) -> None:
    """Has the driver's JVM bring the settings of `change` to each executor that joins."""
    _ship(context)
    _driver(context).follow(jvm.scala(context))


def leave(context: SparkContext) -> None:
    """Brings nothing any more to executors that join; raises as `change`."""
    _driver(context).leave()


def jobs(context: SparkContext) -> int:
    """How many jobs of ours are under way for executors that joined; raises what py4j raises."""
    return int(_driver(context).jobs())


def _ship(context: SparkContext) -> None:
    """Sends the classes to executors, once for each application; those that join later get them too."""
    jvm.constant(context, "java_classes", lambda: jvm.scala(context).addJar(jar()))


def answer_of(text: str) -> "Answer":
    """What an executor answered: as `change`, with "executor", its id, and "ahead".

    "ahead": addresses that it wrote to with other settings before it was reached, if it joined later.
    """
    executor, ahead, answer = text.split("\n", 2)
    found = parsed(answer)
    found["executor"], found["ahead"] = executor, ahead.split()
    return found


def jar() -> str:
    """Path of the jar with the classes, for as long as this process lives."""
    if not _jar or not os.path.exists(_jar[0]):
        folder = tempfile.mkdtemp(prefix="s3-encryption-")
        atexit.register(shutil.rmtree, folder, True)
        content = zlib.decompress(base64.b64decode(_text()))
        # A Connect server takes no other file of the same name for a session.
        name = "s3-encryption-%s.jar" % hashlib.sha256(content).hexdigest()[:16]
        path = os.path.join(folder, name)
        with open(path, "wb") as handle:
            handle.write(content)
        _jar[:] = [path]
    return _jar[0]


def _text() -> str:
    try:
        return data.text(_TEXT)
    except OSError as error:
        raise MissingError(say("%1 was not built.", _TEXT)) from error


def _driver(context: SparkContext) -> Java:
    """The OpenFileSystems of the driver's JVM."""

    def make() -> Java:
        try:
            path = jar()
        except OSError as error:
            message = say("The Java classes could not be written: %1", error)
            raise MissingError(message) from error
        url = jvm.java_class(context, "java.net.URL")
        urls = context._gateway.new_array(url, 1)
        urls[0] = url(pathlib.Path(path).as_uri())
        # Our class extends S3A, so it needs the very class that Hadoop uses. Child first: the
        # parent would search for our classes in each of Spark's jars.
        parent = jvm.hadoop(context).getClassLoader()
        loader = jvm.java_class(context, _LOADER)(urls, parent)
        return loader.loadClass(_OPEN_FILE_SYSTEMS).newInstance()

    return jvm.handle(context, jvm.OURS, make)


def parsed(text: object) -> "Answer":
    """What a JVM says of its open file systems, from JSON; raises MissingError if it says why not."""
    found: "Answer" = json.loads(str(text))
    _check(found)
    return found


def _check(answer: object) -> None:
    """Raises MissingError for an answer that says why there is none."""
    if isinstance(answer, dict) and "error" in answer:
        raise MissingError(str(answer["error"]))
