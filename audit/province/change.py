"""How a commune's share changed against its period before: percent points as a range, where both can be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.findings.schema import OnTime
from audit.province.commune import CommuneRow

_RECORDS = "records"


@dataclass(frozen=True)
class Change:
    """Percent points from the period before to this one, at least and at most; both None where not comparable."""

    at_least: float | None
    at_most: float | None


def changes(rows: Iterable[CommuneRow]) -> dict[str, Change]:
    """By the name of each audit whose commune has an audit of the days just before: nothing is said of any other.

    The share by the records, each range of which may lie anywhere: at least this one's least less that one's most. Not
    comparable where other rules judged one of them, where a share is of nothing, and where two are of the days before.
    """
    found = {}
    for of_commune in _by_commune(rows):
        for row in of_commune:
            before = [one for one in of_commune if (row.period.first_on - one.period.last_on).days == 1]
            if before:
                found[row.name] = _change(row, before)
    return found


def series(rows: Iterable[CommuneRow]) -> Mapping[str, list[CommuneRow]]:
    """By the name of each audit those of its commune up to it, judged by the same rules, the earliest first."""
    listed = sorted(rows, key=lambda row: (row.period.last_on, row.name))
    return {
        row.name: [one for one in of_commune if one.rules == row.rules
                   and (one.period.last_on < row.period.first_on or one is row) and _share(one).at_least.denominator]
        for of_commune in _by_commune(listed) for row in of_commune
    }  # fmt: skip


def _by_commune(rows: Iterable[CommuneRow]) -> Iterable[list[CommuneRow]]:
    found: dict[tuple[str, ...], list[CommuneRow]] = {}
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found.values()


def _change(row: CommuneRow, before: list[CommuneRow]) -> Change:
    one = before[0]
    then, now = _share(one), _share(row)
    ends = (then.at_least.percent, then.at_most.percent, now.at_least.percent, now.at_most.percent)
    if len(before) > 1 or not row.rules or one.rules != row.rules or None in ends:
        return Change(None, None)
    then_least, then_most, least, most = (end or 0.0 for end in ends)
    return Change(round(least - then_most, 2), round(most - then_least, 2))


def _share(row: CommuneRow) -> OnTime:
    return row.counts.on_time[_RECORDS]
