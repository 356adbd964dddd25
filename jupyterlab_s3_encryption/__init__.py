"""S3 Encryption for Jupyter: the files of the JupyterLab extension and functions for Python.

Light: nothing but names until one is used. Must not know: how anything is done.
"""

from __future__ import annotations

from typing import Any

__all__ = ["EncryptionError", "Report", "apply", "clear", "using", "verify"]


def __getattr__(name: str) -> Any:
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
    """%load_ext jupyterlab_s3_encryption: adds %s3_encryption."""
    from . import magics

    magics.load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """%unload_ext jupyterlab_s3_encryption: takes %s3_encryption away; settings stay."""
    from . import magics

    magics.unload(ipython)
