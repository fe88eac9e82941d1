"""Figures with their labels as proposed claims: shares with their counts, received and settled apart, nothing twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from audit.extracting.blocks import HEAD, Block
from audit.extracting.labels import (
    AVERAGE,
    LIKELY,
    OTHER,
    PERCENT,
    STATEMENT,
    SURE,
    TARGET,
    UNKNOWN,
    UNSURE,
    Label,
    Place,
    Text,
    changed_unit,
    has_label,
    has_words,
    label,
)
from audit.extracting.phrases import Hit, Phrase
from audit.extracting.scopes import OWN, is_part
from audit.extracting.words import BRACKET, CLAUSE, SENTENCE, keys, plain

FAMILIES = ("online_listed", "online_partial", "online_full", "interlinked_birth", "interlinked_death")
EARLY, ON_DUE_DAY, IN_TIME = "settled_early", "settled_on_due_day", "settled_in_time"
COUNTED = ("dossier", "procedure", "payment", "person", "group", OTHER)
MAY_CHANGE = (*COUNTED, PERCENT)
_EXPLAINS, _NGAY, _RECEIVED = set(keys("tương ứng với bằng là").split()), keys("ngày"), keys("tiếp nhận")
_WHOLES = ("received_total", "settled", "fallen_due")  # "82% tổng số hồ sơ tiếp nhận" is a share of these
_DAYS = ("ngày đêm", "ngày làm việc", "ngày")
_SHORT_LINE = 12  # words
_SAID_ONCE = ("number", "day")  # a document or a day named again is no second claim
_LONGEST_QUOTE = 320
_NEAR_LINES = 10  # early and on the due day are told apart, or not, within so many lines
_LIKE = 75


@dataclass(frozen=True)
class Proposal:
    """One claim in the making, with where it stands in the report, and how well its words fit."""

    measure: str
    written: str
    out_of: str
    unit: str
    reading: str
    section: str
    page: str
    line: int
    quote: str
    order: tuple[int, int]
    value: float = 0
    scope: str = OWN


@dataclass(frozen=True)
class _Read:
    place: Place
    label: Label
    proposal: Proposal


def of_block(
    block: Block, text: Text, placed: Sequence[Place], listed: Sequence[Phrase], wholes: Sequence[Hit],
    lead: Proposal | None = None,
) -> list[Proposal]:  # fmt: skip
    """What the figures of a block claim, in their order.

    `wholes` are the words that tell what a count is out of, `lead` is the count that the block stands under.
    """
    reads: list[_Read] = []
    for place in placed:
        share = _share_before(text, place, reads)
        if share and _is_told_already(place, share, reads):
            continue
        one = _of_share(place, share, reads) if share else _label(block, text, place, listed, reads, lead)
        if one:
            if _may_be_part_of_unknown(text, place, reads):
                one = replace(one, reading=_at_most(LIKELY, one.reading))
            for measure in one.measures:
                reads.append(_Read(place, one, _proposal(block, text, place, one, measure, listed, reads)))
        _put_totals(place, wholes, reads)
    return [proposal for read in reads for proposal in _received_too(text, read)]


def _may_be_part_of_unknown(text: Text, place: Place, reads: list[_Read]) -> bool:
    """Whether a count that is not recognised stands before it in its sentence: "40 hồ sơ …, trong đó 3 quá hạn"."""
    begin = text.begin(place.figure.first, SENTENCE)
    return any(read.proposal.measure == UNKNOWN and read.proposal.unit in COUNTED
               and read.place.figure.first >= begin for read in reads)  # fmt: skip


def _share_before(text: Text, place: Place, reads: list[_Read]) -> _Read | None:
    """The share that a count explains: "98,97% (384/388 hồ sơ)", "99,52%, tương ứng 1.459 hồ sơ"."""
    last = reads[-1] if reads else None
    if last is None or last.proposal.unit not in (PERCENT, TARGET) or place.figure.kind not in ("ratio", "count"):
        return None
    between = [word.key for word in text.words[last.place.figure.last + 1 : place.figure.first]]
    division = text.words[last.place.figure.last].division
    return last if (not between and division == BRACKET) or (between and set(between) <= _EXPLAINS) else None


def _is_told_already(place: Place, share: _Read, reads: list[_Read]) -> bool:
    """Whether the count was printed before, so that the pair only adds what it is out of."""
    same = [n for n, read in enumerate(reads) if read.proposal.measure == share.proposal.measure
            and read.proposal.quote == share.proposal.quote]  # fmt: skip
    is_told = any(reads[n].proposal.written == place.figure.written for n in same)
    for n in same if place.figure.out_of else ():
        read = reads[n]
        if read.proposal.written == place.figure.written or read is share:
            reads[n] = replace(read, proposal=replace(read.proposal, out_of=place.figure.out_of))
    return is_told


def _of_share(place: Place, share: _Read, reads: list[_Read]) -> Label:
    """The label of a count that only says how a share came about."""
    units = [read.proposal.unit for read in reads if read.proposal.measure == share.proposal.measure]
    unit = place.unit or next((unit for unit in units if unit in COUNTED), "dossier")
    return replace(share.label, measures=(share.proposal.measure,), unit=unit)


def _put_totals(place: Place, wholes: Sequence[Hit], reads: list[_Read]) -> None:
    """The count before "trên tổng số 1.480 hồ sơ" is out of those."""
    if place.unit not in COUNTED or not any(hit.last + 1 == place.figure.first for hit in wholes):
        return
    for n in range(len(reads) - 1, -1, -1):
        read = reads[n]
        if read.place.figure.last < place.figure.first and read.proposal.unit in COUNTED:
            if not read.proposal.out_of and read.place.high >= place.low - 1:
                reads[n] = replace(read, proposal=replace(read.proposal, out_of=place.figure.written))
            return


def proposed(block: Block, text: Text, first: int, measure: str, written: str, unit: str, reading: str) -> Proposal:
    """A claim that stands at the word `first` of a block."""
    start = text.words[first].start
    page, line = block.place(start)
    order = (block.places[0][2], block.behind + start)
    quote = block.quote or _quote(block, text, first)
    scope = text.scope(first) if block.scope is None else block.scope
    return Proposal(measure, written, "", unit, reading, block.section, page, line, quote, order, 0, scope)


def _label(
    block: Block, text: Text, place: Place, listed: Sequence[Phrase], reads: list[_Read], lead: Proposal | None
) -> Label | None:
    figure, kind = place.figure, place.figure.kind
    if kind == "document" and block.section == HEAD and plain(figure.document).startswith("bc-"):
        return Label(("report_number",), LIKELY, "number")
    if kind == "day":
        return Label(("report_date",), SURE, "day") if block.section == HEAD and _dates(block, text, place) else None
    head = _head(text, place, reads) if kind == PERCENT else None
    if head and not has_label(text, place) and not _says_what(text, place, listed):
        return replace(head.label, unit=PERCENT, measures=(head.proposal.measure,))
    one = label(text, place, listed)
    is_open = not text.words[figure.last].division
    if not place.unit and (one.measures == (UNKNOWN,) or (one.reading == UNSURE and is_open)):
        return None
    if head and one.measures == (UNKNOWN,) and one.phrase is None:
        return Label((head.proposal.measure,), _at_most(LIKELY, head.label.reading), PERCENT)
    if one.measures == (UNKNOWN,) and one.phrase is None and (whole := _whole_of(text, place, reads, lead)):
        return Label((whole.measure,), LIKELY, whole.unit)
    if kind != PERCENT:
        return one
    is_on_time = one.measures == (ON_DUE_DAY,)  # a share "đúng hạn" has the early ones in it
    return replace(one, unit=PERCENT, measures=(IN_TIME,) if is_on_time else one.measures)


def _whole_of(text: Text, place: Place, reads: list[_Read], lead: Proposal | None) -> Proposal | None:
    """The count that a figure is a part of, where only the name of a scope stands before it: "cấp tỉnh 9.640 hồ sơ"."""
    named = [scope for scope in text.scopes if scope.last < place.figure.first]
    if not named or has_words(text, named[-1].last + 1, place.figure.first) or place.unit not in ("dossier", ""):
        return None
    begin = text.begin(place.figure.first, SENTENCE)
    before = [read.proposal for read in reads if read.place.figure.first >= begin and read.proposal.unit == "dossier"]
    known = [made for made in before if made.measure != UNKNOWN]
    return known[0] if known else lead if lead and lead.unit == "dossier" else None


def _says_what(text: Text, place: Place, listed: Sequence[Phrase]) -> bool:
    """Whether the words directly behind a share say what it is the share of: "100% đúng hạn"."""
    behind = place.figure.last + 1
    return not text.words[place.figure.last].division and any(
        hit.first == behind
        for phrase in listed
        if len(phrase.after) == 1
        and not phrase.before
        and phrase.unit == "dossier"
        and not {*phrase.measures} & {UNKNOWN, *_WHOLES}
        for hit in text.hits.get(phrase.after[0], ())
    )


def _dates(block: Block, text: Text, place: Place) -> bool:
    """Whether a day is the report's own: written out, or at the end of a short line such as "Bình Sơn, ngày …"."""
    figure = place.figure
    is_in_words = not block.text[figure.start : figure.end].replace("/", "").isdigit()
    is_behind_ngay = figure.first > 0 and text.words[figure.first - 1].key == _NGAY
    is_last = figure.last == len(text.words) - 1 and len(text.words) <= _SHORT_LINE
    return is_in_words or (is_behind_ngay and is_last)


def _head(text: Text, place: Place, reads: list[_Read]) -> _Read | None:
    """The count that a share belongs to: the nearest before it in its sentence, first of those that stand alone."""
    begin = text.begin(place.figure.first, SENTENCE)
    counts = [read for read in reads if read.place.figure.first >= begin and read.proposal.unit in COUNTED]
    return next((read for read in reversed(counts) if read.place.is_head), counts[-1] if counts else None)


def _proposal(
    block: Block, text: Text, place: Place, one: Label, measure: str, listed: Sequence[Phrase], reads: list[_Read]
) -> Proposal:
    figure = place.figure
    made = proposed(block, text, figure.first, measure, figure.written, one.unit, one.reading)
    made = replace(made, out_of=figure.out_of, value=one.value)
    if one.unit == "day" and figure.kind == "count":
        behind = " ".join(word.key for word in text.words[figure.last + 1 : figure.last + 4])
        day = max(_DAYS, key=lambda day: fuzz.ratio(keys(day), behind[: len(day)]))
        made = replace(made, written=f"{figure.written} {day}")
    change = changed_unit(text, place, listed) if one.unit in MAY_CHANGE else None
    before = [read for read in reads if read.place.figure.first >= text.begin(figure.first, SENTENCE)]
    if change and change.unit == AVERAGE:
        per = _per(block, text, place, before)
        counts = [read for read in before if read.proposal.unit in COUNTED and read is not per]
        measure = counts[-1].proposal.measure if counts and made.measure == UNKNOWN else made.measure
        return replace(made, measure=measure, unit=AVERAGE, out_of=per.proposal.written if per else "")
    if change and change.unit == STATEMENT:
        return replace(made, unit=STATEMENT, written=f"{change.written} {figure.written}")
    if change:
        return replace(made, unit=change.unit)
    same = [read.proposal for read in before if read.proposal.measure == measure and read.proposal.unit in COUNTED]
    if one.unit == PERCENT and same:
        return replace(made, out_of=same[-1].out_of, quote=same[-1].quote)
    return made


def _per(block: Block, text: Text, place: Place, before: list[_Read]) -> _Read | None:
    """What an average is per: the count of the thing named behind the stroke, else the last count but one or only."""
    counts = [read for read in before if read.proposal.unit in COUNTED]
    named = re.match(r"[^,.;()]{0,20}?/\s*([^\W\d_]+(?:\s[^\W\d_]+)?)", block.text[place.figure.end :])
    name = keys(named[1]) if named else ""
    for read in reversed(counts if named else []):
        following = text.words[read.place.figure.last + 1 : read.place.figure.last + 3]
        if fuzz.ratio(name, " ".join(word.key for word in following)) >= _LIKE:
            return read
    return counts[-1] if len(counts) > 1 else None


def _received_too(text: Text, read: _Read) -> list[Proposal]:
    """Received and settled apart where one pair of numbers is printed for both: "tiếp nhận và giải quyết 218/218"."""
    made, place = read.proposal, read.place
    family, _, verb = made.measure.rpartition("_")
    is_pair = place.figure.kind == "ratio" and family in FAMILIES and verb in ("settled", "received")
    if not is_pair or not text.between(_RECEIVED, place.low, place.high):
        return [made]
    received = replace(made, measure=f"{family}_received", written=made.out_of, out_of="")
    return [received, replace(made, measure=f"{family}_settled")]


def _quote(block: Block, text: Text, first: int) -> str:
    """The sentence around a word; where that is long, its clause."""
    for division in (SENTENCE, CLAUSE):
        begin, end = text.begin(first, division), text.end(first, division)
        stop = text.words[end].start if end < len(text.words) else len(block.text)
        quote = block.text[text.words[begin].start : stop].strip(" ;:,-–+*(").removesuffix("Trong đó")
        if len(quote) <= _LONGEST_QUOTE:
            break
    return quote[:-1] if quote.endswith(")") and quote.count("(") < quote.count(")") else quote


def _at_most(limit: str, reading: str) -> str:
    return min(limit, reading, key=[UNSURE, LIKELY, SURE].index)


def together(proposals: Sequence[Proposal]) -> list[Proposal]:
    """All claims of a report in order: early told from on the due day, nothing twice, rival figures less sure."""
    claims = _rivals(_once(_in_time(_own(proposals))))
    return sorted(claims, key=lambda made: made.order)


def _own(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The claims of a report that names one scope only, and never apart from itself, as the office's own."""
    whole = [made for made in proposals if not is_part(made.scope)]
    names = {made.scope for made in whole} - {OWN}
    of_own, of_other = ({made.measure for made in whole if (made.scope == OWN) is is_own and made.unit in COUNTED}
                        for is_own in (True, False))  # fmt: skip
    if len(names) == 1 and not of_own & of_other:
        return [made if is_part(made.scope) else replace(made, scope=OWN) for made in proposals]
    return list(proposals)


def _in_time(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Early and on the due day where a report prints both as counts; else whichever it prints means in time.

    Early is early, too, beside a figure that is said to be of both.
    """
    both = [made for made in proposals if made.measure == IN_TIME and made.unit in ("dossier", PERCENT)]
    counts: dict[str, list[Proposal]] = {EARLY: [], ON_DUE_DAY: []}
    for made in proposals:
        if made.measure in counts and made.unit == "dossier":
            counts[made.measure].append(made)
    told = []
    for made in proposals:
        other = {EARLY: ON_DUE_DAY, ON_DUE_DAY: EARLY}.get(made.measure)
        beside = [*counts[other], *(both if made.measure == EARLY else ())] if other else []
        if other is None or made.unit == STATEMENT or any(_is_near(made, one) for one in beside):
            told.append(made)
            continue
        told.append(replace(made, measure=IN_TIME))
        if made.measure == EARLY and made.unit == "dossier":
            told.append(replace(made, written="trước hạn", out_of="", unit=STATEMENT, reading=LIKELY))
    return told


def _is_near(one: Proposal, other: Proposal) -> bool:
    return (one.section, one.scope) == (other.section, other.scope) and abs(one.line - other.line) <= _NEAR_LINES


def _once(proposals: Sequence[Proposal]) -> list[Proposal]:
    chosen: dict[tuple, Proposal] = {}
    for made in sorted(proposals, key=lambda made: made.order):
        key: tuple[object, ...] = (made.measure, made.unit, made.written, made.scope)
        if made.unit not in _SAID_ONCE:
            key += (made.out_of, made.quote, made.order if made.unit != STATEMENT else 0)
        chosen.setdefault(key, made)
    return list(chosen.values())


def _rivals(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Of different figures for one measure, only the one that fits best is as sure as it was."""
    best: dict[tuple, Proposal] = {}
    for made in proposals:
        key = (made.measure, made.unit, made.scope)
        if key not in best or made.value > best[key].value:
            best[key] = made
    return [
        made if made.written == best[made.measure, made.unit, made.scope].written or made.unit == STATEMENT
        else replace(made, reading=_at_most(LIKELY, made.reading))
        for made in proposals
    ]  # fmt: skip
