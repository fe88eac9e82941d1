"""A lake of dossiers gives the answers of the audits of its communes: every verdict, every problem, every count."""

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random

import duckdb
import many
import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import XA_MAU
from tables import DAYS, counting, decided, kinds_of, typed
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once
from audit.ground import terms
from audit.ground.frames import for_steps, in_pandas
from audit.ground.terms import AuditError, Convention, Fate, Grade, Status, Verdict
from audit.judging import steps, summarise, validate
from audit.lake import cases, dask_spark, duck, lake, lake_settings, opening, packs, pairing, source
from audit.reading import by_column, load
from audit.reading.office import Commune, DueDates, OfficeFile, Period, RecordsKept
from audit.records import coverage, order
from audit.records.registry import JUDGED_RECORDS, RECORDS

SAID = [
    "dossier_id", "verdict", "grade", "rule", "cause", "cause_proved", "apology", "population", "found_in", "due_on",
]  # fmt: skip
LACKS = {"xã không sổ": ("register",), "xã không phiếu": ("control_slips", "stops")}
UNCODED = {  # records with rows without a code; the software has some everywhere
    "xã Mẫu B": ("register",), "xã không sổ": ("control_slips", "stops", "explanations"),
    "xã không phiếu": ("result_papers", "apologies"),
}  # fmt: skip
KEPT = {
    "said": RecordsKept(kept=("control_slips", "result_papers", "stops"), complete=("stops",)),
    "not said": RecordsKept(),
}  # fmt: skip
FURTHER = order.EVIDENCE
RARE = {"paper_without_number", "stop_without_end", "stopped_after_closed"}  # in the commune worked by hand
NAMED = {"names_another_applicant", "names_another_procedure"}  # a lake compares no names
LETTER = "Phiếu yêu cầu bổ sung hồ sơ"
UNREAD = {"marked_unreadable", "empty", "unreadable_day", "unreadable_code", "unknown_word", "unknown_unit"}
TERMS = "procedure,term,unit,in_force_from,in_force_to,source\nx,5,workdays,,,hư cấu\ny,40,hours,,,hư cấu\n"
DAYS_GIVEN = {"as_of": "2025-05-05", "first_on": "2025-04-01", "last_on": "2025-04-30"}
ENGINES = [
    "duckdb",
    pytest.param("dask", marks=pytest.mark.skipif(not find_spec("dask"), reason="Dask is not installed")),
    pytest.param(
        "spark",
        marks=pytest.mark.skipif(not (find_spec("pyspark") and shutil.which("java")), reason="Spark is not here"),
    ),
]


# Made-up lakes


def settings(records: RecordsKept = KEPT["said"], conventions=tuple(Convention)) -> lake_settings.Settings:
    office = OfficeFile(
        office=Commune(name="tỉnh Mẫu"), as_of=DAYS["as_of"], made_up=True,
        period=Period(first_on=DAYS["period_first_on"], last_on=DAYS["period_last_on"]),
        records=records, due_dates=DueDates(conventions=conventions),
    )  # fmt: skip
    return lake_settings.as_said(office, {"procedures.csv": TERMS.encode()})


@cache
def drawn() -> dict[str, dict[str, pd.DataFrame]]:
    """Typed records of four communes with every awkward case; two lack some records, three have rows without a code."""
    found = {}
    for seed, commune in enumerate(("xã Mẫu A", "xã Mẫu B", *LACKS)):
        records = {name: typed(columns, kinds_of(name)) for name, columns in many.records(800, seed).items()}
        for rows in records.values():
            rows["dossier_id"] = rows["dossier_id"].str.upper()
        records["software"]["procedure"] = records["software"]["procedure_key"]
        uncoded = ("software", *UNCODED.get(commune, ()))
        listed_otherwise(records)
        found[commune] = {
            name: rows.iloc[:0] if name in LACKS.get(commune, ()) else awkward(name, rows, is_coded=name not in uncoded)
            for name, rows in records.items()
        }
    return found


def listed_otherwise(records: dict[str, pd.DataFrame]) -> None:
    """Some results become letters by their title, others by the number and day of a stop or an apology."""
    papers = records["result_papers"]
    papers["title"] = pd.Series([(None, LETTER, "Quyết định")[at % 3] for at in papers.index], dtype="str")
    papers["is_result"] = (papers["title"] != LETTER).astype("boolean")
    for name, at, begins, ends in (("stops", 1, "from_on", "to_on"), ("apologies", 2, "dated_on", "new_due_on")):
        some = papers.iloc[at::5].copy()
        days = {begins: some["issued_on"], ends: some["issued_on"] + pd.Timedelta(days=3)}
        more = some[["dossier_id", "number", "is_readable", "is_struck"]].assign(**days)
        records[name] = pd.concat([records[name], more], ignore_index=True).astype(records[name].dtypes)


def awkward(name: str, rows: pd.DataFrame, *, is_coded: bool) -> pd.DataFrame:
    """Some rows more: other dossiers with a day moved far or due at once, unreadable, without a code, and repeated ones."""
    random = Random(name)
    more = rows.sample(400, random_state=3, replace=True).reset_index(drop=True)
    first = {"software": 0, "register": 100}.get(name, 280)  # so that some stand in one record only, some in none
    more["dossier_id"] = [f"N{at // (2 if name in FURTHER else 1) + first:04d}" for at in range(len(more))]
    for day in (column for column in rows if rows[column].dtype.kind == "M"):
        moved = [pd.Timedelta(days=random.choice((0, 0, 0, 0, -400, -30, -3, 3, 40, 90))) for _ in range(len(more))]
        more[day] = (more[day] + pd.Series(moved)).mask(pd.Series(random.random() < 0.1 for _ in moved))
    if name == "software":
        more["status"] = [random.choice((None, *Status)) for _ in range(len(more))]
        at_once = [pd.Timedelta(seconds=random.choice((-7200, -61, -59, 0, 20, 59, 60, 3600))) for _ in range(60)]
        more.loc[10:69, "due_at"] = more.loc[10:69, "received_at"] + pd.Series(at_once, index=range(10, 70))
        more.loc[10:69, "closed_at"] = more.loc[10:69, "closed_at"].mask(
            pd.Series([random.random() < 0.5 for _ in at_once], index=range(10, 70)), more["due_at"]
        )
    for needed, spec in RECORDS[name].items():
        if not spec.may_be_empty:
            more["is_readable"] &= more[needed].notna()
    more.loc[:9, "is_readable"] = False
    if not is_coded:
        more.loc[5:9, "dossier_id"] = None
    twice = pd.concat([rows.sample(15, random_state=seed, replace=True) for seed in (4, 5)]).reset_index(drop=True)
    if name == "software":
        twice.loc[:9, "channel"] = "online"
        twice.loc[5:19, "unit_level"] = "upper_level"
    everything = pd.concat([rows, more, twice, twice[25:]], ignore_index=True)
    return everything.assign(seq=range(1, len(everything) + 1))


def write(
    folder: Path, communes: dict[str, dict[str, pd.DataFrame]], order: str = "commune"
) -> dict[str, source.Source]:
    """The records as Parquet files, a file a commune."""
    connection = duckdb.connect()
    for number, (commune, records) in enumerate(communes.items()):
        for name, rows in records.items():
            wanted = {*source.READ[name], *by_column.GIVEN}
            given = rows[[column for column in rows if column in wanted]].assign(commune=commune)
            texts = [column for column in given if pd.api.types.is_string_dtype(given[column])]
            connection.register("given", given.astype(dict.fromkeys(texts, object)))
            (folder / name).mkdir(parents=True, exist_ok=True)
            connection.execute(f"COPY given TO '{folder / name / f'{number}.parquet'}' (FORMAT parquet)")
    return {name: source.parsed(name, str(folder / name)) for name in JUDGED_RECORDS}


@cache
def audited(commune: str, said: str) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The records of one commune validated, and its dossiers judged, step by step."""
    given = drawn()[commune]
    records = validate.records({name: for_steps(rows) for name, rows in given.items()}, **DAYS)
    counted = counting("procedure | term | unit\nx | 5 | workdays\ny | 40 | hours")
    return records, decided(records, counted, covered(given, KEPT[said]), tuple(Convention))[1]


def covered(given: dict[str, pd.DataFrame], said: RecordsKept) -> coverage.Coverage:
    """What has been seen of a commune's records."""
    further = {name: rows for name, rows in given.items() if name != "software"}
    unseen = [name for name, rows in further.items() if rows["dossier_id"].isna().any()]
    return coverage.seen(said.kept, {name: len(rows) for name, rows in further.items()}, unseen, said.complete)


# What a run wrote


def rows_of(out: Path, folder: str) -> pd.DataFrame:
    return duckdb.sql(f"SELECT * FROM '{out / folder}/*.parquet'").df()


def plain(rows: pd.DataFrame) -> list[tuple]:
    """The rows as plain values in an order of their own."""
    found = rows.astype(object).where(rows.notna(), None)
    return sorted(tuple(str(each) for each in row) for row in found.itertuples(index=False))


def counts_of(out: Path, commune: str) -> dict[tuple[str, str, str], int]:
    rows = duckdb.sql(f"SELECT * FROM '{out}/counts/communes.parquet'").df()
    rows = rows[rows["commune"] == commune]
    found = {(row.table, row.key, row.measure): row.value for row in rows.itertuples() if row.value}
    return {key: value for key, value in found.items() if key[2] != "left_out"}


def expected_counts(records: dict[str, pl.DataFrame], judged: pl.DataFrame) -> dict[tuple[str, str, str], int]:
    """The counts of an audit of the commune, from `summarise`."""
    found = Counter()
    for table, rows in {
        "verdict": summarise.by_verdict(judged), "grade": summarise.by_grade(judged),
        "population": summarise.by_population(judged),
        "found_in": summarise.by_found_in(judged), "apology": summarise.by_apology(judged),
        "late_in_software": summarise.late_in_software(judged), "in_time_in_software": summarise.in_time_in_software(judged),
    }.items():  # fmt: skip
        found |= {(table, word, "dossiers"): dossiers for word, dossiers in rows.iter_rows()}
    for verdict, cause, is_proved, dossiers in summarise.by_cause(judged).iter_rows():
        found["cause", f"{verdict}/{cause}/{'proved' if is_proved else 'claimed'}", "dossiers"] = dossiers
    for verdict, rule, dossiers in summarise.undecided(judged).iter_rows():
        found["undecided", f"{verdict}/{rule}", "dossiers"] = dossiers
    for closed, dossiers, overturned in summarise.traced(judged).iter_rows():
        found |= {("traced", closed, "dossiers"): dossiers, ("traced", closed, "overturned"): overturned}
    unread = summarise.unread(records["software"], judged)
    found["accounting", "software", "unread"] = unread
    for answer in summarise.on_time(judged, unread=unread):
        for measure, value in {
            "on_time": answer.share.numerator, "of": answer.share.denominator, "at_least": answer.at_least.numerator,
            "at_most": answer.at_most.numerator, "range_of": answer.at_most.denominator,
        }.items():  # fmt: skip
            found["on_time", answer.definition, measure] = value
    for name, rows in records.items():
        fates = Counter(rows["fate"])
        found |= {
            ("accounting", name, "rows"): len(rows), ("accounting", name, "judged"): fates[Fate.JUDGED],
            ("accounting", name, "problems"): fates[Fate.PROBLEM],
            ("accounting", name, "duplicates"): fates[Fate.DUPLICATE],
        }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def found_impossible(records: dict[str, pl.DataFrame]) -> list[tuple]:
    """What `validate` finds wrong, a row a problem: record, code, problem."""
    wrong = [
        rows.filter(pl.col("problem").is_not_null()).select(pl.lit(name), "dossier_id", "problem")
        for name, rows in records.items()
    ]
    return plain(in_pandas(pl.concat(wrong)))


def listed_impossible(out: Path, commune: str) -> list[tuple]:
    rows = rows_of(out, "problems")
    rows = rows[(rows["commune"] == commune) & ~rows["problem"].isin(UNREAD)]
    return plain(rows[["record", "dossier_id", "problem"]])


# The same answers


@pytest.fixture
def small_turns(monkeypatch):
    """Turns of about one commune, so that several are taken."""
    monkeypatch.setattr(opening, "ROWS_A_TURN", 6_000)
    monkeypatch.setattr(duck, "ROWS_APART", 500)
    monkeypatch.setattr(cases, "DOSSIERS_WAITING", 300)
    monkeypatch.setattr(dask_spark, "ROWS_A_SHARE", 6_000)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_commune_of_a_lake_is_judged_as_by_its_own_audit(engine, tmp_path, small_turns):
    compare_with_audits(engine, "said", tmp_path)


def test_where_nobody_said_what_is_kept_a_lake_judges_as_an_audit_does(tmp_path, small_turns):
    compare_with_audits("duckdb", "not said", tmp_path)


def test_communes_of_different_records_are_judged_alike_in_one_turn(tmp_path):
    compare_with_audits("duckdb", "said", tmp_path)


def test_codes_and_packs_that_share_their_numbers_are_judged_as_others(tmp_path, small_turns, monkeypatch):
    monkeypatch.setattr(pairing, "hashed", lambda rows: np.zeros(len(rows), dtype="uint64"))
    monkeypatch.setattr(cases, "mixed", lambda rows, _: np.zeros(len(rows), dtype="uint64"))
    compare_with_audits("duckdb", "said", tmp_path)


def test_a_lake_judged_again_has_the_same_bytes(tmp_path, small_turns):
    sources = write(tmp_path / "kho", drawn())
    first, second = (lake.judge(sources, settings(), tmp_path / name, workers=2).out for name in ("one", "two"))
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert len(files) > len(drawn())
    assert files == [path.relative_to(second) for path in sorted(second.rglob("*")) if path.is_file()]
    assert [(first / file).read_bytes() for file in files] == [(second / file).read_bytes() for file in files]


def test_a_lake_whose_rows_are_read_in_another_order_has_the_same_bytes(tmp_path, small_turns, monkeypatch):
    sources = write(tmp_path / "kho", drawn())
    first = lake.judge(sources, settings(), tmp_path / "one").out
    in_order = pairing.in_order
    monkeypatch.setattr(pairing, "in_order", lambda rows: in_order(rows.sample(fraction=1, shuffle=True, seed=0)))
    second = lake.judge(sources, settings(), tmp_path / "two").out
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert [(first / file).read_bytes() for file in files] == [(second / file).read_bytes() for file in files]


def compare_with_audits(engine: str, said: str, tmp_path: Path) -> None:
    done = lake.judge(write(tmp_path / "kho", drawn()), settings(KEPT[said]), tmp_path / "out", engine=engine)
    dossiers = rows_of(done.out, "dossiers")
    assert set(dossiers["verdict"]) == set(Verdict)
    assert set(dossiers["grade"].dropna()) == (set(Grade) if said == "said" else {Grade.BY_BOTH_RECORDS})
    for commune in drawn():
        records, judged = audited(commune, said)
        assert plain(dossiers.loc[dossiers["commune"] == commune, SAID]) == plain(in_pandas(judged)[SAID])
        assert listed_impossible(done.out, commune) == found_impossible(records)
        assert counts_of(done.out, commune) == expected_counts(records, judged)
    assert done.dossiers == len(dossiers) == sum(len(audited(commune, said)[1]) for commune in drawn())


def test_the_data_above_has_every_problem_there_is():
    found = {problem for commune in drawn() for _, _, problem in found_impossible(audited(commune, "said")[0])}
    words = set(re.findall(r'"([a-z_]+)"', Path(validate.__file__).read_text("utf-8")))
    assert found >= {word for word in words if terms.has(f"problem.{word}")} - RARE - NAMED


def test_the_made_up_commune_worked_by_hand_is_judged_alike_in_a_lake(tmp_path):
    office = load.office(XA_MAU)
    records = validate.records(office.records, **office.days)
    _, judged = steps.held_and_judged(office, records)
    given = {name: in_pandas(rows) for name, rows in office.records.items()}
    sources = write(tmp_path / "kho", {"xã Mẫu": given})
    done = lake.judge(sources, lake_settings.read(XA_MAU / "office.toml"), tmp_path / "out")
    assert plain(rows_of(done.out, "dossiers")[SAID]) == plain(in_pandas(judged)[SAID])
    assert listed_impossible(done.out, "xã Mẫu") == found_impossible(records)
    assert counts_of(done.out, "xã Mẫu") == expected_counts(records, judged)


# Reading


def csv(folder: Path, name: str, text: str) -> source.Source:
    """A CSV file of one record from a table drawn with bars."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8-sig")
    return source.parsed(name, str(folder / f"{name}.csv"))


def written(tmp_path: Path, **records: str) -> dict[str, source.Source]:
    return {name: csv(tmp_path, name, text) for name, text in records.items()}


def judged(tmp_path: Path, software: str, register: str, **more) -> lake.Done:
    """What comes of an office that keeps no further record, but for those given."""
    sources = written(tmp_path, software=software, register=register, **more)
    return lake.judge(sources, settings(RecordsKept(kept=())), tmp_path / "out")


def verdicts(done: lake.Done) -> dict[tuple[str, str], str]:
    return {(row.commune, row.dossier_id): row.verdict for row in rows_of(done.out, "dossiers").itertuples()}


def problems(done: lake.Done) -> list[tuple]:
    return plain(rows_of(done.out, "problems")[["file", "row", "column", "written", "problem"]])


def test_texts_are_read_as_those_of_an_audits_folder(tmp_path):
    done = judged(
        tmp_path,
        """
        Xã | Mã hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc | Trạng thái
        A | 000.17.53.H48-250401-0001 | 01/04/2025 08:00 | 08/04/2025 | 08/04/2025 17:30 | Đã trả kết quả
        A | 000.17.53.H48-250401-0002 | 1-4-2025 | 2025-04-08T17:00:00+07:00 | 17 giờ 00 ngày 09/04/2025 | 10
        A | h48.53.17-250401-OOO3 | 01/04/2025 | 08/04/2025 | 31/04/2025 | 10
        A | 000.17.53.H48-250401-0004 | 01/04/2025 | 08/04/2025 | 08/04/2025 | không rõ
        A | Tổng cộng | | | |
        """,
        """
        Xã | Mã hồ sơ | Tên cá nhân | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | signed | applicant
        A | 000.17.53.H48-250401-0001 | | 01/04/2025 | 08/04/2025 | 08/04/2025 | Người Mẫu | người mẫu
        A | 000 17 53 H48 250401 0002 | | 01/04/2025 | 08/04/2025 | 08/04/2025 | ........ |
        """,
    )
    assert verdicts(done) == {
        ("A", "000.17.53.H48-250401-0001"): "on_time",
        ("A", "000.17.53.H48-250401-0002"): "not_proved",
        ("A", "000.17.53.H48-250401-0003"): "not_proved",  # nobody can read when it was closed
        ("A", "000.17.53.H48-250401-0004"): "not_proved",  # nor what became of it
    }
    assert problems(done) == [
        ("software.csv", "4", "closed_at", "31/04/2025", "unreadable_day"),
        ("software.csv", "5", "status", "không rõ", "unknown_word"),
    ]
    assert counts_of(done.out, "A")["accounting", "software", "rows"] == 5


def test_a_closing_after_the_hour_of_the_limit_counts_by_the_time_stamp_only_where_an_hour_is_written(tmp_path):
    done = judged(
        tmp_path,
        """
        commune | dossier_id | received_at | due_at | closed_at
        A | 1 | 01/04/2025 | 08/04/2025 | 08/04/2025 17:30
        A | 2 | 01/04/2025 | 08/04/2025 00:00 | 08/04/2025 17:30
        A | 3 | 01/04/2025 | 2025-04-08 17:00:00 | 08/04/2025 17:30
        """,
        "commune | dossier_id | returned_on\nA | 9 | 08/04/2025",
    )
    counts = counts_of(done.out, "A")
    assert counts["on_time", "software_by_day", "on_time"] == 3
    assert counts["on_time", "software_by_timestamp", "on_time"] == 1


def test_two_ways_to_write_one_code_are_one_dossier_and_two_communes_with_one_code_are_two(tmp_path):
    done = judged(
        tmp_path,
        """
        commune | dossier_id | received_at | due_at | closed_at
        A | hs-1 | 01/04/2025 | 08/04/2025 | 08/04/2025
        A | HS -1 | 01/04/2025 | 08/04/2025 | 09/04/2025
        B | HS-1 | 01/04/2025 | 08/04/2025 | 08/04/2025
        B | HS-2 | 01/04/2025 | 08/04/2025 | 08/04/2025
        B | HS-2 | 01/04/2025 | 08/04/2025 | 08/04/2025
        B | HS-3 | 01/04/2025 | 08/04/2025 | 08/04/2025
        """,
        "commune | dossier_id | returned_on\nB | hs-1 | 08/04/2025\nC | hs-2 | 08/04/2025\nC | HS-3 | 08/04/2025",
    )
    assert verdicts(done) == {
        ("B", "HS-1"): "on_time", ("B", "HS-2"): "on_time_not_checked", ("C", "HS-2"): "only_in_register",
        ("B", "HS-3"): "on_time_not_checked", ("C", "HS-3"): "only_in_register",
    }  # fmt: skip
    accounted = {key[2]: n for key, n in counts_of(done.out, "B").items() if key[:2] == ("accounting", "software")}
    assert accounted == {"rows": 4, "judged": 3, "duplicates": 1}
    assert counts_of(done.out, "A")["accounting", "software", "problems"] == 2


def test_a_row_without_a_commune_is_a_problem_and_never_lost(tmp_path):
    done = judged(
        tmp_path,
        "commune | dossier_id | received_at | due_at | closed_at\n | 1 | 01/04/2025 | 08/04/2025 | 08/04/2025",
        "commune | dossier_id | returned_on\nA | 1 | 08/04/2025",
    )
    assert verdicts(done) == {("A", "1"): "only_in_register"}
    assert [problem[2:] for problem in problems(done)] == [("commune", "", "empty")]


def test_two_turns_of_which_one_has_no_second_rows_are_judged_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "ROWS_A_TURN", 1)
    monkeypatch.setattr(cases, "DOSSIERS_WAITING", 0)
    row = "08/04/2025 | 08/04/2025"
    done = judged(
        tmp_path,
        f"""
        commune | dossier_id | received_at | due_at | closed_at
        A | 1 | 01/04/2025 | {row}
        A | 1 | 01/04/2025 | {row}
        B | 1 | 01/04/2025 | {row}
        C | 1 | 01/04/2025 | {row}
        C | 1 | 01/04/2025 | {row}
        """,
        "commune | dossier_id | returned_on\nB | 1 | 08/04/2025\nB | 1 | 08/04/2025\nC | 1 | 15/04/2025",
    )
    assert verdicts(done) == {
        ("A", "1"): "on_time_not_checked", ("B", "1"): "on_time", ("C", "1"): "closed_on_time_returned_late",
    }  # fmt: skip


def test_dossiers_of_new_cases_that_wait_hold_no_more_than_their_own_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "ROWS_A_TURN", 1)  # a commune a turn
    monkeypatch.setattr(cases, "DOSSIERS_WAITING", 100)
    row = "01/04/2025 | 08/04/2025 | 08/04/2025"
    communes = [f"{number:02d}" for number in range(TURNS)]
    dossiers = [f"{commune} | 000.00.11.H12-250401-{at:07d} | {row}" for commune in communes for at in range(1_000)]
    new = [f"{commune} | 000.00.11.H12-250401-9999999 | 01/04/2025 | 08/04/2025 |" for commune in communes[1:]]
    held: list[int] = []
    turn = duck._Judging._turn

    def measured(judging, *given):
        turn(judging, *given)
        held.append(bytes_held(judging))

    monkeypatch.setattr(duck._Judging, "_turn", measured)
    done = judged(
        tmp_path,
        "\n".join(["commune | dossier_id | received_at | due_at | closed_at", *dossiers, *new]),
        "commune | dossier_id | returned_on",
    )
    assert done.dossiers == TURNS * 1_000 + TURNS - 1
    assert len(held) == TURNS
    assert (held[-1] - held[1]) / (TURNS - 2) < 1_000  # where a turn's codes alone are 27,000 bytes


TURNS = 12


def bytes_held(of: object) -> int:
    """The bytes of all frames that an object's own parts hold, whole memory where a column keeps some of it."""
    if isinstance(of, pl.DataFrame):
        return of.to_arrow(compat_level=pl.CompatLevel.newest()).get_total_buffer_size()
    if isinstance(of, pd.DataFrame):
        return int(of.memory_usage(deep=True).sum())
    if isinstance(of, np.ndarray):
        return of.nbytes
    if isinstance(of, dict):
        return sum(bytes_held(each) for each in of.values())
    if isinstance(of, list | tuple):
        return sum(bytes_held(each) for each in of)
    is_ours = type(of).__module__ in {"audit.lake.duck", "audit.lake.cases", "audit.lake.counts"}
    return bytes_held(vars(of)) if is_ours else 0


def test_letters_and_hops_are_of_the_dossiers_of_their_commune_alone(tmp_path):
    row = "01/04/2025 | 08/04/2025 | 09/04/2025"
    done = judged(
        tmp_path,
        f"commune | dossier_id | received_at | due_at | closed_at\nA | 1 | {row}\nB | 1 | {row}",
        "commune | dossier_id | returned_on\nA | 1 | 09/04/2025\nB | 1 | 09/04/2025",
        apologies="commune | dossier_id | dated_on | new_due_on\nB | 1 | 07/04/2025 | 15/04/2025",
    )
    found = rows_of(done.out, "dossiers").set_index("commune")["apology"]
    assert found["B"] == "in_time"
    assert pd.isna(found["A"])  # nobody knows whether A keeps letters


def test_a_due_date_on_a_day_off_is_shown_as_moved_and_counted_by_the_software_as_written(tmp_path):
    done = judged(
        tmp_path,
        """
        commune | dossier_id | received_at | due_at | closed_at
        A | 1 | 01/04/2025 | 12/04/2025 | 14/04/2025
        A | 2 | 02/04/2025 | 13/04/2025 | 14/04/2025
        A | 3 | 03/04/2025 | 30/04/2025 | 05/05/2025
        A | 4 | 03/04/2019 | 06/04/2019 | 08/04/2025
        A | 5 | 03/04/2025 | 14/04/2025 | 15/04/2025
        """,
        "commune | dossier_id | returned_on\n"
        "A | 1 | 14/04/2025\nA | 2 | 14/04/2025\nA | 3 | 05/05/2025\nA | 4 | 08/04/2025\nA | 5 | 14/04/2025",
    )
    found = rows_of(done.out, "dossiers").sort_values("dossier_id")
    assert list(found["due_on"].dt.strftime("%d/%m/%Y")) == [
        "14/04/2025", "14/04/2025", "05/05/2025", "06/04/2019", "14/04/2025",
    ]  # fmt: skip
    assert list(found["rule"]) == [
        *["late_by_written_date_alone"] * 3, "closed_late_returned_late", "closed_late_returned_in_time",
    ]  # fmt: skip
    assert counts_of(done.out, "A")["late_in_software", "late_only_in_software", "dossiers"] == 3


def test_a_due_date_at_the_minute_of_the_receipt_is_listed_and_its_dossier_judged_without_it(tmp_path):
    done = judged(
        tmp_path,
        """
        commune | dossier_id | received_at | due_at | closed_at
        A | 1 | 01/04/2025 08:00:10 | 01/04/2025 08:00:50 | 03/04/2025 10:00
        A | 2 | 01/04/2025 08:00:10 | 01/04/2025 08:01:00 | 03/04/2025 10:00
        A | 3 | 01/04/2025 | 01/04/2025 | 03/04/2025
        A | 4 | 02/04/2025 16:00 | 02/04/2025 15:00 | 02/04/2025 15:00
        A | 5 | 02/04/2025 16:00 | 02/04/2025 15:00 | 02/04/2025 16:30
        """,
        "commune | dossier_id | due_on | returned_on\nA | 5 | 03/04/2025 | 03/04/2025",
    )
    found = rows_of(done.out, "dossiers").sort_values("dossier_id")
    assert list(found["verdict"]) == ["no_due_date", "not_proved", "not_proved", "no_due_date", "on_time"]
    assert list(found["due_on"].dt.strftime("%d/%m").fillna("-")) == ["-", "01/04", "01/04", "-", "03/04"]
    listed = rows_of(done.out, "problems")[["record", "dossier_id", "column", "problem"]]
    assert plain(listed) == [("software", code, "due_at", "due_at_receipt") for code in "145"]
    counts = counts_of(done.out, "A")
    assert counts["accounting", "software", "judged"] == 5
    assert ("accounting", "software", "unread") not in counts
    assert counts["on_time", "software_by_timestamp", "on_time"] == 1


def test_what_has_been_seen_of_a_commune_is_what_its_own_audit_has_seen(tmp_path):
    given = settings(RecordsKept(complete=("stops",)))
    sources = written(
        tmp_path,
        software="commune | dossier_id | received_at | due_at | closed_at\n"
        + "\n".join(f"{commune} | hs-1 | 01/04/2025 | 08/04/2025 | 08/04/2025" for commune in "ABCD"),
        register="""
        commune | dossier_id | returned_on
        A | HS -1 | 08/04/2025
        B | Người Mẫu | 08/04/2025
        C | hs-1 | 08/04/2025
        C | 2.504E+17 | 08/04/2025
        D | hs-1 | 08/04/2025
        D | | 08/04/2025
        """,
        control_slips="""
        commune | dossier_id | from_unit | to_unit | handed_at
        A | hs-1 | Một cửa | Chi nhánh | 02/04/2025 08:00
        A | | Chi nhánh | Một cửa | 03/04/2025 08:00
        C | Tổng cộng | | |
        D | hs-1 | Một cửa | Chi nhánh | 02/04/2025 08:00
        D | Tổng cộng | | |
        """,
        explanations="commune | dossier_id | cause\nA | hs-1 | data_synchronisation",
    )
    with lake.opened(sources, given) as opened:
        seen = {commune: opened.coverage(commune) for commune in lake.names_of_communes(opened)}
        for commune, each in seen.items():
            assert each == load.office(laid(tmp_path / commune, lake.contents(opened, commune))).coverage
    assert {commune: sorted(each.unseen) for commune, each in seen.items()} == {
        "A": ["control_slips"], "B": ["register"], "C": ["register"], "D": ["register"],
    }  # fmt: skip
    assert "control_slips" in seen["C"].missing
    assert "control_slips" not in seen["D"].missing


# Cases


def test_dossiers_whose_days_stand_in_the_same_order_are_one_case_and_others_are_not():
    moved = np.arange(packs.MOST_DAYS + 1)
    moved[[40, 41, 49]] = 42, 42, 52

    def cases(*days: tuple[int, ...]) -> int:
        rows = [sum(day << packs.DAY_BITS * at for at, day in enumerate(each)) for each in days]
        packed = packs.Packs(np.array([[row, packs.NOTHING, packs.NOTHING, packs.NOTHING] for row in rows]))
        return len(packed.cases([50], moved).drop_duplicates())

    assert cases((10, 20, 21), (11, 30, 45)) == 1
    assert cases((10, 20, 21), (10, 20, 20), (10, 21, 20), (10, 20, 50), (10, 20, 51), (10, 20, 0), (10, 0, 20)) == 7
    assert cases((10, 40, 43), (10, 41, 44)) == 1
    assert cases((10, 20, 21), (10, 40, 43), (10, 41, 42), (10, 49, 50)) == 4  # in time by the day moved to, or past


# The outcome


@pytest.fixture
def small(tmp_path) -> dict[str, source.Source]:
    return {
        "software": csv(tmp_path, "software", "commune | dossier_id | received_at | due_at | closed_at\n"
                                              "A | 1 | 01/04/2025 | 08/04/2025 | 08/04/2025"),
        "register": csv(tmp_path, "register", "commune | dossier_id | returned_on\nA | 1 | 08/04/2025"),
    }  # fmt: skip


def test_a_run_that_fails_leaves_what_was_there_and_nothing_else(small, tmp_path, monkeypatch):
    out = tmp_path / "kết quả"
    lake.judge(small, lake_settings.read(None, **DAYS_GIVEN), out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    monkeypatch.setattr(duck, "judge", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lake.judge(small, lake_settings.read(None, **DAYS_GIVEN), out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"software.csv", "register.csv", "kết quả"}


def test_a_folder_with_anything_else_in_it_is_never_replaced(small, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thư.txt").write_text("giữ lại")
    with pytest.raises(AuditError, match="thứ khác"):
        lake.judge(small, lake_settings.read(None, **DAYS_GIVEN), tmp_path / "out")
    assert (tmp_path / "out" / "thư.txt").read_text() == "giữ lại"


def test_a_lost_row_stops_the_run(small, tmp_path, monkeypatch):
    opened = opening.opened

    def with_a_row_more(*given, **more):
        found = opened(*given, **more)
        found.records["register"].rows["A"] += 1
        return found

    monkeypatch.setattr(opening, "opened", with_a_row_more)
    with pytest.raises(AuditError, match="judged"):
        lake.judge(small, lake_settings.read(None, **DAYS_GIVEN), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("software", "register", "dossiers"),
    [("", "A | 1 | 08/04/2025", 1), ("A | 1 | 01/04/2025 | 08/04/2025 | 08/04/2025", "", 1), ("", "", 0)],
)
def test_a_record_without_rows_is_judged_as_one_that_says_nothing(software, register, dossiers, tmp_path):
    done = judged(
        tmp_path,
        f"commune | dossier_id | received_at | due_at | closed_at\n{software}",
        f"commune | dossier_id | returned_on\n{register}",
    )
    assert done.dossiers == dossiers


def test_a_disk_that_is_full_is_said_and_nothing_is_left(small, tmp_path, monkeypatch):
    def full(*_, **__):
        raise pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(AuditError, match=r"part-00000\.parquet"):
        lake.judge(small, lake_settings.read(None, **DAYS_GIVEN), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_in_which_communes_are_mixed_are_put_in_order_first(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "ROWS_A_TURN", 2500)
    monkeypatch.setattr(opening, "ROWS_READ_TWICE", 0)
    two = {commune: drawn()[commune] for commune in ("xã Mẫu A", "xã không phiếu")}
    ordered = lake.judge(write(tmp_path / "kho", two), settings(), tmp_path / "in order")
    for name in JUDGED_RECORDS:
        mixed = f"SELECT * FROM '{tmp_path}/kho/{name}/*.parquet' ORDER BY hash(commune || coalesce(dossier_id, ''))"
        (tmp_path / "mixed" / name).mkdir(parents=True)
        duckdb.sql(f"COPY ({mixed}) TO '{tmp_path}/mixed/{name}/all.parquet'")
    sources = {name: source.parsed(name, str(tmp_path / "mixed" / name)) for name in JUDGED_RECORDS}
    found = lake.judge(sources, settings(), tmp_path / "out")
    assert plain(rows_of(found.out, "dossiers")) == plain(rows_of(ordered.out, "dossiers"))


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """The folder of an audit with those files."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "office.key").write_text("ab" * 32)
    return folder


def test_one_commune_out_of_a_lake_has_the_page_that_the_lake_counts(tmp_path):
    sources = write(tmp_path / "kho", {commune: drawn()[commune] for commune in ("xã Mẫu A", "xã không phiếu")})
    done = lake.judge(sources, settings(), tmp_path / "out")
    with lake.opened(sources, settings()) as opened:
        assert lake.names_of_communes(opened) == ["xã Mẫu A", "xã không phiếu"]
        for commune in lake.names_of_communes(opened):
            office = load.office(laid(tmp_path / "hồ sơ" / commune, lake.contents(opened, commune)))
            assert office.coverage == opened.coverage(commune)
            result = at_once.result(office)
            counts = counts_of(done.out, commune)
            assert {("verdict", str(k), "dossiers"): n for k, n in result.verdicts.items()} == counted_in(
                counts, "verdict"
            )
            assert {("population", str(k), "dossiers"): n for k, n in result.populations.items()} == counted_in(
                counts, "population"
            )
            for name, share in result.on_time.items():
                ends = (share.numerator, share.at_least.numerator, share.at_most.numerator, share.at_most.denominator)
                assert (
                    tuple(counts.get(("on_time", name, m), 0) for m in ("on_time", "at_least", "at_most", "range_of"))
                    == ends
                )
            accounted = result.accounting["software"]
            assert (accounted.rows, accounted.problems) == tuple(
                counts["accounting", "software", m] for m in ("rows", "problems")
            )


def counted_in(counts: dict, table: str) -> dict:
    return {key: n for key, n in counts.items() if key[0] == table}


# The command


def said(*arguments) -> tuple[int, str, str]:
    answer = CliRunner().invoke(app, ["lake", *map(str, arguments)], prog_name="audit")
    return answer.exit_code, answer.stdout, answer.stderr


def test_records_that_are_said_to_be_kept_are_said_in_the_summary_and_null_where_nobody_said_so(small, tmp_path):
    (tmp_path / "lake.toml").write_text(
        'as_of = 2025-05-05\n[office]\nname = "–"\n[period]\nfirst_on = 2025-04-01\nlast_on = 2025-04-30\n'
        '[records]\ncomplete = ["stops"]\n', encoding="utf-8",
    )  # fmt: skip
    call = (tmp_path / "software.csv", tmp_path / "register.csv", "--settings", tmp_path / "lake.toml")
    for more, kept in ([], None), (["--keeps=stops,control_slips"], ["stops", "control_slips"]):
        code, _, err = said(*call, "--out", tmp_path / "out", *more)
        assert code == 0, err
        summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
        assert (summary["kept"], summary["complete"]) == (kept, ["stops"])


def test_the_command_says_what_was_judged_and_that_it_is_internal(small, tmp_path):
    days = [f"--{name.replace('_', '-')}={day}" for name, day in DAYS_GIVEN.items()]
    code, out, _ = said(tmp_path / "software.csv", tmp_path / "register.csv", *days, "--out", tmp_path / "out")
    assert code == 0
    assert "1 hồ sơ của 1 xã" in out
    assert "nội bộ" in out
    assert '"audience": "internal"' in (tmp_path / "out" / "summary.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([], "--first-on"),
        (["--as-of=2025-05-05", "--first-on=2025-05-01", "--last-on=2025-04-01"], "01/05/2025"),
        (["--as-of=05/05/2025", "--first-on=2025-04-01", "--last-on=2025-04-30", "--engine=excel"], "excel"),
        (["--as-of=05/05/2025", "--first-on=2025-04-01", "--last-on=2025-04-30", "--memory=nhiều"], "4GB"),
        (["--as-of=05/05/2025", "--first-on=2025-04-01", "--last-on=2025-04-30", "--keeps=sổ"], "control_slips"),
        (["--settings=khong.toml"], "khong.toml"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_in_words(small, tmp_path, more, message):
    code, _, err = said(tmp_path / "software.csv", tmp_path / "register.csv", "--out", tmp_path / "out", *more)
    assert code != 0
    assert message in err
    assert not (tmp_path / "out").exists()


def test_a_password_is_in_no_message_and_no_outcome():
    address = "postgresql://ai:bi-mat@may-chu.invalid/csdl?table=software"
    assert "bi-mat" not in source.parsed("software", address).name
    with pytest.raises(AuditError) as error:
        source.parsed("software", address.split("?", maxsplit=1)[0])
    assert "bi-mat" not in str(error.value)


@pytest.mark.parametrize("table", ["x; DROP TABLE y", 'x"y', "a b"])
def test_a_name_of_a_table_is_a_name_and_nothing_else(table):
    with pytest.raises(AuditError, match="truy vấn"):
        source.parsed("software", f"postgresql://may-chu.invalid/csdl?table={table}")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_cannot_be_read_is_named_whatever_the_engine(engine, small, tmp_path):
    (tmp_path / "hỏng.parquet").write_bytes(b"PAR1 not at all PAR1")
    sources = small | {"register": source.parsed("register", str(tmp_path / "hỏng.parquet"))}
    with pytest.raises(AuditError, match="hỏng"):
        lake.judge(sources, lake_settings.read(None, **DAYS_GIVEN), tmp_path / "out", engine=engine)
    assert not (tmp_path / "out").exists()


def test_columns_that_no_list_has_are_asked_for_by_name(small, tmp_path):
    sources = small | {"register": csv(tmp_path, "other", "commune | dossier_id | ngày lạ\nA | 1 | 08/04/2025")}
    sources["register"] = replace(sources["register"], record="register")
    with pytest.raises(AuditError, match="Trả kết quả"):
        lake.judge(sources, lake_settings.read(None, **DAYS_GIVEN), tmp_path / "out")
