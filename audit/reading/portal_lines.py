"""The portal's figures as typed: each line's item by its number, and what is wrong with a line of them."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from audit.ground.terms import PORTAL_FIGURES
from audit.reading import cells
from audit.reading.lines import reference_lines
from audit.reading.table import Table

_ITEM = re.compile(r"(?P<group>[1-9])(?:[.,](?P<part>\d{1,2}))?(?:[\s.:)–-].*)?", re.DOTALL)
_DECIMAL = re.compile(r"\d{1,3}(?:[.,]\d+)?")


def read(table: Table) -> Table:
    """The lines with the `item` of each as "2.1", however written; problems listed.

    A line of no item, of one that stands above, or without any figure is not readable. A share or points that cannot
    be read are listed and left out: a share between 0 and 1 without its "%" may be 0.98 of all or of a hundred.
    """
    frame = table.frame
    frame = frame.assign(item=pd.Series(list(map(_item, frame["item"])), index=frame.index, dtype="str"))
    is_unknown = frame["is_readable"] & frame["item"].isna()
    is_again = frame["is_readable"] & ~is_unknown & frame["item"].where(frame["is_readable"]).duplicated()
    problems = [_problems(table, table.frame[is_unknown], "item", "unknown_portal_item"),
                _problems(table, table.frame[is_again], "item", "repeated_portal_item")]  # fmt: skip
    is_readable = frame["is_readable"] & ~is_unknown & ~is_again
    for column, reason in (("share", _share_problem), ("points", _points_problem)):
        wrong = pd.Series([reason(text) for text in frame[column]], index=frame.index, dtype="str")
        problems += [_problems(table, frame[is_readable & (wrong == name)], column, name)
                     for name in wrong.dropna().unique()]  # fmt: skip
        frame[column] = frame[column].where(wrong.isna())
    is_bare = is_readable & frame[list(PORTAL_FIGURES)].isna().all(axis=1)
    told = {(one.file, one.row) for one in pd.concat([table.problems, *problems]).itertuples()}
    is_silent = is_bare & pd.Series([place not in told for place in zip(frame["file"], frame["row"], strict=True)],
                                    index=frame.index, dtype="bool")  # fmt: skip
    problems.append(_problems(table, table.frame[is_silent], "item", "portal_line_without_figure"))
    found = pd.concat([table.problems, *problems], ignore_index=True).astype({"row": "Int64"})
    return replace(table, frame=frame.assign(is_readable=is_readable & ~is_bare), problems=found)


def _item(written: object) -> str | None:
    """The number of an item: of "2.1", "2,1", "2.1. Tiến độ" or its name; None where it is none."""
    if not isinstance(written, str):
        return None
    if match := _ITEM.fullmatch(written.strip()):
        return match["group"] + (f".{int(match['part'])}" if match["part"] else "")
    return dict(_named()).get(cells.folded(written))


def _named() -> Iterator[tuple[str, str]]:
    for line in reference_lines("points.csv"):
        for lang in ("vi", "en"):
            yield cells.folded(line[lang]), line["item"]


def _share_problem(written: object) -> str | None:
    if not isinstance(written, str):
        return None
    text, is_marked = written.removesuffix("%").strip(), written.endswith("%")
    if not _DECIMAL.fullmatch(text) or _value(text) > 100:  # noqa: PLR2004  percent
        return "cell_not_a_share"
    return None if is_marked or not 0 < _value(text) <= 1 else "share_in_doubt"


def _points_problem(written: object) -> str | None:
    is_plain = not isinstance(written, str) or (_DECIMAL.fullmatch(written) and _value(written) <= 100)  # noqa: PLR2004
    return None if is_plain else "unreadable_portal_points"


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _problems(table: Table, rows: pd.DataFrame, column: str, problem: str) -> pd.DataFrame:
    where = {"record": table.record, "column": table.headings.get(column, column), "problem": problem}
    return rows[["file", "sheet", "row"]].assign(**where, written=rows[column], detail="")[list(table.problems)]
