"""What was moved within S3 by whomever, as the sealed file system of the driver noted it.

Must not know: how objects are listed, what their headers say.
"""

from typing import List, Set, Tuple

from ...shapes import SparkContext
from ...spark import filesystems, java_classes
from ...state import Armed
from ..reading.location import S3Location
from . import matching
from .matching import Write


def added(
    timeline: List[Armed], context: SparkContext, queue: List[Write], seen: Set[Tuple[int, float]]
) -> Tuple[List[Write], List[Write]]:
    """(all writes to check, those of them that are renames of other code than Spark SQL).

    queue: what Spark SQL wrote; those that stand for a rename are given its number. seen: number
    and time of the renames that were taken before; grows. Raises what py4j raises.
    """
    others: List[Write] = []
    if not java_classes.are_loaded(context):
        return queue, others
    for move in filesystems.moves(java_classes.inspect(context, None)["moved"]):
        location = S3Location.parse(move.path)
        armed = matching.armed_at(timeline, move.ended)
        name = (move.number, move.began)
        if name in seen or location is None or not matching.is_due(armed):
            continue
        seen.add(name)
        known = [one for one in queue if _stands_for(one, location, move.began, move.ended)]
        if known:
            more = known[0]._replace(moves=(*known[0].moves, move.number))
            queue = [more if one is known[0] else one for one in queue]
            continue
        others.append(
            Write(
                -1 - move.number,
                location,
                move.began,
                move.ended,
                armed,
                moved=True,
                moves=(move.number,),
                file=not move.folder,
            )
        )
    return queue + others, others


def _stands_for(write: Write, location: S3Location, began: float, ended: float) -> bool:
    """Whether a rename is part of a write that moved files."""
    below = (location.path + "/").startswith(write.location.path + "/")
    same = location.bucket == write.location.bucket
    return write.moved and same and below and write.began - 1 <= began <= ended <= write.ended + 1
