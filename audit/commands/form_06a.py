"""`audit form-06a`: form II.06a of a folder, as a workbook or a Word document."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, make_key, refuse_there, told_why_not
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError


def form_06a(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="file", help="help_form_06a_out")] = Path("form-06a.xlsx"),
    force: Annotated[bool, typer.Option("--force", help="help_force")] = False,
    as_of: AsOf = "",
) -> None:
    """Write form II.06a as the software shows it, as papers prove it, and the difference."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.ground import whole  # noqa: PLC0415
    from audit.page import form_06a as made  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415

    lang = ctx.obj
    kinds = {".xlsx": made.workbook, ".docx": made.document}
    with told_why_not(lang):
        if out.suffix.casefold() not in kinds:
            raise AuditError("form_06a_ending", file=out.name, valid=", ".join(kinds))
        refuse_there(out, force=force)
        make_key(folder, lang)
        result = at_once.result(load.office(folder, as_of), lang)
        whole.write(out, kinds[out.suffix.casefold()](made.filled(result)), is_private=True)
    lines = len({row.field for row in result.form_06a.rows if row.kind == "field"})
    say(terms.text("cli.form_06a_written", lang, file=out, lines=lines, dossiers=result.dossiers))
