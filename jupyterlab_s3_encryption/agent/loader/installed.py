"""Stands for bootstrap.py where that is in the kernel already: kept there, or in its environment.

Travels with requests that bring no agent along, a tenth of what bootstrap.py is. It runs alone, so
it imports nothing of ours before it is asked. Never raises.
"""

import sys
from typing import TYPE_CHECKING, Dict

if TYPE_CHECKING:
    from ..shapes import Report
    from .shapes import Answered, Payload

KEPT = "_jupyterlab_s3_encryption_bootstrap"


def run(payload: "Payload") -> "Answered":
    """As `run` of bootstrap.py, for a payload without the agent."""
    kept = sys.modules.get(KEPT)
    if kept is None:
        try:
            from jupyterlab_s3_encryption.agent.loader import bootstrap
        except Exception:  # noqa: BLE001 - missing or broken: the page sends its own
            return Missing()
        return bootstrap.run(payload)
    vars(kept)["texts"] = (*getattr(kept, "texts", ()), payload["bootstrap"])
    answer: "Answered" = kept.run(payload)
    return answer


class Missing:
    """Has the page send the agent."""

    def __init__(self) -> None:
        self.report: "Report" = {"protocol": 1, "agentMissing": True}

    def _repr_mimebundle_(self, **_: object) -> "Dict[str, Report]":
        return {"application/vnd.jupyterlab-s3-encryption+json": self.report}
