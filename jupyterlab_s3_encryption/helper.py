"""The functions for notebooks and scripts without a front end: apply, clear, verify, using.

They use the same agent and the same state as the panel. Must not know: Jupyter, how settings are
written. Reports have the shapes of docs/protocol.md.
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any

from . import agent
from .agent import secret, state
from .agent.checks import claims
from .agent.profile import profiles

#: Fields that Python spells otherwise than the protocol.
_NAMES = {
    "reencryption_plan": "reencryptionPlan",
    "file_systems": "fileSystems",
    "limited_to": "limitedTo",
}
_CLAIMS = {
    "none": "nothing is claimed",
    "set": "Set: Spark has the settings; what is open already may still use older ones",
    "inEffect": "In effect",
    "proven": "Proven",
}


@dataclass(frozen=True)
class Report:
    """The agent's answer; the fields are those of docs/protocol.md, in Python's spelling.

    `claim` is "none", "set", "inEffect" or "proven"; `findings` are the reasons why it is not more;
    `limited_to`: the addresses that the last two are limited to, None if they are not.
    """

    protocol: int
    request: str
    ok: bool
    error: dict[str, Any] | None
    agent: dict[str, str]
    profile: dict[str, Any] | None
    fingerprint: str | None
    waiting: bool
    session: dict[str, Any]
    connectors: list[dict[str, Any]]
    dialect: str | None
    settings: list[dict[str, Any]]
    removed: list[str]
    file_systems: list[dict[str, Any]]
    executors: dict[str, int] | None
    activity: dict[str, int | None]
    findings: list[dict[str, Any]]
    claim: str
    changed: list[dict[str, Any]]
    writers: list[dict[str, Any]] | None
    sentences: dict[str, dict[str, Any]]
    elapsed: float
    limited_to: list[str] | None = None
    proof: dict[str, Any] | None = None
    gate: dict[str, Any] | None = None
    canary: dict[str, Any] | None = None
    writes: dict[str, Any] | None = None
    audit: dict[str, Any] | None = None
    bucket: dict[str, Any] | None = None
    keys: dict[str, Any] | None = None
    reencryption_plan: dict[str, Any] | None = None
    reencryption: dict[str, Any] | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """A report from the agent's plain data; unknown keys are ignored."""
        return cls(**{field.name: data[protocol_name(field.name)] for field in fields(cls)})

    def to_dict(self) -> dict[str, Any]:
        """The plain data as the agent gave it, fit for JSON."""
        return {protocol_name(field.name): getattr(self, field.name) for field in fields(self)}

    @property
    def summary(self) -> str:
        """The report in one line, to be read by the user."""
        if self.error is not None:
            return f"S3 encryption: failed. {self.error['message']}"
        if self.profile is None:
            return "S3 encryption: not set."
        title = profiles.TITLES[self.profile["method"]]
        key = self.profile.get("kmsKeyId")
        what = f"{title} with the key {key}" if key else title
        if self.waiting:
            return f"S3 encryption: {what}; waits for a Spark session."
        if self.changed:
            return f"S3 encryption: {what}; changed since it was applied."
        claim = _CLAIMS[self.claim]
        if self.claim == "inEffect" and self.limited_to:
            claim = f"In effect for {', '.join(self.limited_to)}"
        if self.claim == "proven" and self.proof is not None:
            buckets = ", ".join(f"s3://{entry['bucket']}" for entry in self.proof["buckets"])
            claim = f"Proven for {buckets}"
        return f"S3 encryption: {what}; {claim}."

    def __repr__(self) -> str:
        lines = [self.summary]
        for row in self._rows():
            lines.append(f"  {row['key']} = {row['value'] or ''} ({row['origin']})")
        lines += [f"  {_writer_line(row)}" for row in self.writers or []]
        for finding in self.findings:
            lines.append(f"  {finding['severity']}: {finding['message']}")
            if finding["fix"] is not None:
                lines.append(f"    {finding['fix']['message']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        def cell(value: Any) -> str:
            return f"<td>{html.escape(str(value or ''))}</td>"

        rows = "".join(
            f"<tr>{cell(row['key'])}{cell(row['value'])}{cell(row['origin'])}</tr>"
            for row in self._rows()
        )
        items = "".join(
            f"<li><b>{html.escape(finding['severity'])}</b>: {html.escape(finding['message'])} "
            f"{html.escape(finding['fix']['message'] if finding['fix'] else '')}</li>"
            for finding in self.findings
        ) + "".join(f"<li>{html.escape(_writer_line(row))}</li>" for row in self.writers or [])
        head = "<tr><th>Setting</th><th>Value</th><th>From</th></tr>"
        table = f"<table>{head}{rows}</table>" if rows else ""
        listing = f"<ul>{items}</ul>" if items else ""
        return f"<div><p>{html.escape(self.summary)}</p>{table}{listing}</div>"

    def _rows(self) -> list[dict[str, Any]]:
        """The settings worth showing: those that have a value, or should have one."""
        return [row for row in self.settings if row["value"] or row["wanted"]]


def _writer_line(row: dict[str, Any]) -> str:
    """One row about a Python library, as a line."""
    what = "covered" if row["covered"] else "not covered"
    loaded = "" if row["loaded"] else " (not loaded)"
    return f"{row['writer']}: {what}{loaded}. {row['reason'] or ''}".rstrip()


class EncryptionError(RuntimeError):
    """A valid profile could not be applied or cleared; `report` says what is in force."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.error["message"] if report.error else report.summary)
        self.report = report


def apply(
    method: str | None = None,
    kms_key_id: str | None = None,
    encryption_context: Mapping[str, str] | None = None,
    buckets: Mapping[str, Mapping[str, str]] | None = None,
    customer_key: str | None = None,
    connector: str = "auto",
    profile: Mapping[str, Any] | None = None,
    writers: Sequence[str] | None = None,
    connect_class: bool = True,
) -> Report:
    """From now on, what Spark writes to S3 from this kernel is encrypted in this way.

    method: "bucket-default", "sse-s3", "sse-kms", "dsse-kms", "sse-c" or "cse-kms"; kms_key_id:
    key ARN, key id or alias; buckets: bucket name to {"method", "kms_key_id"}; customer_key: for
    SSE-C, base64 of 32 bytes; connector: "auto", "s3a" or "emrfs"; profile: all of it as one
    object, instead of method and what belongs to it; writers: ["python"] for boto3, s3fs and
    awswrangler too (docs/writers.md); connect_class: False keeps our class off Spark Connect servers
    and executors (docs/kernels.md). If there is no Spark session yet, the settings are applied when one is created.

    Raises ValueError for an invalid profile, before anything is set, and EncryptionError if it
    could not be applied.
    """
    customer_key = secret.wrapped(customer_key)
    chosen = _profile(method, kms_key_id, encryption_context, buckets, profile, writers)
    arguments: dict[str, Any] = {
        "profile": chosen,
        "connector": connector,
        "connectClass": connect_class,
    }
    if customer_key is not None:
        arguments["customerKey"] = customer_key
    return ask("apply", arguments)


def clear() -> Report:
    """Removes what `apply` set. The report says what is in force afterwards.

    Raises EncryptionError if something could not be restored.
    """
    return ask("clear", {})


def verify() -> Report:
    """Reads the settings again and compares them with what was applied; changes none of them.

    Replaces open file systems that have older settings, while nothing is running.

    Raises EncryptionError if a new session could not get the settings.
    """
    return ask("verify", {})


def using(
    method: str | None = None,
    kms_key_id: str | None = None,
    encryption_context: Mapping[str, str] | None = None,
    buckets: Mapping[str, Mapping[str, str]] | None = None,
    customer_key: str | None = None,
    connector: str = "auto",
    profile: Mapping[str, Any] | None = None,
    writers: Sequence[str] | None = None,
    connect_class: bool = True,
) -> AbstractContextManager[Report]:
    """Encrypts in this way inside a `with`, and as before afterwards, even after an exception.

    Takes the arguments of `apply`; `as` gives its Report. At the end, the profile that was armed
    before is applied again, with all that belongs to it (SSE-C key); if there was none, the settings are
    cleared. Can be nested. Affects the whole kernel, not only one thread.

    Warns if open file systems could not be switched at the beginning or at the end (see
    docs/findings.md). Raises what `apply` raises before the body runs, and EncryptionError at the
    end if the earlier profile could not be restored. If the body raised, its exception goes on and
    that failure is only a RuntimeWarning.
    """
    customer_key = secret.wrapped(customer_key)
    arguments: dict[str, Any] = {"connector": connector, "connectClass": connect_class}
    if customer_key is not None:
        arguments["customerKey"] = customer_key
    chosen = _profile(method, kms_key_id, encryption_context, buckets, profile, writers)
    return _Using(dict(arguments, profile=chosen))


class _Using:
    """One `with using(...)`."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._arguments: dict[str, Any] | None = arguments
        self._before: dict[str, Any] = {}
        self._cleared = False
        #: Whether what was armed before is known.
        self._known = False

    def __reduce__(self) -> Any:
        raise TypeError("What using() gives holds the SSE-C key: it is not pickled.")

    def __enter__(self) -> Report:
        if self._arguments is None:
            raise RuntimeError("Call using() again: what it returns serves one `with`.")
        arguments, self._arguments = self._arguments, None
        try:
            # Up to its end: nobody calls __exit__ for what is interrupted in here.
            report = self._enter(arguments)
            _warn(report, "Inside this `with`, objects may be stored otherwise than it says.")
            return report  # noqa: TRY300 - up to its end
        except (ValueError, EncryptionError):
            raise  # nothing was changed, or the report says what
        except BaseException:
            if self._known:
                self._restored()
            raise

    def _enter(self, arguments: dict[str, Any]) -> Report:
        current = state.get()
        with current.lock:
            self._cleared = current.cleared
            if current.profile is not None:
                self._before = {
                    "profile": current.profile,
                    "connector": current.connector,
                    "connectClass": current.connect_class,
                }
                if current.customer_key is not None:
                    self._before["customerKey"] = current.customer_key
            self._known = True
            return ask("apply", arguments)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            report = self._restored()
        except Exception as error:
            if kind is None:
                raise
            message = f"S3 encryption: what was set before this `with` is not in force. {error}"
            warnings.warn(message, RuntimeWarning, stacklevel=2)
        else:
            _warn(report, "After this `with`, objects may still be stored as inside it.")

    def _restored(self) -> Report:
        try:
            return self._restore()
        except Exception:
            raise
        except BaseException:
            self._restore()
            raise

    def _restore(self) -> Report:
        if self._before:
            return ask("apply", self._before)
        try:
            return ask("clear", {})
        finally:
            # Restored: a panel may arm its profile again unless a user cleared on purpose.
            state.get().cleared = self._cleared


def _warn(report: Report, consequence: str) -> None:
    """Warns of findings that lower the claim, since a `with` shows no report."""
    # Expected of SSE-C, or a setting of the user's own, which we must not override.
    expected = {"rdd-not-covered"} | (set() if report.profile else {"bucket-override"})
    reasons = [
        finding["message"]
        for finding in report.findings
        if finding["code"] in claims.LOWERING and finding["code"] not in expected
    ]
    if reasons:
        text = " ".join(["S3 encryption:", *reasons, consequence])
        warnings.warn(text, RuntimeWarning, stacklevel=3)


def chosen_profile(
    method: str | None, kms_key_id: str | None, profile: Mapping[str, Any] | None
) -> Any:
    """The profile that arguments name, not yet validated; None if they name none."""
    if method is None and kms_key_id is None and profile is None:
        return None
    return _profile(method, kms_key_id, None, None, profile, None)


def _profile(
    method: str | None,
    kms_key_id: str | None,
    encryption_context: Mapping[str, str] | None,
    buckets: Mapping[str, Mapping[str, str]] | None,
    profile: Mapping[str, Any] | None,
    writers: Sequence[str] | None,
) -> Any:
    given = {
        "method": method,
        "kmsKeyId": kms_key_id,
        "encryptionContext": encryption_context,
        "buckets": buckets,
        "writers": writers,
    }
    found = {name: value for name, value in given.items() if value is not None}
    if profile is not None:
        if found:
            raise ValueError("Give either profile=, or method= and what belongs to it.")
        # What is of another type is refused by the agent, which names the field.
        return dict(profile) if isinstance(profile, Mapping) else profile
    if isinstance(buckets, Mapping):
        spelling = {"kms_key_id": "kmsKeyId"}
        found["buckets"] = {
            bucket: {spelling.get(name, name): value for name, value in rule.items()}
            if isinstance(rule, Mapping)
            else rule
            for bucket, rule in buckets.items()
        }
    if isinstance(writers, str):
        found["writers"] = [writers]
    elif isinstance(writers, Sequence):
        found["writers"] = list(writers)
    if isinstance(encryption_context, Mapping):
        found["encryptionContext"] = dict(encryption_context)
    return found


def ask(request: str, arguments: dict[str, Any]) -> Report:
    """Sends one request to the agent; raises ValueError or EncryptionError if it failed."""
    answer = agent.handle(
        {"protocol": agent.PROTOCOL, "id": "", "request": request, "arguments": arguments}
    )
    report = Report.from_dict(answer)
    if report.error is not None:
        if report.error["fields"]:
            raise ValueError(
                "\n".join(
                    f"{field['field']}: {field['message']}" for field in report.error["fields"]
                )
            )
        raise EncryptionError(report)
    return report


def protocol_name(name: str) -> str:
    """What the protocol calls a field of the report."""
    return _NAMES.get(name, name)
