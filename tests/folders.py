"""An audit's folder made of small text tables: what a test needs, where it needs it."""

import csv
from pathlib import Path

import xlsxwriter
import xlwt

OFFICE = """
as_of = 2025-05-05
[office]
name = "xã Thử"
[period]
first_on = 2025-04-01
last_on = 2025-04-30
[units]
commune = ["UBND xã Thử"]
desk = ["Bộ phận Một cửa xã Thử"]
upper_level = ["Văn phòng Đăng ký đất đai"]
[records]
kept = []
"""
SOFTWARE = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả     | Ngày kết thúc xử lý
H-1      | 01/04/2025     | 08/04/2025 17:00 | 10/04/2025 08:00
H-2      | 01/04/2025     | 08/04/2025 17:00 | 08/04/2025 08:00
"""
REGISTER = """
TT | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận
1  | H-1      | 01/04/2025 | 08/04/2025      | 08/04/2025  | Đã ký
2  | H-2      | 01/04/2025 | 08/04/2025      | 08/04/2025  | Đã ký
"""


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]


def folder(path: Path, **files: str | bytes) -> Path:
    """A folder with office.toml, a key and the two records; `name__ext=` writes or, with "", leaves out a file."""
    path.mkdir(parents=True, exist_ok=True)
    (path.parent / "office.key").write_text(f"{'0' * 64}\n", encoding="utf-8")
    for name, content in (
        {"office__toml": OFFICE, "software__csv": SOFTWARE, "register__csv": REGISTER} | files
    ).items():
        target = path / name.replace("__", ".")
        if isinstance(content, bytes):
            target.write_bytes(content)
        elif content and target.suffix == ".csv":
            with target.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(cells(content))
        elif content:
            target.write_text(content, encoding="utf-8")
    return path


def with_column(table: str, heading: str, first: str, second: str) -> str:
    """SOFTWARE with one column more before its codes, and what stands there in the rows of H-1 and H-2."""
    return (
        table.replace("Số hồ sơ", f"{heading} | Số hồ sơ")
        .replace("H-1", f"{first} | H-1")
        .replace("H-2", f"{second} | H-2")
    )


def xlsx(
    path: Path, sheets: dict[str, list[list[object]]], comments: dict[str, dict[tuple[int, int], str]] | None = None,
    hidden: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """A workbook with native dates where a cell is one; `comments` by sheet and place from 0, and `hidden` sheets."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if hasattr(value, "year"):
                        sheet.write_datetime(row, column, value, day)
                    else:
                        sheet.write(row, column, value)
            for place, text in (comments or {}).get(name, {}).items():
                sheet.write_comment(*place, text)
            if name in hidden:
                sheet.hide()


def xls(path: Path, rows: list[list[object]]) -> None:
    """An old workbook."""
    book = xlwt.Workbook()
    sheet, day = book.add_sheet("Sheet1"), xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value, *([day] if hasattr(value, "year") else []))
    book.save(str(path))
