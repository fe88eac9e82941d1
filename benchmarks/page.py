"""How large a page of many dossiers is, and how quickly it opens: `python benchmarks/run.py page`."""

import shutil
import statistics
from pathlib import Path

import made_up
import measure
from playwright.sync_api import sync_playwright

from audit.running import outputs

SIZES = {"quick": (300, 3_000), "full": (300, 3_000, 12_000, 20_000)}  # dossiers of a commune
FULL = "<style>.case { content-visibility: visible !important; }</style>"
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
TIMES = 5


def main(size: str, scratch: Path) -> None:
    """Print the bytes of a page per dossier that is laid out, and how quickly it opens beside one laid out in full."""
    chromium = shutil.which("chromium")
    if not chromium:
        measure.say("  skipped for want of chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for dossiers in SIZES[size]:
            root = scratch / f"page-{dossiers}"
            shutil.rmtree(root, ignore_errors=True)
            folder = made_up.folders(root, [1], dossiers)[0]
            parameters = {"as_of": "", "lang": "vi", "edition": "internal"}
            page = outputs.audits([folder], root / "out", parameters)[0].page
            text = page.read_text(encoding="utf-8")
            full = page.with_name("full.html")
            allowed = text.replace("style-src", "style-src 'unsafe-inline'; x-src").replace(
                "</style>", f"</style>{FULL}", 1
            )
            full.write_text(allowed, encoding="utf-8")
            times = {file: statistics.median(_opened(browser, file) for _ in range(TIMES)) for file in (page, full)}
            in_full, in_brief = text.count("<article"), text.count('<tr id="case-')
            measure.say(
                f"  {dossiers} dossiers: {len(text.encode()) / 1e6:.2f} MB, {in_full} cases in full, {in_brief} in "
                f"brief; opens in {times[page]:.0f} ms, {times[page] / times[full]:.2f} of the time with all laid out"
            )


def _opened(browser, file: Path) -> float:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    taken = page.evaluate(OPENED)
    page.close()
    return taken
