"""An export as it is compared: its rows, and how the software's own days show each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audit.drift.states import State, state


@dataclass(frozen=True)
class Row:
    """A row of an export. `unread`: columns whose cells cannot be read for certain, with what is written there.

    `is_void`: no cell of it can be compared, since it is struck or marked so. `dossier_id`: None where it cannot be
    read.
    """

    dossier_id: str | None
    values: Mapping[str, object]
    unread: Mapping[str, str]
    is_void: bool = False
    row: int = 0

    def day(self, column: str) -> date | None:
        """The day in a column; None where there is none, or it cannot be read for certain."""
        value = self.values.get(column)
        return value.date() if isinstance(value, datetime) and column not in self.unread else None


@dataclass(frozen=True)
class Seen:
    """An export: its rows, its columns, the day on which it was made (None: nobody says), whether it was read whole."""

    rows: tuple[Row, ...]
    columns: frozenset[str]
    made_on: date | None
    is_whole: bool = True


def shown_as(row: Row | None, made_on: date | None) -> State:
    """How an export of the day `made_on` shows a row; absent where it has none."""
    return State.ABSENT if row is None else under(row, row, made_on)


def under(row: Row, due: Row, made_on: date | None) -> State:
    """How the software shows a row, by the due date of `due`."""
    asked = row.unread.keys() & {"closed_at", "status"} or due.unread.keys() & {"due_at"}
    if asked or row.is_void or due.is_void:
        return State.UNKNOWN
    return state(due.day("due_at"), row.day("closed_at"), row.values.get("status"), made_on)
