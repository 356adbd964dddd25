"""A store in a process of its own, as S3 is, and boto3 that finds it. Must not know: what is tested."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.reencryption.s3_store import Store


@pytest.fixture(scope="package")
def _running() -> Iterator[Store]:
    with Store() as running:
        yield running


@pytest.fixture
def store(_running: Store, monkeypatch: pytest.MonkeyPatch, no_spark: None) -> Store:
    """A store that does what S3 does, which boto3 in this process finds by itself: a Spark session
    of an earlier test would name another one."""
    _running.mode()
    _running.requests()
    for name, value in _running.environment().items():
        monkeypatch.setenv(name, value)
    return _running


@pytest.fixture
def place(store: Store) -> str:
    """A bucket of the test's own."""
    return store.bucket(f"test-{uuid.uuid4().hex[:12]}")
