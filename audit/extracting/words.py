"""A report's words under keys that are the same for clean and for scanned text, and where each word stands."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

WEAK, BRACKET, CLAUSE, SENTENCE = 1, 2, 3, 4  # how strongly a text is divided after a word: , · ( · ; · . or its end

_ODD = "€¢&@§$©®¥£"  # letters of a scan: 1€ is lệ, x@ is xã
_WORD = re.compile(rf"\d+(?:[.,]\d+)*(?![\w{_ODD}])|[^\W_](?:[^\W_]|[{_ODD}]|['’‘!?]+(?=[^\W\d_]))*[{_ODD}]*|[{_ODD}]+")
_LIKE = str.maketrans({  # letters and figures that stand for one another within a scanned word
    "0": "o", "6": "o", "§": "o", "®": "o", "1": "i", "l": "i", "|": "i", "!": "i", "y": "i", "¥": "i",
    "3": "a", "4": "a", "@": "a", "5": "s", "$": "s", "9": "g", "w": "u",
    "e": "c", "8": "c", "€": "c", "¢": "c", "&": "c", "©": "c", "£": "c", "'": "", "’": "", "‘": "",
})  # fmt: skip
_HORN = re.compile(r"(?<=[a-z])[iut]r(?=[a-z]|$)")  # ư as a scanner reads it: mirc, murc, thtrc
_READ_AS = {  # what a scanner may have taken for a figure
    "0": "o", "1": "lit", "2": "z", "3": "a", "4": "ad", "5": "s", "6": "odeb", "7": "t", "8": "ebo", "9": "gcoq",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """One word or number of a text: where it stands, its key, and how the text is divided after it."""

    start: int
    end: int
    key: str
    written: str
    division: int


@cache
def plain(text: str) -> str:
    """`text` in small letters without diacritics."""
    text = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).casefold()
    return "".join(letter for letter in text if not unicodedata.combining(letter))


@cache
def key(word: str) -> str:
    """The key of a word: without diacritics, and with letters and figures that scanners confuse as one."""
    return _HORN.sub("u", plain(word)).translate(_LIKE)


@lru_cache(maxsize=2**16)  # the same phrases are asked for with each report
def keys(text: str) -> str:
    """The keys of all words of a phrase, with single spaces."""
    return " ".join(key(match.group()) for match in _WORD.finditer(text))


def can_be(figures: str, word: str) -> bool:
    """Whether a scanner may have read `word` as these `figures`, one of three signs lost at most."""
    word = plain(word)
    if not figures.isdigit() or not 0 <= len(word) - len(figures) <= 1:
        return False
    return any(
        all(letter in _READ_AS[figure] for figure, letter in zip(figures, word[at:], strict=False))
        for at in range(len(word) - len(figures) + 1)
    )


def is_odd(word: str) -> bool:
    """Whether a word of letters has a figure or a sign in it."""
    return any(sign.isdigit() or sign in _ODD for sign in word)


def words(text: str) -> list[Word]:
    """Every word of `text`, in order."""
    matches = list(_WORD.finditer(text))
    ends = [one.start() for one in matches[1:]] + [len(text)]
    return [
        Word(one.start(), one.end(), key(one.group()), one.group(), _division(text[one.end() : end], end == len(text)))
        for one, end in zip(matches, ends, strict=True)
    ]


def _division(between: str, is_last: bool) -> int:
    if is_last or re.search(r"[.!?]\s", between):
        return SENTENCE
    if ";" in between:
        return CLAUSE
    if "(" in between or ")" in between:
        return BRACKET
    return WEAK if re.search(r"[,|]|\s[-–—]\s", between) else 0
