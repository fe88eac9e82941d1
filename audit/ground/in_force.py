"""Lines of reference data that hold from one day to another, in `in_force_from` and `in_force_to`."""

from collections.abc import Mapping
from datetime import date


def bounds(line: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day on which a line is in force; None for an end that is not known."""
    first, last = (date.fromisoformat(line[name]) if line[name] else None for name in ("in_force_from", "in_force_to"))
    return first, last


def is_in_force(line: Mapping[str, str], day: date | None) -> bool:
    """Whether a line is in force on a day, its first and last included; of a day that is not known it is not asked."""
    first, last = bounds(line)
    return day is None or (first or date.min) <= day <= (last or date.max)
