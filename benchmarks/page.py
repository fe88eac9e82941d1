"""How large a page of many dossiers is, and how quickly it opens: `python benchmarks/page.py`."""

import csv
import shutil
import statistics
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import sync_playwright

from audit import run

OFFICE = """
as_of = 2025-05-31
made_up = true
[office]
name = "xã Đông"
[period]
first_on = 2025-04-01
last_on = 2025-04-30
[units]
desk = ["Bộ phận Một cửa xã Đông"]
commune = ["UBND xã Đông"]
upper_level = ["Chi nhánh Văn phòng Đăng ký đất đai"]
"""
PROCEDURES = (
    ("Đăng ký biến động quyền sử dụng đất", "Đất đai", "Chi nhánh Văn phòng Đăng ký đất đai"),
    ("Cấp giấy xác nhận tình trạng hôn nhân", "Hộ tịch", "UBND xã Đông"),
    ("Chứng thực hợp đồng, giao dịch", "Chứng thực", "UBND xã Đông"),
)
SOFTWARE = ("Số hồ sơ", "Tên thủ tục hành chính", "Tên lĩnh vực", "Cơ quan/đơn vị", "Ngày tiếp nhận", "Ngày hẹn trả",
            "Ngày kết thúc xử lý", "Trạng thái hồ sơ")  # fmt: skip
REGISTER = ("TT", "Trang", "Mã hồ sơ", "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Ký nhận")
SLIPS = ("Mã hồ sơ", "Cơ quan giao", "Cơ quan nhận", "Thời gian giao, nhận hồ sơ")
FULL = "<style>.case { content-visibility: visible !important; }</style>"
OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
TIMES = 5


def office(folder: Path, dossiers: int, seed: int = 3) -> Path:
    """Write the folder of a made-up office in which one dossier in ten was closed late."""
    random, rows = Random(seed), {"software": [SOFTWARE], "register": [REGISTER], "control_slips": [SLIPS]}
    for number in range(dossiers):
        received = datetime(2025, 4, 1, 8) + timedelta(days=random.randrange(16), minutes=random.randrange(480))  # noqa: DTZ001
        due = (received + timedelta(days=14)).replace(hour=17, minute=0)
        late = random.randrange(10) == 0
        closed = due + timedelta(
            days=random.randint(1, 9) if late else -random.randint(1, 5), minutes=-random.randrange(480)
        )
        returned = due + timedelta(days=random.randint(-5, 2 if late else 0))
        code, (procedure, field, unit) = f"000.17.53.H48-{received:%y%m%d}-{number:05d}", random.choice(PROCEDURES)
        rows["software"].append((code, procedure, field, unit, f"{received:%d/%m/%Y %H:%M}", f"{due:%d/%m/%Y %H:%M}",
                                 f"{closed:%d/%m/%Y %H:%M}", "Đã trả kết quả"))  # fmt: skip
        rows["register"].append((number % 25 + 1, number // 25 + 1, code, f"{received:%d/%m/%Y}", f"{due:%d/%m/%Y}",
                                 f"{returned:%d/%m/%Y}", "Đã ký"))  # fmt: skip
        if late and random.randrange(4) == 0:
            hops = ("UBND xã Đông", unit, received + timedelta(1)), (unit, "Bộ phận Một cửa xã Đông", returned)
            rows["control_slips"] += [(code, a, b, f"{at:%d/%m/%Y %H:%M}") for a, b, at in hops]
    folder.mkdir(parents=True)
    (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
    for name, lines in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    return folder


def main() -> None:
    """Print the bytes of a page per dossier that is laid out, and how quickly it opens beside one laid out in full."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for dossiers in (300, 3_000, 12_000, 20_000):
            folder = office(Path(scratch) / "xa-dong" / str(dossiers), dossiers)
            parameters = {"as_of": "", "lang": "vi", "edition": "internal"}
            page = run.audits([folder], Path(scratch) / "out", parameters)[0].page
            text = page.read_text(encoding="utf-8")
            full = page.with_name("full.html")
            allowed = text.replace("style-src", "style-src 'unsafe-inline'; x-src").replace(
                "</style>", f"</style>{FULL}", 1
            )
            full.write_text(allowed, encoding="utf-8")
            times = {file: statistics.median(_opened(browser, file) for _ in range(TIMES)) for file in (page, full)}
            in_full, in_brief = text.count("<article"), text.count('<tr id="case-')
            sys.stdout.write(
                f"{dossiers} dossiers: {len(text.encode()) / 1e6:.2f} MB, {in_full} cases in full, {in_brief} in brief;"
                f" opens in {times[page]:.0f} ms, {times[page] / times[full]:.2f} of the time with all laid out\n"
            )


def _opened(browser, file: Path) -> float:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    taken = page.evaluate(OPENED)
    page.close()
    return taken


if __name__ == "__main__":
    main()
