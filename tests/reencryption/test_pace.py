"""How requests slow down and are sent again. Must not know: S3's client."""

from __future__ import annotations

import threading

import pytest

from jupyterlab_s3_encryption.agent.reencryption import pace
from jupyterlab_s3_encryption.agent.reencryption.pace import CancelledError, Pace


class ServiceError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


#: As botocore's, which it raises if there was no answer.
EndpointConnectionError = type(
    "EndpointConnectionError", (type("HTTPClientError", (Exception,), {}),), {}
)
SSLError = type("SSLError", (EndpointConnectionError,), {})


def failing(*errors):
    """A request that fails so, one after the other, and then has an answer."""
    left = list(errors)

    def request(**_):
        if left:
            raise left.pop(0)
        return "answer"

    return request


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ServiceError("SlowDown"), "slow"),
        (ServiceError("KMS.ThrottlingException"), "slow"),
        (ServiceError("503"), "slow"),
        (ServiceError("InternalError"), "again"),
        (EndpointConnectionError(), "again"),
        (SSLError(), "other"),
        (ServiceError("PreconditionFailed"), "changed"),
        (ServiceError("404"), "gone"),
        (ServiceError("AccessDenied"), "refused"),
        (ServiceError("InvalidRequest"), "other"),
        (ValueError(), "other"),
    ],
)
def test_what_an_error_means(error, meaning):
    assert pace.meaning(error) == meaning


@pytest.mark.parametrize("code", ["SlowDown", "KMS.ThrottlingException"])
def test_a_request_that_is_throttled_is_sent_again_later_with_fewer_beside_it(code):
    waits = []
    found = Pace(16, wait=waits.append)
    assert found.call(failing(*[ServiceError(code)] * 4)) == "answer"
    assert len(waits) == 4
    assert all(0 < wait <= 0.1 * 2**number for number, wait in enumerate(waits))
    assert found.allowed < 16
    assert found.slowed >= 1


def test_requests_that_were_sent_before_a_cut_do_not_cut_again():
    now = [10.0]
    found = Pace(16, wait=lambda _: None, clock=lambda: now[0])
    inside = []

    def request(**_):
        if not inside:
            inside.append(1)
            now[0] += 1
            found.call(failing(ServiceError("SlowDown")))
            cut = found.allowed
            inside.append(cut)
            raise ServiceError("SlowDown")
        return "answer"

    found.call(request)
    assert found.allowed == inside[1]


def test_it_speeds_up_again_while_all_goes_well():
    found = Pace(4, wait=lambda _: None)
    found.call(failing(ServiceError("SlowDown")))
    assert found.allowed == 2
    for _ in range(40):
        found.call(failing())
    assert found.allowed == 4


def test_other_errors_and_too_many_are_raised():
    found = Pace(4, wait=lambda _: None)
    for errors in ([ServiceError("AccessDenied")], [ServiceError("SlowDown")] * 99):
        with pytest.raises(ServiceError):
            found.call(failing(*errors))


def test_after_a_cancel_nothing_is_sent_and_nobody_waits():
    found = Pace(1)
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def request(**_):
        begun.set()
        go_on.wait(10)

    def second():
        try:
            found.call(failing())
        except CancelledError:
            ended.append(True)

    threads = [
        threading.Thread(target=found.call, args=(request,)),
        threading.Thread(target=second),
    ]
    threads[0].start()
    begun.wait(10)
    threads[1].start()
    found.cancel()
    threads[1].join(10)
    assert ended == [True]
    go_on.set()
    threads[0].join(10)
    with pytest.raises(CancelledError):
        found.call(failing())
