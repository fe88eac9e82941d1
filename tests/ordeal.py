"""One mutated folder goes the whole way, and whatever it shows that no input may: each a line that says what and where."""

import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import mutated
import pages
from mutated import GUILTY, INNOCENT, NAMES, TRUTH, Draft
from searched import Searched, words

from audit.drift import drifted
from audit.findings import at_once, edition, next_period, what_was_read
from audit.findings import images as pictured
from audit.findings.schema import Result
from audit.ground.terms import AuditError, Edition
from audit.letters import contents, kept, made
from audit.page import report
from audit.page.workbook import workbook
from audit.reading import load
from audit.reading.load import Office
from audit.sampling import sampled

PIECES = (
    report.answer, report.sentence, report.verdicts, report.causes, report.fields, report.units, report.acceptance, report.papers,
    report.undecided, report.contradictions, report.leads, report.sources, report.on_time, report.problems, report.notes,
    report.accounting, report.method, report.facts, report.files, report.claims, report.cases, report.points, report.form_06a,
    report.next_period, report.tools,
)  # fmt: skip
KINDS = ("exception", "rows", "verdict", "name")


@dataclass
class Seen:
    """What a folder came to: `refused` with a message, or judged; and its faults, a kind and what is wrong each."""

    is_refused: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)


def of(seed: int, folder: Path, *, is_whole: bool, runs: bool = False) -> Seen:
    """Judge the folder drawn from `seed`, written to `folder`; `is_whole`: every piece of the page, workbook and letters
    too; `runs`: and the notebook.
    """
    draft, seen = mutated.draft(seed), Seen()
    mutated.write(draft, folder)
    try:
        seen.faults += _judged(draft, folder, is_whole=is_whole)
        if runs:
            pages.files(folder, as_of="", lang="vi", edition="shareable")
    except AuditError as error:
        seen.is_refused = True
        seen.faults += [] if all(text.strip() for text in error.messages.values()) else [("exception", "no message")]
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = str(error).replace("\n", " ")[:120]
        seen.faults.append(
            ("exception", f"{type(error).__name__}: {said} ({Path(where.filename).name}:{where.lineno})")
        )
    seen.faults = [(kind, f"seed {seed} ({', '.join(draft.done)}): {what}") for kind, what in seen.faults]
    return seen


def _judged(draft: Draft, folder: Path, *, is_whole: bool) -> Iterator[tuple[str, str]]:
    office = load.office(folder)
    result = next_period.with_earlier(sampled.with_sample(at_once.result(office), office), office, folder)
    result = pictured.with_images(drifted.with_drift(result, str(folder)), office)
    yield from rows(draft, result)
    yield from () if draft.says_else else verdicts(result)
    for of_edition in (Edition.SHAREABLE, Edition.OFFICE):
        told = edition.in_edition(result, of_edition, office.key)
        yield from names(told)
        if is_whole:
            yield from _shown(told)
    if is_whole:
        yield from _written(result, office, folder)


def rows(draft: Draft, result: Result) -> Iterator[tuple[str, str]]:
    """Each row of a record is judged, a problem, a duplicate or of another system; and none is gone before that."""
    for record, counted in result.accounting.items():
        names = [name for name in draft.tables if name.partition(".")[0] == record and name not in draft.cut]
        told = counted.judged + counted.problems + counted.duplicates
        if counted.rows != told:
            yield "rows", f"{record}: {counted.rows} rows, {told} told"
        unused = {problem.file for problem in result.problems if problem.problem.startswith(("file_", "sheet_"))}
        if any(f"{name}.{ending}" in unused for name in names for ending in ("csv", "xlsx")):
            continue
        written, intact = sum(map(draft.rows, names)), Counter(code for name in names for code in draft.intact(name))
        if counted.rows + counted.left_out < written or counted.rows < intact.total():
            yield "rows", f"{record}: {written} written, {intact.total()} with a code, {counted.rows} read"


def verdicts(result: Result) -> Iterator[tuple[str, str]]:
    """A dossier whose true verdict is known has that one or none."""
    for one in result.judged:
        true = TRUTH.get(one.dossier_id, "")
        if (one.verdict in GUILTY and true not in GUILTY) or (one.verdict in INNOCENT and true in GUILTY):
            yield "verdict", f"{one.dossier_id} is {true or 'of nobody'}, judged {one.verdict}"


def names(told: Result) -> Iterator[tuple[str, str]]:
    """Nobody planted in the folder stands in an edition that has no names."""
    said = words(told.as_json())
    yield from (("name", f"{name} in {told.edition}") for name in NAMES if words(name) in said)


def _shown(told: Result) -> Iterator[tuple[str, str]]:
    files = {piece.__name__: str(getattr(shown := piece(told), "html", shown)) for piece in PIECES}
    searched = Searched(files | {"cases.xlsx": workbook(told)})
    yield from (("name", f"{name} on the page of {told.edition}") for name in NAMES if searched.has(name))


def _written(result: Result, office: Office, folder: Path) -> Iterator[tuple[str, str]]:
    what_was_read.lines(what_was_read.what_was_read(office, "vi"), "vi")
    for piece in PIECES:
        piece(result)
    workbook(result)
    letters = made.letters(result, list(contents.KINDS), partial(kept.template, folder), office.key)
    for name, one in letters.items():
        if one.made_from.edition == Edition.OFFICE and any(map(Searched({name: one.content}).has, NAMES)):
            yield "name", f"in the letter {name}"
        if (
            one.content.startswith(b"PK")
            and Searched({name: one.content}).has("49")
            and "{{ 7*7 }}" in str(office.tables)
        ):
            yield "exception", f"a template of a file was evaluated in {name}"
