"""`audit lake`: millions of dossiers judged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated

import typer

from audit.commands.line import say
from audit.ground import terms
from audit.records import order


def lake(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    software: Annotated[str, typer.Argument(metavar="software", help="help_lake_software")],
    register: Annotated[str, typer.Argument(metavar="register", help="help_lake_register")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/lake"),
    as_of: Annotated[str, typer.Option(metavar="day", help="help_lake_as_of")] = "",
    first_on: Annotated[str, typer.Option(metavar="day", help="help_lake_period_first")] = "",
    last_on: Annotated[str, typer.Option(metavar="day", help="help_lake_period_last")] = "",
    settings: Annotated[Path | None, typer.Option(metavar="file", help="help_lake_settings")] = None,
    procedures: Annotated[Path | None, typer.Option(metavar="file", help="help_lake_procedures")] = None,
    keeps: Annotated[str, typer.Option(metavar="records", help="help_lake_keeps")] = "",
    software_query: Annotated[str, typer.Option(metavar="query", help="help_lake_query")] = "",
    register_query: Annotated[str, typer.Option(metavar="query", help="help_lake_query")] = "",
    engine: Annotated[str, typer.Option(metavar="duckdb|dask|spark", help="help_lake_engine")] = "duckdb",
    memory: Annotated[str, typer.Option(metavar="amount", help="help_lake_memory")] = "4GB",
    workers: Annotated[int, typer.Option(metavar="count", min=0, help="help_lake_workers")] = 0,
    **evidence: str,
) -> None:
    """Judge a lake of dossiers."""
    from audit.lake import lake_settings  # noqa: PLC0415
    from audit.lake.lake import judge, sources_of  # noqa: PLC0415

    lang = ctx.obj
    sources = sources_of(software, register, {"software": software_query, "register": register_query}, **evidence)
    kept = [name.strip() for name in keeps.split(",") if name.strip()]
    days = {"as_of": as_of, "first_on": first_on, "last_on": last_on}
    given = lake_settings.read(settings, **days, keeps=kept, procedures=procedures)
    with _rows_progress(lang) as report_progress:
        done = judge(
            sources, given, out, engine=engine, memory=memory, workers=workers, report_progress=report_progress
        )
    counts = {name: getattr(done, name) for name in ("dossiers", "communes", "undecided", "problems")}
    counts = {name: terms.number(count, lang) for name, count in counts.items()}
    say(terms.text("cli.lake_done", lang, out=done.out, **counts))


@contextmanager
def _rows_progress(lang: str) -> Iterator[Callable[[int, int], None]]:
    """What to call with how many rows of how many are done: shows the share, the rate and the time left."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(terms.text("cli.running", lang), total=None, rate="")

        def report_progress(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)
            rate = terms.number(round(progress.tasks[0].finished_speed or progress.tasks[0].speed or 0), lang)
            progress.update(task, rate=terms.text("cli.lake_rate", lang, rate=rate))

        yield report_progress


_evidence = [
    Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default="",
              annotation=Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")])
    for name in order.EVIDENCE
]  # fmt: skip
_asked = [one for one in signature(lake).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
_at = [one.name for one in _asked].index("software_query")
_parameters = [*_asked[:_at], *_evidence, *_asked[_at:]]
lake.__signature__ = Signature(_parameters)  # type: ignore[attr-defined]  # `inspect` asks for it, stubs do not know it
