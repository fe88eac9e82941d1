"""The corpus of short reports with every claim by hand, and how what is read from them compares."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pandas as pd
from conftest import ROOT

from audit.claims.identities import identities
from audit.extracting import extract
from audit.ground.terms import Outcome
from audit.reading import report_text

CORPUS = ROOT / "tests" / "reports" / "corpus.txt"
COUNTED = ("dossier", "percent", "payment", "dong")  # statements, numbers and days are tried elsewhere
Claim = tuple[str, str, str]  # measure, as printed, scope


@dataclass(frozen=True)
class Report:
    """A short report: its text, its claims by hand, and by how much its figures do not agree."""

    name: str
    text: str
    claims: tuple[Claim, ...]
    broken: tuple[Decimal, ...]


def reports() -> Iterator[Report]:
    """Every report of the corpus, in its order."""
    for part in CORPUS.read_text(encoding="utf-8").split("\n=== ")[1:]:
        head, _, told = part.partition("\n---\n")
        name, _, text = head.partition("\n")
        rows = [[cell.strip() for cell in row] for row in csv.reader(told.strip().splitlines(), delimiter="|")]
        claims = tuple(
            (row[0], row[1], row[2].casefold() if len(row) > 2 else "") for row in rows if row[0] != "broken"
        )
        yield Report(name, text, claims, tuple(Decimal(row[1]) for row in rows if row[0] == "broken"))


@cache
def read(report: Report) -> pd.DataFrame:
    """The claims read from a report, those that count; not to be changed."""
    lines = pd.DataFrame(
        [("", number, text) for number, text in enumerate(report.text.splitlines(), 1)],
        columns=["page", "line", "text"],
    )
    claims = extract.claims(lines, report_text.phrases())
    return claims[claims["unit"].isin(COUNTED)]


def found(claims: pd.DataFrame) -> Counter[Claim]:
    """The claims as those by hand are written."""
    return Counter(
        (row.measure, row.written, row.scope.casefold())
        for row in claims[["measure", "written", "scope"]].itertuples(index=False)
    )


def differences(claims: pd.DataFrame) -> set[Decimal]:
    """By how much figures of the claims do not agree, without sign."""
    whole = claims.assign(
        scope=claims["scope"].where(claims["scope"] != ""), is_confirmed=True, is_readable=True,
        out_of_written=claims["out_of_written"].where(claims["out_of_written"] != ""),
    )  # fmt: skip
    answers = identities(whole)
    broken = answers[answers["outcome"] == Outcome.DOES_NOT_HOLD]
    return {abs(difference).normalize() for difference in broken["difference"]}


@dataclass(frozen=True)
class Measured:
    """Of a reading, how many claims were right and how many in all; of printed claims, how many were read."""

    right: Counter[str]
    read: Counter[str]
    recalled: Counter[str]
    printed: Counter[str]


def measured() -> Measured:
    """Precision by how sure the reading is, and recall by measure, over the whole corpus."""
    right, all_read, recalled, printed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for report in reports():
        claims, by_hand = read(report), Counter(report.claims)
        for reading, some in claims.groupby("reading"):
            all_read[str(reading)] += len(some)
            right[str(reading)] += sum((found(some) & by_hand).values())
        printed.update(measure for measure, *_ in by_hand.elements())
        recalled.update(measure for measure, *_ in (found(claims) & by_hand).elements())
    return Measured(right, all_read, recalled, printed)


def main() -> None:
    """Print what is measured."""
    found = measured()
    lines = [f"{reading}: {found.right[reading]} of {count} right" for reading, count in found.read.most_common()]
    lines.append(f"read: {sum(found.recalled.values())} of {sum(found.printed.values())}")
    lines += [f"  {measure}: {found.recalled[measure]} of {count}" for measure, count in sorted(found.printed.items())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
