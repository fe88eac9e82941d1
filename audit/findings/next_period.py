"""What became of the period before: earlier periods that are there, what was carried over, promises, the trend."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

from audit.claims import followup
from audit.claims import next_period as carrying
from audit.findings import at_once
from audit.findings.build import share
from audit.findings.schema import (
    Answered,
    CarriedDossier,
    CarriedOver,
    EarlierPeriod,
    FollowedUp,
    NextPeriod,
    OnTime,
    Period,
    Recounted,
    Result,
    TrendPeriod,
)
from audit.ground import terms
from audit.ground.frames import plain
from audit.ground.key import dossier_code
from audit.ground.terms import LANGUAGES, AuditError, Cause, Edition, Population, Verdict
from audit.reading import load, previous
from audit.reading.cells import folded
from audit.reading.load import Office
from audit.reading.previous import Place, Previous

TREND = ("records", "software_by_day")
_OF_NO_USE = ("later", "other_commune")  # beside, they are the folders of other audits


@dataclass(frozen=True)
class Read:
    """A period of the commune that was read or judged again, and its dossiers under codes of this audit's key."""

    earlier: EarlierPeriod
    result: Previous | Result
    side: carrying.Side | None


_Found = tuple[EarlierPeriod, Place | None]


def with_earlier(result: Result, office: Office, folder: str | Path, named: str = "") -> Result:
    """The `result` with what became of earlier periods: beside the folder, or the one `named` as `places` takes it.

    A folder of records is judged anew by the steps of this audit, without its own earlier periods; a `result.json`
    alone is read as it was written. One that cannot be used is listed with why, and never compared.
    """
    lang = result.lang
    found: list[_Found]
    try:
        places = previous.places(folder, named)
        found = [_seen(one, result, office, lang) for one in places]
    except AuditError as error:
        found = [(EarlierPeriod(name="", use="not_read", message=error.messages[lang]), None)]
    is_named = bool(named.strip())
    listed = [one for one in found if is_named or one[0].use not in _OF_NO_USE]
    read = [_read(earlier, place, result, office) for earlier, place in _latest(_apart(listed))]
    read.sort(key=_by_days)
    return result.model_copy(update={"next_period": next_period(
        result, office, read, others=sum(one.use == "other_commune" for one, _ in found),
        is_looked_for=bool(found) or folded(named) not in previous.NOT_LOOKED_FOR,
    )})  # fmt: skip


def next_period(
    result: Result, office: Office, read: list["Read | EarlierPeriod"], *, others: int = 0, is_looked_for: bool = True
) -> NextPeriod:
    """What becomes of earlier periods that were read; those that could not be are `EarlierPeriod` with a message."""
    usable = [one for one in read if isinstance(one, Read)]
    last = usable[-1] if usable else None
    carried, why = _carried(result, office, last, is_looked_for=is_looked_for)
    listed = [one.earlier if isinstance(one, Read) else one for one in read]
    first, ended = result.period.first_on, last and last.result.period.last_on
    return NextPeriod(
        earlier=tuple(one.model_copy(update={"use": "previous"}) if last and one is last.earlier else one
                      for one in listed),
        others=others, why_not=why, days_between=(first - ended).days - 1 if ended else None,
        carried_over=_as_part(carried) if carried else None, trend=tuple(_trend(result, usable)),
        followup=tuple(_followup(result, office)), answers=tuple(_answers(last, carried)),
    )  # fmt: skip


# Which periods are there


def _seen(place: Place, result: Result, office: Office, lang: str) -> _Found:
    """A period beside, by what it says of itself, with what may be done with it."""
    try:
        if place.content is None:
            file = previous.settings(place)
            names = (file.office.name, file.office.province)
            period = Period(first_on=file.period.first_on, last_on=file.period.last_on)
            said: dict[str, Any] = {"edition": Edition.INTERNAL, "is_judged_here": True}
        else:
            one = previous.parsed(f"{place.name}/{previous.RESULT}", place.content)
            names = (one.office.commune, one.office.province)
            period = Period(first_on=one.period.first_on, last_on=one.period.last_on)
            said = {"edition": one.edition, "rules": one.rules, "schema_version": one.schema_version,
                    "sha256": previous.hashed(place.content)}  # fmt: skip
    except AuditError as error:
        return EarlierPeriod(name=place.name, use="not_read", message=error.messages[lang]), place
    ours = (result.office.commune, result.office.province)
    days, these = ((one.first_on, one.last_on) for one in (period, result.period))
    use = previous.use(names, days, ours, these)
    message = "" if use == "earlier" else terms.text(f"next_period.not_{use}", lang)
    return EarlierPeriod(name=place.name, period=period, use=use, message=message, **said), place


def _apart(found: Iterable[_Found]) -> Iterator[_Found]:
    """Two of the same days are both told and neither used: nobody knows which is right."""
    days = Counter((one.period.first_on, one.period.last_on) for one, _ in found if one.period)
    for one, place in found:
        is_twice = one.period and days[one.period.first_on, one.period.last_on] > 1 and one.use == "earlier"
        yield one.model_copy(update={"use": "twice"}) if is_twice else one, place


def _latest(found: Iterable[_Found]) -> list[_Found]:
    """Of more earlier periods than are looked at the latest, and the others as such."""
    listed = sorted(found, key=lambda one: (_by_days(one[0]), one[0].name))
    kept = [one for one, _ in listed if one.use == "earlier"][-previous.MOST :]
    return [(one.model_copy(update={"use": "beyond"}) if one.use == "earlier" and one not in kept else one, place)
            for one, place in listed]  # fmt: skip


def _by_days(one: "Read | EarlierPeriod") -> tuple[date, date]:
    period = one.earlier.period if isinstance(one, Read) else one.period
    return (period.last_on, period.first_on) if period else (date.min, date.min)


def _read(earlier: EarlierPeriod, place: Place | None, result: Result, office: Office) -> "Read | EarlierPeriod":
    lang = result.lang
    if place is None or earlier.use != "earlier":
        is_said = earlier.message or not terms.has(f"next_period.not_{earlier.use}")
        message = earlier.message if is_said else terms.text(f"next_period.not_{earlier.use}", lang)
        return earlier.model_copy(update={"message": message})
    if place.content is not None:
        one = previous.parsed(place.name, place.content)
        return Read(earlier, one, _side_of(one, office.key))
    try:
        as_of = previous.settings(place).as_of or result.as_of
        then = load.office(place.folder or "", as_of.isoformat())
        found = at_once.result(then, lang)
    except AuditError as error:
        return earlier.model_copy(update={"use": "not_read", "message": error.messages[lang]})
    sha256 = previous.digest({one.name: one.sha256 for one in then.inputs})
    said = {"rules": found.versions.get("rules", ""), "schema_version": found.schema_version, "sha256": sha256}
    return Read(earlier.model_copy(update=said), found, _side(found, then, office.key))


# Carried over


def _carried(
    result: Result, office: Office, last: "Read | None", *, is_looked_for: bool
) -> tuple[carrying.Carried | None, str]:
    """What was carried over, or why that cannot be told."""
    if last is None:
        return None, "none" if is_looked_for else "not_looked_for"
    if last.side is None:
        return None, "no_dossiers"
    carried = carrying.carried_over(last.side, _side(result, office, office.key))
    return carried, "" if carried else carrying.NO_CODE_ALIKE


def _side(result: Result, office: Office, key: bytes) -> carrying.Side:
    """A period that was judged here: which rows of its software could not be is known by their codes."""
    judged = {one.dossier_id for one in result.judged}
    codes = office.software["dossier_id"]
    unread = {dossier_code(one, key) for one in set(codes.dropna()) - judged}
    nameless = int(codes.isna().sum()) if office.is_export_whole else sys.maxsize
    seen = tuple(carrying.Seen(dossier_code(one.dossier_id, key), one.dossier_id, one.population, one.received_on)
                 for one in result.judged)  # fmt: skip
    return carrying.Side(result.period.first_on, result.period.last_on, seen, frozenset(unread), nameless)


def _side_of(one: Previous, key: bytes) -> carrying.Side | None:
    """A period as its result has it: by its own codes where they are told, else by those masked with the office's key.

    None where the result does not list every dossier.
    """
    if one.in_columns is None:
        return None
    is_plain = one.edition == Edition.INTERNAL
    seen = tuple(
        carrying.Seen(dossier_code(two.dossier_id, key) if is_plain else two.dossier_code, two.dossier_id,
                      Population(two.population), two.received_on)
        for two in one.judged
    )  # fmt: skip
    return carrying.Side(one.period.first_on, one.period.last_on, seen,
                         nameless=one.unread if one.is_export_whole else sys.maxsize)  # fmt: skip


def _as_part(carried: carrying.Carried) -> CarriedOver:
    def count(one: carrying.Count) -> Recounted:
        return Recounted(at_least=one.at_least, at_most=one.at_most)

    sides = (("left_open", carried.left_open, carrying.LEFT_OPEN), ("carried", carried.carried, carrying.CARRIED))
    dossiers = [
        CarriedDossier(side=side, dossier_id=one.name, state=state, received_on=one.received_on)
        for side, states, order in sides
        for state in order
        for one in sorted((one for one, its in states.items() if its == state), key=attrgetter("name"))
    ]
    return CarriedOver(
        **{side: carrying.by_kind(states.values(), order) for side, states, order in sides},
        missing=count(carried.missing), not_known=count(carried.not_known), received_anew=carried.received_anew,
        receipt_unread=carried.receipt_unread, is_sum=carried.is_sum, dossiers=tuple(dossiers),
    )  # fmt: skip


def _answers(last: "Read | None", carried: carrying.Carried | None) -> Iterator[Answered]:
    """The office's answers on findings of the last period, and what became of those dossiers that were open."""
    states = {one.name: state for one, state in carried.left_open.items()} if carried else {}
    for note in last.result.notes if last else ():
        if note.by_office:
            yield Answered(dossier_id=note.dossier_id, text=note.text, state=states.get(note.dossier_id or "", ""))


# The trend, and what was promised


def _trend(result: Result, usable: list["Read"]) -> Iterator[TrendPeriod]:
    """Every period in order, this one last; comparable where the same rules judged it."""
    rules = result.versions.get("rules", "")
    for one in [*(read.result for read in usable), result]:
        said = one.rules if isinstance(one, Previous) else one.versions.get("rules", "")
        shares = {name: _on_time(one.on_time[name]) for name in TREND if name in one.on_time}
        yield TrendPeriod(
            period=Period(first_on=one.period.first_on, last_on=one.period.last_on), is_this=one is result, rules=said,
            is_comparable=said == rules and len(shares) == len(TREND), shares=shares,
        )  # fmt: skip


def _on_time(of: Any) -> OnTime:
    least, most = (share(one.numerator, one.denominator) for one in (of.at_least, of.at_most))
    return OnTime(**least.model_dump(), at_least=least, at_most=most)


def _followup(result: Result, office: Office) -> Iterator[FollowedUp]:
    frame = office.tables["followup"].frame
    rows = plain(frame[frame["is_readable"]])
    if not rows:
        return
    dossiers = list(_judged(result))
    outcomes: dict[str, list] = {}
    for claim in result.claims:
        outcomes.setdefault(claim.measure, []).append(claim.outcome)
    for row in rows:
        until = row["until_on"] and row["until_on"].date()
        named = sign(row["sign"])
        shown = followup.shows(
            named, until, is_until_unread=until is None and bool(row["until_on_written"]),
            last_on=min(result.period.last_on, result.as_of), dossiers=dossiers, outcomes=outcomes,
            unread=result.unread,
        )  # fmt: skip
        yield FollowedUp(
            file=row["file"], row=row["row"], what=row["what"], who=row["who"] or "", until_on=until, done=row["done"],
            support=row["support"] or "", sign=_in_our_terms(named, row["sign"] or ""), state=shown.state,
            why=shown.why, count=shown.count, open=shown.open, total=shown.total,
        )  # fmt: skip


def _judged(result: Result) -> Iterator[followup.Of]:
    for case in result.cases:
        unit = folded(case.holder_at_due) if case.holder_at_due else None
        yield followup.Of(case.verdict, case.cause, case.cause_proved, unit, case.due_on)
    for one in result.in_columns.each:
        unit = folded(one.holder_at_due) if one.holder_at_due else None
        yield followup.Of(one.verdict, one.cause, one.cause_proved, unit, one.due_on)


def _in_our_terms(named: followup.Sign | None, written: str) -> str:
    """A sign as it is written, or in one spelling where it names a verdict, a cause or a measure."""
    is_ours = named is not None and named.kind in ("verdict", "cause", "measure")
    return f"{named.kind}:{named.name}" if named and is_ours else written


def sign(written: str | None) -> followup.Sign | None:
    """What a cell names: "verdict:late", "unit:…", "measure:overdue", or a verdict or cause alone, by its words too.

    None where nothing is written; of an unknown kind where it names nothing of ours.
    """
    if not written or not written.strip():
        return None
    kind, mark, name = (part.strip() for part in written.partition(":"))
    kind = folded(kind)
    if mark and kind in ("unit", "đơn vị", "don vi"):
        return followup.Sign("unit", folded(name))
    if mark and kind in ("measure", "chỉ số", "chi so"):
        return followup.Sign("measure", name) if terms.has(f"measure.{name}") else followup.Sign("", written)
    is_of = mark and kind in ("verdict", "cause")
    said = folded(name if is_of else written)
    for section, words in (("verdict", Verdict), ("cause", Cause)):
        if is_of and section != kind:
            continue
        for one in words:
            if said in (folded(one), *(folded(terms.text(f"{section}.{one}", lang)) for lang in LANGUAGES)):
                return followup.Sign(section, one)
    return followup.Sign("", written)
