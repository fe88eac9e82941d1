"""`audit days`: a dossier's working days, one by one."""

from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, told_why_not
from audit.commands.line import say


def days(
    ctx: typer.Context,
    folder: Folder,
    dossier: Annotated[str, typer.Argument(metavar="dossier", help="help_dossier")],
    as_of: AsOf = "",
) -> None:
    """Count a dossier's working days, day by day."""
    from audit.page import report  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415

    lang = ctx.obj
    with told_why_not(lang):
        counted = load.term_of(load.office(folder, as_of), dossier)
        say(report.day_by_day(*counted, lang=lang))
