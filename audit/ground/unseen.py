"""Signs that nobody sees: they come along when somebody pastes from a letter or a telephone."""

import re
import unicodedata

_CLASSES = ("Cc", "Cf", "Cs")  # controls, marks of direction and joining, halves of signs
_BLANK = re.compile(  # letters and marks as blank as those, and places kept for such
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)


def without_unseen(text: str, *, but: str = "") -> str:
    """`text` without any sign that nobody sees, `but` those; blanks that take room stay, tabs and newlines do not."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in _BLANK.sub("", text) if sign in but or unicodedata.category(sign) not in _CLASSES)
