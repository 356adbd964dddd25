"""What the agent says can be said in another language: each sentence has its words and its values.

Must not know: Spark.
"""

from __future__ import annotations

import copy
import functools
import json
import re

import pytest

from jupyterlab_s3_encryption import agent
from jupyterlab_s3_encryption.agent import requests
from jupyterlab_s3_encryption.agent.loader import bootstrap
from jupyterlab_s3_encryption.agent.profile import dialects, profiles
from jupyterlab_s3_encryption.agent.sentences import Sentence, both, collect, join, say
from jupyterlab_s3_encryption.agent.spark import jvm, renewal, settings
from scripts import agent_sentences
from tests import EXAMPLES
from tests.support.agent_requests import CUSTOMER_KEY, ask, request

REPORTS = sorted((EXAMPLES / "reports").glob("*.json"))
READ = (
    *("message", "reason", "defaultReason", "policyReason", "unseen"),
    *("callerReason", "keyReason", "late", "unread"),
)
#: What Java says is shown as it is.
FOREIGN = ("RuntimeException: ",)


def texts(value, name=""):
    """All that people read in a report."""
    if isinstance(value, str):
        if name in READ:
            yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key != "sentences":
                yield from texts(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, name)


@functools.cache
def known():
    """What the sources say: read once, as that takes most of a second."""
    return set(agent_sentences.sentences())


def check(report):
    """Each text is explained, in words that translators get, with a value for each place."""
    for text in texts(report):
        assert text in report["sentences"] or text.startswith(FOREIGN)
    for text, made in report["sentences"].items():
        assert made["text"] in known() or not re.sub(r"%[0-9]+|[ ;,]", "", made["text"])
        assert agent_sentences.places(made["text"]) == set(range(1, len(made["values"]) + 1))
        assert say(made["text"], *made["values"]) == text


def test_the_list_for_translators_is_current():
    assert agent_sentences.FILE.read_text("utf-8") == agent_sentences.typescript()
    assert len(known()) > 200


@pytest.mark.parametrize(
    "source",
    ["say(text)", "say('a %s' % 1)", "say('%1 and %2', 1)", "say('%2', 1)", "say('none', 1)"],
)
def test_a_sentence_stands_where_it_is_said_and_has_a_place_for_each_value(tmp_path, source):
    path = tmp_path / "said.py"
    path.write_text(source, "utf-8")
    with pytest.raises(agent_sentences.NotASentenceError):
        list(agent_sentences.said_in(path))


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_all_that_the_examples_say_is_explained(path):
    report = json.loads(path.read_text("utf-8"))["report"]
    if "sentences" in report:
        check(report)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("probe", {}),
        ("no-such-request", {}),
        ("apply", {"profile": None}),
        ("apply", {"profile": {"method": "sse-s3"}, "connector": "x"}),
        ("apply", {"profile": {"method": "sse-c"}, "customerKey": "short"}),
        ("apply", {"profile": {"method": "sse-kms", "kmsKeyId": "arn:aws:s3:::x", "a": 1}}),
        ("apply", {"profile": {"method": "sse-s3", "buckets": {"A_b": {}, "b": {}}}}),
        ("apply", {"profile": {"method": "dsse-kms", "buckets": {"abc": {"method": "sse-kms"}}}}),
        ("canary", {"location": "here"}),
        ("canary", {"location": "s3a://bucket/x"}),
        ("audit", {"path": 3, "limit": 0, "sample": "all", "page": 0}),
        ("audit", {"token": "gone"}),
        ("bucket", {"bucket": "s3a://"}),
        ("renew", {}),
        ("writes", {}),
    ],
)
def test_all_that_the_agent_says_is_explained(name, arguments):
    answer = json.loads(json.dumps(ask(name, **arguments)))
    ask("release")
    check(answer)


def test_all_that_is_said_when_there_is_no_agent_is_explained():
    check(bootstrap.failure({"request": {"request": "probe", "arguments": {}}}, ValueError("why")))


def test_every_refusal_of_the_connectors_is_explained():
    for dialect in dialects.connectors()["dialects"]:
        for method in profiles.METHODS:
            for version in (None, "3.2.0", "3.4.0", "3.4.2"):
                try:
                    dialects.plan(dialect, version, {"method": method}, CUSTOMER_KEY)
                except dialects.UnsupportedError as error:
                    found = collect([str(error)])
                    check({"message": str(error), "sentences": found})


def test_the_key_is_in_no_sentence_and_in_no_value(monkeypatch):
    def refuse(*_):
        raise RuntimeError(say("Spark refused %1: %2", "a", CUSTOMER_KEY))

    monkeypatch.setitem(requests.REQUESTS, "apply", refuse)
    answer = agent.handle(request("apply", customerKey=CUSTOMER_KEY))
    assert CUSTOMER_KEY not in json.dumps(answer)
    assert "********" in answer["error"]["message"]


def test_a_sentence_is_its_english_text_and_stays_one_as_the_text_of_an_error():
    found = say("Spark refused %1: %2 (100%%)", "a", 3)
    assert found == "Spark refused a: 3 (100%)"
    assert isinstance(str(ValueError(found)), Sentence)
    assert jvm.error_text(ValueError(found)).text == "%1: %2"
    assert str(settings.RefusedError("a", "why", [])).values == ["a", "why"]
    assert copy.deepcopy(found).values == ["a", "3"]
    assert json.loads(json.dumps({"a": found})) == {"a": found}


def test_sentences_are_joined_and_listed_with_all_their_parts():
    names = both(["a", say("the bucket's default"), "c"])
    assert names == "a and the bucket's default and c"
    whole = join([say("Apply again."), say("What %1 writes is not covered: %2", names, "x")])
    found = collect({"x": [whole, whole], "y": {"z": "plain"}})
    assert set(found) == {
        "Apply again. What a and the bucket's default and c writes is not covered: x",
        "Apply again.",
        "What a and the bucket's default and c writes is not covered: x",
        "a and the bucket's default and c",
        "a and the bucket's default",
        "the bucket's default",
    }


def test_what_java_could_not_open_is_a_sentence_of_ours_and_other_failures_are_javas():
    said = renewal._wrong({"failure": "s3a://b\njava.io.IOException: no"}, True)
    assert collect({"message": said}) == {
        said: {
            "text": "%1 could not be opened: %2",
            "values": ["s3a://b", "java.io.IOException: no"],
        }
    }
    for text in ("java.lang.Error: one\ntwo", "java.lang.Error"):
        assert renewal._wrong({"failure": text}, True) == text
