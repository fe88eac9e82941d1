"""`audit check`: what was read of a folder's files, before any audit."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, told_why_not
from audit.commands.line import say
from audit.ground import terms, whole
from audit.ground.written import inert


def check(
    ctx: typer.Context,
    folder: Folder,
    as_of: AsOf = "",
    no_propose: Annotated[bool, typer.Option("--no-propose", help="help_no_propose")] = False,
) -> None:
    """Say what was read, and propose what to put right."""
    from audit.findings import what_was_read  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415

    lang = ctx.obj
    with told_why_not(lang):
        office = load.office(folder, as_of, is_audit=False)
    for line in what_was_read.lines(what_was_read.what_was_read(office, lang), lang):
        say(line)
    for name, rows in () if no_propose else what_was_read.proposed(office).items():
        if len(rows) > 1:
            path, stream = Path(folder) / name, io.StringIO(newline="")
            csv.writer(stream).writerows([[inert(cell) for cell in row] for row in rows])
            whole.write(path, stream.getvalue().encode("utf-8-sig"), is_private=True)
            say(terms.text("cli.proposed", lang, file=path, count=len(rows) - 1))
