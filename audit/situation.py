"""Which of a few facts hold of a row is its situation: few situations occur, so what follows is worked out once each.

A fact is an expression on a frame, true or not, unknown counting as no. Conditions combine facts in plain Python, by
`&`, `|` and `~`, and are asked of a situation, not of a frame: a rule costs the same for ten rows and ten million.
"""

from collections.abc import Callable, Iterable, Mapping

import narwhals as nw
import numpy as np
from narwhals import col

from audit.expressions import Frame, collected, looked_up, yes

_MOST = 62  # bits of a signed integer that stay positive
_SEPARATOR = "/"


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
        self._facts: list[nw.Expr | Callable[..., nw.Expr]] = []

    def fact(self, when: nw.Expr | Callable[..., nw.Expr]) -> Condition:
        """A condition that asks the bit of `when` in the situation's attribute of this kind.

        `when` is an expression, or makes one of what is given to `of`.
        """
        bit, kind = 1 << len(self._facts), self._kind
        self._facts.append(when)
        if len(self._facts) > _MOST:
            raise ValueError(f"more than {_MOST} facts in one integer")
        return Condition(lambda situation: bool(getattr(situation, kind) & bit))

    def of(self, *given: nw.Expr) -> tuple[nw.Expr, ...]:
        """The facts, each as an expression of true, false or unknown."""
        return tuple(when if isinstance(when, nw.Expr) else when(*given) for when in self._facts)


def with_held(frame: Frame, facts: Mapping[str, tuple[nw.Expr, ...]]) -> Frame:
    """`frame` with an integer for each name: which of its facts hold of the row, a bit a fact, the first the lowest."""
    if not isinstance(frame, nw.DataFrame):
        return frame.with_columns(**{name: _packed(whens) for name, whens in facts.items()})
    return frame.with_columns(
        nw.new_series(name, _packed_in_memory(frame, whens), nw.Int64, backend=frame.implementation)
        for name, whens in facts.items()
    )


def _packed(whens: tuple[nw.Expr, ...]) -> nw.Expr:
    return nw.sum_horizontal(*(yes(when).cast(nw.Int64) * (1 << at) for at, when in enumerate(whens)))


def _packed_in_memory(frame: nw.DataFrame, whens: tuple[nw.Expr, ...]) -> np.ndarray:
    """As `_packed`: numpy adds up bits at once, where a frame would take three steps a fact."""
    told = frame.select(*(when.alias(str(at)) for at, when in enumerate(whens)))
    packed = np.zeros(len(frame), dtype=np.int64)
    for at, column in enumerate(told.iter_columns()):
        found = column.to_numpy()
        if found.dtype != np.bool_:
            found = column.fill_null(value=False).cast(nw.Boolean).to_numpy()
        packed |= found.astype(np.int64) << at
    return packed


def with_first(
    frame: Frame, cases: Iterable[tuple[nw.Expr, Mapping[str, str]]], *, otherwise: Mapping[str, str],
    columns: Iterable[str],
) -> Frame:  # fmt: skip
    """`frame` with text `columns`: of each row those of the first of `cases` that holds, null where it says nothing."""
    facts, answers = Facts("held"), []
    for when, words in cases:
        facts.fact(when)
        answers.append(words)

    def answer(held: int) -> dict[str, str | None]:
        first = (held & -held).bit_length() - 1
        words = answers[first] if held else otherwise
        return {name: str(words[name]) if name in words else None for name in columns}

    return with_answers(frame, {"held": facts.of()}, answer, dict.fromkeys(columns, nw.String))


def with_answers(
    frame: Frame, facts: Mapping[str, tuple[nw.Expr, ...]], answer: Callable[..., Mapping[str, object]],
    schema: Mapping[str, nw.dtypes.DType],
) -> Frame:  # fmt: skip
    """`frame` with a column of `schema` for each part of the `answer` to a row's situation; rows and order stay.

    `answer` is called once with each combination that occurs of the integers of `facts`, in their order.
    """
    in_brief = with_held(frame, facts).select(*facts)
    situations = sorted({tuple(map(int, row)) for row in collected(in_brief.unique()).iter_rows()})
    answers = [answer(*situation) for situation in situations]
    columns = {name: [one[name] for one in answers] for name in schema}
    if not isinstance(frame, nw.DataFrame):
        return _looked_up(frame, facts, situations, columns, schema)
    keys = {name: [situation[at] for situation in situations] for at, name in enumerate(facts)}
    types = {**dict.fromkeys(facts, nw.Int64), **schema}
    table = nw.from_dict({**keys, **columns}, schema=types, backend=frame.implementation)
    told = in_brief.join(table, on=list(facts), how="left")
    return frame.with_columns(told.get_column(name) for name in schema)


def _looked_up(
    frame: nw.LazyFrame, facts: Mapping[str, tuple[nw.Expr, ...]], situations: Iterable[tuple[int, ...]],
    columns: Mapping[str, list], schema: Mapping[str, nw.dtypes.DType],
) -> nw.LazyFrame:  # fmt: skip
    """As `with_answers`, on an engine that has no frames in memory to join with."""
    frame = with_held(frame, facts)
    key = nw.concat_str([col(name).cast(nw.String) for name in facts], separator=_SEPARATOR)
    written = [_SEPARATOR.join(map(str, situation)) for situation in situations]
    frame = frame.with_columns(situation=key)
    for name, kind in schema.items():
        texts = [None if value is None else str(value) for value in columns[name]]
        known = {key: text for key, text in zip(written, texts, strict=True) if text is not None}
        answers = looked_up("situation", known)
        frame = frame.with_columns((answers == "True" if kind == nw.Boolean else answers).alias(name))
    return frame.drop("situation", *facts)
