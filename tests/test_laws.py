"""Laws of every verdict, whatever stands in the records: what must not change it, and what must never be made of it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random

from drawn import A_CALL, NOTHING, SAID, SEEDS, Dossier, by_the_steps, calls, covered, decided, dossiers, drawn_rows
from hypothesis import given
from hypothesis import strategies as st
from tables import DAYS

from audit.ground.terms import PROVED_ON_TIME, Verdict
from audit.ground.workdays import Calendar, Line
from audit.judging.match import UNREAD
from audit.reading import cells
from audit.records import order
from audit.records.record import Unread
from audit.records.registry import KEPT, RECORDS

EVIDENCE = ("register", *order.EVIDENCE)
DAY_CELLS = ("received_at", "due_at", "closed_at", "received_on", "due_on", "returned_on", "handed_at", "issued_on", "sent_on", "from_on",
             "to_on", "dated_on", "new_due_on")  # fmt: skip
NO_HOLIDAY = Calendar.of([Line(date(2024, 12, 28), "off"), Line(date(2026, 1, 3), "off")])  # two Saturdays, off as ever
CONTRADICTIONS = (Verdict.PAPER_CONTRADICTS_ITSELF, Verdict.DUE_DATE_IN_DISPUTE)
DATED = {"apologies": "dated_on", "stops": "from_on"}  # what a paper may be in place of a result
Rows = dict[str, list[dict]]


@calls()
@given(SEEDS, SAID)
def test_the_order_of_rows_decides_nothing(seed, said):
    rows = drawn_rows(dossiers(seed))
    random = Random(seed)
    shuffled = {name: random.sample(lines, len(lines)) for name, lines in rows.items()}
    assert by_the_steps(shuffled, said) == by_the_steps(rows, said)


@calls()
@given(SEEDS, SAID)
def test_a_row_that_stands_twice_counts_once(seed, said):
    rows = drawn_rows(dossiers(seed))
    twice = {name: [*lines, *lines] for name, lines in rows.items()}
    assert by_the_steps(twice, said) == by_the_steps(rows, said)


@calls()
@given(SEEDS, SAID)
def test_other_dossiers_change_nothing_of_one(seed, said):
    rows = drawn_rows(dossiers(seed))
    seen = covered(rows, said)
    half = {name: [line for line in lines if int(line["dossier_id"]) % 2] for name, lines in rows.items()}
    alone, together = by_the_steps(half, said, seen=seen), by_the_steps(rows, said, seen=seen)
    assert alone == {code: found for code, found in together.items() if int(code) % 2}


@calls()
@given(SEEDS, SAID, st.integers(-6, 6))
def test_whole_weeks_later_everything_is_the_same_where_no_holiday_lies(seed, said, weeks):
    rows = drawn_rows(dossiers(seed))
    rows["software"] = [_in_no_month(line) for line in rows["software"]]
    later = {name: [_shifted(line, timedelta(weeks=weeks)) for line in lines] for name, lines in rows.items()}
    days = {name: day + timedelta(weeks=weeks) for name, day in DAYS.items()}
    assert by_the_steps(later, said, known=NO_HOLIDAY, **days) == by_the_steps(rows, said, known=NO_HOLIDAY)


def _in_no_month(line: dict) -> dict:
    """The line, of another procedure where its term is in months, which are not all as long."""
    return line | {"procedure": "v", "procedure_key": "v"} if line["procedure"] == "w" else line


@calls()
@given(SEEDS, SAID, st.integers(1, 9))
def test_due_dates_that_are_all_later_convict_nobody(seed, said, days):
    plain = [
        dossier | {"apologies": [], "stops": []} for dossier in dossiers(seed)
    ]  # whose days would have to move along
    rows = drawn_rows(plain)
    rows["software"] = [line | {"procedure": "z", "procedure_key": "z"} for line in rows["software"]]
    later = {name: [_due_later(line, timedelta(days)) for line in lines] for name, lines in rows.items()}
    before, after = by_the_steps(rows, said), by_the_steps(later, said)
    impossible = {line["dossier_id"] for line in rows["software"] if line["due_at"] and _is_at_receipt(line)}
    impossible |= {line["dossier_id"] for line in rows["register"] if _is_due_before_receipt(line)}
    for code, found in after.items():
        if found.verdict == Verdict.LATE and code in before and code not in impossible:
            assert before[code].verdict == Verdict.LATE


@calls()
@given(SEEDS, SAID)
def test_taking_a_row_away_or_spoiling_it_proves_nobody_late_or_in_time(seed, said):
    drawn, said = dossiers(seed, 300), said | {"complete": ()}  # nobody has checked that a record is whole
    for was, now, dossier, record, change in _was_and_is(drawn, _with_one_row_less_or_spoiled(drawn), said):
        if now["grade"] == "proved":
            assert was["grade"] == "proved", (was, now, record, change)
        if now["verdict"] == Verdict.LATE and change == "spoiled":
            assert was["verdict"] == Verdict.LATE, (was, now, record)
        if now["verdict"] in PROVED_ON_TIME and not _may_be_what_kept_it_open(was, dossier, record, change):
            assert was["verdict"] in PROVED_ON_TIME, (was, now, record, change)


@calls()
@given(SEEDS, SAID)
def test_a_cell_that_cannot_be_read_proves_nobody_late_or_in_time(seed, said):
    drawn = dossiers(seed, 200)
    for was, now, dossier, record, cell in _was_and_is(drawn, _with_one_cell_unread(drawn), said):
        if now["verdict"] == Verdict.LATE:
            assert was["verdict"] == Verdict.LATE, (was, now, record, cell)
        if now["verdict"] in PROVED_ON_TIME and not _may_be_what_kept_it_open(was, dossier, record, cell):
            assert was["verdict"] in PROVED_ON_TIME, (was, now, record, cell)


@calls()
@given(SEEDS, SAID, st.sampled_from(("register", *KEPT)))
def test_a_further_row_that_cannot_be_read_convicts_and_acquits_nobody(seed, said, record):
    rows = drawn_rows(dossiers(seed))
    seen = covered(rows, said)
    random = Random(seed)
    unread = [{"dossier_id": f"{number:04d}", "is_readable": "no"} for number in range(A_CALL) if random.random() < 0.7]
    added = rows | {record: random.sample([*rows[record], *unread], len(rows[record]) + len(unread))}
    before, after = by_the_steps(rows, said, seen=seen), by_the_steps(added, said, seen=seen)
    for code, found in after.items():
        if code in before and found.verdict in (Verdict.LATE, *PROVED_ON_TIME):
            same = PROVED_ON_TIME if found.verdict in PROVED_ON_TIME else (Verdict.LATE,)
            assert before[code].verdict in same, (before[code], found)


CODES = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1, 28), st.integers(0, 99999))
MARKS = st.sampled_from([".", "-", "/", "_", " ", ""])


@given(CODES, MARKS, MARKS, st.booleans(), st.booleans(), st.randoms())
def test_a_code_is_the_same_dossiers_however_it_is_written(parts, mark, other, is_small, is_reversed, random):
    office, district, day, serial = parts
    code = f"000.{office:02d}.{district:02d}.H48-2504{day:02d}-{serial:04d}"
    groups = (
        ["H48", f"{district:02d}", f"{office:02d}"]
        if is_reversed
        else ["000", f"{office:02d}", f"{district:02d}", "H48"]
    )
    figures = {"0": "0O", "1": "1lI"}
    written = mark.join(groups) + (other or mark) + f"2504{day:02d}" + (other or "-") + f"{serial:04d}"
    written = "".join(random.choice(figures.get(sign, sign)) for sign in written)
    assert cells.dossier_id(written.lower() if is_small else written) == code


def _shifted(line: Mapping, by: timedelta, columns: tuple[str, ...] = DAY_CELLS) -> dict:
    return {name: _moved(cell, by) if name in columns and cell else cell for name, cell in line.items()}


def _moved(cell: str, by: timedelta) -> str:
    day, _, hour = cell.partition(" ")
    number, month = map(int, day.split("/"))
    moved = date(2025, month, number) + by
    return f"{moved:%d/%m/%Y} {hour}".strip()


def _due_later(line: Mapping, by: timedelta) -> dict:
    is_hop = "from_unit" in line
    return dict(line) if is_hop else _shifted(line, by, ("due_at", "due_on"))


def _is_at_receipt(line: Mapping) -> bool:
    """Whether the due date may be none, or its row a problem: on the day of the receipt or before it."""
    if not line["received_at"]:
        return True
    due, received = (
        cells.due_at(_moved(line["due_at"], timedelta())),
        cells.at(_moved(line["received_at"], timedelta())),
    )
    return due.date() <= received.date()


def _with_one_row_less_or_spoiled(drawn: list[Dossier]) -> Iterator[tuple[tuple[str, str, str], Dossier]]:
    """Each dossier again for each of its rows of evidence: without it, and with it unreadable; of which it was made."""
    for number, dossier in enumerate(drawn):
        for name in EVIDENCE:
            for at, line in enumerate(dossier[name]):
                before, after = dossier[name][:at], dossier[name][at + 1 :]
                yield (f"{number:04d}", name, "away"), {**dossier, name: [*before, *after]}
                if line["is_readable"] == "yes":
                    spoiled = line | {"is_readable": "no"}
                    yield (f"{number:04d}", name, "spoiled"), {**dossier, name: [*before, spoiled, *after]}
                    struck = spoiled | {"is_struck": "yes"}
                    if name != "register" or len(dossier[name]) == 1:  # a retyped line stands in place of a struck one
                        yield (f"{number:04d}", name, "spoiled"), {**dossier, name: [*before, struck, *after]}


def _with_one_cell_unread(drawn: list[Dossier]) -> Iterator[tuple[tuple[str, str, str], Dossier]]:
    """Each dossier again for each cell that rules ask and that cannot be read in it."""
    for number, dossier in enumerate(drawn):
        for name in ("software", "register"):
            asked = [cell for cell, column in RECORDS[name].items() if column.unread == Unread.CELL]
            for at, line in enumerate(dossier[name]):
                before, after = dossier[name][:at], dossier[name][at + 1 :]
                for cell in asked if line["unread"] == NOTHING else ():
                    spoiled = line | {cell: NOTHING, "unread": cell}
                    yield (f"{number:04d}", name, cell), {**dossier, name: [*before, spoiled, *after]}


def _together(variants: Iterator[tuple[tuple[str, str, str], Dossier]]) -> tuple[Rows, dict[str, tuple[str, str, str]]]:
    """All variants as dossiers of one call, and of each the dossier that it was made of, and how."""
    listed = list(variants)
    told = {f"{number:04d}": made_of for number, (made_of, _) in enumerate(listed)}
    return drawn_rows([dossier for _, dossier in listed]), told


def _was_and_is(
    drawn: list[Dossier], changed: Iterator[tuple[tuple[str, str, str], Dossier]], said: Mapping
) -> Iterator[tuple[Mapping, Mapping, Dossier, str, str]]:  # fmt: skip
    """Of each changed dossier what was judged before and what is now, the dossier as it was, the record, the change.

    Those in which something contradicted are left out: the witness that did may be the one that is gone or unread.
    """
    rows = drawn_rows(drawn)
    seen = covered(rows, said)
    before = decided(rows, said, seen=seen)
    variants, told = _together(changed)
    for number, now in decided(variants, said, seen=seen).items():
        original, record, change = told[number]
        was = before.get(original)
        if was is not None and not _is_contradiction(was):
            yield was, now, drawn[int(original)], record, change


def _is_contradiction(found: Mapping) -> bool:
    return found["verdict"] in CONTRADICTIONS or found["rule"].endswith("papers_disagree")


def _may_be_what_kept_it_open(was: Mapping, dossier: Dossier, record: str, change: str) -> bool:
    """Whether the row that is gone kept the dossier from being in time without saying that it was late.

    One that waited to be read itself; the hop after which nothing is for good; the line whose receipt lies after what
    another record or line shows; the promise before its own receipt, for which its line is a problem; the letter or
    stop that a paper is, by its number and day, and so no result.
    """
    is_receipt = record == "register" and any(was[f"has_void_{what}"] for what in ("paper", "hop", "return", "postal"))
    waited = record in UNREAD and was[UNREAD[record]]
    is_paper = record in DATED and not _documents(dossier, record).isdisjoint(_documents(dossier, "result_papers"))
    is_promise = (
        change == "due_on"
        and record == "register"
        and any(
            _is_due_before_receipt(line)
            for line in dossier[record]
            if NOTHING not in (line["due_on"], line["received_on"])
        )
    )
    return is_receipt or is_paper or is_promise or (change == "away" and (waited or record == "control_slips"))


def _documents(dossier: Dossier, record: str) -> set[tuple[str, str]]:
    """The numbers and days of a record's documents."""
    day = DATED.get(record, "issued_on")
    return {(line["number"], line[day]) for line in dossier[record] if line["number"] != NOTHING}


def _is_due_before_receipt(line: Mapping) -> bool:
    """Whether a line of the register is a problem, since it promises a day before that of its receipt."""
    days = [line["due_on"], line["received_on"]]
    due, received = (cells.on(_moved(day, timedelta())) if day else None for day in days)
    return bool(due and received and due < received)
