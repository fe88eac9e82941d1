"""One dossier in several case systems, compared pair by pair: what one lacks, what two say differently, what rules."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from audit.findings.schema import SystemDifference, SystemPair, SystemRows, Systems
from audit.ground.frames import plain
from audit.ground.terms import Fate
from audit.judging import validate
from audit.judging.systems import IN_ANOTHER, in_dispute
from audit.reading.load import Office
from audit.reading.table import names
from audit.records.software import RULED

Rows = Sequence[Mapping[str, Any]]
UNREAD = "unread"  # in place of what a system says, where nobody can read it
_ASKED = {
    "received": "received_at",
    "due": "due_at",
    "closed": "closed_at",
    "status": "status",
    "procedure": "procedure_key",
}
_DAYS = ("received", "due", "closed")


def own_rows(office: Office, merged: Rows) -> Rows:
    """The rows of the software, with what became of each, and each with what its own system says."""
    if len(office.systems) <= 1:
        return merged
    own = {row["seq"]: row for row in plain(validate.software(office.records["software"], **office.days))}
    columns = [*(column for columns in RULED.values() for column in columns), "unread"]
    return [{**row, **{column: own[row["seq"]][column] for column in columns}} for row in merged]


def compared(office: Office, rows: Rows) -> Systems | None:
    """What the case systems say of the same dossiers; None where there is one. `rows` are as `own_rows` gives them.

    Every row of every system is judged, the same dossier's in another system, a duplicate, or a problem.
    """
    if len(office.systems) <= 1:
        return None
    by_system = {name: _dossiers(rows, name) for name in office.systems}
    software = validate.software(office.records["software"], **office.days)
    disputes = {row["dossier_id"]: row for row in plain(in_dispute(software))}
    opened = {name: dossiers for name, dossiers in by_system.items() if name not in office.systems_not_opened}
    whole = frozenset(name for name, dossiers in opened.items() if dossiers and _is_whole(rows, name))
    differences = [
        one for pair in combinations(office.systems, 2) for one in _differences(office, by_system, whole, pair)
    ]
    several = Counter(code for dossiers in by_system.values() for code in dossiers)
    return Systems(
        dossiers=len(several), in_several=sum(count > 1 for count in several.values()), in_dispute=len(disputes),
        unsynchronised=len({row["dossier_id"] for row in rows if row.get("is_unsynchronised")}),
        ruling={name: office.file.systems.ruling(name) for name in RULED},
        systems=tuple(_rows_of(office, rows, name) for name in office.systems),
        pairs=tuple(_pair(by_system, whole, differences, pair) for pair in combinations(office.systems, 2)),
        differences=tuple(differences),
    )  # fmt: skip


def _dossiers(rows: Rows, system: str) -> dict[str, Mapping[str, Any] | None]:
    """The dossiers of a system, by code, each with its row; None where it has one that cannot be compared."""
    found: dict[str, Mapping[str, Any] | None] = {}
    for row in rows:
        if row["system"] == system and row["dossier_id"] is not None:
            is_told = row["fate"] == Fate.JUDGED or IN_ANOTHER in names(row["marks"])
            found[row["dossier_id"]] = row if is_told else found.get(row["dossier_id"])
    return found


def _is_whole(rows: Rows, system: str) -> bool:
    return all(row["dossier_id"] is not None for row in rows if row["system"] == system)


def _rows_of(office: Office, rows: Rows, system: str) -> SystemRows:
    own = [row for row in rows if row["system"] == system]
    in_another = sum(IN_ANOTHER in names(row["marks"]) for row in own)
    fates = Counter(str(row["fate"]) for row in own)
    return SystemRows(
        system=system, files=tuple(dict.fromkeys(row["file"] for row in own)), rows=len(own),
        judged=fates[Fate.JUDGED], in_another=in_another, duplicates=fates[Fate.DUPLICATE] - in_another,
        problems=fates[Fate.PROBLEM], is_read=system not in office.systems_not_opened,
    )  # fmt: skip


def _differences(
    office: Office, by_system: Mapping[str, Mapping], whole: frozenset[str], pair: tuple[str, str]
) -> Iterator[SystemDifference]:
    one, other = pair
    for code in sorted({*by_system[one], *by_system[other]}):
        for what, first, second in _said(code, by_system, whole, pair):
            ruling = office.file.systems.ruling("closed" if what == "status" else what) if what in _ASKED else ()
            rules = next((name for name in ruling if code in by_system[name]), None)
            yield SystemDifference(dossier_id=code, what=what, first=one, second=other, first_says=first,
                                   second_says=second, rules=rules)  # fmt: skip


def _said(
    code: str, by_system: Mapping[str, Mapping], whole: frozenset[str], pair: tuple[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    """What two systems say differently of a dossier: what it is, and what each says."""
    there = [code in by_system[name] for name in pair]
    if not all(there):
        lacking = pair[there.index(False)]
        yield ("missing" if lacking in whole else "cannot_be_compared"), None, None
        return
    rows = [by_system[name][code] for name in pair]
    if None in rows:
        first, second = (UNREAD if row is None else None for row in rows)
        yield "cannot_be_compared", first, second
        return
    for what in _ASKED:
        first, second = (_value(row, what) for row in rows if row)
        is_untold = None in (first, second) and what in ("status", "procedure")
        if UNREAD in (first, second):
            yield "cannot_be_compared", first, second
        elif first != second and not is_untold:
            yield what, *((None, None) if what == "procedure" else (first, second))


def _value(row: Mapping[str, Any], what: str) -> str | None:
    """What a row says, days as days; what cannot be read is neither there nor absent."""
    column = _ASKED[what]
    if column.removesuffix("_key") in names(row["unread"]):
        return UNREAD
    value = row[column]
    return value.date().isoformat() if isinstance(value, datetime) else value


def _pair(
    by_system: Mapping[str, Mapping],
    whole: frozenset[str],
    differences: Sequence[SystemDifference],
    pair: tuple[str, str],
) -> SystemPair:
    one, other = (set(by_system[name]) for name in pair)
    found: dict[str, set[str]] = defaultdict(set)
    for each in differences:
        if (each.first, each.second) == pair:
            found[each.what].add(each.dossier_id)
    return SystemPair(
        first=pair[0], second=pair[1], in_both=len(one & other),
        only_in_first=len((one - other) & found["missing"]), only_in_second=len((other - one) & found["missing"]),
        cannot_be_compared=len(found["cannot_be_compared"]), **{what: len(found[what]) for what in _ASKED},
    )  # fmt: skip
