"""Which Python libraries write to S3 as the profile says.

Loaded when a profile asks for it. Must not know: Spark, how settings are written, botocore's
events. Never imports a library of the user's.
"""

import importlib.util
import sys
from typing import TYPE_CHECKING, Callable, List, Optional, Tuple

from ..checks import findings
from ..sentences import say
from ..shapes import Finding, Profile, Unchecked
from ..spark import import_hooks
from . import boto as boto

if TYPE_CHECKING:
    from ..entries import Writer as Row

_ARROW = say("pyarrow has no setting for server-side encryption.")
_PANDAS = say(
    "to_parquet writes through pyarrow, which is not covered, unless it is given storage_options; "
    "the rest goes through s3fs."
)
_INSTEAD = {
    "pyarrow": say(
        "Write through s3fs: filesystem=s3fs.S3FileSystem(), and in pandas "
        'storage_options={"anon": False}.'
    ),
}


class Cover:
    """What was put into the Python libraries of this process for a profile."""

    def __init__(self) -> None:
        self._events = boto.Events()

    def follow(self, profile: Profile) -> "Tuple[List[Row], List[Finding]]":
        """Applies a profile, also to libraries loaded since; returns their rows and findings."""
        self._events.install(profile)
        rows = self.rows(profile)
        return rows, uncovered(rows)

    def remove(self) -> None:
        """Removes all of it."""
        self._events.remove()

    def rows(self, profile: Profile) -> "List[Row]":
        """One for each library that is known here."""
        common = boto.obstacle(profile) or self._events.failure
        found = []
        for writer, module, problem in _WRITERS:
            loaded = sys.modules.get(module) is not None
            reason = common or problem(profile)
            covered = reason is None
            row: "Row" = {"writer": writer, "loaded": loaded, "covered": covered, "reason": reason}
            found.append(row)
        return found


def uncovered(rows: "List[Row]") -> List[Finding]:
    """The findings about libraries that are in use and not covered."""
    left = [
        row for row in rows if row["loaded"] and not row["covered"] and row["writer"] in _REPORTED
    ]
    return [
        findings.finding(
            "python-writers",
            say("What %1 writes is not covered: %2", row["writer"], row["reason"]),
            _INSTEAD.get(
                row["writer"], say("Write through Spark, or pass the encryption in the call.")
            ),
        )
        for row in left
    ]


def _none(_: Profile) -> Optional[str]:
    return None


def _of_s3fs(profile: Profile) -> Optional[str]:
    """Whether s3fs has its own encryption settings, in an instance or in fsspec's configuration."""
    plain: Profile = {**profile, "buckets": {}}
    expected = boto.parameters(plain, None)
    own: List[Unchecked] = []
    cls = getattr(sys.modules.get("s3fs.core"), "S3FileSystem", None)
    if isinstance(cls, type):
        own = [
            getattr(system, "s3_additional_kwargs", None) for system in import_hooks.instances(cls)
        ]
    settings = getattr(sys.modules.get("fsspec.config"), "conf", None) or {}
    own += [(settings.get(name) or {}).get("s3_additional_kwargs") for name in ("s3", "s3a")]
    for given in own:
        chosen = {name: (given or {}).get(name) for name in boto.CHOICES if (given or {}).get(name)}
        if chosen and (chosen != expected or profile.get("buckets")):
            return say(
                "The s3_additional_kwargs given to s3fs take precedence: %1.",
                chosen.get("ServerSideEncryption") or say("a key of your own"),
            )
    return None


def _of_awswrangler(_: Profile) -> Optional[str]:
    engine = getattr(sys.modules.get("awswrangler"), "engine", None)
    if engine is not None and "ray" in sys.modules and str(engine.get().value) == "ray":
        return say("On Ray, awswrangler writes in other processes.")
    return None


def _of_pandas(profile: Profile) -> Optional[str]:
    try:
        arrow = importlib.util.find_spec("pyarrow") is not None
    except (ImportError, ValueError):  # half loaded, or forbidden: pandas may still find it
        arrow = True
    return _PANDAS if arrow else _of_s3fs(profile)


def _of_pyarrow(_: Profile) -> Optional[str]:
    return _ARROW


#: Name, the module that is loaded when it is in use, why it is not covered.
_WRITERS: Tuple[Tuple[str, str, Callable[[Profile], Optional[str]]], ...] = (
    ("boto3", "botocore", _none),
    ("s3fs", "s3fs", _of_s3fs),
    ("awswrangler", "awswrangler", _of_awswrangler),
    ("pandas", "pandas", _of_pandas),
    ("pyarrow", "pyarrow._s3fs", _of_pyarrow),
)
#: PySpark loads pandas by itself; what it writes goes through one of these.
_REPORTED = ("boto3", "s3fs", "awswrangler", "pyarrow")
