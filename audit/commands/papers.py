"""`audit papers`: the tally sheet of the papers that would decide."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import AsOf, Folder, make_key, refuse_there, told_why_not
from audit.commands.line import say
from audit.ground import terms


def papers(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="file", help="help_papers_out")] = Path("papers.xlsx"),
    force: Annotated[bool, typer.Option("--force", help="help_force")] = False,
    as_of: AsOf = "",
) -> None:
    """Write the sheet to fetch papers with."""
    from audit.findings import at_once, fetch  # noqa: PLC0415
    from audit.ground import whole  # noqa: PLC0415
    from audit.reading import lines, load  # noqa: PLC0415
    from audit.sampling import kept, sampled, tally_sheet  # noqa: PLC0415

    lang = ctx.obj
    with told_why_not(lang):
        refuse_there(out, force=force)
        make_key(folder, lang)
        office, plan = load.office(folder, as_of), kept.read(folder)
        result = at_once.result(office, lang)
        drawn = [one.dossier_id for one in sampled.whole_sample(plan, office, result).to_fetch] if plan else []
        listed = fetch.papers(result.judged, lang, drawn)
        whole.write(out, tally_sheet.sheet(listed, lines.shown_headings("papers"), lang), is_private=True)
    dossiers = len({one.dossier_id for one in listed})
    say(terms.text("cli.papers_written", lang, file=out, papers=len(listed), dossiers=dossiers))
