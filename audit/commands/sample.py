"""`audit sample`: a sample of what is in time in the software, planned, drawn and evaluated."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import CANNOT_BE_AUDITED, AsOf, Folder, tell
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError

if TYPE_CHECKING:
    from audit.sampling.plan import Plan

USUAL = "5%"
STRATA = ("field", "unit", "channel")


def plan(
    ctx: typer.Context,
    folder: Folder,
    tolerable: Annotated[str, typer.Option(metavar="rate", help="help_tolerable")] = "",
    risk: Annotated[str, typer.Option(metavar="rate", help="help_risk")] = "",
    expected: Annotated[int | None, typer.Option(metavar="count", help="help_expected")] = None,
    strata: Annotated[str, typer.Option(metavar="column", help="help_strata")] = "",
    seed: Annotated[str, typer.Option(metavar="seed", help="help_seed")] = "",
    as_of: AsOf = "",
) -> None:
    """Plan a sample, or draw the one that is planned."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415
    from audit.sampling import kept, sampled  # noqa: PLC0415
    from audit.sampling import plan as plans  # noqa: PLC0415

    lang = ctx.obj
    try:
        if strata not in ("", *STRATA):
            raise AuditError("sample_strata", written=strata, valid=", ".join(STRATA))
        office = load.office(folder, as_of)
        exports, old = sampled.exports(office), kept.read(folder)
        if old is not None and old.exports != exports:
            raise AuditError("sample_other_export", file=", ".join(old.exports))
        if old is None:
            result = at_once.result(office, lang)
            column = office.software.drop_duplicates("dossier_id").set_index("dossier_id")[strata] if strata else None
            named = {} if column is None else {str(code): str(name) for code, name in column.fillna("").items()}
            new = plans.planned(
                plans.population(result), exports, tolerable=tolerable or USUAL, risk=risk or USUAL,
                expected=expected or 0, by=strata, named=named,
            )  # fmt: skip
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


def _tell(plan: "Plan", file: Path, lang: str) -> None:
    for one in plan.strata:
        counts = {"population": len(one.codes), "size": one.size}
        say(terms.text("cli.sample_stratum", lang, name=one.name or terms.text("sample.whole", lang), **counts))
    say(terms.text("cli.sample_drawn" if plan.seed else "cli.sample_to_roll", lang, file=file))


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
