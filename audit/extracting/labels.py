"""Which measure a figure is of: by the words before and after it and what it stands under."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from audit.extracting.numerals import Figure
from audit.extracting.phrases import ANY, SCOPE, TOTAL, UNIT, Hit, Hits, Phrase
from audit.extracting.scopes import LEADING, NEAR, OWN, SAID_OF_ITSELF, Scope
from audit.extracting.words import BRACKET, CLAUSE, SENTENCE, WEAK, Word, keys

UNKNOWN, PERCENT, AVERAGE, TARGET, STATEMENT, OTHER = "unknown", "percent", "average", "target", "statement", "other"
SURE, LIKELY, UNSURE = "sure", "likely", "unsure"

_FILLERS = set(keys(
    "là được đạt có tỷ lệ với số tổng gồm trong đó đã chiếm khoảng cụ thể như kết quả tại của các và thì trên dưới "
    "theo hồ sơ thủ tục TTHC lượt người còn lại bằng tương ứng đến nay kỳ này báo cáo UBND xã phường thực hiện đảm "
    "bảo cho đối hiện về"
).split())  # fmt: skip
_SUBORDINATE = set(keys("của tại trên thuộc").split())  # words that tie a count to the one before it
_AND, _NEAR_AND = "va", 6  # words
_NO_COUNT = ("number", "day")
_SPEAKS_AGAINST = 3  # how much heavier a phrase weighs that says a figure is of no listed measure
_CONTEXT_WEIGHT, _PER_WORD, _PER_CONTEXT_WORD, _ABOVE = 12, 0.2, 0.1, 20
_SURE_SCORE, _SURE_MARGIN, _SURE_DISTANCE, _SURE_STRANGE = 85, 0.2, 1, 1
_LIKELY_SCORE, _LIKELY_MARGIN, _LIKELY_DISTANCE = 78, 0.1, 6
_SAME, _ALONE = 0.05, 0.4  # of a value: the same label; no rival worth the name
_EXACT, _NEARLY = 95, 84  # percent: how like two, and more, small words must be
_KNOWN_WORD, _SHORT = 75, 2


@dataclass(frozen=True)
class Text:
    """A block's words, with where phrases stand in it and in the texts above it, nearest first."""

    words: Sequence[Word]
    hits: Hits
    above: Sequence[Hits]
    known: frozenset[str]  # the words of all phrases
    with_comma: Sequence[str]  # the parts of phrases that are written with a comma; `scopes`: whom it names
    is_scan: bool
    scopes: Sequence[Scope] = ()
    scope_above: str = OWN

    def scope(self, at: int) -> str:
        """Of whom the word at a place is said: whoever is named just before it, or led what came before it, or the
        headings."""
        begin = max(self.begin(at, WEAK), at - NEAR)
        before = [one for one in self.scopes if one.first < at <= one.until]
        said = [one.name for one in before if (one.name and one.first >= begin) or self._leads(one)]
        return said[-1] if said else self.scope_above

    def _leads(self, scope: Scope) -> bool:
        """Whether a scope begins what is said of it: a part of a sentence; the office itself, a sentence."""
        return scope.first - self.begin(scope.first, WEAK if scope.name else SENTENCE) <= LEADING

    def between(self, part: str, first: int, end: int) -> list[Hit]:
        """Where `part` stands among the words from `first` up to, not including, `end`."""
        hits = self.hits.get(part, [])
        begin = bisect_left(hits, first, key=lambda hit: hit.first)
        return [hit for hit in hits[begin : bisect_left(hits, end, key=lambda hit: hit.last)] if hit.last < end]

    def begin(self, at: int, division: int) -> int:
        """Where the clause or sentence of a word begins."""
        divided = self._divided[division]
        before = bisect_left(divided, at)
        return divided[before - 1] + 1 if before else 0

    def end(self, at: int, division: int) -> int:
        """Where it ends: the position after its last word."""
        divided = self._divided[division]
        behind = bisect_left(divided, at)
        return divided[behind] + 1 if behind < len(divided) else len(self.words)

    @cached_property
    def _divided(self) -> dict[int, list[int]]:
        """For each strength, the words behind which the text is divided at least so strongly."""
        divisions = [word.division for word in self.words]
        return {least: [at for at, one in enumerate(divisions) if one >= least] for least in range(WEAK, SENTENCE + 1)}

    @cached_property
    def bound(self) -> set[int]:
        """Words behind which no comma divides, because a listed phrase has it: "có phí, lệ phí"."""
        run_on = (hit for part in self.with_comma for hit in self.hits.get(part, ()))
        return {at for hit in run_on for at in range(hit.first, hit.last)}

    @cached_property
    def strange(self) -> list[bool]:
        """Whether each word is in no phrase."""
        return [
            word.key not in self.known
            and len(word.key) > _SHORT
            and not word.written[0].isdigit()
            and (
                not self.is_scan
                or process.extractOne(word.key, self.known, scorer=fuzz.ratio, score_cutoff=_KNOWN_WORD) is None
            )
            for word in self.words
        ]


@dataclass(frozen=True)
class Place:
    """A figure in its text: its words are those from `first` to `last`; the label may stand from `low` up to `high`.

    From `near` on, behind a comma, a label counts for less. `whole`: from where on the words before the figure say
    what it is out of ("trên tổng số hồ sơ đã giải quyết").
    """

    figure: Figure
    unit: str
    is_head: bool
    low: int
    near: int
    high: int
    whole: int


@dataclass(frozen=True)
class Label:
    """What a figure is of, and how sure that is; `score` and `margin` are what it rests on."""

    measures: tuple[str, ...] = (UNKNOWN,)
    reading: str = UNSURE
    unit: str = ""
    value: float = 0
    phrase: Phrase | None = field(default=None, compare=False)


def totals(text: Text, listed: Sequence[Phrase]) -> list[Hit]:
    """Where words stand that tell what a figure is out of."""
    parts = [phrase.before[0] for phrase in listed if phrase.measures == (TOTAL,)]
    return [
        hit
        for part in parts
        for hit in text.hits.get(part, ())
        if hit.score >= (_EXACT if part.count(" ") < _SHORT else _NEARLY)
    ]


def places(text: Text, figures: Sequence[tuple[Figure, str]], wholes: Sequence[Hit]) -> list[Place]:
    """The figures of a text in order; where words stand between two, the first comma divides them."""
    placed = []
    counts = [one for one in figures if one[1] not in _NO_COUNT]
    for figure, unit in figures:
        low, high = text.begin(figure.first, CLAUSE), text.end(figure.last, BRACKET)
        last = next((one.last for one, _ in reversed(counts) if one.last < figure.first), -1)
        next_ = next((one for one in counts if one[0].first > figure.last), None)
        if last >= low:
            low = _division(text, last, figure.first, unit)[1]
        near = _comma(text, figure.last)
        if next_ and next_[0].first < high and unit not in _NO_COUNT:
            high = _division(text, figure.last, next_[0].first, next_[1])[0]
        whole = figure.first
        for hit in wholes:
            if low <= hit.first < figure.first:
                behind = _comma(text, hit.last)
                low, whole = (behind, whole) if behind < figure.first else (low, min(whole, hit.first))
        is_total = any(hit.last + 1 == figure.first for hit in wholes)
        before = text.words[figure.first - 1].key if figure.first else ""
        is_head = before not in _SUBORDINATE and not is_total
        low = figure.first if is_total else low
        placed.append(Place(figure, unit, is_head, low, min(near, high), high, max(low, whole)))
    return placed


def label(text: Text, place: Place, listed: Sequence[Phrase]) -> Label:
    """The measure whose phrase fits best, `unknown` where none does."""
    fits = sorted(
        ((fit, phrase) for phrase in listed if _suits(phrase, place) and (fit := _fit(text, place, phrase))),
        key=lambda one: -one[0].value,
    )
    if not fits:
        return Label(unit=place.unit)
    best, phrase = fits[0]
    rival = next((fit for fit, other in fits if other.measures != phrase.measures), None)
    margin = _margin(best, rival) if rival else 1
    reading = _reading(best, margin)
    begin = text.begin(place.figure.first, SENTENCE)
    speaks_against = any(other.measures == (UNKNOWN,) for _, other in fits) or any(
        text.between(other.context[0], begin, place.high)
        for other in listed
        if other.measures == (SCOPE,) and not (text.is_scan and other.written) and other.written != SAID_OF_ITSELF
    )
    is_open = not place.unit and not text.words[place.figure.last].division
    if reading == SURE and (speaks_against or is_open or _is_behind_a_number(text, place)):
        reading = LIKELY
    unit = place.unit or phrase.unit
    return Label(phrase.measures, UNSURE if phrase.measures == (UNKNOWN,) else reading, unit, best.value, phrase)


def changed_unit(text: Text, place: Place, listed: Sequence[Phrase]) -> Phrase | None:
    """The line that makes a figure a target, an average or a shortcoming, whatever its measure."""
    begin = text.begin(place.figure.first, SENTENCE)
    for phrase in listed:
        if phrase.measures != (ANY,):
            continue
        before = _before(text, place, phrase.before, place.low)
        is_said = not phrase.before or (before and (before.distance <= 1 or phrase.unit != STATEMENT))
        above = text.above[0] if text.above else {}
        in_context = all(text.between(part, begin, place.figure.first) or part in above for part in phrase.context)
        if is_said and in_context and not any(text.between(part, begin, place.high) for part in phrase.without):
            return phrase
    return None


def has_label(text: Text, place: Place) -> bool:
    """Whether words other than fillers stand before the figure, so that a share is not simply the last count's."""
    return has_words(text, place.low, place.whole)


def has_words(text: Text, first: int, end: int) -> bool:
    """Whether words other than fillers stand from `first` up to `end`."""
    return _content(text, first, end) > 0


@dataclass(frozen=True)
class _Fit:
    value: float
    score: int
    distance: int
    strange: int
    context: float = 0


def _is_behind_a_number(text: Text, place: Place) -> bool:
    """Whether another number stands directly before a count, or its thousands: it may be a misread word."""
    if place.figure.kind == "count" and " " in place.figure.written:
        return True
    before = text.words[place.figure.first - 1] if place.figure.first else None
    return place.unit != PERCENT and before is not None and before.written.isdigit() and not before.division


def _suits(phrase: Phrase, place: Place) -> bool:
    if phrase.measures in ((ANY,), (UNIT,), (TOTAL,), (SCOPE,)):
        return False
    if phrase.measures == (UNKNOWN,):
        return True
    if place.unit == PERCENT:
        return phrase.unit not in ("dong", "number", "day")
    return phrase.unit == place.unit or (not place.unit and phrase.unit not in (PERCENT, "dong", "number", "day"))


def _fit(text: Text, place: Place, phrase: Phrase) -> _Fit | None:
    if phrase.written or any(text.between(part, place.low, place.high) for part in phrase.without):
        return None
    before, after = _before(text, place, phrase.before, place.low), _after(text, place, phrase.after)
    speaks_against = phrase.measures == (UNKNOWN,)
    find = _scope if speaks_against else _context
    contexts = [fit for part in phrase.context if (fit := find(text, place, part))]
    if before is None or after is None or len(contexts) < len(phrase.context):
        return None
    context = sum(fit.value for fit in contexts) / max(1, len(contexts))
    value = before.value + after.value + context
    if speaks_against:
        value *= _SPEAKS_AGAINST / (1 + before.distance + after.distance)
    return _Fit(
        value,
        min(fit.score for fit in (before, after, *contexts)),
        max(before.distance, after.distance),
        before.strange + after.strange,
        context,
    )


def _margin(best: _Fit, rival: _Fit) -> float:
    """By how much the best fits better: where the label is the same, as its context alone says."""
    label, other = best.value - best.context, rival.value - rival.context
    if abs(label - other) < _SAME * label and best.context and rival.context:
        return 1 - rival.context / best.context
    return 1 - rival.value / best.value


_NOTHING = _Fit(0, 100, 0, 0)


def _before(text: Text, place: Place, parts: Sequence[str], low: int) -> _Fit | None:
    """The parts in order before the figure, the last one as near to it as can be."""
    end, chosen = place.whole, []
    for part in reversed(parts):
        hits = text.between(part, low, end)
        if not hits:
            return None
        hit = max(hits, key=lambda hit: hit.score - 2 * (end - hit.last))
        chosen.append((part, hit))
        end = hit.first
    if not chosen:
        return _NOTHING
    last = chosen[0][1].last + 1
    strange = sum(text.strange[last : place.whole]) * 2 + sum(text.strange[low : chosen[-1][1].first])
    return _valued(chosen, _content(text, last, place.whole), strange)


def _after(text: Text, place: Place, parts: Sequence[str]) -> _Fit | None:
    """The parts in order after the figure; behind a comma they count for less."""
    first, chosen = place.figure.last + 1, []
    for part in parts:
        hits = text.between(part, first, place.high)
        if not hits:
            return None
        chosen.append((part, hits[0]))
        first = hits[0].last + 1
    if not chosen:
        return _NOTHING
    begin = chosen[0][1].first
    is_of_total = place.figure.kind == "ratio"  # "22/24 học viên": what stands behind may be said of the 24
    distance = _content(text, place.figure.last + 1, begin) + 2 * ((begin >= place.near) + is_of_total)
    return _valued(chosen, distance, sum(text.strange[place.figure.last + 1 : begin]) * 2)


def _context(text: Text, place: Place, part: str) -> _Fit | None:
    """The part nearest before the figure in its own sentence, else in the texts above."""
    if near := text.between(part, text.begin(place.figure.first, SENTENCE), place.figure.first):
        away = place.figure.first - near[-1].last
        return _Fit(_context_weight(near[-1]) / (1 + _PER_CONTEXT_WORD * away), near[-1].score, 0, 0)
    for depth, hits in enumerate(text.above):
        if above := hits.get(part):
            best = max(above, key=lambda hit: hit.score)
            return _Fit(_context_weight(best) / (1 + _PER_CONTEXT_WORD * _ABOVE * (1 + depth)), best.score, 0, 0)
    return None


def _scope(text: Text, place: Place, part: str) -> _Fit | None:
    """The part in the figure's own clause, however far before it: "toàn huyện" is said of all that follows."""
    near = text.between(part, text.begin(place.figure.first, CLAUSE), place.figure.first)
    return _Fit(_context_weight(near[-1]), near[-1].score, 0, 0) if near else None


def _valued(chosen: Sequence[tuple[str, Hit]], distance: int, strange: int) -> _Fit:
    value = sum(_weight(part, hit) for part, hit in chosen) / (1 + _PER_WORD * distance)
    return _Fit(value, min(hit.score for _, hit in chosen), distance, strange)


def _weight(part: str, hit: Hit) -> float:
    return len(part) * (hit.score / 100) ** 2


def _context_weight(hit: Hit) -> float:
    return _CONTEXT_WEIGHT * (hit.score / 100) ** 2


def _content(text: Text, first: int, end: int) -> int:
    """How many words other than fillers and figures stand from `first` up to `end`."""
    return sum(word.key not in _FILLERS and not word.written[0].isdigit() for word in text.words[first:end])


def _comma(text: Text, at: int) -> int:
    """The position behind the first comma, or stronger division, from a word on; none inside a phrase counts."""
    return next(
        (n + 1 for n in range(at, len(text.words))
         if text.words[n].division > WEAK or (text.words[n].division == WEAK and n not in text.bound)),
        len(text.words),
    )  # fmt: skip


def _division(text: Text, last: int, first: int, unit: str) -> tuple[int, int]:
    """(where the words after one figure end, where those before the next, with its unit, begin)."""
    if (comma := _comma(text, last)) <= first:
        return comma, comma
    ands = [at for at in range(last + 1, first) if text.words[at].key == _AND and first - at <= _NEAR_AND]
    return (ands[-1], ands[-1] + 1) if ands and unit != PERCENT else (first, last + 1)


def _reading(fit: _Fit, margin: float) -> str:
    is_sure = fit.score >= _SURE_SCORE and margin >= _SURE_MARGIN
    if is_sure and fit.distance <= _SURE_DISTANCE and fit.strange <= _SURE_STRANGE:
        return SURE
    is_near = fit.distance <= _LIKELY_DISTANCE or margin >= _ALONE
    is_likely = fit.score >= _LIKELY_SCORE and margin >= _LIKELY_MARGIN and is_near
    return LIKELY if is_likely else UNSURE


def known_words(listed: Sequence[Phrase]) -> frozenset[str]:
    """Every word of the phrases, and the fillers."""
    return frozenset(word for phrase in listed for part in phrase.parts for word in part.split()) | _FILLERS
