"""The KMS keys of an account, listed from moto and from answers that KMS is documented to give.

Must not know: Spark.
"""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from moto import mock_aws

import jupyterlab_s3_encryption as s3enc
from jupyterlab_s3_encryption.agent.objects import keys
from jupyterlab_s3_encryption.agent.objects.reading import boto
from tests.support.agent_requests import ask, forget
from tests.support.sockets import silent_server

REGION = "eu-west-1"
PLACE = f"arn:aws:kms:{REGION}:111122223333"


@pytest.fixture
def kms(monkeypatch, tmp_path):
    """moto, without a key."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    forget()
    with mock_aws():
        yield boto3.client("kms")
    forget()


def made(kms, alias=None, **options):
    """The ARN of a new key."""
    arn = kms.create_key(**options)["KeyMetadata"]["Arn"]
    if alias:
        kms.create_alias(AliasName=alias, TargetKeyId=arn)
    return arn


def key_id(number):
    return f"00000000-0000-0000-0000-{number:012d}"


class Account:
    """A client of KMS for an account with numbered keys; what is in `denied` is refused.

    aliases: number of a key -> its alias; more: what DescribeKey says of a key besides.
    """

    def __init__(self, count, aliases=None, denied=(), more=None, failing=None):
        self.meta = SimpleNamespace(region_name=REGION, endpoint_url="https://kms.example")
        self.described = []
        self._count = count
        self._aliases = aliases or {}
        self._denied = denied
        self._more = more or {}
        self._failing = failing or {}

    def _begin(self, action):
        if action in self._failing:
            raise self._failing[action]
        if action in self._denied:
            answer = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(answer, action)

    def _page(self, name, rows, limit, marker):
        at = int(marker or 0)
        answer = {name: rows[at : at + limit], "Truncated": at + limit < len(rows)}
        return {**answer, "NextMarker": str(at + limit)} if answer["Truncated"] else answer

    def list_aliases(self, Limit, Marker=None):  # noqa: N803 - boto3's names
        self._begin("ListAliases")
        rows = [
            {
                "AliasName": alias,
                "AliasArn": f"{PLACE}:{alias}",
                "TargetKeyId": key_id(number),
            }
            for number, alias in self._aliases.items()
        ]
        return self._page("Aliases", rows, Limit, Marker)

    def list_keys(self, Limit, Marker=None):  # noqa: N803 - boto3's names
        self._begin("ListKeys")
        rows = [
            {"KeyId": key_id(number), "KeyArn": f"{PLACE}:key/{key_id(number)}"}
            for number in range(self._count)
        ]
        return self._page("Keys", rows, Limit, Marker)

    def describe_key(self, KeyId):  # noqa: N803 - boto3's names
        self.described.append(KeyId)
        self._begin("DescribeKey")
        usual = {
            "Arn": KeyId,
            "KeyState": "Enabled",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyManager": "CUSTOMER",
        }
        return {"KeyMetadata": {**usual, **self._more.get(KeyId[-3:], {})}}


@pytest.fixture
def account(monkeypatch):
    """Makes boto3 give the client of an account."""

    def use(*arguments, **options):
        client = Account(*arguments, **options)

        class Boto:
            def __init__(self, conf, bucket):
                pass

            def beside(self, service):
                return client

        monkeypatch.setattr(boto, "Boto", Boto)
        return client

    return use


def test_each_key_is_listed_with_its_aliases_and_whether_s3_can_use_it(kms):
    encrypts = {"KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT"}
    good = made(kms, "alias/finance", Description="Reports of finance", **encrypts)
    off = made(kms, "alias/archive")
    kms.disable_key(KeyId=off.split("/")[1])
    leaving = made(kms)
    kms.schedule_key_deletion(KeyId=leaving.split("/")[1])
    signing = made(kms, KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    hidden = made(kms, KeyUsage="ENCRYPT_DECRYPT", KeySpec="RSA_2048")
    found = keys.read({})
    by_arn = {row["arn"]: row for row in found["keys"]}
    assert set(by_arn) >= {good, off, leaving, signing, hidden}
    assert found["total"] == len(by_arn)
    assert (found["account"], found["region"]) == (good.split(":")[4], REGION)
    assert (found["unread"], found["late"]) == ([], None)
    expected = {
        "aliases": ["alias/finance"],
        "description": "Reports of finance",
        "state": "Enabled",
        "spec": "SYMMETRIC_DEFAULT",
        "usage": "ENCRYPT_DECRYPT",
        "manager": "CUSTOMER",
        "origin": "AWS_KMS",
        "multiRegion": False,
        "usable": True,
        "reason": None,
    }
    assert by_arn[good] == {"arn": good, **expected}
    reasons = {arn: by_arn[arn]["reason"] for arn in (off, leaving, signing, hidden)}
    assert "is Disabled" in reasons[off]
    assert "is PendingDeletion" in reasons[leaving]
    assert "is for SIGN_VERIFY" in reasons[signing]
    assert "is RSA_2048" in reasons[hidden]
    assert not any(by_arn[arn]["usable"] for arn in reasons)


def test_keys_with_an_alias_of_their_own_come_first(account):
    account(4, {2: "alias/zebra", 1: "alias/Apple", 3: "alias/aws/s3", 0: "alias/aws/ebs"})
    found = keys.read({})["keys"]
    assert [row["aliases"] for row in found] == [
        ["alias/Apple"],
        ["alias/zebra"],
        ["alias/aws/s3"],
        ["alias/aws/ebs"],
    ]


def test_of_the_keys_of_aws_itself_only_that_of_s3_can_be_used(account):
    of_aws = {"KeyManager": "AWS"}
    client = account(
        3, {0: "alias/aws/s3", 1: "alias/aws/ebs"}, more={"000": of_aws, "002": of_aws}
    )
    s3, nameless, ebs = keys.read({})["keys"]
    assert (s3["usable"], s3["manager"]) == (True, "AWS")
    assert "from other accounts" in s3["reason"]
    for row in (ebs, nameless):
        assert (row["usable"], row["manager"]) == (False, "AWS")
        assert "another service" in row["reason"]
    assert ebs["arn"] not in client.described


def test_without_aliases_a_key_of_aws_is_not_taken_for_that_of_another_service(account):
    account(1, denied=["ListAliases"], more={"000": {"KeyManager": "AWS"}})
    (row,) = keys.read({})["keys"]
    assert row["usable"] is None
    assert "may be" in row["reason"]


def test_an_alias_of_aws_that_has_no_key_yet_is_no_key(account):
    client = account(0)
    bare = {"AliasName": "alias/aws/s3", "AliasArn": f"{PLACE}:alias/aws/s3"}
    client.list_aliases = lambda **_: {"Aliases": [bare], "Truncated": False}
    found = keys.read({})
    assert (found["keys"], found["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("denied", "count"),
    [(["ListKeys"], 2), (["ListAliases"], 5), (["ListKeys", "ListAliases"], 0)],
)
def test_what_is_not_allowed_is_named_and_the_rest_is_listed(account, denied, count):
    account(5, {0: "alias/one", 1: "alias/two"}, denied=denied)
    found = keys.read({})
    assert len(found["keys"]) == found["total"] == count
    assert len(found["unread"]) == len(denied)
    assert all(f"kms:{action}" in " ".join(found["unread"]) for action in denied)
    assert all(row["usable"] for row in found["keys"])


def test_if_no_key_may_be_looked_at_only_some_are_asked_about(account):
    client = account(200, {7: "alias/one"}, denied=["DescribeKey"])
    found = keys.read({})
    assert len(client.described) == keys.STEP
    assert len(found["keys"]) == 200
    assert {row["usable"] for row in found["keys"]} == {None}
    assert ["kms:DescribeKey" in sentence for sentence in found["unread"]] == [True]


def test_a_key_whose_policy_denies_a_look_leaves_the_others_as_they_are(account):
    client = account(40)
    look = client.describe_key

    def describe_key(KeyId):  # noqa: N803 - boto3's names
        if KeyId.endswith("003"):
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeKey")
        return look(KeyId)

    client.describe_key = describe_key
    found = keys.read({})
    assert [row["arn"][-3:] for row in found["keys"] if row["usable"] is None] == ["003"]
    assert sum(row["usable"] is True for row in found["keys"]) == 39


def test_of_two_thousand_keys_five_hundred_are_listed_and_all_are_counted(account):
    client = account(2000, {1999: "alias/last", 1000: "alias/middle"})
    found = keys.read({})
    assert found["total"] == 2000
    assert len(found["keys"]) == len(set(client.described)) == 500
    assert [row["aliases"] for row in found["keys"][:3]] == [["alias/last"], ["alias/middle"], []]


def test_a_long_description_is_cut(account):
    account(1, more={"000": {"Description": "x" * 8192}})
    assert len(keys.read({})["keys"][0]["description"]) == keys.DESCRIPTION


def test_nothing_of_a_key_but_what_the_protocol_names_is_reported(account):
    secret = {"Plaintext": "AAAA", "ImportToken": "BBBB", "Policy": "{}"}
    account(1, more={"000": secret})
    text = json.dumps(keys.read({}))
    assert not any(word in text for word in ("AAAA", "BBBB", "Policy"))


def test_an_endpoint_that_never_answers_holds_the_kernel_for_a_bounded_time(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    assert keys.SECONDS == 10
    monkeypatch.setattr(keys, "SECONDS", 2)
    names = {"fs.s3a.access.key": "testing", "fs.s3a.secret.key": "testing"}
    with silent_server() as address:
        conf = {**names, "fs.s3a.endpoint": address, "fs.s3a.path.style.access": "true"}
        # boto3 reads its files the first time: that is not what is timed.
        boto.Boto(conf, "").beside("kms")
        began = time.monotonic()
        with pytest.raises(keys.NotReadError, match="did not answer within 2 seconds") as caught:
            keys.read(conf)
        assert time.monotonic() - began < 4
        assert address in str(caught.value)


def test_credentials_that_never_come_are_named(monkeypatch):
    monkeypatch.setattr(boto, "Boto", lambda conf, bucket: time.sleep(5))
    monkeypatch.setattr(keys, "SECONDS", 1)
    with pytest.raises(keys.NotReadError, match="waiting for credentials"):
        keys.read({})


def test_what_was_listed_before_the_time_was_up_is_reported(account, monkeypatch):
    client = account(3, {0: "alias/one"})
    client.list_keys = lambda **_: time.sleep(5)
    monkeypatch.setattr(keys, "SECONDS", 1)
    found = keys.read({})
    assert [row["aliases"] for row in found["keys"]] == [["alias/one"]]
    assert (found["account"], found["keys"][0]["usable"]) == ("111122223333", None)
    assert "did not answer within 1 second" in found["late"]


def test_an_error_after_the_first_page_is_said_beside_what_was_listed(account):
    expired = ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "old"}}, "x")
    account(3, {0: "alias/one"}, failing={"ListKeys": expired})
    found = keys.read({})
    assert len(found["keys"]) == 1
    assert "ExpiredTokenException" in found["unread"][0]


def test_missing_credentials_are_an_error(account):
    account(1, failing={"ListAliases": NoCredentialsError()})
    with pytest.raises(keys.NotReadError, match="credentials"):
        keys.read({})


def test_without_boto3_it_says_so(monkeypatch):
    monkeypatch.setattr(boto, "available", lambda load: False)
    with pytest.raises(keys.NotReadError, match="no boto3"):
        keys.read({})
    answer = ask("keys")
    assert (answer["error"]["code"], answer["keys"]) == ("keys-not-read", None)


def test_nothing_is_asked_of_kms_by_any_other_request(monkeypatch):
    def never(*_):
        raise AssertionError("KMS was asked")

    monkeypatch.setattr(keys, "read", never)
    for name in ("probe", "verify", "guard", "clear"):
        assert ask(name)["keys"] is None


def test_python_shows_the_keys_as_a_table(kms):
    arn = made(kms, "alias/finance", Description="<Reports>")
    found = s3enc.keys()
    assert (found.region, found.account) == (REGION, arn.split(":")[4])
    assert "alias/finance" in repr(found)
    assert arn in repr(found)
    assert "&lt;Reports&gt;" in found._repr_html_()


def test_python_says_how_many_keys_are_not_listed(account):
    account(600, denied=["ListAliases"])
    assert "600. 500 are listed." in repr(s3enc.keys())
    assert "kms:ListAliases" in repr(s3enc.keys())
