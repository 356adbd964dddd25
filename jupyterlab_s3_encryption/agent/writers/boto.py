"""Adds a profile to what botocore sends: for boto3, s3fs (aiobotocore), awswrangler and the like.

Through botocore's events: of existing and future sessions and clients, even if botocore is
imported later. Must not know: Spark, reports. Never imports botocore.
"""

import base64
import contextlib
import json
import sys
from types import ModuleType
from typing import Any, Dict, List, Optional

from .. import state as states
from ..profile import profiles
from ..sentences import say
from ..shapes import Json, Profile, Rule
from ..spark import import_hooks

#: An object of botocore.
Botocore = Any

_HANDLERS = "botocore.handlers"
#: All operations of S3 whose parameters say how a new object is encrypted.
_EVENTS = tuple(
    "before-parameter-build.s3." + name
    for name in ("PutObject", "CopyObject", "CreateMultipartUpload")
)
#: Parameters with which a call makes its own choice.
CHOICES = (
    "ServerSideEncryption",
    "SSEKMSKeyId",
    "SSEKMSEncryptionContext",
    "SSECustomerAlgorithm",
    "SSECustomerKey",
)


def parameters(profile: Profile, bucket: Optional[str]) -> Dict[str, str]:
    """What a call that writes to a bucket needs for a profile; {} if nothing is to be sent."""
    return of_choice((profile.get("buckets") or {}).get(bucket or "", profile))


def of_choice(choice: Rule) -> Dict[str, str]:
    """As `parameters`, for a method with what belongs to it."""
    algorithm = profiles.HEADERS.get(choice["method"])
    if algorithm is None:
        return {}
    found = {"ServerSideEncryption": algorithm}
    if "kmsKeyId" in choice:
        found["SSEKMSKeyId"] = choice["kmsKeyId"]
    if "encryptionContext" in choice:
        text = json.dumps(choice["encryptionContext"], sort_keys=True, separators=(",", ":"))
        found["SSEKMSEncryptionContext"] = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return found


def obstacle(profile: Profile) -> Optional[str]:
    """Why a profile cannot be applied to everything these libraries write; None if it can."""
    if profile["method"] in profiles.WITH_CUSTOMER_KEY:
        # Every read would need it too, and botocore's debug log shows the parameters of a call.
        return say("Python libraries do not get an SSE-C key: they would log it.")
    for bucket, choice in [("", profile), *(profile.get("buckets") or {}).items()]:
        if choice["method"] not in (*profiles.BY_BUCKET, *profiles.HEADERS):
            title = profiles.TITLES[choice["method"]]
            if bucket:
                return say("Python libraries cannot write %1 for the bucket %2.", title, bucket)
            return say("Python libraries cannot write %1.", title)
    return None


class Events:
    """Our handler of botocore's events. profile: what it adds, None for nothing."""

    def __init__(self) -> None:
        self.profile: Optional[Profile] = None
        #: Why botocore's events could not be reached.
        self.failure: Optional[str] = None
        self._finder: Optional[import_hooks.Finder] = None

    def put(self, params: Json, context: Optional[Json] = None, **_: object) -> None:
        """botocore calls this with a call's parameters, which it may change.

        A call's own choice stays. Presigned URLs are left alone: uploads to them would have to
        send the headers.
        """
        profile = self.profile
        if profile is None or (context or {}).get("is_presign_request"):
            return
        if not any(params.get(name) is not None for name in CHOICES):
            params.update(parameters(profile, params.get("Bucket")))

    def install(self, profile: Profile) -> None:
        """Starts adding this profile. Idempotent; `failure` says why it did not work."""
        self.profile = profile
        module = sys.modules.get(_HANDLERS)
        if module is None:
            if self._finder not in sys.meta_path:
                self._finder = import_hooks.Finder((_HANDLERS,), self._imported)
                sys.meta_path.insert(0, self._finder)
            return
        try:
            self._hook(module)
            self.failure = None
        except Exception as error:  # noqa: BLE001 - another botocore: then it is not covered, and the report says so
            self.failure = "%s: %s" % (type(error).__name__, error)

    def remove(self) -> None:
        """Removes the handler from all that can be reached; elsewhere it does nothing any more."""
        self.profile = None
        self._forget_finder()
        module = sys.modules.get(_HANDLERS)
        if module is None:
            return
        known = getattr(module, "BUILTIN_HANDLERS", [])
        known[:] = [entry for entry in known if self.put not in entry]
        for emitter in _emitters():
            for event in _EVENTS:
                emitter.unregister(event, unique_id=self._name(event))
                emitter.unregister(event, self.put)

    def _hook(self, module: ModuleType) -> None:
        # Future sessions first, so that one that is made meanwhile has it.
        for event in _EVENTS:
            entry = (event, self.put, module.REGISTER_LAST)
            if entry not in module.BUILTIN_HANDLERS:
                module.BUILTIN_HANDLERS.append(entry)
        emitters = _emitters()
        for emitter in emitters:
            for event in _EVENTS:
                emitter.register_last(event, self.put, unique_id=self._name(event))
        for emitter in emitters:
            # A thread that looked up its handlers meanwhile has cached the old ones.
            emitter._lookup_cache = {}

    def _imported(self, *_: object) -> None:
        """Called when botocore was imported, before it has a session."""
        # Without a turn, too: no guard would make up for what is written meanwhile.
        with states.turn_of_import(states.get()):
            self._forget_finder()
            if self.profile is not None:
                self.install(self.profile)

    def _forget_finder(self) -> None:
        if self._finder is not None:
            with contextlib.suppress(ValueError):  # not there, or not any more
                sys.meta_path.remove(self._finder)
        self._finder = None

    def _name(self, event: str) -> str:
        """Keeps an emitter, and the copies that clients make of it, from having it twice."""
        return "s3-encryption-%x-%s" % (id(self), event)


def _emitters() -> List[Botocore]:
    """The emitters of all existing sessions and clients, which have their handlers."""
    cls = getattr(sys.modules.get("botocore.hooks"), "HierarchicalEmitter", None)
    return import_hooks.instances(cls) if isinstance(cls, type) else []
