"""What the endpoint answers to each request of the conversation, and that others answer the same.

The answers of LocalStack and MiniStack are recorded in `tests/examples/endpoints.json`; a run with
them is in test_others.py. Must not know: how the endpoint does it.
"""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from demo.endpoint import client
from tests import EXAMPLES, ROOT
from tests.endpoint import conversation

RECORDED = json.loads((EXAMPLES / "endpoints.json").read_text("utf-8"))
PAGE = (ROOT / "docs" / "stored" / "endpoint.md").read_text("utf-8")


@pytest.fixture(scope="module")
def ours(endpoint):
    talk = conversation.Conversation(
        lambda service: client(endpoint.url, service), f"talk-{uuid.uuid4().hex[:8]}"
    )
    return conversation.run(talk)


@pytest.mark.parametrize("name", RECORDED)
def test_it_answers_as_another_endpoint_or_the_page_says_why_not(name, ours):
    theirs = RECORDED[name]["answers"]
    part = PAGE.split(f"## {name}")[1].split("\n## ")[0]
    listed = [" ".join(line.split()) for line in part.splitlines() if line.startswith("| ")][2:]
    assert listed == list(conversation.differences(ours, theirs).values())
    asked = [one for one in ours if not one.endswith(", HEAD")]
    assert set(asked) <= set(theirs)
    assert len(listed) < len(asked) / 2


def test_sentences_are_those_that_were_recorded_from_s3(ours):
    """LocalStack takes them from what its tests recorded from AWS."""
    theirs = RECORDED["LocalStack"]["answers"]
    different = set(conversation.differences(ours, theirs))
    compared = {name for name in ours if "message" in ours[name]} - different
    assert len(compared) > 20
    assert [n for n in compared if ours[n]["message"] != theirs[n]["message"]] == []


def test_every_request_that_is_refused_says_so_in_the_xml_of_s3(s3, bucket):
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="x", Body=b"x" * 100_000, ServerSideEncryption="x")
    answer = refused.value.response
    assert answer["Error"]["ArgumentName"] == "x-amz-server-side-encryption"
    assert answer["Error"]["ArgumentValue"] == "x"
    assert answer["ResponseMetadata"]["RequestId"]
    assert answer["ResponseMetadata"]["HostId"]


def test_nothing_is_stored_by_a_request_that_is_refused(ours, endpoint):
    refused = {"an algorithm that there is not", "a disabled key", "SSE-C, 16 bytes"}
    assert {ours[name]["status"] for name in refused} == {"400"}
    [bucket] = [b["Name"] for b in client(endpoint.url).list_buckets()["Buckets"]
                if b["Name"].startswith("talk-")]  # fmt: skip
    assert "x" not in [one.key for one in endpoint.stored("", bucket)]
