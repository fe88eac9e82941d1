"""What two people read of the images in `evidence/`, neither seeing the other's: what is next, where they differ,
and the lines that this makes of the tally sheet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from audit.ground.terms import Search, Sought, text
from audit.reading import cells
from audit.reading.images import Image
from audit.reading.names import may_be_one_person
from audit.sampling import sizes
from audit.sampling.evaluate import timely

TWICE = 2
MOST_CHARACTERS = 200  # of a name, a number, a page or a line
SIGNED_BY = ("applicant", "representative", "officer", "nobody")
_PLACES = ("number", "page", "line")  # differ only where both readers give one
_FILE_LANG = "vi"  # of the lines, so that whoever writes them writes the same


class Seen(StrEnum):
    """What a reader sees on an image: the day, that it is there and cannot be read, or that it is not on it."""

    READ = "read"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


@dataclass(frozen=True)
class Item:
    """A dossier to be read on an image. `where`: the image's name, `mark` the SHA-256 of its file; `is_page`: of a page
    of the register."""

    where: str
    dossier_id: str
    picture: bytes
    is_page: bool
    mark: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The image and the dossier."""
        return self.where, self.dossier_id


@dataclass(frozen=True)
class Reading:
    """What one reader saw of a dossier on an image. `dated_on` is null, and `signed_by` empty, where it is not read."""

    where: str
    dossier_id: str
    seen: Seen
    sought: Sought | None
    dated_on: datetime | None
    signed_by: str
    number: str
    page: str
    line: str
    reader: str
    read_on: date
    mark: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The image and the dossier."""
        return self.where, self.dossier_id


Pair = tuple[Reading, Reading]


@dataclass(frozen=True)
class Agreement:
    """Of `twice` readings by two, those that are `agreed` on all, and those that differ; kappa null as in `sizes`."""

    twice: int
    agreed: int
    kappa: float | None
    differing: tuple[Pair, ...]


def items(images: Iterable[Image]) -> tuple[Item, ...]:
    """Each dossier on each image that is tied to it and can be shown, in the order of the files."""
    return tuple(
        Item(one.name, code, one.picture, bool(one.lines), one.sha256)
        for one in images if one.picture and not one.problem for code in one.dossiers
    )  # fmt: skip


def not_shown(images: Iterable[Image]) -> int:
    """How many files are tied to a dossier and cannot be shown here, so that nobody can read them in the form."""
    return sum(bool(one.dossiers) and not (one.picture and not one.problem) for one in images)


def left_to(reader: str, listed: Iterable[Item], readings: Iterable[Reading]) -> tuple[Item, ...]:
    """What a reader is still to read: what fewer than two have read, and not they themselves, as it is now."""
    taken = _by_image(readings)
    left = []
    for one in listed:
        own = taken.get((one.key, one.mark), [])
        if len(own) < TWICE and not any(may_be_one_person(reader, other.reader) for other in own):
            left.append(one)
    return tuple(left)


def pairs(readings: Iterable[Reading]) -> tuple[Pair, ...]:
    """The first two readings of an image and dossier by two people, in the order in which they were begun.

    An image in whose place another was put is another image.
    """
    return tuple((own[0], own[1]) for own in _by_image(readings).values() if len(own) == TWICE)


def _by_image(readings: Iterable[Reading]) -> dict[tuple[tuple[str, str], str], list[Reading]]:
    """The first two readings of each image and dossier; one by somebody who may be the other reader is left out."""
    taken: dict[tuple[tuple[str, str], str], list[Reading]] = {}
    for one in readings:
        own = taken.setdefault((one.key, one.mark), [])
        if len(own) < TWICE and not any(may_be_one_person(one.reader, other.reader) for other in own):
            own.append(one)
    return taken


def lacking(given: Mapping[str, str]) -> str:
    """What is missing in a reading as typed, or contradicts itself: the key of what to say; "" where nothing is."""
    if not given["reader"].strip():
        return "reader"
    if any(len(one) > MOST_CHARACTERS for one in given.values()):
        return "shorter"
    if not given["seen"]:
        return "seen"
    if given["seen"] != Seen.READ:
        is_told = any(given[name].strip() for name in ("dated_on", "signed_by"))
        return "nothing" if is_told else "" if given["sought"] or given["seen"] == Seen.ABSENT else "sought"
    if not given["sought"]:
        return "sought"
    if not given["dated_on"].strip():
        return "dated_on"
    wanted = "signed_by" if given["sought"] == Sought.REGISTER else "number"
    return "" if given[wanted].strip() else wanted


def reading(item: Item, given: Mapping[str, str], read_on: date) -> Reading:
    """What was typed of an item, nothing `lacking`. Raises AuditError for what is no day of the calendar."""
    is_read = given["seen"] == Seen.READ
    dated_on = cells.day(given["dated_on"].strip()) if is_read else None
    kept = {name: " ".join(given[name].split()) for name in (*_PLACES, "reader")}
    is_signed = is_read and given["sought"] == Sought.REGISTER
    return Reading(
        where=item.where, dossier_id=item.dossier_id, seen=Seen(given["seen"]),
        sought=Sought(given["sought"]) if given["sought"] and given["seen"] != Seen.ABSENT else None,
        dated_on=datetime.combine(dated_on, datetime.min.time()) if dated_on else None,
        signed_by=given["signed_by"] if is_signed else "", read_on=read_on, mark=item.mark, **kept,
    )  # fmt: skip


def differing(first: Reading, second: Reading) -> tuple[str, ...]:
    """The columns in which two readings differ; a number, page or line only where both give one."""
    if first.seen != second.seen:
        return ("seen",)
    facts = [name for name in ("sought", "dated_on", "signed_by") if getattr(first, name) != getattr(second, name)]
    given = {name: (cells.folded(getattr(first, name)), cells.folded(getattr(second, name))) for name in _PLACES}
    return (*facts, *(name for name, (one, two) in given.items() if one and two and one != two))


def line(first: Reading, second: Reading) -> dict[str, str] | None:
    """The line of the tally sheet that two readings make, by column; None where both see nothing on the image.

    Where they differ it has no day, or both days where these differ: either way it is listed, and proves nothing.
    So it is where both cannot read what is there.
    """
    if first.seen == second.seen == Seen.ABSENT:
        return None
    others = differing(first, second)
    papers = {one.sought for one in (first, second) if one.sought}
    cell = {
        "dossier_id": first.dossier_id,
        "where": first.where,
        "search": text(f"search_word.{Search.FOUND}", _FILE_LANG),
    }
    if len(papers) == 1:
        cell["sought"] = text(f"sought_word.{papers.pop()}", _FILE_LANG)
    if not others or "dated_on" in others:
        cell |= {"dated_on": _day(first.dated_on), "second_on": _day(second.dated_on)}
    if first.signed_by and first.signed_by == second.signed_by:
        cell["signed_by"] = text(f"signed_by_word.{first.signed_by}", _FILE_LANG)
    cell |= {name: getattr(first, name) or getattr(second, name) for name in _PLACES if name not in others}
    if others:
        names = ", ".join(text(f"readings.{name}", _FILE_LANG).lower() for name in others)
        cell["remark"] = text("readings.differ", _FILE_LANG, names=names)
    return cell | {"reader": first.reader, "second_reader": second.reader, "read_on": f"{first.read_on:%d/%m/%Y}"}


def agreement(both: Iterable[Pair], due_on: Mapping[str, date | None]) -> Agreement:
    """How far two readers agree; `due_on`: the due date of each dossier, which decides whether a day is in time.

    Kappa is of in time, late, cannot be read and not there, as the sample's.
    """
    listed = tuple(both)
    apart = tuple(pair for pair in listed if differing(*pair))
    kappa = sizes.kappa([(_word(one, due_on), _word(two, due_on)) for one, two in listed])
    return Agreement(len(listed), len(listed) - len(apart), None if kappa is None else float(kappa), apart)


def _word(one: Reading, due_on: Mapping[str, date | None]) -> str:
    return timely(one.dated_on, due_on.get(one.dossier_id)) if one.seen == Seen.READ else one.seen


def _day(day: datetime | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
