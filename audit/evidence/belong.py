"""Whether the files of an audit belong together: each as the manifest lists it, and all made from one result.json."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import unescape
from typing import Any

from pydantic import ValidationError

from audit.evidence import said
from audit.evidence.given import Outputs
from audit.evidence.said import Line, named
from audit.findings.result import Result
from audit.findings.schema import SCHEMA_VERSION
from audit.ground import scratch, terms
from audit.ground.terms import AuditError, Edition
from audit.ground.version import RULES
from audit.reading import sheets
from audit.reading.previous import NOT_LOOKED_FOR
from audit.running import execute, export, manifest, toolkit
from audit.running.export import AUDIT
from audit.running.manifest import Manifest

_ON_PAGE = {  # what a page says of itself, in the tags that hold all of it
    "result": re.compile(r'<main id="main"[^>]*? data-result="([0-9a-f]{64})"'),
    "edition": re.compile(r'<body data-edition="([a-z]+)"'), "lang": re.compile(r'<html lang="([a-z]+)"'),
    "as_of": re.compile(r'<main id="main"[^>]*? data-as-of="(\d{4}-\d\d-\d\d)"'),
}  # fmt: skip


def as_listed(outputs: Outputs) -> Iterator[Line]:
    """Each file against the manifest."""
    listed = outputs.listed
    if listed is None:
        yield said.unknown("no_manifest", manifest=manifest.NAME)
        return
    yield from of_manifest(listed, outputs.files, outputs.missing)
    if outputs.others:
        yield said.unknown("not_listed", files=named(outputs.others))


def of_manifest(listed: Manifest, files: Mapping[str, bytes], missing: tuple[str, ...] = ()) -> Iterator[Line]:
    """Files against a manifest that lists them."""
    changed = [name for name, mark in listed.files.items() if name in files and not mark.is_of(files[name])]
    for name in sorted(missing):
        yield said.differs("listed_missing", file=name)
    for name in sorted(changed):
        then, now = listed.files[name].sha256, hashlib.sha256(files[name]).hexdigest()
        yield said.differs("listed_changed", file=name, then=then[:16], now=now[:16])
    if not missing and not changed:
        yield said.same("as_listed", count=len(listed.files), manifest=manifest.NAME)


def signature(outputs: Outputs, public_key: bytes | None, name: str) -> Line:
    """What a signature over the manifest shows: which key it fits, never who holds that key."""
    signed, content = outputs.files.get(manifest.SIGNATURE), outputs.files.get(manifest.NAME)
    if signed is None or content is None:
        return said.differs("not_signed_by", file=name) if public_key else said.unknown("not_signed")
    if public_key is None:
        return said.unknown("signed_no_key", signature=manifest.SIGNATURE)
    from audit.evidence import signing  # noqa: PLC0415  only where there is a key to look with

    mark = signing.fingerprint(public_key, name)
    if signing.fits(content, signed, public_key, name):
        return said.same("signed", file=name, fingerprint=mark)
    return said.differs("signed_by_another", file=name, fingerprint=mark)


def result_of(outputs: Outputs) -> tuple[Result | None, Line | None]:
    """The result that is given, or why there is none."""
    written = outputs.files.get(AUDIT.result)
    if written is None:
        return None, said.unknown("no_result", file=AUDIT.result)
    try:
        found = Result.model_validate_json(written)
        terms.refuse_wrong(found.parameters["lang"], found.edition)
        return found, None
    except (ValidationError, ValueError, RecursionError, KeyError, AuditError):
        return None, _unreadable(written)


def _unreadable(written: bytes) -> Line:
    try:
        version = json.loads(written).get("schema_version")
    except (ValueError, RecursionError, AttributeError):
        return said.differs("result_broken", file=AUDIT.result)
    if isinstance(version, str) and version != SCHEMA_VERSION:
        return said.unknown("result_of_other_schema", file=AUDIT.result, written=version[:20], here=SCHEMA_VERSION)
    return said.differs("result_broken", file=AUDIT.result)


def parameters(outputs: Outputs, result: Result | None) -> dict[str, str] | None:
    """The parameters of the run, by the result or else by the page; None where neither tells them."""
    if result:
        how = {name: result.parameters[name] for name in ("images",) if name in result.parameters}
        if result.next_period and result.next_period.why_not == "not_looked_for":
            how["previous"] = NOT_LOOKED_FOR[0]
        return {"as_of": result.as_of.isoformat(), "lang": result.lang, "edition": result.edition.value, **how}
    told = on_page(outputs)
    found = {name: told.get(name, "") for name in ("as_of", "lang", "edition")}
    is_known = found["lang"] in terms.LANGUAGES and found["edition"] in list(Edition)
    return found if is_known else None


def on_page(outputs: Outputs) -> dict[str, str]:
    """What the page says of itself: the hash of its result, its edition, language and day of audit."""
    page = outputs.files.get(AUDIT.page, b"").decode("utf-8", "replace")
    return {name: unescape(match[1]) for name, pattern in _ON_PAGE.items() if (match := pattern.search(page))}


def made_by(outputs: Outputs, result: Result | None) -> Iterator[Line]:
    """By which rules, calendar and program the outputs were made, and whether these are at work here."""
    rules = result.versions.get("rules", "") if result else outputs.listed.rules if outputs.listed else ""
    if not rules:
        return
    yield said.same("rules", rules=rules) if rules == RULES else said.differs("other_rules", rules=rules, here=RULES)
    if outputs.listed:
        is_same = outputs.listed.calendar == toolkit.calendar()
        mark = outputs.listed.calendar[:16]
        yield (said.same if is_same else said.differs)("calendar" if is_same else "other_calendar", mark=mark)
        if outputs.listed.toolkit != toolkit.toolkit():
            yield said.unknown("other_toolkit", program=outputs.listed.program, here=toolkit.program())


def told_alike(outputs: Outputs, result: Result) -> Iterator[Line]:
    """Whether manifest, page, workbook and record are of this very result."""
    mark, told = hashlib.sha256(outputs.files[AUDIT.result]).hexdigest(), on_page(outputs)
    if outputs.listed and (other := _other_head(outputs.listed, result)):
        yield said.differs("manifest_of_another", manifest=manifest.NAME, entry=other)
    if AUDIT.page in outputs.files:
        is_of = told.get("result") == mark
        yield (said.same if is_of else said.differs)("page_of_result" if is_of else "page_of_another", file=AUDIT.page)
    if AUDIT.workbook in outputs.files:
        is_of = _says(outputs.files[AUDIT.workbook], mark)
        yield (said.same if is_of else said.differs)("book_of_result" if is_of else "book_of_another",
                                                     file=AUDIT.workbook)  # fmt: skip


def _other_head(listed: Manifest, result: Result) -> str:
    """The first entry of a manifest that is not that of the result; empty where there is none."""
    pairs = {
        "commune": (listed.commune, result.office.commune), "first_on": (listed.first_on, result.period.first_on),
        "last_on": (listed.last_on, result.period.last_on), "as_of": (listed.as_of, result.as_of),
        "edition": (listed.edition, result.edition), "rules": (listed.rules, result.versions.get("rules")),
        "lang": (listed.lang, result.lang),
    }  # fmt: skip
    return next((name for name, (one, other) in pairs.items() if one != other), "")


def _says(book: bytes, mark: str) -> bool:
    """Whether a workbook names a hash."""
    try:
        return any(
            cell == mark for sheet in sheets.read(AUDIT.workbook, book)[:1] for _, row in sheet.rows for cell in row
        )
    except AuditError:
        return False


def shown_again(outputs: Outputs, result: Result) -> Iterator[Line]:
    """Whether page, workbook and calendar are those that this result gives, to the byte."""
    is_ours = _is_ours(outputs, result)
    made = _made_of(outputs.files[AUDIT.result], result)
    for name in (AUDIT.page, AUDIT.workbook, AUDIT.calendar):
        if name in outputs.files:
            yield _alike(outputs.files[name] == made.get(name), name, is_ours=is_ours)
    if {AUDIT.record, AUDIT.page} <= outputs.files.keys():
        page = _page_of(outputs.files[AUDIT.record], outputs.files[AUDIT.result], result.lang)
        yield _alike(outputs.files[AUDIT.page] == page, AUDIT.page, AUDIT.record, is_ours=is_ours)


def _alike(is_same: bool, name: str, source: str = AUDIT.result, *, is_ours: bool) -> Line:
    if is_same:
        return said.same("shown_again", file=name, result=source)
    return (said.differs if is_ours else said.unknown)(
        "shown_otherwise" if is_ours else "shown_by_another", file=name, result=source
    )


def _is_ours(outputs: Outputs, result: Result) -> bool:
    """Whether outputs say that the very program at work here made them, so that every byte must come out alike."""
    if outputs.listed:
        return outputs.listed.toolkit == toolkit.toolkit()
    return result.versions.get("rules") == RULES and result.versions.get(toolkit.DISTRIBUTION) == toolkit.program()


def _made_of(written: bytes, result: Result) -> Mapping[str, bytes]:
    """The page and workbook that the notebook makes of a result that is there."""
    from audit.running.jupyter import nbformat  # noqa: PLC0415  heavy

    notebook = nbformat.from_dict(execute.notebook())
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    first = next(at for at, cell in enumerate(cells) if cell.source.startswith("report.style("))
    for cell in cells[1:first]:
        cell.source = ""
    cells[1].source = _TAKEN_UP
    with scratch.folder() as own:
        given = {"folder": written.decode(), "as_of": "", "lang": result.lang, "edition": result.edition.value}
        done = partial(execute.here, notebook, given, str(own), execute.SECONDS)
        return _or_else({}, lambda: export.files(AUDIT, done(), given))


_TAKEN_UP = """\
from audit.findings.result import Result
from audit.page import report

found = Result.model_validate_json(folder)"""


def _page_of(record: bytes, written: bytes, lang: str) -> bytes:
    """The page that a record gives; nothing where it is no record."""
    from audit.running.jupyter import nbformat  # noqa: PLC0415  heavy

    def page() -> bytes:
        return export.page(AUDIT, nbformat.reads(record.decode(), as_version=4), written.decode(), lang).encode()

    return _or_else(b"", page)


def _or_else(nothing: Any, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception:  # whatever a file that somebody changed leads to, it is not what a run makes
        return nothing
