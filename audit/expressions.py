"""Small pieces that several steps share: Narwhals expressions that mean the same on every engine."""

from collections.abc import Iterable

import narwhals as nw


def yes(expression: nw.Expr) -> nw.Expr:
    """`expression`, where unknown counts as no: a comparison with a missing date is never true."""
    return expression.fill_null(False)


def first_that_applies(cases: Iterable[tuple[nw.Expr, str]]) -> nw.Expr:
    """The word of the first case whose condition holds; null where none does."""
    chosen = nw.lit(None, dtype=nw.String)
    for condition, word in reversed(list(cases)):
        chosen = nw.when(yes(condition)).then(nw.lit(str(word))).otherwise(chosen)
    return chosen


def signature(*columns: str) -> nw.Expr:
    """One text per row that is equal where all `columns` are equal, missing values included."""
    return nw.concat_str([nw.col(c).cast(nw.String).fill_null("") for c in columns], separator="\x1f")
