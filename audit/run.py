"""A folder of records in, an audit out: executed notebook, page, workbook, `result.json`; all or nothing."""

import base64
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from audit import terms
from audit.shipped import shipped
from audit.terms import RESULT_MIME, WORKBOOK_MIME, AuditError

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).with_name("template")
NOTEBOOK = "notebooks/audit_commune.ipynb"
SECONDS = 600


@dataclass(frozen=True)
class Audit:
    """What became of one folder: where its page is, and why there is no audit where there is none."""

    name: str
    page: Path
    error: AuditError | None = None


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
        report_progress(_name(folder))
        done.append(_one(folder, out, notebook, parameters))
    if len(done) > 1:
        _write_index(done, out, parameters["lang"])
    return done


def valid_parameters() -> dict[str, str]:
    """The notebook's parameters and their defaults, `folder` left out: each folder gives its own."""
    return _parameters(_notebook())


def _one(folder: Path, out: Path, notebook: "NotebookNode", parameters: Mapping[str, str]) -> Audit:
    name, lang = _name(folder), parameters["lang"]
    target, failed = out / name, out / f"{name}.failed.html"
    _restore(target)
    try:
        _replace(target, _files(_executed(notebook, folder, parameters), {"folder": name, **parameters}))
    except Exception as fault:  # whatever happens to one commune, the others go on
        error = fault if isinstance(fault, AuditError) else AuditError("notebook_failed", error=repr(fault))
        body = _page("failed", lang, title=terms.text("page.failed_title", lang, name=name),
                     message=error.messages[lang], kept=target.name)  # fmt: skip
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.write_text(body, encoding="utf-8")
        return Audit(name, failed, error)
    failed.unlink(missing_ok=True)
    return Audit(name, target / "audit.html")


def _notebook() -> "NotebookNode":
    import nbformat  # noqa: PLC0415  heavy: only when something is run

    return nbformat.read(shipped(NOTEBOOK), as_version=4)


def _parameters(notebook: "NotebookNode") -> dict[str, str]:
    import papermill  # noqa: PLC0415

    found = papermill.inspect_notebook(notebook)
    return {name: entry["default"].strip("\"'") for name, entry in found.items() if name != "folder"}


def _refuse_wrong_parameters(notebook: "NotebookNode", parameters: Mapping[str, str]) -> None:
    valid = _parameters(notebook)
    for name in parameters:
        if name not in valid:
            raise AuditError("unknown_parameter", name=name, valid=", ".join(valid))
    if parameters.get("lang") not in terms.LANGUAGES:
        raise AuditError("bad_language", written=parameters.get("lang"), valid=", ".join(terms.LANGUAGES))
    if parameters.get("as_of"):
        from audit.load import day  # noqa: PLC0415  it brings pandas, which nothing else here needs

        day(parameters["as_of"])


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


def _executed(notebook: "NotebookNode", folder: Path, parameters: Mapping[str, str]) -> "NotebookNode":
    """The notebook run on `folder`; an AuditError if it stops.

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
                notebook, None, {"folder": str(folder), **parameters}, cwd=empty, progress_bar=False, timeout=SECONDS,
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


def _files(notebook: "NotebookNode", parameters: Mapping[str, str]) -> dict[str, bytes]:
    """The four files of an audit, by name; `parameters` as the record shows them."""
    import nbformat  # noqa: PLC0415

    handed = _handed_over(notebook)
    record = _scrubbed(notebook, parameters)
    return {
        "audit.html": _exported(record, json.loads(handed[RESULT_MIME]), parameters["lang"]).encode(),
        "audit.ipynb": (nbformat.writes(record) + "\n").encode(),
        "cases.xlsx": base64.b64decode(handed[WORKBOOK_MIME]),
        "result.json": handed[RESULT_MIME].encode(),
    }


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


def _exported(notebook: "NotebookNode", result: Mapping, lang: str) -> str:
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
    page = {
        "lang": lang,
        "style": _style(),
        "title": _title(shown, result),
        "banner": terms.text("page.internal", lang),
    }
    return exporter.from_notebook_node(shown, resources={"page": page})[0]


def _title(notebook: "NotebookNode", result: Mapping) -> str:
    heading = next((cell.source.removeprefix("# ") for cell in notebook.cells if cell.source.startswith("# ")), "")
    first, last = (date.fromisoformat(result["period"][day]) for day in ("first_on", "last_on"))
    return f"{heading} – {result['office']['commune']}, {first:%d/%m/%Y} – {last:%d/%m/%Y}"


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

    return environment.get_template(f"{template}.html.j2").render(lang=lang, style=_style(), t=t, **values)


def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")
