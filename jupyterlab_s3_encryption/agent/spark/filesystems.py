"""The file systems that are open in the driver, and the encryption that each of them writes with.

Hadoop returns one instance per (scheme, bucket, user) and never reads changed settings again, so
these instances decide. Changes nothing. Must not know: requests, when anything is changed.
Source of the names: S3AUtils, CredentialProviderFactory, Hadoop 3.2 to 3.5.
"""

import re
from typing import TYPE_CHECKING, Callable, Dict, List, Match, NamedTuple, Optional, Set, Tuple

from .. import report, secret
from ..profile import dialects, profiles
from ..sentences import say
from ..shapes import Java, Profile, Rule, SparkContext
from ..state import State
from . import java_classes, jvm, sessions
from .sessions import JvmSession

if TYPE_CHECKING:
    from ..entries import FileSystem

_PROVIDER = ".security.credential.provider.path"
#: Stands for every bucket that has no properties of its own.
_NO_BUCKET = "a-bucket-without-rules"


class Open(NamedTuple):
    """An open instance.

    algorithm: as S3A names it ("" for none), None if the connector does not say.
    stale: whether it writes with other settings than the current ones, None if unknown.
    ours: whether it reads the properties that were written.
    """

    uri: str
    algorithm: Optional[str]
    key: Optional[str]
    stale: Optional[bool]
    ours: bool

    def entry(self) -> "FileSystem":
        """The entry of the report; an SSE-C key is masked."""
        key = report.MASK if self.algorithm == "SSE-C" else self.key
        return {"uri": self.uri, "algorithm": self.algorithm, "keyId": key, "stale": self.stale}


def settings(state: State, session: JvmSession, dialect: Optional[str] = None) -> Optional[str]:
    """What OpenFileSystems needs to open buckets as the session says; None if nothing is armed.

    dialect: returns settings to compare with even if nothing is armed. The text is as Settings.java
    reads it; it contains the SSE-C key, if any, so it must not be logged.
    """
    dialect = dialect or (state.dialect if state.profile is not None else None)
    if dialect is None:
        return None
    table = dialects.connectors()["dialects"][dialect]
    conf = session.hadoop_conf()
    present = _names(state, session)
    buckets = {str(dialects.bucket_of(dialect, key) or "") for key in present} - {""}
    prefixes = [table["prefix"]]
    prefixes += [table["bucketPrefix"].replace("{bucket}", name) for name in sorted(buckets)]
    version = state.info[1]["hadoopVersion"] if state.info is not None else None
    values: Dict[str, str] = {}

    def get(name: str) -> Optional[str]:
        return session.value(lambda: conf, name, conf.get)

    for prefix in prefixes:
        values.update(_effective(dialect, version, prefix, get))
    state.older |= _with_keys(state, dialect, values)
    found = {
        "connector": _class_of(dialect),
        "prefix": table["prefix"],
        "bucketPrefix": table["bucketPrefix"].split("{bucket}")[0],
        "names": "\n".join(entry["name"] for entry in table["properties"]),
        "older": "\n".join(sorted(state.older)),
    }
    found.update(("value." + key, value) for key, value in values.items())
    return secret.Secret(properties(dict(found, fingerprint=state.digest(properties(found)))))


def _names(state: State, session: JvmSession) -> Set[str]:
    """Names of what is set in a session and in its context; as it was written, if it was by us."""
    own, hadoop = state.records.get(session.identity), state.hadoop
    if own is not None and hadoop is not None and hadoop.target == jvm.application(session.context):
        return {*own.applied, *own.others, *hadoop.applied, *hadoop.others}
    return {*session.read(), *sessions.HadoopConf(session.context).read()}


def properties(found: Dict[str, str]) -> str:
    """The same as java.util.Properties reads it."""
    lines = ["%s=%s" % (_escaped(key), _escaped(found[key])) for key in sorted(found)]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", _as_utf16, text)


def _as_utf16(found: Match[str]) -> str:
    return re.sub("(....)", r"\\u\1", found.group().encode("utf-16-be").hex())


def _effective(
    dialect: str, version: Optional[str], prefix: str, get: Callable[[str], Optional[str]]
) -> Dict[str, str]:
    """The properties with a prefix, by this version's names; an older name counts if the newer is unset.

    Hadoop itself knows the older names only once S3A was loaded.
    """
    found = {}
    for name in dialects.names(dialect, version):
        key = prefix + name
        aliases = [alias for alias in dialects.aliases(dialect, key) if alias != key]
        older = [alias for alias in aliases if dialects.replaces(dialect, version, key, alias)]
        for alias in [key, *older]:
            value = get(alias)
            if value is not None:
                found[key] = value
                break
    return found


def _with_keys(state: State, dialect: str, values: Dict[str, str]) -> Set[str]:
    """Digests of the methods with a key of their own that are set, here or by the cluster.

    Queries that were planned with them before a change get the current settings, too.
    """
    before = dict(state.hadoop.before) if state.hadoop is not None else {}
    found = set()
    for source in (values, before):
        for name, method in source.items():
            entry = dialects.entry_of(dialect, name)
            if not method or entry is None or entry["id"] != "algorithm":
                continue
            if method.upper().startswith(("SSE-C", "CSE-")):
                key = source.get(name[: -len("algorithm")] + "key")
                key = key or source.get(name[: -len("-algorithm")] + ".key") or ""
                found.add(secret.digest(method.strip().upper(), key.strip()))
    return found


class Seen(NamedTuple):
    """systems: what is open; writing: addresses that were written to through older instances;
    left: how many instances made room for newer ones and are still in use; moved: what was moved and
    not read since, as `moves` takes it.
    """

    systems: List[Open]
    writing: List[str]
    left: int
    moved: List[str]


class Move(NamedTuple):
    """One rename. began, ended: seconds since 1970; folder: whether a folder was moved, or into one;
    path: where to.
    """

    number: int
    began: float
    ended: float
    folder: bool
    path: str


def moves(texts: List[str]) -> List[Move]:
    """What was moved, as Moves.list of our Java classes says it; those it does not know left out."""
    found = []
    for text in texts:
        if text:
            number, began, ended, kind, path = text.split(" ", 4)
            times = int(began) / 1000.0, int(ended) / 1000.0
            found.append(Move(int(number), times[0], times[1], kind == "d", path))
    return found


def inspect(state: State, session: JvmSession, dialect: str, trusted: bool) -> Seen:
    """The open s3, s3a and s3n instances of the driver, compared with what was set last, or, if
    nothing was, with the session's settings.

    trusted: whether instances that do not say how they write count as having the current settings.
    Raises java_classes.MissingError, and what py4j raises.
    """
    context = session.context
    if not java_classes.are_loaded(context) and "@s3" not in _cached(context):
        return Seen([], [], 0, [])  # nothing is open: no need to load our classes
    compared = settings(state, session, dialect) if state.profile is None else None
    answer = java_classes.inspect(context, compared)
    known = dialects.connectors()["classes"]
    found = []
    for system in answer["systems"]:
        served = known.get(system["className"])
        ours = served is None or served == dialect
        stale = False if system["stale"] is None and ours and trusted else system["stale"]
        found.append(Open(system["uri"], system["algorithm"], system["key"], stale, ours))
    systems = sorted(found, key=lambda entry: entry.uri)
    return Seen(systems, answer["writing"], answer["left"], answer["moved"])


def _cached(context: SparkContext) -> str:
    """The keys of Hadoop's cache, as text."""

    def keys() -> Java:
        name = "org.apache.hadoop.fs.FileSystem"
        cache = jvm.field(context, name, "CACHE").get(None)
        return jvm.field(context, name + "$Cache", "map").get(cache).keySet()

    return str(jvm.handle(context, "FileSystem.CACHE", keys).toString())


def computed(
    session: JvmSession,
    profile: Profile,
    customer_key: Optional[str],
    version: Optional[str],
    loaded: bool,
) -> List[Tuple[Optional[str], str]]:
    """(bucket or None for all others, what it is instead) for which S3A derives something else from
    a session's settings than the profile says: a credential provider takes precedence over
    properties, and settings that S3A refuses can still be read back.

    version: Hadoop's; loaded: whether S3A is loaded. If not, it is not loaded (30 ms) only to ask
    it: without a credential provider, Apache's releases use the property
    (S3AUtils.lookupPassword, Hadoop 3.2 to 3.5).
    """
    conf = session.hadoop_conf()
    provided = _provides(conf)
    if not loaded and not provided and re.match(r"\d+\.\d+\.\d+$", version or ""):
        return []
    tools = jvm.java_class(session.context, "org.apache.hadoop.fs.s3a.S3AUtils")
    found: List[Tuple[Optional[str], str]] = []
    rules = profile.get("buckets") or {}
    choices: Dict[Optional[str], Rule] = {None: profile}
    choices.update(rules.items())
    for name in _provided_buckets(session.context, conf) if provided else ():
        choices.setdefault(name, profile)
    for bucket, choice in choices.items():
        try:
            name = bucket or _NO_BUCKET
            used = _as_opened(tools, conf, name) if provided else conf
            secrets = tools.buildEncryptionSecrets(name, used)
            algorithm = str(secrets.getEncryptionMethod().getMethod() or "")
            wanted = _key(choice, customer_key) or ""
            key = _key_of(session, secrets, algorithm, wanted)
        except Exception as error:  # noqa: BLE001 - reported: a write would fail with it
            found.append((bucket, jvm.error_text(error)))
            continue
        expected = dialects.algorithm_of("s3a", choice["method"])
        if algorithm != expected:
            found.append((bucket, algorithm or say("the bucket's default")))
        elif expected and key != wanted:
            instead = (
                say("%1 with another key", algorithm)
                if algorithm == "SSE-C"
                else say("%1 with the key %2", algorithm, key or "aws/s3")
            )
            found.append((bucket, instead))
    return found


def _key_of(session: JvmSession, secrets: Java, algorithm: str, wanted: str) -> str:
    """The key in what S3A derives; an SSE-C key does not leave Java if it is the wanted one."""
    digest = secret.digest(algorithm, wanted)
    if algorithm == "SSE-C" and jvm.is_key(session.context, lambda: secrets, "", digest):
        return wanted
    return secret.hidden(str(secrets.getEncryptionKey() or ""))


def event_log(context: SparkContext) -> Optional[str]:
    """scheme://bucket of Spark's event log, None if it is off or not on S3."""
    folder = event_log_folder(context)
    if folder is None:
        return None
    scheme, _, rest = folder.partition("://")
    return "%s://%s" % (scheme, rest.split("/", 1)[0])


def event_log_folder(context: SparkContext) -> Optional[str]:
    """The address of the folder of Spark's event log, None if it is off or not on S3."""

    def find() -> Optional[str]:
        conf = jvm.scala(context).getConf()
        if str(conf.get("spark.eventLog.enabled", "false")).lower() != "true":
            return None
        folder = str(conf.get("spark.eventLog.dir", ""))
        scheme, separator, _ = folder.partition("://")
        return folder if separator and scheme in sessions.SCHEMES else None

    return jvm.constant(context, "folder of the event log", find)


def _provides(conf: Java) -> bool:
    """Whether credentials may come from a provider."""
    providers = ("hadoop" + _PROVIDER, "fs.s3a" + _PROVIDER)
    return any(conf.get(name) for name in providers) or _PROVIDER in str(
        conf.getPropsWithPrefix("fs.s3a.bucket.").keySet().toString()
    )


def _as_opened(tools: Java, conf: Java, bucket: str) -> Java:
    """The configuration that S3A opens a bucket with: the bucket's own options come first, and
    S3A's own credential providers ahead of Hadoop's (S3AFileSystem.initialize,
    S3AUtils.patchSecurityCredentialProviders, Hadoop 3.2 to 3.5).
    """
    copy = tools.propagateBucketOptions(conf, bucket)
    paths = [copy.get("fs.s3a" + _PROVIDER), copy.get("hadoop" + _PROVIDER)]
    if paths[0]:
        copy.set("hadoop" + _PROVIDER, ",".join(str(path) for path in paths if path))
    return copy


def _provided_buckets(context: SparkContext, conf: Java) -> List[str]:
    """The buckets with credential providers of their own, or for which one has encryption entries.

    Raises nothing: if a provider cannot be read, S3A reports it, too.
    """
    paths = [conf.get("hadoop" + _PROVIDER), conf.get("fs.s3a" + _PROVIDER)]
    own = conf.getPropsWithPrefix("fs.s3a.bucket.")
    names = jvm.texts(context, own.keySet())
    paths += [own.get(name) for name in names if name.endswith(_PROVIDER)]
    copy = jvm.java_class(context, "org.apache.hadoop.conf.Configuration")(conf)
    copy.set("hadoop" + _PROVIDER, ",".join(str(path) for path in paths if path))
    factory = "org.apache.hadoop.security.alias.CredentialProviderFactory"
    found = {name[: -len(_PROVIDER)] for name in names if name.endswith(_PROVIDER)}
    try:
        for provider in jvm.java_class(context, factory).getProviders(copy):
            for alias in jvm.texts(context, provider.getAliases()):
                found.add(dialects.bucket_of("s3a", alias) or "")
    except Exception:  # noqa: BLE001 - cannot be read: S3A reports it
        return sorted(bucket for bucket in found if bucket)
    return sorted(bucket for bucket in found if bucket)


def _class_of(dialect: str) -> str:
    classes = dialects.connectors()["classes"]
    return str(next(name for name in classes if classes[name] == dialect))


def _key(choice: Rule, customer_key: Optional[str]) -> Optional[str]:
    needs_own = choice["method"] in profiles.WITH_CUSTOMER_KEY
    return customer_key if needs_own else choice.get("kmsKeyId")
