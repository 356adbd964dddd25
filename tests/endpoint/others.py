"""Endpoints that nobody here wrote, in environments of their own: LocalStack and MiniStack.

    python -m tests.endpoint.others      records what both answer, in tests/examples/endpoints.json

Must not know: what is asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests import EXAMPLES, ROOT
from tests.endpoint import conversation
from tests.support.sockets import free_ports

OUT = EXAMPLES / "endpoints.json"
FOLDER = ROOT / ".venv" / "opt"
START_SECONDS = 120


class MissingError(Exception):
    """An endpoint cannot be had here, with the reason."""


@dataclass(frozen=True)
class Other:
    """python: the oldest that it runs with; packages: the first one is the endpoint itself."""

    python: tuple[int, int]
    packages: tuple[str, ...]
    module: str
    environment: dict[str, str] = field(default_factory=dict)


#: `{port}` stands for the port; both listen on loopback only.
OTHERS = {
    "LocalStack": Other(
        (3, 13),
        (
            "localstack-core[runtime]==2026.3.0",
            "cbor2<5.7",
            "cryptography==43.0.3",
            "pyopenssl==24.2.1",
            "service_identity<24.3",
        ),
        "localstack.runtime.main",
        {
            "GATEWAY_LISTEN": "127.0.0.1:{port}",
            "SERVICES": "s3,kms,sts,iam",
            "S3_SKIP_KMS_KEY_VALIDATION": "0",
        },
    ),
    "MiniStack": Other(
        (3, 10),
        ("ministack==1.5.33",),
        "ministack",
        {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": "{port}"},
    ),
}


def answers(name: str) -> dict[str, conversation.Answer]:
    """What an endpoint answers to the conversation. Raises MissingError if it cannot be had."""
    with running(name) as client:
        talk = conversation.Conversation(client, f"talk-{uuid.uuid4().hex[:8]}")
        return conversation.run(talk)


@contextmanager
def running(name: str) -> Iterator[Callable[[str], Any]]:
    """A running endpoint, as a function that makes clients of it."""
    other, python, [port] = OTHERS[name], prepared(name), map(str, free_ports(1))
    home = FOLDER / name.lower() / "home"
    home.mkdir(exist_ok=True)
    values = {key: value.format(port=port) for key, value in other.environment.items()}
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment = {**kept, **values, "HOME": str(home)}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), "-m", other.module], cwd=home, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}/", home / "log")
            yield lambda service: _client(service, port)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _client(service: str, port: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=conversation.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    raise MissingError(f"it did not start: {log.read_text('utf-8', 'replace')[-500:]}")


def prepared(name: str) -> Path:
    """The Python of an endpoint's environment, which is made the first time."""
    other, folder = OTHERS[name], FOLDER / name.lower()
    python, done = folder / "bin" / "python", folder / "installed"
    if done.exists() and done.read_text("utf-8") == "\n".join(other.packages):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run([_python(other.python), "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "-q", *other.packages])
    done.write_text("\n".join(other.packages), "utf-8")
    return python


def _python(oldest: tuple[int, int]) -> str:
    if sys.version_info[:2] >= oldest:
        return sys.executable
    for minor in range(oldest[1], oldest[1] + 4):
        found = shutil.which(f"python{oldest[0]}.{minor}")
        # What is on PATH may be a shim of a version that is not active.
        if found and _works([found, "--version"]):
            return found
    raise MissingError(f"there is no Python {oldest[0]}.{oldest[1]} on PATH")


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        error = next((line for line in lines if re.match("ERROR", line)), "".join(lines[-1:]))
        raise MissingError(f"it cannot be installed: {error}")


def main() -> None:
    """Records both; one that cannot be had keeps its older record."""
    found = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
    for name, other in OTHERS.items():
        try:
            found[name] = {"endpoint": other.packages[0], "answers": answers(name)}
        except MissingError as error:
            print(f"{name}: {error}")  # noqa: T201 - run by hand
    OUT.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
