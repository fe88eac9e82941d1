"""The steps and a second judge, which shares no line with them, decide alike of dossiers rich in what is awkward."""

from collections.abc import Mapping

import second_judge
from drawn import SAID, SEEDS, Dossier, by_the_steps, calls, covered, dossiers, drawn_rows, setting_of, smallest, typed
from hypothesis import given
from second_judge import Judgement

from audit.records.coverage import Coverage


def of_two_minds(drawn: list[Dossier], said: Mapping, seen: Coverage) -> dict[str, tuple[Judgement, Judgement]]:
    """The dossiers of which the two judges do not decide the same, and what each decides."""
    rows = drawn_rows(drawn)
    found, setting = by_the_steps(rows, said, seen=seen), setting_of(rows, said, seen)
    second = {code: second_judge.judged(records, setting) for code, records in typed(rows).items()}
    both = {code: (found.get(code), second.get(code)) for code in {*found, *second}}
    return {code: (one, other) for code, (one, other) in both.items() if one != other}


@calls(at_least=3)
@given(SEEDS, SAID)
def test_both_judges_agree_on_verdict_cause_and_grade(seed, said):
    drawn = dossiers(seed)
    seen = covered(drawn_rows(drawn), said)
    if differ := of_two_minds(drawn, said, seen):
        least = smallest(drawn[int(min(differ))], lambda one: bool(of_two_minds([one], said, seen)))
        raise AssertionError((of_two_minds([least], said, seen), least, said, differ))
