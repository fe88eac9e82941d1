"""The made-up data of the benchmarks: the same each time, awkward where it should be, and nobody's."""

import hashlib
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from conftest import ROOT

from audit.ground.frames import for_steps, in_pandas
from audit.judging import match, steps, validate
from audit.reading import load

sys.path.insert(0, str(ROOT / "benchmarks"))

import made_up
import measure

DOSSIERS = 4_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder of one commune, large enough for what is rare."""
    return made_up.folders(tmp_path_factory.mktemp("made-up"), [3], DOSSIERS)[0]


@pytest.fixture(scope="module")
def office(folder):
    return load.office(folder)


@pytest.fixture(scope="module")
def records(office) -> dict[str, pd.DataFrame]:
    found = validate.records(office.records, **office.days)
    return {name: in_pandas(frame) for name, frame in found.items()}


@pytest.fixture(scope="module")
def judged(office) -> pd.DataFrame:
    return in_pandas(steps.held_and_judged(office, validate.records(office.records, **office.days))[1])


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        made_up.folders(tmp_path / name / "folders", range(1, 4), 40, seed)
        made_up.lake(tmp_path / name / "lake", 5, 200, seed)
    one, again, other = (bytes_of(tmp_path / name) for name in ("one", "again", "other"))
    assert len(one) >= 3 * 4 + 2
    assert one == again
    assert all(name.endswith("office.toml") for name in one if one[name] == other.get(name))


def test_a_workbook_does_not_say_when_it_was_made(tmp_path):
    folder = made_up.folders(tmp_path, [1], 5, ending="xlsx")[0]
    with zipfile.ZipFile(folder / "software.xlsx") as book:
        assert "2025-01-01T00:00:00Z" in book.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


def test_a_commune_is_the_same_whatever_communes_are_made_beside_it(tmp_path):
    made_up.folders(tmp_path / "many", range(1, 6), 30)
    made_up.folders(tmp_path / "alone", [4], 30)
    assert bytes_of(tmp_path / "many/xa-mau-0004") == bytes_of(tmp_path / "alone/xa-mau-0004")


def test_every_dossier_stands_in_the_software(records):
    assert records["software"]["dossier_id"].nunique() == DOSSIERS


def test_one_dossier_in_fifty_to_one_in_ten_is_closed_late():
    shares = []
    for number in range(1, 21):
        rows = made_up.records(made_up.Commune(number), 2_000)["software"]
        shares.append(
            rows.select((pl.col("closed_at").dt.date() > pl.col("due_at").dt.date()).fill_null(False).mean()).item()
        )
    assert 0.01 < min(shares) < 0.045
    assert 0.075 < max(shares) < 0.11
    assert np.mean(shares) == pytest.approx(0.06, abs=0.015)


AWKWARD_VERDICTS = {
    "late_only_in_software", "late", "closed_on_time_returned_late", "on_time", "on_time_not_checked", "not_proved",
    "paper_contradicts_itself", "due_date_in_dispute", "overdue", "stopped", "withdrawn", "refused", "only_in_register",
}  # fmt: skip


def test_awkward_cases_lead_to_nearly_every_verdict(judged):
    assert set(judged["verdict"]) >= AWKWARD_VERDICTS
    assert (judged["verdict"] == "on_time").mean() > 0.6


def test_rows_are_repeated_differ_and_cannot_be_read(office, records):
    for record in ("software", "register"):
        assert {"judged", "problem", "duplicate"} <= set(records[record]["fate"])
    assert "repeated_with_difference" in set(records["software"]["problem"])
    assert "closed_without_date" in set(records["software"]["problem"])
    assert set(office.problems["problem"]) == {"unreadable_day"}


def test_a_few_codes_of_the_register_are_one_figure_away_from_one_of_the_software(records):
    software, register = (set(records[name]["dossier_id"]) for name in ("software", "register"))
    alone = [code for code in register - software if code.split("-")[2].startswith("9")]
    assert 5 <= len(alone) <= 60
    assert all(code[:-6] + "0" + code[-5:] in software for code in alone)


def test_what_goes_to_the_level_above_has_control_slips_for_some(records):
    software, slips = records["software"], records["control_slips"]
    above = set(software.loc[software["unit_level"] == "upper_level", "dossier_id"])
    assert set(slips["dossier_id"]) < above
    assert 0.2 < slips["dossier_id"].nunique() / len(above) < 0.4


def test_the_lake_holds_the_dossiers_of_the_folders_commune_by_commune(tmp_path):
    made_up.folders(tmp_path / "folders", range(1, 8), 120)
    assert made_up.lake(tmp_path / "lake", 7, 7 * 120).keys() == {"software", "register"}
    days = {"software": ["received_at", "due_at", "closed_at"], "register": ["received_on", "due_on", "returned_on"]}
    for record, columns in days.items():
        lake = pl.read_parquet(tmp_path / "lake" / record / "**/*.parquet")
        assert lake["commune"].is_sorted()
        for number in range(1, 8):
            read = load.office(tmp_path / "folders" / f"xa-mau-000{number}" / "2025-04").tables[record].frame
            there = lake.filter(pl.col("commune") == f"xa-mau-000{number}")
            assert there["dossier_id"].to_list() == list(read["dossier_id"])
            assert there["is_readable"].to_list() == list(read["is_readable"] & read["unread"].isna())
            for column in columns:
                found = there[column].cast(pl.Datetime("us")).to_list()
                assert found == [None if pd.isna(day) else day.to_pydatetime() for day in read[column]]


def test_a_lake_of_two_provinces_has_a_folder_each_and_loses_no_dossier(tmp_path):
    rows = made_up.lake(tmp_path, 120, 1_000)
    found = pl.read_parquet(tmp_path / "software/**/*.parquet", hive_partitioning=True)
    assert len(found) == rows["software"]
    assert found["dossier_id"].n_unique() == 1_000
    assert found["commune"].n_unique() == 120
    assert set(found["province"]) == {"tinh-mau-01", "tinh-mau-02"}


def test_nobody_and_no_place_in_it_is_real(folder, office, records):
    assert office.file.made_up
    assert office.file.office.name == "xã Mẫu 0003"
    assert all("Mẫu" in unit for units in office.file.units.model_dump().values() for unit in units)
    for record in ("software", "register"):
        assert records[record]["applicant"].str.contains(" Mẫu ").all()
        assert records[record]["dossier_id"].str.contains(r"\.M\d\d-", regex=True).all()
    assert all(made_up.MADE_UP in path.read_text(encoding="utf-8") for path in folder.parent.rglob("*.toml"))


def test_the_lake_has_no_names():
    assert not {"applicant", "note"} & {*made_up.LAKE["software"], *made_up.LAKE["register"]}


def test_days_are_those_of_the_working_calendar_and_none_is_after_the_audit(records):
    software, register = (records[name] for name in ("software", "register"))
    off = {date(2025, 4, 7), date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)}
    for column in ("received_at", "closed_at"):
        days = software[column].dropna().dt
        assert (days.day_of_week < 5).all()
        assert not off & set(days.date)
    last = datetime(2025, 5, 31, 23, 59)
    assert software["closed_at"].max() <= last
    assert register["returned_on"].max() <= last
    assert len(match.pairs({name: for_steps(rows) for name, rows in records.items()}))


def test_growth_is_linear_where_twice_the_size_takes_twice_the_time():
    assert measure.exponent([1, 2, 4], [3, 6, 12]) == pytest.approx(1)
    assert measure.exponent([10, 100, 1000], [1, 100, 10_000]) == pytest.approx(2)


def test_what_a_command_costs_counts_its_children(tmp_path):
    child = "x = bytearray(300_000_000); x[::4096] = b'1' * len(x[::4096]); import time; time.sleep(0.6)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measure.cost([sys.executable, "-c", code])
    assert 0.6 < cost.wall < 30
    assert cost.peak > 250_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands on what is left behind")
def test_what_a_command_costs_counts_what_it_leaves_behind_without_waiting():
    busy = "import time; end = time.process_time() + 0.8\nwhile time.process_time() < end: pass"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {busy!r}]); time.sleep(0.2)"
    assert measure.cost([sys.executable, "-c", code]).cpu > 0.8


def test_a_command_that_fails_says_so_with_what_it_said(tmp_path):
    with pytest.raises(measure.CommandError, match="so it is"):
        measure.cost([sys.executable, "-c", "raise SystemExit('so it is')"], log=tmp_path / "log")
