"""Small pieces that several steps share: Narwhals expressions that mean the same on every engine."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import wraps

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrame

from audit.terms import Population

Frame = nw.LazyFrame | nw.DataFrame


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


def is_empty(frame: Frame) -> bool:
    """Whether a frame in memory has no rows; a query is not asked, and counts as having some."""
    return isinstance(frame, nw.DataFrame) and frame.is_empty()


def once_without_rows(step: Callable[..., Frame]) -> Callable[..., Frame]:
    """`step`, worked out once for all frames without rows: what it makes of none is the same each time.

    The first argument is the frame that may have no rows; what `step` gives must then not depend on the others.
    """
    known: dict[tuple, Frame] = {}

    @wraps(step)
    def stepped(frame: Frame, *others: object) -> Frame:
        if not is_empty(frame):
            return step(frame, *others)
        kind = (frame.implementation, tuple(frame.schema.items()))
        if kind not in known:
            known[kind] = step(frame, *others)
        return known[kind]

    return stepped


def beside(frame: Frame, asked: Iterable[str], step: Callable[[Frame], Frame]) -> Frame:
    """`frame` with what `step` makes of the columns `asked`; it keeps the rows and their order.

    A frame in memory is wide, and costs each step by its width: the step sees what it asks for. A query does not.
    """
    if not isinstance(frame, nw.DataFrame):
        return step(frame)
    return frame.with_columns(step(frame.select(*asked)).iter_columns())


def with_found(frame: Frame, found: Frame, *on: str) -> Frame:
    """`frame` with the columns of `found` where `on` is the same, null where it has no row: a left join.

    Where pandas has nothing to find, it is told so: its joins are slow, and most audits lack most records. As in a
    join, whole numbers become floats and booleans objects, which can be missing.
    """
    if not (is_empty(found) and found.implementation.is_pandas()):
        return frame.join(found, on=list(on), how="left")
    added = {name: kind for name, kind in found.schema.items() if name not in on}
    holds_none = {nw.Boolean(): None} | {kind: nw.Float64() for kind in added.values() if kind.is_integer()}
    return frame.with_columns(
        nw.lit(None, dtype=holds_none.get(kind, kind)).alias(name) for name, kind in added.items()
    )


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

# Two days of the paper that cannot both be right, whatever the due date.
ready_before_issued = yes(nw.col("ready_on") < nw.col("issued_on")) | yes(nw.col("posted_on") < nw.col("issued_on"))
handed_over_before_ready = yes(nw.col("is_handed_over_before_arrival")) | yes(
    nw.col("desk_handed_on") < nw.col("issued_on")
)
