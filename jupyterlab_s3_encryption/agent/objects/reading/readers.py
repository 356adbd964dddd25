"""Which reader a Spark session needs: one in its JVM, or boto3 over Spark Connect."""

from ...shapes import Unchecked
from ...spark.sessions import JvmSession, Session
from .boto_reader import Reader as BotoReader
from .java_reader import Reader as JavaReader
from .location import S3Location


def reader_of(session: Session, location: S3Location, boto_loads: bool = True) -> Unchecked:
    """A reader for a session; over Spark Connect one that needs no JVM. Raises what its constructor raises.

    boto_loads: whether one in a JVM may load boto3.
    """
    if isinstance(session, JvmSession):
        return JavaReader(session, location, boto_loads=boto_loads)
    return BotoReader(session, location)
