"""A lake judged in this process: DuckDB reads the communes in turns, so that what stands in memory stays small.

Of each turn the rows of both records are packed into integers and brought together by commune and code (`pairing`).
Plain dossiers are answered by case (`cases`); all others go row by row through the same steps.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from audit.ground import forbidden
from audit.ground.terms import AuditError, Convention
from audit.lake import opening, pack_sql, packs, pairing, row_by_row
from audit.lake.cases import Cases, Plain
from audit.lake.counts import Counts, Tally
from audit.lake.opening import Counted, Lake, Turn, rows_of, turns
from audit.lake.pack_sql import quoted
from audit.lake.packs import NOTHING, SLOTS
from audit.reading import by_column, cells
from audit.records import order
from audit.records.coverage import Coverage
from audit.records.registry import BY_NAME

ROWS_APART = 200_000  # of dossiers that are not plain, judged together
_ODD = -9  # in place of a row's integer: it has to be read cell by cell
_TWO = 2  # rows of a dossier in one record that a pack can hold
_BOTH = ("software", "register")
_WORDS = {"status": "software", "unit": "software", "procedure": "software", "signed": "register"}
_KEY = ["number", "code"]  # a dossier's: its commune's number and its code as it is read
Progress = Callable[[int, int], None]


def judge(lake: Lake, out: Path, report_progress: Progress) -> Counts:
    """Write `out`/dossiers and `out`/problems; the counts. Every row is accounted for, else AuditError."""
    return _Judging(lake, out, report_progress).counts()


@dataclass(frozen=True)
class _Dossiers:
    """The dossiers of a turn, a row each.

    `once`: of at most one row in either record, with a code that is certain: `number`, `code`, `software_1`,
    `register_1`. `others`: `number`, `written`, the `code` read of it ("" for none), how many `rows` and `lines`, and
    the least and the greatest integer of either record in `SLOTS`.
    """

    once: pl.DataFrame
    others: pl.DataFrame

    def among(self, communes: Sequence[int]) -> "_Dossiers":
        """Those of some communes."""
        is_among = pl.col("number").is_in(list(communes))
        return _Dossiers(self.once.filter(is_among), self.others.filter(is_among))


class _Judging:
    """What is known while the turns go by: the cases answered so far, and how many dossiers of a commune are which."""

    def __init__(self, lake: Lake, out: Path, report_progress: Progress):
        self.lake, self.out, self.report_progress = lake, out, report_progress
        self.connection, self.settings = lake.connection, lake.settings
        self.communes = lake.communes
        self.number = {commune: at for at, commune in enumerate(self.communes)}
        self.tally = Tally(self.communes)
        self.cases: dict[Coverage, Cases] = {}
        self.apart: dict[Coverage, list[_Apart]] = {}
        self.parts = 0
        for folder in ("dossiers", "problems"):
            (out / folder).mkdir()
        self.connection.execute("SET preserve_insertion_order = true")
        self.connection.execute("CREATE OR REPLACE TABLE here (number INTEGER, commune VARCHAR)")
        here = pd.DataFrame({"number": range(len(self.communes)), "commune": self.communes})
        self._insert("here", here.astype({"commune": "object"}))
        self.packed = self._sql_of_packs()

    def counts(self) -> Counts:
        """Judge all turns."""
        in_turns, done = turns(self.lake), 0
        total = sum(turn.rows for turn in in_turns)
        with ThreadPoolExecutor(1) as ahead:  # the rows of the next turn are read while those of one are judged
            read_ = [ahead.submit(self._read, turn) for turn in in_turns[:1]]
            for turn, following in zip_longest(in_turns, in_turns[1:]):
                rows = read_.pop().result()
                if following is not None:
                    read_.append(ahead.submit(self._read, following))
                self._turn(turn, _dossiers(*rows))
                done += turn.rows
                self.report_progress(done, total)
        for coverage, cases in self.cases.items():
            self._write(cases, cases.waiting())
            self._judge_apart(coverage)
            if cases.counted:
                self.tally.add_cases(cases.answers, pd.concat(cases.counted, ignore_index=True))
        for name, raw in self.lake.records.items():
            self.tally.read(name, raw.rows)
        return self.tally.counts()

    def _sql_of_packs(self) -> dict[str, str]:
        """The SQL that packs a row of either record; `here`: the numbers of communes."""
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
            joins = " ".join(
                f"LEFT JOIN word_{word} ON word_{word}.text = r.{word}" for word in known if _WORDS[word] == name
            )
            sql[name] = (
                f"SELECT here.number AS number, coalesce(r.dossier_id, '') AS code,"
                f" coalesce({packed}, {_ODD}) AS packed, r.row AS row"
                f" FROM {self.lake.records[name].relation} r JOIN here ON here.commune = r.commune {joins}"
                " WHERE r.commune BETWEEN $first AND $last"
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
            self.connection.execute(f"CREATE OR REPLACE TABLE word_{word} (text VARCHAR, id BIGINT)")
            frame = pd.DataFrame(rows, columns=["text", "id"]).astype({"text": "object", "id": "Int64"})
            self._insert(f"word_{word}", frame)
            learnt.append(word)
        return learnt

    def _insert(self, table: str, frame: pd.DataFrame) -> None:
        self.connection.register("given", frame)
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM given")
        self.connection.unregister("given")

    def _turn(self, turn: Turn, dossiers: _Dossiers) -> None:
        """Judge the plain dossiers of a turn and write them; set the rows of all others apart."""
        by_coverage: dict[Coverage, list[str]] = {}
        register = self._register(turn, dossiers)
        for commune in turn.communes:
            by_coverage.setdefault(self.lake.coverage_with(register, commune), []).append(commune)
        for coverage, communes in by_coverage.items():
            if len(by_coverage) == 1:
                self._judge(turn, coverage, communes, dossiers)
            else:
                self._judge(turn, coverage, communes, dossiers.among([self.number[each] for each in communes]))

    def _read(self, turn: Turn) -> list[pl.DataFrame]:
        """The rows of either record, commune after commune: its `number`, `code` as written, `packed`, `row`."""
        with self.connection.cursor() as connection:
            asked = [
                self.packed[name].replace("$first", quoted(turn.first)).replace("$last", quoted(turn.last))
                for name in _BOTH
            ]
            return [pairing.in_order(pl.DataFrame(connection.sql(each)).rechunk()) for each in asked]

    def _register(self, turn: Turn, dossiers: _Dossiers) -> Counted:
        """The lines of the register in the communes of a turn."""
        raw = self.lake.records["register"]
        wrong = dossiers.others.filter((pl.col("code") == "") & (pl.col("lines") > 0))["written"].unique().to_list()
        here = replace(raw, relation=f"(SELECT * FROM {raw.relation} WHERE {_between(turn)})")
        codes = [*wrong, None] if "" in wrong else wrong
        return replace(opening.uncoded(self.connection, "register", here, self.settings, codes), rows=raw.rows)

    def _judge(self, turn: Turn, coverage: Coverage, communes: Sequence[str], dossiers: _Dossiers) -> None:
        """Judge and write the plain dossiers of some communes of one coverage; set the rows of all others apart."""
        plain, apart = self._set_apart(turn, communes, dossiers)
        self.apart.setdefault(coverage, []).append(apart)
        if coverage not in self.cases:
            self.cases[coverage] = Cases(self.settings, coverage)
        cases = self.cases[coverage]
        self._write(cases, cases.known(plain))
        if sum(each.rows for each in self.apart[coverage]) > ROWS_APART:
            self._judge_apart(coverage)

    def _set_apart(
        self, turn: Turn, communes: Sequence[str], dossiers: _Dossiers
    ) -> tuple[Mapping[str, pl.DataFrame], "_Apart"]:
        """The dossiers that packs can hold, by kind; the rows of all others, with all further evidence."""
        once, others = dossiers.once, dossiers.others
        evidence = {
            name: by_column.record(name, rows_of(self.lake, name, communes), self.settings)
            for name in self.lake.records if name not in _BOTH
        }  # fmt: skip
        evident = self._evident(evidence)
        unsure = others.filter(~pl.col("is_certain") & (pl.col("code") != "")).select(_KEY)
        touched = _places(once, unsure)  # two ways to write one code
        twice = pl.concat([others.select(_KEY), once[touched].select(_KEY)]).group_by(_KEY).len()
        nowhere = self.number.get("", NOTHING)
        is_unfit = (pl.col("number") == nowhere) | (pl.col("software_1") == _ODD) | (pl.col("register_1") == _ODD)
        places = np.concatenate([
            touched, _places(once, evident), once.select(is_unfit.arg_true()).to_series().to_numpy()
        ]).astype("int64")  # fmt: skip
        is_unfit |= (pl.col("code") == "") | (pl.col("rows") > _TWO) | (pl.col("lines") > _TWO)
        written = [
            others.filter(is_unfit),
            others.join(twice.filter(pl.col("len") > 1), on=_KEY, how="semi"),
            others.join(evident, on=_KEY, how="semi"),
            self._varied(turn, others.filter(~is_unfit)),
        ]
        named = pl.concat([each.select("number", "written") for each in written]).unique()
        apart = pl.concat([named, once[places].select("number", pl.col("code").alias("written")).unique()])
        if len(places):
            is_plain = np.ones(len(once), dtype=bool)
            is_plain[places] = False
            once = once.filter(pl.Series(is_plain))
        plain = {"once": once, "twice": others.join(named, on=["number", "written"], how="anti")}
        return plain, _Apart(self._rows_apart(turn, apart), evidence)

    def _evident(self, evidence: Mapping[str, by_column.Read]) -> pl.DataFrame:
        """The dossiers that further evidence names."""
        found: list[tuple[int, str]] = []
        for each in evidence.values():
            known = each.frame.loc[each.frame["dossier_id"].notna(), ["commune", "dossier_id"]]
            codes = known["dossier_id"].str.split(by_column.SEPARATOR, n=1, regex=False).str[1]
            found += zip(known["commune"].map(self.number), codes, strict=True)
        schema = {"number": pl.Int32, "code": pl.String}
        return pl.DataFrame(sorted(set(found)), schema=schema, orient="row")

    def _varied(self, turn: Turn, others: pl.DataFrame) -> pl.DataFrame:
        """Of dossiers of two rows packed alike, their levels aside, those that differ in what is not packed."""
        levels = ~((2**packs.LEVEL_BITS - 1) << packs.LEVEL_AT)
        is_alike = (pl.col("software_1") & levels) == (pl.col("software_2") & levels)
        alike = others.filter((pl.col("rows") > 1) & is_alike)
        if alike.is_empty():
            return alike
        self._name("alike", alike)
        raw = self.lake.records["software"]
        facts = ", ".join(f"r.{fact}" for fact in raw.types if fact in BY_NAME["software"].facts)
        asked = f"""SELECT alike.number AS number, alike.written AS written {self._among("software", turn, "alike")}
            GROUP BY ALL HAVING count(DISTINCT row({facts})) > 1"""
        return alike.join(pl.DataFrame(self.connection.sql(asked)), on=["number", "written"], how="semi")

    def _name(self, table: str, dossiers: pl.DataFrame) -> None:
        """A table of the numbers and written codes of some dossiers."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} (number INTEGER, written VARCHAR)")
        columns = {name: dossiers[name].to_list() for name in ("number", "written")}
        self._insert(table, pd.DataFrame(columns).astype({"number": "int32", "written": "object"}))

    def _among(self, name: str, turn: Turn, table: str) -> str:
        """The rows of a record whose code as written stands in `table`."""
        return (
            f"FROM {self.lake.records[name].relation} r JOIN here ON here.commune = r.commune"
            f" JOIN {table} ON {table}.number = here.number AND {table}.written = coalesce(r.dossier_id, '')"
            f" WHERE r.{_between(turn)}"
        )

    def _rows_apart(self, turn: Turn, apart: pl.DataFrame) -> dict[str, pd.DataFrame]:
        """The rows of some dossiers by record, as they lie there."""
        if apart.is_empty():
            return {}
        self._name("apart", apart)
        found = {}
        for name in _BOTH:
            names = ", ".join(f"r.{each}" for each in self.lake.records[name].types)
            asked = f"SELECT here.commune AS commune, {names}, r.file, r.row {self._among(name, turn, 'apart')}"
            found[name] = self.connection.execute(f"{asked} ORDER BY r.file, r.row").df()
        return found

    def _write(self, cases: Cases, plain: Plain | None) -> None:
        """Write dossiers whose cases are known and what is wrong with them, in the order of communes."""
        if plain is None:
            return
        for folder, frame in cases.written(plain, self.communes).items():
            target = self.out / folder / f"part-{self.parts:05d}.parquet"
            try:
                with forbidden.said_of(target):
                    frame.write_parquet(target, compression="zstd", compression_level=1)
            except pl.exceptions.ComputeError as error:
                if opening.FULL not in f"{error}":
                    raise
                raise AuditError("disk_full", file=target.name) from error
        self.parts += 1

    def _judge_apart(self, coverage: Coverage) -> None:
        """Judge row by row what was set apart of communes of one coverage, write it and count it."""
        apart = self.apart.pop(coverage, [])
        if not sum(each.rows for each in apart):
            return
        reads = {}
        for name in _BOTH:
            rows = [each.rows_of[name] for each in apart if name in each.rows_of]
            reads[name] = (
                by_column.record(name, pd.concat(rows, ignore_index=True), self.settings)
                if rows
                else by_column.together(name, [], self.settings)
            )
        for name in order.EVIDENCE:
            reads[name] = by_column.together(
                name, [each.evidence[name] for each in apart if name in each.evidence], self.settings
            )
        judged = row_by_row.judged({name: each.frame for name, each in reads.items()}, self.settings, coverage)
        self.tally.add(judged, reads)
        frames = {"dossiers": judged.dossiers[row_by_row.DOSSIER], "problems": row_by_row.problems(judged, reads)}
        write(self.connection, frames, self.out, self.parts)
        self.parts += 1


def _dossiers(software: pl.DataFrame, register: pl.DataFrame) -> _Dossiers:
    """The dossiers of the rows of both records; rows of one code as written are of one dossier of their commune."""
    found = pairing.paired(software, register)
    in_software, in_register = found.software != NOTHING, found.register != NOTHING
    is_alone = ~in_software
    rows, lines = found.software[in_software], found.register[is_alone]
    code = pl.concat([software["code"].gather(rows), register["code"].gather(lines)])
    once = pl.DataFrame({
        "number": pl.concat([software["number"].gather(rows), register["number"].gather(lines)]),
        "code": code,
        "software_1": _packed(software, found.software, in_software),
        "register_1": _packed(register, found.register, in_register),
    })  # fmt: skip
    s, r = pl.col("s"), pl.col("r")
    ends = {"software_1": s.min(), "software_2": s.max(), "register_1": r.min(), "register_2": r.max()}
    seconds = {"software_2": pl.col("rows") > 1, "register_2": pl.col("lines") > 1}
    others = (
        pl.concat([
            software[found.other_software].select("number", "code", s="packed", r=pl.lit(None, pl.Int64)),
            register[found.other_register].select("number", "code", s=pl.lit(None, pl.Int64), r="packed"),
        ])
        .group_by("number", pl.col("code").alias("written"), maintain_order=True)
        .agg(s.count().alias("rows"), r.count().alias("lines"), **ends)
        .with_columns(pl.when(is_there).then(slot).alias(slot) for slot, is_there in seconds.items())
        .with_columns(pl.col(SLOTS).fill_null(NOTHING))
    )  # fmt: skip
    is_certain = pairing.are_certain(code)
    if not is_certain.all():
        of_one = once.filter(~pl.Series(is_certain)).rename({"code": "written"})
        once = once.filter(pl.Series(is_certain))
        counted = [
            (pl.col(slot) != NOTHING).cast(pl.UInt32).alias(name)
            for slot, name in (("software_1", "rows"), ("register_1", "lines"))
        ]
        second = [pl.lit(NOTHING, pl.Int64).alias(slot) for slot in ("software_2", "register_2")]
        others = pl.concat([others, of_one.with_columns(*counted, *second).select(others.columns)])
    return _Dossiers(once, _with_codes(others))


def _packed(rows: pl.DataFrame, places: np.ndarray, is_there: np.ndarray) -> np.ndarray:
    packed = np.full(len(places), NOTHING, dtype="int64")
    packed[is_there] = rows["packed"].to_numpy()[places[is_there]]
    return packed


def _with_codes(others: pl.DataFrame) -> pl.DataFrame:
    """With the `code` that is read of each written one, and whether it `is_certain` without reading it."""
    is_certain = pl.Series("is_certain", pairing.are_certain(others["written"]), dtype=pl.Boolean)
    unsure = others["written"].filter(~is_certain).unique().to_list()
    read_ = pl.DataFrame(
        {"written": unsure, "code": [by_column.code(written) for written in unsure]},
        schema={"written": pl.String, "code": pl.String},
    )
    return (
        others.with_columns(is_certain)
        .join(read_, on="written", how="left", maintain_order="left")
        .with_columns(pl.col("code").fill_null(pl.col("written")))
    )


def _places(once: pl.DataFrame, dossiers: pl.DataFrame) -> np.ndarray:
    """Where some dossiers stand in `once`."""
    if dossiers.is_empty():
        return np.zeros(0, dtype="int64")
    return once.select(_KEY).with_row_index("at").join(dossiers, on=_KEY, how="semi")["at"].to_numpy().astype("int64")


def _between(turn: Turn) -> str:
    return f"commune BETWEEN {quoted(turn.first)} AND {quoted(turn.last)}"


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


def _for_duckdb(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with texts as plain objects, which every version of DuckDB reads."""
    texts = [name for name, kind in frame.dtypes.items() if pd.api.types.is_string_dtype(kind)]
    plain = frame.astype(dict.fromkeys(texts, object))
    return plain.where(plain[texts].notna().reindex(columns=plain.columns, fill_value=True), None) if texts else plain
