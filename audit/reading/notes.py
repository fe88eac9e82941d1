"""Notes that people wrote on findings: as the page saves them, and as the audit's folder keeps them, line by line."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, get_args

import pandas as pd
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from audit.ground.terms import AuditError, NotesState, Position, Verdict
from audit.ground.unseen import without_unseen
from audit.reading.table import PROBLEM_COLUMNS

NAME, HEAD = "notes.jsonl", "notes.head"
Format = Literal["commune-audit-notes/1"]
FORMAT = get_args(Format)[0]
MOST_BYTES = 5_000_000
MOST_NOTES, MOST_CHARACTERS, MOST_IN_A_LINE = 5_000, 4_000, 200

_MOST_FIELDS = 20  # of one JSON object
_MOST_LINE_BYTES = 200_000
_MOST_MARKS = 2  # on one letter: ế is e with two
_MOST_NAME_SHOWN = 100
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
_AT = re.compile(rf"{_STAMP}(\.[0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})")


def plain(text: str) -> str:
    """`text` as NFC, with what nobody sees or what moves other text taken out, and no more than one blank line at once.

    Taken out, not refused: such signs come along unseen when somebody pastes from a letter or a telephone. They are
    control characters (a tab becomes a space, any line break a newline), marks of direction, zero-width and other blank
    signs, and marks heaped on one letter.
    """
    seen = without_unseen(_BREAK.sub("\n", text).replace("\t", " "), but="\n")
    lines = (line.rstrip() for line in unicodedata.normalize("NFC", "".join(_unheaped(seen))).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unheaped(text: str) -> Iterator[str]:
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            yield sign


def _read_plain(value: object) -> object:
    return plain(value) if isinstance(value, str) else value


def _read_line(value: object) -> object:
    return " ".join(plain(value).split()) if isinstance(value, str) else value


def _a_moment(text: str) -> str:
    if not _AT.fullmatch(text):
        raise ValueError("no moment with an offset")
    datetime.fromisoformat(text)
    return text


Words = Annotated[str, BeforeValidator(_read_plain), Field(max_length=MOST_CHARACTERS)]
Name = Annotated[str, BeforeValidator(_read_line), Field(min_length=1, max_length=MOST_IN_A_LINE)]
Hash = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]


def lacking(position: str | None, text: str, evidence: str, by: str) -> str | None:
    """What a note still lacks to say something: "position", "by", "evidence" or "text"; None where nothing."""
    if not position:
        return "position"
    if not plain(by):
        return "by"
    if position == Position.NEW_EVIDENCE and not plain(evidence):
        return "evidence"
    return None if position == Position.AGREE or plain(text) or plain(evidence) else "text"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Note(_Part):
    """What somebody wrote on a finding: on which (by its code and fingerprint, and the verdict it had then), and what.

    `at` is when, as the writer's device said. Texts are `plain`. A note says something: the position alone is enough
    only to agree, and new evidence is named.
    """

    finding: Annotated[str, Field(pattern="^[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}$")]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    verdict: Verdict
    position: Position
    text: Words
    evidence: Words
    by: Name
    at: Annotated[str, AfterValidator(_a_moment)]

    @model_validator(mode="after")
    def _says_something(self):
        if what := lacking(self.position, self.text, self.evidence, self.by):
            raise PydanticCustomError(f"lacks_{what}", "lacks something")
        return self

    @property
    def id(self) -> str:
        """The mark that the same note has wherever it comes from."""
        return _id(self.model_dump(mode="json", include=set(Note.model_fields)))


class Saved(_Part):
    """A file as the page saves it: whose page, of which period, and the notes written on it.

    `edition`: office where it is the page that was made for the audited office, whose answers these are.
    """

    format: Format
    commune: Name
    first_on: date
    last_on: date
    edition: Literal["office", ""] = ""
    notes: Annotated[tuple[Note, ...], Field(max_length=MOST_NOTES, fail_fast=True)]


class Entry(Note):
    """A line of `notes.jsonl`: a note, its id, when it was added and from which file ("" from the form).

    `previous` is the hash of the line before, "" in the first. `by_office`: an answer of the audited office; a line
    that does not say so is an inspector's.
    """

    note: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    added_at: Annotated[str, Field(pattern=rf"^{_STAMP}\+07:00$"), AfterValidator(_a_moment)]
    from_sha256: Hash
    previous: Hash
    by_office: bool = False


class _Head(_Part):
    notes: Annotated[int, Field(ge=0)]
    head: Hash


@dataclass(frozen=True)
class Chain:
    """How many notes there are, the hash of the last, how many `notes.head` says there were (`told`), and what follows.

    `told` is None where there is no `notes.head`, or none that can be read.
    """

    length: int = 0
    head: str = ""
    told: int | None = None
    state: NotesState = NotesState.NOT_KNOWN


def chain(content: bytes, head: bytes | None) -> Chain:
    """The end of a `notes.jsonl` beside what its `notes.head`, None where there is none, says it was.

    Lines after the one that the head names are no cut: whoever was stopped between the two writes has left them.
    """
    lines = [_sha256(line) for _, line in _lines(content)]
    length, last = len(lines), lines[-1] if lines else ""
    if head is None:
        return Chain(length, last)
    try:
        written = _Head.model_validate_json(_json(_object(_decoded(head))))
    except (ValueError, RecursionError):
        return Chain(length, last, None, NotesState.UNREADABLE)
    if length < written.notes:
        return Chain(length, last, written.notes, NotesState.CUT)
    is_same = (lines[written.notes - 1] if written.notes else "") == written.head
    return Chain(length, last, written.notes, NotesState.KEPT if is_same else NotesState.CHANGED)


def head_of(content: bytes) -> bytes:
    """The `notes.head` of a `notes.jsonl`: how many notes there are, and the SHA-256 of the last line."""
    told = chain(content, None)
    return _Head(notes=told.length, head=told.head).model_dump_json().encode() + b"\n"


def read(name: str, content: bytes) -> tuple[tuple[Entry, ...], pd.DataFrame]:
    """The entries of a `notes.jsonl`, and its problems: each line that is not blank is one of the two, never both.

    A problem is a line that cannot be read, one that no longer has its own id, one that does not follow the line before
    (either was changed, or lines were taken out, put in or moved), and one that repeats a note. Last
    lines taken out, and a last line changed in what its id does not hold (`by_office`), are seen by `chain`. What was
    changed by somebody who also made all hashes and `notes.head` anew is seen by the outputs of an earlier audit, which
    name the head that they saw. `row` is the line; nothing of a note is repeated.
    """
    entries: dict[str, tuple[int, Entry]] = {}
    problems: list[tuple[int, str, str, str]] = []
    before, is_explained = "", False
    for row, line in _lines(content):
        problem, column, entry = _entry(line)
        if entry is None:
            problems.append((row, column, problem, ""))
        elif entry.previous != before and not is_explained:
            problems.append((row, "previous", "note_out_of_chain", ""))
        elif entry.note in entries:
            problems.append((row, "note", "note_repeated", str(entries[entry.note][0])))
        else:
            entries[entry.note] = (row, entry)
        before, is_explained = _sha256(line), entry is None
    found = [dict(zip(PROBLEM_COLUMNS, ("notes", name, "", row, column, "", problem, detail), strict=True))
             for row, column, problem, detail in problems]  # fmt: skip
    frame = pd.DataFrame(found, columns=PROBLEM_COLUMNS).astype({"row": "Int64"})
    return tuple(entry for _, entry in entries.values()), frame


def longer(content: bytes, notes: Iterable[tuple[Note, str, bool]], added_at: datetime) -> bytes:
    """`content` of a `notes.jsonl` with a line after it for each of `notes`.

    Each is given with the SHA-256 of its file, and whether it is an answer of the audited office.
    """
    kept = content if not content or content.endswith(b"\n") else content + b"\n"
    before = next((_sha256(line) for _, line in reversed(list(_lines(content)))), "")
    added = []
    for note, sha256, by_office in notes:
        more = {"note": note.id, "added_at": added_at.isoformat(timespec="seconds"), "from_sha256": sha256}
        entry = Entry.model_validate(note.model_dump() | more | {"previous": before, "by_office": by_office})
        line = entry.model_dump_json(exclude_defaults=True).encode()
        before = _sha256(line)
        added.append(line + b"\n")
    return kept + b"".join(added)


def saved(name: str, content: bytes) -> Saved:
    """A file that the page saved; an AuditError names the note that is wrong, what is wrong and what to do.

    A byte order mark at its start is passed over. Nothing of a note is repeated in a message.
    """
    name = shown(name)
    if len(content) > MOST_BYTES:
        raise AuditError("notes_too_big", file=name, most=MOST_BYTES // 1_000_000)
    try:
        return Saved.model_validate_json(_json(_object(_decoded(content))))
    except UnicodeError as error:
        raise AuditError("notes_encoding", file=name) from error
    except ValidationError as error:
        raise _unreadable(name, error) from error
    except (ValueError, RecursionError) as error:
        raise AuditError("notes_not_json", file=name) from error


def one(name: str, fields: Mapping[str, str]) -> Note:
    """A note from a form; an AuditError as for a file `name` of which it is the first."""
    try:
        return Note.model_validate_json(_json(dict(fields)))
    except ValidationError as error:
        raise _unreadable(shown(name), error, number=1) from error


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, by its number, without its end; a byte order mark is no part of the first."""
    for row, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield row, line.removesuffix(b"\r")


def _entry(line: bytes) -> tuple[str, str, Entry | None]:
    """(problem, column, entry) of a line: either a problem or an entry."""
    if len(line) > _MOST_LINE_BYTES:
        return "note_unreadable", "", None
    try:
        written = _object(_decoded(line))
        entry = Entry.model_validate_json(_json(written))
        is_as_written = entry.note == _id({name: written[name] for name in Note.model_fields})
    except ValidationError as error:
        place = error.errors(include_url=False, include_input=False)[0]["loc"]
        return "note_wrong_field", str(place[0]) if place and place[0] in Entry.model_fields else "", None
    except (ValueError, RecursionError):
        return "note_unreadable", "", None
    return ("", "", entry) if is_as_written else ("note_changed", "note", None)


def _decoded(content: bytes) -> str:
    text = content.decode("utf-8-sig")
    if "\x00" in text:  # UTF-16 without its mark
        raise UnicodeError("NUL")
    return text


def _object(text: str) -> dict[str, object]:
    """The JSON object in a text; a ValueError for anything else, a field named twice, or a great many fields."""

    def fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(pairs) > _MOST_FIELDS or len(dict(pairs)) != len(pairs):
            raise ValueError("fields")
        return dict(pairs)

    def refuse(constant: str) -> None:  # NaN, Infinity
        raise ValueError(constant)

    found = json.loads(text, object_pairs_hook=fields, parse_constant=refuse)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _json(found: Mapping[str, object]) -> bytes:
    """JSON as UTF-8, which has no place for half a sign."""
    return json.dumps(found, ensure_ascii=False).encode("utf-8", errors="ignore")


def _unreadable(name: str, error: ValidationError, number: int = 0) -> AuditError:
    """The first thing wrong in a file, in words; `number`: of the note, where there is no list of notes."""
    errors = error.errors(include_url=False, include_input=False)
    first = min(errors, key=lambda one: one["loc"][:1] != ("format",))
    place, kind = first["loc"], first["type"]
    if place == ("notes",) and kind == "too_long":
        return AuditError("notes_too_many", file=name, most=MOST_NOTES)
    if place == ("format",):
        return AuditError("notes_format", file=name, format=FORMAT)
    if not number and (place[0] != "notes" or len(place) == 1):
        return AuditError("notes_head", file=name, field=_known(place[0], Saved))
    if not number:
        number, place = int(place[1]) + 1, place[2:]
    if kind.startswith("lacks_"):
        return AuditError(f"notes_{kind}", file=name, number=number)
    field = _known(place[0], Entry) if place else "–"
    if kind == "too_long":
        most = MOST_IN_A_LINE if field == "by" else MOST_CHARACTERS
        return AuditError("notes_too_long", file=name, number=number, field=field, most=most)
    wrong = {"missing": "missing", "too_short": "missing", "extra_forbidden": "unknown"}.get(kind, "wrong")
    return AuditError(f"notes_{wrong}", file=name, number=number, field=field)


def _known(field: object, model: type[_Part]) -> str:
    """The name of a field, if it is one of ours; any other is somebody's text."""
    return str(field) if field in model.model_fields else "…"


def shown(name: str) -> str:
    """A file's name as a message shows it: on one line, and none too long."""
    return " ".join(plain(name).split())[:_MOST_NAME_SHOWN]


def _id(fields: Mapping[str, object]) -> str:
    canonical = json.dumps(dict(fields), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _sha256(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
