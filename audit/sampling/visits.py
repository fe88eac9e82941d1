"""Which communes of a province to visit: by dossiers drawn from all of them at once, the greater ones more often.

Each dossier in time in the software and not traced to paper has a ticket, as in a commune's own sample; the communes of
those drawn are visited. So a commune is drawn in proportion to its size (its dossiers drawn are n · size / N on
average), anybody can draw again, a greater draw begins with the smaller one, and what is drawn is one simple random
sample of the whole province, for which the exact sizes hold. Systematic drawing from one random start would give each
commune the same chance, but which come up together would hang on their order, and no exact bound would hold for it.

    import hashlib
    ticket = lambda seed, unit: hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()
    units = [f"{name}#{place}" for name, size in communes for place in range(1, size + 1)]
    drawn = sorted(units, key=lambda unit: ticket(seed, unit))[:n]

`place` is that of a dossier among its commune's codes, sorted; their fingerprint is in the plan.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from pydantic import Field

from audit.findings.build import versions
from audit.findings.schema import Part, Written
from audit.ground.terms import AuditError
from audit.sampling import draw, sizes
from audit.sampling.plan import rate

VISITS_VERSION = "1.0"
MOST = 5_000_000  # dossiers of a plan that is read: more than a great province's quarter
SEEN = 4  # numbers of deviations, from none, for which it is said what the province could hold
LEVELS = ("1%", "2%", "5%", "10%")  # tolerable shares for which it is said what a statement needs


class Listed(Part):
    """A commune and period as fixed before the draw: how many dossiers may hide a late one, and which."""

    name: str = Field(description="<commune>/<period>, as its folder")
    commune: str
    size: int = Field(description="dossiers in time in the software and not traced to paper")
    fingerprint: str = Field(description="SHA-256 of their codes, a line each")
    drawn: tuple[str, ...] = Field(
        default=(), description="codes drawn, by the order of their tickets; none before the seed"
    )
    drawn_fingerprint: str = Field(
        default="", description="SHA-256 of the codes drawn, a line each; empty before the seed"
    )


class Province(Part):
    """A plan of visits. `tolerable` and `risk` are exact fractions, kept as written."""

    title: str
    tolerable: str = Field(description="greatest share of deviations in the province that can be borne, such as 5%")
    risk: str = Field(description="chance of missing more than that")
    seed: str = Field(description="digits rolled in public after the list was fixed; empty before")
    communes: tuple[Listed, ...] = Field(description="by name; those without any such dossier too")
    made_up: bool = Field(description="whether the dossiers of any commune are invented")
    left_out: tuple[str, ...] = Field(description="folders that could not be audited: nothing is said of them")

    @property
    def population(self) -> int:
        """All dossiers of all communes that are drawn from."""
        return sum(one.size for one in self.communes)

    @property
    def size(self) -> int:
        """How many dossiers are drawn: as many as a statement on the province needs that finds none in them."""
        return sizes.size(self.population, rate(self.tolerable), rate(self.risk))

    @property
    def interval(self) -> Fraction:
        """One dossier is drawn of so many: a commune that is as great is visited in any case."""
        return Fraction(self.population, self.size)


class Visit(Part):
    """A commune that is visited or not, and why."""

    name: str
    commune: str
    size: int
    is_certain: bool = Field(description="as great as the interval: visited whatever is drawn")
    chance_percent: float = Field(description="of being visited, before the draw; exact, then rounded to two digits")
    drawn: tuple[str, ...] = Field(description="codes of the province's sample that are its own")
    own_size: int = Field(description="dossiers to read for a statement on this commune alone, at the same rates")

    @property
    def is_visited(self) -> bool:
        """Whether it is certain or any of its dossiers is drawn."""
        return self.is_certain or bool(self.drawn)


class Need(Part):
    """So many dossiers, drawn from all communes at once and none of them a deviation, show at most `tolerable`."""

    tolerable: str
    size: int


class Bound(Part):
    """Where so many of the dossiers drawn are deviations, the province holds at most so many, with 1 - risk."""

    deviations: int
    at_most: int


class Visits(Written):
    """What a plan of visits comes to. Equal plans give equal bytes. It names dossiers: internal."""

    schema_version: str
    parameters: dict[str, str]
    versions: dict[str, str]
    plan: Province
    population: int
    size: int
    interval: float
    visits: tuple[Visit, ...] = Field(description="certain ones first, then most dossiers drawn, then greatest")
    needs: tuple[Need, ...]
    bounds: tuple[Bound, ...]


def planned(
    title: str, codes: Mapping[str, Iterable[str]], communes: Mapping[str, str], left_out: Iterable[str], *,
    tolerable: str, risk: str, made_up: bool = False,
) -> Province:  # fmt: skip
    """A plan of the `codes` that may hide a late one, by folder; `communes` gives the name of each.

    Raises AuditError where there are none, and for a rate that is none.
    """
    listed = []
    for name in sorted(codes):
        own = sorted(codes[name])
        listed.append(Listed(name=name, commune=communes[name], size=len(own), fingerprint=draw.fingerprint(own)))
    plan = Province(title=title, tolerable=tolerable, risk=risk, seed="", communes=tuple(listed),
                    made_up=made_up, left_out=tuple(sorted(left_out)))  # fmt: skip
    if not plan.population:
        raise AuditError("sample_of_nothing")
    sizes.size(plan.population, rate(tolerable), rate(risk))
    return plan


def drawn_places(plan: Province) -> dict[str, list[int]]:
    """Of each commune the places, from 1, of its dossiers that are drawn, by their tickets. Raises without a seed."""
    if not plan.seed:
        raise AuditError("sample_without_seed")
    units = [(one.name, place) for one in plan.communes for place in range(1, one.size + 1)]
    in_order = sorted(units, key=lambda unit: draw.ticket(plan.seed, f"{unit[0]}#{unit[1]}"))
    places: dict[str, list[int]] = {one.name: [] for one in plan.communes}
    for name, place in in_order[: plan.size]:
        places[name].append(place)
    return places


def seeded(plan: Province, written: str, codes: Mapping[str, Iterable[str]]) -> Province:
    """The plan with its seed and the codes drawn. Raises AuditError for another seed than it has, and for one that
    was not rolled; `codes` must be those that it was planned of."""
    seed = draw.checked_seed(written)
    if plan.seed not in ("", seed):
        raise AuditError("sample_drawn", seed=plan.seed, written=seed)
    refuse_others(plan, codes)
    rolled = plan.model_copy(update={"seed": seed})
    places = drawn_places(rolled)
    own = {name: sorted(of) for name, of in codes.items()}
    told = [_with_drawn(one, tuple(own[one.name][at - 1] for at in places[one.name])) for one in plan.communes]
    return rolled.model_copy(update={"communes": tuple(told)})


def _with_drawn(listed: Listed, drawn: tuple[str, ...]) -> Listed:
    return listed.model_copy(update={"drawn": drawn, "drawn_fingerprint": draw.fingerprint(drawn)})


def refuse_others(plan: Province, codes: Mapping[str, Iterable[str]]) -> None:
    """Raise AuditError where the communes, or the codes of one of them, are others than those that were planned of."""
    now = {name: draw.fingerprint(of) for name, of in codes.items()}
    fixed = {one.name: one.fingerprint for one in plan.communes}
    if other := sorted(name for name in now.keys() | fixed.keys() if now.get(name) != fixed.get(name)):
        raise AuditError("sample_other_communes", names=", ".join(other))


def is_sound(plan: Province) -> bool:
    """Whether a plan read from a file can be one of ours: no commune twice, rates and a seed that can be, and of each
    commune as many codes as its tickets say, which are those that were drawn."""
    names = [one.name for one in plan.communes]
    try:
        is_rated = 0 <= rate(plan.tolerable) < 1 and 0 < rate(plan.risk) < 1
        is_rolled = not plan.seed or draw.checked_seed(plan.seed) == plan.seed
    except AuditError:
        return False
    if not is_rated or not is_rolled or len(set(names)) < len(names) or any(one.size < 0 for one in plan.communes):
        return False
    if not 0 < plan.population <= MOST:
        return False
    places = drawn_places(plan) if plan.seed else {}
    return all(
        len(set(one.drawn)) == len(places.get(one.name, ()))
        and (draw.fingerprint(one.drawn) if plan.seed else "") == one.drawn_fingerprint
        for one in plan.communes
    )


def whole(plan: Province, lang: str) -> Visits:
    """What a plan comes to: which communes are visited, with what chance, and what a statement needs."""
    population, size, risk = plan.population, plan.size, rate(plan.risk)
    visits = [_visit(one, plan, population, size) for one in plan.communes]
    return Visits(
        schema_version=VISITS_VERSION, parameters={"lang": lang}, versions=versions("nbconvert", "papermill"),
        plan=plan, population=population, size=size, interval=float(plan.interval),
        visits=tuple(sorted(visits, key=lambda one: (not one.is_certain, -len(one.drawn), -one.size, one.name))),
        needs=tuple(Need(tolerable=level, size=sizes.size(population, rate(level), risk)) for level in LEVELS),
        bounds=tuple(Bound(deviations=seen, at_most=sizes.bound(population, size, seen, risk))
                     for seen in range(min(SEEN, size + 1))),
    )  # fmt: skip


def _visit(one: Listed, plan: Province, population: int, size: int) -> Visit:
    is_certain = one.size >= plan.interval
    chance = Fraction(1) if is_certain else 1 - sizes.at_most(0, population, one.size, size)
    return Visit(
        name=one.name, commune=one.commune, size=one.size, is_certain=is_certain,
        chance_percent=round(float(100 * chance), 2), drawn=one.drawn,
        own_size=sizes.size(one.size, rate(plan.tolerable), rate(plan.risk)),
    )  # fmt: skip
