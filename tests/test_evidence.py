"""A published tracing of records to paper comes out as published; what papers and letters prove."""

from tables import judged, plain, verdicts

from audit.judging import summarise

NAO = [  # National Audit Office: 650 recorded waits traced to paper; dossiers, received, due, closed, returned, ready
    (200, "01/04", "10/04", "08/04", "08/04", "-"),  # right, in time
    (81, "01/04", "10/04", "14/04", "14/04", "-"),  # right, late
    (202, "01/04", "10/04", "08/04", "-", "-"),  # no evidence
    (119, "01/04", "10/04", "04/04", "08/04", "-"),  # wait recorded too short, target met all the same
    (26, "01/04", "10/04", "08/04", "14/04", "14/04"),  # wait recorded too short, a breach not shown
    (11, "01/04", "10/04", "09/04", "08/04", "-"),  # wait recorded too long, target met all the same
    (11, "01/04", "10/04", "14/04", "08/04", "-"),  # wait recorded too long, falsely late
]


def test_a_published_tracing_of_650_records_to_paper_is_reproduced():
    software, register, slips = [], [], []
    for kind, (dossiers, received, due, closed, returned, ready) in enumerate(NAO):
        for number in range(dossiers):
            code = f"{kind}-{number}"
            software.append({"dossier_id": code, "received_at": received, "due_at": due, "closed_at": closed})
            if returned != "-":
                register.append({"dossier_id": code, "received_on": received, "returned_on": returned, "signed": "yes"})
            if ready != "-":
                slips.append({"dossier_id": code, "from_unit": "u", "to_unit": "v", "from_level": "upper_level",
                              "to_level": "desk", "handed_at": ready})  # fmt: skip
    found = judged(software, register, slips)
    counted = {row["closed"]: (row["dossiers"], row["overturned"]) for row in plain(summarise.traced(found))}
    assert counted == {"same": (281, 0), "no_paper": (202, 0), "earlier": (145, 26), "later": (22, 11)}
    assert sum(dossiers for dossiers, _ in counted.values()) == 650
    split = {row["verdict"]: row["dossiers"] for row in plain(summarise.by_verdict(found))}
    assert split == {"on_time": 330, "late": 81 + 26, "on_time_not_checked": 202, "late_only_in_software": 11}


PAPER_SOFTWARE = "dossier_id | received_at | due_at | closed_at | status\na | 01/04 | 08/04 | {closed} | {status}"


def with_paper(issued: str, closed: str = "10/04", paper: str = "outgoing_register", number: str = "12", **more) -> str:
    drawn = PAPER_SOFTWARE.format(closed=closed, status=more.pop("status", "returned"))
    papers = f"dossier_id | number | issued_on | paper\na | {number} | {issued} | {paper}"
    return verdicts(drawn, more.pop("register", ""), result_papers=papers, **more)[0]


def test_the_number_and_day_of_the_result_prove_that_it_was_there():
    assert with_paper("08/04") == "late_only_in_software"
    assert with_paper("08/04", paper="digital_signature", number="-") == "late_only_in_software"
    assert with_paper("08/04", paper="postal_tracking") == "late_only_in_software"
    assert with_paper("08/04", paper="postal_tracking", number="-") == "not_proved"
    assert with_paper("09/04") == "late"
    assert with_paper("08/04", closed="08/04") == "on_time"
    assert with_paper("09/04", closed="08/04") == "closed_on_time_returned_late"


def test_a_day_without_a_number_a_fee_receipt_and_a_statement_prove_nothing():
    assert with_paper("08/04", number="-") == "not_proved"
    assert with_paper("08/04", paper="fee_receipt") == "not_proved"
    assert with_paper("08/04", paper="statement") == "not_proved"


def test_a_result_issued_before_the_receipt_is_a_problem_and_proves_nothing():
    assert with_paper("31/03") == "not_proved"


def test_issued_in_time_and_late_at_the_desk_is_for_nobody():
    slips = (
        "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | u | v | upper_level | desk | 09/04"
    )
    assert with_paper("08/04", slips=slips) == "not_proved"
    assert with_paper("08/04", slips=slips, closed="08/04") == "closed_on_time_returned_late"
    assert with_paper("09/04", slips=slips) == "late"


def test_the_softwares_own_word_that_the_result_was_at_the_desk_decides_nothing():
    register = "dossier_id | returned_on | signed\na | 15/04 | yes"
    drawn = PAPER_SOFTWARE.format(closed="08/04", status="processed")
    found = plain(judged(drawn, register), "dossier_id", "verdict", "rule", "cause", "cause_proved")[0]
    assert (found["verdict"], found["rule"]) == ("closed_on_time_returned_late", "processed_in_time_returned_late")
    assert (found["cause"], found["cause_proved"]) == ("applicant_collected_late", False)


def test_nobody_is_late_while_a_record_that_the_office_keeps_is_missing():
    register = "dossier_id | returned_on | signed\na | 15/04 | yes"
    drawn = PAPER_SOFTWARE.format(closed="10/04", status="returned")
    assert verdicts(drawn, register) == ["late"]
    for record in ("control_slips", "result_papers", "stops"):
        assert verdicts(drawn, register, missing=(record,)) == ["not_proved"]
    assert verdicts(drawn, register, missing=("apologies",)) == ["late"]
    in_time = "dossier_id | returned_on | signed\na | 08/04 | yes"
    assert verdicts(drawn, in_time, missing=("control_slips", "stops")) == ["late_only_in_software"]


def test_nobody_is_late_while_a_paper_or_stop_on_the_dossier_cannot_be_read():
    register = "dossier_id | returned_on | signed\na | 15/04 | yes"
    drawn = PAPER_SOFTWARE.format(closed="10/04", status="returned")
    unread = "dossier_id | is_readable\na | no"
    for record in ("result_papers", "stops", "control_slips"):
        assert verdicts(drawn, register, **{record: unread}) == ["not_proved"], record
