"""The page in a real browser: whole, quiet, and readable on a desk, on a phone and on paper."""

import re
from itertools import pairwise
from pathlib import Path

import pages
import pypdfium2
import pytest
from browser import needs_chromium, opened
from conftest import SAMPLE, XA_MAU
from folders import OFFICE, folder

from audit.ground import terms
from audit.page import shell

pytestmark = needs_chromium
INTERNAL = terms.text("page.internal", "vi")
SHAREABLE = terms.text("page.shareable", "vi")
PHONE, DESK = (360, 740), (1280, 900)
HOSTILE = 'xã "Bình\\ Phước"</style><script>alert(1)</script>\n} @page { @top-left { content: "x" } } /* \u202e ớc'
RULES = (
    r"""[...document.styleSheets[0].cssRules].map(r => r.cssText.replace(/@top-left { content: "(\\.|[^"\\])*"/, ""))"""
)
FIRST_SCREEN = {  # what a chairman needs: what was audited, the answer, both figures, what is undecided, what to do
    "binh-phuoc": (
        "xã Bình Phước, huyện Bình Sơn, tỉnh Quảng Ngãi", "24/08/2023 – 24/09/2023", "ngày kiểm tra 25/09/2023",
        "bản nội bộ", "Phần mềm ghi 5 trong 293 hồ sơ đã giải quyết là quá hạn: giấy tờ chứng minh cả 5",
        "288/293", "98,29%", "293/293", "100,00%", "0/293", "Yêu cầu đơn vị giải trình 18 điểm",
    ),
    "xa-mau": (
        "xã Mẫu, tỉnh Mẫu", "01/07/2025 – 30/09/2025", "ngày kiểm tra 31/01/2026", "bản nội bộ",
        "9 trong 28 quá hạn trên thực tế; 10 trong 28 chưa đủ căn cứ kết luận.", "48–52/80", "từ 60,00% đến 65,00%",
        "39–70/81", "từ 48,15% đến 86,42%", "31/81", "9 giấy tờ tự mâu thuẫn", "Xem 1 cặp đề nghị ghép",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """The page of each sample in the internal edition, and of each in the shareable one."""
    target = tmp_path_factory.mktemp("pages")
    return {
        f"{sample.parent.name} {edition}": pages.page(sample, target / f"{sample.parent.name}-{edition}.html", "vi", edition)
        for sample in (SAMPLE, XA_MAU) for edition in ("internal", "shareable")
    }  # fmt: skip


@pytest.fixture(params=["binh-phuoc internal", "binh-phuoc shareable", "xa-mau internal", "xa-mau shareable"])
def file(files, request) -> Path:
    return files[request.param]


def printed(browser, file: Path, target: Path, *, in_full: bool = False) -> list[str]:
    """The text of each sheet of a page printed on A4, in short unless it is asked for in full."""
    with opened(browser, file) as (page, _):
        page.evaluate("(is) => { document.documentElement.classList.toggle('prints-all', is); }", in_full)
        page.pdf(path=target, format="A4", prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(target)
    sheets = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    document.close()
    return [" ".join(sheet.split()) for sheet in sheets]


# The screen ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [PHONE[0], DESK[0]])
def test_the_page_loads_nothing_and_complains_of_nothing(browser, file, width):
    with opened(browser, file, width) as (_, heard):
        assert heard == [file.as_uri()]


@pytest.mark.parametrize("sample", FIRST_SCREEN)
@pytest.mark.parametrize(("width", "most"), [(DESK[0], DESK[1]), (PHONE[0], 2 * PHONE[1])])
def test_the_first_screen_holds_what_was_audited_the_answer_and_what_to_do(browser, files, sample, width, most):
    with opened(browser, files[f"{sample} internal"], width, java_script_enabled=False) as (page, _):
        for text in FIRST_SCREEN[sample]:
            box = page.locator("main").get_by_text(text).first.bounding_box()
            assert box["y"] + box["height"] < most, text


def test_a_phone_shows_the_answer_and_both_figures_before_anything_is_moved(browser, files):
    with opened(browser, files["xa-mau internal"], PHONE[0], java_script_enabled=False) as (page, _):
        for text in (*FIRST_SCREEN["xa-mau"][:8], "31/81"):
            box = page.locator("main").get_by_text(text).first.bounding_box()
            assert box["y"] + box["height"] < PHONE[1], text


def test_no_code_is_shown(browser, file):
    with opened(browser, file, java_script_enabled=False) as (page, _):
        assert "import" not in page.locator("main").inner_text()
        assert page.locator("html").get_attribute("lang") == "vi"


def test_the_page_is_named_by_its_question_commune_and_period(browser, files):
    with opened(browser, files["binh-phuoc internal"]) as (page, _):
        assert page.title() == "Hồ sơ quá hạn: phần mềm và giấy tờ nói gì? – xã Bình Phước, 24/08/2023 – 24/09/2023"


def test_headings_are_in_order_and_those_of_sections_are_questions(browser, file):
    with opened(browser, file, java_script_enabled=False) as (page, _):
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))
        assert all(text.strip().endswith("?") for text in page.locator(".numbered").all_text_contents())
        assert page.locator("h2").count() == 9


def test_the_contents_list_reaches_every_section_and_every_link_of_the_page_leads_somewhere(browser, file):
    with opened(browser, file, java_script_enabled=False) as (page, _):
        sections = page.evaluate("[...document.querySelectorAll('main .numbered')].map(h => h.id)")
        linked = page.evaluate("[...document.querySelectorAll('nav.contents a')].map(a => a.hash.slice(1))")
        assert linked == sections
        assert len(set(sections)) == len(sections) == 9 + 14
        assert all(re.fullmatch("[a-z][a-z-]+", one) for one in sections)
        lost = "[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => h[0] != '#' || !document.getElementById(h.slice(1)))"
        assert page.evaluate(lost) == []
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(set(ids)) == len(ids)


def test_the_contents_list_stands_beside_the_page_where_there_is_room_and_is_folded_on_a_phone(browser, files):
    file = files["xa-mau internal"]
    with opened(browser, file, DESK[0], java_script_enabled=False) as (page, _):
        last = page.locator("nav.contents a").last
        assert last.bounding_box()["x"] + last.bounding_box()["width"] < page.locator("h1").bounding_box()["x"]
        page.locator("#basis").scroll_into_view_if_needed()
        assert 0 < last.bounding_box()["y"] < DESK[1]
    with opened(browser, file, PHONE[0], java_script_enabled=False) as (page, _):
        assert not page.locator("nav.contents a").last.is_visible()
        page.locator("nav.contents summary").click()
        assert page.locator("nav.contents a").last.is_visible()


def test_the_first_stop_of_the_keyboard_leads_past_the_banner(browser, files):
    with opened(browser, files["binh-phuoc internal"]) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        assert page.evaluate("document.activeElement.textContent") == terms.text("page.skip", "vi")
        assert page.evaluate("document.activeElement.getBoundingClientRect().x") >= 0
        assert page.locator("nav").get_attribute("aria-label") == terms.text("page.contents", "vi")
        assert [page.locator(landmark).count() for landmark in ("body > header", "main", "body > footer")] == [1, 1, 1]


def test_every_table_has_a_caption_and_headings_with_scope(browser, file):
    with opened(browser, file, java_script_enabled=False) as (page, _):
        tables = page.locator("table").count()
        assert tables == page.locator("table > caption").count() > 10
        assert page.locator("th:not([scope])").count() == 0


def test_on_a_phone_the_cells_of_a_long_table_stand_under_one_another_each_with_its_heading(browser, files):
    with opened(browser, files["xa-mau internal"], PHONE[0], java_script_enabled=False) as (page, _):
        row = page.locator("#units ~ table").first.locator("tbody tr").first
        tops = [cell.bounding_box()["y"] for cell in row.locator("> *").all()]
        assert row.locator("td").first.get_attribute("data-label") == "Số hồ sơ"
        assert tops[-1] > tops[0] + 40
        assert row.bounding_box()["width"] < PHONE[0]


def test_nothing_is_wider_than_the_screen(browser, file):
    with opened(browser, file, PHONE[0]) as (page, _):
        for width in (320, 360, 480, 720, 1024):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_cell_of_a_hundred_thousand_letters_makes_nothing_wider(browser, tmp_path):
    office = OFFICE.replace("xã Thử", "xã " + "Thử" * 60)
    made = folder(tmp_path / "a", office__toml=office, software__csv=f"Tên lĩnh vực | Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\n"
                  f"{'Đ' * 100_000} | H-1{'0' * 900} | 01/04/2025 | 08/04/2025 | 10/04/2025")  # fmt: skip
    file = pages.page(made, tmp_path / "a.html")
    for width in (PHONE[0], DESK[0]):
        with opened(browser, file, width) as (page, _):
            assert page.evaluate("document.documentElement.scrollWidth") <= width


# Paper --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "notice"), [("binh-phuoc internal", INTERNAL), ("binh-phuoc shareable", SHAREABLE), ("xa-mau internal", INTERNAL)]
)  # fmt: skip
def test_every_printed_sheet_names_commune_period_edition_and_its_number(browser, files, tmp_path, which, notice):
    sheets = printed(browser, files[which], tmp_path / "page.pdf")
    subject = "xã Bình Phước, 24/08/2023 – 24/09/2023" if "binh" in which else "xã Mẫu, 01/07/2025 – 30/09/2025"
    for number, sheet in enumerate(sheets, start=1):
        assert notice in sheet, number
        assert subject in sheet, number
        assert f"Trang {number}/{len(sheets)}" in sheet


def test_a_commune_with_five_late_dossiers_is_printed_on_six_sheets_or_in_full_on_thirty_and_none_is_empty(
    browser, files, tmp_path
):
    for edition in ("internal", "shareable"):
        for in_full, most in ((False, 6), (True, 30)):
            sheets = printed(browser, files[f"binh-phuoc {edition}"], tmp_path / "page.pdf", in_full=in_full)
            assert 5 <= len(sheets) <= most
            assert min(len(sheet) for sheet in sheets) > 300


def test_a_print_in_short_has_each_number_with_its_total_and_says_of_every_other_part_where_it_is(
    browser, files, tmp_path
):
    html = files["binh-phuoc internal"].read_text(encoding="utf-8")
    short, full = (
        " ".join(" ".join(printed(browser, files["binh-phuoc internal"], tmp_path / "a.pdf", in_full=one)).split())
        for one in (False, True)
    )
    left_out = re.findall(r"<h[23][^>]* data-elsewhere=[^>]*>([^<]+)<", html)
    assert len(left_out) == 15
    for heading in left_out:
        assert f"{heading} – trên màn hình, hoặc “In đầy đủ”" in short
        assert heading in full
    assert "trên màn hình, hoặc" not in full
    numbers = re.findall(r'<p class="value">(.*?)</p>', html)
    assert len(numbers) == 4
    for value in (re.sub(r"<[^>]+>", "", one).split()[0] for one in numbers):  # 288/293, and the three beside it
        assert value in short, value
    for said in (
        "314 + 0 + 0 = 314",
        "Kết luận cho từng hồ sơ: 314 hồ sơ",
        "288/293 (98,29%)",
        *FIRST_SCREEN["binh-phuoc"],
    ):
        assert said in short, said


def test_a_print_in_short_says_how_many_cases_it_has_of_all(browser, files, tmp_path):
    html = files["xa-mau internal"].read_text(encoding="utf-8")
    cards, left_out = html.count('<article class="case'), html.count(" data-on-screen>")
    short = " ".join(" ".join(printed(browser, files["xa-mau internal"], tmp_path / "a.pdf")).split())
    assert 0 < left_out < cards
    assert f"thẻ của {cards - left_out} hồ sơ quá hạn trong {cards} hồ sơ cần đọc" in short


def test_where_no_script_runs_no_button_can_print_the_rest_and_a_print_has_it_all(browser, files, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["binh-phuoc internal"].as_uri())
    page.pdf(path=tmp_path / "a.pdf", format="A4", prefer_css_page_size=True)
    context.close()
    assert len(pypdfium2.PdfDocument(tmp_path / "a.pdf")) > 10


def test_a_browser_without_page_margins_says_on_every_sheet_that_it_must_not_leave(browser, files, tmp_path):
    html = files["binh-phuoc internal"].read_text(encoding="utf-8")
    before, _, after = html.partition("@page {")
    old = re.sub(
        r"<meta http-equiv=[^>]*>", "", before + after.partition("</style>")[1] + after.partition("</style>")[2]
    )
    assert "@supports at-rule(@top-left)" in html
    assert "@supports at-rule(@top-left)" not in old
    (tmp_path / "old.html").write_text(old, encoding="utf-8")
    assert all(INTERNAL in sheet for sheet in printed(browser, tmp_path / "old.html", tmp_path / "old.pdf"))


def test_the_first_sheet_holds_the_answer_and_in_full_the_contents(browser, files, tmp_path):
    for sample, texts in FIRST_SCREEN.items():
        sheet = printed(browser, files[f"{sample} internal"], tmp_path / "page.pdf")[0]
        for text in texts:
            assert text in sheet, text
        sheet = printed(browser, files[f"{sample} internal"], tmp_path / "page.pdf", in_full=True)[0]
        for text in (*texts, "Bản kiểm tra dựa vào đâu?"):
            assert text in sheet, text


def test_the_head_of_a_table_is_printed_again_on_the_next_sheet(browser, files, tmp_path):
    sheets = printed(browser, files["binh-phuoc internal"], tmp_path / "page.pdf", in_full=True)
    assert sum("Báo cáo ghi Hồ sơ cho thấy" in sheet for sheet in sheets) >= 2


def test_the_name_of_a_commune_cannot_leave_the_style_it_is_printed_by(browser, tmp_path):
    plain, hostile = (shell.print_style(subject, INTERNAL, "vi") for subject in ("xã Thử", HOSTILE))
    assert hostile.isascii()
    assert "<" not in hostile
    assert "\n" not in shell.css_string(HOSTILE)
    rules = []
    for name, style in (("plain", plain), ("hostile", hostile)):
        file = tmp_path / f"{name}.html"
        file.write_text(f"<!DOCTYPE html><title>x</title><style>{style}</style><p>y</p>", encoding="utf-8")
        with opened(browser, file) as (page, heard):
            assert heard == [file.as_uri()]
            assert page.locator("body").inner_text() == "y"
            rules.append(page.evaluate(RULES))
    assert rules[0] == rules[1]
    sheet = printed(browser, tmp_path / "hostile.html", tmp_path / "hostile.pdf")[0]
    assert 'xã "Bình\\ Phước"</style><script>alert(1)</script>' in sheet
    assert "ớc" in sheet


def test_a_hostile_commune_is_on_every_sheet_and_changes_nothing_that_runs(browser, tmp_path):
    name = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\u202e", "")
    file = pages.page(folder(tmp_path / "a", office__toml=OFFICE.replace("xã Thử", name, 1)), tmp_path / "a.html")
    with opened(browser, file) as (page, heard):
        assert heard == [file.as_uri()]
        assert page.locator(".who").inner_text().startswith('xã "Bình\\ Phước"</style><script>')
    for sheet in printed(browser, file, tmp_path / "a.pdf"):
        assert 'xã "Bình\\ Phước"</style><script>' in sheet
        assert INTERNAL in sheet
