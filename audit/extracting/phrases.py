"""The listed phrases, and where each stands in the texts of a report, letter for letter or nearly."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
from rapidfuzz import fuzz, process

from audit.extracting.words import CLAUSE, Word, is_odd, keys

NONE, MISREAD, UNIT, TOTAL, SCOPE, ANY = (
    "none",
    "misread",
    "unit",
    "total",
    "scope",
    "*",
)  # lines of the table that are of no single measure
_COLUMNS, _PARTS = ("before", "after", "context", "without"), "…"
_LEAST = ((4, 99), (7, 85), (12, 82))  # letters of a phrase at most, and the least likeness that finds it, in percent
_LEAST_OF_LONG, _LEAST_OF_A_WORD, _LEAST_OF_GLUED = 77, 50, 92
_LEAST_OF_TYPED, _LEAST_OF_A_TYPED_WORD = 88, 75  # a text that was never scanned has slips of the keyboard at most
_ODD_WORDS = 0.005  # the share of words with a figure or sign in them from which a text was scanned
_CLEARLY = 4  # percent: so much better another phrase must fit the same words


@dataclass(frozen=True)
class Phrase:
    """A line of `phrases.csv`: what stands before and after a figure of these `measures`, in parts, in order."""

    measures: tuple[str, ...]
    unit: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    context: tuple[str, ...]
    without: tuple[str, ...]
    written: str

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts, wherever they must stand."""
        return (*self.before, *self.after, *self.context, *self.without)


@dataclass(frozen=True)
class Hit:
    """Where a part stands: the first and last of its words, and how like it is, in percent."""

    first: int
    last: int
    score: int


Hits = Mapping[str, list[Hit]]  # part -> where it stands in one text


def phrases(lines: Iterable[Mapping[str, str]]) -> list[Phrase]:
    """The table's lines, already expanded, in order; a label that may stand before a figure may stand after it too."""
    direct = [
        Phrase(
            tuple(line["measure"].split()),
            line["unit"],
            _parts(line["before"]),
            _parts(line["after"]),
            _parts(line["context"]),
            _parts(line["without"]),
            line["written"],
        )
        for line in lines
        if line["measure"] not in (NONE, MISREAD)
    ]
    own = {(phrase.measures, phrase.after) for phrase in direct}
    turned = [replace(phrase, before=(), after=phrase.before) for phrase in direct if _may_turn(phrase)]
    return [*direct, *(phrase for phrase in turned if (phrase.measures, phrase.after) not in own)]


def expanded(lines: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """The table's lines, one for each choice among the alternatives "a|b" of their parts."""
    for line in lines:
        cells = [[_PARTS.join(choice) for choice in product(*(part.split("|") for part in line[name].split(_PARTS)))]
                 for name in _COLUMNS]  # fmt: skip
        for chosen in product(*cells):
            yield {**line, **dict(zip(_COLUMNS, chosen, strict=True))}


def has_figure(line: Mapping[str, str]) -> bool:
    """Whether a line of a measure has a figure in it: in a scan, where figures are letters, it tells nothing."""
    is_measure = line["measure"] not in (NONE, MISREAD)
    return is_measure and any(sign.isdigit() for name in ("before", "after", "context") for sign in line[name])


def with_comma(lines: Iterable[Mapping[str, str]]) -> list[str]:
    """The parts that are written with a comma, which then divides nothing."""
    cells = (line[column] for line in lines for column in ("before", "after"))
    return [keys(part) for cell in cells for part in cell.split(_PARTS) if "," in part]


def hits(texts: Sequence[Sequence[Word]], listed: Iterable[Phrase], lines: Iterable[Mapping[str, str]]) -> list[Hits]:
    """For each text, every place of every part; none runs over the end of a clause."""
    said = {keys(part): part for line in lines for column in _COLUMNS for part in line[column].split(_PARTS)}
    by_size: dict[int, list[str]] = defaultdict(list)
    for part in dict.fromkeys(part for phrase in listed for part in phrase.parts):
        by_size[part.count(" ") + 1].append(part)
    windows = {size: _windows(texts, size) for size in range(1, max(by_size, default=0) + 2)}
    by_text: list[dict[str, list[Hit]]] = [defaultdict(list) for _ in texts]
    is_scan = is_scanned(texts)
    for size, parts in by_size.items():
        for wide in range(max(1, size - 1), size + 2):
            places = windows[wide]
            scores = process.cdist(
                parts, list(places.keys()), scorer=fuzz.ratio, score_cutoff=_LEAST_OF_LONG, dtype=np.uint8
            )
            best = scores.max(axis=0, initial=0)
            names, at = list(places), list(places.values())
            for row, column in zip(*np.nonzero(scores), strict=True):
                score = int(scores[row, column])
                is_best = score >= _least(parts[row], is_scan) and score + _CLEARLY > best[column]
                if is_best and _is_word_for_word(parts[row], names[column], is_scan):
                    for text, first in at[column]:
                        run = texts[text][first : first + wide]
                        if is_scan or names[column] == parts[row] or _is_typed_alike(said[parts[row]], run):
                            by_text[text][parts[row]].append(Hit(first, first + wide - 1, score))
    return [{part: _apart(places) for part, places in one.items()} for one in by_text]


def _may_turn(phrase: Phrase) -> bool:
    is_label = len(phrase.before) == 1 and not phrase.after and not phrase.written
    return (
        is_label
        and phrase.unit not in ("number", "day")
        and phrase.measures not in ((ANY,), (UNIT,), (TOTAL,), (SCOPE,))
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(keys(part) for part in cell.split(_PARTS) if part.strip())


def is_scanned(texts: Sequence[Sequence[Word]]) -> bool:
    """Whether figures and signs stand within the words, as a scanner leaves them: s6, x@, 1€."""
    said = [word for words in texts for word in words if any(letter.isalpha() for letter in word.written)]
    return sum(is_odd(word.written) for word in said) > _ODD_WORDS * len(said)


def _least(part: str, is_scan: bool) -> int:
    least = next((least for letters, least in _LEAST if len(part) <= letters), _LEAST_OF_LONG)
    return least if is_scan else max(least, _LEAST_OF_TYPED)


@cache
def _is_word_for_word(part: str, written: str, is_scan: bool) -> bool:
    """Whether each word is like its own; where words are glued or split, whether no letter is lost."""
    ours, theirs = part.split(), written.split()
    if len(ours) != len(theirs):
        return fuzz.ratio("".join(ours), "".join(theirs)) >= _LEAST_OF_GLUED
    least = _LEAST_OF_A_WORD if is_scan else _LEAST_OF_A_TYPED_WORD
    return all(fuzz.ratio(one, other) >= least for one, other in zip(ours, theirs, strict=True))


def _is_typed_alike(part: str, run: Sequence[Word]) -> bool:
    """Whether a text that was typed, not scanned, means the part: "trước tiếp" is not "trực tiếp"."""
    ours, theirs = (
        unicodedata.normalize("NFD", text.casefold()).split() for text in (part, " ".join(word.written for word in run))
    )
    alike = (fuzz.ratio(one, other) >= _LEAST_OF_A_TYPED_WORD for one, other in zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and all(alike)


def _windows(texts: Sequence[Sequence[Word]], size: int) -> dict[str, list[tuple[int, int]]]:
    """Every run of `size` words within a clause: its keys, and the texts and places where it stands."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, words in enumerate(texts):
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            if all(word.division < CLAUSE for word in run[:-1]):
                places[" ".join(word.key for word in run)].append((number, first))
    return places


def _apart(places: Iterable[Hit]) -> list[Hit]:
    """Of places that overlap, the best; in the order of the text."""
    chosen: list[Hit] = []
    for hit in sorted(places, key=lambda hit: (-hit.score, hit.first, hit.last)):
        if all(hit.last < other.first or hit.first > other.last for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.first)
