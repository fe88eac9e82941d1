"""Records in, a page out: the notebook of an audit or of a roll-up executed, with all it hands over; all or nothing."""

import base64
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from audit import key, shell, terms
from audit.shipped import shipped
from audit.terms import RESULT_MIME, WORKBOOK_MIME, AuditError, Edition

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).with_name("template")
SECONDS = 600
DAYS = ("as_of", "first_on", "last_on")


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

    @property
    def files(self) -> frozenset[str]:
        """The names of all that a run may write."""
        return frozenset({self.page, self.record, self.result, self.workbook} - {""})


def _commune_and_period(result: Mapping) -> str:
    first, last = (date.fromisoformat(result["period"][day]) for day in ("first_on", "last_on"))
    return f"{result['office']['commune']}, {first:%d/%m/%Y} – {last:%d/%m/%Y}"


def _whose(result: Mapping) -> dict[str, str]:
    """Whose audit a page is: what stands at the head of the notes that it saves."""
    return {"data-commune": result["office"]["commune"], "data-first-on": result["period"]["first_on"],
            "data-last-on": result["period"]["last_on"]}  # fmt: skip


AUDIT = Kind(
    "notebooks/audit_commune.ipynb", ("folder",), "audit.html", "audit.ipynb", "result.json", "cases.xlsx",
    _commune_and_period, lambda result: f"page.{result['edition']}", ("style.css", "case.css", "tools.css"), "page.js",
    _whose,
)  # fmt: skip
ROLLUP = Kind(
    "notebooks/audit_rollup.ipynb", ("table", "audits"), "rollup.html", "rollup.ipynb", "rollup.json", "",
    lambda result: result["table"], lambda result: "rollup.internal", ("style.css", "rollup.css"),
)  # fmt: skip


@dataclass(frozen=True)
class Audit:
    """What became of one folder or table: where its page is, why there is none where there is none.

    `made_key`: the key that was made for the office, if it had none.
    """

    name: str
    page: Path
    error: AuditError | None = None
    made_key: Path | None = None


def audits(
    folders: Iterable[Path], out: Path, parameters: Mapping[str, str], *,
    report_progress: Callable[[str], None] = lambda name: None,
) -> list[Audit]:  # fmt: skip
    """Audit each folder in turn into `out`/<commune>/<period>, named by the folder and its parent.

    A folder that cannot be audited never stops the others: it gets a page that says why, and its last good
    output stays. With several folders an index page links them all. Raises AuditError, before any kernel
    starts, for a wrong parameter or two folders that would be written to one place.
    """
    folders, out = [Path(folder).resolve() for folder in folders], Path(out).resolve()
    notebook = _notebook()
    _refuse_wrong_parameters(notebook, parameters)
    _refuse_wrong_places(folders, out)
    done = []
    for folder in folders:
        name = _name(folder)
        report_progress(name)
        done.append(_of_folder(folder, name, out / name, notebook, parameters))
    if len(done) > 1:
        _write_index(done, out, parameters["lang"])
    return done


def rollup(table: Path, recounts: Path | None, out: Path, parameters: Mapping[str, str]) -> Audit:
    """The table of many communes checked into the folder `out`, each cell against the audits in `recounts`, if any.

    A table that cannot be read gets a page beside `out` that says why. Raises AuditError, before any kernel starts, for
    a wrong parameter, a table or folder that is not there, and an `out` that holds anything else.
    """
    table, out = Path(table).resolve(), Path(out).resolve()
    recounts = Path(recounts).resolve() if recounts else None
    notebook = _notebook(ROLLUP)
    _refuse_wrong_parameters(notebook, parameters, ROLLUP)
    if not table.is_file():
        raise AuditError("no_table", table=table.name)
    if recounts and not recounts.is_dir():
        raise AuditError("no_folder", folder=recounts.name)
    others = [path.name for path in sorted(out.iterdir()) if path.name not in ROLLUP.files] if out.is_dir() else []
    if others or out.is_file():
        raise AuditError("out_holds_others", out=out.name, found=", ".join(others[:3]) or out.name)
    given = {"table": table, "audits": recounts or ""}
    shown = {"table": table.name, "audits": recounts.name if recounts else ""}
    return _one(ROLLUP, out.name, out, notebook, given, shown, parameters)


def _of_folder(folder: Path, name: str, target: Path, notebook: "NotebookNode", parameters: Mapping[str, str]) -> Audit:
    """The audit of one folder; its office gets a key where it has none."""
    try:
        made_key = key.made(folder)
    except AuditError as error:
        return _failed(name, target, error, parameters["lang"])
    audit = _one(AUDIT, name, target, notebook, {"folder": folder}, {"folder": name}, parameters)
    return replace(audit, made_key=made_key)


def valid_parameters(kind: Kind = AUDIT) -> dict[str, str]:
    """A notebook's parameters and their defaults, paths left out: each run gives its own."""
    return _parameters(_notebook(kind), kind)


def _one(
    kind: Kind, name: str, target: Path, notebook: "NotebookNode", given: Mapping[str, object],
    shown: Mapping[str, str], parameters: Mapping[str, str],
) -> Audit:  # fmt: skip
    """One run of a notebook into the folder `target`; `shown` stands in the record for the paths `given`."""
    _restore(target)
    try:
        executed = _executed(notebook, {name: str(path) for name, path in given.items()} | dict(parameters))
        _replace(target, _files(kind, executed, {**shown, **parameters}))
    except Exception as fault:  # whatever happens to one commune, the others go on
        error = fault if isinstance(fault, AuditError) else AuditError("notebook_failed", error=repr(fault))
        return _failed(name, target, error, parameters["lang"])
    _failed_page(target).unlink(missing_ok=True)
    return Audit(name, target / kind.page)


def _failed(name: str, target: Path, error: AuditError, lang: str) -> Audit:
    """What could not be audited: a page beside `target` that says why."""
    body = _page("failed", lang, title=terms.text("page.failed_title", lang, name=name),
                 message=error.messages[lang], kept=target.name)  # fmt: skip
    failed = _failed_page(target)
    failed.parent.mkdir(parents=True, exist_ok=True)
    failed.write_text(body, encoding="utf-8")
    return Audit(name, failed, error)


def _failed_page(target: Path) -> Path:
    return target.with_name(f"{target.name}.failed.html")


def _notebook(kind: Kind = AUDIT) -> "NotebookNode":
    import nbformat  # noqa: PLC0415  heavy: only when something is run

    return nbformat.read(shipped(kind.notebook), as_version=4)


def _parameters(notebook: "NotebookNode", kind: Kind) -> dict[str, str]:
    import papermill  # noqa: PLC0415

    found = papermill.inspect_notebook(notebook)
    return {name: entry["default"].strip("\"'") for name, entry in found.items() if name not in kind.paths}


def _refuse_wrong_parameters(notebook: "NotebookNode", parameters: Mapping[str, str], kind: Kind = AUDIT) -> None:
    valid = _parameters(notebook, kind)
    for name in parameters:
        if name not in valid:
            raise AuditError("unknown_parameter", name=name, valid=", ".join(valid))
    if parameters.get("lang") not in terms.LANGUAGES:
        raise AuditError("bad_language", written=parameters.get("lang"), valid=", ".join(terms.LANGUAGES))
    if parameters.get("edition", Edition.SHAREABLE) not in list(Edition):
        raise AuditError("bad_edition", written=parameters["edition"], valid=", ".join(Edition))
    for written in filter(None, map(parameters.get, DAYS)):
        from audit.load import day  # noqa: PLC0415  it brings pandas, which nothing else here needs

        day(written)
    if bool(parameters.get("first_on")) != bool(parameters.get("last_on")):
        first, last = (parameters.get(name) or "–" for name in ("first_on", "last_on"))
        raise AuditError("half_period", first=first, last=last)


def _refuse_wrong_places(folders: list[Path], out: Path) -> None:
    names = [_name(folder) for folder in folders]
    for folder, name in zip(folders, names, strict=True):
        if not folder.is_dir():
            raise AuditError("no_folder", folder=name)
        if names.count(name) > 1:
            raise AuditError("same_output", name=name)
        if out == folder or folder in out.parents:
            raise AuditError("out_inside_folder", folder=name)


def _name(folder: Path) -> str:
    return f"{folder.parent.name or '_'}/{folder.name}"


def _executed(notebook: "NotebookNode", parameters: Mapping[str, str]) -> "NotebookNode":
    """The notebook run with `parameters`; an AuditError if it stops.

    It runs in an empty folder, since Python imports from where it stands, and nothing received may be code.
    """
    import papermill  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    logging.getLogger("papermill").setLevel(logging.ERROR)
    transport = {} if os.name == "nt" else {"transport": "ipc"}
    try:
        with tempfile.TemporaryDirectory() as empty:
            return papermill.execute_notebook(
                notebook, None, dict(parameters), cwd=empty, progress_bar=False, timeout=SECONDS,
                config=Config({"KernelManager": transport}), shutdown_kernel="immediate", record_timing=False,
            )  # fmt: skip
    except PapermillExecutionError as error:
        raise _told(error) from error


def _told(error) -> AuditError:
    """The AuditError that stopped the notebook; any other stop is a fault of the program, and says so."""
    if error.ename != "AuditError":
        return AuditError("notebook_failed", error=f"{error.ename}: {error.evalue}")
    told = AuditError("notebook_failed", error="")
    told.messages = dict(zip(terms.LANGUAGES, error.evalue.split("\n"), strict=True))
    return told


def _files(kind: Kind, notebook: "NotebookNode", parameters: Mapping[str, str]) -> dict[str, bytes]:
    """The files of one run, by name; `parameters` as the record shows them."""
    import nbformat  # noqa: PLC0415

    handed = _handed_over(notebook)
    record = _scrubbed(notebook, parameters)
    files = {
        kind.page: _exported(kind, record, handed[RESULT_MIME], parameters["lang"]).encode(),
        kind.record: (nbformat.writes(record) + "\n").encode(),
        kind.result: handed[RESULT_MIME].encode(),
    }
    return files | ({kind.workbook: base64.b64decode(handed[WORKBOOK_MIME])} if kind.workbook else {})


def _handed_over(notebook: "NotebookNode") -> Mapping[str, str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if RESULT_MIME in output.get("data", {}):
                return output["data"]
    raise AuditError("notebook_without_result")


def _scrubbed(notebook: "NotebookNode", parameters: Mapping[str, str]) -> "NotebookNode":
    """The executed notebook without times, paths of this machine, and the files that stand beside it."""
    import nbformat  # noqa: PLC0415
    from papermill.translators import translate_parameters  # noqa: PLC0415

    record = nbformat.from_dict(notebook)
    record.metadata = {name: record.metadata[name] for name in ("kernelspec", "language_info")}
    for number, cell in enumerate(record.cells):
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", parameters, "Parameters")
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": cell.metadata.get("tags", [])} if cell.metadata.get("tags") else {}
        for output in cell.get("outputs", ()):
            for mime in (RESULT_MIME, WORKBOOK_MIME):
                output.get("data", {}).pop(mime, None)
    return record


def _exported(kind: Kind, notebook: "NotebookNode", written: str, lang: str) -> str:
    """The page of an executed notebook, whose result is `written` beside it."""
    from nbconvert.exporters import TemplateExporter  # noqa: PLC0415  HTMLExporter writes the page anew, through a parser
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: PLC0415
    from nbconvert.preprocessors import TagRemovePreprocessor  # noqa: PLC0415

    shown = notebook.copy()
    shown.cells = [cell.copy() for cell in notebook.cells]
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            cell.source = terms.heading(cell.source, lang)
    exporter = TemplateExporter(template_name="page", extra_template_basedirs=[str(TEMPLATES)], file_extension=".html")
    markdown = MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True))
    exporter.register_filter("markdown2html", markdown.render)
    exporter.register_preprocessor(TagRemovePreprocessor(remove_cell_tags={"not-on-page"}), enabled=True)
    result = json.loads(written)
    subject, banner = kind.subject(result), terms.text(kind.banner(result), lang)
    style = "".join(map(_ours, kind.styles)) + shell.print_style(subject, banner, lang)
    script = _ours(kind.script) if kind.script else ""
    page = {
        "lang": lang, "style": style, "script": script, "policy": _policy(style, script),
        "title": f"{_title(shown)} – {subject}", "banner": banner,
        "contents": terms.text("page.contents", lang), "skip": terms.text("page.skip", lang),
        "edition": {"data-edition": result.get("edition")},
        "data": kind.data(result) | {"data-result": hashlib.sha256(written.encode()).hexdigest()},
    }  # fmt: skip
    return exporter.from_notebook_node(shown, resources={"page": page})[0]


def _title(notebook: "NotebookNode") -> str:
    return next((cell.source.removeprefix("# ") for cell in notebook.cells if cell.source.startswith("# ")), "")


def _replace(target: Path, files: Mapping[str, bytes]) -> None:
    """Put `files` in place of the folder `target`, all or none: an interrupted run leaves the last good one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new.", dir=target.parent))
    try:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        fresh.chmod(0o755)
        old = _old(target)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        _restore(target)


def _restore(target: Path) -> None:
    """Bring back the last good output where a run was interrupted between taking it away and replacing it."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _write_index(done: list[Audit], out: Path, lang: str) -> None:
    links = [
        {"name": audit.name, "href": audit.page.relative_to(out).as_posix(),
         "text": terms.text("page.index_failed" if audit.error else "page.index_page", lang)}
        for audit in done
    ]  # fmt: skip
    body = _page("index", lang, title=terms.text("page.index_title", lang), audits=links,
                 done=sum(audit.error is None for audit in done))  # fmt: skip
    (out / "index.html").write_text(body, encoding="utf-8")


def _page(template: str, lang: str, **values: object) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)

    def t(key: str, **filled: object) -> str:
        return terms.text(key, lang, **filled)

    style = _ours("style.css")
    return environment.get_template(f"{template}.html.j2").render(
        lang=lang, style=style, policy=_policy(style), t=t, **values
    )


def _ours(name: str) -> str:
    """A style or script of the page."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str = "") -> str:
    """What a page may load and run, as its CSP: its own style and script, by the hashes of all between their tags."""

    def of(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    may_run = [f"script-src {of(script)}"] if script else []
    return "; ".join(["default-src 'none'", f"style-src {of(style)}", *may_run, "img-src data:", "base-uri 'none'",
                      "form-action 'none'"])  # fmt: skip
