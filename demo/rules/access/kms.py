"""The keys of KMS: which one is meant, whether it can be used, whether the caller may use it.

The sentences are those that LocalStack's tests recorded from AWS. Must not know: S3's requests.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from moto.backends import get_backend
from moto.kms.utils import _deserialize_ciphertext_blob

from demo.rules.access import permissions
from demo.rules.access.callers import Caller
from demo.rules.access.policies import Context
from demo.rules.errors import App, Environ, Refused, Start, body_of

ARN = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):((?:key|alias)/.+)")
MANAGED = "alias/aws/s3"
#: Calls of KMS that use a key; what they need is called like them.
USES = {
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "ReEncrypt",
}
#: Calls of KMS that change whether a key can be used.
STATES = {"DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"}


def arn_of(key: str, account: str, region: str) -> str:
    """The ARN that a key id, an alias or an ARN means; no alias is followed."""
    if ARN.fullmatch(key):
        return key
    name = key if key.startswith(("key/", "alias/")) else f"key/{key}"
    return f"arn:aws:kms:{region}:{account}:{name}"


def find(key: str, account: str, region: str, caller: Caller, action: str = "") -> Any:
    """moto's key, for whatever S3 accepts as one; refuses one of another Region or that is not.

    account, region: what a key without them is of; action: what the key is needed for.
    """
    arn = arn_of(key, account, region)
    found = ARN.fullmatch(arn)
    if found is None:
        raise not_found(f"Invalid keyId {key}")
    where, owner, name = found.groups()
    if where != region:
        raise not_found(f"Invalid arn {where}")
    backend = get_backend("kms")[owner][region]
    if name.startswith("alias/"):
        if name != MANAGED and not backend.alias_exists(name):
            raise not_found(f"Alias {arn} is not found.")
        name = f"key/{backend.any_id_to_key_id(name)}"
    stored = backend.keys.get(name.removeprefix("key/"))
    if stored is None:
        if owner != caller.account:
            # Nobody learns whether another account has a key.
            raise permissions.denied_elsewhere(caller, action or "kms:GenerateDataKey")
        raise not_found(f"Key '{arn}' does not exist")
    if key == MANAGED and "key-default" in stored.policy:
        stored.policy = json.dumps(_policy_of_managed(account, region))
    return stored


def _policy_of_managed(account: str, region: str) -> dict[str, Any]:
    """Whoever may use S3 in this account may use its AWS managed key through S3."""
    conditions = {"kms:CallerAccount": account, "kms:ViaService": f"s3.{region}.amazonaws.com"}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"StringEquals": conditions},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def not_found(message: str) -> Refused:
    """400 KMS.NotFoundException."""
    return Refused(400, "KMS.NotFoundException", message)


def check(key: Any, caller: Caller, actions: Iterable[str], context: Context) -> None:
    """Refuses a key that the caller may not use, or that cannot be used."""
    for action in actions:
        permissions.check(caller, action, key.arn, key.account_id, json.loads(key.policy), context)
    check_state(key)


def check_state(key: Any) -> None:
    """Refuses a key that cannot be used."""
    if key.key_state == "PendingDeletion":
        message = f"{key.arn} is pending deletion."
        raise Refused(400, "KMS.KMSInvalidStateException", message)
    if key.key_state == "Disabled":
        raise Refused(400, "KMS.DisabledException", f"{key.arn} is disabled.")


def operation_of(environ: Environ) -> str:
    """The call of KMS that a request is, as "kms:Decrypt"."""
    return "kms:" + str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]


def answer(environ: Environ, start: Start, caller: Caller, app: App) -> Iterable[bytes]:
    """A call of KMS itself: refused as KMS refuses it, else carried out by moto."""
    operation = operation_of(environ).removeprefix("kms:")
    if operation in USES:
        _check_call(environ, caller, operation)
    elif operation in STATES:
        _by_id(environ)
    return app(environ, start)


def _by_id(environ: Environ) -> None:
    """moto changes the state of a key only by its id."""
    value = json.loads(body_of(environ) or b"{}")
    value["KeyId"] = str(value.get("KeyId", "")).rpartition("/")[2]
    data = json.dumps(value).encode()
    environ.update({"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(len(data))})


def _check_call(environ: Environ, caller: Caller, operation: str) -> None:
    found = re.search(r"/\d{8}/([a-z0-9-]+)/kms/", str(environ.get("HTTP_AUTHORIZATION", "")))
    region = found.group(1) if found else "us-east-1"
    value = json.loads(body_of(environ) or b"{}")
    context = {
        f"kms:EncryptionContext:{name}": str(item)
        for name, item in (value.get("EncryptionContext") or {}).items()
    }
    context["kms:CallerAccount"] = caller.account
    keys = [("kms:" + operation, value.get("KeyId") or _of_ciphertext(value))]
    if operation == "ReEncrypt":
        source = value.get("SourceKeyId") or _of_ciphertext(value)
        keys = [("kms:ReEncryptFrom", source)]
        keys.append(("kms:ReEncryptTo", value.get("DestinationKeyId")))
    for action, key in keys:
        if key:
            check(find(key, caller.account, region, caller, action), caller, [action], context)


def _of_ciphertext(value: dict[str, Any]) -> str:
    """The key that a ciphertext of moto's was made with; "" if it is none."""
    try:
        blob = base64.b64decode(value.get("CiphertextBlob") or "")
        return _deserialize_ciphertext_blob(blob).key_id
    except Exception:  # noqa: BLE001 - moto says what is wrong with it
        return ""
