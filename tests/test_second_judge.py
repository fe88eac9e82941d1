"""The steps and a second judge, which shares no line with them, decide alike of dossiers rich in what is awkward."""

import second_judge
from drawn import DOSSIERS, SAID, by_the_steps, dossiers_a_call, drawn_rows, setting_of, typed
from hypothesis import given


@dossiers_a_call(at_least=320)
@given(DOSSIERS, SAID)
def test_both_judges_agree_on_verdict_cause_and_grade(dossiers, said):
    rows = drawn_rows(dossiers)
    setting, found = setting_of(rows, said), by_the_steps(rows, said)
    second = {code: second_judge.judged(records, setting) for code, records in typed(rows).items()}
    assert found == {code: judgement for code, judgement in second.items() if judgement}
