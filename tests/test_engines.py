"""Polars, which the steps work on, and pandas, which a warm process takes, judge twenty thousand dossiers alike."""

from functools import cache

import many
import pandas as pd
from tables import DAYS, counting, frame, kept, kinds_of, plain, record

from audit import apportion, judge, match, recompute, summarise, validate
from audit.coverage import Coverage
from audit.terms import Convention, Verdict

COLUMNS = (
    "dossier_id",
    "verdict",
    "rule",
    "cause",
    "cause_proved",
    "grade",
    "apology",
    "population",
    "due_on_earliest",
    "due_on_latest",
)
DOSSIERS = 20_000
COVERAGE = Coverage(frozenset({"register", "control_slips", "stops"}))


@cache
def drawn() -> dict:
    return many.records(DOSSIERS)


def answers(engine: str) -> tuple[pd.DataFrame, list[dict]]:
    read = {name: frame(columns, kinds_of(name), engine) for name, columns in drawn().items()}
    records = {name: kept(found) for name, found in validate.records(read, **DAYS).items()}
    counted = counting(engine, "procedure | term | unit\nx | 5 | workdays\ny | 40 | hours")
    pairs = kept(match.with_procedures(kept(match.pairs(records)), record("online_procedures", "", engine)))
    pairs = recompute.due_dates(pairs, records, **counted, conventions=tuple(Convention), as_of=DAYS["as_of"])
    held = kept(apportion.holdings(kept(pairs), records["control_slips"], counted["workdays"], records["stops"]))
    judged = kept(judge.verdicts(kept(apportion.with_holders(pairs, held)), coverage=COVERAGE, **DAYS))
    units = plain(apportion.by_unit(held))
    return pd.DataFrame(plain(judged, *COLUMNS)), [*units, *plain(summarise.undecided(judged))]


def test_twenty_thousand_dossiers_are_judged_alike_by_polars_and_pandas():
    with_pandas, sums = answers("pandas")
    assert len(with_pandas) == DOSSIERS
    assert set(with_pandas["verdict"]) >= set(Verdict) - {Verdict.NO_DUE_DATE, Verdict.ONLY_IN_REGISTER, Verdict.OPEN}
    with_polars, polars_sums = answers("polars")
    pd.testing.assert_frame_equal(with_polars, with_pandas, check_dtype=False)
    assert sorted(map(str, polars_sums)) == sorted(map(str, sums))
