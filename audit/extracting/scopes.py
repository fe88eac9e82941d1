"""Of whom a report speaks: of the office itself, or of a level, a district, a province that it names."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from audit.extracting.phrases import SCOPE, Hits, Phrase
from audit.extracting.words import CLAUSE, WEAK, Word, key, keys

OWN, SAID_OF_ITSELF = "", "đơn vị"  # the office itself, and how the table says so
NEAR = 8  # words from the name to a figure that it need not lead
LEADING = 3  # words at most before the name, in its part of the sentence: "Trong đó, đối với cấp xã"
_PLACES = ("huyện", "thị xã", "thành phố", "quận", "xã", "phường", "thị trấn", "đặc khu")
_FIELD, _MONTH = "lĩnh vực", "tháng"
_KINDS = (*_PLACES, _FIELD, _MONTH)
_LONGEST_NAME, _MONTHS = 4, range(1, 13)  # words; numbers
_OF_THE_WHOLE = frozenset(keys("cả tổng toàn chung cộng").split())  # what follows is said of all again
_AND = key("và")
_ENDS_A_NAME = frozenset(keys("tiếp nhận giải quyết đã có là với được trả tổng số gồm đúng quá trễ chậm còn").split())


@dataclass(frozen=True)
class Scope:
    """Where a scope is named: the first and the last of its words, its name, and the last word that it may be of."""

    first: int
    last: int
    name: str
    until: int = sys.maxsize


def named(hits: Hits, listed: Sequence[Phrase]) -> list[Scope]:
    """Every scope that a text names, in its order; of names that overlap the longest."""
    found = [
        (hit.first, hit.last, OWN if phrase.written == SAID_OF_ITSELF else phrase.written)
        for phrase in listed
        if phrase.measures == (SCOPE,) and phrase.written
        for hit in hits.get(phrase.context[0], ())
    ]
    apart = [
        one for one in found
        if not any(other != one and other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0]
                   for other in found)
    ]  # fmt: skip
    return [Scope(*one) for one in sorted(set(apart))]


def enumerated(words: Sequence[Word]) -> list[Scope]:
    """Places, fields and months that a text goes through, each with figures of its own: "tháng 7 … 120; tháng 8 …".

    Only where it names at least two of a kind, each at the head of its part and before a figure: one that is named by
    itself may be the office's own name, or the period.
    """
    found: list[tuple[str, Scope]] = []
    for at in range(len(words)):
        one = _head(words, at)
        if one and not (found and at <= found[-1][1].last):  # "thị xã" is no "xã"
            found.append(one)
    names = {kind: {scope.name for other, scope in found if other == kind} for kind, _ in found}
    return [scope for kind, scope in found if len(names[kind]) > 1]


def is_part(name: str) -> bool:
    """Whether a scope is one of those that are gone through: a place, a field, a month."""
    return any(name.startswith(f"{kind} ") for kind in _KINDS)


def _head(words: Sequence[Word], at: int) -> tuple[str, Scope] | None:
    """The kind, one for all places, and the scope that begins at a word, the head of its part, with a figure near."""
    kind = next((kind for kind in _KINDS if _stands(words, at, kind)), "")
    is_head = at <= LEADING or any(word.division >= WEAK or word.key == _AND for word in words[at - LEADING : at])
    if not kind or not is_head:
        return None
    first = at + kind.count(" ") + 1
    last = _end_of_name(words, first, kind)
    if last < first or not any(word.written[0].isdigit() for word in words[last + 1 : last + 1 + NEAR]):
        return None
    name = " ".join(word.written for word in words[first : last + 1])
    until = next(
        n for n, word in enumerate(words)
        if n > last and (word.division >= CLAUSE or n + 1 == len(words) or words[n + 1].key in _OF_THE_WHOLE)
    ) if last + 1 < len(words) else last  # fmt: skip
    return _PLACES[0] if kind in _PLACES else kind, Scope(at, last, f"{kind} {name}", until)


def _stands(words: Sequence[Word], at: int, kind: str) -> bool:
    """Whether the words of a kind begin at a word."""
    return " ".join(word.written for word in words[at : at + kind.count(" ") + 1]).casefold() == kind


def _end_of_name(words: Sequence[Word], first: int, kind: str) -> int:
    """The last word of the name that begins at `first`; the one before where there is no name."""
    if kind == _MONTH:
        is_month = first < len(words) and words[first].written.isdigit() and int(words[first].written) in _MONTHS
        return first if is_month else first - 1
    last = first - 1
    for word in words[first : first + _LONGEST_NAME]:
        is_name = not word.written[0].isdigit() and word.key not in _ENDS_A_NAME
        if not is_name or (kind != _FIELD and not word.written[0].isupper()):
            break
        last += 1
        if word.division:
            break
    return last


def above(texts: Sequence[Hits], listed: Sequence[Phrase]) -> str:
    """The scope that leads the nearest of the headings above that one leads; the office's own where none does."""
    for hits in texts:
        if scopes := [scope for scope in named(hits, listed) if scope.first <= LEADING and scope.name]:
            return scopes[-1].name
    return OWN
