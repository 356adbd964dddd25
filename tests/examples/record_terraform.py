"""Records which arguments the AWS provider of Terraform has for the resources that are written.

HashiCorp makes the npm package @cdktf/provider-aws from the schema of the provider; its type
declarations name every argument and block, and which are required. The package has 390 MB, so what
is needed of it is kept in `examples/terraform_aws.json`.

    .venv/bin/python -m tests.examples.record_terraform             the newest package, by npm
    .venv/bin/python -m tests.examples.record_terraform FOLDER      one that is unpacked already

Must not know: how the documents are written.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests import EXAMPLES

PACKAGE = "@cdktf/provider-aws"
OUT = EXAMPLES / "terraform_aws.json"
RESOURCES = [
    "athena_workgroup",
    "config_config_rule",
    "emr_security_configuration",
    "glue_security_configuration",
    "iam_policy",
    "iam_role",
    "iam_role_policy",
    "kms_key_policy",
    "lakeformation_permissions",
    "lakeformation_resource",
    "s3_bucket_policy",
    "s3_bucket_server_side_encryption_configuration",
]
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.M | re.S)
#: Comment, name, mark of what may be missing, type.
MEMBER = re.compile(r"/\*\*(.*?)\*/\s*readonly (\w+)(\??): (\{[^}]*\}|[^;]+);", re.S)
SCALARS = {"string": "string", "boolean": "bool", "number": "number", "string[]": "list"}
MAP = re.compile(r"\{\s*\[key: string\]: string;\s*\}")


def arguments(interfaces: dict[str, str], name: str) -> dict[str, Any]:
    """The arguments and blocks of an interface, by their names in HCL."""
    found = {}
    for comment, _, optional, kind in MEMBER.findall(interfaces[name]):
        (own,) = set(re.findall(r"#(\w+) \w+#\w+\}", comment))
        plain = kind.replace("| cdktf.IResolvable", "").strip()
        entry: dict[str, Any] = {"required": not optional}
        inner = plain.removesuffix("[]")
        if inner in interfaces:
            # Only a comment tells a block from an argument that is an object.
            entry["kind"] = "block" if f"{own} block" in comment else "object"
            entry["arguments"] = arguments(interfaces, inner)
        else:
            entry["kind"] = "map" if MAP.fullmatch(plain) else SCALARS[plain]
        found[own] = entry
    return found


def schema(text: str) -> tuple[str, str, dict[str, Any]]:
    """Version of the provider, name of the resource, and its arguments."""
    interfaces = dict(INTERFACE.findall(text))
    (version,) = set(re.findall(r"/aws/(\d+\.\d+\.\d+)/docs", text))
    (kind,) = re.findall(r'tfResourceType = "(\w+)"', text)
    (config,) = [name for name in interfaces if name.endswith("Config")]
    return version, kind, arguments(interfaces, config)


def unpacked(folder: Path) -> Path:
    """The newest package below a folder, by npm."""
    command = ["npm", "pack", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def record(package: Path) -> None:
    """Writes the file anew from an unpacked package."""
    own = json.loads((package / "package.json").read_text("utf-8"))["version"]
    versions, resources = set(), {}
    for name in RESOURCES:
        file = package / "lib" / name.replace("_", "-") / "index.d.ts"
        version, kind, found = schema(file.read_text("utf-8"))
        versions.add(version)
        resources[kind] = found
    (provider,) = versions
    value = {
        "source": f"{PACKAGE} {own} of npm, made by tests/examples/record_terraform.py",
        "provider": provider,
        "resources": resources,
    }
    OUT.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        record(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            record(unpacked(Path(folder)))
