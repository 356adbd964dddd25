"""The commands: `startup` loads the extension in every IPython kernel, `check` asks a kernel whether it was.

`startup` writes one file into IPython's start-up folder. It does nothing unless a variable of the
environment asks for something. Must not know: profiles, Spark.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from . import headless

#: Runs in kernels that may not have this package: it holds their cells back by itself.
TEXT = f"""# Written by `python -m jupyterlab_s3_encryption startup`; `--remove` takes it away.
def _s3_encryption(ipython):
    import os

    given = [n for n, value in os.environ.items() if value and n.upper().startswith({headless.PREFIX!r})]
    if not given:
        return
    why = "it is no extension of IPython."
    try:
        ipython.run_line_magic("load_ext", "jupyterlab_s3_encryption")
    except Exception as error:
        why = str(error)
        raise
    finally:
        names = {list(headless.NAMES)!r}
        mode = os.environ.get({headless.MODE!r})
        blocks = mode != "warn" if mode else any(name not in names for name in given)
        watched = any("s3_encryption" in type(one).__module__ for one in ipython.ast_transformers)
        if blocks and not watched:

            class Refusing:
                def visit(self, tree):
                    from IPython.core.error import InputRejected

                    raise InputRejected(
                        "S3 Encryption holds this cell back. "
                        "The kernel cannot load jupyterlab_s3_encryption: " + why
                    )

            ipython.ast_transformers.append(Refusing())


try:
    _s3_encryption(get_ipython())
finally:
    del _s3_encryption
"""
NAME = "00-s3-encryption.py"
#: Answers whether the cells of a kernel are checked; fails if the package is not there.
QUESTION = "__import__('jupyterlab_s3_encryption.headless').headless.watches(get_ipython())"


def main(arguments: list[str] | None = None) -> int:
    """Runs a command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jupyterlab_s3_encryption")
    commands = parser.add_subparsers(required=True)
    startup = commands.add_parser("startup", help="load the extension in every IPython kernel")
    startup.add_argument("--remove", action="store_true", help="take the start-up file away")
    startup.add_argument("--profile", default="default", help="IPython profile, not one of S3")
    startup.set_defaults(run=_startup)
    check = commands.add_parser(
        "check", help="start a kernel and ask whether its cells are checked; 0 if they are"
    )
    check.add_argument("--kernel", default="python3", help="the kernel that the notebook runs in")
    check.set_defaults(run=_check)
    chosen = parser.parse_args(arguments)
    done: int = chosen.run(chosen)
    return done


def _startup(chosen: argparse.Namespace) -> int:
    from IPython.paths import get_ipython_dir

    target = Path(get_ipython_dir()) / f"profile_{chosen.profile}" / "startup" / NAME
    if chosen.remove:
        target.unlink(missing_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(TEXT, "utf-8")
    sys.stdout.write(f"{target}\n")
    return 0


def _check(chosen: argparse.Namespace) -> int:
    try:
        plan = headless.read()
        why = "The environment asks for nothing." if plan is None else _obstacle(chosen.kernel)
    except ValueError as error:
        why = str(error)
    if why:
        sys.stderr.write(f"{why}\n")
        return 1
    sys.stdout.write(f"The kernel {chosen.kernel} is watched from its first cell on.\n")
    return 0


def _obstacle(kernel: str) -> str:
    """Why the cells of this kernel would not be checked, or not run; "" if neither."""
    try:
        from jupyter_client.manager import start_new_kernel
    except ImportError:
        return "This check needs jupyter_client, which is not installed here."
    try:
        manager, client = start_new_kernel(kernel_name=kernel)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a kernel is the answer
        return f"The kernel {kernel} does not start. {type(error).__name__}: {error}"
    try:
        # An empty cell reaches no transformer: this one is held back as the notebook's would be.
        reply: dict[str, Any] = client.execute_interactive(
            "None",
            store_history=False,
            user_expressions={"watches": QUESTION},
            output_hook=lambda _: None,
            timeout=60,
        )["content"]
    except TimeoutError:
        return f"The kernel {kernel} does not answer."
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if reply["status"] != "ok":
        return str(reply.get("evalue") or reply["status"])
    answer = reply.get("user_expressions", {}).get("watches", {})
    if answer.get("data", {}).get("text/plain") != "True":
        return (
            f"Nothing of this package runs in the kernel {kernel}: its cells would not be checked."
        )
    return ""


if __name__ == "__main__":
    sys.exit(main())
