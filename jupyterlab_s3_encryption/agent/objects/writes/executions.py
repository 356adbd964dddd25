"""Spark's own record of its SQL executions (SQLAppStatusStore): what ended since the last check.

No listener, no hook. Must not know: profiles, what is stored. Source of the names: Spark 3.3 to 4.x.
"""

from typing import Dict, Iterator, List, NamedTuple, Optional, Union

from ...shapes import Java
from ...spark import jvm
from ...spark.sessions import Classic
from ..reading import bulk_calls
from . import write_targets

#: How many executions are checked at most; Spark itself keeps as many.
MAX_EXECUTIONS = 1000
_RETAINED = "spark.sql.ui.retainedExecutions"
#: Nodes of a plan's graph that are read: the command is the first.
_NODES = 4
#: Checks after which an execution that Spark does not list, or no longer runs, is given up.
_ATTEMPTS = 2
#: How many partitions of a table are checked at most.
_MAX_PARTITIONS = 50000


class Ended(NamedTuple):
    """One execution that is over. began, ended: seconds since 1970."""

    number: int
    began: float
    ended: float
    wrote: write_targets.Targets


class Missing(NamedTuple):
    """So many executions that cannot be checked. before: when the next one began, if known.

    listed: whether Spark still lists them, and only does not say that they ended.
    """

    number: int
    before: Optional[float]
    listed: bool = False


class Record:
    """Reads Spark's record, and remembers which executions were read."""

    def __init__(self) -> None:
        self._next = 0
        #: Executions that have not ended, or are not listed yet -> how often they were checked.
        self._open: Dict[int, int] = {}
        self._behind = False

    def unfinished(self) -> bool:
        """Whether an execution had not ended, or may not have been listed, at the last check."""
        return bool(self._open) or self._behind

    def steps(self, session: Classic) -> Iterator[Union[Ended, Missing, None]]:
        """What is new, in the order of Spark's numbers; None after a step without any."""
        started = _started(session)
        settled = _wait_for_events(session)
        store = _store(session)
        count = int(store.executionsCount())
        first = last = self._next - 1
        if count:
            first = int(store.executionsList(0, 1).apply(0).executionId())
            last = int(store.executionsList(count - 1, 1).apply(0).executionId())
        self._behind = not settled and started is not None and last < started - 1
        if settled and started is not None:
            last = max(last, started - 1)
        if self._next == 0 and settled and count < _retained(session):
            # Nothing was dropped yet: smaller numbers are of applications before this one.
            self._next = first if count else max(0, started or 0)
        begin = self._next
        missing = 0
        if count and first > begin:
            missing, begin = first - begin, first
        if last - begin >= MAX_EXECUTIONS:
            missing, begin = missing + last + 1 - MAX_EXECUTIONS - begin, last + 1 - MAX_EXECUTIONS
        for number in sorted(self._open) + list(range(begin, last + 1)):
            self._next = max(self._next, number + 1)
            found = store.execution(number)
            if not found.isDefined():
                missing += self._again(number)
                yield None
                continue
            data = found.get()
            began = int(data.submissionTime()) / 1000.0
            if missing:
                yield Missing(missing, began)
                missing = 0
            yield self._read(session, number, began, data)
        if missing:
            yield Missing(missing, None)

    def _read(
        self, session: Classic, number: int, began: float, data: Java
    ) -> Union[Ended, Missing, None]:
        over = data.completionTime()
        if not over.isDefined():
            if _runs(session, number) or not self._again(number):
                self._open.setdefault(number, 0)
                return None
            return Missing(1, began, True)
        self._open.pop(number, None)
        text = str(data.physicalPlanDescription())
        wrote = write_targets.targets(text)
        if wrote.unclear in (write_targets.CUT, write_targets.MODE):
            command = write_targets.targets(_command(session, number))
            wrote = command if command.unclear is None else wrote
        return Ended(number, began, int(over.get().getTime()) / 1000.0, wrote)

    def _again(self, number: int) -> int:
        """Counts a check of an execution that was not listed; 1 if it is given up now, else 0."""
        attempts = self._open.pop(number, 0) + 1
        if attempts >= _ATTEMPTS:
            return 1
        self._open[number] = attempts
        return 0


def _retained(session: Classic) -> int:
    """How many executions Spark keeps in its record."""
    return int(jvm.scala(session.context).getConf().get(_RETAINED, "1000"))


def location(session: Classic, table: str) -> Optional[str]:
    """Where the files of a table of Spark's catalog are; None if the catalog does not say."""
    try:
        return str(_metadata(session, table).location().toString())
    except Exception:  # noqa: BLE001 - dropped since, or not in Spark's own catalog
        return None


def elsewhere(session: Classic, table: str) -> Optional[List[str]]:
    """Where partitions of a table are that are not below its location; None if not known."""
    try:
        metadata = _metadata(session, table)
        if metadata.partitionColumnNames().isEmpty():
            return []
        identifier = metadata.identifier()
        catalog = session.spark._jsparkSession.sessionState().catalog()
        java = bulk_calls.of(session.context)
        found = catalog.listPartitions(identifier, java.named("scala.Option").empty())
        if int(found.size()) > _MAX_PARTITIONS:
            return None
        return _outside(java, str(metadata.location().toString()), found)
    except Exception:  # noqa: BLE001 - dropped since, or a catalog that does not say
        return None


def _outside(java: bulk_calls.Jvm, root: str, partitions: Java) -> List[str]:
    try:
        listed = java.named("scala.jdk.javaapi.CollectionConverters").asJava(partitions)
    except Exception:  # noqa: BLE001 - Scala 2.12 has it under another name
        listed = java.named("scala.collection.JavaConverters").seqAsJavaList(partitions)
    owner = java.cls("org.apache.spark.sql.catalyst.catalog.CatalogTablePartition")
    paths = java.texts(java.each(java.method(owner, "location"), listed.toArray()))
    inside = root.rstrip("/") + "/"
    return sorted({path.rstrip("/") for path in paths if not path.startswith(inside)})


def _metadata(session: Classic, table: str) -> Java:
    """What Spark's catalog says of a table; raises what Java raises."""
    state = session.spark._jsparkSession.sessionState()
    name = table[len("`spark_catalog`.") :] if table.startswith("`spark_catalog`.") else table
    identifier = state.sqlParser().parseTableIdentifier(name)
    found: Java = state.catalog().getTableMetadata(identifier)
    return found


def _store(session: Classic) -> Java:
    found: Java = session.spark._jsparkSession.sharedState().statusStore()
    return found


def _command(session: Classic, number: int) -> str:
    """The first operators of a plan's graph, which is neither cut nor in another mode."""
    try:
        nodes = _store(session).planGraph(number).allNodes()
        count = min(_NODES, int(nodes.size()))
        lines = [str(nodes.apply(position).desc()) for position in range(count)]
    except Exception:  # noqa: BLE001 - another Spark's, or gone meanwhile
        lines = []
    return write_targets.of_operators(lines)


def _wait_for_events(session: Classic) -> bool:
    """Waits until Spark's record has received all events; whether it has."""
    try:
        jvm.scala(session.context).listenerBus().waitUntilEmpty(100)
    except Exception:  # noqa: BLE001 - busy, or another Spark's: what is not over is seen next time
        return False
    return True


_EXECUTION = "org.apache.spark.sql.execution.SQLExecution"


def _started(session: Classic) -> Optional[int]:
    """How many executions were started so far; None if that cannot be known."""
    context = session.context
    try:
        module = jvm.field(context, _EXECUTION + "$", "MODULE$").get(None)
        return int(jvm.field(context, _EXECUTION + "$", "_nextExecutionId").get(module))
    except Exception:  # noqa: BLE001 - another Spark's fields
        return None


def _runs(session: Classic, number: int) -> bool:
    """Whether an execution is running; also if Spark cannot be asked."""
    try:
        found = jvm.java_class(session.context, _EXECUTION).getQueryExecution(number)
    except Exception:  # noqa: BLE001 - another Spark's
        return True
    return found is not None
