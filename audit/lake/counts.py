"""What the dossiers of each commune add up to, and those of all: dossiers of one case are counted together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy import sparse

from audit.ground.terms import PROVED_ON_TIME, SAID_TO_HAVE_LEFT, AuditError, Fate, FoundIn, Verdict
from audit.judging.summarise import DEFINITIONS
from audit.judging.validate import OUTSIDE_PERIOD
from audit.lake.packs import ANSWERS, SLOTS
from audit.lake.row_by_row import COUNTED, Judged
from audit.reading.by_column import Read

COLUMNS = ["commune", "table", "key", "measure", "value"]
_FATES = {Fate.JUDGED: "judged", Fate.PROBLEM: "problems", Fate.DUPLICATE: "duplicates"}
_IN_SOFTWARE = (FoundIn.BOTH, FoundIn.SOFTWARE)


@dataclass(frozen=True)
class Counts:
    """A row per count: `table`, `key` within it, `measure`, `value`; `communes` with the commune's name, and `all`."""

    communes: pd.DataFrame
    all: pd.DataFrame


class Tally:
    """Adds up, commune by commune, how many dossiers are of which case, and what became of every row."""

    def __init__(self, communes: Sequence[str]):
        self._communes = list(communes)
        self._number = {commune: at for at, commune in enumerate(communes)}
        self._words: list[pd.DataFrame] = []
        self._dossiers: list[pd.DataFrame] = []
        self._rows: list[pd.DataFrame] = []  # commune, record, measure, value

    def read(self, record: str, rows: Mapping[str, int]) -> None:
        """How many rows of a record each commune has: what must be accounted for."""
        frame = pd.DataFrame({"commune": [self._number[each] for each in rows], "value": list(rows.values())})
        self._rows.append(frame.assign(record=record, measure="rows"))

    def add_cases(self, answers: pd.DataFrame, dossiers: pd.DataFrame) -> None:
        """Plain dossiers: `dossiers` of `commune` are of the case `number`, with the `answers` (`packs.answers`)."""
        first = sum(len(each) for each in self._words)
        self._words.append(answers[COUNTED])
        self._dossiers.append(dossiers.assign(number=dossiers["number"] + first))
        by_case = dossiers.join(answers.set_index("number")[list(ANSWERS)], on="number")
        is_unread = pd.Series(data=False, index=by_case.index)
        for slot in SLOTS:
            record, fate = slot.rpartition("_")[0], by_case[f"{slot}_fate"]
            known = by_case[fate.notna()]
            self._add_rows(known["commune"], record, known[f"{slot}_fate"], known["dossiers"])
            if record == "software":
                is_unread |= (fate == Fate.PROBLEM) & (by_case[f"{slot}_problem"].fillna("") != OUTSIDE_PERIOD)
        unread = by_case[is_unread]
        self._rows.append(unread[["commune"]].assign(record="software", measure="unread", value=unread["dossiers"]))

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
        for record, rows in fates.groupby("record"):
            self._add_rows(rows["commune"].map(self._number), str(record), rows["fate"], pd.Series(1, index=rows.index))
        for record, each in read.items():
            left_out = pd.DataFrame(
                {"commune": each.left_out.index.map(self._number), "value": each.left_out.to_numpy()}
            )
            self._rows.append(left_out.assign(record=record, measure="left_out"))
        rows = fates[(fates["record"] == "software") & (fates["fate"] == Fate.PROBLEM)]
        rows = rows[rows["problem"].fillna("") != OUTSIDE_PERIOD]
        unread = rows["dossier_id"].isna() | ~rows.duplicated(["commune", "dossier_id"])
        self._rows.append(
            pd.DataFrame({"commune": rows["commune"].map(self._number), "value": unread.astype("int64")}).assign(
                record="software", measure="unread"
            )
        )

    def take(self, other: "Tally") -> None:
        """What another adds up to, of other communes."""
        number = {at: self._number[commune] for commune, at in other._number.items()}
        first = sum(len(each) for each in self._words)
        self._words += other._words
        self._dossiers += [
            each.assign(commune=each["commune"].map(number), number=each["number"] + first) for each in other._dossiers
        ]
        self._rows += [each.assign(commune=each["commune"].map(number)) for each in other._rows]

    def counts(self) -> Counts:
        """Everything counted; an AuditError where a row of a commune is not accounted for."""
        words = pd.concat(self._words, ignore_index=True) if self._words else pd.DataFrame(columns=COUNTED)
        dossiers = (
            pd.concat(self._dossiers) if self._dossiers else pd.DataFrame(columns=["commune", "number", "dossiers"])
        )
        shape = (len(self._communes), len(words))
        where = (dossiers["commune"].to_numpy(dtype="int64"), dossiers["number"].to_numpy(dtype="int64"))
        matrix = sparse.coo_array((dossiers["dossiers"].to_numpy(dtype="int64"), where), shape=shape).tocsr()
        columns = list(_indicators(words))
        indicators = np.stack([holds for *_, holds in columns], axis=1).astype("int64")
        by_indicator = matrix @ indicators
        rows = self._accounted(by_indicator, columns)
        rows = _with_unread_cells(rows, by_indicator, columns, self._communes)
        pieces = [
            pd.DataFrame({"commune": self._communes, "value": by_indicator[:, at]}).assign(
                table=table, key=key, measure=measure
            )
            for at, (table, key, measure, _) in enumerate(columns)
        ]
        long = pd.concat([*pieces, *_on_time(by_indicator, columns, rows, self._communes), rows], ignore_index=True)
        long = long[(long["value"] != 0) | long["table"].isin(_ALWAYS)]
        long = long[long["measure"] != "may_be"][COLUMNS]
        order = {table: at for at, table in enumerate(dict.fromkeys(long["table"]))}
        long = long.sort_values(
            ["commune", "table", "key", "measure"], key=lambda c: c.map(order) if c.name == "table" else c
        )
        keys = ["table", "key", "measure"]
        return Counts(
            long.reset_index(drop=True), long.groupby(keys, as_index=False, sort=False).agg(value=("value", "sum"))
        )

    def _add_rows(self, communes: pd.Series, record: str, fates: pd.Series, values: pd.Series) -> None:
        frame = pd.DataFrame({"commune": communes, "measure": fates.map(_FATES), "value": values})
        summed = frame.groupby(["commune", "measure"], as_index=False)["value"].sum()
        self._rows.append(summed.assign(record=record))

    def _accounted(self, by_indicator: np.ndarray, columns: Sequence[tuple]) -> pd.DataFrame:
        """Of each commune and record: rows = judged + problems + duplicates + left_out; `unread` of the software."""
        rows = pd.concat(self._rows, ignore_index=True)
        wide = rows.pivot_table(
            index=["commune", "record"], columns="measure", values="value", aggfunc="sum", fill_value=0
        )
        wide = wide.reindex(columns=["rows", "judged", "problems", "duplicates", "left_out", "unread"], fill_value=0)
        lost = wide[wide["rows"] != wide[["judged", "problems", "duplicates", "left_out"]].sum(axis=1)]
        in_software = sum(by_indicator[:, at] for at, (table, key, *_) in enumerate(columns)
                          if table == "found_in" and key in _IN_SOFTWARE)  # fmt: skip
        software = wide["judged"].xs("software", level="record").reindex(range(len(by_indicator)), fill_value=0)
        if len(lost) or (software.to_numpy() != in_software).any():
            total = wide.sum()
            raise AuditError(
                "rows_lost", **{name: int(total[name]) for name in ("rows", "judged", "problems", "duplicates")}
            )
        long = wide.reset_index().melt(["commune", "record"], var_name="measure").rename(columns={"record": "key"})
        long = long[(long["measure"] != "unread") | (long["key"] == "software")]
        return long.assign(table="accounting", commune=[self._communes[at] for at in long["commune"]])


_ALWAYS = ("on_time", "accounting")


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


def _with_unread_cells(
    rows: pd.DataFrame, by_indicator: np.ndarray, columns: Sequence[tuple], communes: Sequence[str]
) -> pd.DataFrame:  # fmt: skip
    """The rows with those dossiers "unread" too of which nobody can read whether they were settled."""
    at = next((at for at, (table, key, *_) in enumerate(columns) if (table, key) == ("population", "unread")), None)
    if at is None:
        return rows
    of_cells = rows["commune"].map(dict(zip(communes, by_indicator[:, at], strict=True)))
    return rows.assign(value=rows["value"].where(rows["measure"] != "unread", rows["value"] + of_cells))


def _on_time(
    by_indicator: np.ndarray, columns: Sequence[tuple], rows: pd.DataFrame, communes: Sequence[str]
) -> list[pd.DataFrame]:  # fmt: skip
    """The range of each on-time share: dossiers in rows that are problems are all late in it, or all in time."""
    unread = (
        rows[rows["measure"] == "unread"].set_index("commune")["value"].reindex(list(communes), fill_value=0).to_numpy()
    )
    at = {(key, measure): index for index, (table, key, measure, _) in enumerate(columns) if table == "on_time"}
    pieces = []
    for definition in DEFINITIONS:
        of, least, most = (by_indicator[:, at[definition.name, part]] for part in ("of", "on_time", "may_be"))
        for measure, value in {"at_least": least, "at_most": most + unread, "range_of": of + unread}.items():
            piece = pd.DataFrame({"commune": communes, "value": value})
            pieces.append(piece.assign(table="on_time", key=definition.name, measure=measure))
    return pieces
