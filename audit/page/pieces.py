"""What every piece of a page is made with: the templates, their words, and how it is shown in a notebook."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from audit.findings.result import UNREAD, Case, Dossier, Result, Share, Source
from audit.ground import terms
from audit.ground.terms import PLAINLY_ON_TIME, Grade, Verdict, in_percent, number
from audit.page.shell import TEMPLATES
from audit.records.software import MAIN

_DIRECTIONS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
_DIRECTED = re.compile(f"[{''.join(map(chr, _DIRECTIONS))}]")
MOST_CASES, MOST_ROWS = 1000, 300
VIETNAM = timezone(timedelta(hours=7))
BAR = 100  # width of a bar
_FILES = FileSystemLoader(TEMPLATES)
_COLOURS = {  # ours to those of JupyterLab's theme, light or dark
    "ink": "content-font-color1", "soft": "content-font-color2", "line": "border-color1", "paper": "layout-color0",
    "wash": "layout-color2", "good": "success-color0", "bad": "error-color0", "open": "warn-color0",
    "accent": "content-link-color",
}  # fmt: skip
_WITHIN = ".jp-RenderedHTMLCommon"  # an output, in JupyterLab
_UNDO = (  # what its style does to lists and tables of ours
    f"{_WITHIN} :is(dt, dd) {{float: none; width: auto}} {_WITHIN} :is(th, td):not(.n) {{text-align: start}} "
    f"{_WITHIN} .n {{text-align: end}} {_WITHIN} .unstyled {{display: none}}"
)
_PLACES = {  # where a piece stands on the page; a notebook has these places in its outputs alone
    "papers": "papers", "verdicts": "cases", "causes": "causes", "fields": "fields", "units": "units",
    "form_06a": "form", "points": "points", "next_period": "next-period",
    "acceptance": "acceptance", "on_time": "on-time", "claims": "claims", "undecided": "undecided",
    "contradictions": "contradictions", "problems": "problems", "notes": "notes", "leads": "leads",
    "accounting": "accounting", "sources": "sources", "images": "images", "hashed": "hashed", "method": "method",
}  # fmt: skip
COUNTED_ONLY = (*PLAINLY_ON_TIME, Verdict.OPEN, Verdict.STOPPED, Verdict.WITHDRAWN, Verdict.REFUSED)


class Shown:
    """A piece of the page, as HTML; where that cannot be shown, only its name."""

    def __init__(self, name: str, html: str, **more: str):
        self.html = html
        self._bundle = {"text/html": html, "text/plain": f"<{name}>", **more}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self._bundle


def shown(template: str, result: Result, **values: object) -> Shown:
    """A piece of the page, from its template, after the place that links lead to: the page has it in its heading."""
    place = f'<a id="{_PLACES[template]}"></a>' if template in _PLACES else ""
    return Shown(template, place + render(template, result, **values))


def render(template: str, result: Result, **values: object) -> str:
    """A template of `parts` with the result, what is said in its language, and more `values`."""
    lang = result.lang
    words = {"t": lambda key, **filled: terms.text(key, lang, **filled), "day": day_text,
             "share": lambda share: _share(share, lang), "percent": lambda share: in_percent(share.percent, lang),
             "measure": lambda name: terms.measure(name, lang), "number": lambda n: number(n, lang),
             "names": lambda records: ", ".join(terms.text(f"record.{record}", lang) for record in records),
             "card_of": _card_of(result), "lowered": terms.lowered, "written_on": moment_text,
             "system_name": lambda name: system_name(name, lang), "system_says": lambda said: system_says(said, lang),
             "in_force": lambda source: in_force(source, lang)}  # fmt: skip
    return environment().get_template(f"parts/{template}.html.j2").render(r=result, **words, **values)


@cache
def environment() -> Environment:
    """Where templates are; what they are given is escaped."""
    templates = Environment(
        loader=_FILES, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_undirected,
    )  # fmt: skip
    templates.filters |= {"labelled": labelled, "numeric_columns": numeric_columns}
    return templates


def as_written(name: str) -> str:
    """A style sheet or script, in which nothing is to be filled in."""
    return _FILES.get_source(environment(), name)[0]


def styled(sheets: Sequence[str], page: str, lang: str) -> Shown:
    """Style sheets for the outputs of a notebook, and what is read where a notebook is shown without them.

    `page`: the file to read instead. JupyterLab takes every style out of a notebook that it does not trust.
    """
    colours = "; ".join(f"--{name}: var(--jp-{theirs})" for name, theirs in _COLOURS.items())
    rules = f"@scope ({_WITHIN}) {{{''.join(map(as_written, sheets))}}} {_WITHIN} {{{colours}}} {_UNDO}"
    notice = escape(terms.text("page.unstyled", lang, page=page))
    return Shown("style", f'<style>{rules}</style><p class="unstyled"><strong>{notice}</strong></p>')


def graded(grades: Mapping[Grade, int], lang: str) -> str:
    """How sure it is of those that are late, of them all."""
    counts = {str(grade): grades.get(grade, 0) for grade in Grade}
    said = {name: number(count, lang) for name, count in counts.items()}
    return terms.text("page.answer_grades", lang, total=number(sum(counts.values()), lang), **said)


def _undirected(value: object) -> object:
    """A value to be shown; marks of direction, which make a text read as another, become a sign that is seen."""
    if not isinstance(value, str) or value.isascii() or not _DIRECTED.search(value):
        return value
    return value.translate(_DIRECTIONS)


def labelled(rows: Markup, headings: Sequence[str]) -> Markup:
    """Rows of a table of ours, each `td` with the heading over it as its label, to be read as a card on a phone."""
    html, end = str(rows), 0
    parts: list[str] = []
    for cell in _Cells(html).cells:
        if cell.tag == "td" and cell.column < len(headings):
            parts += [html[end : cell.end], f' data-label="{escape(headings[cell.column])}"']
            end = cell.end
    return Markup("".join([*parts, html[end:]]))


def numeric_columns(rows: Markup) -> frozenset[int]:
    """The columns of a table of ours whose cells in the first row are numbers."""
    first = str(rows).partition("</tr>")[0]
    return frozenset(cell.column for cell in _Cells(first).cells if cell.is_numeric)


class _Cell(NamedTuple):
    """A cell of a table: where in the text its start tag's bracket closes."""

    tag: str
    column: int
    end: int
    is_numeric: bool


class _Cells(HTMLParser):
    """The cells of the rows of a table."""

    def __init__(self, rows: str):
        super().__init__(convert_charrefs=False)
        self.cells: list[_Cell] = []
        self._column = 0
        self._lines = [0, *accumulate(len(line) + 1 for line in rows.split("\n"))]
        self.feed(rows)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._column = 0
        if tag in ("td", "th"):
            said, (line, offset) = dict(attrs), self.getpos()
            end = self._lines[line - 1] + offset + len(self.get_starttag_text() or "") - 1
            self.cells.append(_Cell(tag, self._column, end, "n" in (said.get("class") or "").split()))
            self._column += int(said.get("colspan") or 1)


def to_read(result: Result) -> list[Case]:
    """Cases in full that need more than to be counted: undecided, late, or with something that contradicts itself."""
    return [case for case in result.cases if is_to_read(case)]


def is_to_read(case: Case | Dossier) -> bool:
    """Whether a case needs more than to be counted."""
    return case.verdict not in COUNTED_ONLY or bool(case.contradictions or case.cause or case.apology)


def _card_of(result: Result) -> Callable[[str], str | None]:
    """The code under which a dossier that is read one by one stands on the page, by its `dossier_id`; else None."""
    codes: dict[str, str] = {}

    def code_of(dossier_id: str) -> str | None:
        if not codes:
            codes.update((case.dossier_id, case.dossier_code) for case in to_read(result)[:MOST_CASES])
        return codes.get(dossier_id)

    return code_of


def bar(least: Share, most: Share) -> dict:
    """A share as a bar of all dossiers that it counts: in time, undecided, late; with the range that it is told as."""
    parts = {
        "in_time": least.numerator, "open": most.numerator - least.numerator,
        "late": most.denominator - most.numerator,
    }  # fmt: skip
    starts, drawn, width = 0.0, [], BAR / max(most.denominator, 1)
    for name, count in parts.items():
        drawn.append({"name": name, "count": count, "x": round(starts, 1), "width": round(count * width, 1)})
        starts += count * width
    return {"least": least, "most": most, "parts": [part for part in drawn if part["count"]]}


def day_text(day: date | None) -> str:
    """A day as it is written in Vietnam; a dash where there is none."""
    return "–" if day is None else f"{day:%d/%m/%Y}"


def moment_text(stamp: str) -> str:
    """A day or time stamp in ISO form as it is written in Vietnam, in its time: UTC+7; a stamp without an offset is."""
    if "T" not in stamp:
        return f"{date.fromisoformat(stamp):%d/%m/%Y}"
    moment = datetime.fromisoformat(stamp)
    return f"{moment.astimezone(VIETNAM) if moment.tzinfo else moment:%d/%m/%Y %H:%M}"


def system_name(name: str, lang: str) -> str:
    """A case system by its name; of the main one that it is."""
    return terms.text("page.system_main", lang, name=name) if name == MAIN else name


def system_says(said: str | None, lang: str) -> str:
    """What a system says of a dossier: a day, a status, nothing, or what cannot be read."""
    if said is None:
        return "–"
    if said == UNREAD:
        return terms.text("page.system_unread", lang)
    return terms.text(f"status_word.{said}", lang) if terms.has(f"status_word.{said}") else moment_text(said)


def in_force(source: Source, lang: str) -> str:
    """The days on which a source was in force; a dash where neither end is known."""
    first, last = source.in_force_from, source.in_force_to
    key = "_".join(end for end, day in (("from", first), ("to", last)) if day)
    return terms.text(f"page.in_force_{key}", lang, first=day_text(first), last=day_text(last)) if key else "–"


def _share(share: Share, lang: str) -> str:
    return f"{number(share.numerator, lang)}/{number(share.denominator, lang)} ({in_percent(share.percent, lang)})"
