"""S3 Encryption for Jupyter: the files of the JupyterLab extension and functions for Python.

Cheap to import: a module is loaded when one of its names is first used. Must not know: how
anything is done.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any

#: What helper.py has for users; what the modules about stored objects have is in their __all__.
_OF_HELPER = ("EncryptionError", "Report", "apply", "clear", "using", "verify")

#: Modules with functions about what is stored.
_ABOUT_OBJECTS = ("large_audits", "stored", "reencryption", "inventory")


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
    # A module itself is found by the import that asks for it.
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}") is None:
        for module in map(_module, _ABOUT_OBJECTS):
            if name in module.__all__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*_OF_HELPER, *(one for name in _ABOUT_OBJECTS for one in _module(name).__all__)})


def _module(name: str) -> ModuleType:
    # Not "from . import": that would ask __getattr__ for the module first.
    return importlib.import_module(f".{name}", __name__)


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
