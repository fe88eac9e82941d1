"""A dossier in several case systems: compared pair by pair, judged by what rules, and undecided where nobody says."""

from datetime import date
from itertools import product
from random import Random

import by_systems
import pytest
from by_systems import office, verdicts
from drawn import PROCEDURES, TERMS, covered, dossiers, drawn_rows
from folders import OFFICE, SOFTWARE, folder, xlsx
from tables import plain

from audit.claims import recount
from audit.findings import at_once
from audit.findings.edition import in_edition
from audit.findings.schema import Result
from audit.findings.systems import UNREAD
from audit.ground.terms import AuditError, Cause, Edition, Verdict
from audit.judging import summarise, validate
from audit.letters import contents
from audit.page import report, tables
from audit.reading import exports, load
from audit.reading.office import Systems

HEAD = "dossier_id | system | received_at | due_at | closed_at | status\n"
LATE_ON_PAPER = "dossier_id | due_on | returned_on | signed\na | 08/04 | 14/04 | yes"
IN_TIME_ON_PAPER = "dossier_id | due_on | returned_on | signed\na | - | 07/04 | yes"
ON_TIME = "a | software | 01/04 | 08/04 | 07/04 | returned\n"
CLOSED_LATE = "a | province | 01/04 | 08/04 | 15/04 | returned\n"
DUE_EARLIER = "a | province | 01/04 | 03/04 | 07/04 | returned\n"


def cause(*drawn: object) -> tuple[str | None, bool]:
    row = plain(by_systems.judged(office(*drawn)), "cause", "cause_proved")[0]
    return row["cause"], row["cause_proved"]


# Judged by each system --------------------------------------------------------------------------------------------------


def test_an_exact_copy_in_a_second_system_changes_no_verdict_and_the_order_of_files_changes_nothing():
    rows = drawn_rows(dossiers(7, 300))
    alone = by_systems.Office(rows, coverage=covered(rows, {"kept": None, "unseen": (), "complete": ()}))
    copies = [line | {"system": system} for system in ("software", "province") for line in rows["software"]]
    for lines in (copies, copies[::-1]):
        both = by_systems.Office(rows | {"software": lines}, coverage=alone.coverage)
        assert by_systems.by_the_steps(both) == by_systems.by_the_steps(alone)


def test_a_dossier_that_one_system_lacks_is_judged_by_the_other():
    assert verdicts(HEAD + ON_TIME + "b | province | 01/04 | 08/04 | 07/04 | returned", IN_TIME_ON_PAPER) == {
        "a": ("on_time", "closed_and_returned_in_time"), "b": ("on_time_not_checked", "closed_in_time_not_in_register"),
    }  # fmt: skip


def test_where_due_dates_differ_and_nobody_says_which_rules_nothing_is_concluded_that_one_of_them_denies():
    drawn = (HEAD + ON_TIME + DUE_EARLIER, IN_TIME_ON_PAPER)
    assert verdicts(*drawn) == {"a": ("not_proved", "systems_differ")}
    assert verdicts(*drawn, {"due": "software"}) == {"a": ("on_time", "closed_and_returned_in_time")}
    assert verdicts(*drawn, {"due": "province"}) == {"a": ("late", "closed_late_returned_late")}
    assert verdicts(*drawn, {"order": ("province", "software")}) == {"a": ("late", "closed_late_returned_late")}


def test_the_system_named_for_one_thing_comes_before_the_order_of_all():
    drawn = (HEAD + ON_TIME + DUE_EARLIER, IN_TIME_ON_PAPER)
    assert verdicts(*drawn, {"order": ("province",), "due": "software"})["a"] == (
        "on_time",
        "closed_and_returned_in_time",
    )


def test_where_systems_differ_in_what_decides_nothing_the_verdict_stands():
    other = "a | province | 01/04 | 08/04 | 04/04 | processed\n"
    assert verdicts(HEAD + ON_TIME + other, IN_TIME_ON_PAPER) == {"a": ("on_time", "closed_and_returned_in_time")}


def test_in_time_on_paper_by_each_system_and_closed_late_in_one_is_late_in_that_system_alone():
    drawn = (HEAD + ON_TIME + CLOSED_LATE, IN_TIME_ON_PAPER)
    assert verdicts(*drawn) == {"a": ("late_only_in_software", "closed_late_returned_in_time")}
    assert cause(*drawn) == (Cause.DATA_SYNCHRONISATION, True)


def test_closed_in_time_in_one_and_late_in_the_other_without_paper_is_undecided_and_proves_the_synchronisation():
    assert verdicts(HEAD + ON_TIME + CLOSED_LATE) == {"a": ("not_proved", "systems_differ")}
    assert cause(HEAD + ON_TIME + CLOSED_LATE) == (Cause.DATA_SYNCHRONISATION, True)
    assert cause(HEAD + ON_TIME + CLOSED_LATE, "", {"closed": "province"}) == (Cause.DATA_SYNCHRONISATION, True)


def test_closed_late_in_both_proves_no_synchronisation():
    both = "a | software | 01/04 | 08/04 | 14/04 | returned\n" + CLOSED_LATE
    assert verdicts(HEAD + both, IN_TIME_ON_PAPER) == {"a": ("late_only_in_software", "closed_late_returned_in_time")}
    assert cause(HEAD + both, IN_TIME_ON_PAPER)[0] != Cause.DATA_SYNCHRONISATION


def test_closed_in_time_by_the_due_date_of_one_system_alone_proves_no_synchronisation():
    assert cause(HEAD + ON_TIME + DUE_EARLIER, "dossier_id | due_on | returned_on | signed\na | - | 02/04 | yes") == (
        Cause.CANNOT_BE_TOLD, False,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["withdrawn", "refused", "stopped", "supplements_asked"])
def test_a_closing_that_is_no_settlement_proves_no_synchronisation(status):
    other = ON_TIME.replace("returned", status)
    assert verdicts(HEAD + other + CLOSED_LATE) == {"a": ("not_proved", "systems_differ")}
    assert cause(HEAD + other + CLOSED_LATE) == (None, False)


def test_nobody_is_excused_by_the_synchronisation_whom_a_reading_finds_late():
    assert verdicts(HEAD + ON_TIME + CLOSED_LATE, LATE_ON_PAPER) == {"a": ("not_proved", "systems_differ")}
    assert cause(HEAD + ON_TIME + CLOSED_LATE, LATE_ON_PAPER) == (None, False)


def test_what_one_system_has_and_nobody_can_read_is_not_absent():
    head, row = HEAD.replace("status", "status | unread"), "a | province | 01/04 | - | 07/04 | returned | due_at\n"
    told = ON_TIME.replace("returned", "returned | -")
    assert verdicts(head + told + row, IN_TIME_ON_PAPER) == {"a": ("not_proved", "systems_differ")}
    assert verdicts(head + told + row, IN_TIME_ON_PAPER, {"due": "software"})["a"][0] == "on_time"
    assert verdicts(head + told + row, IN_TIME_ON_PAPER, {"due": "province"})["a"] == ("not_proved", "due_date_unread")
    silent = row.replace("| due_at", "| -")  # an empty due date says nothing
    assert verdicts(head + told + silent, IN_TIME_ON_PAPER)["a"][0] == "on_time"


def test_a_row_of_one_system_that_is_a_problem_keeps_the_other_from_deciding_alone():
    rows = ON_TIME + "a | province | 09/04 | 18/04 | 02/04 | returned\n"  # closed before the receipt
    drawn = (HEAD.replace("status", "status | procedure") + rows.replace("returned", "returned | x"), IN_TIME_ON_PAPER)
    assert verdicts(*drawn) == {"a": ("not_proved", "systems_differ")}
    assert verdicts(*drawn, {"order": ("software",)}) == {"a": ("on_time", "closed_and_returned_in_time")}


def test_a_due_date_of_one_system_before_the_receipt_of_the_system_that_rules_is_no_due_date_that_convicts():
    rows = "a | software | 10/04 | 18/04 | 14/04 | returned\na | province | 01/04 | 08/04 | 14/04 | returned\n"
    found = verdicts(HEAD + rows, LATE_ON_PAPER, {"received": "software", "due": "province", "closed": "province"})
    assert found == {"a": ("not_proved", "due_date_unread")}


def test_a_dossier_that_one_system_spoils_is_counted_as_unread_once():
    spoilt = "{} | province | 09/04 | 18/04 | 02/04 | returned\n"  # closed before the receipt
    drawn = office(HEAD + ON_TIME + spoilt.format("a") + spoilt.format("b"), IN_TIME_ON_PAPER)
    rows = validate.records(drawn.records, **drawn.days)["software"]
    assert summarise.unread(rows, by_systems.judged(drawn)) == 2  # nobody can tell when either was closed


def test_of_three_systems_all_must_agree():
    third = "a | portal | 01/04 | 08/04 | 07/04 | processed\n"
    assert verdicts(HEAD + ON_TIME + third, IN_TIME_ON_PAPER)["a"][0] == "on_time"
    assert verdicts(HEAD + ON_TIME + third + DUE_EARLIER, IN_TIME_ON_PAPER)["a"] == ("not_proved", "systems_differ")


def test_an_earlier_export_of_the_same_system_gives_way_and_one_of_another_does_not(tmp_path):
    said = {"software__province-2__csv": SOFTWARE, "software__province__csv": SOFTWARE}
    systems = load.office(folder(tmp_path / "a", software__csv="", **said)).systems
    assert systems == ("province", "province-2")
    again = SOFTWARE.replace("10/04/2025 08:00", "11/04/2025 08:00")
    read = load.office(folder(tmp_path / "b", software__csv=again, **{"software-2__csv": SOFTWARE}))
    assert read.systems == ("software",)
    assert "system" not in read.software


@pytest.mark.parametrize(("seed", "ruling"), [(1, {}), (2, {"due": "portal"}), (6, {"order": ("portal",)})])
def test_the_steps_and_a_second_judge_decide_alike_of_dossiers_in_several_systems(seed, ruling):
    random, rows = Random(seed), drawn_rows(dossiers(seed, 40))
    rows["software"] = by_systems.in_other_systems(rows["software"], random, ("portal", "province")[: 1 + (seed == 6)])
    seen = covered(rows, {"kept": None, "unseen": (), "complete": ()})
    drawn = by_systems.Office(rows, Systems.model_validate(ruling), seen, procedures=PROCEDURES)
    assert by_systems.by_the_steps(drawn) == by_systems.by_the_second_judge(drawn, TERMS)


@pytest.mark.parametrize("seed", [8])
def test_a_figure_by_whichever_system_may_rule_lies_within_the_range_where_none_does(seed):
    random, rows = Random(seed), drawn_rows(dossiers(seed, 60))
    spread = by_systems.in_other_systems(rows["software"], random, ("province",))
    rows["software"] = [line for line in spread if not line.get("unread") and line.get("is_readable") != "no"]

    def counted(ruling: dict[str, str]) -> dict[tuple[str, str], recount.Count]:
        drawn = by_systems.Office(rows, Systems.model_validate(ruling), procedures=PROCEDURES)
        software, judged = validate.records(drawn.records, **drawn.days)["software"], by_systems.judged(drawn)
        columns = {"channel", "received_at", "due_at", "closed_at", "status"}
        unread = summarise.unread(software, judged)
        found = recount.counts(judged, drawn.online_procedures, columns=columns, unread=unread, **drawn.days)
        return {(name, how): count for name, by_how in found.items() for how, count in by_how.items()}

    wide = counted({})
    for received, due, closed in product(("software", "province"), repeat=3):
        for figure, count in counted({"received": received, "due": due, "closed": closed}).items():
            assert wide[figure].at_least <= count.at_least, figure
            assert count.at_most <= wide[figure].at_most, figure


# Read and shown ---------------------------------------------------------------------------------------------------------

PROVINCE = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả     | Ngày kết thúc xử lý
h – 1    | 01/04/2025     | 08/04/2025 17:00 | 08/04/2025 07:00
H-3      | 01/04/2025     | 08/04/2025 17:00 | 08/04/2025 08:00
H-4      | 01/04/2025     | 31/02/2025       | 08/04/2025 08:00
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    more = SOFTWARE + "H-4 | 01/04/2025 | 08/04/2025 17:00 | 08/04/2025 08:00\n"
    files = {"software__csv": more, "software__province__csv": PROVINCE}
    return at_once.result(load.office(folder(tmp_path_factory.mktemp("x") / "a", **files)))


def test_every_row_of_every_system_is_judged_or_the_same_dossiers_or_a_duplicate_or_a_problem(result):
    sums = {
        one.system: (one.rows, one.judged, one.in_another, one.duplicates, one.problems)
        for one in result.systems.systems
    }
    assert sums == {"software": (3, 3, 0, 0, 0), "province": (3, 1, 2, 0, 0)}
    assert sum(one.judged for one in result.systems.systems) == result.accounting["software"].judged
    assert (result.systems.dossiers, result.systems.in_several, result.dossiers) == (4, 2, 4)


def test_a_code_typed_two_ways_is_one_dossier_and_each_pair_of_systems_is_compared(result):
    (pair,) = result.systems.pairs
    assert (pair.in_both, pair.only_in_first, pair.only_in_second, pair.closed, pair.due) == (2, 1, 1, 1, 0)
    assert pair.cannot_be_compared == 1
    said = {(one.dossier_id, one.what): (one.first_says, one.second_says) for one in result.systems.differences}
    assert said == {
        ("H-1", "closed"): ("2025-04-10", "2025-04-08"), ("H-2", "missing"): (None, None),
        ("H-3", "missing"): (None, None), ("H-4", "cannot_be_compared"): ("2025-04-08", UNREAD),
    }  # fmt: skip


def test_the_letter_that_asks_to_correct_data_has_what_each_system_says(result):
    assert {case.dossier_id: case.verdict for case in result.cases}["H-1"] == Verdict.LATE_ONLY_IN_SOFTWARE
    (row,) = contents.correction(result)["rows"]
    assert "hệ thống software: " in row["software"]
    assert "10/04/2025 08:00; hệ thống province: " in row["software"]
    assert "08/04/2025 07:00" in row["software"]


def test_the_page_and_the_workbook_compare_systems_only_where_there_are_several(result, tmp_path):
    assert "software (tệp chính) – province" in report.accounting(result).html
    assert "1 + 2 + 0 + 0 = 3" in report.accounting(result).html
    (sheet,) = [sheet for sheet in tables.tables(result) if sheet.name == "Giữa các hệ thống"]
    assert len(sheet.rows) == 4
    alone = at_once.result(load.office(folder(tmp_path / "a")))
    assert alone.systems is None
    assert "Từng cặp hệ thống" not in report.accounting(alone).html


def test_a_system_named_after_somebody_is_told_by_its_number_to_others(tmp_path):
    made = folder(tmp_path / "a", **{"software__nguyen-van-an__csv": PROVINCE})
    found = at_once.result(load.office(made))
    for edition in (Edition.OFFICE, Edition.SHAREABLE):
        shared = in_edition(found, edition, bytes(32))
        assert "nguyen-van-an" not in shared.as_json()
        assert [one.system for one in shared.systems.systems] == ["software", "hệ thống số 2"]
    assert "H-1" not in in_edition(found, Edition.SHAREABLE, bytes(32)).as_json()


def test_while_the_export_of_one_system_cannot_be_opened_nobody_is_found_late(tmp_path):
    late = "TT | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n1 | H-1 | 01/04/2025 | 08/04/2025 | 11/04/2025 | Đã ký\n"
    whole = at_once.result(load.office(folder(tmp_path / "a", register__csv=late)))
    assert whole.verdicts[Verdict.LATE] == 1
    spoilt = folder(tmp_path / "b", register__csv=late, software__province__xlsx=b"not a workbook")
    found = at_once.result(load.office(spoilt))
    assert Verdict.LATE not in found.verdicts
    assert {case.rule for case in found.cases if case.dossier_id == "H-1"} == {"closed_late_record_missing"}
    assert [one.is_read for one in found.systems.systems] == [True, False]
    assert (found.systems.pairs[0].only_in_first, found.systems.pairs[0].cannot_be_compared) == (0, 2)
    assert "software.province.xlsx" in {problem.file for problem in found.problems}


def test_nothing_is_judged_by_another_system_while_the_one_that_rules_cannot_be_opened(tmp_path):
    ruled = OFFICE + '[systems]\ndue = "province"\n'
    with pytest.raises(AuditError, match="province"):
        load.office(folder(tmp_path / "a", office__toml=ruled, software__province__xlsx=b"not a workbook"))


def test_an_export_without_rows_is_not_said_to_be_one_that_cannot_be_opened(tmp_path):
    head = PROVINCE.strip().splitlines()[0]
    found = at_once.result(load.office(folder(tmp_path / "a", software__province__csv=head)))
    assert [(one.system, one.rows, one.is_read) for one in found.systems.systems] == [
        ("software", 2, True), ("province", 0, True),
    ]  # fmt: skip


def test_a_dossier_that_one_of_two_exports_of_a_system_may_have_is_not_said_to_be_missing_there(tmp_path):
    files = {"software__province__csv": PROVINCE, "software__province__2__xlsx": b"not a workbook"}
    found = at_once.result(load.office(folder(tmp_path / "a", **files)))
    assert [(one.system, one.is_read) for one in found.systems.systems] == [("software", True), ("province", False)]
    assert {one.dossier_id: one.what for one in found.systems.differences}["H-2"] == "cannot_be_compared"


@pytest.mark.parametrize(("section", "file", "said"), [
    ('[systems]\norder = ["ministry"]\n', "software__province__csv", "ministry"),
    ('[systems]\ndeu = "province"\n', "software__province__csv", "due"),
    ('[systems]\ndue = "Bộ 1"\n', "software__province__csv", "Bộ 1"),
    ('[files]\n"khac.csv" = "province"\n', "software__province__csv", "khac.csv"),
    ('[files]\n"register.csv" = "province"\n', "software__province__csv", "register.csv"),
])  # fmt: skip
def test_a_system_that_there_is_not_and_a_file_that_is_of_none_are_named_with_what_to_do(tmp_path, section, file, said):
    made = folder(tmp_path / "a", office__toml=OFFICE + section, **{file: SOFTWARE})
    with pytest.raises(AuditError, match=said):
        load.office(made)


IN_TIME_THERE = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả     | Ngày kết thúc xử lý
H-1      | 01/04/2025     | 08/04/2025 17:00 | 08/04/2025 07:00
"""


def counted(found: Result, *measures: str) -> dict[str, tuple[int, int]]:
    """The fewest and the most of each measure, by the first of its definitions."""
    counts = {name: next(iter(found.counts[name].values())) for name in measures}
    return {name: (one.at_least, one.at_most) for name, one in counts.items()}


def test_a_figure_of_the_software_on_which_systems_differ_is_a_range_by_each_of_them(tmp_path):
    found = at_once.result(load.office(folder(tmp_path / "a", software__province__csv=IN_TIME_THERE)))
    assert counted(found, "settled", "settled_in_time", "late_in_software") == {
        "settled": (2, 2), "settled_in_time": (1, 2), "late_in_software": (0, 1),
    }  # fmt: skip
    by_day = found.on_time["software_by_day"]
    assert (by_day.at_least.numerator, by_day.at_most.numerator, by_day.denominator) == (1, 2, 2)
    assert found.on_time["records"].at_least.numerator == 2  # paper shows both in time, whichever system is right
    whole = next(row for row in found.form_06a.rows if (row.basis, row.kind) == ("software", "total"))
    assert (whole.late.at_least, whole.late.at_most, whole.settled.at_least, whole.settled.at_most) == (0, 1, 2, 2)
    assert found.form_06a.is_sum
    progress = next(item for item in found.points.items if item.item == "2.1").software
    assert (progress.count.at_least, progress.count.at_most) == (1, 2)


def test_where_office_toml_says_which_system_rules_its_figure_is_one(tmp_path):
    for system, late in (("software", 1), ("province", 0)):
        ruled = OFFICE + f'[systems]\norder = ["{system}"]\n'
        made = folder(tmp_path / system, office__toml=ruled, software__province__csv=IN_TIME_THERE)
        assert counted(at_once.result(load.office(made)), "late_in_software") == {"late_in_software": (late, late)}


def test_a_dossier_received_before_the_period_in_one_system_alone_may_be_carried_over(tmp_path):
    before = IN_TIME_THERE.replace("01/04/2025", "28/03/2025")
    found = at_once.result(load.office(folder(tmp_path / "a", software__province__csv=before)))
    assert counted(found, "received_total", "received_new", "carried_over") == {
        "received_total": (2, 2), "received_new": (1, 2), "carried_over": (0, 1),
    }  # fmt: skip


def test_a_dossier_due_in_one_system_and_not_yet_in_another_is_not_said_to_be_within_time_for_certain(tmp_path):
    head = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\n"
    said = {"software__csv": head + "H-1 | 01/04/2025 | 20/05/2025 |\n",
            "software__province__csv": head + "H-1 | 01/04/2025 | 08/04/2025 |\n"}  # fmt: skip
    found = at_once.result(load.office(folder(tmp_path / "a", register__csv="", **said)))
    counts = {name: next(iter(found.counts[name].values())) for name in ("open", "open_within_time", "open_overdue")}
    assert {name: (one.at_least, one.at_most) for name, one in counts.items()} == {
        "open": (1, 1), "open_within_time": (0, 1), "open_overdue": (0, 1),
    }  # fmt: skip


def test_a_correction_of_one_system_changes_no_other_systems_dossier_in_the_same_row(tmp_path):
    head = "record | file | sheet | row | column | was | now | why | by | on\n"
    line = (
        "software | software.csv | | 2 | due_at | 08/04/2025 17:00 | 18/04/2025 17:00 | gõ sai | An Bình | 02/05/2025"
    )
    other = IN_TIME_THERE.replace("H-1", "H-2")
    made = folder(tmp_path / "a", software__province__csv=other, corrections__csv=head + line)
    due = load.office(made).software.set_index(["system", "dossier_id"])["due_at"].dt.strftime("%d/%m").to_dict()
    assert due == {("software", "H-1"): "18/04", ("software", "H-2"): "08/04", ("province", "H-2"): "08/04"}
    made = folder(made, corrections__csv=(head + line).replace("software.csv", ""))
    with pytest.raises(AuditError, match=r"software\.province\.csv"):
        load.office(made)


def test_what_was_not_seen_by_any_reading_of_systems_is_named(tmp_path):
    late = "TT | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n1 | H-1 | 01/04/2025 | 08/04/2025 | 14/04/2025 | Đã ký\n"
    made = folder(
        tmp_path / "a", office__toml=OFFICE.replace("kept = []", 'kept = ["postal", "stops"]'), register__csv=late,
        software__province__csv=IN_TIME_THERE.replace("08/04/2025 07:00", "15/04/2025 07:00"),
        postal__csv="Mã hồ sơ | Số hiệu bưu gửi | Ngày gửi\nH-2 | 7 | 08/04/2025",
        stops__csv="Mã hồ sơ | Từ ngày | Đến ngày | Lý do\nH-2 | 02/04/2025 | 03/04/2025 | Tạm dừng",
        papers__csv="Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người đọc | Ngày đọc\n"
                    "H-1 | Biên nhận bưu chính | Không thấy | | Lê Thị Bình | 12/04/2025",
    )  # fmt: skip
    (case,) = [case for case in at_once.result(load.office(made)).cases if case.dossier_id == "H-1"]
    assert (case.verdict, case.grade) == (Verdict.LATE, "by_both_records")
    assert [*case.not_seen] == ["postal", "stops"]  # looked for on a day before one system's closing


@pytest.mark.parametrize("systems", [("a", "b"), ("b", "a")])
def test_a_return_that_fits_one_systems_closing_only_with_day_and_month_exchanged_is_in_doubt(tmp_path, systems):
    made = folder(tmp_path / "a", register__csv="", software__csv="")
    head = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\n"
    for system, closed in zip(systems, ("07/04/2025", ""), strict=True):
        folder(
            made,
            register__csv="",
            software__csv="",
            **{f"software__{system}__csv": f"{head}H-1 | 01/04/2025 | 08/04/2025 | {closed}"},
        )
    line = ["H-1", date(2025, 4, 1), date(2025, 4, 8), date(2025, 5, 4), "Đã ký"]  # returned on a Sunday, or on 5 April
    xlsx(
        made / "register.xlsx", {"So": [["Mã hồ sơ", "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Ký nhận"], line]}
    )
    assert list(load.office(made).register["doubtful"]) == ["returned_on"]


@pytest.mark.parametrize("paid", ["", "0"])
def test_payments_that_one_system_has_and_another_does_not_are_no_count_of_none(tmp_path, paid):
    head = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | payments\n"
    row = "H-1 | 01/04/2025 | 08/04/2025 | 08/04/2025 | "
    said = {"software__csv": head + row + paid, "software__province__csv": head + row + "2"}
    headings = "record | column | heading\nsoftware | payments | payments"
    office = load.office(folder(tmp_path / "a", headings__csv=headings, **said))
    assert "payments" not in at_once.result(office).counts
    both = said | {"software__csv": head + row + "2"}
    (count, *_) = (
        at_once.result(load.office(folder(tmp_path / "b", headings__csv=headings, **both))).counts["payments"].values()
    )
    assert (count.at_least, count.at_most) == (2, 2)


def test_office_toml_names_the_system_of_an_export_of_any_name(tmp_path):
    section = '[files]\n"xuat thang 4.csv" = "Ministry-Justice"\n"software.thang4.csv" = "software"\n'
    files = {"xuat thang 4__csv": PROVINCE, "software__thang4__csv": SOFTWARE}
    read = load.office(folder(tmp_path / "a", office__toml=OFFICE + section, software__csv="", **files))
    assert read.systems == ("software", "ministry-justice")
    assert set(read.software["system"]) == {"software", "ministry-justice"}


def test_an_export_of_another_system_is_not_compared_with_the_main_ones_earlier_ones(tmp_path):
    made = folder(tmp_path / "a", software__province__csv=PROVINCE)
    (made / "exports").mkdir()
    for name in ("2025-05-01.csv", "software.province.csv"):
        (made / "exports" / name).write_bytes((made / "software.csv").read_bytes())
    kept = exports.kept(made)
    assert [one.name for one in kept.exports] == ["software.csv", "exports/2025-05-01.csv"]
    assert list(kept.not_read) == ["exports/software.province.csv"]
