"""`audit check-days`: by which day what is due in the check that `office.toml` names."""

from pathlib import Path
from typing import Annotated

import typer

from audit.commands.asked import Folder, make_key, refuse_there, told_why_not
from audit.commands.line import say
from audit.ground.terms import AuditError


def check_days(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="file", help="help_check_days_out")] = None,
    force: Annotated[bool, typer.Option("--force", help="help_force")] = False,
) -> None:
    """Say by which day what is due in a check, and write the days as a calendar file."""
    from audit.findings import check_days as due  # noqa: PLC0415
    from audit.findings.schema import CheckCalendar  # noqa: PLC0415
    from audit.ground import whole  # noqa: PLC0415
    from audit.page import check_days as shown  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415
    from audit.reading.lines import reference_lines  # noqa: PLC0415

    lang = ctx.obj
    with told_why_not(lang):
        if out:
            refuse_there(out, force=force)
        make_key(folder, lang)
        office = load.office(folder, "")
        check = office.file.check
        if check is None:
            raise AuditError("no_check", folder=folder.name)
        days = check.model_dump(exclude={"kind"})
        found = due.due(reference_lines("check_days.csv"), office.calendar, check.kind, days, lang)
        say("\n".join(shown.lines(found, lang)))
        if out:
            calendar = CheckCalendar(kind=check.kind, due=tuple(found))
            whole.write(out, shown.calendar_file(calendar, office.file.period, office.as_of, lang))
