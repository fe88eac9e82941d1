"""Dossiers that stand in one record only, proposed in pairs to a person who decides; nothing is ever applied."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
from polars import DataFrame
from rapidfuzz import process
from rapidfuzz.distance import OSA

from audit.ground.frames import in_pandas
from audit.ground.terms import Fate, FoundIn
from audit.judging.validate import NAMES_ANOTHER
from audit.reading import cells
from audit.reading.names import LEAST_NAME_SIMILARITY, name_key, unmarked

MOST_CODE_EDITS = 2
MOST_DAYS_APART = 3
CODE_SCORES, SAME_NAME, NEAR_NAME, SAME_DAY, A_DAY_LESS, SAME_PROCEDURE = (45, 35, 25), 30, 20, 15, 3, 10
COLUMNS = [
    "dossier_id_software", "sheet_software", "row_software", "dossier_id_register", "sheet_register", "row_register",
    "page", "line", "score", "reasons",
]  # fmt: skip

_COMPARED = {"dossier_id", "sheet", "row", "received_at", "received_on", "procedure", "applicant", "page", "line"}
_LENGTHS = (6, 12)  # a shorter code is near to any other: one edit from six signs on, two from twelve
_MOST_ALIKE = 900  # pairs of one name, day and procedure; beyond, these tell nobody apart
_CHUNK = 500
_WHOLE = 100.0  # percent
_BITS, _MOST_DISTANCE = 24, 63
_MASK = (1 << _BITS) - 1


def pairs(software: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """A row per pair proposed: no dossier in two, the best first, the same whatever the order of the rows.

    The frames hold the dossiers of one record that the other lacks, as `load` reads them; one with several rows is
    taken by its first. `score` is 0-100; `reasons` is a tuple of (name, number or None) and, like everything
    here, repeats no name.

    A pair is proposed only for at least two reasons that do not follow from each other: its codes are within two
    edits (two figures swapped are one) and the name is the same or nearly; or its codes are that near and the day
    is the same, where the codes themselves say different days or else the procedure is the same too, because all
    codes of one day are near each other; or name and procedure are the same and the days at most three apart. Days
    further apart, or the names of two people, speak against a pair whatever else agrees.
    """
    left, right = _sorted(software), _sorted(register)
    ours, theirs = _sides(left, right)
    found = [*_with_near_codes(ours, theirs), _of_same_people(ours, theirs)]
    chosen = _one_to_one(np.concatenate(found), len(left), len(right))
    return _frame(left, right, ours, theirs, chosen)


def unmatched(records: Mapping[str, DataFrame], judged: DataFrame) -> pd.DataFrame:
    """The pairs proposed among the dossiers that stand in one record only.

    With the register's are its lines that name another applicant or procedure than the software has under their code.
    """
    alone = {
        record: judged.filter(pl.col("found_in") == record)["dossier_id"].implode()
        for record in (FoundIn.SOFTWARE, FoundIn.REGISTER)
    }
    left = {
        record: records[record].filter((pl.col("fate") == Fate.JUDGED) & pl.col("dossier_id").is_in(codes))
        for record, codes in alone.items()
    }
    another = records[FoundIn.REGISTER].filter(pl.col("problem").is_in(NAMES_ANOTHER))
    sides = left[FoundIn.SOFTWARE], pl.concat([left[FoundIn.REGISTER], another])
    return pairs(*(in_pandas(side.select(name for name in side.columns if name in _COMPARED)) for side in sides))


@dataclass(frozen=True)
class _Side:
    """The dossiers of one record, by position; days as numbers, nan where there is none; procedures -1 likewise."""

    codes: np.ndarray
    lengths: np.ndarray
    coded_on: np.ndarray
    names: np.ndarray
    marked_names: np.ndarray  # "" where the name was written without any mark
    name_lengths: np.ndarray
    letters: np.ndarray  # which ones are in the name, as bits
    days: np.ndarray
    procedures: np.ndarray


def _marked_key(text: str) -> str:
    """The name's key with the marks of each word, wherever in the word they were put; "" where it has none."""
    decomposed = [
        unicodedata.normalize("NFD", word) for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    ]
    marks = [
        "".join(sorted(sign for sign in word if unicodedata.combining(sign) or sign == "đ")) for word in decomposed
    ]
    return " ".join(sorted(map("".join, zip(map(unmarked, decomposed), marks, strict=True)))) if any(marks) else ""


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a dossier, in the order of their codes and then of everything else that is compared."""
    frame = frame.reindex(columns=list(dict.fromkeys([*frame.columns, "page", "line"])))
    day = "received_at" if "received_at" in frame else "received_on"
    frame = frame.assign(received_on=pd.to_datetime(frame[day]).dt.normalize())
    order = ["dossier_id", "sheet", "row", "received_on", "procedure", "applicant", "page", "line"]
    frame = frame.sort_values(order, ignore_index=True)
    is_repeat = frame["dossier_id"].notna() & frame.duplicated("dossier_id")
    return frame[~is_repeat].reset_index(drop=True)


def _sides(left: pd.DataFrame, right: pd.DataFrame) -> tuple[_Side, _Side]:
    both = pd.concat([left, right], ignore_index=True)
    codes = both["dossier_id"].fillna("").astype(str)
    procedure = both["procedure"].fillna("").map(lambda text: cells.folded(unmarked(text)))
    names = both["applicant"].fillna("").map(name_key).to_numpy(object)
    day_coded = pd.to_datetime(codes.map(cells.coded_on))
    arrays = [
        codes.to_numpy(object), codes.str.len().to_numpy(int), _days(day_coded),
        names, both["applicant"].fillna("").map(_marked_key).to_numpy(object),
        np.array([len(name) for name in names], dtype=int),
        np.array([_letters(name) for name in names], dtype=np.uint64), _days(both["received_on"]),
        pd.factorize(procedure.where(procedure != ""))[0],
    ]  # fmt: skip
    return _Side(*(array[: len(left)] for array in arrays)), _Side(*(array[len(left) :] for array in arrays))


def _letters(name: str) -> int:
    return sum(1 << at for at in {ord(sign) % 64 for sign in name})


def _days(moments: pd.Series) -> np.ndarray:
    return (moments - pd.Timestamp(0)).dt.days.to_numpy(float)


def _with_near_codes(ours: _Side, theirs: _Side) -> list[np.ndarray]:
    """The pairs whose codes are near, ranked, a chunk of the software's dossiers at a time."""
    found = []
    for start in range(0, len(ours.codes) if len(theirs.codes) else 0, _CHUNK):
        distances = process.cdist(
            ours.codes[start : start + _CHUNK], theirs.codes, scorer=OSA.distance,
            score_cutoff=MOST_CODE_EDITS, dtype=np.uint8, workers=-1,
        )  # fmt: skip
        row, right = np.nonzero(distances <= MOST_CODE_EDITS)
        left, distance = row + start, distances[row, right].astype(int)
        is_near = _is_near(ours, theirs, left, right, distance)
        found.append(_ranked(ours, theirs, *_where(is_near, left, right, distance)))
    return found


def _of_same_people(ours: _Side, theirs: _Side) -> np.ndarray:
    """The pairs of one name and procedure, at most three days apart, ranked."""
    keys = ["name", "procedure", "day"]
    mine, other = (
        pd.DataFrame({"at": range(len(s.codes)), "name": s.names, "procedure": s.procedures, "day": s.days})
        for s in (ours, theirs)
    )
    mine, other = (
        side[(side["name"] != "") & (side["procedure"] >= 0) & side["day"].notna()] for side in (mine, other)
    )
    spread = range(-MOST_DAYS_APART, MOST_DAYS_APART + 1)
    other = pd.concat([other.assign(day=other["day"] + apart) for apart in spread], ignore_index=True)
    sizes = (
        mine.groupby(keys)
        .size()
        .rename("left")
        .to_frame()
        .join(other.groupby(keys).size().rename("right"), how="inner")
    )
    told_apart = sizes.index[sizes["left"] * sizes["right"] <= _MOST_ALIKE].to_frame(index=False)
    joined = mine.merge(told_apart, on=keys).merge(other, on=keys, suffixes=("_left", "_right"))
    left, right = (joined[name].to_numpy(int) for name in ("at_left", "at_right"))
    distance = np.zeros(0, dtype=int)
    if len(left):
        distance = process.cpdist(
            ours.codes[left], theirs.codes[right], scorer=OSA.distance, dtype=np.int32, workers=-1
        )
    return _ranked(
        ours, theirs, left, right, np.where(ours.lengths[left] * theirs.lengths[right] > 0, distance, _MOST_DISTANCE)
    )


def _ranked(ours: _Side, theirs: _Side, left: np.ndarray, right: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The pairs that may be proposed, each as one number: by score, then distance, then the two codes' order."""
    apart = np.abs(ours.days[left] - theirs.days[right])
    is_possible = ~(apart > MOST_DAYS_APART)
    left, right, distance, apart = _where(is_possible, left, right, distance, apart)
    similarity = _similarity(ours, theirs, left, right)
    is_name = similarity > 0
    is_procedure = (ours.procedures[left] == theirs.procedures[right]) & (ours.procedures[left] >= 0)
    is_near = _is_near(ours, theirs, left, right, distance)
    is_day_told_by_code = ours.coded_on[left] == theirs.coded_on[right]
    is_proposed = (
        (is_near & is_name)
        | (is_near & np.isnan(similarity) & (apart == 0) & (~is_day_told_by_code | is_procedure))
        | ((similarity == _WHOLE) & is_procedure & ~np.isnan(apart))
    )
    score = (
        np.where(is_near, np.take(CODE_SCORES, np.minimum(distance, MOST_CODE_EDITS)), 0)
        + np.where(is_name, np.where(similarity == _WHOLE, SAME_NAME, NEAR_NAME), 0)
        + np.where(np.isnan(apart), 0, SAME_DAY - A_DAY_LESS * np.nan_to_num(apart)).astype(int)
        + np.where(is_procedure, SAME_PROCEDURE, 0)
    )
    rank = (100 - score) * (_MOST_DISTANCE + 1) + np.minimum(distance, _MOST_DISTANCE)
    return ((((rank << _BITS) | left) << _BITS) | right)[is_proposed]


def _is_near(ours: _Side, theirs: _Side, left: np.ndarray, right: np.ndarray, distance: np.ndarray) -> np.ndarray:
    short = np.minimum(ours.lengths[left], theirs.lengths[right])
    return distance <= np.searchsorted(_LENGTHS, short, "right")


def _similarity(ours: _Side, theirs: _Side, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Percent of the longer name that agrees; nan where either is not known, 0 where it cannot be enough.

    One edit changes at most two of the letters that a name has, which tells most names apart at once.
    """
    names, others = ours.names[left], theirs.names[right]
    found = np.where((names == "") | (others == ""), np.nan, np.where(names == others, _WHOLE, 0.0))
    lengths = np.maximum(ours.name_lengths[left], theirs.name_lengths[right])
    most_edits = lengths * (100 - LEAST_NAME_SIMILARITY) // 100
    letters = np.bitwise_count(ours.letters[left] ^ theirs.letters[right])
    close = np.flatnonzero((found == 0) & (letters <= 2 * most_edits))
    if len(close):
        edits = process.cpdist(names[close], others[close], scorer=OSA.distance, dtype=np.int32, workers=-1)
        found[close] = np.where(edits <= most_edits[close], _WHOLE - _WHOLE * edits / lengths[close], 0)
    ours_marked, theirs_marked = ours.marked_names[left], theirs.marked_names[right]
    are_marked = (ours_marked != "") & (theirs_marked != "")
    return np.where((found == _WHOLE) & are_marked & (ours_marked != theirs_marked), LEAST_NAME_SIMILARITY, found)


def _where(mask: np.ndarray, *arrays: np.ndarray) -> list[np.ndarray]:
    return [array[mask] for array in arrays]


def _one_to_one(ranked: np.ndarray, lefts: int, rights: int) -> list[tuple[int, int, int]]:
    """(score, left, right) of the best pairs, from the best down, each dossier in one."""
    ranked.sort()
    free_left, free_right, chosen = bytearray(b"1" * lefts), bytearray(b"1" * rights), []
    for start in range(0, len(ranked), 1_000_000):
        part = ranked[start : start + 1_000_000]
        lefts_, rights_ = (part >> _BITS) & _MASK, part & _MASK
        for at, (left, right) in enumerate(zip(lefts_.tolist(), rights_.tolist(), strict=True)):
            if free_left[left] == free_right[right] == ord("1"):
                free_left[left] = free_right[right] = 0
                chosen.append((100 - (int(part[at]) >> 2 * _BITS) // (_MOST_DISTANCE + 1), left, right))
    return chosen


def _frame(left: pd.DataFrame, right: pd.DataFrame, ours: _Side, theirs: _Side, chosen: list) -> pd.DataFrame:
    scores, lefts, rights = ([pair[part] for pair in chosen] for part in range(3))
    parts: dict[str, pd.Series] = {}
    for record, frame, at in (("software", left, lefts), ("register", right, rights)):
        picked = frame.iloc[at].reset_index(drop=True)
        parts |= {f"{name}_{record}": picked[name] for name in ("dossier_id", "sheet", "row")}
    for name in ("page", "line"):
        texts = right[name].iloc[rights].reset_index(drop=True).astype("str")
        parts[name] = texts.mask(texts.fillna("").map(cells.may_be_personal).astype(bool))
    reasons = pd.Series([_reasons(ours, theirs, at, to) for _, at, to in chosen], dtype=object)
    return pd.DataFrame({**parts, "score": pd.Series(scores, dtype="int64"), "reasons": reasons})[COLUMNS]


def _reasons(ours: _Side, theirs: _Side, left: int, right: int) -> tuple[tuple[str, int | None], ...]:
    """What agrees between two dossiers that were proposed, the strongest first."""
    at, to = np.array([left]), np.array([right])
    code, other = ours.codes[left], theirs.codes[right]
    distance = OSA.distance(code, other)
    similarity = _similarity(ours, theirs, at, to)[0]
    apart = abs(ours.days[left] - theirs.days[right])
    reasons: list[tuple[str, int | None]] = []
    if _is_near(ours, theirs, at, to, np.array([distance]))[0]:
        reasons.append(("code_distance", distance))
    if similarity > 0:
        same = similarity == _WHOLE
        reasons.append(("same_name", None) if same else ("name_similarity", int(similarity)))
    if not np.isnan(apart):
        reasons.append(("days_apart", int(apart)) if apart else ("same_day", None))
    if ours.procedures[left] == theirs.procedures[right] >= 0:
        reasons.append(("same_procedure", None))
    return tuple(reasons)
