"""A notebook that was run -> the files of an audit or roll-up, as bytes by name: page, record, result, workbook."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from audit.ground import terms
from audit.ground.terms import CALENDAR_MIME, RESULT_MIME, WORKBOOK_MIME, AuditError
from audit.page import shell

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

TEMPLATES = shell.TEMPLATES


@dataclass(frozen=True)
class Kind:
    """A notebook that makes a page: the parameters that are paths, the names of what its run writes, what it is of.

    `subject` names, from the result, what the title of the page is of; `styles`, `script` and `banner` are those of
    the page, `data` is what it tells its script.
    """

    notebook: str
    paths: tuple[str, ...]
    page: str
    record: str
    result: str
    workbook: str
    subject: Callable[[Mapping], str]
    banner: Callable[[Mapping], str]
    styles: tuple[str, ...] = ("style.css",)
    script: str = ""
    data: Callable[[Mapping], Mapping[str, str]] = lambda result: {}
    calendar: str = ""

    @property
    def files(self) -> frozenset[str]:
        """The names of all that a run may write."""
        return frozenset({self.page, self.record, self.result, self.workbook, self.calendar} - {""})


def _commune_and_period(result: Mapping) -> str:
    first, last = (date.fromisoformat(result["period"][day]) for day in ("first_on", "last_on"))
    return f"{result['office']['commune']}, {first:%d/%m/%Y} – {last:%d/%m/%Y}"


def _commune_or_exports(result: Mapping) -> str:
    """The commune, where it is known, and the exports."""
    days = [day and f"{date.fromisoformat(day):%d/%m/%Y}" for day in (one["made_on"] for one in result["exports"])]
    return ", ".join([*filter(None, [result["commune"]]), " → ".join(day or "?" for day in days)])


def _whose(result: Mapping) -> dict[str, str]:
    """Whose audit a page is: what stands at the head of the notes that it saves."""
    return {"data-commune": result["office"]["commune"], "data-first-on": result["period"]["first_on"],
            "data-last-on": result["period"]["last_on"], "data-as-of": result["as_of"]}  # fmt: skip


AUDIT = Kind(
    "notebooks/audit_commune.ipynb", ("folder",), "audit.html", "audit.ipynb", "result.json", "cases.xlsx",
    _commune_and_period, lambda result: f"page.{result['edition']}", ("style.css", "case.css", "tools.css"), "page.js",
    _whose, "check.ics",
)  # fmt: skip
ROLLUP = Kind(
    "notebooks/audit_rollup.ipynb", ("table", "audits"), "rollup.html", "rollup.ipynb", "rollup.json", "",
    lambda result: result["table"], lambda result: "rollup.internal", ("style.css", "rollup.css"),
)  # fmt: skip

SAMPLE = Kind(
    "notebooks/audit_sample.ipynb", ("folder",), "sample.html", "sample.ipynb", "sample.json", "",
    _commune_and_period, lambda result: "sample.internal", ("style.css", "sample.css"),
)  # fmt: skip
VISITS = Kind(
    "notebooks/audit_visits.ipynb", ("plan",), "visits.html", "visits.ipynb", "visits.json", "",
    lambda result: result["plan"]["title"], lambda result: "sample.internal", ("style.css", "sample.css"),
)  # fmt: skip
DRIFT = Kind(
    "notebooks/audit_drift.ipynb", ("old", "new"), "drift.html", "drift.ipynb", "drift.json", "drift.xlsx",
    _commune_or_exports, lambda result: f"drift.{result['edition']}", ("style.css", "drift.css"),
)  # fmt: skip


def files(kind: Kind, notebook: "NotebookNode", parameters: Mapping[str, str]) -> dict[str, bytes]:
    """The files of one run, by name; `parameters` as the record shows them.

    Raises AuditError where the notebook handed over no result.
    """
    from audit.running.jupyter import nbformat  # noqa: PLC0415

    handed = _handed_over(notebook)
    record = _scrubbed(notebook, parameters)
    made = {
        kind.page: page(kind, record, handed[RESULT_MIME], parameters["lang"]).encode(),
        kind.record: (nbformat.writes(record) + "\n").encode(),
        kind.result: handed[RESULT_MIME].encode(),
    }
    more = {kind.workbook: WORKBOOK_MIME, kind.calendar: CALENDAR_MIME}
    return made | {name: base64.b64decode(handed[mime]) for name, mime in more.items() if name and mime in handed}


def page(kind: Kind, notebook: "NotebookNode", written: str, lang: str) -> str:
    """The page of an executed notebook, whose result is `written` beside it."""
    shown = notebook.copy()
    shown.cells = [cell.copy() for cell in notebook.cells]
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            cell.source = terms.heading(cell.source, lang)
    result = json.loads(written)
    subject, banner = kind.subject(result), terms.text(kind.banner(result), lang)
    style = "".join(map(_ours, kind.styles)) + shell.print_style(subject, banner, lang)
    script = _ours(kind.script) if kind.script else ""
    told = {
        "lang": lang, "style": style, "script": script, "policy": shell.policy(style, script),
        "title": f"{_title(shown)} – {subject}", "banner": banner,
        "contents": terms.text("page.contents", lang), "skip": terms.text("page.skip", lang),
        "on_screen": terms.text("page.on_screen", lang), "edition": {"data-edition": result.get("edition")},
        "data": {**kind.data(result), "data-result": hashlib.sha256(written.encode()).hexdigest()},
    }  # fmt: skip
    return exporter().from_notebook_node(shown, resources={"page": told})[0]


def plain_page(template: str, lang: str, **values: object) -> str:
    """A page without a notebook, from its template: that of a folder that could not be audited."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

    def t(key: str, **filled: object) -> str:
        return terms.text(key, lang, **filled)

    style = _ours("style.css")
    return environment.get_template(f"{template}.html.j2").render(
        lang=lang, style=style, policy=shell.policy(style), t=t, **values
    )


@cache
def exporter() -> "TemplateExporter":
    """What makes pages of notebooks, one for all: its template is compiled once, a notebook is checked once."""
    from nbconvert.exporters import TemplateExporter  # noqa: PLC0415  HTMLExporter writes the page anew, through a parser
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: PLC0415
    from nbconvert.preprocessors import TagRemovePreprocessor  # noqa: PLC0415

    made = TemplateExporter(
        template_name="page", extra_template_basedirs=[str(TEMPLATES)], file_extension=".html",
        optimistic_validation=True,
    )  # fmt: skip
    markdown = MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True))
    made.register_filter("markdown2html", markdown.render)
    made.register_preprocessor(TagRemovePreprocessor(remove_cell_tags={"not-on-page"}), enabled=True)
    return made


def _handed_over(notebook: "NotebookNode") -> Mapping[str, str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if RESULT_MIME in output.get("data", {}):
                return output["data"]
    raise AuditError("notebook_without_result")


def _scrubbed(notebook: "NotebookNode", parameters: Mapping[str, str]) -> "NotebookNode":
    """The executed notebook without times, paths of this machine, and the files that stand beside it."""
    from audit.running.jupyter import nbformat, translate_parameters  # noqa: PLC0415

    record = nbformat.from_dict(notebook)
    record.metadata = {name: record.metadata[name] for name in ("kernelspec", "language_info")}
    record.cells = list(_without_what_is_not_shown(record.cells))
    for number, cell in enumerate(record.cells):
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", parameters, "Parameters")
        cell.id = f"cell-{number}"
        cell.metadata = {name: cell.metadata[name] for name in ("jupyter", "tags") if cell.metadata.get(name)}
        for output in cell.get("outputs", ()):
            for mime in (RESULT_MIME, WORKBOOK_MIME, CALENDAR_MIME):
                output.get("data", {}).pop(mime, None)
    return record


def _without_what_is_not_shown(cells: "Sequence[NotebookNode]") -> "Iterator[NotebookNode]":
    """The cells less the headings marked `if-shown` after which nothing is shown."""
    for place, cell in enumerate(cells):
        if "if-shown" not in cell.metadata.get("tags", []) or cells[place + 1].get("outputs"):
            yield cell


def _title(notebook: "NotebookNode") -> str:
    return next((cell.source.removeprefix("# ") for cell in notebook.cells if cell.source.startswith("# ")), "")


def _ours(name: str) -> str:
    """A style or script of the page."""
    return (TEMPLATES / name).read_text(encoding="utf-8")
