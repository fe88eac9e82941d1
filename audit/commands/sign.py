"""`audit sign`: a signature over the manifest of outputs, and the pair of keys that it takes."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import told_why_not
from audit.commands.line import SaidError, say
from audit.ground import terms


def sign(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="outputs", help="help_sign_folder")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="file", help="help_sign_key")] = None,
    new_key: Annotated[Path | None, typer.Option("--new-key", metavar="file", help="help_new_key")] = None,
) -> None:
    """Make a pair of keys, or sign, or both."""
    from audit.evidence import kept  # noqa: PLC0415  not needed for --help

    lang = ctx.obj
    if not new_key and not (folder and key):
        raise SaidError(terms.text("cli.sign_what", lang), ctx)
    with told_why_not(lang):
        if new_key:
            say(terms.text("cli.sign_pair", lang, private=new_key, public=kept.new_pair(new_key)))
        if folder and (used := key or new_key):
            say(terms.text("cli.signed", lang, file=kept.sign(folder, used)))
