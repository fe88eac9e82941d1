"""An export as read -> as it is compared: what each cell says, and which cells cannot be read for certain."""

from collections.abc import Mapping

from audit.drift.seen import Row, Seen
from audit.ground.frames import plain
from audit.reading import joined
from audit.reading.exports import Export
from audit.reading.table import SHEET_WITHOUT_HEADINGS, UNPLACED, Table, names
from audit.records.registry import RECORDS

COLUMNS = tuple(name for name in RECORDS["software"] if name != "dossier_id")
_SAYS_NOTHING = frozenset({"empty", SHEET_WITHOUT_HEADINGS, UNPLACED})  # problems of no cell that can be read


def seen_both(old: Export, new: Export) -> tuple[Seen, Seen]:
    """Two exports as they are compared; a code that one of them cut is put in full where one of the other fits."""
    codes = [set(one.table.frame["dossier_id"].dropna()) for one in (old, new)]
    first, second = joined.in_full(old.table, codes[1]), joined.in_full(new.table, codes[0])
    return seen(old, first), seen(new, second)


def seen(export: Export, table: Table) -> Seen:
    """An export as it is compared: the rows of its latest states."""
    spoiled = _spoiled(table)
    lacking = _lacking(table)
    rows = [row for row in plain(table.frame) if "superseded" not in names(row["marks"])]
    is_whole = not table.problems["problem"].isin((SHEET_WITHOUT_HEADINGS, UNPLACED)).any()
    return Seen(tuple(_row(row, spoiled, lacking) for row in rows), table.columns, export.made_on, bool(is_whole))


def _spoiled(table: Table) -> dict[tuple, set[str]]:
    """By the place of a row the headings of the cells in it that something is wrong with."""
    found: dict[tuple, set[str]] = {}
    for problem in plain(table.problems):
        if problem["row"] is not None and problem["problem"] not in _SAYS_NOTHING:
            place = (problem["file"], problem["sheet"], problem["row"])
            found.setdefault(place, set()).add(problem["column"])
    columns = {heading: name for name, heading in table.headings.items()}
    return {place: {columns.get(heading, heading) for heading in headings} for place, headings in found.items()}


def _lacking(table: Table) -> dict[tuple[str, str], set[str]]:
    """Of exports of several sheets, the columns in which a sheet has nothing at all: it may not have them."""
    frame = table.frame
    written = [f"{name}_written" for name in COLUMNS if name in table.columns]
    if len(frame[["file", "sheet"]].drop_duplicates()) == 1:
        return {}
    is_empty = frame[written].isna().groupby([frame["file"], frame["sheet"]], dropna=False).all()
    return {
        (str(file), str(sheet)): {name.removesuffix("_written") for name in written if is_empty.at[(file, sheet), name]}
        for file, sheet in is_empty.index
    }


def _row(row: Mapping, spoiled: Mapping[tuple, set[str]], lacking: Mapping[tuple[str, str], set[str]]) -> Row:
    wrong = spoiled.get((row["file"], row["sheet"], row["row"]), set())
    unsure = wrong | set(names(row["doubtful"])) | lacking.get((row["file"], row["sheet"]), set())
    unread = {name: row[f"{name}_written"] or "" for name in COLUMNS if name in unsure}
    is_void = row["is_struck"] or not (row["is_readable"] or row["received_at"] is None)
    return Row(row["dossier_id"], {name: row[name] for name in COLUMNS}, unread, bool(is_void), row["row"])
