"""Makes the made-up part of this folder: dossiers that add up to the real figures of report 233/BC-UBND.

Nobody in it exists. `claims.csv` and `office.toml` are typed by hand from the report and not made here.
Run it from anywhere: `python make_sample.py [FOLDER]`; the same bytes come out each time.
"""

import csv
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path

import xlsxwriter

MADE_UP = "DỮ LIỆU MINH HỌA – hồ sơ và người nộp là hư cấu, không phải người thật, việc thật"
COMMUNE = "UBND xã Bình Phước"
LAND_OFFICE = "Chi nhánh Văn phòng Đăng ký đất đai huyện Bình Sơn"
DAYS_OFF = {date(2023, 9, 1), date(2023, 9, 4)}
CREATED = datetime(2023, 9, 25)

CIVIL, NOTARY, LAND, SOCIAL = "Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội"
COPY, SIGNATURE = "Chứng thực bản sao từ bản chính", "Chứng thực chữ ký"
BIRTH = "Liên thông: đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi"
DEATH = "Liên thông: đăng ký khai tử, xoá đăng ký thường trú, giải quyết mai táng phí, tử tuất"
SINGLE, MARRIAGE = "Cấp Giấy xác nhận tình trạng hôn nhân", "Đăng ký kết hôn"
WELFARE, EXTRACT = "Trợ cấp xã hội hằng tháng", "Cấp bản sao trích lục hộ tịch"
LAND_FIRST, LAND_CHANGE = "Đăng ký, cấp Giấy chứng nhận lần đầu", "Đăng ký biến động đất đai"
UNLISTED = "Xác nhận đơn đề nghị hỗ trợ học tập"

PROCEDURES = {  # name: field, working days, online level; those of Decision 906 with dossiers in the period
    COPY: (NOTARY, 2, "Một phần"), SIGNATURE: (NOTARY, 2, "Một phần"), BIRTH: (CIVIL, 4, "Một phần"),
    DEATH: (CIVIL, 4, "Một phần"), SINGLE: (CIVIL, 3, "Một phần"), MARRIAGE: (CIVIL, 5, "Một phần"),
    WELFARE: (SOCIAL, 12, "Một phần"), LAND_FIRST: (LAND, 20, "Một phần"),
    LAND_CHANGE: (LAND, 10, "Một phần"), EXTRACT: (CIVIL, 1, "Toàn trình"),
}  # fmt: skip
OTHER_PARTIAL, OTHER_FULL = 44 - 9, 7 - 1
ONLINE = {COPY: 96, SIGNATURE: 38, BIRTH: 9, DEATH: 1, SINGLE: 27, MARRIAGE: 8, WELFARE: 12,
          LAND_FIRST: 6, LAND_CHANGE: 8, EXTRACT: 13}  # fmt: skip  # 205 partial + 13 full
FEES = {EXTRACT: 8_000, SINGLE: 15_000, MARRIAGE: 30_000, SIGNATURE: 10_000, LAND_FIRST: 25_000}
COPY_FEES = [12_000] * 27 + [10_000] * 69
FAMILY, MIDDLE = (
    ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Huỳnh", "Đặng"),
    ("Văn", "Thị", "Minh", "Ngọc", "Hữu"),
)


@dataclass
class Dossier:
    """A made-up dossier, with what both records say of it."""

    procedure: str
    channel: str
    received_at: datetime
    term: int
    is_carried_over: bool = False
    code: str = ""
    due_on: date | None = None
    closed_at: datetime | None = None
    returned_on: date | None = None
    status: str = "Đang xử lý"
    unit: str = COMMUNE
    is_components_digitised: bool = True
    is_result_digitised: bool = False
    fee: int | None = None
    note: str = ""
    applicant: str = ""
    hops: list[tuple[str, str, datetime]] = field(default_factory=list)

    def __post_init__(self):
        self.due_on = add_workdays(self.received_at.date(), self.term)

    def settle(self, returned_on: date, closed_at: datetime) -> "Dossier":
        self.returned_on, self.closed_at, self.status = returned_on, closed_at, "Đã trả kết quả"
        return self


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def add_workdays(day: date, count: int) -> date:
    while count:
        day += timedelta(1)
        count -= is_workday(day)
    return day


def workdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [day for day in days if is_workday(day)]


def at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(7, 30)) + timedelta(minutes=minutes)


def settled_in_time(dossier: Dossier, number: int) -> Dossier:
    """Returned one working day or more before the due day where the term allows, closed the same day or next."""
    received = dossier.received_at.date()
    returned = add_workdays(received, max(1, dossier.term - 1 - number % 2)) if dossier.term > 1 else dossier.due_on
    last = date(2023, 9, 22)
    returned = min(max(returned, date(2023, 8, 24)), last)
    return dossier.settle(returned, at(returned, 240 + number % 180))


def online() -> list[Dossier]:
    """219 online: 218 of listed procedures and one that is not, all settled; one of them closed late."""
    names = [name for name, count in ONLINE.items() for _ in range(count)]
    copy_fees = iter(COPY_FEES)
    found = []
    for number, name in enumerate(names):
        term = PROCEDURES[name][1]
        span = workdays(date(2023, 8, 24), LATEST_RECEIPT[term])
        dossier = Dossier(name, "Trực tuyến", at(span[number * 7 % len(span)], number * 13 % 480), term)
        dossier.fee = next(copy_fees) if name == COPY else FEES.get(name)
        found.append(settled_in_time(dossier, number))
    for dossier in [d for d in found if d.procedure == WELFARE]:
        dossier.fee = None
    land = [d for d in found if d.procedure == LAND_CHANGE]
    land[0].fee = 25_000  # 189 payments in all: 13 + 27 + 8 + 38 + 96 + 6 + 1
    single = next(d for d in found if d.procedure == SINGLE)
    single.received_at = datetime(2023, 8, 28, 9, 12)
    single.due_on = add_workdays(date(2023, 8, 28), 3)
    single.settle(date(2023, 8, 30), datetime(2023, 9, 6, 8, 5))
    outside = Dossier(UNLISTED, "Trực tuyến", datetime(2023, 9, 7, 10, 40), 3, is_components_digitised=False)
    return [*found, outside.settle(date(2023, 9, 11), datetime(2023, 9, 11, 15, 20))]


LATEST_RECEIPT = {1: date(2023, 9, 21), 2: date(2023, 9, 20), 3: date(2023, 9, 19), 4: date(2023, 9, 18),
                  5: date(2023, 9, 15), 10: date(2023, 9, 8), 12: date(2023, 9, 6), 20: date(2023, 8, 25)}  # fmt: skip


def in_person() -> list[Dossier]:
    """70 in person: 49 settled (two of them closed late), 18 open within time, 3 withdrawn."""
    found = []
    for number, name in enumerate(islice(cycle([COPY, SIGNATURE, SINGLE, WELFARE, MARRIAGE]), 47)):
        term = PROCEDURES[name][1]
        span = workdays(date(2023, 8, 24), LATEST_RECEIPT[term])
        dossier = Dossier(name, "Trực tiếp", at(span[number * 5 % len(span)], number * 17 % 480), term)
        found.append(settled_in_time(dossier, number))
    welfare = Dossier(WELFARE, "Trực tiếp", datetime(2023, 8, 25, 8, 20), 12)
    found.append(welfare.settle(date(2023, 9, 12), datetime(2023, 9, 18, 7, 58)))
    signature = Dossier(SIGNATURE, "Trực tiếp", datetime(2023, 9, 11, 14, 5), 2)
    found.append(signature.settle(date(2023, 9, 12), datetime(2023, 9, 15, 16, 41)))
    for number in range(18):
        name = (LAND_FIRST, LAND_CHANGE, WELFARE)[number % 3]
        span = workdays(date(2023, 9, 14), date(2023, 9, 22))
        found.append(Dossier(name, "Trực tiếp", at(span[number % len(span)], number * 23 % 480), PROCEDURES[name][1]))
    for number, day in enumerate((date(2023, 8, 29), date(2023, 9, 6), date(2023, 9, 13))):
        withdrawn = Dossier(MARRIAGE, "Trực tiếp", at(day, 60 + number), 5, status="Công dân rút hồ sơ")
        withdrawn.closed_at, withdrawn.note = at(add_workdays(day, 2), 90), "Công dân rút hồ sơ"
        found.append(withdrawn)
    return found


def carried_over() -> list[Dossier]:
    """25 from before the period, all settled; two of the land sector, which the level above returned."""
    found = []
    for number in range(23):
        name = (LAND_CHANGE, WELFARE)[number % 2]
        span = workdays(date(2023, 8, 15), date(2023, 8, 23))
        dossier = Dossier(name, "Trực tiếp", at(span[number % len(span)], number * 19 % 480), PROCEDURES[name][1])
        found.append(settled_in_time(dossier, number))
    late = (
        ("31/07 08:45", "02/08 09:00", "24/08 10:15", "31/08 16:02"),
        (
            "08/08 09:30",
            "10/08 08:30",
            "30/08 15:40",
            "12/09 08:14",
        ),
    )
    for moments in late:
        received, passed_up, handed_over, closed = (datetime.strptime(f"2023/{m}", "%Y/%d/%m %H:%M") for m in moments)
        land = Dossier(LAND_FIRST, "Trực tiếp", received, 20, unit=LAND_OFFICE)
        land.closed_at, land.status = closed, "Đã trả kết quả"
        land.hops = [
            (
                "Bộ phận Một cửa xã Bình Phước",
                "Công chức Địa chính – Xây dựng xã",
                received + timedelta(hours=2),
            ),
            ("Công chức Địa chính – Xây dựng xã", LAND_OFFICE, passed_up),
            (LAND_OFFICE, "Người nộp hồ sơ", handed_over),
        ]
        found.append(land)
    for dossier in found:
        dossier.is_carried_over = True
    return found


def dossiers() -> list[Dossier]:
    found = sorted([*carried_over(), *in_person(), *online()], key=lambda d: (d.received_at, d.procedure, d.channel))
    for number, dossier in enumerate(found, start=1):
        dossier.code = f"000.17.53.H48-{dossier.received_at:%y%m%d}-{number:04d}"
        dossier.applicant = f"{FAMILY[number % 7]} {MIDDLE[number % 5]} Mẫu {number:03d}"
    listed = [d for d in found if d.procedure != UNLISTED]
    for dossier in [d for d in listed if d.channel == "Trực tiếp" and d.status == "Đang xử lý"][:8]:
        dossier.is_components_digitised = False  # 302 of 310
    settled = [d for d in listed if d.status == "Đã trả kết quả"]
    for number, dossier in enumerate(settled):
        dossier.is_result_digitised = number >= 48  # 244 of 292
    for dossier in found:
        if dossier.status == "Công dân rút hồ sơ":
            dossier.is_components_digitised = False
    return found


def write_software(path: Path, found: list[Dossier]) -> None:
    headings = ["STT", "Số hồ sơ", "Tên thủ tục hành chính", "Tên lĩnh vực", "Phòng ban", "Ngày tiếp nhận",
                "Ngày hẹn trả", "Ngày kết thúc xử lý", "Cơ quan/đơn vị", "Chủ hồ sơ", "Số điện thoại",
                "Cán bộ xử lý hiện tại", "Trạng thái hồ sơ", "Hình thức nộp", "Số hóa thành phần hồ sơ",
                "Số hóa kết quả", "Thanh toán trực tuyến (lượt)", "Số tiền thanh toán trực tuyến (đồng)"]  # fmt: skip
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "comments": MADE_UP})
        sheet, bold = book.add_worksheet("Hồ sơ"), book.add_format({"bold": True})
        sheet.write_string(0, 0, "DANH SÁCH HỒ SƠ TIẾP NHẬN, GIẢI QUYẾT – UBND XÃ BÌNH PHƯỚC", bold)
        sheet.write_string(1, 0, "Từ ngày 24/08/2023 đến ngày 24/09/2023")
        sheet.write_string(2, 0, MADE_UP)
        sheet.write_row(4, 0, headings, bold)
        for number, d in enumerate(found, start=1):
            field_ = PROCEDURES.get(d.procedure, (SOCIAL,))[0]
            cells = [d.code, d.procedure, field_, "Bộ phận Một cửa", stamp(d.received_at),
                     stamp(datetime.combine(d.due_on, time(17))), stamp(d.closed_at), d.unit, d.applicant,
                     f"0900000{number:03d}", "Cán bộ Mẫu", d.status, d.channel,
                     yes(d.is_components_digitised), yes(d.is_result_digitised)]  # fmt: skip
            sheet.write_number(4 + number, 0, number)
            for column, cell in enumerate(cells, start=1):
                sheet.write_string(4 + number, column, cell)
            if d.fee:
                sheet.write_number(4 + number, 16, 1)
                sheet.write_number(4 + number, 17, d.fee)
        last = 5 + len(found)
        sheet.write_string(last, 1, f"Tổng cộng: {len(found)} hồ sơ", bold)
        sheet.write_number(last, 16, sum(1 for d in found if d.fee))
        sheet.write_number(last, 17, sum(d.fee or 0 for d in found))
        sheet.set_column(1, 17, 20)


def write_register(path: Path, found: list[Dossier]) -> None:
    headings = ["TT", "Mã hồ sơ", "Tên TTHC", "Số lượng hồ sơ (bộ)", "Tên cá nhân, tổ chức",
                "Địa chỉ, số điện thoại", "Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả",
                "Trả kết quả", "Phương thức nhận kết quả", "Ký nhận", "Ghi chú", "Trang"]  # fmt: skip
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "comments": MADE_UP})
        sheet, bold = book.add_worksheet("Sổ theo dõi"), book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_string(0, 0, "SỔ THEO DÕI HỒ SƠ – Bộ phận Một cửa xã Bình Phước", bold)
        sheet.write_string(1, 0, MADE_UP)
        sheet.write_row(3, 0, headings, bold)
        sheet.write_row(4, 0, [f"({n})" for n in range(1, 15)])
        for number, d in enumerate(found, start=1):
            row = 4 + number
            sheet.write_number(row, 0, number)
            sheet.write_row(
                row, 1, [d.code, d.procedure, 1, d.applicant, f"Thôn Giả Định, 0900000{number:03d}", d.unit]
            )
            for column, value in ((7, d.received_at.date()), (8, d.due_on), (9, d.returned_on)):
                if value:
                    sheet.write_datetime(row, column, datetime.combine(value, time()), day)
            if d.returned_on:
                sheet.write_row(row, 10, ["Trực tiếp", "Đã ký"])
            sheet.write_string(row, 12, d.note)
            sheet.write_number(row, 13, 1 + (number - 1) // 20)
        sheet.set_column(1, 13, 18)


def write_control_slips(path: Path, found: list[Dossier]) -> None:
    rows = [
        [f"# {MADE_UP}"],
        [
            "Mã hồ sơ",
            "Cơ quan giao",
            "Cơ quan nhận",
            "Thời gian giao, nhận hồ sơ",
            "Kết quả giải quyết",
            "Ghi chú",
        ],
    ]
    for dossier in found:
        for giver, taker, handed_at in dossier.hops:
            is_last = taker == "Người nộp hồ sơ"
            rows.append([dossier.code, giver, taker, stamp(handed_at), "Trước hạn" if is_last else "",
                         "Trả kết quả trực tiếp" if is_last else ""])  # fmt: skip
    write_csv(path, rows)


def write_online_procedures(path: Path) -> None:
    rows = [["# Danh mục theo Quyết định 906/QĐ-UBND: số lượng là thật, tên thủ tục là minh họa"],
            ["Tên thủ tục hành chính", "Mức độ", "Nhóm liên thông"]]  # fmt: skip
    groups = {BIRTH: "Khai sinh", DEATH: "Khai tử"}
    rows += [[name, level, groups.get(name, "")] for name, (_, _, level) in PROCEDURES.items()]
    rows += [[f"Thủ tục một phần minh họa {n:02d}", "Một phần", ""] for n in range(1, OTHER_PARTIAL + 1)]
    rows += [[f"Thủ tục toàn trình minh họa {n:02d}", "Toàn trình", ""] for n in range(1, OTHER_FULL + 1)]
    write_csv(path, rows)


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def stamp(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y %H:%M}" if moment else ""


def yes(value: bool) -> str:
    return "Có" if value else "Không"


def main(folder: Path) -> None:
    """Write the four made-up files into `folder`."""
    found = dossiers()
    write_software(folder / "software.xlsx", found)
    write_register(folder / "register.xlsx", found)
    write_control_slips(folder / "control_slips.csv", found)
    write_online_procedures(folder / "online_procedures.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
