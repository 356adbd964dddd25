"""Records what Spark and boto3 really print for the errors that the diagnosis knows.

An endpoint on loopback answers with the codes and sentences of S3 and KMS; Spark, S3A and boto3 are
real, so stack traces and wording around the sentence are theirs. The sentences themselves are those
of the AWS documentation (Amazon S3 user guide, "Troubleshoot access denied (403 Forbidden) errors"),
and, for the states of a key, those that LocalStack's tests recorded from AWS.

    .venv/bin/python -m tests.examples.record_errors                              the Spark of .venv
    PYTHONPATH=$PWD/.venv/opt/spark-3.5 .venv/bin/python -m tests.examples.record_errors   Spark 3.5

Must not know: the diagnosis.
"""

from __future__ import annotations

import re
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from demo.environment import spark_conf
from tests import EXAMPLES, ROOT
from tests.support.spark_script import run_script

OUT = EXAMPLES / "errors"
ROLE = "arn:aws:sts::111122223333:assumed-role/EmrNotebooks/i-0abcd1234efgh5678"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
US_KEY = KEY.replace("eu-west-1", "us-east-1")
GUIDE = "Amazon S3 user guide, Troubleshoot access denied errors"
RECORDED = "LocalStack's tests, recorded from AWS (tests/aws/services/s3)"


def not_authorized(action: str, resource: str, why: str) -> str:
    """The sentence of AWS for a refused action."""
    return f"User: {ROLE} is not authorized to perform: {action} on resource: {resource} {why}"


def s3_object(bucket: str) -> str:
    """The object that the recorded programs write, as AWS quotes it."""
    return f'"arn:aws:s3:::{bucket}/table/part-0"'


BY_IDENTITY = "because no identity-based policy allows the {} action"
BY_RESOURCE = "because no resource-based policy allows the {} action"
DENY = "with an explicit deny in a resource-based policy"
BLOCKED = (
    "because this bucket has blocked upload requests that specify Server Side Encryption with "
    "Customer provided keys (SSE-C). Please specify a different server-side encryption type"
)

#: By bucket: status, code, sentence, where the sentence comes from.
ANSWERS: dict[str, tuple[int, str, str, str]] = {
    "put-denied": (
        *(403, "AccessDenied"),
        not_authorized("s3:PutObject", s3_object("put-denied"), BY_IDENTITY.format("s3:PutObject")),
        GUIDE,
    ),
    "generate-denied": (
        *(403, "AccessDenied"),
        not_authorized("kms:GenerateDataKey", KEY, BY_IDENTITY.format("kms:GenerateDataKey")),
        GUIDE,
    ),
    "generate-denied-by-key": (
        *(403, "AccessDenied"),
        not_authorized("kms:GenerateDataKey", KEY, BY_RESOURCE.format("kms:GenerateDataKey")),
        GUIDE,
    ),
    "decrypt-denied": (
        *(403, "AccessDenied"),
        not_authorized("kms:Decrypt", KEY, BY_IDENTITY.format("kms:Decrypt")),
        GUIDE,
    ),
    "key-disabled": (400, "KMS.DisabledException", f"{KEY} is disabled.", RECORDED),
    "key-pending": (400, "KMS.KMSInvalidStateException", f"{KEY} is pending deletion.", RECORDED),
    "key-not-found": (400, "KMS.NotFoundException", f"Key '{KEY}' does not exist", RECORDED),
    "key-other-region": (400, "KMS.NotFoundException", "Invalid arn us-east-1", RECORDED),
    "explicit-deny": (
        *(403, "AccessDenied"),
        not_authorized("s3:PutObject", s3_object("explicit-deny"), DENY),
        GUIDE,
    ),
    "sse-c-blocked": (
        *(403, "AccessDenied"),
        not_authorized("s3:PutObject", s3_object("sse-c-blocked"), BLOCKED),
        GUIDE,
    ),
    "plain-denied": (403, "AccessDenied", "Access Denied", GUIDE),
}
READS = {"decrypt-denied"}

EMPTY_LIST = (
    "<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>"
)


class Endpoint(BaseHTTPRequestHandler):
    """Answers by the bucket in the path: nothing is there, and every write is refused."""

    protocol_version = "HTTP/1.1"

    def _send(self, status: int, body: str = "", **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", headers.pop("length", str(len(data))))
        self.send_header("Content-Type", "application/xml")
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Sat, 01 Nov 2025 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        bucket = self.path.lstrip("/").split("/")[0]
        status, code, message, _ = ANSWERS[bucket]
        body = (
            f"<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
            "<RequestId>4442587FB7D0A2F9</RequestId><HostId>host</HostId></Error>"
        )
        self._send(status, body)

    def do_HEAD(self) -> None:
        bucket, _, key = self.path.lstrip("/").partition("/")
        if bucket in READS and key.startswith("table/part"):
            self._send(200, length="100")
        else:
            self._send(200 if not key else 404)

    def do_GET(self) -> None:
        bucket, _, key = self.path.partition("?")[0].lstrip("/").partition("/")
        if key and bucket in READS:
            self._refuse()
        else:
            self._send(200, EMPTY_LIST)

    def do_PUT(self) -> None:
        self._refuse()

    def do_POST(self) -> None:
        self._refuse()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def record(spark, buckets, reads):  # runs in a process of its own, see spark_script
    """Texts of the errors by name, as a cell would print them."""
    import traceback

    import pyspark

    texts = {"version": pyspark.__version__}

    def attempt(name, action):
        try:
            action()
        except Exception:  # noqa: BLE001 - every error is recorded
            texts[name] = traceback.format_exc()
        else:
            texts[name] = ""

    frame = spark.range(3)
    for bucket in buckets:
        path = f"s3a://{bucket}/table"
        if bucket in reads:
            attempt(bucket, lambda at=path: spark.read.text(f"{at}/part-0").collect())
        else:
            attempt(bucket, lambda at=path: frame.write.mode("append").parquet(at))
    conf = spark._jsc.hadoopConfiguration()

    def with_settings(name, settings, at):
        for key, value in settings.items():
            conf.set(key, value)
        attempt(name, lambda: frame.write.parquet(f"s3a://{at}/table"))
        for key in settings:
            conf.unset(key)

    algorithm, key = "fs.s3a.encryption.algorithm", "fs.s3a.encryption.key"
    with_settings("aes256-with-key", {algorithm: "AES256", key: "arn:aws:kms:x"}, "bucket-one")
    with_settings("unknown-algorithm", {algorithm: "SSE-S3"}, "bucket-two")
    with_settings("sse-c-no-key", {algorithm: "SSE-C"}, "bucket-three")

    def closed():
        jvm = spark._jvm
        path = jvm.org.apache.hadoop.fs.Path("s3a://put-denied/x")
        system = path.getFileSystem(conf)
        system.close()
        system.create(path)

    attempt("filesystem-closed", closed)
    attempt("conf-not-found", lambda: spark.conf.get("fs.s3a.encryption.algorithm"))
    return texts


def boto_texts(url: str) -> dict[str, str]:
    """The same refusals as boto3 prints them."""
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    place = {"endpoint_url": url, "region_name": "eu-west-1", "config": config}
    s3 = boto3.client("s3", aws_access_key_id="a", aws_secret_access_key="s", **place)
    texts = {}
    for bucket in ANSWERS:
        try:
            if bucket in READS:
                s3.get_object(Bucket=bucket, Key="table/part-0")
            else:
                s3.put_object(Bucket=bucket, Key="table/part-0", Body=b"x")
        except Exception:  # noqa: BLE001 - every error is recorded
            texts[bucket] = traceback.format_exc()
    return texts


def save(name: str, program: str, text: str, sentence: str) -> None:
    """One file: where it came from, a line, the text."""
    root = str(ROOT)
    plain = re.sub(r"/tmp/[^/]+/script\.py", "cell", text.replace(root, ""))
    head = f"# Printed by {program}; see tests/examples/record_errors.py.\n# Sentence of AWS: {sentence}.\n\n"
    (OUT / f"{name}.txt").write_text(head + plain, "utf-8")


def main() -> None:
    """Records for the Spark at hand, and for boto3."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    OUT.mkdir(parents=True, exist_ok=True)
    conf = spark_conf(url)
    texts = run_script(
        record, conf, with_spark=True, buckets=list(ANSWERS), reads=sorted(READS), timeout=500
    )
    version = texts.pop("version")
    line = ".".join(version.split(".")[:2])
    for name, text in texts.items():
        if not text:
            print(f"{name}: no error")  # noqa: T201 - run by hand
            continue
        sentence = ANSWERS[name][3] if name in ANSWERS else "none, the text is Hadoop's or Spark's"
        save(f"spark-{line}-{name}", f"PySpark {version}", text, sentence)
    for name, text in boto_texts(url).items():
        save(f"boto3-{name}", "boto3", text, ANSWERS[name][3])
    server.shutdown()


if __name__ == "__main__":
    main()
