"""`python -m jupyterlab_s3_encryption startup`: every IPython kernel loads the extension at its start.

Writes one file into IPython's start-up folder, which does nothing unless the environment names a
profile. Must not know: profiles, Spark.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

TEXT = """# Written by `python -m jupyterlab_s3_encryption startup`; `--remove` takes it away.
import os

if os.environ.get("S3_ENCRYPTION_PROFILE") or os.environ.get("S3_ENCRYPTION_METHOD"):
    get_ipython().run_line_magic("load_ext", "jupyterlab_s3_encryption")
"""
NAME = "00-s3-encryption.py"


def main(arguments: list[str] | None = None) -> int:
    """Writes or removes the start-up file; prints its path. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jupyterlab_s3_encryption")
    commands = parser.add_subparsers(required=True)
    startup = commands.add_parser("startup", help="load the extension in every IPython kernel")
    startup.add_argument("--remove", action="store_true", help="take the start-up file away")
    startup.add_argument("--profile", default="default", help="IPython profile, not one of S3")
    chosen = parser.parse_args(arguments)

    from IPython.paths import get_ipython_dir

    target = Path(get_ipython_dir()) / f"profile_{chosen.profile}" / "startup" / NAME
    if chosen.remove:
        target.unlink(missing_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(TEXT, "utf-8")
    sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
