"""Made-up communes and dossiers, any number of them: as an inspector's folders, or as a lake of Parquet files.

Nobody in them exists, and no commune, province or code of dossiers either: real codes begin with H or G, these with M.
Each commune is drawn from the seed and its own number alone, so that any of them can be made again without the others,
and both forms hold the same dossiers. The same seed gives the same bytes.

`python benchmarks/made_up.py folders OUT 170 300` or `python benchmarks/made_up.py lake OUT 3321 50000000`.
"""

import argparse
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
SEED = 6
LONG_TERM = 10  # working days from which a dossier may be carried over
PROVINCES = 34  # as the country since 1/7/2025
WHOLE_NATION = 3_321  # communes since 1/7/2025
MADE_UP = "DỮ LIỆU MINH HỌA – hồ sơ và người nộp là hư cấu"

# How often what happens, as shares of a commune's dossiers unless it says otherwise. "seen": there is a public source,
# named in README.md; "assumed": nobody has counted it, chosen so that every rule has work to do.
LATE_CLOSINGS = (0.02, 0.10)  # by commune; seen 0.8-1.8 % in whole districts, more where somebody asks for an audit
LATE_BUT_RETURNED_IN_TIME = (
    0.7  # of late closings; seen: 5 of 5 in one report, all but 1 of 500 in a city, 61 % elsewhere
)
RETURNED_LATE = 0.03  # of those closed in time; assumed: the opposite exists and nobody has counted it
UNSIGNED = 0.02  # of register lines; assumed. Seen: "~" and blanks in the column of signatures
UNDATED = 0.02  # of register lines; assumed
NOT_IN_REGISTER = 0.02  # assumed
ONLY_IN_REGISTER = 0.004  # assumed
MISTYPED = 0.005  # of register lines, one figure of the code; assumed
REPEATED = 0.005  # rows of either record; seen: a second row for another payment
DIFFERENT = 0.002  # a second row that says otherwise; seen
OTHER_DUE_DATE = 0.02  # a slip that promises another day; seen: vendors are up to 2 working days apart
BEFORE_RECEIPT = 0.001  # of register lines, returned before received; assumed
WITHDRAWN, REFUSED, STOPPED, NEVER_CLOSED = 0.01, 0.01, 0.005, 0.03  # assumed; withdrawals and refusals seen in counts
CLOSED_WITHOUT_DAY = 0.001  # seen: settled without a closing date
UNREADABLE = 0.002  # rows of either record with a day that is none; assumed
CARRIED_OVER = 0.05  # received before the period; seen: 18 of 314 open at the end of one
WITH_SLIPS = 0.3  # of what goes to the level above; assumed: slips are kept for some
ONLINE, BY_POST = 0.7, 0.02  # seen: 219 of 314 online in one report

PROCEDURES = (  # name, field, working days, of 100 dossiers, goes to the level above; shares as in the sample's report
    ("Chứng thực bản sao từ bản chính", "Chứng thực", 2, 34, False),
    ("Chứng thực chữ ký", "Chứng thực", 2, 14, False),
    ("Cấp Giấy xác nhận tình trạng hôn nhân", "Hộ tịch", 3, 12, False),
    ("Đăng ký khai sinh", "Hộ tịch", 4, 7, False),
    ("Đăng ký kết hôn", "Hộ tịch", 5, 4, False),
    ("Cấp bản sao trích lục hộ tịch", "Hộ tịch", 1, 8, False),
    ("Trợ cấp xã hội hằng tháng", "Bảo trợ xã hội", 12, 6, False),
    ("Đăng ký biến động đất đai", "Đất đai", 10, 9, True),
    ("Đăng ký, cấp Giấy chứng nhận lần đầu", "Đất đai", 20, 6, True),
)
NAMES, FIELDS = ([each[at] for each in PROCEDURES] for at in (0, 1))
TERMS, SHARES, GOES_UP = (np.array([each[at] for each in PROCEDURES]) for at in (2, 3, 4))
STATUSES = ("returned", "withdrawn", "refused", "stopped", "in_process")
CHANNELS = ("in_person", "online", "post")
WRITTEN = {  # as case software and registers write what the toolkit reads
    "returned": "Đã trả kết quả", "withdrawn": "Công dân yêu cầu rút hồ sơ", "refused": "Không được tiếp nhận",
    "stopped": "Dừng xử lý", "in_process": "Đang xử lý", "in_person": "Trực tiếp", "online": "Trực tuyến",
    "post": "Bưu chính",
}  # fmt: skip
FAMILY, MIDDLE = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi"), ("Văn", "Thị", "Hữu", "Ngọc", "Minh")
HEADINGS = {  # of an iGate-like export, the register's form, the control slip's form: column -> heading
    "software": {
        "dossier_id": "Số hồ sơ", "procedure": "Tên thủ tục hành chính", "field": "Tên lĩnh vực",
        "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả", "closed_at": "Ngày kết thúc xử lý",
        "unit": "Cơ quan/đơn vị", "applicant": "Chủ hồ sơ", "channel": "Hình thức nộp", "status": "Trạng thái hồ sơ",
    },
    "register": {
        "line": "TT", "page": "Trang", "dossier_id": "Mã hồ sơ", "procedure": "Tên TTHC",
        "applicant": "Tên cá nhân, tổ chức", "received_on": "Nhận hồ sơ", "due_on": "Hẹn trả kết quả",
        "returned_on": "Trả kết quả", "signed": "Ký nhận",
    },
    "control_slips": {
        "dossier_id": "Mã hồ sơ", "from_unit": "Cơ quan giao", "to_unit": "Cơ quan nhận",
        "handed_at": "Thời gian giao, nhận hồ sơ",
    },
}  # fmt: skip
LAKE = {  # columns of the lake's two tables, words as the software writes them; a lake needs nobody's name
    "software": ("dossier_id", "commune", "received_at", "due_at", "closed_at", "status", "channel", "procedure",
                 "field", "unit", "unit_level", "is_readable"),
    "register": ("dossier_id", "commune", "line", "page", "received_on", "due_on", "returned_on", "signed",
                 "is_readable"),
}  # fmt: skip
OFFICE = """\
# {made_up}
made_up = true
as_of = {as_of}

[office]
name = "{name}"
district = ""
province = "{province}"

[period]
first_on = {first_on}
last_on = {last_on}

[units]
desk = {desk}
commune = {commune}
upper_level = {upper_level}

[records]
kept = []
"""
LINES_A_PAGE = 25
ROWS_A_FILE = 1_000_000  # of the lake: what stands in memory at once
ROWS_A_GROUP = 122_880  # what DuckDB reads by one thread at a time
CREATED = datetime(2025, 1, 1)  # noqa: DTZ001  what a workbook says of itself
MINUTE, DAY = np.timedelta64(1, "m"), np.timedelta64(1, "D")
NEVER = np.datetime64("NaT", "D")
Ending = Literal["csv", "xlsx"]


@dataclass(frozen=True)
class Period:
    """The days reported on, both included, and the day of the audit."""

    first_on: date = date(2025, 4, 1)
    last_on: date = date(2025, 4, 30)
    as_of: date = date(2025, 5, 31)

    @property
    def name(self) -> str:
        """The month in which the period begins, such as 2025-04: the name of a commune's folder."""
        return f"{self.first_on:%Y-%m}"


@dataclass(frozen=True)
class Commune:
    """A commune that does not exist, by its number from 1."""

    number: int

    @property
    def province(self) -> int:
        """The number of its province, from 1: communes lie in rows, a province after the other."""
        return (self.number - 1) * PROVINCES // max(WHOLE_NATION, self.number) + 1

    @property
    def slug(self) -> str:
        """Its name in plain letters: its folder, and its name in the lake."""
        return f"xa-mau-{self.number:04d}"

    @property
    def name(self) -> str:
        """Its name."""
        return f"xã Mẫu {self.number:04d}"

    @property
    def units(self) -> dict[str, str]:
        """The name of the one unit of each level, as the records write it."""
        return {"desk": f"Bộ phận Một cửa {self.name}", "commune": f"UBND {self.name}",
                "upper_level": f"Chi nhánh Văn phòng Đăng ký đất đai tỉnh Mẫu {self.province:02d}"}  # fmt: skip


def office(communes: Sequence[Commune], period: Period) -> str:
    """The `office.toml` of a commune, or of a lake of many."""
    units = {level: [commune.units[level] for commune in communes] for level in ("desk", "commune", "upper_level")}
    named = {level: json.dumps(list(dict.fromkeys(names)), ensure_ascii=False) for level, names in units.items()}
    alone = communes[0] if len(communes) == 1 else None
    return OFFICE.format(
        made_up=MADE_UP, name=alone.name if alone else "các xã Mẫu", first_on=period.first_on, last_on=period.last_on,
        province=f"tỉnh Mẫu {alone.province:02d}" if alone else "", as_of=period.as_of, **named,
    )  # fmt: skip


def records(commune: Commune, dossiers: int, seed: int = SEED, period: Period = Period()) -> dict[str, pl.DataFrame]:
    """The three records of a commune, a row as in the files; `unreadable` names the column nobody can read, if any.

    Every one of the `dossiers` stands in the software, once or twice, and most in the register. Days are of the
    working calendar, swapped Saturdays left out. A day that cannot be read is null here, and `is_readable` false.
    """
    draw = np.random.default_rng([seed, commune.number])
    drawn = _dossiers(draw, commune, dossiers, period)
    made = {"software": _software, "register": _register, "control_slips": _slips}
    return {record: rows(draw, drawn) for record, rows in made.items()}


def _dossiers(draw: np.random.Generator, commune: Commune, count: int, period: Period) -> pl.DataFrame:
    """A row a dossier, in the order of receipt, with what happened to it on both sides; fewer than 800,000 of them."""
    first, last, as_of = (np.datetime64(day, "D") for day in (period.first_on, period.last_on, period.as_of))
    of = draw.choice(len(PROCEDURES), count, p=SHARES / SHARES.sum())
    term = TERMS[of]
    is_long = TERMS >= LONG_TERM
    is_carried = (draw.random(count) < CARRIED_OVER * SHARES.sum() / SHARES[is_long].sum()) & is_long[of]
    workdays = np.busday_count(first, last + DAY, holidays=_days_off())
    received = _workday(first, np.where(is_carried, -draw.integers(1, 6, count), draw.integers(0, workdays, count)))
    due = _workday(received, term)

    in_time = np.maximum(_workday(received, np.floor(draw.random(count) * (term + 1)).astype(int)), _workday(first, 0))
    is_late = draw.random(count) < draw.uniform(*LATE_CLOSINGS)
    closed = np.where(is_late, _workday(due, draw.integers(1, 10, count)), in_time)
    status = np.array(STATUSES)[draw.choice(5, count, p=_and_rest(WITHDRAWN, REFUSED, STOPPED, NEVER_CLOSED))]
    is_open = (closed > as_of) | np.isin(status, ("stopped", "in_process"))
    status = np.where(is_open & (status == "returned"), "in_process", status)

    is_returned_in_time = draw.random(count) < np.where(is_late, LATE_BUT_RETURNED_IN_TIME, 1 - RETURNED_LATE)
    handed = np.where(is_late, in_time, np.minimum(_workday(closed, draw.integers(0, 2, count)), due))
    returned = np.where(is_returned_in_time, handed, _workday(due, draw.integers(1, 6, count)))
    returned = np.where(is_open | (status != "returned") | (returned > as_of), NEVER, returned)

    units, above = commune.units, GOES_UP[of]
    order = np.argsort(received, kind="stable")
    minutes = draw.integers((450, 780), (690, 1020), (count, 2))  # received 7:30-11:30, closed 13:00-17:00
    no_day = draw.random(count) < CLOSED_WITHOUT_DAY
    frame = pl.DataFrame({
        "received_at": (received + minutes[:, 0] * MINUTE).astype("datetime64[us]"),
        "due_at": (due + 17 * 60 * MINUTE).astype("datetime64[us]"),
        "closed_at": np.where(is_open | no_day, NEVER, closed + minutes[:, 1] * MINUTE).astype("datetime64[us]"),
        "received_on": received, "due_on": due, "returned_on": returned,
        "status": status, "channel": np.array(CHANNELS)[draw.choice(3, count, p=_and_rest(ONLINE, BY_POST))],
        "procedure": np.array(NAMES)[of], "field": np.array(FIELDS)[of],
        "unit": np.where(above, units["upper_level"], units["commune"]),
        "unit_level": np.where(above, "upper_level", "commune"), "above": above,
    })[order]  # fmt: skip
    number = pl.int_range(count)
    return frame.with_columns(_code(commune, number), _applicant(number), commune=pl.lit(commune.slug))


def _workday(day: np.ndarray, after: np.ndarray) -> np.ndarray:
    """So many working days after `day`, or before it; for 0 the day itself or the next one worked."""
    return np.busday_offset(day, after, roll="forward", holidays=_days_off())


def _software(draw: np.random.Generator, drawn: pl.DataFrame) -> pl.DataFrame:
    """A row of the export; some dossiers have a second, equal or with another due date."""
    rows, differs = _with_second_rows(draw, drawn)
    rows = rows.with_columns(due_at=pl.when(differs).then(pl.col("due_at") + pl.duration(days=1)).otherwise("due_at"))
    return _spoilt(draw, rows, "closed_at").select(*HEADINGS["software"], "commune", "unit_level", *READ)


def _register(draw: np.random.Generator, drawn: pl.DataFrame) -> pl.DataFrame:
    """A line of the register, in the order of receipt; what stands in it alone is at the end."""
    count = len(drawn)
    lines = drawn.filter(draw.random(count) >= NOT_IN_REGISTER)
    count = len(lines)
    other_due = draw.random(count) < OTHER_DUE_DATE
    before = draw.random(count) < BEFORE_RECEIPT
    undated, unsigned, mistyped = (draw.random(count) < share for share in (UNDATED, UNSIGNED, MISTYPED))
    code, returned = pl.col("dossier_id"), pl.col("returned_on")
    lines = lines.with_columns(
        due_on=pl.col("due_on") + pl.duration(days=pl.Series(other_due).cast(pl.Int64) * 2),
        returned_on=pl.when(pl.Series(undated)).then(None)
        .when(pl.Series(before) & returned.is_not_null()).then(pl.col("received_on") - pl.duration(days=1))
        .otherwise(returned),
        signed=returned.is_not_null() & ~pl.Series(unsigned),
        dossier_id=pl.when(pl.Series(mistyped)).then(code.str.replace(r"-(\d{6})-\d", "-${1}-9")).otherwise(code),
    )  # fmt: skip
    alone = drawn.filter(pl.Series(draw.random(len(drawn)) < ONLY_IN_REGISTER)).with_columns(
        dossier_id=code.str.replace(r"-(\d{6})-\d", "-${1}-8"), signed=returned.is_not_null(),
    )  # fmt: skip
    lines, differs = _with_second_rows(draw, pl.concat([lines, alone.select(lines.columns)]))
    lines = lines.with_columns(
        returned_on=pl.when(differs).then(returned + pl.duration(days=1)).otherwise(returned)
    ).with_columns(line=pl.int_range(pl.len()) % LINES_A_PAGE + 1, page=pl.int_range(pl.len()) // LINES_A_PAGE + 1)
    return _spoilt(draw, lines, "returned_on").select(*HEADINGS["register"], "commune", *READ)


def _slips(draw: np.random.Generator, drawn: pl.DataFrame) -> pl.DataFrame:
    """A hand-over: up on the day after receipt and, once there was a result, back to the desk."""
    chosen = drawn.filter(pl.col("above") & pl.Series(draw.random(len(drawn)) < WITH_SLIPS))
    commune = Commune(int(drawn["commune"][0].rsplit("-", 1)[1])).units if len(drawn) else {"commune": "", "desk": ""}
    up = chosen.select("dossier_id", from_unit=pl.lit(commune["commune"]), to_unit="unit",
                       handed_at=pl.col("received_on").cast(pl.Datetime) + pl.duration(days=1, hours=9))  # fmt: skip
    back = chosen.filter(pl.col("returned_on").is_not_null()).select(
        "dossier_id", from_unit="unit", to_unit=pl.lit(commune["desk"]),
        handed_at=pl.max_horizontal(pl.col("returned_on").cast(pl.Datetime) + pl.duration(hours=7, minutes=30),
                                    pl.col("received_on").cast(pl.Datetime) + pl.duration(days=1, hours=10)),
    )  # fmt: skip
    return pl.concat([up, back]).sort("dossier_id", "handed_at", maintain_order=True)


READ = ("is_readable", "unreadable")


def _spoilt(draw: np.random.Generator, rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """With a few cells of `column` that hold a day of no calendar."""
    spoilt = pl.Series(draw.random(len(rows)) < UNREADABLE) & pl.col(column).is_not_null()
    rows = rows.with_columns(is_readable=~spoilt, unreadable=pl.when(spoilt).then(pl.lit(column)))
    return rows.with_columns(pl.when(pl.col("is_readable")).then(column).alias(column))


def _with_second_rows(draw: np.random.Generator, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """`rows` with a few of them twice, one after the other, and which of the second are to say otherwise."""
    chance = draw.random(len(rows))
    times = 1 + (chance < REPEATED + DIFFERENT).astype(int)
    at = np.repeat(np.arange(len(rows)), times)
    is_second = np.concatenate([[False], at[1:] == at[:-1]]) if len(at) else np.zeros(0, bool)
    return rows[at], pl.Series(is_second & (chance[at] < DIFFERENT), dtype=pl.Boolean)


def _code(commune: Commune, serial: pl.Expr) -> pl.Expr:
    """Codes of the national shape whose unit, M and the province, is nobody's; the serial begins with a low figure."""
    office, district = commune.number % 100, commune.number // 100
    day = pl.col("received_on").dt.strftime("%y%m%d")
    head = f"000.{office:02d}.{district:02d}.M{commune.province:02d}-"
    return pl.concat_str(pl.lit(head), day, pl.lit("-"), serial.cast(pl.String).str.zfill(6)).alias("dossier_id")


def _applicant(number: pl.Expr) -> pl.Expr:
    family, middle = pl.Series(FAMILY), pl.Series(MIDDLE)
    names = (pl.lit(family).gather(number % len(FAMILY)), pl.lit(middle).gather(number // len(FAMILY) % len(MIDDLE)))
    return pl.concat_str(*names, pl.lit("Mẫu"), number.cast(pl.String).str.zfill(4), separator=" ").alias("applicant")


def _and_rest(*shares: float) -> np.ndarray:
    """What is left of the whole, then the shares."""
    return np.array([1 - sum(shares), *shares])


@cache
def _days_off() -> np.ndarray:
    with (ROOT / "data/reference/calendar.csv").open(encoding="utf-8-sig", newline="") as file:
        return np.array([line["date"] for line in csv.DictReader(file) if line["kind"] == "off"], dtype="datetime64[D]")


# As folders


def folders(
    out: Path, communes: Iterable[int], dossiers: int, seed: int = SEED, period: Period = Period(),
    ending: Ending | None = None,
) -> list[Path]:  # fmt: skip
    """Write the folder `out`/<commune>/<period> of each commune, and its key; every third has .xlsx, the others .csv.

    Where `ending` is given all have that. The key is made from the seed, so that masked codes are the same each time.
    """
    made = []
    for number in communes:
        commune = Commune(number)
        folder = out / commune.slug / period.name
        folder.mkdir(parents=True)
        (folder / "office.toml").write_text(office([commune], period), encoding="utf-8")
        key = hashlib.sha256(f"made up {seed} {number}".encode()).hexdigest()
        (folder.parent / "office.key").write_text(f"# {MADE_UP}\n{key}\n", encoding="utf-8")
        kind = ending or ("xlsx" if number % 3 == 0 else "csv")
        for record, frame in records(commune, dossiers, seed, period).items():
            if len(frame):
                cells = _cells(record, frame)
                (folder / f"{record}.{kind}").write_bytes(_csv(cells) if kind == "csv" else _xlsx(cells))
        made.append(folder)
    return made


def _cells(record: str, frame: pl.DataFrame) -> list[list[str]]:
    """The rows of a file as text: a title, the headings, a row each."""

    def written(column: str) -> pl.Expr:
        kind = frame.schema[column]
        if column == "signed":
            return pl.when("signed").then(pl.lit("Đã ký")).otherwise(pl.lit(""))
        if kind in (pl.Date, pl.Datetime):
            text = pl.col(column).dt.strftime("%d/%m/%Y" if kind == pl.Date else "%d/%m/%Y %H:%M").fill_null("")
            is_spoilt = pl.col("unreadable") == column if "unreadable" in frame.columns else pl.lit(False)
            return pl.when(is_spoilt).then(pl.lit("31/04/2025")).otherwise(text).alias(column)
        return pl.col(column).cast(pl.String).replace(WRITTEN)

    headings = HEADINGS[record]
    rows = frame.select(written(column) for column in headings).rows()
    return [[MADE_UP], list(headings.values()), *map(list, rows)]


def _csv(cells: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(cells)
    return stream.getvalue().encode("utf-8-sig")


def _xlsx(cells: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Sheet1")
        for row, texts in enumerate(cells):
            sheet.write_row(row, 0, texts)
    return stream.getvalue()


# As a lake


def lake(out: Path, communes: int, dossiers: int, seed: int = SEED, period: Period = Period()) -> dict[str, int]:
    """Write `out`/{software,register}/province=…/part-….parquet: `dossiers` in all, shared evenly; the rows of each.

    Communes stand one after the other; `out`/office.toml names the units of all. No more than
    `ROWS_A_FILE` rows and one commune are in memory.
    """
    rows = dict.fromkeys(LAKE, 0)
    for part, pieces in enumerate(_parts(communes, dossiers, seed, period)):
        for record, columns in LAKE.items():
            frame = pl.concat([piece[record].select(columns) for _, piece in pieces])
            frame = frame.with_columns(pl.col("status", "channel").replace(WRITTEN)) if record == "software" else frame
            folder = out / record / f"province=tinh-mau-{pieces[0][0].province:02d}"
            folder.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(folder / f"part-{part:05d}.parquet", compression="zstd", row_group_size=ROWS_A_GROUP)
            rows[record] += len(frame)
    everyone = [Commune(number) for number in range(1, communes + 1)]
    (out / "office.toml").write_text(office(everyone, period), encoding="utf-8")
    return rows


def _parts(
    communes: int, dossiers: int, seed: int, period: Period
) -> Iterator[list[tuple[Commune, dict[str, pl.DataFrame]]]]:  # fmt: skip
    """The records of so many communes of one province that they fill a file."""
    share, more = divmod(dossiers, communes)
    gathered: list[tuple[Commune, dict[str, pl.DataFrame]]] = []
    for number in range(1, communes + 1):
        commune = Commune(number)
        is_full = sum(len(piece["software"]) for _, piece in gathered) >= ROWS_A_FILE
        if gathered and (is_full or gathered[-1][0].province != commune.province):
            yield gathered
            gathered = []
        gathered.append((commune, records(commune, share + (number <= more), seed, period)))
    yield gathered


def main() -> None:
    """Write folders or a lake."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=("folders", "lake"))
    parser.add_argument("out", type=Path)
    parser.add_argument("communes", type=int)
    parser.add_argument("dossiers", type=int, help="of each commune, or of the whole lake")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    if given.form == "folders":
        folders(given.out, range(1, given.communes + 1), given.dossiers, given.seed)
    else:
        lake(given.out, given.communes, given.dossiers, given.seed)


if __name__ == "__main__":
    main()
