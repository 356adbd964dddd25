"""What both languages share in src/contract is used as it is.

Must not know: Spark.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import sys
from dataclasses import fields
from random import Random

import pytest

from jupyterlab_s3_encryption import helper
from jupyterlab_s3_encryption.agent import arming, report, requests
from jupyterlab_s3_encryption.agent.checks import findings
from jupyterlab_s3_encryption.agent.objects import requests as about_objects
from jupyterlab_s3_encryption.agent.profile import dialects, profiles
from jupyterlab_s3_encryption.agent.profile.keys import key_problem
from jupyterlab_s3_encryption.agent.sentences import say
from tests import ROOT
from tests.support.agent_requests import AGENT, payload, run_bootstrap
from tests.support.typescript import run_typescript

CONTRACT = ROOT / "src" / "contract"


def contract(name):
    return json.loads((CONTRACT / "data" / name).read_text("utf-8"))


def empty_report():
    """The empty report with the answers, as every complete one has them."""
    return json.loads((AGENT / "data" / "contract.json").read_text("utf-8"))["emptyReport"]


def keys(value):
    """Every key of a report, those of its parts included."""
    found = set()
    for key, part in value.items():
        found.add(key)
        if isinstance(part, dict) and key not in ("error", "sentences"):
            found |= {f"{key}.{inner}" for inner in part}
    return found


@pytest.mark.parametrize(
    "make",
    [
        lambda: report.empty("probe", "1", "shipped"),
        lambda: run_bootstrap({**payload("probe"), "files": {"__init__.py": "raise OSError"}}),
    ],
    ids=["the agent's", "of a failure outside of it"],
)
def test_every_complete_report_has_the_keys_of_the_empty_one(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab_s3_encryption.agent", None)
    found = make()
    empty = empty_report()
    assert keys(found) == keys(empty)
    for name, value in empty.items():
        if value is None and name != "error":
            assert found[name] is None, name
        elif isinstance(value, list):
            assert found[name] == [], name
    assert found["session"] == empty["session"]
    assert found["claim"] == "none"


def test_the_report_of_the_helper_has_the_keys_of_the_empty_one():
    names = {helper.protocol_name(field.name) for field in fields(helper.Report)}
    assert names == set(empty_report())


def test_what_the_page_reads_of_an_answer_is_what_the_contract_says_is_answered():
    source = (CONTRACT / "storedObjects.ts").read_text("utf-8")
    answers = re.search(r"ANSWERS = \{(.*?)\}", source, re.DOTALL)
    assert answers is not None
    names = set(re.findall(r"(\w+):", answers[1]))
    said = contract("requests.json")["requests"]
    assert names == {name for name, row in said.items() if row["answer"]}
    assert {name for name in names if empty_report()[name] is None} == names


def findings_made():
    """Every finding of the agent's sources: code, its severity if that is said, whether by the relay."""
    for path in AGENT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(call, "func", None), "id", None) or getattr(
                getattr(call, "func", None), "attr", None
            )
            if isinstance(call, ast.Call) and name == "finding" and len(call.args) > 1:
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                relay = path.name == "relay.py"
                severity = call.args[1] if relay else given.get("severity")
                said = None if severity is None else ast.literal_eval(severity)
                yield ast.literal_eval(call.args[0]), said, relay


def test_findings_have_the_severity_and_the_action_that_the_contract_says():
    said = contract("findings.json")["findings"]
    made = list(findings_made())
    assert len(made) > 20
    for code, severity, relay in made:
        assert severity is None or severity in said[code]["severity"], code
        assert said[code]["action"] is None or not relay, code
    for code, row in said.items():
        found = findings.finding(code, say("why"), say("what to do"))
        assert found["severity"] == row["severity"][0]
        assert found["fix"].get("action") == row["action"]
        assert "action" not in findings.finding(code, say("why"), say("x"), able=False)["fix"]
        assert findings.finding(code, say("why"))["fix"] is None


def test_the_gravest_severity_of_a_finding_comes_first():
    found = contract("findings.json")
    for code, row in found["findings"].items():
        ranks = [found["severities"][severity] for severity in row["severity"]]
        assert ranks == sorted(ranks, reverse=True), code


def test_actions_of_findings_are_requests():
    requests_ = contract("requests.json")["requests"]
    found = contract("findings.json")
    assert set(found["actions"]) <= set(requests_)
    assert {row["action"] for row in found["findings"].values()} - {None} <= set(found["actions"])


def test_requests_are_those_of_the_agent_and_its_parts_serve_them():
    said = contract("requests.json")["requests"]
    assert set(said) == set(requests.REQUESTS)
    assert {name for name, row in said.items() if row["part"] == "objects"} == set(
        about_objects.REQUESTS
    )


#: Characters that the two languages could read differently.
ODD = ["\ufeff", "\u0085", "\u00a0", "\u001c", "\u2028", "٣", "K", "\n", " ", "$", "-", "_"]
ODD += ["\t", "\r\n", "\u200b", "\u3000", "\u180e", "\u0000", "\u009f", "ä", "😀", "${", ":", "/"]
#: A Region of each partition, and one of none that is known.
PLACES = {"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
PLACES |= {"aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-iso-e": "eu-isoe-west-1"}
PLACES |= {"aws-iso-f": "us-isof-south-1", "aws-eusc": "eusc-de-east-1"}
PLACES |= {"aws-iso-g": "us-isog-east-1"}
PARTITIONS = list(PLACES)
REGIONS = [*PLACES.values(), "ap-southeast-7", "mx-central-1", "cn-foo-east-1", "us-foo-east-1"]
NO_REGIONS = ["eu-west-", "EU-west-1", "eu-1", "x-y-123", "", "eu-west-1a", "eu-west-0", "europe"]
NO_REGIONS += ["eu-middle-1", "eu-west-111", "north-1", "-east-1", "eusc-east-1", "us-gov-gov-1"]
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"


def texts(random):
    """Names of keys, right and nearly right."""

    def mostly(right, *wrong):
        return random.choice(right if random.random() < 0.7 else wrong)

    partition = mostly(PARTITIONS, "aws-", "awsx", "aws--a", "AWS", "aws-1", "aws-gov", "")
    region = mostly([PLACES.get(partition, "eu-west-1")], *REGIONS, *NO_REGIONS)
    account = mostly(["111122223333"], "11112222333", "٣" * 12, "1111222233334", "")
    ends = [f"key/{ID}", f"key/{ID[:-1]}", "alias/a", "alias/aws/s3", "alias/Ümlaut", "alias/a b"]
    ends += ["key/mrk-" + "a" * 32, "mrk-" + "a" * 32, "mrk-" + "a" * 31, "mrk-" + "g" * 32]
    ends += ["aws/s3", "aws/ebs", "alias/aws/s3x", "alias/aws/", f"mrk-{ID}", f"key/mrk-{ID}"]
    ends += ["alias/aws/ebs", "alias/", "alias/" + "a" * 250, "alias/" + "a" * 251, ID, ""]
    end = random.choice(ends)
    found = random.choice([f"arn:{partition}:kms:{region}:{account}:{end}", end, end.upper()])
    if random.random() < 0.3:
        place = random.randrange(len(found) + 1)
        found = found[:place] + random.choice(ODD) + found[place:]
    return found


def some_profile(random):
    names = ["a-bucket", "ab", "a..b", "1.2.3.4", "A_b", "bücket", "x" * 63, "x" * 64, "a-bucket\n"]
    methods = [*contract("methods.json")["methods"], "sse", "", None, 3]

    def choice():
        found = {"method": random.choice(methods)}
        if random.random() < 0.6:
            found["kmsKeyId"] = random.choice([texts(random), None, 3])
        if random.random() < 0.3:
            value = random.choice(["v", "", "a,b", "a=b", " v", "v\u00a0", "a v", 3, None, *ODD])
            name = value if isinstance(value, str) else "k"
            contexts = [{"k": value}, {name: "v"}, {"a": "b", name: "v"}, {}, None, "k=v", ["k"]]
            found["encryptionContext"] = random.choice(contexts)
        if random.random() < 0.1:
            found[random.choice(["customerKey", "secret", "colour"])] = "x"
        return found

    found = choice()
    if random.random() < 0.3:
        found["name"] = random.choice(["a name", "", " ", None, 3, *ODD])
    if random.random() < 0.4:
        found["buckets"] = random.choice(
            [
                {random.choice(names): random.choice([choice(), "x", None, [], 3])},
                {name: choice() for name in random.sample(names, 3)},
                {"a-bucket": {**choice(), "buckets": {"other": choice()}}},
                {},
                None,
                [],
                "x",
            ]
        )
    if random.random() < 0.3:
        found["writers"] = random.choice(
            [
                ["python"],
                ["iceberg", "python"],
                ["python", "python"],
                ["r"],
                [],
                None,
                "python",
                [3],
            ]
        )
    return found


def in_typescript(calls):
    answers = run_typescript(
        *[dict(zip(("module", "name", "arguments"), call, strict=True)) for call in calls]
    )
    assert not [answer for answer in answers if "error" in answer]
    return [answer["value"] for answer in answers]


def test_both_languages_accept_and_refuse_the_same_keys():
    random = Random(12)
    keys_ = [texts(random) for _ in range(4000)]
    keys_ += ["", " ", "\ufeff", *ODD]
    # The agent took these, and the panel refused them.
    keys_ += [
        f"arn:{part}:kms:eu-west-1:111122223333:key/{ID}" for part in ("aws-", "awsx", "aws--a")
    ]
    module = "encryption/profile/keys.ts"
    found = in_typescript([(module, "validateKmsKey", [key]) for key in keys_])
    differ = [
        key
        for key, page in zip(keys_, found, strict=True)
        if ("key" in page) != (key_problem(key) is None)
    ]
    assert differ == []
    taken = [(key, page["key"]) for key, page in zip(keys_, found, strict=True) if "key" in page]
    assert 100 < len(taken) < len(keys_) - 100
    assert {page.get("partition") for _, page in taken} >= {None, *PARTITIONS}
    # What is sent is what was entered, in the page as in the agent.
    assert [key for key, page in taken if not key.endswith(page["id"])] == []


def test_both_languages_take_and_refuse_the_same_keys_of_sse_c():
    random = Random(78)
    given = [
        base64.b64encode(random.randbytes(random.choice((31, 32, 32, 33)))) for _ in range(200)
    ]
    keys_ = [key.decode() for key in given]
    keys_ += [key[:-2] + random.choice("ABCDEFGH") + "=" for key in keys_ if key.endswith("=")]
    keys_ += [key[:at] + odd + key[at:] for key in keys_[:5] for odd in ODD for at in (0, 7, 44)]
    keys_ += ["", "=", "====", "A" * 43, "A" * 44, "_" * 43 + "="]
    module = "encryption/profile/keys.ts"
    found = in_typescript([(module, "validateCustomerKey", [key]) for key in keys_])
    agent = [not profiles.validate_customer_key("sse-c", key) for key in keys_]
    assert [page is None for page in found] == agent
    assert 50 < sum(agent) < len(agent) - 50


def test_both_languages_find_the_same_faults_in_profiles():
    random = Random(34)
    given = [some_profile(random) for _ in range(3000)]
    given += [None, [], "", "sse-s3", 3, True, {}, {"method": {}}, {"method": ["sse-s3"]}]
    module = "encryption/profile/profile.ts"
    found = in_typescript([(module, "parseProfile", [profile]) for profile in given])
    differ = [
        (profile, page)
        for profile, page in zip(given, found, strict=True)
        if sorted(item["field"] for item in profiles.validate(profile))
        != sorted(item["field"] for item in page.get("errors", []))
    ]
    assert differ == []
    taken = [
        (one, page["profile"]) for one, page in zip(given, found, strict=True) if "profile" in page
    ]
    assert 100 < len(taken) < len(given) - 100
    assert [one for one, page in taken if profiles.normal(one) != page] == []
    assert any(profiles.normal(one) != one for one, _ in taken)


def test_a_guard_of_the_page_finds_what_a_cell_armed_whatever_the_order_of_writers():
    one, other = (
        arming.read_choice({"profile": {"method": "sse-s3", "writers": writers}})
        for writers in (["iceberg", "python"], ["python", "iceberg"])
    )
    assert one == other


def test_both_languages_write_the_same_settings_for_every_version():
    random = Random(56)
    versions = [None, "", "3", "3.3", "3.3.2", "3.4.1-amzn-0", "3.10.0", "v3.4.2", "foo", "trunk"]
    versions += ["3.4.1-amzn-1", "3.4.1-amzn-2", "3.4.2-amzn-0", "3.5.0-amzn-0", "3.4.1-amzn-x"]
    versions += ["3.3.1-amzn-0", "3.3.6-amzn-1", "3.4.1.7.2.18.0-641", "3.4.0-SNAPSHOT", "3.4.2."]
    versions += [" 3.4.1", "3.4.1\n", "٣.٤.٢", "3.04.01", "3.4.x", "3..4", "-1", "99.0.0", "4"]
    versions += [f"{random.choice((2, 3, 4))}.{n % 7}.{n % 5}" for n in range(40)]
    key = f"arn:aws:kms:eu-west-1:111122223333:key/{ID}"
    choices = [{"method": method} for method in contract("methods.json")["methods"]]
    choices += [{**choice, "kmsKeyId": key} for choice in choices if "kms" in choice["method"]]
    choices += [{**choices[2], "encryptionContext": {"a": "b", "ä": "1"}}]
    choices += [{**choices[1], "buckets": {"a-bucket": choices[-2]}}]
    customer = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM="
    calls = [
        (choice, dialect, version, customer if choice["method"] == "sse-c" else None)
        for choice in choices
        for dialect in contract("connectors.json")["dialects"]
        for version in versions
    ]
    module = "encryption/settings/settings.ts"
    found = in_typescript(
        [(module, "settingsFor", [a, b, c, d] if d else [a, b, c]) for a, b, c, d in calls]
    )
    for (profile, dialect, version, secret), page in zip(calls, found, strict=True):
        try:
            plan = dialects.plan(dialect, version, profile, secret)
            agent = (plan.set, sorted(plan.clear))
        except dialects.UnsupportedError:
            agent = None
        there = None if "refused" in page else (dict(page["set"]), sorted(page["clear"]))
        assert there == agent, (profile, dialect, version)
