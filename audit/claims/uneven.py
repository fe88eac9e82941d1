"""The fewest dossiers that, counted in some tables of a report and not in others, explain why its figures differ.

An explanation, never a finding: each table of a report is taken to count real dossiers by channel and state, and a
dossier that belongs to a table may have been left out of it. An integer programme finds the fewest such dossiers with
which every printed figure comes out, and every way of arriving there.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations, product
from math import gcd
from typing import NamedTuple, cast

import pandas as pd
from polars import DataFrame, col

from audit.claims import dossier_kinds
from audit.claims.denominators import WHOLE, hidden, totals
from audit.claims.dossier_kinds import COUNTED, Kind
from audit.claims.printed import DIGITISED, Report, Term, report
from audit.ground.expressions import closed_in_time, closed_late, is_pending, is_settled, is_withdrawn, midnight, yes
from audit.ground.terms import Population

MOST_SOLUTIONS = 20
MOST_NAMED = 20
MOST_KINDS, MOST_CHOICES = 3, 20_000  # kinds of dossier in a solution, and how far they are searched
CONSISTENT, TOO_FEW, NO_SHARE, CANNOT = "consistent", "too_few_tables", "share_of_no_total", "cannot_be_reconciled"
AGAIN = "again:"  # before a measure that is stated twice, differently

OPEN, IN_TIME = ("open_within_time", "open_overdue"), ("settled_early", "settled_on_due_day")
TABLES = {  # a table of the report: the measures that it prints
    "total": ("received_total",),
    "by_channel": ("received_in_person", "received_online", "received_by_post", "carried_over"),
    "by_state": ("settled", "open", "withdrawn"),
    "open_by_time": OPEN,
    "timeliness": ("settled_in_time", "late_in_software"),
    "early_by_day": IN_TIME,
    "causes": ("late_closed_by_commune", "late_held_by_upper_level"),
    "online": ("online_listed_received", "online_listed_settled"),
    "online_by_level": ("online_partial_received", "online_full_received",
                        "online_partial_settled", "online_full_settled"),
    "components_digitised": ("components_digitised",),
    "results_digitised": ("results_digitised",),
}  # fmt: skip
DEFINITIONS = {  # how offices define what belongs to a table, the plainest first
    "by_state": ("withdrawn_apart", "withdrawn_within_settled", "withdrawn_not_received"),
    "online": ("received_online", "without_withdrawn"),
    "components_digitised": ("received", "without_withdrawn", "new", "new_without_withdrawn"),
    "results_digitised": ("settled", "new_settled"),
}
RECEIVED = ("received_total", "received_in_person", "received_online", "received_by_post", "carried_over",
            "online_listed_received",
            "online_partial_received", "online_full_received")  # fmt: skip
CLOSED = (
    "settled",
    "settled_in_time",
    "settled_early",
    "online_listed_settled",
    "online_partial_settled",
    "online_full_settled",
)
NEW, GONE = (
    dossier_kinds.kinds_of(dossier_kinds.NEW, dossier_kinds.STATES),
    dossier_kinds.kinds_of(dossier_kinds.CHANNELS, dossier_kinds.WITHDRAWN),
)
CHANNELS = {
    "in_person": dossier_kinds.IN_PERSON,
    "online": dossier_kinds.ONLINE,
    "by_post": dossier_kinds.BY_POST,
    "carried_over": dossier_kinds.CARRIED_OVER,
}
STATES = {
    "settled": dossier_kinds.SETTLED,
    "open": dossier_kinds.OPEN,
    "withdrawn": dossier_kinds.WITHDRAWN,
    "settled_in_time": dossier_kinds.IN_TIME,
    "settled_late": dossier_kinds.LATE,
    "open_within_time": dossier_kinds.WITHIN_TIME,
    "open_overdue": dossier_kinds.OVERDUE,
}

Definitions = tuple[tuple[str, str], ...]  # table and definition


@dataclass(frozen=True)
class Printed:
    """A figure that a table prints, and the kinds of dossier that belong to it."""

    table: str
    measure: str
    value: int
    counted: frozenset[Kind]


class Way(NamedTuple):
    """A way of counting dossiers of some kinds: the figures that count them, and the blocks that leave them out."""

    figures: frozenset[int]
    left_out_of: tuple[str, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Programme:
    """The figures of a report under one choice of definitions; `departures`: how far it is from the plainest."""

    figures: tuple[Printed, ...]
    definitions: Definitions
    departures: int

    @cached_property
    def blocks(self) -> dict[str, str]:
        """Table to the first of those that it adds up with: these stand or fall together."""
        tables = list(dict.fromkeys(figure.table for figure in self.figures))
        block = {table: table for table in tables}
        for whole, part in product(tables, repeat=2):
            if whole != part and _adds_up(self._printed_in(whole), self._printed_in(part)):
                merged = (block[whole], block[part])
                first = min(merged, key=tables.index)
                block = {table: first if of in merged else of for table, of in block.items()}
        return block

    @cached_property
    def ways(self) -> list[Way]:
        """Every way of counting a dossier: in all tables that it belongs to, or in some of their blocks."""
        alike: dict[frozenset[int], list[Kind]] = {}
        for kind in product(dossier_kinds.CHANNELS, dossier_kinds.STATES):
            alike.setdefault(frozenset(n for n, f in enumerate(self.figures) if kind in f.counted), []).append(kind)
        alike.pop(frozenset(), None)
        return [way for numbers, of in alike.items() for way in self._ways(numbers, tuple(of))]

    def _ways(self, numbers: frozenset[int], of: tuple[Kind, ...]) -> Iterator[Way]:
        blocks = tuple(dict.fromkeys(self._block(number) for number in sorted(numbers)))
        for size in range(len(blocks)):
            for left_out in combinations(blocks, size):
                yield Way(frozenset(n for n in numbers if self._block(n) not in left_out), left_out, of)

    @cached_property
    def alike(self) -> dict[tuple[int, ...], list[int]]:
        """Ways with uneven dossiers, by what sets tables apart; those that no figure can tell apart are alike."""
        apart = self._apart()
        ways_by_mark: dict[tuple[int, ...], list[int]] = {}
        for number, way in enumerate(self.ways):
            if way.left_out_of:
                ways_by_mark.setdefault(tuple(sum(row[n] for n in way.figures) for row in apart), []).append(number)
        return ways_by_mark

    @cached_property
    def difference(self) -> tuple[int, ...]:
        """What the uneven dossiers must set apart together."""
        return tuple(
            sum(n * figure.value for n, figure in zip(row, self.figures, strict=True)) for row in self._apart()
        )

    def _apart(self) -> list[list[int]]:
        """Sums and differences of figures that come to 0 for every dossier that is counted in all its tables."""
        whole = [way.figures for way in self.ways if not way.left_out_of]
        size = len(self.figures)
        rows = [[int(n in of) for of in whole] + [int(n == own) for own in range(size)] for n in range(size)]
        for column in range(len(whole)):
            if pivot := next((row for row in rows if row[column]), None):
                rows = [[pivot[column] * a - row[column] * b for a, b in zip(row, pivot, strict=True)]
                        for row in rows if row is not pivot]  # fmt: skip
                rows = [[a // (gcd(*row) or 1) for a in row] for row in rows]
        return [row[len(whole) :] for row in rows]

    @cached_property
    def at_least(self) -> int:
        """How far one table is from another: so many dossiers must be uneven."""
        by_table = {table: self._printed_in(table) for table in self.blocks}
        figures = [*self.figures, *(whole for of in by_table.values() for whole in _together(of))]
        return max((_divided(figure, of)[0] for figure in figures for table, of in by_table.items()
                    if self.blocks[table] != self.blocks[figure.table]), default=0)  # fmt: skip

    def tables(self, way: Way) -> dict[str, bool]:
        """The tables to which all dossiers of a way belong, and whether they are counted there."""
        belongs: dict[str, set[Kind]] = {}
        for figure in self.figures:
            belongs.setdefault(figure.table, set()).update(figure.counted)
        return {table: self.blocks[table] not in way.left_out_of
                for table, counted in belongs.items() if counted >= set(way.kinds)}  # fmt: skip

    def _block(self, number: int) -> str:
        return self.blocks[self.figures[number].table]

    def _printed_in(self, table: str) -> list[Printed]:
        return [figure for figure in self.figures if figure.table == table]


def smallest(claims: pd.DataFrame) -> pd.DataFrame:
    """A row per kind of dossier, in each way of explaining all differences by the fewest dossiers.

    `solution`: 1, 2, ..., at most 20; `dossiers`: how many of that kind; `channel`, `state`: None where it may be any;
    `counted_in`, `left_out_of`: tables of the report that they belong to; `definitions`: (table, definition), where
    offices define differently what belongs to a table: the fewest dossiers first, then the plainest definitions.

    `attrs`: `dossiers`, the least number, 0 where every figure agrees and None where there is none; `reason`, why
    there is no row ("consistent", "too_few_tables", "share_of_no_total", "cannot_be_reconciled"), else None;
    `is_complete`, whether these are all solutions; `claims`, what it rests on; `is_confirmed`, whether a person has
    confirmed all of them.
    """
    stated = report(claims)
    terms, no_share = _terms(stated), _share_of_no_total(stated)
    used = no_share or tuple(dict.fromkeys(term for _, _, _, of in terms for term in of))
    rests_on: dict[Hashable, object] = {
        "claims": tuple(dict.fromkeys(term.claim for term in used)),
        "is_confirmed": bool(used) and all(term.is_confirmed for term in used),
    }
    if no_share or len({table for table, *_ in terms}) < 2:  # noqa: PLR2004
        return _frame([], rests_on, reason=NO_SHARE if no_share else TOO_FEW)
    fewest: int | None = None
    best: list[Programme] = []
    for programme in _programmes(terms, dossier_kinds.not_there(stated.counts)):
        is_plainer = not best or programme.departures == best[0].departures
        at_most = None if fewest is None else fewest if is_plainer else fewest - 1
        needed = _fewest(programme, at_most)
        if needed is not None:
            best = [*best, programme] if needed == fewest else [programme]
            fewest = needed
    if not fewest:
        return _frame([], rests_on, reason=CANNOT if fewest is None else CONSISTENT, dossiers=fewest)
    searched = [_solutions(programme, fewest) for programme in best]
    solutions = sorted((s for each, _ in searched for s in each), key=repr)
    rows = [(number, *kind) for number, kinds_ in enumerate(solutions[:MOST_SOLUTIONS], 1) for kind in kinds_]
    is_complete = all(whole for _, whole in searched) and len(solutions) <= MOST_SOLUTIONS
    return _frame(rows, rests_on, dossiers=fewest, is_complete=is_complete)


def _frame(
    rows: list[tuple], rests_on: Mapping[Hashable, object], *, reason: str | None = None, dossiers: int | None = None,
    is_complete: bool = True,
) -> pd.DataFrame:  # fmt: skip
    columns = ["solution", "dossiers", "channel", "state", "counted_in", "left_out_of", "definitions"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object).astype({"solution": int, "dossiers": int})
    frame.attrs = {"reason": reason, "dossiers": dossiers, "is_complete": is_complete, **rests_on}
    return frame


def _terms(stated: Report) -> list[tuple[str, str, int, tuple[Term, ...]]]:
    """Table, measure, figure and where it stands: of each table what is printed."""
    tables = dict(TABLES)
    if "open" not in stated.counts:
        tables |= {"by_state": ("settled", *OPEN, "withdrawn"), "open_by_time": ()}
    if "settled_in_time" not in stated.counts:
        tables |= {"timeliness": (*IN_TIME, "late_in_software"), "early_by_day": ()}
    printed = []
    for table, measures in tables.items():
        for measure in measures:
            if table in DIGITISED:
                printed += [(table, measure, *total) for total in _totals(stated, measure)]
            elif measure in stated.counts:
                printed.append((table, measure, int(stated.counts[measure].value), (stated.counts[measure],)))
    again: dict[str, tuple[str, str, int, tuple[Term, ...]]] = {}
    for number, line in enumerate(stated.lines):
        if line.is_count and line.measure in COUNTED and line.figure.value != stated.counts[line.measure].value:
            term = stated.term(number)
            again.setdefault(line.measure, (AGAIN + line.measure, line.measure, int(term.value), (term,)))
    return [*printed, *again.values()]


def _totals(stated: Report, measure: str) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """The total of a share, printed with it or its count, or the one number that it can be."""
    lines_ = (number for number, line in enumerate(stated.lines) if line.measure == measure)
    printed = next((total for number in lines_ if (total := stated.total(number))), None)
    if printed is not None:
        yield int(printed.value), (printed,)
    elif measure in (by_measure := hidden(stated)):
        worked_out, share = by_measure[measure]
        lines = {term.claim: term for term in map(stated.term, range(len(stated.lines)))}
        yield worked_out, tuple(lines[claim] for claim in share.claims)


def _share_of_no_total(stated: Report) -> tuple[Term, ...]:
    """A share of dossiers, with its count, that no number of dossiers gives, or not the one printed with it."""
    for number in stated.shares():
        share, count, total = stated.term(number), stated.counted(number), stated.total(number)
        if count is None or (count.measure not in COUNTED and count.measure not in DIGITISED) or not count.value:
            continue
        is_wrong = total is not None and not share.figure.is_rounding_of(int(count.value), int(total.value))
        if is_wrong or (total is None and 0 < share.value < WHOLE and not totals(int(count.value), share.figure)):
            return tuple(term for term in (share, count, total) if term)
    return ()


def _programmes(terms: Sequence[tuple], none: frozenset[Kind]) -> list[Programme]:
    """The figures under each choice of definitions that tells, the plainest choices first."""
    printed = {table for table, *_ in terms} | ({"online"} & {table[:6] for table, *_ in terms})
    chosen = {table: options for table, options in DEFINITIONS.items() if table in printed}
    choices = sorted(
        product(*(range(len(options)) for options in chosen.values())), key=lambda c: (sum(map(bool, c)), c)
    )
    programmes: dict[tuple, Programme] = {}
    for choice in choices:
        definitions = tuple((table, chosen[table][at]) for table, at in zip(chosen, choice, strict=True))
        figures = tuple(Printed(table, measure, value, _belonging(measure, dict(definitions)) - none)
                        for table, measure, value, _ in terms)  # fmt: skip
        programmes.setdefault(figures, Programme(figures, definitions, sum(choice)))
    return list(programmes.values())


def _belonging(measure: str, definitions: dict[str, str]) -> frozenset[Kind]:
    """The kinds of dossier that belong to a figure under these definitions."""
    withdrawn = definitions.get("by_state")
    if measure in DIGITISED:
        definition = definitions[measure]
        counted = _belonging("settled" if measure == "results_digitised" else "received_total", definitions)
        counted = counted & NEW if definition.startswith("new") else counted
        return counted - GONE if definition.endswith("without_withdrawn") else counted
    counted = COUNTED[measure]
    if withdrawn == "withdrawn_within_settled" and measure in CLOSED:
        counted |= {kind for kind in GONE if kind[0] in {channel for channel, _ in counted}}
    is_without = withdrawn == "withdrawn_not_received" and measure in RECEIVED
    is_without_online = definitions.get("online") == "without_withdrawn" and measure.startswith("online")
    return counted - GONE if is_without or is_without_online else counted


def _adds_up(whole: list[Printed], part: list[Printed]) -> bool:
    """Whether two tables divide the same dossiers into the same number, or one divides figures of the other."""
    divided = [_divided(figure, part) for figure in [*whole, *_together(whole)]]
    return any(is_divided for _, is_divided in divided) and not any(
        apart for apart, is_divided in divided if is_divided
    )


def _together(table: list[Printed]) -> list[Printed]:
    """The whole that the figures of a table divide; none where they overlap."""
    most = [one for one in table if not any(one.counted < other.counted for other in table)]
    together = frozenset().union(*(one.counted for one in most))
    if sum(len(one.counted) for one in most) != len(together):
        return []
    return [Printed(table[0].table, "", sum(one.value for one in most), together)]


def _divided(figure: Printed, others: list[Printed]) -> tuple[int, bool]:
    """How far the figures of another table that lie within one are from it at the least; whether they divide it."""
    within = [other for other in others if other.counted <= figure.counted]
    for whole in _together(within) if within else ():
        more, is_divided = whole.value - figure.value, whole.counted == figure.counted
        return abs(more) if is_divided else max(more, 0), is_divided
    return 0, False


def _fewest(programme: Programme, at_most: int | None) -> int | None:
    """The least number of uneven dossiers, if it is `at_most` so many; None where there is no way."""
    if at_most is not None and programme.at_least > at_most:
        return None
    solution = _solved(programme, {}, float("inf") if at_most is None else at_most)
    return None if solution is None else sum(solution[n] for of in programme.alike.values() for n in of)


def _solutions(programme: Programme, fewest: int) -> tuple[list[tuple], bool]:
    """Every choice of the fewest kinds of so many uneven dossiers, and whether these are all.

    Where more kinds are needed than can be searched, the one choice that the programme finds.
    """
    choices: list[tuple] = []
    for size in range(1, MOST_KINDS + 1):
        if (fewest * len(programme.alike)) ** (size - 1) > MOST_CHOICES:
            break
        for numbers in _choices(programme, fewest, size):
            if len(choices) <= MOST_SOLUTIONS and _solved(programme, numbers, fewest) is not None:
                choices.append(_rows(programme, numbers))
        if choices:
            return choices, True
    ways = cast("list[int]", _solved(programme, {}, fewest))  # there is a way: that is how the fewest are known
    numbers = {apart: sum(ways[n] for n in of) for apart, of in programme.alike.items()}
    return [_rows(programme, {apart: number for apart, number in numbers.items() if number})], False


def _choices(programme: Programme, fewest: int, size: int) -> Iterator[dict[tuple[int, ...], int]]:
    """Kinds, so many, with their numbers of dossiers, that set the tables apart as the report does."""
    places = {apart: place for place, apart in enumerate(programme.alike)}

    def rest(left: tuple[int, ...], dossiers: int, kinds_left: int, after: int) -> Iterator[tuple]:
        if kinds_left == 1:
            is_whole = all(value % dossiers == 0 for value in left)
            last = tuple(value // dossiers for value in left)
            if is_whole and places.get(last, -1) > after:
                yield ((last, dossiers),)
            return
        for apart, place in places.items():
            if place > after:
                for number in range(1, dossiers - kinds_left + 2):
                    less = tuple(a - number * b for a, b in zip(left, apart, strict=True))
                    for others in rest(less, dossiers - number, kinds_left - 1, place):
                        yield ((apart, number), *others)

    return (dict(chosen) for chosen in rest(programme.difference, fewest, size, -1))


def _rows(programme: Programme, numbers: Mapping[tuple[int, ...], int]) -> tuple:
    """What the rows of `smallest` say of a solution, but for its number."""
    rows = []
    for apart, dossiers in numbers.items():
        ways = [programme.ways[number] for number in programme.alike[apart]]
        tables = [programme.tables(way) for way in ways]
        sure = {table: is_in for table, is_in in tables[0].items() if all(each.get(table) is is_in for each in tables)}
        channels, states = zip(*(kind for way in ways for kind in way.kinds), strict=True)
        rows.append((
            dossiers, _name(channels, CHANNELS), _name(states, STATES), tuple(t for t, is_in in sure.items() if is_in),
            tuple(t for t, is_in in sure.items() if not is_in), programme.definitions,
        ))  # fmt: skip
    return tuple(sorted(rows, key=repr))


def _name(wanted: Sequence[str], names: dict[str, tuple[str, ...]]) -> str | None:
    """The closest name for all that was found; None where there is none."""
    return min(
        (name for name, of in names.items() if set(wanted) <= set(of)), key=lambda n: len(names[n]), default=None
    )


def _solved(programme: Programme, numbers: Mapping[tuple[int, ...], int], at_most: float) -> list[int] | None:
    """How many dossiers are counted in each way so that every figure comes out, with the fewest uneven ones.

    None where there is no way with `at_most` so many, or with the `numbers` of those that are alike.
    """
    import highspy  # noqa: PLC0415  (slow to import)

    ways = range(len(programme.ways))
    uneven = [n for n in ways if programme.ways[n].left_out_of]
    rows: list[tuple[list[int], float, float]]
    rows = [([n for n in ways if number in programme.ways[n].figures], figure.value, figure.value)
            for number, figure in enumerate(programme.figures)]  # fmt: skip
    rows += [(uneven, 0, at_most), *((programme.alike[apart], n, n) for apart, n in numbers.items())]

    class Quiet(highspy.Highs):  # it writes its name to the terminal when callbacks are enabled; none is needed
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()

    solver = Quiet()
    solver.silent()
    solver.setOptionValue("threads", 1)
    for way in ways:
        solver.addVar(0, highspy.kHighsInf)
        solver.changeColCost(way, float(bool(programme.ways[way].left_out_of)))
        solver.changeColIntegrality(way, highspy.HighsVarType.kInteger)
    for places, low, high in rows:
        solver.addRow(low, high, len(places), places, [1.0] * len(places))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [round(value) for value in solver.getSolution().col_value]


IN_RECORDS = {  # kinds of dossier as the records have them
    "channel": {
        "in_person": ~col("is_carried_over") & (col("channel") == "in_person"),
        "online": ~col("is_carried_over") & (col("channel") == "online"),
        "by_post": ~col("is_carried_over") & (col("channel") == "post"),
        "carried_over": col("is_carried_over"),
    },
    "state": {
        "settled": is_settled, "settled_in_time": is_settled & closed_in_time, "settled_late": is_settled & closed_late,
        "open": is_pending, "open_within_time": is_pending & ~col("is_past_due_at_end"),
        "open_overdue": is_pending & col("is_past_due_at_end"), "withdrawn": is_withdrawn,
    },
}  # fmt: skip


def candidates(
    smallest: pd.DataFrame, judged: DataFrame, *, period_last_on: date, repeated: Collection[str] = ()
) -> pd.DataFrame:
    """A row per kind of dossier of each solution and reason that could leave a dossier out of a table.

    `solution`, `channel`, `state`, `left_out_of` as in `smallest`; `of_kind`: how many dossiers of the records are of
    that channel and state; `reason` ("stopped"; "refused", in any state, which some tables count and others do not;
    "not_on_the_list": its procedure is not among those offered online, asked only where there is such a list;
    "interlinked"; "closed_on_last_day" of the period; "code_found_twice": among `repeated`, codes that stand twice in
    the software's export), the most ordinary first; `fitting`: how many of them have it; `dossier_ids`: at most 20.
    """
    has_list = not judged["online_level"].is_null().all()
    reasons = {
        "stopped": yes(col("population") == Population.STOPPED),
        "refused": yes(col("population") == Population.REFUSED),
        **({"not_on_the_list": col("online_level").is_null()} if has_list else {}),
        "interlinked": ~col("interlinked_group").is_null(),
        "closed_on_last_day": yes(col("closed_on") == midnight(period_last_on)),
        "code_found_twice": col("dossier_id").is_in(list(repeated)),
    }
    rows = []
    for kind in smallest.to_dict("records"):
        known = [IN_RECORDS[name][kind[name]] for name in IN_RECORDS if isinstance(kind[name], str)]
        of_kind = judged.filter(*(yes(condition) for condition in known)) if known else judged
        in_channel = [IN_RECORDS["channel"][kind["channel"]]] if isinstance(kind["channel"], str) else []
        of_channel = judged.filter(*(yes(condition) for condition in in_channel)) if in_channel else judged
        in_order = of_kind.sort("dossier_id")
        for reason, when in reasons.items():
            among = of_channel.sort("dossier_id") if reason == "refused" else in_order
            ids = among.filter(yes(when))["dossier_id"].to_list()
            if reason in ("stopped", "refused") and not ids:
                continue
            rows.append((kind["solution"], kind["channel"], kind["state"], kind["left_out_of"], len(in_order), reason,
                         len(ids), tuple(ids[:MOST_NAMED])))  # fmt: skip
    columns = ["solution", "channel", "state", "left_out_of", "of_kind", "reason", "fitting", "dossier_ids"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.astype({"solution": int, "of_kind": int, "fitting": int})
