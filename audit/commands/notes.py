"""`audit notes add`: notes that pages saved."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import Folder
from audit.commands.line import say
from audit.ground import terms


def add(
    ctx: typer.Context,
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(metavar="file", help="help_notes_files")],
) -> None:
    """Add the notes that pages saved to those of an audit's folder."""
    from audit.notes import keep  # noqa: PLC0415

    added = keep.add(folder, files)
    say(terms.text("cli.notes_added", ctx.obj, added=added.added, known=added.known, total=added.total))
