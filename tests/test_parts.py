"""Twenty thousand dossiers judged at once, in parts and in another order come out alike."""

from functools import cache
from random import Random

import many
import polars as pl
from tables import DAYS, counting, decided, frame, kinds_of

from audit.ground.terms import Convention, Verdict
from audit.judging import apportion, summarise, validate
from audit.records.coverage import Coverage

COLUMNS = ("dossier_id", "verdict", "rule", "cause", "cause_proved", "grade", "apology", "population", "due_on_earliest",
           "due_on_latest")  # fmt: skip
DOSSIERS = 20_000
COVERAGE = Coverage(frozenset({"register", "control_slips", "stops"}))
Read = dict[str, pl.DataFrame]


@cache
def drawn() -> Read:
    return {name: frame(columns, kinds_of(name)) for name, columns in many.records(DOSSIERS).items()}


@cache
def at_once() -> tuple[pl.DataFrame, list[dict], list[dict]]:
    return judged(drawn())


def judged(read: Read) -> tuple[pl.DataFrame, list[dict], list[dict]]:
    """Every dossier by its code, what each unit held, and what is undecided."""
    records = validate.records(read, **DAYS)
    counted = counting("procedure | term | unit\nx | 5 | workdays\ny | 40 | hours")
    held, found = decided(records, counted, COVERAGE, tuple(Convention))
    units = apportion.by_unit(held).sort("unit", "level").to_dicts()
    return found.select(COLUMNS).sort("dossier_id"), units, summarise.undecided(found).to_dicts()


def test_all_that_is_asked_of_a_verdict_is_drawn():
    found, _, _ = at_once()
    assert len(found) == DOSSIERS
    assert set(found["verdict"]) >= set(Verdict) - {Verdict.NO_DUE_DATE, Verdict.ONLY_IN_REGISTER, Verdict.OPEN}


def test_another_order_of_the_rows_changes_nothing():
    shuffled = {name: rows.sample(fraction=1.0, shuffle=True, seed=3) for name, rows in drawn().items()}
    assert [str(one) for one in judged(shuffled)] == [str(one) for one in at_once()]
    assert judged(shuffled)[0].equals(at_once()[0])


def test_parts_come_out_as_the_whole():
    codes, random = drawn()["software"]["dossier_id"].unique().sort(), Random(5)
    part_by_code = pl.DataFrame({"dossier_id": codes, "part": [random.randrange(3) for _ in codes]})
    parts = []
    for part in range(3):
        theirs = part_by_code.filter(pl.col("part") == part).select("dossier_id")
        read = {name: rows.join(theirs, on="dossier_id", maintain_order="left") for name, rows in drawn().items()}
        parts.append(judged(read)[0])
    assert pl.concat(parts).sort("dossier_id").equals(at_once()[0])
