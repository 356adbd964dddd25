"""%s3_encryption: the helper's functions as one line of a notebook.

Must not know: the agent, Spark. An SSE-C key is never read from the line, which stays in the
notebook and in the history: the user is asked for it.
"""

from __future__ import annotations

import getpass
import shlex
from typing import Any

from . import helper, inventory, large_audits, reencryption, stored
from .agent import secret
from .agent.profile import profiles

NAME = "s3_encryption"
REENCRYPT = "reencrypt"
#: The usage of each method.
_METHODS = "".join(
    f"  %s3_encryption {name} KEY\n"
    if name in profiles.WITH_KMS_KEY
    else f"  %s3_encryption {name:<17} (asks for the key)\n"
    if name in profiles.WITH_CUSTOMER_KEY
    else f"  %s3_encryption {name}\n"
    for name in profiles.METHODS
)
USAGE = f"""Use it as one of (KEY: key ARN, key id or alias):
{_METHODS}  ... --writers python             (after any of these: boto3, s3fs and awswrangler too)
  %s3_encryption verify
  %s3_encryption audit PATH        (what is stored under it)
  %s3_encryption audit PATH --by executors [--versions] [--file FILE] [--random N [--seed SEED]]
  %s3_encryption audit-inventory MANIFEST   (the manifest.json of an S3 Inventory)
  %s3_encryption audit-metadata TABLE       (an S3 Metadata table, as Spark names it)
  %s3_encryption canary PATH       (writes there, reads back, removes)
  %s3_encryption reencrypt PATH --journal FILE   (a plan for what is stored; changes nothing)
  %s3_encryption reencrypt --run FILE            (carries the plan in the file out, or goes on)
  %s3_encryption clear"""


def load(ipython: Any) -> None:
    """Adds the magic to a shell."""
    ipython.register_magic_function(s3_encryption, "line", NAME)


def unload(ipython: Any) -> None:
    """Removes the magic from a shell; what was applied stays."""
    ipython.magics_manager.magics["line"].pop(NAME, None)


def s3_encryption(line: str) -> helper.Report | stored.Shown:
    """Set, verify or clear how Spark encrypts what it writes to S3; check what is stored.

    %s3_encryption METHOD [KEY] | verify | clear | audit PATH | canary PATH | reencrypt PATH
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise _usage(f"{error}.") from None
    if not words:
        raise _usage("What is to be done?")
    words, more = _writers(words)
    action, rest = words[0], words[1:]
    if action not in profiles.METHODS and more:
        raise _usage(f"{action} takes no --writers.")
    if action in ("verify", "clear"):
        if rest:
            raise _usage(f"{action} takes nothing more.")
        return helper.verify() if action == "verify" else helper.clear()
    if action == REENCRYPT:
        return _reencrypt(rest)
    if action == large_audits.ACTION and len(rest) != 1:
        return _large_audit(rest)
    if action in stored.BY_ADDRESS:
        return _check_stored(action, rest)
    if action in inventory.BY_NAME:
        return _check_listed(action, rest)
    if action not in profiles.METHODS:
        raise _usage(f"There is no {action}.")
    if action in profiles.WITH_CUSTOMER_KEY:
        if rest:
            raise _usage(
                f"Do not write the {profiles.TITLES[action]} key here: it would stay in the history."
            )
        return _apply(
            action,
            customer_key=secret.wrapped(
                getpass.getpass(f"{profiles.TITLES[action]} key (base64 of 32 bytes): ").strip()
            ),
            **more,
        )
    if len(rest) > (1 if action in profiles.WITH_KMS_KEY else 0):
        raise _usage(f"Too much after {action}.")
    return _apply(action, kms_key_id=rest[0] if rest else None, **more)


def _writers(words: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The words without --writers NAME[,NAME], and its value as an argument."""
    if "--writers" not in words:
        return words, {}
    index = words.index("--writers")
    if index == 0 or index + 1 >= len(words):
        raise _usage("Give --writers after the method, with what it is about: --writers python.")
    return words[:index] + words[index + 2 :], {"writers": words[index + 1].split(",")}


def _apply(method: str, **arguments: Any) -> helper.Report:
    try:
        return helper.apply(method=method, **arguments)
    except ValueError as error:
        raise _usage(str(error)) from None


def _reencrypt(rest: list[str]) -> stored.Shown:
    """A plan in a file of its own, which only the file's name then carries out."""
    unconditional = "--unconditional" in rest
    words = [word for word in rest if word != "--unconditional"]
    if len(words) == 2 and words[0] == "--run":
        plan = reencryption.read_plan(words[1])
        return reencryption.reencrypt(plan, dry_run=False, unconditional=unconditional)
    right = len(words) in (1, 3) and words[1:2] in ([], ["--journal"]) and words[0] != "--run"
    if not right or unconditional:
        raise _usage("Give reencrypt an address, with --journal FILE, or --run FILE.")
    try:
        return reencryption.reencrypt(words[0], journal=words[2] if len(words) == 3 else None)
    except ValueError as error:
        raise _usage(str(error)) from None


def _large_audit(rest: list[str]) -> stored.Shown:
    """An audit with options, each at most once."""
    found: dict[str, Any] = {}
    words = iter(rest[1:])
    for word in words:
        if word == "--versions":
            found["versions"] = True
            continue
        value = next(words, None)
        if word not in ("--by", "--file", "--seed", "--random") or value is None:
            raise _usage(f"audit does not take {word}, or not without a value.")
        if word != "--random":
            found[word[2:]] = value
        elif value.isdigit():
            found.update(sample=large_audits.RANDOM, limit=int(value))
        else:
            raise _usage("Give --random a number of objects.")
    if not found:
        raise _usage("audit takes one address, like s3://BUCKET/FOLDER.")
    try:
        return large_audits.audit(rest[0], **found)
    except ValueError as error:
        raise _usage(str(error)) from None


def _check_stored(action: str, rest: list[str]) -> stored.Audit | stored.Canary:
    if len(rest) != 1:
        raise _usage(f"{action} takes one address, like s3://BUCKET/FOLDER.")
    try:
        return stored.BY_ADDRESS[action](rest[0])
    except ValueError as error:
        raise _usage(str(error)) from None


def _check_listed(action: str, rest: list[str]) -> inventory.ListedAudit:
    if len(rest) != 1:
        raise _usage(f"{action} takes one name more.")
    try:
        return inventory.BY_NAME[action](rest[0])
    except ValueError as error:
        raise _usage(str(error)) from None


def _usage(message: str) -> Exception:
    from IPython.core.error import UsageError

    return UsageError(f"{message}\n{USAGE}")  # type: ignore[no-any-return,unused-ignore]
