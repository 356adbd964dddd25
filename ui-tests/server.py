"""Serves the browser tests: an S3 endpoint and a JupyterLab whose notebooks reach it.

Started by playwright.config.mjs with the Python of the environment that has Spark; the first
argument is the Python whose JupyterLab is under test. What the tests have to know is in
endpoint.json in S3E_UI_HOME. Sets no encryption property: what the tests see is the extension's
doing alone. SIGUSR1 ends JupyterLab with its kernels and starts it again. What JupyterLab prints
is in server.log in S3E_UI_HOME, and is shown as well if S3E_UI_LOG is set.
"""

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from lab import Lab  # noqa: E402

from demo.endpoint import Endpoint  # noqa: E402
from demo.environment import process_environment, spark_conf, write_conf_folder  # noqa: E402
from tests.support.class_archive import archive_options, named_as_files  # noqa: E402


def add_echo_kernel(python: str) -> None:
    """Puts a kernel of another language beside the Python kernel."""
    folder = Path(os.environ["JUPYTER_DATA_DIR"]) / "kernels" / "echo-r"
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [python, str(HERE / "echo_kernel.py"), "-f", "{connection_file}"],
        "display_name": "Echo (R)",
        "language": "R",
    }
    (folder / "kernel.json").write_text(json.dumps(spec), "utf-8")


def add_other_python(python: str) -> None:
    """Puts the Python kernel of another environment, with its own ipykernel, beside the usual one."""
    folder = Path(os.environ["JUPYTER_DATA_DIR"]) / "kernels" / "other-python"
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Other Python",
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(spec), "utf-8")


def add_sparkmagic(home: Path) -> None:
    """Puts sparkmagic's PySpark kernel beside the others, if it is installed.

    No Livy listens at its address: a session that is started fails.
    """
    python = HERE.parent / ".venv-livy" / "bin" / "python"
    if not python.exists():
        return
    credentials = {"username": "", "password": "", "auth": "None", "url": "http://127.0.0.1:9"}
    folder = home / "sparkmagic"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "kernel_python_credentials": credentials,
        "retry_policy": "configurable",
        "retry_seconds_to_sleep_list": [0.1],
        "configurable_retry_policy_max_retries": 1,
    }
    (folder / "config.json").write_text(json.dumps(settings), "utf-8")
    module = "sparkmagic.kernels.pysparkkernel.pysparkkernel"
    spec = {
        "argv": [str(python), "-m", module, "-f", "{connection_file}"],
        "display_name": "PySpark",
        "language": "python",
        "env": {"SPARKMAGIC_CONF_DIR": str(folder), "HOME": str(folder)},
    }
    kernel = Path(os.environ["JUPYTER_DATA_DIR"]) / "kernels" / "pysparkkernel"
    kernel.mkdir(parents=True, exist_ok=True)
    (kernel / "kernel.json").write_text(json.dumps(spec), "utf-8")


def penguins() -> str:
    """URI of the real data set; its package is found, not imported: it would want pandas."""
    spec = importlib.util.find_spec("palmerpenguins")
    if spec is None or spec.origin is None:
        raise RuntimeError("palmerpenguins is not installed")
    return (Path(spec.origin).parent / "data" / "penguins.csv").as_uri()


@contextlib.contextmanager
def shown(log: Path) -> Iterator[None]:
    """Shows the log as it grows, if S3E_UI_LOG is set."""
    if not os.environ.get("S3E_UI_LOG"):
        yield
        return
    tail = subprocess.Popen(["tail", "-n", "+1", "-F", str(log)])
    try:
        yield
    finally:
        tail.terminate()
        tail.wait()


def main() -> int:
    """Runs until JupyterLab ends or SIGTERM arrives; returns JupyterLab's exit code."""
    python = sys.argv[1]
    home = Path(os.environ["S3E_UI_HOME"])
    add_echo_kernel(python)
    add_sparkmagic(home)
    if len(sys.argv) > 2:
        add_other_python(sys.argv[2])
    with Endpoint() as endpoint:
        conf = spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store))
        options = archive_options(home / "spark")
        # Not by JDK_JAVA_OPTIONS: Java would say so in the first cell of every notebook.
        conf["spark.driver.extraJavaOptions"] += " ".join(["", *options])
        environment = process_environment(write_conf_folder(home / "spark", conf))
        if options:
            environment = named_as_files(environment)
        environment["PYSPARK_PYTHON"] = environment["PYSPARK_DRIVER_PYTHON"] = python
        environment["PENGUINS"] = penguins()
        info = {**endpoint.to_dict(), "server": os.getpid()}
        (home / "endpoint.json").write_text(json.dumps(info), "utf-8")
        lab = Lab(
            [python, "-m", "jupyterlab", "--config", str(HERE / "jupyter_server_test_config.py")],
            f"http://127.0.0.1:{os.environ['S3E_UI_PORT']}/api",
            home / "server.log",
            cwd=HERE,
            environment=environment,
        )

        def signalled(number: int, _frame: "FrameType | None") -> None:
            if number == signal.SIGUSR1:
                lab.again()
            else:
                lab.stop()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, signalled)
        with shown(home / "server.log"):
            return lab.run()


if __name__ == "__main__":
    sys.exit(main())
