"""`audit start`: notebooks, samples, model and guide laid out for who installed the toolkit alone."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import told_why_not
from audit.commands.line import say
from audit.ground import terms

_LOOK = {"jupyterlab": "start_lab", "voila": "start_form"}  # a library, and what is done with it
_EXTRA = {"jupyterlab": "lab", "voila": "form"}


def start(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="folder", help="help_start_folder")],
) -> None:
    """Lay out what one begins with."""
    from audit.running.laid_out import lay_out  # noqa: PLC0415  not needed for --help

    lang = ctx.obj
    with told_why_not(lang):
        done = lay_out(folder)
    say(terms.text("cli.start_done", lang, folder=folder, written=done.written, kept=done.kept))
    say(terms.text("cli.start_run", lang, folder=folder))
    for library, key in _LOOK.items():
        is_there = find_spec(library) is not None
        say(terms.text(f"cli.{key}" if is_there else f"cli.{key}_not", lang, folder=folder, extra=_EXTRA[library]))
