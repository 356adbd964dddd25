"""Serves the browser tests: an S3 endpoint and a JupyterLab whose notebooks reach it.

Started by playwright.config.mjs with the Python of the environment that has Spark; the first
argument is the Python whose JupyterLab is under test. What the tests have to know stands in
endpoint.json in S3E_UI_HOME. Sets no encryption property: what the tests see is the extension's
doing alone.
"""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from demo.endpoint import Endpoint  # noqa: E402
from demo.environment import process_environment, spark_conf, write_conf_folder  # noqa: E402


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


def penguins() -> str:
    """URI of the real data set; its package is found, not imported: it would want pandas."""
    spec = importlib.util.find_spec("palmerpenguins")
    if spec is None or spec.origin is None:
        raise RuntimeError("palmerpenguins is not installed")
    return (Path(spec.origin).parent / "data" / "penguins.csv").as_uri()


def main() -> int:
    """Runs until JupyterLab ends or SIGTERM arrives; returns JupyterLab's exit code."""
    python = sys.argv[1]
    home = Path(os.environ["S3E_UI_HOME"])
    add_echo_kernel(python)
    with Endpoint() as endpoint:
        environment = process_environment(
            write_conf_folder(
                home / "spark", spark_conf(endpoint.tls_url, trust_store=str(endpoint.trust_store))
            )
        )
        environment["PYSPARK_PYTHON"] = environment["PYSPARK_DRIVER_PYTHON"] = python
        environment["PENGUINS"] = penguins()
        (home / "endpoint.json").write_text(json.dumps(endpoint.to_dict()), "utf-8")
        lab = subprocess.Popen(
            [python, "-m", "jupyterlab", "--config", str(HERE / "jupyter_server_test_config.py")],
            cwd=HERE,
            env=environment,
        )

        def stop(_signal: int, _frame: "FrameType | None") -> None:
            lab.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        return lab.wait()


if __name__ == "__main__":
    sys.exit(main())
