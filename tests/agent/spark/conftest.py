"""A kernel's state with a profile, for tests without a server. Must not know: what is tested."""

from __future__ import annotations

import pytest

from jupyterlab_s3_encryption.agent.state import State
from tests.agent.spark.test_connect_server import KEY
from tests.support.agent_requests import kms


@pytest.fixture
def state() -> State:
    """SSE-KMS with KEY is in force."""
    found = State()
    found.profile = kms(KEY)
    found.dialect, found.fingerprint = "s3a", "f"
    return found
