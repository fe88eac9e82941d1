"""Editions of a Drift: each field has its rule here, for the audited office and for anybody; one without has none.

The office sees how many dossiers its exports show otherwise, and no lead. Anybody sees masked codes, days and terms; no
text of a file, and no code at all where there is no key to mask it with.
"""

from audit.drift.drifted import Difference, Dossier, Drift, ExportSeen, NotPlaced, Step
from audit.findings.edition import plain_file
from audit.ground.key import dossier_code, fingerprint
from audit.ground.terms import Edition
from audit.reading.cells import DAYS
from audit.records.registry import RECORDS

_TERMS = ("word", "yes_no")  # kinds of cells that say what is listed, and nothing that somebody wrote


def in_edition(drift: Drift, edition: str, key: bytes) -> Drift:
    """The `edition` of a Drift: the internal one is itself. `key`: the office's, b"" where there is none."""
    if edition == Edition.INTERNAL:
        return drift
    is_shareable = edition == Edition.SHAREABLE
    return Drift(
        schema_version=drift.schema_version, edition=Edition(edition), commune=drift.commune, made_up=drift.made_up,
        first_on=drift.first_on, last_on=drift.last_on, reporting_on=drift.reporting_on,
        parameters={"lang": drift.lang, "edition": edition}, versions=drift.versions,
        exports=tuple(_export(one, key) for one in drift.exports),
        not_placed=tuple(NotPlaced(name=_name(one.name), why=one.why, message="") for one in drift.not_placed),
        steps=tuple(_shareable(one, key) if is_shareable else _for_office(one) for one in drift.steps),
        is_keyed=bool(key),
    )  # fmt: skip


def _name(name: str) -> str:
    return ", ".join(plain_file(one) for one in name.split(", "))


def _export(one: ExportSeen, key: bytes) -> ExportSeen:
    return ExportSeen(
        name=_name(one.name), sha256=fingerprint({"input": one.sha256}, key) if key else "", made_on=one.made_on,
        told_by=one.told_by, rows=one.rows, without_code=one.without_code, first_received_on=one.first_received_on,
        last_received_on=one.last_received_on,
    )  # fmt: skip


def _for_office(step: Step) -> Step:
    return step.model_copy(update={"kinds": {}, "listed": ()})


def _shareable(step: Step, key: bytes) -> Step:
    listed = [_dossier(one, dossier_code(one.dossier_id, key) if key else "") for one in step.listed]
    if key:  # records stand in the order of their codes
        listed.sort(key=lambda one: (list(step.kinds).index(one.kind) if one.kind else len(step.kinds), one.dossier_id))
    return step.model_copy(update={"listed": tuple(listed)})


def _dossier(one: Dossier, code: str) -> Dossier:
    return Dossier(
        dossier_id=code, group=one.group, kind=one.kind, differences=tuple(map(_difference, one.differences)),
        was=one.was, now=one.now, due_on=one.due_on, after_due=one.after_due, after_report=one.after_report,
        row_old=None, row_new=None,
    )  # fmt: skip


def _difference(one: Difference) -> Difference:
    kind = RECORDS["software"][one.column].kind
    is_shown = one.is_shown and kind in (*DAYS, *_TERMS)
    was, now = (_passed(value, kind) if is_shown else None for value in (one.was, one.now))
    return Difference(column=one.column, was=was, now=now, is_told=one.is_told, is_shown=is_shown)


def _passed(value: str | None, kind: str) -> str | None:
    """A term, or the day of a moment: an hour tells which of a day's dossiers one is."""
    return value.partition("T")[0] if value and kind in DAYS else value
