"""`manifest.json`: every file that was written beside it, with its hash and size, and what all of them were made by.

It is written as RFC 8785 has it: keys in order, no blank, one way to write each; so its own hash can be named in a
letter, and what is signed is the very bytes.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audit.ground.terms import AuditError, Edition, NotesState
from audit.ground.version import RULES
from audit.running import toolkit

NAME, SIGNATURE = "manifest.json", "manifest.sig"
VERSION = "1.0"
MOST_BYTES = 10_000_000  # of a manifest
MOST_LETTERS = 200  # of a file's name
MOST_FOLDERS = 5  # within a room of a bundle: a period beside, its evidence, two folders there, a file
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Part):
    """A file: the SHA-256 of its bytes, and how many they are."""

    sha256: Hash
    size: int = Field(ge=0)

    def is_of(self, content: bytes) -> bool:
        """Whether a file of this content is meant."""
        return (self.sha256, self.size) == (hashlib.sha256(content).hexdigest(), len(content))


class Chain(_Part):
    """The end of the notes that an audit read: how many there are, the hash of the last (keyed in the shareable
    edition), how many `notes.head` says there were, and whether they are all there.
    """

    length: int = Field(ge=0)
    head: str
    told: int | None
    state: NotesState


class Manifest(_Part):
    """What lies beside a manifest, by name, and what it was made by.

    `audit`: <commune>/<period>, as the folder is named; empty but in a bundle. `program`, `rules`, `toolkit`,
    `calendar`: the versions of the program and its rules, the marks of its whole and of its calendar. `notes`: as in
    `result.json`; null in a bundle.
    """

    manifest: str = Field(pattern=r"^1\.0$")
    kind: Literal["outputs", "bundle"]
    audit: str
    commune: str
    first_on: date
    last_on: date
    as_of: date
    lang: str
    edition: Edition
    result_schema: str
    notes: Chain | None = None
    rules: str
    program: str
    toolkit: Hash
    calendar: Hash
    files: dict[str, Mark]

    def as_bytes(self) -> bytes:
        """The manifest as it is written."""
        return canonical(self.model_dump(mode="json"))


def canonical(value: object) -> bytes:
    """Plain JSON values as RFC 8785 writes them; for texts, whole numbers, lists and objects with keys of ours."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def with_manifest(files: Mapping[str, bytes], result: bytes) -> dict[str, bytes]:
    """The files of an audit, by name, and the manifest of them all; none where `result` is no `result.json`."""
    try:
        told = json.loads(result)
        period, parameters = told["period"], told["parameters"]
        made = Manifest(
            kind="outputs", audit="", commune=told["office"]["commune"], first_on=period["first_on"],
            last_on=period["last_on"], as_of=told["as_of"], lang=parameters["lang"], edition=told["edition"],
            result_schema=told["schema_version"], notes=told.get("notes_chain"), files=marks(files), **made_by(),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError):
        return dict(files)
    return {**files, NAME: made.as_bytes()}


def made_by() -> dict[str, str]:
    """What the toolkit that is at work here says of itself in a manifest."""
    return {"manifest": VERSION, "rules": RULES, "program": toolkit.program(), "toolkit": toolkit.toolkit(),
            "calendar": toolkit.calendar()}  # fmt: skip


def marks(files: Mapping[str, bytes]) -> dict[str, Mark]:
    """The mark of each file, by name."""
    return {name: Mark(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            for name, content in files.items()}  # fmt: skip


def read(content: bytes) -> Manifest:
    """A manifest as it is written; an AuditError for one that is not, or that names a file elsewhere."""
    if len(content) > MOST_BYTES:
        raise AuditError("file_too_big", file=NAME, most=MOST_BYTES // 1_000_000)
    try:
        found = Manifest.model_validate_json(content)
    except (ValidationError, ValueError, RecursionError) as error:
        raise AuditError("manifest_unreadable", file=NAME) from error
    if strange := sorted(name for name in found.files if not _is_inside(name, found.kind)):
        raise AuditError("manifest_names_elsewhere", file=NAME, name=strange[0][:MOST_LETTERS])
    if found.as_bytes() != content:
        raise AuditError("manifest_unreadable", file=NAME)
    return found


def is_plain(name: str) -> bool:
    """Whether a name is one of a file or folder alone, and leads nowhere else."""
    is_short = 0 < len(name) <= MOST_LETTERS
    return is_short and name not in (".", "..") and not re.search(r"[/\\:\x00-\x1f\x7f]", name)


def _is_inside(name: str, kind: str) -> bool:
    """Whether a name leads to a file beside the manifest, in a bundle also to one in its folders."""
    parts = re.sub(r"^(?:inputs|beside|outputs|evidence)/", "", name).split("/") if kind == "bundle" else [name]
    return len(parts) <= MOST_FOLDERS and all(is_plain(part) for part in parts)
