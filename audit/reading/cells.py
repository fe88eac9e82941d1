"""What stands in one cell, as text, turned into a value, or refused: nothing is guessed."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise

from audit.ground.terms import AuditError
from audit.ground.unseen import without_unseen
from audit.reading.shapes import FIRST_YEAR, LAST_YEAR

Words = Mapping[tuple[str, str], str]  # (column, folded text) -> value

VIETNAM = timezone(timedelta(hours=7))
END_OF_DAY = time(23, 59, 59)
NOON = 12
_MOST_DIGITS = 15
_FEWEST_NAMES = 2  # words in a cell that make it a name or a note

_CLOCK = (
    r"(?P<hour>\d{1,2})(?:\s*(?:[hg]|giờ)(?:\s*(?P<minute>\d{2})(?!\d))?(?:\s*phút)?"
    r"|:(?P<minutes>\d{2})(?::(?P<second>\d{2}))?)(?:\s*(?P<half>SA|CH|AM|PM))?"
)
_CLOCK_LAST = re.compile(rf"(?P<day>.*?)[\s,]+(?:lúc\s+)?{_CLOCK}", re.IGNORECASE | re.DOTALL)
_CLOCK_FIRST = re.compile(rf"(?:lúc\s+)?{_CLOCK}[\s,]+(?P<day>.*)", re.IGNORECASE | re.DOTALL)
_DAY_FIRST = re.compile(
    r"(?:ngày\s+)?(?P<day>\d{1,2})\s*(?P<mark>[/.-])\s*(?P<month>\d{1,2})\s*(?P=mark)\s*(?P<year>\d{4})", re.IGNORECASE
)
_IN_WORDS = re.compile(
    r"(?:ngày\s+)?(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})")
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"(?:[T\s](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?)?"
)

_MARK = r"[._/-]*"  # between the groups of a code: any mark, or one that was lost
_FIGURE = "[0-9OIL]"  # in a figure's place: O is 0, and I or a small l is 1
_UNIT = rf"(?P<unit>[A-HJKMNP-Z]{_FIGURE}{{2}})"  # without O, I and L, which may be a misread figure
_SERIAL = rf"{_MARK}(?P<day>{_FIGURE}{{6}}){_MARK}(?P<serial>{_FIGURE}{{4,}})"
_GROUPS = [rf"(?P<{name}>{_FIGURE}{{{width}}})" for name, width in (("top", 3), ("office", 2), ("district", 2))]
_NATIONAL = (
    re.compile(_MARK.join([*_GROUPS, _UNIT]) + _SERIAL),
    re.compile(_MARK.join([_UNIT, _GROUPS[2], _GROUPS[1]]) + _SERIAL),  # H48.53.17-230824-0001
)
_CANONICAL = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}-(?P<day>[0-9]{6})-[0-9]{4,}")
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_FIGURES = str.maketrans("OIL", "011")

_FAILED = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|[=\ufffd].*", re.IGNORECASE | re.DOTALL
)
_ADDRESS = re.compile(r"(?<!\w)(ông|bà|anh|chị|em|cô|chú|đ/c|đồng chí)(?!\w)", re.IGNORECASE)
_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)(0\d{2,3}[\s.-]?\d{3}[\s.-]?\d{3,4}|\d{9}|\d{12})(?!\d)")
_TELEPHONE = re.compile(r"(?<!\d)(\+?84|\(?0)[\s.()-]{0,2}\d(?:[\s.()-]{0,2}\d){7,9}(?!\d)")
_NUMBER_OF_A_PAPER = re.compile(r"(?:số\s*:?\s*)?[\w./&–-]{1,40}", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """A key under which case, spaces, NFC or NFD, and marks around a word make no difference."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(text.split()).strip(" :.*")


@lru_cache(maxsize=4096)  # most texts of a record stand in it many times
def may_be_personal(text: str) -> bool:
    """Whether `text` may hold a name, a telephone or an identity number, and so must not be repeated anywhere."""
    begins_like_a_name = [re.sub(r"^\W+", "", word)[:1].isupper() for word in text.split()]
    is_name = any(one and next_ for one, next_ in pairwise(begins_like_a_name))
    is_code = re.search(r"[A-Z]\d{2}[.-]|-\d{6}-", text)  # a dossier's code, which is all figures and marks
    is_number = _NUMBER_OF_A_PERSON.search(text) or (not is_code and _TELEPHONE.search(text))
    return is_name or bool(_ADDRESS.search(text) or is_number)


def is_number_of_a_paper(text: str) -> bool:
    """Whether `text` has the shape of a document's number, such as 233/BC-UBND: one word with a figure in it."""
    has_figure = any(character.isdigit() for character in text)
    return bool(_NUMBER_OF_A_PAPER.fullmatch(text.strip())) and has_figure and not may_be_personal(text)


def may_be_repeated(text: str, kind: str) -> bool:
    """Whether a message may repeat a cell of this kind: of a day or a number, only figures and their marks."""
    is_figures = kind not in ("at", "due_at", "on", "number") or re.fullmatch(r"[\d\s/.,:+\-TZhg=≠]*", text)
    return bool(is_figures) and not may_be_personal(text)


def is_national_code(text: str) -> bool:
    """Whether a cell holds a code of the national shape, however it is written, and nothing else."""
    try:
        return bool(coded_on(dossier_id(text) or ""))
    except ValueError:
        return False


def is_failed(text: str) -> bool:
    """Whether a cell holds an error of a spreadsheet, or a formula whose value was not stored."""
    return bool(_FAILED.fullmatch(text.strip()))


def text(text: str) -> str:
    """Words with single spaces between them; ValueError for a cell that failed."""
    if is_failed(text):
        raise ValueError(text)
    return " ".join(text.split())


def dossier_id(text: str) -> str | None:
    """The dossier's code without spaces and signs that nobody sees, in capitals, with plain hyphens; None for nothing.

    A code of the national shape, or of its reversed style, comes back as 000.17.53.H48-230824-0001: its marks may
    be others or lost, and in a figure's place O is 0, and I or l is 1. It is one only if marks stand nowhere but
    between its groups and the six figures are a day. In any other code no letter is replaced.
    Raises ValueError for words without any figure or with another word beside them, which are a name or a note, and
    for a number that a spreadsheet has rounded (2.504E+17).
    """
    if coded_on(text):
        return text  # in full and plain, as most are
    if is_failed(text):
        raise ValueError(text)
    words = [word for word in text.split() if word.isalpha() and not word.upper().translate(_FIGURES).isdigit()]
    if not _without_blanks(text):
        return None
    if len(words) >= _FEWEST_NAMES or not any(character.isdigit() for character in text):
        raise ValueError(text)
    if _ROUNDED.fullmatch(text.strip()):
        raise ValueError(text)
    text = _without_blanks(unicodedata.normalize("NFKC", text).upper())
    text = unicodedata.normalize("NFKC", re.sub(r"[\u2010-\u2015\u2212]", "-", text))
    return _national(text) or text


def _without_blanks(text: str) -> str:
    return "".join(without_unseen(text).split())


def coded_on(dossier_id: str) -> datetime | None:
    """The day inside a code as `dossier_id` gives it; None where that is no day, or the code no national one."""
    found = _CANONICAL.fullmatch(dossier_id)
    if found is None:
        return None
    return _day_of(found["day"])


@lru_cache(maxsize=16_384)
def _day_of(figures: str) -> datetime | None:
    """The day that six figures are, the year first; None where they are none."""
    year, month, day = (int(figures[at : at + 2]) for at in (0, 2, 4))
    try:
        return datetime(2000 + year, month, day)  # noqa: DTZ001  a day has no zone
    except ValueError:
        return None


def _national(text: str) -> str | None:
    """The canonical form of a national code; None for a text that is not certain to be one."""
    found = next((m for pattern in _NATIONAL if (m := pattern.fullmatch(text))), None)
    if found is None:
        return None
    part = {name: figures.translate(_FIGURES) for name, figures in found.groupdict().items()}
    groups = (part.get("top", "000"), part["office"], part["district"], part["unit"])
    code = f"{'.'.join(groups)}-{part['day']}-{part['serial']}"
    return code if coded_on(code) else None


def split_clock(text: str) -> tuple[str, tuple[int, int, int] | None]:
    """A text without the time of day that stands before or behind it, and that time: hour, minute, second.

    Reads 17:00[:00], 8h, 8h30, 8 giờ 30 phút, each with SA or CH, AM or PM.
    """
    found = _CLOCK_FIRST.fullmatch(text.strip()) or _CLOCK_LAST.fullmatch(text.strip())
    if found is None:
        return text.strip(), None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = (found["half"] or "").upper()
    hour += 12 if half in ("CH", "PM") and hour < NOON else -NOON if half in ("SA", "AM") and hour == NOON else 0
    if half in ("SA", "AM") and hour > NOON:
        raise ValueError(text)
    return found["day"], (hour, minute or int(found["minutes"] or 0), second)


def moment(text: str) -> tuple[datetime, bool]:
    """(the moment in Vietnam time, whether an hour is written). A time without offset is local.

    Reads 31/08/2023, 31-8-2023, ngày 31 tháng 8 năm 2023, 2023/08/31, each with a time of day before or behind it,
    2023-08-31 and ISO stamps; a stamp with an offset is brought to Vietnam time. Raises ValueError for anything else.
    """
    if found := _ISO.fullmatch(text.strip()):
        return _iso(text, found)
    day, clock = split_clock(text)
    written = next((m for p in (_DAY_FIRST, _IN_WORDS, _YEAR_FIRST) if (m := p.fullmatch(day.strip()))), None)
    if written is None:
        raise ValueError(text)
    year, month, number = (int(written[name]) for name in ("year", "month", "day"))
    return _within(datetime(year, month, number, *(clock or (0, 0, 0)))), clock is not None  # noqa: DTZ001  as written


def has_offset(text: str) -> bool:
    """Whether a moment is written with its offset."""
    found = _ISO.fullmatch(text.strip())
    return bool(found and found["offset"])


def _iso(text: str, found: re.Match) -> tuple[datetime, bool]:
    part = found.groupdict()
    whole = [int(part[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    microsecond = int((part["fraction"] or "0").ljust(6, "0")[:6])
    stamp = datetime(whole[0], whole[1], whole[2], whole[3], whole[4], whole[5], microsecond)  # noqa: DTZ001  as written
    stamp = _within(stamp)
    if offset := part["offset"]:
        sign = -1 if offset[0] == "-" else 1
        digits = offset[1:].replace(":", "").ljust(4, "0")
        hours, minutes = (0, 0) if offset == "Z" else (int(digits[:2]), int(digits[2:]))
        zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
        stamp = stamp.replace(tzinfo=zone).astimezone(VIETNAM).replace(tzinfo=None)
    return stamp, part["hour"] is not None


def _within(stamp: datetime) -> datetime:
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        raise ValueError(stamp)
    return stamp


def at(text: str) -> datetime:
    """A time stamp; midnight where no hour is written."""
    return moment(text)[0]


def due_at(text: str) -> datetime:
    """A time limit; where no hour is written it runs to the end of its day (Civil Code 2015, article 148)."""
    stamp, has_hour = moment(text)
    return stamp if has_hour else datetime.combine(stamp.date(), END_OF_DAY)


def on(text: str) -> datetime:
    """A calendar day, as midnight."""
    return datetime.combine(moment(text)[0].date(), time())


def whole_number(text: str) -> int:
    """A count or an amount of đồng: 12000, 12.000, 12 000, 2.318.000đ; ValueError for anything else."""
    plain = re.sub(r"(?i)\s*(đồng|đ|vnd)$", "", text.strip())
    if not re.fullmatch(r"\d+|\d{1,3}(?:[.,\s]\d{3})+", plain):
        raise ValueError(text)
    digits = re.sub(r"\D", "", plain)
    if len(digits) > _MOST_DIGITS:
        raise ValueError(text)
    return int(digits)


def day(text: str) -> date:
    """A day written as 2023-09-25 or 25/09/2023; an AuditError for anything else."""
    try:
        return on(text).date()
    except ValueError as error:
        raise AuditError("not_a_day", written=text) from error


@dataclass(frozen=True)
class Kind:
    """A kind of cell. `dtype`: of a column; `problem`: what a cell is that cannot be read.

    `parse`: a text, not empty, to its value, or a ValueError; None where a text means what a list of words says.
    """

    dtype: str
    problem: str
    parse: Callable[[str], object] | None = None


KINDS: dict[str, Kind] = {
    "text": Kind("str", "unreadable_cell", text),
    "dossier_id": Kind("str", "unreadable_code", dossier_id),
    "at": Kind("datetime64[us]", "unreadable_day", at),
    "due_at": Kind("datetime64[us]", "unreadable_day", due_at),
    "on": Kind("datetime64[us]", "unreadable_day", on),
    "number": Kind("Int64", "unreadable_number", whole_number),
    "word": Kind("str", "unknown_word"),
    "yes_no": Kind("boolean", "unknown_word"),
    "signed": Kind("boolean", "unknown_signature"),
}
DAYS = ("at", "due_at", "on")  # the kinds that are a day, with its hour or without


def value(column: str, kind: str, text: str, words: Words, applicant: str = "") -> object:
    """What a cell of `column` means, None for an empty one; ValueError for one that cannot be read.

    An empty yes or no is no, an empty place for a signature not signed; the applicant's own name in it is a
    signature, a dotted line is none.
    """
    parse = KINDS[kind].parse
    if parse:
        return parse(text) if text else None
    if not text:
        return None if kind == "word" else False
    listed = words.get((column if kind == "word" else kind, folded(text)))
    if listed is None and kind == "signed":
        listed = _signature(text, applicant)
    if listed is None:
        raise ValueError(text)
    return listed if kind == "word" else listed == "yes"


def _signature(text: str, applicant: str) -> str | None:
    if not any(character.isalnum() for character in text):
        return "no"
    return "yes" if folded(text) == folded(applicant) else None
