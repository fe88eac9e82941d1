"""`audit schema`: the JSON Schema of what is written."""

from typing import Annotated

import typer

from audit.ground.terms import AuditError


def schema(
    name: Annotated[str, typer.Argument(metavar="result|province", help="help_schema")] = "result",
) -> None:
    """Print the JSON Schema of result.json or province.json."""
    from audit.findings import result  # noqa: PLC0415
    from audit.province import sums  # noqa: PLC0415

    texts = {"result": result.schema_text, "province": sums.schema_text}
    if name not in texts:
        raise AuditError("unknown_schema", name=name, valid=", ".join(texts))
    typer.echo(texts[name](), nl=False)
