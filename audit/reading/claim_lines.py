"""A report's figures as typed or proposed: their measures by name, and what is wrong with a line of them."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from audit.ground.terms import measures
from audit.reading import cells
from audit.reading.table import Table

NOT_QUOTED = ("number", "day", "statement")  # what is written of these is put together, or said in other words
_MOST_EDITS = 4  # beyond, a word is another one
_WRONG_WORDS = {"unit": "unknown_unit_of_claim", "is_confirmed": "unknown_confirmation", "reading": "unknown_reading"}


def read(table: Table) -> Table:
    """The lines with the `measure` of each by its name, however written; problems listed.

    A second line of one `claim` is not readable. Listed, and read: a measure that nobody knows, with the nearest, and a
    figure that does not stand in its quote, which is then not confirmed.
    """
    frame = table.frame
    named = {cells.folded(said): name for name, words in measures().items() for said in words.values()} | {
        name: name for name in measures()
    }
    written = [cells.folded(text) if isinstance(text, str) else None for text in frame["measure"]]
    frame = frame.assign(
        measure=pd.Series([named.get(key or "", text) for key, text in zip(written, frame["measure"], strict=True)],
                          index=frame.index, dtype="str"),
        is_confirmed=frame["is_confirmed"].fillna(False),
    )  # fmt: skip
    is_again = frame["is_readable"] & frame["claim"].duplicated()
    is_unlisted = frame["is_readable"] & ~frame["measure"].isin(list(measures()))
    is_misquoted = frame["is_readable"] & pd.Series(list(_misquoted(frame)), index=frame.index, dtype="bool")
    nearest = {text: _nearest(text, named) for text in frame.loc[is_unlisted, "measure"]}
    problems = [
        _problems(table, frame[is_again], "claim", "repeated_claim"),
        _problems(table, frame[is_unlisted], "measure", "unlisted_measure").assign(
            detail=[nearest[text] for text in frame.loc[is_unlisted, "measure"]]
        ),
        _problems(table, frame[is_misquoted], "written", "figure_not_in_quote"),
    ]
    frame = frame.assign(
        is_readable=frame["is_readable"] & ~is_again, is_confirmed=frame["is_confirmed"] & ~is_misquoted
    )
    found = pd.concat([_worded(table), *problems], ignore_index=True).astype({"row": "Int64"})
    return replace(table, frame=frame, problems=found)


def _misquoted(frame: pd.DataFrame) -> Iterator[bool]:
    """Whether the figure of each line has digits and stands nowhere in its quote."""
    for unit, written, quote in zip(frame["unit"], frame["written"], frame["quote"], strict=True):
        is_quoted = unit not in NOT_QUOTED and isinstance(written, str) and isinstance(quote, str)
        told = set(_numbers(written)) if is_quoted else set()
        yield bool(told) and not told & set(_numbers(quote))


def _numbers(text: str) -> list[str]:
    """The numbers in a text, without leading zeros: "05" is "5"; where a space may mark thousands, both readings."""
    joined = re.sub(r"(?<=\d)[ \u00a0](?=\d{3})", "", text)
    found = [number for way in (text, joined) for number in re.findall(r"\d+(?:[.,]\d+)*", way)]
    return [number.lstrip("0") or "0" for number in found]


def _nearest(text: str, named: dict[str, str]) -> str:
    """The known words that differ from a measure in a few signs, in the order of the list."""
    found = process.extract(cells.folded(text), list(named), scorer=OSA.distance, score_cutoff=_MOST_EDITS, limit=1)
    return next((measures()[named[words]]["vi"] for words, _, _ in found), "–")


def _problems(table: Table, rows: pd.DataFrame, column: str, problem: str) -> pd.DataFrame:
    where = {"record": table.record, "file": table.file, "column": table.headings[column], "problem": problem}
    return rows[["sheet", "row"]].assign(**where, written=rows[column], detail="")[list(table.problems)]


def _worded(table: Table) -> pd.DataFrame:
    """The problems that were found while reading; a wrong word is put right in the file itself."""
    by_heading = {
        table.headings[column]: problem for column, problem in _WRONG_WORDS.items() if column in table.headings
    }
    is_word = table.problems["problem"] == "unknown_word"
    own = table.problems["column"].map(by_heading)
    return table.problems.assign(problem=table.problems["problem"].mask(is_word & own.notna(), own))
