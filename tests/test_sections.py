"""The page's pieces and the workbook: numbers with totals, words in both languages, and nothing that runs."""

import html
import io
import json
import re
from datetime import date
from typing import NamedTuple

import pytest
from conftest import SAMPLE, XA_MAU
from folders import OFFICE, SOFTWARE, folder
from markupsafe import Markup
from python_calamine import CalamineWorkbook
from test_sample import audited

from audit.findings import edition
from audit.findings.result import Note
from audit.ground import terms
from audit.ground.terms import Edition, Position, Verdict
from audit.judging import judge
from audit.page import heat, pieces, report, shell
from audit.reading import load

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
FORMULA = '=HYPERLINK("http://example.org","x")'
PIECES = (
    report.answer, report.verdicts, report.cases, report.causes, report.fields, report.form_06a, report.points, report.next_period, report.units, report.papers, report.acceptance, report.on_time,
    report.claims, report.undecided, report.contradictions, report.problems, report.notes, report.leads,
    report.accounting, report.sources, report.method, report.files, report.tools,
)  # fmt: skip
INTENT = {  # what anybody meant, no record shows
    "vi": r"cố ý|cố tình|gian lận|gian dối|làm giả|giả mạo|che giấu|đối phó|bao che|tiêu cực|khai khống|khai man|thông đồng|"
          r"vô trách nhiệm|(?<!xin )lỗi của|vi phạm|thiếu trách nhiệm|tắc trách|nhũng nhiễu|trục lợi|hợp thức hóa|sai phạm",
    "en": r"intent|deliberate|on purpose|fraud|falsif|forg(e|ed|ery)\b|fake|conceal|\bhid(e|es|ing)\b|cover.?up|cheat|manipulat|"
          r"collu|dishonest|negligen|guilt|culprit|misconduct|backdat",
}  # fmt: skip


def hostile(path):
    software = SOFTWARE.replace("Số hồ sơ", "Cơ quan/đơn vị | Tên lĩnh vực | Số hồ sơ").replace(
        "H-1", f"{FORMULA} | {HOSTILE} | H-1{HOSTILE}"
    )
    software = software.replace("H-2", f"{FORMULA} | {HOSTILE} | {FORMULA}")
    claims = f"claim | measure | written | unit | section | quote\nA | {HOSTILE} | {FORMULA} | dossier | {HOSTILE} | {HOSTILE}"
    return folder(path, software__csv=software, claims__csv=claims)


def shown(piece, found) -> str:
    """The words of a piece, one line a cell, paragraph or point; what its tools hold in store is left out."""
    page = re.sub(r"<template.*?</template>|<svg.*?</svg>", "", piece(found).html, flags=re.DOTALL)
    page = re.sub(r"<(/?)(p|li|td|th|tr|h\d|caption|summary|dt|dd|article|section|figcaption)\b[^>]*>", "\n", page)
    lines = html.unescape(re.sub(r"<[^>]+>", "", page)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def shared(folder_, found):
    return edition.in_edition(found, Edition.SHAREABLE, load.office(folder_).key)


def noted(code: str, fingerprint: str = "0" * 16, **given) -> Note:
    plain = {"note": "f" * 16, "finding": code, "dossier_id": code, "fingerprint": fingerprint, "is_current": True,
             "is_contested": False, "verdict_then": None, "position": Position.REMARK, "text": "", "evidence": "",
             "by": "Cán bộ Mẫu", "at": "2026-02-03T10:05:00+07:00", "added_at": "2026-02-04T08:00:00+07:00"}  # fmt: skip
    return Note(**plain | given)


def test_nothing_from_a_file_becomes_markup(tmp_path):
    found = audited(hostile(tmp_path / "a"))
    page = "".join(piece(found).html for piece in PIECES)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=" in page


def test_nothing_from_a_file_becomes_a_formula(tmp_path):
    book = report.workbook(audited(hostile(tmp_path / "a")))
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book))
    texts = [
        str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert FORMULA in texts  # as text
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert not any(b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_no_words_of_intent_stand_on_the_page(lang):
    for sample in (SAMPLE, XA_MAU):
        found = audited(sample, lang)
        page = html.unescape(" ".join(piece(found).html for piece in PIECES))
        assert not (met := re.search(INTENT[lang], page, re.IGNORECASE)), met
    said = " ".join(words[lang] for key, words in terms.keys().items() if not key.startswith("error."))
    assert not (met := re.search(INTENT[lang], said, re.IGNORECASE)), met


def test_what_is_not_confirmed_as_law_says_so_where_it_is_named():
    found = audited(XA_MAU)
    unsure = [source for source in found.sources if source.sureness == "u"]
    assert unsure
    page = report.sources(found).html
    assert page.count(terms.text("sureness.u", "vi")) == len(unsure)
    case = next(case for case in found.cases if any(source.id in case.sources for source in unsure))
    card = report.cases(found).html.split(f'id="case-{case.dossier_code}"')[1].split("</article>")[0]
    assert terms.text("sureness.u", "vi") in card


def test_of_two_versions_of_a_form_a_case_names_the_one_in_force_when_it_was_received():
    found = {case.dossier_id: case for case in audited(XA_MAU).cases}
    for case in found.values():
        versions = {
            source.partition("/")[2] for source in case.sources if source.startswith(("register/", "control_slip/"))
        }
        assert versions <= ({"2018"} if case.received_on < date(2025, 9, 15) else {"2025"})  # Circular 03/2025/TT-VPCP
    before = [case for case in found.values() if case.received_on < date(2025, 9, 15)]
    assert any("register/2018" in case.sources for case in before)
    assert not any("register/2025" in case.sources for case in before)


def test_every_rule_says_why_what_would_change_it_and_what_it_rests_on():
    for lang in terms.LANGUAGES:
        for rule in judge.RULES:
            assert terms.text(f"rule.{rule.name}", lang)
            assert terms.has(f"change.{rule.name}") or terms.has(f"change.{rule.answer}")
    topics = {source["topic"] for source in load.office(SAMPLE).sources}
    assert all(rests_on and set(rests_on) <= topics for rests_on in judge.RESTS_ON.values())
    assert all(terms.has(f"topic.{topic}") for topic in topics)
    assert all(terms.has(f"cause_rule.{rule.name}") for rule in judge.CAUSES)


def test_a_count_of_days_names_each_day_off_and_the_decision_made_after_the_receipt():
    office = load.office(XA_MAU)
    said = report.day_by_day(*load.term_of(office, "H99.99.00-250930-5241"), lang="vi")
    assert said.startswith("Từ sau ngày 30/09/2025 đến hết ngày 02/01/2026: 66 ngày làm việc.")
    last = said.splitlines()[-1]
    assert "02/01/2026" in last
    assert "12729/VPCP-KGVX" in last
    assert "quyết định sau ngày tiếp nhận" in last
    assert len(said.splitlines()) == 1 + 94  # 31 + 30 + 31 days to the end of the year, and two


def test_a_dossier_that_no_record_has_cannot_be_counted():
    with pytest.raises(terms.AuditError, match="nope"):
        load.term_of(load.office(XA_MAU), "nope")


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_every_piece_is_shown_in_both_languages(tmp_path, lang):
    found = audited(folder(tmp_path / "a"), lang)
    for piece in PIECES:
        assert piece(found).html.strip()


@pytest.mark.parametrize(
    ("register", "sentence"),
    [
        (
            "H-1 | 08/04/2025 | Đã ký",
            "Phần mềm ghi 1 trong 2 hồ sơ đã giải quyết là quá hạn: giấy tờ chứng minh cả 1 đã có kết quả đúng hạn.",
        ),
        (
            "H-1 | 09/04/2025 | Đã ký",
            "0 trong 1 đã có kết quả đúng hạn; 1 trong 1 quá hạn trên thực tế; 0 trong 1 chưa đủ căn cứ kết luận.",
        ),
        (
            "H-1 |  | ",
            "0 trong 1 đã có kết quả đúng hạn; 0 trong 1 quá hạn trên thực tế; 1 trong 1 chưa đủ căn cứ kết luận.",
        ),
        ("H-2 | 09/04/2025 | Đã ký", "Chiều ngược lại: 1 trong 1 hồ sơ phần mềm ghi đúng hạn có giấy tờ ghi khác"),
        ("H-1 | 08/04/2025 | Đã ký", "1 trong 1 hồ sơ phần mềm ghi đúng hạn chưa đối chiếu được với giấy tờ."),
    ],
)
def test_the_answer_is_a_sentence_with_every_number_of_its_total(tmp_path, register, sentence):
    found = audited(folder(tmp_path / "a", register__csv=f"Mã hồ sơ | Trả kết quả | Ký nhận\n{register}"))
    assert sentence in report.facts(found)


def test_the_answer_is_one_sentence_and_what_else_was_found_stands_in_a_list_that_leads_on():
    found = audited(XA_MAU)
    assert report.sentence(found) == (
        "Phần mềm ghi 28 trong 78 hồ sơ đã giải quyết là quá hạn: giấy tờ chứng minh 9 trong 28 đã có kết quả đúng hạn; "
        "9 trong 28 quá hạn trên thực tế; 10 trong 28 chưa đủ căn cứ kết luận."
    )
    first = report.answer(found).html
    for place, said in (
        ("cases", "Chiều ngược lại: 15 trong 48 hồ sơ phần mềm ghi đúng hạn có giấy tờ ghi khác"),
        ("undecided", "4 trong 48 hồ sơ phần mềm ghi đúng hạn chưa đối chiếu được với giấy tờ."),
        ("cases", "7 trong 103 hồ sơ của phần mềm không có dòng nào trong sổ giấy."),
        ("contradictions", "2 trong 48 hồ sơ phần mềm ghi đúng hạn chỉ đúng theo ngày hẹn lại."),
        ("problems", "2 trong 107 hồ sơ nằm ở những dòng không đọc được hoặc mâu thuẫn"),
    ):
        assert f'<a href="#{place}">{said}' in first
    overdue = next(case for case in found.cases if case.verdict == Verdict.OVERDUE)
    assert f'<a href="#case-{overdue.dossier_code}">5 trong 9 hồ sơ chưa kết thúc' in first


def test_why_dossiers_are_undecided_adds_up_to_how_many():
    said = shown(report.answer, audited(XA_MAU))
    assert "31/81" in said
    assert "9 giấy tờ tự mâu thuẫn · 6 ngày hẹn trả chưa thống nhất · 6 chưa chứng minh được · 10 vì lý do khác" in said


def test_a_bar_is_as_long_as_its_counts_and_never_without_them():
    """39 proved, 31 undecided, 11 late, of 81: the records of xa-mau; 48, 4 and 28, of 80: its software."""
    page = report.answer(audited(XA_MAU)).html
    drawn = [[(name, float(x), float(width)) for name, x, width in
              re.findall(r'class="share-(\w+)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', bar)]
             for bar in page.split("<svg")[1:]]  # fmt: skip
    assert drawn == [
        [("in_time", 0.0, 60.0), ("open", 60.0, 5.0), ("late", 65.0, 35.0)],
        [("in_time", 0.0, 48.1), ("open", 48.1, 38.3), ("late", 86.4, 13.6)],
    ]
    assert "39 đúng hạn 31 chưa rõ 11 quá hạn" in shown(report.answer, audited(XA_MAU))


def test_dossiers_in_unreadable_rows_are_said_aloud_on_the_first_screen(tmp_path):
    found = audited(folder(tmp_path / "a", software__csv=SOFTWARE.replace("01/04/2025", "31/04/2025", 1)))
    assert "1 trong 2 hồ sơ nằm ở những dòng không đọc được" in shown(report.answer, found)
    assert found.on_time["records"].at_least.denominator == 2


@pytest.mark.parametrize(
    "register", ["H-1 | 01/04/2025 | 08/04/2025 | 08/04/2025", "Z-1 | | | 09/04/2025", "Z-1 | | | "]
)
def test_any_case_can_be_shown_whatever_dates_are_missing(tmp_path, register):
    software = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\nH-1 | 01/04/2025 | | \nH-3 | 08/04/2025 | 08/04/2025 | "
    files = {
        "software__csv": software,
        "register__csv": f"Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả\n{register}",
    }
    assert "<article" in report.cases(audited(folder(tmp_path / "a", **files))).html


PLACEHOLDER = re.compile(r"{(\w+)}")


def test_every_text_has_both_languages_with_the_same_places_to_fill():
    for key, words in terms.keys().items():
        assert set(words) == {"vi", "en"}, key
        assert set(PLACEHOLDER.findall(words["vi"])) == set(PLACEHOLDER.findall(words["en"])), key


def test_every_term_and_rule_has_its_words():
    from audit.claims.identities import IDENTITIES  # noqa: PLC0415
    from audit.claims.recount import MEASURE_NAMES  # noqa: PLC0415
    from audit.judging import judge, summarise  # noqa: PLC0415

    wanted = [f"verdict.{v}" for v in terms.Verdict] + [f"cause.{c}" for c in terms.Cause]
    wanted += [f"population.{p}" for p in terms.Population] + [f"outcome.{o}" for o in terms.Outcome]
    wanted += [f"rule.{rule.name}" for rule in judge.RULES] + [f"cause_rule.{rule.name}" for rule in judge.CAUSES]
    wanted += [f"on_time.{d.name}" for d in summarise.DEFINITIONS] + [f"identity.{i.name}" for i in IDENTITIES]
    wanted += [f"measure.{name}" for name in MEASURE_NAMES] + ["rule.due_dates_disagree"]
    assert not [key for key in wanted if not terms.has(key)]


# Both editions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", terms.LANGUAGES)
@pytest.mark.parametrize("sample", [SAMPLE, XA_MAU], ids=["binh-phuoc", "xa-mau"])
def test_where_something_is_not_told_no_trace_of_nothing_is_left(sample, lang):
    found = audited(sample, lang)
    for one in (found, shared(sample, found)):
        for piece in PIECES:
            said = shown(piece, one)
            met = re.search(
                r"\bNone\b|“\s*[–-]?\s*”|\(\s*\)|,\s*,|;\s*;|,\s*$|^\s*[,;:]|: *–$| {2}|\{\w*\}", said, re.MULTILINE
            )
            assert not met, (piece.__name__, one.edition, said[max(met.start() - 80, 0) : met.end() + 40])


def test_in_the_shareable_edition_no_row_of_a_record_is_named_beside_a_dossier():
    found = shared(XA_MAU, audited(XA_MAU))
    for piece in (report.problems, report.contradictions, report.leads, report.undecided):
        assert not re.search(r"dòng \d", shown(piece, found)), piece.__name__


def test_what_was_corrected_is_told_inside_the_office_and_counted_outside():
    found = audited(XA_MAU)
    assert "000.00.99.H99-250910-1588" in shown(report.problems, found)
    said = shown(report.problems, shared(XA_MAU, found))
    assert "1 trong 1 ô đã được người kiểm tra đính chính" in said
    assert terms.text("page.corrections_not_shared", "vi") in said
    assert "Thanh tra viên" not in said
    assert said.count(terms.text("page.not_shared", "vi")) == 0


def test_fields_add_up_and_in_the_shareable_edition_small_ones_stand_together():
    """Counted in software.csv and register.csv of xa-mau by hand: 49 of Hộ tịch, 52 of nine others."""
    found = audited(XA_MAU)
    inside, outside = shown(report.fields, found), shown(report.fields, shared(XA_MAU, found))
    assert "Đất đai\n9\n7\n0\n2" in inside
    assert "Tổng\n105\n28\n48\n29" in inside
    assert "Hộ tịch\n53\n11\n28\n14\n9 lĩnh vực gộp lại\n52\n17\n20\n15\nTổng\n105\n28\n48\n29" in outside
    assert "Đất đai" not in outside


def test_every_note_is_listed_with_whether_what_it_was_written_on_is_still_found():
    found = audited(XA_MAU)
    case = found.cases[0]
    notes = (
        noted(
            case.dossier_code,
            dossier_id=case.dossier_id,
            position=Position.AGREE,
            is_contested=True,
            text="Đúng như vậy",
        ),
        noted(
            case.dossier_code,
            dossier_id=case.dossier_id,
            is_current=False,
            verdict_then=Verdict.NOT_PROVED,
            text="a\nb",
        ),
        noted("AAAA-BBBB-CCCC", dossier_id=None, is_current=False, evidence="Công văn 12"),
    )
    found = found.model_copy(update={"notes": notes})
    said = shown(report.notes, found)
    assert "3 trong 3 ghi chú" in said
    assert "Đúng như vậy" in said
    assert "không đổi; có ghi chú nêu ý ngược lại" in said
    assert "đã thay đổi; khi ghi là: chưa chứng minh được" in said
    assert "AAAA-BBBB-CCCC" in said
    assert "bản kiểm tra này không nêu hồ sơ đó" in said
    assert "03/02/2026 10:05" in said
    assert f'href="#case-{case.dossier_code}">{case.dossier_id}</a>' in report.notes(found).html
    outside = shown(report.notes, shared(XA_MAU, found))
    assert "3 trong 3 ghi chú" in outside
    for hidden in ("Đúng như vậy", "Công văn 12", "Cán bộ Mẫu", "10:05"):
        assert hidden not in outside
    assert terms.text("page.notes_not_shared", "vi") in outside


def test_no_more_notes_are_listed_than_a_page_can_hold_and_the_rest_is_counted():
    found = audited(XA_MAU)
    notes = tuple(noted(f"AAAA-BBBB-{number:04d}", dossier_id=None) for number in range(301))
    said = shown(report.notes, found.model_copy(update={"notes": notes}))
    assert "300 trong 301 ghi chú" in said
    assert terms.text("page.others_in_workbook", "vi") in said


# What tables and styles are made with -------------------------------------------------------------------------------


def test_a_cell_bears_the_heading_that_stands_over_it_whatever_spans_columns():
    row = Markup('<tr class="total"><th scope="row" colspan="2">A</th><td class="n">1</td><td></td></tr>')
    labelled = pieces.labelled(row, ["Đơn vị", "Hồ sơ", 'Lượt "giữ"', "Ngày"])
    assert labelled == (
        '<tr class="total"><th scope="row" colspan="2">A</th><td class="n" data-label="Lượt &#34;giữ&#34;">1</td>'
        '<td data-label="Ngày"></td></tr>'
    )
    assert pieces.numeric_columns(row) == {2}


def test_a_text_of_a_file_that_looks_like_a_cell_gets_no_label():
    row = Markup("<tr><td>{}</td></tr>").format("<td class=x>")
    assert pieces.labelled(row, ["A"]) == '<tr><td data-label="A">&lt;td class=x&gt;</td></tr>'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("xa 1", '"xa\\20 1"'), ("ớc", '"\\1edb c"'), ('"', '"\\22 "'), ("\\", '"\\5c "'),
        ("a\nb\r\n c", '"a\\20 b\\20 c"'), ("</style>", '"\\3c \\2f style\\3e "'), ("a\u202eb\x00\u2066", '"ab"'),
        ("o\u031b\u0301", '"\\1edb "'), ("", '""'),
    ],
)  # fmt: skip
def test_a_text_becomes_a_string_of_css_that_it_cannot_leave(text, written):
    assert shell.css_string(text) == written


def test_a_long_text_is_cut_before_it_runs_over_the_sheet():
    said = re.sub(
        r"\\([0-9a-f]+) ",
        lambda one: chr(int(one[1], 16)),
        json.loads(shell.css_string("xã " * 100).replace("\\", "\\\\")),
    )
    assert len(said) == 160
    assert said.endswith("…")


def test_the_first_screen_says_of_how_many_late_dossiers_each_cause_is_and_of_how_many_a_record_shows_it():
    said = (
        "Khâu gây chậm: 3 xã kết thúc chậm trên phần mềm; 2 thuộc khâu của cơ quan cấp trên. "
        "Có giấy tờ chứng minh: 2 trong 5."
    )
    assert said in report.answer(audited(SAMPLE)).html


def test_an_office_that_does_not_say_which_records_it_keeps_is_asked_that_first(tmp_path):
    said = folder(tmp_path / "said")
    silent = folder(tmp_path / "silent", office__toml=OFFICE.replace("kept = []", ""))
    steps = {
        one.name: re.findall(r'<li><a href="#\w+">(.*?)</a>', report.answer(audited(one)).html)
        for one in (said, silent)
    }
    assert "[records] kept" in steps["silent"][0]
    assert "[records] kept" not in " ".join(steps["said"])


def test_a_district_after_the_two_levels_is_pointed_out(tmp_path):
    def page(first_on: str) -> str:
        said = OFFICE.replace('name = "xã Thử"', 'name = "xã Thử"\ndistrict = "huyện Thử"').replace(
            "2025-04-01", first_on
        )
        said = said.replace("2025-04-30", "2025-07-31").replace("as_of = 2025-05-05", "as_of = 2025-08-01")
        software = SOFTWARE.replace("/04/2025", "/07/2025")
        return shown(report.answer, audited(folder(tmp_path / "a", office__toml=said, software__csv=software)))

    assert "từ 01/07/2025 không còn cấp huyện" in page("2025-07-01")
    assert "không còn cấp huyện" not in page("2025-06-30")


def test_a_card_names_its_rule_by_a_short_code_and_each_rule_has_one_of_its_own():
    assert not re.search(r"\b(closed|never)_[a-z_]+", shown(report.cases, audited(XA_MAU)))
    codes = [terms.text(f"rule_code.{name}", "vi") for name in judge.RESTS_ON]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("counts", "few"),
    [([54, 34, 28, 13, 7], (2, 88, 136)), ([5, 5], (1, 5, 10)), ([1, 1, 1], (2, 2, 3)), ([0, 0], None), ([], None)],
)
def test_the_fewest_units_that_hold_half_are_told_with_their_share_and_the_whole(counts, few):
    assert report.few_hold_half(counts) == few


def test_how_few_units_hold_half_stands_above_their_table():
    shown = report.units(audited(XA_MAU)).html
    assert "2 trong 5 đơn vị giữ 88 trong 136 ngày làm việc tính được." in shown
    assert "lượt giữ quá hạn của khâu" not in shown  # none is: nothing to say of it


class _Held(NamedTuple):
    unit: str
    before_workdays: int
    processing_workdays: int
    between_workdays: int
    waiting_workdays: int


def test_the_heat_map_has_a_total_of_each_unit_and_stage_and_says_where_most_days_are():
    found = heat.heat([_Held("UBND", 0, 12, 0, 0), _Held("Một cửa", 1, 0, 2, 6)], "vi")
    assert [(row.name, [days for days, _ in row.cells], row.total) for row in found.rows] == [
        ("UBND", [0, 12, 0, 0], 12), ("Một cửa", [1, 0, 2, 6], 9), ("Tổng", [1, 12, 2, 6], 21),
    ]  # fmt: skip
    assert [shade for _, shade in found.rows[1].cells] == [
        1,
        0,
        1,
        3,
    ]  # of twelve: a fifth or less, none, a fifth or less, half
    assert found.said == "Giữ lâu nhất: UBND, đơn vị xử lý, gồm cả ký: 12 trong 21 ngày làm việc đếm được."


def test_the_units_that_have_no_row_of_their_own_are_one_row_and_none_is_lost():
    found = heat.heat([_Held(f"Phòng {n}", 0, n, 0, 0) for n in range(1, 18)], "vi")
    assert (len(found.rows), found.rows[-2].name, found.rows[-2].total) == (17, "Các đơn vị khác (2)", 3)
    assert found.rows[-1].total == sum(row.total for row in found.rows[:-1]) == 153


def test_without_days_there_is_no_heat_map():
    assert heat.heat([_Held("UBND", 0, 0, 0, 0)], "vi") is None
