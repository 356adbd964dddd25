"""Which of the user's writes could not be checked, as sentences.

Pure. Must not know: Spark's objects, requests, how anything was looked for.
"""

from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ...sentences import Sentence, say
from ...state import Armed
from . import write_targets

#: What is never seen; and if the file systems of the driver say where they are asked to write.
ALWAYS = say(
    "What RDDs (saveAsTextFile), streaming queries and other Python libraries write is not seen."
)
SEALED = say(
    "What other Python libraries write is not seen, nor what your own functions write on executors."
)
GONE, LOST, TABLE, PARTITIONS, FAILED = "gone", "lost", "table", "partitions", "failed"
WHOSE = "whose"
PLACES, ADDRESS = "places", "address"
#: kind -> sentence for one, for many.
_COUNTED: Dict[str, Tuple[Sentence, Callable[[int], Sentence]]] = {
    GONE: (
        say(
            "Spark no longer lists 1 of its SQL executions (spark.sql.ui.retainedExecutions): what "
            "it wrote was not checked."
        ),
        lambda count: say(
            "Spark no longer lists %1 of its SQL executions (spark.sql.ui.retainedExecutions): "
            "what they wrote was not checked.",
            count,
        ),
    ),
    LOST: (
        say("Spark did not record the end of 1 SQL execution: what it wrote was not checked."),
        lambda count: say(
            "Spark did not record the end of %1 SQL executions: what they wrote was not checked.",
            count,
        ),
    ),
    WHOSE: (
        say(
            "It is not known whether 1 SQL execution of the server was yours: what it wrote was not "
            "checked."
        ),
        lambda count: say(
            "It is not known whether %1 SQL executions of the server were yours: what they wrote was "
            "not checked.",
            count,
        ),
    ),
    PLACES: (
        say("More places were written to than are remembered: not all of them were checked."),
        lambda _: say(
            "More places were written to than are remembered: not all of them were checked."
        ),
    ),
    write_targets.CUT: (
        say(
            "The plan of 1 SQL execution is cut short (spark.sql.maxPlanStringLength): it is not "
            "known where it wrote."
        ),
        lambda count: say(
            "The plans of %1 SQL executions are cut short (spark.sql.maxPlanStringLength): it is "
            "not known where they wrote.",
            count,
        ),
    ),
    write_targets.MODE: (
        say(
            "The plan of 1 SQL execution does not name its command (spark.sql.ui.explainMode): "
            "it is not known where it wrote."
        ),
        lambda count: say(
            "The plans of %1 SQL executions do not name their commands "
            "(spark.sql.ui.explainMode): it is not known where they wrote.",
            count,
        ),
    ),
    write_targets.REDACTED: (
        say(
            "The plan of 1 SQL execution is redacted (spark.sql.redaction.string.regex, "
            "spark.redaction.string.regex): it is not known where it wrote."
        ),
        lambda count: say(
            "The plans of %1 SQL executions are redacted (spark.sql.redaction.string.regex, "
            "spark.redaction.string.regex): it is not known where they wrote.",
            count,
        ),
    ),
    write_targets.UNNAMED: (
        say("The plan of 1 write names no path: it is not known where it wrote."),
        lambda count: say(
            "The plans of %1 writes name no path: it is not known where they wrote.", count
        ),
    ),
}
_NAMED: Dict[str, Callable[[str], Sentence]] = {
    TABLE: lambda name: say(
        "Spark does not say where the files of the table %1 are: audit its location.", name
    ),
    ADDRESS: lambda text: say("Something was written to %1, an address that cannot be read.", text),
    FAILED: lambda why: say("The writes could not be checked: %1", why),
    PARTITIONS: lambda name: say(
        "Spark does not say where the partitions of the table %1 are: audit their locations.", name
    ),
}


class Unseen:
    """Counts unseen writes by kind, and keeps their profiles, which the seen writes cannot prove."""

    def __init__(self) -> None:
        self._counts: Dict[str, int] = {}
        self._named: List[Tuple[str, str]] = []
        self._blind: List[Armed] = []
        #: Whether all that S3A writes on the driver is seen.
        self.sealed = False

    def add(self, kind: str, armed: Sequence[Optional[Armed]], number: int = 1) -> None:
        """Counts unseen executions; armed: what was armed then, None for nothing."""
        if self._blinds(armed):
            self._counts[kind] = self._counts.get(kind, 0) + number

    def name(self, kind: str, text: str, armed: Sequence[Optional[Armed]]) -> None:
        """The files of a table were not seen, or nothing was, for a reason."""
        if self._blinds(armed) and (kind, text) not in self._named:
            self._named.append((kind, text))

    def blinds(self, armed: Optional[Armed]) -> bool:
        """Whether something of what was written under this profile was not seen."""
        return any(one is armed for one in self._blind)

    def sentences(self) -> List[str]:
        """What to report, each kind once."""
        found: List[str] = [SEALED if self.sealed else ALWAYS]
        for kind in _COUNTED:
            count = self._counts.get(kind, 0)
            if count:
                one, many = _COUNTED[kind]
                found.append(one if count == 1 else many(count))
        return found + sorted(_NAMED[kind](text) for kind, text in self._named)

    def _blinds(self, armed: Sequence[Optional[Armed]]) -> bool:
        """Remembers armed profiles; whether there is one. Without a profile nothing is checked."""
        found = [one for one in armed if one is not None and one.profile is not None]
        self._blind += [one for one in found if not self.blinds(one)]
        return bool(found)
