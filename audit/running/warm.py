"""An audit of nobody, done before the first real one: whatever is loaded, compiled or looked up once is there after it.

Its dossiers and people are made up. Its steps are taken in a child that ends: Polars starts threads when it first
works, and they would not be there in a process forked afterwards.
"""

import os
import pickle
import signal
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from audit.findings import at_once, result
from audit.ground.terms import Edition
from audit.reading import load
from audit.running import execute, fork
from audit.running.execute import Job

if TYPE_CHECKING:
    from nbformat import NotebookNode

_OFFICE = """
as_of = 2025-05-05
made_up = true
[office]
name = "xã Diễn Tập"
[period]
first_on = 2025-04-01
last_on = 2025-04-30
[units]
commune = ["UBND xã Diễn Tập"]
desk = ["Bộ phận Một cửa xã Diễn Tập"]
upper_level = ["Văn phòng Đăng ký đất đai"]
[records]
kept = ["control_slips"]
[report]
number = "1/BC"
"""
_SOFTWARE = """\
Số hồ sơ,Tên thủ tục hành chính,Tên lĩnh vực,Cơ quan/đơn vị,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,\
Trạng thái hồ sơ
M-1,Chứng thực chữ ký,Chứng thực,UBND xã Diễn Tập,01/04/2025 08:00,08/04/2025 17:00,10/04/2025 08:00,Đã trả kết quả
M-2,Chứng thực chữ ký,Chứng thực,UBND xã Diễn Tập,01/04/2025 08:00,08/04/2025 17:00,08/04/2025 08:00,Đã trả kết quả
M-3,Đăng ký biến động,Đất đai,UBND xã Diễn Tập,02/04/2025 08:00,09/04/2025 17:00,14/04/2025 08:00,Đã trả kết quả
M-4,Đăng ký biến động,Đất đai,UBND xã Diễn Tập,02/04/2025 08:00,09/04/2025 17:00,11/04/2025 08:00,Đã trả kết quả
M-5,Chứng thực chữ ký,Chứng thực,UBND xã Diễn Tập,29/04/2025 08:00,08/05/2025 17:00,,Đang xử lý
M-6,Chứng thực chữ ký,Chứng thực,UBND xã Diễn Tập,31/04/2025 08:00,08/05/2025 17:00,,Đang xử lý
"""
_REGISTER = """\
TT,Trang,Mã hồ sơ,Nhận hồ sơ,Hẹn trả kết quả,Trả kết quả,Ký nhận
1,1,M-1,01/04/2025,08/04/2025,08/04/2025,Đã ký
2,1,M-2,01/04/2025,08/04/2025,09/04/2025,Đã ký
3,1,M-3,02/04/2025,09/04/2025,14/04/2025,Đã ký
4,1,M-44,02/04/2025,09/04/2025,11/04/2025,Đã ký
"""
_SLIPS = """\
Mã hồ sơ,Cơ quan giao,Cơ quan nhận,"Thời gian giao, nhận hồ sơ"
M-3,UBND xã Diễn Tập,Văn phòng Đăng ký đất đai,03/04/2025 08:00
M-3,Văn phòng Đăng ký đất đai,Bộ phận Một cửa xã Diễn Tập,14/04/2025 08:00
"""
_CLAIMS = """\
claim,measure,written,out_of_written,unit,section,page,quote
A,settled,4,,dossiers,1,1,đã giải quyết 4 hồ sơ
"""
_PARAMETERS = {"as_of": "", "lang": "vi", "edition": Edition.SHAREABLE.value}
_RESULT = "result.pickle"
_SECONDS = 60
_CELL = f"""\
import pickle
from pathlib import Path

from audit.page import report

found = pickle.loads(Path(folder, "{_RESULT}").read_bytes())"""


def serve() -> None:
    """The process that children of jobs are forked from, once it has done the audit."""
    fork.serve(take_place)


def take_place() -> execute.Outcome:
    """Do the audit; what came of it is of no use but to a test: should it fail, the first real one will say why."""
    import python_calamine  # noqa: F401, PLC0415  the rehearsal has no spreadsheet

    texts = {"office.toml": _OFFICE, "software.csv": _SOFTWARE, "register.csv": _REGISTER, "control_slips.csv": _SLIPS,
             "claims.csv": _CLAIMS}  # fmt: skip
    contents = {name: text.encode() for name, text in texts.items()}
    return execute.outcome(Job("xa-dien-tap/2025-04", _PARAMETERS, contents, b"0" * 64), _shown)


def _shown(notebook: "NotebookNode", parameters: Mapping[str, str], empty: str, seconds: int) -> "NotebookNode":
    """The notebook run here from where it shows what was found; what comes before is done in a child."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(_SECONDS)  # whoever waits for it must not wait for ever
            _keep_result(Path(parameters["folder"]))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    rehearsed = copy(notebook)
    shows = next(at for at, cell in enumerate(notebook.cells) if cell.source.startswith("report."))
    given = [cell for cell in notebook.cells[:shows] if cell.cell_type != "code" or "parameters" in _tags(cell)]
    read = copy(next(cell for cell in notebook.cells[:shows] if cell.cell_type == "code" and not _tags(cell)))
    read.source = _CELL
    rehearsed.cells = [*given, read, *notebook.cells[shows:]]
    return execute.here(rehearsed, parameters, empty, seconds)


def _keep_result(folder: Path) -> None:
    office = load.office(folder)
    shareable = result.in_edition(at_once.result(office), Edition.SHAREABLE, office.key)
    (folder / _RESULT).write_bytes(pickle.dumps(shareable))


def _tags(cell: "NotebookNode") -> list[str]:
    return cell.metadata.get("tags", [])
