"""An S3 endpoint on loopback: moto's server, with a bucket and two KMS keys.

In front of moto stand the rules of S3 and KMS that it does not have (`demo.rules`): what S3 refuses
is refused. Signatures are not checked, and only users and roles that are named (`enforced`) need
permissions. Must not know: Spark, Jupyter. Run alone: `python -m demo.endpoint`.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import ipaddress
import json
import logging
import signal
import ssl
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from demo.rules.encryption import ASKED
from demo.rules.errors import App
from demo.rules.front import CONTROL, Front
from demo.rules.settings import Settings

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

REGION = "eu-west-1"
BUCKET = "analytics"
#: moto's own, for whoever it does not know.
ACCOUNT = "123456789012"
ACCESS_KEY = "demo-access-key"
SECRET_KEY = "demo-secret-key"  # noqa: S105 - moto takes any
TRUST_PASSWORD = "changeit"  # noqa: S105 - Java's own default; the store holds no secret


class Stored(NamedTuple):
    """What S3 says of one stored object; "" if it sends no such header.

    An object of SSE-C, of which S3 says nothing without its key, has the MD5 of that as its key. One
    that its client encrypted is of CSE-KMS, with the key that KMS opens its data key with.
    asked: whether its writer asked for this; else it is the default of the bucket, which every
    object has that is sent without a header.
    """

    key: str
    algorithm: str
    kms_key_id: str
    asked: bool = True

    @property
    def written(self) -> tuple[str, str]:
        """Algorithm and key that its writer asked for; ("", "") if it was sent without a header."""
        return (self.algorithm, self.kms_key_id) if self.asked else ("", "")


class _Dispatcher(DomainDispatcherApplication):
    """moto's, which lists its own folders anew for every request, all threads in turn."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[Any, Any] = {}

    def get_backend_for_host(self, host: Any) -> Any:
        """The name of moto's backend for a host; None if there is none."""
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


class _Handler(MotoRequestHandler):
    def handle_expect_100(self) -> bool:
        """Says nothing: werkzeug says "100 Continue" too, and Netty takes the second for the answer."""
        return True


class Endpoint:
    """A running endpoint, on two ports of 127.0.0.1. Use it with `with`.

    `url` is plain HTTP, for boto3. `tls_url` is the same over TLS, for Spark: the AWS SDK v1 of
    Hadoop 3.3 refuses SSE-KMS and SSE-C over plain HTTP (AmazonS3Client.assertHttps).
    `trust_store` is the Java store (PKCS12, password TRUST_PASSWORD) that trusts its certificate,
    `certificate` the certificate itself, as PEM.
    `bucket` is the bucket it begins with, `keys` the ARNs of its two KMS keys: the same ones
    after every start, so that a key chosen yesterday is still one of them.
    """

    _running = False

    def __init__(self, bucket: str = BUCKET) -> None:
        """Starts both servers on free ports, each in a thread.

        Raises RuntimeError if this process already has one: moto keeps its state per process.
        """
        if Endpoint._running:
            raise RuntimeError("this process already runs an S3 endpoint")
        Endpoint._running = True
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._files = tempfile.TemporaryDirectory(prefix="s3-endpoint-")
        self._servers: list[BaseWSGIServer] = []
        self.settings = Settings()
        try:
            self.certificate, key, self.trust_store = make_certificate(Path(self._files.name))
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(self.certificate, key)
            app = Front(_Dispatcher(), self.settings)
            self.url = "http://" + self._serve(app, None)
            self.tls_url = "https://" + self._serve(app, tls)
            self.bucket = self.create_bucket(bucket)
            self._keys = self._make_keys()
        except BaseException:
            self.stop()
            raise

    def _serve(self, app: App, tls: ssl.SSLContext | None) -> str:
        server = make_server(
            "127.0.0.1", 0, app, threaded=True, ssl_context=tls, request_handler=_Handler
        )
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_port}"

    @property
    def keys(self) -> list[str]:
        """The ARNs of its two keys; made anew if moto was emptied meanwhile, as `mock_aws` does."""
        there = {key.arn for key in get_backend("kms")[ACCOUNT][REGION].keys.values()}
        if not set(self._keys) <= there:
            self._keys = self._make_keys()
        return list(self._keys)

    def _make_keys(self) -> list[str]:
        self._moto("seed?a=1")
        return [self.create_key(f"demo key {name}") for name in ("A", "B")]

    def _moto(self, command: str) -> None:
        """Calls moto's own interface: `reset`, `seed`."""
        address = f"{self.url}/moto-api/{command}"
        with urllib.request.urlopen(address, data=b"", timeout=10):  # noqa: S310 - loopback
            return

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the servers and forgets everything that was stored."""
        if len(self._servers) == 2:
            self._moto("reset")
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()
        self._files.cleanup()
        Endpoint._running = False

    def create_bucket(self, name: str) -> str:
        """Makes a bucket and returns its name."""
        client(self.url).create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        return name

    def create_key(self, description: str) -> str:
        """Makes a KMS key and returns its ARN."""
        answer = client(self.url, "kms").create_key(Description=description)
        return str(answer["KeyMetadata"]["Arn"])

    def stored(self, prefix: str = "", bucket: str = "") -> list[Stored]:
        """What is stored under a prefix, with the headers that S3 answers."""
        return stored(self.url, bucket or self.bucket, prefix)

    def to_dict(self) -> dict[str, Any]:
        """What another process needs to use this endpoint; JSON."""
        return {
            "url": self.url,
            "tlsUrl": self.tls_url,
            "trustStore": str(self.trust_store),
            "region": REGION,
            "bucket": self.bucket,
            "keys": self.keys,
        }


def client(url: str, service: str = "s3") -> Any:
    """A boto3 client of this endpoint, with the demo's credentials and no long waits."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            s3={"addressing_style": "path"},
            retries={"max_attempts": 2},
            connect_timeout=5,
            read_timeout=30,
        ),
    )


def stored(url: str, bucket: str, prefix: str = "") -> list[Stored]:
    """The objects under a prefix, each with the algorithm and key id of its own HEAD answer.

    An object that is gone again before it was asked for (a temporary file) is left out.
    """
    s3 = client(url)
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            one = look_at(s3, bucket, item["Key"])
            if one is not None:
                found.append(one)
    return found


def look_at(s3: Any, bucket: str, key: str) -> Stored | None:
    """What S3 says of one object; None if it is not there (any more)."""
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "404":
            return None
        asked = error.response["ResponseMetadata"]["HTTPHeaders"].get(ASKED, "")
        if error.response["Error"]["Code"] != "400" or not asked.startswith("SSE-C "):
            raise
        return Stored(key, *asked.split(" "))
    client_side = head["Metadata"].get("x-amz-key-v2") or head["Metadata"].get("x-amz-3")
    if client_side:
        return Stored(key, "CSE-KMS", _key_of_client(s3.meta.endpoint_url, head["Metadata"]))
    asked = head["ResponseMetadata"]["HTTPHeaders"].get(ASKED)
    algorithm, kms_key_id = head.get("ServerSideEncryption", ""), head.get("SSEKMSKeyId", "")
    return Stored(key, algorithm, kms_key_id, asked != "")


def _key_of_client(url: str, metadata: dict[str, str]) -> str:
    """The key that the data key of an object of Amazon's encryption client was encrypted with.

    Version 2 of its format has the ciphertext and the context in other fields than version 3.
    """
    blob = metadata.get("x-amz-key-v2") or metadata["x-amz-3"]
    context = json.loads(metadata.get("x-amz-matdesc") or metadata.get("x-amz-t") or "{}")
    answer = client(url, "kms").decrypt(
        CiphertextBlob=base64.b64decode(blob), EncryptionContext=context
    )
    return str(answer["KeyId"])


def control(url: str, **values: Any) -> dict[str, Any]:
    """Changes what an endpoint does, see `demo.rules.settings`; `counts=True` answers and empties
    the counts of requests. Raises urllib.error.HTTPError for a setting that there is not."""
    data = json.dumps(values).encode()
    with urllib.request.urlopen(url + CONTROL, data=data, timeout=10) as answer:  # noqa: S310
        return dict(json.load(answer))


@contextmanager
def before_2023(url: str) -> Iterator[None]:
    """What is stored meanwhile without a header is not encrypted, as S3 had it once."""
    control(url, defaults=False)
    try:
        yield
    finally:
        control(url, defaults=True)


def make_certificate(folder: Path) -> tuple[Path, Path, Path]:
    """Writes a certificate for 127.0.0.1, its key, and a Java trust store with the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "S3 endpoint on loopback")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    store = pkcs12.serialize_java_truststore(
        [pkcs12.PKCS12Certificate(certificate, b"endpoint")],
        serialization.BestAvailableEncryption(TRUST_PASSWORD.encode()),
    )
    pem = serialization.Encoding.PEM
    written = {
        "endpoint.crt": certificate.public_bytes(pem),
        "endpoint.key": key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        "trust.p12": store,
    }
    for file, content in written.items():
        (folder / file).write_bytes(content)
    return folder / "endpoint.crt", folder / "endpoint.key", folder / "trust.p12"


def main() -> None:
    """Runs the endpoint until Ctrl-C; the first line it prints is JSON."""
    argparse.ArgumentParser(description="An S3 and KMS endpoint on loopback.").parse_args()
    # Python installs no handler if its parent ignored SIGINT: nohup, a shell's background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Endpoint() as endpoint:
        print(json.dumps(endpoint.to_dict()), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Endpoint stopped.", flush=True)


if __name__ == "__main__":
    main()
