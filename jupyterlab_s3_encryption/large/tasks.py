"""Has our Java classes look at objects: on Spark's executors as short jobs, or in the driver's JVM.

Their source is java/audits; audit_classes.txt is built from it. S3A's own client asks S3 there, with
the settings that this session reads with: executors need neither Python nor boto3. Must not know:
what is asked, verdicts.
"""

from __future__ import annotations

import atexit
import base64
import json
import pathlib
import shutil
import tempfile
import threading
import time
import uuid
import zlib
from collections.abc import Sequence
from typing import Any

from ..agent import interrupts
from ..agent.objects.reading import java_reader
from ..agent.objects.reading.location import S3Location
from ..agent.objects.work import spark_jobs
from ..agent.spark import activity, jvm
from ..agent.spark.sessions import JvmSession

DESCRIPTION = "S3 Encryption: audit of %s"
#: Tasks of a job, however large the cluster is.
MOST_TASKS = 64
_TEXT = pathlib.Path(__file__).with_name("audit_classes.txt")
_TASKS = "jupyterlab.s3encryption.audits.Tasks"
_S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem"
_jar: list[str] = []


def reads_with_s3a(session: JvmSession) -> bool:
    """Whether this Spark has S3A, which our classes ask S3 through."""
    try:
        jvm.java_class(session.context, "java.lang.Class").forName(
            _S3A, False, jvm.hadoop(session.context).getClassLoader()
        )
    except Exception:  # noqa: BLE001 - py4j's error for a class that is not there
        return False
    return True


class JavaRunner:
    """Asks our classes. executors: those of Spark, else the driver's JVM; parts: tasks at most."""

    read_by = "xattr"

    def __init__(
        self, session: JvmSession, location: S3Location, executors: bool, parts: int | None
    ) -> None:
        self._session = session
        self._context = session.context
        self._location = location
        self._executors = executors
        self._most = min(parts or MOST_TASKS, MOST_TASKS)
        self._group = f"s3-encryption-{uuid.uuid4().hex}"
        self._conf = self._reading()
        self._here: Any = None

    def slots(self) -> int:
        """As many tasks as can run at once; half of them while something else runs in Spark."""
        if not self._executors:
            return 1
        slots = spark_jobs.slots(self._context)
        jobs = activity.read([self._session])["jobs"]
        slots = slots if jobs == 0 else slots // 2
        return max(1, min(slots, self._most))

    def ask(
        self, settings: dict[str, Any], requests: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The answers of one job. Cancels it if it is interrupted; raises what Spark raises."""
        tasks = self._tasks(settings)
        texts = [json.dumps(request) for request in requests]
        future = None
        try:
            # An interrupt waits until what has begun can be cancelled, and has no name of ours.
            with interrupts.Deferred():
                future = self._begin(tasks, texts)
            return self._answers(future)
        except BaseException:
            with interrupts.Deferred():
                self._cancel(future)
            raise

    def first(self, prefix: str, after: str | None) -> str | None:
        """The first key after another one, asked from here."""
        if self._here is None:
            self._here = self._tasks({})
        try:
            text = str(self._here.answer(json.dumps({"prefix": prefix, "first": after})))
        finally:
            if threading.current_thread() is not threading.main_thread():
                jvm.leave_thread(self._context)
        answer = json.loads(text)
        if answer["error"] is not None:
            raise RuntimeError(answer["error"])
        found: str | None = answer["after"]
        return found

    def _begin(self, tasks: Any, texts: list[str]) -> Any:
        if not self._executors:
            return tasks.askHere(texts)
        description = DESCRIPTION % self._location.text()
        with spark_jobs.named(self._context, self._group, description, "true"):
            return tasks.ask(self._context._jsc, texts)

    def _answers(self, future: Any) -> list[dict[str, Any]]:
        wait = 0.01
        while not future.isDone():  # not `get`, which would keep an interrupt waiting
            time.sleep(wait)
            wait = min(0.2, wait * 1.5)
        return [json.loads(text) for text in jvm.texts(self._context, future.get())]

    def _cancel(self, future: Any) -> None:
        """Cancels what this audit has begun, and nothing else."""
        try:
            if self._executors:
                spark_jobs.cancel(self._context, self._group)
            elif future is not None:
                future.cancel(True)
        except Exception:  # noqa: BLE001 - the JVM is gone, and what ran there with it
            return

    def _tasks(self, settings: dict[str, Any]) -> Any:
        """Our Java object that begins tasks with these settings."""
        context = self._context
        usual: dict[str, Any] = {
            "prefix": "", "depth": 0, "nodes": 0, "rows": 0, "sample": 0, "seed": "",
            "below": None, "wanted": [], "threads": 16,
        }  # fmt: skip
        root = f"s3a://{self._location.bucket}/"
        text = json.dumps({**usual, **settings, "root": root})
        maker = jvm.handle(context, "audit_tasks", self._maker)
        if self._executors:
            jvm.constant(context, "audit_classes", lambda: jvm.scala(context).addJar(jar()))
        values = context._gateway.new_array(jvm.java_class(context, "java.lang.Object"), 2)
        values[0], values[1] = text, self._conf
        return maker.newInstance(values)

    def _maker(self) -> Any:
        context = self._context
        url = jvm.java_class(context, "java.net.URL")
        urls = context._gateway.new_array(url, 1)
        urls[0] = url(pathlib.Path(jar()).as_uri())
        # Below the loader of the S3A that Hadoop uses.
        parent = jvm.hadoop(context).getClassLoader()
        loader = jvm.java_class(context, "java.net.URLClassLoader")(urls, parent)
        return loader.loadClass(_TASKS).getConstructors()[0]

    def _reading(self) -> Any:
        """The session's configuration, without what is in the way of reading."""
        conf = jvm.java_class(self._context, "org.apache.hadoop.conf.Configuration")(
            self._session.hadoop_conf()
        )
        for prefix in (f"fs.s3a.bucket.{self._location.bucket}.", "fs.s3a."):
            for name in java_reader.CLEARED:
                conf.unset(prefix + name)
        conf.set("fs.s3a.audit.enabled", "false")
        return conf


def jar() -> str:
    """Path of the jar with the classes, for as long as this process lives."""
    if not _jar or not pathlib.Path(_jar[0]).exists():
        folder = tempfile.mkdtemp(prefix="s3-encryption-")
        atexit.register(shutil.rmtree, folder, True)
        path = pathlib.Path(folder) / "s3-encryption-audits.jar"
        path.write_bytes(zlib.decompress(base64.b64decode(_TEXT.read_text("ascii"))))
        _jar[:] = [str(path)]
    return _jar[0]
