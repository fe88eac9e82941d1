"""Everything that can be said of outputs that are given: do they belong together, what made them, from which files."""

from collections.abc import Iterator
from pathlib import Path

from audit.evidence import again, belong, given, said
from audit.evidence.given import Inputs, Outputs
from audit.evidence.said import Checked, Line


def verified(
    path: str | Path, inputs: str | Path | None = None, key: Path | None = None, public_key: Path | None = None,
    lang: str = "vi",
) -> Checked:  # fmt: skip
    """Outputs in a folder, beside a page or in a bundle, looked at; with `inputs`, the audit is done again.

    `key`: the office's, where it does not lie with the inputs. Nothing is written but into folders that are gone
    afterwards. Raises AuditError for what is not there or cannot be read without trusting it.
    """
    outputs, found = given.both(Path(path), Path(inputs) if inputs else None, key)
    public = given.small(public_key) if public_key else None
    return Checked(tuple(_lines(outputs, found, public, public_key.name if public_key else "")), lang)


def _lines(outputs: Outputs, inputs: Inputs | None, public: bytes | None, name: str) -> Iterator[Line]:
    if inputs and inputs.bundle:
        yield from belong.of_manifest(inputs.bundle, inputs.marked)
    if not outputs.files:
        yield said.unknown("bundle_without_outputs")
        return
    yield from belong.as_listed(outputs)
    yield belong.signature(outputs, public, name)
    result, why = belong.result_of(outputs)
    if why:
        yield why
    yield from belong.made_by(outputs, result)
    if result:
        yield said.same("made_with", as_of=f"{result.as_of:%d/%m/%Y}", lang=result.lang, edition=result.edition.value)
        yield from belong.told_alike(outputs, result)
        yield from belong.shown_again(outputs, result)
    yield from _from_files(outputs, result, inputs)


def _from_files(outputs: Outputs, result: belong.Result | None, inputs: Inputs | None) -> Iterator[Line]:
    parameters = belong.parameters(outputs, result)
    if inputs is None or parameters is None:
        yield said.unknown("no_inputs" if inputs is None else "no_parameters")
        return
    if result:
        yield from again.files_read(result, inputs)
    yield from again.done_again(outputs, result, parameters, inputs)
