"""Libraries that only part of the work takes: each comes by an extra of the distribution, and its lack is said so."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit.ground.terms import AuditError


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around imports of what `extra` brings: AuditError says which to install where one of them is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("audit"):
            raise  # a fault of ours, which no installing mends
        raise AuditError("not_installed", extra=extra, module=error.name or "–") from error
