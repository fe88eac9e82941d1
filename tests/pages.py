"""Pages made in this process, as a run makes them, and pages around a piece of HTML that a test writes."""

from functools import cache
from pathlib import Path

from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output

from audit.page import report
from audit.running import execute, export
from audit.running.execute import Job


def files(folder: Path, **parameters: str) -> dict[str, bytes]:
    """The files that a run on `folder` writes, by name; `parameters` of the notebook as given to a run.

    A sample of the project is audited once for each set of parameters: no test changes it.
    """
    return dict(
        _of_sample(folder, **parameters) if folder.is_relative_to(ROOT / "data") else _files(folder, **parameters)
    )


@cache
def _of_sample(folder: Path, **parameters: str) -> dict[str, bytes]:
    return _files(folder, **parameters)


def _files(folder: Path, **parameters: str) -> dict[str, bytes]:
    done = execute.outcome(Job(folder.name, parameters, paths={"folder": str(folder)}))
    assert not done.messages, done.messages
    return dict(done.files)


def page(folder: Path, target: Path, lang: str = "vi", edition: str = "internal") -> Path:
    """The page of `folder`, written to the file `target`."""
    target.write_bytes(files(folder, as_of="", lang=lang, edition=edition)["audit.html"])
    return target


def shell(html: str, target: Path, found: object, lang: str = "vi") -> Path:
    """A page around a piece of HTML written by a test: style, script, policy and tools are the real ones.

    `found` is the Result that it says to be of.
    """
    shown = [{"text/html": html}, report.tools(found)._repr_mimebundle_()]
    cells = [new_code_cell("", outputs=[new_output("display_data", data=one)]) for one in shown]
    written = export.page(export.AUDIT, new_notebook(cells=cells), found.as_json(), lang)
    target.write_text(written, encoding="utf-8")
    return target
