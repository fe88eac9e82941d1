"""Where the records of a lake lie: Parquet or CSV files, or a database; and which of their columns is which."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from audit.ground.terms import AuditError
from audit.lake.lake_settings import Settings
from audit.reading.by_column import GIVEN
from audit.reading.cells import folded, may_be_personal
from audit.records.registry import JUDGED, RECORDS

COMMUNE = ("commune", "Xã", "Mã xã", "Tên xã", "Xã, phường", "Xã/phường", "Phường, xã", "MaXa", "TenXa")
DATABASES = ("postgresql", "postgres")
FORMATS = (".parquet", ".csv")
READ = {record.name: record.asked for record in JUDGED}  # nobody's name but where a signature or a title holds one


@dataclass(frozen=True)
class Source:
    """One record's place: `files` of one format, or `query` of the database at `address`."""

    record: str
    files: tuple[str, ...] = ()
    address: str = ""
    query: str = ""

    @property
    def is_csv(self) -> bool:
        """Whether the files are CSV."""
        return bool(self.files) and self.files[0].lower().endswith(".csv")

    @property
    def name(self) -> str:
        """What messages call it: a file's name, or the database's without who asks it, and never a password."""
        if self.files:
            return Path(self.files[0]).name
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def parsed(record: str, written: str, query: str = "") -> Source:
    """The source that `written` names: a glob of files, a folder, or a database's address.

    Of an address, `?table=schema.name` names a table; else `query` says what to ask. Raises AuditError where there are
    no files, they are of two formats, or a database is asked nothing.
    """
    if urlsplit(written).scheme in DATABASES:
        return _database(record, written, query)
    pattern = f"{written.rstrip('/')}/**/*" if Path(written).is_dir() else written
    files = tuple(sorted(path for path in glob(pattern, recursive=True) if path.lower().endswith(FORMATS)))  # noqa: PTH207
    if not files:
        raise AuditError("lake_no_files", record=record, written=Path(written).name)
    if len({Path(file).suffix.lower() for file in files}) > 1:
        raise AuditError("lake_two_formats", record=record)
    return Source(record, files)


def _database(record: str, written: str, query: str) -> Source:
    parts = urlsplit(written)
    asked = parse_qs(parts.query, keep_blank_values=True)
    tables = asked.pop("table", [])
    if bool(query) == bool(tables):
        raise AuditError("lake_no_table", record=record)
    if tables:
        names = tables[0].split(".")
        if not all(re.fullmatch(r"\w+", name) for name in names):
            raise AuditError("lake_bad_table", record=record)
        query = "SELECT * FROM " + ".".join(f'"{name}"' for name in names)
    address = urlunsplit((*parts[:3], urlencode(asked, doseq=True), ""))
    return Source(record, address=address, query=query)


def columns(
    source: Source, headings: Sequence[str], settings: Settings, *, wanted: Sequence[str] = ()
) -> dict[str, str]:  # fmt: skip
    """Our columns, `commune` among them, and the name that each has in the source; those that it lacks are left out.

    Raises AuditError where a required one is missing, or two different ones claim to be the same.
    """
    record = source.record
    accepted: Mapping[str, tuple[str, ...]] = {
        "commune": COMMUNE,
        **{name: (name, *settings.accepted[record][name]) for name in wanted or READ[record]},
        **{name: (name,) for name in GIVEN},
    }
    known = {folded(text): column for column, texts in accepted.items() for text in texts}
    named: dict[str, list[str]] = {}
    for text in headings:
        if column := known.get(folded(text)):
            named.setdefault(column, []).append(text)
    for column, texts in named.items():
        if len(texts) > 1:
            raise AuditError("two_headings", file=source.name, record=record, column=column, headings=" · ".join(texts))
    missing = [name for name in accepted if name in RECORDS[record] and RECORDS[record][name].is_required]
    missing = [name for name in missing if name not in named]
    if missing:
        shown = ", ".join(text for text in headings if not may_be_personal(text)) or "–"
        raise AuditError(
            "missing_heading", file=source.name, headings="; ".join(" · ".join(accepted[name]) for name in missing),
            found=shown, lines=" ; ".join(f"{record},{name},…" for name in missing),
        )  # fmt: skip
    return {column: texts[0] for column, texts in named.items()}
