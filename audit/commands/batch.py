"""`audit batch`: pages of many communes, and the page that adds them up."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import CANNOT_BE_AUDITED, OUT, AsOf, hire, in_batch, pairs, tell, tell_letters
from audit.commands.line import say
from audit.ground import terms

if TYPE_CHECKING:
    from audit.province.drafts import Wanted

ALL = "all"


def batch(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    folders: Annotated[list[str], typer.Argument(metavar="folder", help="help_batch_folders")],
    as_of: AsOf = "",
    edition: Annotated[str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="folder", help="help_out")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="assignment", help="help_parameter")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="count", min=0, help="help_workers")] = 0,
    executor: Annotated[str, typer.Option(metavar="fork|kernel", help="help_executor")] = "fork",
    seconds: Annotated[int, typer.Option(metavar="count", min=0, help="help_seconds")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="address", help="help_scheduler")] = "",
    letters: Annotated[list[str] | None, typer.Option(metavar="letter_kind", help="help_batch_letters")] = None,
    form_06a: Annotated[bool, typer.Option("--form-06a", help="help_batch_form_06a")] = False,
    force: Annotated[bool, typer.Option("--force", help="help_letters_force")] = False,
) -> None:
    """Audit many communes and add them up."""
    from audit.letters.drafts import FORM  # noqa: PLC0415
    from audit.province.batch import province_file  # noqa: PLC0415
    from audit.province.drafts import Wanted  # noqa: PLC0415
    from audit.running import outputs  # noqa: PLC0415

    lang = ctx.obj
    named = province_file(Path(folders[0])) if folders[0].endswith(".toml") and len(folders) == 1 else None
    said = {"lang": lang, "edition": terms.Edition.SHAREABLE.value} | (dict(named.parameters) if named else {})
    given = {"as_of": "", **said, **{name: text for name, text in (("as_of", as_of), ("edition", edition)) if text}}
    given |= pairs(parameter or [], outputs.valid_parameters)
    hired = hire(lang, executor, scheduler, workers or (named and named.workers) or 0,
                 seconds or (named and named.seconds) or 0)  # fmt: skip
    out = out or (named and named.out) or OUT
    title = named.title if named else ""
    found = named.folders if named else folders
    kinds = _kinds(letters or [])
    done = in_batch(found, out, given, lang, hired, title=title, has_form=form_06a)
    are_drafted = True
    if kinds or form_06a:
        made = {audit.name for audit in done if audit.error is None}
        wanted = Wanted([*kinds, *([FORM] if form_06a else [])], given["as_of"], lang, force)
        are_drafted = _draft(found, out, made, wanted)
    tell([audit for audit in done if audit.error or audit.made_key], lang)
    if not are_drafted:
        raise typer.Exit(CANNOT_BE_AUDITED)


def _kinds(written: list[str]) -> list[str]:
    """The kinds of letters named; every kind for `all`."""
    from audit.letters import contents  # noqa: PLC0415

    kinds = list(contents.KINDS) if ALL in written else written
    contents.refuse_unknown(kinds)
    return kinds


def _draft(folders: Sequence[str | Path], out: Path, made: set[str], wanted: "Wanted") -> bool:
    """Write the drafts of the communes whose audits were `made`, and say which have none; whether all have theirs."""
    from audit.province import batch as many  # noqa: PLC0415
    from audit.province import drafts  # noqa: PLC0415

    lang, failed = wanted.lang, list[str]()
    sources = {name: source for name, source in many.sources(folders, Path(out).resolve()).items() if name in made}
    for one in drafts.written(sources, out, wanted):
        if one.error:
            failed.append(one.name)
            say(terms.text("cli.no_drafts", lang, name=one.name, why=one.error.messages[lang]), err=True)
        elif one.written:
            tell_letters(one.written, lang, f"{one.name}/")
    counts = {"done": len(sources) - len(failed), "total": len(sources), "folder": drafts.place(out)}
    say(terms.text("cli.batch_drafts", lang, **counts))
    return not failed
