"""The Livy session of a sparkmagic kernel: what it is started with, and one statement to it.

Travels beside relay.py and runs as a module of its own. Everything goes through sparkmagic's
own objects and connection, so that nothing is printed, no widget opens and no session is started.
Must not know: what a request asks, profiles, property names.
"""

import base64
import json
import re
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

if TYPE_CHECKING:
    from ..entries import SentenceParts
    from ..foreign import KernelMagics, LivySession, SparkmagicConfiguration

#: What Livy answers, or a report.
Json = Dict[str, Any]

#: Seconds to connect to Livy, and to wait for it to answer one call.
CONNECT, CALL = 3.0, 20.0
#: Seconds for the output of a statement that has ended.
SETTLED = 1.0
DEAD = ("dead", "killed", "error", "shutting_down", "success")
PREFIX = "spark.hadoop."
#: The statement; its payload travels as data.
CODE = (
    '(lambda p: exec(p["statement"], {"__name__": "_s3_encryption_statement", "p": p}))'
    '(__import__("json").loads(__import__("zlib").decompress('
    '__import__("base64").b64decode("%s")).decode("utf-8")))'
)
#: The same if the session has kept the texts; ABSENT is its value if it has not.
AGAIN = (
    '(lambda p, m: m.main(p) if getattr(m, "kept", None) == p["kept"] else "%s")('
    '__import__("json").loads(__import__("zlib").decompress('
    '__import__("base64").b64decode("%s")).decode("utf-8")), '
    '__import__("sys").modules.get("_jupyterlab_s3_encryption_statement"))'
)
ABSENT = "_s3_encryption_absent"
#: Attribute of our function with the original that it replaces.
ORIGINAL = "_s3_encryption_original"


#: The sentences since this was last cleared: text -> what it is made of, as in a report.
said: "Dict[str, SentenceParts]" = {}


def say(text: str, *values: object) -> str:
    """A sentence with its values in place of %1, %2, …; %% stands for one %. As agent/sentences.py."""
    given = [str(value) for value in values]

    def fill(match: "re.Match[str]") -> str:
        return "%" if match.group(1) == "%" else given[int(match.group(1)) - 1]

    found = re.sub("%(%|[0-9]+)", fill, text)
    said[found] = {"text": text, "values": given}
    return found


class LostError(Exception):
    """There is no such session any more."""


class LivyError(Exception):
    """Livy, or the session, gave no answer. code: as in the report's error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def kernel_magics() -> "KernelMagics":
    """sparkmagic's own object of this kernel. Raises LivyError if there is none."""
    shell = sys.modules["IPython"].get_ipython()
    magics: "KernelMagics" = shell.magics_manager.registry.get("KernelMagics")
    if not hasattr(magics, "session_started") or not hasattr(magics, "spark_controller"):
        raise LivyError("no-sparkmagic", say("This kernel has no known version of sparkmagic."))
    return magics


def current() -> "Optional[LivySession]":
    """The session as sparkmagic knows it, or None."""
    magics = kernel_magics()
    if not magics.session_started:
        return None
    return magics.spark_controller.get_session_by_name_or_default(magics.session_name)


def sparkmagic() -> "SparkmagicConfiguration":
    """Its configuration, as a module."""
    import importlib

    found: "SparkmagicConfiguration" = importlib.import_module("sparkmagic.utils.configuration")
    return found


def hook(merge: Callable[[Dict[str, str]], Dict[str, str]]) -> None:
    """From now on `merge` makes the conf of each session that starts."""
    configuration = sparkmagic()

    original = getattr(
        configuration.get_session_properties, ORIGINAL, configuration.get_session_properties
    )

    def get_session_properties(language: str) -> Json:
        properties: Json = original(language)
        try:
            conf = merge(dict(properties.get("conf") or {}))
        except Exception:  # noqa: BLE001 - the user's call must not fail; the next report says so
            return properties
        if conf or "conf" in properties:
            properties["conf"] = conf
        return properties

    setattr(get_session_properties, ORIGINAL, original)
    configuration.get_session_properties = get_session_properties


def unhook() -> None:
    """Restores sparkmagic's own function."""
    configuration = sparkmagic()

    original = getattr(configuration.get_session_properties, ORIGINAL, None)
    if original is not None:
        configuration.get_session_properties = original


def configured() -> Dict[str, str]:
    """The user's own configuration for the next session, without our settings."""
    configuration = sparkmagic()

    ask = configuration.get_session_properties
    return dict(getattr(ask, ORIGINAL, ask)(kernel_magics().language).get("conf") or {})


def started_with(session: "LivySession") -> Dict[str, str]:
    """The conf that a session was started with."""
    return dict((getattr(session, "properties", None) or {}).get("conf") or {})


def check(session: "LivySession") -> None:
    """Raises LostError if Livy says that the session is gone; ignores all other problems."""
    try:
        answer = call(session, "get", "/sessions/%s/state" % session.id, None, (1.0, 2.0))
    except LivyError:
        return
    if answer.get("state") in DEAD:
        raise LostError()


def call(
    session: "LivySession",
    verb: str,
    path: str,
    data: Optional[Dict[str, str]],
    limits: Tuple[float, float] = (CONNECT, CALL),
) -> Json:
    """One call of Livy's, without sparkmagic's repetitions. Raises LostError and LivyError."""
    http = session.http_client._http_client
    arguments = {"headers": http._headers, "auth": http._auth, "verify": http.verify_ssl}
    if data is not None:
        arguments["data"] = json.dumps(data)
    try:
        answer = getattr(http._session, verb)(http.compose_url(path), timeout=limits, **arguments)
    except Exception as error:  # noqa: BLE001 - whatever the connection raises
        why = say("Livy did not answer: %1.", type(error).__name__)
        raise LivyError("livy-failed", why) from None
    if answer.status_code == 404:
        raise LostError()
    if answer.status_code not in (200, 201):
        text = say("Livy answered %1: %2", answer.status_code, answer.text[:200])
        raise LivyError("livy-failed", text)
    try:
        return dict(answer.json())
    except ValueError:
        raise LivyError("livy-failed", say("Livy did not answer with JSON.")) from None


def ask(session: "LivySession", inside: Dict[str, object], limit: float) -> Json:
    """The answer of the session to one statement of ours, within `limit` seconds.

    inside: as for statement.py; without the texts "statement" and "bootstrap" the session has to
    have kept them, or the agent is missing. Raises LostError and LivyError.
    """
    packed = base64.b64encode(zlib.compress(json.dumps(inside).encode("utf-8"))).decode("ascii")
    code = CODE % packed if "statement" in inside else AGAIN % (ABSENT, packed)
    output = statement(session, code, limit)
    if "statement" not in inside and output_text(output).strip("'\"") == ABSENT:
        return {"agentMissing": True}
    return framed(output, str(inside["frame"]))


def statement(session: "LivySession", code: str, limit: float) -> Json:
    """The result of a statement, as Livy reports it, within `limit` seconds.

    One that is late or interrupted is cancelled. Raises LostError and LivyError.
    """
    path = "/sessions/%s/statements" % session.id
    number = call(session, "post", path, {"code": code})["id"]
    until, pause = time.monotonic() + limit, 0.003
    ended = 0.0
    why = LivyError("livy-late", say("The session did not answer within %1 s.", int(limit)))
    try:
        while time.monotonic() < until:
            found = call(session, "get", "%s/%s" % (path, number), None)
            if str(found.get("state")).lower() in ("available", "error", "cancelled"):
                # Livy may report that a statement has ended a moment before it has its output.
                ended = ended or time.monotonic()
                if found.get("output") or time.monotonic() > ended + SETTLED:
                    return found
            time.sleep(pause)
            pause = min(pause * 1.15, 0.5)
    except KeyboardInterrupt:
        why = LivyError("interrupted", say("The request was interrupted."))
    cancel(session, "%s/%s/cancel" % (path, number))
    raise why


def cancel(session: "LivySession", path: str) -> None:
    """Cancels a statement; a failure here is not reported, since another one came first."""
    try:
        call(session, "post", path, {}, (1.0, 2.0))
    except (LivyError, LostError):
        return


def output_text(found: Json) -> str:
    """What a statement printed, and its value."""
    return str(((found.get("output") or {}).get("data") or {}).get("text/plain") or "")


def framed(output: Json, mark: str) -> Json:
    """The answer between the marks; other output of the statement is ignored."""
    text = output_text(output)
    found = re.search("<<%s:(\\d+)>>" % re.escape(mark), text)
    end = found.end() + int(found.group(1)) if found else 0
    if found is None or not text.startswith("<<%s>>" % mark, end):
        instead = str((output.get("output") or {}).get("evalue") or text)[:200]
        raise LivyError("bad-answer", say("The session gave no report. It said: %1", instead))
    packed = base64.b64decode(text[found.end() : end])
    answer = dict(json.loads(zlib.decompress(packed).decode("utf-8")))
    if "failed" in answer:
        raise LivyError("agent-failed", str(answer["failed"]))
    return answer
