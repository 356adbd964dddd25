"""Calls of a Connect server that hold the kernel for a bounded time.

Must not know: what is called.
"""

import threading
import time
from typing import Callable, List, Optional, TypeVar

from ...sentences import say
from ...shapes import SparkSession
from . import channel

#: The tag by which a late query is interrupted.
TAG = "s3-encryption"

Made = TypeVar("Made")


def within(seconds: float, call: Callable[[], Made], spark: Optional[SparkSession] = None) -> Made:
    """What a call returns; raises what it raises, and TimeoutError if it takes longer than that.

    spark: whose query it is; a late one is interrupted. If the server is gone meanwhile, that is
    known sooner: pyspark tries again for ten minutes. channel.GoneError says so.
    """
    answers: List[Made] = []
    failed: List[BaseException] = []

    def work() -> None:
        try:
            if spark is not None and hasattr(spark, "addTag"):
                spark.addTag(TAG)  # of this thread only
            answers.append(call())
        except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
            failed.append(error)

    thread = threading.Thread(target=work, name="s3-encryption")
    thread.daemon = True
    thread.start()
    end = time.monotonic() + max(0.1, seconds)
    refused = 0
    thread.join(min(1.0, max(0.1, seconds)))
    while thread.is_alive() and time.monotonic() < end:
        refused = refused + 1 if spark is not None and channel.is_refused(spark) else 0
        if refused == 2:
            raise channel.GoneError(spark, say("The Spark Connect server is gone."))
        thread.join(max(0.1, min(1.0, end - time.monotonic())))
    if thread.is_alive():
        if spark is not None:
            interrupt(spark)
        raise TimeoutError(say("The server did not answer within %1 seconds.", round(seconds)))
    if failed:
        error = failed.pop()
        try:
            raise channel.expired(spark, error) or error
        finally:
            del error  # a frame that is in its own error's traceback keeps sessions alive
    return answers[0]


def interrupt(spark: SparkSession) -> None:
    """Has a query of ours interrupted, in the background: a server may not answer this either."""
    if hasattr(spark, "interruptTag"):
        thread = threading.Thread(target=_interrupt, args=(spark,), name="s3-encryption")
        thread.daemon = True
        thread.start()


def _interrupt(spark: SparkSession) -> None:
    try:
        spark.interruptTag(TAG)
    except Exception:  # noqa: BLE001 - the server is gone
        return
