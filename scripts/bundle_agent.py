"""Makes the agent available as text, for kernels that cannot import the Python package.

Into src/kernel, as JSON from paths to texts: agentFiles (what most requests need, and the Java
classes; agentPacked is the same, compressed), agentTools (agent/objects), agentWriters
(agent/writers) and agentReencryption (agent/reencryption, with the two before it), which follow
when a request needs them; agentBundle (what goes with every request) and agentLivy (what runs
beside a Livy session). A folder of the agent is a part that is shipped. Copies the data of
src/contract into the Python package, so that both languages read the one file, has the agent's
Java classes compiled, lists the agent's sentences for translators, and bundles the documentation.
Standard library only. Must not know: what the agent does.

    python3 scripts/bundle_agent.py
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import agent_sentences
import build_classes
from lean_python import lean

ROOT = Path(__file__).resolve().parent.parent
AGENT = ROOT / "jupyterlab_s3_encryption" / "agent"
KERNEL = ROOT / "src" / "kernel"
#: Data of src/contract that the agent reads, as one file.
CONTRACT = ("connectors", "methods", "requests", "findings", "emptyReport", "patterns")
#: What only the page reads of it.
UNREAD = {"$comment", "armed", "answer", "beforeStart", "rare"}
CONTRACT_FILE = "contract.json"
CLASSES = "java_classes.txt"
#: Folders that are a part of their own, and where they go.
PARTS = {
    "objects": "agentTools",
    "reencryption": "agentReencryption",
    "writers": "agentWriters",
}
#: The documentation, which JupyterLab shows offline.
PAGES = "../documentation/pages"
DOCS = ROOT / "docs"
#: Its first pages; all others follow by their names.
FIRST = (
    "findings.md",
    "kernels.md",
    "restart.md",
    "writers.md",
    "headless.md",
    "administrators.md",
)
#: For those who change or extend the extension: they have its sources.
NOT_FOR_USERS = {"architecture.md", "extending.md", "protocol.md", "truth.md"}
#: What two of the files that run alone have in common, and how they import it.
ANSWER = "loader/answer.py"
ANSWER_IMPORT = re.compile(r"^from \.(?:\.loader\.)?answer import .*\n", re.MULTILINE)
#: Runs in the namespace of one that has ANSWER behind it already.
INSIDE = "blocking"
#: Folders that are not of the agent: their files run before it is there, or beside it.
ALONE = {
    "loader": ("bootstrap", "blocking", "installed"),
    "livy": ("detect", "relay", "session", "statement"),
}


def text(path: Path) -> str:
    """The text of a file, with line ends that do not depend on the checkout."""
    return path.read_text("utf-8").replace("\r\n", "\n")


def write(path: Path, content: str) -> None:
    """Writes only if the content differs, so that watchers stay quiet."""
    if not path.is_file() or path.read_text("utf-8") != content:
        path.write_text(content, "utf-8")


def write_json(name: str, content: Any) -> None:
    """Writes one of the files in src/kernel, or beside it."""
    write(KERNEL / f"{name}.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def alone(folder: str, name: str) -> str:
    """The text of a file that runs alone: instead of importing ANSWER it has that behind it."""
    found, imports = ANSWER_IMPORT.subn("\n", text(AGENT / folder / f"{name}.py"))
    if imports == 0 or name == INSIDE:
        return lean(found)
    filled = f"EMPTY = {json.dumps(empty_report(), separators=(',', ':'))!r}"
    return lean(found) + "\n" + lean(text(AGENT / ANSWER)).replace('EMPTY = "{}"', filled)


def empty_report() -> dict[str, Any]:
    """The report that says nothing, with the answers of all requests."""

    def read(name: str) -> dict[str, Any]:
        return json.loads(text(ROOT / "src" / "contract" / "data" / f"{name}.json"))

    asked = read("requests")["requests"]
    return {**read("emptyReport"), **{name: None for name, row in asked.items() if row["answer"]}}


def contract() -> str:
    """What the agent reads of src/contract, without comments and blanks: it travels."""

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object without what is not read."""
        return {key: value for key, value in pairs if key not in UNREAD}

    files = {
        name: json.loads(
            text(ROOT / "src" / "contract" / "data" / f"{name}.json"), object_pairs_hook=read
        )
        for name in CONTRACT
    }
    files["emptyReport"] = empty_report()
    return json.dumps(files, separators=(",", ":"), ensure_ascii=False)


def parts() -> dict[str, dict[str, str]]:
    """The agent's files by part, "" for the core: path below the agent's folder -> text.

    Without those of which nothing is left, because they have only what types are made of.
    """
    found: dict[str, dict[str, str]] = {"": {}, **{part: {} for part in PARTS}}
    for path in sorted(AGENT.rglob("*.py")):
        name = path.relative_to(AGENT).as_posix()
        folder = name.split("/")[0]
        short = lean(text(path))
        if folder not in ALONE and (short or path.name == "__init__.py"):
            found[folder if folder in PARTS else ""][name] = short
    return found


def packed(files: dict[str, str]) -> str:
    """Files as base64 of zlib of JSON: a guard brings them along each time, for a fresh kernel."""
    return base64.b64encode(zlib.compress(json.dumps(files).encode("utf-8"), 9)).decode("ascii")


def pages() -> dict[str, str]:
    """The documentation for users: path below docs -> text, in the order of the contents."""
    names = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    others = [name for name in names if name not in NOT_FOR_USERS.union(FIRST)]
    return {name: text(DOCS / name) for name in (*FIRST, *others)}


def main() -> None:
    """Makes all of it."""
    build_classes.main()
    data = {CONTRACT_FILE: contract()}
    write(AGENT / "data" / CONTRACT_FILE, data[CONTRACT_FILE])
    data[CLASSES] = text(AGENT / "data" / CLASSES)
    found = parts()
    apart = {
        folder: {name: alone(folder, name) for name in names} for folder, names in ALONE.items()
    }
    version = json.loads(text(ROOT / "package.json"))["version"]
    identity = json.dumps([version, apart["loader"], found, data])
    fingerprint = hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]
    write_json("agentBundle", {"version": version, "fingerprint": fingerprint, **apart["loader"]})
    write_json("agentLivy", apart["livy"])
    write(agent_sentences.FILE, agent_sentences.typescript())
    core = {**found[""], **data}
    write_json("agentFiles", core)
    write_json("agentPacked", {"core": packed(core)})
    for part, name in PARTS.items():
        write_json(name, found[part])
    write_json(PAGES, pages())


if __name__ == "__main__":
    main()
