"""A Sampled as tables and sentences: what to fetch, with a place for signatures, and what the sample says of the rest.

Every function takes the Sampled and returns something that a notebook displays. All text from files is escaped.
"""

from audit.ground import terms
from audit.ground.terms import RESULT_MIME, in_percent, number
from audit.page.pieces import Shown, day_text, environment, styled
from audit.sampling.sampled import Sampled


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "sample.css"), "sample.html", lang)


def answer(sampled: Sampled) -> Shown:
    """The first screen: what was drawn from what, and how many hidden late ones there can be at most."""
    return _shown("answer", sampled, sentence=sentence(sampled))


def sentence(sampled: Sampled) -> str:
    """What the sample says, each number with its total and its confidence."""
    said, found = _say(sampled), sampled.evaluation
    sizes = {"population": sum(len(one.codes) for one in sampled.plan.strata),
             "size": sum(one.size for one in sampled.plan.strata)}  # fmt: skip
    if found is None:
        return said("to_roll", **sizes)
    pending = sum(one.pending for one in found.strata)
    if found.at_most is None:
        return said("to_read", **sizes, pending=pending)
    head = sampled.headline
    sizes["population"] = sum(one.population for one in found.strata)
    return said(
        "at_most", **sizes, at_most=found.at_most, deviations=sum(one.deviations for one in found.strata),
        confidence=confidence(sampled), late=head.late, undecided=head.undecided, settled=head.settled,
        most=head.late_besides + head.undecided + found.at_most,
    )  # fmt: skip


def confidence(sampled: Sampled) -> str:
    """The confidence in words: 95%."""
    return in_percent(float(100 * (1 - sampled.plan.risk_spent)), sampled.lang)


def strata(sampled: Sampled) -> Shown:
    """Each stratum: drawn, read, deviations, the exact bound and its formula, what to do next."""
    return _shown("strata", sampled)


def to_fetch(sampled: Sampled) -> Shown:
    """The list of dossiers drawn, to be printed: where to tick, and where to sign."""
    return _shown("to_fetch", sampled)


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
    return f"{office}, {day_text(first)} – {day_text(last)}\n{sentence(sampled)}"


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
