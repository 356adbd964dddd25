"""A walk: steps of a user and of a panel in one Spark, and what has to be true after each.

Every object whose write began while In effect or Proven was claimed has the header of what was
armed for its bucket; if an executor joined while it was written, that or the next report claims
less. No step of the user's fails because of the product. Must not know: how a step
is done, which steps come.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupyterlab_s3_encryption as s3enc
from tests.support.agent_requests import ask, codes, forget
from tests.truth.rows import NONE, STRONG
from tests.walk import executors
from tests.walk.steps import CELLS, PANEL, Step
from tests.walk.store import Header, Store, Written
from tests.walk.user import Handle, User


class ViolationError(AssertionError):
    """What has to be true was not; the message has the whole walk."""


@dataclass
class Era:
    """From one change of what is armed to the next; `claim`: the newest report's."""

    profile: dict[str, Any] | None
    claim: str = "none"
    reasons: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        return self.profile is not None and self.claim in STRONG


class Walk:
    """One walk, from nothing armed; `bare`: the same steps without the product.

    `claims` counts the claims under which each step of a cell was taken, with their findings.
    """

    def __init__(self, spark: Any, store: Store, folder: Path, bare: bool = False) -> None:
        forget()
        self.store, self.folder, self.bare = store, folder, bare
        self.era = Era(None)
        self.user = User(spark, store, folder, lambda: self.era, self._expect, self._key)
        self.done: list[Step] = []
        self.claims: Counter[tuple[str, ...]] = Counter()
        self.written = 0
        self.over = False
        self._panel: tuple[dict[str, Any], str] | None = None
        self._in_cell = False
        self._expected: dict[tuple[str, str], Handle] = {}
        self._older: list[str] = []
        self._keyed: dict[str, list[str]] = {}
        self._executors: set[str] = set()
        self._settle()

    def step(self, step: Step) -> None:
        """Takes one step. Raises ViolationError."""
        if self.over:
            return
        self.done.append(step)
        name, *arguments = step
        if name in PANEL:
            self._end_cell()
            getattr(self, "_" + name)(*arguments)
            return
        assert name in CELLS, f"no step is called {name}"
        *arguments, joined = arguments
        if not (joined and self._in_cell):
            self._end_cell()
            self._guard()
            self._in_cell = True
        self.claims[(self.era.claim, *self.era.reasons)] += 1
        try:
            if name == "using":
                self._using(*arguments)
            else:
                getattr(self.user, name)(*arguments)
        except ViolationError:
            raise
        except Exception as error:  # noqa: BLE001 - the user's: whose fault is it?
            self._failed(error)
            return
        self._settle()

    def end(self) -> None:
        """Ends the last cell, and takes back what was set."""
        try:
            if not self.over:
                self._end_cell()
        finally:
            self.user.end()
            if not self.bare:
                ask("clear")
                forget()
            with contextlib.suppress(Exception):
                self.user.spark._jvm.org.apache.hadoop.fs.FileSystem.closeAll()

    # What the panel does.

    def _verify(self) -> None:
        if not self.bare:
            self._learn(ask("verify"))

    def _apply(self, name: str) -> None:
        if self.bare:
            return
        report = ask("apply", profile=self._profile(name))
        self._panel = (report["profile"], report["fingerprint"])
        self._change(report)

    def _clear(self) -> None:
        if self.bare:
            return
        self._panel = None
        self._change(ask("clear"))

    def _guard(self) -> None:
        if self._panel is None or self.bare:
            return
        report = ask("guard", profile=self._panel[0], fingerprint=self._panel[1])
        self._opened()
        if report.get("unchanged"):
            return
        self._learn(report)

    def _end_cell(self) -> None:
        if not self._in_cell or self.bare:
            return
        self._in_cell = False
        end = time.monotonic() + 120
        report = ask("writes", budget=120)
        while report["writes"]["pending"] and time.monotonic() < end:
            time.sleep(0.02)
            report = ask("writes", budget=120)
        self._learn(report)

    def _using(self, name: str, slot: int) -> None:
        """In a cell of the user's: the helper, and a write before, inside and after it."""
        if self.bare:
            self.user.write("parquet", slot, "s3a")
            self.user.write("parquet", slot, "s3a")
            return
        before = self.era.profile
        with s3enc.using(profile=self._profile(name)) as report:
            self._change(report.to_dict())
            self.user.write("parquet", slot, "s3a")
            self._settle()
        after = ask("probe")
        assert after["profile"] == before, after["profile"]
        self._change(after)
        self.user.write("csv", slot, "s3a")

    # What has to be true.

    def _change(self, report: dict[str, Any]) -> None:
        """A report after which something else is armed."""
        self.era, self._older = Era(report["profile"]), []
        self._opened()
        self._learn(report)

    def _learn(self, report: dict[str, Any]) -> None:
        if not report["ok"]:
            self._violated(f"the request {report['request']} failed: {report['error']}")
        self.era.claim, self.era.reasons = report["claim"], tuple(codes(report))
        if self._older and self.era.strong:
            self._violated(f"{self.era.claim} is claimed, and older settings wrote {self._older}")

    def _settle(self) -> None:
        """Looks at everything that was written since the last time."""
        joined = self._has_executor_joined()
        for found in self.store.new():
            self.written += 1
            if found.header[0] == "SSE-C" and found.bucket in self._keyed:
                if not found.key.startswith(tuple(self._keyed[found.bucket])):
                    self._older.append(self._described(found))
                continue
            handle = self._expected.pop((found.bucket, found.key), None)
            expected = self._expected_header(self.era, found.bucket)
            if handle is not None and handle.era is not self.era:
                older = self._expected_header(handle.era, found.bucket)
                if handle.era.strong and found.header != older:
                    self._violated(f"{self._described(found)} was opened under {older}")
                if found.header != expected:
                    self._older.append(self._described(found))
            elif self.era.strong and found.header != expected:
                if joined:
                    self._older.append(self._described(found))
                    continue
                self._violated(
                    f"{self.era.claim} was claimed, expected is {expected}, and stored is "
                    f"{self._described(found)}"
                )

    def _has_executor_joined(self) -> bool:
        """Whether one has in the last step, and not because that was what the step did."""
        before, self._executors = self._executors, executors.there(self.user.spark)
        return (
            bool(self._executors - before) and bool(self.done) and self.done[-1][0] != "executors"
        )

    def _key(self, bucket: str, prefix: str) -> None:
        """A write with a customer's key begins; what else is written there may get it, too."""
        self._keyed.setdefault(bucket, []).append(prefix)

    def _opened(self) -> None:
        """From here on each bucket is open as the profile says."""
        self._keyed = {}

    def _expect(self, handle: Handle, key: str) -> None:
        self._expected[(handle.bucket, key)] = handle

    def _failed(self, error: Exception) -> None:
        """A step of the user's failed: does it in a Spark that nobody touches?"""
        said = _text(error)
        if self.bare:
            raise error
        spark = self.user.spark
        done, bucket_count = list(self.done), len(self.store.buckets)
        self.end()
        bare = Walk(spark, self.store, self.folder / f"bare-{bucket_count}", bare=True)
        try:
            for step in done:
                bare.step(step)
        except Exception as other:  # noqa: BLE001 - the user's own
            if len(bare.done) == len(done) and _text(other)[:40] == said[:40]:
                self.user.spark, self.over = bare.user.spark, True
                return
            said += f"\nWithout the product step {len(bare.done)} fails: {_text(other)}"
        self.user.spark, self.over = bare.user.spark, True
        self._violated(f"the last step failed, which it does not by itself: {said}", done)

    def _violated(self, what: str, done: list[Step] | None = None) -> None:
        self.over = True
        walk = json.dumps(done or self.done)
        raise ViolationError(f"{what}\nfindings: {self.era.reasons}\nS3E_WALK='{walk}'")

    def _expected_header(self, era: Era, bucket: str) -> Header:
        if era.profile is None:
            return NONE
        choice = (era.profile.get("buckets") or {}).get(bucket) or era.profile
        kinds = {"sse-s3": ("AES256", ""), "bucket-default": NONE}
        return kinds.get(choice["method"]) or ("aws:kms", choice["kmsKeyId"])

    def _described(self, found: Written) -> str:
        return f"{found.bucket}/{found.key} {found.header}"

    def _profile(self, name: str) -> dict[str, Any]:
        first, second = self.store.keys
        kms: dict[str, Any] = {"method": "sse-kms", "kmsKeyId": first}
        other = {"method": "sse-kms", "kmsKeyId": second}
        sse_s3: dict[str, Any] = {"method": "sse-s3"}
        return {
            "A": kms,
            "B": other,
            "sse-s3": sse_s3,
            "default": {"method": "bucket-default"},
            "rule": {**kms, "buckets": {self.user.slots[0]: sse_s3}},
            "other-rule": {**sse_s3, "buckets": {self.user.slots[1]: other}},
        }[name]


def _text(error: Exception) -> str:
    java = getattr(error, "java_exception", None)
    return f"{type(error).__name__}: {java or error}"[:1500]
