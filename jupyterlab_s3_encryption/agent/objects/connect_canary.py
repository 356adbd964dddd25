"""The canary over Spark Connect: Spark writes it, boto3 reads it back and removes it.

Must not know: requests, how a report looks.
"""

import threading
from typing import Any, List, Set

from . import canary, connect_executors
from .reading import boto_reader

#: How many tasks write; the number of slots is unknown.
TASKS = 16
#: How many keys S3 removes in one request.
BATCH = 1000


class Canary(canary.Canary):
    """One canary. The number of executors is unknown: `total` is None."""

    def _open(self) -> Any:
        reader = boto_reader.Reader(self._session, self._location)
        # Raises if it could not be read back: then nothing is written.
        reader.keys(self._folder)
        return reader

    def _absent(self, _: Any) -> List[str]:
        return []

    def _write(self, _: Any) -> None:
        self.entry["slots"] = TASKS
        spark = self._session.spark
        frame = spark.range(0, TASKS, 1, TASKS).selectExpr(canary.WHO, canary.TEXT % 50)
        writer = frame.write.partitionBy("executor")

        def give_up() -> None:
            self._late = True
            if hasattr(spark, "interruptTag"):
                spark.interruptTag(connect_executors.TAG)

        timer = threading.Timer(canary.TIME_LIMIT, give_up)
        timer.daemon = True
        tagged = hasattr(spark, "addTag")
        if tagged:
            spark.addTag(connect_executors.TAG)
        timer.start()
        try:
            writer.text(self._folder + "/0")
        finally:
            timer.cancel()
            if tagged:
                spark.removeTag(connect_executors.TAG)

    def _read(self, reader: Any) -> None:
        super()._read(reader)
        wrote: Set[str] = {row["executor"] for row in self.entry["objects"] if row["executor"]}
        self.entry["executors"] = {"total": None, "wrote": len(wrote)}

    def _remove(self, reader: Any, _: List[str]) -> None:
        """Removes every key below our folder, including folder markers."""
        try:
            keys = reader.keys(self._folder)
            for begin in range(0, len(keys), BATCH):
                reader.remove(keys[begin : begin + BATCH])
            root = self._location.root()
            self.entry["left"] = [root + key for key in reader.keys(self._folder)]
        except Exception:  # noqa: BLE001 - reported as left
            self.entry["left"] = [self._folder]
        self.entry["removed"] = not self.entry["left"]
