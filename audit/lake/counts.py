"""What the dossiers of each commune add up to, and those of all: dossiers of one case are counted together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from audit.ground.terms import PROVED_ON_TIME, SAID_TO_HAVE_LEFT, AuditError, Fate, FoundIn, Verdict
from audit.judging.summarise import DEFINITIONS
from audit.judging.validate import OUTSIDE_PERIOD
from audit.lake.packs import SLOTS
from audit.lake.row_by_row import COUNTED, Judged
from audit.reading.by_column import Read

COLUMNS = ["commune", "table", "key", "measure", "value"]
_FATES = {Fate.JUDGED: "judged", Fate.PROBLEM: "problems", Fate.DUPLICATE: "duplicates"}
MEASURES = ("rows", "judged", "problems", "duplicates", "left_out", "unread")  # of rows
_IN_SOFTWARE = (FoundIn.BOTH, FoundIn.SOFTWARE)


@dataclass(frozen=True)
class Counts:
    """A row per count: `table`, `key` within it, `measure`, `value`; `communes` with the commune's name, and `all`."""

    communes: pd.DataFrame
    all: pd.DataFrame


class Tally:
    """Adds up, commune by commune, how many dossiers are of which case, and what became of every row."""

    def __init__(self, communes: Sequence[str]):
        """`communes`: all that are counted, ascending."""
        self._communes = list(communes)
        self._number = {commune: at for at, commune in enumerate(communes)}
        self._words: list[pd.DataFrame] = []
        self._dossiers: list[pd.DataFrame] = []
        self._rows: list[_Rows] = []

    def read(self, record: str, rows: Mapping[str, int]) -> None:
        """How many rows of a record each commune has: what must be accounted for."""
        self._rows.append(self._by_name(record, "rows", pd.Series(rows, dtype="int64")))

    def add_cases(self, answers: pd.DataFrame, dossiers: pd.DataFrame) -> None:
        """Plain dossiers: `dossiers` of `commune` are of the case `number`, with the `answers` (`packs.answers`)."""
        first = sum(len(each) for each in self._words)
        self._words.append(answers[COUNTED])
        self._dossiers.append(dossiers.assign(number=dossiers["number"] + first))
        fates = list(_fates_of(answers))
        rows = _summed(dossiers, len(self._communes), np.stack([count for *_, count in fates], axis=1))
        for (record, measure, _), values in zip(fates, rows.T, strict=True):
            self._rows.append(_Rows(record, measure, np.arange(len(rows)), values))

    def add(self, judged: Judged, read: Mapping[str, Read]) -> None:
        """Dossiers judged row by row."""
        dossiers = judged.dossiers
        number, first = (
            dossiers.groupby(COUNTED, dropna=False, sort=False).ngroup(),
            sum(len(each) for each in self._words),
        )
        self._words.append(dossiers[~number.duplicated()][COUNTED])
        communes = dossiers["commune"].map(self._number)
        counted = pd.DataFrame({"commune": communes, "number": number + first, "dossiers": 1})
        self._dossiers.append(counted.groupby(["commune", "number"], as_index=False).agg(dossiers=("dossiers", "sum")))
        fates = judged.fates
        for (record, fate), rows in fates.groupby(["record", "fate"]):
            self._rows.append(self._by_name(str(record), _FATES[Fate(str(fate))], rows["commune"].value_counts()))
        for record, each in read.items():
            self._rows.append(self._by_name(record, "left_out", each.left_out.groupby(level=0).sum()))
        rows = fates[(fates["record"] == "software") & (fates["fate"] == Fate.PROBLEM)]
        rows = rows[rows["problem"].fillna("") != OUTSIDE_PERIOD]
        unread = rows[rows["dossier_id"].isna() | ~rows.duplicated(["commune", "dossier_id"])]
        self._rows.append(self._by_name("software", "unread", unread["commune"].value_counts()))

    def take(self, other: "Tally") -> None:
        """What another adds up to, of other communes."""
        number = {at: self._number[commune] for commune, at in other._number.items()}
        first = sum(len(each) for each in self._words)
        self._words += other._words
        self._dossiers += [
            each.assign(commune=each["commune"].map(number), number=each["number"] + first) for each in other._dossiers
        ]
        places = np.array([number[at] for at in range(len(number))], dtype="int64")
        self._rows += [replace(each, communes=places[each.communes]) for each in other._rows]

    def counts(self) -> Counts:
        """Everything counted; an AuditError where a row of a commune is not accounted for."""
        words = pd.concat(self._words, ignore_index=True) if self._words else pd.DataFrame(columns=COUNTED)
        dossiers = (
            pd.concat(self._dossiers) if self._dossiers else pd.DataFrame(columns=["commune", "number", "dossiers"])
        )
        columns = list(_indicators(words))
        indicators = np.stack([holds for *_, holds in columns], axis=1).astype("int64")
        by_indicator = _summed(dossiers, len(self._communes), indicators)
        rows = self._accounted(by_indicator, columns)
        if "software" in rows:  # and those dossiers of which nobody can read whether they were settled
            rows["software"]["unread"] += _of(by_indicator, columns, "population", ["unread"])
        said = [
            _Count(
                table, key, measure, values, np.full(len(values), fill_value=True) if table in _ALWAYS else values != 0
            )
            for (table, key, measure, _), values in zip(columns, by_indicator.T, strict=True)
            if measure != "may_be"
        ]
        unread = rows["software"]["unread"] if "software" in rows else np.zeros(len(self._communes), dtype="int64")
        return _listed(self._communes, [*said, *_on_time(by_indicator, columns, unread), *_accounting(rows)])

    def _by_name(self, record: str, measure: str, values: pd.Series) -> "_Rows":
        communes = np.array([self._number[commune] for commune in values.index], dtype="int64")
        return _Rows(record, measure, communes, values.to_numpy(dtype="int64"))

    def _accounted(self, by_indicator: np.ndarray, columns: Sequence[tuple]) -> dict[str, dict[str, np.ndarray]]:
        """Of each record and commune: rows = judged + problems + duplicates + left_out; `unread` of the software."""
        size = len(self._communes)
        found = {
            record: {measure: np.zeros(size, dtype="int64") for measure in MEASURES}
            for record in sorted({each.record for each in self._rows if each.amounts.any()})
        }
        for each in self._rows:
            if each.amounts.any():
                np.add.at(found[each.record][each.measure], each.communes, each.amounts)
        lost = any(
            (one["rows"] != sum(one[measure] for measure in ("judged", "problems", "duplicates", "left_out"))).any()
            for one in found.values()
        )
        judged = found["software"]["judged"] if "software" in found else np.zeros(size, dtype="int64")
        if lost or (judged != _of(by_indicator, columns, "found_in", _IN_SOFTWARE)).any():
            total = {name: sum(int(one[name].sum()) for one in found.values()) for name in MEASURES}
            raise AuditError(
                "rows_lost", **{name: total[name] for name in ("rows", "judged", "problems", "duplicates")}
            )
        return found


@dataclass(frozen=True)
class _Rows:
    """Rows of a record that are of one `measure`: how many, by the numbers of communes."""

    record: str
    measure: str
    communes: np.ndarray
    amounts: np.ndarray


@dataclass(frozen=True)
class _Count:
    """One count by communes, and of which of them it is listed."""

    table: str
    key: str
    measure: str
    amounts: np.ndarray
    is_listed: np.ndarray


def _listed(communes: Sequence[str], counted: Sequence[_Count]) -> Counts:
    """The counts as rows, commune after commune: tables as they come, then by key and measure."""
    tables = {each.table: at for at, each in reversed(list(enumerate(counted)))}
    counted = sorted(counted, key=lambda each: (tables[each.table], each.key, each.measure))
    values = np.stack([each.amounts for each in counted], axis=1)
    is_listed = np.stack([each.is_listed for each in counted], axis=1)
    names = pd.DataFrame({name: [getattr(each, name) for each in counted] for name in ("table", "key", "measure")})
    commune, count = np.nonzero(is_listed)
    long = names.take(count).assign(commune=np.array(communes, dtype="object")[commune], value=values[commune, count])
    first = np.vstack([is_listed, np.ones(len(counted), dtype=bool)]).argmax(axis=0)  # where it is listed first
    order = [at for at in np.lexsort((np.arange(len(counted)), first)) if first[at] < len(communes)]
    totals = names.take(order).assign(value=np.where(is_listed, values, 0).sum(axis=0)[order])
    return Counts(long[COLUMNS].reset_index(drop=True), totals.reset_index(drop=True))


def _of(by_indicator: np.ndarray, columns: Sequence[tuple], table: str, keys: Collection[str]) -> np.ndarray:
    """How many dossiers of each commune a table has under some keys."""
    at = [at for at, (name, key, *_) in enumerate(columns) if name == table and key in keys]
    return by_indicator[:, at].sum(axis=1)


def _accounting(rows: Mapping[str, Mapping[str, np.ndarray]]) -> Iterator[_Count]:
    """What became of the rows of each record, of the communes that have any."""
    for record, by_measure in rows.items():
        has_rows = by_measure["rows"] > 0
        for measure in MEASURES:
            if measure != "unread" or record == "software":
                yield _Count("accounting", record, measure, by_measure[measure], has_rows)


_ALWAYS = ("on_time", "accounting")
_ENTRIES = 4_000_000  # of communes times cases that stand in memory at once


def _fates_of(answers: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """How many rows of a record are of which fate, as (record, measure, how many in each case)."""
    fates = {slot: answers[f"{slot}_fate"] for slot in SLOTS}
    for record in ("software", "register"):
        of_record = [each for slot, each in fates.items() if slot.rpartition("_")[0] == record]
        for fate, measure in _FATES.items():
            yield record, measure, np.sum([each == fate for each in of_record], axis=0)
    is_unread = np.zeros(len(answers), dtype=bool)
    for slot in SLOTS[:2]:
        is_problem = (fates[slot] == Fate.PROBLEM) & (answers[f"{slot}_problem"].fillna("") != OUTSIDE_PERIOD)
        is_unread |= is_problem.to_numpy(dtype=bool)
    yield "software", "unread", is_unread.astype("int64")


def _summed(dossiers: pd.DataFrame, communes: int, of_case: np.ndarray) -> np.ndarray:
    """For each commune the sum of what each of its dossiers counts; `of_case`: a row a case, a column a count."""
    cases = len(of_case)
    if not cases or dossiers.empty:
        return np.zeros((communes, of_case.shape[1]), dtype="int64")
    commune, number, count = (dossiers[name].to_numpy(dtype="int64") for name in ("commune", "number", "dossiers"))
    at_once = max(1, _ENTRIES // cases)
    pieces = []
    for first in range(0, communes, at_once):
        here = min(at_once, communes - first)
        is_here = (commune >= first) & (commune < first + here)
        at = (commune[is_here] - first) * cases + number[is_here]
        found = np.bincount(at, weights=count[is_here], minlength=here * cases).reshape(here, cases)
        pieces.append(np.rint(found @ of_case.astype("float64")).astype("int64"))  # exact: all below 2**53
    return np.concatenate(pieces)


def _indicators(words: pd.DataFrame) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Every count as (table, key, measure, which cases are in it)."""
    settled, proved = words["is_settled"].astype(bool), words["verdict"].isin(PROVED_ON_TIME)
    cause = (
        words["verdict"] + "/" + words["cause"] + "/" + words["cause_proved"].map({True: "proved", False: "claimed"})
    )
    is_asked = settled | words["rule"].isin(SAID_TO_HAVE_LEFT)
    is_open = is_asked & ~proved & (words["verdict"] != Verdict.LATE)
    tables = {
        "verdict": words["verdict"],
        "grade": words["grade"],
        "cause": cause,
        "population": words["population"],
        "found_in": words["found_in"],
        "apology": words["apology"],
        "late_in_software": words["verdict"].where(words["is_late_in_software"].astype(bool)),
        "in_time_in_software": words["verdict"].where(words["is_in_time_in_software"].astype(bool)),
        "undecided": (words["verdict"] + "/" + words["rule"]).where(is_open),
        "traced": words["traced"].where(settled),
    }
    for table, keys in tables.items():
        for key in sorted(keys.dropna().unique()):
            yield table, key, "dossiers", (keys == key).to_numpy(dtype=bool, na_value=False)
    traced = tables["traced"]
    for key in sorted(traced.dropna().unique()):
        yield "traced", key, "overturned", ((traced == key) & words["is_overturned"].astype(bool)).to_numpy(dtype=bool)
    situations = [None if pd.isna(held) else SimpleNamespace(held=int(held)) for held in words["held"]]
    for definition in DEFINITIONS:
        parts = {
            "of": definition.counted,
            "on_time": definition.counted & definition.on_time,
            "may_be": definition.counted & definition.may_be_on_time,
        }
        for part, when in parts.items():
            holds = [situation is not None and when.holds(situation) for situation in situations]
            yield "on_time", definition.name, part, np.array(holds, dtype=bool)


def _on_time(by_indicator: np.ndarray, columns: Sequence[tuple], unread: np.ndarray) -> Iterator[_Count]:
    """The range of each on-time share: dossiers in rows that are problems are all late in it, or all in time."""
    at = {(key, measure): index for index, (table, key, measure, _) in enumerate(columns) if table == "on_time"}
    for definition in DEFINITIONS:
        of, least, most = (by_indicator[:, at[definition.name, part]] for part in ("of", "on_time", "may_be"))
        for measure, values in {"at_least": least, "at_most": most + unread, "range_of": of + unread}.items():
            yield _Count("on_time", definition.name, measure, values, np.full(len(values), fill_value=True))
