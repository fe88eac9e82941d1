"""A bundle as one .zip: written to the same bytes each time, and read without trusting anything that it says."""

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping

from audit.ground.terms import AuditError
from audit.ground.written import FIRST_MOMENT
from audit.running import manifest
from audit.running.manifest import Manifest

MOST_FILES = 1_000
MOST_BYTES = 400_000_000  # of all files together, unpacked
MOST_PACKED = 400_000_000  # of the .zip
_UNIX, _FILE = 3, 0o100600
_IS_LOCKED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a .zip: in the order of their names, of one moment, not compressed, since libraries differ in that."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIRST_MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _FILE << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return target.getvalue()


def unpacked(name: str, content: bytes) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest of a bundle, and its files by name, in memory: nothing is written anywhere.

    Only what the manifest lists is read. Raises AuditError for what is no such bundle, for a name or kind of entry that
    no bundle has, for one too large, and for a file that is missing or not listed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(name, archive)
            if manifest.NAME not in entries:
                raise AuditError("bundle_no_manifest", file=name, manifest=manifest.NAME)
            listed = manifest.read(_content(name, archive, entries[manifest.NAME]))
            _refuse_others(name, listed, entries)
            return listed, {one: _content(name, archive, entries[one]) for one in sorted(listed.files)}
    except _BROKEN as error:
        raise AuditError("bundle_unreadable", file=name) from error


def _entries(name: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries of a .zip by name; an AuditError for too many, for two of one name, for a link, and for too much."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise AuditError("bundle_too_many", file=name, count=len(entries), most=MOST_FILES)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise AuditError("bundle_too_big", file=name, most=MOST_BYTES // 1_000_000)
    (first, times), *_ = Counter(entry.filename.casefold() for entry in entries).most_common(1) or [("", 0)]
    if times > 1:
        raise AuditError("bundle_twice", file=name, name=first)
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.flag_bits & _IS_LOCKED:
            raise AuditError("bundle_no_file", file=name, name=entry.filename)
    return {entry.filename: entry for entry in entries}


def _refuse_others(name: str, listed: Manifest, entries: Mapping[str, object]) -> None:
    """Raise AuditError for a manifest that is of no bundle, and unless its files are those that are there."""
    if listed.kind != "bundle":
        raise AuditError("bundle_no_manifest", file=name, manifest=manifest.NAME)
    if differs := sorted((entries.keys() - {manifest.NAME, manifest.SIGNATURE}) ^ listed.files.keys()):
        raise AuditError("bundle_other_files", file=name, name=differs[0][: manifest.MOST_LETTERS])


def _content(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry holds; an AuditError where that is not as much as it says."""
    content = archive.read(entry)  # never more than it says
    if len(content) != entry.file_size:
        raise AuditError("bundle_unreadable", file=name)
    return content
