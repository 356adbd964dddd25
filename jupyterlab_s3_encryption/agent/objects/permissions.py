"""Whose policies a write depends on: those of the caller, its groups and the key, if they are read.

Read with boto3 and the credentials of the bucket's own client; it asks only for what is there, and
simulates nothing. Must not know: profiles, requests, reports. The front end evaluates it.
"""

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple

from ..sentences import Sentence, say
from ..shapes import Json
from . import statements as policies
from .reading import boto

if TYPE_CHECKING:
    from ..shapes import CallerAnswer, KeyAnswer

#: What a write asks for, in lower case: S3 for a PUT and for parts, S3 of KMS for each.
ACTIONS = ("s3:putobject", "kms:generatedatakey", "kms:decrypt")


class Permissions:
    """The questions about caller and key. caller, key: what was read so far, or None with a reason."""

    def __init__(self, clients: boto.Boto) -> None:
        self.caller: "Optional[CallerAnswer]" = None
        self.caller_reason: Optional[str] = None
        self.key: "Optional[KeyAnswer]" = None
        self.key_reason: Optional[str] = None
        self._clients = clients

    def steps(self, key: Optional[str]) -> Iterator[None]:
        """Asks; each step is one call. key: the one that the write uses, None for none."""
        identity, self.caller_reason = attempt(
            lambda: self._clients.beside("sts").get_caller_identity(), "sts:GetCallerIdentity"
        )
        yield
        if identity is not None:
            self.caller = {"arn": str(identity["Arn"]), "policies": [], "others": 0, "unread": []}
        if key is not None:
            for _ in self._of_the_key(key):
                yield
        if self.caller is not None:
            for _ in self._of_the_caller(self.caller):
                yield

    def _of_the_key(self, key: str) -> Iterator[None]:
        kms = self._clients.beside("kms", _region(key))
        found, self.key_reason = attempt(
            lambda: kms.describe_key(KeyId=key)["KeyMetadata"], "kms:DescribeKey"
        )
        yield
        if found is None:
            return
        self.key = {
            "arn": str(found.get("Arn") or ""),
            "state": str(found.get("KeyState") or ""),
            "spec": str(found.get("KeySpec") or found.get("CustomerMasterKeySpec") or ""),
            "statements": None,
            "policyReason": None,
        }
        text, self.key["policyReason"] = attempt(
            lambda: kms.get_key_policy(KeyId=found["KeyId"], PolicyName="default")["Policy"],
            "kms:GetKeyPolicy",
        )
        if text is not None:
            caller = self.caller["arn"] if self.caller is not None else ""
            self.key["statements"] = [
                dict(policies.parsed(one), who=who(one.get("Principal"), caller))
                for one in policies.of(text)
                if _may_matter(one)
            ]
        yield

    def _of_the_caller(self, caller: "CallerAnswer") -> Iterator[None]:
        kind, name = role_or_user(caller["arn"])
        if kind is None:
            caller["unread"].append(say("Policies are read of roles and users only."))
            return
        iam = self._clients.beside("iam")
        owners = [(kind, name)]
        if kind == "user":
            # A user is in at most 10 groups.
            asked = {"UserName": name}
            listing = iam.list_groups_for_user
            groups = _named(caller, listing, asked, "Groups", "iam:ListGroupsForUser")
            yield
            owners.extend(("group", str(group["GroupName"])) for group in groups)
        for owner in owners:
            for _ in _of_one(caller, iam, owner):
                yield


def _named(
    caller: "CallerAnswer",
    call: Callable[..., object],
    asked: Dict[str, str],
    entry: str,
    permission: str,
) -> List[Any]:
    """What a list of IAM has under `entry`; what it lacks is said of the caller."""
    found, reason = attempt(lambda: call(**asked), permission)
    if reason is not None:
        caller["unread"].append(reason)
    elif found.get("IsTruncated"):
        caller["unread"].append(say("It has more policies than were read."))
    return list(found[entry]) if found is not None else []


def _of_one(caller: "CallerAnswer", iam: boto.Boto3, owner: Tuple[str, str]) -> Iterator[None]:
    """Reads the inline and the attached policies of a role, a user or a group."""
    kind, name = owner
    title = kind.title()
    asked = {"%sName" % title: name}
    prefix = "%s/" % name if kind == "group" else ""
    documents: List[Tuple[str, Callable[[], Any], str]] = []
    inline = _named(
        caller,
        getattr(iam, "list_%s_policies" % kind),
        asked,
        "PolicyNames",
        "iam:List%sPolicies" % title,
    )
    yield
    for policy in inline:
        document = _inline(iam, kind, dict(asked, PolicyName=policy))
        documents.append((policy, document, "iam:Get%sPolicy" % title))
    attached = _named(
        caller,
        getattr(iam, "list_attached_%s_policies" % kind),
        asked,
        "AttachedPolicies",
        "iam:ListAttached%sPolicies" % title,
    )
    yield
    for policy in attached:
        document = _managed(iam, policy["PolicyArn"])
        documents.append((policy["PolicyName"], document, "iam:GetPolicyVersion"))
    for policy, document, permission in documents:
        text, reason = attempt(document, permission)
        if reason is not None:
            caller["unread"].append(reason)
        else:
            found = policies.of(text)
            of_interest = [policies.parsed(one) for one in found if _may_matter(one)]
            caller["policies"].append({"name": prefix + policy, "statements": of_interest})
            caller["others"] += len(found) - len(of_interest)
        yield


def _inline(iam: boto.Boto3, kind: str, asked: Json) -> Callable[[], Any]:
    return lambda: getattr(iam, "get_%s_policy" % kind)(**asked)["PolicyDocument"]


def _managed(iam: boto.Boto3, arn: str) -> Callable[[], Any]:
    def document() -> Any:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        return answer["PolicyVersion"]["Document"]

    return document


def attempt(call: Callable[[], Any], permission: str) -> Tuple[Any, Optional[Sentence]]:
    """(what was read, None) or (None, why not)."""
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - reported as a part that could not be read
        failed = say("%1 failed: %2", permission, boto.first_line(error))
        return None, boto.refused(error, permission) or failed


def role_or_user(arn: str) -> Tuple[Optional[str], str]:
    """("role" or "user", its name) of the caller; (None, "") of a root or a federated user."""
    parts = arn.split(":", 5)
    names = parts[5].split("/") if len(parts) == 6 else [""]
    if names[0] == "assumed-role" and len(names) > 2:
        return "role", names[1]
    if names[0] == "user" and len(names) > 1:
        return "user", names[-1]
    return None, ""


def who(principal: object, caller: str) -> str:
    """Whom a statement of a key is about: caller, account (its IAM decides), everybody, or other."""
    if principal == "*":
        return "everybody"
    named = principal.get("AWS") if isinstance(principal, dict) else None
    account = caller.split(":")[4] if caller.count(":") >= 5 else ""
    kind, name = role_or_user(caller)
    found = "other"
    for one in policies.listed(named):
        parts = str(one).split(":", 5)
        if one == "*":
            return "everybody"
        whole = len(parts) == 6
        if one == caller or (
            whole
            and kind is not None
            and parts[4] == account
            and parts[5].split("/")[0] == kind
            and parts[5].split("/")[-1] == name
        ):
            return "caller"
        if one == account or (whole and parts[4] == account and parts[5] == "root"):
            found = "account"
    return found


def _region(key: str) -> Optional[str]:
    return key.split(":")[3] if key.startswith("arn:") and key.count(":") >= 5 else None


def _may_matter(statement: Json) -> bool:
    """Whether a statement can be about a write: it names one of its actions, or excludes some."""
    names = policies.texts(statement.get("Action"))
    return not names or any(
        fnmatchcase(action, name.lower().replace("[", "[[]"))
        for action in ACTIONS
        for name in names
    )
