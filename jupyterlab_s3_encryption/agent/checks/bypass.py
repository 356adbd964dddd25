"""Python libraries in this kernel that write to S3 beside Spark, where its settings do not reach.

Reads what Python has loaded, and changes nothing. Must not know: sessions, file systems, reports'
other parts.
"""

import sys
from types import ModuleType
from typing import Dict, List

from ..sentences import both, say
from ..shapes import Finding, Profile
from . import findings

#: (module, what it is called). pandas goes through s3fs or pyarrow.
_WRITERS = (
    ("s3fs", say("s3fs (which pandas uses)")),
    ("awswrangler", "awswrangler"),
    ("pyarrow._s3fs", "pyarrow"),
)


def find_bypasses(profile: Profile) -> List[Finding]:
    """The findings for the armed profile."""
    # If the profile covers Python libraries, writers/python.py reports them.
    return [] if "python" in profile.get("writers", ()) else of_python(sys.modules)


def of_python(loaded: Dict[str, ModuleType]) -> List[Finding]:
    """Python libraries that write to S3 and are in use in this kernel.

    loaded: sys.modules. boto3 is loaded by many libraries that do not write: it counts only in
    the user's own namespace.
    """
    names = [label for module, label in _WRITERS if loaded.get(module) is not None]
    boto = loaded.get("boto3")
    if boto is not None:
        for value in list(vars(loaded.get("__main__")).values()) if "__main__" in loaded else []:
            if value is boto or type(value).__module__.split(".")[0] in ("boto3", "botocore"):
                names.append("boto3")
                break
    if not names:
        return []
    return [
        findings.finding(
            "python-writers",
            say(
                "What %1 writes does not go through Spark: the settings here do not reach it.",
                both(names),
            ),
            say("Write through Spark, or pass the encryption in the library's own call."),
            severity="info",
        )
    ]
