"""The Java classes are what each compiler takes that the build may find. Must not know: what they do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import build_classes

pytestmark = pytest.mark.slow


def test_the_compiler_that_spark_carries_takes_all_of_them(tmp_path):
    sources = sorted(build_classes.SOURCES.rglob("*.java"))
    command = build_classes.by_janino(sources, tmp_path)
    assert command is not None
    # Java says on its error output what it takes from these.
    options = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
    environment = {name: value for name, value in os.environ.items() if name not in options}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    made = {path.stem for path in tmp_path.rglob("*.class")}
    assert {path.stem for path in sources} <= made
