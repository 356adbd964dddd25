"""The SSE-C key shows in no repr, no pickle and no verbose traceback. Must not know: Spark."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import logging
import pickle
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption import agent
from jupyterlab_s3_encryption.agent import secret, state
from tests.support.agent_requests import CUSTOMER_KEY, ask, request

pytestmark = pytest.mark.usefixtures("no_spark")

SSE_C = {"method": "sse-c"}


def test_a_secret_is_its_text_and_shows_nothing_of_it():
    hidden = secret.Secret(CUSTOMER_KEY)
    assert (hidden == CUSTOMER_KEY, json.dumps(hidden)) == (True, json.dumps(CUSTOMER_KEY))
    assert repr(hidden) == "***"
    assert repr({"a": [hidden]}) == "{'a': [***]}"
    assert copy.copy(hidden) is hidden
    assert copy.deepcopy([hidden]) == [CUSTOMER_KEY]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="SSE-C key"):
            pickle.dumps({"a": hidden}, protocol)


def test_what_the_agent_holds_shows_no_key():
    ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
    current = state.get()
    assert current.customer_key == CUSTOMER_KEY
    assert CUSTOMER_KEY not in repr(vars(current))


def test_the_request_itself_is_not_changed():
    asked = request("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
    before = copy.deepcopy(asked)
    agent.handle(asked)
    assert asked == before
    assert type(asked["arguments"]["customerKey"]) is str


def test_what_using_gives_cannot_be_pickled_with_a_key():
    made = s3enc.using(method="sse-c", customer_key=CUSTOMER_KEY)
    assert CUSTOMER_KEY not in repr(vars(made))
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(made)
    with made, pytest.raises(TypeError, match="pickle"):
        pickle.dumps(made)


@pytest.mark.parametrize(
    "call",
    [
        "s3enc.apply(method='sse-c', customer_key=given(), connector='none')",
        "s3enc.using(method='sse-c', customer_key=given(), connector='none').__enter__()",
        "s3enc.apply(method='sse-s3', customer_key=given())",
        "s3enc.apply(method='sse-c', customer_key=given(), profile={})",
    ],
)
def test_a_verbose_traceback_does_not_show_the_key(call):
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    shell.user_ns.update(s3enc=s3enc, given=lambda: CUSTOMER_KEY)
    shell.run_line_magic("xmode", "Verbose")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        assert not shell.run_cell(call).success
    assert "customer_key" in shown.getvalue()
    assert CUSTOMER_KEY not in shown.getvalue()


def frames(trace):
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def test_an_interrupt_in_the_agent_leaves_no_key_in_the_frames_above(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(agent.requests.REQUESTS, "apply", interrupt)
    try:
        s3enc.apply(method="sse-c", customer_key=str(CUSTOMER_KEY))
    except KeyboardInterrupt as error:
        inner = list(frames(error.__traceback__))[1:]
    assert len(inner) >= 4
    assert not [frame for frame in inner if CUSTOMER_KEY in repr(frame.f_locals)]


def test_py4j_logs_nothing_while_a_request_runs_and_as_before_afterwards(monkeypatch, caplog):
    logger = logging.getLogger("py4j.clientserver")
    monkeypatch.setitem(sys.modules, "py4j", sys)

    def call(*_):
        logger.debug("Command to send: %s", CUSTOMER_KEY)
        logger.warning("a warning")
        raise RuntimeError

    monkeypatch.setitem(agent.requests.REQUESTS, "apply", call)
    with caplog.at_level(logging.DEBUG):
        ask("apply", profile=SSE_C, customerKey=CUSTOMER_KEY)
        assert CUSTOMER_KEY not in caplog.text
        assert "a warning" in caplog.text
        logger.debug("of the user's own")
    assert "of the user's own" in caplog.text
    assert logger.level == logging.NOTSET


def test_only_what_has_the_form_of_a_key_is_hidden():
    assert repr(secret.hidden(CUSTOMER_KEY)) == "***"
    arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    for text in ("", "alias/lake", arn, CUSTOMER_KEY + "=", CUSTOMER_KEY[:-1]):
        assert type(secret.hidden(text)) is str
