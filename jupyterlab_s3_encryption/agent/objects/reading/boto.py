"""Clients of boto3, what came of asking with them, and the headers of objects read with one.

With the endpoint and the credentials of Spark's fs.s3a.* if these are plain text there, else with
boto3's own. Must not know: profiles, verdicts, how objects were listed. Never keeps a secret.
"""

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Mapping, Optional, Union

from ...sentences import Sentence, say
from ...shapes import Json, Unchecked

#: Concurrent requests: most of the time goes into waiting for S3.
THREADS = 16


class NotReadError(Exception):
    """Nothing could be read from a service; the message says why."""


def available(load: bool) -> bool:
    """Whether boto3 can be used: it is loaded, or is installed and may be loaded."""
    if sys.modules.get("boto3") is not None:
        return True
    try:
        return load and importlib.util.find_spec("boto3") is not None
    except (ImportError, ValueError):  # somebody forbade it
        return False


#: A client of boto3.
Boto3 = Any


def first_line(error: BaseException) -> str:
    """What an error says, in one line of at most 300 characters."""
    text = str(error).splitlines()
    return text[0][:300] if text else type(error).__name__


def code_of(error: BaseException) -> str:
    """The code of an error that a service answered with; "" for any other error."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def refused(error: BaseException, permission: str) -> Optional[Sentence]:
    """That a permission is missing, if that is why a service refused; else None."""
    if code_of(error) in ("AccessDenied", "AccessDeniedException", "403"):
        return say("The role is not allowed to read it: it needs %1.", permission)
    return None


def unusable(error: BaseException) -> NotReadError:
    """That no client could be made."""
    return NotReadError(say("boto3 could not be used: %1", first_line(error)))


def late(endpoint: str, seconds: float) -> Sentence:
    """What did not answer in time. endpoint: "" if no client was made by then."""
    if not endpoint:
        return say(
            "boto3 was not ready within %1 seconds: it may be waiting for credentials.",
            int(seconds),
        )
    return say("%1 did not answer within %2 seconds.", endpoint, int(seconds))


def _pay(params: Dict[str, Dict[str, str]], **_: object) -> None:
    """As S3A does: on every request, as those that do not know the header ignore it."""
    params["headers"]["x-amz-request-payer"] = "requester"


class Boto:
    """A `client` for one bucket; `conf` is a Hadoop configuration, or a dict.

    tries: how often boto3 itself sends a request; patience: seconds that an answer may take; at_once:
    how many connections are kept. Raises what boto3 raises.
    """

    def __init__(
        self, conf: Unchecked, bucket: str, tries: int = 3, patience: int = 20, at_once: int = 32
    ) -> None:
        import boto3
        import botocore.config

        def value(name: str) -> Optional[str]:
            own = conf.get("fs.s3a.bucket.%s.%s" % (bucket, name))
            found: Optional[str] = own or conf.get("fs.s3a." + name)
            return found

        self._bucket = bucket
        options: Json = {}
        if value("access.key") and value("secret.key"):
            options["aws_access_key_id"] = value("access.key")
            options["aws_secret_access_key"] = value("secret.key")
            options["aws_session_token"] = value("session.token")
        endpoint = value("endpoint")
        if endpoint and "://" not in endpoint:
            plain = value("connection.ssl.enabled") == "false"
            endpoint = ("http://" if plain else "https://") + endpoint
        # Credentials of another store than S3 go to that store only.
        own = bool(endpoint) and "amazonaws.com" not in str(endpoint)
        self._beside: Json = dict(options, endpoint_url=endpoint if own else None)
        self._region = value("endpoint.region")
        style: Any = "path" if value("path.style.access") == "true" else "auto"
        config = botocore.config.Config(
            s3={"addressing_style": style},
            retries={"total_max_attempts": tries},
            connect_timeout=5,
            read_timeout=patience,
            max_pool_connections=at_once,
        )
        self.client: Boto3 = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=self._region,
            config=config,
            **options,
        )
        if value("requester.pays.enabled") == "true":
            self.client.meta.events.register("before-call.s3", _pay)

    def beside(self, service: str, region: Optional[str] = None) -> Boto3:
        """A client of another service, with the same credentials. Raises what boto3 raises."""
        import boto3
        import botocore.config

        config = botocore.config.Config(
            retries={"max_attempts": 1}, connect_timeout=3, read_timeout=5
        )
        chosen = region or self._region or self.client.meta.region_name
        make: Callable[..., Boto3] = boto3.client
        return make(service, region_name=chosen, config=config, **self._beside)

    def heads(self, keys: List[str], threads: int) -> List[Union[Dict[str, str], str]]:
        """For each key its headers by lower-case name, or the reason why there are none."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self._head, keys))

    def _head(self, key: str) -> Union[Dict[str, str], str]:
        try:
            answer = self.client.head_object(Bucket=self._bucket, Key=key)
        except Exception as error:  # noqa: BLE001 - reported for this object
            return "boto3: %s" % first_line(error)
        return headers_of(answer["ResponseMetadata"]["HTTPHeaders"], answer["Metadata"])


def headers_of(headers: Mapping[str, str], metadata: Mapping[str, str]) -> Dict[str, str]:
    """Headers of an answer by lower-case name, the user's metadata among them."""
    found = {str(name).lower(): str(value) for name, value in headers.items()}
    found.update((str(name).lower(), str(v)) for name, v in metadata.items())
    return found
