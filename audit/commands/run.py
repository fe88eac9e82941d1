"""`audit run`: a page of each folder."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import (
    OUT,
    SELDOM,
    AsOf,
    hire,
    in_batch,
    pairs,
    steps_progress,
    tell,
    tell_cut_notes,
    tell_what_was_read,
)
from audit.ground import terms


def run(
    ctx: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="folder", help="help_folders")],
    as_of: AsOf = "",
    edition: Annotated[
        str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")
    ] = terms.Edition.SHAREABLE.value,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = OUT,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="assignment", help="help_parameter")
    ] = None,
) -> None:
    """Audit each folder."""
    from audit.running import outputs  # noqa: PLC0415  not needed for --help

    gc.set_threshold(*SELDOM)
    lang = ctx.obj
    given = {"as_of": as_of, "lang": lang, "edition": edition} | pairs(parameter or [], outputs.valid_parameters)
    if len(folders) > 1:
        return tell(in_batch(folders, out, given, lang, hire(lang)), lang)
    with steps_progress(lang) as told:
        done = outputs.audits(folders, out, given, told)
    for audit in done:
        if audit.error is None:
            tell_what_was_read(audit, lang)
    tell_cut_notes(done, lang)
    return tell(done, lang)
