"""The cases of plain dossiers, each answered once, and what is said of the dossiers of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from audit.ground import terms
from audit.ground.terms import Fate
from audit.judging.judge import RESTS_ON
from audit.lake import packs, row_by_row
from audit.lake.lake_settings import Settings
from audit.lake.packs import NOTHING, SLOTS, Packs
from audit.lake.pairing import SPREAD
from audit.records.coverage import Coverage

DOSSIERS_WAITING = 200_000  # of cases that no dossier before had, answered together
KINDS = {"once": ("software_1", "register_1"), "twice": SLOTS}  # of dossiers: the slots that they may fill
_AT = {kind: [SLOTS.index(slot) for slot in slots] for kind, slots in KINDS.items()}
_WORDS = {
    "verdict": terms.Verdict, "grade": terms.Grade, "rule": tuple(RESTS_ON), "cause": terms.Cause,
    "apology": terms.Apology, "population": terms.Population, "found_in": terms.FoundIn,
}  # fmt: skip
_UNKNOWN = -1  # in place of a case's number, or of the slot that a due date is from
_NO_DAY = -(2**31)
_EPOCH = np.datetime64("1970-01-01")


@dataclass(frozen=True)
class Plain:
    """Dossiers by kind, and the number of each one's case."""

    dossiers: Mapping[str, pl.DataFrame]
    numbers: Mapping[str, np.ndarray]


class Cases:
    """The cases of communes of one coverage, answered as dossiers come; dossiers of a new case may wait for others."""

    def __init__(self, settings: Settings, coverage: Coverage):
        self._settings, self._coverage = settings, coverage
        last = settings.counting["workdays"].select(pl.col("day").max().dt.date()).item()
        self._fixed = [(day - packs.origin(settings.as_of)).days for day in (*settings.days.values(), last)]
        self._moved = packs.moved(settings)
        self._packs = {
            kind: pl.DataFrame(schema={**dict.fromkeys(slots, pl.Int64), "case": pl.Int32})
            for kind, slots in KINDS.items()
        }
        self._keys: dict[str, pd.DataFrame] = {}
        self._waiting: list[Mapping[str, pl.DataFrame]] = []
        self._answers: list[pd.DataFrame] = []
        self.counted: list[pd.DataFrame] = []  # `commune`, `number` of the case, `dossiers`

    @property
    def answers(self) -> pd.DataFrame:
        """What is answered of each case (`packs.answers`), by its `number`."""
        return pd.concat(self._answers, ignore_index=True)

    def known(self, dossiers: Mapping[str, pl.DataFrame]) -> Plain | None:
        """Those of the dossiers whose case is known; all others wait, until there are many."""
        numbers = {kind: self._numbers(kind, rows) for kind, rows in dossiers.items()}
        is_known = {kind: number != _UNKNOWN for kind, number in numbers.items()}
        if all(each.all() for each in is_known.values()):
            return _some(dossiers, numbers)
        others = {kind: rows.filter(~pl.Series(is_known[kind])) for kind, rows in dossiers.items()}
        ready = {kind: rows.filter(pl.Series(is_known[kind])) for kind, rows in dossiers.items()}
        if sum(len(rows) for each in (*self._waiting, others) for rows in each.values()) <= DOSSIERS_WAITING:
            self._waiting.append({kind: on_its_own(rows) for kind, rows in others.items()})
            return _some(ready, {kind: number[is_known[kind]] for kind, number in numbers.items()})
        self._waiting.append(others)
        waiting = self._waited()
        self._learn(waiting)
        together = {kind: pl.concat([ready[kind], waiting[kind]]) for kind in KINDS}
        return _some(together, {kind: self._numbers(kind, rows) for kind, rows in together.items()})

    def waiting(self) -> Plain | None:
        """The dossiers that wait, their cases answered."""
        if not self._waiting:
            return None
        waiting = self._waited()
        self._learn(waiting)
        return _some(waiting, {kind: self._numbers(kind, rows) for kind, rows in waiting.items()})

    def written(self, plain: Plain, communes: Sequence[str]) -> dict[str, pl.DataFrame]:
        """`dossiers`, a row each that is judged, commune after commune, and `problems`, a row per row that is none.

        How many dossiers of a commune are of which case is counted.
        """
        answers = self.answers
        number, case, code, due = self._in_order(plain, answers)
        pairs, dossiers = np.unique(number << 32 | case, return_counts=True)
        self.counted.append(pd.DataFrame({"commune": pairs >> 32, "number": pairs & (2**32 - 1), "dossiers": dossiers}))
        columns = {"commune": _named(number, communes), "dossier_id": code}
        for word in row_by_row.DOSSIER[2:-1]:
            kind = pl.Enum([str(each) for each in _WORDS[word]]) if word in _WORDS else pl.Boolean()
            columns[word] = pl.Series(_plain(answers[word]), dtype=kind).gather(case)
        other_day = pl.Series(_plain(answers["due_on"].dt.date), dtype=pl.Date).gather(case)
        said = pl.DataFrame(columns).with_columns(
            due_on=pl.when(pl.Series(due != _NO_DAY)).then(pl.Series(due).cast(pl.Date)).otherwise(other_day)
        )
        is_judged = answers["verdict"].notna().to_numpy()
        if not is_judged.all():
            said = said.filter(pl.Series(is_judged[case]))
        return {"dossiers": said, "problems": _wrong(number, case, code, answers, communes)}

    def _in_order(self, plain: Plain, answers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, pl.Series, np.ndarray]:
        """Of each dossier its commune's number, its case, its code and the day since 1970 it was due, if written."""
        due_from = answers["due_from"].fillna(_UNKNOWN).to_numpy(dtype="int64")
        start = int((np.datetime64(packs.origin(self._settings.as_of)) - _EPOCH).astype("int64"))
        days = []
        for kind, rows in plain.dossiers.items():
            of_slot = due_from[plain.numbers[kind]]
            day = np.full(len(rows), _NO_DAY, dtype="int32")
            for slot in KINDS[kind]:
                is_from = of_slot == SLOTS.index(slot)
                there = rows[slot].to_numpy()[is_from]
                day[is_from] = start + self._moved[there >> packs.DAY_BITS * packs.DUE & packs.MOST_DAYS]
            days.append(day)
        number = np.concatenate([rows["number"].to_numpy() for rows in plain.dossiers.values()]).astype("int64")
        case = np.concatenate([plain.numbers[kind] for kind in plain.dossiers]).astype("int64")
        code, due = pl.concat([rows["code"] for rows in plain.dossiers.values()]), np.concatenate(days)
        if (number[1:] >= number[:-1]).all():
            return number, case, code, due
        order = np.argsort(number, kind="stable")
        return number[order], case[order], code.gather(order), due[order]

    def _numbers(self, kind: str, rows: pl.DataFrame) -> np.ndarray:
        """The number of each dossier's case, `_UNKNOWN` where it has not been answered.

        A pack is looked up by one integer made of its slots, and then compared slot by slot.
        """
        slots, known = KINDS[kind], self._packs[kind]
        numbers = np.full(len(rows), _UNKNOWN, dtype="int32")
        is_found = np.zeros(len(rows), dtype=bool)
        if len(known):
            by_mixed = pl.DataFrame({"mixed": mixed(known, slots), "at": np.arange(len(known))}).unique("mixed")
            asked = pl.DataFrame({"mixed": mixed(rows, slots)})
            at = asked.join(by_mixed, on="mixed", how="left", maintain_order="left")["at"].fill_null(0).to_numpy()
            is_found[:] = True
            for slot in slots:
                is_found &= known[slot].to_numpy()[at] == rows[slot].to_numpy()
            numbers[is_found] = known["case"].to_numpy()[at[is_found]]
        other = np.flatnonzero(~is_found)
        found = rows[other].select(slots).join(known, on=list(slots), how="left", maintain_order="left")
        numbers[other] = found["case"].fill_null(_UNKNOWN).to_numpy()
        return numbers

    def _waited(self) -> dict[str, pl.DataFrame]:
        waiting, self._waiting = self._waiting, []
        return {kind: pl.concat([each[kind] for each in waiting]) for kind in KINDS}

    def _learn(self, waiting: Mapping[str, pl.DataFrame]) -> None:
        """Answer the cases of dossiers whose packs no dossier before had."""
        new = {kind: rows.select(KINDS[kind]).unique().sort(KINDS[kind]) for kind, rows in waiting.items() if len(rows)}
        unpacked = {kind: _as_packs(rows) for kind, rows in new.items()}
        keys = {kind: each.cases(self._fixed, self._moved, _AT[kind]) for kind, each in unpacked.items()}
        unknown = {kind: key[self._numbered(kind, key).isna()].drop_duplicates() for kind, key in keys.items()}
        first = sum(len(each) for each in self._answers)
        some = [unpacked[kind].some(key.index).rows for kind, key in unknown.items() if len(key)]
        if some:
            answers = packs.answers(Packs(np.concatenate(some)), self._settings, self._coverage)
            self._answers.append(answers.assign(number=range(first, first + len(answers))))
        for kind, key in keys.items():
            added = unknown[kind].assign(case=range(first, first + len(unknown[kind])))
            first += len(added)
            self._keys[kind] = pd.concat([self._keys[kind], added]) if kind in self._keys else added
            numbered = pl.Series("case", self._numbered(kind, key).to_numpy(), dtype=pl.Int32)
            self._packs[kind] = pl.concat([self._packs[kind], new[kind].with_columns(numbered)])

    def _numbered(self, kind: str, keys: pd.DataFrame) -> pd.Series:
        """The number of each pack's case, null where it has not been answered."""
        if kind not in self._keys:
            return pd.Series(None, index=keys.index, dtype="float64")
        return keys.merge(self._keys[kind], on=list(keys), how="left", validate="many_to_one")["case"]


def mixed(rows: pl.DataFrame, slots: Sequence[str]) -> np.ndarray:
    """An integer made of the slots of each row; different ones may share one, if seldom."""
    found = np.zeros(len(rows), dtype="uint64")
    for slot in slots:
        found = (found ^ rows[slot].to_numpy().view("uint64")) * SPREAD
    return found


def on_its_own(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows copied: a filtered frame keeps in memory all texts of the whole one, if not more."""
    return pl.DataFrame(rows.to_dict(as_series=False), schema=rows.schema)


def _some(dossiers: Mapping[str, pl.DataFrame], numbers: Mapping[str, np.ndarray]) -> Plain | None:
    return Plain(dossiers, numbers) if any(len(rows) for rows in dossiers.values()) else None


def _as_packs(rows: pl.DataFrame) -> Packs:
    columns = [rows[slot] if slot in rows.columns else np.full(len(rows), NOTHING) for slot in SLOTS]
    return Packs(np.stack([np.asarray(column) for column in columns], axis=1).astype("int64"))


def _named(number: np.ndarray, communes: Sequence[str]) -> pl.Series:
    """The communes of those numbers, ascending."""
    is_next = np.concatenate([number[:1] >= 0, number[1:] != number[:-1]])
    names = [communes[each] for each in number[is_next]]
    return pl.Series(names, dtype=pl.Enum(names)).gather(np.cumsum(is_next) - 1)


def _plain(column: pd.Series) -> list[object]:
    return [None if missing else each for each, missing in zip(column, column.isna(), strict=True)]


def _wrong(
    number: np.ndarray, case: np.ndarray, code: pl.Series, answers: pd.DataFrame, communes: Sequence[str]
) -> pl.DataFrame:  # fmt: skip
    """A row per row that is a problem, or is judged and one thing in it is none, in the order of their dossiers."""
    pieces = []
    for slot in SLOTS:
        problem, column = answers[f"{slot}_problem"], answers[f"{slot}_column"]
        is_wrong = ((answers[f"{slot}_fate"] == Fate.PROBLEM) | problem.notna()).to_numpy(dtype=bool)
        at = np.flatnonzero(is_wrong[case])
        of_case = case[at]
        pieces.append(pl.DataFrame({
            "at": at,
            "commune": pl.Series([communes[each] for each in number[at]], dtype=pl.String),
            "record": pl.repeat(slot.rpartition("_")[0], len(at), eager=True),
            "dossier_id": code.gather(at),
            "file": pl.repeat(None, len(at), dtype=pl.String, eager=True),
            "row": pl.repeat(None, len(at), dtype=pl.Int64, eager=True),
            "column": pl.Series(_plain(column), dtype=pl.String).fill_null("is_readable").gather(of_case),
            "written": pl.repeat("", len(at), eager=True),
            "problem": pl.Series(_plain(problem), dtype=pl.String).fill_null("marked_unreadable").gather(of_case),
        }))  # fmt: skip
    return pl.concat(pieces).sort("at", maintain_order=True).drop("at")
