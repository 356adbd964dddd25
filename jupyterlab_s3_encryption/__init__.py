"""S3 Encryption for Jupyter: the files of the JupyterLab extension and functions for Python.

Cheap to import: a module is loaded when one of its names is first used. Must not know: how
anything is done.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "Audit",
    "Canary",
    "EncryptionError",
    "Report",
    "Writes",
    "apply",
    "audit",
    "canary",
    "clear",
    "using",
    "verify",
    "writes",
]
_STORED = ("Audit", "Canary", "Writes", "audit", "canary", "writes")


def __getattr__(name: str) -> Any:
    if name == "from_environment":
        from . import headless

        return headless.from_environment
    if name in _STORED:
        from . import stored

        return getattr(stored, name)
    if name in __all__:
        from . import helper

        return getattr(helper, name)
    if name == "__version__":
        from .agent import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(list(globals()) + __all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-s3-encryption"}]


def load_ipython_extension(ipython: Any) -> None:
    """%load_ext jupyterlab_s3_encryption: adds %s3_encryption.

    Applies the profile that the environment names, if it names one; raises what
    `from_environment` raises.
    """
    from . import headless, magics

    magics.load(ipython)
    headless.start(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """%unload_ext jupyterlab_s3_encryption: removes %s3_encryption; settings stay."""
    from . import headless, magics

    headless.stop(ipython)
    magics.unload(ipython)
