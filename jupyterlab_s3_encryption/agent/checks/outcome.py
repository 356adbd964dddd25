"""What a request returns; the dispatcher adds what is found in the kernel."""

from typing import List, NamedTuple, Optional, Sequence

from ..report import Error
from ..shapes import Finding, Report
from ..spark.sessions import Session


class Outcome(NamedTuple):
    """sessions: None if the request did not search for them.

    parts: entries of the report.
    findings: added to those of the kernel.
    error: replaces that of the kernel.
    filled: the result of inspection.fill, if the request has called it already.
    unchanged: whether a short answer is enough, because nothing had to be done.
    """

    sessions: Optional[List[Session]] = None
    parts: Optional[Report] = None
    findings: Sequence[Finding] = ()
    error: Optional[Error] = None
    filled: Optional[Report] = None
    unchanged: bool = False
