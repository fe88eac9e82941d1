"""Days of a check as an iCalendar file (RFC 5545): all-day entries, nothing of anybody in them."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

MOST_OCTETS = 75  # of a line, its end not counted (3.1)


class Entry(NamedTuple):
    """An entry of a whole day: what it is called, what is said of it; `key` makes its UID, the same each time."""

    key: str
    on: date
    summary: str
    description: str


def calendar(entries: Iterable[Entry], made_on: date) -> bytes:
    """The file: UTF-8, CRLF after each line, lines folded at 75 octets; equal entries give equal bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//commune-audit//check//VI", "CALSCALE:GREGORIAN"]
    for one in entries:
        mark = hashlib.sha256(one.key.encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT", f"UID:{mark}@commune-audit.invalid", f"DTSTAMP:{made_on:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}", f"DTEND;VALUE=DATE:{one.on + timedelta(1):%Y%m%d}",
            f"SUMMARY:{_escaped(one.summary)}", f"DESCRIPTION:{_escaped(one.description)}", "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]  # fmt: skip
    return b"".join(_folded(line) + b"\r\n" for line in (*lines, "END:VCALENDAR"))


def _escaped(text: str) -> str:
    r"""TEXT (3.3.11): backslash, semicolon, comma and newline escaped; other controls are spaces."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return "".join(" " if one != "\n" and (ord(one) < ord(" ") or ord(one) == 127) else one  # noqa: PLR2004
                   for one in plain).replace("\n", "\\n")  # fmt: skip


def _folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, each further one after CRLF and a space; no letter is cut."""
    pieces, size = [b""], 0
    for letter in line:
        octets = letter.encode("utf-8", "replace")
        if size + len(octets) > MOST_OCTETS:
            pieces.append(b" ")
            size = 1
        pieces[-1] += octets
        size += len(octets)
    return b"\r\n".join(pieces)
