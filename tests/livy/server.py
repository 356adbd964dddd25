"""The real Livy server with real PySpark 3.5, for tests; statements run in ReplDriver.java.

Livy 0.7.1 comes from the Maven repository; its own module for statements is not there. The ports
of its sessions bind every address, so it runs only if there is no network but loopback. Must
not know: the agent, sparkmagic, what is tested.

    PYTHONPATH=.venv/opt/spark-3.5 .venv/bin/python -m tests.livy.server

fetches all jars of the tests, which cannot fetch any where there is no network.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from demo.environment import process_environment, write_conf_folder
from demo.jars import jars, resolve, spark_at_hand
from demo.java import find_java
from tests.support.sockets import free_ports

HERE = Path(__file__).resolve().parent
VERSION = "0.7.1-incubating"
#: What Livy 0.7.1 is made for is Scala 2.11; the sessions bring their own.
JARS = [
    ("org.apache.livy", "livy-server", VERSION, True),
    ("org.scala-lang", "scala-library", "2.11.12", False),
]
#: Sessions bring their own Spark; of what is left the server loads nothing.
EXCLUDES = (("org.apache.spark", "*"), ("junit", "*"), ("org.apache.hadoop", "hadoop-hdfs"))
#: What the session's JVM needs of Livy.
IN_SESSION = ("livy-rsc-", "livy-api-", "netty-all-")
OPENED = ("java.util.concurrent.atomic", "java.lang")
LOG4J = """log4j.rootCategory=WARN, console
log4j.logger.org.apache.livy.server=INFO
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{HH:mm:ss} %p %c{1}: %m%n
"""


def alone() -> bool:
    """Whether this process sees no network but loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def livy_jars() -> list[str]:
    """Paths of Livy's jars, fetched if they are missing. Raises JarsMissingError."""
    spark = spark_at_hand()
    return resolve(JARS, spark, find_java(spark.version), EXCLUDES)


class LivyServer:
    """A running server; `url` is its address. Everything it started ends with it."""

    def __init__(self, folder: Path, conf: dict[str, str]) -> None:
        self.folder = folder
        spark = spark_at_hand()
        self.java = find_java(spark.version)
        found = livy_jars()
        inside = [jar for jar in found if Path(jar).name.startswith(IN_SESSION)]
        driver = self._driver(spark.home, inside)
        conf = dict(conf)
        more = conf.pop("spark.jars", "")
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        (folder / "logs").mkdir()
        own = folder / "conf"
        own.mkdir()
        settings = {
            "livy.server.host": "127.0.0.1",
            "livy.server.port": str(port),
            "livy.spark.master": conf.pop("spark.master", "local[2]"),
            "livy.spark.scala-version": spark.scala,
            "livy.repl.jars": ",".join(filter(None, [str(driver), more])),
            "livy.rsc.jars": ",".join(inside),
            "livy.rsc.rpc.server.address": "127.0.0.1",
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        (own / "livy.conf").write_text("\n".join(lines) + "\n", "utf-8")
        (own / "log4j.properties").write_text(LOG4J, "utf-8")
        environment = process_environment(write_conf_folder(folder / "spark-conf", conf))
        environment.update(
            SPARK_HOME=str(spark.home),
            LIVY_HOME=str(folder),
            LIVY_CONF_DIR=str(own),
            PYTHONPATH=str(spark.home.parent),
            S3E_LIVY_STATEMENTS=str(HERE / "statements.py"),
        )
        launcher = next((spark.home / "jars").glob("spark-launcher_*.jar"))
        command = [self.java.command, "-Xmx256m"]
        command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        command += ["-cp", os.pathsep.join([str(own), *found, str(launcher)])]
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "org.apache.livy.server.LivyServer"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def call(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """One call of the REST interface. Raises urllib.error.URLError."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, kind, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def sessions(self) -> list[int]:
        """The numbers of the sessions that there are."""
        return [item["id"] for item in self.call("/sessions")["sessions"]]

    def statements(self, session: int) -> list[str]:
        """The code of every statement of a session, oldest first."""
        found = self.call(f"/sessions/{session}/statements")["statements"]
        return [item["code"] for item in found]

    def stop(self) -> None:
        """Ends the server and whatever it started."""
        for _ in range(2):
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                break
        self.process.wait(30)

    def _driver(self, spark: Path, inside: list[str]) -> Path:
        """Compiles ReplDriver.java by the Java compiler that Spark brings for its own use."""
        made = self.folder / "driver"
        made.mkdir()
        own = [str(path) for path in (spark / "jars").glob("*.jar")]
        command = [self.java.command, "-cp", str(spark / "jars" / "*")]
        command += ["org.codehaus.commons.compiler.samples.CompilerDemo", "-d", str(made)]
        command += ["-classpath", os.pathsep.join([*own, *inside]), str(HERE / "ReplDriver.java")]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        classes = sorted(made.rglob("*.class"))
        if said.returncode != 0 or not classes:
            raise RuntimeError(said.stdout + said.stderr)
        jar = self.folder / "statements.jar"
        with zipfile.ZipFile(jar, "w") as archive:
            for path in classes:
                archive.write(path, path.relative_to(made).as_posix())
        return jar

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.call("/sessions")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise RuntimeError(f"Livy did not start:\n{self.log.read_text('utf-8')[-3000:]}")


if __name__ == "__main__":
    SPARK = spark_at_hand()
    CONNECTOR = jars(SPARK, find_java(SPARK.version))
    sys.stdout.write(f"{len(livy_jars())} jars of Livy, {len(CONNECTOR)} of S3A\n")
