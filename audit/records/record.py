"""What a record of an audit is: its columns, what is impossible in it, what it says of a dossier, and what rests on it.

The defaults are the careful ones: what an office keeps and is not there, or cannot be read, forbids "late".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from polars import DataFrame, Expr

Rules = list[tuple[Expr, str, str]]  # when, the problem that it is, and the column in which it stands
Says = Callable[[DataFrame, DataFrame, Mapping[str, DataFrame]], DataFrame]


class Lack(StrEnum):
    """What of a record may be wanting."""

    MISSING = "missing"  # the whole of it, though the office keeps it
    UNSEEN = "unseen"  # a part: a sheet that cannot be read, a row whose code cannot
    UNREAD = "unread"  # the sense of a row on the dossier


class Unread(StrEnum):
    """What becomes of a row with a cell that cannot be read; the cell is listed in any case."""

    ROW = "row"  # nothing that the row says can be used
    CELL = "cell"  # the row is judged without it, and rules ask whether it could show otherwise
    LISTED = "listed"  # the row is judged as if it were empty: no verdict rests on it


@dataclass(frozen=True)
class Column:
    """A column of ours: how its cells are read, whether the file must have it, whether a cell may be empty.

    `unread`: what becomes of the row where a cell cannot be read. `is_personal`: never repeated, not even in a
    message. `level`: of a unit, the column that says where it stands. `key`: the column by which its cells are
    compared.
    """

    kind: str
    is_required: bool = False
    may_be_empty: bool = True
    unread: Unread = Unread.ROW
    is_personal: bool = False
    level: str = ""
    key: str = ""


def no_rules(as_of: date) -> Rules:
    """Nothing is impossible in it."""
    return []


def no_strength(row: Mapping) -> str | None:
    """Its rows are no evidence of a day."""
    return None


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record. `name`: of its file, its headings, its words, its option of `audit lake`.

    `asked`: the columns that judging asks for; of a record without any no verdict rests on it. `shown`: the columns
    that may leave the records, in the order of the page. `facts`: rows that agree in them repeat each other.
    `rules`: what is impossible in a row. `says`: a row a dossier, of the rows to be judged; it is given those of
    the record, each dossier's `receipt_on`, and all records. `unread`: the column that says that a row on the
    dossier could not be read; `void`: the one that says that a row is before the dossier's receipt, which counts
    the same. `is_kept`: may stand under `[records] kept`; `is_always_kept`: its lack counts though nobody said that
    it is kept. `forbids_late`: what, wanting, keeps anybody from being found late. `tells_ready`: it shows when a
    result was there. `strength`: the rung of a row on the ladder of evidence. `weighty`: columns whose want is said
    on the first screen. `may_name_unknown_units`: else a row of a unit that nobody listed is a problem.
    """

    name: str
    columns: Mapping[str, Column]
    is_required: bool = False
    asked: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    rules: Callable[[date], Rules] = no_rules
    says: Says | None = None
    unread: str = ""
    void: str = ""
    is_kept: bool = True
    is_always_kept: bool = False
    forbids_late: frozenset[Lack] = frozenset(Lack)
    tells_ready: bool = False
    strength: Callable[[Mapping], str | None] = no_strength
    weighty: tuple[str, ...] = ()
    may_name_unknown_units: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether any verdict rests on it."""
        return bool(self.asked)

    @property
    def levels(self) -> dict[str, str]:
        """Of each unit the column that says where it stands."""
        return {name: column.level for name, column in self.columns.items() if column.level}

    @property
    def needs_known_units(self) -> bool:
        """Whether a row of a unit that nobody listed is a problem."""
        return bool(self.levels) and not self.may_name_unknown_units

    @property
    def keys(self) -> dict[str, str]:
        """Of each column that is compared by a key the column of that key."""
        return {name: column.key for name, column in self.columns.items() if column.key}
