"""Pages made in this process: the notebook's cells run here, without a kernel, and exported as a run does it."""

import ast
from copy import deepcopy
from functools import cache
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from audit import report, run


def files(folder: Path, **parameters: str) -> dict[str, bytes]:
    """The files that a run on `folder` writes, by name; `parameters` of the notebook as given to a run."""
    notebook = deepcopy(_notebook())
    is_parameters = ["parameters" in cell.metadata.get("tags", []) for cell in notebook.cells]
    injected = new_code_cell("", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(is_parameters.index(True) + 1, injected)
    names: dict[str, object] = {}
    for cell in notebook.cells:
        if cell is injected:
            names |= {"folder": str(folder), **parameters}
        elif cell.cell_type == "code":
            cell.outputs = _outputs(cell.source, names)
    return run._files(run.AUDIT, notebook, {"folder": folder.name, **parameters})


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
    written = run._exported(run.AUDIT, new_notebook(cells=cells), found.as_json(), lang)
    target.write_text(written, encoding="utf-8")
    return target


@cache
def _notebook() -> NotebookNode:
    return run._notebook()


def _outputs(source: str, names: dict[str, object]) -> list[NotebookNode]:
    """Run the source of a cell; what its last line shows."""
    *statements, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        statements, last = [*statements, last], None
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return [] if shown is None else [new_output("execute_result", data=shown._repr_mimebundle_())]
