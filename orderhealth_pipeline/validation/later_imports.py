"""Imports that wait until somebody uses the module.

What belongs here: putting them off. What does not: which ones (evaluate.py). For expectations that no rule
uses, Great Expectations imports statistics and a library that draws: two of the five seconds of its import.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


def import_when_used(*names: str) -> None:
    """Let these modules be imported when an attribute of theirs is asked for, unless they are already."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _ImportedWhenUsed(name)


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Let a module that nobody imported yet be none that could be imported."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment] # Python's own way to say so
    try:
        yield
    finally:
        del sys.modules[name]


class _ImportedWhenUsed(ModuleType):
    """Stands for a module, and becomes it.

    Python's own LazyLoader does not wait for a use: the second `import` of a module looks at its `__spec__`.
    """

    def __getattr__(self, attribute: str) -> Any:
        # Whoever goes through all modules to find out what they are does not use them. A package's path is
        # asked for by whoever imports a part of it.
        if attribute.startswith("__") and attribute != "__path__":
            raise AttributeError(f"module {self.__name__} is not imported yet and has no {attribute}")
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        module = importlib.import_module(self.__name__)
        self.__dict__.update(module.__dict__)
        return getattr(module, attribute)
