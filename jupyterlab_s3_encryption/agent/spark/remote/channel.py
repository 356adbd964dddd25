"""Requests about settings on the connection of a Spark Connect client, without its ten minutes of retries.

Uses what pyspark's client (Spark 4.0 to 4.3) has for itself; with another client callers do without.
Must not know: what the settings are.
"""

from typing import Callable, Dict, Optional

from ...sentences import say
from ...shapes import Java, SparkSession

#: Seconds that a server may take for a request, and that a lost connection may take to come back.
ANSWER, RETURN = 10.0, 3.0
#: What a server says of a session that it does not know (any more), and pyspark of an answer of one.
_UNKNOWN = ("INVALID_HANDLE.SESSION_", "server side session identifier", "NO_ACTIVE_SESSION")


#: gRPC's status for a client whose token has expired, or is of somebody else.
_EXPIRED = "UNAUTHENTICATED"


class GoneError(Exception):
    """A server that does not answer, or does not know the client or the session. session: its id."""

    def __init__(self, spark: Optional[SparkSession], reason: str) -> None:
        Exception.__init__(self, reason)
        self.session = str(getattr(spark, "_session_id", ""))


def settings(
    spark: SparkSession, fill: Callable[[Java], object]
) -> Optional[Dict[str, Optional[str]]]:
    """The settings that one request brings; None if this client cannot be asked like that.

    fill: fills in the operation of Connect's ConfigRequest. Raises GoneError, and what pyspark
    raises.
    """
    client: Optional[Java] = getattr(spark, "_client", None)
    # What came with Spark 4 tells a client that is known here.
    if client is None or not hasattr(type(getattr(spark, "conf", None)), "getAll"):
        return None
    try:
        request = client._config_request_with_metadata()
        fill(request.operation)
        send, check, metadata = (
            client._stub.Config,
            client._verify_response_integrity,
            client._builder.metadata,
        )
    except AttributeError:
        return None
    try:
        answer = _sent(spark, client, send, request, metadata)
        check(answer)
    except GoneError:
        raise
    except Exception as error:
        if is_gone(error):
            raise GoneError(spark, _reason(error)) from error
        raise
    return {
        str(pair.key): str(pair.value) if pair.HasField("value") else None for pair in answer.pairs
    }


def _sent(spark: SparkSession, client: Java, send: Java, request: Java, metadata: Java) -> Java:
    """The answer to a request; one whose connection was lost is sent again if that comes back."""
    limit = ANSWER
    lost: Optional[Exception] = None
    while True:
        try:
            wait = lost is not None
            return send(request, metadata=metadata(), timeout=limit, wait_for_ready=wait)
        except Exception as error:
            code = _code(error)
            if code == "UNAVAILABLE" and lost is None:
                limit, lost = RETURN, error
                continue
            if code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
                raise GoneError(spark, _reason(lost or error)) from error
            gone = expired(spark, error)
            if gone is not None:
                raise gone from error
            client._handle_error(error)  # which raises it as pyspark's own
            raise


def is_refused(spark: SparkSession) -> bool:
    """Whether there is no connection to the server now, or it does not know the session."""
    try:
        client: Java = spark._client  # type: ignore[attr-defined]
        request = client._config_request_with_metadata()
        request.operation.get_with_default.pairs.add(key="spark.app.name")
        client._stub.Config(request, metadata=client._builder.metadata(), timeout=RETURN)
    except Exception as error:  # noqa: BLE001 - any other answer is one
        return _code(error) == "UNAVAILABLE" or is_gone(error)
    return False


def expired(spark: Optional[SparkSession], error: Optional[BaseException]) -> Optional[GoneError]:
    """What to raise for an error by which a server does not take a client's token; None for others."""
    while error is not None:
        if _code(error) == _EXPIRED:
            reason = say("The Spark Connect server does not let this session in: %1.", _line(error))
            return GoneError(spark, reason)
        error = error.__cause__ or error.__context__
    return None


def is_gone(error: Optional[BaseException]) -> bool:
    """Whether an error means that the server, or the session there, is gone."""
    while error is not None:
        if isinstance(error, GoneError) or any(text in str(error) for text in _UNKNOWN):
            return True
        if _code(error) == _EXPIRED:
            return True
        error = error.__cause__ or error.__context__
    return False


def _code(error: BaseException) -> str:
    """The name of gRPC's status; "" for an error of something else."""
    found = getattr(error, "code", None)
    try:
        return str(found().name) if callable(found) else ""
    except Exception:  # noqa: BLE001 - another library's code
        return ""


def said(error: BaseException) -> Optional[str]:
    """What a server said when it refused something, with gRPC's status; None for another error."""
    found: Optional[BaseException] = error
    while found is not None:
        if _code(found):
            return "%s: %s" % (_code(found), _line(found))
        found = found.__cause__ or found.__context__
    return None


def _reason(error: BaseException) -> str:
    return say("The Spark Connect server does not answer: %1.", _line(error))


def _line(error: BaseException) -> str:
    """What gRPC says of an error, in one line without a full stop."""
    found: Optional[Java] = getattr(error, "details", None)
    text = str(found()) if callable(found) else str(error)
    lines = text.strip().splitlines() or [""]
    return lines[0].rstrip(".")
