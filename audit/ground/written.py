"""How values are written into small files: as TOML has them, and so that no spreadsheet runs them."""

import json

_RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


def as_toml(value: object) -> str:
    """A text, a number or a list of these as TOML writes it: as JSON does, but for one sign that TOML does not take."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _RUN else cell
