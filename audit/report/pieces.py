"""What every piece of a page is made with: the templates, their words, and how it is shown in a notebook."""

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit import terms
from audit.result import Case, Evidence, Result, Share, Source
from audit.terms import PLAINLY_ON_TIME, Verdict, in_percent, number

TEMPLATES = Path(__file__).parent.with_name("template")
MOST_CASES, MOST_ROWS = 1000, 300
COUNTED_ONLY = (*PLAINLY_ON_TIME, Verdict.OPEN, Verdict.STOPPED, Verdict.WITHDRAWN, Verdict.REFUSED)


class Shown:
    """A piece of the page, as HTML; where that cannot be shown, only its name."""

    def __init__(self, name: str, html: str, **more: str):
        self.html = html
        self._bundle = {"text/html": html, "text/plain": f"<{name}>", **more}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self._bundle


def shown(template: str, result: Result, **values: object) -> Shown:
    """A piece of the page, from its template."""
    return Shown(template, render(template, result, **values))


def render(template: str, result: Result, **values: object) -> str:
    """A template of `parts` with the result, what is said in its language, and more `values`."""
    lang = result.lang
    words = {"t": lambda key, **filled: terms.text(key, lang, **filled), "day": day_text,
             "share": lambda share: _share(share, lang), "percent": lambda share: in_percent(share.percent, lang),
             "measure": lambda name: terms.measure(name, lang), "number": lambda n: number(n, lang),
             "place": lambda evidence: place_text(evidence, lang), "cases_by_code": _numbers(result),
             "sources_of": lambda case: _sources_of(case, result)}  # fmt: skip
    return environment().get_template(f"parts/{template}.html.j2").render(r=result, **words, **values)


@cache
def environment() -> Environment:
    """Where templates are; what they are given is escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def to_read(result: Result) -> list[Case]:
    """Dossiers that need more than to be counted: undecided, late, or with something that contradicts itself."""
    return [
        case
        for case in result.cases
        if case.verdict not in COUNTED_ONLY or case.contradictions or case.cause or case.apology
    ]


def _numbers(result: Result) -> dict[str, int]:
    """The number under which each dossier that is read one by one stands on the page."""
    return {case.dossier_id: place for place, case in enumerate(to_read(result)[:MOST_CASES], start=1)}


def _sources_of(case: Case, result: Result) -> list[Source]:
    """One source a topic: where it has several, the least sure."""
    least_sure_last = sorted((s for s in result.sources if s.id in case.sources), key=lambda s: "cwu".index(s.sureness))
    return list({source.topic: source for source in least_sure_last}.values())


def day_text(day: date | None) -> str:
    """A day as it is written in Vietnam; a dash where there is none."""
    return "–" if day is None else f"{day:%d/%m/%Y}"


def _share(share: Share, lang: str) -> str:
    return f"{number(share.numerator, lang)}/{number(share.denominator, lang)} ({in_percent(share.percent, lang)})"


def place_text(evidence: Evidence, lang: str) -> str:
    """Where a row of a record stands: file, sheet, row, and the page and line that it names itself."""
    parts = [evidence.file, evidence.sheet, terms.text("page.row", lang, row=evidence.row)]
    if evidence.line:
        key = "page_line" if evidence.page else "line"
        parts.append(terms.text(f"page.{key}", lang, page=evidence.page, line=evidence.line))
    return ", ".join(part for part in parts if part)
