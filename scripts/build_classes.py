"""Compiles java/src, and java/audits, into the texts from which the agent takes its Java classes.

Standard library only. A JDK's javac does it; if there is none, the compiler that Spark carries
for its own use (Janino), run by any Java. Must not know: what the classes do.

    python3 scripts/build_classes.py
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "java" / "src"
SIGNATURES = ROOT / "java" / "signatures"
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
TARGET = AGENT / "data" / "java_classes.txt"
#: What only the executors' part of a large audit is, so that nobody else has to wait for it.
AUDITS = ROOT / "java" / "audits"
AUDITS_TARGET = ROOT / "jupyterlab_s3_encryption" / "large" / "audit_classes.txt"
#: Bytecode for the oldest Java that a supported Spark runs on.
RELEASE = "8"
_JANINO = "org.codehaus.commons.compiler.samples.CompilerDemo"
#: The same on every machine: a jar's content is what tells one build from another.
_TIME = (2020, 1, 1, 0, 0, 0)


def javac() -> str | None:
    """The javac of JAVA_HOME or of PATH, None if there is none."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("javac", path=str(Path(home) / "bin")) if home else None
    return found or shutil.which("javac")


def by_javac(program: str, sources: list[Path], folder: Path) -> list[str]:
    """The command that compiles with a JDK."""
    options = ["--release", RELEASE, "-g:none", "-nowarn", "-Xlint:-options", "-implicit:none"]
    return [
        program,
        *options,
        "-sourcepath",
        str(SIGNATURES),
        "-d",
        str(folder),
        *map(str, sources),
    ]


def by_janino(sources: list[Path], folder: Path) -> list[str] | None:
    """The command that compiles with Spark's own compiler, None if there is no Spark or Java."""
    sys.path.insert(0, str(ROOT))
    from demo.java import JavaMissingError, find_java

    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    try:
        java = find_java(importlib.import_module("pyspark.version").__version__)
    except JavaMissingError:
        return None
    own = [*sorted(SIGNATURES.rglob("*.java")), *sources]
    command = [java.command, "-cp", str(home / "jars" / "*"), _JANINO]
    return [*command, "-g:none", "-d", str(folder), *map(str, own)]


def compiled(root: Path, folder: Path) -> None:
    """Compiles all sources below one into a folder; ends the program with what the compiler said."""
    sources = sorted(root.rglob("*.java"))
    program = javac()
    command = by_javac(program, sources, folder) if program else by_janino(sources, folder)
    if command is None:
        sys.exit(
            "build_classes: no Java compiler. Install a JDK (on Debian: openjdk-17-jdk-headless), "
            "or run this with a Python that has pyspark, and a Java for it."
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"build_classes: {command[0]} failed\n{done.stdout}{done.stderr}")


def jar(root: Path, folder: Path) -> bytes:
    """The classes of these sources, and no signature's, as a jar without compression."""
    package = sorted({path.parent.relative_to(root) for path in root.rglob("*.java")})
    files = sorted(path for name in package for path in (folder / name).glob("*.class"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _TIME)
            archive.writestr(entry, path.read_bytes())
    return content.getvalue()


def build(root: Path, target: Path) -> None:
    """Writes a text if it differs from what is there."""
    with tempfile.TemporaryDirectory(prefix="s3-encryption-classes-") as name:
        compiled(root, Path(name))
        packed = zlib.compress(jar(root, Path(name)), 9)
    text = base64.b64encode(packed).decode("ascii")
    if not target.is_file() or target.read_text("ascii") != text:
        target.write_text(text, "ascii")


def main() -> None:
    """Writes both texts."""
    build(SOURCES, TARGET)
    build(AUDITS, AUDITS_TARGET)


if __name__ == "__main__":
    main()
