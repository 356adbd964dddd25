"""Clients of the endpoint for users of its own, and settings that are put back. Must not know: the rules."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from demo.endpoint import REGION, Endpoint, client, control

S3_ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


@pytest.fixture
def s3(endpoint: Endpoint) -> Any:
    return client(endpoint.url)


@pytest.fixture
def kms(endpoint: Endpoint) -> Any:
    return client(endpoint.url, "kms")


@pytest.fixture
def change(endpoint: Endpoint) -> Iterator[Callable[..., None]]:
    """Changes what the endpoint does, until the test is over."""
    yield lambda **values: control(endpoint.url, **values) and None
    endpoint.settings.reset()


@pytest.fixture
def user(endpoint: Endpoint, change: Callable[..., None]) -> Callable[..., Any]:
    """`user(*statements)` makes a user whose policies count; `.client(service)` and `.arn`."""
    iam, enforced = client(endpoint.url, "iam"), []

    def make(*statements: dict[str, Any]) -> User:
        name = f"user-{uuid.uuid4().hex[:8]}"
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        enforced.append(arn)
        change(enforced=enforced)
        return User(endpoint.url, arn, made["AccessKeyId"], made["SecretAccessKey"])

    return make


class User:
    def __init__(self, url: str, arn: str, key: str, secret: str, token: str | None = None) -> None:
        self.url, self.arn, self._keys = url, arn, (key, secret, token)

    def client(self, service: str = "s3") -> Any:
        key, secret, token = self._keys
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )
