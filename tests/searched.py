"""Outputs as one who looks for people reads them: every spelling folded into one, every wrapping taken off."""

import base64
import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from functools import cached_property
from urllib.parse import unquote

_UNSEEN = re.compile(  # marks on letters, and signs that nobody sees
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff]"
)
_CODE = re.compile(r"[a-z]\d{2}(\W?\d{2}\W?\d{2})?\W{1,2}(?P<day>\d{6})\W{1,2}(?P<serial>\d{4,})")
_FEWEST_FIGURES = 7  # of a number that tells somebody apart; fewer stand on any page
_FEWEST_LETTERS = 9  # of words that are looked for without the spaces between them too


def folded(text: str) -> str:
    """`text` under which case, marks, đ, kinds of space and of hyphen, and signs that nobody sees make no difference."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", text)).casefold().replace("đ", "d")


def words(text: str) -> str:
    """The words and figures of a text, a space between them and around them all."""
    return " ".join(["", *re.findall(r"[^\W_]+", folded(text)), ""])


class Searched:
    """Files to look for values in: as they are, unwrapped from escapes, tags, base64 and archives, and folded."""

    def __init__(self, files: Mapping[str, bytes | str]):
        self.files = files

    def has(self, value: str) -> bool:
        """Whether a value stands anywhere: a code by its day and serial, a number by its figures, words as whole words."""
        if code := _CODE.search(folded(value)):
            return code["day"] + code["serial"] in self._figures
        figures, letters = re.sub(r"\D", "", value), re.findall(r"[^\W\d_]", value)
        if not letters:
            return len(figures) >= _FEWEST_FIGURES and figures.lstrip("0") in self._figures
        said = words(value)
        closed = said.replace(" ", "")
        return said in self._words or (len(closed) >= _FEWEST_LETTERS and closed in self._closed)

    @cached_property
    def _texts(self) -> list[str]:
        found: dict[str, None] = {}
        for name, content in self.files.items():
            found.setdefault(name)
            for text in _unwrapped(content):
                found.setdefault(text)
        return list(found)

    @cached_property
    def _folded(self) -> str:
        return "\n\n".join(folded(text) for text in self._texts)

    @cached_property
    def _words(self) -> str:
        return " ".join(words(text) for text in (self._folded, re.sub(r"<[^<>]*>", "", self._folded)))

    @cached_property
    def _closed(self) -> str:
        return self._words.replace(" ", "")

    @cached_property
    def _figures(self) -> str:
        """Every run of figures, also where spaces, points, hyphens or tags stand between them."""
        bare = re.sub(r"<[^<>]*>", "", self._folded)
        return " ".join(
            re.sub(r"(?<=\d)[\s.,()/_+\u2010-\u2015\u2212-]{1,3}(?=\d)", "", text) for text in (self._folded, bare)
        )


def _unwrapped(content: bytes | str) -> Iterable[str]:
    """Every text in a file: of an archive that of its parts, of others the text and what is wrapped in it."""
    if isinstance(content, bytes) and content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield part
                yield from _unwrapped(archive.read(part))
        return
    text = content if isinstance(content, str) else content.decode("utf-8", errors="replace")
    bare, before = text, ""
    while bare != before:
        bare, before = unquote(html.unescape(_of_json(bare))), bare
    for stage in (text, bare):
        yield stage
        for wrapped in re.findall(r"[A-Za-z0-9+/_-]{12,}={0,2}", stage):
            yield from _of_base64(wrapped)


def _of_json(text: str) -> str:
    r"""With each \u1ea5 its sign."""

    def sign(found: re.Match) -> str:
        return json.loads(f'"{found[0]}"')

    return re.sub(r"(?:\\u[0-9a-fA-F]{4})+", sign, text.replace("\\\\u", "\\u"))


def _of_base64(wrapped: str) -> Iterable[str]:
    bare = wrapped.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(bare + "=" * (-len(bare) % 4))
        if content.startswith(b"PK"):
            yield from _unwrapped(content)
        else:
            yield content.decode("utf-8")
    except ValueError:  # anything else that looks like it: a hash, a word
        return
