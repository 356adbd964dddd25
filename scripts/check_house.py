"""Checks the rules of the house that no linter knows.

No download address in a lock file, the version in package.json only, no file
much above the agreed length, no folder with more files than a reader takes in, no
name that was given up, a first comment that says what each file is for.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400
MAX_FILES = 12
#: Folders of files that a tool asks for there, or of lists and examples without an end.
FLAT = (".", "requirements", "tests/examples")
#: Lists without an end that are written by a script, and that nobody reads.
LISTS = ("src/contract/agentSentences.ts",)
#: House words that nobody searches for, as names: state, report, desired, omitted, … say it.
OLD_NAMES = {"held", "told", "tell", "wish", "leftout", "inforce", "errand", "courier", "parcel"}
#: Comments and texts of TypeScript, which are English and may have these words.
PROSE = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
SOURCES = (".py", ".ts", ".tsx", ".mjs", ".cjs", ".sh", ".css")
LOCKS = ("yarn.lock", "ui-tests/yarn.lock", "requirements/*.txt")


def our_files() -> list[Path]:
    """Every file that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def lock_faults() -> list[str]:
    """Download addresses in lock files."""
    faults = []
    for lock in (file for pattern in LOCKS for file in sorted(ROOT.glob(pattern))):
        for number, line in enumerate(lock.read_text().splitlines(), 1):
            if re.search(r"https?://|__archiveUrl", line):
                faults.append(f"{lock.relative_to(ROOT)}:{number}: a download address")
    return faults


def source_faults(file: Path) -> list[str]:
    """What is wrong with the length or the first comment of a source file."""
    name = file.relative_to(ROOT)
    lines = file.read_text().splitlines()
    faults = []
    if len(lines) > MAX_LINES and name.as_posix() not in LISTS:
        faults.append(f"{name}: {len(lines)} lines, more than {MAX_LINES}: split it")
    first = next((line for line in lines if line.strip() and not line.startswith("#!")), "")
    if lines and not first.startswith(('"""', "#", "/*", "//", "'''", 'r"""')):
        faults.append(f"{name}: no first comment that says what the file is for")
    return faults


def name_faults(file: Path) -> list[str]:
    """Old names in a source of Python or TypeScript."""
    text = file.read_text()
    if file.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        names = {token.string for token in tokens if token.type == tokenize.NAME}
    else:
        names = set(re.findall(r"\b[A-Za-z_]\w*\b(?=\s*[:=(,;)}\].?])", PROSE.sub("", text)))
    found = sorted(name for name in names if name.replace("_", "").lower() in OLD_NAMES)
    return [f"{file.relative_to(ROOT)}: {name} is an old name" for name in found]


def folder_faults(files: list[Path]) -> list[str]:
    """Folders with too many files of their own; Python's `__init__.py` and `__main__.py` are free."""
    names = [file.relative_to(ROOT) for file in files if not file.name.startswith("__")]
    counts = Counter(name.parent.as_posix() for name in names)
    return [
        f"{folder}: {count} files, more than {MAX_FILES}: split it by subject"
        for folder, count in sorted(counts.items())
        if count > MAX_FILES
        and not any(folder == flat or folder.startswith(f"{flat}/") for flat in FLAT)
    ]


def version_faults() -> list[str]:
    """A version written down in the Python package or in pyproject.toml."""
    files = [ROOT / "pyproject.toml", *(ROOT / "jupyterlab_s3_encryption").glob("*.py")]
    pattern = re.compile(r'^\s*(__version__|version)\s*=\s*["\']\d', re.MULTILINE)
    return [
        f"{file.relative_to(ROOT)}: the version belongs in package.json only"
        for file in files
        if file.name != "_version.py" and file.exists() and pattern.search(file.read_text())
    ]


def main() -> int:
    """Prints what is wrong; returns the exit code."""
    files = our_files()
    faults = [*lock_faults(), *version_faults(), *folder_faults(files)]
    for file in files:
        if file.suffix in SOURCES:
            faults += source_faults(file)
        if file.suffix in (".py", ".ts", ".tsx"):
            faults += name_faults(file)
    print("\n".join(faults) or "the house rules hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
