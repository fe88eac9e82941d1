"""A folder in which every text is out to run something: the page shows it and nothing runs, in both editions."""

import csv
import io
import re
import shutil
from pathlib import Path

import pages
import pytest
from browser import needs_chromium, opened
from conftest import SAMPLE, XA_MAU
from folders import xlsx
from test_sample import audited

from audit.ground.terms import Edition
from audit.notes import keep
from audit.running import export

pytestmark = needs_chromium
SHORT = "</title></style></script><script>hacked=1</script><img src=x onerror=hacked=1>\"'><svg onload=hacked=1>"
IN_TOML = SHORT.replace('"', "")
HOSTILE = (
    f"{SHORT}</textarea></template></details></table><style>*{{display:none}}</style><iframe src=\"javascript:hacked=1\"></iframe>"
    "<a href=\"javascript:hacked=1\" onmouseover=hacked=1>x</a><form action=http://example.org><base href=http://example.org>"
    "<meta http-equiv=refresh content=\"0;url=http://example.org\"><link rel=stylesheet href=http://example.org/x.css>"
    "```mermaid graph TD; A[<img src=x onerror=hacked=1>] ``` [x](javascript:hacked=1) ![x](http://example.org/x.png) # y $$\\href{javascript:hacked=1}{x}$$ "
    "{{ 7*7 }}{% raw %}\u202egnp.exe\u2066\u200f =HYPERLINK(\"http://example.org\",\"x\") <!-- --> ]]> &lt;script&gt; %s {0} \\ ,,,,,,,,,,,,"
)  # fmt: skip
BIG = f"{HOSTILE}{'đ' * 5_000}"
ALWAYS = {"Tên thủ tục hành chính", "Tên TTHC", "Tên lĩnh vực", "Phòng ban", "Chủ hồ sơ", "Tên cá nhân, tổ chức", "Số văn bản",
          "Lý do", "quote", "section", "source", "why", "by"}  # fmt: skip
NEVER = {"corrections.csv": {"record", "sheet", "row", "column", "was", "now", "on"},
         "procedures.csv": {"procedure", "term", "unit", "in_force_from", "in_force_to"}}  # fmt: skip


def spoiled(content: bytes, name: str) -> list[list[str]]:
    """A record with hostile text: in one column a row, in turn, in all of free text, in a heading, above the table."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    begin = next(number for number, row in enumerate(rows) if len(row) > 1)
    heads = rows[begin]
    free = [number for number, head in enumerate(heads) if head in ALWAYS]
    turns = [number for number, head in enumerate(heads) if head not in NEVER.get(name, set())]
    for count, row in enumerate(rows[begin + 1 :]):
        row.extend([""] * (len(heads) - len(row)))
        for number in free:
            row[number] = HOSTILE
        if name not in NEVER and count % 3 == 2:
            row[turns[count // 3 % len(turns)]] += HOSTILE
    rows[begin + 1][turns[-1]] = BIG
    return [*([HOSTILE] for _ in rows[:begin]), *([*row, HOSTILE] for row in rows[begin:])]


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "xa-doc" / "2025-q3"
    shutil.copytree(XA_MAU, folder, ignore=shutil.ignore_patterns("expected*"))
    shutil.copy(XA_MAU.parent / "office.key", folder.parent)
    shutil.copy(SAMPLE / "claims.csv", folder)
    for path in folder.glob("*.csv"):
        table = spoiled(path.read_bytes(), path.name)
        if path.stem == "register":
            path.unlink()
            cells = [[cell[:32_000] for cell in row] for row in table]
            xlsx(path.with_suffix(".xlsx"), {"<img src=x onerror=hacked=1>": cells})
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(table)
    office = (folder / "office.toml").read_text(encoding="utf-8")
    for name in ('"xã Mẫu"', '"tỉnh Mẫu"', 'district = ""', '"UBND xã Mẫu"'):
        office = office.replace(name, f'{name[:-1]}{IN_TOML}"')
    (folder / "office.toml").write_text(office, encoding="utf-8")
    for case in audited(folder).cases[:3]:
        about = {"finding": case.dossier_code, "fingerprint": case.fingerprint, "verdict": case.verdict}
        keep.write(folder, about | {"position": "disagree", "text": HOSTILE, "evidence": HOSTILE, "by": SHORT})
    return folder


@pytest.fixture(scope="module")
def hostile_pages(tmp_path_factory, hostile_folder) -> dict[Edition, Path]:
    target = tmp_path_factory.mktemp("hostile-pages")
    return {
        edition: pages.page(hostile_folder, target / f"{edition}.html", lang, edition)
        for edition, lang in zip(Edition, ("vi", "vi", "en"), strict=True)
    }


@pytest.fixture(scope="module")
def plain_page(tmp_path_factory) -> Path:
    return pages.page(XA_MAU, tmp_path_factory.mktemp("plain") / "audit.html")


def what_could_run(page) -> list[str]:
    """Scripts, handlers, addresses that lead out, and whatever else a page of ours never has."""
    return page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((one) => [
          ...[...one.attributes].filter(({ name, value }) => name.startsWith("on") || name === "style" || name === "srcdoc" || name === "action"
            || (/^(href|src|xlink:href)$/.test(name) && !/^#[\\w-]+$/.test(value))).map(({ name, value }) => `${one.tagName} ${name}=${value}`),
          ...(/^(iframe|object|embed|base|link|img|image|use|foreignObject|animate|math|frame)$/i.test(one.tagName) ? [one.tagName] : []),
        ])"""
    )


def tags(page) -> set[str]:
    return set(page.evaluate("() => [...document.querySelectorAll('*')].map((one) => one.tagName)"))


@pytest.mark.parametrize("edition", Edition)
def test_nothing_that_stands_in_a_record_runs_or_becomes_markup(browser, hostile_pages, plain_page, edition, tmp_path):
    with opened(browser, plain_page) as (page, _):
        ours = tags(page) | {
            "CODE",
            "B",
            "SMALL",
            "UL",
            "OL",
            "LI",
            "SPAN",
            "BR",
            "rect",
            "FIGURE",
            "FIGCAPTION",
            "STRONG",
            "svg",
        }
    file, dialogs = hostile_pages[edition], []
    with opened(browser, file, accept_downloads=True) as (page, heard):
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        assert what_could_run(page) == []
        assert tags(page) <= ours
        assert page.locator("script").count() == page.locator("style").count() == page.locator("main").count() == 1
        page.get_by_role("button", name=re.compile("Mở hoặc thu gọn|Open or fold")).click()
        for heading in page.locator(".sort").all():
            heading.click()
        page.locator(".cases").get_by_role("searchbox").fill("<script>hacked")
        page.locator(".cases").get_by_role("searchbox").fill("")
        one = page.locator(".case").first
        one.locator("[data-do=write]").click()
        one.locator("[value=disagree]").check()
        for name in ("text", "evidence", "by"):
            one.locator(f"form [name={name}]").fill(SHORT)
        one.locator("[type=submit]").click()
        one.hover()
        page.emulate_media(media="print")
        page.pdf(path=tmp_path / "page.pdf")
        assert what_could_run(page) == []
        assert page.evaluate("typeof hacked") == "undefined"
        assert dialogs == []
        assert heard == [file.as_uri()]


def test_what_stands_in_a_record_is_shown_as_it_is_written(browser, hostile_pages):
    with opened(browser, hostile_pages[Edition.INTERNAL]) as (page, _):
        said = page.locator("main").evaluate("(main) => main.textContent")
        assert said.count("<script>hacked=1</script>") > 20
        assert "```mermaid" in said
        assert "{{ 7*7 }}" in said
        assert page.title().count("<script>") == 1
        assert page.locator("main").get_attribute("data-commune") == f"xã Mẫu{IN_TOML}"
        noted = page.locator(".case .notes").first.text_content()
        assert "<script>hacked=1</script>" in noted
    with opened(browser, hostile_pages[Edition.SHAREABLE]) as (page, _):
        assert "mermaid" not in page.content()


@pytest.mark.parametrize("edition", Edition)
def test_long_cells_in_any_column_break_neither_width_nor_size(browser, hostile_pages, edition):
    assert hostile_pages[edition].stat().st_size < 2_500_000
    with opened(browser, hostile_pages[edition], 360) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("edition", Edition)
def test_text_that_runs_from_right_to_left_turns_nothing_around_it(browser, hostile_pages, edition):
    with opened(browser, hostile_pages[edition]) as (page, _):
        said = page.evaluate("document.documentElement.textContent")
        assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", said)


ADDED = {
    "a script": "<script>hacked=1</script>",
    "a script from elsewhere": '<script src="http://example.org/x.js"></script>',
    "a handler": "<img src=x onerror=hacked=1>",
    "a style": "<style>main{display:none}</style>",
    "a style of one element": '<p id="p" style="position:fixed">x</p>',
    "a frame": '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
    "a picture from elsewhere": '<img src="http://example.org/x.png" alt="">',
    "a film from elsewhere": '<video src="http://example.org/x.mp4"></video>',
    "an object from elsewhere": '<object data="http://example.org/x.html"></object>',
    "a form": '<form id="f" action="http://example.org/"><button>x</button></form>',
    "an address that runs": '<a id="f" href="javascript:hacked=1">x</a>',
    "a base": '<base href="http://example.org/">',
}


@pytest.mark.parametrize("what", ADDED)
def test_what_somebody_adds_to_the_file_by_hand_is_refused_and_the_page_goes_on(browser, plain_page, tmp_path, what):
    file = tmp_path / "audit.html"
    text = plain_page.read_text(encoding="utf-8")
    assert text.count("</main>") == 1
    file.write_text(text.replace("</main>", f"{ADDED[what]}</main>"), encoding="utf-8")
    blocked: list[str] = []
    with opened(browser, file) as (page, heard):
        page.on("requestfailed", lambda asked: blocked.append(asked.url) if asked.failure == "csp" else None)
        page.reload()
        page.evaluate("document.querySelector('#f button, a#f')?.click()")
        page.wait_for_timeout(100)
        assert page.evaluate("typeof hacked") == "undefined"
        assert page.url == file.as_uri()
        assert [one for one in heard if "Content Security Policy" in one]
        assert {one for one in heard if "Content Security Policy" not in one} <= {file.as_uri(), *blocked}
        assert page.locator("main").is_visible()
        assert page.locator(".cases .find").count() == 1
        assert page.locator("#p").evaluate_all(
            "(found) => found.every((one) => getComputedStyle(one).position === 'static')"
        )


def test_a_page_without_a_script_allows_none(browser, tmp_path):
    file, failed = tmp_path / "failed.html", export.plain_page("failed", "vi", title="x", message="y", kept="z")
    assert "script-src" not in failed
    file.write_text(failed.replace("</main>", "<script>hacked=1</script></main>"), encoding="utf-8")
    with opened(browser, file) as (page, heard):
        assert page.evaluate("typeof hacked") == "undefined"
        assert "Content Security Policy" in heard[1]
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"  # its own style is allowed
