"""S3 Encryption for Jupyter: the files of the JupyterLab extension and functions for Python.

Cheap to import: a module is loaded when one of its names is first used. Must not know: how
anything is done.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

#: What helper.py has for users; what stored.py has is in its __all__.
_OF_HELPER = ("EncryptionError", "Report", "apply", "clear", "using", "verify")


def __getattr__(name: str) -> Any:
    if name == "from_environment":
        from . import headless

        return headless.from_environment
    if name in _OF_HELPER:
        from . import helper

        return getattr(helper, name)
    if name == "__version__":
        from .agent import version

        return version()
    if name == "__all__":
        return __dir__()
    if not name.startswith("_") and name in _of_stored():
        return getattr(_stored(), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_OF_HELPER, *_of_stored()])


def _stored() -> ModuleType:
    # Not "from . import": that would ask __getattr__ for the module first.
    return importlib.import_module(".stored", __name__)


def _of_stored() -> list[str]:
    return list(_stored().__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-s3-encryption"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterlab_s3_encryption.server"}]


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
