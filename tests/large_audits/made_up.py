"""A store in memory that lists and answers as S3 does, and a runner of several tasks on it.

Must not know: Spark, audits.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Sequence
from typing import Any

from jupyterlab_s3_encryption.large import parts
from jupyterlab_s3_encryption.large.parts import Item, Page

KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-00000000000"


def of_key(number: int) -> str:
    """The label of an object of SSE-KMS."""
    headers = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": f"{KEY}{number}",
    }
    return json.dumps(headers, separators=(",", ":"))


class MadeUp:
    """Objects by key, each with its label. asked: requests for a listing and for headers."""

    def __init__(self, objects: dict[str, str]) -> None:
        self._objects = objects
        self._keys = sorted(objects)
        self.listings = self.heads = 0

    def page(
        self, prefix: str, after: str | None, version: str | None, versions: bool, most: int
    ) -> Page:
        self.listings += 1
        begin = bisect.bisect_left(self._keys, prefix)
        if after is not None:
            begin = max(begin, bisect.bisect_right(self._keys, after))
        found = self._keys[begin : begin + most]
        below = [key for key in found if key.startswith(prefix)]
        following = self._keys[begin + most : begin + most + 1]
        more = len(below) == len(found) == most and bool(following)
        more = more and following[0].startswith(prefix)
        items = [Item(key, len(key), 1_700_000_000_000) for key in below]
        return Page(items, more, below[-1] if below else after)

    def head(self, item: Item) -> str:
        self.heads += 1
        return self._objects[item.key]


class Runner:
    """So many tasks at once. largest: the most rows that were in memory at once."""

    def __init__(self, store: MadeUp, slots: int) -> None:
        self.store = store
        self._slots = slots
        self.rounds: list[list[int]] = []
        self.largest = 0

    def slots(self) -> int:
        return self._slots

    def ask(
        self, settings: dict[str, Any], requests: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        threads = {**settings, "threads": 1}
        answers = [parts.answer(self.store, threads, request) for request in requests]
        self.rounds.append([answer["listed"] for answer in answers])
        self.largest = max(self.largest, sum(len(answer["rows"]) for answer in answers))
        return answers

    def first(self, prefix: str, after: str | None) -> str | None:
        page = self.store.page(prefix, after, None, False, 1)
        return page.items[0].key if page.items else None
