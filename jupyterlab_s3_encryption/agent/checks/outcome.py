"""What a request says beside what is found in the kernel, which the dispatcher adds to it."""

from typing import List, NamedTuple, Optional, Sequence

from ..report import Error
from ..shapes import Finding, Json, Report
from ..spark.sessions import Session


class Outcome(NamedTuple):
    """sessions: the live ones, None if the request did not look for them.

    parts: entries of the report.
    findings, error: what is added to those of the kernel, and takes the place of its error.
    filled: what was found in the kernel already, by inspection.fill.
    unchanged: a short answer is enough, because nothing had to be done.
    """

    sessions: Optional[List[Session]] = None
    parts: Optional[Json] = None
    findings: Sequence[Finding] = ()
    error: Optional[Error] = None
    filled: Optional[Report] = None
    unchanged: bool = False
