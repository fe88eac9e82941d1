"""A bundle: what another office needs to do an audit again, in one .zip of the same bytes each time."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from audit.evidence import archive, given
from audit.ground import key as keys
from audit.ground import terms
from audit.ground.terms import AuditError, Edition
from audit.reading import load
from audit.reading import office as office_file
from audit.reading.office import OfficeFile
from audit.running import manifest, outputs

README = "README.txt"
SETTINGS = "office.toml"


class Bundle(NamedTuple):
    """A bundle: its bytes, the name to keep it under, and how many files are inputs, outputs, evidence."""

    content: bytes
    name: str
    counts: Mapping[str, int]


def bundle(folder: Path, as_of: str = "", made: Path | None = None, evidence: Sequence[Path] = ()) -> Bundle:
    """All files that an audit of a folder reads, those of the periods beside it too, never the office's key.

    And the outputs `made`, if any, and `evidence`.

    Raises AuditError for a folder without `office.toml`, no day of the audit, a file that no bundle takes, and where
    a file holds the key.
    """
    folder = load.place(folder)
    if not folder.is_dir():
        raise AuditError("no_folder", folder=folder.name)
    inputs, _ = load.contents(folder)
    inputs.pop(keys.NAME, None)
    if SETTINGS not in inputs:
        raise AuditError("no_office_file", folder=folder.name)
    office = office_file.read(SETTINGS, inputs[SETTINGS])
    files = {f"{given.INPUTS}{name}": content for name, content in inputs.items()}
    files |= {f"{given.BESIDE}{name}": content for name, content in given.beside(folder).items()}
    if made:
        found, _ = given.both(made, None, None)
        files |= {f"{given.OUTPUTS}{name}": content for name, content in found.files.items()}
    files |= given.evidence(evidence)
    _refuse_key(folder, files)
    counts = {room.rstrip("/"): sum(name.startswith(room) for name in files)
              for room in (given.INPUTS, given.BESIDE, given.OUTPUTS, given.EVIDENCE)}  # fmt: skip
    return _packed(outputs.name(folder), office, load.day_of_audit(as_of, office), files, counts)


def _packed(
    name: str, office: OfficeFile, as_of: date, files: Mapping[str, bytes], counts: Mapping[str, int]
) -> Bundle:
    period, made_by = office.period, manifest.made_by()
    told = {"commune": office.office.name, "first": f"{period.first_on:%d/%m/%Y}", "last": f"{period.last_on:%d/%m/%Y}",
            "as_of": f"{as_of:%d/%m/%Y}", "as_of_iso": as_of.isoformat(), "name": name, "rules": made_by["rules"],
            "program": made_by["program"], **counts}  # fmt: skip
    readme = "\n\n".join(terms.text("bundle.readme", lang, **told).strip() for lang in terms.LANGUAGES) + "\n"
    files = {**files, README: readme.encode("utf-8-sig")}
    listed = manifest.Manifest(
        kind="bundle", audit=name, commune=office.office.name, first_on=period.first_on, last_on=period.last_on,
        as_of=as_of, lang="vi", edition=Edition.INTERNAL, result_schema="", notes=None,
        files=manifest.marks(files), **made_by,
    )  # fmt: skip
    content = archive.packed({**files, manifest.NAME: listed.as_bytes()})
    file = f"NOI-BO-{name.replace('/', '-')}{given.ZIP}"
    archive.unpacked(file, content)  # nothing is handed out that could not be taken in
    return Bundle(content, file, counts)


def _refuse_key(folder: Path, files: Mapping[str, bytes]) -> None:
    """Raise AuditError where a file holds the office's key, under whatever name."""
    place = keys.place(folder)
    secret = keys.read(folder).hex().encode() if place else None
    for name, content in files.items():
        if name.rsplit("/", 1)[-1] == keys.NAME or (secret and secret in content.lower()):
            raise AuditError("bundle_key", file=name, key=keys.NAME)
