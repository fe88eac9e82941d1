"""Notes added to an audit's folder: nothing else writes its `notes.jsonl`, and no line of it is ever changed.

How many there are and the hash of the last stand in `notes.head` beside it, so that a cut end is seen.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from audit.ground import lock, whole
from audit.ground.terms import AuditError, NotesState
from audit.reading import notes, office
from audit.reading.cells import VIETNAM, folded
from audit.reading.notes import Entry, Note, Saved
from audit.reading.office import OfficeFile

_LOCK = ".notes.lock"
_FORM = "review.ipynb"
_MOST_SECONDS = 10  # to wait while somebody else adds notes


@dataclass(frozen=True)
class Added:
    """What came of adding notes: those `added`, those `known` already or given twice, and all that there are now."""

    added: int
    known: int
    total: int


def add(folder: str | Path, files: Iterable[str | Path], now: datetime | None = None) -> Added:
    """The notes of `files`, as the page saved them, at the end of the folder's `notes.jsonl`; each once, all or none.

    Raises AuditError, and writes nothing, where one file is no file of notes, or of another commune or period, and
    where the `notes.jsonl` was changed by other hands.
    """
    folder = _folder(folder)
    office_file = _office_file(folder)
    given = [_given(Path(file), office_file) for file in files]
    return _append(
        folder, [(note, sha256, bool(saved.edition)) for saved, sha256 in given for note in saved.notes], now
    )


def write(folder: str | Path, note: Mapping[str, str], now: datetime | None = None) -> Added:
    """One note, from a form, at the end of the folder's `notes.jsonl`; `at` is now where it is not given.

    Raises AuditError as `add` does.
    """
    folder = _folder(folder)
    _office_file(folder)
    now = _now(now)
    at = {"at": now.isoformat(timespec="seconds")}
    return _append(folder, [(notes.one(_FORM, at | dict(note)), "", False)], now)


def standing(folder: str | Path) -> tuple[tuple[Entry, ...], pd.DataFrame]:
    """The notes in the folder's `notes.jsonl`, in its order, and the lines that are none; empty without one."""
    return notes.read(notes.NAME, _content(_folder(folder) / notes.NAME))


def _append(folder: Path, given: list[tuple[Note, str, bool]], now: datetime | None) -> Added:
    target = folder / notes.NAME
    try:
        with _alone_in(folder):
            content = _content(target)
            entries = _unbroken(content)
            _refuse_cut(content, _head(folder / notes.HEAD))
            known = {entry.note for entry in entries}
            fresh: dict[str, tuple[Note, str, bool]] = {}
            for note, sha256, by_office in given:
                if note.id not in known:
                    fresh.setdefault(note.id, (note, sha256, by_office))
            if fresh:
                content = notes.longer(content, fresh.values(), _now(now))
                whole.write(target, content)
            if content:
                whole.write(folder / notes.HEAD, notes.head_of(content))
    except OSError as error:
        raise AuditError("cannot_write", file=notes.NAME) from error
    return Added(len(fresh), len(given) - len(fresh), len(entries) + len(fresh))


def _folder(folder: str | Path) -> Path:
    path = Path(folder).resolve()
    if not path.is_dir():
        raise AuditError("no_folder", folder=path.name)
    return path


def _office_file(folder: Path) -> OfficeFile:
    path = folder / "office.toml"
    if not path.is_file():
        raise AuditError("no_office_file", folder=folder.name)
    return office.read(path.name, path.read_bytes())


def _given(file: Path, office_file: OfficeFile) -> tuple[Saved, str]:
    """What a file holds, with its SHA-256; an AuditError where it is of another commune or period than the office."""
    name = notes.shown(file.name)
    if not file.is_file():
        raise AuditError("no_notes_file", file=name)
    try:
        with file.open("rb") as stream:
            content = stream.read(notes.MOST_BYTES + 1)
    except OSError as error:
        raise AuditError("no_notes_file", file=name) from error
    saved, period = notes.saved(name, content), office_file.period
    if folded(saved.commune) != folded(office_file.office.name):
        raise AuditError("notes_other_commune", file=name, commune=office_file.office.name)
    if (saved.first_on, saved.last_on) != (period.first_on, period.last_on):
        raise AuditError(
            "notes_other_period", file=name, written=_period(saved.first_on, saved.last_on),
            period=_period(period.first_on, period.last_on),
        )  # fmt: skip
    return saved, hashlib.sha256(content).hexdigest()


def _period(*days) -> str:
    return " – ".join(f"{day:%d/%m/%Y}" for day in days)


def _content(target: Path) -> bytes:
    """The bytes of `notes.jsonl`, none where there is no such file; an AuditError for a link or a folder."""
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise AuditError("notes_no_plain_file", file=target.name)
    return target.read_bytes() if target.exists() else b""


def _head(file: Path) -> bytes | None:
    """The bytes of `notes.head`, None where there is no such file; an AuditError for a link or a folder."""
    return _content(file) if file.is_symlink() or file.exists() else None


def _refuse_cut(content: bytes, head: bytes | None) -> None:
    """Raise AuditError where the end of the notes is not what `notes.head` says it was."""
    told = notes.chain(content, head)
    if told.state in {NotesState.CUT, NotesState.CHANGED, NotesState.UNREADABLE}:
        raise AuditError(f"notes_{told.state}", file=notes.NAME, head=notes.HEAD, count=told.length, told=told.told)


def _unbroken(content: bytes) -> tuple[Entry, ...]:
    """The entries of a `notes.jsonl`; an AuditError names the first line that other hands have changed."""
    entries, problems = notes.read(notes.NAME, content)
    changed = problems[problems["problem"] != "note_repeated"]
    if not changed.empty:
        raise AuditError("notes_broken", file=notes.NAME, row=int(changed["row"].iloc[0]))
    return entries


def _now(now: datetime | None) -> datetime:
    return (now or datetime.now(VIETNAM)).astimezone(VIETNAM)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """While this lasts nobody else adds notes in `folder`; an AuditError where somebody does for too long.

    The lock is the system's own: it ends with the program that holds it, however that ends.
    """
    path = folder / _LOCK
    try:
        held = lock.awaited(path, _MOST_SECONDS)
    except TimeoutError as error:
        raise AuditError("notes_busy", file=notes.NAME) from error
    with lock.given_back(held, path):
        yield
