"""Lists of objects for S3 Batch Operations, from a plan of a re-encryption.

Must not know: S3, how a job is created (the documents of the cluster say that).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from .agent.objects import verdicts
from .agent.profile import profiles
from .agent.reencryption import plans, ways

#: What a job can do; parts of a copy are more than its one request.
WAYS = (ways.UPDATE, ways.COPY)
_OF_CUSTOMER = {verdicts.ALGORITHMS[name] for name in profiles.WITH_CUSTOMER_KEY}


def write(file: str | Path, plan: plans.Plan, way: str, storage_class: str) -> int:
    """Writes the objects of a plan that a job of this way can change; gives how many there are.

    A line is a bucket, a key with URL encoding and, if the plan has old versions, the id of the
    version. Raises ValueError if a job cannot do what the plan says, before anything is written.
    """
    if way not in WAYS:
        raise ValueError(f"way: {way!r} is not a way of S3 Batch Operations: update or copy.")
    if way == ways.COPY and plan.target.choice.get("encryptionContext"):
        raise ValueError("A job of S3 Batch Operations cannot copy with an encryption context.")
    lines = _lines(plan, way, storage_class)
    first = next(lines, None)
    if first is None:
        what = f"copy in the class {storage_class}" if way == ways.COPY else way
        raise ValueError(f"The plan has no object that a job can {what}.")
    with Path(file).open("w", encoding="ascii", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        # One by one: there may be millions.
        count = 0
        for line in chain([first], lines):
            writer.writerow(line)
            count += 1
    return count


def _lines(plan: plans.Plan, way: str, storage_class: str) -> Iterator[list[str]]:
    for facts, decision in plan.rows:
        if decision.way != way:
            continue
        # S3 Batch Operations takes no key of a customer, and gives all copies one class.
        if way == ways.COPY and (facts.algorithm in _OF_CUSTOMER or facts.storage != storage_class):
            continue
        line = [plan.location.bucket, quote(facts.key, safe="/")]
        if way == ways.UPDATE and plan.versions and facts.version is not None:
            line.append(facts.version)
        yield line
