"""What the audits of many communes add up to, in one object: what the index page and `province.json` show.

Nothing is in it that the communes' `result.json` of the same edition do not hold.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from pydantic import Field

from audit.findings.build import share
from audit.findings.cases import change
from audit.findings.schema import Accounting, OnTime, Part, Period, Share, UnitTime, Written, schema_of
from audit.ground import terms
from audit.ground.terms import AuditError, Cause, Edition, Grade, Outcome, UnitLevel, Verdict
from audit.province.commune import TIMES, CommuneRow, Counts, HeldCause, Late, in_order, numbers, row
from audit.records.registry import RECORDS

__all__ = [
    "CommuneRow", "Counts", "FailedRow", "Province", "alphabetical", "checked", "in_our_words", "province", "row",
    "rows_of", "schema_text",
]  # fmt: skip
PROVINCE_VERSION = "1.2"
MOST_CHARACTERS = 4000  # of a message
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: their order in a dictionary
_SETTINGS = ("office", "corrections", "procedures", "headings", "words", "notes", "sample")
_OUR_FILES = re.compile(rf"({'|'.join([*RECORDS, *_SETTINGS])})\.(csv|xlsx|xls|toml|jsonl)")


class FailedRow(Part):
    """A folder that could not be audited: `href` leads to the page that says why.

    In the shareable edition `message` is in our own words alone, and empty where it is none of ours.
    """

    name: str
    href: str
    message: str


class PeriodCounts(Part):
    """The audits of one period together."""

    period: Period
    audits: int
    counts: Counts


class OpenSum(Part):
    """Settled dossiers that one rule leaves undecided, and in how many communes."""

    verdict: Verdict
    rule: str
    reason: str
    change: str = Field(description="what evidence would settle them")
    dossiers: int
    communes: int


class CauseSum(Part):
    """Dossiers with one cause whose unit at the end of the due day was of one level; null: no slips show one."""

    level: UnitLevel | None
    verdict: Verdict
    cause: Cause
    cause_proved: bool
    dossiers: int
    communes: int


class UnitSum(Part):
    """A unit of the control slips, how long it held dossiers, and those with a cause that it held when they fell due.

    A unit of one audit, but for units above communes in the internal edition: those of one name count together.
    """

    level: UnitLevel
    unit: str
    stays: int
    counted: int = Field(description="stays whose time can be told")
    workdays: int = Field(description="of those counted")
    past_part_due: int
    before_workdays: int = Field(description="by stage, as a unit of an audit has them")
    processing_workdays: int
    between_workdays: int
    waiting_workdays: int
    dossiers: int = Field(description="held at the end of the due day, and with a cause")
    late: int = Field(description="of them late by the records too")
    proved: int = Field(description="of them those whose cause a record shows")
    causes: dict[Cause, int]
    audits: tuple[str, ...] = Field(description="their names")


class Overlap(Part):
    """Audits of one commune whose periods share days: a dossier may be counted in each."""

    commune: str
    audits: tuple[str, ...]


class Province(Written):
    """The audits of many communes. Equal inputs, in any order, give equal bytes.

    `total` is of all audits, and the sum of `periods`: where these share no days, each settled dossier is counted once.
    """

    schema_version: str
    edition: Edition = Field(description="internal where any audit is not to be shared: it holds other communes too")
    title: str
    parameters: dict[str, str]
    communes: tuple[CommuneRow, ...] = Field(description="by province, district and commune, as a dictionary has them")
    failed: tuple[FailedRow, ...]
    total: Counts
    periods: tuple[PeriodCounts, ...]
    overlaps: tuple[Overlap, ...]
    undecided: tuple[OpenSum, ...] = Field(description="most dossiers first")
    causes: tuple[CauseSum, ...] = Field(description="most dossiers first")
    units: tuple[UnitSum, ...] = Field(description="most dossiers first, then most working days")

    @property
    def places(self) -> int:
        """How many communes were audited, each once."""
        return len({audit.place for audit in self.communes})


def province(
    rows: Iterable[CommuneRow], failed: Iterable[FailedRow], *, title: str, parameters: Mapping[str, str]
) -> Province:
    """All audits together, in whatever order they come; `parameters` are those of the batch, with `lang` and `edition`.

    Raises AuditError where two rows have one name, where a row lacks a number that others have, and where a total is
    not the sum of its parts.
    """
    rows, failed = sorted(rows, key=_by_place), sorted(failed, key=lambda one: alphabetical(one.name))
    _refuse_doubles([*(one.name for one in rows), *(one.name for one in failed)])
    _refuse_other_numbers(rows)
    editions = {audit.edition for audit in rows} | {parameters.get("edition", Edition.SHAREABLE)}
    edition = Edition.SHAREABLE if editions == {Edition.SHAREABLE} else Edition.INTERNAL
    if edition == Edition.SHAREABLE:
        failed = [one.model_copy(update={"message": in_our_words(one.message, parameters["lang"])}) for one in failed]
    return checked(Province(
        schema_version=PROVINCE_VERSION, edition=edition, title=title,
        parameters={name: parameters[name] for name in sorted(parameters)}, communes=tuple(rows), failed=tuple(failed),
        total=_added([audit.counts for audit in rows]), periods=_periods(rows), overlaps=_overlaps(rows),
        undecided=_undecided(rows, parameters["lang"]), causes=_cause_sums(rows), units=_units(rows),
    ))  # fmt: skip


def checked(province: Province) -> Province:
    """`province` as it is; an AuditError where a total is not the sum of its parts."""
    rows, total = province.communes, province.total
    added: Counter = Counter()
    for audit in rows:
        added.update(numbers(audit.counts))
    by_period: Counter = Counter()
    for one in province.periods:
        by_period.update(numbers(one.counts))
    open_ = sum(one.dossiers for audit in rows for one in audit.undecided)
    caused = sum(one.dossiers for audit in rows for one in audit.causes)
    held = sum(one.dossiers for one in province.causes if one.level is not None)
    records, software, totals = total.on_time.get("records"), total.late_in_software, numbers(total)
    sums = {
        **{name: (totals.get(name, 0), added[name]) for name in {**totals, **added}},
        **{f"periods.{name}": (by_period[name], number) for name, number in added.items()},
        "periods": (sum(one.audits for one in province.periods), len(rows)),
        "undecided": (sum(one.dossiers for one in province.undecided), open_),
        "causes": (sum(one.dossiers for one in province.causes), caused),
        "units": (sum(one.dossiers for one in province.units), held),
        **{f"units.{name}": (sum(getattr(one, name) for one in province.units),
                             sum(getattr(one, name) for audit in rows for one in audit.units)) for name in TIMES},
        "late_in_software": (software.dossiers, software.proved_in_time + software.late + software.undecided),
        "on_time": (records.at_most.numerator - records.at_least.numerator if records else 0, open_ + total.unread),
        **{f"accounting.{record}": (one.rows, one.judged + one.problems + one.duplicates)
           for record, one in total.accounting.items()},
    }  # fmt: skip
    for name, (total_, sum_) in sums.items():
        if total_ != sum_:
            raise AuditError("communes_lost", where=name, total=total_, sum=sum_)
    return province


def rows_of(accounting: Iterable[Accounting]) -> Accounting:
    """Rows of several records, or of one record in several audits, together."""
    records = list(accounting)
    return Accounting(**{name: sum(getattr(one, name) for one in records) for name in Accounting.model_fields})


def alphabetical(text: str) -> tuple:
    """A key in the order of a Vietnamese dictionary: letters, then tones; figures by what they count."""
    letters, tones = [], []
    for part in re.findall(r"\d{1,9}|\D|\d", unicodedata.normalize("NFC", text).casefold()):
        spelled = unicodedata.normalize("NFD", part)
        letter = unicodedata.normalize("NFC", "".join(one for one in spelled if one not in _TONES))
        letters.append((0, int(letter), "") if letter.isdecimal() else (1, _ALPHABET.find(letter), letter))
        tones.append([_TONES.index(one) for one in spelled if one in _TONES])
    return letters, tones, text


def in_our_words(message: str, lang: str) -> str:
    """A message that a program of ours said, with "…" for what it repeats, but names of files; "" for any other."""
    errors = [words[lang] for key, words in terms.keys().items() if key.startswith("error.")]
    templates = [[(text, name) for text, name, _, _ in string.Formatter().parse(words)] for words in errors]
    said = message[:MOST_CHARACTERS]
    for parts in sorted(templates, key=lambda parts: -sum(len(text) for text, _ in parts)):
        if (values := _values(said, parts)) is not None:
            kept = [value if _OUR_FILES.fullmatch(value) else "…" for value in values]
            return "".join(text + value for (text, _), value in zip(parts, [*kept, ""], strict=False))
    return ""


def _values(said: str, parts: list[tuple[str, str | None]]) -> list[str] | None:
    """What stands in `said` for the fields of a template, given as (text, field after it); None if it is another."""
    texts = [text for text, _ in parts] + ([""] if parts and parts[-1][1] is not None else [])
    first, *between = texts or [""]
    if not said.startswith(first):
        return None
    at, values = len(first), []
    for number, text in enumerate(between, start=1):
        is_last = number == len(between)
        end = len(said) - len(text) if is_last else said.find(text, at)
        if end < at or not said.startswith(text, end):
            return None
        values.append(said[at:end])
        at = end + len(text)
    return values if at == len(said) else None


def _by_place(audit: CommuneRow) -> tuple:
    return (*map(alphabetical, audit.place), audit.period.first_on, audit.period.last_on, alphabetical(audit.name))


def _refuse_doubles(names: list[str]) -> None:
    if doubles := [name for name, count in Counter(names).items() if count > 1]:
        raise AuditError("same_output", name=doubles[0])


def _refuse_other_numbers(rows: list[CommuneRow]) -> None:
    """Raise AuditError where one audit counts what another does not: their sum would be of some alone."""
    for before, audit in pairwise(rows):
        for name in ("on_time", "accounting"):
            one, other = (set(getattr(which.counts, name)) for which in (before, audit))
            if one != other:
                lacking = audit if one - other else before
                where = f"{name}.{min(one - other or other - one)}"
                raise AuditError("result_unreadable", name=lacking.name, where=where, count=len(one ^ other))


_SUMS = ("dossiers", "settled", "said_to_have_left", "unread")


def _added(counts: list[Counts]) -> Counts:
    late = {name: sum(getattr(one.late_in_software, name) for one in counts) for name in Late.model_fields}
    definitions, records = ((*getattr(counts[0], name),) if counts else () for name in ("on_time", "accounting"))
    return Counts(
        **{name: sum(getattr(one, name) for one in counts) for name in _SUMS},
        grades={grade: sum(one.grades[grade] for one in counts) for grade in Grade},
        late_in_software=Late(**late),
        on_time={name: _on_time([one.on_time[name] for one in counts]) for name in definitions},
        outcomes={outcome: sum(one.outcomes[outcome] for one in counts) for outcome in Outcome},
        accounting={name: rows_of(one.accounting[name] for one in counts) for name in records},
    )


def _on_time(shares: list[OnTime]) -> OnTime:
    """The share of all together: of the sums, never of the percentages."""

    def added(parts: Iterable[Share]) -> Share:
        several = list(parts)
        return share(sum(one.numerator for one in several), sum(one.denominator for one in several))

    return OnTime(**added(shares).model_dump(), at_least=added(one.at_least for one in shares),
                  at_most=added(one.at_most for one in shares))  # fmt: skip


def _periods(rows: list[CommuneRow]) -> tuple[PeriodCounts, ...]:
    by_period: dict[tuple[date, date], list[CommuneRow]] = {}
    for audit in rows:
        by_period.setdefault((audit.period.first_on, audit.period.last_on), []).append(audit)
    return tuple(
        PeriodCounts(period=Period(first_on=first, last_on=last), audits=len(of_period),
                     counts=_added([audit.counts for audit in of_period]))
        for (first, last), of_period in sorted(by_period.items())
    )  # fmt: skip


def _overlaps(rows: list[CommuneRow]) -> tuple[Overlap, ...]:
    """Audits of one commune that share days, a chain of them as one."""
    chains: list[list[CommuneRow]] = []
    last = date.min
    for audit in rows:  # by place and first day
        if chains and chains[-1][0].place == audit.place and audit.period.first_on <= last:
            chains[-1].append(audit)
            last = max(last, audit.period.last_on)
        else:
            chains.append([audit])
            last = audit.period.last_on
    return tuple(
        Overlap(commune=chain[0].office.commune, audits=tuple(audit.name for audit in chain))
        for chain in chains if len(chain) > 1
    )  # fmt: skip


def _undecided(rows: list[CommuneRow], lang: str) -> tuple[OpenSum, ...]:
    dossiers: Counter = Counter()
    places: dict[tuple, set] = {}
    for audit in rows:
        for one in audit.undecided:
            dossiers[one.verdict, one.rule] += one.dossiers
            places.setdefault((one.verdict, one.rule), set()).add(audit.place)
    return tuple(
        OpenSum(
            verdict=verdict, rule=rule, reason=terms.text(f"rule.{rule}", lang) if terms.has(f"rule.{rule}") else rule,
            change=change(verdict, rule, lang), dossiers=count, communes=len(places[verdict, rule]),
        )
        for (verdict, rule), count in sorted(
            dossiers.items(), key=lambda one: (-one[1], list(Verdict).index(one[0][0]), one[0][1])
        )
    )  # fmt: skip


def _cause_sums(rows: list[CommuneRow]) -> tuple[CauseSum, ...]:
    dossiers: Counter = Counter()
    places: dict[tuple, set] = {}
    for audit in rows:
        for one in audit.causes:
            kind = (one.level, one.verdict, one.cause, one.cause_proved)
            dossiers[kind] += one.dossiers
            places.setdefault(kind, set()).add(audit.place)
    sums = [
        CauseSum(level=level, verdict=verdict, cause=cause, cause_proved=proved, dossiers=count,
                 communes=len(places[level, verdict, cause, proved]))
        for (level, verdict, cause, proved), count in dossiers.items()
    ]  # fmt: skip
    return tuple(sorted(sums, key=lambda one: (-one.dossiers, in_order(one))))


def _units(rows: list[CommuneRow]) -> tuple[UnitSum, ...]:
    """Units with their time and what they held when it fell due; a number for a unit is another unit in each audit."""
    times: dict[tuple, list[UnitTime]] = {}
    held: dict[tuple, list[HeldCause]] = {}
    audits: dict[tuple, dict[str, None]] = {}

    def key_of(audit: CommuneRow, one: UnitTime | HeldCause) -> tuple:
        is_named = audit.edition == Edition.INTERNAL and one.level == UnitLevel.UPPER_LEVEL
        unit_key = (one.level, one.unit, "" if is_named else audit.name)
        audits.setdefault(unit_key, {})[audit.name] = None
        return unit_key

    for audit in rows:
        for time in audit.units:
            times.setdefault(key_of(audit, time), []).append(time)
        for cause in audit.causes:
            if cause.unit is not None:
                held.setdefault(key_of(audit, cause), []).append(cause)
    units = [_unit(key, times.get(key, []), held.get(key, []), tuple(names)) for key, names in audits.items()]
    levels = list(UnitLevel)
    return tuple(sorted(units, key=lambda one: (
        -one.dossiers, -one.workdays, levels.index(one.level), alphabetical(one.unit),
        tuple(map(alphabetical, one.audits)),
    )))  # fmt: skip


def _unit(key: tuple, times: list[UnitTime], held: list[HeldCause], audits: tuple[str, ...]) -> UnitSum:
    level, unit, _ = key
    caused = {cause: sum(one.dossiers for one in held if one.cause == cause) for cause in Cause}
    return UnitSum(
        level=level, unit=unit, **{name: sum(getattr(one, name) for one in times) for name in TIMES},
        dossiers=sum(caused.values()), late=sum(one.dossiers for one in held if one.verdict == Verdict.LATE),
        proved=sum(one.dossiers for one in held if one.cause_proved),
        causes={cause: count for cause, count in caused.items() if count}, audits=audits,
    )  # fmt: skip


def schema_text() -> str:
    """The published JSON Schema of `province.json`, as text."""
    return schema_of(Province, f"province.json {PROVINCE_VERSION}")
