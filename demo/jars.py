"""Fetches the jars of the S3A connector once, into a folder of the project's own.

Standard library only; the work is done by the Ivy that pyspark carries. Must not know: endpoints,
buckets, encryption. It never touches ~/.ivy2 or ~/.m2: a local Maven repository that holds only
the POM of a jar makes Ivy fail, and Ivy remembers that.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from demo.java import Java

#: Environment variable that names another folder for the jars.
CACHE_VARIABLE = "S3E_JARS"
#: Environment variable that names an Ivy settings file, for a company's own mirror.
SETTINGS_VARIABLE = "S3E_IVY_SETTINGS"

#: Environment variable with which the hashes of jars that are not listed yet are added to the list.
PIN_VARIABLE = "S3E_PIN_JARS"
#: SHA-256 of each jar that is used, as `sha256sum` writes it.
HASHES = Path(__file__).absolute().parent / "jars.sha256"

#: AWS SDK that hadoop-aws of each Hadoop line was built with (hadoop-project's POM).
SDK_VERSIONS = {"3.3": "1.12.262", "3.4": "2.29.52", "3.5": "2.35.4"}
#: The reader that S3A of Hadoop 3.5 loads for every file system (hadoop-project's POM).
ACCELERATORS = {"3.5": "1.3.1"}
#: Encryption client that hadoop-aws loads for CSE-KMS (hadoop-project's POM); it brings the
#: SDK's kms module. SDK v1 has a client of its own.
CSE_CLIENTS = {"3.4": "3.1.1", "3.5": "4.0.0"}
#: Spark's binding to S3A's committers, by Scala line: the newest that the Maven repository had
#: when this was written. Its two classes use no interface that differs within a line of Spark.
COMMITTERS = {"2.12": "3.5.8", "2.13": "4.1.1"}
#: The whole SDK in one jar is 600 MB; these modules are what the connector really loads (12 MB).
SDK_V1_MODULES = ("core", "s3", "sts", "kms", "dynamodb")
SDK_V2_MODULES = ("s3", "s3-transfer-manager", "sts", "apache-client", "netty-nio-client")

#: Spark 3.5 brings no Connect server: the newest that the Maven repository had.
CONNECT = {"3.5": "3.5.7"}

#: (organisation, module) that is left out.
Excluded = tuple[str, str]

#: Left out: the one-jar SDKs, and what Spark already has on its class path.
EXCLUDES = (
    ("software.amazon.awssdk", "bundle"),
    ("com.amazonaws", "aws-java-sdk-bundle"),
    ("org.apache.hadoop", "hadoop-common"),
    ("org.apache.hadoop", "hadoop-client-api"),
    ("org.apache.hadoop", "hadoop-client-runtime"),
    ("org.slf4j", "*"),
    ("io.netty", "*"),
    ("com.fasterxml.jackson.core", "*"),
)

#: What can be asked for: the connector alone, or with more beside it.
GROUPS = ("s3a", "cse", "committers", "connect")


#: (organisation, module, version, whether with what it depends on)
Coordinate = tuple[str, str, str, bool]


class JarsMissingError(RuntimeError):
    """The jars could not be fetched. The message ends with what Ivy said."""


class Spark(NamedTuple):
    """The pyspark at hand: its version, its Hadoop's version, its Scala line and its folder."""

    version: str
    hadoop: str
    scala: str
    home: Path


def spark_at_hand() -> Spark:
    """Which pyspark `import pyspark` would load here, without loading it.

    Raises RuntimeError if there is none, or one that has no Hadoop client (pyspark-client).
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"pyspark is not installed for {sys.executable}")
    return spark_in(Path(spec.origin).parent)


def spark_in(home: Path) -> Spark:
    """The pyspark in a folder; raises RuntimeError as `spark_at_hand`."""
    found = re.search(
        r"__version__[^=]*= *[\"']([^\"']+)", (home / "version.py").read_text("utf-8")
    )
    hadoop = [_version_in(path) for path in (home / "jars").glob("hadoop-client-api-*.jar")]
    scala = [_version_in(path) for path in (home / "jars").glob("scala-library-*.jar")]
    if not (found and hadoop and scala):
        raise RuntimeError(f"{home} is a pyspark without Spark's own jars")
    return Spark(found.group(1), hadoop[0], ".".join(scala[0].split(".")[:2]), home)


def cache_folder() -> Path:
    """Where jars are kept: $S3E_JARS, else inside the virtual environment in use."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).absolute()
    if sys.prefix != sys.base_prefix:
        return Path(sys.prefix) / "s3a-jars"
    return Path(__file__).absolute().parents[1] / ".venv" / "s3a-jars"


def coordinates(spark: Spark, group: str) -> list[Coordinate]:
    """(organisation, module, version, with its dependencies) of what a group consists of.

    Groups: `s3a` the connector; `cse` the client that CSE-KMS needs beside it (none for SDK v1);
    `committers` Spark's binding to the magic and staging committers; `connect` the Connect server
    of a Spark that brings none. Raises ValueError for a group or a Hadoop line that is not known
    here.
    """
    line = ".".join(spark.hadoop.split(".")[:2])
    if line not in SDK_VERSIONS:
        raise ValueError(
            "no jar list for Hadoop {}; known: {}".format(
                spark.hadoop, ", ".join(sorted(SDK_VERSIONS))
            )
        )
    sdk = SDK_VERSIONS[line]
    if group == "s3a":
        found = [("org.apache.hadoop", "hadoop-aws", spark.hadoop, False)]
        if sdk.startswith("1."):
            found.append(("org.wildfly.openssl", "wildfly-openssl", "1.0.7.Final", False))
            return found + [
                ("com.amazonaws", "aws-java-sdk-" + name, sdk, True) for name in SDK_V1_MODULES
            ]
        if line in ACCELERATORS:
            reader = "software.amazon.s3.analyticsaccelerator"
            found.append((reader, "analyticsaccelerator-s3", ACCELERATORS[line], False))
        return found + [("software.amazon.awssdk", name, sdk, True) for name in SDK_V2_MODULES]
    if group == "cse":
        client = CSE_CLIENTS.get(line)
        return (
            [("software.amazon.encryption.s3", "amazon-s3-encryption-client-java", client, True)]
            if client
            else []
        )
    if group == "committers":
        return [
            (
                "org.apache.spark",
                "spark-hadoop-cloud_" + spark.scala,
                COMMITTERS[spark.scala],
                False,
            )
        ]
    if group == "connect":
        server = CONNECT.get(".".join(spark.version.split(".")[:2]))
        module = "spark-connect_" + spark.scala
        return [("org.apache.spark", module, server, False)] if server else []
    raise ValueError("no group {!r}; known: {}".format(group, ", ".join(GROUPS)))


def jars(spark: Spark, java: Java, groups: Sequence[str] = ("s3a",)) -> list[str]:
    """Paths of the jars of these groups, fetched first if they are missing.

    Safe with several processes at once: one fetches, the others wait for it. A folder appears
    whole or not at all. Raises JarsMissingError if they cannot be fetched.
    """
    required = sorted({item for group in groups for item in coordinates(spark, group)})
    return resolve(required, spark, java)


def are_ready(spark: Spark, groups: Sequence[str] = ("s3a",)) -> bool:
    """True if `jars` has nothing to fetch."""
    return _complete(
        _folder({item for group in groups for item in coordinates(spark, group)}, spark)
    )


def resolve(
    required: Sequence[Coordinate],
    spark: Spark,
    java: Java,
    excludes: Sequence[Excluded] = EXCLUDES,
) -> list[str]:
    """As `jars`, for coordinates of the caller's own, without what `excludes` leaves out."""
    folder = _folder(required, spark, excludes)
    root = folder.parent
    if not _complete(folder):
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / ".lock"):
            if not _complete(folder):
                _fetch(folder, required, spark, java, excludes)
    return sorted(str(path) for path in folder.glob("*.jar"))


def _folder(
    required: Iterable[Coordinate], spark: Spark, excludes: Sequence[Excluded] = EXCLUDES
) -> Path:
    """Where the jars of these coordinates belong; another list is another folder."""
    identity = hashlib.sha256(json.dumps([sorted(required), excludes]).encode("utf-8")).hexdigest()
    return cache_folder() / f"spark-{spark.version}-hadoop-{spark.hadoop}-{identity[:12]}"


def _fetch(
    folder: Path,
    required: Sequence[Coordinate],
    spark: Spark,
    java: Java,
    excludes: Sequence[Excluded],
) -> None:
    with tempfile.TemporaryDirectory(dir=str(folder.parent), prefix=".fetch-") as name:
        work = Path(name)
        fresh = work / "jars"
        fresh.mkdir()
        settings = os.environ.get(SETTINGS_VARIABLE)
        if not settings:
            settings = str(work / "ivysettings.xml")
            Path(settings).write_text(
                '<ivysettings><settings defaultResolver="central"/><resolvers>'
                '<ibiblio name="central" m2compatible="true"/></resolvers></ivysettings>',
                "utf-8",
            )
        (work / "ivy.xml").write_text(_ivy_module(required, excludes), "utf-8")
        command = [java.command, *java.trust_options()]
        command += [
            "-cp",
            str(spark.home / "jars" / "*"),
            "org.apache.ivy.Main",
            "-settings",
            settings,
        ]
        command += ["-cache", str(work / "ivy"), "-ivy", str(work / "ivy.xml")]
        command += ["-retrieve", str(fresh / "[artifact]-[revision](-[classifier]).[ext]")]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        fetched = sorted(fresh.glob("*.jar"))
        missing = [
            item[1] for item in required if not (fresh / ("{}-{}.jar".format(*item[1:3]))).is_file()
        ]
        if done.returncode != 0 or missing:
            said = done.stdout.decode("utf-8", "replace").splitlines()
            begin = next((number for number, text in enumerate(said) if "WARNINGS" in text), 0)
            excerpt = said[begin:]
            raise JarsMissingError(
                "Ivy could not fetch {}:\n{}".format(
                    ", ".join(missing) or "the jars", "\n".join(excerpt[:30])
                )
            )
        check(fetched)
        sizes: dict[str, int] = {path.name: path.stat().st_size for path in fetched}
        (fresh / "stamp.json").write_text(json.dumps(sizes, indent=1, sort_keys=True), "utf-8")
        if folder.exists():
            shutil.rmtree(str(folder))
        fresh.rename(folder)


def check(fetched: Iterable[Path]) -> None:
    """Raises JarsMissingError if a jar is another one than HASHES says, or is not listed there.

    With $S3E_PIN_JARS those that are not listed are added; what is listed stays.
    """
    entries = (line.split("  ", 1) for line in HASHES.read_text("utf-8").splitlines())
    listed = {name: digest for digest, name in entries}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in fetched}
    if os.environ.get(PIN_VARIABLE):
        listed = {**found, **listed}
        lines = [f"{listed[name]}  {name}\n" for name in sorted(listed)]
        HASHES.write_text("".join(lines), "utf-8")
    other = [name for name in found if found[name] != listed.get(name)]
    if other:
        raise JarsMissingError(
            f"Not the jars whose SHA-256 {HASHES.name} lists: {', '.join(sorted(other))}. If they "
            f"are new, run it once with {PIN_VARIABLE}=1."
        )


def _complete(folder: Path) -> bool:
    """True if the stamp exists and every jar it names has the size it names."""
    try:
        sizes = json.loads((folder / "stamp.json").read_text("utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _ivy_module(required: Sequence[Coordinate], excludes: Sequence[Excluded]) -> str:
    lines = ['<ivy-module version="2.0"><info organisation="local" module="s3a"/>']
    lines.append('<configurations><conf name="default"/></configurations><dependencies>')
    for organisation, module, version, transitive in required:
        what = f"org={quoteattr(organisation)} name={quoteattr(module)} rev={quoteattr(version)}"
        follow = str(transitive).lower()
        lines.append(f'<dependency {what} conf="default-&gt;default" transitive="{follow}"/>')
    for organisation, module in excludes:
        lines.append(f"<exclude org={quoteattr(organisation)} module={quoteattr(module)}/>")
    return "\n".join([*lines, "</dependencies></ivy-module>"])


def _version_in(jar: Path) -> str:
    """hadoop-client-api-3.5.0.jar -> 3.5.0"""
    found = re.search(r"-(\d[^-]*)\.jar$", jar.name)
    return found.group(1) if found else ""


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a lock file; the system frees it when its holder ends, however that ends."""
    with open(str(path), "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
