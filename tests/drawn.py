"""Dossiers drawn at random, rich in what is awkward: days off, one day twice, no hour, before the receipt, unread rows."""

from collections.abc import Mapping

import narwhals as nw
from hypothesis import settings
from hypothesis import strategies as st
from second_judge import Judgement, Setting
from tables import DAYS, paired, record

from audit import coverage, judge
from audit.load import JUDGED_RECORDS, calendar
from audit.terms import Cause, Convention, Status

TERMS = {"x": 5, "y": 8}
PROCEDURES = "procedure | term | unit\n" + "\n".join(f"{name} | {term} | workdays" for name, term in TERMS.items())
NOTHING = "-"


def _days(*days: str) -> st.SearchStrategy:
    return st.sampled_from(days)


RECEIPTS = _days("01/04", "01/04", "01/04", "01/04 09:00", "31/03", "03/04", "08/04 15:30")
DUES = _days("08/04", "08/04", "08/04 17:00", "11/04", "12/04", "13/04", "07/04", "14/04", "15/04", "09/04", NOTHING)
LATER = _days("04/04", "07/04", "08/04", "09/04", "10/04", "11/04", "14/04", "15/04", "16/04", "18/04", "02/05")
ANY = st.one_of(LATER, LATER, _days("28/03", "01/04", "05/04", "12/04", "13/04", "06/05"))
HOURS = _days("", "", " 08:00", " 08:00", " 10:30", " 16:00")
AT = st.builds(str.__add__, ANY, HOURS)
IS_READABLE = _days(*["yes"] * 19, "no")
UNITS = (("Một cửa", "desk"), ("UBND xã", "commune"), ("Địa chính", "commune"), ("Chi nhánh", "upper_level"),
         ("Chi nhánh", "commune"), ("người nộp", "applicant"))  # fmt: skip
STATUSES = (*["returned"] * 12, NOTHING, NOTHING, "processed", "in_process", *map(str, Status))


def _day(moment: str) -> str:
    return moment.partition(" ")[0]


def _rows(least: int, most: int, **cells: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly `least` to `most` rows, now and then none."""
    row = st.fixed_dictionaries(cells | {"is_readable": IS_READABLE})
    return st.one_of(*[st.lists(row, min_size=least, max_size=max(least, 1))] * 4, st.lists(row, max_size=most))


def _seldom(rows: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.just([]), st.just([]), rows)


SOFTWARE = st.fixed_dictionaries({
    "received_at": RECEIPTS, "due_at": st.one_of(DUES, RECEIPTS), "closed_at": st.one_of(*[AT] * 5, st.just(NOTHING)),
    "status": st.sampled_from(STATUSES), "procedure": st.sampled_from(["x", "y", "z", "z", "z"]),
    "unit_level": st.sampled_from(["commune", "upper_level", "unknown"]), "is_readable": st.just("yes"),
})  # fmt: skip
HOPS = st.builds(
    lambda two, at, read: {"from_unit": two[0][0], "from_level": two[0][1], "to_unit": two[1][0], "to_level": two[1][1],
                           "handed_at": at, "is_readable": read},
    st.tuples(st.sampled_from(UNITS), st.sampled_from(UNITS)), AT, IS_READABLE,
)  # fmt: skip
CHAINS = st.builds(  # hops that follow each other
    lambda stops, times: [
        {"from_unit": one[0], "from_level": one[1], "to_unit": two[0], "to_level": two[1], "handed_at": at,
         "is_readable": "yes"}
        for one, two, at in zip([UNITS[0], *stops], stops, sorted(times, key=_place), strict=False)
    ],
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=4), st.lists(AT, min_size=4, max_size=4),
)  # fmt: skip
DOSSIER = st.fixed_dictionaries({
    "software": st.one_of(*[st.lists(SOFTWARE, min_size=1, max_size=1)] * 20, st.lists(SOFTWARE, max_size=2)),
    "register": _rows(
        1, 2, received_on=st.one_of(RECEIPTS.map(_day), st.just(NOTHING)), due_on=DUES.map(_day), returned_on=st.one_of(ANY, st.just(NOTHING)),
        signed=_days("yes", "yes", "yes", "no", NOTHING), names_another=_days(*[NOTHING] * 9, "applicant"),
    ),
    "control_slips": st.one_of(st.just([]), CHAINS, st.lists(HOPS, max_size=4)),
    "result_papers": _seldom(_rows(
        1, 2, number=_days("1", "1", "2", NOTHING), issued_on=ANY, is_result=_days("yes", "yes", "no"),
        paper=_days(NOTHING, NOTHING, "digital_signature", "postal_tracking", "fee_receipt"),
    )),
    "stops": _seldom(_rows(1, 2, number=_days(NOTHING, "1"), from_on=ANY, to_on=st.one_of(ANY, st.just(NOTHING)))),
    "apologies": _seldom(_rows(1, 2, number=_days("1", "3"), dated_on=ANY, new_due_on=DUES.filter(lambda d: d != NOTHING).map(_day))),
    "explanations": _seldom(_rows(1, 2, cause=st.sampled_from([str(cause) for cause in Cause]))),
})  # fmt: skip
A_CALL = 40  # dossiers judged together: a call of the steps costs nearly the same for one
DOSSIERS = st.lists(DOSSIER, min_size=A_CALL // 2, max_size=A_CALL)
_KEPT = st.sets(st.sampled_from(["control_slips", "result_papers", "stops", "apologies"]), max_size=4)
SAID = st.fixed_dictionaries({
    "kept": st.one_of(st.none(), _KEPT, _KEPT), "unseen": st.sampled_from([(), (), (), (), *((each,) for each in JUDGED_RECORDS[1:6])]),
    "complete": _KEPT, "conventions": st.sets(st.sampled_from(list(Convention)), min_size=1),
})  # fmt: skip


def dossiers_a_call(at_least: int) -> settings:
    """As many examples as have that many dossiers; of the deep profile, twenty thousand dossiers."""
    is_deep = settings.get_current_profile_name() == "deep"
    dossiers = settings().max_examples if is_deep else at_least
    return settings(max_examples=-(-dossiers // (A_CALL // 2)))


def _place(moment: str) -> tuple[str, ...]:
    day, _, hour = moment.partition(" ")
    return (*reversed(day.split("/")), hour)


def drawn_rows(dossiers: list[Mapping[str, list[dict]]]) -> dict[str, list[dict]]:
    """The rows of each record of all dossiers, in their order; a dossier's code is its number."""
    rows: dict[str, list[dict]] = {name: [] for name in JUDGED_RECORDS}
    for number, dossier in enumerate(dossiers):
        for name, lines in dossier.items():
            cells = [{key: None if cell == NOTHING else cell for key, cell in line.items()} for line in lines]
            rows[name] += [{"dossier_id": f"{number:04d}", **line} for line in cells]
    return rows


def covered(rows: Mapping[str, list[dict]], said: Mapping) -> coverage.Coverage:
    """What has been seen of the records drawn."""
    counted = {name: len(lines) for name, lines in rows.items() if name != "software"}
    return coverage.of(said["kept"], counted, said["unseen"], said["complete"])


def by_the_steps(
    rows: Mapping[str, list[dict]], said: Mapping, engine: str = "polars", seen: coverage.Coverage | None = None, **more
) -> dict[str, Judgement]:
    """What the product's steps decide of each dossier, all in one call; `seen` in place of what was drawn."""
    evidence = {name: lines for name, lines in rows.items() if name not in ("software", "register", "control_slips")}
    pairs = paired(
        rows["software"], rows["register"], rows["control_slips"], engine, procedures=PROCEDURES,
        conventions=tuple(sorted(said["conventions"])), **evidence, **more,
    )  # fmt: skip
    days = DAYS | {name: day for name, day in more.items() if name in DAYS}
    found = nw.from_native(judge.verdicts(pairs, coverage=seen or covered(rows, said), **days)).lazy()
    asked = found.select("dossier_id", "verdict", "cause", "cause_proved", "grade")
    return {
        row["dossier_id"]: Judgement(row["verdict"], row["cause"], bool(row["cause_proved"]), row["grade"])
        for row in asked.collect("polars").to_native().to_dicts()
    }


def setting_of(rows: Mapping[str, list[dict]], said: Mapping) -> Setting:
    """The same for the second judge."""
    seen = covered(rows, said)
    return Setting(
        **DAYS, calendar=calendar(), conventions=tuple(sorted(said["conventions"])), kept=seen.kept - {"register"},
        missing=seen.missing, unseen=seen.unseen, complete=seen.complete,
    )  # fmt: skip


def typed(rows: Mapping[str, list[dict]]) -> dict[str, dict[str, list[dict]]]:
    """The rows as they are read, by dossier and record."""
    found: dict[str, dict[str, list[dict]]] = {}
    for name, lines in rows.items():
        for row in record(name, lines, "polars").to_dicts():
            row |= {"term": TERMS.get(row.get("procedure"))} if name == "software" else {}
            row |= {"is_result": row["is_result"] is not False} if name == "result_papers" else {}
            found.setdefault(row["dossier_id"], {}).setdefault(name, []).append(row)
    return found
