# /// script
# requires-python = ">=3.11"
# dependencies = ["datacompy==1.1.0", "openpyxl==3.1.5", "pandas>=3", "pyarrow>=21"]
# ///
"""Competitors that this toolkit does not install: `uv run --script benchmarks/others.py WAY TOLD FILE…`.

They run in an environment of their own, which uv makes, since datacompy wants older versions of pandas and Polars than
the toolkit's. Each writes to the file TOLD how many seconds of wall and of CPU it took, imports left out.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

SOFTWARE = ["dossier_id", "due_at", "closed_at", "status"]
REGISTER = ["dossier_id", "due_on", "returned_on", "signed"]

OTHER = ["Công dân yêu cầu rút hồ sơ", "Không được tiếp nhận", "Dừng xử lý"]


def _read(folders: list[str]) -> list:
    """The two tables of a lake as frames, days as days and not as objects."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    wanted = zip(folders, (SOFTWARE, REGISTER), strict=True)
    return [pq.read_table(folder, columns=names).to_pandas(date_as_object=False) for folder, names in wanted]


def pandas() -> Callable[[list[str]], object]:
    """The naive comparison of the lake in pandas: a merge by code, and the days compared."""
    import numpy as np  # noqa: PLC0415  imports are not measured
    import pandas as pd  # noqa: PLC0415

    def run(files: list[str]) -> object:
        software, register = _read(files)
        both = software.merge(register, on="dossier_id", how="outer", indicator=True)
        due, closed, returned = both["due_at"].dt.floor("D"), both["closed_at"].dt.floor("D"), both["returned_on"]
        returned = returned.where(both["signed"].eq(True))
        verdict = np.select(
            [both["_merge"].eq("right_only"), both["status"].isin(OTHER), closed.isna(),
             (closed > due) & (returned <= due), closed > due, returned <= due, returned > due],
            ["only_in_register", "other", "open", "late_only_in_software", "late", "on_time", "returned_late"],
            "not_checked",
        )  # fmt: skip
        return pd.Series(verdict).value_counts()

    return run


def datacompy() -> Callable[[list[str]], object]:
    """datacompy's report on the due day in both records, joined by code: less than a verdict."""
    import pandas as pd  # noqa: PLC0415
    from datacompy import PandasCompare  # noqa: PLC0415

    def run(files: list[str]) -> object:
        software, register = _read(files)
        one = pd.DataFrame({"dossier_id": software["dossier_id"], "due_on": software["due_at"].dt.floor("D"),
                            "done_on": software["closed_at"].dt.floor("D")})  # fmt: skip
        other = pd.DataFrame({"dossier_id": register["dossier_id"], "due_on": register["due_on"],
                              "done_on": register["returned_on"]})  # fmt: skip
        return PandasCompare(one, other, join_columns="dossier_id").report()

    return run


def openpyxl() -> Callable[[list[str]], object]:
    """`pandas.read_excel` through openpyxl, as most do it."""
    import openpyxl  # noqa: F401, PLC0415
    import pandas as pd  # noqa: PLC0415

    return lambda files: [pd.read_excel(file, dtype=str, header=1, engine="openpyxl") for file in files]


WAYS = {"pandas": pandas, "datacompy": datacompy, "openpyxl": openpyxl}

if __name__ == "__main__":
    way = WAYS[sys.argv[1]]()
    begun, cpu_begun = time.perf_counter(), time.process_time()
    print(way(sys.argv[3:]))  # noqa: T201
    Path(sys.argv[2]).write_text(f"{time.perf_counter() - begun} {time.process_time() - cpu_begun}")
