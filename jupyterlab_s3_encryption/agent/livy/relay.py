"""Runs in a sparkmagic kernel: passes requests on to the Livy session, and starts none.

Travels with each request instead of the bootstrap, and answers with reports of the same shape;
loader/answer.py is written behind it.
The target is merged into what sparkmagic sends when it starts a session; a running session that
does not have it yet gets it by one statement. What is known of a session is dropped with it: a new
session is another object of sparkmagic's. Must not know: property names.
"""

import sys
import types
import zlib
from typing import Any, Dict, List, Optional, Set, Tuple

from ..loader.answer import PROTOCOL, Answer, announce, empty, fail, keep

Json = Dict[str, Any]
#: sparkmagic's object of a session.
Session = Any

NAME = "_jupyterlab_s3_encryption_livy"
PART = "_jupyterlab_s3_encryption_livy_session"
#: Grows when a relay could no longer read what an older one left.
VERSION = 1
#: Seconds for the session to answer a guard, which is ahead of a user's cell, and all else.
SOON, LATE = 20.0, 300.0

Report = Json


class RelayState:
    """The settings for every session of this kernel, and what is known of the running one.

    target: what to set, {"profile", "connector"}.
    conf: what the next session is started with.
    cleared: a user cleared on purpose.
    replaced: (key, our value) -> the user's own value, which it replaced.
    buckets: those that ever had a rule of their own.
    session: sparkmagic's object.
    start_conf: what that session was started with, key -> (our value, the user's).
    applied: whether its agent has the target.
    sent: which agent, and which parts of it, that session has.
    """

    def __init__(self) -> None:
        self.version = VERSION
        self.target: Optional[Json] = None
        self.conf: Dict[str, str] = {}
        self.cleared = False
        self.replaced: Dict[Tuple[str, str], Optional[str]] = {}
        self.buckets: Set[str] = set()
        self.attach(None, {})

    def attach(self, session: Session, conf: Dict[str, str]) -> None:
        """Another session, or none: only the configuration it was started with is known."""
        self.session = session
        self.start_conf = {
            key: (value, self.replaced[key, value])
            for key, value in conf.items()
            if (key, value) in self.replaced
        }
        self.applied = False
        self.sent: Set[Optional[str]] = {None}

    def merge(self, conf: Dict[str, str]) -> Dict[str, str]:
        """What the user configured for a session, with our settings."""
        for key, value in self.conf.items():
            self.replaced[key, value] = conf.get(key)
        return dict(conf, **self.conf)


def relay_state() -> RelayState:
    """The one state of this kernel."""
    module = sys.modules.get(NAME)
    found = getattr(module, "state", None)
    if module is None or getattr(found, "version", None) != VERSION:
        module = types.ModuleType(NAME, "State of S3 Encryption for Jupyter.")
        found = RelayState()
        module.state = found  # type: ignore[attr-defined]
        sys.modules[NAME] = module
    return found  # type: ignore[return-value]


def part(text: str) -> Any:
    """The module of session.py; made again only if its text changed."""
    module: Any = sys.modules.get(PART)
    if getattr(module, "text", None) != text:
        module = types.ModuleType(PART)
        exec(text, module.__dict__)  # noqa: S102 - it travels as text
        module.text = text
        sys.modules[PART] = module
    return module


def run(payload: Json) -> Answer:
    """Answers a request with a report as Answer; never raises.

    payload: as for the bootstrap, with "livy": {"session", "statement", "bootstrap": texts;
    "frame"; "conf" for the requested profile; "refused": why it cannot be applied here, as {"message",
    "sentences"}, or None}.
    """
    keep(payload, run)
    state = relay_state()
    before = state.target
    relay = Relay(payload, state)
    try:
        report = relay.handle()
    except BaseException as error:  # noqa: BLE001 - an interrupt too: the page needs an answer
        code = getattr(error, "code", "internal")
        message = "%s: %s" % (type(error).__name__, error) if code == "internal" else str(error)
        report = fail(relay.base(), str(code), message, "unknown")
    relay.explain(report)
    if state.target != before:
        announce()
    return Answer(report)


class Relay:
    """One request and its report."""

    def __init__(self, payload: Json, state: RelayState) -> None:
        self.payload = payload
        self.livy = payload["livy"]
        self.state = state
        self.request = payload["request"]
        self.name = str(self.request["request"])
        self.session = part(self.livy["session"])
        self.session.said.clear()

    def handle(self) -> Report:
        """Sets or forgets the target, and sends the request to the session if needed."""
        state, name = self.state, self.name
        target = self.requested()
        arms = name == "apply" or (name == "guard" and state.target is None and not state.cleared)
        earlier = state.target, state.conf, state.cleared
        self.session.kernel_magics()
        refused = self.livy["refused"]
        if arms and refused:
            self.session.said.update(refused["sentences"])
            return fail(self.base(), "unsupported-method", refused["message"])
        if arms:
            state.target, state.conf, state.cleared = target, self.livy["conf"], False
            state.buckets.update((target or {}).get("profile", {}).get("buckets") or {})
            self.session.hook(state.merge)
        elif name in ("clear", "release"):
            state.target, state.conf, state.cleared = None, {}, True
            self.session.unhook()
        session = self.session.current()
        if session is not state.session:
            state.attach(session, {} if session is None else self.session.started_with(session))
        if session is None:
            return self.waiting(False)
        try:
            if name == "guard" and (
                state.target is None or (state.applied and state.target == target)
            ):
                self.session.check(session)
                if state.target is None or not self.request["arguments"].get("block"):
                    return self.base() if state.target is None else self.unchanged()
            report = self.ask(session)
        except self.session.LostError:
            state.attach(None, {})
            return self.waiting(True)
        except BaseException:
            state.applied = False
            if name == "apply":
                self.take_back(earlier)
            raise
        if name == "apply" and report.get("ok") is not True:
            self.take_back(earlier)
        return report

    def requested(self) -> Optional[Json]:
        """The target that the request asks for."""
        arguments = self.request["arguments"]
        profile = arguments.get("profile")
        return profile and {"profile": profile, "connector": arguments.get("connector") or "auto"}

    def take_back(self, earlier: Tuple[Any, Dict[str, str], bool]) -> None:
        """An apply failed: restores the earlier target for the next session."""
        self.state.target, self.state.conf, self.state.cleared = earlier
        if self.state.target is None:
            self.session.unhook()

    def steps(self) -> List[Any]:
        """The requests of one statement, in order."""
        state = self.state
        if self.name in ("clear", "release"):
            # Open file systems have the settings the session started with; only a change renews them.
            none = {"method": "bucket-default"}
            bare = dict(none, buckets=dict.fromkeys(sorted(state.buckets), none))
            first = [made("apply", {"profile": bare})] if state.start_conf else []
            return [*first, self.request, "revertStartConf", made("probe", {})]
        if self.name == "guard" and state.target != self.requested():
            # Another page's choice is kept.
            return [made("guard", state.target or {}), made("verify", {})]
        if self.name in ("apply", "guard") or state.applied or state.target is None:
            return [self.request]
        return [made("guard", state.target), self.request]

    def ask(self, session: Session) -> Report:
        """The session's answer to one statement."""
        state, payload, steps = self.state, self.payload, self.steps()
        names = ("protocol", "version", "fingerprint", "part")
        inside = {key: payload[key] for key in names if payload.get(key) is not None}
        prefix = len(self.session.PREFIX)
        texts = {key: self.livy[key] for key in ("statement", "bootstrap")}
        inside.update(
            kept=zlib.crc32("".join(texts.values()).encode("utf-8")),
            packed=True,
            frame=self.livy["frame"],
            requests=steps,
            startConf={key[prefix:]: pair for key, pair in state.start_conf.items()},
        )
        needed = {payload["fingerprint"], payload.get("part")}
        whole = dict(texts, files=payload.get("files"))
        files = {} if needed <= state.sent else whole
        limit = SOON if self.name == "guard" else LATE
        report: Report = self.session.ask(session, dict(inside, **files), limit)
        if report.get("agentMissing") and not files and payload.get("files"):
            report = self.session.ask(session, dict(inside, **whole), limit)
        missing, good = bool(report.get("agentMissing")), report.get("ok") is True
        state.sent = {None} if missing else state.sent | needed
        if self.name in ("clear", "release"):
            state.applied = False
            state.start_conf = state.start_conf if missing or not good else {}
        elif self.name in ("apply", "guard") or len(steps) > 1:
            state.applied = good and not missing
        return report

    def waiting(self, lost: bool) -> Report:
        """The answer if there is no session."""
        report, say = self.base(), self.session.say
        report["waiting"] = self.state.target is not None
        if lost:
            report["findings"].append(
                finding(
                    "livy-session-lost",
                    "warning",
                    say("The Livy session of this notebook is gone."),
                    say("Run %%%%configure -f with your configuration, or restart the kernel."),
                )
            )
        if self.name not in ("apply", "guard", "clear", "release", "probe", "verify"):
            why = say("There is no Spark session yet: run a cell first.")
            return fail(report, "no-session", why)
        return report

    def base(self) -> Report:
        """A complete report that claims nothing, with the settings that the next session starts with."""
        target = self.state.target
        report: Report = empty(self.name, str(self.payload.get("version") or ""))
        report["profile"] = target and target["profile"]
        if target is not None:
            report["findings"].append(self.next_session())
        return report

    def next_session(self) -> Json:
        """The finding about the settings that the next session starts with."""
        say = self.session.say
        names = ["%s=%s" % item for item in sorted(self.state.conf.items())]
        parts = [
            say("Livy starts the next session with %1.", ", ".join(names))
            if names
            else say(
                "Livy starts the next session without encryption settings: the bucket's default "
                "applies."
            )
        ]
        try:
            own = sorted(key for key in self.session.configured() if "fs.s3" in key)
        except Exception:  # noqa: BLE001 - without the configuration there is nothing to add
            own = []
        if own:
            parts.append(say("Your own configuration has %1.", ", ".join(own)))
        bare = [key for key in own if not key.startswith(self.session.PREFIX)]
        if bare:
            dropped = ", ".join(bare)
            prefix = self.session.PREFIX
            parts.append(say("Without the prefix %1 Livy drops %2.", prefix, dropped))
        message = " ".join(parts)
        self.session.said[message] = {
            "text": " ".join(("%1", "%2", "%3")[: len(parts)]),
            "values": parts,
        }
        return finding("livy-next-session", "info", message, None)

    def explain(self, report: Report) -> None:
        """Adds what the sentences of the relay are made of, unless the report is short."""
        if "sentences" in report:
            report["sentences"].update(self.session.said)

    def unchanged(self) -> Report:
        """The short answer of a guard that had nothing to do."""
        return {"protocol": PROTOCOL, "request": self.name, "ok": True, "unchanged": True}


def made(name: str, arguments: Json) -> Json:
    """A request of ours."""
    return {"protocol": PROTOCOL, "id": "relay", "request": name, "arguments": arguments}


def finding(code: str, severity: str, message: str, fix: Optional[str]) -> Json:
    """One reason why a claim does not hold."""
    return {
        "code": code,
        "severity": severity,
        "message": message,
        "fix": fix and {"message": fix},
    }
