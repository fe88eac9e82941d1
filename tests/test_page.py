"""The page in a real browser: whole, quiet, and readable on a phone and on paper."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import SAMPLE
from playwright.sync_api import sync_playwright

from audit import run

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="no chromium on this machine (Debian: apt-get install chromium)",
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    return run.audits([SAMPLE], tmp_path_factory.mktemp("out"), {"as_of": "", "lang": "vi"})[0].page


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(params=[360, 1280])
def opened(browser, page_file, request):
    """The page at a phone's and a desk's width, with everything it said or asked for."""
    page = browser.new_page(viewport={"width": request.param, "height": 900}, java_script_enabled=False)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda asked: heard.append(asked.url))
    page.goto(page_file.as_uri())
    yield page, heard
    page.close()


def test_the_page_loads_nothing_and_complains_of_nothing(opened, page_file):
    _, heard = opened
    assert heard == [page_file.as_uri()]


def test_the_first_screen_holds_who_when_and_the_answer(opened):
    page, _ = opened
    for text in ("xã Bình Phước", "24/08/2023 – 24/09/2023", "Phần mềm ghi 5 trong 293"):
        box = page.get_by_text(text).first.bounding_box()
        assert box["y"] + box["height"] < 900, text


def test_no_code_is_shown_and_nothing_runs(opened):
    page, _ = opened
    assert "import" not in page.locator("main").inner_text()
    assert page.locator("script").count() == 0
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.title() == "Hồ sơ trễ hạn: phần mềm và giấy tờ nói gì? – xã Bình Phước, 24/08/2023 – 24/09/2023"


def test_the_five_cases_have_a_timeline_each_with_its_own_text(opened):
    page, _ = opened
    pictures = page.locator("article.case svg[role=img]")
    assert pictures.count() == page.locator("article.case").count() == 5
    for number in range(5):
        assert "Tiếp nhận" in pictures.nth(number).get_attribute("aria-label")
        assert pictures.nth(number).bounding_box()["width"] > 200


def test_every_table_has_a_caption_and_headings_with_scope(opened):
    page, _ = opened
    tables = page.locator("table").count()
    assert tables == page.locator("table > caption").count() > 10
    assert page.locator("th:not([scope])").count() == 0


def test_headings_are_in_order_and_are_questions(opened):
    page, _ = opened
    assert page.locator("h1").count() == 1
    headings = page.locator("h2").all_inner_texts()
    assert len(headings) == 12
    assert all(heading.endswith("?") for heading in headings)


def test_nothing_is_wider_than_the_screen(browser, page_file):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_it_prints_on_a4(browser, page_file, tmp_path):
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = (tmp_path / "page.pdf").read_bytes()
    assert 3 <= printed.count(b"/Type /Page\n") <= 30
    page.close()
