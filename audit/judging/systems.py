"""One dossier in several case systems: the row that it is judged by, what is in dispute, and what each system says."""

from collections.abc import Iterator, Mapping
from itertools import product

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import names, signature, yes
from audit.ground.terms import CLOCK_STANDS_STILL, Fate, Status
from audit.judging.match import UNSYNCHRONISED
from audit.records.software import RANK, RULED

IN_ANOTHER = "in_another_system"  # the mark of a row whose dossier is judged by that of another system
IN_DISPUTE = {name: f"is_{name}_in_dispute" for name in RULED}
NO_SETTLEMENT = (Status.WITHDRAWN, Status.REFUSED, *CLOCK_STANDS_STILL)  # a closing that is none of a settled dossier
CHOSEN = -1_000_000  # the rank of what a reading chooses
_UNREAD = {  # what cannot be read where a system's whole row cannot: a receipt and a procedure give due dates
    "received": ("due_at",), "due": ("due_at",), "closed": ("closed_at", "status"), "procedure": ("due_at",),
}  # fmt: skip


def merged(software: DataFrame) -> DataFrame:
    """The rows of all systems, as `validate.software` gives them, one of each dossier to be judged; none is dropped.

    That row has of each thing what the system says that rules it, else the first that says it; the others are
    duplicates, marked `IN_ANOTHER`. What the ruling system has and nobody can read is unread. `is_unsynchronised`: one
    system closed the dossier by each due date of the two, another after each, both as settled.
    """
    if "system" not in software.columns:
        return software
    stand = _standing(software)
    base = stand.filter(col("is_read")).sort(RANK["closed"]).group_by("dossier_id", maintain_order=True).first()
    base = base.select("dossier_id", "seq", "unread")
    for name, columns in RULED.items():
        told = stand.filter(_is_told(name) & (col("is_read") | (col(RANK[name]) < 0)))
        first = told.sort(RANK[name]).group_by("dossier_id", maintain_order=True).first()
        unread = pl.when(col("is_read")).then(_of(col("unread"), columns)).otherwise(pl.lit(" ".join(_UNREAD[name])))
        taken = [pl.when(col("is_read")).then(col(one)).alias(f"{one}_taken") for one in columns]
        base = base.join(first.select("dossier_id", *taken, unread.alias(f"{name}_unread"), pl.lit(True).alias(name)),
                         on="dossier_id", how="left")  # fmt: skip
    kept = col("unread").fill_null("").str.split(" ").list.set_difference(
        pl.lit([one for columns in RULED.values() for one in columns])
    ).list.join(" ")  # fmt: skip
    parts = [kept, *(col(f"{name}_unread").fill_null("") for name in RULED)]
    listed = pl.concat_str(parts, separator=" ").str.strip_chars().str.replace_all(" +", " ")
    base = base.with_columns(unread_taken=listed).with_columns(
        unread_taken=pl.when(col("unread_taken") != "").then(col("unread_taken"))
    )
    base = base.with_columns(_together())
    chosen = base.select("seq", *(col(name).alias(f"has_{name}") for name in RULED),
                         *(col(name) for name in base.columns if name.endswith("_taken")))  # fmt: skip
    late = _unsynchronised(stand)
    frame = software.join(chosen.with_columns(is_base=pl.lit(True)), on="seq", how="left", maintain_order="left")
    is_base = yes(col("is_base"))
    is_other = ~is_base & (col("fate") == Fate.JUDGED) & ~col("dossier_id").is_null()
    put = [
        pl.when(is_base & yes(col(f"has_{name}"))).then(col(f"{one}_taken")).otherwise(col(one)).alias(one)
        for name, columns in RULED.items() for one in columns
    ]  # fmt: skip
    marked = pl.concat_str([col("marks"), pl.lit(IN_ANOTHER)], separator=" ", ignore_nulls=True)
    frame = frame.with_columns(
        *put,
        unread=pl.when(is_base).then(col("unread_taken")).otherwise(col("unread")),
        marks=pl.when(is_other).then(marked).otherwise(col("marks")),
        fate=pl.when(is_other).then(pl.lit(str(Fate.DUPLICATE))).otherwise(col("fate")),
    )
    frame = frame.join(late, on="dossier_id", how="left", maintain_order="left")
    return frame.select(*software.columns, yes(col(UNSYNCHRONISED)).alias(UNSYNCHRONISED))


def _together() -> list[Expr]:
    """What no system says by itself and is impossible together, due or closed before the receipt: unread."""
    received_on = col("received_at_taken").dt.truncate("1d")
    put, unread = [], col("unread_taken")
    for column in ("due_at", "closed_at"):
        is_early = yes(col(f"{column}_taken").dt.truncate("1d") < received_on)
        put.append(pl.when(~is_early).then(col(f"{column}_taken")).alias(f"{column}_taken"))
        more = pl.concat_str([unread, pl.lit(column)], separator=" ", ignore_nulls=True)
        unread = pl.when(is_early).then(more).otherwise(unread)
    return [*put, unread.alias("unread_taken")]


def _standing(software: DataFrame) -> DataFrame:
    """A row of each dossier and system: the one that is judged, `is_read`, else one that cannot be."""
    rows = software.filter(~col("dossier_id").is_null() & (col("fate") != Fate.DUPLICATE))
    rows = rows.with_columns(is_read=col("fate") == Fate.JUDGED).sort("is_read", "seq", descending=[True, False])
    return rows.unique(["dossier_id", "system"], keep="first", maintain_order=True)


def _is_told(name: str) -> Expr:
    """Whether a system says the thing, or has it where nobody can read it; no closing says that it is open."""
    if name in ("received", "closed"):
        return pl.lit(value=True)
    column = RULED[name][0]
    return ~col("is_read") | ~col(column).is_null() | names(col("unread"), column)


def _of(unread: Expr, columns: tuple[str, ...]) -> Expr:
    """Of the unread cells those in some columns, as a cell of names."""
    return pl.concat_str(
        [pl.when(names(unread, one)).then(pl.lit(one)).otherwise(pl.lit("")) for one in columns], separator=" "
    ).str.strip_chars()


def _unsynchronised(stand: DataFrame) -> DataFrame:
    is_end = ~yes(col("status").is_in(NO_SETTLEMENT)) & ~names(col("unread"), "status")
    days = stand.filter(col("is_read") & is_end).select(
        "dossier_id", "system", closed_on=col("closed_at").dt.truncate("1d"), due_on=col("due_at").dt.truncate("1d")
    )
    two = days.join(days, on="dossier_id", how="inner", suffix="_other")
    first, last = (worst("due_on", "due_on_other") for worst in (pl.min_horizontal, pl.max_horizontal))
    is_one = yes(col("closed_on") <= first) & yes(col("closed_on_other") > last)
    return two.filter(is_one).select("dossier_id").unique().with_columns(pl.lit(True).alias(UNSYNCHRONISED))


def in_dispute(software: DataFrame) -> DataFrame:
    """A row per dossier of which systems say different things and none of them rules: a yes or no for each thing.

    `software` is as `validate.software` returns it. What cannot be read in a system may be anything, and is in dispute.
    """
    if "system" not in software.columns:
        return software.select("dossier_id", *(pl.lit(value=False).alias(name) for name in IN_DISPUTE.values())).clear()
    stand = _standing(software)
    disputes = stand.group_by("dossier_id").agg(pl.len().alias("systems")).filter(col("systems") > 1)
    disputes = disputes.select("dossier_id")
    for name, columns in RULED.items():
        said = stand.filter(_is_told(name)).with_columns(
            said=signature("is_read", *columns), spoilt=~col("is_read") | (_of(col("unread"), columns) != "")
        )
        among = said.group_by("dossier_id").agg(
            col("said").n_unique(), col("spoilt").any(), col(RANK[name]).min().alias("least")
        )
        differs = (col("least") >= 0) & ((col("said") > 1) | col("spoilt"))
        disputes = disputes.join(
            among.select("dossier_id", differs.alias(IN_DISPUTE[name])), on="dossier_id", how="left"
        )
    disputes = disputes.with_columns(yes(col(name)).alias(name) for name in IN_DISPUTE.values())
    return disputes.filter(pl.any_horizontal(*IN_DISPUTE.values()))


def readings(disputes: DataFrame, software: DataFrame) -> Iterator[tuple[DataFrame, Mapping[str, str]]]:
    """Every way to take each thing in dispute from a system: the dossiers that it is one of, and which, by thing."""
    things = [name for name in RULED if disputes[IN_DISPUTE[name]].any()]
    systems = sorted(software["system"].unique())
    for chosen in product(systems, repeat=len(things)):
        is_another = [
            col(IN_DISPUTE[name]) | (system == systems[0]) for name, system in zip(things, chosen, strict=True)
        ]
        asked = disputes.filter(pl.all_horizontal(is_another))
        if not asked.is_empty():
            yield asked.select("dossier_id"), dict(zip(things, chosen, strict=True))


def as_chosen(software: DataFrame, disputes: DataFrame, reading: Mapping[str, str]) -> DataFrame:
    """The software as read, ranked so that each thing in dispute is taken from the system that the reading chooses."""
    frame = software.join(disputes, on="dossier_id", how="left", maintain_order="left")
    ranks = [
        pl.when(yes(col(IN_DISPUTE[name])) & (col("system") == system)).then(pl.lit(CHOSEN)).otherwise(col(RANK[name]))
        .cast(software.schema[RANK[name]]).alias(RANK[name])
        for name, system in reading.items()
    ]  # fmt: skip
    return frame.with_columns(ranks).select(software.columns)
