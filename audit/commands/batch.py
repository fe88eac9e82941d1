"""`audit batch`: pages of many communes, and the page that adds them up."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import OUT, AsOf, hire, in_batch, pairs, tell
from audit.ground import terms


def batch(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    folders: Annotated[list[str], typer.Argument(metavar="folder", help="help_batch_folders")],
    as_of: AsOf = "",
    edition: Annotated[str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="folder", help="help_out")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="assignment", help="help_parameter")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="count", min=0, help="help_workers")] = 0,
    executor: Annotated[str, typer.Option(metavar="fork|kernel", help="help_executor")] = "fork",
    seconds: Annotated[int, typer.Option(metavar="count", min=0, help="help_seconds")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="address", help="help_scheduler")] = "",
) -> None:
    """Audit many communes and add them up."""
    from audit.province.batch import province_file  # noqa: PLC0415
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    named = province_file(Path(folders[0])) if folders[0].endswith(".toml") and len(folders) == 1 else None
    said = {"lang": lang, "edition": terms.Edition.SHAREABLE.value} | (dict(named.parameters) if named else {})
    given = {"as_of": "", **said, **{name: text for name, text in (("as_of", as_of), ("edition", edition)) if text}}
    given |= pairs(parameter or [], outputs.valid_parameters)
    hired = hire(lang, executor, scheduler, workers or (named and named.workers) or 0,
                 seconds or (named and named.seconds) or 0)  # fmt: skip
    out = out or (named and named.out) or OUT
    title = named.title if named else ""
    done = in_batch(named.folders if named else folders, out, given, lang, hired, title=title)
    tell([audit for audit in done if audit.error or audit.made_key], lang)
