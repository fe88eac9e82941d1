"""Text that was not written in Unicode: Windows-1258, and the fonts TCVN3 (ABC) and VNI, told apart by what they spell.

The tables are those of the fonts, TCVN 5712:1993 (VN3) and VNI Windows. A text is converted where its words are
Vietnamese syllables afterwards and were not before.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

_TCVN3 = dict(zip(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ", strict=True,
))  # fmt: skip
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOFS = {"á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323", "â": ""}
_BOWLS = {"é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323", "ê": ""}
_ALONE = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}

_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_RIME = (
    "(?:a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|e|ec|em|en|eng|eo|ep|et|"
    "ê|êch|êm|ên|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|"
    "oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|op|ot|oong|ooc|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|"
    "ơ|ơi|ơm|ơn|ơp|ơt|u|ua|uân|uâng|uât|uây|uc|uê|uêch|uênh|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|uơ|up|ut|uy|uya|uych|"
    "uyên|uyêt|uynh|uyn|uyt|uyu|ư|ưa|ưc|ưi|ưm|ưn|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưt|ưu|y|yên|yêng|yêt|yêu|yêm)"
)
_SYLLABLE = re.compile(f"{_ONSET}{_RIME}")
_WORD = re.compile(r"[^\s\d.,;:/()\[\]\"'“”‘’…–_?!+*=<>-]+")  # letters, and signs that a font has for letters
_SOFT_HYPHEN = "\u00ad"
_MOST_READ = 400  # cells of a column that are looked at
_MOSTLY = 0.8
FAILED = "\ufffd"  # before a text whose letters are not certain


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and in which encoding it is; ValueError where none is certain."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), "UTF-16"
    if _is_wide(content):
        return content.decode("utf-16-le"), "UTF-16"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _from_bytes(content)
    if "\x00" in text:
        raise ValueError
    return text, "UTF-8"


def _is_wide(content: bytes) -> bool:
    """Whether a file has a zero in most second bytes, as UTF-16 has without a mark at its beginning."""
    return len(content) % 2 == 0 and len(content) > 1 and content[1::2].count(0) * 2 > len(content) // 2


def _from_bytes(content: bytes) -> tuple[str, str]:
    tried = []
    for name, encoding in (("Windows-1258", "cp1258"), ("TCVN3", "latin-1"), ("VNI", "cp1252")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = CONVERTED[name](text) if name in CONVERTED else unicodedata.normalize("NFC", text)
        tried.append((_likeness(_WORD.findall(text)), text, name))
    tried.sort(key=lambda one: -one[0])
    if not tried or tried[0][0] < _MOSTLY or (len(tried) > 1 and tried[0][0] == tried[1][0]):
        raise ValueError
    return tried[0][1], tried[0][2]


def column(texts: Iterable[str]) -> str | None:
    """The font in which most of a column's texts are written; None where they are Unicode.

    In TCVN3 a soft hyphen, which nobody sees, is a letter, as is the dot between the groups of a code: by a word that
    has nothing but these no font is known.
    """
    words = [word for text in list(dict.fromkeys(texts))[:_MOST_READ] for word in _WORD.findall(text)]
    odd = list(filter(_is_spelt, words))
    plain = _likeness(odd)
    if not odd or plain == 1:
        return None
    best, name = max((_likeness(_WORD.findall(convert(" ".join(odd)))), name) for name, convert in CONVERTED.items())
    return name if best >= _MOSTLY and best > plain else None


def _is_spelt(word: str) -> bool:
    """Whether a word has a letter that is not English, more than that one sign, and more than what nobody sees."""
    return len(word) > 1 and not word.replace(_SOFT_HYPHEN, "").isascii()


def converted(text: str, font: str) -> str:
    """A text out of `font`; one that is Vietnamese as it stands stays so, and one that would be neither is marked as
    failed.
    """
    if text.isascii() or _likeness(_WORD.findall(text)) == 1:
        return text
    turned = CONVERTED[font](text)
    return turned if _likeness(_WORD.findall(turned)) >= _MOSTLY else FAILED + text


def _likeness(words: Iterable[str]) -> float:
    """How many of the words with a letter that is not English are Vietnamese syllables."""
    odd = [word for word in words if not word.isascii()]
    return sum(_is_syllable(word) for word in odd) / len(odd) if odd else 0.0


@cache
def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word).lower())
    if len(_TONE_MARKS.findall(apart)) > 1:
        return False
    plain = unicodedata.normalize("NFC", _TONE_MARKS.sub("", apart))
    return _SYLLABLE.fullmatch(plain) is not None


def _from_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def _from_vni(text: str) -> str:
    """Each letter with the mark behind it; a capital's mark is a capital."""
    out: list[str] = []
    for letter in text:
        mark, last = letter.lower(), out[-1][-1:].lower() if out else ""
        base = unicodedata.normalize("NFD", last)[:1]
        added = ""
        if (last in "aeoy" and mark in _TONES) or (last in ("u", "ơ", "ư") and mark in _TONES):
            added = _TONES[mark]
        elif last in "aeo" and last and mark in _ROOFS:
            added = "\u0302" + _ROOFS[mark]
        elif last == "a" and mark in _BOWLS:
            added = "\u0306" + _BOWLS[mark]
        if added and base:
            out[-1] = unicodedata.normalize("NFC", out[-1] + added)
        elif mark in _ALONE:
            out.append(_ALONE[mark].upper() if letter.isupper() else _ALONE[mark])
        else:
            out.append(letter)
    return "".join(out)


CONVERTED: dict[str, Callable[[str], str]] = {"TCVN3": _from_tcvn3, "VNI": _from_vni}
