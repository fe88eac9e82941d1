"""The policy in words: each rule stands in it, each name in it is a rule, both languages cite the same; and its version."""

import hashlib
import re
from pathlib import Path

import pytest

from audit.ground import version
from audit.ground.shipped import shipped
from audit.judging import judge
from audit.records import order

ROOT = Path(__file__).parent.parent
POLICY = {lang: (ROOT / "docs" / f"policy.{lang}.md").read_text(encoding="utf-8") for lang in ("en", "vi")}
BY_ITSELF = {
    judge.EXCHANGED, judge.SYSTEMS_DIFFER, judge.DUE_DATES_DISAGREE, judge.ONLY_NEW_DUE_DATE, judge.IN_TIME_THROUGHOUT, judge.LATE_BY_WRITTEN_DATE,
}  # fmt: skip
RULES = {rule.name for rule in judge.RULES} | {rule.name for rule in judge.CAUSES} | BY_ITSELF
MADE_OF = (  # what decides: where it changes what can come out, the version changes too
    "judging/judge.py", "judging/match.py", "judging/recompute.py", "judging/apportion.py", "judging/validate.py",
    "judging/flag.py", "judging/readings.py", "judging/systems.py", "reading/systems.py", "judging/sought.py", "reading/joined.py", "reading/days.py", "records/coverage.py", "ground/workdays.py", "reading/names.py",
    *(f"records/{name}.py" for name in order.NAMES),
)  # fmt: skip
REFERENCE = ("calendar.csv", "conventions.csv", "procedures.csv", "remarks.csv", "titles.csv", "words.csv")


def sentences(lang: str) -> dict[str, str]:
    """Each numbered sentence of the policy, by its number."""
    parts = re.split(r"(?m)^(\d+\.\d+) ", POLICY[lang])[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def cited(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def test_each_rule_of_a_verdict_or_a_cause_stands_in_a_sentence():
    said = {name for sentence in sentences("en").values() for name in cited(sentence)}
    families = {"never_closed…": "never_closed", "office_says_…": "office_says_"}
    for rule in RULES:
        assert rule in said or any(f in said and rule.startswith(start) for f, start in families.items()), rule


def test_each_rule_that_a_sentence_names_is_one():
    names = {
        name for sentence in sentences("en").values() for name in cited(sentence) if re.fullmatch(r"[a-z_]+", name)
    }
    others = {"apologies", "postal", "stops", "late", "not_proved", "overdue", "open", "stopped", "withdrawn", "refused", "validate",
              "only_in_register", "no_due_date", "late_only_in_software", "on_time", "due_date_in_dispute", "cannot_be_told",
              "status_without_stop"}  # fmt: skip
    assert names <= RULES | others, names - RULES - others


def test_both_languages_say_the_same_sentences_by_the_same_rules():
    english, vietnamese = sentences("en"), sentences("vi")
    assert list(english) == list(vietnamese)
    for number, sentence in english.items():
        assert cited(sentence) == cited(vietnamese[number]), number


def made_of() -> str:
    """The hash of all that decides, line ends and the version aside."""
    files = [*(ROOT / "audit" / name for name in MADE_OF), *(shipped(f"reference/{name}") for name in REFERENCE)]
    files += [ROOT / "docs" / "policy.en.md"]
    return hashlib.sha256(b"\0".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files)).hexdigest()[:16]


def test_the_version_of_the_rules_is_raised_or_said_to_be_the_same_when_what_decides_changes():
    if made_of() != version.MADE_OF:
        pytest.fail(
            f"What decides has changed. If a verdict, a cause or a count can come out otherwise, set RULES in"
            f" audit/ground/version.py to today and add a dated line to CHANGELOG.md; either way set MADE_OF to {made_of()!r}."
        )
