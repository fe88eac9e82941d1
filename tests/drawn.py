"""Dossiers drawn at random, rich in what is awkward: days off, one day twice, no hour, before the receipt, unread rows.

A call of the steps costs nearly the same for one dossier and for a thousand, so a thousand are drawn for each from one
seed; where a test fails, `smallest` gives the dossier that fails by itself with the fewest rows and cells.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st
from second_judge import Judgement, Setting
from tables import DAYS, judged, record

from audit.ground.terms import Cause, Convention, Status
from audit.ground.workdays import Calendar
from audit.judging.match import UNREAD
from audit.reading.reference import calendar
from audit.records import coverage
from audit.records.registry import JUDGED_RECORDS, KEPT

A_CALL = 1000
NEVER_EMPTY = ("received_at", "from_unit", "to_unit", "from_level", "to_level", "handed_at", "issued_on", "from_on",
               "dated_on", "new_due_on", "cause")  # fmt: skip
TERMS = {"x": (5, "workdays"), "y": (8, "workdays"), "v": (7, "days"), "w": (1, "months")}
PROCEDURES = "procedure | term | unit\n" + "\n".join(
    f"{name} | {term} | {unit}" for name, (term, unit) in TERMS.items()
)
NOTHING = "-"
RECEIPTS = ("01/04", "01/04", "01/04", "01/04 09:00", "31/03", "03/04", "08/04 15:30")
DUES = ("08/04", "08/04", "08/04 17:00", "11/04", "12/04", "13/04", "07/04", "14/04", "15/04", "09/04", NOTHING)
LATER = ("04/04", "07/04", "08/04", "09/04", "10/04", "11/04", "14/04", "15/04", "16/04", "18/04", "02/05")
ANY = (*LATER * 2, "28/03", "01/04", "05/04", "12/04", "13/04", "06/05")
HOURS = ("", "", " 08:00", " 08:00", " 10:30", " 16:00")
IS_READABLE = (*["yes"] * 19, "no")
UNITS = (("Một cửa", "desk"), ("UBND xã", "commune"), ("Địa chính", "commune"), ("Chi nhánh", "upper_level"),
         ("Chi nhánh", "commune"), ("người nộp", "applicant"))  # fmt: skip
STATUSES = (*["returned"] * 12, NOTHING, NOTHING, "processed", "in_process", *map(str, Status))
Dossier = Mapping[str, list[dict[str, str]]]

_DECIDED = ("dossier_id", "verdict", "rule", "cause", "cause_proved", "grade",
            "has_void_paper", "has_void_hop", "has_void_return", "has_void_postal")  # fmt: skip
_KEPT = st.sets(st.sampled_from(KEPT), max_size=5)
SAID = st.fixed_dictionaries({
    "kept": st.one_of(_KEPT, _KEPT, st.none()),
    "unseen": st.sampled_from([(), (), (), (), *((each,) for each in ("register", *KEPT))]),
    "known_until": st.sampled_from([None, None, None, *(date(2025, 4, day) for day in (9, 15, 30))]),
    "complete": _KEPT, "conventions": st.sets(st.sampled_from(list(Convention)), min_size=1),
})  # fmt: skip
_CALENDAR = calendar()
SEEDS = st.integers(0, 2**32)


def dossiers(seed: int, number: int = A_CALL) -> list[Dossier]:
    """That many dossiers, the same for the same seed."""
    random = Random(seed)
    return [_dossier(random) for _ in range(number)]


def calls(at_least: int = 2) -> settings:
    """How many calls of the steps a test makes: enough for twenty thousand dossiers in the deep profile."""
    is_deep = settings.get_current_profile_name() == "deep"
    wanted = settings().max_examples // A_CALL if is_deep else at_least
    return settings(
        max_examples=wanted, phases=[Phase.explicit, Phase.generate]
    )  # a smaller seed is no smaller dossier


def smallest(dossier: Dossier, fails: Callable[[Dossier], bool]) -> Dossier:
    """The dossier with as few rows and cells as can be while it fails by itself; as it is where it does not."""
    if not fails(dossier):
        return dossier
    is_less = True
    while is_less:
        less = next((one for one in _less(dossier) if fails(one)), None)
        dossier, is_less = less or dossier, less is not None
    return dossier


def _less(dossier: Dossier) -> Iterator[Dossier]:
    """Each dossier that lacks one row, or one cell, of it."""
    for name, lines in dossier.items():
        for at in range(len(lines)):
            yield {**dossier, name: [*lines[:at], *lines[at + 1 :]]}
    for name, lines in dossier.items():
        for at, line in enumerate(lines):
            for cell, written in line.items():
                plain = {"is_readable": "yes", "is_struck": "no"}.get(cell, NOTHING)
                if written != plain and cell not in (*NEVER_EMPTY, "unread"):
                    yield {**dossier, name: [*lines[:at], line | {cell: plain}, *lines[at + 1 :]]}


def _dossier(random: Random) -> Dossier:
    def day(*options: str) -> str:
        return random.choice(options).partition(" ")[0]

    def at() -> str:
        return random.choice(ANY) + random.choice(HOURS)

    def rows(one: Callable[[], dict], chance: float) -> list[dict]:
        number = random.choice((1, 1, 1, 2, 0)) if random.random() < chance else 0
        return [struck(one() | {"is_readable": random.choice(IS_READABLE)}) for _ in range(number)]

    def struck(row: dict) -> dict:
        """One in two of the rows that cannot be read is struck through."""
        return row | {"is_struck": random.choice(("yes", "no")) if row["is_readable"] == "no" else "no"}

    def unread(row: dict, *cells: str) -> dict:
        """One in eight rows has a cell that cannot be read, and that is empty for it."""
        if random.random() < 0.875:
            return row | {"unread": NOTHING}
        name = random.choice(cells)
        return row | {name: NOTHING, "unread": name}

    def software() -> dict:
        due = random.choice(DUES if random.random() < 0.85 else RECEIPTS)
        row = {
            "received_at": random.choice(RECEIPTS), "due_at": due, "closed_at": at() if random.random() < 0.85 else NOTHING,
            "status": random.choice(STATUSES), "procedure": random.choice("xyvwzzz"), "is_readable": "yes",
            "unit_level": random.choice(("commune", "upper_level", "unknown")),
        }  # fmt: skip
        return unread(row, "due_at", "closed_at", "status")

    def line() -> dict:
        row = {
            "received_on": day(*RECEIPTS, NOTHING), "due_on": day(*DUES), "returned_on": day(*ANY, NOTHING, NOTHING),
            "signed": random.choice(("yes", "yes", "yes", "no", NOTHING)),
            "names_another": "applicant" if random.random() < 0.05 else NOTHING,
        }  # fmt: skip
        return unread(row, "received_on", "due_on", "returned_on", "signed")

    def paper() -> dict:
        kinds = (NOTHING, NOTHING, "digital_signature", "postal_tracking", "fee_receipt")
        return {"number": random.choice("112-"), "issued_on": day(*ANY), "is_result": random.choice(("yes", "yes", "no")),
                "paper": random.choice(kinds)}  # fmt: skip

    def hop(one: tuple[str, str], two: tuple[str, str], moment: str) -> dict:
        return {"from_unit": one[0], "from_level": one[1], "to_unit": two[0], "to_level": two[1], "handed_at": moment,
                "is_readable": "yes"}  # fmt: skip

    def hops() -> list[dict]:
        """None, a chain in which each begins where the one before ended, or any."""
        chance = random.random()
        if chance < 0.35:
            return []
        if chance < 0.75:
            units = [UNITS[0], *(random.choice(UNITS) for _ in range(random.randint(1, 4)))]
            moments = sorted((at() for _ in units[1:]), key=_place)
            return [hop(*three) for three in zip(units, units[1:], moments, strict=False)]
        return [
            hop(random.choice(UNITS), random.choice(UNITS), at()) | {"is_readable": random.choice(IS_READABLE)}
            for _ in range(random.randint(1, 4))
        ]

    return {
        "software": [software() for _ in range(random.choice((*[1] * 20, 2, 0)))], "register": rows(line, 0.9),
        "control_slips": hops(), "result_papers": rows(paper, 0.35),
        "postal": rows(lambda: {"number": random.choice("12-"), "sent_on": day(*ANY)}, 0.2),
        "stops": rows(lambda: {"number": random.choice("1-"), "from_on": day(*ANY), "to_on": day(*ANY, *[NOTHING] * 4)}, 0.25),
        "apologies": rows(lambda: {"number": random.choice("13"), "dated_on": day(*ANY), "new_due_on": day(*DUES[:-1])}, 0.25),
        "explanations": rows(lambda: {"cause": str(random.choice(list(Cause)))}, 0.3),
    }  # fmt: skip


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
    return coverage.seen(said["kept"], counted, said["unseen"], said["complete"])


def decided(
    rows: Mapping[str, list[dict]], said: Mapping, seen: coverage.Coverage | None = None, **more
) -> dict[str, dict]:
    """What the product's steps decide of each dossier, all in one call; `seen` in place of what was drawn."""
    evidence = {name: lines for name, lines in rows.items() if name not in ("software", "register", "control_slips")}
    found = judged(
        rows["software"], rows["register"], rows["control_slips"], procedures=PROCEDURES,
        conventions=tuple(sorted(said["conventions"])), coverage=seen or covered(rows, said),
        **({"known": _known(said)} | evidence | more),
    )  # fmt: skip
    return {row["dossier_id"]: row for row in found.select(*_DECIDED, *UNREAD.values()).to_dicts()}


@cache
def _known_until(day: date | None) -> Calendar:
    return Calendar(_CALENDAR.written, _CALENDAR.first, day) if day else _CALENDAR


def _known(said: Mapping) -> Calendar:
    """The calendar, which may end before dates that stand in the records."""
    return _known_until(said.get("known_until"))


def by_the_steps(rows: Mapping[str, list[dict]], said: Mapping, **more) -> dict[str, Judgement]:
    """The same, as the second judge says it."""
    return {
        code: Judgement(row["verdict"], row["cause"], bool(row["cause_proved"]), row["grade"])
        for code, row in decided(rows, said, **more).items()
    }


def setting_of(rows: Mapping[str, list[dict]], said: Mapping, seen: coverage.Coverage | None = None) -> Setting:
    """The same for the second judge."""
    seen = seen or covered(rows, said)
    return Setting(
        **DAYS, calendar=_known(said), conventions=tuple(sorted(said["conventions"])), kept=seen.kept - {"register"},
        missing=seen.missing, unseen=seen.unseen, complete=seen.complete,
    )  # fmt: skip


def typed(rows: Mapping[str, list[dict]]) -> dict[str, dict[str, list[dict]]]:
    """The rows as they are read, by dossier and record."""
    found: dict[str, dict[str, list[dict]]] = {}
    for name, lines in rows.items():
        for row in record(name, lines).to_dicts():
            term, unit = TERMS.get(row.get("procedure"), (None, None))
            added = {"term": term, "term_unit": unit} if name == "software" else {}
            if name == "result_papers":
                added["is_result"] = row["is_result"] is not False
            found.setdefault(row["dossier_id"], {}).setdefault(name, []).append(row | added)
    return found
