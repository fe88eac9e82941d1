"""`audit sample`: a sample of what is in time in the software, planned, drawn and evaluated."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import CANNOT_BE_AUDITED, AsOf, Folder, tell
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError, DrawnFrom

if TYPE_CHECKING:
    from audit.reading.load import Office
    from audit.sampling.plan import Plan

USUAL = "5%"
STRATA = ("field", "unit", "channel")


def plan(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    folder: Folder,
    drawn_from: Annotated[str, typer.Option("--from", metavar="source", help="help_from")] = "software",
    tolerable: Annotated[str, typer.Option(metavar="share", help="help_tolerable")] = "",
    risk: Annotated[str, typer.Option(metavar="share", help="help_risk")] = "",
    expected: Annotated[int | None, typer.Option(metavar="count", help="help_expected")] = None,
    strata: Annotated[str, typer.Option(metavar="strata", help="help_strata")] = "",
    seed: Annotated[str, typer.Option(metavar="digits", help="help_seed")] = "",
    as_of: AsOf = "",
) -> None:
    """Plan a sample, or draw the one that is planned."""
    from audit.reading import load  # noqa: PLC0415
    from audit.sampling import kept, sampled  # noqa: PLC0415
    from audit.sampling import plan as plans  # noqa: PLC0415

    lang = ctx.obj
    try:
        if strata not in ("", *STRATA):
            raise AuditError("sample_strata", written=strata, valid=", ".join(STRATA))
        if drawn_from not in list(DrawnFrom):
            raise AuditError("sample_from", written=drawn_from, valid=", ".join(DrawnFrom))
        of, office = DrawnFrom(drawn_from), load.office(folder, as_of)
        old = kept.read(folder, of)
        sampled.refuse_other_files(old, office)
        if old is None:
            new = _new(office, of, strata, tolerable or USUAL, risk or USUAL, expected or 0, lang)
        else:
            if strata not in ("", old.by):
                raise AuditError("sample_strata_kept", by=old.by or "–")
            number = old.expected if expected is None else expected
            new = plans.again(old, tolerable=tolerable or old.tolerable, risk=risk or old.risk, expected=number)
        if seed:
            new = plans.seeded(new, seed)
        file = kept.write(new, folder)
    except AuditError as error:
        say(error.messages[lang], err=True)
        raise typer.Exit(CANNOT_BE_AUDITED) from error
    _tell(new, file, lang)


def _new(
    office: "Office", drawn_from: DrawnFrom, strata: str, tolerable: str, risk: str, expected: int, lang: str
) -> "Plan":
    """The first plan of an audit's dossiers, or of its register's lines, which have no strata."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.sampling import plan as plans  # noqa: PLC0415
    from audit.sampling import register, sampled  # noqa: PLC0415

    result = at_once.result(office, lang)
    if drawn_from == DrawnFrom.REGISTER:
        if strata:
            raise AuditError("sample_lines_have_none")
        return register.planned(office, result, tolerable=tolerable, risk=risk, expected=expected)
    column = office.software.drop_duplicates("dossier_id").set_index("dossier_id")[strata] if strata else None
    named = {} if column is None else {str(code): str(name) for code, name in column.fillna("").items()}
    return plans.planned(
        plans.population(result), sampled.exports(office), tolerable=tolerable, risk=risk, expected=expected,
        by=strata, named=named,
    )  # fmt: skip


def _tell(plan: "Plan", file: Path, lang: str) -> None:
    is_of_lines = plan.drawn_from == DrawnFrom.REGISTER
    for one in plan.strata:
        counts = {"population": len(one.codes), "size": one.size}
        key = "cli.sample_lines" if is_of_lines else "cli.sample_stratum"
        say(terms.text(key, lang, name=one.name or terms.text("sample.whole", lang), **counts))
    done = "cli.sample_lines_drawn" if is_of_lines else "cli.sample_drawn"
    say(terms.text(done if plan.seed else "cli.sample_to_roll", lang, file=file))


def report(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/sample"),
    as_of: AsOf = "",
) -> None:
    """What was drawn, to be printed, and what the sample says."""
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    tell([outputs.sample(folder, out, {"as_of": as_of, "lang": lang})], lang)
