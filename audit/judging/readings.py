"""Dossiers of which nobody knows for certain what a record says: judged under each reading.

A day may have day and month exchanged; two case systems may say different things, and nobody says which rules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, combinations

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import names, signature, yes
from audit.ground.terms import PROVED_ON_TIME, Cause, Grade, Population, Verdict
from audit.judging import judge, sought, steps, summarise, systems, validate
from audit.reading.load import Office
from audit.records.record import Lack
from audit.records.registry import forbidding_late

_SEAM = "\x1f"  # behind a dossier's code, before the place of a reading
MOST_COLUMNS = 4  # whose readings are combined; with more, each alone and all together
Column = tuple[str, str]  # a record, and a column of days in it
_UNTOLD = ("grade", "not_seen", "cause_rule", "cause", "apology")
_FLAGS = ("has_vanished", "is_past_due_at_end", "is_in_time_unclosed", "is_late_unclosed")
_TOLD = ("dossier_id", "verdict", "cause", "cause_proved", "apology", "population", "grade", "not_seen", *_FLAGS)


def settled(judged: DataFrame, office: Office) -> DataFrame:
    """`judged`, but not proved where a dossier's verdict is another under another reading of its records.

    Columns of days are exchanged one, two, … together, as a spreadsheet does it; the rule is then `judge.EXCHANGED`.
    What systems differ in is taken from each of them, in every combination; the rule is `judge.SYSTEMS_DIFFER`, unless
    paper shows the dossier in time under each: then it is late in a system alone.
    """
    columns = [
        (record, name)
        for record, frame in office.records.items()
        for name in sorted({one for cell in frame["doubtful"].drop_nulls() for one in cell.split()})
    ]
    if not columns and "system" not in office.records["software"].columns:
        return judged
    software = validate.software(office.records["software"], **office.days)
    disputes = systems.in_dispute(software)
    codes = [frame.filter(~col("doubtful").is_null()).select("dossier_id") for frame in office.records.values()]
    doubtful = pl.concat(codes).drop_nulls().unique()
    exchanged = [
        other
        for chosen in (_sets(columns) if columns else ())
        for other in (_judged(office, doubtful, chosen), *_by_system(office, disputes, doubtful, chosen))
    ]
    differing = _by_system(office, disputes, disputes.select("dossier_id"))
    judged = _agreed(judged, differing) if differing else judged
    return _not_proved(judged, _flipped(judged, exchanged), judge.EXCHANGED) if exchanged else judged


def _by_system(
    office: Office, disputes: DataFrame, concerned: DataFrame, chosen: tuple[Column, ...] = ()
) -> list[DataFrame]:
    """The dossiers in dispute among the `concerned`, judged by each choice of systems; all at one go."""
    among = disputes.join(concerned, on="dossier_id", how="semi")
    if among.is_empty():
        return []
    few = _few(office, among, chosen)
    taken = [_renamed(few, among, place, *one) for place, one in enumerate(systems.readings(among, few["software"]))]
    together = {record: pl.concat([one[record] for one in taken]) for record in few}
    _, found = steps.held_and_judged(office, validate.records(together, **office.days))
    place = col("dossier_id").str.split(_SEAM).list.last()
    by_place = found.with_columns(place=place).partition_by("place", maintain_order=True, include_key=False)
    plain = [one.with_columns(col("dossier_id").str.replace(f"{_SEAM}[0-9]+$", "")) for one in by_place]
    return [sought.graded(one, office) for one in plain]


def _renamed(
    few: Mapping[str, DataFrame], disputes: DataFrame, place: int, asked: DataFrame, reading: Mapping[str, str]
) -> dict[str, DataFrame]:
    """The records of the dossiers `asked` by one reading, their rows and codes other than those of other readings."""
    code, most = pl.concat_str(col("dossier_id"), pl.lit(f"{_SEAM}{place}")), max(map(len, few.values())) + 1
    chosen = dict(few) | {"software": systems.as_chosen(few["software"], disputes, reading)}
    return {
        record: frame.join(asked, on="dossier_id", how="semi", maintain_order="left").with_columns(
            code.alias("dossier_id"), (col("seq").rank("ordinal") + place * most).cast(frame.schema["seq"]).alias("seq")
        )
        for record, frame in chosen.items()
    }


def _few(office: Office, concerned: DataFrame, chosen: tuple[Column, ...]) -> dict[str, DataFrame]:
    few = {record: frame.join(concerned, on="dossier_id", how="semi") for record, frame in office.records.items()}
    return _exchanged(few, chosen)


def _judged(office: Office, concerned: DataFrame, chosen: tuple[Column, ...]) -> DataFrame:
    return steps.held_and_judged(office, validate.records(_few(office, concerned, chosen), **office.days))[1]


def _flipped(judged: DataFrame, others: Iterable[DataFrame]) -> DataFrame:
    """The dossiers whose verdict is another in any of the others."""
    first = judged.select("dossier_id", "verdict")
    changed = []
    for other in others:
        both = first.join(other.select("dossier_id", other_verdict="verdict"), on="dossier_id", how="inner")
        changed.append(both.filter(col("verdict") != col("other_verdict")).select("dossier_id"))
    return pl.concat(changed).unique()


def _agreed(judged: DataFrame, others: list[DataFrame]) -> DataFrame:
    """`judged` with what all readings of systems agree on; `others`: every reading of the dossiers in dispute."""
    told = pl.concat([one.select(_TOLD) for one in (judged, *others)], how="vertical_relaxed")
    told = told.join(others[0].select("dossier_id"), on="dossier_id", how="semi")
    cause, late_in_one = signature("cause", "cause_proved"), col("verdict") == Verdict.LATE_ONLY_IN_SOFTWARE
    said = told.group_by("dossier_id").agg(
        in_time=col("verdict").is_in(PROVED_ON_TIME).all(),
        is_late_by_any=(col("verdict") == Verdict.LATE).any(),
        is_late_in_one=late_in_one.any(),
        differs=col("verdict").n_unique() > 1,
        is_one_cause=pl.when(late_in_one.any()).then(cause.filter(late_in_one).n_unique()).otherwise(cause.n_unique())
        == 1,
        is_one_letter=col("apology").n_unique() == 1,
        is_one_population=col("population").n_unique() == 1,
        is_less_sure=(col("grade") == Grade.BY_BOTH_RECORDS).any(),
        not_seen_in_any=col("not_seen").drop_nulls().str.join(" "),
        **{f"all_{name}": col(name).all() for name in _FLAGS},
    )
    late = said.filter(col("in_time") & col("is_late_in_one")).select("dossier_id")
    told_by = _told_by(judged, others)
    rows = [one.filter(col("verdict") == Verdict.LATE_ONLY_IN_SOFTWARE) for one in (judged, *others)]
    put = (
        pl.concat(rows).join(late, on="dossier_id", how="semi").unique("dossier_id", keep="first", maintain_order=True)
    )
    place = judged.select("dossier_id").with_row_index("place")
    kept = pl.concat([judged.join(put, on="dossier_id", how="anti"), put])
    kept = kept.join(place, on="dossier_id").sort("place").drop("place")
    differ = said.filter(col("differs") & ~col("in_time")).select("dossier_id")
    kept = _not_proved(kept, differ, judge.SYSTEMS_DIFFER)
    kept = _with_what_is_told(kept.join(said, on="dossier_id", how="left", maintain_order="left"), judged.columns)
    return kept.join(told_by, on="dossier_id", how="left", maintain_order="left")


def _told_by(judged: DataFrame, others: list[DataFrame]) -> DataFrame:
    """Of each dossier in dispute what every reading of systems has of it besides the verdict, a list."""
    columns = [name for name in judged.columns if name not in (*_TOLD, "rule", "cause_rule", "looked_for")]
    every = pl.concat([one.select("dossier_id", *columns) for one in (judged, *others)], how="vertical_relaxed")
    every = every.join(others[0].select("dossier_id"), on="dossier_id", how="semi")
    return every.group_by("dossier_id", maintain_order=True).agg(pl.struct(columns).alias(summarise.BY_READING))


def _with_what_is_told(judged: DataFrame, columns: list[str]) -> DataFrame:
    """Without the cause, the letter and the population on which the readings do not agree; the lesser grade."""
    is_untold = (col("rule") != judge.SYSTEMS_DIFFER) & ~col("is_one_cause").fill_null(value=True)
    is_disputed = (col("rule") == judge.SYSTEMS_DIFFER) & ~col("closed_on").is_null()
    is_shown = (
        (is_disputed | is_untold & (col("verdict") != Verdict.ON_TIME))
        & col("is_unsynchronised")
        & ~col("is_late_by_any").fill_null(value=True)
    )
    less_sure = (col("verdict") == Verdict.LATE) & yes(col("is_less_sure"))
    not_seen = _among(col("not_seen_in_any"))
    told = {
        "cause_rule": (judge.NOT_SYNCHRONISED, "cannot_be_told"),
        "cause": (str(Cause.DATA_SYNCHRONISATION), str(Cause.CANNOT_BE_TOLD)), "cause_proved": (True, False),
    }  # fmt: skip
    no_cause: dict[str, pl.Expr] = {
        name: pl.when(col("verdict") != Verdict.ON_TIME).then(pl.lit(none)) for name, (_, none) in told.items()
    }
    no_cause |= {"cause_proved": pl.lit(value=False)}
    causes = [
        pl.when(is_shown).then(pl.lit(sync)).when(is_untold).then(no_cause[name]).otherwise(col(name)).alias(name)
        for name, (sync, _) in told.items()
    ]
    return judged.with_columns(
        *causes,
        *((col(name) & col(f"all_{name}").fill_null(value=True)).alias(name) for name in _FLAGS),
        apology=pl.when(col("is_one_letter").fill_null(value=True)).then(col("apology")),
        grade=pl.when(less_sure).then(pl.lit(str(Grade.BY_BOTH_RECORDS))).otherwise(col("grade")),
        not_seen=pl.when(less_sure).then(not_seen).otherwise(col("not_seen")),
        looked_for=pl.when(less_sure).then(_among(col("looked_for"), lambda name: ~names(not_seen, name)))
        .otherwise(col("looked_for")),
        population=pl.when(col("is_one_population").fill_null(value=True)).then(col("population"))
        .otherwise(pl.lit(str(Population.UNREAD))),
    ).select(columns)  # fmt: skip


def _among(listed: pl.Expr, is_kept: Callable[[str], pl.Expr] = lambda _: pl.lit(value=True)) -> pl.Expr:
    """A cell of records' names with each once, in their order, those that are kept; null where none is."""
    every = (*forbidding_late(Lack.UNSEEN), "register")
    kept = [pl.when(names(listed, name) & is_kept(name)).then(pl.lit(name)) for name in every]
    found = pl.concat_str(kept, separator=" ", ignore_nulls=True)
    return pl.when(found != "").then(found)


def _not_proved(judged: DataFrame, flipped: DataFrame, rule: str) -> DataFrame:
    """Those dossiers are not proved by the `rule`, and no cause or grade is told."""
    marked = flipped.with_columns(is_flipped=pl.lit(True))
    judged = judged.join(marked, on="dossier_id", how="left", maintain_order="left")
    is_flipped = col("is_flipped").fill_null(value=False)
    told = {"verdict": str(Verdict.NOT_PROVED), "rule": rule, "cause_proved": False}
    return judged.with_columns(
        *(pl.when(is_flipped).then(pl.lit(value)).otherwise(col(name)).alias(name) for name, value in told.items()),
        *(pl.when(~is_flipped).then(col(name)).alias(name) for name in _UNTOLD),
        *((col(name) & ~is_flipped).alias(name) for name in _FLAGS),
    ).drop("is_flipped")


def _sets(columns: list[Column]) -> Iterator[tuple[Column, ...]]:
    if len(columns) <= MOST_COLUMNS:
        return chain.from_iterable(combinations(columns, count) for count in range(1, len(columns) + 1))
    return chain(((one,) for one in columns), [tuple(columns)])


def _exchanged(records: Mapping[str, DataFrame], chosen: tuple[Column, ...]) -> dict[str, DataFrame]:
    """The records with day and month of the doubtful days in the chosen columns exchanged."""
    other = dict(records)
    for record, name in chosen:
        day, is_doubtful = col(name), names(col("doubtful"), name)
        kept = pl.when(is_doubtful).then(day)
        twin = pl.datetime(
            kept.dt.year(), kept.dt.day(), kept.dt.month(), kept.dt.hour(), kept.dt.minute(), kept.dt.second(),
            time_unit="us",
        )  # fmt: skip
        other[record] = other[record].with_columns(pl.when(is_doubtful).then(twin).otherwise(day).alias(name))
    return other
