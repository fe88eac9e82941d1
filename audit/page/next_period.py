"""What became of the period before, as tables, sentences and a picture of the shares over the periods."""

from datetime import date
from typing import NamedTuple

from audit.findings.result import Result
from audit.findings.schema import FollowedUp, NextPeriod, OnTime, Period, TrendPeriod
from audit.ground import terms
from audit.ground.terms import Cause, FollowUp, Verdict, in_percent, number
from audit.page.form_columns import ranged
from audit.page.pieces import MOST_ROWS, Shown, day_text, shown
from audit.page.ranges import HEIGHT, WIDTH, Drawing, Ranged, drawing

SHARES = ("records", "software_by_day")


class Picture(NamedTuple):
    """A share over the periods: what it is called, its drawing, and all of it in words."""

    title: str
    drawing: Drawing
    described: str


def next_period(result: Result) -> Shown:
    """What was carried over, what was promised, the trend, and which periods all that rests on."""
    found, lang = result.next_period, result.lang
    if found is None:
        return shown("next_period", result, found=None)
    tables = [(side, _states(side, found, lang)) for side in ("left_open", "carried")] if found.carried_over else []
    return shown(
        "next_period", result, found=found, said=said(found, lang), tables=tables, pictures=pictures(found, lang),
        trend=[(one, period_text(one.period), [range_text(one, name, lang) for name in SHARES]) for one in found.trend],
        followed=[(one, sign_text(one, lang), shown_text(one, lang)) for one in found.followup[:MOST_ROWS]],
        states=[(state, sum(one.state == state for one in found.followup)) for state in FollowUp],
        most=MOST_ROWS, width=WIDTH, height=HEIGHT, period_text=period_text,
    )  # fmt: skip


def said(found: NextPeriod, lang: str) -> list[str]:
    """What is to be known before the tables are read, a sentence each."""
    last = next((one for one in found.earlier if one.use == "previous"), None)
    if last is None or last.period is None:
        counts = {"others": number(found.others, lang)}
        return [terms.text(f"next_period.why_{found.why_not}", lang),
                *([terms.text("next_period.others", lang, **counts)] if found.others else [])]  # fmt: skip
    lines = [terms.text("next_period.judged_here" if last.is_judged_here else "next_period.read_from", lang,
                        period=period_text(last.period), rules=last.rules or "–",
                        edition=terms.text(f"page.edition_{last.edition}", lang))]  # fmt: skip
    if found.days_between:
        lines.append(terms.text("next_period.gap", lang, days=number(found.days_between, lang)))
    if found.trend and not all(one.is_comparable for one in found.trend):
        lines.append(terms.text("next_period.other_rules", lang))
    carried = found.carried_over
    if carried is None:
        return [*lines, terms.text(f"next_period.why_{found.why_not}", lang)]
    lines.append(terms.text("next_period.sum_holds" if carried.is_sum else "next_period.sum_fails", lang))
    for name, count in (("missing", carried.missing), ("not_known", carried.not_known)):
        if count.at_least != count.at_most:
            lines.append(terms.text(f"next_period.{name}_range", lang, count=ranged(count, lang)))
    for name in ("received_anew", "receipt_unread"):
        if count_ := getattr(carried, name):
            lines.append(terms.text(f"next_period.{name}", lang, count=number(count_, lang)))
    return lines


def period_text(period: Period | None) -> str:
    """A period by its first and last day."""
    return f"{day_text(period.first_on)} – {day_text(period.last_on)}" if period else "–"


def state_text(state: str, lang: str) -> str:
    """A state of a dossier in words."""
    return terms.text(f"next_period.{state}", lang)


def range_text(one: TrendPeriod, name: str, lang: str) -> str:
    """A share as its range of dossiers of a total, and in percent."""
    share = one.shares.get(name)
    if share is None:
        return "–"
    least, most = share.at_least, share.at_most
    counts = number(least.numerator, lang)
    counts += f"–{number(most.numerator, lang)}" if most.numerator != least.numerator else ""
    return f"{counts}/{number(most.denominator, lang)} ({percent_text(share, lang)})"


def percent_text(share: OnTime, lang: str) -> str:
    """The percentages of a range, or the one that both are."""
    least, most = share.at_least.percent, share.at_most.percent
    if least == most:
        return in_percent(most, lang)
    return f"{in_percent(least, lang).rstrip('%')}–{in_percent(most, lang)}"


def sign_text(one: FollowedUp, lang: str) -> str:
    """What a recommendation names, in words where it is a term of ours."""
    kind, _, name = one.sign.rpartition(":")
    for section, words in (("verdict", Verdict), ("cause", Cause)):
        if kind in ("", section) and name in list(words):
            return terms.text(f"{section}.{name}", lang)
    return terms.measure(name, lang) if kind == "measure" and terms.has(f"measure.{name}") else one.sign or "–"


def shown_text(one: FollowedUp, lang: str) -> str:
    """What this period shows of a recommendation, each count with its total."""
    counts = {name: number(getattr(one, name), lang) for name in ("count", "open", "total")}
    if one.why:
        return terms.text(f"next_period.why_{one.why}", lang, **counts, sign=one.sign, until=day_text(one.until_on))
    is_figure = one.sign.startswith("measure:")
    key = f"{'figures' if is_figure else 'dossiers'}_{one.state}"
    more = terms.text("next_period.and_open", lang, **counts) if one.open else ""
    return terms.text(f"next_period.{key}", lang, until=day_text(one.until_on), **counts) + more


def pictures(found: NextPeriod, lang: str) -> list[Picture]:
    """A picture of each share where there is more than one period."""
    return [_picture(name, found.trend, lang) for name in SHARES] if len(found.trend) > 1 else []


def _picture(name: str, trend: tuple[TrendPeriod, ...], lang: str) -> Picture:
    ranges = [
        Ranged(_short(one.period), *_ends(one.shares.get(name)), is_joined=_is_joined(one, before))
        for one, before in zip(trend, (None, *trend), strict=False)
    ]
    title = terms.text(f"on_time.{name}", lang)
    listed = "; ".join(f"{period_text(one.period)}: {range_text(one, name, lang)}" for one in trend)
    return Picture(title, drawing(ranges), terms.text("next_period.picture", lang, title=title, listed=listed))


def _ends(share: OnTime | None) -> tuple[float | None, float | None]:
    return (share.at_least.percent, share.at_most.percent) if share else (None, None)


def _is_joined(one: TrendPeriod, before: TrendPeriod | None) -> bool:
    """Whether two periods follow each other and were judged by the same rules."""
    is_next = before is not None and (one.period.first_on - before.period.last_on).days == 1
    return is_next and before is not None and before.rules == one.rules


def _short(period: Period) -> str:
    first, last = period.first_on, period.last_on
    return _month(first) if (first.month, first.year) == (last.month, last.year) else f"{first:%m}–{_month(last)}"


def _month(day: date) -> str:
    return f"{day:%m/%Y}"


def _states(side: str, found: NextPeriod, lang: str) -> list[tuple[str, int]]:
    carried = found.carried_over
    counts: dict[str, int] = getattr(carried, side) if carried else {}
    return [(state_text(state, lang), count) for state, count in counts.items()]
