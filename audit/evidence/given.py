"""What is given to be checked, read without trusting it: outputs, the inputs that they may be of, key files."""

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from audit.evidence import archive
from audit.ground import key as keys
from audit.ground.terms import AuditError
from audit.reading import load, previous
from audit.running import manifest
from audit.running.export import AUDIT
from audit.running.manifest import Manifest

ZIP = ".zip"
INPUTS, BESIDE, OUTPUTS, EVIDENCE = "inputs/", "beside/", "outputs/", "evidence/"
MOST_KEY_BYTES = 100_000


@dataclass(frozen=True)
class Outputs:
    """The files of an audit by name, a page under the name that a run gives it; what else lies in their folder.

    `listed`: their manifest, None where there is none; `missing`: files that it lists and that are not there.
    """

    files: Mapping[str, bytes]
    listed: Manifest | None = None
    missing: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """The files that an audit reads, by name, with the office's key as it was given, if at all.

    `beside`: those of the commune's other periods, by "<folder>/<name>"; `bundle`: the manifest of the bundle that all
    are from, and `marked` its files by name.
    """

    contents: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)
    key: bytes | None = None
    bundle: Manifest | None = None
    marked: Mapping[str, bytes] = field(default_factory=dict)


def both(given: Path, inputs: Path | None, key: Path | None) -> tuple[Outputs, Inputs | None]:
    """The outputs at a path, that of a folder, a page, another file beside it, or a bundle; and the inputs, if any.

    Raises AuditError for what is not there, is no ordinary file, is too large, or is no bundle that can be trusted.
    """
    from_bundle: Inputs | None = None
    if given.suffix.lower() == ZIP:
        from_bundle = _of_bundle(given)
        outputs = _unpacked(from_bundle)
    else:
        outputs = _beside(given)
    found = _inputs(inputs) if inputs else from_bundle
    if found and key:
        found = replace(found, key=small(key))
    return outputs, found


def small(path: Path) -> bytes:
    """A key's file."""
    return ordinary(path, MOST_KEY_BYTES)


def ordinary(path: Path, most: int = load.MOST_BYTES) -> bytes:
    """What a file holds; an AuditError where there is none, for a link or device, and for more than `most` bytes."""
    try:
        found = path.lstat()
    except OSError as error:
        raise AuditError("verify_no_file", file=path.name) from error
    if not stat.S_ISREG(found.st_mode):
        raise AuditError("no_ordinary_file", file=path.name)
    if found.st_size > most:
        raise AuditError("file_too_big", file=path.name, most=max(1, most // 1_000_000))
    return path.read_bytes()


def _beside(given: Path) -> Outputs:
    """The outputs in a folder, or beside a file of them."""
    folder = given if given.is_dir() else given.parent
    if not given.is_dir() and not given.is_file():
        raise AuditError("verify_no_file", file=given.name)
    files: dict[str, bytes] = {}
    listed = _manifest_in(folder, files)
    wanted = AUDIT.files | (listed.files.keys() if listed else set())
    there = {path.name for path in folder.iterdir()}
    files |= {name: ordinary(folder / name) for name in sorted(wanted & there)}
    if given.suffix.lower() in (".html", ".htm") and not given.is_dir():
        files[AUDIT.page] = ordinary(given)
    if not files.keys() & AUDIT.files:
        raise AuditError("verify_no_outputs", folder=folder.name or str(folder), names=", ".join(sorted(AUDIT.files)))
    others = there - wanted - {manifest.NAME, manifest.SIGNATURE} if listed else set()
    missing = tuple(sorted(listed.files.keys() - there)) if listed else ()
    return Outputs(files, listed, missing, tuple(sorted(others)))


def _manifest_in(folder: Path, files: dict[str, bytes]) -> Manifest | None:
    """The manifest in a folder; it and its signature are put into `files`."""
    for name in (manifest.NAME, manifest.SIGNATURE):
        if (folder / name).exists() or (folder / name).is_symlink():
            files[name] = ordinary(folder / name, manifest.MOST_BYTES)
    return manifest.read(files[manifest.NAME]) if manifest.NAME in files else None


def _unpacked(inputs: Inputs) -> Outputs:
    """The outputs that a bundle holds."""
    files = _below(OUTPUTS, inputs.marked)
    listed = manifest.read(files[manifest.NAME]) if manifest.NAME in files else None
    missing = tuple(sorted(listed.files.keys() - files.keys())) if listed else ()
    known = AUDIT.files | {manifest.NAME, manifest.SIGNATURE} | (listed.files.keys() if listed else set())
    return Outputs(files, listed, missing, tuple(sorted(files.keys() - known)))


def _inputs(path: Path) -> Inputs:
    """The inputs in a folder, with its key, or in a bundle, which has none."""
    if path.suffix.lower() == ZIP and not path.is_dir():
        return _of_bundle(path)
    folder = load.place(path)
    if not folder.is_dir():
        raise AuditError("no_folder", folder=folder.name)
    contents, commune_key = load.contents(folder)
    own = contents.pop(keys.NAME, None)
    return Inputs(contents, beside(folder), own if own is not None else commune_key)


def beside(folder: Path) -> dict[str, bytes]:
    """The files of the commune's other periods that an audit of `folder` reads, by "<folder>/<name>"; no key."""
    return {name: content for name, content in previous.contents(folder).items() if not name.endswith(f"/{keys.NAME}")}


def _of_bundle(path: Path) -> Inputs:
    listed, files = archive.unpacked(path.name, ordinary(path, archive.MOST_PACKED))
    contents = {
        name: one for name, one in _below(INPUTS, files).items() if load.may_be_read(name) and name != keys.NAME
    }
    return Inputs(contents, _below(BESIDE, files), None, listed, files)


def _below(room: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(room): content for name, content in files.items() if name.startswith(room)}


def evidence(paths: Sequence[Path]) -> dict[str, bytes]:
    """Photographs and other papers, by their place in a bundle; an AuditError for two of one name and for a key."""
    found: dict[str, bytes] = {}
    for path in paths:
        name = f"{EVIDENCE}{path.name}"
        if not manifest.is_plain(path.name):
            raise AuditError("bundle_no_file", file=EVIDENCE, name=path.name)
        if name.casefold() in {one.casefold() for one in found}:
            raise AuditError("bundle_twice", file=EVIDENCE, name=path.name)
        found[name] = ordinary(path)
    return found
