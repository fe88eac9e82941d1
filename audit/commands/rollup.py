"""`audit rollup`: a table of many communes checked."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import OUT, tell


def rollup(
    ctx: typer.Context,
    table: Annotated[Path, typer.Argument(metavar="table", help="help_table")],
    audits: Annotated[Path | None, typer.Option(metavar="folder", help="help_audits")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/rollup"),
    first_on: Annotated[str, typer.Option(metavar="day", help="help_first_on")] = "",
    last_on: Annotated[str, typer.Option(metavar="day", help="help_last_on")] = "",
    sheet: Annotated[str, typer.Option(metavar="sheet", help="help_sheet")] = "",
) -> None:
    """Check a table of many communes."""
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    given = {"first_on": first_on, "last_on": last_on, "sheet": sheet, "lang": lang}
    tell([outputs.rollup(table, audits or (OUT if OUT.is_dir() else None), out, given)], lang)
