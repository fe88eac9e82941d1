"""What a dossier's rows show in a few integers, and which dossiers are one case: each different case is judged once.

A row of the software or a line of the register that was read is packed into one integer. A dossier of at most two
rows and two lines, and nothing else, is a *pack*. Judging compares days with each other and with the period's and the
audit's, and asks the calendar only where a term decides or a due date is on a day off, which moves to the next working
day; so packs with the same words, whose days stand in the same order, due dates both as written and as moved, are one
case. Where a term decides, a case has its very days.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations

import numpy as np
import pandas as pd

from audit.ground.terms import AuditError, Fate, Status, UnitLevel
from audit.judging.recompute import CUT_OFF_HOUR
from audit.lake import row_by_row
from audit.lake.lake_settings import Settings
from audit.reading.by_column import NOT_COMPARED, UNSURE
from audit.reading.cells import KINDS
from audit.records.coverage import Coverage
from audit.records.registry import BY_NAME, JUDGED_RECORDS, RECORDS

YEARS_BACK = 60
DAY_BITS, MOST_DAYS = 15, 2**15 - 1  # a day is a number from 1 since `origin`; 0 is none
STATUS_BITS, LEVEL_BITS, TERM_BITS = 4, 3, 7
MOST_TERMS = 2**TERM_BITS - 1
UNREAD_AT = 3 * DAY_BITS  # the same place in both records: whoever filled the lake could not read the row
IN_TIME_AT, LATE_HOUR_AT, DUE_AT_RECEIPT_AT, STATUS_AT = (UNREAD_AT + at for at in range(1, 5))
LEVEL_AT = STATUS_AT + STATUS_BITS
TERM_AT = LEVEL_AT + LEVEL_BITS
SIGNED_AT = UNREAD_AT + 1
NOTHING = -1  # in place of a row's integer where there is none
STATUSES, LEVELS, SIGNED = tuple(Status), tuple(UnitLevel), (None, True, False)
SOFTWARE_DAYS, REGISTER_DAYS = ("received_at", "due_at", "closed_at"), ("received_on", "due_on", "returned_on")
DUE = 1  # which of the three days of a slot is the due date
SLOTS = ("software_1", "software_2", "register_1", "register_2")
ANSWERS = tuple(f"{slot}_{name}" for slot in SLOTS for name in ("fate", "problem", "column"))
_MOST = 2**62  # of an integer that digits are gathered in


def origin(as_of: date) -> date:
    """The day before the first that a packed integer can hold."""
    return date(as_of.year - YEARS_BACK, 1, 1)


@dataclass(frozen=True)
class Packs:
    """Distinct packs, a row each: `rows` has a column per slot of `SLOTS`, `NOTHING` where a dossier has less rows.

    Two rows of the software that are packed alike, their units aside, repeat each other in all that is not packed too.
    """

    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, at: Iterable[int]) -> "Packs":
        """The packs at those places."""
        return Packs(self.rows[np.asarray(list(at), dtype="int64")])

    @property
    def slots(self) -> list[int]:
        """Which slots any of them fills."""
        return [at for at in range(len(SLOTS)) if (self.rows[:, at] != NOTHING).any()]

    def days(self, slot: int) -> np.ndarray:
        """The three days of a slot, a column each, 0 for none."""
        there = np.maximum(self.rows[:, slot], 0)
        return np.stack([(there >> (DAY_BITS * at)) & MOST_DAYS for at in range(3)], axis=1)

    @property
    def terms(self) -> np.ndarray:
        """Of each slot of the software the number of the term that decides, 0 for none."""
        return np.maximum(self.rows[:, :2], 0) >> TERM_AT

    def due(self, slot: int, moved: np.ndarray) -> np.ndarray:
        """The due date of a slot, `moved` off days off."""
        return moved[self.days(slot)[:, DUE]]

    def cases(
        self, fixed: Collection[int], moved: np.ndarray, slots: Sequence[int] = range(len(SLOTS))
    ) -> pd.DataFrame:
        """Integers that are equal where judging cannot tell two packs apart; `fixed`: the days it compares with.

        `slots`: those that may be filled. Integers of different `slots` cannot be compared.
        """
        days = np.column_stack([part for slot in slots for part in (self.days(slot), self.due(slot, moved))])
        limits = sorted({0, *fixed})
        place = [sum((day >= limit).astype("int64") + (day > limit) for limit in limits) for day in days.T]
        order = [np.sign(one - two) + 1 for one, two in combinations(days.T, 2)]
        marks = _as_few_integers(place, 2 * len(limits) + 1) + _as_few_integers(order, 3)
        is_termed = (self.terms > 0).any(axis=1)
        known = [np.where(is_termed, 0, column) for column in marks]
        for slot in slots:
            rows = self.rows[:, slot]
            known.append(np.where(is_termed, rows, np.where(rows == NOTHING, NOTHING, rows >> UNREAD_AT)))
        return pd.DataFrame(dict(enumerate([is_termed.astype("int64"), *known])))


def moved(settings: Settings) -> np.ndarray:
    """For each number of a day that of the working day to which a due date on it moves: mostly the same."""
    numbers, start = np.arange(MOST_DAYS + 1), pd.Timestamp(origin(settings.as_of))
    day, moved_on = ((settings.days_off[name] - start).dt.days.to_numpy() for name in ("day", "moved_on"))
    is_within = (day > 0) & (day <= MOST_DAYS)
    numbers[day[is_within]] = moved_on[is_within]
    return numbers


def answers(packs: Packs, settings: Settings, coverage: Coverage) -> pd.DataFrame:
    """What the steps of an audit answer for one pack of each case, a row a pack, in their order.

    The words of the judged dossier and what is counted of it, all null where none is judged; `ANSWERS`, the fate of
    each row and its problem; `due_from`, the slot whose due date `due_on` is, moved off days off, or null with `due_on`
    itself. Raises AuditError where a case is not answered exactly once.
    """
    judged = row_by_row.judged(_frames(packs, settings), settings, coverage)
    number = judged.dossiers["dossier_id"].astype("int64")
    table = pd.DataFrame(index=pd.RangeIndex(len(packs)))
    table = table.join(judged.dossiers.set_axis(number).drop(columns=["commune", "dossier_id"]))
    fates = judged.fates[judged.fates["record"].isin(("software", "register"))]
    slot = fates["record"] + "_" + fates["row"].astype("str")
    for name in SLOTS:
        rows = fates[slot == name]
        rows = rows.set_axis(rows["dossier_id"].astype("int64"))
        table[f"{name}_fate"] = rows["fate"]
        table[f"{name}_problem"], table[f"{name}_column"] = rows["problem"], rows["problem_column"]
    is_judged = (table[[f"{name}_fate" for name in SLOTS]] == Fate.JUDGED).any(axis=1)
    if len(table) != len(packs) or (is_judged != table["verdict"].notna()).any():
        raise AuditError("lake_cases")
    return table.assign(due_from=_due_from(packs, table["due_on"], settings))


def _as_few_integers(digits: Sequence[np.ndarray], base: int) -> list[np.ndarray]:
    """Digits below `base` as few integers."""
    columns: list[np.ndarray] = []
    room = 0
    for digit in digits:
        if room < base:
            columns.append(np.zeros(len(digit), dtype="int64"))
            room = _MOST
        columns[-1] = columns[-1] * base + digit
        room //= base
    return columns


def _due_from(packs: Packs, due_on: pd.Series, settings: Settings) -> pd.Series:
    """The slot whose due date `due_on` is, moved; where a term decides it is the same day for all of the case."""
    wanted = (due_on - pd.Timestamp(origin(settings.as_of))).dt.days.fillna(-1).to_numpy()
    from_slot = pd.Series(None, index=due_on.index, dtype="Int64")
    is_termed, days_off = (packs.terms > 0).any(axis=1), moved(settings)
    for slot in packs.slots:
        from_slot[(packs.due(slot, days_off) == wanted) & from_slot.isna().to_numpy() & ~is_termed] = slot
    if (due_on.notna() & from_slot.isna()).to_numpy()[~is_termed].any():
        raise AuditError("lake_cases")
    return from_slot


def _frames(packs: Packs, settings: Settings) -> dict[str, pd.DataFrame]:
    """The packs as typed rows of each record: the number of the pack is the code, the number of the slot the row."""
    slots = {"software": (0, 1), "register": (2, 3)}
    unpacked = {"software": _software, "register": _register}
    frames = {}
    for name in JUDGED_RECORDS:
        pieces = []
        for row, slot in enumerate(slots.get(name, ()), start=1):
            at = np.flatnonzero(packs.rows[:, slot] != NOTHING)
            words, days = packs.rows[at, slot], packs.days(slot)[at]
            columns = unpacked[name](words, days, settings) | {
                "dossier_id": [f"\x1f{number}" for number in at], "row": row,
                "is_readable": (words >> UNREAD_AT) & 1 == 0,
            }  # fmt: skip
            pieces.append(pd.DataFrame(columns))
        frames[name] = _typed(name, pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame())
    return frames


def _software(words: np.ndarray, days: np.ndarray, settings: Settings) -> dict[str, object]:
    received, due, closed = (_stamps(day, settings) for day in days.T)
    is_in_time, is_late_hour, is_due_at_receipt = (
        (words >> at) & 1 == 1 for at in (IN_TIME_AT, LATE_HOUR_AT, DUE_AT_RECEIPT_AT)
    )
    received_hour = is_late_hour * np.timedelta64(CUT_OFF_HOUR, "h")
    due_hour = np.where(is_due_at_receipt, received_hour, np.timedelta64(CUT_OFF_HOUR + 1, "h"))
    closed_hour = np.where(is_in_time, due_hour, due_hour + np.timedelta64(1, "h"))
    key = np.array([None, *settings.termed], dtype=object)[words >> TERM_AT]
    return {
        "received_at": received + received_hour, "due_at": due + due_hour, "closed_at": closed + closed_hour,
        "status": np.array([None, *STATUSES], dtype=object)[(words >> STATUS_AT) & (2**STATUS_BITS - 1)],
        "unit_level": np.array(LEVELS, dtype=object)[(words >> LEVEL_AT) & (2**LEVEL_BITS - 1)],
        "procedure": key, "procedure_key": key,
    }  # fmt: skip


def _register(lines: np.ndarray, days: np.ndarray, settings: Settings) -> dict[str, object]:
    stamps = {name: _stamps(day, settings) for name, day in zip(REGISTER_DAYS, days.T, strict=True)}
    return stamps | {"signed": np.array(SIGNED, dtype=object)[lines >> SIGNED_AT]}


def _stamps(numbers: np.ndarray, settings: Settings) -> np.ndarray:
    start = np.datetime64(datetime.combine(origin(settings.as_of), datetime.min.time()), "us")
    return np.where(numbers > 0, start + numbers.astype("timedelta64[D]"), np.datetime64("NaT", "us"))


def _typed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` with every column of the record, typed as `load` types it."""
    kinds = {column: KINDS[spec.kind].dtype for column, spec in RECORDS[name].items()}
    added = (*BY_NAME[name].levels.values(), *NOT_COMPARED.get(name, ()), "procedure_key", "sheet", *UNSURE)
    kinds |= dict.fromkeys(added, "str") | {"row": "int64", "is_readable": "bool", "is_struck": "boolean"}
    kinds |= {"is_result": "bool"} if name == "result_papers" else {}
    frame = rows.reindex(columns=list(kinds)).astype(kinds)
    frame["is_struck"] = frame["is_struck"].fillna(False).astype("bool")
    return frame.assign(seq=np.arange(1, len(frame) + 1))
