"""Which of a few facts hold of a row is its situation: few situations occur, so what follows is worked out once each.

A fact is an expression on a frame, true or not, unknown counting as no. Conditions combine facts in plain Python, by
`&`, `|` and `~`, and are asked of a situation, not of a frame: a rule costs the same for ten rows and ten million.
"""

from collections.abc import Callable, Iterable, Mapping

import narwhals as nw
from narwhals import col

from audit.expressions import collected, looked_up, yes

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

        `when` is an expression, or makes one of what is given to `held`.
        """
        bit, kind = 1 << len(self._facts), self._kind
        self._facts.append(when)
        if len(self._facts) > _MOST:
            raise ValueError(f"more than {_MOST} facts in one integer")
        return Condition(lambda situation: bool(getattr(situation, kind) & bit))

    def held(self, *given: nw.Expr) -> nw.Expr:
        """Which facts hold of each row, as an integer."""
        facts = (when if isinstance(when, nw.Expr) else when(*given) for when in self._facts)
        return nw.sum_horizontal(*(yes(when).cast(nw.Int64) * (1 << at) for at, when in enumerate(facts)))


def with_first(
    frame: nw.LazyFrame, cases: Iterable[tuple[nw.Expr, Mapping[str, str]]], *, otherwise: Mapping[str, str],
    columns: Iterable[str],
) -> nw.LazyFrame:  # fmt: skip
    """`frame` with text `columns`: of each row those of the first of `cases` that holds, null where it says nothing."""
    facts, answers = Facts("held"), []
    for when, words in cases:
        facts.fact(when)
        answers.append(words)

    def answer(held: int) -> dict[str, str | None]:
        first = (held & -held).bit_length() - 1
        words = answers[first] if held else otherwise
        return {name: str(words[name]) if name in words else None for name in columns}

    return with_answers(frame, {"held": facts.held()}, answer, dict.fromkeys(columns, nw.String))


def with_answers(
    frame: nw.LazyFrame, held: Mapping[str, nw.Expr], answer: Callable[..., Mapping[str, object]],
    schema: Mapping[str, nw.dtypes.DType],
) -> nw.LazyFrame:  # fmt: skip
    """`frame` with a column of `schema` for each part of the `answer` to a row's situation; rows and order stay.

    `held` are integers by name, at most 63 bits each; `answer` is called with each combination that occurs, once.
    """
    in_brief = frame.select(**held)  # apart: the frame is wide, and each step on it costs by its width
    situations = sorted({tuple(map(int, row)) for row in collected(in_brief.unique()).iter_rows()})
    answers = [answer(*situation) for situation in situations]
    columns = {name: [one[name] for one in answers] for name in schema}
    if not isinstance(frame, nw.DataFrame):
        return _looked_up(frame.with_columns(**held), list(held), situations, columns, schema)
    keys = {name: [situation[at] for situation in situations] for at, name in enumerate(held)}
    types = {**dict.fromkeys(held, nw.Int64), **schema}
    table = nw.from_dict({**keys, **columns}, schema=types, backend=frame.implementation)
    told = in_brief.join(table, on=list(held), how="left")
    return frame.with_columns(told.get_column(name) for name in schema)


def _looked_up(
    frame: nw.LazyFrame, held: list[str], situations: Iterable[tuple[int, ...]], columns: Mapping[str, list],
    schema: Mapping[str, nw.dtypes.DType],
) -> nw.LazyFrame:  # fmt: skip
    """As `with_answers`, on an engine that has no frames in memory to join with."""
    key = nw.concat_str([col(name).cast(nw.String) for name in held], separator=_SEPARATOR)
    written = [_SEPARATOR.join(map(str, situation)) for situation in situations]
    frame = frame.with_columns(situation=key)
    for name, kind in schema.items():
        texts = [None if value is None else str(value) for value in columns[name]]
        known = {key: text for key, text in zip(written, texts, strict=True) if text is not None}
        answers = looked_up("situation", known)
        frame = frame.with_columns((answers == "True" if kind == nw.Boolean else answers).alias(name))
    return frame.drop("situation", *held)
