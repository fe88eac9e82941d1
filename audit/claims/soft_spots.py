"""What a report leaves to be explained: what cannot all hold, what is not proved, what says less than it seems to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
from polars import DataFrame

from audit.claims.figure import figure, percent
from audit.claims.measures import BY_NAME, OF
from audit.claims.printed import UNKNOWN
from audit.claims.stated import Claim, Missed, Reported, ShareOf, Stated, are_whole_months, days_in, in_words, lines
from audit.ground.frames import plain
from audit.ground.terms import Outcome

NONE, ADMITTED = "không có", "chưa"
WHOLE = 100
STATED_TWICE = ("online_same_everywhere", "same_everywhere")
NEW = ("received_in_person", "received_online")


@dataclass(frozen=True)
class Spot:
    """A soft spot in one place of the report: the lines it rests on, and the numbers of its sentence.

    `is_confirmed`: as far as it rests on other figures than those lines.
    """

    lines: Sequence[Claim | str]
    said: Mapping[str, object] = field(default_factory=dict)
    is_confirmed: bool = True


def soft_spots(
    claims: pd.DataFrame, identities: pd.DataFrame, denominators: pd.DataFrame, workdays: DataFrame,
    audited: tuple[date, date] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """A row per soft spot: `soft_spot` (its name), `claims` (names of the lines it rests on), `values`, `is_confirmed`.

    Most serious first: what cannot be right, what cannot all hold, what is stated without proof, what does not say
    what it seems to. None is a finding about a dossier, and none says what anybody meant. `workdays` has a `day` a row
    and whether it `is_workday`; `audited`: first and last day of the audit's period; `is_confirmed`: a person has
    confirmed every line. What two lines say alike is one row.
    """
    readable = claims[claims["is_readable"]]
    reported = Reported(
        tuple(lines(readable)), tuple(identities.to_dict("records")), tuple(denominators.to_dict("records")),
        {row["day"].date(): row["is_workday"] for row in plain(workdays)}, audited,
    )  # fmt: skip
    confirmed = dict(zip(readable["claim"], readable["is_confirmed"], strict=True))
    rows: dict[tuple[str, str], tuple] = {}
    for name, rule in RULES.items():
        for spot in rule(reported):
            own = (line if isinstance(line, str) else line.claim for line in spot.lines)
            key = (name, repr(sorted(spot.said.items())))
            before = rows[key][1] if key in rows else ()
            names = tuple(dict.fromkeys([*before, *own]))
            is_confirmed = spot.is_confirmed and bool(names) and all(confirmed.get(claim, True) for claim in names)
            rows[key] = (name, names, dict(spot.said), is_confirmed)
    return pd.DataFrame(list(rows.values()), columns=["soft_spot", "claims", "values", "is_confirmed"])


def _failing(reported: Reported, *sources: str) -> Iterator[Mapping]:
    return (i for i in reported.identities if i["outcome"] == Outcome.DOES_NOT_HOLD and i["identity"] in sources)


def _stated(identity: Mapping) -> tuple[Stated, ...]:
    return tuple(Stated(*term) for term in identity["terms"])


def _stated_twice(reported: Reported) -> Iterator[Spot]:
    """The same thing, stated with two figures."""
    for identity in _failing(reported, *STATED_TWICE):
        values = {"terms": _stated(identity), "difference": abs(identity["difference"])}
        yield Spot(identity["claims"], values, identity["is_confirmed"])


def _does_not_add_up(reported: Reported) -> Iterator[Spot]:
    """A whole that is not its parts, a share or an average that its own counts do not give."""
    hidden = {row["measure"] for row in reported.denominators}
    for identity in reported.identities:
        name = identity["identity"]
        if identity["outcome"] != Outcome.DOES_NOT_HOLD or name in STATED_TWICE:
            continue
        if name in OF_A_HIDDEN_TOTAL and identity["terms"][0][0] in hidden:
            continue
        values = {name: identity[name] for name in ("found", "expected", "difference")}
        yield Spot(identity["claims"], {"terms": _stated(identity)} | values, identity["is_confirmed"])


OF_A_HIDDEN_TOTAL = (  # shares printed without their total: said of them as such, with what it can be
    "components_of_received", "results_of_settled", "on_time_share", "early_share", "due_day_share", "late_share",
)  # fmt: skip
USUAL_TOTALS = {measure: totals[0] for measure, totals in OF.items() if totals}


def _hidden_total(reported: Reported) -> Iterator[Spot]:
    """A share whose total is not printed, and is no figure of the report."""
    return (spot for spot, stated_as in _of_no_usual_total(reported) if not stated_as)


def _unusual_total(reported: Reported) -> Iterator[Spot]:
    """A share printed without its total, which can only be a figure that such shares are not taken of."""
    return (spot for spot, stated_as in _of_no_usual_total(reported) if stated_as)


def _of_no_usual_total(reported: Reported) -> Iterator[tuple[Spot, tuple[Stated, ...]]]:
    """Shares that can be of none of their usual totals, with the figures that they can be of."""
    for row in reported.denominators:
        measure, possible = row["measure"], row["totals"]
        stated_as = tuple(Stated(name, str(total)) for total, name in row["stated_as"])
        if not possible or not OF.get(measure):
            continue
        usual = {*OF[measure], UNKNOWN}
        is_usual = any(one.measure in usual for one in stated_as) or set(_usual_sums(reported, measure)) & set(possible)
        if not is_usual:
            values = {"totals": possible, "of_usual": _of_usual(reported, row), "stated_as": stated_as,
                      "possible": str(len(possible))}  # fmt: skip
            yield Spot(row["claims"][::-1], _share_values(row) | values, row["is_confirmed"]), stated_as


def _usual_sums(reported: Reported, measure: str) -> Iterator[int]:
    """Totals of which a share is taken, where the report prints only their parts."""
    of = BY_NAME[measure].of + BY_NAME[measure].other_of
    settled, pending = reported.count("settled"), reported.pending()
    if "received_new" in of:
        yield sum(line.value for line in reported.newly_received())
    if settled and pending and {"settled_and_open", "settled_and_within_time"} & set(of):
        yield settled.value + pending.value


def _of_usual(reported: Reported, row: Mapping) -> ShareOf | None:
    """What the share would be of the usual total, as far as that is stated."""
    usual, written = reported.count(USUAL_TOTALS.get(row["measure"], "")), figure(row["written"], is_percent=True)
    if usual is None or written is None:
        return None
    share = percent(row["numerator"], usual.value, written.digits)
    return None if share is None else ShareOf(share, usual.stated)


def _no_total_gives_it(reported: Reported) -> Iterator[Spot]:
    """A share that its own count is of no whole number."""
    return (Spot(row["claims"][::-1], _share_values(row), row["is_confirmed"])
            for row in reported.denominators if not row["totals"])  # fmt: skip


def _share_values(row: Mapping) -> dict[str, object]:
    return {"measure": row["measure"], "count": row["numerator"], "written": row["written"]}


def _who_returned(reported: Reported) -> Iterator[Spot]:
    """The commune says that all late ones were returned in time, and that another office returns some of them."""
    every, upper = reported.said_of_all_late("late_returned_in_time"), reported.count("late_held_by_upper_level")
    if every and upper and upper.value:
        late = reported.count("late_in_software")
        yield Spot([every, upper], {"late": late.value if late else None, "upper": upper.value})


def _reality_without_evidence(reported: Reported) -> Iterator[Spot]:
    """Nothing late "in reality" though some are in the software, with no list, code or annex named."""
    real, late = _nothing_late_in_reality(reported), reported.count("late_in_software")
    if real and late and late.value and not reported.stating("evidence_attached", "statement"):
        share, settled = reported.share("settled_in_time"), reported.count("settled")
        lines = [*real, *([share] if share else []), late, *([settled] if settled else [])]
        yield Spot(lines, {"late": late.value, "settled": settled.value if settled else None,
                            "share": share.written if share else None})  # fmt: skip


def _nothing_late_in_reality(reported: Reported) -> list[Claim]:
    """The lines that say that in reality nothing was late."""
    shares = [line for line in reported.stating("settled_in_time_in_reality", "percent") if _is_whole(line)]
    return shares + [line for line in reported.counting("late_in_reality") if line.figure and not line.figure.value]


def _no_apology(reported: Reported) -> Iterator[Spot]:
    """No apology, since in reality nothing was late: it stands or falls with the proof of each late dossier."""
    apology, late = reported.statement("no_apology"), reported.count("late_in_software")
    every = reported.said_of_all_late("late_returned_in_time")
    real = _nothing_late_in_reality(reported) or ([every] if every else [])
    if apology and real and late and late.value:
        yield Spot([apology, *real[:1], late], {"late": late.value})


def _early_and_on_time(reported: Reported) -> Iterator[Spot]:
    """The same dossiers are called early in one place and "early and on time" in another; the form needs them apart."""
    early, both = reported.statement("settled_early"), reported.statement("early_and_on_time")
    count = reported.count("settled_in_time")
    if early and both and count and not reported.count("settled_early"):
        yield Spot([early, both], {"count": count.value})


AT_MOST = ("late_in_software", "open_overdue", "late_in_reality")  # a target for these is the most there may be


def _target_called_met(reported: Reported) -> Iterator[Spot]:
    """Targets called met that the report's own figures do not reach; and those missed that it does not admit."""
    met = reported.statement("targets_met")
    targets = [line for line in reported.lines if line.unit == "target" and line.figure]
    missed = {(target.measure, target.written): (target, reached)
              for target in targets if (reached := _not_reached(reported, target))}  # fmt: skip
    if met and missed:
        of = {target.measure for target, _ in missed.values()}
        statements = (line for line in reported.lines if line.unit == "statement" and line.measure in of)
        admitted = [line for line in statements if ADMITTED in line.written.casefold()]
        own = {line.measure for line in admitted}
        below = tuple(Missed(reached.stated, target.written) for target, reached in missed.values())
        values = {"missed": below, "not_admitted": tuple(one for one in below if one.share.measure not in own)}
        yield Spot([met, *(line for pair in missed.values() for line in pair), *admitted], values)


def _not_reached(reported: Reported, target: Claim) -> Claim | None:
    """The share, or count, that does not reach its target; None where it does or is not stated."""
    reached = reported.share(target.measure) if "%" in target.written else reported.count(target.measure)
    if reached is None or reached.figure is None or target.figure is None:
        return None
    beyond = reached.figure.value - target.figure.value
    return reached if (beyond > 0 if target.measure in AT_MOST else beyond < 0) else None


def _share_of_itself(reported: Reported) -> Iterator[Spot]:
    """The online share is 100 % because it is taken of what was filed online."""
    in_person, online = (reported.count(measure) for measure in NEW)
    shares = [line for line in reported.stating("online_listed_settled", "percent") if _is_whole(line)]
    own = reported.stating("received_online", "percent")
    if online:
        shares += [line for line in own if _is_whole(line) and line.out_of_written == online.written]
    is_given = any(line.figure and line.figure.value < WHOLE for line in own)
    if shares and in_person and online and in_person.value and not is_given:
        new = in_person.value + online.value
        values = {"online": online.value, "new": new, "in_person": in_person.value}
        yield Spot([*shares, in_person, online], values | {"percent": percent(online.value, new, 1)})


def _is_whole(line: Claim) -> bool:
    return line.figure is not None and line.figure.value == WHOLE


def _settled_while_open(reported: Reported) -> Iterator[Spot]:
    """As many settled as received, while dossiers are still in process."""
    pending, lines = reported.pending(), reported.stating("online_listed_settled", "dossier")
    whole = next((line for line in lines if line.figure and line.out_of_written == line.written), None)
    if whole and pending and pending.value:
        yield Spot([whole, pending], {"settled": whole.value, "open": pending.value})


def _interlinked_not_placed(reported: Reported) -> Iterator[Spot]:
    """More interlinked groups with dossiers than there are full-online procedures with dossiers."""
    counts = (reported.count(f"interlinked_{group}_received") for group in ("birth", "death"))
    used, stated = reported.count("online_procedures_used_full"), reported.count("interlinked_groups")
    groups = [line for line in counts if line and line.value]
    if used and len(groups) > used.value:
        full = reported.count("online_full_received")
        lines = [*([stated] if stated else []), *groups, used, *([full] if full else [])]
        values = {"dossiers": sum(line.value for line in groups), "groups": len(groups), "used": used.value}
        yield Spot(lines, values | {"full": full.value if full else None})


def _period_unlike_plan(reported: Reported) -> Iterator[Spot]:
    """The period starts before the plan that it reports on, or is longer or shorter than its name says."""
    period = reported.period()
    if period is None:
        return
    line, first, last = period
    named = next((named for named in reported.stating("campaign_days", "day") if in_words(named.written)), None)
    plans = [(plan, days[-1]) for name in ("district_plan", "commune_plan") for plan in reported.stating(name, "number")
             if (days := days_in(plan.written)) and first < days[-1] <= last]  # fmt: skip
    if named is None and are_whole_months(first, last):
        plans = []
    length = (last - first).days + 1
    other = named if named is not None and in_words(named.written) != length else None
    if plans or other:
        lines = [line, *(plan for plan, _ in plans), *([other] if other else [])]
        values = {"first": first, "last": last, "days": length, "workdays": reported.workdays_between(first, last)}
        values |= {"plans": tuple(dict.fromkeys(day for _, day in plans))}
        yield Spot(lines, values | {"named": in_words(other.written) if other else None})


def _total_mixes_periods(reported: Reported) -> Iterator[Spot]:
    """Digitised "at reception", of a total that is greater than what was received anew."""
    new, carried = reported.newly_received(), reported.count("carried_over")
    received = sum(line.value for line in new)
    totals = {row["claim"]: row["totals"][0] for row in reported.denominators if len(row["totals"]) == 1}
    for share in reported.stating("components_digitised", "percent"):
        printed = figure(share.out_of_written or "")
        total = int(printed.value) if printed else totals.get(share.claim, 0)
        if new and carried and 0 < total - received <= carried.value:
            values = {"total": total, "new": received, "least": total - received, "carried": carried.value}
            yield Spot([*reported.counting(share.measure)[:1], share, *new, carried], values)


def _no_payment_rate(reported: Reported) -> Iterator[Spot]:
    """Payments without the number of dossiers that have a fee: no rate of online payment follows."""
    payments = reported.count("payments")
    has_total = any(
        line.out_of_written or line.unit == "percent" for line in reported.lines if line.measure == "payments"
    )
    if payments and payments.value and not has_total and not reported.count("dossiers_with_fee"):
        paid = reported.count("paid_dong")
        yield Spot([payments, *([paid] if paid else [])], {"payments": payments.value})


def _mixed_precision(reported: Reported) -> Iterator[Spot]:
    """Shares printed with different numbers of digits."""
    shares = [(line, line.figure.digits) for line in reported.shares()
              if line.figure and line.figure.value % 1 and line.measure != UNKNOWN]  # fmt: skip
    if len({digits for _, digits in shares}) > 1:
        yield Spot([line for line, _ in shares], {"shares": tuple(line.stated for line, _ in shares)})


def _too_many_a_day(reported: Reported) -> Iterator[Spot]:
    """ "Too many a day", where the report's own figures say how many a working day."""
    statement, period, new = reported.statement("received_per_day"), reported.period(), reported.newly_received()
    if statement and period and new:
        workdays, received = reported.workdays_between(*period[1:]), sum(line.value for line in new)
        if workdays:
            a_day = (Decimal(received) / workdays).quantize(Decimal("0.1"), ROUND_HALF_UP)
            yield Spot([statement, *new, period[0]], {"new": received, "workdays": workdays, "a_day": a_day})


def _causes_differ(reported: Reported) -> Iterator[Spot]:
    """One cause for all late dossiers in one place, another for some of them elsewhere."""
    every, upper = reported.said_of_all_late("late_because_closing"), reported.count("late_held_by_upper_level")
    if every and upper and upper.value:
        commune = reported.count("late_closed_by_commune")
        lines = [every, *([commune] if commune else []), upper]
        yield Spot(lines, {"commune": commune.value if commune else None, "upper": upper.value})


def _other_period(reported: Reported) -> Iterator[Spot]:
    """The report is of another period than the audit: of what it counts, the records tell little."""
    period = reported.period()
    if period and reported.audited and period[1:] != reported.audited:
        values = dict(
            zip(("first", "last", "audited_first", "audited_last"), period[1:] + reported.audited, strict=True)
        )
        yield Spot([period[0]], values)


def _no_signatory(reported: Reported) -> Iterator[Spot]:
    """The text has no name of a signatory."""
    missing = reported.statement("signatory")
    if missing and missing.written.casefold() == NONE:
        yield Spot([missing])


RULES: dict[str, Callable[[Reported], Iterator[Spot]]] = {
    "other_period": _other_period,
    "does_not_add_up": _does_not_add_up,
    "stated_twice": _stated_twice,
    "no_total_gives_it": _no_total_gives_it,
    "hidden_total": _hidden_total,
    "unusual_total": _unusual_total,
    "who_returned": _who_returned,
    "causes_differ": _causes_differ,
    "reality_without_evidence": _reality_without_evidence,
    "no_apology": _no_apology,
    "target_called_met": _target_called_met,
    "settled_while_open": _settled_while_open,
    "interlinked_not_placed": _interlinked_not_placed,
    "share_of_itself": _share_of_itself,
    "early_and_on_time": _early_and_on_time,
    "total_mixes_periods": _total_mixes_periods,
    "no_payment_rate": _no_payment_rate,
    "period_unlike_plan": _period_unlike_plan,
    "too_many_a_day": _too_many_a_day,
    "mixed_precision": _mixed_precision,
    "no_signatory": _no_signatory,
}
