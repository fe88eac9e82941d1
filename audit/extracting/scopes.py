"""Of whom a report speaks: of the office itself, or of a level, a district, a province that it names."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.extracting.phrases import SCOPE, Hits, Phrase

OWN, SAID_OF_ITSELF = "", "đơn vị"  # the office itself, and how the table says so
NEAR = 8  # words from the name to a figure that it need not lead
LEADING = 3  # words at most before the name, in its part of the sentence: "Trong đó, đối với cấp xã"


@dataclass(frozen=True)
class Scope:
    """Where a scope is named: the first and the last of its words, and its name."""

    first: int
    last: int
    name: str


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


def above(texts: Sequence[Hits], listed: Sequence[Phrase]) -> str:
    """The scope that leads the nearest of the headings above that one leads; the office's own where none does."""
    for hits in texts:
        if scopes := [scope for scope in named(hits, listed) if scope.first <= LEADING and scope.name]:
            return scopes[-1].name
    return OWN
