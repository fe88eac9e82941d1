"""`audit letters`: the letters that follow an audit, as drafts in Word."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, make_key, tell_letters, told_why_not
from audit.commands.line import say
from audit.ground import terms

OUT = Path("out/letters")


def letters(
    ctx: typer.Context,
    folder: Folder,
    kinds: Annotated[list[str] | None, typer.Argument(metavar="letter_kind", help="help_letter_kinds")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = OUT,
    force: Annotated[bool, typer.Option("--force", help="help_letters_force")] = False,
    as_of: AsOf = "",
) -> None:
    """Write the letters of each kind, of all where none is named."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.letters import contents, kept, made  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415
    from audit.running import outputs  # noqa: PLC0415

    lang, wanted = ctx.obj, kinds or list(contents.KINDS)
    with told_why_not(lang):
        contents.refuse_unknown(wanted)
        outputs.refuse_wrong_places([folder.resolve()], out.resolve())
        make_key(folder, lang)
        office = load.office(folder, as_of)
        result = at_once.result(office, contents.LANG)
        files = made.letters(result, wanted, partial(kept.template, folder), office.key)
        written = kept.write(out, files, wanted, force=force)
    tell_letters(written, lang)
    say(terms.text("cli.letters_written", lang, count=len(files), folder=out))
