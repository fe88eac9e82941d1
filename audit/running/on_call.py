"""The entry point by which papermill knows our engine: it brings nothing along before a notebook is run by it.

papermill loads its entry points while it is itself being imported, so one that imports papermill would be loaded half.
"""

from typing import Any


class _OnCall(type):
    """A class that has whatever `engine.InProcessEngine` has, from the first time that it is asked for."""

    def __getattr__(cls, name: str) -> Any:
        from audit.running.engine import InProcessEngine  # noqa: PLC0415

        return getattr(InProcessEngine, name)


class OnCall(metaclass=_OnCall):
    """Stands for `InProcessEngine`."""
