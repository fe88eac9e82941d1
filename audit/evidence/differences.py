"""Two results compared: where the first difference is, in which dossier and which field, what stood and what comes out.

A result is its JSON. Masked codes, fingerprints and keyed hashes change with the office's key; where the key is not to
be had they are left out of the comparison, and with them the order that they gave.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from audit.ground.terms import has, text

APART = frozenset(("versions", "inputs", "parameters"))  # looked at by themselves
JUDGED = ("cases", "in_columns")
_SHARED = ("kinds", "names")  # what dossiers in columns have from lists; else a column has a value each
_KEYED = frozenset(("dossier_code", "fingerprint"))
_KEYED_OF_NOTES = frozenset(("dossier_id", "is_current"))
_MARK = re.compile(r"(?<![A-Z2-7-])[A-Z2-7]{4}(?:-[A-Z2-7]{4}){2}(?![A-Z2-7-])|(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")
_HIDDEN = "····"
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
MOST_LETTERS = 80
Json = dict[str, Any]


class Difference(NamedTuple):
    """The first place where two results differ: `dossier` is empty for what is no dossier's; "–" is nothing."""

    dossier: str
    field: str
    old: object
    new: object

    def said(self, lang: str) -> dict[str, str]:
        """The field and both values in words."""
        name = re.sub(r"\[\d+\]", "", self.field).rsplit(".", 1)[-1]
        label = f" ({text(f'column.{name}', lang)})" if has(f"column.{name}") else ""
        return {
            "field": f"{self.field}{label}",
            "old": _value(name, self.old, lang),
            "new": _value(name, self.new, lang),
        }


def _value(name: str, value: object, lang: str) -> str:
    if value is None or value == "":
        return "–"
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and has(f"{name}.{value}"):
        return text(f"{name}.{value}", lang)
    shown = _DAY.sub(r"\3/\2/\1", written) if isinstance(value, str) else written
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"


def first(old: Json, new: Json) -> Difference | None:
    """The first difference of two results of one key and edition: in a dossier, where there is one, else elsewhere."""
    return next(_everywhere(_one_by_one(old), _one_by_one(new)), None)


def _one_by_one(result: Json) -> Json:
    """A result with each dossier that stands in columns as an object of its own."""
    columns = dict(result["in_columns"])
    kinds, names = (columns.pop(name) for name in _SHARED)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return result | {
        "others": None,
        "in_columns": [kinds[row.pop("kind")] | names[row.pop("name")] | row for row in rows],
    }


def first_without_key(old: Json, new: Json) -> Difference | None:
    """The first difference of two results of different keys and one edition, in what no key decides.

    Dossiers are known by their own codes; where the edition masks these, which dossier is which cannot be told.
    """
    old, new = _one_by_one(old), _one_by_one(new)
    if old["edition"] == "internal" or not any(_MARK.fullmatch(one["dossier_id"]) for one in _judged(old)):
        return next(_everywhere(_without_keyed(old), _without_keyed(new)), None)
    return next(_unordered(_sorted(_hidden(old)), _sorted(_hidden(new))), None)


def _judged(result: Json) -> Iterator[Json]:
    return (one for name in JUDGED for one in result[name])


def _without_keyed(result: Json) -> Json:
    """A result without what the key decides: masked codes, fingerprints, and to which dossier a note belongs."""
    dossiers = {name: [{key: one for key, one in case.items() if key not in _KEYED} for case in result[name]]
                for name in JUDGED}  # fmt: skip
    notes = [{name: one for name, one in note.items() if name not in _KEYED_OF_NOTES} for note in result["notes"]]
    return result | dossiers | {"notes": notes if result["edition"] == "internal" else []}


def _everywhere(old: Json, new: Json) -> Iterator[Difference]:
    yield from _dossiers(old, new)
    for name in {**old, **new}:
        if name not in APART and name not in JUDGED:
            yield from _walk(old.get(name), new.get(name), name, "")
    for name in JUDGED:
        order = [[one["dossier_id"] for one in result[name]] for result in (old, new)]
        if order[0] != order[1]:
            yield Difference("", name, len(order[0]), len(order[1]))


def _dossiers(old: Json, new: Json) -> Iterator[Difference]:
    was, now = ({one["dossier_id"]: one for one in _judged(result)} for result in (old, new))
    for dossier in {**was, **now}:
        if dossier not in now or dossier not in was:
            yield Difference(
                dossier, "verdict", was.get(dossier, {}).get("verdict"), now.get(dossier, {}).get("verdict")
            )
            continue
        yield from _walk(was[dossier]["verdict"], now[dossier]["verdict"], "verdict", dossier)
        for name in {**was[dossier], **now[dossier]}:
            yield from _walk(was[dossier].get(name), now[dossier].get(name), name, dossier)


def _walk(old: object, new: object, place: str, dossier: str) -> Iterator[Difference]:
    """Every difference of two values, in the order in which the old one is written."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from _walk(old.get(name), new.get(name), f"{place}.{name}", dossier)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            its = one["dossier_id"] if isinstance(one, dict) and one.get("dossier_id") else dossier
            yield from _walk(one, other, f"{place}[{number}]", its)
    elif old != new:
        yield Difference(dossier, place, len(old) if isinstance(old, list) else old,
                         len(new) if isinstance(new, list) else new)  # fmt: skip


def _hidden(value: Any) -> Any:
    """A value with every masked code and fingerprint taken out."""
    if isinstance(value, str):
        return _MARK.sub(_HIDDEN, value)
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    return {name: _hidden(one) for name, one in value.items()} if isinstance(value, dict) else value


def _sorted(value: Any) -> Any:
    """A value whose lists are in an order that no key decides."""
    if isinstance(value, list):
        return sorted((_sorted(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return {name: _sorted(one) for name, one in value.items()} if isinstance(value, dict) else value


def _unordered(old: Json, new: Json) -> Iterator[Difference]:
    """Differences of results whose dossiers cannot be told apart: how many dossiers, and each other place."""
    written: list[Counter[str]] = []
    for result in (old, new):
        written.append(Counter(json.dumps(one, sort_keys=True) for one in _judged(result)))
    if changed := (written[0] - written[1]).total() or (written[1] - written[0]).total():
        yield Difference("", "cases + in_columns", sum(written[0].values()), f"{changed} ≠")
    rest: list[Mapping[str, object]]
    rest = [{name: one for name, one in result.items() if name not in APART | {*JUDGED, "notes"}}
            for result in (old, new)]  # fmt: skip
    yield from _walk(rest[0], rest[1], "", "")
