"""`audit sample`: a sample of what is in time in the software, planned, drawn and evaluated."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import AsOf, make_key, tell, told_why_not
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError, DrawnFrom

if TYPE_CHECKING:
    from audit.findings.schema import Result
    from audit.reading.load import Office
    from audit.sampling.plan import Plan

SampleFolder = Annotated[Path, typer.Argument(metavar="folder", help="help_sample_folder")]
USUAL = "5%"
STRATA = ("field", "unit", "channel")


def plan(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    folder: SampleFolder,
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
    if folder.suffix == ".toml":
        given = {"tolerable": tolerable, "risk": risk, "seed": seed, "as_of": as_of}
        _plan_visits(folder, given, lang, has_other=bool(strata) or expected is not None or drawn_from != "software")
        return
    with told_why_not(lang):
        if strata not in ("", *STRATA):
            raise AuditError("sample_strata", written=strata, valid=", ".join(STRATA))
        if drawn_from not in list(DrawnFrom):
            raise AuditError("sample_from", written=drawn_from, valid=", ".join(DrawnFrom))
        make_key(folder, lang)
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
    _tell(new, file, lang)


def _plan_visits(file: Path, given: Mapping[str, str], lang: str, *, has_other: bool) -> None:
    """Plan which communes of a province to visit, or draw those that are planned."""
    from audit.province.batch import province_file  # noqa: PLC0415
    from audit.sampling import kept, visits  # noqa: PLC0415
    from audit.sampling import plan as plans  # noqa: PLC0415

    target = kept.visits_beside(file)
    with told_why_not(lang):
        if has_other:
            raise AuditError("sample_province_has_none")
        if not file.is_file():
            raise AuditError("no_folder", folder=file.name)
        named, old = province_file(file), kept.read_visits(target)
        rates = {name: given[name] or (getattr(old, name) if old else USUAL) for name in ("tolerable", "risk")}
        if old and old.seed and any(rates[name] != getattr(old, name) for name in rates):
            raise AuditError("sample_visits_fixed", file=target.name)
        as_of = given["as_of"] or named.parameters.get("as_of", "")
        results, left_out = _audited(named.folders, as_of, lang)
        codes = {name: plans.population(result) for name, result in results.items()}
        if old:
            visits.refuse_others(old, codes)
        communes = {name: result.office.commune for name, result in results.items()}
        made_up = any(result.office.made_up for result in results.values())
        new = visits.planned(named.title or file.stem, codes, communes, left_out, made_up=made_up, **rates)
        if seed := given["seed"] or (old.seed if old else ""):
            new = visits.seeded(new.model_copy(update={"seed": old.seed if old else ""}), seed, codes)
        kept.write_visits(new, target)
    found = visits.whole(new, lang)
    counts = {
        "communes": len(new.communes), "population": found.population, "size": found.size,
        "certain": sum(one.is_certain for one in found.visits), "left_out": len(new.left_out),
        "visited": sum(one.is_visited for one in found.visits),
    }  # fmt: skip
    said = {name: terms.number(count, lang) for name, count in counts.items()}
    say(terms.text("cli.sample_visits", lang, **said))
    say(terms.text("cli.sample_visits_drawn" if new.seed else "cli.sample_to_roll", lang, file=target, **said))


def _audited(folders: Iterable[Path], as_of: str, lang: str) -> tuple[dict[str, "Result"], list[str]]:
    """Each commune's own audit, by folder; the folders that cannot be audited, of which is said why."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.reading import load  # noqa: PLC0415
    from audit.running import outputs  # noqa: PLC0415

    results: dict[str, Result] = {}
    left_out: list[str] = []
    for folder in folders:
        name = outputs.name(folder)
        if name in (*results, *left_out):
            raise AuditError("same_output", name=name)
        try:
            make_key(folder, lang)
            results[name] = at_once.result(load.office(folder, as_of), lang)
        except AuditError as error:
            say(f"{name}: {error.messages[lang]}", err=True)
            left_out.append(name)
    return results, left_out


def _new(
    office: "Office", drawn_from: DrawnFrom, strata: str, tolerable: str, risk: str, expected: int, lang: str
) -> "Plan":
    """The first plan of an audit's dossiers, or of its register's lines, which have no strata."""
    from audit.findings import at_once  # noqa: PLC0415
    from audit.sampling import plan as plans  # noqa: PLC0415
    from audit.sampling import register  # noqa: PLC0415

    result = at_once.result(office, lang)
    if drawn_from == DrawnFrom.REGISTER:
        if strata:
            raise AuditError("sample_lines_have_none")
        return register.planned(office, result, tolerable=tolerable, risk=risk, expected=expected)
    column = office.software.drop_duplicates("dossier_id").set_index("dossier_id")[strata] if strata else None
    named = {} if column is None else {str(code): str(name) for code, name in column.fillna("").items()}
    return plans.planned(
        plans.population(result), office.exports("software"), tolerable=tolerable, risk=risk, expected=expected,
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
    folder: SampleFolder,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/sample"),
    as_of: AsOf = "",
) -> None:
    """What was drawn, to be printed, and what the sample says."""
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    if folder.suffix == ".toml":
        from audit.sampling import kept  # noqa: PLC0415

        tell([outputs.visits(kept.visits_beside(folder), out, {"lang": lang})], lang)
        return
    tell([outputs.sample(folder, out, {"as_of": as_of, "lang": lang})], lang)
