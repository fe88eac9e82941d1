"""Which numbers of a text are figures, and what each counts: the rest are parts of names, or letters misread."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from audit.extracting.numerals import Figure
from audit.extracting.phrases import MISREAD, NONE, UNIT, Hits, Phrase
from audit.extracting.words import Word, can_be, keys
from audit.ground.terms import APPROXIMATE

_LEAST, _LEAST_TYPED = 72, 90  # percent, of a scanned text and of any other
_LONGEST_MISREAD = 3  # figures of a misread word
_SHORTEST_UNIT = 4  # letters of a unit that must begin alike
_SHORTEST_NOUN = 2
_GROUP, _THOUSANDS = 3, re.compile(r"[1-9]\d{0,2}(?: \d{3})*")  # figures of a number with spaces
_NO_NOUN = set(
    keys("và của là trong đến từ tại do theo để với thì cho hoặc nhưng đã đang về ngày tháng năm giờ phút").split()
)
_FIRST, _SECOND = "xấp", "xỉ"
_COMPARED, _OUT_OF, _NEAR_BEFORE = ("nhiều", "ít", "cao", "thấp", "lớn", "nhỏ"), "trên", 4  # words
_KINDS = {"document": "number", "period": "day", "day": "day", "percent": "percent", "dong": "dong"}


@dataclass(frozen=True)
class Reader:
    """The lines of the table that tell numbers apart."""

    around: Sequence[tuple[str, str]]  # words before and after a number that is no figure
    misread: Sequence[tuple[str, ...]]  # expressions of which a scanner may have read a word as a number
    units: Sequence[tuple[str, str]]  # the words for a unit, and the unit
    is_scan: bool

    @property
    def least(self) -> int:
        """How like the words around a number must be, in percent."""
        return _LEAST if self.is_scan else _LEAST_TYPED

    def counted(self, words: Sequence[Word], hits: Hits, figures: Sequence[Figure]) -> list[tuple[Figure, str]]:
        """The real figures, each with its unit: "other" for a thing without one, "" where nothing is named."""
        real, whole = [], self._whole(words, figures)
        for figure, next_ in zip(whole, [*whole, None][1:], strict=True):
            unit = _KINDS.get(figure.kind) or self._unit(words, hits, figure)
            is_noise = self.is_scan and figure.kind == "count" and (
                self._is_misread(words, figure) or is_before_another(words, figure, next_)
            )  # fmt: skip
            is_name = figure.kind == "levels" or (unit in ("", "other") and self._is_part_of_a_name(words, figure))
            if not is_noise and not is_name:
                real.append((_with_approximation(words, figure) if unit else figure, unit))
        return real

    def _whole(self, words: Sequence[Word], figures: Sequence[Figure]) -> list[Figure]:
        """The figures, those of a typed text with spaces between their thousands as one: 1 234."""
        whole: list[Figure] = []
        for figure in figures:
            last = whole[-1] if whole and not self.is_scan else None
            is_rest = len(figure.written) == _GROUP and figure.written.isdigit() and figure.kind == "count"
            is_next = last is not None and figure.start == last.end + 1  # a colon between them would be one more
            if last and is_next and is_rest and _may_go_on(last) and is_before_another(words, last, figure):
                written = f"{last.written} {figure.written}"
                whole[-1] = replace(last, end=figure.end, last=figure.last, written=written)
            else:
                whole.append(figure)
        return whole

    def _unit(self, words: Sequence[Word], hits: Hits, figure: Figure) -> str:
        at = figure.last + 1
        if at >= len(words) or words[figure.last].division:
            return ""
        fits = [
            (hit.score, len(part), unit) for part, unit in self.units for hit in hits.get(part, ()) if hit.first == at
        ]
        if fits:
            return max(fits)[2]
        near = (
            (part, unit, " ".join(word.key for word in words[at : at + part.count(" ") + 1]))
            for part, unit in self.units
        )
        alike = [(fuzz.ratio(part, written), unit) for part, unit, written in near
                 if len(part) > _SHORTEST_UNIT or part[0] == written[0]]  # fmt: skip
        score, unit = max(alike, default=(0, ""))
        if score >= self.least:
            return unit
        noun = words[at]
        is_noun = noun.written.isalpha() and len(noun.written) >= _SHORTEST_NOUN and noun.key not in _NO_NOUN
        return "other" if is_noun and noun.written[0].islower() else ""

    def _is_part_of_a_name(self, words: Sequence[Word], figure: Figure) -> bool:
        is_apart = not self.is_scan and figure.first > 0 and figure.start > words[figure.first - 1].end + 1
        return not is_apart and any(
            _is_like(words, figure.first - before.count(" ") - 1, before, self.least)
            and _is_like(words, figure.last + 1, after, self.least)
            for before, after in self.around
        )

    def _is_misread(self, words: Sequence[Word], figure: Figure) -> bool:
        if len(figure.written) > _LONGEST_MISREAD:
            return False
        return any(
            can_be(figure.written, word) and self._is_said_around(words, figure, expression, at)
            for expression in self.misread
            for at, word in enumerate(expression)
        )

    def _is_said_around(self, words: Sequence[Word], figure: Figure, expression: Sequence[str], at: int) -> bool:
        """Whether an expression, but for its word `at`, stands around the figure."""
        if figure.first < at:
            return False
        behind = words[figure.last + 1 :][: len(expression) - at - 1]
        around = " ".join(word.key for word in (*words[figure.first - at : figure.first], *behind))
        return fuzz.ratio(around, keys(" ".join((*expression[:at], *expression[at + 1 :])))) >= self.least


def reader(lines: Iterable[Mapping[str, str]], listed: Iterable[Phrase], *, is_scan: bool) -> Reader:
    """What the table says of numbers."""
    lines = list(lines)
    around = [tuple(keys(side) for side in line["before"].split("#")) for line in lines if line["measure"] == NONE]
    misread = [tuple(line["written"].split()) for line in lines if line["measure"] == MISREAD]
    units = [(phrase.after[0], phrase.unit) for phrase in listed if phrase.measures == (UNIT,)]
    return Reader([(before, after) for before, after in around], misread, units, is_scan)


def _with_approximation(words: Sequence[Word], figure: Figure) -> Figure:
    """A count with the word before it that says it is rounded; "nhiều hơn 20" compares, "5 trên 20" divides."""
    at = figure.first - 1
    said = words[at].written.casefold() if at >= 0 else ""
    if said == _SECOND and at > 0 and words[at - 1].written.casefold() == _FIRST:
        at, said = at - 1, f"{_FIRST} {_SECOND}"
    if figure.kind not in ("count", "percent") or said not in APPROXIMATE or words[at].division:
        return figure
    before = [word for word in words[max(0, at - _NEAR_BEFORE) : at] if not word.division]
    is_compared = bool(before) and before[-1].written.casefold() in _COMPARED
    if is_compared or (said == _OUT_OF and any(word.written[0].isdigit() for word in before)):
        return figure
    return replace(figure, start=words[at].start, first=at, written=f"{said} {figure.written}")


def _may_go_on(figure: Figure) -> bool:
    return figure.kind == "count" and bool(_THOUSANDS.fullmatch(figure.written))


def is_before_another(words: Sequence[Word], figure: Figure, next_: Figure | None) -> bool:
    """Whether another number follows at once: the first is, in a scan, a misread word: "1a", read 13, for "là"."""
    return next_ is not None and next_.first == figure.last + 1 and not words[figure.last].division


def _is_like(words: Sequence[Word], first: int, phrase: str, least: int) -> bool:
    """Whether the words from `first` on are `phrase`, nearly; nothing is like no phrase at all."""
    if not phrase:
        return True
    if first < 0:
        return False
    run = " ".join(word.key for word in words[first : first + phrase.count(" ") + 1])
    return fuzz.ratio(run, phrase) >= least
