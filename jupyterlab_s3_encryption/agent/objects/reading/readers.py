"""Which reader a Spark session needs: one in its JVM, or boto3 over Spark Connect."""

from ...shapes import Unchecked
from ...spark.sessions import JvmSession, Session
from .boto_reader import Reader as BotoReader
from .java_reader import Reader as JavaReader
from .location import S3Location


def reader_of(session: Session, location: S3Location) -> Unchecked:
    """A reader for a session; over Spark Connect one that needs no JVM. Raises what its constructor raises."""
    if isinstance(session, JvmSession):
        return JavaReader(session, location)
    return BotoReader(session, location)
