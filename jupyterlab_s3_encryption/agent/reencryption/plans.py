"""Makes a plan: looks at everything below a path and decides for each object. Changes nothing.

Must not know: how a plan is shown, journals, how an object is changed.
"""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ..objects.reading import boto
from ..objects.reading.location import S3Location
from ..profile import profiles
from ..sentences import say
from ..shapes import Rule
from . import costs, tables, ways
from .facts import Facts
from .pace import GONE, REFUSED, meaning
from .rows.rows import Rows
from .rows.totals import Obstacle
from .store import Listed, Settings, Store
from .ways import UPDATE, Target, decide, is_key_arn

#: Objects that are looked at between two reports of progress.
_STEP = 1000


class NoPlanError(Exception):
    """There can be no plan; the message says why."""


class InvalidError(NoPlanError):
    """An argument is wrong."""


class Plan(NamedTuple):
    """What a re-encryption would do. rows: without objects that are as wanted; notes: sentences.

    seen: all objects, and how many of them are as wanted; made: when the first was looked at, in
    seconds since 1970.
    """

    location: S3Location
    target: Target
    versions: bool
    settings: Settings
    made: float
    seen: int
    wanted: int
    rows: Rows
    notes: List[str]

    def changing(self, update: bool = True) -> int:
        """How many rows would be changed, in a store that knows the update or not."""
        return self.rows.totals(update).changing

    def ways(self, update: bool = True) -> Dict[str, Tuple[int, int]]:
        """Way -> how many objects, and how many bytes they have."""
        return self.rows.totals(update).ways()

    def cost(self, update: bool = True) -> costs.Cost:
        """Requests and their price."""
        with_kms = self.target.choice["method"] in profiles.S3_ASKS_KMS
        return self.rows.totals(update).cost(with_kms, self.settings.acls is not False)

    def impossible(self, update: bool = True) -> Dict[str, Obstacle]:
        """Reason -> how many objects cannot be changed because of it, and the first of them."""
        return self.rows.totals(update).obstacles


def target_of(store: Store, choice: Rule, bucket_key: Optional[bool], delta_log: bool) -> Target:
    """What a choice means for objects that are stored. Raises NoPlanError."""
    if choice["method"] not in profiles.HEADERS:
        title = profiles.TITLES[choice["method"]]
        raise NoPlanError(say("S3 cannot re-encrypt stored objects to %1.", title))
    key = choice.get("kmsKeyId")
    if key and not is_key_arn(key):
        choice = choice.copy()
        choice["kmsKeyId"] = _arn_of(store, key)
    chosen = store.settings.bucket_key if bucket_key is None else bucket_key
    return Target(choice, chosen, delta_log, ways.COPY_LIMIT)


def make(
    store: Store,
    location: S3Location,
    target: Target,
    versions: bool,
    progress: Optional[Callable[[int], None]] = None,
) -> Plan:
    """Looks at all objects below a location. Raises NoPlanError, and what boto3 raises."""
    began = time.time()
    key = location.path.lstrip("/")
    notes: List[str] = []
    try:
        uploading: Set[str] = store.uploading(key)
    except Exception as error:
        reason = boto.refused(error, "s3:ListBucketMultipartUploads")
        if reason is None:
            raise
        notes.append(reason)
        uploading = set()
    listing = store.listing(key, versions)
    rows = Rows(target)
    seen = wanted = 0
    found: Dict[tables.Table, None] = {}
    with ThreadPoolExecutor(store.pace.most) as pool, _cancelling(store):
        part = list(islice(listing, _STEP))
        while part:
            for facts in pool.map(lambda one: _look(store, one), part):
                if facts is None:
                    continue
                seen += 1
                table = tables.of_key(facts.key)
                if table is not None:
                    found[table] = None
                busy = facts.current and facts.key in uploading
                decision = decide(facts, target, busy)
                if decision.wanted:
                    wanted += 1
                else:
                    rows.add(facts, decision, busy)
            if progress is not None:
                progress(seen)
            part = list(islice(listing, _STEP))
    if not seen:
        raise NoPlanError(say("Nothing is stored under %1.", location.text()))
    notes += _notes(store.settings, rows, versions)
    if (
        rows.totals(False).changing
        and store.settings.acls is not False
        and _hides_acls(store, rows)
    ):
        notes.append(
            say(
                "The ACLs of objects may not be read (s3:GetObjectAcl): a copy has the usual one, "
                "and whoever else was granted something loses it."
            )
        )
    for table in sorted(found):
        root = location.root() + table.root
        notes.append(say("%1 table %2: %3", table.kind, root, tables.validity(table.kind)))
    return Plan(location, target, versions, store.settings, began, seen, wanted, rows, notes)


@contextlib.contextmanager
def _cancelling(store: Store) -> Iterator[None]:
    """If what is inside is broken off, looks that nobody has begun are not begun."""
    try:
        yield
    except BaseException:
        store.pace.cancel()
        raise


def _look(store: Store, listed: Listed) -> Optional[Facts]:
    """What S3 says of an object; None if it is gone since it was listed."""
    try:
        return store.look(listed)
    except Exception as error:
        if meaning(error) == GONE:
            return None
        raise


def _hides_acls(store: Store, rows: Rows) -> bool:
    """Whether the ACL of an object may not be read."""
    facts = rows[0].facts
    version = {"VersionId": facts.version} if facts.version else {}
    try:
        store.pace.call(store.client.get_object_acl, Bucket=store.bucket, Key=facts.key, **version)
    except Exception as error:
        if not boto.code_of(error):
            raise
        return meaning(error) == REFUSED
    return False


def _arn_of(store: Store, key: str) -> str:
    """The ARN of a key that is named otherwise, or its id if KMS does not say the ARN."""
    try:
        found = store.clients.beside("kms").describe_key(KeyId=key)
        return str(found["KeyMetadata"]["Arn"])
    except Exception as error:
        if "alias/" not in key:
            return key
        raise NoPlanError(
            say(
                "Give the ARN of the key: which one %1 is could not be read. %2",
                key,
                boto.first_line(error),
            )
        ) from error


def _notes(settings: Settings, rows: Rows, versions: bool) -> List[str]:
    """What a user has to know before a run."""
    found: List[str] = []
    copied = rows.totals(False).changing > 0
    updated = UPDATE in rows.totals(True).ways()
    if updated:
        found.append(
            say(
                "Before the run an object of ours is changed and read back. A store that does not "
                "know UpdateObjectEncryption gets copies instead."
            )
        )
    if copied and not settings.overwrites:
        found.append(
            say(
                "The bucket keeps versions: a copy is a new version, and the old one stays as it is."
            )
        )
    if settings.versioned and not versions:
        found.append(say("Old versions stay as they are (versions=True looks at them too)."))
    if copied:
        found.append(
            say(
                "A copy keeps metadata, content type, tags, storage class and checksum. It has a new "
                "time of last change, and its ETag may change."
            )
        )
        if settings.acls is None:
            found.append(say("Whether objects have ACLs of their own could not be read."))
    if settings.locks is None:
        found.append(say("Whether the bucket has Object Lock could not be read."))
    return found
