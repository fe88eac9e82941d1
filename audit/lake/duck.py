"""A lake judged by DuckDB, inside this process: communes in turns, so that what stands in memory stays small.

Of each turn the rows of both records are packed into integers and brought together by commune and code in one
grouping. Plain dossiers are answered by case (`cases`); all others go row by row through the same steps.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from audit.ground import terms
from audit.ground.terms import Convention
from audit.judging.judge import RESTS_ON
from audit.lake import pack_sql, packs, row_by_row
from audit.lake.counts import Counts, Tally
from audit.lake.opening import Lake, Raw, Turn, rows_of, turns
from audit.lake.pack_sql import quoted
from audit.lake.packs import NOTHING, SLOTS, Packs
from audit.reading import by_column, cells
from audit.records import order
from audit.records.coverage import Coverage
from audit.records.registry import BY_NAME

ROWS_APART = 200_000  # of dossiers that are not plain, judged together
_ODD = -9  # in place of a row's integer: it has to be read cell by cell
_TWO = 2  # rows of a dossier in one record that a pack can hold
_BOTH = ("software", "register")
_WORDS = {"status": "software", "unit": "software", "procedure": "software", "signed": "register"}
_KNOWN = {"single": ("known_single", ["software_1", "register_1"]), "double": ("known", list(SLOTS))}
_ENUMS = {
    "verdict": terms.Verdict, "grade": terms.Grade, "rule": tuple(RESTS_ON), "cause": terms.Cause,
    "apology": terms.Apology, "population": terms.Population, "found_in": terms.FoundIn,
}  # fmt: skip
_ANSWERED = {
    "number": "INTEGER", **{name: f"{name}_word" for name in _ENUMS}, "cause_proved": "BOOLEAN", "due_on": "DATE",
    "due_from": "INTEGER", **dict.fromkeys(packs.ANSWERS, "VARCHAR"),
}  # fmt: skip
_DUE = " ".join((  # the number of the day, as written, that the due date shown first was moved from
    "CASE answers.due_from",
    *(f"WHEN {at} THEN ({slot} >> {packs.DAY_BITS * packs.DUE}) & {packs.MOST_DAYS}" for at, slot in enumerate(SLOTS)),
    "END",
))  # fmt: skip
Progress = Callable[[int, int], None]


def judge(lake: Lake, out: Path, report_progress: Progress) -> Counts:
    """Write `out`/dossiers and `out`/problems; the counts. Every row is accounted for, else AuditError."""
    return _Judging(lake, out, report_progress).counts()


class _Judging:
    """What is known while the turns go by: the cases answered so far, and how many dossiers of a commune are which."""

    def __init__(self, lake: Lake, out: Path, report_progress: Progress):
        self.lake, self.out, self.report_progress = lake, out, report_progress
        self.connection, self.settings = lake.connection, lake.settings
        self.number = {commune: at for at, commune in enumerate(lake.communes)}
        self.tally = Tally(lake.communes)
        last = self.settings.counting["workdays"].select(pl.col("day").max().dt.date()).item()
        fixed = [*self.settings.days.values(), last]
        self.fixed = [(day - packs.origin(self.settings.as_of)).days for day in fixed]
        self.moved = packs.moved(self.settings)
        self.parts = 0
        for folder in ("dossiers", "problems"):
            (out / folder).mkdir()
        self.packed = self._sql_of_packs()
        self._learn_days_off()

    def counts(self) -> Counts:
        """Judge all turns."""
        in_turns, done = turns(self.lake), 0
        total = sum(turn.rows for turn in in_turns)
        coverage: Coverage | None = None
        self._begin_cases()
        apart: list[_Apart] = []
        for turn in in_turns:
            if coverage is not None and turn.coverage != coverage:
                self._judge_apart(apart, coverage)
                self._end_cases()
                self._begin_cases()
            coverage = turn.coverage
            apart.append(self._turn(turn))
            if sum(each.rows for each in apart) > ROWS_APART:
                self._judge_apart(apart, coverage)
            done += turn.rows
            self.report_progress(done, total)
        if coverage is not None:
            self._judge_apart(apart, coverage)
        self._end_cases()
        for name, raw in self.lake.records.items():
            self.tally.read(name, raw.rows)
        return self.tally.counts()

    def _sql_of_packs(self) -> dict[str, str]:
        """The SQL that packs a row of either record, `here` being the communes of the turn."""
        software, register = (self.lake.records[name] for name in _BOTH)
        known = self._learn_words()
        packed_as = {
            "software": pack_sql.software(
                software.types, self.settings.as_of, has_terms="procedure" in known,
                hours_count=Convention.CUT_OFF_15 in self.settings.conventions,
            ),
            "register": pack_sql.register(register.types, self.settings.as_of),
        }  # fmt: skip
        sql = {}
        for name, packed in packed_as.items():
            facts = ", ".join(f"r.{fact}" for fact in software.types if fact in BY_NAME["software"].facts)
            facts = f", row({facts}) AS facts" if name == "software" else ""
            joins = " ".join(
                f"LEFT JOIN word_{word} ON word_{word}.text = r.{word}" for word in known if _WORDS[word] == name
            )
            sql[name] = (
                f"SELECT here.number AS number, coalesce(r.dossier_id, '') AS code,"
                f" coalesce({packed}, {_ODD}) AS packed{facts}"
                f" FROM {self.lake.records[name].relation} r JOIN here ON here.commune = r.commune {joins}"
                " WHERE r.commune BETWEEN $first AND $last"  # not parameters: a table is made of them
            )
        return sql

    def _learn_words(self) -> list[str]:
        """A table per column of words: each text that stands in it and its number; the columns that have one."""
        numbered = {
            "status": lambda text: packs.STATUSES.index(cells.value("status", "word", text, self.settings.words)) + 1,
            "unit": lambda text: packs.LEVELS.index(by_column.level_of(text, self.settings)),
            "procedure": lambda text: self.settings.termed.index(cells.folded(text)) + 1,
            "signed": lambda text: packs.SIGNED.index(cells.value("signed", "signed", text, self.settings.words)),
        }
        learnt = []
        for word, record in _WORDS.items():
            raw = self.lake.records[record]
            if raw.types.get(word) != "VARCHAR" or (word == "procedure" and not self.settings.termed):
                continue
            texts = self.connection.execute(f"SELECT DISTINCT {word} FROM {raw.relation} WHERE {word} IS NOT NULL")
            rows = [(text, _number(numbered[word], text)) for (text,) in texts.fetchall()]
            if word == "procedure":
                rows = [(text, number if number <= packs.MOST_TERMS else None) for text, number in rows if number]
                if not rows:
                    continue
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE word_{word} (text VARCHAR, id BIGINT)")
            frame = pd.DataFrame(rows, columns=["text", "id"]).astype({"text": "object", "id": "Int64"})
            self._insert(f"word_{word}", frame)
            learnt.append(word)
        return learnt

    def _learn_days_off(self) -> None:
        """A table of the calendar's days off, by their numbers, and the working days that due dates on them move to."""
        self.connection.execute("CREATE OR REPLACE TEMP TABLE moved (number BIGINT, moved_on DATE)")
        off = np.flatnonzero(self.moved != np.arange(len(self.moved)))
        start = np.datetime64(packs.origin(self.settings.as_of))
        self._insert("moved", pd.DataFrame({"number": off, "moved_on": start + self.moved[off]}))

    def _insert(self, table: str, frame: pd.DataFrame) -> None:
        self.connection.register("given", frame)
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM given")
        self.connection.unregister("given")

    def _begin_cases(self) -> None:
        self.cases: dict[str, pd.DataFrame] = {}
        self.answers: list[pd.DataFrame] = []
        self.counted: list[pd.DataFrame] = []
        for word, valid in _ENUMS.items():
            listed = ", ".join(quoted(str(each)) for each in valid)
            self.connection.execute(f"DROP TABLE IF EXISTS answers; DROP TYPE IF EXISTS {word}_word")
            self.connection.execute(f"CREATE TYPE {word}_word AS ENUM ({listed})")
        kinds = ", ".join(f"{name} {kind}" for name, kind in _ANSWERED.items())
        self.connection.execute(f"CREATE TABLE answers ({kinds})")
        listed = ", ".join(f"{slot} BIGINT" for slot in SLOTS)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE known ({listed}, number INTEGER)")
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE known_single (software_1 BIGINT, register_1 BIGINT, number INTEGER)"
        )

    def _end_cases(self) -> None:
        if self.answers:
            self.tally.add_cases(pd.concat(self.answers, ignore_index=True), pd.concat(self.counted, ignore_index=True))

    def _turn(self, turn: Turn) -> "_Apart":
        """Judge the plain dossiers of a turn and write them; the rows of all others."""
        here = pd.DataFrame({"number": [self.number[each] for each in turn.communes], "commune": turn.communes})
        self.connection.execute("CREATE OR REPLACE TEMP TABLE here (number INTEGER, commune VARCHAR)")
        self._insert("here", here.astype({"commune": "object"}))
        selected = {
            name: sql.replace("$first", quoted(turn.first)).replace("$last", quoted(turn.last))
            for name, sql in self.packed.items()
        }
        self._find_repeated(turn)
        once = {name: f"({sql}) ANTI JOIN repeated ON repeated.h = hash(code)" for name, sql in selected.items()}
        again = {name: f"({sql}) SEMI JOIN repeated ON repeated.h = hash(code)" for name, sql in selected.items()}
        self.connection.execute(f"""CREATE OR REPLACE TEMP TABLE paired AS
            SELECT *, {pack_sql.is_certain("code")} AS is_certain FROM (
                SELECT coalesce(s.number, r.number) AS number, coalesce(s.code, r.code) AS code,
                    coalesce(s.packed, {NOTHING}) AS software_1, coalesce(r.packed, {NOTHING}) AS register_1
                FROM (FROM {once["software"]}) s FULL JOIN (FROM {once["register"]}) r
                ON s.code = r.code AND s.number = r.number)""")
        self.connection.execute(f"""CREATE OR REPLACE TEMP TABLE others AS
            SELECT *, code AS written, {pack_sql.is_certain("code")} AS is_certain FROM (
                SELECT number, code, count(s) AS rows, count(r) AS lines, count(DISTINCT facts) AS variants,
                    coalesce(min(s), {NOTHING}) AS software_1, if(rows > 1, max(s), {NOTHING}) AS software_2,
                    coalesce(min(r), {NOTHING}) AS register_1, if(lines > 1, max(r), {NOTHING}) AS register_2
                FROM (SELECT number, code, facts, packed AS s, NULL::BIGINT AS r FROM {again["software"]}
                      UNION ALL SELECT number, code, NULL, NULL, packed FROM {again["register"]})
                GROUP BY number, code)
            UNION ALL SELECT number, code, if(software_1 = {NOTHING}, 0, 1), if(register_1 = {NOTHING}, 0, 1), 1,
                software_1, {NOTHING}, register_1, {NOTHING}, code, is_certain FROM paired WHERE NOT is_certain""")
        self.connection.execute("DELETE FROM paired WHERE NOT is_certain")
        apart = self._set_apart(turn)
        self._judge_new_cases(turn.coverage)
        self._write()
        return apart

    def _find_repeated(self, turn: Turn) -> None:
        """A table of the hashes of codes that stand in a record more than once, and of a few that only share one."""
        between = f"commune BETWEEN {quoted(turn.first)} AND {quoted(turn.last)}"
        hashes = [
            self.connection.execute(
                f"SELECT hash(coalesce(dossier_id, '')) AS h FROM {self.lake.records[name].relation} WHERE {between}"
            ).fetchnumpy()["h"]
            for name in _BOTH
        ]
        with ThreadPoolExecutor(len(hashes)) as threads:  # numpy lets go of the interpreter while it sorts
            list(threads.map(np.ndarray.sort, hashes))
        twice = np.concatenate([each[1:][each[1:] == each[:-1]] for each in hashes])
        self.connection.execute("CREATE OR REPLACE TEMP TABLE repeated (h UBIGINT)")
        self._insert("repeated", pd.DataFrame({"h": np.unique(twice)}))

    def _read_codes(self) -> bool:
        """Put the code as it is read in place of one that may be written otherwise, "" where it cannot be read.

        Whether there is any.
        """
        unsure = self.connection.execute("SELECT number, written FROM others WHERE NOT is_certain AND written <> ''")
        rows = [(number, written, by_column.code(written)) for number, written in unsure.fetchall()]
        self.connection.execute("CREATE OR REPLACE TEMP TABLE codes (number INTEGER, written VARCHAR, code VARCHAR)")
        if rows:
            frame = pd.DataFrame(rows, columns=["number", "written", "code"]).astype(
                {"written": "object", "code": "object"}
            )
            self._insert("codes", frame)
            self.connection.execute(
                "UPDATE others SET code = codes.code FROM codes"
                " WHERE others.number = codes.number AND others.written = codes.written"
            )
        return bool(rows)

    def _set_apart(self, turn: Turn) -> "_Apart":
        """Take out of `paired` and `others` what no pack can hold: those rows, and all further evidence of the turn."""
        evidence = {
            name: by_column.record(name, rows_of(self.lake, name, turn.communes), self.settings)
            for name in self.lake.records if name not in _BOTH
        }  # fmt: skip
        self.connection.execute("CREATE OR REPLACE TEMP TABLE evident (number INTEGER, code VARCHAR)")
        for each in evidence.values():
            known = each.frame.loc[each.frame["dossier_id"].notna(), ["commune", "dossier_id"]]
            codes = known["dossier_id"].str.split(by_column.SEPARATOR, n=1, regex=False).str[1]
            self._insert(
                "evident", pd.DataFrame({"number": known["commune"].map(self.number), "code": codes.astype("object")})
            )
        nowhere = self.number.get("", -1)
        levels = f"~({2**packs.LEVEL_BITS - 1}::BIGINT << {packs.LEVEL_AT})"
        is_unfit = f"software_1 = {_ODD} OR register_1 = {_ODD} OR code = '' OR number = {nowhere}"
        parts = [
            f"SELECT number, code AS written FROM paired WHERE {is_unfit}",
            f"SELECT number, written FROM others WHERE {is_unfit} OR rows > {_TWO} OR lines > {_TWO}",
            f"""SELECT number, written FROM others WHERE rows > 1 AND variants > 1
                AND (software_1 & {levels}) = (software_2 & {levels})""",  # they may differ in what is not packed
        ]
        if any(len(each.frame) for each in evidence.values()):
            parts.append("SELECT number, code FROM paired SEMI JOIN evident USING (number, code)")
            parts.append("SELECT number, written FROM others SEMI JOIN evident USING (number, code)")
        if self._read_codes():  # two ways to write one code
            parts.append("""SELECT number, written FROM others SEMI JOIN (
                SELECT number, code FROM (SELECT number, code FROM others UNION ALL
                                          SELECT number, code FROM paired SEMI JOIN codes USING (number, code))
                GROUP BY ALL HAVING count(*) > 1) USING (number, code)""")
            parts.append("SELECT number, code FROM paired SEMI JOIN codes USING (number, code)")
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE apart AS {' UNION '.join(parts)}")
        for table, written in (("paired", "code"), ("others", "written")):
            self.connection.execute(
                f"DELETE FROM {table} USING apart"
                f" WHERE {table}.number = apart.number AND {table}.{written} = apart.written"
            )
        return _Apart({name: self._rows_apart(name, turn) for name in _BOTH}, evidence)

    @staticmethod
    def _among(raw: Raw, turn: Turn, table: str) -> str:
        """The rows of a record whose code as written stands in `table`."""
        return (
            f"FROM {raw.relation} r JOIN here ON here.commune = r.commune"
            f" JOIN {table} ON {table}.number = here.number AND {table}.written = coalesce(r.dossier_id, '')"
            f" WHERE r.commune BETWEEN {quoted(turn.first)} AND {quoted(turn.last)}"
        )

    def _rows_apart(self, name: str, turn: Turn) -> pd.DataFrame:
        raw = self.lake.records[name]
        names = ", ".join(f"r.{each}" for each in raw.types)
        asked = f"SELECT here.commune AS commune, {names}, r.file, r.row {self._among(raw, turn, 'apart')}"
        return self.connection.execute(f"{asked} ORDER BY r.file, r.row").df()

    def _judge_new_cases(self, coverage: Coverage) -> None:
        """Answer the cases that no turn before had; the tables of `_KNOWN` then have the case of each pack."""
        new = {kind: self._new_packs(kind) for kind in _KNOWN}
        keys = {kind: packs.cases(self.fixed, self.moved) for kind, packs in new.items() if len(packs)}
        unknown = {kind: cases[self._numbered(kind, cases).isna()].drop_duplicates() for kind, cases in keys.items()}
        some = [new[kind].some(cases.index).rows for kind, cases in unknown.items() if len(cases)]
        if some:
            first = sum(len(each) for each in self.answers)
            answers = packs.answers(Packs(np.concatenate(some)), self.settings, coverage)
            answers["number"] = range(first, first + len(answers))
            self.answers.append(answers)
            self.connection.register("given", _for_duckdb(answers))
            self.connection.execute(f"INSERT INTO answers SELECT {', '.join(_ANSWERED)} FROM given")
        for kind, cases in keys.items():
            if len(unknown[kind]):
                added = unknown[kind].assign(case=range(first, first + len(unknown[kind])))
                self.cases[kind] = pd.concat([self.cases[kind], added]) if kind in self.cases else added
                first += len(added)
            table, slots = _KNOWN[kind]
            rows = pd.DataFrame(new[kind].rows, columns=list(SLOTS))[slots]
            self._insert(table, rows.assign(number=self._numbered(kind, cases).astype("int32")))

    def _new_packs(self, kind: str) -> Packs:
        """The distinct packs of the turn that no turn before had."""
        table, slots = _KNOWN[kind]
        among, listed = ("paired" if kind == "single" else "others"), ", ".join(slots)
        columns = self.connection.execute(
            f"SELECT DISTINCT {listed} FROM {among} ANTI JOIN {table} USING ({listed})"
        ).fetchnumpy()
        rows = [columns.get(slot, np.full(len(columns[slots[0]]), NOTHING)) for slot in SLOTS]
        return Packs(np.stack(rows, axis=1).astype("int64"))

    def _numbered(self, kind: str, keys: pd.DataFrame) -> pd.Series:
        """The number of each pack's case, null where it has not been answered yet."""
        if kind not in self.cases:
            return pd.Series(None, index=keys.index, dtype="float64")
        return keys.merge(self.cases[kind], on=list(keys), how="left")["case"]

    def _write(self) -> None:
        """Count the packs of the turn by case, and write them and what is wrong with them."""
        cases = f"""(SELECT paired.number AS commune, code, software_1, {NOTHING} AS software_2, register_1,
                {NOTHING} AS register_2, known_single.number
                FROM paired JOIN known_single USING (software_1, register_1)
            UNION ALL SELECT others.number, code, {", ".join(SLOTS)}, known.number
                FROM others JOIN known USING ({", ".join(SLOTS)})) cases"""
        self.counted.append(self.connection.execute(
            f"SELECT commune, number, count(*) AS dossiers FROM {cases} GROUP BY 1, 2"
        ).df())  # fmt: skip
        joined = f"FROM {cases} JOIN answers USING (number) JOIN here ON here.number = cases.commune"
        words = ", ".join(f"answers.{word}" for word in row_by_row.DOSSIER[2:-1])
        start = packs.origin(self.settings.as_of)
        due = f"coalesce(moved_on, DATE '{start}' + ({_DUE})::INTEGER, answers.due_on)"
        self._copy("dossiers", f"SELECT here.commune, code AS dossier_id, {words}, {due} AS due_on {joined}"
                   f" LEFT JOIN moved ON moved.number = {_DUE} WHERE answers.verdict IS NOT NULL")  # fmt: skip
        is_wrong = " OR ".join(map(_is_listed, SLOTS))
        self.connection.execute(f"""CREATE OR REPLACE TEMP TABLE wrong AS
            SELECT here.commune, code, answers.* {joined} WHERE {is_wrong}""")
        self._copy("problems", " UNION ALL ".join(
            f"SELECT commune, '{slot.rpartition('_')[0]}' AS record, code AS dossier_id, NULL::VARCHAR AS file,"
            f" NULL::BIGINT AS row, coalesce({slot}_column, 'is_readable') AS \"column\", '' AS written,"
            f" coalesce({slot}_problem, 'marked_unreadable') AS problem FROM wrong WHERE {_is_listed(slot)}"
            for slot in SLOTS
        ))  # fmt: skip
        self.parts += 1

    def _copy(self, folder: str, asked: str) -> None:
        target = self.out / folder / f"part-{self.parts:05d}.parquet"
        _copy_in_order(self.connection, asked, target)

    def _judge_apart(self, apart: list["_Apart"], coverage: Coverage) -> None:
        """Judge row by row what was set apart, write it and count it; the list is empty afterwards."""
        if not apart:
            return
        reads = {
            name: by_column.record(name, _together([each.rows_of[name] for each in apart]), self.settings)
            for name in _BOTH
        }
        for name in order.EVIDENCE:
            reads[name] = by_column.together(
                name, [each.evidence[name] for each in apart if name in each.evidence], self.settings
            )
        apart.clear()
        judged = row_by_row.judged({name: each.frame for name, each in reads.items()}, self.settings, coverage)
        self.tally.add(judged, reads)
        frames = {"dossiers": judged.dossiers[row_by_row.DOSSIER], "problems": row_by_row.problems(judged, reads)}
        write(self.connection, frames, self.out, self.parts)
        self.parts += 1


def write(
    connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame], out: Path, number: int
) -> None:  # fmt: skip
    """Write frames of dossiers and problems as the part `number` of either folder, typed as all parts are."""
    kinds = {"due_on": "DATE", "row": "BIGINT", "cause_proved": "BOOLEAN"}
    for folder, frame in frames.items():
        connection.register("given", _for_duckdb(frame))
        picked = ", ".join(f'"{name}"::{kinds.get(str(name), "VARCHAR")} AS "{name}"' for name in frame)
        _copy_in_order(connection, f"SELECT {picked} FROM given", out / folder / f"part-{number:05d}.parquet")
        connection.unregister("given")


def _copy_in_order(connection: duckdb.DuckDBPyConnection, asked: str, target: Path) -> None:
    """Write what is asked for in one order whatever the threads: by commune, then dossier, then all else."""
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"COPY (SELECT * FROM ({asked}) ORDER BY ALL) TO {quoted(str(target))}"
                       " (FORMAT parquet, COMPRESSION zstd)")  # fmt: skip
    connection.execute("SET preserve_insertion_order = false")


def _is_listed(slot: str) -> str:
    """Whether a row is listed: it is a problem, or is judged and one thing in it is none."""
    return f"({slot}_fate = 'problem' OR {slot}_problem IS NOT NULL)"


@dataclass(frozen=True)
class _Apart:
    """The rows of dossiers that are not plain, by record as they lie there; and all further evidence, read."""

    rows_of: Mapping[str, pd.DataFrame]
    evidence: Mapping[str, by_column.Read]

    @property
    def rows(self) -> int:
        """How many rows wait to be judged."""
        return sum(len(each) for each in self.rows_of.values()) + sum(
            len(each.frame) for each in self.evidence.values()
        )


def _number(by: Callable[[str], int], text: str) -> int | None:
    """What stands for a text of a column of words; None where it is unknown, or not certain to be read alike."""
    try:
        return by(by_column.text(text))
    except ValueError:
        return None


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def _for_duckdb(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with texts as plain objects, which every version of DuckDB reads."""
    texts = [name for name, kind in frame.dtypes.items() if pd.api.types.is_string_dtype(kind)]
    plain = frame.astype(dict.fromkeys(texts, object))
    return plain.where(plain[texts].notna().reindex(columns=plain.columns, fill_value=True), None) if texts else plain
