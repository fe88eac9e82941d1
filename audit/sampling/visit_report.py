"""Visits as tables and sentences: which communes, why, which dossiers, and what a statement on the province needs.

Every function takes the Visits and returns something that a notebook displays. All text from files is escaped.
"""

from audit.ground import terms
from audit.ground.terms import RESULT_MIME, in_percent, number
from audit.page.pieces import Shown, environment, styled
from audit.sampling.plan import confidence_percent, rate
from audit.sampling.visits import Visits


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "sample.css"), "visits.html", lang)


def answer(visits: Visits) -> Shown:
    """The first screen: how many communes are visited, for how many dossiers, of how many."""
    return _shown("answer", visits, sentence=sentence(visits))


def sentence(visits: Visits) -> str:
    """What is drawn of what, each number with its total."""
    key = "to_visit" if visits.plan.seed else "to_roll"
    visited = [one for one in visits.visits if one.is_visited]
    counts = {
        "visited": len(visited), "communes": len(visits.visits), "size": visits.size, "population": visits.population,
        "certain": sum(one.is_certain for one in visits.visits),
    }  # fmt: skip
    return terms.text(f"visits.{key}", visits.lang, **{
        name: number(count, visits.lang) for name, count in counts.items()
    })  # fmt: skip


def communes(visits: Visits) -> Shown:
    """Every commune: its size, chance, dossiers drawn, and what a statement on it alone takes."""
    return _shown("communes", visits)


def dossiers(visits: Visits) -> Shown:
    """The dossiers drawn, by commune, to be printed: a place to tick, and to sign."""
    return _shown("dossiers", visits)


def needs(visits: Visits) -> Shown:
    """What a statement on the whole province needs, and what reading in two stages cannot say."""
    return _shown("needs", visits)


def method(visits: Visits) -> Shown:
    """How the communes were drawn, so that anybody can do it again."""
    return _shown("method", visits)


def files(visits: Visits) -> Shown:
    """What the run writes beside the page: `visits.json`, handed over in the notebook itself."""
    shown = _shown("files", visits)
    return Shown("files", shown.html, **{RESULT_MIME: visits.as_json()})


def facts(visits: Visits) -> str:
    """What is drawn as plain lines; they begin with whose it is."""
    return f"{visits.plan.title}\n{sentence(visits)}"


def _shown(piece: str, visits: Visits, **values: object) -> Shown:
    lang = visits.lang
    words = {
        "t": lambda key, **filled: terms.text(key, lang, **filled), "n": lambda value: number(value, lang),
        "percent": lambda value: in_percent(value, lang),
        "confidence": in_percent(confidence_percent(rate(visits.plan.risk)), lang),
    }  # fmt: skip
    html = environment().get_template("parts/visits.html.j2").render(r=visits, piece=piece, **words, **values)
    return Shown(piece, html)
