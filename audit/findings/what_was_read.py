"""What was read of each file, and what could not be: said at the end of every run, and by `audit check` before any."""

from collections.abc import Iterator, Sequence

import pandas as pd

from audit.findings.schema import CellsUnread, FileRead, UnknownWord, WhatWasRead
from audit.ground.terms import UnitLevel, text
from audit.reading.load import Office
from audit.reading.table import STRUCK_OUT, Table
from audit.records.registry import BY_NAME, JUDGED_RECORDS, RECORDS

_WORDS = ("unknown_word", "unknown_signature", "unknown_unit")
_COUNTED = ("struck", "hidden", "merged", "ditto", "serial")


def what_was_read(office: Office, lang: str) -> WhatWasRead:
    """Per file its rows and what is unusual about it, per column the cells not read, and the words nobody listed."""
    tables = [table for table in office.tables.values() if table.files]
    return WhatWasRead(
        files=tuple(one for table in tables for one in _files(table, lang)),
        unread=tuple(one for table in tables for one in _unread(table, lang)),
        unknown=tuple(one for table in tables for one in (*_unknown_words(table), *_unknown_units(table))),
        unused=tuple(office.unused),
        not_opened=office.not_opened,
    )


def _files(table: Table, lang: str) -> Iterator[FileRead]:
    frame, left_out = table.frame, table.left_out
    for name in table.files:
        rows = frame[frame["file"] == name]
        not_readable = int((~rows["is_readable"] & ~rows["is_struck"]).sum())
        yield FileRead(
            file=name, record=table.record, rows=len(rows), not_readable=not_readable,
            left_out=int((left_out["file"] == name).sum()), remarks=tuple(_remarks(table, name, rows, lang)),
        )  # fmt: skip


def _remarks(table: Table, name: str, rows: pd.DataFrame, lang: str) -> Iterator[str]:
    """What is unusual about a file, in words: its encoding, the order of its days, cells that are more than values."""
    for note in table.notes:
        if note.file == name:
            yield text(f"reading.{note.kind}", lang, what=note.what)
    marks = rows["marks"].fillna("").str.split()
    counts = {kind: int(marks.map(lambda of, kind=kind: any(m.partition(":")[0] == kind for m in of)).sum())
              for kind in _COUNTED}  # fmt: skip
    counts["struck"] = int(rows["is_struck"].sum())
    counts["commented"] = int(rows["comment"].notna().sum())
    counts["doubtful"] = int(rows["doubtful"].notna().sum())
    for kind, count in counts.items():
        if count:
            yield text(f"reading.{kind}", lang, count=count)


def _unread(table: Table, lang: str) -> Iterator[CellsUnread]:
    """The columns with cells that could not be read, in the order of the file, each with the commonest reason."""
    cells = table.problems[table.problems["row"].notna() & (table.problems["column"] != "")]
    for column, rows in cells.groupby("column", sort=False):
        kinds = rows["problem"].value_counts()
        first = rows[rows["problem"] == kinds.index[0]].iloc[0]
        written = "…" if not first["written"] else first["written"]
        yield CellsUnread(
            record=table.record, column=str(column), cells=len(rows), problem=str(kinds.index[0]),
            reason=text(f"problem.{kinds.index[0]}", lang, written=written, near="–", detail="–"),
        )  # fmt: skip


def _unknown_words(table: Table) -> Iterator[UnknownWord]:
    """Words that nobody listed, most frequent first; a signature is not repeated: it may be a name."""
    problems = table.problems[table.problems["problem"].isin(_WORDS[:2])]
    columns = {heading: name for name, heading in table.headings.items()}
    for (heading, written), rows in problems.groupby(["column", "written"], sort=False):
        name = columns.get(str(heading), "")
        kind = RECORDS[table.record][name].kind if name else ""
        column = name if kind == "word" else kind
        yield UnknownWord(record=table.record, column=str(heading), written=str(written) or None, cells=len(rows),
                          line=f"{column},{written},…" if written else "")  # fmt: skip


def _unknown_units(table: Table) -> Iterator[UnknownWord]:
    for unit, level in BY_NAME[table.record].levels.items():
        if unit not in table.columns:
            continue
        unknown = table.frame.loc[(table.frame[level] == UnitLevel.UNKNOWN) & table.frame[unit].notna(), unit]
        for written, count in unknown.value_counts().items():
            yield UnknownWord(record=table.record, column=table.headings[unit], written=str(written), cells=int(count),
                              line=f'[units] … = ["{written}"]')  # fmt: skip


def lines(read: WhatWasRead, lang: str) -> list[str]:
    """The same as lines of text for a terminal."""
    said = [text("reading.title", lang)]
    for one in read.files:
        counts = {"rows": one.rows, "not_readable": one.not_readable, "left_out": one.left_out}
        record = text(f"record.{one.record}", lang)
        said.append("  " + text("reading.file", lang, file=one.file, record=record, **counts))
        said += [f"    – {remark}" for remark in one.remarks]
    for cells in read.unread:
        place = {"record": text(f"record.{cells.record}", lang), "column": cells.column}
        said.append("  " + text("reading.unread", lang, **place, cells=cells.cells, reason=cells.reason))
    for word in read.unknown:
        shown = word.written or text("reading.not_shown", lang)
        told = {"column": word.column, "written": shown, "cells": word.cells, "line": word.line}
        said.append("  " + text("reading.unknown", lang, **told))
    said += ["  " + text("reading.unused", lang, file=name) for name in read.unused]
    said += ["  " + text("reading.not_opened", lang, file=name) for name in read.not_opened]
    return said


def proposed(office: Office) -> dict[str, Sequence[Sequence[str]]]:
    """Files to be confirmed, by name, each a list of rows: cells to put right, headings and words to be listed.

    Of a column that may name people nothing is repeated.
    """
    return {
        "corrections.proposed.csv": list(_corrections(office)), "headings.proposed.csv": list(_headings(office)),
        "words.proposed.csv": list(_words(office)),
    }  # fmt: skip


def _corrections(office: Office) -> Iterator[Sequence[str]]:
    yield ("record", "file", "sheet", "row", "column", "dossier_id", "was", "now", "why", "by", "on")
    for table in (office.tables[record] for record in JUDGED_RECORDS):
        names = {heading: name for name, heading in table.headings.items()}
        places = zip(table.frame["file"], table.frame["sheet"], table.frame["row"], strict=True)
        codes = dict(zip(places, table.frame["dossier_id"], strict=True))
        for problem in table.problems.to_dict("records"):
            name = names.get(problem["column"], "")
            is_void = problem["problem"] in (STRUCK_OUT, "remark_against") or pd.isna(problem["row"])
            if not name or is_void or RECORDS[table.record][name].is_personal:
                continue
            code = codes.get((problem["file"], problem["sheet"], problem["row"]))
            why = text(f"problem.{problem['problem']}", "vi", written=problem["written"], near="", detail="")
            yield (table.record, problem["file"], problem["sheet"], str(problem["row"]), name,
                   code if isinstance(code, str) else "", problem["written"], "", why, "", "")  # fmt: skip


def _headings(office: Office) -> Iterator[Sequence[str]]:
    yield ("record", "column", "heading")
    for table in office.tables.values():
        for heading in table.unused:
            yield (table.record, "", heading)


def _words(office: Office) -> Iterator[Sequence[str]]:
    yield ("column", "written", "value")
    for table in office.tables.values():
        for word in _unknown_words(table):
            if word.written:
                yield (word.line.partition(",")[0], word.written, "")
