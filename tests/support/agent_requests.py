"""Shared by the agent's tests: sending requests, the shipped text, what is stored.

Must not know: what is tested.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import sys
import time
import types
from pathlib import Path
from typing import Any

from tests import ROOT

AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
#: Folders whose files are not of the agent: they run before it is there, or beside it.
ALONE = {"loader", "livy"}
KERNEL = ROOT / "src" / "kernel"
CORE = KERNEL / "agentFiles.json"
CONTRACT = AGENT / "data" / "contract.json"
KEPT = "_jupyterlab_s3_encryption_bootstrap"
STATE = "_jupyterlab_s3_encryption_state"
SHIPPED = "_jupyterlab_s3_encryption_agent"
#: base64 of 32 bytes; what the tests search for wherever it must not be.
CUSTOMER_KEY = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM="
#: What S3 names that key by.
CUSTOMER_KEY_MD5 = base64.b64encode(hashlib.md5(base64.b64decode(CUSTOMER_KEY)).digest()).decode()


def ask(name: str, **arguments: Any) -> dict[str, Any]:
    """One request to the installed agent."""
    from jupyterlab_s3_encryption import agent

    answer = agent.handle(request(name, **arguments))
    assert unexplained(answer) == []
    return answer


def timed(name: str, **arguments: Any) -> list[Any]:
    """As `ask`: the seconds that it took, and the report."""
    began = time.monotonic()
    report = ask(name, **arguments)
    return [time.monotonic() - began, report]


def unexplained(report: dict[str, Any]) -> list[str]:
    """What a report says in findings and errors without saying what it is made of."""
    if report.get("unchanged"):
        return []
    found = [finding["message"] for finding in report["findings"]]
    found += [finding["fix"]["message"] for finding in report["findings"] if finding["fix"]]
    error = report["error"] or {"message": None, "fields": []}
    found += [error["message"], *(field["message"] for field in error["fields"])]
    # What held a secret that was masked is a plain text.
    ours = [text for text in found if text is not None and "********" not in text]
    return [text for text in ours if text not in report["sentences"]]


def request(name: str, **arguments: Any) -> dict[str, Any]:
    return {"protocol": 1, "id": "test", "request": name, "arguments": arguments}


def kms(key: str, **more: Any) -> dict[str, Any]:
    """A profile of SSE-KMS."""
    return {"method": "sse-kms", "kmsKeyId": key, **more}


def sources() -> dict[str, Path]:
    """The agent's own files, by their paths below its folder; those with nothing but types left out."""
    found = {path.relative_to(AGENT).as_posix(): path for path in sorted(AGENT.rglob("*.py"))}
    return {
        name: path
        for name, path in found.items()
        if name.split("/")[0] not in ALONE and not _only_for_types(path)
    }


def _only_for_types(path: Path) -> bool:
    """Whether all that a file does is behind `if TYPE_CHECKING`."""
    _, *rest = ast.parse(path.read_text("utf-8")).body
    return bool(rest) and all(
        isinstance(node, ast.ImportFrom)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for node in rest
    )


def shipped(name: str) -> str:
    """What is shipped of a file that is not of the agent: it has the empty report in it."""
    bundles = (KERNEL / "agentBundle.json", KERNEL / "agentLivy.json")
    texts = [json.loads(path.read_text("utf-8")) for path in bundles]
    return str({**texts[0], **texts[1]}[name])


def filled(text: str, inside: bool = False) -> str:
    """A source as the build fills it: with answer.py behind it, if it imports that, and the empty
    report in there. inside: it runs in the namespace of one that has that already."""
    found, imports = re.subn(r"(?m)^from \S*\banswer import .*$", "", text)
    if imports == 0 or inside:
        return found
    answer = (AGENT / "loader" / "answer.py").read_text("utf-8")
    empty = json.loads(CONTRACT.read_text("utf-8"))["emptyReport"]
    whole = f"EMPTY = {json.dumps(empty, separators=(',', ':'))!r}"
    return found + "\n" + answer.replace('EMPTY = "{}"', whole)


def payload(name: str, identity: str = "test", files: Any = True, **arguments: Any) -> Any:
    """What travels to a kernel: a request and, if asked for, the agent as text.

    files: False for none; "core" for what the front end sends with most requests.
    """
    found = {
        "bootstrap": shipped("bootstrap" if files else "installed"),
        "fingerprint": identity,
        "version": "9.9.9",
        "protocol": 1,
        "request": request(name, **arguments),
    }
    if files == "core":
        found["files"] = json.loads(CORE.read_text("utf-8"))
    elif files:
        found["files"] = {
            **{name: path.read_text("utf-8") for name, path in sources().items()},
            "contract.json": CONTRACT.read_text("utf-8"),
            "java_classes.txt": (AGENT / "data" / "java_classes.txt").read_text("utf-8"),
        }
    return json.loads(json.dumps(found))


def run_bootstrap(what: Any) -> dict[str, Any]:
    """Runs the bootstrap as the front end's expression does; the report as JSON gives it back."""
    names: dict[str, Any] = {"__name__": "_s3_encryption_bootstrap"}
    exec(what["bootstrap"], names)
    answer = names["run"](what)._repr_mimebundle_()
    return json.loads(json.dumps(answer["application/vnd.jupyterlab-s3-encryption+json"]))


def forget() -> None:
    """Takes the agent's state, its bootstrap and every shipped agent out of this process."""
    sys.modules.pop(KEPT, None)
    module = sys.modules.get(STATE)
    if isinstance(module, types.ModuleType):
        for owner, attribute, original, _ in module.state.patches:
            setattr(owner, attribute, original)
        if module.state.python is not None:
            module.state.python.remove()
        sys.meta_path[:] = [item for item in sys.meta_path if item is not module.state.finder]
        del sys.modules[STATE]
    for name in [name for name in sys.modules if name.split(".")[0] == SHIPPED]:
        del sys.modules[name]


def values(report: dict[str, Any]) -> dict[str, str]:
    """The settings of a report that have a value."""
    return {row["key"]: row["value"] for row in report["settings"] if row["value"]}


def codes(report: dict[str, Any]) -> list[str]:
    return [item["code"] for item in report["findings"]]


def headers(endpoint: Any, bucket: str, prefix: str = "") -> set[tuple[str, str]]:
    """(algorithm, key) of everything stored under a prefix."""
    return {item.written for item in endpoint.stored(prefix, bucket)}


def keep_in_credential_file(spark: Any, place: str, name: str, value: str) -> None:
    """Puts an entry into a Hadoop credential file (localjceks://file/...), made if it is missing."""
    hadoop = spark._jvm.org.apache.hadoop
    conf = hadoop.conf.Configuration()
    conf.set("hadoop.security.credential.provider.path", place)
    provider = hadoop.security.alias.CredentialProviderFactory.getProviders(conf).get(0)
    characters = spark.sparkContext._gateway.new_array(spark._jvm.char, len(value))
    for index, character in enumerate(value):
        characters[index] = character
    provider.createCredentialEntry(name, characters)
    provider.flush()


def checked() -> dict[str, Any]:
    """The answer of `writes` once everything was looked at."""
    end = time.monotonic() + 60
    report = ask("writes")
    while report["writes"]["pending"] and time.monotonic() < end:
        time.sleep(0.05)
        report = ask("writes")
    assert not report["writes"]["pending"]
    return report
