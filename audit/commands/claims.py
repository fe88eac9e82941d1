"""`audit claims`: the figures of a report, proposed for a person to confirm."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import MOST_NAMED
from audit.commands.line import say
from audit.ground import terms


def claims(
    ctx: typer.Context,
    report: Annotated[Path, typer.Argument(metavar="report", help="help_report")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="file", help="help_claims_out")] = Path("claims.csv"),
    force: Annotated[bool, typer.Option("--force", help="help_force")] = False,
) -> None:
    """Read a report and propose its figures for a person to confirm."""
    from audit.extracting import extract  # noqa: PLC0415
    from audit.reading import report_text  # noqa: PLC0415

    lang = ctx.obj
    lines = report_text.lines(report)
    proposed = extract.claims(lines, report_text.phrases())
    report_text.write_claims(proposed, out, force=force)
    if proposed.empty:
        say(terms.text("cli.claims_none", lang, file=report.name))
        return
    counts = {reading: int((proposed["reading"] == reading).sum()) for reading in ("sure", "likely", "unsure")}
    say(terms.text("cli.claims_proposed", lang, file=out, total=len(proposed), **counts))
    over = extract.left_over(lines, proposed)
    if not over.empty:
        named = list(dict.fromkeys(map(str, over["line"])))
        more = " …" if len(named) > MOST_NAMED else ""
        where = terms.text("cli.claims_lines", lang, lines=", ".join(named[:MOST_NAMED]) + more)
        say(terms.text("cli.claims_left_over", lang, count=len(over), where=where))
    say(terms.text("cli.claims_next", lang))
