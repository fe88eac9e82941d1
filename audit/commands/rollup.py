"""`audit rollup`: a table of many communes checked."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import CANNOT_BE_AUDITED, OUT
from audit.commands.line import say
from audit.ground import terms


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
    done = outputs.rollup(table, audits or (OUT if OUT.is_dir() else None), out, given)
    if done.error:
        say(f"{done.name}: {done.error.messages[lang]}", err=True)
    say(f"{terms.text('cli.failed' if done.error else 'cli.done', lang)}: {done.page}")
    if done.error:
        raise typer.Exit(CANNOT_BE_AUDITED)
