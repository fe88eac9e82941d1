"""A year of one commune: what is too much to be told in full stands in columns, and nothing is lost by it."""

import io
import json
import re
import time
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
import xlsxwriter
from conftest import XA_MAU
from pydantic import ValidationError
from xlsxwriter.worksheet import Worksheet

from audit.commands import asked
from audit.evidence import differences
from audit.findings import at_once, fetch
from audit.findings.edition import in_edition
from audit.findings.schema import Dossiers, Result
from audit.ground.terms import AuditError, Edition, Verdict
from audit.letters import apologies, contents
from audit.page import report, tables
from audit.page.whole_rows import RowSheet
from audit.province import commune
from audit.reading import load, previous
from audit.reading.notes import Entry

ROOM = 12  # cases in full, of 73


@pytest.fixture(scope="module")
def office() -> load.Office:
    return replace(load.office(XA_MAU), images=())


@pytest.fixture(scope="module")
def whole(office) -> Result:
    return at_once.result(office)


@pytest.fixture(scope="module")
def brief(office) -> Result:
    return at_once.result(office, most_in_full=ROOM)


def test_every_dossier_stands_in_full_or_in_columns_once_with_the_same_verdict_reason_and_days(whole, brief):
    assert len(brief.cases) < len(whole.cases)
    assert len(brief.cases) + len(brief.cases_in_columns) == len(whole.cases)
    told = (
        "dossier_code",
        "procedure",
        "field",
        "population",
        "verdict",
        "received_on",
        "due_on",
        "returned_on",
        "closed_on",
    )
    of_cases = ("rule", "grade", "not_seen", "looked_for", "reason", "sources", "change", "cause", "cause_rule", "cause_proved",
                "cause_reason", "apology", "has_vanished", "holder_at_due", "contradictions", "due_on_register", "ready_on",
                "issued_on", "late_workdays", "closed_late_workdays")  # fmt: skip
    now = {one.dossier_id: one for one in brief.judged}
    assert len(now) == len(brief.judged) == len(whole.judged) == 105
    for names, listed in ((told, whole.judged), (of_cases, whole.cases)):
        for one in listed:
            for name in names:
                assert getattr(now[one.dossier_id], name) == getattr(one, name), (one.dossier_id, name)


def test_the_worst_are_told_in_full_and_whoever_has_a_letter_or_a_note(office, whole, brief):
    in_full = {one.dossier_id for one in brief.cases}
    lettered = {one.dossier_id for one in whole.cases if one.apology or one.apologised_on}
    assert lettered
    assert lettered <= in_full
    late = [one.dossier_id for one in whole.cases if one.verdict == Verdict.LATE]
    others = [one for one in in_full - lettered if one not in late]
    assert not others or set(late) <= in_full
    (case, *_) = brief.cases_in_columns
    note = Entry.model_construct(finding=case.dossier_code, note="1", fingerprint="", position="agree", verdict=None,
                                 text="", evidence="", by="", by_office=False, at="", added_at="")  # fmt: skip
    noted = at_once.result(replace(office, notes=(note,)), most_in_full=ROOM)
    assert case.dossier_id in {one.dossier_id for one in noted.cases}


def test_a_row_of_columns_says_where_it_stands_in_the_software_and_the_register(whole, brief):
    evidence = {one.dossier_id: one.evidence for one in whole.cases}
    seen = 0
    for one in brief.cases_in_columns:
        for record, row in (("software", one.software_row), ("register", one.register_row)):
            rows = [line for line in evidence[one.dossier_id] if line.record == record]
            assert row == (rows[0].row if rows else None)
            if record == "register" and rows:
                assert (one.page, one.line) == (rows[0].page, rows[0].line)
                assert one.register_file == rows[0].file
                seen += 1
    assert seen > 10


def test_counts_totals_papers_and_figures_are_the_same(whole, brief):
    apart = {"cases", "in_columns", "others"}
    assert brief.model_dump(exclude=apart) == whole.model_dump(exclude=apart)
    assert report.facts(brief) == report.facts(whole)
    assert fetch.papers(brief.judged, "vi") == fetch.papers(whole.judged, "vi")


def test_the_page_and_the_workbook_count_all_and_say_how_many_are_told_in_brief(whole, brief):
    was, now = (report.cases(result).html for result in (whole, brief))
    total = was.split('data-total="')[1].split('"')[0]
    assert f'data-total="{total}"' in now
    assert "quá nhiều để nêu chi tiết" in now
    assert "quá nhiều để nêu chi tiết" not in was
    by_name = {table.name: table for table in tables.tables(brief)}
    before = {table.name: table for table in tables.tables(whole)}
    assert set(by_name["Hồ sơ nêu chi tiết"].rows) == set(before["Hồ sơ nêu chi tiết"].rows)
    said = [line.cells for line in tables.about(brief, [])]
    assert any(
        cells[0] == "Nêu vắn tắt vì quá nhiều" and cells[1] == len(brief.cases_in_columns) for cells in said if cells
    )


@pytest.mark.parametrize("edition", list(Edition))
def test_letters_ask_after_the_same_dossiers(office, whole, brief, edition):
    was, now = (in_edition(result, edition, office.key) for result in (whole, brief))
    assert [one.dossier_id for one in contents.to_be_explained(now)] == [
        one.dossier_id for one in contents.to_be_explained(was)
    ]
    assert contents.questions(now) == contents.questions(was)
    assert contents.papers(now) == contents.papers(was)
    assert [apologies.line(row, now) for row in apologies.owed(now)] == [
        apologies.line(row, was) for row in apologies.owed(was)
    ]
    corrected = [[row["code"] for row in contents.correction(result)["rows"]] for result in (now, was)]
    assert corrected[0] == corrected[1] != []


def test_the_index_of_a_province_counts_the_same_causes(whole, brief):
    was, now = (commune.row("xa/1", "a", result.as_json()) for result in (whole, brief))
    assert (now.causes, now.counts) == (was.causes, was.counts)
    assert sum(one.dossiers for one in now.causes) > 0


def test_the_next_period_reads_every_dossier_of_a_result_in_columns(whole, brief):
    was, now = (previous.parsed("a", result.as_json().encode()) for result in (whole, brief))
    known = [{one.dossier_code: (one.population, one.received_on) for one in read.judged} for read in (was, now)]
    assert known[0] == known[1]
    assert len(known[1]) == 105


def test_a_change_of_one_dossier_in_columns_is_named(brief):
    old, new = (json.loads(brief.as_json()) for _ in range(2))
    assert differences.first(old, new) is None
    new["in_columns"]["closed_on"][3] = "2024-01-01"
    found = differences.first(old, new)
    assert (found.dossier, found.field, found.new) == (old["in_columns"]["dossier_id"][3], "closed_on", "2024-01-01")


@pytest.mark.parametrize("spoil", [
    lambda others: others["due_on"].pop(), lambda others: others["kind"].__setitem__(0, 10_000),
    lambda others: others["kind"].__setitem__(0, -1), lambda others: others["dossier_id"].append("H-1"),
])  # fmt: skip
def test_columns_that_do_not_fit_are_refused(brief, spoil):
    result = json.loads(brief.as_json())
    spoil(result["in_columns"])
    with pytest.raises(ValidationError):
        Dossiers.model_validate_json(json.dumps(result["in_columns"]))


@pytest.mark.parametrize("place", [10_000, -1])
def test_readers_refuse_a_kind_that_is_not_there(brief, place):
    result = json.loads(brief.as_json())
    result["in_columns"]["kind"][0] = place
    with pytest.raises(AuditError):
        previous.parsed("a", json.dumps(result).encode())
    with pytest.raises(AuditError):
        commune.row("xa/1", "a", json.dumps(result))


class Terminal(io.StringIO):
    """What a terminal is written to."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_which_step_an_audit_is_at_and_a_file_is_not(monkeypatch):
    monkeypatch.setattr(asked, "SOON", 0)
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", stream)
        with asked.steps_progress("vi") as told:
            told(3, 40)
            for _ in range(200):
                if "3/40" in stream.getvalue() or not stream.isatty():
                    break
                time.sleep(0.05)
        assert ("3/40" in stream.getvalue(), "Đang kiểm tra" in stream.getvalue()) == (stream.isatty(),) * 2


def test_rows_put_whole_are_written_as_the_library_writes_their_cells():
    cells = ["a", "a", " <b>&", "Hồ sơ", 3, 2.5, 10**14, datetime(2025, 4, 8), datetime(2025, 4, 8, 14, 5), None]
    books = []
    for kind in (Worksheet, RowSheet):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            book.set_properties({"created": datetime(2025, 1, 1)})
            style, sheet = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet("A", kind)
            sheet.set_row(2, 30)
            for row in range(3):
                if kind is RowSheet:
                    sheet.put(row, [sheet.made(cell, style) for cell in cells])
                    continue
                for column, cell in enumerate(cells):
                    write = sheet.write_datetime if isinstance(cell, datetime) else sheet.write
                    write(row, column, cell, style)
        with zipfile.ZipFile(stream) as parts:
            books.append({name: re.sub(rb' spans="[\d:]+"', b"", parts.read(name)) for name in parts.namelist()})
    assert books[0] == books[1]
