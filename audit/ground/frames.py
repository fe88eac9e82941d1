"""What holds rows in memory: pandas where they are read and shown, Polars where the steps of an audit work on them."""

from functools import cache
from typing import Any

import pandas as pd
import polars as pl
from pandas.api.extensions import ExtensionArray

NativeFrame = pd.DataFrame | pl.DataFrame

_TYPES = {"str": pl.String, "boolean": pl.Boolean, "Int64": pl.Int64}  # those of pandas that may hold nothing
_PLAIN = {"boolean": "bool", "Int64": "int64"}  # where they hold no nothing


def for_steps(frame: pd.DataFrame) -> pl.DataFrame:
    """`frame` as the steps take it; rows, columns and their order stay, and whatever is missing is null."""
    if frame.empty:
        return _empty(tuple((str(name), kind) for name, kind in frame.dtypes.items()))
    return pl.DataFrame([_column(str(name), column.array) for name, column in frame.items()])


def in_pandas(frame: NativeFrame) -> pd.DataFrame:
    """`frame` in pandas, where whole numbers and booleans of which some are missing are pandas' own that can be."""
    if isinstance(frame, pd.DataFrame):
        return frame
    return pd.DataFrame({column.name: _values(column) for column in frame})


def plain(frame: NativeFrame) -> list[dict]:
    """Rows as dictionaries of plain Python values, None for anything missing."""
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    columns = {name: _plain_values(frame[name]) for name in frame} if len(frame) else {}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@cache
def _empty(kinds: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    return pl.DataFrame([_column(name, pd.Series(dtype=kind).array) for name, kind in kinds])


def _column(name: str, values: ExtensionArray) -> pl.Series:
    kind = str(values.dtype)
    if kind not in _TYPES:
        return pl.Series(name, values.to_numpy())  # a day that is missing becomes null by itself
    if kind in _PLAIN and not values.isna().any():
        return pl.Series(name, values.to_numpy(dtype=_PLAIN[kind]))
    return pl.Series(name, values.to_numpy(dtype=object, na_value=None).tolist(), dtype=_TYPES[kind])  # type: ignore[arg-type]  # the stubs know no None


def _values(column: pl.Series) -> object:
    if column.dtype == pl.String:
        return pd.array(column.to_list(), dtype="str")
    if column.null_count() and column.dtype == pl.Boolean:
        return pd.array(column.to_list(), dtype="boolean")
    if column.null_count() and column.dtype.is_integer():
        return pd.array(column.to_list(), dtype="Int64")
    return column.to_numpy()


def _plain_values(column: pd.Series) -> list:
    values, is_missing = column.tolist(), column.isna().tolist()
    return [None if missing else value for value, missing in zip(values, is_missing, strict=True)]
