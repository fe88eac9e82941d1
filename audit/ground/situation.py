"""Which of a few facts hold of a row is its situation: few situations occur, so what follows is worked out once each.

A fact is an expression on a frame, true or not, unknown counting as no. Conditions combine facts in plain Python, by
`&`, `|` and `~`, and are asked of a situation, not of a frame: a rule costs the same for ten rows and ten million.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl
from polars import DataFrame, Expr

from audit.ground.expressions import yes

PolarsType = pl.DataType | type[pl.DataType]
Places = list[tuple[Expr, tuple[str, ...]]]  # cases, and the places in which each may stand
_MOST = 62  # bits of a signed integer that stay positive


class Condition:
    """Whether something holds in a situation."""

    def __init__(self, holds: Callable[..., bool]) -> None:
        self.holds = holds

    def __and__(self, other: "Condition") -> "Condition":
        one, two = self.holds, other.holds
        return Condition(lambda situation: one(situation) and two(situation))

    def __or__(self, other: "Condition") -> "Condition":
        one, two = self.holds, other.holds
        return Condition(lambda situation: one(situation) or two(situation))

    def __invert__(self) -> "Condition":
        holds = self.holds
        return Condition(lambda situation: not holds(situation))


class Facts:
    """Facts of one kind, in the order in which they were named; which of them hold is an integer, a bit a fact."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._facts: list[Expr | Callable[..., Expr]] = []

    def fact(self, when: Expr | Callable[..., Expr]) -> Condition:
        """A condition that asks the bit of `when` in the situation's attribute of this kind.

        `when` is an expression, or makes one of what is given to `of`.
        """
        bit, kind = 1 << len(self._facts), self._kind
        self._facts.append(when)
        if len(self._facts) > _MOST:
            raise ValueError(f"more than {_MOST} facts in one integer")
        return Condition(lambda situation: bool(getattr(situation, kind) & bit))

    def of(self, *given: Expr) -> tuple[Expr, ...]:
        """The facts, each as an expression of true, false or unknown."""
        return tuple(when if isinstance(when, Expr) else when(*given) for when in self._facts)


def with_held(frame: DataFrame, facts: Mapping[str, tuple[Expr, ...]]) -> DataFrame:
    """`frame` with an integer for each name: which of its facts hold of the row, a bit a fact, the first the lowest."""
    return frame.with_columns(pl.Series(name, _packed(frame, whens)) for name, whens in facts.items())


def _packed(frame: DataFrame, whens: tuple[Expr, ...]) -> np.ndarray:
    """The bits of each row's facts: numpy adds them up at once, where a frame would take three steps a fact."""
    told = frame.select(yes(when).alias(str(at)) for at, when in enumerate(whens))
    packed = np.zeros(len(frame), dtype=np.int64)
    for at, column in enumerate(told.iter_columns()):
        packed |= column.to_numpy().astype(np.int64) << at
    return packed


def with_first(
    frame: DataFrame, cases: Iterable[tuple[Expr, Mapping[str, str]]], *, otherwise: Mapping[str, str],
    columns: Iterable[str],
) -> DataFrame:  # fmt: skip
    """`frame` with text `columns`: of each row those of the first of `cases` that holds, null where it says nothing."""
    facts, answers = Facts("held"), []
    for when, words in cases:
        facts.fact(when)
        answers.append(words)

    def answer(held: int) -> dict[str, str | None]:
        first = (held & -held).bit_length() - 1
        words = answers[first] if held else otherwise
        return {name: str(words[name]) if name in words else None for name in columns}

    return with_answers(frame, {"held": facts.of()}, answer, dict.fromkeys(columns, pl.String))


def with_places(frame: DataFrame, named: Mapping[str, tuple[Places, str]]) -> DataFrame:
    """`frame` with a text column for each name: the places in which a row may stand, with blanks between.

    They are those of the first of the name's cases that holds, else the one given beside them.
    """
    for name, (cases, otherwise) in named.items():
        written = [(when, {name: " ".join(places)}) for when, places in cases]
        frame = with_first(frame, written, otherwise={name: otherwise}, columns=[name])
    return frame


def with_answers(
    frame: DataFrame, facts: Mapping[str, tuple[Expr, ...]], answer: Callable[..., Mapping[str, object]],
    schema: Mapping[str, PolarsType],
) -> DataFrame:  # fmt: skip
    """`frame` with a column of `schema` for each part of the `answer` to a row's situation; rows and order stay.

    `answer` is called once with each combination that occurs of the integers of `facts`, in their order.
    """
    in_brief = with_held(frame, facts).select(*facts)
    situations = sorted({tuple(map(int, row)) for row in in_brief.unique().iter_rows()})
    answers = [answer(*situation) for situation in situations]
    columns = {name: [one[name] for one in answers] for name in schema}
    keys = {name: [situation[at] for situation in situations] for at, name in enumerate(facts)}
    table = DataFrame({**keys, **columns}, schema={**dict.fromkeys(facts, pl.Int64), **schema})
    told = in_brief.join(table, on=list(facts), how="left", maintain_order="left")
    return frame.with_columns(told.get_column(name) for name in schema)
