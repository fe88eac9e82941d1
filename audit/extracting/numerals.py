"""The numbers of a text: counts, shares, amounts, days and numbers of documents, also those that may be misread."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from audit.extracting.words import Word

_A = r"[^\W\d_]"  # a letter
_ALONE, _WHOLE = r"(?<![\w/])(?<!\d[.,])", r"(?![\w/€¢&@§])"  # no part of a longer word or number
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
_DAY, _FULL_DAY = r"\d{1,2}\s?[/.-]\s?\d{1,2}", r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}"
_KINDS = [  # the first that fits at a place decides
    ("document", rf"{_ALONE}(?P<n>\d{{1,5}})\s?/\s?(?P<kind>(?:\d{{4}}\s?/\s?)?[A-ZĐ]{{2,5}}\s?-\s?{_A}[\w&-]*)"
                 rf"(?:[\s,(]{{0,3}}(?:ng{_A}y)?\s*(?P<on>{_FULL_DAY}))?"),
    ("period", rf"{_ALONE}(?P<from>{_FULL_DAY}|{_DAY})\s*(?:[-–—]|(?:{_A}{{2,5}}\s*){{1,3}})\s*"
               rf"(?P<to>{_FULL_DAY}){_WHOLE}"),
    ("day", rf"(?<!\d)(?P<d>\d{{1,2}})\s*th{_A}ng\s*(?P<m>\d{{1,2}})\s*n{_A}m\s*(?P<y>\d{{4}})(?!\d)"),
    ("day", rf"{_ALONE}(?:{_FULL_DAY}|\d{{1,2}}/(?:19|20)\d{{2}}){_WHOLE}"),
    ("percent", rf"{_ALONE}(?P<n>\d+(?:[.,]\d+)?)\s?%"),
    ("ratio", rf"{_ALONE}(?P<n>{_NUMBER})\s?/\s?(?P<of>{_NUMBER}){_WHOLE}"),
    ("dong", rf"{_ALONE}(?P<n>\d{{1,3}}(?: \d{{3}})+|{_NUMBER})(?P<gap>\s?)"
             r"(?:(?P<many>(?:ngh?|tr|t)[^\W\d_]{0,4})\s)?(?P<dong>đồng|dong|vnđ|vnd|đ|d)(?![\w/])"),
    ("levels", rf"{_ALONE}[34](?:\s?[-–]\s?|,\s|\s(?:và|hoặc)\s)[34]{_WHOLE}"),
    ("count", rf"{_ALONE}(?P<n>{_NUMBER})(?:\s(?P<times>nghìn|ngàn|triệu))?{_WHOLE}"),
]  # fmt: skip
_PATTERNS = [(kind, re.compile(pattern, re.IGNORECASE if kind == "dong" else 0)) for kind, pattern in _KINDS]
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Figure:
    """A number where it stands: `kind` is document, period, day, percent, ratio, dong, count, or levels (of service).

    `first` and `last` are the positions of its words; `written` is as printed, without the spaces of a scan.
    """

    kind: str
    start: int
    end: int
    first: int
    last: int
    written: str
    out_of: str = ""
    document: str = ""


def figures(text: str, words: Sequence[Word]) -> list[Figure]:
    """Every number of `text`, in order."""
    starts, numbers, at = [word.start for word in words], [], 0
    while digits := _DIGITS.search(text, at):
        fits = ((kind, pattern.match(text, digits.start())) for kind, pattern in _PATTERNS)
        kind, match = next(((kind, match) for kind, match in fits if match), ("", digits))
        if kind:
            first = bisect_left(starts, match.start())
            last = max(first, bisect_left(starts, match.end()) - 1)
            part = {name: "".join(said.split()) for name, said in match.groupdict(default="").items()}
            of, document = part.get("of", ""), part.get("kind", "")
            numbers.append(Figure(kind, *match.span(), first, last, _written(kind, match, part), of, document))
        at = match.end()
    return numbers


def _written(kind: str, match: re.Match, part: dict[str, str]) -> str:
    match kind:
        case "document":
            number = f"{part['n']}/{part['kind'].replace('QD-', 'QĐ-')}"
            return f"{number}, {part['on']}" if part["on"] else number
        case "period":
            return f"{part['from']} - {part['to']}"
        case "day" if "d" in part:
            return f"{part['d']}/{part['m']}/{part['y']}"
        case "dong":
            many = f" {part['many']}" if part["many"] else ""
            return f"{part['n']}{many}{' ' if many else match.group('gap')}{'đ' if len(part['dong']) == 1 else 'đồng'}"
        case "ratio" | "count":
            return f"{part['n']} {part['times']}" if part.get("times") else part["n"]
        case _:
            return "".join(match.group().split())
