"""Rows keep their values, and what is missing stays missing, on their way to the steps and back."""

import subprocess
import sys

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.ground import frames
from audit.running.export import AUDIT

MOMENT = pd.Timestamp("2025-07-01 08:30:15.000001")
TYPED = {
    "str": ["a", None, "", "Đã trả"],
    "datetime64[us]": [MOMENT, None, pd.Timestamp("2025-07-01"), pd.Timestamp("1970-01-01")],
    "Int64": [1, None, 0, 2**53 + 1],
    "boolean": [True, None, False, True],
    "int64": [3, -1, 0, 2**62],
    "bool": [True, False, False, True],
}


def typed(rows: list[int]) -> pd.DataFrame:
    return pd.DataFrame({kind: pd.Series([TYPED[kind][at] for at in rows], dtype=kind) for kind in TYPED})


def test_steps_are_given_polars_with_null_for_whatever_is_missing():
    found = frames.for_steps(typed([0, 1, 2, 3]))
    assert isinstance(found, pl.DataFrame)
    assert found.columns == list(TYPED)
    assert [column.null_count() for column in found] == [1, 1, 1, 1, 0, 0]
    assert found["str"].to_list() == ["a", None, "", "Đã trả"]
    assert found["datetime64[us]"][0] == MOMENT.to_pydatetime()
    assert found["Int64"].to_list() == [1, None, 0, 2**53 + 1]
    assert found["boolean"].to_list() == [True, None, False, True]


@given(st.lists(st.integers(0, 3), max_size=6))
def test_whatever_goes_to_the_steps_comes_back_the_same(drawn):
    frame = typed(drawn)
    assert frames.plain(frames.for_steps(frame)) == frames.plain(frame)
    back = frames.in_pandas(frames.for_steps(frame))
    assert frames.plain(back) == frames.plain(frame)
    assert list(back["str"].isna()) == list(frame["str"].isna())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the names of threads")
@pytest.mark.parametrize(
    ("done", "has_worked"),
    [
        ("from audit.running import warm; warm.take_place()", False),
        ("import polars; polars.DataFrame({'a': [1]}).filter(polars.col('a') > 0)", True),
    ],
)
def test_polars_has_not_worked_in_the_process_that_children_are_forked_from(done, has_worked):
    named = (
        "import os, time; time.sleep(0.5);"
        "print(*[open(f'/proc/self/task/{one}/comm').read().strip() for one in os.listdir('/proc/self/task')])"
    )
    threads = subprocess.run([sys.executable, "-c", f"{done}; {named}"], capture_output=True, text=True, check=True)
    assert ("polars-0" in threads.stdout.split()) == has_worked


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are forked on Linux only")
def test_the_rehearsal_goes_through_all_that_an_audit_does():
    code = "from audit.running import warm; print(*warm.take_place().files)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == AUDIT.files - {AUDIT.calendar}  # which is of a check alone
