"""Notices each Spark session or context that is created, before the call that creates it returns.

Never imports pyspark: if it is not loaded yet, its import is watched. An error of ours never
reaches the user's call. Must not know: profiles, settings.
"""

import functools
import sys
import types
from typing import Any, Callable, List, Optional, Tuple

from ..shapes import Function, Module, Pyspark
from ..state import Patch, State, turn_of_import
from . import import_hooks, jvm, sessions

_MODULES = {
    "pyspark.context": "context",
    "pyspark.sql.session": "classic",
    "pyspark.sql.connect.session": "connect",
}


def install(state: State, created: Callable[[str, Pyspark], None]) -> None:
    """Calls `created(kind, session)` with each new session from now on. Idempotent."""
    state.created = created
    for kind, cls in _classes():
        _patch(state, kind, cls)
    if any(name not in sys.modules for name in _MODULES) and state.finder not in sys.meta_path:
        state.finder = import_hooks.Finder(_MODULES, functools.partial(_imported, state))
        sys.meta_path.insert(0, state.finder)


def alive(state: State) -> bool:
    """Whether every loaded session class, or the import of it, is still watched."""
    if state.created is None:
        return False
    if any(name not in sys.modules for name in _MODULES) and state.finder not in sys.meta_path:
        return False
    patched = [
        (owner, name)
        for owner, name, _, wrapper in state.patches
        if getattr(owner, name, None) is wrapper
    ]
    return all(point in patched for kind, cls in _classes() for point in _points(kind, cls))


def remove(state: State) -> None:
    """Restores the original functions; if somebody wrapped ours, it stays and does nothing."""
    state.created = None
    for owner, name, original, wrapper in state.patches:
        if vars(owner).get(name) is wrapper:
            setattr(owner, name, original)
    state.patches = []
    if state.finder in sys.meta_path:
        sys.meta_path.remove(state.finder)
    state.finder = None


def _classes() -> List[Tuple[str, Pyspark]]:
    """(kind, class) of the classes to watch that are loaded already."""
    context = jvm.context_class()
    return ([("context", context)] if context is not None else []) + sessions.session_classes()


def _points(kind: str, cls: Pyspark) -> List[Tuple[Pyspark, str]]:
    """(owner, name) of the functions that create a session of a class."""
    if kind in ("classic", "context"):
        # getOrCreate, newSession and cloneSession all come here.
        return [(cls, "__init__")] if "__init__" in vars(cls) else []
    builder = getattr(cls, "Builder", None)
    # Spark 4.3 makes new Connect sessions without __init__; options are applied after it.
    points = [
        (builder, "getOrCreate"),
        (builder, "create"),
        (cls, "newSession"),
        (cls, "cloneSession"),
    ]
    return [(owner, name) for owner, name in points if owner is not None and name in vars(owner)]


def _patch(state: State, kind: str, cls: Pyspark) -> None:
    for owner, name in _points(kind, cls):
        current = vars(owner)[name]
        if any(current is wrapper for _, _, _, wrapper in state.patches):
            continue
        wrapper = _wrap(state, kind, current, name == "__init__")
        setattr(owner, name, wrapper)
        state.patches.append(Patch(owner, name, current, wrapper))


def _wrap(state: State, kind: str, original: Function, initializer: bool) -> Function:
    @functools.wraps(original)
    def s3_encryption_call(*args: Any, **kwargs: Any) -> Any:
        try:
            result = original(*args, **kwargs)
            created = state.created
            # In a nested call, the outer one has yet to apply the user's options.
            if created is not None and (initializer or not _is_nested()):
                created(kind, args[0] if initializer else result)
        except Exception:
            raise
        except BaseException:
            created = state.created
            state.unsettled = state.unsettled or created is not None
            # It may be there all the same, and is then not made again.
            if created is not None and initializer:
                created(kind, args[0])
            raise
        return result

    return s3_encryption_call


def _is_nested() -> bool:
    """Whether another of our functions called this one. Of the stack: a count could outlive an
    interrupt."""
    frame: Optional[types.FrameType] = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "s3_encryption_call":
            return True
        frame = frame.f_back
    return False


def _imported(state: State, name: str, module: Module) -> None:
    """Watches the class of one of pyspark's session modules, which was just imported."""
    kind = _MODULES[name]
    cls = getattr(module, "SparkContext" if kind == "context" else "SparkSession", None)
    try:
        with turn_of_import(state) as is_ours:
            # Without a turn it is left to the next guard, which finds it not watched.
            if is_ours and state.created is not None and isinstance(cls, type):
                _patch(state, kind, cls)
    except Exception as error:  # noqa: BLE001 - the user's import must not fail; the next report says so
        state.failure = jvm.error_text(error)
