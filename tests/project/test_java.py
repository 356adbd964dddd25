"""The Java classes are what each compiler takes that the build may find, and what any Spark can run.

Must not know: what they do.
"""

from __future__ import annotations

import base64
import io
import itertools
import os
import subprocess
import sys
import zipfile
import zlib

import pytest

from tests import ROOT
from tests.project import class_files

sys.path.insert(0, str(ROOT / "scripts"))
import build_classes

#: Sources, and the text that travels.
BUILT = [
    pytest.param(build_classes.SOURCES, build_classes.TARGET, id="agent"),
    pytest.param(build_classes.AUDITS, build_classes.AUDITS_TARGET, id="audits"),
]
#: The same with those of its classes that Spark calls as functions, and where each catches.
CALLED = [
    pytest.param(
        build_classes.TARGET,
        {
            "Probe": [("Probe", "call")],
            "OnExecutor": [("OnExecutor", "answerOfServer"), ("OpenFileSystems", "change")],
        },
        id="agent",
    ),
    pytest.param(build_classes.AUDITS_TARGET, {"Part": [("Part", "call")]}, id="audits"),
]
JAVA_8 = 52


def classes(target):
    """What travels: the path of each class in the jar, and what is in its file."""
    jar = zlib.decompress(base64.b64decode(target.read_text("ascii")))
    with zipfile.ZipFile(io.BytesIO(jar)) as archive:
        return {name: class_files.read(archive.read(name)) for name in archive.namelist()}


@pytest.mark.slow
@pytest.mark.parametrize(("root", "target"), BUILT)
def test_the_compiler_that_spark_carries_takes_all_of_them(root, target, tmp_path):
    sources = sorted(root.rglob("*.java"))
    command = build_classes.by_janino(sources, tmp_path)
    assert command is not None
    # Java says on its error output what it takes from these.
    options = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
    environment = {name: value for name, value in os.environ.items() if name not in options}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    made = {path.stem for path in tmp_path.rglob("*.class")}
    assert {path.stem for path in sources} <= made


@pytest.mark.parametrize(("root", "target"), BUILT)
def test_what_travels_is_every_class_of_ours_and_none_of_anybody_elses(root, target):
    found = classes(target)
    outer = {name.removesuffix(".class").split("$")[0] for name in found}
    sources = {path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.java")}
    assert outer == sources
    assert {f"{one.name}.class" for one in found.values()} == set(found)


@pytest.mark.parametrize(("root", "target"), BUILT)
def test_the_oldest_java_that_a_supported_spark_runs_on_takes_them(root, target):
    newer = {name: one.version for name, one in classes(target).items() if one.version > JAVA_8}
    assert newer == {}


@pytest.mark.parametrize(("target", "functions"), CALLED)
def test_what_spark_calls_catches_whatever_is_thrown(target, functions):
    found = {one.name.rsplit("/", 1)[1]: one for one in classes(target).values()}
    called = {
        name
        for name, one in found.items()
        if any(interface.startswith("org/apache/spark/") for interface in one.interfaces)
    }
    assert called == set(functions)
    for name, method in itertools.chain(*functions.values()):
        assert "java/lang/Throwable" in found[name].caught[method], (name, method)
