"""Starts the demo: an S3 endpoint, and JupyterLab on a notebook whose Spark reaches it.

Must not know: how the extension works. `python -m demo.run [--no-browser] [--port N]`. It stays on
127.0.0.1 with a token of its own, and Ctrl-C ends all that it started.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path
from types import FrameType
from typing import BinaryIO

import psutil
from botocore.httpsession import where

from demo.endpoint import ACCESS_KEY, SECRET_KEY, Endpoint
from demo.environment import process_environment, spark_conf, write_conf_folder
from demo.jars import JarsMissingError, are_ready, spark_at_hand
from demo.java import JavaMissingError, find_java

HERE = Path(__file__).resolve().parent
WORK = HERE / "work"
NOTEBOOK = "encryption.ipynb"
START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


class Interrupted(Exception):  # noqa: N818 - it is a request, not an error
    """The user asked for the end: Ctrl-C, or a signal to end."""


def main(arguments: list[str] | None = None) -> int:
    """Runs until Ctrl-C (0) or until JupyterLab ends or cannot start (1)."""
    parser = argparse.ArgumentParser(prog="demo", description="The demo of S3 Encryption.")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, default=8888, help="default 8888; 0: a free one")
    parser.add_argument("--work", type=Path, default=WORK, help="folder to work in; demo/work")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return run(options.port, options.work.absolute(), browser=not options.no_browser)
    except Interrupted:
        return 0
    except (JavaMissingError, JarsMissingError, RuntimeError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1


def run(wanted_port: int, work: Path, *, browser: bool) -> int:
    """The demo itself; see `main`. Raises Interrupted if it is asked to end."""
    spark = spark_at_hand()
    java = find_java(spark.version)
    print(f"Spark {spark.version} (Hadoop {spark.hadoop}) on Java {java.version}", flush=True)
    if not are_ready(spark):
        print("Fetching Spark's S3 connector (once, about 15 MB) ...", flush=True)
    with Endpoint() as endpoint:
        environment = prepare(work, endpoint)
        port = free_port(wanted_port)
        if port != wanted_port and wanted_port != 0:
            print(f"Port {wanted_port} is in use; JupyterLab takes {port}.", flush=True)
        print(f"S3 endpoint: {endpoint.url}, bucket {endpoint.bucket}")
        for name, key in zip("AB", endpoint.keys, strict=True):
            print(f"KMS key {name}:   {key}")
        log = work / "jupyter.log"
        with log.open("wb") as output:
            lab = start_lab(port, work, environment, output)
            try:
                wait_for(lab, f"http://127.0.0.1:{port}/api", log)
                token = environment["JUPYTER_TOKEN"]
                address = f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}"
                print(f"\nJupyterLab:  {address}\n\nCtrl-C ends the demo.", flush=True)
                if browser:
                    webbrowser.open(address)
                lab.wait()
                print(f"JupyterLab ended by itself; its log is {log}", file=sys.stderr)
                return 1
            finally:
                end(lab)


def prepare(work: Path, endpoint: Endpoint) -> dict[str, str]:
    """Fills the work folder and returns JupyterLab's environment.

    An existing notebook is the user's own and stays as it is.
    """
    work.mkdir(parents=True, exist_ok=True)
    (work / ".gitignore").write_text("*\n", "utf-8")
    if not (work / NOTEBOOK).exists():
        shutil.copyfile(HERE / NOTEBOOK, work / NOTEBOOK)
    shutil.copyfile(HERE / "stored.py", work / "stored.py")
    secret = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    (work / "demo.json").write_text(json.dumps({**endpoint.to_dict(), **secret}, indent=1), "utf-8")
    conf = spark_conf(
        endpoint.tls_url,
        trust_store=str(endpoint.trust_store),
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        warehouse=str(work / "warehouse"),
    )
    environment = process_environment(write_conf_folder(work / ".spark", conf))
    token = secrets.token_hex(24)
    write_jupyter_config(work / ".jupyter", token)
    environment.update(
        AWS_CA_BUNDLE=str(write_authorities(work / ".certificates.pem", endpoint.certificate)),
        JUPYTER_CONFIG_DIR=str(work / ".jupyter"),
        JUPYTER_PREFER_ENV_PATH="1",
        JUPYTER_TOKEN=token,
        PATH=os.pathsep.join(
            [str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]
        ),
    )
    return environment


def write_authorities(file: Path, certificate: Path) -> Path:
    """Writes what boto3 is to trust: all that it trusts anyway, and the endpoint's certificate."""
    usual = Path(os.environ.get("AWS_CA_BUNDLE") or where())
    texts = [path.read_text("utf-8").strip() for path in (usual, certificate)]
    file.write_text("\n".join([*texts, ""]), "utf-8")
    return file


def write_jupyter_config(folder: Path, token: str) -> None:
    """JupyterLab's configuration for the demo, apart from the user's own.

    The token is in a file that only this user can read, not in the command line; this folder's
    files win over a machine-wide configuration that has no token.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    config = folder / "jupyter_server_config.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps({"IdentityProvider": {"token": token}}), "utf-8")
    settings = folder / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    news = settings / "notification.jupyterlab-settings"
    if not news.exists():
        settings.mkdir(parents=True, exist_ok=True)
        news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), "utf-8")


def start_lab(
    port: int, work: Path, environment: dict[str, str], output: BinaryIO
) -> subprocess.Popen[bytes]:
    """Starts JupyterLab in a process group of its own: Ctrl-C is for us, it would ask y/n."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={work}"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    return subprocess.Popen(
        command,
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def wait_for(lab: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Waits until JupyterLab answers; raises RuntimeError with its log if it does not."""
    end_time = time.monotonic() + START_TIMEOUT
    while lab.poll() is None and time.monotonic() < end_time:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - http on loopback
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def end(lab: subprocess.Popen[bytes]) -> None:
    """Ends JupyterLab, its kernels and their Spark.

    Kernels and JVMs lead groups of their own, so their process ids are taken down beforehand.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("\nEnding the demo ...", flush=True)
    try:
        top = psutil.Process(lab.pid)
        family = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    if lab.poll() is None:
        lab.terminate()
        try:
            lab.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            lab.kill()
    for harder in (psutil.Process.terminate, psutil.Process.kill):
        _, family = psutil.wait_procs(family, timeout=3)
        for process in family:
            try:
                harder(process)
            except psutil.NoSuchProcess:
                continue
    psutil.wait_procs(family, timeout=3)
    print("All ended.", flush=True)


def free_port(preferred: int) -> int:
    """The preferred port of 127.0.0.1, or another one if it is in use."""
    for port in (preferred, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as server:
                return int(server.getsockname()[1])
        except OSError:
            continue
    raise OSError("127.0.0.1 has no free port")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


if __name__ == "__main__":
    sys.exit(main())
