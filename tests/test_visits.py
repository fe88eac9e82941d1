"""Which communes of a province to visit: by tickets that anybody can draw again, the greater more often, each in its turn."""

import hashlib
import html
import tomllib
from fractions import Fraction
from math import comb

import pytest
from folders import OFFICE, SOFTWARE, folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground.terms import AuditError
from audit.running import outputs
from audit.sampling import draw, kept, sizes, visit_report, visits

SEED = "1618033988"
SIZES = {"an/q3": 120, "binh/q3": 45, "cam/q3": 30, "dong/q3": 12, "giang/q3": 0}
CODES = {name: [f"{name[0].upper()}-{at:03}" for at in range(1, size + 1)] for name, size in SIZES.items()}
NAMES = {name: f"xã {name.partition('/')[0].title()}" for name in SIZES}


def planned(tolerable: str = "20%", risk: str = "10%", codes=None) -> visits.Province:
    return visits.planned("tỉnh Mẫu", codes or CODES, NAMES, ["hong/q3"], tolerable=tolerable, risk=risk)


def drawn(**rates: str) -> visits.Province:
    return visits.seeded(planned(**rates), SEED, CODES)


def test_as_many_dossiers_are_drawn_of_the_whole_province_as_a_statement_on_it_needs():
    plan = drawn()
    assert (plan.population, plan.size) == (207, sizes.size(207, Fraction(20, 100), Fraction(10, 100)))
    assert sum(len(one.drawn) for one in plan.communes) == plan.size
    assert plan.interval == Fraction(207, plan.size)


def test_anybody_draws_the_same_communes_and_dossiers_again_from_the_file_alone(tmp_path):
    file = tmp_path / "sample-province.toml"
    kept.write_visits(drawn(), file)
    plan, n = tomllib.loads(file.read_text(encoding="utf-8")), drawn().size
    units = [f"{one['name']}#{place}" for one in plan["communes"] for place in range(1, one["size"] + 1)]
    again = sorted(units, key=lambda unit: hashlib.sha256(f"{plan['seed']}:{unit}".encode()).hexdigest())[:n]
    for one in plan["communes"]:
        places = [int(unit.rpartition("#")[2]) for unit in again if unit.startswith(f"{one['name']}#")]
        assert one["drawn"] == [sorted(CODES[one["name"]])[place - 1] for place in places]
        assert one["fingerprint"] == draw.fingerprint(CODES[one["name"]])
    assert kept.read_visits(file) == drawn()


def test_a_commune_as_great_as_the_interval_is_visited_whatever_is_drawn():
    found = {one.name: one for one in visits.whole(drawn(), "vi").visits}
    interval = drawn().interval
    assert {name for name, one in found.items() if one.is_certain} == {
        n for n, size in SIZES.items() if size >= interval
    }
    assert found["an/q3"].chance_percent == 100
    bare = found["an/q3"].model_copy(update={"drawn": ()})
    assert bare.is_visited
    assert not found["giang/q3"].is_visited


def test_the_chance_of_a_visit_is_exact_and_greater_for_the_greater():
    plan = drawn()
    found = {one.name: one for one in visits.whole(plan, "vi").visits}
    chance = 1 - Fraction(comb(207 - 12, plan.size), comb(207, plan.size))
    assert found["dong/q3"].chance_percent == round(float(100 * chance), 2)
    assert found["giang/q3"].chance_percent == 0


def test_each_commune_is_drawn_in_proportion_to_its_dossiers():
    counts, rounds, plan = dict.fromkeys(SIZES, 0), 150, planned()
    for seed in range(rounds):
        places = visits.drawn_places(plan.model_copy(update={"seed": f"{seed:010}"}))
        for name, at in places.items():
            counts[name] += len(at)
            assert len(set(at)) == len(at)
            assert all(1 <= place <= SIZES[name] for place in at)
    for name, size in SIZES.items():
        expected = rounds * plan.size * size / 207
        assert abs(counts[name] - expected) <= 4 * max(1, expected**0.5)


def test_what_a_statement_needs_is_exact_and_what_is_read_besides_counts_for_nothing():
    found = visits.whole(drawn(), "vi")
    assert {one.tolerable: one.size for one in found.needs} == {
        level: sizes.size(207, Fraction(int(level[:-1]), 100), Fraction(10, 100)) for level in visits.LEVELS
    }
    assert [(one.deviations, one.at_most) for one in found.bounds] == [
        (seen, sizes.bound(207, found.size, seen, Fraction(10, 100))) for seen in range(4)
    ]
    assert found.bounds[0].at_most <= 0.2 * 207
    page = html.unescape(visit_report.needs(found).html)
    assert "Không nêu giới hạn nào cho toàn tỉnh từ các mẫu riêng" in page


def test_folders_that_could_not_be_audited_are_named_and_counted():
    page = html.unescape(visit_report.answer(visits.whole(drawn(), "vi")).html)
    assert "1 trong 6 thư mục không kiểm tra được" in page
    assert "hong/q3" in page


def test_a_list_that_has_changed_another_seed_and_an_empty_province_are_refused():
    with pytest.raises(AuditError, match="rút bằng số gieo"):
        visits.seeded(drawn(), "2718281828", CODES)
    for other in (CODES | {"cam/q3": CODES["cam/q3"][1:]}, CODES | {"moi/q3": ["M-1"]},
                  {name: of for name, of in CODES.items() if name != "an/q3"}):  # fmt: skip
        with pytest.raises(AuditError, match="chốt trên danh sách khác"):
            visits.seeded(planned(), SEED, other)
    with pytest.raises(AuditError, match="không cần lấy mẫu"):
        planned(codes={"giang/q3": []})
    for wrong in ({"risk": "0%"}, {"risk": "100%"}, {"tolerable": "100%"}):
        with pytest.raises(AuditError, match="Không lập được mẫu"):
            planned(**wrong)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('seed = "1618033988"', 'seed = "2718281828"'), ('seed = "1618033988"', 'seed = ""'), ('risk = "10%"', 'risk = "0%"'),
        ("size = 120", "size = 1200000000"), ("size = 120", "size = -1"), ('name = "binh/q3"', 'name = "an/q3"'),
        ('tolerable = "20%"', 'tolerable = "1%"'), ("seed =", "sede ="),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_ours_is_refused(tmp_path, was, now):
    file = tmp_path / "sample-province.toml"
    kept.write_visits(drawn(), file)
    file.write_text(file.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
    with pytest.raises(AuditError, match="không đọc được"):
        kept.read_visits(file)


def test_hostile_names_are_shown_as_they_are_written():
    name = "<script>x</script>/q3"
    plan = visits.planned("<b>tỉnh", {name: ["<i>1"]}, {name: "<u>xã"}, ["<s>"], tolerable="0%", risk="5%")
    found = visits.whole(visits.seeded(plan, SEED, {name: ["<i>1"]}), "vi")
    pieces = (
        visit_report.answer,
        visit_report.communes,
        visit_report.dossiers,
        visit_report.needs,
        visit_report.method,
    )
    shown = "".join(piece(found).html for piece in pieces)
    assert not {tag for tag in ("<script", "<b>", "<i>", "<u>", "<s>") if tag in shown}
    assert "&lt;script&gt;" in shown


def test_the_commands_plan_draw_and_show_the_visits_of_a_province(tmp_path):
    def run(*given: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["sample", "plan", str(tmp_path / "province.toml"), *given])
        return done.exit_code, done.output

    for number, name in enumerate(("an", "binh")):
        office = OFFICE.replace("xã Thử", f"xã {name.title()}")
        folder(
            tmp_path / name / "2025-04",
            office__toml=office,
            register__csv="",
            software__csv=SOFTWARE.replace("H-", f"H{number}-"),
        )
    (tmp_path / "cam" / "2025-04").mkdir(parents=True)
    (tmp_path / "province.toml").write_text('title = "tỉnh Mẫu"\nfolders = ["*/2025-04"]\n', encoding="utf-8")
    code, told = run("--tolerable", "50%")
    assert code == 0
    assert "2 xã, 2 hồ sơ" in told
    assert "Không kiểm tra được: 1" in told
    assert "office.toml" in told  # why it was left out
    assert "rút" in run("--seed", SEED)[1]
    assert "không đổi tỷ lệ" in run("--risk", "1%")[1]
    assert "bỏ tùy chọn" in run("--from", "register")[1]
    plan = kept.read_visits(tmp_path / "sample-province.toml")
    assert (plan.title, plan.left_out, plan.size) == ("tỉnh Mẫu", ("cam/2025-04",), 1)
    done = outputs.visits(tmp_path / "sample-province.toml", tmp_path / "out", {"lang": "vi"})
    assert done.error is None
    page = html.unescape(done.page.read_text(encoding="utf-8"))
    assert all(code in page for one in plan.communes for code in one.drawn)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"visits.html", "visits.ipynb", "visits.json"}
    with pytest.raises(AuditError, match="Chưa có"):
        outputs.visits(tmp_path / "none.toml", tmp_path / "out", {"lang": "vi"})
