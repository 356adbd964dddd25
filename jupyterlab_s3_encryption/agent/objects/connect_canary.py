"""The canary over Spark Connect: Spark writes it, boto3 reads it back and removes it.

Must not know: requests, how a report looks.
"""

from typing import Any, List, Set

from ..sentences import say
from ..spark.connect import server
from ..spark.remote import calls
from . import canary, removal
from .reading import boto_reader

#: How many tasks write; the number of slots is unknown.
TASKS = 16


class Canary(canary.Canary):
    """One canary. `total` is None if the number of executors is not known."""

    def _open(self) -> boto_reader.Reader:
        return boto_reader.Reader(self._session, self._location)

    def _absent(self, reader: Any) -> List[str]:
        # Raises if it could not be read back: then nothing is written.
        if reader.keys(self._folder):
            raise canary.TakenError(say("Something is stored under %1.", self._folder))
        return []

    def _write(self, _: Any) -> None:
        self._entry["slots"] = TASKS
        spark = self._session.spark
        frame = spark.range(0, TASKS, 1, TASKS).selectExpr(canary.WHO, canary.TEXT % 50)
        writer = frame.write.partitionBy("executor")

        # Who waits for this knows its own limits: this one only ends what nobody waits for any more.
        limit = sum(canary.LIMITS) + canary.GRACE
        calls.within(limit, lambda: writer.text(self._folder + "/0"), spark)

    def _cancel(self) -> None:
        calls.interrupt(self._session.spark)

    def _read(self, reader: Any) -> None:
        super()._read(reader)
        wrote: Set[str] = {row["executor"] for row in self._entry["objects"] if row["executor"]}
        total = server.processes(self._state)
        self._entry["executors"] = {"total": total, "wrote": len(wrote)}

    def _remove(self, reader: Any, _: List[str]) -> None:
        """Removes the keys that Spark wrote below our folder, folder markers too."""
        root = self._location.root()
        try:
            keys = [key for key in reader.keys(self._folder) if removal.is_ours(key)]
            for begin in range(0, len(keys), removal.BATCH):
                reader.remove(keys[begin : begin + removal.BATCH])
            self._entry["left"] = [root + key for key in reader.keys(self._folder)]
        except Exception:  # noqa: BLE001 - reported as left
            self._entry["left"] = [self._folder]
        self._entry["removed"] = not self._entry["left"]
