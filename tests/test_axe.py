"""Every page is open to all: axe finds nothing that fails WCAG 2.2 AA, wide and narrow, light and dark, tools in use."""

from pathlib import Path

import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import needs_chromium, opened
from conftest import ROOT, SAMPLE, XA_MAU
from folders import SOFTWARE, folder
from workers import answering

from audit.province import batch
from audit.running import outputs

pytestmark = needs_chromium
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [(360, "dark"), (1280, "light")]


# Contrast is looked up where text stands in a look of its own: color, size, weight, and all that lies behind it.
ONE_OF_EACH_LOOK = """() => {
  const behind = new Map([[null, ""]]), seen = new Set();
  const look = (element) => {
    if (!behind.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.position, style.filter];
      behind.set(element, look(element.parentElement) + "|" + (own.join() === PLAIN ? "" : own.join()));
    }
    return behind.get(element);
  };
  const PLAIN = "rgba(0, 0, 0, 0),none,1,static,none";
  const bare = (element) => look(element).replace(/\\|+/g, "|");
  document.querySelectorAll("[data-look]").forEach((element) => element.removeAttribute("data-look"));
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const { color, fontSize, fontWeight, textShadow, visibility } = getComputedStyle(element);
    const key = [color, fontSize, fontWeight, textShadow, visibility, element.offsetParent === null, bare(element)].join();
    if (!seen.has(key)) { seen.add(key); element.dataset.look = seen.size; }
  }
  return seen.size;
}"""


def violations(page, *within: str) -> list[str]:
    """What fails, each with the element that it fails for; `within`: only in these parts.

    Cases out of sight are laid out first, as they are when somebody comes to them. Contrast costs three quarters of
    the time, so that it is measured once for each look of a text instead of once for each text.
    """
    page.locator(".case").evaluate_all("(all) => all.forEach((one) => { one.style.contentVisibility = 'visible'; })")
    parts = [[part] for part in within]
    if parts:
        return _violations(page, {"include": parts}, {"type": "tag", "values": WCAG}, {})
    looks = page.evaluate(ONE_OF_EACH_LOOK)
    assert looks > 0
    return [
        *_violations(page, None, {"type": "tag", "values": WCAG}, {"color-contrast": {"enabled": False}}),
        *_violations(page, {"include": [["[data-look]"]]}, {"type": "rule", "values": ["color-contrast"]}, {}),
    ]


def _violations(page, context, rules, which) -> list[str]:
    options = {"runOnly": rules, "rules": which, "resultTypes": ["violations"]}
    found = Axe().run(page, context, options=options).response
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture(scope="module")
def audit_pages(tmp_path_factory) -> dict[str, Path]:
    """Both samples in two editions, one of these in English; one in that for the audited office."""
    target = tmp_path_factory.mktemp("pages")
    return {
        f"{sample.parent.name}, {edition}": pages.page(sample, target / f"{sample.parent.name}-{edition}.html", lang, edition)
        for sample, lang, edition in (
            (SAMPLE, "vi", "internal"), (SAMPLE, "en", "shareable"), (XA_MAU, "vi", "internal"), (XA_MAU, "en", "shareable"),
            (XA_MAU, "vi", "office"),
        )
    }  # fmt: skip


@pytest.fixture(scope="module")
def small_page(tmp_path_factory) -> Path:
    """The page of a commune with two late dossiers."""
    target = tmp_path_factory.mktemp("small")
    software = SOFTWARE.replace("08/04/2025 08:00", "10/04/2025 08:00")
    return pages.page(folder(target / "a", software__csv=software), target / "a.html")


@pytest.fixture(scope="module")
def other_pages(tmp_path_factory) -> dict[str, Path]:
    """The pages of a roll-up, of a folder that could not be audited, of all audits, of a sample and of visits."""
    target = tmp_path_factory.mktemp("others")
    broken = [folder(target / name / "2025-04", office__toml="") for name in ("xa-thu", "xa-khac")]
    parameters = {"lang": "vi", "edition": "internal"}
    failed, _ = batch.audits(broken, target / "out", parameters, answering())
    assert failed.error
    rows, found = ROOT / "data" / "rollup-mau" / "table.csv", ROOT / "data" / "rollup-mau" / "audits"
    rollup = outputs.rollup(rows, found, target / "rollup", {"first_on": "", "last_on": "", "sheet": "", "lang": "vi"})
    assert rollup.error is None
    sample = outputs.sample(XA_MAU, target / "sample", {"as_of": "", "lang": "vi"})
    visits = outputs.visits(ROOT / "data" / "tinh-mau" / "sample-province.toml", target / "visits", {"lang": "vi"})
    return {"failed": failed.page, "index": target / "out" / "index.html", "rollup": rollup.page, "sample": sample.page,
            "visits": visits.page}  # fmt: skip


@pytest.mark.parametrize(
    ("sample", "edition", "width", "scheme"),
    [("binh-phuoc", edition, *look) for edition in ("internal", "shareable") for look in LOOKS]
    + [
        ("xa-mau", edition, *look)
        for edition, look in zip(("internal", "shareable", "office"), (*LOOKS, LOOKS[0]), strict=True)
    ],
)
def test_nothing_fails_on_the_page_of_an_audit(browser, audit_pages, sample, edition, width, scheme):
    with opened(browser, audit_pages[f"{sample}, {edition}"], width, color_scheme=scheme) as (page, _):
        assert violations(page) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_fails_while_cases_are_sought_and_notes_are_written(browser, small_page, width, scheme):
    with opened(browser, small_page, width, color_scheme=scheme) as (page, _):
        first, second = page.locator(".case").nth(0), page.locator(".case").nth(1)
        first.get_by_role("button", name="Viết ghi chú").click()
        first.locator("[value=agree]").check()
        first.locator("[name=by]").fill("Cán bộ Mẫu")
        first.locator("[type=submit]").click()
        second.get_by_role("button", name="Viết ghi chú").click()
        second.locator("[value=disagree]").check()
        second.locator("[name=by]").fill("Cán bộ Mẫu")
        second.locator("[type=submit]").click()
        assert page.locator(".bar").is_visible()
        assert second.locator(".wrong:visible").count() == 1
        assert violations(page, ".find", ".bar", ".case:has(.tool .said)", ".case:has(.note-form)") == []
        page.locator(".cases").get_by_role("searchbox").fill("zzzz")
        assert page.locator(".case:visible").count() == 0
        assert violations(page, "[data-filterable]", ".bar") == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("which", ["failed", "index", "rollup", "sample", "visits"])
def test_nothing_fails_on_the_other_pages(browser, other_pages, which, width, scheme):
    with opened(browser, other_pages[which], width, color_scheme=scheme) as (page, heard):
        assert heard == [other_pages[which].as_uri()]
        assert page.locator("script").count() == (which == "index")
        assert violations(page) == []


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        ("document.querySelector('main h1, main h2').style.color = 'rgb(200, 200, 200)'", "color-contrast"),
        ("document.documentElement.lang = ''", "html-has-lang"),
        ("document.querySelector('.find label').replaceWith(document.querySelector('.find input'))", "label"),
        ("document.querySelector('.case > .tool button').ariaLabel = ' '; document.querySelector('.case > .tool button').textContent = ''", "button-name"),
    ],
)  # fmt: skip
def test_what_fails_is_found(browser, small_page, spoil, rule):
    with opened(browser, small_page) as (page, _):
        page.evaluate(spoil)
        assert any(one.startswith(f"{rule}:") for one in violations(page))
