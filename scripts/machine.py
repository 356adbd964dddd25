"""What programs the machine has, by the versions that they print.

Standard library only, as setup.py. It must not know what they are for.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path


def major_version(command: list[str], pattern: str) -> int:
    """Major version that a program prints; 0 when it is missing or says something else."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(pattern, done.stdout + done.stderr)
    return int(found.group(1)) if done.returncode == 0 and found else 0


def java_major() -> int:
    """Major version of the machine's Java: the one of JAVA_HOME, else the one on PATH."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    return major_version([java, "-version"], r'version "(\d+)')
