"""The steps and a second judge, which shares no line with them, decide alike of dossiers rich in what is awkward."""

import second_judge
from drawn import DOSSIER, SAID, by_the_steps, drawn_rows, setting_of, typed
from hypothesis import given
from hypothesis import strategies as st

DOSSIERS = st.lists(DOSSIER, min_size=1, max_size=40)


@given(DOSSIERS, SAID)
def test_both_judges_agree_on_verdict_cause_and_grade(dossiers, said):
    rows = drawn_rows(dossiers)
    setting = setting_of(rows, said)
    found = by_the_steps(rows, said)
    second = {code: second_judge.judged(records, setting) for code, records in typed(rows).items()}
    second = {code: judgement for code, judgement in second.items() if judgement}
    for code in {*found, *second}:
        assert found.get(code) == second.get(code), (code, dossiers[int(code)])
