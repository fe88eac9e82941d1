"""The samples' filled tally sheets: an audit that begins with the export alone, and what papers then decide."""

import runpy
import shutil
from math import comb
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE, XA_MAU
from test_sample import audited

from audit.findings import fetch
from audit.ground.terms import Verdict
from audit.reading import load
from audit.sampling import sampled

FETCHED = ROOT / "data" / "tim-giay-to"


def with_sample(folder: Path):
    return sampled.with_sample(audited(folder), load.office(folder)).sample


@pytest.fixture(scope="module")
def export_alone(tmp_path_factory) -> Path:
    """Bình Phước as it is before anybody has opened the register."""
    folder = tmp_path_factory.mktemp("binh-phuoc") / "2023-09"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("register.xlsx"))
    shutil.copy(SAMPLE.parent / "office.key", folder.parent)
    return folder


@pytest.fixture(scope="module")
def fetched(export_alone, tmp_path_factory) -> Path:
    """The same with what was brought home."""
    folder = tmp_path_factory.mktemp("binh-phuoc") / "2023-09"
    shutil.copytree(export_alone, folder)
    shutil.copytree(FETCHED / "binh-phuoc-2023-09", folder, dirs_exist_ok=True)
    shutil.copy(SAMPLE.parent / "office.key", folder.parent)
    return folder


def test_from_the_export_alone_nobody_is_late_or_in_time_by_paper(export_alone):
    found = audited(export_alone)
    assert sum(found.late_in_software.values()) == 5
    assert found.verdicts.get(Verdict.LATE, 0) == found.verdicts.get(Verdict.ON_TIME, 0) == 0
    assert found.in_time_in_software == {Verdict.ON_TIME_NOT_CHECKED: 288}


def test_fifty_seven_papers_show_that_the_five_were_in_time_and_bound_what_the_rest_may_hide(fetched):
    found, said = audited(fetched), with_sample(fetched)
    assert found.late_in_software == {Verdict.LATE_ONLY_IN_SOFTWARE: 5}
    assert (said.population, said.drawn, said.pending, said.deviations) == (288, 51, 0, 0)
    missed = [hidden for hidden in range(289) if 20 * comb(288 - hidden, 51) > comb(288, 51)]  # over 5 in 100
    assert said.at_most == max(missed) == 14
    assert (said.late, said.undecided, said.most, said.out_of) == (0, 0, 14, 293)


def test_the_five_are_judged_by_single_papers_as_by_the_whole_register(fetched):
    late = {
        one.dossier_id: one.verdict for one in audited(SAMPLE).judged if one.closed_on and one.closed_on > one.due_on
    }
    single = {one.dossier_id: one.verdict for one in audited(fetched).judged}
    assert len(late) == 5
    assert {dossier: single[dossier] for dossier in late} == late


def test_in_xa_mau_the_papers_decide_all_but_one_of_those_not_proved_and_touch_nobody_else(tmp_path):
    folder = tmp_path / "xa-mau" / "2025-q3"
    shutil.copytree(XA_MAU, folder)
    shutil.copy(XA_MAU.parent / "office.key", folder.parent)
    before = audited(folder)
    shutil.copy(FETCHED / "xa-mau-2025-q3" / "papers.csv", folder)
    after = audited(folder)
    sheet = set(load.office(folder).tables["papers"].frame["dossier_id"])
    was = {one.dossier_id: one.verdict for one in before.judged}
    changed = {one.dossier_id for one in after.judged if one.verdict != was[one.dossier_id]}
    assert changed
    assert changed <= sheet
    assert (before.verdicts[Verdict.NOT_PROVED], after.verdicts[Verdict.NOT_PROVED]) == (7, 1)
    assert {paper.dossier_id for paper in fetch.papers(before.judged, "vi", ())} <= sheet
    assert sum(before.verdicts.values()) == sum(after.verdicts.values())


def test_the_sheets_are_made_again_with_the_same_bytes(tmp_path):
    module = runpy.run_path(str(FETCHED / "make_sheets.py"))
    for name, make in (("binh-phuoc-2023-09", module["binh_phuoc"]), ("xa-mau-2025-q3", module["xa_mau"])):
        (tmp_path / name).mkdir()
        make(tmp_path / name)
        for file in (FETCHED / name).iterdir():
            assert (tmp_path / name / file.name).read_bytes() == file.read_bytes(), file
