"""Small pieces that several steps share: expressions, and what is done with frames by their width."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import wraps

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.terms import Population


def midnight(day: date) -> Expr:
    """`day` as frames hold days: its midnight."""
    return pl.lit(datetime.combine(day, time()))


def names(listed: Expr, name: str) -> Expr:
    """Whether a cell of names with spaces between them has `name`."""
    return listed.str.split(" ").list.contains(name).fill_null(value=False)


def yes(expression: Expr) -> Expr:
    """`expression`, where unknown counts as no: a comparison with a missing date is never true."""
    return expression.fill_null(value=False)


def is_running(as_of: date) -> Expr:
    """Whether a stop of the clock has not ended on `as_of`: it has no end, or a planned one after that day."""
    return col("to_on").is_null() | yes(col("to_on") > midnight(as_of))


def first_that_applies(cases: Iterable[tuple[Expr, str]]) -> Expr:
    """The word of the first case whose condition holds; null where none does."""
    chosen = pl.lit(None, dtype=pl.String)
    for condition, word in reversed(list(cases)):
        chosen = pl.when(yes(condition)).then(pl.lit(str(word))).otherwise(chosen)
    return chosen


def looked_up(column: str, words: dict[str, str]) -> Expr:
    """What `words` gives for the value of `column`; null for a value that is not in it."""
    given, results = ([str(word) for word in side] for side in (words.keys(), words.values()))
    return col(column).replace_strict(given, results, default=None, return_dtype=pl.String)


def signature(*columns: str) -> Expr:
    """One text per row that is equal where all `columns` are equal, missing values included."""
    return pl.concat_str([col(c).cast(pl.String).fill_null("") for c in columns], separator="\x1f")


def once_without_rows(step: Callable[..., DataFrame]) -> Callable[..., DataFrame]:
    """`step`, worked out once for all frames without rows: what it makes of none is the same each time.

    The first argument is the frame that may have no rows; what `step` gives must then not depend on the others.
    """
    known: dict[tuple, DataFrame] = {}

    @wraps(step)
    def stepped(frame: DataFrame, *others: object) -> DataFrame:
        if not frame.is_empty():
            return step(frame, *others)
        kind = tuple(frame.schema.items())
        if kind not in known:
            known[kind] = step(frame, *others)
        return known[kind]

    return stepped


def beside(frame: DataFrame, asked: Iterable[str], step: Callable[[DataFrame], DataFrame]) -> DataFrame:
    """`frame` with what `step` makes of the columns `asked`; it keeps the rows and their order.

    The frame is wide, and costs each step by its width: the step sees what it asks for.
    """
    return frame.with_columns(step(frame.select(*asked)).iter_columns())


def with_found(frame: DataFrame, other: DataFrame, *on: str) -> DataFrame:
    """`frame` with the columns of `other` where `on` is the same, null where it has no row: a left join."""
    return frame.join(other, on=list(on), how="left", maintain_order="left")


def count(frame: DataFrame, conditions: dict[str, Expr]) -> dict[str, int]:
    """How many rows meet each condition, in one pass; unknown counts as no."""
    sums = [yes(condition).cast(pl.Int64).sum().alias(name) for name, condition in conditions.items()]
    row = frame.select(*sums)
    return {name: int(row[name][0] or 0) for name in conditions}


# What the period's tables count of a judged dossier, and what the software alone shows of it.
is_in_software = col("population") != Population.ONLY_IN_REGISTER
is_settled = col("population") == Population.SETTLED
is_withdrawn = col("population") == Population.WITHDRAWN
is_pending = col("population").is_in([Population.OPEN, Population.STOPPED, Population.SETTLED_LATER])
has_no_due_date = col("due_on_software").is_null()
closed_in_time = yes(col("closed_on") <= col("due_on_software"))
closed_late = yes(col("closed_on") > col("due_on_software"))

# Two days of the paper that cannot both be right, whatever the due date.
ready_before_issued = yes(col("ready_on") < col("issued_on")) | yes(col("posted_on") < col("issued_on"))
handed_over_before_ready = yes(col("is_handed_over_before_arrival")) | yes(col("desk_handed_on") < col("issued_on"))
