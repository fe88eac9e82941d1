"""The words of the trade, one for each thing: what a verdict, a cause, a status may be, and how each is said.

The wording itself, in Vietnamese and English, is in `words.toml` beside this file.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
PERCENT_DIGITS = 2
RESULT_MIME = "application/vnd.commune-audit.result"  # how the notebook hands over what is written beside the page
CALENDAR_MIME = "text/calendar"
WORKBOOK_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Status(StrEnum):
    """What the case software says has become of a dossier (national codes 1-10)."""

    NEW = "new"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_PROCESS = "in_process"
    SUPPLEMENTS_ASKED = "supplements_asked"
    FINANCIAL_OBLIGATION = "financial_obligation"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    PROCESSED = "processed"
    RETURNED = "returned"


CLOCK_STANDS_STILL = (Status.SUPPLEMENTS_ASKED, Status.FINANCIAL_OBLIGATION, Status.STOPPED)
NOT_YET_CLOSED = (Status.NEW, Status.ACCEPTED, Status.IN_PROCESS)
CLOSED = (Status.PROCESSED, Status.RETURNED)


class UnitLevel(StrEnum):
    """Who a unit is, seen from the audited commune, as listed in `office.toml`."""

    DESK = "desk"
    COMMUNE = "commune"
    UPPER_LEVEL = "upper_level"
    APPLICANT = "applicant"
    UNKNOWN = "unknown"


AT_THE_DESK = (UnitLevel.DESK, UnitLevel.APPLICANT)
BEHIND_THE_DESK = (UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL)


class FoundIn(StrEnum):
    """In which of the two records a dossier stands."""

    BOTH = "both"
    SOFTWARE = "software"
    REGISTER = "register"


class Fate(StrEnum):
    """What becomes of an input row: exactly one of these."""

    JUDGED = "judged"
    PROBLEM = "problem"
    DUPLICATE = "duplicate"


class Verdict(StrEnum):
    """What the records show of a dossier: a fact about records, never about intent."""

    LATE = "late"
    LATE_ONLY_IN_SOFTWARE = "late_only_in_software"
    NOT_PROVED = "not_proved"
    CLOSED_ON_TIME_RETURNED_LATE = "closed_on_time_returned_late"
    PAPER_CONTRADICTS_ITSELF = "paper_contradicts_itself"
    DUE_DATE_IN_DISPUTE = "due_date_in_dispute"
    NO_DUE_DATE = "no_due_date"
    OVERDUE = "overdue"
    ONLY_IN_REGISTER = "only_in_register"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    OPEN = "open"
    ON_TIME_NOT_CHECKED = "on_time_not_checked"
    ON_TIME = "on_time"


PORTAL_FIGURES = ("numerator", "denominator", "share", "points")  # that the portal shows of an item of its index
PROVED_ON_TIME = (Verdict.ON_TIME, Verdict.LATE_ONLY_IN_SOFTWARE)
UNDECIDED = (
    Verdict.NOT_PROVED, Verdict.CLOSED_ON_TIME_RETURNED_LATE, Verdict.PAPER_CONTRADICTS_ITSELF,
    Verdict.DUE_DATE_IN_DISPUTE, Verdict.NO_DUE_DATE, Verdict.ON_TIME_NOT_CHECKED,
)  # fmt: skip


class Grade(StrEnum):
    """How sure a verdict of late is: what could still show otherwise was seen for the dossier, or was not."""

    PROVED = "proved"
    BY_BOTH_RECORDS = "by_both_records"


APPROXIMATE = {  # before a count that is rounded, and which way
    "hơn": "more", "trên": "more", "gần": "less", "khoảng": "about", "chừng": "about", "xấp xỉ": "about",
    "ước": "about", "dưới": "under",
}  # fmt: skip
SAID_TO_HAVE_LEFT = ("withdrawn_but_returned", "refused_but_returned")  # rules: and a result was returned all the same
PLAINLY_ON_TIME = (Verdict.ON_TIME, Verdict.ON_TIME_NOT_CHECKED)


class Cause(StrEnum):
    """Why a dossier is late, or shown so: a step that was missing when it fell due, never a person's fault."""

    CLOSED_LATE_BY_COMMUNE = "closed_late_by_commune"
    DUE_DATE_NOT_MOVED = "due_date_not_moved"
    HELD_BY_COMMUNE = "held_by_commune"
    HELD_BY_UPPER_LEVEL = "held_by_upper_level"
    DATA_SYNCHRONISATION = "data_synchronisation"
    APPLICANT_COLLECTED_LATE = "applicant_collected_late"
    CANNOT_BE_TOLD = "cannot_be_told"


class Convention(StrEnum):
    """How a term is counted from the receipt (`data/reference/conventions.csv`)."""

    CIVIL_CODE = "civil_code"
    RECEIPT_DAY_COUNTED = "receipt_day_counted"
    CUT_OFF_15 = "cut_off_15"


class Acceptance(StrEnum):
    """Whether the acceptance of a filing is timed, and why not."""

    COUNTED = "counted"
    NOT_ONLINE = "not_online"
    CHANNEL_UNKNOWN = "channel_unknown"
    NO_FILING = "no_filing"
    BEFORE_RULE = "before_rule"
    BEFORE_FILING = "before_filing"


class Sought(StrEnum):
    """Which paper on a dossier is looked for."""

    REGISTER = "register"
    RESULT_PAPER = "result_paper"
    POSTAL = "postal"


class Images(StrEnum):
    """How the internal edition shows images: on the page itself, as links to the files, or in a list alone."""

    EMBEDDED = "embedded"
    LINKED = "linked"
    NONE = "none"


class Search(StrEnum):
    """What came of looking for a paper; `VOID`: the line should not have been drawn, and is replaced."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_KEPT = "not_kept"
    VOID = "void"


class DrawnFrom(StrEnum):
    """What a sample is drawn from: dossiers of the software to be looked for on paper, or lines the other way."""

    SOFTWARE = "software"
    REGISTER = "register"


class SampleState(StrEnum):
    """How far the sample of an audit's folder is: planned, drawn, read; or why it says nothing of this audit."""

    TO_ROLL = "to_roll"
    TO_READ = "to_read"
    READ = "read"
    OTHER_EXPORT = "other_export"
    CANNOT_BE_READ = "cannot_be_read"


class TermUnit(StrEnum):
    """What a procedure's term is counted in: worked days or hours, days of the calendar, months."""

    WORKDAYS = "workdays"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"


class DueBasis(StrEnum):
    """Where a due date comes from; `…_then` is counted with the calendar as known on the day of receipt.

    `…_moved`: by the stops, where nobody knows whether the date as written was moved by them already.
    """

    SOFTWARE = "software"
    SOFTWARE_MOVED = "software_moved"
    SLIP = "slip"
    SLIP_MOVED = "slip_moved"
    SLIP_LATEST = "slip_latest"
    SLIP_LATEST_MOVED = "slip_latest_moved"
    CIVIL_CODE = "civil_code"
    CIVIL_CODE_THEN = "civil_code_then"
    RECEIPT_DAY_COUNTED = "receipt_day_counted"
    RECEIPT_DAY_COUNTED_THEN = "receipt_day_counted_then"
    CUT_OFF_15 = "cut_off_15"
    CUT_OFF_15_THEN = "cut_off_15_then"


DUE_BY = {basis: f"due_by_{basis}" for basis in DueBasis}  # the column of the due date that counts, by its basis
AS_WRITTEN = {
    DueBasis.SOFTWARE: "due_on_software",
    DueBasis.SLIP: "due_on_register",
    DueBasis.SLIP_LATEST: "due_on_register_latest",
}
MOVED = {
    DueBasis.SOFTWARE: DueBasis.SOFTWARE_MOVED,
    DueBasis.SLIP: DueBasis.SLIP_MOVED,
    DueBasis.SLIP_LATEST: DueBasis.SLIP_LATEST_MOVED,
}
TERM = tuple(basis for basis in DueBasis if basis not in (*AS_WRITTEN, *MOVED.values()))
STANDS_STILL = {basis: f"stands_still_{basis}" for basis in (*AS_WRITTEN, *TERM)}  # a stop that reached it runs on


class Apology(StrEnum):
    """What the letters of apology with a new date (văn bản xin lỗi và hẹn lại) are to a dossier's verdict."""

    MISSING = "missing"
    TOO_LATE = "too_late"
    IN_TIME = "in_time"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


class Population(StrEnum):
    """Where a dossier is counted in the period's tables: exactly one of these."""

    SETTLED = "settled"
    SETTLED_LATER = "settled_later"
    OPEN = "open"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ONLY_IN_REGISTER = "only_in_register"
    UNREAD = "unread"  # whether and how it was settled could not be read


class Outcome(StrEnum):
    """What the records, or the report's other figures, say of a reported figure."""

    DOES_NOT_HOLD = "does_not_hold"
    NOT_SETTLED = "not_settled"
    HOLDS_OTHERWISE = "holds_otherwise"
    HOLDS = "holds"
    CANNOT_BE_CHECKED = "cannot_be_checked"


class FollowUp(StrEnum):
    """What a period's records show of an earlier recommendation or promise; never whose fault it is."""

    REPEATED = "repeated"
    MENDED = "mended"
    CANNOT_BE_CHECKED = "cannot_be_checked"


class Edition(StrEnum):
    """For whom the outputs are: those who may see the records, the audited office, or anybody (`result.edition`)."""

    INTERNAL = "internal"
    OFFICE = "office"
    SHAREABLE = "shareable"


class Position(StrEnum):
    """Where the writer of a note stands to what was found."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NEW_EVIDENCE = "new_evidence"
    REMARK = "remark"


class NotesState(StrEnum):
    """What `notes.head` says of the notes: that none is missing at their end, or what else."""

    KEPT = "kept"
    CUT = "cut"
    CHANGED = "changed"
    NOT_KNOWN = "not_known"
    UNREADABLE = "unreadable"


class AuditError(Exception):
    """Records that cannot be audited, or a wrong use; `str()` is two lines, Vietnamese then English.

    `said`: values that are words themselves, in each language.
    """

    def __init__(self, key: str, said: Mapping[str, Mapping[str, str]] | None = None, /, **values: object):
        self.messages = {
            lang: text(f"error.{key}", lang, **values, **{name: words[lang] for name, words in (said or {}).items()})
            for lang in LANGUAGES
        }
        super().__init__("\n".join(" ".join(self.messages[lang].split()) for lang in LANGUAGES))


def refuse_wrong(lang: str, edition: str = Edition.SHAREABLE, images: str = Images.EMBEDDED) -> None:
    """Raise AuditError for a language, an edition, or a way to show images that there is not."""
    if lang not in LANGUAGES:
        raise AuditError("bad_language", written=lang, valid=", ".join(LANGUAGES))
    if edition not in list(Edition):
        raise AuditError("bad_edition", written=edition, valid=", ".join(Edition))
    if images not in list(Images):
        raise AuditError("bad_images", written=images, valid=", ".join(Images))


def text(key: str, lang: str, /, **values: object) -> str:
    """The words for `key` in `lang` ("vi" or "en"), with `values` put in; a KeyError if there are none."""
    words = _catalogue()[key][lang]
    return words.format(**values) if values else words


def has(key: str) -> bool:
    """Whether there are words for `key`."""
    return key in _catalogue()


def keys() -> dict[str, dict[str, str]]:
    """The whole catalogue: key to language to words."""
    return dict(_catalogue())


def measures() -> dict[str, dict[str, str]]:
    """Every measure that a report may state, by name: language to words."""
    return _words()["measure"]


def measure(name: str, lang: str) -> str:
    """What a report counts, in words: a measure, or with `hidden:`, `out_of:`, `previous:` before it, what is of it."""
    before, _, rest = name.rpartition(":")
    said = next((text(key, lang) for key in (f"measure.{rest}", f"part.{rest}") if has(key)), rest)
    return text(f"of_measure.{before}", lang, measure=lowered(said)) if has(f"of_measure.{before}") else said


def table(name: str, lang: str) -> str:
    """A table of a report in words; `again:` before a measure is another place that states it."""
    return text(f"table.{name}", lang) if has(f"table.{name}") else measure(name, lang)


def lowered(words: str) -> str:
    """`words` as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def heading(vietnamese: str, lang: str) -> str:
    """A heading or sentence of the notebook, written there in Vietnamese, in `lang`."""
    return vietnamese if lang == "vi" else _notebook()[vietnamese.strip()]


def number(value: float | Decimal | None, lang: str) -> str:
    """A number as the language writes it: 2.318.000 and 98,3 in Vietnamese; "–" where there is none."""
    if value is None:
        return "–"
    written = f"{int(value):,}" if value == int(value) else f"{value:,.6g}"
    return written.translate(str.maketrans(",.", ".,")) if lang == "vi" else written


def in_percent(value: float | Decimal | None, lang: str) -> str:
    """A percentage with two digits as the language writes it: 98,29% in Vietnamese; "–" where there is none."""
    if value is None:
        return "–"
    written = f"{value:.{PERCENT_DIGITS}f}%"
    return written.replace(".", ",") if lang == "vi" else written


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    flat: dict[str, dict[str, str]] = {}
    for section, entries in _words().items():
        if section != "notebook":
            flat |= {f"{section}.{name}": words for name, words in entries.items()}
    return flat


@cache
def _notebook() -> dict[str, str]:
    return {entry["vi"].strip(): entry["en"].strip() for entry in _words()["notebook"].values()}


@cache
def _words() -> dict:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
