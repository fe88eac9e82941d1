"""Figures that must agree with each other, whatever the records say, and which figure changed would mend them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import NamedTuple, Protocol

import pandas as pd

from audit.claims.denominators import totals
from audit.claims.figure import Figure, figure
from audit.claims.printed import DIGITISED, HIDDEN, PREVIOUS, UNKNOWN, WHOLES, Report, Term, by_scope, own, report
from audit.ground.terms import PERCENT_DIGITS, Outcome

Terms = tuple[Term, ...]  # the figures of an identity, whole first


ALL = 100
_OF_A_SHARE = 3  # share, count, whole
WITHDRAWN = "withdrawn"
GONE = (WITHDRAWN, "refused", "sent_back")  # neither settled nor open
FEWEST_OF_A_SUM = 3  # with fewer, one figure stands against another


class Answer(NamedTuple):
    """What the parts give, what is written, and how far apart; `exact`: a share or average with two digits."""

    outcome: Outcome
    expected: Decimal | None = None
    found: Decimal | None = None
    difference: Decimal | None = None
    exact: Decimal | None = None


class Relation(Protocol):
    """How the figures of an identity must stand to each other."""

    def answer(self, terms: Terms) -> Answer:
        """Whether they do."""

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """What the figure at `place` would have to be, the others being right; the nearest of several."""


class Sum:
    """The first is the sum of the others."""

    def answer(self, terms: Terms) -> Answer:
        """The first against that sum."""
        whole, expected = terms[0].value, _added(terms[1:])
        return Answer(_held(_may_be_equal(terms[:1], terms[1:])), expected, whole, whole - expected)

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """The sum for the whole; the rest of it for a part."""
        short = terms[0].value - _added(terms[1:])
        yield terms[place].value + (short if place else -short)


@dataclass(frozen=True)
class Bound(Sum):
    """The first is no less than the sum of the others; with `is_most`, no more."""

    is_most: bool = False

    def answer(self, terms: Terms) -> Answer:
        """The first against its bound; what it is beyond that is the difference."""
        whole, expected = terms[0].figure, _added(terms[1:])
        least, most = _range(terms[1:])
        beyond = max(whole.least - most, Decimal(0)) if self.is_most else min(whole.most - least, Decimal(0))
        return Answer(_held(not beyond), expected, whole.value, beyond)


class Number:
    """The first is no less than how many others there are."""

    def answer(self, terms: Terms) -> Answer:
        """The first against their number; what it is short of that is the difference."""
        whole, expected = terms[0].value, Decimal(len(terms) - 1)
        return Answer(_held(whole >= expected), expected, whole, min(whole - expected, Decimal(0)))

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """Their number, for the first alone."""
        yield from () if place else (Decimal(len(terms) - 1),)


class Whereabouts(Sum):
    """The first is the sum of the others; the withdrawn, the refused and those sent back some offices count elsewhere.

    A sum that is right only without some of them settles nothing.
    """

    def answer(self, terms: Terms) -> Answer:
        """The first against that sum."""
        answer = super().answer(terms)
        staying = [term for term in terms if term.measure not in GONE]
        gone = [term for term in terms if term.measure in GONE]
        fewer = (chosen for size in range(len(gone)) for chosen in combinations(gone, size))
        is_elsewhere = any(_holds(super(Whereabouts, self).answer((*staying, *chosen))) for chosen in fewer)
        return answer._replace(outcome=Outcome.NOT_SETTLED) if is_elsewhere and not _holds(answer) else answer


class Form06(Sum):
    """The first is the sum of the others but for the withdrawn, the refused and those sent back, which the form has no
    column for.

    Where there are some, what differs settles nothing; where none of them is stated, what is short of the whole.
    """

    def answer(self, terms: Terms) -> Answer:
        """The first against that sum."""
        counted = tuple(term for term in terms if term.measure not in GONE)
        answer = super().answer(counted)
        gone = [term for term in terms if term.measure in GONE]
        is_short = answer.difference is not None and answer.difference > 0
        may_differ = any(term.value for term in gone) or (is_short and not gone)
        return answer._replace(outcome=Outcome.NOT_SETTLED) if may_differ and not _holds(answer) else answer


@dataclass(frozen=True)
class Quotient:
    """The first is the second over the third, or what of the third is not the second, half up at its own precision."""

    scale: int = ALL
    is_rest: bool = False

    def answer(self, terms: Terms) -> Answer:
        """The share or average against what its counts give."""
        share, part, whole = terms
        expected = self._rounded(part.value, whole.value, share.figure.digits)
        if not (part.figure.is_exact and whole.figure.is_exact):
            return Answer(_held(self._may_be(share, part, whole)), expected, share.value, share.value - expected)
        exact = self._rounded(part.value, whole.value, max(share.figure.digits, PERCENT_DIGITS))
        return Answer(_held(share.value == expected), expected, share.value, share.value - expected, exact)

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """The share that the counts give; the nearest count that gives the share."""
        share, part, whole = terms
        if place == 0:
            instead = self._rounded(part.value, whole.value, share.figure.digits)
            yield from (instead,) if self.scale != ALL or instead <= ALL else ()
            return
        ratio = share.value / self.scale
        if place == 1:
            near = (1 - ratio if self.is_rest else ratio) * whole.value
        else:
            ratio = 1 - ratio if self.is_rest else ratio
            near = part.value / ratio if ratio else part.value
        for value in _outward(near):
            counts = (value, whole.value) if place == 1 else (part.value, value)
            if counts[1] and self._rounded(*counts, share.figure.digits) == share.value:
                yield value
                return

    def _may_be(self, share: Term, part: Term, whole: Term) -> bool:
        """Whether some of the counts that rounded figures can be give the share."""
        ends = [self._rounded(of_part, of_whole, share.figure.digits)
                for of_part in (part.figure.least, part.figure.most)
                for of_whole in (max(whole.figure.least, Decimal(1)), max(whole.figure.most, Decimal(1)))]  # fmt: skip
        return min(ends) <= share.value <= max(ends)

    def _rounded(self, part: Decimal, whole: Decimal, digits: int) -> Decimal:
        counted = whole - part if self.is_rest else part
        return (self.scale * counted / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


class Same:
    """All are the same number, as far as their digits go."""

    def answer(self, terms: Terms) -> Answer:
        """The first against the first that differs from it."""
        first, *others = terms
        if len(others) > 1 and not first.is_share and first.value == _added(others):
            return Answer(Outcome.HOLDS, first.value, first.value, Decimal(0))  # a whole, and then its parts by field
        differing = [other for other in others if not _may_be_same((first, other))]
        if not differing and not _may_be_same(terms):
            differing = [other for other in others if other.value != first.value]
        expected = differing[0].value if differing else first.value
        return Answer(_held(not differing), expected, first.value, first.value - expected)

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """What the others are, where they are all the same."""
        others = {term.value for number, term in enumerate(terms) if number != place}
        yield from others if len(others) == 1 else ()


class SameDossiers(Sum):
    """The first is the sum of the others, if both shares are of the same dossiers: else it settles nothing."""

    def answer(self, terms: Terms) -> Answer:
        """The first against that sum."""
        answer = super().answer(terms)
        return answer if answer.outcome == Outcome.HOLDS else answer._replace(outcome=Outcome.NOT_SETTLED)


class Fee:
    """An amount over payments: one fee where it is whole; else fees of several amounts, or a slip."""

    def answer(self, terms: Terms) -> Answer:
        """The fee, as `exact`; an amount without payments, or payments without an amount, do not hold."""
        paid, payments = (term.value for term in terms)
        if not paid or not payments:
            return Answer(_held(paid == payments), Decimal(0), max(paid, payments), max(paid, payments))
        fee = (paid / payments).quantize(Decimal(1).scaleb(-PERCENT_DIGITS), ROUND_HALF_UP)
        return Answer(Outcome.NOT_SETTLED if paid % payments else Outcome.HOLDS, exact=fee)

    def instead(self, terms: Terms, place: int) -> Iterator[Decimal]:
        """None, for the one that is not."""
        yield from (Decimal(0),) if terms[place].value else ()


@dataclass(frozen=True)
class Either:
    """What is stated in one of several ways: the first of which all figures are stated."""

    ways: tuple[tuple[str, ...], ...]


OPEN = Either((("open",), ("open_within_time", "open_overdue"), ("open_within_time",)))
OPEN_BEFORE = Either(
    tuple(tuple(PREVIOUS + name for name in way) for way in OPEN.ways[:2])
)  # the overdue are carried over too
IN_TIME = Either((("settled_in_time",), ("settled_early", "settled_on_due_day")))
CHANNELS = Either(
    (("received_in_person", "received_online", "received_by_post"), ("received_in_person", "received_online"))
)
GROUPS = ("interlinked_birth_received", "interlinked_death_received")
MAY_BE_CARRIED_OVER = ("online_listed_settled", "online_partial_settled", "online_full_settled")  # received before

Figures = Callable[[Report], Iterator[tuple[Terms, bool]]]  # the figures of each instance, and whether all are stated


def measures(*names: str | Either) -> Figures:
    """The first line of each measure, once."""

    def figures(stated: Report) -> Iterator[tuple[Terms, bool]]:
        yield _stated(stated, names)

    return figures


def share(name: str, whole: str, part: str | None = None) -> Figures:
    """The first share of measure `name`, its count (or `part`) and `whole`; not where it is printed with another."""

    def figures(stated: Report) -> Iterator[tuple[Terms, bool]]:
        number = next(stated.shares(name), None)
        counted = stated.counts.get(part or name) if part or number is None else stated.counted(number)
        wanted = (None if number is None else stated.term(number), counted, stated.counts.get(whole))
        terms = tuple(term for term in wanted if term)
        printed = None if number is None else stated.total(number)
        is_whole = len(terms) == len(wanted) and terms[-1].value != 0
        yield terms, is_whole and (printed is None or printed.value == terms[-1].value)

    return figures


def groups(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """The number of interlinked groups, and the groups of which dossiers are stated."""
    terms, _ = _stated(stated, ("interlinked_groups", *GROUPS))
    yield terms, len(terms) > 1 and terms[0].measure == "interlinked_groups"


def form_06(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Received, settled and open, and the withdrawn, the refused and those sent back where they are stated."""
    terms, is_whole = _stated(stated, ("received_total", "settled", OPEN))
    yield (*terms, *_gone(stated)), is_whole


def whereabouts(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Received, settled and open, and the withdrawn, with the refused and those sent back where they are stated."""
    terms, is_whole = _stated(stated, ("received_total", "settled", OPEN))
    yield (*terms, *_gone(stated)), is_whole and WITHDRAWN in stated.counts


def _gone(stated: Report) -> Terms:
    return tuple(stated.counts[name] for name in GONE if name in stated.counts)


def online_share(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """The share filed online, its count, and what it is of: what was newly received, however that is stated."""
    number = next(stated.shares("received_online"), None)
    counted = None if number is None else stated.counted(number)
    if number is None or counted is None or stated.total(number) is not None:
        known = (None if number is None else stated.term(number), stated.counts.get("received_online"))
        yield tuple(term for term in known if term), False
        return
    share_ = stated.term(number)
    wholes = [stated.counts[name] for name in ("received_new", "received_total") if name in stated.counts]
    channels, are_whole = _stated(stated, (CHANNELS,))
    if are_whole:
        together = _added(channels)
        wholes.insert(0, Term(HIDDEN + "received_online", str(together), Figure(together, 0), share_.claim,
                              share_.is_confirmed))  # fmt: skip
    fitting = [whole for whole in wholes if whole.value and _holds(Quotient().answer((share_, counted, whole)))]
    is_known = are_whole or "received_new" in stated.counts
    terms = (share_, counted, *(fitting or wholes)[:1])
    yield terms, len(terms) == _OF_A_SHARE and terms[-1].value != 0 and bool(fitting or is_known)


def fallen_due(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """What fell due, in time and late, where those are not all that was settled."""
    terms, is_whole = _stated(stated, ("fallen_due", IN_TIME, "late_in_software"))
    settled = stated.counts.get("settled")
    yield terms, is_whole and (settled is None or settled.value != _added(terms[1:]))


def received_at_least(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Received, in time, late and open, where the settled are not stated, which other identities compare."""
    terms, is_whole = _stated(stated, ("received_total", IN_TIME, "late_in_software", OPEN))
    yield terms, is_whole and "settled" not in stated.counts


def digitised_totals(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """The totals of both shares, printed or the one number they can be, with the open; the withdrawn if they fit."""
    totals_ = tuple(filter(None, (_total_of_share(stated, name) for name in DIGITISED)))
    rest, is_whole = _stated(stated, (OPEN,))
    terms, withdrawn = (*totals_, *rest), stated.counts.get("withdrawn")
    is_whole = is_whole and len(totals_) == len(DIGITISED)
    if is_whole and withdrawn is not None and terms[0].value == _added(terms[1:]) + withdrawn.value:
        terms = (*terms, withdrawn)
    yield terms, is_whole


def stated_twice(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Each measure that more than one line counts, or gives the share of."""
    lines: dict[tuple[str, str], list[Term]] = {}
    for number, line in enumerate(stated.lines):
        if line.measure != UNKNOWN and line.unit != "average":
            lines.setdefault((line.measure, line.unit), []).append(stated.term(number))
    return ((tuple(terms), True) for terms in lines.values() if len(terms) > 1)


def printed_shares(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Each share printed with its count and total, but for those that an identity by name has answered."""
    answered = {_counts(terms) for terms in _wholly_stated(SHARES, stated)}
    for number in stated.shares():
        count, total = stated.lines[number].count, stated.total(number)
        if count is not None and total is not None and total.value:
            terms = (stated.term(number), stated.term(count), total)
            if _counts(terms) not in answered:
                yield terms, True


def printed_averages(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Each average whose count and number are printed."""
    for number, line in enumerate(stated.lines):
        total = stated.total(number)
        if line.unit == "average" and line.count is not None and line.out_of and line.out_of.value and total:
            yield (stated.term(number), stated.term(line.count), total), True


def printed_totals(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Each total printed beside a count or share in one place, that the report states in another."""
    for number, line in enumerate(stated.lines):
        total, whole = stated.total(number), stated.counts.get(WHOLES.get(line.measure, ""))
        if line.unit == "average" or line.measure in DIGITISED or total is None or whole is None:
            continue
        is_its_own = total.is_out_of and total.line == number
        # where a share's total is the whole, the share is compared
        if is_its_own and (line.is_count or total.value != whole.value):
            yield (total, whole), True


def parts(stated: Report) -> Iterator[tuple[Terms, bool]]:
    """Each whole and part that are stated and that no sum, and no share that holds, compares."""
    compared = {(part.measure, terms[0].measure) for terms in _wholly_stated(SUMS, stated) for part in terms[1:]}
    for terms in (*_wholly_stated(SHARES, stated), *(terms for terms, _ in printed_shares(stated))):
        if terms[0].value <= ALL and Quotient().answer(terms).outcome == Outcome.HOLDS:
            compared.add((terms[1].measure, terms[2].measure))
    for part, whole in WHOLES.items():
        terms, is_whole = _stated(stated, (whole, part))
        if is_whole and part not in MAY_BE_CARRIED_OVER and (part, whole) not in compared:
            yield terms, True


@dataclass(frozen=True)
class Identity:
    """Figures of a report, and how they must stand to each other."""

    name: str
    figures: Figures
    relation: Relation
    source: str = "arithmetic"


FORM_06 = "form 06/VPCP/KSTT"
SUMS = [
    Identity("received", measures("received_total", CHANNELS, "carried_over"), Sum(),
             f"{FORM_06}: (3) = (4) + (5) + (6)"),
    Identity("received_new", measures("received_total", "received_new", "carried_over"), Sum(),
             f"{FORM_06}: (3) = (4) + (5) + (6)"),
    Identity("new_by_channel", measures("received_new", CHANNELS), Sum()),
    Identity("settled", measures("settled", IN_TIME, "late_in_software"), Sum(),
             f"{FORM_06}: (7) = (8) + (9) + (10)"),
    Identity("fallen_due", fallen_due, Sum()),
    Identity("settled_in_time", measures("settled_in_time", "settled_early", "settled_on_due_day"), Sum()),
    Identity("open", measures("open", "open_within_time", "open_overdue"), Sum(), f"{FORM_06}: (11) = (12) + (13)"),
    Identity("whereabouts", whereabouts, Whereabouts()),
    Identity("form_06", form_06, Form06(), f"{FORM_06}: (3) = (7) + (11)"),
    Identity("carried_over", measures("carried_over", OPEN_BEFORE), Sum(), f"{FORM_06}: (6) = (11) before"),
    Identity("late_by_cause", measures("late_in_software", "late_closed_by_commune", "late_held_by_upper_level"),
             Sum()),
    Identity("procedures", measures("online_procedures", "online_procedures_partial", "online_procedures_full"),
             Sum()),
    Identity("procedures_used", measures("online_procedures_used", "online_procedures_used_partial",
                                         "online_procedures_used_full"), Sum()),
    Identity("online_received", measures("online_listed_received", "online_partial_received", "online_full_received"),
             Sum()),
    Identity("online_settled", measures("online_listed_settled", "online_partial_settled", "online_full_settled"),
             Sum()),
    Identity("online_same_everywhere", measures("received_online", "online_listed_received"), Sum()),
]  # fmt: skip
SHARES = [
    Identity("on_time_share", share("settled_in_time", "settled"), Quotient()),
    Identity("early_share", share("settled_early", "settled"), Quotient()),
    Identity("due_day_share", share("settled_on_due_day", "settled"), Quotient()),
    Identity("late_share", share("late_in_software", "settled"), Quotient()),
    Identity("in_reality_share", share("settled_in_time_in_reality", "settled", "late_in_reality"),
             Quotient(is_rest=True)),
    Identity("online_share", online_share, Quotient()),
    Identity("components_of_received", share("components_digitised", "received_total"), Quotient()),
    Identity("results_of_settled", share("results_digitised", "settled"), Quotient()),
]  # fmt: skip
EVERYWHERE = [  # once for each measure or line that it holds of
    Identity("same_everywhere", stated_twice, Same()),
    Identity("printed_share", printed_shares, Quotient()),
    Identity("printed_average", printed_averages, Quotient(scale=1)),
    Identity("printed_total", printed_totals, Sum()),
    Identity("part_of_whole", parts, Bound()),
]
IDENTITIES = [
    *SUMS,
    *SHARES,
    Identity("received_at_least", received_at_least, Bound()),
    Identity("late_in_reality", measures("late_in_software", "late_returned_in_time", "late_in_reality"),
             Bound(is_most=True)),
    Identity("interlinked", measures("received_total", *GROUPS), Bound()),
    Identity("interlinked_groups", groups, Number()),
    Identity("digitised_totals", digitised_totals, SameDossiers()),
    Identity("fee_per_payment", measures("paid_dong", "payments"), Fee()),
    *EVERYWHERE,
]  # fmt: skip


class Answered(NamedTuple):
    """An identity on the figures of a report; `answer` is None where one of them is not stated."""

    identity: Identity
    terms: Terms
    answer: Answer | None

    @property
    def place(self) -> tuple:
        """Where it stands among those of a report: its name and its figures, but for those added where they fit."""
        terms = self.terms if self.identity.name != "digitised_totals" else self.terms[:2]
        return self.identity.name, tuple((term.claim, term.measure) for term in terms)


def identities(claims: pd.DataFrame, previous_claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """A row per identity: `identity`, `source`, `outcome`, `expected`, `found`, `difference`, `exact`, `terms`,
    `claims`, `is_confirmed`.

    `found` is what the whole, or the share, is written as; `expected` what its parts give; `difference` is found less
    expected. `exact`: the share or average that the counts give, with two digits. `terms` holds (measure, written) in
    order, whole first, and `claims` the claim of each. A total printed beside a figure is `out_of:` the measure, a
    total that can be one number only `hidden:` the measure, a figure of the last report `previous:` its measure and
    claim. `is_confirmed`: a person has confirmed all of them. `scope`: of whom, "" for the office itself; figures are
    compared within a scope, and across scopes where the levels must add up to the whole. An identity of which a figure
    is not stated cannot be checked; those that hold of many figures have a row for each, and none where there is none.
    """
    reports = {
        scope: report(lines, None if scope else previous_claims, has_rounded=True) for scope, lines in by_scope(claims)
    }  # fmt: skip
    rows = [
        (*_row(one), scope) for scope, stated in reports.items() for one in _all(stated) if not scope or one.answer
    ]  # fmt: skip
    rows += [(*_row(one), "") for one in _levels(reports)]
    columns = ["identity", "source", *Answer._fields, "terms", "claims", "is_confirmed", "scope"]
    return pd.DataFrame(rows, columns=columns).astype({"is_confirmed": bool})


WHOLE_SCOPES = ("toàn tỉnh", "toàn thành phố", "")
LEVELS, ALL_LEVELS = ("cấp tỉnh", "cấp huyện", "cấp xã"), 3
ADD_UP = ("received_total", "received_new", "received_in_person", "received_online", "received_by_post", "carried_over",
          "fallen_due", "settled", "settled_in_time", "settled_early", "settled_on_due_day", "late_in_software", "open",
          "open_within_time", "open_overdue", "withdrawn")  # fmt: skip


def _levels(reports: Mapping[str, Report]) -> Iterator[Answered]:
    """Each measure that is stated of the whole and of two levels of it: the levels add up to the whole.

    What two of the three levels are short of it settles nothing: the third may have it.
    """
    whole = next((reports[scope] for scope in WHOLE_SCOPES if scope in reports), Report(()))
    levels = [reports[scope] for scope in LEVELS if scope in reports]
    for measure in ADD_UP:
        parts = [stated.counts[measure] for stated in levels if measure in stated.counts]
        if measure in whole.counts and len(parts) > 1:
            terms = (whole.counts[measure], *parts)
            answer = Sum().answer(terms)
            is_short = len(parts) < ALL_LEVELS and answer.difference is not None and answer.difference > 0
            if is_short and answer.outcome == Outcome.DOES_NOT_HOLD:
                answer = answer._replace(outcome=Outcome.NOT_SETTLED)
            yield Answered(Identity("levels", measures(measure), Sum()), terms, answer)


def mends(identities: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """A row per change of one figure that would mend a failing identity.

    `claim`, `measure`, `written`; `instead`: what it would have to be, a count as a whole number, a share as precise
    as it was written; `mended`, `broken`: the names of the identities, as often as they are; `is_confirmed`.
    `identities` is what that function returned for `claims`. Best first: most mended less broken, then fewest broken,
    then in the order of the report. It says where one slip would explain most, not that there was one.
    """
    before = replace(report(own(claims), has_rounded=True), previous=_previous(identities))
    was = {one.place: one for one in _all(before) if one.answer}
    rows = []
    for term, value in _changes(was.values()):
        now = {one.place: one for one in _all(before.changed(term, value)) if one.answer}
        mended = tuple(_names(place for place in now if _fails(was.get(place)) and _holds(now[place].answer)))
        broken = tuple(_names(place for place in now if not _holds(now[place].answer) and
                              (_holds(was[place].answer) if place in was else _fails(now[place]))))  # fmt: skip
        instead = value if term.is_share else int(value)
        rows.append((term.claim, term.measure, term.written, instead, mended, broken, term.is_confirmed))
    rows.sort(key=lambda row: (len(row[5]) - len(row[4]), len(row[5])))
    columns = ["claim", "measure", "written", "instead", "mended", "broken", "is_confirmed"]
    return pd.DataFrame(rows, columns=columns).astype({"instead": object, "is_confirmed": bool})


OF_SEVERAL_TOTALS = ("components_of_received", "results_of_settled")  # as likely of another total as misprinted


def _changes(answered: Iterable[Answered]) -> list[tuple[Term, Decimal]]:
    """Every change of one figure that would make a failing identity hold, in the order of the report."""
    changes = {
        (term.line, term.is_out_of, value): term
        for one in answered
        if _fails(one) and one.identity.name not in OF_SEVERAL_TOTALS
        for place, term in enumerate(one.terms)
        if term.line is not None
        for value in one.identity.relation.instead(one.terms, place)
        if value >= 0 and value != term.value and (term.is_share or not value % 1)
    }
    return [(changes[change], change[2]) for change in sorted(changes)]


def _holds(answer: Answer | None) -> bool:
    return answer is not None and answer.outcome == Outcome.HOLDS


def _fails(one: Answered | None) -> bool:
    return one is not None and one.answer is not None and one.answer.outcome == Outcome.DOES_NOT_HOLD


def _names(places: Iterable[tuple]) -> Iterator[str]:
    return (name for name, _ in places)


def _all(stated: Report) -> list[Answered]:
    return [
        _with_answer(stated, identity, terms, is_whole=is_whole)
        for identity in IDENTITIES
        for terms, is_whole in identity.figures(stated)
    ]


def _with_answer(stated: Report, identity: Identity, terms: Terms, *, is_whole: bool) -> Answered:
    """An identity answered; it fails only if no other figure that the report states of a measure makes it hold."""
    if not is_whole:
        return Answered(identity, terms, None)
    answer = _answer(stated, identity, terms)
    if answer.outcome == Outcome.DOES_NOT_HOLD and identity not in EVERYWHERE:
        for other in _stated_otherwise(stated, terms):
            if _holds(otherwise := _answer(stated, identity, other)):
                return Answered(identity, other, otherwise)
    return Answered(identity, terms, answer)


def _stated_otherwise(stated: Report, terms: Terms) -> Iterator[Terms]:
    """The terms with one of them as another line states it; that they differ is said of the measure."""
    for place, term in enumerate(terms):
        if term.line is None or term.is_out_of:
            continue
        own = stated.lines[term.line]
        for number, line in enumerate(stated.lines):
            if (line.measure, line.unit) == (own.measure, own.unit) and line.figure.value != own.figure.value:
                yield (*terms[:place], stated.term(number), *terms[place + 1 :])


def _answer(stated: Report, identity: Identity, terms: Terms) -> Answer:
    """Whether the figures agree; nothing is settled by parts that are short where a line of the report cannot be read,
    or short by just what the same words count of something else.
    """
    answer = identity.relation.answer(terms)
    if answer.outcome != Outcome.DOES_NOT_HOLD or not isinstance(identity.relation, Sum):
        return answer
    quotes = {stated.lines[term.line].quote for term in terms if term.line is not None}
    others = [line.figure.value for line in stated.lines if line.measure == UNKNOWN and line.is_count
              and line.quote in quotes and line.unit == stated.lines[terms[0].line or 0].unit]  # fmt: skip
    is_explained = answer.difference in others or (others and answer.difference == sum(others))
    is_more = answer.difference is not None and answer.difference > 0
    is_short = stated.may_lack and is_more and len(terms) >= FEWEST_OF_A_SUM
    return answer._replace(outcome=Outcome.NOT_SETTLED) if is_explained or is_short else answer


def _row(one: Answered) -> tuple:
    return (
        one.identity.name, one.identity.source, *(one.answer or Answer(Outcome.CANNOT_BE_CHECKED)),
        tuple((term.measure, term.written) for term in one.terms), tuple(term.claim for term in one.terms),
        bool(one.terms) and all(term.is_confirmed for term in one.terms),
    )  # fmt: skip


def _stated(stated: Report, names: Sequence[str | Either]) -> tuple[Terms, bool]:
    """The terms of `names` that are stated, and whether all are."""
    terms, is_whole = [], True
    for name in names:
        ways = name.ways if isinstance(name, Either) else ((name,),)
        way = next((way for way in ways if all(measure in stated.counts for measure in way)), None)
        is_whole = is_whole and way is not None
        terms += [stated.counts[measure] for measure in way or ways[0] if measure in stated.counts]
    return tuple(terms), is_whole


def _wholly_stated(named: Iterable[Identity], stated: Report) -> Iterator[Terms]:
    """The figures of those identities of which all are stated."""
    return (terms for identity in named for terms, is_whole in identity.figures(stated) if is_whole)


def _counts(terms: Terms) -> tuple:
    """The share, the count and the total that a share compares."""
    share_, part, whole = terms
    return share_.line, part.line, whole.value


def _total_of_share(stated: Report, measure: str) -> Term | None:
    """The total of a measure's share: the one printed, or the one number that it can be."""
    number = next(stated.shares(measure), None)
    if number is None or (count := stated.counted(number)) is None:
        return None
    if printed := stated.total(number):
        return printed
    share_ = stated.term(number)
    possible = totals(int(count.value), share_.figure) if share_.value else ()
    if len(possible) != 1:
        return None
    is_confirmed = share_.is_confirmed and count.is_confirmed
    return Term(HIDDEN + measure, str(possible[0]), Figure(Decimal(possible[0]), 0), share_.claim, is_confirmed)


def _previous(identities: pd.DataFrame) -> Terms:
    """The last report's figures that stand in the identities."""
    return tuple(
        Term(measure, written, read, claim, row["is_confirmed"])
        for row in identities.to_dict("records")
        for (measure, written), claim in zip(row["terms"], row["claims"], strict=True)
        if measure.startswith(PREVIOUS) and (read := figure(written))
    )


def _added(terms: Sequence[Term]) -> Decimal:
    return sum((term.value for term in terms), Decimal(0))


def _range(terms: Sequence[Term]) -> tuple[Decimal, Decimal]:
    """The least and the most that rounded figures can be together."""
    return sum((term.figure.least for term in terms), Decimal(0)), sum((term.figure.most for term in terms), Decimal(0))


def _may_be_equal(terms: Sequence[Term], others: Sequence[Term]) -> bool:
    """Whether figures can together be as much as others."""
    (least, most), (other_least, other_most) = _range(terms), _range(others)
    return least <= other_most and other_least <= most


def _may_be_same(terms: Sequence[Term]) -> bool:
    """Whether one number can be rounded to all of them; a count is rounded where it says so."""
    halves = [Decimal(5).scaleb(-term.figure.digits - 1) if term.is_share else Decimal(0) for term in terms]
    least = max(term.figure.least - half for term, half in zip(terms, halves, strict=True))
    most = min(term.figure.most + half for term, half in zip(terms, halves, strict=True))
    return least < most or (least == most and not any(halves))


def _outward(near: Decimal) -> Iterator[Decimal]:
    """The whole numbers about `near`, from the nearest outward; none is negative."""
    middle = near.quantize(Decimal(1), ROUND_HALF_UP)
    yield from (middle + step for step in (0, 1, -1, 2, -2) if middle + step >= 0)


def _held(is_so: bool) -> Outcome:
    return Outcome.HOLDS if is_so else Outcome.DOES_NOT_HOLD
