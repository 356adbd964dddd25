"""What of the rules is on; changed while the endpoint runs (`demo.endpoint.control`).

Must not know: how anything is refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from demo.rules.faults import Fault


@dataclass
class Settings:
    """As S3 has it, unless something is turned off.

    defaults: an object that was sent without a header gets the bucket's default encryption, which
    is AES256 from the start; update: UpdateObjectEncryption is known (a store that does not know it
    overwrites the object, as moto does); conditions: those of copies are checked; end_conditions: that
    of the end of an upload in parts is; keeps: a copy keeps metadata and tags; sse_c: new buckets
    accept SSE-C, which S3 has off since April 2026; enforced: ARNs of users and roles whose own
    policies count, all others may do everything; faults: what goes wrong, in this order.
    """

    defaults: bool = True
    update: bool = True
    conditions: bool = True
    end_conditions: bool = True
    keeps: bool = True
    sse_c: bool = True
    enforced: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: Requests of objects by operation.
    counts: Counter[str] = field(default_factory=Counter)

    def reset(self) -> None:
        """As it was from the start."""
        for one in fields(self):
            setattr(self, one.name, getattr(Settings(), one.name))

    def change(self, values: dict[str, Any]) -> None:
        """Sets what is named; the rest stays. Raises ValueError for a name that there is not."""
        names = {one.name for one in fields(self)} - {"counts"}
        if not set(values) <= names:
            raise ValueError(f"no such setting: {sorted(set(values) - names)}")
        for name, value in values.items():
            found = [Fault(**one) for one in value] if name == "faults" else value
            setattr(self, name, found)
