"""Editions: the whole of what was found, for those who may see the records; what of it the audited office is to
answer; and what of it anybody may see.

Each edition but the whole is allowed by a list of its own: each field of each part of a Result has its rule in `SHARED`
and another in `FOR_OFFICE`, and one without a rule cannot be in that edition. No text of a file passes: what was read
from it is said in our own words. The office sees its dossiers by their own codes, where they stand in its records, and
its units by name; nobody's name, no lead, and no note but the days of its own. Personal data: Law 91/2025/QH15 and
Decree 356/2025 since 2026, Decree 13/2023 before.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, cached_property
from itertools import combinations, starmap
from pathlib import Path
from typing import Any, TypeVar

from audit.findings import fetch, schema
from audit.findings.cases import worst_first
from audit.findings.schema import Claim, FieldCount, Part, Result
from audit.ground import terms
from audit.ground.key import dossier_code, fingerprint
from audit.ground.terms import Edition, UnitLevel, has, text
from audit.reading.cells import VIETNAM, coded_on, folded, may_be_personal
from audit.reading.lines import SAMPLE, SETTINGS
from audit.reading.load import EXPORTS
from audit.reading.notes import NAME
from audit.reading.rooms import EVIDENCE
from audit.reading.sheets import ENDINGS
from audit.records.registry import RECORDS

P = TypeVar("P", bound=Part)

FEWEST = 5  # dossiers in a group of which something is told
_MOST_DIGITS = {"dong": 12}  # of a printed figure: more, or a 0 before many, may be somebody's number
_FEW_DIGITS = 8
_MOST_A_DOSSIER = {"payments": 20, "paid_dong": 1_000_000}  # on average: a greater sum may be one mistyped number
_FIGURE = re.compile(r"(?!0\d{3})[\d\s.,%/()đ]{1,40}")
_PRINTED_DAYS = re.compile(r"\d{1,2}/\d{1,2}(/\d{4})?(\s*[–-]\s*\d{1,2}/\d{1,2}(/\d{4})?)?")
_SECTION = re.compile(r"(?:[IVX]{1,5}|\d{1,2})(?:[.)](?:\d{1,2}|[a-zđ])(?![\w])){0,3}(?![.)]?\w)[.)]?")
_SAID = frozenset((  # what reports say in words where a figure or a state is meant
    "không", "không có", "tất cả", "toàn bộ", "trước hạn", "đúng hạn", "trước và đúng hạn", "đạt", "cơ bản đạt",
    "chưa đạt", "chưa đạt 100%", "quá nhiều", "chưa thực hiện việc xin lỗi",
))  # fmt: skip
_LIFE_EVENTS = ("interlinked_birth_", "interlinked_death_")  # how measures begin that count births or deaths
_OF_SENTENCES = ("measure.", "part.", "of_measure.", "soft_spot_says.", "explanation.", "definition.", "page.of_total",
                 "page.no_upper_limit", "page.missed", "page.share_of", "page.many_totals")  # fmt: skip
_SCOPES = frozenset((
    "cả nước", "toàn tỉnh", "toàn thành phố", "toàn huyện", "cấp tỉnh", "cấp huyện", "cấp xã",
))  # fmt: skip
_KNOWN_SYSTEMS = frozenset((  # names of case systems that are nobody's
    "software", "province", "ministry", "ministry-justice", "ministry-public-security", "portal", "national-portal",
))  # fmt: skip
_PLACE = re.compile(r"\d{1,5}")
_SHORT_CODE = re.compile(r"(?:[A-Z]{1,3}[-./]?)?\d{1,6}(?:[-./]\d{1,6}){0,3}")  # no more than one group of letters
_OF_UNITS = (  # what names of units are made of, beside the names of fields and of the place itself
    "bộ phận", "một cửa", "tiếp nhận", "trả kết quả", "phòng", "văn phòng", "ban", "tổ", "đội", "sở", "chi cục",
    "cục", "chi nhánh", "trung tâm", "phục vụ", "hành chính", "hành chính công", "ủy ban nhân dân", "ubnd", "hđnd",
    "công an", "quân sự", "thuế", "kho bạc", "bảo hiểm xã hội", "đăng ký", "đất đai", "tư pháp", "hộ tịch",
    "địa chính", "xây dựng", "kinh tế", "hạ tầng", "đô thị", "văn hóa", "xã hội", "nội vụ", "tài chính", "kế hoạch",
    "tài nguyên", "môi trường", "nông nghiệp", "công thương", "y tế", "giáo dục", "đào tạo", "lao động",
    "thương binh", "thông tin", "tư pháp hộ tịch", "công chức", "lãnh đạo", "chuyên môn", "cấp", "xã", "phường",
    "thị trấn", "huyện", "quận", "thị xã", "tỉnh", "thành phố", "khu vực", "và", "của", "vpđkđđ",
)  # fmt: skip
_NUMBER_OF_REPORT = re.compile(r"\d{1,5}(/\d{4})?(/[A-ZĐ][A-ZĐ.&-]{0,20})?")
_OF_ANOTHER_DOSSIER = "withdrawn_and_filed_again"  # the lead whose group is the code of a dossier
_OF_LIFE_EVENTS = "interlinked"  # the reason that counts births and deaths together


@dataclass(frozen=True)
class _Sharing:
    """What the rules need beside a value: the whole Result, the key, the numbers of its claims, its units' names.

    `untold`: measures of which no figure is told; `has_strange_figures`: a claim may print somebody's number, so that
    nothing is told that is worked out from all of them.
    """

    result: Result
    key: bytes
    edition: Edition
    claims: Mapping[str, str]
    units: Mapping[str, str]
    untold: frozenset[str]
    has_strange_figures: bool

    @cached_property
    def by_code(self) -> Mapping[str, schema.Case | schema.Dossier]:
        return {one.dossier_id: one for one in self.result.judged}

    def say(self, name: str, **values: object) -> str:
        return text(name, self.result.lang, **values)

    @property
    def hidden(self) -> str:
        return self.say("page.not_shared" if self.edition == Edition.SHAREABLE else "page.not_for_office")

    @property
    def rules(self) -> Mapping[type[Part], Mapping[str, "Rule"]]:
        return {Edition.SHAREABLE: SHARED, Edition.OFFICE: FOR_OFFICE}[self.edition]


_PLAIN_NAME = re.compile(r"(?P<name>[a-z_]+)(?:[ ._-]?\(?[0-9-]{0,10}\)?)?")
_NAMED = {*RECORDS, *(Path(name).stem for name in ("office.toml", *SETTINGS, NAME, SAMPLE))}
Rule = Callable[[Any, Any, _Sharing], object]  # of a field's value and the part it is of


def in_edition(result: Result, edition: Edition, key: bytes) -> Result:
    """The `edition` of a Result: the internal one is `result` itself.

    In the shareable one a dossier's code is everywhere the one that the office's key makes of it; in the one for the
    audited office it is its own, unless a name or a telephone may stand in its place.
    """
    if edition == Edition.INTERNAL:
        return result
    numbers = {claim.claim: str(place) for place, claim in enumerate(result.claims, start=1)}
    strange = {claim.measure for claim in result.claims if _has_strange_figure(claim)}
    life_events = {name for name in terms.measures() if name.startswith(_LIFE_EVENTS)}
    too_few = set() if all(_may_tell(result, event) for event in _LIFE_EVENTS) else life_events
    untold = frozenset(strange | too_few | _great_sums(result))
    units = _units(result, is_for_office=edition == Edition.OFFICE)
    return _part(result, result, _Sharing(result, key, Edition(edition), numbers, units, untold, bool(strange)))


def _may_tell(result: Result, event: str) -> bool:
    """Whether of births (or deaths) there are none or enough, in each figure and between any two: else none is told."""
    counted = [
        bound
        for measure, by_definition in result.counts.items() if measure.startswith(event)
        for count in by_definition.values() for bound in (count.at_least, count.at_most)
    ]  # fmt: skip
    claims = [claim for claim in result.claims if claim.measure.startswith(event)]
    printed = [claim.out_of_written for claim in claims] + [c.written for c in claims if c.unit != "percent"]
    reported = [int(digits) if (digits := re.sub(r"\D", "", figure)) else 1 for figure in printed if figure is not None]
    figures = {count for count in (*counted, *reported) if count is not None}
    are_whole = all(folded(claim.written) in ("100%", "0%") for claim in claims if claim.unit == "percent")
    return are_whole and all(
        _is_enough(count) for count in (*figures, *(abs(a - b) for a, b in combinations(figures, 2)))
    )


def _is_enough(count: int) -> bool:
    return count == 0 or count >= FEWEST


def _great_sums(result: Result) -> set[str]:
    """Measures added up over dossiers whose sum is so great that one cell may hold somebody's number instead."""
    return {
        measure
        for measure, most in _MOST_A_DOSSIER.items()
        for count in result.counts.get(measure, {}).values()
        if max(count.at_least, count.at_most or 0) > most * result.dossiers
    }


def _has_strange_figure(claim: Claim) -> bool:
    """Whether a claim prints a number that is none of a report's, such as a telephone's."""
    printed = [
        one for one in (claim.written, claim.out_of_written) if one and re.fullmatch(r"[\W\d_đ]*\d[\W\d_đ]*", one)
    ]
    return claim.unit not in ("number", "day") and not all(is_plain_figure(one, claim.unit) for one in printed)


def _units(result: Result, *, is_for_office: bool) -> dict[str, str]:
    """Units by where they stand, numbered: an officer may be listed as one. The office knows its units by their names.

    A name is told where it is made of nothing but what units are called.
    """
    levels = {unit.unit: unit.level for unit in result.units}
    levels |= {stay.unit: stay.level for case in result.cases for stay in case.stays if stay.unit not in levels}
    numbers: dict[UnitLevel, int] = {}
    named = {}
    for unit, level in levels.items():
        numbers[level] = numbers.get(level, 0) + 1
        named[unit] = text("page.unit_numbered", result.lang, level=text(f"unit_level.{level}", result.lang),
                           number=numbers[level])  # fmt: skip
    return named | ({unit: unit for unit in levels if _is_unit(unit, result.office)} if is_for_office else {})


def _is_unit(name: str, office: schema.OfficeName) -> bool:
    """Whether a name is made of words for units, fields and the place alone, the first of them one for a unit."""
    words, places = folded(name), [folded(one) for one in (office.commune, office.district, office.province) if one]
    parts = sorted({*map(folded, _OF_UNITS), *_our_fields(), *places}, key=len, reverse=True)
    tiled = re.compile(rf"(?:(?:{'|'.join(map(re.escape, parts))}|[ivx]{{1,4}}|\d{{1,2}})(?:[\s,()&–-]+|$))+")
    return words.startswith(tuple(map(folded, _OF_UNITS))) and bool(tiled.fullmatch(words))


# Rules: what becomes of a field, given its value, the part it is of, and what else is known ---------------------------


def _same(value: object, part: Part, sharing: _Sharing) -> object:
    """A number, a day, a term, or words of our own: no text of a file."""
    return value


def _part(value: P, part: Part, sharing: _Sharing) -> P:
    rules, names = sharing.rules[type(value)], _names(type(value))
    return type(value)(**{name: rules[name](getattr(value, name), value, sharing) for name in names})


@cache
def _names(kind: type[Part]) -> tuple[str, ...]:
    return tuple(kind.model_fields)


def _part_if_any(value: P | None, part: Part, sharing: _Sharing) -> P | None:
    return None if value is None else _part(value, part, sharing)


def _parts(value: Iterable[Part] | Mapping[str, Part], part: Part, sharing: _Sharing) -> object:
    if isinstance(value, Mapping):
        return {name: _part(one, part, sharing) for name, one in value.items()}
    return _listed(value, part, sharing)


def _listed(value: Iterable[P], part: Part, sharing: _Sharing) -> tuple[P, ...]:
    return tuple(_part(one, part, sharing) for one in value)


def _null(value: object, part: Part, sharing: _Sharing) -> None:
    """Not shared; null says so. Rows neither: records stand in the order of their codes, and a row gives one away."""


def _empty(value: object, part: Part, sharing: _Sharing) -> object:
    """Not shared: no text, nothing in a list."""
    return "" if isinstance(value, str) else ()


def _no_leads(value: Mapping[str, int], part: Part, sharing: _Sharing) -> dict[str, int]:
    """Leads are not for the audited office, nor how many there are of each."""
    return {}


def _hidden(value: object, part: Part, sharing: _Sharing) -> str:
    """Not shared, and the page says that something stands there."""
    return sharing.hidden


def _code(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    return None if value is None else dossier_code(value, sharing.key)


def _codes(value: Iterable[str], part: Part, sharing: _Sharing) -> tuple[str, ...]:
    return tuple(sorted(dossier_code(one, sharing.key) for one in value))


def is_plain_code(written: str) -> bool:
    """Whether what stands in place of a dossier's code is one, and no name, telephone or identity number."""
    if may_be_personal(written):
        return False
    digits = re.sub(r"[-./]", "", written)
    return bool(coded_on(written)) or bool(_SHORT_CODE.fullmatch(written) and not may_be_personal(digits))


def _own_code(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A dossier's code as the office writes it; the masked one where what stands there may be anything else."""
    return value if value is not None and is_plain_code(value) else _code(value, part, sharing)


def _own_codes(value: Iterable[str], part: Part, sharing: _Sharing) -> tuple[str, ...]:
    return tuple(str(_own_code(one, part, sharing)) for one in value)


def _place(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A page or line of a book or report: a number, else nothing."""
    return value if value is not None and _PLACE.fullmatch(value) else None


def _unit(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    return None if value is None else sharing.units.get(value, sharing.hidden)


def _only_day(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """The day of a time stamp, or a term of ours: an hour tells which of a day's dossiers one is."""
    return value and value.partition("T")[0]


def _day_in_vietnam(value: str, part: Part, sharing: _Sharing) -> str:
    """The day of a moment with an offset, as it is in Vietnam."""
    return datetime.fromisoformat(value).astimezone(VIETNAM).date().isoformat()


def _midnight(value: datetime | None, part: Part, sharing: _Sharing) -> datetime | None:
    """The day of a time stamp that has no other form."""
    return value and datetime.combine(value, time())


def _mark(value: str, part: Part, sharing: _Sharing) -> str:
    """A mark by which the office knows a hash again: a file of a line or two could be guessed from its plain hash."""
    return fingerprint({"input": value}, sharing.key)


def _mark_if_any(value: str, part: Part, sharing: _Sharing) -> str:
    return value and _mark(value, part, sharing)


def _sign(value: str, part: Part, sharing: _Sharing) -> str:
    """What a recommendation names, where it is a term of ours and nothing else; a unit may be a person's name."""
    kind, _, name = value.rpartition(":")
    is_ours = name in (*terms.Verdict, *terms.Cause) or (kind == "measure" and has(f"measure.{name}"))
    return value if is_ours and kind in ("", "verdict", "cause", "measure") else value and sharing.hidden


def _number_of_report(value: str, part: Part, sharing: _Sharing) -> str:
    return value if _NUMBER_OF_REPORT.fullmatch(value.strip()) else ""


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
    return f"{datetime.fromisoformat(part.value):%d/%m/%Y}"


def _headings(value: Mapping[str, str], part: Part, sharing: _Sharing) -> dict[str, str]:
    return {name: sharing.say(f"column.{name}") for name in value}


def _scope(value: str | None, part: schema.Claim | schema.Identity, sharing: _Sharing) -> str | None:
    """A scope by its name where it is one of those that reports have; a person may have typed another."""
    return value if not value or folded(value) in _SCOPES else sharing.hidden


def _problem_column(
    value: str, part: schema.Problem | schema.CellsUnread | schema.UnknownWord, sharing: _Sharing
) -> str:
    columns = sharing.result.columns.get(part.record)
    names = [name for name, heading in columns.found.items() if heading == value] if columns else []
    return sharing.say(f"column.{names[0]}") if names else value and sharing.hidden


def _message(value: str, part: schema.Problem | schema.CellsUnread, sharing: _Sharing) -> str:
    near = "" if part.problem == "dossier_unknown" else "…"
    return sharing.say(f"problem.{part.problem}", written="…", near=near, detail="…")


def _file(value: str, part: Part, sharing: _Sharing) -> str:
    return plain_file(value)


def _file_if_any(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    return value and plain_file(value)


def plain_file(value: str) -> str:
    """A file's name where it is that of its record, perhaps with a number; another may name somebody.

    The folder of other exports before it stays.
    """
    folder, mark, _ = value.rpartition("/")
    if folder.partition("/")[0] == EVIDENCE:
        return "…"
    if mark:
        return f"{folder}/{plain_file(Path(value).name)}" if folder == EXPORTS else plain_file(Path(value).name)
    name, suffix = Path(value).stem, Path(value).suffix.lower()
    match = _PLAIN_NAME.fullmatch(name)
    return value if match and match["name"] in _NAMED else f"…{suffix if suffix in ENDINGS else ''}"


def _files(value: Iterable[str], part: Part, sharing: _Sharing) -> tuple[str, ...]:
    return tuple(_file(one, part, sharing) for one in value)


def _system(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A case system by its name where it is one of those that are known; another, which a file bears, by its place."""
    if value is None or value in _KNOWN_SYSTEMS:
        return value
    told = [one.system for one in sharing.result.systems.systems] if sharing.result.systems else []
    return sharing.say("page.system_number", number=told.index(value) + 1) if value in told else sharing.hidden


def _ruling(value: Mapping[str, Iterable[str]], part: Part, sharing: _Sharing) -> dict[str, tuple[str, ...]]:
    return {name: tuple(str(_system(one, part, sharing)) for one in systems) for name, systems in value.items()}


def _claim(value: str, part: Part, sharing: _Sharing) -> str:
    """The number of a reported figure in its list, in place of the sign that somebody gave it."""
    return sharing.claims.get(value, "")


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


def _told_numbers(value: Iterable[tuple[int, str]], part: Part, sharing: _Sharing) -> tuple:
    """Numbers with the measures that they are of, but for those of which nothing is told."""
    return tuple((number, _measure(name, part, sharing)) for number, name in value if _is_told(name, sharing))


def _sums(value: Iterable, part: Part, sharing: _Sharing) -> tuple:
    return tuple(
        (total, tuple((sign, figure, _measure(name, part, sharing)) for sign, figure, name in of_))
        for total, of_ in value
        if all(_is_told(name, sharing) for _, _, name in of_)
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
    return measure.rpartition(":")[2] not in sharing.untold


def _of_claim(value: str | None, part: Claim, sharing: _Sharing) -> str | None:
    return value if value is None or (_is_plain(part) and _is_told(part.measure, sharing)) else sharing.hidden


def _count(value: object, part: Claim, sharing: _Sharing) -> object:
    """A number, unless nothing is told of what it counts."""
    return value if _is_told(part.measure, sharing) else None


def _tried(value: Iterable[schema.Tried], part: Claim, sharing: _Sharing) -> object:
    return _parts(value, part, sharing) if _is_told(part.measure, sharing) else ()


def _fitting(value: int, part: Part, sharing: _Sharing) -> int | None:
    return value if _is_enough(value) else None


def _candidates(value: Iterable[schema.Candidate], part: Part, sharing: _Sharing) -> object:
    """How many dossiers fit for each reason, but births and deaths: what is told of these is told apart."""
    return _parts([one for one in value if one.reason != _OF_LIFE_EVENTS], part, sharing)


def _smallest(value: schema.Smallest, part: Part, sharing: _Sharing) -> schema.Smallest:
    shared = _part(value, part, sharing)
    return shared.model_copy(update={"dossiers": None, "uneven": ()}) if sharing.has_strange_figures else shared


def _flow(value: Iterable[schema.Flow], part: Part, sharing: _Sharing) -> object:
    return () if sharing.has_strange_figures else _parts(value, part, sharing)


def _denominators(value: Iterable[schema.Denominator], part: Part, sharing: _Sharing) -> object:
    return _parts([one for one in value if _is_told(one.measure, sharing)], part, sharing)


def _mends(value: Iterable[schema.Mend], part: Result, sharing: _Sharing) -> object:
    """Changes of figures of which something is told, where what they are worked out from is told too."""
    untold = {one.identity for one in part.identities if not _are_told(one, sharing)}
    told = [one for one in value if _is_told(one.measure, sharing) and not untold & {*one.mended, *one.broken}]
    return _parts(told, part, sharing)


def _section(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """The number of a report's section, without its title."""
    match = value and _SECTION.match(value)
    return match.group() if match else None


def _of_claims(value: str, part: Part, sharing: _Sharing) -> str:
    """A text of our words and reported figures; hidden where it may hold any other word, or a figure not told."""
    named = set(getattr(part, "claims", ())) | {getattr(part, "claim", "")}
    stated = [one for one in sharing.result.claims if one.claim in named]
    is_told = all(_is_told(one.measure, sharing) for one in stated) and not any(
        folded(terms.measure(measure, sharing.result.lang)) in folded(value) for measure in sharing.untold
    )
    written = [words for one in stated if not _is_plain(one) for words in (one.written, one.out_of_written) if words]
    unlisted = [one.measure for one in sharing.result.claims if not has(f"measure.{one.measure}")]
    is_named = any(words in value for words in (*written, *(name.rpartition(":")[2] for name in unlisted)))
    return value if is_told and not is_named and _is_in_our_words(value, sharing.result.lang) else sharing.hidden


def _is_in_our_words(told: str, lang: str) -> bool:
    """Whether every word of a sentence is one that ours are made of, and no number in it may be somebody's."""
    figures = re.findall(r"\d+(?:[.,\s()-]\d+)*", told)
    are_figures = not any(len(re.sub(r"\D", "", one)) > _MOST_DIGITS["dong"] or may_be_personal(one) for one in figures)
    return are_figures and set(re.findall(r"[^\W\d_]+", told)) <= _our_words(lang)


@cache
def _our_words(lang: str) -> frozenset[str]:
    said = [words[lang] for key, words in terms.keys().items() if key.startswith(_OF_SENTENCES)]
    ours = set(re.findall(r"[^\W\d_]+", " ".join([*said, *_SAID, "đ"])))
    return frozenset(ours | {terms.lowered(word) for word in ours})


def _are_told(identity: schema.Identity, sharing: _Sharing) -> bool:
    """Whether all that it compares are plain figures, those of the last report too, and none of them is untold."""
    return all(
        is_plain_figure(written, "dong" if name == "paid_dong" else "") and _is_told(name, sharing)
        for name, written in identity.terms
    )


def _number_of_claims(value: float | None, part: schema.Identity, sharing: _Sharing) -> float | None:
    return value if _are_told(part, sharing) else None


def _terms(value: tuple[tuple[str, str], ...], part: schema.Identity, sharing: _Sharing) -> tuple:
    is_told = _are_told(part, sharing)
    return tuple((_measure(name, part, sharing), written if is_told else sharing.hidden) for name, written in value)


def _fields(value: Iterable[FieldCount], part: Part, sharing: _Sharing) -> tuple[FieldCount, ...]:
    """Fields by names of ours, those of one name as one; one by any other name is told together with others."""
    named: dict[str, list[FieldCount]] = {}
    for row in value:
        named.setdefault(_our_fields().get(folded(row.field), ""), []).append(row)
    rows = [
        _joined(rows).model_copy(update={"field": sharing.say(key), "merged": 1})
        for key, rows in named.items() if key
    ]  # fmt: skip
    told = merged([*rows, *(row.model_copy(update={"field": ""}) for row in named.get("", ()))])
    is_named = "" not in named or any(row.field for row in named[""])  # what is joined, in the record
    is_one_unnamed = bool(told) and told[-1].merged == 1 and not told[-1].field and is_named
    return (*told[:-1], told[-1].model_copy(update={"field": sharing.hidden})) if is_one_unnamed else told


def _totals(value: Iterable[schema.FormRow], part: Part, sharing: _Sharing) -> tuple:
    """The totals of the form: of a field there may be a single dossier in a column."""
    return tuple(_part(one, part, sharing) for one in value if one.kind == "total")


def _of_portal(value: str, part: schema.PortalFigure, sharing: _Sharing) -> str:
    """A figure that the portal shows to anybody, or what is said of it, where all of its line are figures."""
    line = (one.written for one in sharing.result.points.portal if one.item == part.item)
    return value if all(is_plain_figure(one, "") for one in line) else sharing.hidden


@cache
def _our_fields() -> dict[str, str]:
    """The fields that have a name in our catalogue, as they are written in Vietnam."""
    return {folded(words["vi"]): key for key, words in terms.keys().items() if key.startswith("field.")}


def merged(fields: Iterable[FieldCount]) -> tuple[FieldCount, ...]:
    """Fields with too few dossiers of a kind joined in one last row: every count is 0 or at least FEWEST.

    Where the joined row has too few itself, the smallest field left is joined to it, and so on, down to one row: so no
    smaller count can be had by subtraction. A field without a name is joined.
    """
    rows = sorted(fields, key=lambda row: (-row.dossiers, row.field))
    told = [row for row in rows if row.field and _is_safe(row)]
    joined = [row for row in rows if row not in told]
    while joined and told and not _is_safe(_joined(joined)):
        joined.append(told.pop())
    return (*told, *((_joined(joined),) if joined else ()))


def _is_safe(row: FieldCount) -> bool:
    return all(_is_enough(count) for count in (row.late_in_software, row.in_time_in_software, row.neither))


def _joined(rows: Iterable[FieldCount]) -> FieldCount:
    counted = ("merged", "dossiers", "late_in_software", "in_time_in_software", "neither")
    rows = list(rows)
    return FieldCount(field="", **{name: sum(getattr(row, name) for row in rows) for name in counted})


def _cases(value: Iterable[schema.Case], part: Part, sharing: _Sharing) -> tuple[schema.Case, ...]:
    """Cases in an order that tells nothing of their codes."""
    return worst_first(_listed(value, part, sharing))


def _in_columns(value: schema.Dossiers, part: Part, sharing: _Sharing) -> schema.Dossiers:
    """Dossiers in columns, in an order that tells nothing of their codes; of what is not told nothing is numbered."""
    rules = sharing.rules[schema.Dossiers]
    lists: dict[str, Any] = {name: rules[name](getattr(value, name), value, sharing) for name in ("kinds", "names")}
    columns = [_column(getattr(value, name), rules[name], value, sharing) for name in schema.Dossier._fields[2:]]
    of_kinds, of_names = map(lists["kinds"].__getitem__, value.kind), map(lists["names"].__getitem__, value.name)
    of_each = zip(of_kinds, of_names, *columns, strict=True)
    return schema.Dossiers.of(sorted(starmap(schema.Dossier, of_each), key=lambda one: one.dossier_id))


def _column(values: tuple, rule: Rule, part: Part, sharing: _Sharing) -> Iterable[object]:
    return values if rule is _same else [rule(one, part, sharing) for one in values]


def _lead_dossiers(value: Iterable[schema.LeadDossier], part: schema.Lead, sharing: _Sharing) -> tuple:
    """Dossiers by group: the code of the dossier that was filed again, else a number in place of a minute or a line."""
    value = tuple(value)
    numbers = {group: str(number) for number, group in enumerate(sorted({one.group for one in value}), start=1)}
    is_code = part.kind == _OF_ANOTHER_DOSSIER
    grouped = [
        one.model_copy(update={"group": _code(one.group, one, sharing) if is_code else numbers[one.group]})
        for one in value
    ]
    return tuple(sorted(_listed(grouped, part, sharing), key=lambda one: (one.group, one.dossier_id)))


def _proposals(value: Iterable[schema.Proposal], part: Part, sharing: _Sharing) -> tuple[schema.Proposal, ...]:
    """Pairs in an order that tells nothing of their codes."""
    return tuple(sorted(_listed(value, part, sharing), key=lambda one: (-one.score, one.dossier_id_software)))


def _counts(value: Mapping[str, Mapping], part: Part, sharing: _Sharing) -> dict:
    told = {name: counted for name, counted in value.items() if _is_told(name, sharing)}
    return {name: _parts(counted, part, sharing) for name, counted in told.items()}


def _edition(value: object, part: Part, sharing: _Sharing) -> Edition:
    return sharing.edition


def _parameters(value: Mapping[str, str], part: Part, sharing: _Sharing) -> dict[str, str]:
    """The parameters that are ours."""
    return {name: value[name] for name in ("as_of", "lang")} | {"edition": sharing.edition}


def _where(value: str, part: schema.Paper, sharing: _Sharing) -> str:
    """Where a paper should lie, said again from numbers, the day of receipt and a field that has a name of ours."""
    one = sharing.by_code[part.dossier_id]
    return fetch.where_it_lies(one, part.sought, sharing.result.lang, told=lambda place: _place(place, part, sharing),
                               field=lambda name: _field(name, part, sharing))  # fmt: skip


def _field(value: str | None, part: Part, sharing: _Sharing) -> str | None:
    """A field by its name of ours; nothing where it has none."""
    key = _our_fields().get(folded(value or ""))
    return key and sharing.say(key)


def _own_notes(value: Iterable[schema.Note], part: Part, sharing: _Sharing) -> tuple:
    """The office's own answers, and nobody's notes; nor whether an inspector's says the opposite."""
    return _listed((one.model_copy(update={"is_contested": False}) for one in value if one.by_office), part, sharing)


def _note(value: str, part: Part, sharing: _Sharing) -> str:
    return fingerprint({"note": value}, sharing.key)


def _finding(value: str, part: schema.Note, sharing: _Sharing) -> str:
    """The code of a dossier that is here; any other is what somebody's file says."""
    return value if part.dossier_id is not None else ""


def _found_then(value: str, part: schema.Note, sharing: _Sharing) -> str:
    """The finding's own mark; another is what somebody's file says."""
    return value if part.is_current else ""


def _each(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


SHARED: dict[type[Part], dict[str, Rule]] = {
    Result: _each(_same, "schema_version as_of versions verdicts late_in_software in_time_in_software populations "
                         "unread has_signature_column grades kept is_kept_said complete not_wholly_seen missing "
                         "are_apologies_missing found_in apologies")
    | _each(_part, "office period what_was_read late_acceptance form_06a points")
    | _each(_parts, "inputs accounting columns causes on_time traced undecided units contradictions leads "
                    "papers corrections sources notes claims soft_spots identities problems duplicates left_out")
    | {"edition": _edition, "parameters": _parameters, "cases": _cases, "in_columns": _in_columns, "fields": _fields,
       "counts": _counts, "proposals": _proposals, "mends": _mends, "denominators": _denominators,
       "smallest": _smallest, "flow": _flow, "sample": _part_if_any, "drift": _part_if_any, "check": _null,
       "next_period": _part_if_any, "systems": _part_if_any, "images": _null, "notes_chain": _part_if_any},
    schema.OfficeName: _each(_same, "commune district province made_up")  # typed for the page
    | {"report": _number_of_report},
    schema.Period: _each(_same, "first_on last_on"),
    schema.Input: _each(_same, "rows") | {"name": _file, "sha256": _mark},
    schema.Accounting: _each(_same, "rows judged problems duplicates left_out"),
    schema.Columns: {"found": _headings, "not_found": _same, "unused": _empty},
    schema.FileRead: _each(_same, "record rows not_readable left_out") | {"file": _file, "remarks": _empty},
    schema.CellsUnread: _each(_same, "record problem cells") | {"column": _problem_column, "reason": _message},
    schema.UnknownWord: _each(_same, "record cells") | _each(_null, "written")
    | {"column": _problem_column, "line": _empty},
    schema.WhatWasRead: _each(_parts, "files unread unknown") | {"unused": _empty, "not_opened": _empty},
    schema.Share: _each(_same, "numerator denominator percent"),
    schema.OnTime: _each(_same, "numerator denominator percent") | _each(_part, "at_least at_most"),
    schema.CauseCount: _each(_same, "verdict cause cause_proved dossiers"),
    schema.Cell: {"column": _same, "heading": _heading, "written": _as_read, "value": _only_day},
    schema.Evidence: _each(_same, "record fate strength corrected remarks") | {"file": _file, "system": _system}
    | _each(_null, "row line comments") | {"page": _place, "sheet": _empty, "images": _empty, "cells": _parts},
    schema.DueDate: _each(_same, "basis due_on stands verdict written_on moved_by"),
    schema.Stay: _each(_same, "level held_workdays is_past_part_due is_waiting")
    | _each(_midnight, "held_from held_until part_due_at") | {"unit": _unit},
    schema.DayOff: _each(_same, "day why decision decided_on is_decided_later is_expected"),
    schema.Case: _each(_same, "dossier_code fingerprint population verdict rule grade not_seen looked_for reason "
                              "sources change cause cause_rule cause_proved cause_reason received_on due_on "
                              "due_on_register term term_unit "
                              "stopped_workdays workdays_to_due ready_on issued_on paper_strength returned_on "
                              "closed_on closed_late_workdays late_workdays apology apologised_on new_due_on "
                              "has_vanished contradictions leads")
    | _each(_null, "procedure field term_source") | _each(_parts, "due_dates days_off stays evidence")
    | {"dossier_id": _code, "holder_at_due": _unit, "images": _empty},
    schema.Kind: _each(_same, "is_case population verdict rule grade not_seen looked_for reason sources change cause "
                              "cause_rule cause_proved cause_reason apology has_vanished contradictions proof")
    | {"holder_at_due": _unit} | _each(_file_if_any, "software_file register_file"),
    schema.Named: _each(_null, "procedure field"),
    schema.Dossiers: _each(_same, "kind name dossier_code received_on due_on due_on_register due_on_latest ready_on "
                                  "issued_on returned_on closed_on late_workdays")  # each value, by `_in_columns`
    | _each(_parts, "kinds names") | _each(_null, "software_row register_row line")
    | {"dossier_id": _code, "page": _place},
    schema.FormRow: _each(_same, "definition basis kind") | {"field": _empty}
    | _each(_part, "received online in_person carried_over settled early on_due_day late open within_time overdue"),
    schema.Form06a: _each(_same, "is_sum outcome") | {"left_open": _null, "carried_over": _part, "rows": _totals},
    schema.PointRange: _each(_same, "at_least at_most"),
    schema.PointShare: _each(_same, "least_percent most_percent is_ceiling")
    | _each(_part, "count total") | {"points": _part_if_any},
    schema.PointItem: _each(_same, "item name formula group_points points full_from in_force_from in_force_to sureness "
                                   "source reasons")  # of our own list, in our words
    | _each(_part_if_any, "software papers between"),
    schema.PortalFigure: _each(_same, "item figure outcome") | _each(_of_portal, "written explanation"),
    schema.Points: _each(_same, "of_points") | _each(_parts, "items portal") | {"between": _part},
    schema.EarlierPeriod: _each(_same, "use edition rules schema_version is_judged_here")
    | _each(_empty, "name message") | {"period": _part_if_any, "sha256": _mark_if_any},
    schema.CarriedDossier: _each(_same, "side state received_on") | {"dossier_id": _code},
    schema.CarriedOver: _each(_same, "left_open carried received_anew receipt_unread is_sum")
    | _each(_part, "missing not_known") | {"dossiers": _empty},
    schema.TrendPeriod: _each(_same, "is_this rules is_comparable") | {"period": _part, "shares": _parts},
    schema.FollowedUp: _each(_same, "until_on done state why count open total")
    | {"file": _file, "row": _null, "what": _hidden, "sign": _sign} | _each(_empty, "who support"),
    schema.Answered: {"dossier_id": _code, "text": _empty, "state": _same},
    schema.NotesChain: _each(_same, "length told state") | {"head": _mark_if_any},
    schema.NextPeriod: _each(_same, "others why_not days_between")
    | _each(_parts, "earlier trend followup") | {"carried_over": _part_if_any, "answers": _empty},
    schema.FieldCount: {},  # by `_fields`, all at once
    schema.Note: _each(_same, "is_current is_contested verdict_then position by_office")
    | _each(_empty, "text evidence by") | _each(_day_in_vietnam, "at added_at")
    | {"finding": _finding, "fingerprint": _found_then, "note": _note, "dossier_id": _code},
    schema.Source: _each(_same, "id topic text in_force_from in_force_to sureness"),
    schema.Contradiction: {"kind": _same, "dossiers": _codes},
    schema.LeadDossier: {"dossier_id": _code, "group": _same},  # by `_lead_dossiers`, all at once
    schema.Lead: _each(_same, "kind out_of explanation") | {"dossiers": _lead_dossiers},
    schema.UnitTime: _each(_same, "level dossiers stays counted workdays past_part_due waiting not_handed_on "
                                  "cannot_be_told before_workdays processing_workdays between_workdays "
                                  "waiting_workdays") | {"unit": _unit},
    schema.LateAcceptance: _each(_same, "is_dated hours are_hours_said dossiers") | _each(_parts, "counted late"),
    schema.AcceptanceCount: _each(_same, "by value filings over_hours hours_not_told over_day day_not_told"),
    schema.AcceptedDossier: _each(_same, "workdays_after is_over_hours is_over_day")
    | _each(_midnight, "applied_at accepted_at") | _each(_null, "minutes_least minutes_most") | {"dossier_id": _code},
    schema.Paper: {"dossier_id": _code, "procedure": _null, "where": _empty, "sought": _same},
    schema.Traced: _each(_same, "closed dossiers overturned"),
    schema.Undecided: _each(_same, "verdict rule reason change dossiers percent_points"),
    schema.Proposal: _each(_code, "dossier_id_software dossier_id_register")
    | _each(_empty, "sheet_software sheet_register") | _each(_null, "row_software row_register")
    | _each(_same, "score reasons"),
    schema.Correction: _each(_same, "record column on") | _each(_hidden, "was now why by")
    | {"row": _null} | _each(_empty, "file sheet"),
    schema.Recounted: _each(_same, "at_least at_most"),
    schema.Tried: _each(_same, "definition at_least at_most out_of outcome") | {"of": _measure},
    schema.Claim: _each(_same, "unit reading is_confirmed definition outcome")
    | _each(_count, "at_least at_most out_of")
    | _each(_of_claim, "written out_of_written") | _each(_measure, "measure of") | _each(_place, "page line")
    | {"claim": _claim, "scope": _scope, "section": _section, "quote": _null}
    | {"tried": _tried, "explanation": _of_claims},
    schema.Identity: _each(_same, "identity source outcome is_confirmed")
    | _each(_number_of_claims, "expected found difference exact")
    | {"terms": _terms, "claims": _claims, "scope": _scope},
    schema.Mend: _each(_same, "instead mended broken is_confirmed")
    | {"claim": _claim, "measure": _measure, "written": _of_claims},
    schema.Denominator: _each(_same, "numerator totals is_confirmed") | _each(_told_numbers, "stated_as counted_as")
    | {"claim": _claim, "claims": _claims, "measure": _measure, "written": _of_claims, "sums": _sums},
    schema.SoftSpot: _each(_same, "soft_spot is_confirmed") | {"sentence": _of_claims, "claims": _claims},
    schema.Candidate: _each(_same, "reason") | _each(_fitting, "fitting of_kind") | {"dossiers": _empty},
    schema.Uneven: _each(_same, "solution dossiers channel state definitions")
    | _each(_measures, "counted_in left_out_of") | {"candidates": _candidates},
    schema.Smallest: _each(_same, "dossiers reason is_complete is_confirmed") | {"uneven": _parts, "claims": _claims},
    schema.Flow: _each(_measure, "table measure") | _each(_same, "starts_at dossiers left_out"),
    schema.Problem: _each(_same, "record problem") | {"file": _file, "row": _null, "sheet": _empty}
    | {"column": _problem_column, "written": _empty, "message": _message},
    schema.Duplicate: _each(_same, "record") | {"file": _file, "row": _null, "sheet": _empty, "dossier_id": _code},
    schema.SampleSaid: _each(_same, "state population drawn pending deviations at_most confidence_percent out_of late "
                                    "undecided hidden most"),  # of all strata together, as verdicts are: no group's
    schema.DriftSaid: _each(_same, "exports compared not_read steps dossiers unchanged uncompared kinds"),  # counts
    schema.LeftOut: _each(_same, "record row why") | {"file": _file} | _each(_empty, "sheet written"),
    schema.CheckCalendar: {"kind": _same, "due": _parts},  # for the office; what is shared has none
    schema.DueBy: _each(_same, "step name after after_on days more_days by_calendar by_workdays more_by_calendar "
                               "more_by_workdays is_expected is_event_open law sureness"),
    schema.Systems: _each(_same, "dossiers in_several in_dispute unsynchronised") | {"ruling": _ruling}
    | _each(_parts, "systems pairs differences"),
    schema.SystemRows: _each(_same, "rows judged in_another duplicates problems is_read")
    | {"system": _system, "files": _files},
    schema.SystemPair: _each(_same, "in_both only_in_first only_in_second cannot_be_compared received due closed")
    | _each(_same, "status procedure") | _each(_system, "first second"),
    schema.SystemDifference: _each(_same, "what first_says second_says") | _each(_system, "first second rules")
    | {"dossier_id": _code},
}  # fmt: skip

_OF_NO_DOSSIER = (  # parts in which nothing is said of a dossier: of these the office sees what anybody may
    schema.OfficeName, schema.Period, schema.Input, schema.Accounting, schema.Columns, schema.FileRead,
    schema.CellsUnread, schema.UnknownWord, schema.WhatWasRead, schema.Share, schema.OnTime, schema.CauseCount,
    schema.DueDate, schema.DayOff, schema.FieldCount, schema.Source, schema.AcceptanceCount, schema.LateAcceptance,
    schema.Traced, schema.Undecided, schema.UnitTime, schema.Recounted, schema.Tried, schema.Claim, schema.Identity,
    schema.Mend, schema.Denominator, schema.SoftSpot, schema.Candidate, schema.Uneven, schema.Smallest, schema.Flow,
    schema.SampleSaid, schema.FormRow, schema.Form06a, schema.PointRange, schema.PointShare, schema.PointItem,
    schema.PortalFigure, schema.Points, schema.CheckCalendar, schema.DueBy, schema.EarlierPeriod,
    schema.CarriedDossier, schema.CarriedOver, schema.TrendPeriod, schema.FollowedUp, schema.Answered,
    schema.NextPeriod, schema.Systems, schema.SystemRows, schema.SystemPair, schema.NotesChain, schema.Kind,
)  # fmt: skip
FOR_OFFICE: dict[type[Part], dict[str, Rule]] = {  # no Lead and no LeadDossier: they cannot be in this edition
    **{part: SHARED[part] for part in _OF_NO_DOSSIER},
    schema.DriftSaid: _each(_same, "exports compared not_read steps dossiers unchanged uncompared")
    | {"kinds": _no_leads},
    Result: _each(_same, "schema_version as_of versions verdicts late_in_software in_time_in_software populations "
                         "unread has_signature_column grades kept is_kept_said complete not_wholly_seen missing "
                         "are_apologies_missing found_in apologies")
    | _each(_part, "office period what_was_read late_acceptance form_06a points")
    | _each(_parts, "inputs accounting columns causes on_time traced undecided units contradictions "
                    "papers corrections sources claims soft_spots identities problems duplicates left_out")
    | {"edition": _edition, "parameters": _parameters, "cases": _cases, "in_columns": _in_columns, "fields": _fields,
       "counts": _counts, "proposals": _proposals, "mends": _mends, "denominators": _denominators,
       "smallest": _smallest, "flow": _flow, "sample": _part_if_any, "drift": _part_if_any, "leads": _empty,
       "notes": _own_notes, "check": _part_if_any, "next_period": _part_if_any, "systems": _part_if_any,
       "images": _null, "notes_chain": _null},
    schema.Cell: {"column": _same, "heading": _heading, "written": _as_read, "value": _only_day},
    schema.Evidence: _each(_same, "record fate strength corrected remarks row")
    | {"file": _file, "system": _system, "comments": _null}
    | _each(_place, "page line") | {"sheet": _empty, "images": _empty, "cells": _parts},
    schema.Stay: _each(_same, "level held_workdays is_past_part_due is_waiting")
    | _each(_midnight, "held_from held_until part_due_at") | {"unit": _unit},
    schema.Case: _each(_same, "dossier_code fingerprint population verdict rule grade not_seen looked_for reason "
                              "sources change cause cause_rule cause_proved cause_reason received_on due_on "
                              "due_on_register term term_unit stopped_workdays workdays_to_due ready_on issued_on "
                              "paper_strength returned_on closed_on closed_late_workdays late_workdays apology "
                              "apologised_on new_due_on has_vanished contradictions")
    | _each(_null, "procedure term_source") | _each(_parts, "due_dates days_off stays evidence")
    | {"dossier_id": _own_code, "holder_at_due": _unit, "field": _field, "leads": _empty,
       "images": _empty},
    schema.Named: {"procedure": _null, "field": _field},
    schema.Dossiers: _each(_same, "kind name dossier_code received_on due_on due_on_register due_on_latest ready_on "
                                  "issued_on returned_on closed_on late_workdays software_row register_row")
    | _each(_parts, "kinds names") | _each(_place, "page line") | {"dossier_id": _own_code},
    schema.Note: _each(_same, "is_current is_contested verdict_then position by_office")
    | _each(_empty, "text evidence by") | _each(_day_in_vietnam, "at added_at")
    | {"finding": _finding, "fingerprint": _found_then, "note": _note, "dossier_id": _own_code},
    schema.Contradiction: {"kind": _same, "dossiers": _own_codes},
    schema.AcceptedDossier: _each(_same, "workdays_after is_over_hours is_over_day")
    | _each(_midnight, "applied_at accepted_at") | _each(_null, "minutes_least minutes_most")
    | {"dossier_id": _own_code},
    schema.Paper: {"dossier_id": _own_code, "procedure": _null, "where": _where, "sought": _same},
    schema.Proposal: _each(_own_code, "dossier_id_software dossier_id_register")
    | _each(_empty, "sheet_software sheet_register") | _each(_same, "score reasons row_software row_register"),
    schema.Correction: _each(_same, "record column on row") | _each(_hidden, "was now why by")
    | _each(_empty, "file sheet"),
    schema.Problem: _each(_same, "record problem row") | {"file": _file, "sheet": _empty}
    | {"column": _problem_column, "written": _empty, "message": _message},
    schema.Duplicate: _each(_same, "record row") | {"file": _file, "sheet": _empty, "dossier_id": _own_code},
    schema.SystemDifference: _each(_same, "what first_says second_says") | _each(_system, "first second rules")
    | {"dossier_id": _own_code},
    schema.LeftOut: _each(_same, "record row why") | {"file": _file} | _each(_empty, "sheet written"),
}  # fmt: skip
