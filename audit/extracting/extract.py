"""A report's text read into proposed claims: every figure, what it seems to be of, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from audit.extracting import grids, scopes
from audit.extracting.blocks import Block, Line, blocks
from audit.extracting.labels import Text, known_words, places, totals
from audit.extracting.numbers import reader
from audit.extracting.numerals import Figure, figures
from audit.extracting.phrases import expanded, has_figure, hits, is_scanned, phrases, with_comma
from audit.extracting.propose import Proposal, of_block, together
from audit.extracting.statements import signatory, stated
from audit.extracting.words import words

__all__ = ["COLUMNS", "claims", "left_over"]

COLUMNS = ["claim", "measure", "written", "out_of_written", "unit", "scope", "section", "page", "line", "quote",
           "reading"]  # fmt: skip


def claims(lines: pd.DataFrame, listed: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """A row is one figure or statement of the report, in its order.

    A row of `lines` is a line of the text, with `page`, `line` and `text`; `listed` are the lines of `phrases.csv`.

    No number with a unit is left out: where its measure is not recognised it is `unknown`. `scope`: of whom it is
    said, empty for the office itself. `reading`: sure only where
    the words are near, the figure stands beside them, and no other measure fits nearly as well.
    """
    printed_lines = [Line(*row) for row in lines[["page", "line", "text"]].itertuples(index=False)]
    is_scan = is_scanned([words(line.text) for line in printed_lines if any(map(str.isalnum, line.text))])
    listed = [line for line in expanded(listed) if not (is_scan and has_figure(line))]
    known_phrases = phrases(listed)
    texts = grids.cells(blocks(printed_lines, is_scan=is_scan))
    said = [words(block.text) for block in texts]
    placed = hits(said, known_phrases, listed)
    by_text = {block.text: where for block, where in zip(texts, placed, strict=True)}
    numbers, known = reader(listed, known_phrases, is_scan=is_scan), known_words(known_phrases)
    commas = with_comma(listed)
    proposals: list[Proposal] = []
    leads: dict[str, Proposal] = {}  # the first figure of each block
    for block, its_words, where in zip(texts, said, placed, strict=True):
        over = [by_text[above] for above in block.above]
        text = Text(its_words, where, over, known, commas, is_scan)
        if not is_scan:  # letters that a scanner took for others name nobody
            listed_scopes = [*scopes.named(where, known_phrases), *scopes.enumerated(its_words)]
            named, named_above = sorted(listed_scopes, key=lambda one: one.first), scopes.above(over, known_phrases)
            text = replace(text, scopes=named, scope_above=named_above)
        printed = [figure for figure in figures(block.text, its_words) if not _is_ordinal(block, figure)]
        counted = numbers.counted(its_words, where, printed)
        wholes = totals(text, known_phrases)
        stands_under = block.above[0] if block.above and block.above[0].rstrip().endswith(":") else ""
        lead = leads.get(stands_under)
        made = of_block(block, text, places(text, counted, wholes), known_phrases, wholes, lead)
        if made:
            leads[block.text] = made[0]
        proposals += made
        proposals += stated(block, text, known_phrases)
    return _frame(together([*proposals, *signatory(texts)]))


def left_over(lines: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """A row is a number of the text that no claim has: its `line` and the `number`; those of paragraphs left out.

    What is left over may be a number in a name, a misread word, or a figure without any word that was known. One that
    is equal to a figure or total of some claim is taken for it.
    """
    told = {number for column in ("written", "out_of_written") for text in claims[column] for number in _numbers(text)}
    rows = [
        (line, number)
        for line, text in zip(lines["line"], lines["text"], strict=True)
        for number in _numbers(_ORDINAL.sub("", text))
        if number not in told
    ]
    return pd.DataFrame(rows, columns=["line", "number"])


_ORDINAL = re.compile(r"^\s*(?:[-+*•–]\s*)?\d{1,2}(?:\.\d{1,2})*\s*[./)]\s+")


def _numbers(text: str) -> list[str]:
    """The numbers that stand alone, without leading zeros, dates and document numbers in their parts."""
    numbers = re.findall(r"(?<![^\W\d_])\d+(?:[.,]\d+)*(?![^\W\d_])", text)
    return [number.lstrip("0") or "0" for number in numbers]


def _is_ordinal(block: Block, figure: Figure) -> bool:
    """Whether a number only counts the paragraphs."""
    return figure.start == 0 and block.text[figure.end :].lstrip()[:1] in (".", "/", ")", "|")


def _frame(proposals: Sequence[Proposal]) -> pd.DataFrame:
    """The claims with short names: a share is called by its count, c7%."""
    names: dict[tuple[str, str], str] = {}  # by measure and quote
    rows, number = [], 0
    for made in proposals:
        name = names.get((made.measure, made.quote), "") + "%" if made.unit == "percent" else ""
        if name in ("", "%") or name in names.values():
            number += 1
            name = f"c{number}"
        names[made.measure, made.quote] = name
        where = (made.section, made.page, str(made.line), made.quote)
        rows.append((name, made.measure, made.written, made.out_of, made.unit, made.scope, *where, made.reading))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")
