"""What is around a page: the margins of printed sheets, whose texts a file may give, and what it may load and run."""

import base64
import hashlib
import unicodedata
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit.ground import terms

TEMPLATES = Path(__file__).with_name("template")
_MOST = 160  # characters of a text in a margin; more would run over the sheet


def print_style(subject: str, notice: str, lang: str) -> str:
    """The style of printed sheets: `subject` (commune, period) above, `notice` (the edition) below, page of pages.

    What stands in `notice` before a colon is the edition's name. The style is plain ASCII, whatever they hold.
    """
    return _environment().get_template("print.css.j2").render(subject=subject, notice=notice,
                                                              page=terms.text("page.printed_page", lang))  # fmt: skip


def policy(style: str, script: str = "") -> str:
    """What a page may load and run, as its CSP: its own style and script, by the hashes of all between their tags."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    may_run = [f"script-src {hashed(script)}"] if script else []
    return "; ".join(["default-src 'none'", f"style-src {hashed(style)}", *may_run, "img-src data:", "base-uri 'none'",
                      "form-action 'none'"])  # fmt: skip


def css_string(text: str) -> str:
    """A text as a string of CSS, quotes included, in one line: all but plain letters and digits as escapes.

    An escape ends with a space, which is part of it.
    """
    spaced = (" " if one.isspace() else one for one in unicodedata.normalize("NFC", text))
    plain = " ".join("".join(one for one in spaced if unicodedata.category(one)[0] != "C").split())
    short = plain if len(plain) <= _MOST else f"{plain[: _MOST - 1]}…"
    escaped = (one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in short)
    return f'"{"".join(escaped)}"'


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True)
    environment.filters["css_string"] = css_string
    return environment
