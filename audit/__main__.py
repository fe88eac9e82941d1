"""The command line: `audit run FOLDER…`, `rollup TABLE`, `claims REPORT`, `days FOLDER DOSSIER` and `schema`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit import terms
from audit.terms import AuditError

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
                  help="Kiểm tra hồ sơ trễ hạn của một xã. / Audit of a commune's late dossiers.")  # fmt: skip
CANNOT_BE_AUDITED, WRONG_USE = 1, 2
MOST_NAMED = 20
OUT = Path("out")


@app.callback()
def _commands() -> None:
    """Commands are named, even while they are few."""


@app.command()
def run(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Thư mục hồ sơ. / Folder of records.")],
    as_of: Annotated[str, typer.Option(help="Ngày kiểm tra, mặc định lấy ở office.toml. / Day of the audit.")] = "",
    lang: Annotated[str, typer.Option(help="vi | en")] = "vi",
    out: Annotated[Path, typer.Option(help="Nơi ghi kết quả. / Where results go.")] = OUT,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE",
                                       help="Tham số khác của sổ tay. / Another parameter of the notebook.")
    ] = None,
) -> None:  # fmt: skip
    """Lập bản kiểm tra cho từng thư mục. / Audit each folder."""
    from rich.console import Console  # noqa: PLC0415  not needed for --help
    from rich.progress import Progress  # noqa: PLC0415

    from audit import run as runner  # noqa: PLC0415

    said = _language(lang)
    errors = _errors()
    try:
        given = {"as_of": as_of, "lang": lang, **_pairs(parameter or [], runner.valid_parameters())}
        with Progress(console=Console(stderr=True), transient=True, disable=len(folders) == 1) as progress:
            task = progress.add_task(terms.text("cli.running", said), total=len(folders))
            done = runner.audits(folders, out, given, report_progress=lambda name: progress.advance(task))
    except AuditError as error:
        errors.print(error.messages[said])
        raise typer.Exit(WRONG_USE) from error
    for audit in done:
        if audit.error:
            errors.print(f"{audit.name}: {audit.error.messages[said]}")
        typer.echo(f"{terms.text('cli.failed' if audit.error else 'cli.done', said)}: {audit.page}")
    if any(audit.error for audit in done):
        raise typer.Exit(CANNOT_BE_AUDITED)


@app.command()
def rollup(
    table: Annotated[Path, typer.Argument(help="Bảng tổng hợp nhiều xã. / Table of many communes.")],
    audits: Annotated[
        Path | None, typer.Option(help="Thư mục các bản kiểm tra, mặc định out. / Folder of audits, by default out.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Nơi ghi kết quả. / Where results go.")] = Path("out/rollup"),
    first_on: Annotated[str, typer.Option(help="Ngày đầu kỳ của bảng. / First day of the table's period.")] = "",
    last_on: Annotated[str, typer.Option(help="Ngày cuối kỳ. / Last day.")] = "",
    sheet: Annotated[str, typer.Option(help="Trang tính, nếu tệp có nhiều bảng. / Sheet, if there are several.")] = "",
    lang: Annotated[str, typer.Option(help="vi | en")] = "vi",
) -> None:
    """Đối chiếu bảng tổng hợp nhiều xã. / Check a table of many communes."""
    from audit import run as runner  # noqa: PLC0415

    said = _language(lang)
    errors = _errors()
    given = {"first_on": first_on, "last_on": last_on, "sheet": sheet, "lang": lang}
    try:
        done = runner.rollup(table, audits or (OUT if OUT.is_dir() else None), out, given)
    except AuditError as error:
        errors.print(error.messages[said])
        raise typer.Exit(WRONG_USE) from error
    if done.error:
        errors.print(f"{done.name}: {done.error.messages[said]}")
    typer.echo(f"{terms.text('cli.failed' if done.error else 'cli.done', said)}: {done.page}")
    if done.error:
        raise typer.Exit(CANNOT_BE_AUDITED)


@app.command()
def claims(
    report: Annotated[Path, typer.Argument(help="Báo cáo: .docx, .pdf, .txt, .md. / The report.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp số liệu. / File of claims.")] = Path("claims.csv"),
    lang: Annotated[str, typer.Option(help="vi | en")] = "vi",
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có. / Overwrite the file.")] = False,
) -> None:
    """Đọc báo cáo, đề xuất số liệu để người xác nhận. / Read a report, propose its figures for a person to confirm."""
    from audit import extract  # noqa: PLC0415
    from audit.load import report_text  # noqa: PLC0415

    said = _language(lang)
    try:
        lines = report_text.lines(report)
        proposed = extract.claims(lines, report_text.phrases())
        report_text.write_claims(proposed, out, force=force)
    except AuditError as error:
        _errors().print(error.messages[said])
        raise typer.Exit(WRONG_USE) from error
    if proposed.empty:
        typer.echo(terms.text("cli.claims_none", said, file=report.name))
        return
    counts = {reading: int((proposed["reading"] == reading).sum()) for reading in ("sure", "likely", "unsure")}
    typer.echo(terms.text("cli.claims_proposed", said, file=out, total=len(proposed), **counts))
    over = extract.left_over(lines, proposed)
    if not over.empty:
        named = list(dict.fromkeys(map(str, over["line"])))
        more = " …" if len(named) > MOST_NAMED else ""
        where = terms.text("cli.claims_lines", said, lines=", ".join(named[:MOST_NAMED]) + more)
        typer.echo(terms.text("cli.claims_left_over", said, count=len(over), where=where))
    typer.echo(terms.text("cli.claims_next", said))


@app.command()
def days(
    folder: Annotated[Path, typer.Argument(help="Thư mục hồ sơ. / Folder of records.")],
    dossier: Annotated[str, typer.Argument(help="Mã hồ sơ. / The dossier's code.")],
    as_of: Annotated[str, typer.Option(help="Ngày kiểm tra. / Day of the audit.")] = "",
    lang: Annotated[str, typer.Option(help="vi | en")] = "vi",
) -> None:
    """Đếm từng ngày làm việc của một hồ sơ. / Count a dossier's working days, day by day."""
    from audit import load, report  # noqa: PLC0415

    said = _language(lang)
    try:
        counted = load.term_of(load.office(folder, as_of), dossier)
        typer.echo(report.day_by_day(*counted, lang=said))
    except AuditError as error:
        _errors().print(error.messages[said])
        raise typer.Exit(CANNOT_BE_AUDITED) from error


@app.command()
def schema() -> None:
    """In lược đồ JSON của result.json. / Print the JSON Schema of result.json."""
    from audit.result import schema_text  # noqa: PLC0415

    typer.echo(schema_text(), nl=False)


def _language(lang: str) -> str:
    """The language of messages; Vietnamese where another than the two is asked for."""
    return lang if lang in terms.LANGUAGES else "vi"


def _errors() -> "Console":
    """Where messages go: as they are, and not among the results."""
    from rich.console import Console  # noqa: PLC0415  not needed for --help

    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def _pairs(written: list[str], valid: dict[str, str]) -> dict[str, str]:
    found = {}
    for text in written:
        name, mark, value = text.partition("=")
        if not mark:
            raise AuditError("bad_parameter", written=text, valid=", ".join(valid))
        found[name] = value
    return found


def main() -> None:
    """The console script `audit`."""
    app()


if __name__ == "__main__":
    main()
