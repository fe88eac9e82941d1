"""Small pieces that several steps share: Narwhals expressions that mean the same on every engine."""

from collections.abc import Iterable
from datetime import date, datetime, time

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrame

from audit.terms import Population


def midnight(day: date) -> nw.Expr:
    """`day` as frames hold days: its midnight."""
    return nw.lit(datetime.combine(day, time()))


def yes(expression: nw.Expr) -> nw.Expr:
    """`expression`, where unknown counts as no: a comparison with a missing date is never true.

    Cast, because a join leaves pandas with objects, of which `~True` is -2 and so true.
    """
    return expression.fill_null(False).cast(nw.Boolean)


def is_running(as_of: date) -> nw.Expr:
    """Whether a stop of the clock has not ended on `as_of`: it has no end, or a planned one after that day."""
    return col("to_on").is_null() | yes(col("to_on") > midnight(as_of))


def first_that_applies(cases: Iterable[tuple[nw.Expr, str]]) -> nw.Expr:
    """The word of the first case whose condition holds; null where none does."""
    chosen = nw.lit(None, dtype=nw.String)
    for condition, word in reversed(list(cases)):
        chosen = nw.when(yes(condition)).then(nw.lit(str(word))).otherwise(chosen)
    return chosen


def looked_up(column: str, words: dict[str, str]) -> nw.Expr:
    """What `words` gives for the value of `column`; null for a value that is not in it."""
    given, found = ([str(word) for word in side] for side in (words.keys(), words.values()))
    return nw.col(column).replace_strict(given, found, default=None, return_dtype=nw.String)


def signature(*columns: str) -> nw.Expr:
    """One text per row that is equal where all `columns` are equal, missing values included."""
    return nw.concat_str([nw.col(c).cast(nw.String).fill_null("") for c in columns], separator="\x1f")


def collected(frame: IntoFrame | nw.LazyFrame | nw.DataFrame) -> nw.DataFrame:
    """`frame` in memory: what is small enough to count or show. DuckDB hands over pandas, to need no Arrow."""
    lazy = (frame if isinstance(frame, nw.LazyFrame | nw.DataFrame) else nw.from_native(frame)).lazy()
    return lazy.collect(backend="pandas" if lazy.implementation.is_duckdb() else None)


def count(frame: IntoFrame, conditions: dict[str, nw.Expr]) -> dict[str, int]:
    """How many rows meet each condition, in one pass; unknown counts as no."""
    sums = [yes(condition).cast(nw.Int64).sum().alias(name) for name, condition in conditions.items()]
    row = collected(nw.from_native(frame).lazy().select(*sums))
    return {name: int(row[name][0] or 0) for name in conditions}


# What the period's tables count of a judged dossier, and what the software alone shows of it.
is_in_software = nw.col("population") != Population.ONLY_IN_REGISTER
is_settled = nw.col("population") == Population.SETTLED
is_withdrawn = nw.col("population") == Population.WITHDRAWN
is_pending = nw.col("population").is_in([Population.OPEN, Population.STOPPED, Population.SETTLED_LATER])
has_no_due_date = nw.col("due_on_software").is_null()
closed_in_time = yes(nw.col("closed_on") <= nw.col("due_on_software"))
closed_late = yes(nw.col("closed_on") > nw.col("due_on_software"))
