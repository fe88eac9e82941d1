"""Communes taken out of a lake into audits' folders, where inspectors add what else they have."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from audit.ground import whole
from audit.ground.terms import AuditError
from audit.lake.lake import contents, names_of_communes, opened
from audit.lake.lake_settings import Settings
from audit.lake.source import Source

KEPT = ("office.toml",)  # what an inspector may have filled in is not written again
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_MOST_LETTERS, _DIGITS = 60, 6


def lay_out(
    sources: Mapping[str, Source], given: Settings, into: Path, period: str, communes: Collection[str] = ()
) -> list[Path]:  # fmt: skip
    """Write the folder `into`/<commune>/`period` of each of `communes`, by default of all; only their rows are read.

    The records, headings and words are those of the lake each time; what else stands in a folder stays, and so does its
    `office.toml`. Raises AuditError for a commune that the lake has not, and a `period` that is no name of a folder.
    """
    if not _PLAIN.fullmatch(period):
        raise AuditError("lake_period_name", written=period)
    with opened(sources, given) as lake:
        known = names_of_communes(lake)
        for name in communes:
            if name not in known:
                raise AuditError("lake_no_commune", written=name, known=len(known))
        folders = _folders(known)
        chosen = tuple(communes) or known
        for name in chosen:
            _write(into / folders[name] / period, contents(lake, name))
    return sorted(into / folders[name] / period for name in chosen)


def _folders(communes: Iterable[str]) -> dict[str, str]:
    """A plain name for the folder of each commune, another for each: with a mark where two would have the same."""
    plain = {name: _plain(name) for name in communes}
    shared = Counter(plain.values())
    return {
        name: folder if folder and shared[folder] == 1 else f"{folder or 'xa'}-{_mark(name)}"
        for name, folder in plain.items()
    }


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(one for one in decomposed if not unicodedata.combining(one)).casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_MOST_LETTERS]


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        target = folder / name
        if target.is_file() and (name in KEPT or target.read_bytes() == content):
            continue
        whole.write(target, content, is_private=True)
