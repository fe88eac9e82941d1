"""Editions: the whole of what was found, for those who may see the records; and what of it anybody may see.

What is shared is allowed by list: each field of each part of a Result has its rule in `SHARED`, and one without a rule
cannot be shared. No text of a file passes: what was read from it is said in our own words. Personal data: Law
91/2025/QH15 and Decree 356/2025 since 2026, Decree 13/2023 before.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audit import key as keys
from audit.load.values import folded, may_be_personal
from audit.result import schema
from audit.result.schema import Claim, FieldCount, Part, Result
from audit.terms import Edition, UnitLevel, Verdict, has, text

FEWEST = 5  # dossiers in a group of which something is told
_MOST_DIGITS = {
    "dong": 12
}  # of a printed figure; more, or a leading 0 before many, may be a telephone or identity number
_FEW_DIGITS = 8
_FIGURE = re.compile(r"(?!0\d{3})[\d\s.,%/()đ]{1,40}")
_PRINTED_DAYS = re.compile(r"\d{1,2}/\d{1,2}(/\d{4})?(\s*[–-]\s*\d{1,2}/\d{1,2}(/\d{4})?)?")
_SECTION = re.compile(r"(?:[IVX]{1,5}|\d{1,2})(?:[.)](?:\d{1,2}|[a-zđ])(?![\w]))*[.)]?(?!\w)")
_SAID = frozenset((  # what reports say in words where a figure or a state is meant
    "không", "không có", "tất cả", "toàn bộ", "trước hạn", "đúng hạn", "trước và đúng hạn", "đạt", "cơ bản đạt",
    "chưa đạt", "chưa đạt 100%", "quá nhiều", "chưa thực hiện việc xin lỗi",
))  # fmt: skip
_LIFE_EVENTS = re.compile(r"(.+:)?interlinked_(birth|death)_\w+")  # measures that count births or deaths
_PLACE = re.compile(r"\d{1,5}")
_TIME_OR_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?|\d{1,6}")


@dataclass(frozen=True)
class _Sharing:
    """What the rules need beside a value: the whole Result, the key, the numbers of its claims, its units' names."""

    result: Result
    key: bytes
    claims: Mapping[str, str]
    units: Mapping[str, str]
    may_tell_life_events: bool

    def say(self, name: str, **values: object) -> str:
        return text(name, self.result.lang, **values)

    @property
    def hidden(self) -> str:
        return self.say("page.not_shared")


Rule = Callable[[object, Part, _Sharing], object]


def of(result: Result, edition: Edition, key: bytes) -> Result:
    """The `edition` of a Result: the internal one is `result` itself.

    In the shareable one a dossier's code is everywhere the one that the office's key makes of it.
    """
    if edition == Edition.INTERNAL:
        return result
    numbers = {claim.claim: str(place) for place, claim in enumerate(result.claims, start=1)}
    return _part(result, result, _Sharing(result, key, numbers, _units(result), _may_tell_life_events(result)))


def _may_tell_life_events(result: Result) -> bool:
    """Whether of births and of deaths none, or enough, are counted and reported: else neither is told."""
    counted = [
        bound
        for measure, by_definition in result.counts.items() if _LIFE_EVENTS.fullmatch(measure)
        for count in by_definition.values() for bound in (count.at_least, count.at_most)
    ]  # fmt: skip
    written = [one.written for one in result.claims if _LIFE_EVENTS.fullmatch(one.measure) and one.unit != "percent"]
    reported = [int(digits) if (digits := re.sub(r"\D", "", text)) else 1 for text in written]
    return all(count == 0 or count >= FEWEST for count in [*counted, *reported] if count is not None)


def _units(result: Result) -> dict[str, str]:
    """Units by where they stand, numbered: an officer may be listed as one."""
    levels = {unit.unit: unit.level for unit in result.units}
    levels |= {stay.unit: stay.level for case in result.cases for stay in case.stays if stay.unit not in levels}
    numbers: dict[UnitLevel, int] = {}
    named = {}
    for unit, level in levels.items():
        numbers[level] = numbers.get(level, 0) + 1
        named[unit] = text("page.unit_numbered", result.lang, level=text(f"unit_level.{level}", result.lang),
                           number=numbers[level])  # fmt: skip
    return named


# Rules: what becomes of a field, given its value, the part it is of, and what else is known ---------------------------


def _same(value: object, part: Part, sharing: _Sharing) -> object:
    """A number, a day, a term, or words of our own: no text of a file."""
    return value


def _part(value: Part, part: Part, sharing: _Sharing) -> Part:
    rules = SHARED[type(value)]
    return type(value)(**{name: rules[name](getattr(value, name), value, sharing) for name in type(value).model_fields})


def _parts(value: Iterable[Part] | Mapping[str, Part], part: Part, sharing: _Sharing) -> object:
    if isinstance(value, Mapping):
        return {name: _part(one, part, sharing) for name, one in value.items()}
    return tuple(_part(one, part, sharing) for one in value)


def _null(value: object, part: Part, sharing: _Sharing) -> None:
    """Not shared; null says so."""


def _empty(value: object, part: Part, sharing: _Sharing) -> object:
    """Not shared: no text, nothing in a list."""
    return "" if isinstance(value, str) else ()


def _hidden(value: object, part: Part, sharing: _Sharing) -> str:
    """Not shared, and the page says that something stands there."""
    return sharing.hidden


def _code(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    return None if value is None else keys.dossier_code(value, sharing.key)


def _codes(value: Iterable[str], part: Part, sharing: _Sharing) -> tuple[str, ...]:
    return tuple(sorted(keys.dossier_code(one, sharing.key) for one in value))


def _place(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A page or line of a book or report: a number, else nothing."""
    return value if value is not None and _PLACE.fullmatch(value) else None


def _unit(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    return None if value is None else sharing.units.get(value, sharing.hidden)


def _only_day(value: str, part: Part, sharing: _Sharing) -> str:
    return value[:10]


def _heading(value: str, part: schema.Cell, sharing: _Sharing) -> str:
    return sharing.say(f"column.{part.column}")


def _as_read(value: str | None, part: schema.Cell, sharing: _Sharing) -> str | None:
    """What was read from a cell, in our words, in place of what is written in it."""
    if value is None or part.value is None:
        return value and sharing.hidden
    if part.column in ("unit", "from_unit", "to_unit"):
        return sharing.say(f"unit_level.{part.value}")
    if part.column == "signed":
        return sharing.say("page.signed" if part.value == "yes" else "page.not_signed")
    if has(f"{part.column}_word.{part.value}"):
        return sharing.say(f"{part.column}_word.{part.value}")
    if has(f"{part.column}.{part.value}"):
        return sharing.say(f"{part.column}.{part.value}")
    moment = datetime.fromisoformat(part.value)
    return f"{moment:%d/%m/%Y %H:%M}" if "T" in part.value else f"{moment:%d/%m/%Y}"


def _group(value: str, part: schema.LeadDossier, sharing: _Sharing) -> str:
    """What dossiers of a lead share: a day, a minute or a run of lines; else it is another dossier's code."""
    return value if _TIME_OR_NUMBER.fullmatch(value) else keys.dossier_code(value, sharing.key)


def _headings(value: Mapping[str, str], part: Part, sharing: _Sharing) -> dict[str, str]:
    return {name: sharing.say(f"column.{name}") for name in value}


def _problem_column(value: str, part: schema.Problem, sharing: _Sharing) -> str:
    columns = sharing.result.columns.get(part.record)
    names = [name for name, heading in columns.found.items() if heading == value] if columns else []
    return sharing.say(f"column.{names[0]}") if names else ""


def _message(value: str, part: schema.Problem, sharing: _Sharing) -> str:
    return sharing.say(f"problem.{part.problem}", written="…", near="")


def _claim(value: str, part: Part, sharing: _Sharing) -> str:
    """The number of a reported figure in its list, in place of the sign that somebody gave it."""
    return sharing.claims[value]


def _claims(value: Iterable[str], part: Part, sharing: _Sharing) -> tuple[str, ...]:
    return tuple(sharing.claims[one] for one in value if one in sharing.claims)


def _measure(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A measure, table or part that has a name of ours, with what is of it; else nothing of what was written."""
    if value is None:
        return None
    before, _, name = value.rpartition(":")
    is_ours = any(has(f"{section}.{name}") for section in ("measure", "table", "part"))
    return value if is_ours and (not before or has(f"of_measure.{before}") or before == "again") else "unlisted"


def _measures(value: Iterable, part: Part, sharing: _Sharing) -> tuple:
    """Numbers with the measures that they are of, however nested."""
    return tuple(
        _measure(one, part, sharing) if isinstance(one, str)
        else _measures(one, part, sharing) if isinstance(one, tuple)
        else one
        for one in value
    )  # fmt: skip


def _sums(value: Iterable, part: Part, sharing: _Sharing) -> tuple:
    return tuple(
        (total, tuple((sign, figure, _measure(name, part, sharing)) for sign, figure, name in of_))
        for total, of_ in value
    )


def is_plain_figure(written: str | None, unit: str) -> bool:
    """Whether what a report prints is a figure and nothing else: no word, telephone, or identity number."""
    is_day = unit == "day" and written is not None and _PRINTED_DAYS.fullmatch(written)
    if written is None or is_day or folded(written) in _SAID:
        return True
    digits = sum(character.isdigit() for character in written)
    is_short = digits <= _MOST_DIGITS.get(unit, _FEW_DIGITS)
    return bool(_FIGURE.fullmatch(written)) and digits > 0 and is_short and not may_be_personal(written)


def _is_plain(claim: Claim) -> bool:
    is_figure = all(is_plain_figure(one, claim.unit) for one in (claim.written, claim.out_of_written))
    return is_figure and has(f"measure.{claim.measure}")


def _is_told(measure: str, sharing: _Sharing) -> bool:
    return sharing.may_tell_life_events or not _LIFE_EVENTS.fullmatch(measure)


def _of_claim(value: str | None, part: Claim, sharing: _Sharing) -> str | None:
    return value if value is None or (_is_plain(part) and _is_told(part.measure, sharing)) else sharing.hidden


def _count(value: object, part: Part, sharing: _Sharing) -> object:
    """A number, unless it counts births or deaths of which there are too few."""
    return value if _is_told(part.measure, sharing) else None


def _tried(value: Iterable[schema.Tried], part: Claim, sharing: _Sharing) -> object:
    return _parts(value, part, sharing) if _is_told(part.measure, sharing) else ()


def _fitting(value: int, part: Part, sharing: _Sharing) -> int | None:
    return value if value == 0 or value >= FEWEST else None


def _section(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """The number of a report's section, without its title."""
    found = value and _SECTION.match(value)
    return found.group() if found else None


def _of_claims(value: object, part: Part, sharing: _Sharing) -> object:
    """A text that is made of reported figures, unless what is written of one of them is more than a figure."""
    named = set(getattr(part, "claims", ())) | {getattr(part, "claim", "")}
    told = str(value)
    of = [one for one in sharing.result.claims if one.claim in named]
    if not all(_is_told(one.measure, sharing) for one in of):
        return sharing.hidden
    for one in (one for one in of if not _is_plain(one)):
        unnamed = () if has(f"measure.{one.measure}") else (one.measure,)
        if any(words and words in told for words in (one.written, one.out_of_written, *unnamed)):
            return sharing.hidden
    return value


def _number_of_claims(value: float | None, part: schema.Identity, sharing: _Sharing) -> float | None:
    return value if all(_is_told(measure, sharing) for measure, _ in part.terms) else None


def _terms(value: tuple[tuple[str, str], ...], part: schema.Identity, sharing: _Sharing) -> tuple:
    return tuple((_measure(name, part, sharing), _of_claims(written, part, sharing)) for name, written in value)


def _fields(value: Iterable[FieldCount], part: Part, sharing: _Sharing) -> tuple[FieldCount, ...]:
    return merged(value)


def merged(fields: Iterable[FieldCount]) -> tuple[FieldCount, ...]:
    """Fields with too few dossiers of a kind joined in one last row: every count is 0 or at least FEWEST.

    Where the joined row has too few itself, the smallest field left is joined to it, and so on, down to one row: so no
    smaller count can be had by subtraction. A field without a name, or whose name may be somebody's, is joined.
    """
    rows = sorted(fields, key=lambda row: (-row.dossiers, row.field))
    told = [row for row in rows if row.field and not may_be_personal(row.field) and _is_safe(row)]
    joined = [row for row in rows if row not in told]
    while joined and told and not _is_safe(_joined(joined)):
        joined.append(told.pop())
    return (*told, *((_joined(joined),) if joined else ()))


def _is_safe(row: FieldCount) -> bool:
    return all(count == 0 or count >= FEWEST for count in (row.late_in_software, row.in_time_in_software, row.neither))


def _joined(rows: Iterable[FieldCount]) -> FieldCount:
    counted = ("merged", "dossiers", "late_in_software", "in_time_in_software", "neither")
    rows = list(rows)
    return FieldCount(field="", **{name: sum(getattr(row, name) for row in rows) for name in counted})


def _cases(value: Iterable[schema.Case], part: Part, sharing: _Sharing) -> tuple[schema.Case, ...]:
    """Cases in an order that tells nothing of their codes."""
    rank = {verdict: place for place, verdict in enumerate(Verdict)}
    shared = _parts(value, part, sharing)
    return tuple(sorted(shared, key=lambda one: (rank[one.verdict], one.due_on or date.max, one.dossier_id)))


def _others(value: Iterable[schema.Dossier], part: Part, sharing: _Sharing) -> tuple[schema.Dossier, ...]:
    return tuple(sorted(_parts(value, part, sharing), key=lambda one: one.dossier_id))


def _lead_dossiers(value: Iterable[schema.LeadDossier], part: Part, sharing: _Sharing) -> tuple:
    return tuple(sorted(_parts(value, part, sharing), key=lambda one: (one.group, one.dossier_id)))


def _counts(value: Mapping[str, Mapping], part: Part, sharing: _Sharing) -> dict:
    told = {name: counted for name, counted in value.items() if _is_told(name, sharing)}
    return {name: _parts(counted, part, sharing) for name, counted in told.items()}


def _edition(value: object, part: Part, sharing: _Sharing) -> Edition:
    return Edition.SHAREABLE


def _parameters(value: Mapping[str, str], part: Part, sharing: _Sharing) -> dict[str, str]:
    return {**value, "edition": Edition.SHAREABLE}


def _note(value: str, part: Part, sharing: _Sharing) -> str:
    return keys.fingerprint(value, sharing.key)


def _each(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


SHARED: dict[type[Part], dict[str, Rule]] = {
    Result: _each(_same, "schema_version as_of versions verdicts late_in_software in_time_in_software populations "
                         "unread has_signature_column missing are_apologies_missing found_in apologies")
    | _each(_part, "office period smallest")
    | _each(_parts, "inputs accounting columns causes on_time traced undecided units contradictions leads proposals "
                    "corrections sources notes claims soft_spots identities mends denominators flow problems "
                    "duplicates left_out")
    | {"edition": _edition, "parameters": _parameters, "cases": _cases, "others": _others, "fields": _fields,
       "counts": _counts},
    schema.OfficeName: _each(_same, "commune district province made_up report"),  # typed for the page
    schema.Period: _each(_same, "first_on last_on"),
    schema.Input: _each(_same, "name sha256 rows"),
    schema.Accounting: _each(_same, "rows judged problems duplicates left_out"),
    schema.Columns: {"found": _headings, "not_found": _same, "unused": _empty},
    schema.Share: _each(_same, "numerator denominator percent"),
    schema.OnTime: _each(_same, "numerator denominator percent") | _each(_part, "at_least at_most"),
    schema.CauseCount: _each(_same, "verdict cause cause_proved dossiers"),
    schema.Cell: {"column": _same, "heading": _heading, "written": _as_read, "value": _same},
    schema.Evidence: _each(_same, "record file row fate strength corrected") | _each(_place, "page line")
    | {"sheet": _empty, "cells": _parts},
    schema.DueDate: _each(_same, "basis due_on stands verdict"),
    schema.Stay: _each(_same, "level held_from held_until held_workdays part_due_at is_past_part_due is_waiting")
    | {"unit": _unit},
    schema.DayOff: _each(_same, "day why decision decided_on is_decided_later"),
    schema.Case: _each(_same, "dossier_code fingerprint population verdict rule reason sources change cause "
                              "cause_proved cause_reason received_on due_on due_on_register term_workdays "
                              "stopped_workdays workdays_to_due ready_on issued_on paper_strength returned_on "
                              "closed_on closed_late_workdays apology apologised_on new_due_on has_vanished "
                              "contradictions leads")
    | _each(_null, "procedure field term_source") | _each(_parts, "due_dates days_off stays evidence")
    | {"dossier_id": _code, "holder_at_due": _unit},
    schema.Dossier: _each(_same, "dossier_code population verdict received_on due_on returned_on closed_on")
    | _each(_null, "procedure field") | {"dossier_id": _code},
    schema.FieldCount: {},  # by `_fields`, all at once
    schema.Note: _each(_same, "finding fingerprint is_current is_contested verdict_then position")
    | _each(_empty, "text evidence by") | _each(_only_day, "at added_at") | {"note": _note, "dossier_id": _code},
    schema.Source: _each(_same, "id topic text in_force_from in_force_to sureness"),
    schema.Contradiction: {"kind": _same, "dossiers": _codes},
    schema.LeadDossier: {"dossier_id": _code, "group": _group},
    schema.Lead: _each(_same, "kind out_of explanation") | {"dossiers": _lead_dossiers},
    schema.UnitTime: _each(_same, "level dossiers stays counted workdays past_part_due waiting not_handed_on "
                                  "cannot_be_told") | {"unit": _unit},
    schema.Traced: _each(_same, "closed dossiers overturned"),
    schema.Undecided: _each(_same, "verdict rule reason change dossiers percent_points"),
    schema.Proposal: _each(_code, "dossier_id_software dossier_id_register")
    | _each(_empty, "sheet_software sheet_register") | _each(_same, "row_software row_register score reasons"),
    schema.Correction: _each(_same, "record row column on") | _each(_hidden, "was now why by") | {"sheet": _empty},
    schema.Recounted: _each(_same, "at_least at_most"),
    schema.Tried: _each(_same, "definition at_least at_most out_of outcome") | {"of": _measure},
    schema.Claim: _each(_same, "unit reading is_confirmed definition outcome")
    | _each(_count, "at_least at_most out_of")
    | _each(_of_claim, "written out_of_written") | _each(_measure, "measure of") | _each(_place, "page line")
    | {"claim": _claim, "section": _section, "quote": _null, "tried": _tried, "explanation": _of_claims},
    schema.Identity: _each(_same, "identity source outcome is_confirmed")
    | _each(_number_of_claims, "expected found difference exact")
    | {"terms": _terms, "claims": _claims},
    schema.Mend: _each(_same, "instead mended broken is_confirmed")
    | {"claim": _claim, "measure": _measure, "written": _of_claims},
    schema.Denominator: _each(_same, "numerator totals is_confirmed") | _each(_measures, "stated_as counted_as")
    | {"claim": _claim, "claims": _claims, "measure": _measure, "written": _of_claims, "sums": _sums},
    schema.SoftSpot: _each(_same, "soft_spot is_confirmed") | {"sentence": _of_claims, "claims": _claims},
    schema.Candidate: _each(_same, "reason") | _each(_fitting, "fitting of_kind") | {"dossiers": _empty},
    schema.Uneven: _each(_same, "solution dossiers channel state")
    | _each(_measures, "counted_in left_out_of definitions") | {"candidates": _parts},
    schema.Smallest: _each(_same, "dossiers reason is_complete is_confirmed") | {"uneven": _parts, "claims": _claims},
    schema.Flow: _each(_measure, "table measure") | _each(_same, "starts_at dossiers left_out"),
    schema.Problem: _each(_same, "record file row problem") | _each(_empty, "sheet")
    | {"column": _problem_column, "written": _empty, "message": _message},
    schema.Duplicate: _each(_same, "record file row") | {"sheet": _empty, "dossier_id": _code},
    schema.LeftOut: _each(_same, "record file row why") | _each(_empty, "sheet written"),
}  # fmt: skip
