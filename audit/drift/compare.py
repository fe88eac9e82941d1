"""Two exports compared, dossier by dossier: each ends as the same, changed, gone, come, unreadable in one, or repeated.

Nothing here is a verdict: a change may be a correction, a permitted extension, or a synchronisation.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from audit.drift.kinds import Kind, of_changed, of_one
from audit.drift.seen import Row, Seen, shown_as
from audit.drift.states import State, When, when
from audit.ground.terms import CLOCK_STANDS_STILL, Status
from audit.reading.cells import END_OF_DAY, folded

DAYLESS = (time(), END_OF_DAY)  # what stands for the hour where the file has a day alone


class Group(StrEnum):
    """What becomes of a dossier of two exports; each is in exactly one."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    COME = "come"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Difference:
    """A column in which two rows differ, or (`is_told` false) in which a cell that cannot be read leaves it open."""

    column: str
    was: object
    now: object
    is_told: bool


@dataclass(frozen=True)
class Entry:
    """A dossier of two exports. `kind`: None but for one changed, gone or come.

    `due_on`: the older export's due date, or the newer's where that alone has the dossier. `after_due`,
    `after_report`: whether what happened to it happened after that day and after the day of the report, as far as the
    days of the two exports tell.
    """

    dossier_id: str
    group: Group
    kind: Kind | None = None
    differences: tuple[Difference, ...] = ()
    was: State = State.UNKNOWN
    now: State = State.UNKNOWN
    due_on: date | None = None
    after_due: When = When.UNKNOWN
    after_report: When = When.UNKNOWN
    row_old: int | None = None
    row_new: int | None = None


@dataclass(frozen=True)
class Compared:
    """Two exports compared: an Entry a dossier, worst first.

    `columns`: those compared; `only_old`, `only_new`: those that the other export lacks, of which nothing is told.
    `without_code`: rows whose code cannot be read; `repeats`: rows that wholly repeat another; of the old one, the new.
    `gone_at_least`, `come_at_least`: those that no unread row of the other export can be.
    """

    entries: tuple[Entry, ...]
    columns: frozenset[str]
    only_old: frozenset[str]
    only_new: frozenset[str]
    without_code: tuple[int, int]
    repeats: tuple[int, int]
    dossiers: tuple[int, int]
    gone_at_least: int
    come_at_least: int

    def count(self, group: Group) -> int:
        """How many dossiers are in a group."""
        return sum(entry.group == group for entry in self.entries)


def compared(old: Seen, new: Seen, reporting_on: date | None) -> Compared:
    """What two exports say of each dossier of either; `reporting_on`: the day of the report, None where unknown."""
    was, now = _by_code(old), _by_code(new)
    columns = old.columns & new.columns - {"dossier_id"}
    between = (old.made_on, new.made_on)
    entries = [_entry(code, was.get(code, []), now.get(code, []), columns, between, reporting_on)
               for code in sorted({*was, *now})]  # fmt: skip
    entries.sort(key=_worst_first)
    unread = tuple(sum(row.dossier_id is None for row in one.rows) for one in (old, new))
    counted = [sum(map(len, one.values())) for one in (was, now)]
    repeats = tuple(len(one.rows) - lost - kept for one, lost, kept in zip((old, new), unread, counted, strict=True))
    groups = {group: sum(entry.group == group for entry in entries) for group in Group}
    return Compared(
        tuple(entries), columns, old.columns - new.columns, new.columns - old.columns, (unread[0], unread[1]),
        (repeats[0], repeats[1]), (len(was), len(now)), _least(groups[Group.GONE], unread[1], is_whole=new.is_whole),
        _least(groups[Group.COME], unread[0], is_whole=old.is_whole),
    )  # fmt: skip


def _least(count: int, unread: int, *, is_whole: bool) -> int:
    """Of `count` dossiers that the other export lacks, those that none of its `unread` rows can be."""
    return max(0, count - unread) if is_whole else 0


def _by_code(export: Seen) -> dict[str, list[Row]]:
    """The rows of each dossier, those that wholly repeat another once."""
    rows: dict[str, list[Row]] = {}
    for row in export.rows:
        if row.dossier_id is not None and not any(_repeats(row, one) for one in rows.get(row.dossier_id, ())):
            rows.setdefault(row.dossier_id, []).append(row)
    return rows


def _repeats(row: Row, other: Row) -> bool:
    return (row.values, row.unread, row.is_void) == (other.values, other.unread, other.is_void)


def _entry(
    code: str, was: list[Row], now: list[Row], columns: frozenset[str], between: tuple[date | None, date | None],
    reporting_on: date | None,
) -> Entry:  # fmt: skip
    if len(was) > 1 or len(now) > 1:
        return Entry(code, Group.REPEATED, row_old=_row(was), row_new=_row(now))
    old, new = was[0] if was else None, now[0] if now else None
    if old and new and "status" not in columns:
        old, new = _untold(old, new), _untold(new, old)
    known = old or new
    states = tuple(shown_as(row, day) for row, day in zip((old, new), between, strict=True))
    due_on = known.day("due_at") if known else None
    placed: dict[str, Any] = {
        "was": states[0], "now": states[1], "row_old": _row(was), "row_new": _row(now), "due_on": due_on,
        "after_due": when(due_on, *between), "after_report": when(reporting_on, *between),
    }  # fmt: skip
    if old is None or new is None:
        group = Group.COME if old is None else Group.GONE
        return Entry(code, group, of_one(new, states[0], between[0]), **placed)
    differences = _differences(old, new, columns)
    if any(one.is_told for one in differences):
        kind = of_changed(old, new, {one.column for one in differences if one.is_told}, placed["after_due"], between)
        return Entry(code, Group.CHANGED, kind, differences, **placed)
    is_void = (old.is_void or new.is_void) and not _repeats(old, new)
    return Entry(code, Group.UNREADABLE if differences or is_void else Group.SAME, None, differences, **placed)


def _untold(row: Row, other: Row) -> Row:
    """A row of an export without statuses; its own cannot be told where the other's is one that makes nobody late."""
    is_out = other.values.get("status") in (Status.WITHDRAWN, Status.REFUSED, *CLOCK_STANDS_STILL)
    return replace(row, unread={**row.unread, "status": ""}) if is_out and not row.values.get("status") else row


def _row(rows: list[Row]) -> int | None:
    return rows[0].row if rows else None


def _differences(old: Row, new: Row, columns: frozenset[str]) -> tuple[Difference, ...]:
    if (old.is_void or new.is_void) and not _repeats(old, new):
        return ()
    found = []
    for column in sorted(columns):
        was, now = old.values.get(column), new.values.get(column)
        is_told = column not in old.unread and column not in new.unread
        is_same = is_same_cell(was, now) if is_told else _is_unread_alike(column, old, new)
        if not is_same:
            found.append(Difference(column, was, now, is_told))
    return tuple(found)


def _is_unread_alike(column: str, old: Row, new: Row) -> bool:
    """Whether both say the same, though it cannot be read for certain."""
    if column not in old.unread or column not in new.unread:
        return False
    return old.unread[column] == new.unread[column] and old.values.get(column) == new.values.get(column)


def is_same_cell(was: object, now: object) -> bool:
    """Whether two cells that can be read say the same: letters folded, days alone where one has no hour."""
    if isinstance(was, datetime) and isinstance(now, datetime):
        is_dayless = was.time() in DAYLESS or now.time() in DAYLESS
        return was.date() == now.date() if is_dayless else was == now
    if isinstance(was, str) and isinstance(now, str):
        return folded(was) == folded(now)
    return was == now


_KINDS = {kind: place for place, kind in enumerate(Kind)}
_WHENS = {When.AFTER: 0, When.BETWEEN: 1, When.UNKNOWN: 2, When.NOT_AFTER: 3}


def _worst_first(entry: Entry) -> tuple[int, int, str]:
    return (_KINDS[entry.kind] if entry.kind else len(_KINDS), _WHENS[entry.after_due], entry.dossier_id)
