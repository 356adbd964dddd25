"""Runs in a kernel that the Jupyter server starts, before its first cell, and raises the gate.

Travels with the kernel's start as the text of a variable, which the kernel's command line runs, so
it imports nothing of ours. Must not know: profiles, Spark, how a gate decides. Never raises.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from .shapes import Start

INSTALLED = "jupyterlab_s3_encryption.agent"
SHIPPED = "_jupyterlab_s3_encryption_agent"


def start(given: "Start") -> None:
    """Arms the kernel; in mode "block" no cell runs if that is impossible."""
    try:
        python_startup()
    except Exception:  # noqa: BLE001 - IPython goes on, too
        sys.modules["IPython"].get_ipython().showtraceback()
    try:
        agent(given).Gate(sys.modules["IPython"].get_ipython(), given).begin()
    except Exception as error:  # noqa: BLE001 - the kernel starts whatever is wrong
        if given["mode"] != "warn":
            refuse("%s: %s" % (type(error).__name__, error))


def python_startup() -> None:
    """What IPython does at its start, but not if code is given on the command line, as this is."""
    import os

    kernel = sys.modules["IPython"].get_ipython().parent
    app = getattr(kernel, "parent", None) or kernel
    path = os.environ.get("PYTHONSTARTUP")
    if path and getattr(app, "exec_PYTHONSTARTUP", False):
        app._exec_file(path)


def agent(given: "Start") -> "ModuleType":
    """The module of the gate, in the agent that the kernel's environment has, or else in the server's."""
    import importlib
    import importlib.util

    try:
        installed = importlib.import_module(INSTALLED)
        if installed.version() == given["version"]:
            return importlib.import_module(INSTALLED + ".loader.gate")
    except Exception:  # noqa: BLE001 - missing, broken or old: the server's is used
        sys.modules.pop(INSTALLED, None)
    folder = given["agent"]
    spec = importlib.util.spec_from_file_location(
        SHIPPED, folder + "/__init__.py", submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    package = importlib.util.module_from_spec(spec)
    sys.modules[SHIPPED] = package
    try:
        spec.loader.exec_module(package)
        vars(package).update(SOURCE="shipped", VERSION=given["version"])
        return importlib.import_module(SHIPPED + ".loader.gate")
    except BaseException:
        for name in [name for name in sys.modules if name.split(".")[0] == SHIPPED]:
            del sys.modules[name]
        raise


def refuse(why: str) -> None:
    """Refuses each cell, until the page arms the kernel by other means."""
    from IPython.core.error import InputRejected

    class Refusing:
        def visit(self, tree: object) -> object:
            if "s3-encryption" in metadata():
                return tree
            state = getattr(sys.modules.get("_jupyterlab_s3_encryption_state"), "state", None)
            if getattr(state, "fingerprint", None) is not None:
                return tree
            raise InputRejected(
                "S3 Encryption: the cell was not run. The agent cannot be loaded. " + why
            )

    sys.modules["IPython"].get_ipython().ast_transformers.append(Refusing())


def metadata() -> "dict[str, object]":
    """Of the message that the kernel is processing."""
    kernel = sys.modules["IPython"].get_ipython().kernel
    message = kernel.get_parent() if hasattr(kernel, "get_parent") else kernel._parent_header
    found: "dict[str, object]" = (message or {}).get("metadata", {})
    return found
