"""Rows of the truth table about what moves or copies stored objects, and what is still being written.

Continues rows_local. Must not know: the page, what is asserted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.support.agent_requests import ask, checked
from tests.truth.rows import B, Seen, row
from tests.truth.rows_local import Kit


@row("Written to a temporary place after the switch, then renamed", B)
def written_and_renamed(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("before"))
    report = ask("apply", profile=t.kms("B"))
    t.write(t.at("temporary"))
    _rename(t, "temporary", "after")
    return t.seen(report)


#: S3A's copy, of which its rename is made, takes the key of the source from Hadoop 3.4 on.
@row("Written before the switch, renamed after it, and own writes checked", B)
def renamed_later(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("temporary"))
    ask("apply", profile=t.kms("B"))
    _rename(t, "temporary", "after")
    return t.seen(checked())


@row("Written before the switch, copied with FileUtil.copy after it", B)
def copied_later(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    t.write(t.at("source"))
    report = ask("apply", profile=t.kms("B"))
    hadoop = t.spark._jvm.org.apache.hadoop.fs
    source, target = hadoop.Path(t.at("source")), hadoop.Path(t.at("after"))
    conf = t.spark.sparkContext._jsc.hadoopConfiguration()
    system = source.getFileSystem(conf)
    assert hadoop.FileUtil.copy(system, source, system, target, False, conf)
    return t.seen(report)


@row(
    "An RDD is being saved during the switch; its commit renames what was written before it",
    B,
    sparks=("4.3", "4.1"),
)
def saved_across(t: Kit) -> Seen:
    return _saved_across(t)


@row(
    "An RDD is being saved during the switch; its commit copies what was written before it",
    B,
    less="What runs across a switch may keep what it has open; the copies have the new key.",
    sparks=("3.5",),
)
def saved_across_older(t: Kit) -> Seen:
    return _saved_across(t)


def _saved_across(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    gate = Gate(t)
    lines = gate.lines()
    report = gate.across(
        lambda: lines.saveAsTextFile(t.at("after")), lambda: ask("apply", profile=t.kms("B"))
    )
    return t.seen(report)


@row("That RDD is saved, and the next cell writes", B)
def saved_then_next(t: Kit) -> Seen:
    ask("apply", profile=t.kms("A"))
    gate = Gate(t)
    lines = gate.lines()
    first = gate.across(
        lambda: lines.saveAsTextFile(t.at("before")), lambda: ask("apply", profile=t.kms("B"))
    )
    report = ask("guard", profile=t.kms("B"), fingerprint=first["fingerprint"])
    t.write(t.at("after"))
    return t.seen({**first, **report})


class Gate:
    """An RDD of two partitions, the second of which waits until it is let through."""

    def __init__(self, kit: Kit) -> None:
        kit.folder.mkdir(parents=True)
        self._kit, self._open = kit, kit.folder / "open"

    def lines(self) -> Any:
        """The RDD. Its function is a closure: a worker cannot import this module."""
        path = str(self._open)

        def wait(index: int, part: Any) -> Any:
            import os
            import time

            end = time.monotonic() + 120
            while index == 1 and not os.path.exists(path):
                if time.monotonic() > end:
                    raise TimeoutError("nobody opened the gate")
                time.sleep(0.02)
            return part

        return self._kit.spark.sparkContext.parallelize(["a", "b"], 2).mapPartitionsWithIndex(wait)

    def _parts(self) -> set[str]:
        stored = self._kit.endpoint.stored("", self._kit.bucket)
        return {item.key for item in stored if "part-" in item.key}

    def across(self, write: Callable[[], Any], switch: Callable[[], Any]) -> Any:
        """Writes, switches once the first partition is stored, and returns what the switch did."""
        errors = []

        def run() -> None:
            try:
                write()
            except Exception as error:  # noqa: BLE001 - raised below
                errors.append(error)

        before = self._parts()
        writing = threading.Thread(target=run)
        writing.start()
        end = time.monotonic() + 120
        while self._parts() <= before and time.monotonic() < end:
            time.sleep(0.05)
        try:
            found = switch()
        finally:
            self._open.touch()
            writing.join(120)
        assert errors == []
        return found


def _rename(t: Kit, source: str, target: str) -> None:
    hadoop = t.spark._jvm.org.apache.hadoop.fs
    path = hadoop.Path(t.at(source))
    system = path.getFileSystem(t.spark.sparkContext._jsc.hadoopConfiguration())
    assert system.rename(path, hadoop.Path(t.at(target)))
