"""Faults on demand, as a client sees them. Must not know: how they are made."""

from __future__ import annotations

import time
import urllib.error

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ResponseStreamingError

from demo.endpoint import control


@pytest.fixture
def place(s3, bucket):
    s3.put_object(Bucket=bucket, Key="x", Body=b"0123456789")
    return {"Bucket": bucket, "Key": "x"}


def test_requests_are_asked_to_slow_down_as_often_as_is_said(s3, place, change, endpoint):
    change(faults=[{"kind": "slow-down", "operation": "GET", "times": 1}])
    # boto3 sends it again.
    assert s3.get_object(**place)["ResponseMetadata"]["RetryAttempts"] == 1
    change(faults=[{"kind": "slow-down", "operation": "GET"}])
    assert s3.head_object(**place)["ContentLength"] == 10
    with pytest.raises(ClientError, match=r"SlowDown.*reduce your request rate") as refused:
        s3.get_object(**place)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_kms_is_throttled_only_for_what_needs_it(s3, kms, place, change, endpoint):
    change(faults=[{"kind": "kms-throttled"}])
    assert s3.get_object(**place)["Body"].read() == b"0123456789"
    with pytest.raises(ClientError, match="rate for operations involving AWS KMS"):
        s3.put_object(**place, Body=b"1", ServerSideEncryption="aws:kms")
    assert kms.describe_key(KeyId=endpoint.keys[0])
    with pytest.raises(ClientError, match=r"ThrottlingException.*rate at which you may call KMS"):
        kms.generate_data_key(KeyId=endpoint.keys[0], KeySpec="AES_256")


@pytest.mark.parametrize(("kind", "stored"), [("cut", b"0123456789"), ("cut-after", b"new")])
def test_a_connection_ends_before_or_after_the_request_is_carried_out(
    s3, place, change, kind, stored
):
    change(faults=[{"kind": kind, "operation": "PUT"}])
    with pytest.raises(ConnectionClosedError):
        s3.put_object(**place, Body=b"new")
    change(faults=[])
    assert s3.get_object(**place)["Body"].read() == stored


def test_a_connection_ends_in_the_middle_of_an_object(s3, place, change):
    change(faults=[{"kind": "cut-half", "operation": "GET"}])
    with pytest.raises(ResponseStreamingError):
        s3.get_object(**place)["Body"].read()


def test_latency_is_that_of_the_requests_that_were_named(s3, place, change):
    change(faults=[{"kind": "latency", "operation": "HEAD", "path": ".*/x", "seconds": 0.3}])
    began = time.monotonic()
    s3.head_object(**place)
    assert time.monotonic() - began >= 0.3


def test_each_so_many_th_request_is_met(s3, place, change):
    change(faults=[{"kind": "slow-down", "operation": "GET", "every": 2}])
    attempts = [s3.get_object(**place)["ResponseMetadata"]["RetryAttempts"] for _ in range(3)]
    assert attempts == [0, 1, 1]


@pytest.mark.parametrize("wrong", [{"faults": [{"kind": "earthquake"}]}, {"nothing": 1}])
def test_what_there_is_not_cannot_be_set(endpoint, wrong):
    with pytest.raises(urllib.error.HTTPError, match="400"):
        control(endpoint.url, **wrong)
