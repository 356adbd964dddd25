"""The settings of the page and the site's decisions, as far as they say how a kernel starts.

They are JupyterLab's own files: a server without JupyterLab has none, and gets the defaults. The
TypeScript side has the same rules (src/preferences/settings.ts, src/encryption/profile/site.ts).
Must not know: kernels, choices.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .saved_profiles import SavedProfiles, UnreadableError

SETTINGS = "jupyterlab-s3-encryption:plugin"
#: The settings by which a user could leave the site's lock: only the site's own values count then.
OF_SITE = ("reapplyOnRestart", "runGuard", "kernels", "connector", "connectClass")

Profile = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """What the administrators decided; only overrides.json says it."""

    profile: Profile | None = None
    locked: bool = False
    require_block: bool = False
    allowed_keys: tuple[str, ...] = ()
    allowed_accounts: tuple[str, ...] = ()
    no_connect_class: bool = False


@dataclass(frozen=True)
class Options:
    """The settings, complete and valid. modes: of named profiles, by name."""

    site: Site = field(default_factory=Site)
    profiles: tuple[Profile, ...] = ()
    blocks: bool = False
    modes: Mapping[str, str] = field(default_factory=dict)
    reapply: bool = True
    checks: bool = True
    connector: str = "auto"
    connect_class: bool = True
    kernels: tuple[str, ...] = ("*",)

    def blocks_with(self, profile: Profile) -> bool:
        """Do cells wait for the settings in a notebook with this profile?

        The mode of a named profile is that of its settings: with the same name and others it can
        only be stricter.
        """
        own = self.modes.get(profile.get("name", ""))
        if self.site.require_block or own == "block":
            return True
        return self.blocks and (own is None or profile not in self.profiles)

    @property
    def blocks_at_most(self) -> bool:
        """The same for a notebook whose profile nobody knows."""
        return self.site.require_block or self.blocks or "block" in self.modes.values()

    def handles(self, kernel: str) -> bool:
        """Is a kernel with this name one of those that the settings name?"""
        patterns = (re.escape(text).replace(r"\*", ".*") for text in self.kernels)
        return any(re.fullmatch(pattern, kernel, re.DOTALL) for pattern in patterns)

    def refuses(self, profile: Profile) -> bool:
        """Does the site not allow a profile?"""
        return not all(
            _allowed(choice, self.site)
            for choice in (profile, *dict(profile.get("buckets", {})).values())
        )


def read(
    defaults: Mapping[str, Any], user: Mapping[str, Any], saved: Iterable[object] = ()
) -> Options:
    """The options; anything unexpected is ignored. defaults: the schema's, or the site's.

    saved: profiles that the user has saved; one stands for one of the settings that has its name.
    """
    site = _site(_without_empty(defaults.get("site")))
    given = {**defaults, **user}
    if site.locked or site.require_block:
        given.update({name: defaults.get(name) for name in OF_SITE})
    profiles = [site.profile] if site.profile and "name" in site.profile else []
    modes: dict[str, str] = {}
    own = _named(saved, modes)
    names = {profile["name"] for profile in own}
    in_settings = _named(_list(given.get("profiles")), modes)
    profiles += own + [profile for profile in in_settings if profile["name"] not in names]
    kernels, connector = given.get("kernels"), given.get("connector")
    return Options(
        site=site,
        profiles=tuple(profiles),
        blocks=given.get("mode") == "block",
        modes=modes,
        reapply=given.get("reapplyOnRestart") is not False,
        checks=given.get("runGuard") is not False,
        connector=str(connector) if connector in _dialects() else "auto",
        connect_class=not site.no_connect_class and given.get("connectClass") is not False,
        kernels=tuple(_texts(kernels)) if isinstance(kernels, list) else ("*",),
    )


def _named(values: Iterable[object], modes: dict[str, str]) -> list[Profile]:
    """The valid profiles that have a name. Notes their modes: of several the strictest counts."""
    profiles = []
    for value in values:
        plain = _without_empty(value)
        mode = plain.pop("mode", None) if isinstance(plain, dict) else None
        profile = _profile(plain)
        if profile is not None and "name" in profile:
            profiles.append(profile)
            if mode in ("warn", "block") and modes.get(profile["name"]) != "block":
                modes[profile["name"]] = mode
    return profiles


class Settings:
    """Reads the files again when one of them has changed. lab: finds JupyterLab's application."""

    def __init__(self, lab: Callable[[], Any], saved: SavedProfiles | None = None) -> None:
        self._lab = lab
        self._saved = saved
        self._stamp: object = None
        self._options = Options()

    def current(self) -> Options:
        """The options now. Raises what is raised for a file that cannot be read."""
        lab = self._lab()
        if lab is None:
            return self._options
        files = [*_files(lab), *([] if self._saved is None else [str(self._saved.file)])]
        stamp = [_stamp(path) for path in files]
        if stamp != self._stamp:
            from jupyterlab_server.settings_utils import get_settings

            found, _ = get_settings(
                lab.app_settings_dir,
                lab.schemas_dir,
                lab.user_settings_dir,
                SETTINGS,
                labextensions_path=[*lab.extra_labextensions_path, *lab.labextensions_path],
            )
            properties = found["schema"].get("properties", {})
            defaults = {name: one.get("default") for name, one in properties.items()}
            saved: list[object] = []
            # As in the page, which says that it is damaged.
            with contextlib.suppress(UnreadableError, OSError):
                saved = [] if self._saved is None else self._saved.read()
            self._options = read(defaults, found["settings"], saved)
            self._stamp = stamp
        return self._options


def lab_of(app: Any) -> Callable[[], Any]:
    """Finds JupyterLab's application, or Notebook's, in a server; None if it has neither."""

    def find() -> Any:
        for apps in app.extension_manager.extension_apps.values():
            for one in apps:
                if getattr(one, "user_settings_dir", "") and getattr(one, "schemas_dir", ""):
                    return one
        return None

    return find


def _files(lab: Any) -> Iterable[str]:
    """What the settings are read from, and folders in which more of it may appear."""
    from jupyter_core.paths import jupyter_config_path

    package, _, name = SETTINGS.partition(":")
    yield os.path.join(lab.user_settings_dir, package, f"{name}.jupyterlab-settings")
    for place in ("overrides.json", "overrides.json5", "overrides.d"):
        yield os.path.join(lab.app_settings_dir, place)
    for folder in jupyter_config_path():
        for place in ("default_setting_overrides.json", "default_setting_overrides.d"):
            yield os.path.join(folder, "labconfig", place)


def _stamp(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return None
    inside: list[object] = []
    if os.path.isdir(path):
        inside = [_stamp(os.path.join(path, name)) for name in sorted(os.listdir(path))]
    return found.st_mtime_ns, found.st_size, found.st_ino, inside


def _site(value: object) -> Site:
    if not isinstance(value, dict):
        return Site()
    profile = _profile(value["profile"]) if value.get("profile") else None
    return Site(
        profile,
        locked=value.get("locked") is True and profile is not None,
        require_block=value.get("requireBlock") is True,
        allowed_keys=tuple(_texts(value.get("allowedKeys"))),
        allowed_accounts=tuple(_texts(value.get("allowedAccounts"))),
        no_connect_class=value.get("noConnectClass") is True,
    )


def _allowed(choice: Mapping[str, Any], site: Site) -> bool:
    from ..agent.profile import keys, profiles

    key = choice.get("kmsKeyId", "")
    if not (site.allowed_keys or site.allowed_accounts) or key in site.allowed_keys:
        return True
    if choice.get("method") not in profiles.WITH_KMS_KEY:
        return True
    # A key id, an alias or no key at all does not name an account.
    parts = key.split(":")
    named = keys.key_problem(key) is None and len(parts) > 4
    return named and parts[4] in site.allowed_accounts


def _profile(value: object) -> Profile | None:
    """A profile in its usual form; None if it is not valid."""
    from ..agent.profile import profiles

    if profiles.validate(value):
        return None
    found = profiles.normal(value)
    return found if isinstance(found, dict) else None


def _dialects() -> list[object]:
    from ..agent.profile import dialects

    return list(dialects.connectors()["dialects"])


def _without_empty(value: object) -> Any:
    """An empty field of the settings editor counts as absent."""
    if not isinstance(value, dict):
        return value
    parts = {name: _without_empty(part) for name, part in value.items()}
    return {name: part for name, part in parts.items() if part not in ("", [], {})}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [text for text in _list(value) if isinstance(text, str)]
