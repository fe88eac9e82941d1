"""SQL that packs a row into an integer, as `packs` unpacks it; NULL where a cell is not certain to be read alike."""

from collections.abc import Mapping
from datetime import date

from audit.ground.terms import UnitLevel
from audit.judging.recompute import CUT_OFF_HOUR
from audit.lake import packs
from audit.reading import shapes

VIETNAM_US = 7 * 3600 * 1_000_000

Types = Mapping[str, str]  # of the columns of a raw record


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def is_readable(code: str) -> str:
    """Whether a code can certainly be read; false for none."""
    return f"coalesce(regexp_full_match(trim({code}), {quoted(shapes.READABLE_CODE)}), false)"


def software(types: Types, as_of: date, *, has_terms: bool, hours_count: bool) -> str:
    """A row of the software; `word_status`, `word_unit` and `word_procedure` are joined to it by their texts."""
    received, due, closed = (stamp(name, types[name]) for name in packs.SOFTWARE_DAYS)
    no_hour = f"length(trim(due_at)) <= {len('31/08/2023')}" if types["due_at"] == "VARCHAR" else f"{due}::DATE = {due}"
    due = f"CASE WHEN {no_hour} THEN {due} + INTERVAL '86399 seconds' ELSE {due} END"
    days = [_day(name, types, as_of, is_needed=name == "received_at") for name in packs.SOFTWARE_DAYS]
    parts = [f"({day} << {packs.DAY_BITS * at})" for at, day in enumerate(days)]
    parts.append(f"(coalesce({closed} <= {due}, false)::BIGINT << {packs.IN_TIME_AT})")
    is_at_receipt = f"coalesce(date_trunc('minute', {due}) <= date_trunc('minute', {received}), false)"
    parts.append(f"({is_at_receipt}::BIGINT << {packs.DUE_AT_RECEIPT_AT})")
    if hours_count:
        parts.append(f"((hour({received}) >= {CUT_OFF_HOUR})::BIGINT << {packs.LATE_HOUR_AT})")
    if "status" in types:
        parts.append(f"(CASE WHEN {_is_empty('status')} THEN 0 ELSE word_status.id END << {packs.STATUS_AT})")
    parts.append(f"({_level(types)} << {packs.LEVEL_AT})")
    if has_terms:
        parts.append(f"(CASE WHEN word_procedure.text IS NULL THEN 0 ELSE word_procedure.id END << {packs.TERM_AT})")
    return " | ".join([*parts, _mark(types)])


def register(types: Types, as_of: date) -> str:
    """A line of the register; `word_signed` is joined to it where signatures are texts."""
    parts = [
        f"({_day(name, types, as_of)} << {packs.DAY_BITS * at})" if name in types else "0::BIGINT"
        for at, name in enumerate(packs.REGISTER_DAYS)
    ]
    if "signed" in types:
        yes, no = packs.SIGNED.index(True), packs.SIGNED.index(False)
        if types["signed"] == "BOOLEAN":
            signed = f"CASE WHEN signed THEN {yes} ELSE {no} END::BIGINT"
        else:
            signed = f"CASE WHEN {_is_empty('signed')} THEN {no} ELSE word_signed.id END::BIGINT"
        parts.append(f"({signed} << {packs.SIGNED_AT})")
    return " | ".join([*parts, _mark(types)])


def stamp(column: str, kind: str) -> str:
    """A column as a time stamp in Vietnam's time; NULL for nothing and for a text that is not certain."""
    if kind == "TIMESTAMP":
        return column
    text = f"trim({column})"
    reads = (f"WHEN regexp_full_match({text}, {quoted(shape)}) THEN try_strptime({text}, {quoted(form)})"
             for shape, form in shapes.MOMENTS.items())  # fmt: skip
    return f"CASE {' '.join(reads)} END"


def _day(column: str, types: Types, as_of: date, *, is_needed: bool = False) -> str:
    """The number of a day; 0 for an empty cell, NULL where one is needed or the day is out of reach."""
    start, stamped = packs.origin(as_of), stamp(column, types[column])
    first, last = f"DATE '{start}' + 1", f"DATE '{start}' + {packs.MOST_DAYS}"
    number = f"CASE WHEN {stamped} >= {first} AND {stamped} < {last} THEN {stamped}::DATE - DATE '{start}' END"
    is_empty = _is_empty(column) if types[column] == "VARCHAR" else f"{column} IS NULL"
    return f"CASE WHEN {is_empty} THEN {'NULL' if is_needed else '0'} ELSE {number} END::BIGINT"


def _is_empty(column: str) -> str:
    return f"trim(coalesce({column}, '')) = ''"


def _level(types: Types) -> str:
    unknown = packs.LEVELS.index(UnitLevel.UNKNOWN)
    by_name = f"coalesce(word_unit.id, {unknown})" if "unit" in types else f"{unknown}"
    if "unit_level" not in types:
        return f"({by_name})::BIGINT"
    given = " ".join(f"WHEN {quoted(level)} THEN {at}" for at, level in enumerate(packs.LEVELS))
    return f"(CASE unit_level {given} ELSE {by_name} END)::BIGINT"


def _mark(types: Types) -> str:
    return f"((is_readable IS false)::BIGINT << {packs.UNREAD_AT})" if "is_readable" in types else "0::BIGINT"
