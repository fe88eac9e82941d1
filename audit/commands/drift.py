"""`audit drift`: what the software's exports say otherwise of the same dossiers."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import make_key, tell
from audit.ground import terms


def drift(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="old", help="help_drift_old")],
    new: Annotated[Path | None, typer.Argument(metavar="new_export", help="help_drift_new")] = None,
    edition: Annotated[
        str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")
    ] = terms.Edition.SHAREABLE.value,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/drift"),
) -> None:
    """Compare two exports, or all that a folder keeps."""
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    if (old / "office.toml").is_file():
        make_key(old, lang)
    tell([outputs.drift(old, new, out, {"lang": lang, "edition": edition})], lang)
