"""The KMS keys of the account and Region that the kernel works in, and which S3 can use.

Read with boto3 and the credentials of a bucket's client: ListAliases, ListKeys and DescribeKey, which
need the kms: permissions of these names. Only on request; never key material. Must not know:
profiles, requests, reports.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from ..profile.keys import MANAGED_KEY
from ..sentences import Sentence, say
from ..shapes import SparkContext, Unchecked
from .reading import boto
from .reading.boto import NotReadError
from .work.time_sliced import TimeSliced

if TYPE_CHECKING:
    from ..shapes import KeyPage, KeysAnswer, ListedKey

#: Seconds of a kernel's time for all of it.
SECONDS = 10.0
#: Keys that are asked about and reported, in one step and at once; aliases of each that are reported.
MOST, STEP, THREADS, ALIASES = 500, 16, 8, 10
#: Characters of a description that are reported.
DESCRIPTION = 200
#: What names the aliases of AWS itself.
_OF_AWS = "alias/aws/"
#: States of a key that can be used.
_USABLE = ("Enabled", "Updating")
#: What KMS says of a key, or of an alias, as DescribeKey and ListAliases return it.
Metadata = Mapping[str, object]
#: A key and its aliases.
Known = Tuple[str, List[str]]


def read(conf: Unchecked, context: Optional[SparkContext] = None) -> "KeysAnswer":
    """The keys, those with an alias first; `conf` has `get(name)`, as a Hadoop configuration has.

    What is not allowed, or not answered in time, is left out and said. context: the SparkContext
    whose JVM has `conf`. Raises NotReadError.
    """
    began = time.monotonic()
    if not boto.available(True):
        raise NotReadError(say("This kernel has no boto3, which lists the keys of KMS."))
    asked = _Asked(conf)
    late = not TimeSliced(context, asked.steps()).finish(SECONDS)
    if late and not asked.listed:
        raise NotReadError(asked.late())
    asked.place()
    return {
        "account": asked.account,
        "region": asked.region,
        "keys": asked.keys(),
        "total": len(asked.known),
        "unread": list(asked.unread),
        "late": asked.late() if late else None,
        "elapsed": round((time.monotonic() - began) * 1000.0, 1),
    }


class _Asked:
    """The questions to KMS.

    known: ARN of each key -> its aliases; unread: what is not allowed; listed: whether KMS answered.
    """

    def __init__(self, conf: Unchecked) -> None:
        self.known: Dict[str, List[str]] = {}
        self.unread: List[Sentence] = []
        self.listed = False
        self.account = ""
        self.region = ""
        self._conf = conf
        self._endpoint = ""
        #: Whether all aliases are known.
        self._named = False
        #: ARN -> what KMS says of the key, None if it did not say.
        self._described: Dict[str, Optional[Metadata]] = {}

    def steps(self) -> Iterator[None]:
        """Asks; each step is one call, or some at once. Raises NotReadError."""
        try:
            kms = boto.Boto(self._conf, "").beside("kms")
            self.region = str(kms.meta.region_name or "")
            self._endpoint = str(kms.meta.endpoint_url)
        except Exception as error:
            raise boto.unusable(error) from error
        yield
        for page in self._pages(
            kms.list_aliases,
            say("Not allowed to list aliases: this needs kms:ListAliases."),
            Limit=100,
        ):
            for alias in page.get("Aliases") or []:
                self._alias(alias)
            yield
        self._named = not self.unread
        for page in self._pages(
            kms.list_keys, say("Not allowed to list keys: this needs kms:ListKeys."), Limit=1000
        ):
            for key in page.get("Keys") or []:
                self.known.setdefault(str(key["KeyArn"]), [])
            yield
        self.place()
        for _ in self._describe(kms):
            yield

    def _pages(
        self, call: "Callable[..., KeyPage]", refused: Sentence, **options: object
    ) -> "Iterator[KeyPage]":
        """The pages of a list, as far as they can be read. Raises NotReadError if nothing could."""
        more = True
        while more:
            try:
                page = call(**options)
            except Exception as error:
                denied = boto.refused(error, "") is not None
                failed = refused if denied else say("KMS: %1", boto.first_line(error))
                if not denied and not self.listed:
                    raise NotReadError(failed) from error
                self.listed = True
                self.unread.append(failed)
                return
            self.listed = True
            yield page
            options["Marker"] = page.get("NextMarker")
            more = page.get("Truncated") is True and bool(options["Marker"])

    def _alias(self, alias: Metadata) -> None:
        """Remembers whose alias it is; one of AWS's own may have no key yet."""
        arn, target = str(alias.get("AliasArn") or ""), str(alias.get("TargetKeyId") or "")
        if not target or ":alias/" not in arn:
            return
        key = target if target.startswith("arn:") else arn.split(":alias/")[0] + ":key/" + target
        self.known.setdefault(key, []).append(str(alias["AliasName"]))

    def place(self) -> None:
        """Takes account and Region from a key, which has both in its name."""
        for arn in list(self.known)[:1]:
            self.region, self.account = arn.split(":")[3:5]

    def _sorted(self) -> List[Known]:
        return sorted(self.known.items(), key=_order)

    def _describe(self, kms: boto.Boto3) -> Iterator[None]:
        """Asks for what KMS knows of each key, unless it answers none of the first."""

        def describe(arn: str) -> Union[Metadata, Exception]:
            try:
                found: Metadata = kms.describe_key(KeyId=arn)["KeyMetadata"]
            except Exception as error:  # noqa: BLE001 - reported as a key of which nothing is known
                return error
            return found

        names = [arn for arn, aliases in self._sorted()[:MOST] if not _foreign(aliases)]
        refused = 0
        with ThreadPoolExecutor(THREADS) as pool:
            while names:
                part, names = names[:STEP], names[STEP:]
                for arn, found in zip(part, list(pool.map(describe, part))):
                    if isinstance(found, Exception):
                        self._described[arn] = None
                        refused += boto.refused(found, "") is not None
                    else:
                        self._described[arn] = found
                if refused == len(self._described):
                    names = []
                yield
        if refused:
            self.unread.append(say("Not allowed to look at every key: this needs kms:DescribeKey."))

    def keys(self) -> "List[ListedKey]":
        """What is known of each, at most so many."""
        return [
            _listed(arn, aliases, self._described.get(arn), self._named)
            for arn, aliases in self._sorted()[:MOST]
        ]

    def late(self) -> Sentence:
        """What did not answer in time."""
        return boto.late(self._endpoint, SECONDS)


def _foreign(aliases: List[str]) -> bool:
    """Whether a key is of a service of AWS other than S3, by its alias."""
    return any(alias.startswith(_OF_AWS) and alias != MANAGED_KEY for alias in aliases)


def _order(one: Known) -> Tuple[bool, bool, bool, str, str]:
    """Keys with an alias of the account's own first, by that; those of other services last."""
    arn, aliases = one
    own = [alias for alias in aliases if not alias.startswith(_OF_AWS)]
    return _foreign(aliases), not own, not aliases, min(own, default="").lower(), arn


def _listed(arn: str, aliases: List[str], found: Optional[Metadata], named: bool) -> "ListedKey":
    """One key. found: what KMS says of it; named: whether all aliases are known."""
    known: Metadata = found or {}
    usable, reason = _judged(aliases, known, named)
    managed = any(alias.startswith(_OF_AWS) for alias in aliases)
    return {
        "arn": arn,
        "aliases": sorted(aliases)[:ALIASES],
        "description": str(known.get("Description") or "")[:DESCRIPTION],
        "state": str(known.get("KeyState") or ""),
        "spec": _spec(known),
        "usage": str(known.get("KeyUsage") or ""),
        "manager": str(known.get("KeyManager") or ("AWS" if managed else "")),
        "origin": str(known.get("Origin") or ""),
        "multiRegion": known.get("MultiRegion") is True,
        "usable": usable,
        "reason": reason,
    }


def _spec(known: Metadata) -> str:
    return str(known.get("KeySpec") or known.get("CustomerMasterKeySpec") or "")


def _judged(
    aliases: List[str], known: Metadata, named: bool
) -> Tuple[Optional[bool], Optional[Sentence]]:
    """(whether S3 can encrypt with a key, None if that is not known; what is to be said of it)."""
    usage, state, spec = known.get("KeyUsage"), known.get("KeyState"), _spec(known)
    of_aws = known.get("KeyManager") == "AWS" and MANAGED_KEY not in aliases
    if _foreign(aliases) or (of_aws and named):
        return False, say("This AWS managed key is for another service.")
    if usage and usage != "ENCRYPT_DECRYPT":
        return False, say("S3 needs a key for encryption; this one is for %1.", usage)
    if spec and spec != "SYMMETRIC_DEFAULT":
        return False, say("S3 needs a symmetric key; this one is %1.", spec)
    if state and state not in _USABLE:
        return False, say("S3 needs an enabled key; this one is %1.", state)
    if of_aws:
        return None, say("This AWS managed key may be for another service.")
    if not known:
        return None, say("Its state is not known.")
    if MANAGED_KEY in aliases:
        return True, say("This AWS managed key cannot be used from other accounts.")
    return True, None
