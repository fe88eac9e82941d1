"""What has been seen of an office's records: which it keeps, which are not there, not wholly seen, or surely whole."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from audit.records.record import Lack
from audit.records.registry import ALWAYS_KEPT, KEPT, forbidding_late


@dataclass(frozen=True)
class Coverage:
    """Records by name: `kept` by the office or there, `missing`: kept and without any row, `unseen`: of which a row
    has no readable code, or a sheet could not be read, `complete`: of which a person checked that nothing is missing.
    """

    kept: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    complete: frozenset[str] = frozenset()

    def is_wanting(self, record: str) -> bool:
        """Whether something of a kept record was not seen."""
        return record in self.missing or record in self.unseen

    @property
    def without_rows(self) -> tuple[str, ...]:
        """The records that are missing and while they are keep anybody from being found late."""
        return tuple(record for record in forbidding_late(Lack.MISSING) if record in self.missing)


def seen(
    kept: Collection[str] | None, rows: Mapping[str, int], unseen: Collection[str], complete: Collection[str]
) -> Coverage:
    """The coverage where the office keeps `kept`, None where it does not say; `rows`: how many each record has.

    The register is always kept, and letters of apology always asked for; what has rows is kept.
    """
    said = KEPT if kept is None else tuple(kept)
    there = {record for record, count in rows.items() if count}
    asked = {*ALWAYS_KEPT, *said}
    return Coverage(
        frozenset({"register", *said} | there), frozenset(asked - there), frozenset(unseen), frozenset(complete)
    )
