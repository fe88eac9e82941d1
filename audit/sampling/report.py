"""A Sampled as tables and sentences: what to fetch, with a place for signatures, and what the sample says of the rest.

Every function takes the Sampled and returns something that a notebook displays. All text from files is escaped.
"""

from audit.ground import terms
from audit.ground.terms import RESULT_MIME, in_percent, number
from audit.page.pieces import Shown, day_text, environment, styled
from audit.sampling.plan import Plan, confidence_percent
from audit.sampling.sampled import Sampled


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "sample.css"), "sample.html", lang)


def answer(sampled: Sampled) -> Shown:
    """The first screen: what was drawn from what, and how many hidden late ones there can be at most."""
    return _shown("answer", sampled, sentence=sentence(sampled), of_register=register_sentence(sampled))


def sentence(sampled: Sampled) -> str:
    """What the sample says, each number with its total and its confidence."""
    said, plan, found, head = _say(sampled), sampled.plan, sampled.evaluation, sampled.headline
    if plan is None:
        return said("not_planned")
    sizes = {"population": sum(len(one.codes) for one in plan.strata), "size": sum(one.size for one in plan.strata)}
    if found is None or head is None:
        return said("to_roll", **sizes)
    if found.at_most is None:
        return said("to_read", **sizes, pending=sum(one.pending for one in found.strata))
    sizes["population"] = sum(one.population for one in found.strata)
    return said(
        "at_most", **sizes, at_most=head.at_most, deviations=sum(one.deviations for one in found.strata),
        confidence=_confidence(plan, sampled), late=head.late, undecided=head.undecided, settled=head.out_of,
        most=head.most,
    )  # fmt: skip


def register_sentence(sampled: Sampled) -> str:
    """What the lines drawn from the register say, each number with its total and its confidence."""
    said, plan, found = _say(sampled), sampled.register_plan, sampled.register_said
    if plan is None:
        return said("register_not_planned")
    sizes = {"population": sum(len(one.codes) for one in plan.strata), "size": sum(one.size for one in plan.strata)}
    if found is None:
        return said("register_to_roll", **sizes)
    known = {str(answer): count for answer, count in found.known.items()}
    return said(
        "register_at_most", **sizes, at_most=found.at_most, missing=found.not_in_software,
        untold=found.cannot_be_told, confidence=_confidence(plan, sampled), **known,
    )  # fmt: skip


def _confidence(plan: Plan, sampled: Sampled) -> str:
    """The confidence in words: 95,00%."""
    return in_percent(confidence_percent(plan.risk_spent), sampled.lang)


def strata(sampled: Sampled) -> Shown:
    """Each stratum: drawn, read, deviations, the exact bound and its formula, what to do next."""
    return _shown("strata", sampled)


def to_fetch(sampled: Sampled) -> Shown:
    """The list of dossiers drawn, to be printed: where to tick, and where to sign."""
    return _shown("to_fetch", sampled)


def lines_to_find(sampled: Sampled) -> Shown:
    """The list of lines drawn from the register, to be printed: where each stands, and nothing of the software."""
    return _shown("lines_to_find", sampled, of_register=register_sentence(sampled))


def completeness(sampled: Sampled) -> Shown:
    """What became of the lines drawn: in the software, not there, cannot be told and why; and the exact bound."""
    return _shown("completeness", sampled, of_register=register_sentence(sampled))


def method(sampled: Sampled) -> Shown:
    """How the size was worked out and the draw was made, so that anybody can do both again."""
    return _shown("method", sampled)


def files(sampled: Sampled) -> Shown:
    """What the run writes beside the page: `sample.json`, handed over in the notebook itself."""
    shown = _shown("files", sampled)
    return Shown("files", shown.html, **{RESULT_MIME: sampled.as_json()})


def facts(sampled: Sampled) -> str:
    """The findings as plain lines; they begin with whose they are."""
    office, first, last = sampled.office.commune, sampled.period.first_on, sampled.period.last_on
    told = [sentence(sampled), *([register_sentence(sampled)] if sampled.register_plan else [])]
    return "\n".join([f"{office}, {day_text(first)} – {day_text(last)}", *told])


def _say(sampled: Sampled):
    def say(key: str, **values: object) -> str:
        written = {
            name: number(value, sampled.lang) if isinstance(value, int) else value for name, value in values.items()
        }
        return terms.text(f"sample.{key}", sampled.lang, **written)

    return say


def _shown(piece: str, sampled: Sampled, **values: object) -> Shown:
    lang = sampled.lang
    words = {
        "t": lambda key, **filled: terms.text(key, lang, **filled), "day": day_text,
        "n": lambda value: number(value, lang), "percent": lambda value: in_percent(value, lang),
    }  # fmt: skip
    html = environment().get_template("parts/sample.html.j2").render(r=sampled, piece=piece, **words, **values)
    return Shown(piece, html)
