"""The sample adds up to the real report, and its audit answers what was asked."""

import json
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from conftest import SAMPLE, XA_MAU
from folders import REGISTER, SOFTWARE, folder, with_column
from tables import plain

from audit.findings import at_once, result
from audit.findings.edition import in_edition
from audit.ground.terms import Edition
from audit.reading import load, sheets


def audited(folder: Path, lang: str = "vi") -> result.Result:
    """A folder audited as the notebook does it; a sample, which nobody changes, once."""
    return _of_sample(folder, lang) if folder in (SAMPLE, XA_MAU) else at_once.result(load.office(folder), lang)


@cache
def _of_sample(folder: Path, lang: str) -> result.Result:
    return at_once.result(load.office(folder), lang)


@pytest.fixture(scope="module")
def found() -> result.Result:
    return audited(SAMPLE)


FIGURES = {  # report 233/BC-UBND, as transcribed: measure to what is written
    "received_total": "314", "received_in_person": "70", "received_online": "219", "carried_over": "25", "settled": "293",
    "settled_in_time": "288", "late_in_software": "05", "open_within_time": "18", "withdrawn": "03", "components_digitised": "302",
    "results_digitised": "244", "online_procedures": "51", "online_procedures_partial": "44", "online_procedures_full": "07",
    "online_procedures_used": "10", "online_procedures_used_partial": "09", "online_procedures_used_full": "01",
    "online_listed_received": "218", "online_partial_received": "205", "online_full_received": "13",
    "interlinked_birth_received": "09", "interlinked_death_received": "01", "payments": "189", "paid_dong": "2.318.000đ",
    "late_closed_by_commune": "03", "late_held_by_upper_level": "02",
}  # fmt: skip


def test_every_figure_of_the_report_is_claimed_as_written_and_recounting_gives_it(found):
    claims = {claim.measure: claim for claim in found.claims if claim.unit not in ("percent", "target", "statement")}
    assert {name: claims[name].written for name in FIGURES} == FIGURES
    told = {name: claims[name].outcome for name in FIGURES}
    by_cause = {told.pop(name) for name in ("late_closed_by_commune", "late_held_by_upper_level")}
    assert by_cause == {
        "not_settled"
    }  # no control slip shows what kept the three that the software names the commune for
    assert set(told.values()) == {"holds"}
    shares = {
        claim.claim: (claim.written, claim.at_least, claim.out_of) for claim in found.claims if claim.unit == "percent"
    }
    assert shares["B1%"] == ("98,3%", 288, 293)
    assert shares["D1%"] == ("97,42%", 302, 310)
    assert shares["D2%"] == ("83,56%", 244, 292)
    assert len(found.claims) >= 35
    assert all(claim.section and claim.quote for claim in found.claims)


def test_the_five_late_dossiers_were_in_time_on_paper_and_the_cause_of_two_is_proved(found):
    assert found.verdicts == {"late_only_in_software": 5, "withdrawn": 3, "open": 18, "on_time": 288}
    assert [(c.cause, c.cause_proved, c.dossiers) for c in found.causes] == [
        ("closed_late_by_commune", False, 3), ("held_by_upper_level", True, 2),
    ]  # fmt: skip
    shares = {
        name: (s.numerator, s.denominator, s.at_least.numerator, s.at_most.numerator)
        for name, s in found.on_time.items()
    }
    assert shares["software_by_day"] == (288, 293, 288, 288)
    assert shares["records"] == (293, 293, 293, 293)
    assert [shares[name][:2] for name in ("software_withdrawn_counted", "software_pending_counted", "software_over_received")] == [
        (291, 296), (306, 311), (288, 314),
    ]  # fmt: skip


def test_without_the_control_slips_the_two_land_dossiers_are_not_proved(sample):
    (sample / "control_slips.csv").unlink()
    found = audited(sample)
    assert found.verdicts["late_only_in_software"] == 3
    assert found.verdicts["not_proved"] == 2
    records = found.on_time["records"]
    assert (records.at_least.numerator, records.at_most.numerator, records.denominator) == (291, 293, 293)
    assert {(c.verdict, c.cause, c.cause_proved) for c in found.causes} == {
        ("late_only_in_software", "closed_late_by_commune", False), ("not_proved", "held_by_upper_level", False),
    }  # fmt: skip
    answers = {claim.claim: claim.outcome for claim in found.claims}
    assert [answers[name] for name in ("B2", "B2r", "r2", "X%")] == [
        "holds",
        "not_settled",
        "not_settled",
        "not_settled",
    ]


def test_219_against_218_and_the_two_hidden_totals_are_found(found):
    failing = {i.identity: (i.found, i.expected) for i in found.identities if i.outcome == "does_not_hold"}
    assert failing == {
        "online_same_everywhere": (219, 218), "components_of_received": (97.42, 96.18),
        "results_of_settled": (83.56, 83.28),
    }  # fmt: skip
    totals = {d.claim: (d.totals, d.stated_as, d.counted_as) for d in found.denominators}
    assert totals["D1%"] == ((310,), (), ((310, "listed_not_withdrawn"),))
    assert totals["D2%"] == ((292,), (), ((292, "listed_settled"),))


def test_one_online_settled_dossier_lies_outside_decision_906():
    office = load.office(SAMPLE)
    listed = set(office.online_procedures["procedure"])
    outside = [row for row in plain(office.software) if row["procedure"] not in listed]
    assert [(row["channel"], row["status"]) for row in outside] == [("online", "returned")]


def test_the_late_three_are_signed_for_before_their_due_day_and_the_late_two_have_no_return(found):
    late = [case for case in found.cases if case.verdict == "late_only_in_software"]
    paper = sorted(
        (case.cause, case.returned_on is not None and case.returned_on < case.due_on, case.ready_on) for case in late
    )
    assert [row[:2] for row in paper] == [("closed_late_by_commune", True)] * 3 + [("held_by_upper_level", False)] * 2
    assert all(case.ready_on < case.due_on for case in late if case.cause == "held_by_upper_level")


def test_each_case_shows_where_in_both_records_it_stands(found):
    for case in (case for case in found.cases if case.verdict == "late_only_in_software"):
        places = {evidence.record: evidence for evidence in case.evidence}
        assert {"software", "register"} <= set(places)
        for evidence in case.evidence:
            sheet = next(
                s for s in sheets.read(evidence.file, (SAMPLE / evidence.file).read_bytes()) if s.name == evidence.sheet
            )
            row = dict(sheet.rows)[evidence.row]
            assert case.dossier_id in row
            assert all(
                cell.written in (None, "có ký nhận", "không có ký nhận") or cell.written in row
                for cell in evidence.cells
            )
        assert places["register"].page
        assert places["register"].line


def test_of_a_signature_only_its_presence_leaves_the_records(tmp_path):
    register = REGISTER.replace("| Ký nhận", "| Ký nhận | Tên cá nhân, tổ chức").replace(
        "Đã ký", "Nguyễn Mẫu | Nguyễn Mẫu"
    )
    found = audited(folder(tmp_path / "a", register__csv=register))
    assert found.verdicts["late_only_in_software"] == 1
    assert "Nguyễn" not in found.as_json()
    assert "có ký nhận" in found.as_json()


def test_a_unit_that_nobody_listed_is_shown_where_records_may_be_seen_and_never_shared(tmp_path):
    software = with_column(SOFTWARE, "Cơ quan/đơn vị", "lê mười", "UBND xã Thử")
    found = audited(folder(tmp_path / "a", software__csv=software))
    assert {word.written for word in found.what_was_read.unknown} == {"lê mười"}
    shared = in_edition(found, Edition.SHAREABLE, bytes(32)).as_json()
    assert "lê mười" not in shared
    assert "UBND xã Thử" not in shared


def test_a_procedure_is_listed_whatever_the_form_and_case_of_its_name(sample):
    path = sample / "online_procedures.csv"
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8-sig")).upper(), encoding="utf-8")
    claims = {claim.claim: claim for claim in audited(sample).claims}
    assert (claims["O"].outcome, claims["D1%"].out_of) == ("holds", 310)


def test_making_the_sample_again_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for target in (first, second):
        target.mkdir()
        subprocess.run([sys.executable, SAMPLE / "make_sample.py", target], check=True)
    for made in first.iterdir():
        assert made.read_bytes() == (second / made.name).read_bytes()
        committed = (SAMPLE / made.name).read_bytes()
        assert sheets.read(made.name, made.read_bytes()) == sheets.read(made.name, committed)


def test_made_up_data_says_so_in_its_files():
    for name in ("software.xlsx", "register.xlsx", "control_slips.csv"):
        title = " ".join(cell for _, row in sheets.read(name, (SAMPLE / name).read_bytes())[0].rows[:4] for cell in row)
        assert "DỮ LIỆU MINH HỌA" in title
    assert audited(SAMPLE).office.made_up


def test_the_result_fits_its_published_schema(found):
    import jsonschema  # noqa: PLC0415

    published = json.loads((SAMPLE.parents[1] / "reference" / "result.schema.json").read_text(encoding="utf-8"))
    assert result.schema_text() == (SAMPLE.parents[1] / "reference" / "result.schema.json").read_text(encoding="utf-8")
    written = json.loads(found.as_json())
    jsonschema.validate(written, published)
    assert {
        "office",
        "period",
        "as_of",
        "inputs",
        "accounting",
        "verdicts",
        "on_time",
        "cases",
        "claims",
        "problems",
    } <= set(written)
    assert result.Result.model_validate_json(found.as_json()) == found
