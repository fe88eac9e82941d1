"""The letters and form II.06a of each commune of a batch, as drafts: a folder a commune, beside the pages' own tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from audit.findings import at_once
from audit.ground.terms import AuditError
from audit.letters import contents, drafts, kept
from audit.letters.drafts import FORM
from audit.letters.made import Made
from audit.reading import load
from audit.reading.load import Office


@dataclass(frozen=True)
class Wanted:
    """Which letters or form, of which day and in which language; `force`: over what somebody changed."""

    kinds: Sequence[str]
    as_of: str
    lang: str
    force: bool


@dataclass(frozen=True)
class Drafts:
    """What became of one commune: its files, or why there are none."""

    name: str
    written: kept.Written | None = None
    error: AuditError | None = None


def place(out: Path) -> Path:
    """Where drafts go: beside the folder of the pages, which may be shared while drafts are not."""
    out = Path(out).resolve()
    return out.with_name(f"{out.name}-letters")


def written(sources: Mapping[str, Path | str], out: Path, wanted: Wanted) -> Iterable[Drafts]:
    """The drafts of each folder in turn, by the name of its audit; one that fails never stops the others."""
    for name, source in sources.items():
        yield _written(name, source, place(out) / name, wanted)


def _written(name: str, source: Path | str, target: Path, wanted: Wanted) -> Drafts:
    try:
        if isinstance(source, str):
            raise AuditError("letters_of_address", folder=source)
        files = _files(load.office(source, wanted.as_of), source, wanted)
        return Drafts(name, kept.write(target, files, wanted.kinds, force=wanted.force))
    except AuditError as error:
        return Drafts(name, error=error)
    except Exception as fault:  # whatever happens to one commune, the others go on
        return Drafts(name, error=AuditError("notebook_failed", error=repr(fault)))


def _files(office: Office, folder: Path, wanted: Wanted) -> dict[str, Made]:
    result = at_once.result(office, contents.LANG)
    is_other = FORM in wanted.kinds and wanted.lang != contents.LANG
    form_of = at_once.result(office, wanted.lang) if is_other else result
    return drafts.files(result, form_of, wanted.kinds, partial(kept.template, folder), office.key)
