"""Makes the pictures of `guide.vi.md` anew, from the real page of the made-up sample, in Chromium: run it by hand."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from audit.running import outputs

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "binh-phuoc" / "2023-09"
PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1120, 700


def first_screen(page: Page) -> None:
    """What was audited, the answer, the counts."""
    page.screenshot(path=PICTURES / "1-man-hinh-dau.png")


def one_case(page: Page) -> None:
    """Both records of a dossier side by side."""
    _scroll_to(page, "article.case:nth-of-type(3)", 16)
    page.screenshot(path=PICTURES / "2-mot-ho-so.png")


def search(page: Page) -> None:
    """The list of cases, searched."""
    box = page.locator("input[type=search]").first
    box.fill("dat dai")
    _scroll_to(page, "input[type=search]", 80)
    page.screenshot(path=PICTURES / "3-tim-va-loc.png")
    box.fill("")


def reported_figures(page: Page) -> None:
    """What the report leaves to be explained."""
    _scroll_to(page, "#claims", 16)
    page.screenshot(path=PICTURES / "4-so-lieu-bao-cao.png")


def a_note(page: Page) -> None:
    """The form for a note on a case."""
    case = page.locator("article.case").nth(2)
    case.locator("button[data-do=write]").click()
    case.locator("textarea").first.fill("Xã gửi kèm bản chụp trang sổ có chữ ký người nhận.")
    _scroll_to(page, "form.note-form", 120)
    page.screenshot(path=PICTURES / "5-ghi-y-kien.png")


def _scroll_to(page: Page, chosen: str, above: int) -> None:
    """Put what is chosen `above` pixels under the upper edge; twice: cases are laid out only as they come near."""
    for _ in range(2):
        page.evaluate(
            "([chosen, above]) => scrollBy(0, document.querySelector(chosen).getBoundingClientRect().top - above)",
            [chosen, above],
        )
        page.wait_for_timeout(300)


def main() -> None:
    """All pictures, from the internal edition of the sample's page."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as out, sync_playwright() as playwright:
        made = outputs.audits([SAMPLE], Path(out), {"as_of": "", "lang": "vi", "edition": "internal"})[0].page
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(made.as_uri())
        for picture in (first_screen, one_case, search, reported_figures, a_note):
            picture(page)
        browser.close()


if __name__ == "__main__":
    main()
