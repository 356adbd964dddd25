"""The S3 endpoint of the demo and the tests, without Spark.

Must not know: Spark, the agent.
"""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from moto import mock_aws

from demo.endpoint import Stored, client
from tests import ROOT

pytestmark = pytest.mark.slow

START = [sys.executable, "-m", "demo.endpoint"]


def run_alone(*before: str) -> dict[str, object]:
    """Starts the endpoint in a process of its own, asks it over TLS, ends it with Ctrl-C.

    `before`: the command that starts it, if it is not started directly.
    """
    command = [*before, *START]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            info = json.loads(process.stdout.readline())
            certificate = Path(info["trustStore"]).with_name("endpoint.crt")
            trust = ssl.create_default_context(cafile=str(certificate))
            with urllib.request.urlopen(
                f"{info['tlsUrl']}/moto-api/data.json", context=trust
            ) as answer:
                assert answer.status == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert not certificate.exists()
        finally:
            process.kill()
    return info


def test_the_headers_of_what_is_stored_are_read_back_from_s3(endpoint, bucket):
    s3 = client(endpoint.url)
    s3.put_object(Bucket=bucket, Key="a/plain", Body=b"x")
    s3.put_object(Bucket=bucket, Key="a/s3", Body=b"x", ServerSideEncryption="AES256")
    s3.put_object(
        Bucket=bucket,
        Key="a/kms",
        Body=b"x",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=endpoint.keys[1],
    )
    s3.put_object(Bucket=bucket, Key="b/other", Body=b"x")
    assert endpoint.stored("a/", bucket) == [
        Stored("a/kms", "aws:kms", endpoint.keys[1]),
        Stored("a/plain", "AES256", "", asked=False),
        Stored("a/s3", "AES256", ""),
    ]


def test_there_are_two_different_keys_of_the_right_region(endpoint):
    assert len(set(endpoint.keys)) == 2
    assert all(key.startswith("arn:aws:kms:eu-west-1:123456789012:key/") for key in endpoint.keys)


def test_its_keys_are_there_although_somebody_emptied_moto_in_this_process(endpoint):
    before = endpoint.keys
    with mock_aws():
        pass
    assert endpoint.keys == before
    [first, _] = endpoint.keys
    bucket = endpoint.create_bucket("emptied-and-filled")
    client(endpoint.url).put_object(
        Bucket=bucket, Key="x", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=first
    )


def test_a_client_that_waits_for_100_continue_is_told_so_once(endpoint, bucket):
    """As Netty does in Amazon's encryption client, which takes a second one for the answer."""
    address = client(endpoint.url).generate_presigned_url(
        "put_object", Params={"Bucket": bucket, "Key": "x"}
    )
    place = urllib.parse.urlsplit(address)
    with socket.create_connection((place.hostname, place.port), 10) as connection:
        head = f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        head += "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head.encode())
        found = connection.recv(1000)
        connection.sendall(b"1")
        while block := connection.recv(1000):
            found += block
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"100", b"200"]


def test_it_runs_alone_and_its_keys_are_the_same_after_the_next_start():
    first, second = run_alone(), run_alone()
    assert first["keys"] == second["keys"]


def test_ctrl_c_ends_it_also_if_its_parent_ignored_ctrl_c():
    run_alone("sh", "-c", 'trap "" INT; exec "$@"', "sh")
