"""Which unit held a dossier, from when to when, and how long: small chains of hops worked out by hand."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import _KINDS, at, frame, plain, rows

from audit.judging import apportion

# April 2025: 1 is a Tuesday; 7 is a day off by law; 5, 6, 12, 13, 19, 20, 26 and 27 are weekends.
OFF = {date(2025, 4, 7)}
KINDS = {
    "pairs": {"dossier_id": "text", "received_at": "at", "received_on": "on", "receipt_on": "on", "due_on_earliest": "on",
              "due_on_latest": "on", "is_slip_unread": "yes_no"},
    "hops": {"dossier_id": "text", "from_unit": "text", "to_unit": "text", "from_level": "text", "to_level": "text",
             "handed_at": "at", "due_at": "due_at", "seq": "number", "fate": "text"},
    "stops": {"dossier_id": "text", "from_on": "on", "to_on": "on", "fate": "text", "seq": "number"},
}  # fmt: skip
RECEIVED = """
    dossier_id | received_at | due_on_earliest | due_on_latest
    a          | 01/04 09:00 | 10/04           | 11/04
"""
PASSED_UP = """
    dossier_id | from   | to     | handed_at   | due_at
    a          | Một cửa | UBND  | 02/04 08:00 | -
    a          | UBND   | Đất đai | 04/04 10:00 | 04/04
    a          | Đất đai | UBND  | 14/04 15:00 | 10/04
    a          | UBND   | Một cửa | 15/04 16:00 | -
"""
COLLECTED = "a | Một cửa | Công dân | 17/04 09:00 | -\n"
LEVELS = {
    "ubnd": "commune",
    "Một cửa": "desk",
    "UBND": "commune",
    "Tư pháp": "commune",
    "Đất đai": "upper_level",
    "Công dân": "applicant",
}


def calendar():
    days = [datetime(2025, 3, 1) + timedelta(n) for n in range(92)]
    worked = [day.weekday() < 5 and day.date() not in OFF for day in days]
    numbers = [sum(worked[: n + 1]) for n in range(len(days))]
    return frame({"day": days, "workday_number": numbers, "is_workday": worked},
                 {"day": "at", "workday_number": "number", "is_workday": "yes_no"})  # fmt: skip


def typed(name, drawn):
    kinds = KINDS[name]
    columns = {
        column: [None if row.get(column) is None else _KINDS[kind][1](row[column]) for row in drawn]
        for column, kind in kinds.items()
    }
    return frame(columns, kinds)


def hop(row, seq):
    named = {
        "from_unit": row["from"],
        "to_unit": row["to"],
        "from_level": LEVELS[row["from"]],
        "to_level": LEVELS[row["to"]],
    }
    return {"seq": str(seq), "fate": "judged"} | row | named


def frames(hops=PASSED_UP, stops="", pairs=RECEIVED, order=lambda rows_: rows_):
    days = [(row, row["received_at"] and row["received_at"][:5]) for row in rows(pairs)]
    drawn = [{"received_on": day, "receipt_on": day, "is_slip_unread": "no"} | row for row, day in days]
    slips = [hop(row, n) for n, row in enumerate(rows(hops), 1)] if hops else []
    stood = [{"fate": "judged", "seq": str(n)} | row for n, row in enumerate(rows(stops), 1)] if stops else []
    return (
        typed("pairs", order(drawn)), typed("hops", order(slips)), calendar(),
        typed("stops", order(stood)),
    )  # fmt: skip


def stays(*columns, **given_):
    found = plain(apportion.holdings(*frames(**given_)), "dossier_id", "stay", *columns)
    return [tuple(row[c] for c in columns) for row in sorted(found, key=lambda row: (row["dossier_id"], row["stay"]))]


def holder(**given_):
    pairs, *rest = frames(**given_)
    found = plain(apportion.holders(pairs, apportion.holdings(pairs, *rest)))
    return [(row["is_unbroken"], row["holder_unit_at_due"], row["holder_level_at_due"]) for row in found]


def is_unbroken(hops, **given_):
    (found,) = set(stays("is_unbroken", hops=hops, **given_))
    return found[0]


def test_each_unit_is_charged_the_working_days_it_held_the_dossier():
    assert stays("unit", "level", "held_from", "held_until", "held_workdays", hops=PASSED_UP + COLLECTED) == [
        ("Một cửa", "desk", at("01/04 09:00"), at("02/04 08:00"), 1),
        ("UBND", "commune", at("02/04 08:00"), at("04/04 10:00"), 2),
        ("Đất đai", "upper_level", at("04/04 10:00"), at("14/04 15:00"), 5),  # 8-11 and 14: 7 is a day off
        ("UBND", "commune", at("14/04 15:00"), at("15/04 16:00"), 1),
        ("Một cửa", "desk", at("15/04 16:00"), at("17/04 09:00"), 2),
    ]  # fmt: skip


def test_a_dossier_that_went_nowhere_else_is_still_held_and_has_no_length_yet():
    assert stays("held_until", "held_workdays")[-1] == (None, None)


def test_days_on_which_the_clock_stood_still_are_nobodys_and_count_once():
    stops = """
        dossier_id | from_on | to_on
        a          | 03/04   | 09/04
        a          | 08/04   | 10/04
        a          | 04/04   | 08/04
        a          | 14/04   | -
        b          | 01/04   | 30/04
    """  # 4, 8, 9, 10 April in one stretch; then from the 15th on without an end
    assert [found for (found,) in stays("held_workdays", stops=stops, hops=PASSED_UP + COLLECTED)] == [
        1,
        1,
        2,
        0,
        0,
    ]


def test_a_stop_that_is_a_problem_or_a_duplicate_stops_nothing():
    stops = """
        dossier_id | from_on | to_on | fate
        a          | 04/04   | 14/04 | problem
        a          | 04/04   | 10/04 | duplicate
    """
    assert [found for (found,) in stays("held_workdays", stops=stops)] == [1, 2, 5, 1, None]


def test_a_day_that_the_calendar_does_not_have_leaves_the_length_open():
    pairs = RECEIVED.replace("01/04 09:00", "01/02 09:00")
    assert stays("held_workdays", pairs=pairs)[:2] == [(None,), (2,)]
    stops = "dossier_id | from_on | to_on\na | 03/04 | 01/08"
    assert {found for (found,) in stays("held_workdays", stops=stops)} == {None}


def test_a_part_is_past_its_limit_the_day_after_it_and_not_later_the_same_day():
    found = stays("unit", "part_due_at", "is_past_part_due")
    assert found[2:4] == [("Đất đai", at("04/04 23:59:59"), True), ("UBND", at("10/04 23:59:59"), True)]
    in_time = PASSED_UP.replace("10:00 | 04/04", "10:00 | 14/04 09:00")
    assert [past for _, _, past in stays("unit", "part_due_at", "is_past_part_due", hops=in_time)] == [
        False, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stop", "is_past"),
    [("03/04 | 08/04", True), ("03/04 | 09/04", False), ("10/04 | 11/04", True), ("10/04 | 14/04", False)],
)
def test_the_limit_of_a_part_moves_by_the_stops_inside_it(stop, is_past):
    hops = PASSED_UP.replace("10:00 | 04/04", "10:00 | 10/04")  # handed on on the 14th: two working days past
    found = stays("is_past_part_due", hops=hops, stops=f"dossier_id | from_on | to_on\na | {stop}")
    assert found[2] == (is_past,)


def test_the_result_at_the_desk_waits_for_the_applicant():
    waiting = [False, False, False, False, True]
    assert [w for (w,) in stays("is_waiting")] == waiting
    assert [w for (w,) in stays("is_waiting", hops=PASSED_UP + COLLECTED)] == waiting


def test_what_never_left_the_desk_is_no_result():
    hops = "dossier_id | from | to | handed_at | due_at\na | Một cửa | Một cửa | 02/04 08:00 | -"
    assert [w for (w,) in stays("is_waiting", hops=hops)] == [False, False]


def test_a_stay_that_ends_before_it_begins_has_no_length():
    pairs = RECEIVED.replace("01/04 09:00", "03/04 09:00")
    assert stays("held_workdays", "is_unbroken", pairs=pairs)[0] == (None, False)


def test_what_the_desk_passes_on_again_was_no_result():
    again = PASSED_UP + "a | Một cửa | UBND | 16/04 08:00 | -\n"
    assert not any(w for (w,) in stays("is_waiting", hops=again))
    handed_back = PASSED_UP + COLLECTED + "a | Công dân | Một cửa | 18/04 09:00 | -\n"
    found = stays("unit", "is_waiting", "held_from", hops=handed_back)
    assert found[-1] == ("Một cửa", False, at("18/04 09:00"))
    assert not any(w for _, w, _ in found)


def test_the_applicants_own_time_is_no_units():
    units = [unit for (unit,) in stays("unit", hops=PASSED_UP + COLLECTED)]
    assert "Công dân" not in units
    assert len(units) == 5


BREAKS = [
    pytest.param(PASSED_UP, {}, True, id="each hop begins where the one before ended"),
    pytest.param(PASSED_UP.replace("UBND   | Đất đai", "ubnd    | Đất đai"), {}, True, id="the same unit in small letters"),
    pytest.param(PASSED_UP.replace("UBND   | Đất đai", "Tư pháp | Đất đai"), {}, False, id="a hop is missing"),
    pytest.param(PASSED_UP.replace("02/04 08:00", "31/03 08:00"), {}, False, id="handed over before the receipt"),
    pytest.param(PASSED_UP.replace("02/04 08:00", "01/04 08:00"), {}, True, id="at an earlier hour of the day of the receipt"),
    pytest.param(PASSED_UP.replace("02/04 08:00", "01/04"), {}, True, id="no hour, on the day of the receipt"),
    pytest.param(PASSED_UP.replace("04/04 10:00", "02/04 08:00"), {}, False, id="two hops at one time"),
    pytest.param(PASSED_UP.replace("02/04 08:00", "04/04"), {}, False, id="no hour, on the same day as another hop"),
    pytest.param(PASSED_UP.replace("04/04 10:00", "04/04"), {}, True, id="no hour, alone on its day"),
    pytest.param(PASSED_UP.replace("Một cửa | UBND  | 02", "Đất đai | UBND  | 02"), {}, False, id="first seen with the level above"),
    pytest.param(PASSED_UP.replace("Một cửa | UBND  | 02", "Công dân | UBND  | 02"), {}, False, id="first seen with the applicant"),
    pytest.param(PASSED_UP.replace("Một cửa | UBND  | 02", "Tư pháp | UBND  | 02"), {}, False, id="first seen with the commune: nobody knows how it came there"),
    pytest.param(PASSED_UP, {"pairs": RECEIVED.replace("latest\n", "latest | is_slip_unread\n").replace("11/04\n", "11/04 | yes\n")}, False, id="a hop cannot be read"),
    pytest.param(PASSED_UP, {"pairs": RECEIVED.replace("01/04 09:00", "-")}, False, id="the receipt is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("hops", "other", "expected"), BREAKS)
def test_a_chain_is_unbroken_or_tells_nothing(hops, other, expected):
    assert is_unbroken(hops, **other) is expected


def test_a_hop_that_is_not_judged_is_no_part_of_the_chain():
    hops = "    dossier_id | from | to | handed_at | due_at | fate\n" + "".join(
        f"{line} | judged\n" for line in PASSED_UP.strip().splitlines()[1:]
    )
    assert len(stays("unit", hops=hops)) == 5
    twice = hops + "a | UBND | Đất đai | 04/04 10:00 | - | duplicate\na | UBND | Tư pháp | 05/04 | - | problem\n"
    assert len(stays("unit", hops=twice)) == 5
    assert is_unbroken(twice) is True


HOLDERS = [
    pytest.param(PASSED_UP, "10/04 | 11/04", (True, "Đất đai", "upper_level"), id="the same unit on both due days"),
    pytest.param(PASSED_UP, "03/04 | 10/04", (True, None, None), id="another unit on the earlier due day"),
    pytest.param(PASSED_UP, "04/04 | 04/04", (True, "Đất đai", "upper_level"), id="handed on during the due day: the receiver holds it"),
    pytest.param(PASSED_UP, "14/04 | 14/04", (True, "UBND", "commune"), id="back at the commune on the due day"),
    pytest.param(PASSED_UP, "15/04 | 15/04", (True, None, None), id="ready at the desk: nobody holds it"),
    pytest.param(PASSED_UP + COLLECTED, "17/04 | 18/04", (True, None, None), id="with the applicant"),
    pytest.param(PASSED_UP, "01/04 | 01/04", (True, "Một cửa", "desk"), id="at the desk since the receipt"),
    pytest.param(PASSED_UP, "- | -", (True, None, None), id="no due date"),
    pytest.param(PASSED_UP.replace("UBND   | Đất đai", "Tư pháp | Đất đai"), "10/04 | 11/04", (False, None, None), id="a broken chain names nobody"),
    pytest.param(PASSED_UP.split("a          | Đất đai", maxsplit=1)[0], "10/04 | 28/04", (True, "Đất đai", "upper_level"), id="it never came back"),
]  # fmt: skip


@pytest.mark.parametrize(("hops", "due", "expected"), HOLDERS)
def test_the_holder_when_it_fell_due_is_who_had_it_at_the_end_of_the_day(hops, due, expected):
    pairs = RECEIVED.replace("10/04           | 11/04", due)
    assert holder(hops=hops, pairs=pairs) == [expected]


TWO = RECEIVED + "    b          | 01/04 09:00 | 10/04 | 11/04\n"
BOTH = PASSED_UP + "b | Một cửa | UBND | 03/04 08:00 | -\nb | Tư pháp | Một cửa | 04/04 10:00 | -\n"


def test_every_stay_is_counted_waiting_not_handed_on_or_cannot_be_told():
    pairs = TWO + "    c          | 01/04 09:00 | 10/04 | 11/04\n"
    hops = BOTH + "c | Một cửa | UBND | 03/04 08:00 | -\n"
    found = plain(apportion.by_unit(apportion.holdings(*frames(hops=hops, pairs=pairs))))
    columns = (
        "level",
        "dossiers",
        "stays",
        "counted",
        "workdays",
        "past_part_due",
        "waiting",
        "not_handed_on",
        "cannot_be_told",
    )
    assert {row["unit"]: tuple(row[c] for c in columns) for row in found} == {
        "Một cửa": ("desk", 3, 5, 2, 1 + 2, 0, 1, 0, 2),
        "UBND": ("commune", 3, 4, 2, 2 + 1, 1, 0, 1, 1),
        "Đất đai": ("upper_level", 1, 1, 1, 5, 1, 0, 0, 0),
    }
    assert all(r["stays"] == r["counted"] + r["waiting"] + r["not_handed_on"] + r["cannot_be_told"] for r in found)


def test_a_dossier_without_hops_has_no_stays_and_no_holder():
    assert stays("unit", hops="") == []
    assert holder(hops="") == []
    assert [row[0] for row in stays("unit", pairs=TWO)].count("UBND") == 2


days = st.integers(0, 40).map(lambda n: datetime(2025, 4, 1, 9) + timedelta(n))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(handed=st.lists(days, min_size=1, max_size=7, unique=True))
def test_without_stops_the_stays_add_up_to_the_working_days_until_the_last_hand_over(handed):
    handed = sorted(handed)
    units = ["Một cửa", "UBND", "Đất đai", "Tư pháp"]
    lines = [f"a | {units[n % 4]} | {units[(n + 1) % 4]} | {day:%d/%m %H:%M} | -" for n, day in enumerate(handed)]
    found = stays("held_workdays", hops="dossier_id | from | to | handed_at | due_at\n" + "\n".join(lines))
    between = [datetime(2025, 4, 1) + timedelta(n) for n in range(1, (handed[-1] - datetime(2025, 4, 1)).days + 1)]
    expected = sum(day.weekday() < 5 and day.date() not in OFF for day in between)
    assert sum(length or 0 for (length,) in found) == expected
    assert found[-1] == (None,)


@settings(max_examples=15)
@given(shuffled=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shuffled):
    stops = "dossier_id | from_on | to_on\na | 03/04 | 09/04\na | 08/04 | 10/04\nb | 03/04 | -"
    given_ = {"hops": BOTH + COLLECTED, "pairs": TWO, "stops": stops}
    columns = ("unit", "held_until", "held_workdays", "is_past_part_due", "is_waiting", "is_unbroken")
    mixed = stays(*columns, order=lambda rows_: shuffled.sample(rows_, len(rows_)), **given_)
    assert mixed == stays(*columns, **given_)


def stages(hops, **given_) -> dict[str, tuple[int, ...]]:
    """By unit the working days before it went behind the desk, behind it, back at the desk, waiting to be returned."""
    found = plain(apportion.by_unit(apportion.holdings(*frames(hops=hops, **given_))))
    names = [f"{stage}_workdays" for stage in ("before", "processing", "between", "waiting")]
    return {row["unit"]: tuple(row[name] for name in names) for row in found}


def test_the_days_of_a_unit_are_told_by_stage():
    # the desk has it on 02 before it hands on, and with the result on 16 and 17; the commune 03, 04 and 15
    assert stages(PASSED_UP + COLLECTED) == {
        "Một cửa": (1, 0, 0, 2), "UBND": (0, 3, 0, 0), "Đất đai": (0, 5, 0, 0),
    }  # fmt: skip


def test_a_dossier_that_comes_back_to_the_desk_and_goes_away_again_was_there_in_between():
    hops = """
    dossier_id | from   | to     | handed_at   | due_at
    a          | Một cửa | UBND  | 02/04 08:00 | -
    a          | UBND   | Một cửa | 03/04 10:00 | -
    a          | Một cửa | UBND  | 08/04 15:00 | -
    a          | UBND   | Một cửa | 10/04 16:00 | -
    a          | Một cửa | Công dân | 11/04 09:00 | -
    """
    # 01 to 02: one day; back from 03 to 08: 04 and 08, since 05 to 07 are off; the commune 03, then 09 and 10
    assert stages(hops) == {"Một cửa": (1, 0, 2, 1), "UBND": (0, 3, 0, 0)}


def test_a_stay_without_an_end_or_in_a_broken_chain_is_in_no_stage():
    broken = PASSED_UP.replace("a          | UBND   | Đất đai", "a          | Tư pháp   | Đất đai")
    assert set(stages(broken).values()) == {(0, 0, 0, 0)}
    assert stages(PASSED_UP)["Một cửa"] == (1, 0, 0, 0)  # not collected: nobody knows how long it waits
