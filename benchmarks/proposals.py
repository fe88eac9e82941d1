"""How long proposals take beside a bare comparison of all codes: `python benchmarks/run.py proposals`."""

import resource
import time
from datetime import datetime, timedelta
from pathlib import Path

import measure
import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from audit.judging import propose

GROWTH = (1_000, 3_000, 10_000)  # leftovers
CASES = {  # leftovers, days, procedures, names
    "a commune's month (300)": (300, 30, 20, 300),
    "one day, one procedure": (10_000, 1, 1, 5_000),
    "one day, procedure and name": (10_000, 1, 1, 1),
}
START = datetime(2023, 1, 2)  # noqa: DTZ001  a day has no zone
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Hồ", "Đỗ")
MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Xuân", "Thanh", "Quốc")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hoa", "Khoa", "Lan", "Loan", "Mai", "Nam", "Phúc", "Tâm", "Yến")


def leftovers(count: int, days: int, procedures: int, names: int, seed: int) -> pd.DataFrame:
    """`count` dossiers of one record, spread over so many days, procedures and names."""
    draw = np.random.default_rng(seed)
    at, who = draw.integers(0, days, count), draw.integers(0, names, count)
    received = [START + timedelta(days=int(day)) for day in at]
    serials = draw.permutation(count) % 10_000
    return pd.DataFrame({
        "dossier_id": [f"000.17.53.H48-{d:%y%m%d}-{s:04d}" for d, s in zip(received, serials, strict=True)],
        "procedure": [f"Thủ tục {number}" for number in draw.integers(0, procedures, count)],
        "received_at": received, "received_on": received,
        "applicant": [f"{FAMILY[n % 10]} {MIDDLE[n // 10 % 8]} {GIVEN[n // 80 % 15]} {n // 1200}" for n in who],
        "row": range(2, count + 2), "sheet": "", "page": "1", "line": "1",
    })  # fmt: skip


def main(size: str, scratch: Path) -> None:
    """Print, of each case, the time of the proposals, of the bare comparison, and their ratio; and how they grow."""
    del size, scratch  # quick enough at one size, and it needs no files
    times = {count: _case(f"a year ({count:,})", count, 250, 50, count // 2) for count in GROWTH}
    measure.say(f"  exponent of growth {measure.exponent(list(times), list(times.values())):.2f}")
    for name, case in CASES.items():
        _case(name, *case)


def _case(name: str, count: int, days: int, procedures: int, names: int) -> float:
    """The seconds that the proposals took."""
    software, register = (leftovers(count, days, procedures, names, seed) for seed in (1, 2))
    begun = time.perf_counter()
    codes = [side["dossier_id"].to_numpy(object) for side in (software, register)]
    for start in range(0, count, 500):
        process.cdist(codes[0][start : start + 500], codes[1], scorer=OSA.distance, score_cutoff=2,
                      dtype=np.uint8, workers=-1)  # fmt: skip
    bare = time.perf_counter() - begun
    begun = time.perf_counter()
    proposed = propose.pairs(software.drop(columns="received_on"), register.drop(columns="received_at"))
    taken = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    measure.say(f"  {name}: {len(proposed)} pairs in {taken:.2f} s, bare {bare:.2f} s, {taken / bare:.1f} x; "
                f"peak {memory:.2f} GiB")  # fmt: skip
    return taken
