"""The name of a file in a folder of an audit's folder: which may be one of `evidence/`, and leads nowhere else."""

import re

EVIDENCE = "evidence"
_LEFT = {"thumbs.db", "desktop.ini"}  # by other programs


def is_image(name: str) -> bool:
    """Whether a name is one of a file below `evidence/`, leads nowhere else, and is of no other program's leavings."""
    top, *parts = name.split("/")
    is_plain = not any(re.search(r"[\\\x00-\x1f\x7f]", part) or part in ("", ".", "..") for part in parts)
    is_left = any(part.startswith((".", "~$")) or part.lower() in _LEFT for part in parts)
    return top == EVIDENCE and bool(parts) and is_plain and not is_left
