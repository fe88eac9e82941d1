"""Communes taken out of a lake into folders, and audited with what inspectors add there."""

import csv
import json

import pytest

from audit.ground.terms import AuditError
from audit.lake import laid_out, lake, lake_settings
from audit.province import batch
from audit.reading import office
from audit.running import execute

SETTINGS = """
as_of = 2025-05-05
made_up = true
[office]
name = "–"
[period]
first_on = 2025-04-01
last_on = 2025-04-30
[records]
kept = []
"""
PROVINCE = """
title = "Tỉnh Mẫu"
[lake]
software = "software.csv"
register = "register.csv"
settings = "lake.toml"
period = "2025-04"
"""
SOFTWARE = [
    ("commune", "dossier_id", "received_at", "due_at", "closed_at"),
    ("xã Đông", "M-1", "01/04/2025 08:00", "08/04/2025 17:00", "10/04/2025 08:00"),
    ("xã Đông", "M-2", "01/04/2025 08:00", "08/04/2025 17:00", "08/04/2025 08:00"),
    ("xã Tây", "M-1", "01/04/2025 08:00", "08/04/2025 17:00", "10/04/2025 08:00"),
]
REGISTER = [
    ("commune", "dossier_id", "received_on", "due_on", "returned_on", "signed"),
    ("xã Đông", "M-1", "01/04/2025", "08/04/2025", "08/04/2025", "x"),
    ("xã Tây", "M-1", "01/04/2025", "08/04/2025", "10/04/2025", "x"),
]


def write(path, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def province(tmp_path):
    write(tmp_path / "software.csv", SOFTWARE)
    write(tmp_path / "register.csv", REGISTER)
    (tmp_path / "lake.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "province.toml").write_text(PROVINCE, encoding="utf-8")
    return tmp_path / "province.toml"


def test_a_commune_of_a_lake_becomes_an_audits_folder_with_its_own_rows_alone(province):
    found = batch.province_file(province).folders
    assert [folder.relative_to(province.parent).as_posix() for folder in found] == ["xa-dong/2025-04", "xa-tay/2025-04"]
    texts = [(folder / "software.csv").read_text(encoding="utf-8-sig") for folder in found]
    assert [text.count("M-") for text in texts] == [2, 1]
    assert 'name = "xã Tây"' in (found[1] / "office.toml").read_text(encoding="utf-8")


def test_pages_of_a_lakes_communes_count_what_the_lake_counts(province, tmp_path):
    parameters = {"as_of": "", "lang": "vi", "edition": "internal"}
    done = batch.audits(
        batch.province_file(province).folders, tmp_path / "out", parameters, execute.executor("fork", 1, 60)
    )
    counts = [json.loads((audit.page.parent / "result.json").read_text(encoding="utf-8"))["verdicts"] for audit in done]
    assert counts == [{"late_only_in_software": 1, "on_time_not_checked": 1}, {"late": 1}]
    sources = lake.sources_of(str(tmp_path / "software.csv"), str(tmp_path / "register.csv"))
    lake.judge(sources, lake_settings.read(tmp_path / "lake.toml"), tmp_path / "judged")
    counted = json.loads((tmp_path / "judged" / lake.SUMMARY).read_text(encoding="utf-8"))["counts"]["verdict"]
    found = {verdict: next(iter(measures.values())) for verdict, measures in counted.items()}
    assert found == {"late_only_in_software": 1, "on_time_not_checked": 1, "late": 1}


@pytest.mark.parametrize("said", ["", "kept = []\n", 'kept = ["stops"]\ncomplete = ["stops", "control_slips"]\n'])
def test_which_records_are_kept_is_said_in_each_folder_where_it_is_said_of_the_lake(province, said):
    lakes = province.parent / "lake.toml"
    lakes.write_text(SETTINGS.replace("kept = []\n", said), encoding="utf-8")
    for folder in batch.province_file(province).folders:
        found = office.read("office.toml", (folder / "office.toml").read_bytes())
        assert found.records == office.read("lake.toml", lakes.read_bytes()).records


def test_what_an_inspector_added_to_a_folder_stays_and_records_are_those_of_the_lake(province):
    first = batch.province_file(province).folders[0]
    (first / "claims.csv").write_text("kept", encoding="utf-8")
    (first / "office.toml").write_text("filled in", encoding="utf-8")
    (first / "software.csv").write_text("changed", encoding="utf-8")
    batch.province_file(province)
    assert (first / "claims.csv").read_text(encoding="utf-8") == "kept"
    assert (first / "office.toml").read_text(encoding="utf-8") == "filled in"
    assert "M-1" in (first / "software.csv").read_text(encoding="utf-8")


def test_a_province_may_name_some_communes_of_its_lake(province):
    province.write_text(PROVINCE + 'communes = ["xã Tây"]\n', encoding="utf-8")
    assert [folder.parent.name for folder in batch.province_file(province).folders] == ["xa-tay"]
    province.write_text(PROVINCE + 'communes = ["xã Nam"]\n', encoding="utf-8")
    with pytest.raises(AuditError, match="xã Nam"):
        batch.province_file(province)


def test_communes_whose_names_fold_to_one_get_folders_of_their_own():
    found = laid_out._folders(["Phường Đông", "phuong dong", "../..", "xã Tây"])
    assert found["xã Tây"] == "xa-tay"
    assert len(set(found.values())) == 4
    assert all("/" not in name and ".." not in name for name in found.values())


@pytest.mark.parametrize("period", ["../2025", "", "2025/04", ".", "quý 3"])
def test_a_period_names_a_folder_and_never_a_path(province, period):
    province.write_text(PROVINCE.replace("2025-04", period), encoding="utf-8")
    with pytest.raises(AuditError):
        batch.province_file(province)
