"""Watches imports of this Python process, and finds all objects of a class.

Must not know: Spark, botocore, what is done with what is found.
"""

import gc
import importlib.machinery
import sys
import types
from typing import Any, Callable, Container, List, Optional, Sequence

from ..shapes import Module


def instances(cls: Any) -> List[Any]:
    """All objects of a class and of its subclasses; takes some 10 ms."""
    classes = [cls]
    for owner in classes:
        classes += owner.__subclasses__()
    # Since Python 3.9 an object refers to its class; before, all objects have to be checked.
    if sys.version_info >= (3, 9):
        objects = gc.get_referrers(*classes)
    else:
        objects = gc.get_objects()
    return [found for found in objects if issubclass(type(found), cls)]


class Finder:
    """Goes into sys.meta_path; calls imported(name, module) after one of these was executed."""

    def __init__(self, names: Container[str], imported: Callable[[str, Module], None]) -> None:
        self._names = names
        self._imported = imported

    def find_spec(
        self,
        name: str,
        path: Optional[Sequence[str]] = None,
        target: Optional[types.ModuleType] = None,
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """Finds a module through the other finders."""
        if name not in self._names or self._is_asking(name):
            return None
        spec = None
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    break
        loader = getattr(spec, "loader", None)
        if spec is None or loader is None or not hasattr(loader, "exec_module"):
            return spec
        execute, imported = loader.exec_module, self._imported

        def exec_module(module: Module) -> None:
            execute(module)
            imported(name, module)

        # On the instance: a loader belongs to this one module.
        loader.exec_module = exec_module
        return spec

    def _is_asking(self, name: str) -> bool:
        """Whether another finder asks back. Of the stack: a flag could outlive an interrupt."""
        frame: Optional[types.FrameType] = sys._getframe(2)
        while frame is not None:
            own = frame.f_locals if frame.f_code is Finder.find_spec.__code__ else {}
            if own.get("self") is self and own.get("name") == name:
                return True
            frame = frame.f_back
        return False
