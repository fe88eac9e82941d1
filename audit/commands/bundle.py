"""`audit bundle`: what another office needs to do an audit again, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, refuse_there, told_why_not
from audit.commands.line import say
from audit.ground import terms, whole


def bundle(
    ctx: typer.Context,
    folder: Folder,
    as_of: AsOf = "",
    outputs: Annotated[Path | None, typer.Option("--outputs", metavar="folder", help="help_bundle_outputs")] = None,
    evidence: Annotated[
        list[Path] | None, typer.Option("--evidence", metavar="file", help="help_bundle_evidence")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="file", help="help_bundle_out")] = None,
    force: Annotated[bool, typer.Option("--force", help="help_bundle_force")] = False,
) -> None:
    """Write the bundle."""
    from audit.evidence import bundle  # noqa: PLC0415  not needed for --help

    lang = ctx.obj
    with told_why_not(lang):
        made = bundle.bundle(folder, as_of, outputs, evidence or ())
        target = out or Path(made.name)
        refuse_there(target, force=force)
    whole.write(target, made.content, is_private=True)
    say(terms.text("cli.bundle_written", lang, file=target, **made.counts))
    say(terms.text("cli.bundle_internal", lang), err=True)
