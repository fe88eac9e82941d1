"""The page at work in a browser without a network: tables sorted, cases found, notes written, saved and merged."""

import json
import re
import shutil
import unicodedata
from pathlib import Path

import pages
import pypdfium2
import pytest
from browser import needs_chromium, opened
from conftest import XA_MAU
from folders import folder
from test_sample import audited

from audit.findings.result import Result
from audit.ground import terms
from audit.ground.terms import Edition
from audit.notes import keep
from audit.reading import notes
from audit.running import export, outputs

pytestmark = needs_chromium
NAMES = """
Tên    | Ngày       | Số
Đa     | 02/01/2025 | 1.000,5
Ánh    | 01/12/2024 | 98,3%
Cúc    | –          | 7
Bé     | 31/12/2024 | −2
Bé Hai | 01/12/2024 | –
"""
FORMS = "000.00.53.H48-230824-"
CASES = (  # serial, what it says, verdict, due, days late
    ("0001", "Đăng ký đất đai lần đầu", "late", "2023-09-05", "3"),
    ("0002", "Hoà giải ở cơ sở", "not_proved", "2023-08-31", ""),
    ("0003", "Cấp đổi giấy chứng nhận", "late", "", "10"),
    ("0004", "Chứng thực bản sao", "late_only_in_software", "2023-08-31", "1"),
)


def table(text: str) -> str:
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    total = f'<tr class="total"><td>Tổng</td><td></td><td>{len(rows)}</td></tr>'
    return f"<table data-sortable><thead><tr>{heads}</tr></thead><tbody>{body}{total}</tbody></table>"


def case(serial: str, says: str, verdict: str, due: str, late: str) -> str:
    finding = f"AAAA-BBBB-{serial.translate(str.maketrans('01234', 'CDEFG'))}"
    more = (f' data-due="{due}"' if due else "") + (f' data-late="{late}"' if late else "")
    return (
        f'<article class="case" id="case-{finding}" data-finding="{finding}" data-fingerprint="0123456789abcdef" '
        f'data-verdict="{verdict}"{more}><h3>{FORMS}{serial}</h3><details><summary>Xem</summary><p id="in-{serial}">{says}</p>'
        "</details></article>"
    )


MADE = (
    f"{table(NAMES)}"
    f'<p><a href="#case-AAAA-BBBB-CCCE">0002</a></p><section class="cases" data-filterable>{"".join(case(*one) for one in CASES)}</section>'
)


@pytest.fixture(scope="module")
def little(tmp_path_factory) -> Result:
    """What a page made here says to be of: xã Thử, April 2025."""
    return audited(folder(tmp_path_factory.mktemp("xa-thu") / "2025-04"))


@pytest.fixture(scope="module")
def made_file(tmp_path_factory, little) -> Path:
    """A page of a table and four cases written here, with all that a real page has around them."""
    return pages.shell(MADE, tmp_path_factory.mktemp("made") / "audit.html", little)


@pytest.fixture(scope="module")
def found() -> Result:
    return audited(XA_MAU)


@pytest.fixture(scope="module")
def real_file(tmp_path_factory) -> Path:
    return pages.page(XA_MAU, tmp_path_factory.mktemp("real") / "audit.html")


@pytest.fixture
def made(browser, made_file):
    with opened(browser, made_file) as (page, heard):
        yield page
        assert heard == [made_file.as_uri()]


@pytest.fixture
def real(browser, real_file):
    with opened(browser, real_file) as (page, heard):
        yield page
        assert heard == [real_file.as_uri()]


def first_column(page) -> list[str]:
    return page.locator("table[data-sortable]").first.locator("tbody td:first-child").all_inner_texts()


def shown(page) -> list[str]:
    """The serials of the cases in sight, in their order."""
    return [text[-4:] for text in page.locator(".case:not(.is-out) h3").all_text_contents()]


def write(page, serial: str, **given: str):
    """Fill in a note on a case and ask to add it; the form stays where something is wrong."""
    one = page.locator(".case", has=page.locator("h3", has_text=serial))
    if not one.locator("form").count():
        one.get_by_role("button", name="Viết ghi chú").click()
    form = one.locator("form")
    if given.get("position"):
        form.locator(f"[value={given['position']}]").check()
    for name in ("text", "evidence", "by"):
        form.locator(f"[name={name}]").fill(given.get(name, ""))
    form.get_by_role("button", name="Thêm ghi chú").click()
    return one


def saved(page) -> dict:
    with page.expect_download() as download:
        page.locator(".bar").get_by_role("button").click()
    assert download.value.suggested_filename == "notes.json"
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def asks_before_leaving(page) -> bool:
    return page.evaluate(
        "() => { const leaving = new Event('beforeunload', { cancelable: true }); dispatchEvent(leaving); return leaving.defaultPrevented; }"
    )


# Tables ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "ascending"),
    [
        ("Tên", ["Ánh", "Bé", "Bé Hai", "Cúc", "Đa"]),
        ("Ngày", ["Ánh", "Bé Hai", "Bé", "Đa", "Cúc"]),
        ("Số", ["Bé", "Cúc", "Ánh", "Đa", "Bé Hai"]),
    ],
)
def test_a_heading_sorts_up_then_down_then_as_it_was_and_the_total_stays_last(made, heading, ascending):
    as_it_was = ["Đa", "Ánh", "Cúc", "Bé", "Bé Hai", "Tổng"]
    assert first_column(made) == as_it_was
    button = made.get_by_role("button", name=heading, exact=True)
    head = made.get_by_role("columnheader", name=heading, exact=True)
    button.click()
    assert first_column(made) == [*ascending, "Tổng"]
    assert head.get_attribute("aria-sort") == "ascending"
    button.click()
    descending = {"Tên": ["Đa", "Cúc", "Bé Hai", "Bé", "Ánh"], "Ngày": ["Đa", "Bé", "Ánh", "Bé Hai", "Cúc"],
                  "Số": ["Đa", "Ánh", "Cúc", "Bé", "Bé Hai"]}  # fmt: skip
    assert first_column(made) == [*descending[heading], "Tổng"]  # nothing is last, equals keep their order
    assert head.get_attribute("aria-sort") == "descending"
    button.click()
    assert first_column(made) == as_it_was
    assert made.locator("[aria-sort]").count() == 0


def test_a_cell_is_sorted_by_what_it_is_told_to_be_before_what_it_shows(browser, tmp_path, little):
    cells = {"một": "10", "hai": "9", "ba": "-1.5", "bốn": ""}
    rows = "".join(f'<tr><td data-sort="{given}">{said}</td></tr>' for said, given in cells.items())
    html = f'<table data-sortable><thead><tr><th scope="col">Số</th></tr></thead><tbody>{rows}</tbody></table>'
    with opened(browser, pages.shell(html, tmp_path / "a.html", little)) as (page, _):
        page.get_by_role("button", name="Số").click()
        assert first_column(page) == ["ba", "hai", "một", "bốn"]


def test_english_numbers_are_read_as_english(browser, tmp_path, little):
    html = table("Name | Day | Number\na | – | 1,000.5\nb | – | 98.3%\nc | – | 7")
    english = little.model_copy(update={"parameters": {"lang": "en"}})
    with opened(browser, pages.shell(html, tmp_path / "a.html", english, "en")) as (page, _):
        page.get_by_role("button", name="Number").click()
        assert first_column(page) == ["c", "b", "a", "Tổng"]


def test_the_keyboard_alone_sorts_and_what_has_the_focus_is_seen(made):
    while made.evaluate("document.activeElement.className") != "sort":
        made.keyboard.press("Tab")
    assert made.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    made.keyboard.press("Enter")
    assert first_column(made)[0] == "Ánh"
    assert made.evaluate("document.activeElement.textContent") == "Tên"


# Cases ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("đất đai", ["0001"]),
        ("DAT DAI", ["0001"]),
        ("đat", ["0001"]),
        ("hòa giải", ["0002"]),
        (unicodedata.normalize("NFD", "hoà giải"), ["0002"]),
        ("đổi cấp", ["0003"]),
        ("cấp giải", []),
        ("H48-230824-0003", ["0003"]),
        ("h482308240003", ["0003"]),
        ("H48–230824–0003", ["0003"]),
        ("0000053H48", ["0001", "0002", "0003", "0004"]),
        ("   ", ["0001", "0002", "0003", "0004"]),
    ],
)
def test_a_search_asks_for_every_word_and_for_no_marks_capitals_or_hyphens(made, sought, found):
    made.get_by_role("searchbox").fill(sought)
    assert shown(made) == found
    said = made.locator(".find [role=status]").inner_text()
    assert said.startswith(f"Đang hiển thị {len(found)} trong 4 hồ sơ" if found else "Không có hồ sơ nào khớp trong 4")


def test_cases_of_one_verdict_are_counted_and_shown_and_a_reset_shows_all(made):
    verdict, order = made.get_by_label("Kết luận"), made.get_by_label("Thứ tự")
    assert verdict.locator("option").all_inner_texts() == [
        "Mọi kết luận (4)", "Quá hạn (2)", "Quá hạn trên phần mềm, thực tế đúng hạn (1)", "Chưa chứng minh được (1)",
    ]  # fmt: skip
    verdict.select_option("late")
    assert shown(made) == ["0001", "0003"]
    made.get_by_role("searchbox").fill("cap doi")
    order.select_option("late")
    assert shown(made) == ["0003"]
    made.get_by_role("button", name="Bỏ lọc").click()
    assert shown(made) == ["0001", "0002", "0003", "0004"]
    assert made.locator(".find [role=status]").inner_text() == "Đang hiển thị 4 trong 4 hồ sơ."


def test_cases_are_ordered_by_due_date_or_days_late_and_those_without_come_last(made):
    order = made.get_by_label("Thứ tự")
    order.select_option("due")
    assert shown(made) == ["0002", "0004", "0001", "0003"]
    order.select_option("late")
    assert shown(made) == ["0003", "0001", "0004", "0002"]
    order.select_option("")
    assert shown(made) == ["0001", "0002", "0003", "0004"]


def test_a_link_leads_to_a_case_that_was_out_of_sight_and_to_a_place_that_was_folded(made, browser, made_file):
    made.get_by_role("searchbox").fill("đất")
    for _ in range(2):  # the second time the address is the same
        made.get_by_role("link", name="0002").click()
        assert shown(made) == ["0001", "0002", "0003", "0004"]
        assert made.evaluate("document.activeElement.id") == "case-AAAA-BBBB-CCCE"
        made.get_by_role("searchbox").fill("đất")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{made_file.as_uri()}#in-0003")
        assert page.evaluate("document.activeElement.id") == "in-0003"
        assert page.get_by_text("Cấp đổi giấy chứng nhận").is_visible()
        assert not page.get_by_text("Hoà giải ở cơ sở").is_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
        page.evaluate("dispatchEvent(new Event('hashchange'))")  # where the browser itself does not open it
        assert page.get_by_text("Cấp đổi giấy chứng nhận").is_visible()


def test_every_folded_part_is_opened_or_folded_at_once(made):
    button, said = made.get_by_role("button", name="Mở hoặc thu gọn mọi phần"), made.get_by_text("Chứng thực bản sao")
    made.get_by_text("Xem").first.click()
    button.click()
    assert said.is_visible()
    button.click()
    assert not said.is_visible()


def test_paper_has_every_case_and_every_folded_part_whatever_is_sought(made, tmp_path):
    made.get_by_role("searchbox").fill("đất đai")
    made.pdf(path=tmp_path / "page.pdf")
    paper = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "page.pdf"))
    assert all(f"{FORMS}{serial}" in paper for serial, *_ in CASES)
    assert "Chứng thực bản sao" in paper
    assert "Viết ghi chú" not in paper
    assert shown(made) == ["0001"]
    assert not made.get_by_text("Đăng ký đất đai lần đầu").is_visible()


def test_what_is_folded_is_opened_for_paper_even_where_no_style_can_do_it_and_folded_again_after(made):
    made.get_by_text("Xem").first.click()
    closed = made.locator("details:not([open])").count()
    made.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert made.locator("details:not([open])").count() == 0
    made.evaluate("dispatchEvent(new Event('afterprint'))")
    assert made.locator("details:not([open])").count() == closed > 1


def test_the_real_page_lists_its_cases_with_search_verdicts_and_notes(real, found):
    cases = real.locator(".case").count()
    assert real.locator(".cases .find [role=status]").inner_text() == f"Đang hiển thị {cases} trong {cases} hồ sơ."
    assert real.locator(".case > .tool").count() == cases
    late = found.verdicts["late"]
    real.locator(".cases").get_by_label("Kết luận").select_option("late")
    assert len(shown(real)) == late > 1
    assert f"Quá hạn ({late})" in real.locator(".cases").get_by_label("Kết luận").inner_text()
    assert real.locator("th > .sort").count() > 3
    one = next(one for one in found.cases if one.verdict == "late")
    real.locator(".cases").get_by_label("Kết luận").select_option("")
    real.locator(".cases").get_by_role("searchbox").fill(one.dossier_id.replace("-", "").lower())
    assert real.locator(".case:not(.is-out)").count() == 1
    assert real.locator(".case:not(.is-out)").get_attribute("data-finding") == one.dossier_code


def test_the_real_page_says_when_each_case_is_due_and_how_late_it_was_closed(real, found):
    cases = {one.dossier_code: one for one in found.cases}
    for each in real.locator(".case").all():
        one = cases[each.get_attribute("data-finding")]
        assert each.get_attribute("data-due") == (one.due_on and one.due_on.isoformat())
        assert each.get_attribute("data-late") == (one.closed_late_workdays and str(one.closed_late_workdays))
        assert each.get_attribute("data-fingerprint") == one.fingerprint
        assert each.get_attribute("data-verdict") == one.verdict
        assert each.get_attribute("id") == f"case-{one.dossier_code}"


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_the_page_opens(browser, real_file, width):
    with opened(browser, real_file, width) as (page, _):
        moved = page.evaluate(
            "() => new Promise((done) => { let sum = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })"
            ".observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 500); })"
        )
        assert moved < 0.01
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_says_the_same(browser, real_file):
    said = {}
    for runs in (True, False):
        with opened(browser, real_file, java_script_enabled=runs) as (page, heard):
            assert heard == [real_file.as_uri()]
            said[runs] = page.locator("main").evaluate(
                "(main) => { const copy = main.cloneNode(true); copy.querySelectorAll('.tool').forEach((one) => one.remove()); return copy.textContent; }"
            )
            assert page.locator(".tool").count() == 0 or runs
    assert said[True] == said[False]
    assert len(said[True]) > 10_000


# Notes ----------------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_the_note_as_written_whose_it_is_and_when_by_the_writers_clock(made):
    made.clock.set_fixed_time("2026-11-23T03:00:00Z")
    text, evidence = "Sổ ghi <b>31/8</b>:\n  trang 4", "Sổ 2, “dòng 5”"
    write(made, "0002", position="disagree", text=text, evidence=evidence, by="  Cán bộ Mẫu ")
    write(made, "0004", position="agree", by="Cán bộ Mẫu")
    assert made.locator(".bar").inner_text().startswith("2 ghi chú chưa lưu.")
    assert asks_before_leaving(made)
    assert saved(made) == {
        "format": "commune-audit-notes/1", "commune": "xã Thử", "first_on": "2025-04-01", "last_on": "2025-04-30",
        "notes": [
            {"finding": "AAAA-BBBB-CCCE", "fingerprint": "0123456789abcdef", "verdict": "not_proved", "position": "disagree",
             "text": "Sổ ghi <b>31/8</b>:\n  trang 4", "evidence": "Sổ 2, “dòng 5”", "by": "Cán bộ Mẫu", "at": "2026-11-23T10:00:00+07:00"},
            {"finding": "AAAA-BBBB-CCCG", "fingerprint": "0123456789abcdef", "verdict": "late_only_in_software", "position": "agree",
             "text": "", "evidence": "", "by": "Cán bộ Mẫu", "at": "2026-11-23T10:00:00+07:00"},
        ],
    }  # fmt: skip
    assert made.locator(".bar").inner_text().startswith("Đã lưu 2 ghi chú ra tệp notes.json.")
    assert not asks_before_leaving(made)
    assert made.locator(".case b b").count() == 0


@pytest.mark.parametrize(
    ("zone", "at"),
    [("America/St_Johns", "2026-11-22T23:30:00-03:30"), ("UTC", "2026-11-23T03:00:00+00:00"), ("Asia/Kathmandu", "2026-11-23T08:45:00+05:45")],
)  # fmt: skip
def test_a_clock_elsewhere_is_told_with_its_own_offset(browser, made_file, zone, at):
    with browser.new_context(timezone_id=zone) as context:
        page = context.new_page()
        page.clock.set_fixed_time("2026-11-23T03:00:00Z")
        page.goto(made_file.as_uri())
        write(page, "0001", position="agree", by="a")
        assert saved(page)["notes"][0]["at"] == at


def test_a_note_may_be_changed_or_taken_back_until_it_is_saved_and_several_stand_on_one_case(made):
    write(made, "0001", position="remark", text="một", by="Ông Mẫu")
    one = write(made, "0001", position="new_evidence", evidence="Phiếu 5", by="Ông Mẫu")
    assert one.locator("li").count() == 2
    one.locator("li").first.get_by_role("button", name="Sửa").click()
    form = one.locator("form")
    assert form.locator(":checked").get_attribute("value") == "remark"
    assert form.locator("[name=text]").input_value() == "một"
    form.locator("[name=text]").fill("hai")
    form.get_by_role("button", name="Thêm ghi chú").click()
    assert one.locator("li").first.inner_text().startswith("Ghi chú thêm · Ông Mẫu · chưa lưu")
    one.locator("li").last.get_by_role("button", name="Xóa").click()
    assert [(note["position"], note["text"]) for note in saved(made)["notes"]] == [("remark", "hai")]
    assert one.locator("li").get_by_role("button").count() == 0
    write(made, "0001", position="agree", by="Bà Mẫu")
    assert made.locator(".bar").inner_text().startswith("1 ghi chú chưa lưu.")
    assert [note["by"] for note in saved(made)["notes"]] == ["Ông Mẫu", "Bà Mẫu"]  # merging knows the first again


def test_a_form_that_is_cancelled_adds_nothing_and_one_half_written_is_not_left_unasked(made):
    one = made.locator(".case").first
    one.get_by_role("button", name="Viết ghi chú").click()
    assert not asks_before_leaving(made)
    one.locator("[name=text]").fill("dở dang")
    assert asks_before_leaving(made)
    one.get_by_role("button", name="Thôi").click()
    assert not asks_before_leaving(made)
    assert made.locator(".bar").count() == 0
    assert made.evaluate("document.activeElement.textContent") == "Viết ghi chú"


def test_the_next_note_is_by_the_same_writer(made):
    write(made, "0001", position="agree", by="Ông Mẫu")
    made.locator(".case").nth(1).get_by_role("button", name="Viết ghi chú").click()
    assert made.locator("form.note-form [name=by]").input_value() == "Ông Mẫu"


GIVEN = [
    {"position": "", "text": "a", "by": "b"},
    {"position": "agree", "by": " \u200b "},
    {"position": "agree", "by": "\u3164"},
    {"position": "disagree", "text": " \n ", "by": "b"},
    {"position": "remark", "by": "b"},
    {"position": "new_evidence", "text": "a", "by": "b"},
    {"position": "new_evidence", "evidence": "\u2060", "by": "b"},
    {"position": "agree", "text": "a" * 4001, "by": "b"},
    {"position": "agree", "evidence": "ế" * 4001, "by": "b"},
    {"position": "agree", "by": "b" * 201},
]


def test_what_the_reader_of_the_file_would_refuse_is_told_beside_the_field_in_the_language_of_the_page(made):
    told = []
    for given in GIVEN:
        one = write(made, "0001", **given)
        wrong = one.locator(".wrong:not(:empty)")
        assert wrong.count() == 1, given
        name = wrong.get_attribute("data-of")
        told.append((name, wrong.inner_text()))
        assert made.evaluate("document.activeElement.name") == name
        assert made.evaluate("document.activeElement.getAttribute('aria-describedby')") == wrong.get_attribute("id")
        one.get_by_role("button", name="Thôi").click()
    assert " ".join(name for name, _ in told) == "position by by text text evidence evidence text evidence by"
    assert told[7:] == [("text", "Dài 4.001 ký tự; nhiều nhất 4.000."), ("evidence", "Dài 4.001 ký tự; nhiều nhất 4.000."),
                        ("by", "Dài 201 ký tự; nhiều nhất 200.")]  # fmt: skip
    assert all(words == terms.text(f"review.lacks_{name}", "vi") for name, words in told[:7])
    assert made.locator(".bar").count() == 0


def test_whatever_the_page_takes_the_reader_of_the_file_takes(made):
    hard = ["ế" * 4000, unicodedata.normalize("NFD", "ế") * 4000, "\U0001f9fe" * 4000, "\u202e\u2066a\u0000\u0007\ud800b", "a\u0301\u0302\u0303\u0304",
            '"}],"notes":[{', "</script><script>alert(1)</script>", "=1+1", "a\u2028b\u0085c", "\r\n\r\n\r\n\r\nx"]  # fmt: skip
    for text in hard:
        write(made, "0003", position="remark", text="", by="b")
        made.locator("form.note-form [name=text]").evaluate("(field, text) => { field.value = text; }", text)
        made.locator("form.note-form [type=submit]").click()
    with made.expect_download() as download:
        made.locator(".bar").get_by_role("button").click()
    read = notes.saved("notes.json", Path(download.value.path()).read_bytes())
    assert len(read.notes) == len(hard)
    assert read.notes[3].text == "ab"


def test_the_page_and_the_reader_of_its_file_have_the_same_format_and_limits():
    script = (export.TEMPLATES / "page.js").read_text(encoding="utf-8")
    assert f'FORMAT = "{notes.FORMAT}"' in script
    limits = {name: int(most) for name, most in re.findall(r"(\w+): (\d+)", re.search(r"MOST = \{(.*?)\}", script)[1])}
    smallest = len(json.dumps(dict.fromkeys(notes.Note.model_fields, ""))) + 14 + 16 + 4 + 5 + 1 + 25
    assert limits.pop("bytes") <= min(notes.MOST_BYTES, smallest * notes.MOST_NOTES)
    assert limits == {"text": notes.MOST_CHARACTERS, "evidence": notes.MOST_CHARACTERS, "by": notes.MOST_IN_A_LINE}


def test_no_more_is_taken_than_one_file_may_hold(made):
    made.evaluate("() => { const real = Blob.prototype; Object.defineProperty(real, 'size', { get: () => 1000001 }); }")
    one = write(made, "0001", position="agree", by="b")
    assert one.locator(".wrong:not(:empty)").inner_text() == terms.text("tools.full", "vi")
    assert made.locator(".bar").count() == 0


def test_a_note_is_written_added_and_saved_with_the_keyboard_alone(made):
    made.locator(".case").first.get_by_role("button", name="Viết ghi chú").focus()
    made.keyboard.press("Enter")
    for key in ("ArrowDown", "Tab", "s", "Tab", "Tab", "b", "Enter"):  # disagree; text; by; add
        made.keyboard.press(key)
    made.keyboard.press("Tab")
    assert made.evaluate("document.activeElement.textContent") == "Lưu ra tệp"
    with made.expect_download() as download:
        made.keyboard.press("Enter")
    note = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["notes"][0]
    assert (note["position"], note["text"], note["by"]) == ("disagree", "s", "b")


@pytest.mark.parametrize("edition", Edition)
def test_a_form_says_that_nothing_is_sent_and_where_the_page_goes_outside_to_name_nobody(
    browser, tmp_path, little, edition
):
    found = little.model_copy(update={"edition": edition})
    with opened(browser, pages.shell(MADE, tmp_path / "a.html", found)) as (page, _):
        button = "Viết trả lời" if edition == Edition.OFFICE else "Viết ghi chú"
        page.locator(".case").first.get_by_role("button", name=button).click()
        told = page.locator(".note-form > p").first.inner_text()
        assert told.startswith(terms.text("tools.stays_here", "vi"))
        assert told.endswith(terms.text("tools.no_names", "vi")) == (edition != Edition.INTERNAL)


def test_the_office_answers_on_its_page_where_the_paper_lies_and_it_comes_home_as_its_answer(browser, tmp_path):
    copy = tmp_path / "xa-mau" / "2025-q3"
    shutil.copytree(XA_MAU, copy)
    shutil.copy(XA_MAU.parent / "office.key", copy.parent)
    with opened(browser, pages.page(copy, tmp_path / "office.html", edition="office")) as (page, _):
        one = page.locator(".case", has_text="Đề nghị đơn vị cung cấp").first
        finding = one.get_attribute("data-finding")
        one.get_by_role("button", name="Viết trả lời").click()
        one.get_by_label("Giấy tờ nằm ở đâu").fill("Sổ 2, trang 9, số 31, trả 05/08/2025")
        one.get_by_label("Có chứng cứ mới").check()
        one.locator("[name=by]").fill("Cán bộ Mẫu")
        one.locator("[type=submit]").click()
        with page.expect_download() as download:
            page.locator(".bar").get_by_role("button").click()
        download.value.save_as(tmp_path / "notes.json")
    assert keep.add(copy, [tmp_path / "notes.json"]).added == 1
    with opened(browser, pages.page(copy, tmp_path / "after.html")) as (page, _):
        noted = page.locator(f"#case-{finding} .notes").text_content()
    assert "trả lời của đơn vị được kiểm tra" in noted
    assert "Sổ 2, trang 9" in noted


def test_a_note_written_on_the_page_is_beside_its_case_after_the_next_run(browser, tmp_path):
    copy = tmp_path / "xa-mau" / "2025-q3"
    shutil.copytree(XA_MAU, copy)
    shutil.copy(XA_MAU.parent / "office.key", copy.parent)
    before = pages.page(copy, tmp_path / "before.html")
    said = {"text": "Sổ đã <i>ghi</i> ngày trả", "evidence": "Sổ theo dõi, trang 9", "by": "Nguyễn Văn Mẫu 99"}
    with opened(browser, before) as (page, heard):
        one = page.locator(".case").nth(2)
        serial, finding = one.locator("h3 > :first-child").text_content(), one.get_attribute("data-finding")
        write(page, serial, position="disagree", **said)
        with page.expect_download() as download:
            page.locator(".bar").get_by_role("button").click()
        download.value.save_as(tmp_path / "notes.json")
        assert [one for one in heard if not one.startswith("blob:")] == [before.as_uri()]
    added = keep.add(copy, [tmp_path / "notes.json"])
    assert (added.added, added.known) == (1, 0)
    assert keep.add(copy, [tmp_path / "notes.json"]).known == 1
    parameters = {"as_of": "", "lang": "vi", "edition": "internal"}
    after = outputs.audits([copy], tmp_path / "out", parameters)[0]
    assert after.error is None
    written = {path.name: path.read_bytes() for path in after.page.parent.iterdir()}
    here = pages.files(copy, **parameters)  # what these tests open is what a run writes
    assert all(here[name] == written[name] for name in ("audit.html", "result.json"))
    shareable = pages.page(copy, tmp_path / "shareable.html", edition="shareable")
    for file, is_internal in ((after.page, True), (shareable, False)):
        with opened(browser, file) as (page, _):
            noted = page.locator(f"#case-{finding} .notes").text_content()
            assert "Không đồng ý" in noted
            for text in said.values():
                assert (text in noted) == is_internal
                assert (text in page.locator("html").evaluate("(one) => one.textContent")) == is_internal
            assert page.locator("main i").count() == 0


# The list of dossiers that wait for papers ----------------------------------------------------------------------------


def listed(page) -> list[str]:
    """The codes of the list that are in sight."""
    return page.locator(".waiting tbody tr:not(.is-out) th").all_inner_texts()


def test_the_list_of_papers_has_a_line_a_dossier_and_each_opens_its_card(real, found):
    codes = list(dict.fromkeys(paper.dossier_id for paper in found.papers))
    assert listed(real) == codes
    assert len(codes) < len(found.papers)  # some wait for two
    first = real.locator(".waits").inner_text()
    assert first.startswith(f"Chờ giấy tờ: {len(codes)} trong {found.dossiers} hồ sơ đã xét. {codes[0]}, {codes[1]}")
    real.locator(".waiting tbody a").first.click()
    assert codes[0] in real.evaluate("document.activeElement.querySelector('h3').textContent")


def test_the_list_of_papers_is_filtered_and_printed_as_it_is_filtered_with_its_total(real, found, tmp_path):
    real.evaluate("window.print = () => {}")
    section = real.locator(".waiting")
    total = len(listed(real))
    section.get_by_role("searchbox").fill("trang 4")
    left = listed(real)
    assert 0 < len(left) < total
    section.get_by_role("button", name="In danh sách đang hiển thị").click()
    real.pdf(path=tmp_path / "list.pdf")
    sheets = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "list.pdf")]
    paper = " ".join(" ".join(sheets).split())
    assert len(sheets) == 1
    assert f"{len(left)} trong {total} hồ sơ chờ giấy tờ." in paper
    assert {one.dossier_id for one in found.judged if one.dossier_id in paper} == set(left)
    real.evaluate("dispatchEvent(new Event('afterprint'))")
    assert real.evaluate("document.documentElement.className") == ""
    section.get_by_role("button", name="Bỏ lọc").click()
    assert len(listed(real)) == total


def test_a_button_prints_in_full_and_the_next_print_is_short_again(real):
    real.evaluate("window.print = () => { window.printed = document.documentElement.className; }")
    for name, printed in (("In đầy đủ", "prints-all"), ("In bản ngắn", "")):
        real.get_by_role("button", name=name).click()
        assert real.evaluate("window.printed") == printed
        real.evaluate("dispatchEvent(new Event('afterprint'))")


# The script itself ----------------------------------------------------------------------------------------------------


def test_the_script_is_small_has_no_words_of_its_own_and_none_of_the_ways_to_run_text():
    script = (export.TEMPLATES / "page.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 15_000
    assert script.startswith('"use strict";')
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval", "document.write", "Function(", "localStorage", "sessionStorage",
                "indexedDB", "cookie", "fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "import(", "setAttribute(\"on", "javascript:"):  # fmt: skip
        assert way not in script
    said = re.findall(r'"([^"]*)"', re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE))
    assert not [text for text in said if re.search(r"[^\W\d_a-z]", text, re.IGNORECASE) and text != "đ"]


def test_neither_style_nor_script_can_be_left_from_within():
    for name in (*export.AUDIT.styles, *export.ROLLUP.styles, export.AUDIT.script):
        text = (export.TEMPLATES / name).read_text(encoding="utf-8")
        assert not re.search(r"</|<!--|<script|\r|\x00", text, re.IGNORECASE), name
