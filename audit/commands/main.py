"""The console script `audit`: its commands, in the order of its help."""

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import cast

import typer

from audit.commands import (
    batch,
    bundle,
    check,
    check_days,
    claims,
    days,
    drift,
    form,
    form_06a,
    lake,
    letters,
    new,
    notes,
    papers,
    rollup,
    run,
    sample,
    schema,
    sign,
    start,
    verify,
)
from audit.commands.line import Command, Group

COMMANDS: dict[str, Callable[..., None]] = {
    "start": start.start, "form": form.form, "new": new.new, "run": run.run, "check": check.check, "batch": batch.batch,
    "lake": lake.lake, "rollup": rollup.rollup, "claims": claims.claims, "drift": drift.drift,
    "papers": papers.papers, "letters": letters.letters, "form-06a": form_06a.form_06a,
    "verify": verify.verify, "sign": sign.sign, "bundle": bundle.bundle,
    "check-days": check_days.check_days, "days": days.days, "schema": schema.schema,
}  # fmt: skip
app = typer.Typer(cls=Group, help="about", add_completion=False, pretty_exceptions_enable=False)
for _name, _command in COMMANDS.items():
    app.command(_name, cls=Command, help=f"about_{_name}")(_command)
_notes = typer.Typer(cls=Group, help="about_notes")
_notes.command("add", cls=Command, help="about_notes_add")(notes.add)
app.add_typer(_notes, name="notes")
_sample = typer.Typer(cls=Group, help="about_sample")
_sample.command("plan", cls=Command, help="about_sample_plan")(sample.plan)
_sample.command("report", cls=Command, help="about_sample_report")(sample.report)
app.add_typer(_sample, name="sample")


def main() -> None:
    """The console script `audit`."""
    for stream in (sys.stdout, sys.stderr):
        if "utf" not in (stream.encoding or "").lower():  # Windows into a file or a pipe: no code page has every letter
            cast("TextIOWrapper", stream).reconfigure(encoding="utf-8")
    app()
