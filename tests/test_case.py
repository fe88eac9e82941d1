"""A case on the page: both records, the clocks, why, what would change it, notes; nothing runs, nothing is only in a picture."""

import csv
import html
import io
import re
import sys
from pathlib import Path

import pages
import pytest
from browser import needs_chromium, opened
from conftest import ROOT, SAMPLE, XA_MAU
from folders import OFFICE, SOFTWARE, folder
from test_sample import audited
from test_xa_mau import EXPECTED

from audit.findings import edition
from audit.findings.result import Note, Result
from audit.ground import terms
from audit.ground.terms import Edition, Verdict
from audit.judging import judge
from audit.page import report
from audit.page.clocks import clocks, due_dates, spans
from audit.page.picture import MOST_DRAWN, picture
from audit.page.pieces import COUNTED_ONLY
from audit.reading import load
from audit.records.registry import RECORDS

KEPT = OFFICE.replace("kept = []", 'kept = ["control_slips", "result_papers", "stops"]')
SLIPS = "Mã hồ sơ | Cơ quan giao | Cơ quan nhận | Thời gian giao, nhận hồ sơ"
STOPS = "Mã hồ sơ | Từ ngày | Đến ngày | Lý do"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onload=alert(3) data-x='{{ 7*7 }}"
WORDS = terms.keys()
HEADINGS = (ROOT / "data" / "reference" / "headings.csv").read_text(encoding="utf-8")


def sample(which: Path, lang: str = "vi", shared: Edition = Edition.INTERNAL) -> Result:
    return edition.in_edition(audited(which, lang), shared, load.office(which).key)


def articles(found: Result) -> dict[str, str]:
    """The HTML of each card by the masked code of its dossier."""
    page = report.cases(found).html
    return {
        card[1]: card[0]
        for card in re.finditer(r'<article class="case" id="case-([A-Z2-7-]+)".*?</article>', page, re.S)
    }


def card(found: Result, dossier: str) -> str:
    code = next(case.dossier_code for case in found.cases if dossier in (case.dossier_id, case.dossier_code))
    return articles(found)[code]


def said(markup: str) -> str:
    """What a reader reads, a space for each tag."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def lists(article: str, kind: str = "") -> list[list[tuple[str, ...]]]:
    """The lists of a card of one class, "" for none: each a list of (term, what is said of it…)."""
    found = re.findall(rf"<dl{f' class={kind}' if kind else ''}>(.*?)</dl>", article, re.S)
    return [
        [
            tuple(said(part) for part in re.split(r"<dd>(?:<div>)?|(?<!<dd>)<div>", pair))
            for pair in dl.split("<dt>")[1:]
        ]
        for dl in found
    ]


def case_of(found: Result, dossier: str):
    return next(case for case in found.cases if case.dossier_id == dossier)


def drawn(found: Result, dossier: str) -> dict[str, str]:
    """The paths of a dossier's picture."""
    case = case_of(found, dossier)
    return dict(picture(case, clocks(case, found), found).paths)


# Both records -----------------------------------------------------------------------------------------------------


def test_both_records_stand_side_by_side_as_written_with_file_row_page_and_line(tmp_path):
    register = "TT | Trang | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n7 | 3 | H-1 | 1/4/2025 | 08/04/2025 | 08/04/2025 | Đã ký"
    software, paper = lists(card(audited(folder(tmp_path / "a", register__csv=register)), "H-1"))
    assert software == [
        ("Phần mềm", "software.csv, dòng 2"), ("Ngày tiếp nhận", "01/04/2025"), ("Ngày hẹn trả", "08/04/2025 17:00"),
        ("Ngày kết thúc xử lý", "10/04/2025 08:00"),
    ]  # fmt: skip
    assert paper == [
        ("Sổ giấy", "register.csv, dòng 2, trang 3, số 7"), ("Nhận hồ sơ", "1/4/2025"), ("Hẹn trả kết quả", "08/04/2025"),
        ("Trả kết quả", "08/04/2025"), ("Ký nhận", "có ký nhận"),
    ]  # fmt: skip


def test_a_page_without_a_line_is_told_too(tmp_path):
    register = "Trang | Mã hồ sơ | Trả kết quả | Ký nhận\n3 | H-1 | 08/04/2025 | Đã ký"
    _, paper = lists(card(audited(folder(tmp_path / "a", register__csv=register)), "H-1"))
    assert paper[0] == ("Sổ giấy", "register.csv, dòng 2, trang 3")


def test_a_record_without_a_row_on_the_dossier_says_so(tmp_path):
    found = audited(folder(tmp_path / "a", register__csv="Mã hồ sơ | Trả kết quả | Ký nhận\nH-9 | 08/04/2025 | Đã ký"))
    assert lists(card(found, "H-1"))[1] == [("Sổ giấy", "không có dòng nào mang mã này")]
    assert lists(card(found, "H-9"))[0] == [("Phần mềm", "không có dòng nào mang mã này")]


def test_slips_papers_stops_apologies_and_explanations_stand_below_with_where_they_are(tmp_path):
    found = audited(folder(
        tmp_path / "a", control_slips__csv=f"{SLIPS}\nH-1 | Bộ phận Một cửa xã Thử | UBND xã Thử | 02/04/2025 08:00"
        "\nH-1 | UBND xã Thử | Bộ phận Một cửa xã Thử | 09/04/2025 08:00",
        result_papers__csv="Mã hồ sơ | Số văn bản | Ngày ban hành\nH-1 | 12/GCN | 07/04/2025",
        stops__csv=f"{STOPS}\nH-1 | 02/04/2025 | 03/04/2025 | Yêu cầu bổ sung",
        apologies__csv="Mã hồ sơ | Ngày văn bản | Ngày hẹn lại\nH-1 | 04/04/2025 | 15/04/2025",
        explanations__csv="Mã hồ sơ | Nguyên nhân\nH-1 | Đồng bộ dữ liệu",
    ))  # fmt: skip
    (below,) = lists(card(found, "H-1"), "more")
    assert [pair[:2] for pair in below] == [
        ("Phiếu kiểm soát (bậc chứng cứ e)", "control_slips.csv, dòng 2: Cơ quan giao Bộ phận Một cửa xã Thử ; Cơ quan nhận UBND xã Thử ; "
                                             "Thời gian giao, nhận hồ sơ 02/04/2025 08:00"),
        ("Văn bản kết quả (bậc chứng cứ c)", "result_papers.csv, dòng 2: Số văn bản 12/GCN ; Ngày ban hành 07/04/2025"),
        ("Tạm dừng thời hạn", "stops.csv, dòng 2: Từ ngày 02/04/2025 ; Đến ngày 03/04/2025 ; Lý do Yêu cầu bổ sung"),
        ("Xin lỗi, hẹn lại", "apologies.csv, dòng 2: Ngày văn bản 04/04/2025 ; Ngày hẹn lại 15/04/2025"),
        ("Giải trình của đơn vị (bậc chứng cứ g)", "explanations.csv, dòng 2: Nguyên nhân Đồng bộ dữ liệu"),
        ("Ai giữ hồ sơ", "Bộ phận Một cửa xã Thử: 01/04/2025 – 02/04/2025, 1 ngày làm việc"),
    ]  # fmt: skip


def test_lines_that_contradict_each_other_all_stand_on_the_side_of_the_register():
    found = sample(XA_MAU)
    article = card(found, "000.00.99.H99-250825-1902")  # two return days, both signed for
    assert [dl[0][1] for dl in lists(article, "r")] == [
        "register.csv, dòng 65, trang 6, số 63",
        "register.csv, dòng 66, trang 6, số 64",
    ]
    assert [pair[1] for pair in lists(article, "clocks")[0] if pair[0] == "Trả kết quả"] == [
        "28/08/2025, trong hạn", "04/09/2025, trong hạn",
    ]  # fmt: skip


# The clocks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returned", "closed", "clock", "sentence"),
    [
        ("08/04/2025", "10/04/2025", 2, "08/04/2025, đúng ngày hẹn"),
        ("03/04/2025", "10/04/2025", 2, "03/04/2025, trong hạn"),
        ("10/04/2025", "10/04/2025", 2, "10/04/2025, sau hạn 2 ngày làm việc"),
        ("08/04/2025", "14/04/2025", 3, "14/04/2025, sau hạn 4 ngày làm việc"),  # Wed, Thu, Fri, Mon
        ("", "10/04/2025", 2, "–"),
        ("08/04/2025", "08/04/2025", 3, "08/04/2025, đúng ngày hẹn"),
        ("31/03/2025", "10/04/2025", 2, "không có ngày dùng được"),
        ("06/05/2025", "10/04/2025", 2, "06/05/2025, sau cả ngày kiểm tra"),
        ("08/04/2025", "", 3, "chưa kết thúc đến ngày kiểm tra 05/05/2025, sau hạn 17 ngày làm việc"),
    ],
)  # 7/4 and 30/4 to 2/5 are days off, 26/4 is worked; 5/5 is the day of the audit
def test_each_clock_says_its_day_and_how_it_lies_to_the_due_date(tmp_path, returned, closed, clock, sentence):
    files = {
        "software__csv": f"Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\nH-1 | 01/04/2025 | 08/04/2025 | {closed}",
        "register__csv": f"Mã hồ sơ | Trả kết quả | Ký nhận\nH-1 | {returned} | {'Đã ký' if returned else ''}",
    }
    found = audited(folder(tmp_path / "a", **files))
    listed = clocks(case_of(found, "H-1"), found) if found.cases else []
    if not listed:  # both records say that it was in time: no case
        assert (returned, closed) == ("08/04/2025", "08/04/2025")
        return
    assert [one.term for one in listed] == ["Hẹn trả", "Có kết quả", "Trả kết quả", "Kết thúc"]
    assert listed[0].said == "08/04/2025; nhận 01/04/2025, 4 ngày làm việc"
    assert listed[clock].said == sentence


@pytest.mark.parametrize(
    ("due", "closed", "vi", "en"),
    [
        ("10/04/2025", "11/04/2025", "sau hạn 1 ngày làm việc", "1 working day late"),
        ("11/04/2025", "13/04/2025", "sau hạn, chưa qua ngày làm việc nào", "late, no working day between"),  # a Sunday
        ("31/12/2027", "04/01/2028", "sau hạn 4 ngày (chưa có lịch làm việc)", "late by 4 days (no working calendar)"),
    ],
)
def test_working_days_late_are_told_as_far_as_the_calendar_goes(tmp_path, due, closed, vi, en):
    files = {
        "office__toml": OFFICE.replace("as_of = 2025-05-05", "as_of = 2028-02-01"),
        "software__csv": f"Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\nH-1 | 01/04/2025 | {due} | {closed}",
    }
    for lang, sentence in (("vi", vi), ("en", en)):
        found = audited(folder(tmp_path / "a", **files), lang)
        assert clocks(case_of(found, "H-1"), found)[-1].said == f"{closed}, {sentence}"


def test_a_return_day_that_cannot_be_used_is_not_passed_over_in_silence(tmp_path):
    found = audited(folder(tmp_path / "a", register__csv="Mã hồ sơ | Trả kết quả | Ký nhận\nH-1 | 08/04/2025 | "))
    assert clocks(case_of(found, "H-1"), found)[2].said == "không có ngày dùng được"


def test_the_picture_and_the_list_beside_it_name_the_days_of_the_case():
    for found in (sample(XA_MAU), sample(XA_MAU, "en")):
        for case in found.cases:
            text = said(re.sub(r'aria-label="([^"]*)"[^>]*', r">\1<i", report.timeline(case, found)))
            days = {case.received_on, case.due_on, case.ready_on, case.issued_on, case.returned_on, case.closed_on} - {
                None
            }
            assert all(f"{day:%d/%m/%Y}" in text for day in days), case.dossier_id


def test_the_picture_has_text_of_its_own_and_no_style_or_script(tmp_path):
    found = audited(folder(tmp_path / "a"))
    drawn_ = report.timeline(case_of(found, "H-1"), found)
    assert 'role=img aria-label="Từ 01/04/2025 đến 10/04/2025, hẹn trả 08/04/2025"' in drawn_
    assert "style=" not in drawn_


def test_days_off_worked_days_and_stops_are_drawn_where_they_lie(tmp_path):
    # Thu 24/4 is day 0; Sat 26/4 (day 2) is worked in exchange; 30/4, 1/5, 2/5 (days 6 to 8) are off; stopped from the day
    # after 28/4 to 29/4 (day 5); due 8/5 (day 14), returned 9/5 (day 15), closed 12/5 (day 18)
    files = {
        "office__toml": KEPT.replace("as_of = 2025-05-05", "as_of = 2025-06-30"),
        "software__csv": "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\nH-1 | 24/04/2025 | 08/05/2025 | 12/05/2025",
        "register__csv": "Mã hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\nH-1 | 07/05/2025 | 09/05/2025 | Đã ký",
        "stops__csv": f"{STOPS}\nH-1 | 28/04/2025 | 29/04/2025 | Yêu cầu bổ sung",
    }
    found = audited(folder(tmp_path / "a", **files))
    paths = drawn(found, "H-1")
    assert paths == {
        "w3": "M0 8h19", "o": "M6 8h1M7 8h1M8 8h1", "m": "M2 8h1", "g": "M0 3h15M0 11h15M0 15h15", "b": "M15 11h1M15 15h4",
        "s": "M5 0h1v16h-1z", "u": "M15 0v16M16 10v2M19 14v2",
    }  # fmt: skip
    beside = said(report.timeline(case_of(found, "H-1"), found))
    assert "Thời hạn dừng: 28/04/2025 – 29/04/2025 (1 ngày làm việc)." in beside
    assert "Ngày nghỉ: 30/04/2025 – 02/05/2025. Ngày làm bù: 26/04/2025." in beside


def test_late_days_differ_from_days_in_time_by_their_dashes_too():
    style = (ROOT / "audit" / "page" / "template" / "case.css").read_text(encoding="utf-8")
    dashes = {name: re.search(rf"^\.{name} {{[^}}]*stroke-dasharray: ([^;]+);", style, re.M)[1] for name in "gqb"}
    assert len(set(dashes.values())) == 3


def test_a_clock_that_never_came_has_no_end_and_runs_to_the_day_of_the_audit(tmp_path):
    software = SOFTWARE.replace("10/04/2025 08:00", "")
    found = audited(folder(tmp_path / "a", software__csv=software, register__csv="Mã hồ sơ | Trả kết quả\nH-3 | "))
    paths = drawn(found, "H-1")
    assert paths["b"] == "M8 15h27"  # from the end of 8/4 to the end of 5/5
    assert paths["u"] == "M8 0v16"


def test_between_two_due_dates_a_clock_is_neither_in_time_nor_late():
    found = sample(XA_MAU)
    case = case_of(found, "000.00.99.H99-250828-6015")  # software 18/9, slip 11/9, returned and closed 16/9
    assert [one.said for one in clocks(case, found)] == [
        "18/09/2025 (phần mềm); nhận 28/08/2025, 13 ngày làm việc", "–", "16/09/2025, giữa các ngày hẹn", "16/09/2025, giữa các ngày hẹn",
    ]  # fmt: skip
    paths = drawn(found, case.dossier_id)  # day 0 is 28/8: 11/9 is day 14, 16/9 day 19, 18/9 day 21
    assert (paths["g"], paths["q"], paths["x"]) == ("M0 3h22M0 11h15M0 15h15", "M15 11h5M15 15h5", "M15 0v16")
    assert "b" not in paths


def test_the_new_date_of_an_apology_alone_puts_nothing_in_time():
    found = sample(XA_MAU)
    case = case_of(found, "000.00.99.H99-250723-3627")
    due, _, returned, _ = clocks(case, found)
    assert due.said.startswith("20/08/2025 (ngày hẹn lại)")
    assert returned.said == "14/08/2025, trước ngày hẹn lại, ngày hẹn đầu chưa rõ"


def test_a_time_too_long_to_see_days_in_is_drawn_without_them(tmp_path):
    office = OFFICE.replace("as_of = 2025-05-05", "as_of = 2026-12-31")
    found = audited(
        folder(tmp_path / "a", office__toml=office, software__csv=SOFTWARE.replace("10/04/2025 08:00", "10/12/2026"))
    )
    case = case_of(found, "H-1")
    shown = picture(case, clocks(case, found), found)
    assert shown.days > MOST_DRAWN
    assert not {name[0] for name, _ in shown.paths} & set("wom")


def test_of_a_single_day_there_is_no_picture_and_the_list_still_stands(tmp_path):
    register = "Mã hồ sơ | Trả kết quả | Ký nhận\nH-9 | 08/04/2025 | Đã ký"
    found = audited(folder(tmp_path / "a", register__csv=register))
    article = card(found, "H-9")
    assert "<svg" not in article
    assert lists(article, "clocks")[0][2] == ("Trả kết quả", "08/04/2025")


def test_days_in_a_row_are_one_span():
    from datetime import date  # noqa: PLC0415

    days = [date(2025, 9, 2), date(2025, 9, 1), date(2026, 1, 1), date(2025, 8, 30)]
    assert spans(days) == "30/08/2025, 01/09/2025 – 02/09/2025, 01/01/2026"


# Why, and what would change it ------------------------------------------------------------------------------------


def test_a_card_says_verdict_why_cause_what_would_change_it_rule_and_how_sure(tmp_path):
    article = card(audited(folder(tmp_path / "a")), "H-1")
    (why,) = lists(article, "why")
    assert "<p><b>Quá hạn trên phần mềm, thực tế đúng hạn</b></p>" in article
    assert why == [
        ("Vì sao", "Phần mềm kết thúc sau hạn; sổ giấy ghi đã trả trong hạn. Dòng sổ có ký nhận."),
        ("Khâu", "Không xác định được (giấy tờ không ghi hồ sơ ở khâu nào khi đến hạn)"),
        ("Sẽ đổi nếu", "bản gốc không ký hoặc ghi ngày khác, có giấy tờ ghi quá hạn, hoặc giấy hẹn ghi sớm hơn"),
        ("Quy tắc", "QH-01 , chưa xác nhận là quy định"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dossier", "cause"),
    [
        ("000.00.99.H99-250714-3030", "Thuộc khâu của cơ quan cấp trên, có giấy tờ chứng minh (phiếu kiểm soát: hết ngày hẹn ở cơ quan cấp trên). "
                                      "Đơn vị giữ: Chi nhánh Văn phòng Đăng ký đất đai khu vực I."),
        ("000.00.99.H99-250716-5772", "Thuộc khâu của xã, chưa có giấy tờ chứng minh (đơn vị giải trình như vậy)"),
        ("000.00.99.H99-250729-9111", "Thuộc khâu của cơ quan cấp trên, chưa có giấy tờ chứng minh (chỉ phần mềm ghi như vậy)"),
    ],
)  # fmt: skip
def test_a_cause_says_whether_it_is_proved_and_by_what(dossier, cause):
    assert ("Khâu", cause) in lists(card(sample(XA_MAU), dossier), "why")[0]


def test_where_due_dates_differ_each_says_where_it_is_from_and_what_it_leads_to():
    found = sample(XA_MAU)
    assert due_dates(case_of(found, "000.00.99.H99-250703-6723"), found)[:2] == [
        "17/07/2025: phần mềm → Quá hạn",
        "23/07/2025: phần mềm, nếu chưa trừ thời gian tạm dừng; giấy hẹn (theo sổ) ghi 17/07/2025, dời theo thời gian dừng"
        " → Đúng hạn",
    ]
    assert due_dates(case_of(found, "000.00.99.H99-250721-9885"), found) == [
        "04/08/2025: giấy hẹn (theo sổ)", "15/08/2025: phần mềm; không dùng để kết luận",
    ]  # fmt: skip
    assert due_dates(case_of(found, "000.00.99.H99-250711-1659"), found) == []


def test_every_verdict_rule_and_cause_has_its_words_in_short():
    for rule in judge.RULES:
        assert terms.has(f"change_in_short.{rule.name}") or terms.has(f"change_in_short.{rule.answer}")
    assert terms.has(f"change_in_short.{Verdict.DUE_DATE_IN_DISPUTE}")
    assert {rule.name for rule in judge.CAUSES} == {
        key.partition(".")[2] for key in WORDS if key.startswith("cause_in_short.")
    }
    own = {key.partition(".")[2] for key in WORDS if key.startswith("change.")}
    assert own == {key.partition(".")[2] for key in WORDS if key.startswith("change_in_short.")}


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_each_rule_on_a_card_leads_to_its_words_in_full_with_all_sources(lang):
    found = sample(XA_MAU, lang)
    page, cards_ = report.cases(found).html, articles(found)
    for case in (case for case in found.cases if case.dossier_code in cards_):
        article = cards_[case.dossier_code]
        number = re.search(rf'href="#rule-(\d+)">{terms.text(f"rule_code.{case.rule}", lang)}</a>', article)[1]
        in_full = page.split(f'<dt id="rule-{number}">')[1].split("<dt")[0]
        assert case.change in html.unescape(in_full)
        assert terms.text(f"rule.{case.rule}", lang) in html.unescape(in_full)
        assert all(f'href="#source-{source.replace("/", "-")}"' in in_full for source in case.sources)


@pytest.mark.parametrize("lang", terms.LANGUAGES)
@pytest.mark.parametrize("shared", Edition)
def test_no_card_has_an_empty_place_in_a_sentence(lang, shared):
    for which in (SAMPLE, XA_MAU):
        text = said(re.sub(r"<(dt|dd|p|tr|li|h3)", r"¶<\1", report.cases(sample(which, lang, shared)).html))
        assert not re.search(r"\(\s*\)|\bNone\b|\bnan\b|, ,|; ;|\( ?[;,–]|[;:,·] *(¶|$)|, ,|\.\.|{|}", text)


# Links, notes, editions -------------------------------------------------------------------------------------------


def test_a_case_can_be_linked_to_and_says_what_it_is_to_the_script(tmp_path):
    found = audited(folder(tmp_path / "a"))
    case, article = case_of(found, "H-1"), card(found, "H-1")
    code = case.dossier_code
    assert article.startswith(
        f'<article class="case" id="case-{code}" data-finding="{code}" data-fingerprint="{case.fingerprint}" '
        f'data-verdict="late_only_in_software" data-due="2025-04-08" data-late="2"><h3><a href="#case-{code}">H-1</a> <small>{code}</small></h3>'
    )


def notes(found: Result, dossier: str) -> Result:
    """Three notes on a dossier, one of them contested and hostile, one on what was found before."""
    case = case_of(found, dossier)
    common = {
        "finding": case.dossier_code,
        "dossier_id": case.dossier_id,
        "fingerprint": case.fingerprint,
        "added_at": "2026-02-04T08:00:00+07:00",
    }
    written = (
        {"note": "1", "position": "disagree", "text": f"Dòng một\n{HOSTILE}", "evidence": f"Sổ {HOSTILE}", "by": f"Lê {HOSTILE}",
         "at": "2026-02-03T10:05:00+07:00", "is_current": True, "is_contested": True, "verdict_then": "late_only_in_software"},
        {"note": "2", "position": "agree", "text": "", "evidence": "", "by": "Thanh tra", "at": "2026-02-03T11:00:00Z",
         "is_current": False, "is_contested": True, "verdict_then": "late"},
        {"note": "3", "position": "remark", "text": "Xem lại", "evidence": "", "by": "Thanh tra", "at": "2026-02-03T11:00:00Z",
         "is_current": False, "is_contested": False, "verdict_then": None},
    )  # fmt: skip
    return found.model_copy(update={"notes": tuple(Note(**common, **one) for one in written)})


def test_notes_stand_on_their_case_escaped_with_who_when_and_whether_the_finding_has_changed(tmp_path):
    found = notes(audited(folder(tmp_path / "a")), "H-1")
    shown = card(found, "H-1").split("<div class=notes>")[1]
    assert "<script" not in shown
    assert "<img" not in shown
    text = said(shown.replace("<p", " ¶ <p"))
    assert text.startswith(
        f"¶ Không đồng ý · Lê {HOSTILE} · viết 03/02/2026 10:05, nhập 04/02/2026 08:00 · có ghi chú nêu ý ngược lại ¶ Dòng một"
    )
    assert f"¶ Chứng cứ: Sổ {HOSTILE}" in text
    assert "Kết quả kiểm tra đã thay đổi sau khi viết ghi chú này; khi đó là: Quá hạn." in text
    assert "Kết quả kiểm tra đã thay đổi sau khi viết ghi chú này. ¶ Xem lại" in text
    assert text.count("có ghi chú nêu ý ngược lại") == 2
    assert text.count("viết 03/02/2026 18:00, nhập 04/02/2026 08:00") == 2  # 11:00 in Greenwich


def test_of_a_note_only_position_and_day_are_shared(tmp_path):
    path = folder(tmp_path / "a")
    found = edition.in_edition(notes(audited(path), "H-1"), Edition.SHAREABLE, load.office(path).key)
    shown = said(next(iter(articles(found).values())).split("<div class=notes>")[1])
    assert shown.startswith(
        "Không đồng ý · viết 03/02/2026, nhập 04/02/2026 · có ghi chú nêu ý ngược lại Đồng ý · viết"
    )
    assert "alert" not in shown
    assert "Thanh tra" not in shown


def test_a_shared_card_holds_nothing_as_it_is_written():
    whole, shared = sample(XA_MAU), sample(XA_MAU, "vi", Edition.SHAREABLE)
    page = said(report.cases(shared).html)
    for case in whole.cases:
        cells = [
            cell
            for evidence in case.evidence
            for cell in evidence.cells
            if cell.column in ("unit", "from_unit", "to_unit", "number")
        ]
        texts = {case.dossier_id, case.procedure, *(cell.written for cell in cells)} - {None}
        assert not [text for text in texts if text in page]
    assert set(articles(whole)) == set(articles(shared))
    for article in articles(shared).values():
        code = re.match(r'<article class="case" id="case-([A-Z2-7-]+)"', article)[1]
        assert f'<h3><a href="#case-{code}">{code}</a></h3>' in article
        assert not re.search(r"dòng \d", said(article))  # a row of the export tells the code


# What is hostile, and what is much --------------------------------------------------------------------------------

LINES = {  # a sound row of each record
    "software": {"received_at": "01/04/2025", "due_at": "08/04/2025", "closed_at": "10/04/2025", "status": "Đã trả kết quả"},
    "register": {"returned_on": "08/04/2025", "signed": "Đã ký"},
    "control_slips": {"from_unit": "UBND xã Thử", "to_unit": "Bộ phận Một cửa xã Thử", "handed_at": "04/04/2025 08:00"},
    "result_papers": {"number": "1/GCN", "issued_on": "04/04/2025"},
    "stops": {"from_on": "02/04/2025", "to_on": "03/04/2025"},
    "apologies": {"dated_on": "04/04/2025", "new_due_on": "15/04/2025"},
    "explanations": {"cause": "Đồng bộ dữ liệu"},
}  # fmt: skip
COLUMNS = [(record, column) for record in LINES for column in RECORDS[record]]


def heading(record: str, column: str) -> str:
    return next(line[2] for line in csv.reader(io.StringIO(HEADINGS)) if line[:2] == [record, column])


def spoilt(path: Path, text: str) -> Path:
    """A folder with a dossier for each column of each record, in every record, in which that cell is `text`."""
    folder(path, office__toml=KEPT)
    for record, cells in LINES.items():
        rows = [
            [text if (record, column) == spoilt_ else f"H-{number}" if column == "dossier_id" else cells.get(column, "")
             for column in RECORDS[record]]
            for number, spoilt_ in enumerate(COLUMNS)
        ]  # fmt: skip
        with (path / f"{record}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[heading(record, column) for column in RECORDS[record]], *rows])
    return path


def test_hostile_text_in_any_column_of_any_record_comes_out_escaped(tmp_path):
    page = report.cases(audited(spoilt(tmp_path / "a", HOSTILE))).html
    assert page.count("<article") > 40
    assert not re.search(r"<(script|img|iframe|object|style|link|base|form|meta)\b", page)
    for tag in re.findall(r"<[a-zA-Z][^>]*>", page):
        assert not re.search(r"\son\w+\s*=|javascript:|\sstyle=", tag), tag
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;" in page
    assert "{{ 7*7 }}" in page  # as text, never worked out


def test_a_cell_of_a_hundred_thousand_characters_does_not_fill_a_card(tmp_path):
    cards_ = articles(audited(spoilt(tmp_path / "a", "x" * 100_000)))
    assert any("x" * 299 + "…" in article for article in cards_.values())
    assert max(map(len, cards_.values())) < 5_000


CODES = [f"H99-2504{number % 28 + 1:02d}-{number:04d}" for number in range(60)]


def many(path: Path, count: int, **files: str) -> Path:
    """A folder of dossiers closed late and returned in time: a software row and a register line each."""
    named = "Cấp giấy xác nhận tình trạng hôn nhân | Hộ tịch | UBND xã Thử"
    software = "Số hồ sơ | Tên thủ tục hành chính | Tên lĩnh vực | Cơ quan/đơn vị | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Trạng thái hồ sơ"
    register = "TT | Trang | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận"
    for number, code in enumerate(CODES[:count]):
        minute = f"{number % 60:02d}"
        software += f"\n{code} | {named} | 01/04/2025 09:{minute} | 08/04/2025 17:00 | 1{number % 5 + 1}/04/2025 15:{minute} | Đã trả kết quả"
        register += f"\n{number % 25 + 1} | {number // 25 + 1} | {code} | 01/04/2025 | 08/04/2025 | 07/04/2025 | Đã ký"
    return folder(path, software__csv=software, register__csv=register, **files)


def test_a_card_of_two_records_takes_about_two_kilobytes(tmp_path):
    found = audited(many(tmp_path / "a", 60))
    sizes = [len(article.encode()) for article in articles(found).values()]
    assert len(sizes) == 60
    assert sum(sizes) / len(sizes) < 2_150


def test_cards_stop_at_their_most_bytes_and_every_other_case_has_a_row_with_the_same_link(tmp_path, monkeypatch):
    found = audited(many(tmp_path / "a", 30))
    monkeypatch.setattr(sys.modules["audit.page.cards"], "MOST_BYTES", 20_000)
    page = report.cases(found).html
    shown = re.findall(r'<article class="case" id="(case-[A-Z2-7-]+)"', page)
    in_brief = re.findall(r'<tr id="(case-[A-Z2-7-]+)"', page)
    assert 5 < len(shown) < 15
    assert shown + in_brief == [f"case-{case.dossier_code}" for case in found.cases]
    assert f'data-shown="{len(shown)}" data-total="30"' in page
    assert f"{len(in_brief)} hồ sơ còn lại ở bảng dưới đây." in page
    assert sum(len(article.encode()) for article in articles(found).values()) <= 20_000


def test_what_is_read_in_brief_or_counted_and_not_laid_out_adds_up_to_all_dossiers():
    found = sample(SAMPLE)
    page = said(report.cases(found).html)
    assert "5 trong 5 hồ sơ cần đọc từng trường hợp" in page
    assert "21 trong 309 hồ sơ được liệt kê. Danh sách đầy đủ ở cases.xlsx." in page  # 314 judged


# In a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    """The whole page of the second sample: short cases and long ones by turns."""
    return pages.page(XA_MAU, tmp_path_factory.mktemp("page") / "audit.html")


@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_lands_on_its_case_among_many_that_are_not_laid_out_yet(browser, page_file, width):
    ids = re.findall(r'<article class="case" id="(case-[A-Z2-7-]+)"', page_file.read_text(encoding="utf-8"))
    with opened(browser, page_file, width, java_script_enabled=False) as (page, _):
        for name in (ids[len(ids) // 3], ids[len(ids) // 2], ids[-4], ids[3]):
            page.goto(f"{page_file.as_uri()}#{name}")
            page.wait_for_timeout(300)
            top = page.locator(f"#{name}").bounding_box()["y"]
            assert 0 <= top <= 60
            assert page.locator(f"#{name}").evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


@needs_chromium
def test_records_are_two_columns_on_a_desk_and_stacked_on_a_phone(browser, page_file):
    for width, is_beside in ((1280, True), (360, False)):
        with opened(browser, page_file, width) as (page, _):
            software, register = (
                page.locator("article.case").first.locator("dl:not([class])").nth(n).bounding_box() for n in (0, 1)
            )
            assert (software["y"] == register["y"]) == is_beside
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@needs_chromium
def test_each_lane_of_the_picture_stands_at_its_line_of_the_list(browser, page_file):
    for width in (360, 1280):
        with opened(browser, page_file, width) as (page, _):
            article = page.locator("article.case").first
            rows = [article.locator(".clocks dd").nth(n).bounding_box() for n in range(4)]
            lanes = article.locator("svg").bounding_box()
            for n, row in enumerate(rows):
                lane = lanes["y"] + lanes["height"] * (4 * n + 3) / 16
                below = rows[n + 1]["y"] if n < 3 else lane + 1
                assert row["y"] <= lane < below


@needs_chromium
def test_paper_has_every_case(browser, page_file):
    with opened(browser, page_file) as (page, _):
        page.emulate_media(media="print")
        laid_out = page.evaluate(
            "[...document.querySelectorAll('article.case')].map(one => getComputedStyle(one).contentVisibility)"
        )
    read_by_hand = [
        line
        for line in EXPECTED.values()
        if line["verdict"] not in COUNTED_ONLY or line["contradictions"] or line["cause"] or line["apology"]
    ]
    assert laid_out == ["visible"] * len(read_by_hand) == ["visible"] * 64
