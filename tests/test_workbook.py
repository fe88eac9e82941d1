"""The workbook: every dossier once, days as days, text that cannot run, in both languages, for both editions."""

import io
import re
import zipfile
from datetime import date, datetime
from functools import lru_cache
from xml.etree import ElementTree

import pytest
from conftest import SAMPLE, XA_MAU
from folders import SOFTWARE, folder
from python_calamine import CalamineWorkbook

from audit.findings import at_once, next_period, result, schema
from audit.findings.result import Result
from audit.ground import terms
from audit.ground.terms import Edition
from audit.page import tables, workbook
from audit.reading import load

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FORMULA = '=HYPERLINK("http://example.org","x")'
HOSTILE = (
    FORMULA, "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "=cmd|' /C calc'!A0", "http://example.org", "<r><t>x</t></r>",
    "<r></r>", "<r>&", "]]>", "_x0041_", "_x0041_x0042_", "_x005F_x0041_", "007", "01/02/03", "a\nb", " a ", "&P&G",
    "\u202egnp.exe", "ă\u0301", "</sst>", "<script>alert(1)</script>", "'", "x" * 33_000, "🏠" * 17_000,
)  # fmt: skip
PARTS_OF_A_BOOK = {"_rels/.rels", "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"}


def editions(office: load.Office, lang: str = "vi") -> dict[Edition, Result]:
    found = at_once.result(office, lang)
    return {edition: result.in_edition(found, edition, office.key) for edition in Edition}


@pytest.fixture(scope="module")
def samples() -> dict[tuple[str, str], dict[Edition, Result]]:
    return {
        (path.parent.name, lang): editions(load.office(path), lang)
        for path in (SAMPLE, XA_MAU)
        for lang in ("vi", "en")
    }


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> dict[Edition, Result]:
    """Two dossiers: H-1 closed late and signed for in time, H-2 in time in both."""
    return editions(load.office(folder(tmp_path_factory.mktemp("tiny") / "a")))


def book(found: Result) -> bytes:
    """The workbook of a result, made once however many tests read it."""
    if id(found) not in _BOOKS:
        _BOOKS[id(found)] = found, workbook.workbook(found)
    return _BOOKS[id(found)][1]


_BOOKS: dict[int, tuple[Result, bytes]] = {}


@lru_cache(maxsize=4)
def read(content: bytes) -> dict[str, list[list]]:
    """Sheets as a spreadsheet reads them, days as days."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


def rows(found: Result, name: str) -> list[list]:
    return read(book(found))[terms.text(f"sheet.{name}", found.lang)][1:]


def column(found: Result, name: str, heading: str) -> list:
    headings, *cells = read(workbook.workbook(found))[terms.text(f"sheet.{name}", found.lang)]
    return [row[headings.index(heading)] for row in cells]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@lru_cache(maxsize=2)
def trees(content: bytes) -> dict[str, ElementTree.Element]:
    return {name: ElementTree.fromstring(part) for name, part in parts(content).items()}


def sheet_trees(content: bytes) -> dict[str, ElementTree.Element]:
    """The XML of each sheet, by its name."""
    found = trees(content)
    targets = {one.get("Id"): one.get("Target") for one in found["xl/_rels/workbook.xml.rels"]}
    return {
        one.get("name"): found[f"xl/{targets[one.get(RELATION)]}"]
        for one in found["xl/workbook.xml"].iter(f"{MAIN}sheet")
    }


def strings(content: bytes) -> list[str]:
    """The shared strings as Excel shows them: each run by itself, `_xHHHH_` decoded from the left."""

    def decoded(text: str) -> str:
        return re.sub("_x([0-9a-fA-F]{4})_", lambda code: chr(int(code[1], 16)), text)

    shared = trees(content)["xl/sharedStrings.xml"]
    return ["".join(decoded(text.text or "") for text in one.iter(f"{MAIN}t")) for one in shared.iter(f"{MAIN}si")]


# What is in it ----------------------------------------------------------------------------------------------------------


def test_every_dossier_judged_stands_in_one_row_of_all_dossiers(samples):
    for (name, lang), by_edition in samples.items():
        for edition, found in by_edition.items():
            listed = [row[0] for row in rows(found, "dossiers")]
            assert len(listed) == len(set(listed)) == {"binh-phuoc": 314, "xa-mau": 105}[name], (lang, edition)
            assert set(listed) == {one.dossier_id for one in found.judged}
            assert [row[0] for row in rows(found, "cases")] == [case.dossier_id for case in found.cases]


def test_a_book_in_which_a_dossier_is_missing_or_stands_twice_is_not_written(tiny):
    found = tiny[Edition.INTERNAL]
    (one,) = found.in_columns.each
    for others, told in (
        ([], "1 dossiers in 1 rows"),
        ([one, one], "2 dossiers in 3 rows"),
        ([one._replace(dossier_id="H-1")], "1 dossiers in 2 rows"),
    ):
        with pytest.raises(ValueError, match=f"{told}, 2 judged"):
            workbook.workbook(found.model_copy(update={"in_columns": schema.Dossiers.of(others)}))


def test_all_dossiers_of_a_tiny_folder(tiny):
    found = tiny
    codes = [one.dossier_code for one in sorted(found["internal"].judged, key=lambda one: one.dossier_id)]
    settled, received, due = "Đã giải quyết trong kỳ", date(2025, 4, 1), date(2025, 4, 8)
    late = ["Quá hạn trên phần mềm, thực tế đúng hạn", received, due, date(2025, 4, 8), date(2025, 4, 10), "có"]
    on_time = ["Đúng hạn", received, due, date(2025, 4, 8), date(2025, 4, 8), "không"]
    assert read(book(found["internal"]))["Tất cả hồ sơ"] == [
        ["Hồ sơ", "Mã ẩn danh", "Thủ tục", "Lĩnh vực", "Được tính vào", "Kết luận", "Tiếp nhận", "Hẹn trả", "Ngày trả",
         "Kết thúc trên phần mềm", "Có nêu chi tiết"],
        ["H-1", codes[0], "", "", settled, *late],
        ["H-2", codes[1], "", "", settled, *on_time],
    ]  # fmt: skip
    shared = read(book(found["shareable"]))["Tất cả hồ sơ"]
    assert shared[0] == [
        "Hồ sơ",
        "Được tính vào",
        "Kết luận",
        "Tiếp nhận",
        "Hẹn trả",
        "Ngày trả",
        "Kết thúc trên phần mềm",
        "Có nêu chi tiết",
    ]
    assert sorted(shared[1:]) == sorted([[codes[0], settled, *late], [codes[1], settled, *on_time]])


def test_the_evidence_is_as_written_with_its_place_and_what_was_read_of_it(tiny):
    found = tiny
    signed = "chữ ký có ghi ngày của công dân"
    software, register = ["Phần mềm", "software.csv", "", 2, "", ""], ["Sổ giấy", "register.csv", "", 2, "", "1"]
    assert rows(found["internal"], "evidence") == [
        ["H-1", 1, *software, "Ngày tiếp nhận", "01/04/2025", date(2025, 4, 1), ""],
        ["H-1", 1, *software, "Ngày hẹn trả", "08/04/2025 17:00", datetime(2025, 4, 8, 17), ""],
        ["H-1", 1, *software, "Ngày kết thúc xử lý", "10/04/2025 08:00", datetime(2025, 4, 10, 8), ""],
        ["H-1", 2, *register, "Nhận hồ sơ", "01/04/2025", date(2025, 4, 1), signed],
        ["H-1", 2, *register, "Hẹn trả kết quả", "08/04/2025", date(2025, 4, 8), signed],
        ["H-1", 2, *register, "Trả kết quả", "08/04/2025", date(2025, 4, 8), signed],
        ["H-1", 2, *register, "Ký nhận", "có ký nhận", "có", signed],
    ]
    told = rows(found["shareable"], "evidence")
    assert [row[4:7] for row in told] == [
        ["", "ngày tiếp nhận", date(2025, 4, 1)], ["", "ngày hẹn trả", date(2025, 4, 8)],
        ["", "ngày kết thúc xử lý", date(2025, 4, 10)], ["", "ngày nhận (sổ)", date(2025, 4, 1)],
        ["", "ngày hẹn trả (sổ)", date(2025, 4, 8)], ["", "ngày trả (sổ)", date(2025, 4, 8)], ["", "ký nhận", "có"],
    ]  # fmt: skip
    assert {tuple(row[:4]) for row in told} == {
        (found["shareable"].cases[0].dossier_code, 1, "Phần mềm", "software.csv"),
        (found["shareable"].cases[0].dossier_code, 2, "Sổ giấy", "register.csv"),
    }


def test_terms_are_said_in_words_and_what_is_not_shared_says_so(tmp_path):
    software = SOFTWARE.replace("Số hồ sơ", "Trạng thái | Cơ quan/đơn vị | Số hồ sơ").replace(
        "H-1", "Đã trả kết quả | lê mười | H-1"
    )
    software = software.replace("H-2", "Xong | UBND xã Thử | H-2")
    found = editions(load.office(folder(tmp_path / "a", software__csv=software)))
    internal = {row[8]: row[9:11] for row in rows(found["internal"], "evidence") if row[2] == "Phần mềm"}
    assert internal["Trạng thái"] == ["Đã trả kết quả", "đã trả kết quả"]
    assert internal["Cơ quan/đơn vị"] == ["(không hiển thị: có thể là tên người)", "đơn vị chưa có trong danh mục"]
    shared = {row[5]: row[6] for row in rows(found["shareable"], "evidence") if row[2] == "Phần mềm"}
    assert shared["trạng thái"] == "đã trả kết quả"


def test_the_first_sheet_says_what_this_is_for_whom_and_how_much_of_what(tiny):
    found = tiny
    for edition in Edition:
        told = [[cell for cell in row if cell != ""] for row in read(book(found[edition]))["Giới thiệu"]]
        assert told[:2] == [["Kiểm tra hồ sơ quá hạn"], [terms.text(f"page.{edition}", "vi")]]
        assert ["Đơn vị được kiểm tra", "xã Thử"] in told
        assert ["Kỳ: từ ngày", date(2025, 4, 1)] in told
        assert ["Kỳ: đến ngày", date(2025, 4, 30)] in told
        assert ["Ngày kiểm tra", date(2025, 5, 5)] in told
        assert ["Hồ sơ đã xét", 2, "1 nêu chi tiết + 1 khác = 2"] in told
        assert ["result.json (SHA-256)", found[edition].sha256()] in told
        assert ["Quá hạn trên phần mềm, thực tế đúng hạn", 1, 1] in told
        assert ["Đúng hạn", 1, 0] in told
        assert ["Tổng", 2, 1] in told
        assert ["Theo hồ sơ: giấy tờ chứng minh đúng hạn / đã giải quyết", 2, 2, 2, "100,00%", "100,00%"] in told
        assert [row[2:] for row in told if row[:1] == ["Tất cả hồ sơ"]] == [[2, 2]]
        assert [row[2:] for row in told if row[:1] == ["Bằng chứng"]] == [[7, 7]]


def test_made_up_dossiers_are_said_to_be_made_up(samples):
    for (name, lang), by_edition in samples.items():
        for found in by_edition.values():
            content = book(found)
            notice = next(iter(read(content).values()))[2][0]
            assert notice.startswith(terms.text("page.made_up", lang)), name
            for tree in sheet_trees(content).values():
                assert terms.text("sheet.made_up", lang) in tree.find(f".//{MAIN}oddFooter").text


def test_fields_counted_together_say_so_and_add_up_to_all_dossiers(samples):
    shared = rows(samples["xa-mau", "vi"][Edition.SHAREABLE], "fields")
    assert shared[-1][:2] == ["(các lĩnh vực gộp chung)", 9]
    assert sum(row[2] for row in shared) == 105
    assert all(count == 0 or count >= 5 for row in shared for count in row[2:])


NOTE = {
    "note": "0123456789abcdef", "finding": "7K3F-92QX-M4TA", "dossier_id": "H-1", "fingerprint": "0" * 16,
    "is_current": False, "is_contested": True, "verdict_then": "late", "position": "new_evidence",
    "text": "Có giấy hẹn", "evidence": "Giấy hẹn số 5", "by": "Văn thư", "at": "2025-05-01T23:30:00Z",
    "added_at": "2025-05-02T08:00:00+07:00",
}  # fmt: skip


def test_a_note_stands_with_its_moment_in_vietnams_time_and_is_not_told_outside(tmp_path):
    office = load.office(folder(tmp_path / "a"))
    found = at_once.result(office).model_copy(update={"notes": (schema.Note.model_validate(NOTE),)})
    told = [
        "H-1", "7K3F-92QX-M4TA", "Có chứng cứ mới", "Có giấy hẹn", "Giấy hẹn số 5", "Văn thư",
        "không", datetime(2025, 5, 2, 6, 30), datetime(2025, 5, 2, 8), "Quá hạn", "không", "có", "0123456789abcdef",
    ]  # fmt: skip
    assert rows(found, "notes") == [told]
    shared = rows(result.in_edition(found, Edition.SHAREABLE, office.key), "notes")
    assert [row[:-1] for row in shared] == [
        ["7K3F-92QX-M4TA", "Có chứng cứ mới", "không", date(2025, 5, 2), date(2025, 5, 2), "Quá hạn", "không", "có"]
    ]


# Two languages, two editions ---------------------------------------------------------------------------------------------


NAMES = {
    "vi": ["Giới thiệu", "Hồ sơ nêu chi tiết", "Giấy tờ cần tìm", "Tất cả hồ sơ", "Bằng chứng", "Ngày hẹn trả", "Thời gian giữ", "Tiếp nhận trực tuyến", "Lĩnh vực", "Biểu II.06a",
           "Kết thúc muộn mất mấy điểm", "Số liệu trên Cổng", "Chuyển kỳ", "Kiến nghị, cam kết", "Các kỳ",
           "Số liệu báo cáo", "Điểm cần giải trình", "Đối chiếu số liệu", "Điểm cần xem lại", "Mâu thuẫn", "Điểm đáng xem",
           "Cặp đề nghị ghép", "Dòng trùng", "Ô đã đính chính", "Ghi chú", "Dòng không phải hồ sơ"],
    "en": ["About", "Cases", "Papers to fetch", "All dossiers", "Evidence", "Due dates", "Time held", "Late acceptance", "Fields", "Form II.06a", "What late clicking costs", "Figures of the portal", "Carried over", "Followed up", "Periods", "Reported figures",
           "To be explained", "Figures compared", "Problems", "Contradictions", "Leads", "Proposed pairs", "Duplicate rows",
           "Corrections", "Notes", "Rows left out"],
}  # fmt: skip


def test_the_sheets_are_the_same_in_every_book_and_named_in_its_language(samples):
    for (_, lang), by_edition in samples.items():
        for edition, found in by_edition.items():
            leads = {"Điểm đáng xem", "Leads"} if edition == Edition.OFFICE else set()  # which that book has not
            codes = set() if edition == Edition.INTERNAL else {"Chuyển kỳ", "Carried over"}  # it lists dossiers alone
            lacking = leads | codes
            assert list(read(book(found))) == [name for name in NAMES[lang] if name not in lacking]
    for lang in terms.LANGUAGES:
        assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in NAMES[lang])
        assert len({name.lower() for name in NAMES[lang]} - {"history"}) == len(NAMES[lang])


INTERNAL_COLUMNS = {  # that nothing of is shared
    "cases": ["Mã ẩn danh", "Lĩnh vực"], "papers": ["Thủ tục", "Tìm ở đâu"], "dossiers": ["Mã ẩn danh", "Thủ tục", "Lĩnh vực"],
    "acceptances": ["Ít nhất (phút làm việc)", "Nhiều nhất (phút làm việc)"],
    "evidence": ["Trang tính của tệp", "Dòng", "Số thứ tự trong sổ", "Ghi gì"], "claims": ["Nguyên văn"],
    "followup": ["Đơn vị thực hiện", "Căn cứ kèm theo"], "problems": ["Trang tính của tệp", "Dòng", "Ghi gì"],
    "proposals": ["Trang tính phần mềm", "Dòng phần mềm", "Trang tính sổ", "Dòng sổ"],
    "duplicates": ["Trang tính của tệp", "Dòng"],
    "corrections": ["Tệp", "Trang tính của tệp", "Dòng", "Trong tệp ghi", "Đọc là", "Vì sao", "Người đính chính"],
    "notes": ["Hồ sơ", "Nội dung", "Chứng cứ nêu ra", "Người ghi"], "left_out": ["Trang tính của tệp", "Ghi gì"],
}  # fmt: skip


def test_a_column_of_which_nothing_is_shared_is_left_out_of_the_shareable_book(samples):
    by_edition = samples["xa-mau", "vi"]
    internal, shared = (read(book(by_edition[edition])) for edition in (Edition.INTERNAL, Edition.SHAREABLE))
    left_out = {
        NAMES["vi"].index(name): [one for one in cells[0] if one not in shared[name][0]]
        for name, cells in internal.items() if name != "Chuyển kỳ"  # that book has none
    }  # fmt: skip
    keys = ["about", "cases", "papers", "dossiers", "evidence", "due_dates", "stays", "acceptances", "fields", "form_06a", "points", "portal", "carried_over", "followup", "trend", "claims", "soft_spots",
            "identities",
            "problems", "contradictions", "leads", "proposals", "duplicates", "corrections", "notes", "left_out"]  # fmt: skip
    assert {keys[place]: columns for place, columns in left_out.items() if columns} == INTERNAL_COLUMNS
    assert all(set(cells[0]) <= set(internal[name][0]) for name, cells in shared.items())


def test_the_offices_book_has_codes_rows_and_where_papers_lie_and_nothing_that_somebody_wrote(samples):
    by_edition = samples["xa-mau", "vi"]
    internal, office = (read(book(by_edition[edition])) for edition in (Edition.INTERNAL, Edition.OFFICE))
    left_out = {
        name: gone for name, cells in internal.items()
        if name in office and (gone := [one for one in cells[0] if one not in office[name][0]])
    }  # fmt: skip
    assert left_out == {
        "Giấy tờ cần tìm": ["Thủ tục"], "Tất cả hồ sơ": ["Thủ tục"], "Bằng chứng": ["Trang tính của tệp", "Ghi gì"],
        "Tiếp nhận trực tuyến": ["Ít nhất (phút làm việc)", "Nhiều nhất (phút làm việc)"], "Số liệu báo cáo": ["Nguyên văn"],
        "Điểm cần xem lại": ["Trang tính của tệp", "Ghi gì"], "Cặp đề nghị ghép": ["Trang tính phần mềm", "Trang tính sổ"],
        "Dòng trùng": ["Trang tính của tệp"], "Ghi chú": ["Nội dung", "Chứng cứ nêu ra", "Người ghi"],
        "Ô đã đính chính": ["Tệp", "Trang tính của tệp", "Trong tệp ghi", "Đọc là", "Vì sao", "Người đính chính"],
        "Dòng không phải hồ sơ": ["Trang tính của tệp", "Ghi gì"],
        "Kiến nghị, cam kết": ["Đơn vị thực hiện", "Căn cứ kèm theo"],
    }  # fmt: skip
    papers = internal["Giấy tờ cần tìm"]
    assert [row[0] for row in office["Giấy tờ cần tìm"]] == [row[0] for row in papers]
    assert len(papers) > 20


def test_no_column_of_the_shareable_book_is_empty_where_every_awkward_case_occurs(samples):
    found = read(book(samples["xa-mau", "vi"][Edition.SHAREABLE]))
    filled = {name: cells for name, cells in list(found.items())[1:] if cells[1][0] != ""}
    assert set(NAMES["vi"]) - set(filled) == {
        "Giới thiệu",
        "Số liệu báo cáo",
        "Điểm cần giải trình",
        "Đối chiếu số liệu",
        "Ghi chú",
        "Số liệu trên Cổng",
        "Chuyển kỳ",
        "Kiến nghị, cam kết",
        "Các kỳ",
    }
    for name, (headings, *cells) in filled.items():
        empty = [heading for heading, *values in zip(headings, *cells, strict=True) if set(values) == {""}]
        assert empty == (["Hạn của khâu"] if name == "Thời gian giữ" else []), name  # its slips set no limits


def test_nothing_of_the_wording_of_the_records_is_anywhere_in_the_shareable_book(samples):
    for by_edition in samples.values():
        internal = by_edition[Edition.INTERNAL]
        wording = {one for case in internal.judged for one in (case.procedure, case.dossier_id)}
        wording |= {claim.quote for claim in internal.claims} | {problem.written for problem in internal.problems}
        wording |= {stay.unit for case in internal.cases for stay in case.stays} | {
            d.dossier_id for d in internal.duplicates
        }
        wording = {one for one in wording if one and len(one) > 5 and not re.fullmatch(r"[\d/: ]+", one)}
        assert len(wording) > 100
        told = " ".join(part.decode() for part in parts(book(by_edition[Edition.SHAREABLE])).values())
        assert not [one for one in wording if one in told]
        known = " ".join(part.decode() for part in parts(book(internal)).values())
        assert len([one for one in wording if one in known]) > 100


# Cells -------------------------------------------------------------------------------------------------------------------


TEXTS = {  # what comes from a file, or could
    schema.Case: "procedure field reason change holder_at_due", schema.Named: "procedure field", schema.Kind: "reason change holder_at_due",
    schema.Cell: "heading written", schema.Evidence: "file sheet page line",
    schema.SystemDifference: "dossier_id first second first_says second_says rules", schema.Stay: "unit",
    schema.FieldCount: "field", schema.FormRow: "field", schema.FollowedUp: "file what who support sign", schema.EarlierPeriod: "name message",
    schema.CarriedDossier: "dossier_id", schema.Answered: "dossier_id text", schema.Claim: "claim written out_of_written scope section page line quote explanation",
    schema.SoftSpot: "sentence claims", schema.Identity: "claims scope", schema.Contradiction: "dossiers",
    schema.Problem: "file sheet column written message", schema.LeadDossier: "dossier_id group",
    schema.Lead: "explanation", schema.Duplicate: "dossier_id file sheet", schema.LeftOut: "file sheet written",
    schema.Proposal: "dossier_id_software sheet_software dossier_id_register sheet_register reasons",
    schema.Correction: "file sheet was now why by", schema.Note: "dossier_id text evidence by",
    schema.PortalFigure: "written explanation", schema.AcceptedDossier: "dossier_id", schema.Paper: "dossier_id procedure where", schema.OfficeName: "commune district province report",
}  # fmt: skip


def poisoned(part, text: str):
    """`part` with `text` in every field that may hold what somebody wrote."""
    if isinstance(part, tuple):
        return tuple(poisoned(one, text) for one in part)
    if not isinstance(part, schema.Part):
        return part
    changed = {name: poisoned(getattr(part, name), text) for name in type(part).model_fields}
    for name in TEXTS.get(type(part), "").split():
        changed[name] = (text,) if isinstance(changed[name], tuple) else text
    if isinstance(part, schema.Identity):
        changed["terms"] = ((text, text),)
    if isinstance(part, Result):
        changed["cases"] = (changed["cases"][0].model_copy(update={"dossier_id": text}), *changed["cases"][1:])
    return part.model_copy(update=changed)


PORTAL = schema.PortalFigure(item="2.1", figure="share", written="98,4", outcome=terms.Outcome.HOLDS, explanation="a")


@pytest.fixture(scope="module")
def full(samples) -> Result:
    """A result with rows on every sheet: the awkward sample's, with the real report's figures and a note."""
    awkward, real = (samples[name, "vi"][Edition.INTERNAL] for name in ("xa-mau", "binh-phuoc"))
    names = ("claims", "soft_spots", "identities")
    some = {name: getattr(awkward, name)[:3] for name in ("problems", "leads", "left_out")}
    some |= {"in_columns": schema.Dossiers.of(awkward.in_columns.each[:3])} | {
        name: getattr(awkward, name)[:3]
        for name in ("papers", "duplicates", "proposals", "contradictions", "acceptances")
        if hasattr(awkward, name)
    }
    cases = tuple(
        {case.verdict: case for case in awkward.cases if case.stays or case.verdict != terms.Verdict.LATE}.values()
    )
    next_ = load.office(XA_MAU.parent / "2025-q4")
    followed = next_period.with_earlier(at_once.result(next_), next_, XA_MAU.parent / "2025-q4").next_period
    return awkward.model_copy(
        update={"next_period": followed} | {name: getattr(real, name)[:3] for name in names}
        | some | {"cases": cases, "verdicts": {terms.Verdict.LATE: len(cases) + len(some["in_columns"])}}
        | {"notes": (schema.Note.model_validate(NOTE),), "points": real.points.model_copy(update={"portal": (PORTAL,)})}
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_a_hostile_text_in_every_column_stays_that_text(full, text):
    content = workbook.workbook(poisoned(full, text))
    found = parts(content)
    assert not any(mark in part for part in found.values() for mark in (b"<f>", b"<f ", b"<hyperlink", b"externalLink"))
    assert set(found) >= PARTS_OF_A_BOOK
    assert {name for name in found if "/" in name and not name.endswith((".xml", ".rels"))} == set()
    for tree in trees(content).values():
        assert tree.tag
    cells = [cell for tree in sheet_trees(content).values() for cell in tree.iter(f"{MAIN}c") if len(cell)]
    assert {cell.get("t") for cell in cells} == {"s", None}  # strings and numbers, days among them
    assert len(read(content)) == 26
    told, styles = strings(content), trees(content)["xl/styles.xml"].find(f"{MAIN}cellXfs")
    theirs = [cell for cell in cells if cell.get("t") == "s" and told[int(cell[0].text)].startswith(text[:1000])]
    assert len(theirs) > 100
    assert {styles[int(cell.get("s"))].get("quotePrefix") for cell in theirs} == {"1"}  # text after an edit too
    assert text in told or len(text) > 1000


def test_every_column_that_may_hold_what_somebody_wrote_was_tried(full):
    spoilt = read(workbook.workbook(poisoned(full, "=1+1")))
    tried = {
        name: [heading for heading, *cells in zip(*rows, strict=True) if "=1+1" in map(str, cells)]
        for name, rows in list(spoilt.items())[1:]
    }
    assert {name: columns for name, columns in tried.items() if columns} == {
        "Hồ sơ nêu chi tiết": ["Hồ sơ", "Lĩnh vực", "Vì sao", "Điều gì sẽ làm thay đổi kết luận"],
        "Giấy tờ cần tìm": ["Hồ sơ", "Thủ tục", "Tìm ở đâu"],
        "Tất cả hồ sơ": ["Hồ sơ", "Thủ tục", "Lĩnh vực"],
        "Bằng chứng": ["Hồ sơ", "Tệp", "Trang tính của tệp", "Trang sổ", "Số thứ tự trong sổ", "Cột", "Ghi gì"],
        "Ngày hẹn trả": ["Hồ sơ"], "Thời gian giữ": ["Hồ sơ", "Đơn vị", "Đơn vị giữ hồ sơ khi đến hạn"], "Lĩnh vực": ["Lĩnh vực"], "Biểu II.06a": ["Lĩnh vực"],
        "Chuyển kỳ": ["Hồ sơ"], "Kiến nghị, cam kết": ["Kiến nghị, cam kết", "Đơn vị thực hiện", "Căn cứ kèm theo", "Dấu hiệu theo dõi"],
        "Tiếp nhận trực tuyến": ["Hồ sơ"], "Số liệu trên Cổng": ["Cổng ghi", "Vì sao"],
        "Số liệu báo cáo": ["Ký hiệu", "Báo cáo ghi", "Tổng số in kèm", "Hồ sơ cho thấy", "Phạm vi", "Mục", "Trang báo cáo",
                            "Dòng báo cáo", "Nguyên văn"],
        "Điểm cần giải trình": ["Vì sao", "Dựa trên số liệu"], "Đối chiếu số liệu": ["Phạm vi", "Dựa trên số liệu"],
        "Điểm cần xem lại": ["Tệp", "Trang tính của tệp", "Cột", "Ghi gì", "Vấn đề và cách xử lý"], "Mâu thuẫn": ["Hồ sơ"],
        "Điểm đáng xem": ["Hồ sơ", "Nhóm", "Cách giải thích bình thường"],
        "Cặp đề nghị ghép": ["Hồ sơ", "Trang tính phần mềm", "Dòng trong sổ", "Trang tính sổ", "Vì sao đề nghị"],
        "Dòng trùng": ["Hồ sơ", "Tệp", "Trang tính của tệp"],
        "Ô đã đính chính": ["Tệp", "Trang tính của tệp", "Trong tệp ghi", "Đọc là", "Vì sao", "Người đính chính"],
        "Ghi chú": ["Hồ sơ", "Nội dung", "Chứng cứ nêu ra", "Người ghi"],
        "Dòng không phải hồ sơ": ["Tệp", "Trang tính của tệp", "Ghi gì"],
    }  # fmt: skip
    assert [row[3] for row in spoilt["Đối chiếu số liệu"][1:]] == ["=1+1: =1+1"] * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00\x07b", "a\ufffd\ufffdb"),
        ("\ud83c", "\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("a\r\nb\tc", "a\nb\tc"),
    ],
)
def test_what_no_spreadsheet_can_hold_is_seen_to_be_missing(tiny, text, shown):
    assert workbook.as_text(text) == shown
    found = tiny[Edition.INTERNAL]
    case = found.cases[0].model_copy(update={"reason": text.replace("\ud83c", "\x01")})
    assert shown in strings(workbook.workbook(found.model_copy(update={"cases": (case,)})))


def test_a_text_that_a_cell_cannot_hold_says_how_much_of_it_is_there(tiny):
    found = tiny[Edition.INTERNAL]

    def reason(text: str) -> str:
        case = found.cases[0].model_copy(update={"reason": text})
        return column(found.model_copy(update={"cases": (case,)}), "cases", "Vì sao")[0]

    assert reason("x" * 32_767) == "x" * 32_767
    assert reason("x" * 100_000) == "x" * 32_667 + "… (ghi 32.667 trong 100.000 ký tự; đầy đủ ở result.json)"
    assert reason("🏠" * 16_383) == "🏠" * 16_383  # two in UTF-16, of which a cell holds 32,767
    assert reason("🏠" * 20_000).endswith("🏠… (ghi 16.333 trong 20.000 ký tự; đầy đủ ở result.json)")


def test_rows_that_are_not_there_are_said_aloud(tiny, monkeypatch):
    monkeypatch.setattr(tables, "MOST_EVIDENCE", 3)
    content = workbook.workbook(tiny[Edition.INTERNAL])
    found = read(content)
    assert [row[0] for row in found["Bằng chứng"]] == [
        "Hồ sơ",
        "H-1",
        "H-1",
        "H-1",
        "",
        "Chỉ ghi 3 trong 7 dòng; đầy đủ ở result.json.",
    ]
    assert sheet_trees(content)["Bằng chứng"].find(f"{MAIN}autoFilter").get("ref") == "A1:L4"
    assert [row[2:4] for row in found["Giới thiệu"] if row[0] == "Bằng chứng"] == [[3, 7]]


def test_a_book_holds_no_more_rows_than_a_spreadsheet():
    assert tables.MOST_ROWS + 3 == 1_048_576  # with the headings, a blank line, and the line that says what is missing


def test_days_and_moments_are_shown_as_in_vietnam_and_one_too_early_for_a_spreadsheet_is_text(tiny):
    found = tiny[Edition.INTERNAL]
    case = found.cases[0].model_copy(update={"received_on": date(1890, 2, 3), "issued_on": date(2025, 4, 7)})
    found = found.model_copy(update={"cases": (case,)})
    assert column(found, "cases", "Tiếp nhận") == ["03/02/1890"]
    assert column(found, "cases", "Ngày văn bản kết quả") == [date(2025, 4, 7)]


def test_a_day_without_a_time_of_day_is_shown_without_one(tiny):
    content = book(tiny[Edition.INTERNAL])
    styles = trees(content)["xl/styles.xml"]
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")}
    assert set(codes.values()) == {"dd/mm/yyyy", "dd/mm/yyyy hh:mm", "#,##0"}
    formats = [codes.get(one.get("numFmtId")) for one in styles.find(f"{MAIN}cellXfs")]
    read_as = [cell for cell in sheet_trees(content)["Bằng chứng"].iter(f"{MAIN}c") if cell.get("r").startswith("K")]
    day, moment = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
    assert [formats[int(cell.get("s"))] for cell in read_as[1:]] == [day, moment, moment, day, day, day, None]


def test_numbers_that_a_spreadsheet_would_round_or_has_not_are_text(tiny):
    found = tiny[Edition.INTERNAL]
    one = schema.Identity(
        identity="online_same_everywhere", source="arithmetic", outcome="holds", expected=float("nan"), found=9.5, difference=1e300,
        exact=None, terms=(("received_total", "1"),), claims=(), is_confirmed=True,
    )  # fmt: skip
    assert rows(found.model_copy(update={"identities": (one,)}), "identities")[0][4:7] == [9.5, "nan", "1e+300"]


# The file ----------------------------------------------------------------------------------------------------------------


def test_the_same_result_gives_the_same_bytes_and_the_file_names_nobody(samples):
    for by_edition in samples.values():
        for found in by_edition.values():
            content = book(found)
            assert content == workbook.workbook(found)
            core = {one.tag.rpartition("}")[2]: one.text or "" for one in trees(content)["docProps/core.xml"]}
            assert core == {
                "title": terms.text("sheet.title", found.lang), "creator": "", "lastModifiedBy": "",
                "created": f"{found.as_of}T00:00:00Z", "modified": f"{found.as_of}T00:00:00Z",
            }  # fmt: skip


def test_nothing_in_the_book_is_hidden(samples):
    for by_edition in samples.values():
        for found in by_edition.values():
            content = book(found)
            for tree in trees(content).values():
                assert not [
                    one
                    for one in tree.iter()
                    if one.get("hidden") in ("1", "true") and not one.tag.endswith("definedName")
                ]
                assert not [one for one in tree.iter() if one.get("state") in ("hidden", "veryHidden")]
            assert {one.get("name") for one in trees(content)["xl/workbook.xml"].iter(f"{MAIN}definedName")} <= {
                "_xlnm._FilterDatabase", "_xlnm.Print_Titles",
            }  # fmt: skip
            assert not [name for name in parts(content) if "comment" in name or "vml" in name or "vba" in name.lower()]


def test_headings_stay_filters_cover_the_table_and_no_cell_is_marked(samples):
    content = book(samples["xa-mau", "vi"][Edition.INTERNAL])
    cells = read(content)
    for name, tree in list(sheet_trees(content).items())[1:]:
        pane = tree.find(f".//{MAIN}pane")
        assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "B2")
        filled = len(cells[name]) if cells[name][1][0] != "" else 1
        last = f"{chr(ord('A') + len(cells[name][0]) - 1)}{filled}"
        assert tree.find(f"{MAIN}autoFilter").get("ref") == f"A1:{last}", name
        ignored = {tuple(sorted(one.attrib.items())) for one in tree.iter(f"{MAIN}ignoredError")}
        assert ignored == {
            (("numberStoredAsText", "1"), ("sqref", f"A1:{last}")),
            (("sqref", f"A1:{last}"), ("twoDigitTextYear", "1")),
        }


def test_every_sheet_prints_on_a4_across_with_its_headings_on_each_page_and_says_whose_it_is(samples):
    for edition, said in (("internal", "BẢN NỘI BỘ – không đưa ra ngoài cơ quan"), ("shareable", "Bản chia sẻ")):
        content = book(samples["binh-phuoc", "vi"][edition])
        for name, tree in sheet_trees(content).items():
            page = tree.find(f"{MAIN}pageSetup")
            assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == ("9", "landscape", "0")
            assert tree.find(f".//{MAIN}oddHeader").text == f"&Lxã Bình Phước, 24/08/2023 – 24/09/2023&R&B{said}"
            assert tree.find(f".//{MAIN}oddFooter").text.endswith("&RTrang &P / &N"), name
        titles = [
            one.text
            for one in trees(content)["xl/workbook.xml"].iter(f"{MAIN}definedName")
            if one.get("name") == "_xlnm.Print_Titles"
        ]
        assert len(titles) == 25 - (edition != Edition.INTERNAL)
        assert all(title.endswith("!$1:$1") for title in titles)


@pytest.mark.parametrize(
    ("commune", "printed"),
    [
        ("xã A & B", "xã A && B"), ("&P&D", "&&P&&D"), ("&G&[Picture]", "&& G&& [Picture]"), ("a\nb\x00", "a b\ufffd"),
        ("&" * 200, "&&" * 80 + "…"), ("xã " + "🏠" * 197, "xã " + "🏠" * 77 + "…"),
    ],
)  # fmt: skip
def test_a_name_is_printed_above_each_page_and_is_no_code(tiny, recwarn, commune, printed):
    found = tiny[Edition.INTERNAL]
    found = found.model_copy(update={"office": found.office.model_copy(update={"commune": commune})})
    for tree in sheet_trees(book(found)).values():
        header = tree.find(f".//{MAIN}oddHeader").text
        assert header.startswith(f"&L{printed}, 01/04/2025")
        assert len(header.encode("utf-16-le")) // 2 <= 255
    assert not list(recwarn)


def test_columns_are_as_wide_as_what_they_hold_within_bounds(samples):
    content = book(samples["xa-mau", "vi"][Edition.INTERNAL])
    for name, tree in list(sheet_trees(content).items())[1:]:
        widths = [
            float(one.get("width"))
            for one in tree.iter(f"{MAIN}col")
            for _ in range(int(one.get("min")), int(one.get("max")) + 1)
        ]
        assert all(7 <= width <= 61 for width in widths), name
        assert sum(widths) < 300, name
    long = {
        one.get("r"): float(one.get("ht"))
        for one in sheet_trees(content)["Hồ sơ nêu chi tiết"].iter(f"{MAIN}row")
        if one.get("ht")
    }
    assert len(long) > 60  # a case's reasons take several lines
    assert max(long.values()) <= 409  # points, a spreadsheet's most


def test_an_empty_sheet_says_that_it_is_empty(tiny):
    found = read(book(tiny[Edition.INTERNAL]))
    assert [row[0] for row in found["Ghi chú"]] == ["Hồ sơ", "", "Không có dòng nào."]
