"""`audit verify`: whether outputs belong together, what made them, and whether these files give them again."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import told_why_not
from audit.commands.line import say

DIFFERS = 1


def verify(
    ctx: typer.Context,
    outputs: Annotated[Path, typer.Argument(metavar="outputs", help="help_verify_outputs")],
    inputs: Annotated[Path | None, typer.Option("--inputs", metavar="source", help="help_verify_inputs")] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="file", help="help_verify_key")] = None,
    public_key: Annotated[Path | None, typer.Option("--public-key", metavar="file", help="help_public_key")] = None,
) -> None:
    """Say what can be said of outputs; leave with 1 where anything differs."""
    from audit.evidence import verify  # noqa: PLC0415  not needed for --help

    lang = ctx.obj
    with told_why_not(lang):
        checked = verify.verified(outputs, inputs, key, public_key)
    for line in checked.told(lang):
        say(line)
    if checked.differs:
        raise typer.Exit(DIFFERS)
