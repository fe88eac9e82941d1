"""What a report says in words: that all late ones were returned in time, that no apology was made, that none signed."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from audit.extracting.blocks import FOOT, Block
from audit.extracting.labels import LIKELY, STATEMENT, SURE, Text
from audit.extracting.phrases import Phrase
from audit.extracting.propose import Proposal, proposed
from audit.extracting.words import SENTENCE, keys, plain, words

_DENIALS = tuple(f" {keys(words)}" for words in ("không", "không có", "không phát sinh"))
_NONE, _ALL = "không có", "tất cả"
_OF_ALL = ("settled_in_time", "open_within_time")
_LEAD_AND_LATE = 2  # parts of a denial
_BETWEEN = set(keys("nào bị được giải quyết trả kết quả xử lý tồn đọng bất kỳ nộp tiếp nhận phải còn TTHC").split())
_NOT, _LIKE = keys("không"), 80
_SURE = 88  # percent: how like the listed words
_FEWEST_NAMES, _MOST_NAMES = 2, 5
_FOR = ("tm.", "t/m", "tm ")
_TITLES = ("chu tich", "pho chu tich", "uy ban", "nguoi", "noi nhan", "cong hoa", "kt.", "q.")


def stated(block: Block, text: Text, listed: Sequence[Phrase]) -> list[Proposal]:
    """The statements of a block, each measure once a sentence."""
    best: dict[tuple[str, int], tuple[int, Proposal]] = {}
    for phrase in listed:
        if not phrase.written or len(phrase.before) == 0 or phrase.measures[0] == "*":
            continue
        for first, last, score in _places_of(text, phrase):
            if text.is_scan and phrase.written == _ALL and phrase.measures[0] in _OF_ALL and score < _SURE:
                continue  # letters nearly alike say nothing of all
            begin, is_last = text.begin(first, SENTENCE), bool(text.words[last].division)
            if not is_last and phrase.before[-1].endswith(_DENIALS):
                continue  # "quá hạn không có văn bản xin lỗi" does not say that none was late
            if _NOT in f" {phrase.before[0]}".split(" ") and not _denies(text, first, last):
                continue
            for measure in phrase.measures:
                is_sure = score >= _SURE and (is_last or phrase.written != _NONE or len(phrase.before) > 1)
                reading = SURE if is_sure else LIKELY
                made = proposed(block, text, first, measure, phrase.written, phrase.unit, reading)
                size = sum(len(part) for part in phrase.before) * score
                if size > best.get((measure, begin), (0, made))[0]:
                    best[measure, begin] = (size, made)
    return [made for _, made in best.values()]


def signatory(texts: Sequence[Block]) -> list[Proposal]:
    """That nobody's name stands in the signature block, where a report has one."""
    at = next((n for n, block in enumerate(texts) if plain(block.text).startswith(_FOR)), None)
    if at is None or any(_is_name(part) for block in texts[at:] for part in _lines(block)):
        return []
    block = texts[at]
    page, line = block.place(0)
    quote = block.text.split(" Noi ")[0]
    return [Proposal("signatory", "không có", "", STATEMENT, LIKELY, FOOT, page, line, quote, (line, 0))]


def _is_one_denial(text: Text, start: int, first: int) -> bool:
    """Whether nothing but the words of a denial stand between two parts of it: "không có hồ sơ nào bị trả quá hạn"."""
    return all(word.key in _BETWEEN and not word.division for word in text.words[start:first])


def _denies(text: Text, first: int, last: int) -> bool:
    """Whether a "không" stands there, however it was scanned: the rest of the words say the contrary without it."""
    return any(fuzz.ratio(word.key, _NOT) >= _LIKE for word in text.words[first : last + 1])


def _places_of(text: Text, phrase: Phrase) -> list[tuple[int, int, int]]:
    """Where all parts of a statement stand in order in one sentence: the first and the last word, and how
    like the least like is."""
    places = []
    for start in text.hits.get(phrase.before[0], ()):
        begin, end = text.begin(start.first, SENTENCE), text.end(start.first, SENTENCE)
        last, scores = start.last, [start.score]
        for part in phrase.before[1:]:
            hit = next(iter(text.between(part, last + 1, end)), None)
            is_denial = phrase.written == _NONE and len(phrase.before) == _LEAD_AND_LATE and _NOT in phrase.before[0]
            if hit is None or (is_denial and not _is_one_denial(text, last + 1, hit.first)):
                break
            last, scores = hit.last, [*scores, hit.score]
        contexts = [text.between(part, begin, end) for part in phrase.context]
        without = any(text.between(part, begin, end) for part in phrase.without)
        if len(scores) == len(phrase.before) and all(contexts) and not without:
            places.append((start.first, last, min(scores)))
    return places


def _lines(block: Block) -> list[str]:
    starts = [start for start, _, _ in block.places]
    lines = (block.text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True))
    return [part.strip() for line in lines for part in line.split("|")]


def _is_name(text: str) -> bool:
    """Whether a line is nothing but a name: a few words that begin with capitals, and no title."""
    names = [word.written for word in words(text)]
    is_words = _FEWEST_NAMES <= len(names) <= _MOST_NAMES and all(word.istitle() for word in names)
    return is_words and not plain(text).startswith(_TITLES)
