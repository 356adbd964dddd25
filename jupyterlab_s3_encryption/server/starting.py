"""Starts kernels so that they arm themselves before their first cell.

Each start of a Python kernel, restarts and automatic restarts included, passes through its
provisioner: whatever that is, what it would launch gets one argument and one variable more, if
there is a choice for the kernel. Must not know: Spark, where choices are kept.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from .choices import Choices, DamagedError
from .settings import Options, Settings

#: What is run, and forgotten at once: processes that the kernel starts do not get it.
VARIABLE = "JUPYTER_S3_ENCRYPTION_START"
#: No list of IPython's is used: an argument would replace what the user's configuration has in it.
#: Keeps the agent's class off Spark Connect servers and executors, see agent/spark/java_classes.py.
CLASS = "S3_ENCRYPTION_CONNECT_CLASS"
OPTION = "--IPKernelApp.code_to_run"
ARGUMENT = f"{OPTION}=exec(__import__('os').environ.pop('{VARIABLE}', ''), {{}})"
#: How ipykernel is named on a command line.
IPYKERNEL = re.compile(r"(?:.*[/\\])?ipykernel(?:_launcher)?(?:\.py)?|ipykernel\.kernelapp")
#: VS Code's session of a notebook is named after it, with this and an id of its own.
OF_VS_CODE = re.compile(r"-jvsc-[0-9a-f-]+(?=\.ipynb$)")
#: Bytes of one variable, of which Linux takes 128 kB; a profile has at most half of that.
LONGEST = 120_000

DAMAGED = (
    "The choice that was kept for this notebook is damaged. Choose again, and apply, to replace it."
)
UNREAD = "The choice that was kept for this notebook cannot be read."

#: The path of the session for which a kernel is being started.
_session: ContextVar[str | None] = ContextVar("s3_encryption_session", default=None)
#: What the session itself has for it until the kernel has started.
_begun: ContextVar[str | None] = ContextVar("s3_encryption_begun", default=None)


class Starts:
    """What kernels of one server are started with."""

    def __init__(self, choices: Choices, settings: Settings, sessions: Any, log: Any) -> None:
        """`sessions`: Jupyter's session manager."""
        self._choices = choices
        self._settings = settings
        self._sessions = sessions
        self._log = log
        #: Kernel -> the path that it was started for. It follows the file, as the choice does.
        self._paths: dict[str, str | None] = {}
        #: Kernel -> what that path was before: a client that renames may not tell the session, and
        #: JupyterLab tells it the path only when the kernel has started.
        self._former: dict[str, set[str]] = {}

    def moved(self, source: str, target: str) -> None:
        """A file or a folder has another path."""
        for kernel, path in self._paths.items():
            if path is not None and (path == source or path.startswith(source + "/")):
                self._former.setdefault(kernel, set()).add(path)
                self._paths[kernel] = target + path[len(source) :]

    async def arm(self, kernel: str, name: str, language: str, launch: dict[str, Any]) -> None:
        """Adds to what is launched; nothing if nothing is chosen, or it is no ipykernel.

        `name`: of the kernelspec; `launch`: the arguments of `launch_kernel`.
        """
        command = launch.get("cmd") or []
        if language.lower() != "python" or not any(IPYKERNEL.fullmatch(one) for one in command):
            return
        paths = await self._paths_of(kernel)
        options = self._settings.current()
        if options.site.no_connect_class:
            # Whoever asks the agent then, also from a cell.
            launch["env"] = {**launch["env"], CLASS: "off"}
        if not options.handles(name):
            return
        given = start_with(self._entries(paths), options)
        if given is None:
            return
        if any(one.startswith(OPTION) for one in command):
            self._log.warning("The kernel %s runs code of its own and is not armed.", name)
            return
        if given["unknown"]:
            self._log.warning("%s (%s)", given["unknown"], ", ".join(paths))
        text = _program(given)
        if len(text.encode("utf-8")) > LONGEST:
            self._log.warning("The S3 encryption of %s is too long.", ", ".join(paths))
            return
        launch["cmd"] = [*command, ARGUMENT]
        launch["env"] = {**launch["env"], VARIABLE: text}

    async def _paths_of(self, kernel: str) -> list[str]:
        """The notebooks of a kernel: its sessions, or at its first start the one that is being made."""
        if kernel not in self._paths:
            own = self._paths[kernel] = _session.get()
            begun = _begun.get()
            if begun not in (None, own):
                self._former[kernel] = {str(begun)}
            return [] if own is None else [own]
        return await self.paths(kernel)

    async def paths(self, kernel: str) -> list[str]:
        """The notebooks of a kernel now."""
        sessions = await self._sessions.list_sessions()
        own, former = self._paths.get(kernel), self._former.get(kernel, set())
        found = [_plain(one["path"]) for one in sessions if one["kernel"]["id"] == kernel]
        paths = [own if one in former else one for one in found] or [own]
        return [path for path in paths if path is not None]

    def _entries(self, paths: list[str]) -> list[dict[str, Any] | str]:
        """What is chosen for each; a text says why nobody knows."""
        found: list[dict[str, Any] | str] = []
        for path in paths:
            try:
                profile = self._choices.get(path).get("profile")
            except DamagedError:
                found.append(DAMAGED)
            except OSError as error:
                found.append(f"{UNREAD} {error.strerror or error}")
            else:
                found += [] if profile is None else [profile]
        return found


def start_with(entries: list[dict[str, Any] | str], options: Options) -> dict[str, Any] | None:
    """What a kernel is started with; None for nothing. entries: the choices of its notebooks.

    The site's profile is that of every notebook, if it is locked; otherwise the first choice counts
    that is known and that the site allows.
    """
    site = options.site
    profile, unknown = (site.profile if site.locked else None), ""
    if profile is None:
        for entry in entries:
            if isinstance(entry, str) or not _is_valid(entry):
                unknown = unknown or (entry if isinstance(entry, str) else DAMAGED)
            elif profile is None and not options.refuses(entry):
                profile = entry
        if profile is not None:
            unknown = ""
    if profile is None and not unknown:
        return None
    blocks = options.blocks_at_most if profile is None else options.blocks_with(profile)
    if not blocks and not options.reapply:
        return None
    strict = site.locked or site.require_block
    return {
        "profile": profile,
        "connector": options.connector,
        "connectClass": options.connect_class,
        "mode": ("strict" if strict else "lenient") if blocks else "warn",
        "requireBlock": site.require_block,
        "locked": site.locked,
        "checks": blocks or options.checks,
        "unknown": unknown,
    }


def install(app: Any, starts: Starts, also: Callable[[Any], None] | None = None) -> None:
    """From now on kernels of this server are started so. `app`: the running ServerApp.

    also: is given the provisioner of each.
    """
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    kernels, sessions = app.kernel_manager, app.session_manager
    sessions.start_kernel_for_session = _remembering(sessions.start_kernel_for_session)
    factory = KernelProvisionerFactory.instance(parent=kernels)
    make: Callable[..., Any] = factory.create_provisioner_instance

    @functools.wraps(make)
    def create(*arguments: Any, **named: Any) -> Any:
        provisioner: Any = make(*arguments, **named)
        # One factory serves all servers of a process.
        if getattr(provisioner.parent, "parent", None) is kernels:
            vars(provisioner)["pre_launch"] = _arming(provisioner, starts, app.log)
            if also is not None:
                also(provisioner)
        return provisioner

    vars(factory)["create_provisioner_instance"] = create


def _remembering(begin: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Starts a kernel for a session, and lets the provisioner know for which path."""

    @functools.wraps(begin)
    async def start(
        session_id: str,
        path: str | None,
        name: str | None,
        type: str | None,  # noqa: A002 - Jupyter names it so
        *rest: Any,
        **more: Any,
    ) -> Any:
        token = _session.set(notebook_of(path, name, type))
        as_begun = _begun.set(None if path is None else _plain(path))
        try:
            return await begin(session_id, path, name, type, *rest, **more)
        finally:
            _session.reset(token)
            _begun.reset(as_begun)

    return start


def notebook_of(path: str | None, name: str | None, kind: str | None) -> str | None:
    """The path of the file that a new session is for.

    Source: JupyterLab's SessionContext starts a session under a path that is new, in the folder of the
    notebook and with its name, and moves it to the notebook's own path only then.
    """
    if path is None:
        return None
    folder, slash, last = _plain(path).rpartition("/")
    own = _plain(name or "")
    is_name = kind == "notebook" and own and not {"/", "\\"} & set(own)
    return folder + slash + (own if is_name else last)


def _plain(path: object) -> str:
    """A session's path, or its name, as that of the file."""
    return OF_VS_CODE.sub("", str(path).strip("/"))


def _arming(provisioner: Any, starts: Starts, log: Any) -> Callable[..., Awaitable[Any]]:
    """The provisioner's `pre_launch`, which may then have more to launch."""
    prepare = provisioner.pre_launch

    @functools.wraps(prepare)
    async def pre_launch(**named: Any) -> Any:
        launch = await prepare(**named)
        spec, manager = provisioner.kernel_spec, provisioner.parent
        try:
            await starts.arm(provisioner.kernel_id, manager.kernel_name, spec.language, launch)
        except Exception:
            # The page's guard goes ahead of its cells, as without this part.
            log.exception("The kernel %s starts without its S3 encryption.", manager.kernel_name)
        return launch

    return pre_launch


def _is_valid(profile: object) -> bool:
    # Here, so that the start of the server does not read the contract.
    from ..agent.profile import profiles

    return not profiles.validate(profile)


@functools.cache
def _source() -> str:
    return (_folder() / "loader" / "start.py").read_text("utf-8")


def _folder() -> Path:
    return Path(__file__).resolve().parent.parent / "agent"


def _program(given: dict[str, Any]) -> str:
    """What the kernel runs."""
    from .. import agent

    start = {**given, "agent": str(_folder()), "version": agent.version()}
    return f"{_source()}\n\nstart(__import__('json').loads({json.dumps(start)!r}))\n"
