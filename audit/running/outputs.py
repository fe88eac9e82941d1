"""Records in, a page out: an audit or a roll-up done in this process and put where it belongs; all or nothing."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from audit.findings.schema import WhatWasRead
from audit.ground import forbidden, key, scratch, terms, whole
from audit.ground.terms import AuditError, Edition
from audit.running import execute, export, manifest
from audit.running.execute import Job, Outcome
from audit.running.export import AUDIT, DRIFT, ROLLUP, SAMPLE, VISITS, Kind
from audit.running.manifest import Chain

DAYS = ("as_of", "first_on", "last_on")


@dataclass(frozen=True)
class Audit:
    """What became of one folder or table: where its page is, why there is none where there is none.

    `made_key`: the key that was made for the office, if it had none. `is_kept`: nothing had changed since its last run.
    """

    name: str
    page: Path
    error: AuditError | None = None
    made_key: Path | None = None
    is_kept: bool = False


def audits(
    folders: Iterable[Path], out: Path, parameters: Mapping[str, str], told: Callable[[int, int], None] | None = None
) -> list[Audit]:
    """Audit each folder in turn, in this process, into `out`/<commune>/<period>, named by the folder and its parent.

    A folder that cannot be audited never stops the others: it gets a page that says why, and its last good
    output stays. Raises AuditError, before anything is run, for a wrong parameter or two folders that would be written
    to one place. `told` hears of each cell its number and of how many. `batch.audits` does many, each apart from the
    others, and adds them up.
    """
    folders, out = [Path(folder).resolve() for folder in folders], Path(out).resolve()
    refuse_wrong_parameters(parameters)
    refuse_wrong_places(folders, out)
    refuse_other_edition(out, parameters.get("edition", Edition.SHAREABLE))
    return [_audit(folder, out / name(folder), parameters, told) for folder in folders]


def _audit(folder: Path, target: Path, parameters: Mapping[str, str], told: Callable[[int, int], None] | None) -> Audit:
    try:
        clear(target)
        scratch.sweep(folder)
        made_key = key.made(folder)
    except AuditError as error:
        return failed(name(folder), target, error, parameters["lang"])
    cells = partial(execute.here, told=told)
    given = with_place(parameters)
    outcome = execute.outcome(Job(name(folder), given, paths={"folder": str(folder)}), cells)
    return put(name(folder), target, outcome, parameters["lang"], made_key=made_key)


def with_place(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters with the period before, if one is named, as a path that is the same from anywhere."""
    named = parameters.get("previous", "").strip()
    is_there = bool(named) and Path(named).expanduser().exists()
    return dict(parameters) | ({"previous": str(Path(named).expanduser().resolve())} if is_there else {})


def what_was_read(audit: Audit) -> WhatWasRead:
    """What was read of the files of an audit that is done, as the `result.json` beside its page has it."""
    result = json.loads((audit.page.parent / AUDIT.result).read_text(encoding="utf-8"))
    return WhatWasRead.model_validate(result["what_was_read"])


def notes_chain(audit: Audit) -> Chain | None:
    """How the notes end that an audit read, as its manifest has it; None without notes, and for the office."""
    file = audit.page.with_name(manifest.NAME)
    return manifest.read(file.read_bytes()).notes if audit.error is None and file.is_file() else None


def rollup(table: Path, recounts: Path | None, out: Path, parameters: Mapping[str, str]) -> Audit:
    """The table of many communes checked into the folder `out`, each cell against the audits in `recounts`, if any.

    A table that cannot be read gets a page beside `out` that says why. Raises AuditError, before anything is run, for
    a wrong parameter, a table or folder that is not there, and an `out` that holds anything else.
    """
    table, out = Path(table).resolve(), Path(out).resolve()
    recounts = Path(recounts).resolve() if recounts else None
    refuse_wrong_parameters(parameters, ROLLUP)
    if not table.is_file():
        raise AuditError("no_table", table=table.name)
    if recounts and not recounts.is_dir():
        raise AuditError("no_folder", folder=recounts.name)
    _refuse_others(out, ROLLUP)
    whole.clear(out)
    paths = {"table": str(table), "audits": str(recounts or "")}
    outcome = execute.outcome(Job(out.name, parameters, paths=paths, kind="rollup"))
    return put(out.name, out, outcome, parameters["lang"], ROLLUP)


def page_text(page: Path) -> str:
    """The page of an audit that is done."""
    return page.read_text(encoding="utf-8")


def content(file: Path) -> bytes:
    """A file that a run wrote."""
    return file.read_bytes()


def sample(folder: Path, out: Path, parameters: Mapping[str, str]) -> Audit:
    """The sample that is planned in an audit's folder, as a page in the folder `out`: what to fetch, and what it says.

    Raises AuditError, before anything is run, for a wrong parameter, a folder that is not there, and an `out` that
    holds anything else or lies inside the folder.
    """
    folder, out = Path(folder).resolve(), Path(out).resolve()
    refuse_wrong_parameters(parameters, SAMPLE)
    refuse_wrong_places([folder], out)
    _refuse_others(out, SAMPLE)
    whole.clear(out)
    outcome = execute.outcome(Job(out.name, parameters, paths={"folder": str(folder)}, kind="sample"))
    return put(out.name, out, outcome, parameters["lang"], SAMPLE)


def visits(plan: Path, out: Path, parameters: Mapping[str, str]) -> Audit:
    """The plan of the visits in a province as a page in the folder `out`: which communes, which dossiers, and why.

    Raises AuditError, before anything is run, for a wrong parameter, a plan that is not there, and an `out` that holds
    anything else.
    """
    plan, out = Path(plan).resolve(), Path(out).resolve()
    refuse_wrong_parameters(parameters, VISITS)
    if not plan.is_file():
        raise AuditError("no_visits", file=plan.name)
    _refuse_others(out, VISITS)
    whole.clear(out)
    outcome = execute.outcome(Job(out.name, parameters, paths={"plan": str(plan)}, kind="visits"))
    return put(out.name, out, outcome, parameters["lang"], VISITS)


def drift(old: Path, new: Path | None, out: Path, parameters: Mapping[str, str]) -> Audit:
    """Exports of the software compared, as a page in the folder `out`: two of them, or all that a folder keeps.

    Raises AuditError, before anything is run, for a wrong parameter, a place that is not there, and an `out` that holds
    anything else or lies inside a folder.
    """
    places, out = [Path(one).resolve() for one in (old, new) if one], Path(out).resolve()
    refuse_wrong_parameters(parameters, DRIFT)
    for one in places:
        if not one.exists():
            raise AuditError("no_export", file=one.name)
        if one.is_dir() and (out == one or one in out.parents):
            raise AuditError("out_inside_folder", folder=name(one))
    _refuse_others(out, DRIFT)
    whole.clear(out)
    paths = {"old": str(places[0]), "new": str(places[1]) if new else ""}
    outcome = execute.outcome(Job(out.name, parameters, paths=paths, kind="drift"))
    return put(out.name, out, outcome, parameters["lang"], DRIFT)


def _refuse_others(out: Path, kind: Kind) -> None:
    """Raise AuditError for a place that holds anything but what a run of that kind writes."""
    others = [path.name for path in sorted(out.iterdir()) if path.name not in kind.files] if out.is_dir() else []
    if others or out.is_file():
        raise AuditError("out_holds_others", out=out.name, found=", ".join(others[:3]) or out.name)


@cache
def valid_parameters(kind: Kind = AUDIT) -> Mapping[str, str]:
    """A notebook's parameters and their defaults, paths left out: each run gives its own."""
    from audit.running.jupyter import papermill  # noqa: PLC0415

    parameters = papermill.inspect_notebook(execute.notebook(kind))
    return {name: entry["default"].strip("\"'") for name, entry in parameters.items() if name not in kind.paths}


def refuse_wrong_parameters(parameters: Mapping[str, str], kind: Kind = AUDIT) -> None:
    """Raise AuditError for a parameter that the notebook of a kind has not, or that says what it cannot."""
    valid = valid_parameters(kind)
    for parameter in parameters:
        if parameter not in valid:
            raise AuditError("unknown_parameter", name=parameter, valid=", ".join(valid))
    terms.refuse_wrong(parameters.get("lang", ""), parameters.get("edition", Edition.SHAREABLE),
                       parameters.get("images", terms.Images.EMBEDDED))  # fmt: skip
    for written in filter(None, map(parameters.get, DAYS)):
        from audit.reading.cells import day  # noqa: PLC0415  it brings pandas, which nothing else here needs

        day(written)
    if bool(parameters.get("first_on")) != bool(parameters.get("last_on")):
        first, last = (parameters.get(name) or "–" for name in ("first_on", "last_on"))
        raise AuditError("half_period", first=first, last=last)


def refuse_wrong_places(folders: list[Path], out: Path) -> None:
    """Raise AuditError for a folder that is not there, two of one name, and an `out` inside a folder; all resolved.

    Names that differ in case alone are one name: some disks have one folder for both.
    """
    names: set[str] = set()
    for folder in folders:
        if not folder.is_dir():
            raise AuditError("no_folder", folder=name(folder))
        if forbidden.alike(name(folder)) in names:
            raise AuditError("same_output", name=name(folder))
        if out == folder or folder in out.parents:
            raise AuditError("out_inside_folder", folder=name(folder))
        names.add(forbidden.alike(name(folder)))


def refuse_other_edition(out: Path, edition: str) -> None:
    """Raise AuditError where `out` holds an output of another edition: no folder is half to be shared."""
    for place in sorted(out.glob("*/*/")):
        there = "" if place.name.startswith(".") else _edition_in(place)
        if there not in {"", edition}:
            raise AuditError("other_edition", out=out.name, found=f"{place.parent.name}/{place.name}",
                             there=there, edition=edition)  # fmt: skip


def _edition_in(place: Path) -> str:
    """The edition of the audit whose output is in a folder; empty where there is none."""
    for file in (place / manifest.NAME, place / AUDIT.result):
        try:
            told = json.loads(file.read_bytes())
            return str(told["edition"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def name(folder: Path) -> str:
    """The name of the audit of a folder, and of its place in the output: <commune>/<period>."""
    return f"{folder.parent.name or '_'}/{folder.name}"


# Where outcomes are put


def put(
    audit: str, target: Path, outcome: Outcome, lang: str, kind: Kind = AUDIT, *, made_key: Path | None = None
) -> Audit:
    """Put an outcome into the folder `target`, an audit's with its manifest; or beside it a page that says why not."""
    if outcome.error:
        return failed(audit, target, outcome.error, lang, made_key=made_key)
    files = outcome.files
    try:
        whole.fill(target, manifest.with_manifest(files, files[kind.result]) if kind is AUDIT else files)
        with forbidden.said_of(failed_page(target)):
            failed_page(target).unlink(missing_ok=True)
    except AuditError as error:  # a file that is open elsewhere, a full disk: the others go on
        return failed(audit, target, error, lang, made_key=made_key)
    return Audit(audit, target / kind.page, made_key=made_key)


def failed(audit: str, target: Path, error: AuditError, lang: str, *, made_key: Path | None = None) -> Audit:
    """What could not be audited: a page beside `target` that says why."""
    body = export.plain_page("failed", lang, title=terms.text("page.failed_title", lang, name=audit),
                             message=error.messages[lang], kept=target.name)  # fmt: skip
    with suppress(AuditError):  # where not even this can be written, whoever called is told all the same
        whole.write(failed_page(target), body.encode())
    return Audit(audit, failed_page(target), error, made_key)


def failed_page(target: Path) -> Path:
    """Where the page is that says why there is no new output in `target`."""
    return target.with_name(f"{target.name}.failed.html")


def is_without_failure(target: Path) -> bool:
    """Whether no page says that there is no new output in `target`, now that there is one; it is taken away."""
    with suppress(OSError):
        failed_page(target).unlink(missing_ok=True)
    return not failed_page(target).exists()


def mark(target: Path) -> Path:
    """Where the mark is of what the output in `target` was made from."""
    return target.with_name(f".{target.name}.json")


def clear(target: Path) -> None:
    """Bring back the last good output, and take away what else a run that was killed has left beside it."""
    whole.clear(target)
