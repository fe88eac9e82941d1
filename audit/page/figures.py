"""The report's figures and statements as a piece of the page: what is to be explained, and how each is answered."""

import re
from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup

from audit.findings.result import Candidate, Claim, Result, Tried
from audit.ground import terms
from audit.ground.terms import Outcome, number
from audit.page.pieces import Shown, render, shown

MOST_MENDS, MOST_SOLUTIONS = 3, 5
WIDTH, GAP = 980, 12  # of the bars of the report's totals, and of the mark for what is missing from one


def claims(result: Result) -> Shown:
    """The report's figures: what they leave to be explained, against each other, and against the records.

    What does not hold comes first, else the order is the report's own; what could not be checked stands apart.
    """
    rank = {outcome: place for place, outcome in enumerate(Outcome)}
    checked = [claim for claim in result.claims if claim.outcome != Outcome.CANNOT_BE_CHECKED]
    ordered = sorted(checked, key=lambda claim: rank[claim.outcome])
    stated = [identity for identity in result.identities if identity.expected is not None]
    held = [identity for identity in stated if identity.outcome == Outcome.HOLDS]
    by_name = {claim.claim: claim for claim in result.claims}
    return shown(
        "claims", result,
        runs=_runs(ordered), number_of={claim.claim: place for place, claim in enumerate(result.claims, start=1)},
        identities=sorted((one for one in stated if one not in held), key=lambda one: rank[one.outcome]),
        held=held,
        failing=sum(identity.outcome == Outcome.DOES_NOT_HOLD for identity in stated),
        mends=[mend for mend in result.mends if len(mend.mended) > len(mend.broken)][:MOST_MENDS],
        unchecked=_runs(claim for claim in result.claims if claim.outcome == Outcome.CANNOT_BE_CHECKED),
        checkable=len(checked), unconfirmed_count=sum(not claim.is_confirmed for claim in result.claims),
        quotes=lambda names: _quoted([by_name[name] for name in names if name in by_name]),
        is_mixed=lambda names: len({by_name[name].is_confirmed for name in names if name in by_name}) > 1,
        definitions=_definitions(result), place_in_report=lambda claim: _place_in_report(claim, result.lang),
        solutions=_solutions(result), picture=_flow(result), tried=lambda claim: all_tried(claim, result),
    )  # fmt: skip


def _runs(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims that stand together in the same words and have the same answer, in their order."""
    return [list(run) for _, run in groupby(claims, key=lambda claim: (claim.outcome, claim.section, claim.quote))]


def _quoted(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims by the words that they stand in, each words once."""
    by_quote: dict[tuple, list[Claim]] = {}
    for claim in claims:
        by_quote.setdefault((claim.section, claim.quote), []).append(claim)
    return list(by_quote.values())


def _place_in_report(claim: Claim, lang: str) -> str:
    """Section, page and line of a claim, as far as they are known."""
    section = (claim.section or "").rstrip(". ")
    is_numbered = bool(re.match(r"[0-9IVX]", section))
    parts = [f"{terms.text('page.section', lang)} {section}" if is_numbered else section]
    parts += [f"{terms.text(f'page.{name}_of_report', lang)} {value}"
              for name, value in (("page", claim.page), ("line", claim.line)) if value]  # fmt: skip
    return ", ".join(part for part in parts if part) or terms.text("page.somewhere", lang)


def _definitions(result: Result) -> list[str]:
    """How the first of the smallest explanations takes tables to be defined, where that is not the plainest way."""
    chosen = next((kind.definitions for kind in result.smallest.uneven), ())
    return [
        f"{terms.table(table, result.lang)}: {terms.text(f'table_definition.{definition}', result.lang)}"
        for table, definition in chosen
        if terms.has(f"table_definition.{definition}")
    ]


def _solutions(result: Result) -> list[list[tuple[str, list[Candidate]]]]:
    """Each smallest explanation: a sentence a kind of dossier, with the dossiers of the records that fit."""

    def tables(names: Iterable[str]) -> str:
        return ", ".join(terms.table(name, result.lang) for name in names)

    by_solution: dict[int, list[tuple[str, list[Candidate]]]] = {}
    for kind in result.smallest.uneven:
        key = "page.uneven" if kind.counted_in or kind.left_out_of else "page.uneven_somewhere"
        sentence = terms.text(
            key, result.lang, count=number(kind.dossiers, result.lang),
            channel=terms.text(f"dossier_channel.{kind.channel or 'any'}", result.lang),
            state=terms.text(f"dossier_state.{kind.state or 'any'}", result.lang),
            counted_in=tables(kind.counted_in), left_out_of=tables(kind.left_out_of),
        )  # fmt: skip
        by_solution.setdefault(kind.solution, []).append(
            (sentence, [one for one in kind.candidates if one.fitting != 0])
        )
    return list(by_solution.values())[:MOST_SOLUTIONS]


def _flow(result: Result) -> Markup:
    """The report's totals as bars on one scale: what was received, what became of it, what each table counts."""
    if not result.flow:
        return Markup("")
    scale = WIDTH / max(part.starts_at + part.dossiers + part.left_out for part in result.flow)
    bars = []
    for table, run in groupby(result.flow, key=lambda part: part.table):
        parts = list(run)
        end = parts[-1].starts_at + parts[-1].dossiers
        bars.append({
            "table": table, "total": sum(part.dossiers for part in parts), "left_out": parts[0].left_out,
            "end": round(end * scale, 1),
            "parts": [{"x": round(part.starts_at * scale, 1), "width": round(part.dossiers * scale, 1),
                       "name": terms.measure(part.measure, result.lang), "dossiers": part.dossiers} for part in parts],
        })  # fmt: skip
    return Markup(render("flow", result, bars=bars, gap=GAP))


def all_tried(claim: Claim, result: Result) -> list[str]:
    """Each definition that gave another count, once."""
    return list(dict.fromkeys(tried(one, result) for one in claim.tried))


def tried(one: Tried, result: Result) -> str:
    """A figure counted again by one definition, in a few words."""
    counted = number(one.at_least, result.lang)
    if one.at_most != one.at_least:
        is_open = one.at_most is None
        most = terms.text("page.no_upper_limit", result.lang) if is_open else number(one.at_most, result.lang)
        counted = f"{counted}–{most}"
    of = f" / {number(one.out_of, result.lang)} ({terms.lowered(terms.measure(one.of, result.lang))})" if one.of else ""
    return f"{terms.text(f'definition.{one.definition}', result.lang)}: {counted}{of}"
