"""Samples: sizes and bounds are exact, anybody can draw again, and the bound is missed no more often than it says."""

import hashlib
import html
import io
import tomllib
from fractions import Fraction
from itertools import pairwise
from math import comb, floor
from pathlib import Path
from random import Random

import pytest
from folders import folder
from python_calamine import CalamineWorkbook
from test_sample import audited
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once, edition, fetch, schema
from audit.ground import terms
from audit.ground.frames import plain
from audit.ground.terms import AuditError
from audit.page import report as page
from audit.page import tables
from audit.reading import load
from audit.reading.lines import shown_headings
from audit.sampling import draw, evaluate, kept, report, sampled, sizes, tally_sheet
from audit.sampling import plan as plans

RISKS = (Fraction(1, 100), Fraction(5, 100), Fraction(10, 100))


def by_counting(population: int, deviations: int, drawn: int, most: int) -> Fraction:
    """The chance of at most so many deviations, by going through the ways, written apart from the toolkit's."""
    total = Fraction(0)
    for seen in range(most + 1):
        if seen <= drawn and deviations >= seen and population - deviations >= drawn - seen:
            total += Fraction(comb(deviations, seen) * comb(population - deviations, drawn - seen))
    return total / comb(population, drawn)


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("expected", range(6))
def test_a_size_is_the_smallest_that_brings_the_risk_down(risk, expected):
    for population in (1, 2, 7, 40, 100, 233, 500, 1000):
        for tolerable in (Fraction(0), Fraction(1, 100), Fraction(5, 100), Fraction(7, 100), Fraction(20, 100)):
            size = sizes.size(population, tolerable, risk, expected)
            too_many = floor(tolerable * population) + 1
            if too_many > population or expected >= too_many:
                assert size == population
                continue
            assert by_counting(population, too_many, size, expected) <= risk
            if size > expected + 1:
                assert by_counting(population, too_many, size - 1, expected) > risk


def test_sizes_are_those_of_published_tables_where_these_are_exact():
    # no deviation, 5 % tolerable, 5 % risk: of a population of 100, six bad ones, 39 drawn; without end it is 59
    assert sizes.size(100, Fraction(5, 100), Fraction(5, 100)) == 39
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(5, 100)) == 59
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(10, 100)) == 45
    assert sizes.size(1_000_000, Fraction(10, 100), Fraction(5, 100)) == 29
    assert sizes.size(1_000_000, Fraction(5, 100), Fraction(5, 100), 1) == 93
    assert sizes.size(20, Fraction(0), Fraction(5, 100)) == 19  # one late of twenty: all but one must be read


def test_a_share_is_no_float_that_rounds_up():
    assert sizes.least_not_tolerable(200, Fraction("0.07")) == 15  # 0.07 * 200 is 14.000000000000002 in floats


@pytest.mark.parametrize("risk", RISKS)
def test_a_bound_is_the_greatest_number_that_the_sample_does_not_speak_against(risk):
    for population in (1, 9, 57, 250, 1000):
        for drawn in sorted({1, min(population, 20), population // 2 or 1, population}):
            for seen in range(min(drawn, 5) + 1):
                bound = sizes.bound(population, drawn, seen, risk)
                assert seen <= bound <= population - drawn + seen
                assert bound == seen or by_counting(population, bound, drawn, seen) > risk
                if bound < population - drawn + seen:
                    assert by_counting(population, bound + 1, drawn, seen) <= risk


def test_a_sample_with_no_more_deviations_than_expected_shows_no_more_than_the_tolerable():
    for population in (60, 233, 800):
        for expected in (0, 1, 3):
            size = sizes.size(population, Fraction(5, 100), Fraction(5, 100), expected)
            if size < population:
                assert sizes.bound(population, size, expected, Fraction(5, 100)) <= floor(Fraction(5, 100) * population)


def test_the_bound_is_missed_at_most_as_often_as_its_risk_says():
    random, audits = Random(20261130), 20_000
    for population, late in ((200, 11), (200, 30)):
        units = [1] * late + [0] * (population - late)
        bounds = [sizes.bound(population, 45, seen, Fraction(5, 100)) for seen in range(late + 1)]
        missed = sum(bounds[sum(random.sample(units, 45))] < late for _ in range(audits))
        assert missed / audits <= 0.05 + 3 * (0.05 * 0.95 / audits) ** 0.5


def test_the_rate_beside_it_is_that_of_clopper_and_pearson():
    assert sizes.rate_bound(59, 0, Fraction(5, 100)) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert sizes.rate_bound(20, 1, Fraction(5, 100)) == pytest.approx(0.21610689, abs=1e-6)
    assert sizes.rate_bound(3, 3, Fraction(5, 100)) == 1.0


def test_rates_that_are_none_are_refused():
    for tolerable, risk, expected in (
        (1, "0.05", 0),
        ("-0.1", "0.05", 0),
        ("0.05", 0, 0),
        ("0.05", 1, 0),
        ("0.05", "0.05", -1),
    ):
        with pytest.raises(AuditError, match="mẫu"):
            sizes.size(100, Fraction(tolerable), Fraction(risk), expected)


def test_kappa_is_what_two_readers_agree_beyond_chance():
    pairs = [("có", "có")] * 20 + [("có", "không")] * 5 + [("không", "có")] * 10 + [("không", "không")] * 15
    assert sizes.kappa(pairs) == Fraction(2, 5)  # the textbook's: 0.7 observed, 0.5 by chance
    assert sizes.kappa([("có", "có")] * 4) is None
    assert sizes.kappa([]) is None


CODES = [f"H99-{number:04}" for number in range(300)]


def test_anybody_draws_the_same_again_with_the_lines_in_the_docs():
    def ticket(seed, code):
        return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()

    again = sorted(CODES, key=lambda code: ticket("1234567890", code))[:59]
    assert draw.in_order(reversed(CODES), "1234567890")[:59] == again
    assert draw.in_order(CODES, "1234567891")[:59] != again


def test_a_greater_sample_begins_with_the_smaller_one_and_every_code_has_the_same_chance():
    first = dict.fromkeys(CODES, 0)
    for seed in range(3000):
        order = draw.in_order(CODES, f"{seed:010}")
        first[order[0]] += 1
    assert sum(first.values()) == 3000
    assert max(first.values()) < 30  # ten each by chance
    order = draw.in_order(CODES, "1234567890")
    assert [order[:n] == order[: n + 1][:n] for n, _ in pairwise(range(20))] == [True] * 19


@pytest.mark.parametrize("written", ["", "123", "abcdefghij", "12345 6789x", "１２３４５６７８９０"])
def test_a_seed_that_was_not_rolled_is_refused(written):
    with pytest.raises(AuditError, match="xúc xắc"):
        draw.checked_seed(written)
    assert draw.checked_seed(" 12345 67890 ") == "1234567890"


def test_a_population_has_one_fingerprint_in_whatever_order():
    assert draw.fingerprint(CODES) == draw.fingerprint(reversed(CODES)) != draw.fingerprint(CODES[1:])


# A sample of an audit ---------------------------------------------------------------------------------------------------

MANY = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Tên lĩnh vực\n" + "\n".join(
    f"H-{number} | 01/04/2025 | 08/04/2025 17:00 | 0{7 if number else 9}/04/2025 08:00 | {'Hộ tịch' if number % 2 else 'Đất đai'}"
    for number in range(101)
)  # one closed late, a hundred in time
SEED = "3141592653"
TALLY = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người ký nhận là | Ngày người đọc lại thấy"


def commune(path, *lines: str) -> Path:
    sheet = "\n".join([TALLY, *lines]) if lines else ""
    return folder(path, software__csv=MANY, register__csv="", papers__csv=sheet)


def plan_of(path, **more) -> plans.Plan:
    result = audited(commune(path))
    rates = {"tolerable": "5%", "risk": "5%"} | more
    return plans.seeded(plans.planned(plans.population(result), {"software.csv": "x"}, **rates), SEED)


def said(path, plan: plans.Plan, *lines: str) -> evaluate.Evaluation:
    office = load.office(commune(path, *lines))
    return evaluate.evaluated(plan, at_once.result(office), plain(office.tables["papers"].frame))


def test_the_population_is_what_is_in_time_in_the_software_and_not_traced_to_paper(tmp_path):
    codes = plans.population(audited(commune(tmp_path / "a")))
    assert len(codes) == 100
    assert "H-0" not in codes
    traced = audited(commune(tmp_path / "b", "H-7 | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |"))
    assert len(plans.population(traced)) == 99


def test_what_a_drawn_dossier_counts_as_and_when_to_stop(tmp_path):
    plan = plan_of(tmp_path / "a")
    drawn = list(plan.drawn)
    assert (len(drawn), drawn) == (39, draw.in_order(plan.strata[0].codes, SEED)[:39])
    waiting = said(tmp_path / "b", plan)
    assert (waiting.at_most, waiting.strata[0].pending, waiting.strata[0].advice) == (None, 39, "read")
    in_time = [f"{code} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |" for code in drawn]
    whole = said(tmp_path / "c", plan, *in_time)
    assert (whole.at_most, whole.strata[0].advice, whole.strata[0].deviations) == (5, "stop", 0)
    for line in (f"{drawn[0]} | Sổ theo dõi | Tìm thấy | 10/04/2025 | Người nộp |",  # returned late
                 f"{drawn[0]} | Sổ theo dõi | Không tìm thấy | | |", f"{drawn[0]} | Sổ theo dõi | Không lưu | | |"):  # fmt: skip
        one_bad = said(tmp_path / "d", plan, line, *in_time[1:])
        assert (one_bad.strata[0].deviations, one_bad.strata[0].advice) == (1, "extend"), line
        assert one_bad.at_most == sizes.bound(100, 39, 1, Fraction(5, 100)) == 9
        assert one_bad.strata[0].more == sizes.size(100, Fraction(5, 100), Fraction(5, 200), 1) - 39
    unsigned = f"{drawn[0]} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Cán bộ |"
    assert said(tmp_path / "e", plan, unsigned, *in_time[1:]).strata[0].deviations == 1  # found, and proves nothing
    other = f"{drawn[0]} | Văn bản kết quả | | | |"  # another paper is still to be looked for
    assert said(tmp_path / "f", plan, unsigned, other, *in_time[1:]).strata[0].pending == 1


def test_a_void_dossier_is_replaced_by_the_next_ticket(tmp_path):
    plan = plan_of(tmp_path / "a")
    order = draw.in_order(plan.strata[0].codes, SEED)
    lines = [f"{order[0]} | Sổ theo dõi | Không thuộc mẫu | | |"]
    lines += [f"{code} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |" for code in order[1:40]]
    found = said(tmp_path / "b", plan, *lines).strata[0]
    assert (found.void, found.read, found.population, found.pending) == (1, 39, 99, 0)
    assert [one.dossier_id for one in found.drawn] == order[:40]


def test_strata_have_samples_of_their_own_and_a_bound_over_all(tmp_path):
    result = audited(commune(tmp_path / "a"))
    codes = plans.population(result)
    named = {one.dossier_id: one.field for one in result.judged}
    plan = plans.planned(codes, {}, tolerable="10%", risk="5%", by="field", named=named)
    assert [(one.name, len(one.codes)) for one in plan.strata] == [("Hộ tịch", 50), ("Đất đai", 50)]
    assert {one.size for one in plan.strata} == {sizes.size(50, Fraction(1, 10), Fraction(25, 1000))}


def test_two_readers_are_compared_on_the_days_that_they_read(tmp_path):
    plan = plan_of(tmp_path / "a")
    one, two, *_ = plan.drawn
    found = said(tmp_path / "b", plan, f"{one} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp | 07/04/2025",
                 f"{two} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp | 17/04/2025")  # fmt: skip
    assert (found.read_twice, found.agreed, found.differing) == (2, 1, (two,))


def test_a_plan_is_kept_in_a_file_from_which_it_is_drawn_again_and_a_change_is_noticed(tmp_path):
    plan = plan_of(tmp_path / "a")
    file = kept.write(plan, tmp_path / "a")
    assert kept.read(tmp_path / "a") == plan
    text = tomllib.loads(file.read_text(encoding="utf-8"))["strata"][0]
    again = sorted(text["codes"], key=lambda code: hashlib.sha256(f"{SEED}:{code}".encode()).hexdigest())
    assert tuple(again[: text["size"]]) == plan.drawn
    file.write_text(file.read_text(encoding="utf-8").replace('"H-5"', '"H-0"'), encoding="utf-8")
    with pytest.raises(AuditError, match="đã bị sửa"):
        kept.read(tmp_path / "a")
    with pytest.raises(AuditError, match="rút bằng số gieo"):
        plans.seeded(plan, "2718281828")
    more = plans.again(plan, tolerable="5%", risk="5%", expected=1)
    assert more.drawn[: len(plan.drawn)] == plan.drawn
    assert len(more.drawn) > len(plan.drawn)
    assert (more.looks, more.risk_each, more.risk_spent) == (2, Fraction(5, 200), Fraction(75, 1000))
    assert plans.again(plan, tolerable="5%", risk="5%", expected=0) == plan


def test_whoever_follows_the_advice_to_enlarge_is_told_a_confidence_that_holds():
    random, audits, late, population = Random(20261201), 4_000, 6, 100
    risk, tolerable = Fraction(5, 100), 5
    first, wrong = sizes.size(population, Fraction(5, 100), risk), 0
    bounds = {(n, k, look): sizes.bound(population, n, k, risk / 2**look)
              for look in range(3) for k in range(late + 1)
              for n in [first if look == 0 else sizes.size(population, Fraction(5, 100), risk / 2**look, look)]}  # fmt: skip
    for _ in range(audits):
        order = random.sample([1] * late + [0] * (population - late), population)
        for look in range(3):
            n = first if look == 0 else sizes.size(population, Fraction(5, 100), risk / 2**look, look)
            if bounds[n, sum(order[:n]), look] <= tolerable:
                wrong += 1
                break
    spent = float(risk + risk / 2 + risk / 4)
    assert wrong / audits <= spent + 3 * (spent * (1 - spent) / audits) ** 0.5


def test_a_void_dossier_is_undecided_and_no_part_of_the_bound(tmp_path):
    codes = plans.population(audited(commune(tmp_path / "a")))
    order = draw.in_order(codes, SEED)
    office = commune(tmp_path / "b", *[f"{code} | Sổ theo dõi | Không thuộc mẫu | | |" for code in order[:95]],
                     *[f"{code} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |" for code in order[95:]])  # fmt: skip
    read = load.office(office)
    plan = plans.seeded(plans.planned(codes, read.exports("software"), tolerable="5%", risk="5%"), SEED)
    whole = sampled.whole_sample(plan, read, at_once.result(read))
    assert (whole.evaluation.at_most, whole.headline.undecided, whole.headline.late) == (0, 96, 0)  # 95 void, and H-0
    assert "trong 5 hồ sơ" in report.sentence(whole)
    mixed = said(
        tmp_path / "c",
        plan,
        f"{order[0]} | Sổ theo dõi | Không tìm thấy | | |",
        f"{order[0]} | Sổ theo dõi | Không thuộc mẫu | | |",
    )
    assert mixed.strata[0].deviations == 1


def sampled_by(path, *lines: str) -> tuple[plans.Plan, schema.Result]:
    """The plan of the commune, drawn, and its audit as the notebook has it, with those `lines` of a tally sheet."""
    office = commune(path, *lines)
    exports = load.office(office).exports("software")
    plan = plans.seeded(plans.planned(plans.population(audited(office)), exports, tolerable="5%", risk="5%"), SEED)
    kept.write(plan, office)
    return plan, in_notebook(office)


def in_notebook(office) -> schema.Result:
    read = load.office(office)
    return sampled.with_sample(at_once.result(read), read)


def test_the_audit_says_how_far_the_sample_of_its_folder_is(tmp_path):
    bare = commune(tmp_path / "a")
    assert in_notebook(bare).sample is None
    assert page.sample(in_notebook(bare)) == ""
    plan, drawn = sampled_by(tmp_path / "a")
    assert (drawn.sample.state, drawn.sample.drawn, drawn.sample.population, drawn.sample.pending) == (
        "to_read",
        39,
        100,
        39,
    )
    assert drawn.sample.at_most is drawn.sample.most is None
    assert "giấy tờ của 39 trong 39 hồ sơ đã rút vào mẫu, của 100 hồ sơ" in page.sample(drawn)
    assert page.sample(drawn) in html.unescape(page.answer(drawn).html)
    kept.write(plan.model_copy(update={"seed": ""}), bare)
    planned = in_notebook(bare)
    assert (planned.sample.state, planned.sample.drawn, planned.sample.population) == ("to_roll", 39, 100)
    kept.write(plan.model_copy(update={"exports": {"software.csv": "0"}}), bare)
    other = in_notebook(bare).sample
    assert (other.state, other.population, other.most) == ("other_export", None, None)
    for wrong in ("x", f"{'[' * 5000}", (bare / "sample.toml").read_text(encoding="utf-8").replace('"H-5"', '"H-0"')):
        (bare / "sample.toml").write_text(wrong, encoding="utf-8")
        assert in_notebook(bare).sample.state == "cannot_be_read"


def test_the_audit_adds_what_the_sample_says_to_those_late_and_undecided(tmp_path):
    plan, _ = sampled_by(tmp_path / "a")
    in_time = [f"{code} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |" for code in plan.drawn]
    (tmp_path / "a" / "papers.csv").unlink(missing_ok=True)
    office = commune(tmp_path / "a", *in_time)
    said_ = in_notebook(office)
    found = said_.sample
    assert (found.state, found.drawn, found.population, found.deviations, found.at_most) == ("read", 39, 100, 0, 5)
    assert (found.late, found.undecided, found.hidden, found.most, found.out_of) == (
        0,
        1,
        5,
        6,
        101,
    )  # H-0 is undecided
    assert found.confidence_percent == 95
    assert "Tất cả nhiều nhất 6 trong 101" in page.sample(said_)
    assert page.sample(said_) in html.unescape(page.answer(said_).html)
    assert page.sample(said_) in page.facts(said_)
    lines = [line.cells for line in tables.about(said_, ())]
    assert ("Tất cả nhiều nhất", 6, 101) in lines
    assert edition.in_edition(said_, terms.Edition.SHAREABLE, bytes(32)).sample == found


def test_a_late_one_that_is_known_beside_the_sample_is_never_more_than_what_is_said_at_most(tmp_path):
    plan, _ = sampled_by(tmp_path / "a")
    others = [code for code in plan.order(plan.strata[0]) if code not in plan.drawn][:7]
    lines = [f"{code} | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp |" for code in plan.drawn]
    lines += [f"{code} | Sổ theo dõi | Tìm thấy | 11/04/2025 | Người nộp |" for code in others]
    found = in_notebook(commune(tmp_path / "a", *lines)).sample
    assert sizes.bound(100, 39, 0, Fraction(5, 100)) == 5  # of the sample alone
    assert (found.deviations, found.at_most) == (0, 7)
    assert found.late + found.undecided + found.hidden == found.most >= 7


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('risk = "5%"', 'risk = "200%"'), ('risk = "5%"', 'risk = "0%"'), ("looks = 1", "looks = 1000000000"),
        ("size = 39", "size = 101"), ('"H-10",', '"H-10",\n  "H-10",'), (f'seed = "{SEED}"', 'seed = "1"'),
        ('risk = "5%"', 'risk = "1e-999999999%"'),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_ours_says_nothing(tmp_path, was, now):
    file = kept.write(plan_of(tmp_path / "a"), tmp_path / "a")
    written = file.read_text(encoding="utf-8").replace(was, now)
    assert now in written
    codes = tuple(tomllib.loads(written)["strata"][0]["codes"])
    written = written.replace(plan_of(tmp_path / "a").strata[0].fingerprint, draw.fingerprint(codes))
    file.write_text(written, encoding="utf-8")
    with pytest.raises(AuditError, match="không đọc được"):
        kept.read(tmp_path / "a")


def test_the_commands_plan_draw_and_report(tmp_path):
    def run(*given: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["sample", *given])
        return done.exit_code, done.output

    at = str(commune(tmp_path / "a"))
    assert run("report", at, "-o", str(tmp_path / "out"))[0] == 1  # nothing is planned
    code, said_ = run("plan", at)
    assert code == 0
    assert "39 trong 100" in said_
    assert run("plan", at, "--seed", "12")[0] == 1
    assert run("plan", at, "--tolerable", "2%", "--risk", "1%")[0] == 0
    assert run("plan", at, "--seed", SEED)[0] == 0
    assert (kept.read(tmp_path / "a").tolerable, kept.read(tmp_path / "a").risk) == ("2%", "1%")
    assert "rút bằng số gieo" in run("plan", at, "--seed", "2718281828")[1]
    code, said_ = run("report", at, "-o", str(tmp_path / "out"))
    assert code == 0, said_
    page = (tmp_path / "out" / "sample.html").read_text(encoding="utf-8")
    plan = kept.read(tmp_path / "a")
    assert all(code in page for code in plan.drawn)
    assert "Chưa lập mẫu dòng sổ" in html.unescape(page)
    assert f"còn {len(plan.drawn)} hồ sơ" in html.unescape(page)
    (tmp_path / "a" / "software.csv").write_text(MANY.replace(" | ", ",").replace("H-100", "H-999"), encoding="utf-8")
    assert "tệp xuất khác" in run("plan", at)[1]
    assert run("plan", at, "--strata", "tuổi")[0] == 1


def test_the_tally_sheet_lists_what_would_decide_and_does_not_show_what_the_software_says(tmp_path):
    plan = plan_of(tmp_path / "a")
    listed = fetch.papers(audited(commune(tmp_path / "a")).judged, "vi", plan.drawn)
    assert {(one.dossier_id, one.sought) for one in listed} == {
        *((code, "register") for code in plan.drawn), ("H-0", "register"), ("H-0", "result_paper"),
    }  # fmt: skip
    content = tally_sheet.sheet(listed, shown_headings("papers"), "vi")
    assert content == tally_sheet.sheet(listed, shown_headings("papers"), "vi")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    told = " ".join(str(cell) for row in rows for cell in row)
    assert "08/04/2025" not in told  # due
    assert "09/04/2025" not in told  # closed


def test_papers_lie_as_books_are_turned(tmp_path):
    register = "Mã hồ sơ | Trang | TT | Trả kết quả | Ký nhận\n" + "\n".join(
        f"H-{number} | {page} | {line} | | " for number, page, line in ((1, 10, 2), (2, 9, 12), (3, 9, 3))
    )
    software = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\n" + "\n".join(
        f"H-{number} | 0{number}/04/2025 | 08/04/2025 17:00 | 10/04/2025 08:00" for number in (1, 2, 3, 4)
    )
    listed = audited(folder(tmp_path / "a", software__csv=software, register__csv=register)).papers
    assert [(one.dossier_id, one.where) for one in listed if one.sought == "register"] == [
        ("H-3", "sổ: trang 9, số 3"), ("H-2", "sổ: trang 9, số 12"), ("H-1", "sổ: trang 10, số 2"),
        ("H-4", "nhận 04/04/2025, (không ghi lĩnh vực)"),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", terms.LANGUAGES)
def test_a_filled_sheet_is_read_in_the_language_that_it_was_written_in(tmp_path, lang):
    said_ = {
        key: terms.text(key, lang) for key in ("sought_word.register", "search_word.found", "signed_by_word.applicant")
    }
    sheet = f"{TALLY}\nH-0 | {said_['sought_word.register']} | {said_['search_word.found']} | 08/04/2025 | {said_['signed_by_word.applicant']} |"
    found = audited(folder(tmp_path / "b", software__csv=MANY, register__csv="", papers__csv=sheet))
    assert {one.dossier_id: one.verdict for one in found.judged}["H-0"] == terms.Verdict.LATE_ONLY_IN_SOFTWARE
